"""Orders decided by one function: what the ordinary path decides, on drawn programmes and on the baskets of real
households; and where they are compared, a difference shows."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest

from loyalty_rules import load
from loyalty_rules.adapters.grocery import GroceryYear
from loyalty_rules.adapters.wire import read_member, write_member
from loyalty_rules.decision import Effect, GoodsReturned
from loyalty_rules.errors import LoyaltyError
from loyalty_rules.events import Event, Purchase
from loyalty_rules.fused import posting
from loyalty_rules.member import MemberState
from loyalty_rules.programme import Programme
from tests.engine.evaluators import DECIDED, deciding_by
from tests.properties import drawn_whole

GROCERY = Path(__file__).resolve().parents[2] / "examples" / "grocery_club"
SEEDS, PARTS, ORDERS = 60, 4, 40


class Told(NamedTuple):
    """What becomes of an event: the member and its document, the effects, or how it is refused."""

    member: MemberState | None = None
    document: str = ""
    effects: tuple[Effect, ...] = ()
    outcome: str = ""
    error: tuple[str, str, str] | None = None


def told(programme: Programme, member: MemberState, event: Event) -> Told:
    try:
        found = programme.decide(member, event)
    except LoyaltyError as error:
        return Told(error=(error.code, error.message, error.where))
    return Told(found.member, write_member(found.member, programme), found.effects, found.outcome)


@pytest.mark.parametrize("part", range(PARTS))
def test_drawn_programmes_decide_orders_alike_by_one_function(part: int) -> None:
    size, whole, asked = SEEDS // PARTS, 0, 0
    for seed in range(part * size, (part + 1) * size):
        chance = Random(seed)
        text = drawn_whole.programme(chance)
        programme, ordinary = load(text), load(text)
        if programme.left_whole():
            continue
        facts = {"city": "Bonn"} if "city" in programme.checked.facts else {}
        member = programme.new_member("m", joined=drawn_whole.START, facts=facts)
        for event in drawn_whole.orders(chance, ORDERS):
            before = DECIDED.total()
            with deciding_by("whole"):
                found = told(programme, member, event)
            whole, asked = whole + DECIDED.total() - before, asked + 1
            with deciding_by("both"):
                assert told(ordinary, member, event) == found, f"seed {seed}, {event.kind} at {event.at}"
            member = found.member or member
    assert whole * 2 > asked


@pytest.mark.parametrize("part", range(PARTS))
def test_drawn_programmes_that_take_goods_back_keep_their_orders_alike(part: int) -> None:
    size, whole, asked, back = SEEDS // PARTS, 0, 0, 0
    for seed in range(part * size, (part + 1) * size):
        chance = Random(2_000 + seed)
        text = drawn_whole.taking_back(chance, drawn_whole.programme(chance))
        events = drawn_whole.coming_back(chance, drawn_whole.orders(chance, ORDERS))
        if seed % 3 == 0:
            text, events = drawn_whole.with_facts_of_lines(chance, text, events)
        programme, ordinary = load(text), load(text)
        if programme.left_whole():
            continue
        facts = {"city": "Bonn"} if "city" in programme.checked.facts else {}
        member = programme.new_member("m", joined=drawn_whole.START, facts=facts)
        for event in events:
            before = DECIDED.total()
            with deciding_by("whole"):
                found = told(programme, member, event)
            if isinstance(event, Purchase):
                whole, asked = whole + DECIDED.total() - before, asked + 1
            else:
                back += any(isinstance(one, GoodsReturned) for one in found.effects)
            with deciding_by("both"):
                assert told(ordinary, member, event) == found, f"seed {seed}, {event.kind} at {event.at}"
            member = found.member or member
    assert whole * 2 > asked
    assert back > 20


@pytest.mark.parametrize("name", ["grocery_club", "vouchers", "challenges"])
def test_real_baskets_are_all_decided_by_one_function(name: str) -> None:
    programme = load((GROCERY / f"{name}.loyalty").read_bytes())
    assert programme.left_whole() == {}
    year, baskets, before = GroceryYear(3), 0, DECIDED[programme.fingerprint]
    with deciding_by("whole"):
        for household in year.members():
            member = programme.new_member(household)
            for order in year.purchases([household]):
                member, baskets = programme.decide(member, order).member, baskets + 1
                if baskets % 7 == 0:  # another process goes on
                    member = read_member(write_member(member, programme), programme)
    assert DECIDED[programme.fingerprint] - before == baskets


def test_what_differs_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A function that leaves out what lots hold is caught."""
    programme = load((GROCERY / "grocery_club.loyalty").read_bytes())
    order = next(GroceryYear(1).purchases(GroceryYear(1).members()))
    monkeypatch.setattr(posting, "put_one", lambda purses, *_: purses)
    with deciding_by("whole"), pytest.raises(AssertionError, match="purses: "):
        programme.decide(programme.new_member(order.member), order)
