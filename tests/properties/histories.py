"""Random programmes of the modelled sublanguage, and random histories for them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import TypeVar

from hypothesis import strategies as st

from tests.models.award_model import Line, Order
from tests.models.programmes import CATEGORIES, Boost, Cap, Group, Ladder, Policy, Programme, Rate, Rule, Scope

T = TypeVar("T")

START = datetime(2026, 1, 20, 12, tzinfo=UTC)
_MODES = st.sampled_from(["down", "up", "half up", "half even"])
_SCOPES: tuple[Scope, ...] = ("per line", "per order", "per member in calendar month")
_UNITS = st.sampled_from([1, 3, 10, 25, 60, 150])


def rarely(strategy: st.SearchStrategy[T], otherwise: T) -> st.SearchStrategy[T]:
    """Mostly `otherwise`, which keeps programmes small."""
    return st.one_of(st.just(otherwise), st.just(otherwise), strategy)


def rates() -> st.SearchStrategy[Rate]:
    steps = st.builds(
        Rate,
        how=st.sampled_from(["per", "per full", "per started"]),
        points=st.integers(1, 7),
        size=st.sampled_from([100, 333, 1000, 2500]),
    )
    return st.one_of(steps, st.builds(Rate, percent=st.integers(1, 25)))


def _caps() -> st.SearchStrategy[tuple[Cap, ...]]:
    scopes = st.lists(st.sampled_from(_SCOPES), max_size=2, unique=True)
    return scopes.flatmap(lambda found: st.tuples(*(st.builds(Cap, _UNITS, st.just(scope)) for scope in found)))


def _rules(names: list[str]) -> st.SearchStrategy[tuple[Rule, ...]]:
    return st.tuples(*(_rule(name) for name in names))


def _rule(name: str) -> st.SearchStrategy[Rule]:
    return st.builds(
        Rule,
        name=st.just(name),
        rate=rates(),
        category=st.sampled_from(["", *CATEGORIES[:2]]),
        mode=_MODES,
        place=st.sampled_from(["per order", "per line"]),
        caps=rarely(_caps(), ()),
        weekend=rarely(st.just(True), False),
        level=rarely(st.sampled_from(["silver", "gold"]), ""),
        minimum=rarely(st.sampled_from([2, 20]), 0),
        deductible=rarely(st.sampled_from([5_00, 100_00]), 0),
        only=rarely(st.sampled_from([7_77, 150_00]), 0),
        limit=rarely(st.integers(1, 3), 0),
    )


@st.composite
def _boost(draw: st.DrawFn, name: str, changes: str) -> Boost:
    category = draw(st.sampled_from(["", *CATEGORIES[:2]]))
    scopes = _SCOPES if category else _SCOPES[1:]  # a boost without `on` knows no lines
    factor = draw(st.sampled_from([Fraction(1, 2), Fraction(3, 2), Fraction(2), Fraction(3)]))
    return Boost(name, changes, factor, category, draw(rarely(st.builds(Cap, _UNITS, st.sampled_from(scopes)), None)))


@st.composite
def programmes(draw: st.DrawFn) -> Programme:
    names = [f"r{number}" for number in range(draw(st.integers(1, 3)))]
    rules = draw(_rules(names))
    boosts: list[Boost] = []
    groups: list[Group] = []
    for name in names:
        count = draw(st.sampled_from([0, 0, 1, 2]))
        mine = [draw(_boost(f"{name}_b{number}", name)) for number in range(count)]
        boosts += mine
        if count == 2:
            policies: list[Policy] = ["add up", "multiply", "choose largest for member", "choose first listed"]
            groups.append(Group(f"{name}_boosts", tuple(one.name for one in mine), draw(st.sampled_from(policies))))
    if len(names) > 1 and draw(st.booleans()):
        among: list[Policy] = [
            "add up",
            "choose largest for member",
            "choose smallest for member",
            "choose first listed",
        ]
        policy = draw(st.sampled_from(among))
        wide = st.builds(Cap, _UNITS, st.sampled_from(_SCOPES[1:]))
        cap = draw(rarely(wide, None)) if policy == "add up" else None
        groups.append(Group("together", tuple(draw(st.permutations(names))), policy, cap))
    ladder = Ladder(
        silver=draw(st.sampled_from([50_00, 200_00])),
        gold=draw(st.sampled_from([300_00, 600_00])),
        days=draw(st.sampled_from([0, 15, 40])),
        softly=draw(st.booleans()),
    )
    return Programme(
        rules,
        tuple(boosts),
        tuple(groups),
        ladder,
        never=draw(st.sampled_from(["", "Tobacco"])),
        months=draw(st.integers(1, 3)),
        # A remainder is carried from order to order: narrower rounding has none (L089).
        carry=draw(st.booleans()) and all(rule.place == "per order" for rule in rules),
    )


@st.composite
def histories(draw: st.DrawFn, size: int = 16) -> tuple[Order, ...]:
    at, orders = START, []
    for _ in range(draw(st.integers(size // 2, size))):
        at += timedelta(minutes=draw(st.sampled_from([0, 90, 1_000, 3_000, 10_000, 30_000, 70_000])))
        lines = st.builds(Line, st.sampled_from(CATEGORIES), st.integers(1, 200_00))
        orders.append(Order(at, tuple(draw(st.lists(lines, min_size=1, max_size=4)))))
    return tuple(orders)
