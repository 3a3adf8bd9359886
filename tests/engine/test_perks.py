"""Perks: which a member has, for how long and how often; that one is used; on the wire, in words, in other editions."""

from __future__ import annotations

from typing import Final

import pytest

from loyalty_rules import (
    DecisionError,
    InputError,
    PerkUse,
    Programme,
    RuleFileError,
    load,
    perk_use,
    purchase,
    tick,
)
from loyalty_rules.adapters.wire import (
    read_decision,
    read_event,
    read_member,
    read_statement,
    write_decision,
    write_event,
    write_member,
    write_statement,
)
from loyalty_rules.decision import Outcome, PerkUsed
from loyalty_rules.events import line
from loyalty_rules.member import NEVER
from loyalty_rules.settlement.perks import PerkHeld

HEAD: Final = """loyalty rules 1
programme "Club"
  currency RUB
  time zone UTC
  basis money paid
  prices include tax
  returns refused
  late events accepted for 3 days
end
purse pts "Points"
  round down per order
  usable at once
  expire never
end
earn base
  on any product
  give 1 pts per 10 RUB
end
segment gold
  supplied by host
end
"""
LOUNGE: Final = """
perk lounge "Lounge"
  for in segment gold
  limit 2 per member in calendar month
  grants "The lounge, with one guest."
  message given en "Welcome, until {until}"
  title ru "Зал"
end
"""
SALE: Final = """
perk early_access "Early access"
  from 2026-03-10 through 2026-03-12
  grants "The sale before the others."
end
"""
#: 1 March, 10 March and 13 March 2026, 00:00 UTC, in microseconds: days since 1 January 1970 times 86 400 seconds.
MARCH_1: Final = 20_513 * 86_400 * 10**6
MARCH_10: Final = 20_522 * 86_400 * 10**6
MARCH_13: Final = 20_525 * 86_400 * 10**6


@pytest.fixture(scope="module")
def club() -> Programme:
    return load(HEAD + LOUNGE + SALE)


def test_what_a_member_has_is_read_and_nothing_is_used(club: Programme) -> None:
    member = club.new_member("m-1", segments=["gold"], since=MARCH_1)
    early = PerkHeld(
        "early_access", "Early access", "The sale before the others.", Outcome.OUTSIDE_DATES, MARCH_13, None
    )
    lounge = PerkHeld("lounge", "Lounge", "The lounge, with one guest.", None, NEVER, 2)
    assert club.perks(member) == (early, lounge)
    assert club.perks(member) == (early, lounge)
    assert club.perks(member, MARCH_10) == (early._replace(why_not=None), lounge)
    assert club.perks(member, MARCH_13 - 1)[0].why_not is None
    assert club.perks(member, MARCH_13)[0].why_not is Outcome.OUTSIDE_DATES


def test_who_is_not_meant_does_not_have_it(club: Programme) -> None:
    assert club.perks(club.new_member("m-1"))[1].why_not is Outcome.NOT_FOR_THIS_MEMBER


def test_the_past_is_not_asked(club: Programme) -> None:
    with pytest.raises(DecisionError) as caught:
        club.perks(club.new_member("m-1", since=MARCH_10), MARCH_1)
    assert caught.value.code == "event.late"


def test_uses_count_down_in_their_window(club: Programme) -> None:
    member = club.new_member("m-1", segments=["gold"])
    left = []
    for number, day in enumerate((3, 20)):
        decision = club.decide(member, perk_use(f"u-{number}", "m-1", f"2026-03-{day:02}T12:00:00Z", "lounge"))
        (effect,) = decision.effects
        assert isinstance(effect, PerkUsed)
        left.append(effect.left)
        member = decision.member
    assert left == [1, 0]
    assert club.perks(member)[1].why_not is Outcome.LIMIT_REACHED
    assert club.perks(member)[1].left == 0
    assert club.perks(member, "2026-04-01T00:00:00Z")[1].left == 2
    with pytest.raises(DecisionError) as caught:
        club.decide(member, perk_use("u-3", "m-1", "2026-03-21T12:00:00Z", "lounge"))
    assert (caught.value.code, caught.value.message) == ("perk.refused", "`lounge`: limit reached")


def test_a_repeated_use_counts_once(club: Programme) -> None:
    use = perk_use("u-1", "m-1", MARCH_10, "early_access")
    once = club.decide(club.new_member("m-1"), use)
    again = club.decide(once.member, use)
    assert (again.outcome, again.member, again.effects) == ("repeated", once.member, ())


def test_a_perk_that_is_not_declared(club: Programme) -> None:
    with pytest.raises(InputError) as caught:
        club.decide(club.new_member("m-1"), perk_use("u-1", "m-1", MARCH_10, "sauna"))
    assert (caught.value.code, caught.value.where) == ("perk.unknown", "perk")


def test_a_use_is_never_late(club: Programme) -> None:
    member = club.decide(club.new_member("m-1"), tick("m-1", MARCH_13)).member
    with pytest.raises(DecisionError) as caught:
        club.decide(member, perk_use("u-1", "m-1", MARCH_13 - 1, "early_access"))
    assert caught.value.code == "event.late"


def test_an_order_leaves_perks_alone(club: Programme) -> None:
    member = club.new_member("m-1", segments=["gold"])
    order = purchase("o-1", "m-1", MARCH_10, [line("1", price="100")], currency="RUB")
    decision = club.decide(member, order)
    assert club.perks(decision.member)[1].left == 2
    assert not [effect for effect in decision.effects if isinstance(effect, PerkUsed)]


# ---------- on the wire


def test_a_use_and_its_decision_are_written_and_read(club: Programme) -> None:
    use = read_event('{"kind":"perk","id":"u-1","member":"m-1","at":"2026-03-10T00:00:00Z","perk":"lounge"}')
    assert use == PerkUse("u-1", "m-1", MARCH_10, "lounge")
    assert read_event(write_event(use)) == use
    decision = club.decide(club.new_member("m-1", segments=["gold"]), use)
    written = read_decision(write_decision(decision))
    assert written["effects"] == [
        {
            "kind": "perk_used",
            "perk": "lounge",
            "grants": "The lounge, with one guest.",
            "left": 1,
            "at": "2026-03-10T00:00:00+00:00",
        }
    ]
    assert read_member(write_member(decision.member, club), club) == decision.member


def test_a_statement_tells_the_perks_that_the_member_has(club: Programme) -> None:
    use = perk_use("u-1", "m-1", MARCH_10, "lounge")
    decision = club.decide(club.new_member("m-1", segments=["gold"]), use)
    statement = club.statement("m-1", [decision])
    assert read_statement(write_statement(statement, club))["perks"] == [
        {"perk": "early_access", "grants": "The sale before the others.", "until": "2026-03-13T00:00:00+00:00"},
        {"perk": "lounge", "grants": "The lounge, with one guest.", "until": "never", "left": 1},
    ]
    assert statement.explain().splitlines()[-2:] == [
        "Early access: The sale before the others. Through 2026-03-12.",
        "Lounge: The lounge, with one guest. To use so often: 1.",
    ]
    assert statement.explain("ru").splitlines()[-1] == "Зал: The lounge, with one guest. Осталось раз: 1."


# ---------- in words


def test_what_a_file_grants_without_a_full_stop_is_a_sentence_all_the_same() -> None:
    club = load(HEAD + LOUNGE.replace("with one guest.", "with one guest") + SALE.replace("the others.", "the others!"))
    decision = club.decide(club.new_member("m-1", segments=["gold"]), perk_use("u-1", "m-1", MARCH_10, "lounge"))
    told = decision.explain().splitlines()
    assert "Lounge: used. The lounge, with one guest. To use again so often: 1." in told
    assert told[-2:] == [
        "Early access: The sale before the others! Through 2026-03-12.",
        "Lounge: The lounge, with one guest. To use so often: 1.",
    ]
    russian = "Зал: использовано. The lounge, with one guest. Осталось раз: 1."
    assert decision.explain("ru", audience="member").splitlines()[0] == russian


def test_a_use_is_told_to_the_member_with_the_words_of_the_file(club: Programme) -> None:
    decision = club.decide(club.new_member("m-1", segments=["gold"]), perk_use("u-1", "m-1", MARCH_10, "lounge"))
    assert decision.explain(audience="member").splitlines() == [
        "Lounge: used. The lounge, with one guest. To use again so often: 1.",
        "Welcome, until no end date",
    ]
    staff = decision.explain().splitlines()
    assert staff[0].startswith("Member m-1 uses Lounge (u-1), 2026-03-10 00:00")
    assert "Early access: The sale before the others. Through 2026-03-12." in staff


# ---------- other editions


def test_a_renamed_perk_keeps_what_was_used() -> None:
    after = load(
        HEAD + LOUNGE.replace('perk lounge "Lounge"', 'perk big_lounge "Lounge"\n  was lounge') + SALE,
        earlier=[(HEAD + LOUNGE + SALE, "2026-03-15T00:00:00Z")],
    )
    used = after.decide(after.new_member("m-1", segments=["gold"]), perk_use("u-1", "m-1", MARCH_10, "lounge"))
    assert after.perks(used.member)[1].perk == "lounge"
    then = after.perks(used.member, "2026-03-16T00:00:00Z")
    assert [(one.perk, one.left) for one in then] == [("big_lounge", 1), ("early_access", None)]


def test_what_an_order_tells_is_not_asked() -> None:
    for asked in ('order channel is "app"', "spend in this order at least 5 RUB", "applied base"):
        with pytest.raises(RuleFileError):
            load(HEAD + f'perk tea\n  when {asked}\n  grants "Tea"\nend\n')
