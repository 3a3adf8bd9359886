"""What the checker proves of a promise holds of every order: random programmes, random histories, no proved bound is
ever passed. What was given and what was paid are added up here, from the effects and the event."""

from __future__ import annotations

import os
from collections.abc import Iterator
from fractions import Fraction

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from loyalty_rules import Decision, Programme, load
from loyalty_rules.amounts import MICRO
from loyalty_rules.decision import PointsAwarded
from loyalty_rules.errors import RuleFileError
from loyalty_rules.events import Purchase
from loyalty_rules.lang.checked import Promise
from loyalty_rules.lang.checker.proving.proofs import Prover
from loyalty_rules.lang.conditions import (
    Base,
    BaseKind,
    BaseTotal,
    Bound,
    Compare,
    Compared,
    Constant,
    ShareOf,
)
from tests.properties.promised import histories, programmes, with_promises

SHARES = [
    Fraction(one, 100) for one in (0, 1, 2, 5, 7, 10, 15, 20, 30, 40, 60, 80, 100, 150, 200, 400, 800, 1600, 10000)
]
AMOUNTS = [100 * one for one in (0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 17, 20, 24, 30, 40, 60, 100, 200, 400)]
BASES = (BaseKind.MONEY_PAID, BaseKind.LIST_PRICE)
EXAMPLES = int(os.environ.get("PROMISE_EXAMPLES", "60"))


def loaded(text: str) -> Programme | None:
    try:
        return load(with_promises(text, "value given in this order at most 1 000 000 000 RUB"))
    except RuleFileError:
        return None


def least(programme: Programme, promise: Promise, bounds: list[Bound]) -> Bound | None:
    """The least of some bounds that is proved."""
    test = promise.always[0]
    assert isinstance(test, Compared)
    low, high = 0, len(bounds)
    while low < high:  # a bound above one that is proved is proved
        middle = (low + high) // 2
        tried = Compared(test.operand, Compare.AT_MOST, bounds[middle], span=test.span)
        if Prover(programme.checked).holds(promise, tried):
            high = middle
        else:
            low = middle + 1
    return bounds[low] if low < len(bounds) else None


def proved(programme: Programme) -> Iterator[tuple[str, BaseKind | None, Fraction]]:
    """By promise: the least amount, and the least share of each amount of the order, that is proved."""
    for name, promise in programme.checked.promises.items():
        amount = least(programme, promise, [Constant(one) for one in AMOUNTS])
        if isinstance(amount, Constant) and isinstance(amount.value, int):
            yield name, None, Fraction(amount.value)
        for kind in BASES:
            share = least(programme, promise, [ShareOf(one, BaseTotal(Base(kind))) for one in SHARES])
            if isinstance(share, ShareOf):
                yield name, kind, share.share


def paid(event: Purchase, kind: BaseKind, *, on_top: bool) -> Fraction:
    """An amount of the order in kopecks."""
    whole = sum(Fraction((one.amount or 0) * 100, MICRO) for one in event.lines)
    discounts = sum(Fraction(one.discount * 100, MICRO) for one in event.lines)
    taxes = sum(Fraction(one.tax * 100, MICRO) for one in event.lines)
    match kind:
        case BaseKind.LIST_PRICE:
            return Fraction(whole)
        case BaseKind.AFTER_DISCOUNTS:
            return Fraction(whole - discounts)
        case BaseKind.MONEY_PAID:
            return Fraction(whole - discounts + (taxes if on_top else 0))


def value(decision: Decision, worth: Fraction) -> Fraction:
    """What was given, in kopecks."""
    worths = {"pts": worth * 100, "cash": Fraction(1)}
    return sum(
        (one.granted * worths[one.purse] for one in decision.effects if isinstance(one, PointsAwarded)), Fraction(0)
    )


@settings(max_examples=EXAMPLES)
@given(programmes(), histories(), st.booleans())
def test_no_order_passes_a_bound_that_is_proved(text: str, history: tuple[Purchase, ...], vip: bool) -> None:
    programme = loaded(text)
    assume(programme is not None)
    assert programme is not None
    bounds = list(proved(programme))
    on_top = "tax comes on top" in text
    worth = next(Fraction(one.split()[1]) for one in text.splitlines() if one.startswith("  worth"))
    member = programme.new_member("m", segments=["vip"] if vip else [])
    for event in history:
        decision = programme.decide(member, event)
        member = decision.member
        asked = {record.promise for record in decision.promises}
        gave = value(decision, worth)
        for name, kind, bound in bounds:
            if name in asked:
                most = bound if kind is None else bound * paid(event, kind, on_top=on_top)
                assert gave <= most, (name, kind, bound, gave, most)
