"""Changes of clauses: a file with its changes is a succession of editions."""

from __future__ import annotations

from typing import Final

import pytest

from loyalty_rules import DecisionError, Programme, SettingsError, load, replay
from loyalty_rules.adapters.wire import read_member, write_member
from loyalty_rules.decision import PointsAwarded, PointsTakenBack
from loyalty_rules.events import cancellation, returned, tick
from loyalty_rules.lang.formatter import format_source
from loyalty_rules.source import Source
from tests.engine.histories import bought, counted, lots_of, state, usable

CLUB: Final = """loyalty rules 1
programme "Club"
  currency RUB
  time zone UTC
  basis money paid
  prices include tax
  returns replay within 90 days
  returns keep prices
  late events {late}
end
purse pts "Points"
  rules add up
  {life}
  round down per order
  after a return take only what is left
end
earn base "Base"
  on any product
  give 1 pts per 10 RUB
  cap 30 pts per member in calendar year
end
tiers status
  level silver when spend since the beginning at least 100 RUB
  level gold above silver when spend since the beginning at least 200 RUB
  upgrade from next order
  review never
  after a return keep
end
"""
SPRING: Final = """change spring "Spring rates"
  changes base
  from 2026-04-01
  give 2 pts per 10 RUB
end
"""
JUNE: Final = """change summer
  changes base
  from 2026-06-01
  give 3 pts per 10 RUB
end
"""
MARCH, APRIL, JULY = "2026-03-31T23:59:59.999999Z", "2026-04-01T00:00:00Z", "2026-07-01T00:00:00Z"
LIFE: Final = "usable at once\n  expire never"


def club(*changes: str, life: str = LIFE, late: str = "refused") -> Programme:
    return load(CLUB.format(life=life, late=late) + "".join(changes))


def given(rules: Programme, price: str, at: str) -> int:
    member = rules.decide(rules.new_member("m"), bought(price, at=at))
    return sum(one.granted for one in member.effects if isinstance(one, PointsAwarded))


# ---------- editions


@pytest.mark.parametrize("changes", [(SPRING, JUNE), (JUNE, SPRING)])
def test_each_moment_has_the_clauses_of_the_last_change_before_it(changes: tuple[str, str]) -> None:
    rules = club(*changes)
    assert [given(rules, "100", at) for at in (MARCH, APRIL, "2026-05-31T23:59:59Z", JULY)] == [10, 20, 20, 30]
    assert [one.fingerprint[:1] != "" for one in rules.editions] == [True] * 3
    assert len({one.fingerprint for one in rules.editions}) == 3


def test_two_changes_of_one_moment_change_different_clauses() -> None:
    """Twice the rate, under a cap of 25."""
    cap = SPRING.replace("spring", "cap").replace("give 2 pts per 10 RUB", "cap 25 pts per member in calendar year")
    rules = club(SPRING, cap)
    assert (given(rules, "100", APRIL), given(rules, "150", APRIL)) == (20, 25)
    assert len(rules.editions) == 2


def test_what_was_before_is_the_file_without_the_change_and_the_date_is_part_of_what_follows() -> None:
    plain, later = club(), club(SPRING.replace("04-01", "04-02"))
    rules = club(SPRING)
    assert rules.editions[0].fingerprint == plain.fingerprint != rules.fingerprint
    assert later.fingerprint != rules.fingerprint
    other = load(CLUB.format(life=LIFE, late="refused").replace("give 1 pts", "give 4 pts") + SPRING)
    assert other.fingerprint != rules.fingerprint  # it says the same from April on, and not before
    text = format_source(Source("x", CLUB.format(life=LIFE, late="refused") + SPRING), "ru")
    assert load(text).fingerprint == rules.fingerprint


def test_a_file_with_changes_follows_one_with_changes() -> None:
    """The first file until May, with its change of April, but not that of June; then the second with that of July."""
    first = CLUB.format(life=LIFE, late="refused") + SPRING + JUNE
    second = CLUB.format(life=LIFE, late="refused").replace("give 1 pts per 10", "give 1 pts per 20")
    second += JUNE.replace("summer", "hot").replace("06-01", "07-01") + SPRING.replace("spring", "old")
    rules = load(second, earlier=[(first, "2026-05-01T00:00:00Z")])
    days = (MARCH, APRIL, "2026-04-30T00:00:00Z", "2026-05-01T00:00:00Z", "2026-06-02T00:00:00Z", JULY)
    assert [given(rules, "100", at) for at in days] == [10, 20, 20, 20, 20, 30]
    assert len(rules.editions) == 4
    with pytest.raises(SettingsError) as refused:
        load(CLUB.format(life=LIFE, late="refused").replace("pts", "xyz"), earlier=[(first, APRIL)])
    assert refused.value.code == "edition.lost"


# ---------- members


def test_a_member_of_the_file_before_goes_on_and_its_orders_come_back() -> None:
    """10 points under the file without the change; then 20; of the first order half comes back: 5."""
    plain, rules = club(), club(SPRING)
    member = state(plain, bought("50", quantity=2))
    assert read_member(write_member(member, rules), rules) == member
    after = rules.decide(member, bought("100", id="o-2", at=APRIL)).member
    assert (usable(rules, after), counted(after, "base CAP")) == (30, [30])
    back = rules.decide(after, returned("r-1", "m", "2026-05-01T00:00:00Z", "o-1", {"1": 1}))
    assert [one.units for one in back.effects if isinstance(one, PointsTakenBack)] == [5]
    gone = rules.decide(back.member, cancellation("c-1", "m", "2026-06-01T00:00:00Z", "o-2"))
    assert usable(rules, gone.member) == 5
    assert [rules.edition(one.programme).plan.rules["base"].name for one in gone.member.records] == ["base", "base"]


def test_an_event_that_is_older_than_a_change_which_has_happened_comes_too_late() -> None:
    rules = club(SPRING, late="accepted for 30 days")
    member = state(rules, bought("10", id="o-9", at="2026-04-05T00:00:00Z"))
    with pytest.raises(DecisionError, match="older than the edition that has decided since"):
        rules.decide(member, bought("100", at=MARCH))
    late = rules.decide(member, bought("100", at=APRIL))
    assert sum(one.granted for one in late.effects if isinstance(one, PointsAwarded)) == 20


def test_lots_of_before_keep_their_end() -> None:
    """Never, and from the change on a month later."""
    lives = "change lives\n  changes pts\n  from 2026-04-01\n  expire after 1 month\n  new lots only\nend\n"
    rules = club(lives)
    history = [bought("100", at=MARCH), bought("200", id="o-2", at=APRIL)]
    assert lots_of(state(rules, *history, tick("m", "2026-05-01T23:59:59Z"))) == [(1, 10), (2, 20)]
    assert lots_of(state(rules, *history, tick("m", "2026-05-02T00:00:00Z"))) == [(1, 10)]


def test_what_a_level_takes_is_asked_in_the_clauses_of_the_moment() -> None:
    levels = """change levels
  changes status
  from 2026-04-01
  level silver when spend since the beginning at least 100 RUB
  level gold above silver when spend since the beginning at least 500 RUB
end
"""
    rules = club(levels)
    before = state(rules, bought("150"))
    assert [(one.level, one.missing) for one in rules.to_next(before, "status")] == [("gold", 50_00)]
    after = rules.decide(before, tick("m", APRIL)).member
    assert [(one.level, one.missing) for one in rules.to_next(after, "status")] == [("gold", 350_00)]


# ---------- told


def test_staff_are_told_of_changes_in_force() -> None:
    rules = club(SPRING)
    before, after = replay(rules, [bought("100", at=MARCH), bought("100", id="o-2", at=APRIL)])
    assert "Changed since" not in before.explain()
    assert "  Changed since 2026-04-01: Spring rates.\n" in after.explain()
    assert "  Изменено с 2026-04-01: Spring rates.\n" in after.explain("ru")
    assert "Spring rates" not in after.explain(audience="member")
    rules.statement("m", [before, after])
