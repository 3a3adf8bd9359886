"""How the goal of a challenge counts: its measures, with what the challenge says of them."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any, NamedTuple, TypeVar

from loyalty_rules.lang import conditions as c
from loyalty_rules.lang.checked import Dates
from loyalty_rules.lang.checker.measures import key_of

_T = TypeVar("_T")


class Counting(NamedTuple):
    """What a challenge says of the measures of its goal. `opted`: its name, where only that counts which comes after
    members opted in to it. `forgives`: what breaks no run."""

    opted: str = ""
    forgives: c.Forgiven | None = None


def counting(condition: _T, how: Counting) -> _T:
    """A condition with measures that count so: under keys of their own."""
    return _changed(condition, how) if any(how) else condition


def _changed(value: Any, how: Counting) -> Any:
    if isinstance(value, tuple):
        return tuple(_changed(item, how) for item in value)
    if not is_dataclass(value) or isinstance(value, type):
        return value
    if isinstance(value, c.Measure):
        return _measure(value, how)
    changed = {part.name: _changed(getattr(value, part.name), how) for part in fields(value) if part.compare}
    return replace(value, **changed)


def _measure(found: c.Measure, how: Counting) -> c.Measure:
    """What a balance comes to, or an order by itself, has no past to leave out."""
    if found.counter is c.CounterKind.BALANCE or found.window.kind is c.WindowKind.THIS_ORDER:
        return found
    forgives = how.forgives if found.counter in c.IN_A_ROW else None
    changed = replace(found, each=_changed(found.each, how), opted=how.opted, forgives=forgives)
    return replace(changed, key=key_of(changed, Dates(found.window.since)))
