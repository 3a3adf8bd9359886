"""Both evaluators on one occasion: they have to come to the same, and what is asked of them shows it. And orders
decided by the function of their programme: what it decides is what the ordinary path decides, bit for bit."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from typing import TypeAlias

import pytest

from loyalty_rules.decision import Effect
from loyalty_rules.engine import compiled, reference, returning
from loyalty_rules.engine.budgets import Draw
from loyalty_rules.engine.parts import Award, Posting
from loyalty_rules.engine.reference import Result
from loyalty_rules.engine.view import View
from loyalty_rules.errors import LoyaltyError
from loyalty_rules.events import Purchase
from loyalty_rules.fused import running
from loyalty_rules.fused.running import Fused, Orders
from loyalty_rules.member import MemberState
from loyalty_rules.settlement import deciding, late

#: By fingerprint, how many orders were decided by the function of their programme while that was compared.
DECIDED: Counter[str] = Counter()

Settling: TypeAlias = Callable[[Fused, MemberState, Purchase], "tuple[MemberState, tuple[Effect, ...]] | None"]

_BY_FUNCTION, _WORTH = Orders.settle, running.WORTH
#: What a trace alone reads: the compiled evaluator makes none of it.
_TOLD = {"entries", "passed_over"}


@contextmanager
def deciding_by(evaluator: str) -> Iterator[None]:
    """Purchases are decided by the compiled evaluator, by the `reference`, or by `both`, which have to agree; or by one
    function of the `whole` programme where there is one, held to the compiled evaluator. Whoever asks for one has it,
    whichever the run was begun with."""
    with pytest.MonkeyPatch.context() as patch:
        chosen = {"reference": reference.evaluate, "both": both}.get(evaluator, compiled.evaluate)
        for module in (deciding, late, returning):
            patch.setattr(module, "evaluate", chosen)
        patch.setattr(Orders, "settle", _BY_FUNCTION if evaluator in ("compiled", "whole") else _by_none)
        patch.setattr(running, "WORTH", 0 if evaluator == "whole" else _WORTH)
        if evaluator == "whole":
            patch.setattr(Fused, "settle", agreeing(Fused.settle))
        yield


def _by_none(self: Orders, member: MemberState, event: Purchase) -> None:
    """No function takes the order."""


def agreeing(whole: Settling) -> Settling:
    """What decides an order by the function of its programme, held to what the ordinary path does with the same."""

    def settle(self: Fused, member: MemberState, event: Purchase) -> tuple[MemberState, tuple[Effect, ...]] | None:
        found = whole(self, member, event)
        if found is not None:
            try:
                wanted = deciding.settle_event(self.editions, member, event)
            except LoyaltyError as error:
                raise AssertionError(f"it is refused as ever: {error}") from error
            assert not wanted.repeated
            assert found[1] == tuple(wanted.effects)
            assert list(map(type, found[1])) == list(map(type, wanted.effects))
            assert found[0] == wanted.member, differing(found[0], wanted.member)
            assert repr(found[0]) == repr(wanted.member)
            DECIDED[self.editions.all[-1].fingerprint] += 1
        return found

    return settle


def differing(found: MemberState, wanted: MemberState) -> str:
    """The fields in which two members differ."""
    both_of = zip(MemberState._fields, found, wanted, strict=True)
    return "\n".join(f"{name}: {one!r}, not {other!r}" for name, one, other in both_of if one != other)


def both(view: View, draw: Draw | None = None, *, told: bool) -> Result:
    """What the compiled evaluator comes to, held to what the reference does with the same."""
    other = View(view.plan, view.occasion, view.known, settled=view.settled)
    drawn = copy.copy(draw)
    if draw is not None and drawn is not None:
        drawn.taken, drawn.asked = copy.deepcopy((draw.taken, draw.asked))
    wanted = reference.evaluate(other, drawn, told=told)
    found = compiled.evaluate(view, draw, told=told)
    differing = list(differences(view, found, other, wanted))
    if differing:
        raise AssertionError("\n".join(differing))
    return found


def differences(view: View, found: Result, other: View, wanted: Result) -> Iterator[str]:
    """Where two results of one occasion, or what they leave in their views, differ."""
    for name in ("given", "asked", "applied", "ranks", "completed"):
        if getattr(view, name) != getattr(other, name):
            yield f"view.{name}: {getattr(view, name)!r}, not {getattr(other, name)!r}"
    for kind in view.guarded.keys() & other.guarded.keys():
        if view.guarded[kind] != other.guarded[kind]:
            yield f"view.guarded[{kind}]: {view.guarded[kind]!r}, not {other.guarded[kind]!r}"
    for name in ("applied_boosts", "without_gift", "assigned", "completed", "offered"):
        if getattr(found, name) != getattr(wanted, name):
            yield f"{name}: {getattr(found, name)!r}, not {getattr(wanted, name)!r}"
    if list(found.postings) != list(wanted.postings):
        yield f"postings: {list(found.postings)!r}, not {list(wanted.postings)!r}"
        return
    if list(found.applied_boosts) != list(wanted.applied_boosts):
        yield f"order of boosts: {list(found.applied_boosts)!r}, not {list(wanted.applied_boosts)!r}"
    for rule, postings in wanted.postings.items():
        for one, other_one in zip(found.postings[rule], postings, strict=True):
            yield from (f"{rule}: {what}" for what in _of_postings(one, other_one))


def _of_postings(found: Posting, wanted: Posting) -> Iterator[str]:
    for name in (part.name for part in fields(Posting) if part.name not in {"award", *_TOLD}):
        if getattr(found, name) != getattr(wanted, name):
            yield f"{name} {getattr(found, name)!r}, not {getattr(wanted, name)!r}"
    for name in (part.name for part in fields(Award) if part.name not in {"parts", "uses", *_TOLD}):
        if getattr(found.award, name) != getattr(wanted.award, name):
            yield f"award.{name} {getattr(found.award, name)!r}, not {getattr(wanted.award, name)!r}"
    mine, others = found.award.parts, wanted.award.parts
    if [(part.by, part.exact) for part in mine] != [(part.by, part.exact) for part in others]:
        yield f"parts {[(p.by, p.exact) for p in mine]!r}, not {[(p.by, p.exact) for p in others]!r}"
