"""Purses whose balances live at a partner: what is given and comes back is told as effects, and nothing is held."""

from __future__ import annotations

import json
from typing import Final

import pytest

from loyalty_rules import (
    Decision,
    InputError,
    Programme,
    SettingsError,
    adjustment,
    choice,
    line,
    load,
    purchase,
    returned,
)
from loyalty_rules.adapters.wire import read_decision, read_member, write_decision, write_member
from loyalty_rules.decision import PointsAwarded, PointsConverted, PointsGivenAgain, PointsTakenBack
from loyalty_rules.errors import RuleFileError
from loyalty_rules.events import Event
from loyalty_rules.explaining.account import account
from loyalty_rules.problems.partners import KeptClause, KeptPurse

RULES: Final = """loyalty rules 1

programme "Hotels"
  currency USD
  time zone UTC
  basis money paid
  prices include tax
  returns replay within 30 days
  returns keep prices
  late events refused
end

partner airline "Airline"
  merchant "airline"
end

purse miles "Miles"
  kept by airline
  rules add up
  round down per order
  usable at once
  expire never
  funded by airline 40%
  rest funded by programme
end

purse pts "Points"
  round down per order
  usable at once
  expire never
  take oldest first
  after a return may go negative
end

earn two_miles
  on any product
  give 2 miles per 1 USD
  cap 100 miles per member in calendar month
end

earn ten
  on any product
  give 10 pts per 1 USD
end

conversion to_airline
  on request
  uses all of pts
  give 1 miles per full 3 pts
end

tiers status "Status"
  level gold when earned miles since the beginning at least 80 miles
  upgrade from next order
  review every order
  downgrade to earned level
  after a return recheck
end
"""


@pytest.fixture(scope="module")
def hotels() -> Programme:
    return load(RULES)


def order(price: str, quantity: int = 1, id: str = "o-1", day: int = 2) -> Event:
    lines = [line("1", price=price, quantity=quantity)]
    return purchase(id, "m", f"2026-03-{day:02}T12:00:00Z", lines, currency="USD")


def give(rules: Programme, *events: Event) -> list[Decision]:
    member, found = rules.new_member("m"), []
    for event in events:
        found.append(rules.decide(member, event))
        member = found[-1].member
    return found


def test_what_is_given_is_told_and_not_held(hotels: Programme) -> None:
    (decision,) = give(hotels, order("10"))
    miles, _ = sorted((one for one in decision.effects if isinstance(one, PointsAwarded)), key=lambda one: one.purse)
    assert (miles.purse, miles.granted, miles.funding) == ("miles", 20, (("airline", 8),))
    assert [len(one.lots) for one in decision.member.purses if one.name == "miles"] == [0]
    assert hotels.balance(decision.member, "miles").usable == 0
    text = write_decision(decision)
    read_decision(text)
    assert json.loads(text)["balances"] == {"pts": {"usable": "100", "pending": "0"}}
    assert read_member(write_member(decision.member, hotels), hotels) == decision.member


def test_it_counts_in_measures_levels_and_caps(hotels: Programme) -> None:
    """80 miles reach gold; of 40 more 20 are left under the cap."""
    found = give(hotels, order("40"), order("20", id="o-2", day=3))
    assert hotels.level(found[0].member, "status") == "gold"
    given = [one.granted for one in found[1].effects if isinstance(one, PointsAwarded) and one.purse == "miles"]
    assert given == [20]


def test_goods_that_come_back_are_taken_back_at_the_partner(hotels: Programme) -> None:
    """Of three units at 20 miles one comes back, then the others; the airline had paid for 24 of 60, then 16 of 40."""
    events = [
        order("10", 3),
        returned("r-1", "m", "2026-03-03T12:00:00Z", "o-1", {"1": "1"}),
        returned("r-2", "m", "2026-03-04T12:00:00Z", "o-1", {"1": "2"}),
    ]
    found = give(hotels, *events)
    back = [one for each in found for one in each.effects if isinstance(one, PointsTakenBack) and one.purse == "miles"]
    assert [(one.units, one.lots) for one in back] == [(20, ((1, 20),)), (40, ((1, 40),))]
    assert [(one.owed, one.short, one.expired) for one in back] == [(0, 0, 0)] * 2
    assert [one.funding for one in back] == [(("airline", 8),), (("airline", 16),)]
    assert hotels.level(found[-1].member, "status") == ""


def test_room_that_a_return_makes_under_a_cap_stays_with_the_others(hotels: Programme) -> None:
    """The first order had 80 of the 100 miles of March, the second 20 of its 40. The first comes back: 40 are left."""
    back = returned("r", "m", "2026-03-04T12:00:00Z", "o-1", {"1": "1"})
    found = give(hotels, order("40"), order("20", id="o-2", day=3), back)
    again = [one for one in found[-1].effects if isinstance(one, PointsGivenAgain | PointsTakenBack)]
    miles = [one for one in again if one.purse == "miles"]
    assert sum(one.units if isinstance(one, PointsGivenAgain) else -one.units for one in miles) == -60


def test_what_is_given_again_is_told_to_the_partner_and_not_held_here() -> None:
    """50 miles for any number of goods but two: of three one comes back, then another. The airline pays 40%."""
    odd = "earn odd\n  when not (items in this order is 2)\n  give 50 miles\nend\n"
    rules = load(RULES[: RULES.index("earn two_miles")] + odd + RULES[RULES.index("earn ten") :])
    one = {"1": "1"}
    found = give(
        rules,
        order("10", 3),
        returned("r-1", "m", "2026-03-03T12:00:00Z", "o-1", one),
        returned("r-2", "m", "2026-03-04T12:00:00Z", "o-1", one),
    )
    moved = [
        (type(effect), effect.units, effect.funding)
        for decision in found
        for effect in decision.effects
        if isinstance(effect, PointsGivenAgain | PointsTakenBack) and effect.purse == "miles"
    ]
    assert moved == [(PointsTakenBack, 50, (("airline", 20),)), (PointsGivenAgain, 50, (("airline", 20),))]
    assert [len(purse.lots) for purse in found[-1].member.purses if purse.name == "miles"] == [0]


def test_a_conversion_sends_points_to_the_partner(hotels: Programme) -> None:
    found = give(hotels, order("10"), choice("c-1", "m", "2026-03-03T12:00:00Z", "to_airline"))
    (sent,) = (one for one in found[1].effects if isinstance(one, PointsConverted))
    assert (sent.granted, sent.funding) == (33, (("airline", 13),))  # 13.2
    assert [len(one.lots) for one in found[1].member.purses if one.name == "miles"] == [0]
    assert "Told to Airline, where the balance lives." in found[1].explain("en")


def test_an_account_leaves_it_out(hotels: Programme) -> None:
    found = give(hotels, order("10"))
    assert [one.purse for one in account(hotels, "m", found, hotels.succession.names_since).purses] == ["pts"]


def test_nothing_is_adjusted_by_hand(hotels: Programme) -> None:
    event = adjustment("a-1", "m", "2026-03-02T12:00:00Z", "miles", 5, reason="test", actor="test")
    with pytest.raises(InputError, match="keeps the balance") as caught:
        hotels.decide(hotels.new_member("m"), event)
    assert caught.value.code == "purse.kept"


def test_a_balance_does_not_move_house_between_editions() -> None:
    here = RULES.replace("  kept by airline\n", "  after a return may go negative\n")
    for before, now in ((RULES, here), (here, RULES)):
        with pytest.raises(SettingsError, match="lived elsewhere"):
            load(now, earlier=[(before, "2026-04-01T00:00:00Z")])


def refused(text: str) -> set[object]:
    with pytest.raises(RuleFileError) as caught:
        load(text)
    return {one.problem for one in caught.value.diagnostics}


@pytest.mark.parametrize(
    "more",
    [
        "earn bonus\n  give 1 pts\n  when balance of miles at least 5 miles\nend\n",
        "earn longer\n  after joining\n  prolong miles 1 month\nend\n",
        "conversion back\n  on request\n  uses 3 miles\n  give 1 pts\nend\n",
        "conversion back\n  on request\n  uses all of miles\n  give 1 pts per 3 miles\nend\n",
        "reward mug\n  costs 5 miles\n  handed over by host\n  expire never\n  after a return stay used\nend\n",
    ],
)
def test_what_would_use_or_ask_for_the_balance_is_refused(more: str) -> None:
    assert KeptPurse("miles") in refused(f"{RULES}\n{more}")


@pytest.mark.parametrize(
    "clause",
    [
        *("hold at most 9 miles", "take oldest first", "after a return may go negative", "overdraft at most 5 miles"),
        *("transfer at most 5 miles in calendar month", "life counts from usable", "activity orders"),
    ],
)
def test_what_is_said_of_the_balance_is_refused(clause: str) -> None:
    found = refused(RULES.replace("  kept by airline\n", f"  kept by airline\n  {clause}\n"))
    assert [type(one) for one in found if isinstance(one, KeptClause)] == [KeptClause]


def test_a_rule_gives_no_other_life() -> None:
    found = refused(RULES.replace("  cap 100 miles", "  expire after 3 months\n  cap 100 miles"))
    assert [one.purse for one in found if isinstance(one, KeptClause)] == ["miles"]
