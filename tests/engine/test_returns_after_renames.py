"""Goods of an order come back after its rule was given another name: its own lots and counters go, and are told today's
name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest

from loyalty_rules import Programme, load
from loyalty_rules.adapters.wire import read_member, write_member
from loyalty_rules.decision import PointsAwarded, PointsTakenBack
from loyalty_rules.events import Event, cancellation, confirmation, tick
from tests.engine.histories import bought, counted, gift, lots_of, state, usable

CLUB: Final = """loyalty rules 1
programme "Club"
  currency RUB
  time zone UTC
  basis money paid
  prices include tax
  returns replay within 90 days
  returns keep prices
  late events refused
end
purse pts "Points"
  rules add up
  usable at once
  expire never
  round down per order
  after a return take only what is left
end
"""
BASE: Final = """earn {name}
  on any product
  give 1 pts per 10 RUB
  cap 10 pts per member in calendar year
  {was}
end
"""
GIFT: Final = """earn {name}
  when items in this order at least 2
  give 8 pts
  {was}
end
"""
APRIL: Final = "2026-04-01T00:00:00Z"


#: The second edition renames a rule; in the third another rule has the former name.
OLD: Final = CLUB + BASE.format(name="base", was="") + GIFT.format(name="gift", was="")
RENAMED: Final = CLUB + BASE.format(name="basic", was="was base") + GIFT.format(name="gift", was="")
REUSED: Final = CLUB + BASE.format(name="basic", was="") + GIFT.format(name="base", was="was gift")


def two() -> Programme:
    return load(RENAMED, earlier=[(OLD, APRIL)])


def three() -> Programme:
    return load(REUSED, earlier=[(OLD, "2026-03-15T00:00:00Z"), (RENAMED, APRIL)])


@pytest.mark.parametrize("programme", [two, three])
def test_an_order_gives_back_its_own_lot_and_frees_its_cap(programme: Callable[[], Programme]) -> None:
    """8 and 8 points of two rules for the first order, 2 for the second, which goes with its own lot; 2 of the 10 are
    free again."""
    rules = programme()
    history = [
        bought("40", id="o-1", at="2026-03-01T00:00:00Z", quantity=2),
        bought("20", id="o-2", at="2026-03-02T00:00:00Z"),
    ]
    before = state(rules, *history)
    assert lots_of(before) == [(1, 16), (2, 2)]
    now = rules.decide(before, tick("m", APRIL)).member
    assert counted(now, "basic CAP") == [10]
    back = rules.decide(now, cancellation("c-1", "m", APRIL, "o-2"))
    taken = [one for one in back.effects if isinstance(one, PointsTakenBack)]
    assert [(one.rule, one.units, one.lots) for one in taken] == [("basic", 2, ((2, 2),))]
    assert lots_of(back.member) == [(1, 16)]
    assert counted(back.member, "basic CAP") == [8]
    assert read_member(write_member(back.member, rules), rules) == back.member
    assert "basic (basic)" in back.explain() or "`basic`" in back.explain()
    again = rules.decide(back.member, bought("900", id="o-3", at="2026-04-02T00:00:00Z"))
    assert [(one.rule, one.granted) for one in again.effects if isinstance(one, PointsAwarded)] == [("basic", 2)]


def test_a_return_that_is_told_late_takes_what_has_a_new_name() -> None:
    """8 and 8 points for the first order go, under the names of today, and the cap counts none of them; the 2 of the
    second order stay. By then another rule has the former name of the first."""
    old, reused = (text.replace("late events refused", "late events accepted for 10 days") for text in (OLD, REUSED))
    renamed = RENAMED.replace("late events refused", "late events accepted for 10 days")
    rules = load(reused, earlier=[(old, "2026-03-15T00:00:00Z"), (renamed, APRIL)])
    history: list[Event] = [
        bought("40", id="o-1", at="2026-03-01T00:00:00Z", quantity=2),
        bought("20", id="o-2", at="2026-03-02T00:00:00Z"),
        tick("m", "2026-04-05T00:00:00Z"),
    ]
    back = rules.decide(state(rules, *history), cancellation("c-1", "m", "2026-04-03T00:00:00Z", "o-1"))
    taken = [one for one in back.effects if isinstance(one, PointsTakenBack)]
    assert sorted((one.rule, one.units) for one in taken) == [("base", 8), ("basic", 8)]
    assert (counted(back.member, "basic CAP"), usable(rules, back.member)) == ([2], 2)


def lives(text: str, *clauses: str) -> str:
    """An edition in which points end one month after the day on which they are given."""
    return text.replace(
        "usable at once\n  expire never", "\n  ".join(clauses) or "usable at once\n  expire after 1 month"
    )


@pytest.mark.parametrize("last", [RENAMED, REUSED])
def test_what_expired_under_the_new_name_is_not_taken_again(last: str) -> None:
    """10 points of 1 March end with 1 April, after their rule got another name; 20 by hand of 20 March stay when the
    order comes back."""
    earlier = [(lives(OLD), "2026-03-10T00:00:00Z"), (lives(RENAMED), "2026-03-15T00:00:00Z")]
    rules = load(lives(last), earlier=earlier[: 1 if last == RENAMED else 2])
    before = state(rules, bought("100", id="o-1", at="2026-03-01T00:00:00Z"), gift("20", day=20))
    assert lots_of(before) == [(1, 10), (2, 20)]
    now = rules.decide(before, tick("m", "2026-04-02T00:00:00Z")).member
    assert read_member(write_member(now, rules), rules) == now
    back = rules.decide(now, cancellation("c-1", "m", "2026-04-02T00:00:00Z", "o-1"))
    (taken,) = [one for one in back.effects if isinstance(one, PointsTakenBack)]
    assert (taken.rule, taken.units, taken.expired, taken.lots) == ("basic", 10, 10, ())
    assert usable(rules, back.member) == 20


def test_lots_of_an_order_stay_apart_under_a_new_name() -> None:
    """6 and 3 of two orders of one day end together, and may each come back; so does the one after the new name."""
    rules = load(lives(RENAMED), earlier=[(lives(OLD), APRIL)])
    history = [
        bought("60", id="o-1", at="2026-03-31T01:00:00Z"),
        bought("30", id="o-2", at="2026-03-31T02:00:00Z"),
        bought("10", id="o-3", at="2026-04-01T00:00:00Z"),
    ]
    after = state(rules, *history)
    assert lots_of(after) == [(1, 6), (2, 3), (3, 1)]


def test_what_waited_has_the_life_of_its_rule_under_a_new_name() -> None:
    """Points of this rule end ten days after they can be used, those of the purse after a month. They wait for the
    confirmation, which comes on 5 April; they end with the 15th, and are not taken again after that."""
    own = BASE.replace("  {was}", "  expire after 10 days\n  {was}")
    waits = ("life counts from usable", "usable after confirmation", "expire after 1 month")
    old = lives(CLUB, *waits) + own.format(name="base", was="")
    new = lives(CLUB, *waits) + own.format(name="basic", was="was base")
    rules = load(new, earlier=[(old, APRIL)])
    history: list[Event] = [
        bought("100", id="o-1", at="2026-03-31T00:00:00Z"),
        confirmation("f-1", "m", "2026-04-05T00:00:00Z", "o-1"),
    ]
    confirmed = state(rules, *history)
    (award,) = confirmed.records[0].awards
    assert (award.called, award.expires) == ("basic", confirmed.purses[0].lots[0].expires)
    assert award.expires == rules.plan.timeline.start(rules.plan.timeline.day(award.usable) + 11)
