"""What a host tells of a member, in the terms of a programme."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.receive import typed_facts
from loyalty_rules.errors import InputError, LoyaltyError, shown
from loyalty_rules.events import FactInput, facts_of
from loyalty_rules.member import FactValue
from loyalty_rules.text import plain_texts


def member_facts(plan: Plan, facts: Mapping[str, FactInput] | None) -> tuple[tuple[str, FactValue], ...]:
    """The facts of a member, all that are declared. Raises `InputError` for what the file does not know."""
    problems: list[LoyaltyError] = []
    typed = typed_facts(plan.member_facts, facts_of(facts), plan.checked.exponent, "facts", problems)
    if problems:
        raise problems[0]
    return tuple(sorted(typed.items()))


def member_segments(plan: Plan, segments: Iterable[str]) -> tuple[str, ...]:
    """The segments that the host says a member is in. Raises `InputError` (`segment.unknown`, `call.type`)."""
    chosen = tuple(sorted(set(plain_texts(segments, "segments"))))
    for name in chosen:
        if name not in plan.checked.segments or plan.checked.segments[name].when:
            raise InputError("segment.unknown", f"the host supplies no segment `{shown(name)}`", "segments")
    return chosen
