"""The answer to each promise: proved, broken by an order that was run, or open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from loyalty_rules.lang import checked as k
from loyalty_rules.lang.checker.context import Context
from loyalty_rules.lang.checker.proving.proofs import Prover
from loyalty_rules.problems.promises import PromiseBroken, PromiseOpen
from loyalty_rules.source import Span

#: Shows a bound of a promise that an order breaks, and that order in words; None where there is none to show. Gets the
#: promise, and rules that may act together where a bound is not proved.
Breach: TypeAlias = Callable[[k.Checked, str, tuple[tuple[str, ...], ...]], "tuple[Span, str] | None"]


def answered(ctx: Context, checked: k.Checked, breach: Breach | None) -> k.Checked:
    """Reports the promises that are broken, and those that are neither broken nor proved; notes which are proved."""
    if not checked.promises or ctx.has_errors():
        return checked
    prover = Prover(checked)
    promises = {name: _answer(ctx, checked, promise, prover, breach) for name, promise in checked.promises.items()}
    return replace(checked, promises=promises)


def _answer(ctx: Context, checked: k.Checked, promise: k.Promise, prover: Prover, breach: Breach | None) -> k.Promise:
    unproved = [bound for bound in promise.always if not prover.holds(promise, bound)]
    broken = breach(checked, promise.name, prover.suspects(promise)) if unproved and breach is not None else None
    if broken is not None:
        span, example = broken
        ctx.report(PromiseBroken(promise.name, example), span)
    for bound in unproved if broken is None else ():
        ctx.report(PromiseOpen(promise.name), bound.span)
    return replace(promise, proved=not unproved)
