"""Adjustments: units that come or go by hand, with the life of the purse, never below zero, and told to everyone."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest

from loyalty_rules import Decision, InputError, LoyaltyError, adjustment, load, tick
from loyalty_rules.adapters.wire import (
    read_decision,
    read_event,
    read_member,
    write_decision,
    write_event,
    write_member,
)
from loyalty_rules.decision import PointsAdjusted
from loyalty_rules.events import Adjustment
from loyalty_rules.member import NEVER, MemberState
from tests.engine.deciding import decide, order, programme

LIVES: Final = """loyalty rules 1

programme "Club"
  currency RUB
  time zone Europe/Moscow
  basis money paid
  prices include tax
  returns refused
  late events refused
end

purse pts "Points"
  round down per order
  usable after 14 days
  expire after 2 months
  hold at most 100 pts
end

earn base "Base points"
  on any product
  give 1 pts per 10 RUB
end

earn twice "Twice"
  on any product
  give 2 pts per 10 RUB
  usable at once
end

group both
  rule base
  rule twice
  add up
end

tiers status
  level rich when balance of pts at least 60 pts
  upgrade from next order
  review never
end
"""
RULES: Final = load(LIVES)
AT: Final = "2026-03-02T12:00:00+03:00"


def by_hand(amount: str, *, at: str = AT, id: str = "a-1", purse: str = "pts", **words: str) -> Adjustment:
    return adjustment(id, "m", at, purse, amount, **{"reason": "goodwill", "actor": "desk 3", **words})


def effect(decision: Decision) -> PointsAdjusted:
    (found,) = (one for one in decision.effects if isinstance(one, PointsAdjusted))
    return found


def refusal(event: Adjustment, member: MemberState | None = None) -> LoyaltyError:
    with pytest.raises(LoyaltyError) as caught:
        decide(RULES, event, member)
    return caught.value


# ---------- what comes


def test_what_comes_is_a_lot_with_the_life_of_the_purse() -> None:
    """Usable from 16 March, valid through 2 May."""
    decision = decide(RULES, by_hand("40"))
    found = effect(decision)
    assert (found.asked, found.units, found.parts) == (40, 40, (("@adjustment", 40),))
    assert RULES.balance(decision.member, "pts") == (0, 40)
    ((lot,),) = (purse.lots for purse in decision.member.purses)
    assert (lot.earned, lot.usable, lot.expires) == (found.at, found.usable, found.expires)
    before = decide(RULES, tick("m", "2026-03-16T00:00:00+03:00"), decision.member).member
    assert RULES.balance(before, "pts") == (40, 0)
    last = decide(RULES, tick("m", "2026-05-02T23:59:59+03:00"), before).member
    assert RULES.balance(last, "pts") == (40, 0)
    assert RULES.balance(decide(RULES, tick("m", "2026-05-03T00:00:00+03:00"), last).member, "pts") == (0, 0)


def test_what_does_not_fit_into_the_purse_is_lost_and_told() -> None:
    first = decide(RULES, by_hand("70"))
    second = decide(RULES, by_hand("50", id="a-2"), first.member)
    assert (effect(second).asked, effect(second).units) == (50, 30)
    third = decide(RULES, by_hand("1", id="a-3"), second.member)
    assert (effect(third).asked, effect(third).units, effect(third).parts) == (1, 0, ())
    assert RULES.balance(third.member, "pts") == (0, 100)
    assert "Points: nothing fits in; desk 3 asked: goodwill.\n  Asked for: 1 pts." in third.explain()


# ---------- what goes


def spent() -> MemberState:
    """100 RUB: 10 pending points by `base`, 20 usable ones by `twice`; then 7 more usable ones."""
    first = decide(RULES, order("100", id="o-1")).member
    later = "2026-03-20T12:00:00+03:00"
    return decide(RULES, order("35", id="o-2", at=later), first).member


def test_what_goes_is_taken_from_usable_lots_the_oldest_first() -> None:
    """On 20 March 30 of 2 March are usable (10 and 20), and 7 of that day; 3 are pending. 33 are taken: all 30, and 3
    of the 7."""
    member = spent()
    assert RULES.balance(member, "pts") == (37, 3)
    decision = decide(RULES, by_hand("-33", at="2026-03-21T12:00:00+03:00"), member)
    assert (effect(decision).units, effect(decision).parts) == (-33, (("base", 10), ("twice", 23)))
    assert RULES.balance(decision.member, "pts") == (4, 3)


def test_a_lot_of_several_rules_is_shared_by_largest_remainder() -> None:
    """4 of a lot of 10 and 20 on 16 March, when they are one lot: 1.33 and 2.67, so 1 and 3."""
    rules = programme("earn base\non any product\ngive 1 pts per 10 RUB", "earn twice\non any product\n"
                      "give 2 pts per 10 RUB")  # fmt: skip
    member = decide(rules, order("100")).member
    decision = decide(rules, by_hand("-4", at="2026-03-03T12:00:00+03:00"), member)
    assert effect(decision).parts == (("base", 1), ("twice", 3))
    ((lot,),) = (purse.lots for purse in decision.member.purses)
    assert (lot.left, lot.parts) == (26, (("base", 9), ("twice", 17)))


def test_nothing_goes_below_zero_and_pending_units_stay() -> None:
    member = spent()
    decision = decide(RULES, by_hand("-50", at="2026-03-21T12:00:00+03:00"), member)
    assert (effect(decision).asked, effect(decision).units) == (-50, -37)
    assert RULES.balance(decision.member, "pts") == (0, 3)
    empty = decide(RULES, by_hand("-50", id="a-2", at="2026-03-21T12:00:00+03:00"), decision.member)
    assert (effect(empty).units, effect(empty).parts) == (0, ())
    assert "Points: nothing to take; desk 3 asked: goodwill.\n  Asked for: 50 pts." in empty.explain()


# ---------- around it


def test_time_passes_first_and_levels_see_the_balance_after() -> None:
    first = decide(RULES, by_hand("60"))
    assert RULES.level(first.member, "status") == ""
    second = decide(RULES, by_hand("1", id="a-2", at="2026-03-16T00:00:00+03:00"), first.member)
    assert [one.kind for one in second.effects] == ["points_activated", "points_adjusted", "level_changed"]
    assert RULES.level(second.member, "status") == "rich"


def test_no_rule_is_asked_and_nothing_is_counted() -> None:
    decision = decide(RULES, by_hand("10"))
    assert decision.trace == ()
    assert decision.member.counters == ()
    assert decision.member.first_order is None


def test_the_same_id_is_decided_once() -> None:
    first = decide(RULES, by_hand("10"))
    again = decide(RULES, by_hand("10.0"), first.member)
    assert (again.outcome, again.member, again.effects) == ("repeated", first.member, ())
    assert refusal(by_hand("11"), first.member).code == "event.conflict"
    assert refusal(by_hand("11", id="a-2", at="2026-03-01T12:00:00+03:00"), first.member).code == "event.late"


@pytest.mark.parametrize(
    ("event", "code", "where"),
    [
        (by_hand("1", purse="stars"), "purse.unknown", "purse"),
        (by_hand("0.5"), "amount.decimals", "amount"),
        (by_hand("-0.5"), "amount.decimals", "amount"),
        (by_hand("0"), "adjustment.zero", "amount"),
        (by_hand("1", reason=""), "adjustment.unsigned", "reason"),
        (by_hand("1", actor="  "), "adjustment.unsigned", "actor"),
    ],
)
def test_an_adjustment_that_makes_no_sense_is_refused(event: Adjustment, code: str, where: str) -> None:
    error = refusal(event)
    assert (error.code, error.where) == (code, where)


def test_money_is_adjusted_in_its_own_decimals() -> None:
    rules = programme("earn base\non any product\ngive 5% to cash")
    decision = decide(rules, by_hand("12.34", purse="cash"))
    assert (effect(decision).units, effect(decision).expires) == (1234, NEVER)
    assert '"asked":"12.34","units":"12.34"' in write_decision(decision)
    with pytest.raises(InputError):
        decide(rules, by_hand("12.345", purse="cash"))


# ---------- told


def test_staff_members_and_statements_tell_it() -> None:
    member = spent()
    decision = decide(RULES, by_hand("-33", at="2026-03-21T12:00:00+03:00"), member)
    assert decision.explain() == (
        """\
Adjustment a-1 of member m, 2026-03-21 12:00

Points: 33 pts taken by desk 3: goodwill (10 pts of "Base points", 23 pts of "Twice").

Points: 4 pts to use, 3 pts more later.
status: no level.
"""
    )
    assert decision.explain("ru").startswith(
        "Корректировка a-1 участника m, 2026-03-21 12:00\n\nPoints: desk 3 снимает"
    )
    assert decision.explain(audience="member") == "Points: -33 pts by hand (goodwill).\n"
    assert decide(RULES, by_hand("5")).explain("ru", "member") == "Points: +5 pts вручную (goodwill).\n"
    added = decide(RULES, by_hand("5", id="a-2", at="2026-03-21T13:00:00+03:00"), decision.member)
    text = RULES.statement("m", [decision, added]).explain()
    assert "-10 pts  30 pts  adjusted by hand: goodwill (Base points), adjustment a-1\n" in text
    assert "+5 pts  12 pts  adjusted by hand: goodwill, adjustment a-2\n" in text
    later = decide(RULES, tick("m", "2026-06-01T00:00:00+03:00"), added.member)
    assert "expired: adjustment\n" in RULES.statement("m", [later]).explain()
    assert "сгорело: корректировка\n" in RULES.statement("m", [later]).explain("ru")


# ---------- the wire

DOCUMENT: Final[dict[str, Any]] = {
    "kind": "adjustment",
    "id": "a-1",
    "member": "m",
    "at": "2026-03-02T12:00:00+03:00",
    "points": "pts",
    "amount": "40",
    "reason": "goodwill",
    "actor": "desk 3",
}


def test_an_adjustment_comes_and_goes_as_json() -> None:
    text = json.dumps(DOCUMENT, separators=(",", ":"))
    assert read_event(text) == by_hand("40")
    assert write_event(by_hand("40"), RULES) == text
    decision = decide(RULES, read_event(text))
    told = read_decision(write_decision(decision, trace=True))
    assert told["effects"] == [
        {
            "kind": "points_adjusted",
            "points": "pts",
            "asked": "40",
            "units": "40",
            "at": "2026-03-02T12:00:00+03:00",
            "usable": "2026-03-16T00:00:00+03:00",
            "expires": "2026-05-03T00:00:00+03:00",
            "parts": {"@adjustment": "40"},
            "reason": "goodwill",
            "actor": "desk 3",
        }
    ]
    assert read_member(write_member(decision.member, RULES), RULES) == decision.member


@pytest.mark.parametrize("field", ["points", "amount", "reason", "actor"])
def test_every_field_of_it_is_needed(field: str) -> None:
    with pytest.raises(InputError) as caught:
        read_event(json.dumps({name: value for name, value in DOCUMENT.items() if name != field}))
    assert (caught.value.code, caught.value.where) == ("wire.missing_field", field)
