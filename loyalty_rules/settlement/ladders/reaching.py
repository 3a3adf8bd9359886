"""Rules that wait for a level: they award when a member has risen to it, and are counted from the next event on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from loyalty_rules.decision import Effect, LevelChanged
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.receive import occasion_at
from loyalty_rules.engine.reference import Result, evaluate
from loyalty_rules.engine.view import View
from loyalty_rules.member import MemberState
from loyalty_rules.settlement.giving.posting import posted
from loyalty_rules.settlement.knowing import known
from loyalty_rules.settlement.ladders.assigning import assigned
from loyalty_rules.settlement.progress import counted, counts
from loyalty_rules.settlement.sharing import Effects
from loyalty_rules.settlement.timing.lives import kept_alive, prolonged


class Reached(NamedTuple):
    """One level that was reached, and what its rules gave."""

    view: View
    result: Result


def reached(
    plan: Plan,
    member: MemberState,
    at: int,
    changes: Sequence[Effect],
    effects: Effects,
    found: list[Reached],
    *,
    number: int,
) -> MemberState:
    """What rules give for the levels that `changes` raised, in their order; a level that such a rule gives counts too.
    Each level is an occasion of its own, without lines. `number`: of the decision that it belongs to, in the clock of
    the last one."""
    if not plan.reaching:
        return member
    waiting = list(changes)
    while waiting:
        effect = waiting.pop(0)
        if not isinstance(effect, LevelChanged) or (effect.ladder, effect.after) not in plan.reaching:
            continue
        ladder = plan.checked.ladders[effect.ladder]
        if ladder.rank(effect.after) <= ladder.rank(effect.before):
            continue
        name = f"{effect.ladder} {effect.after}"
        view = View(plan, occasion_at(plan, at)._replace(kind="level", name=name), known(plan, member, at))
        result = evaluate(view, effects.draw(plan, view), told=False)
        count = len(effects)
        moved = counts(plan, member, view, result)
        member = posted(plan, member, view, result, effects, number)
        member = counted(member, moved, view.occasion.day, False)
        member = prolonged(plan, member, view, result, effects, number=number)
        member = kept_alive(plan, member, view, effects)
        member = assigned(plan, member, result, at, effects)
        waiting += effects[count:]
        found.append(Reached(view, result))
    return member
