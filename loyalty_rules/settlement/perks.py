"""Perks: which of them a member has at an instant, for how long, how often; and that one is used."""

from __future__ import annotations

from typing import NamedTuple

from loyalty_rules.decision import Outcome, PerkUsed
from loyalty_rules.engine.asking import refusal
from loyalty_rules.engine.gifts import counted
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.view import View
from loyalty_rules.errors import DecisionError, InputError, shown
from loyalty_rules.lang.checked import Blocks, Perk
from loyalty_rules.ledger.counters import added, by_key, in_order
from loyalty_rules.member import NEVER, MemberState
from loyalty_rules.perks import PerkUse
from loyalty_rules.settlement.knowing import view_at
from loyalty_rules.settlement.sharing import Effects
from loyalty_rules.settlement.timing.inforce import between


class PerkHeld(NamedTuple):
    """How a member has a perk: `why_not` is None while the member has it. `until`: its dates end there, NEVER without;
    `left`: how often it can still be used in what its limits count, None without a limit."""

    perk: str
    title: str
    grants: str
    why_not: Outcome | None
    until: int
    left: int | None


def perks_at(plan: Plan, member: MemberState, at: int) -> tuple[PerkHeld, ...]:
    """How a member has each perk of a programme at an instant, by name, if nothing happens. Nothing is used by it."""
    view = view_at(plan, member, at)
    return tuple(_held(view, plan.checked.perks[name]) for name in sorted(plan.checked.perks))


def _held(view: View, perk: Perk) -> PerkHeld:
    why = refusal(view, perk, Blocks.EVERYTHING)
    own = between(perk.dates, view.timeline(perk.zone))
    ends = [end for end in (own[1], view.plan.checked.dates.end) if end is not None]
    return PerkHeld(
        perk.name,
        perk.title,
        perk.grants,
        None if why is None else why.outcome,
        min(ends, default=NEVER),
        left(view, perk),
    )


def left(view: View, perk: Perk) -> int | None:
    """How often a perk can still be used; None where nothing limits it."""
    rooms = [max(0, limit.times - counted(view, limit.key, limit.window)) for limit in perk.limits]
    return min(rooms, default=None)


def used(plan: Plan, member: MemberState, event: PerkUse, effects: Effects) -> MemberState:
    """A perk is used, and its limits count it. Raises `InputError` (`perk.unknown`) for one that is not declared, and
    `DecisionError` (`perk.refused`) where the member does not have it."""
    perk = plan.checked.perks.get(event.perk)
    if perk is None:
        raise InputError("perk.unknown", f"the programme has no perk `{shown(event.perk)}`", "perk")
    view = view_at(plan, member, event.at)
    why = refusal(view, perk, Blocks.EVERYTHING)
    if why is not None:
        raise DecisionError("perk.refused", f"`{perk.name}`: {why.outcome.name.replace('_', ' ').lower()}")
    counters = by_key(member.counters)
    for limit in perk.limits:
        reached = view.reach_of_window(limit.window)
        counters[limit.key] = added(counters.get(limit.key, ()), reached.bucket, 1, reached.low)
    after = member._replace(counters=in_order(counters))
    effects.append(PerkUsed(perk.name, perk.grants, left(view_at(plan, after, event.at), perk), event.at))
    return after
