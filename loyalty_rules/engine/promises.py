"""Promises: asked of an occasion once everything is decided. They change nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Final

from loyalty_rules.decision import PromiseTrace
from loyalty_rules.engine.reasons import false_conditions, shown_value
from loyalty_rules.engine.view import View
from loyalty_rules.lang.checked import Promise
from loyalty_rules.lang.conditions import Compared

#: The occasions on which rules give something.
_KINDS: Final = frozenset({"purchase", "event", "enrolment"})


def promise_records(view: View, balances: Mapping[str, int]) -> tuple[PromiseTrace, ...]:
    """A record for every promise that this occasion has to keep, by name. `balances` are those after it."""
    after = _afterwards(view, balances)
    promises = view.plan.checked.promises
    return tuple(_record(after, promises[name]) for name in sorted(promises) if _asked(view, promises[name]))


def needed(view: View, balances: Mapping[str, int], test: Compared) -> str:
    """What a bound came to on this occasion."""
    after = _afterwards(view, balances)
    bound = after.bound(test.bound)
    whole = isinstance(bound, Fraction) and bound.denominator == 1
    return shown_value(after, test.operand, int(bound) if whole and bound is not None else bound)


def _afterwards(view: View, balances: Mapping[str, int]) -> View:
    """The occasion with everything that it gave; levels as they held for the awards."""
    after = replace(view, known=replace(view.known, balances=balances))
    after.ranks = dict(view.ranks)
    return after


def _asked(view: View, promise: Promise) -> bool:
    """Whether a promise is about this occasion: of orders, paid as it is known, for these members, when it says."""
    kind = view.occasion.kind
    if kind != "purchase" and (promise.of_orders or kind not in _KINDS):
        return False
    if promise.of_tenders and view.occasion.tenders is None:
        return False
    return view.all_hold(promise.audience) and view.all_hold(promise.occasion)


def _record(view: View, promise: Promise) -> PromiseTrace:
    broken = tuple(condition for condition in promise.always if not view.holds(condition))
    clause = broken[0].span if broken else promise.span
    return PromiseTrace(promise.name, not broken, clause, false_conditions(view, broken))
