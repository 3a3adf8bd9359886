"""What is set aside is used once, also where its purse is counted in another denomination on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import pytest

from loyalty_rules import capture, line, load, purchase, reservation, tick
from loyalty_rules.decision import PointsCaptured, PointsRedenominated
from loyalty_rules.events import Event
from loyalty_rules.programme import Decision
from loyalty_rules.testing.aside import reserved_once
from loyalty_rules.testing.drawing import History
from loyalty_rules.testing.interest import Interest
from loyalty_rules.testing.playing import played
from tests.testing.samples import BACK

TWICE: Final = """
change twice
  changes bonus
  from 2026-04-01
  balances multiply by 2
  round down per lot
end
"""
PROGRAMME: Final = load(BACK + TWICE)


def history(*held: int) -> History:
    """100 points are given and some set aside, so much by so much; at the start of April each point is two."""
    lines = [line("1", price="1000")]
    events: list[Event] = [purchase("e-1", "member", "2026-03-30T12:00:00Z", lines, currency="RUB")]
    for number, units in enumerate(held, 2):
        events.append(reservation(f"e-{number}", "member", "2026-03-31T12:00:00Z", "pay", amount=units))
    return History(Interest(PROGRAMME), PROGRAMME.new_member("member"), tuple(events))


def ended(found: History, *, waits: bool) -> Sequence[Decision]:
    """The first reservation pays, in the decision that brings April, or after it."""
    end = capture("e-9", "member", "2026-04-02T12:00:00Z", "e-2")
    between = (tick("member", "2026-04-01T12:00:00Z"),) if waits else ()
    return played(History(found.interest, found.member, (*found.events, *between, end)))


@pytest.mark.parametrize("waits", [False, True])
@pytest.mark.parametrize(("held", "aside"), [((30,), (30, 60)), ((30, 21), (51, 102))])
def test_what_is_set_aside_is_counted_anew_with_its_purse(
    held: tuple[int, ...], aside: tuple[int, int], waits: bool
) -> None:
    """30 points of which each is two are 60, and 60 are captured."""
    found = history(*held)
    decisions = ended(found, waits=waits)
    anew = [one for decision in decisions for one in decision.effects if isinstance(one, PointsRedenominated)]
    assert [(one.aside_before, one.aside_after) for one in anew] == [aside]
    paid = [one.units for decision in decisions for one in decision.effects if isinstance(one, PointsCaptured)]
    assert paid == [60]
    assert list(reserved_once(found, decisions)) == []


@pytest.mark.parametrize("held", [(30,), (30, 21)])
def test_units_that_get_lost_on_the_way_are_seen(held: tuple[int, ...]) -> None:
    """An effect that tells of one unit less: set aside before the change, or after it, or captured."""
    found = history(*held)
    *before, last = ended(found, waits=False)
    tried = []
    for effect in last.effects:
        fields = {PointsRedenominated: ("aside_before", "aside_after"), PointsCaptured: ("units",)}.get(
            type(effect), ()
        )
        for name in fields:
            less = effect._replace(**{name: getattr(effect, name) - 1})
            effects = tuple(less if one is effect else one for one in last.effects)
            told = [*before, replace(last, effects=effects)]
            assert [(one.name, one.place) for one in reserved_once(found, told)] == [("reserved_once", len(before))], (
                name
            )
            tried.append(name)
    assert tried == ["aside_before", "aside_after", "units"]
