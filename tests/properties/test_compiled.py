"""Both evaluators come to the same, on drawn programmes with drawn histories and on the baskets of real households; and
where they are compared, a difference shows."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from loyalty_rules import load
from loyalty_rules.adapters.grocery import GroceryYear
from loyalty_rules.decision import Effect
from loyalty_rules.engine import compiled
from loyalty_rules.engine.budgets import Draw
from loyalty_rules.engine.reference import Result
from loyalty_rules.engine.view import View
from loyalty_rules.errors import LoyaltyError
from loyalty_rules.events import Event
from loyalty_rules.member import MemberState
from loyalty_rules.programme import Programme
from loyalty_rules.shared import SharedState
from loyalty_rules.testing.chance import Chance
from loyalty_rules.testing.composing.programmes import compose
from loyalty_rules.testing.drawing import draw_history
from loyalty_rules.testing.interest import Interest
from tests.engine.evaluators import deciding_by
from tests.properties.drawn_programmes import loaded

GROCERY = Path(__file__).resolve().parents[2] / "examples" / "grocery_club"
SEEDS, PARTS, EVENTS = 240, 6, 20


class Told(NamedTuple):
    """What a decision comes to, or how it is refused."""

    effects: tuple[Effect, ...] = ()
    member: MemberState | None = None
    shared: SharedState | None = None
    error: tuple[str, str, str] | None = None


def told(programme: Programme, member: MemberState, event: Event, shared: SharedState, *, reference: bool) -> Told:
    try:
        found = programme.decide(member, event, shared, reference=reference)
    except LoyaltyError as error:
        return Told(error=(error.code, error.message, error.where))
    return Told(found.effects, found.member, found.shared)


@pytest.mark.parametrize("part", range(PARTS))
def test_drawn_programmes_come_to_the_same_by_both_evaluators(part: int) -> None:
    size = SEEDS // PARTS
    decided = whole = rules = 0
    with deciding_by("both"):
        for seed in range(part * size, (part + 1) * size):
            programme = loaded(compose(Chance(seed)))
            if programme is None:
                continue
            clauses = programme.coverage().values()
            rules += len(clauses)
            whole += sum(not clause for clause in clauses)
            history = draw_history(Chance(seed), Interest(programme), EVENTS)
            member, shared = history.member, programme.new_shared()
            for event in history.events:
                if event.member != member.member:
                    continue
                found = told(programme, member, event, shared, reference=False)
                assert told(programme, member, event, shared, reference=True) == found, f"seed {seed}"
                if found.member is not None:
                    member, shared = found.member, found.shared or shared
                    decided += 1
    assert decided > size
    assert whole * 3 > rules


@pytest.mark.parametrize("name", ["grocery_club", "vouchers", "challenges"])
def test_real_baskets_come_to_the_same_by_both_evaluators(name: str) -> None:
    programme = load((GROCERY / f"{name}.loyalty").read_bytes())
    year = GroceryYear(3)
    with deciding_by("both"):
        for household in year.members():
            member = programme.new_member(household)
            for order in year.purchases([household]):
                member = programme.decide(member, order).member
            assert member.purses


def test_what_differs_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """An evaluator that gives one point less to the last line is caught, and so is one that leaves out a rule."""
    programme = load((GROCERY / "grocery_club.loyalty").read_bytes())
    order = next(GroceryYear(1).purchases(GroceryYear(1).members()))
    member = programme.new_member(order.member)
    honest = compiled.evaluate

    def moved(view: View, draw: Draw | None = None, *, told: bool = True) -> Result:
        result = honest(view, draw, told=told)
        lines = result.postings["base"][0].lines
        lines[min(lines)] -= 1
        return result

    def forgetful(view: View, draw: Draw | None = None, *, told: bool = True) -> Result:
        result = honest(view, draw, told=told)
        del result.postings["base"]
        return result

    for wrong, said in ((moved, "base: lines"), (forgetful, "postings: ")):
        monkeypatch.setattr(compiled, "evaluate", wrong)
        with deciding_by("both"), pytest.raises(AssertionError, match=said):
            programme.decide(member, order)
