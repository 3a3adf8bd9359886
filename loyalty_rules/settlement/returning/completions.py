"""Challenges and goods that come back: what stands of a completion, of what it gave, and of its counters.

Where the challenge says `keep`, an order that completed it goes on to count as one that did. Else the goal is asked
again of the goods that are kept.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import replace

from loyalty_rules.completions import CompletionTakenBack
from loyalty_rules.decision import Effect
from loyalty_rules.engine import goals
from loyalty_rules.engine.keeping import kept_view
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.reference import Result, evaluate
from loyalty_rules.engine.returning import Asked, Asking, askings_of, at_places
from loyalty_rules.engine.view import View
from loyalty_rules.lang.checked import Place, TriggerKind, done_key
from loyalty_rules.records import Record
from loyalty_rules.settlement.accounts.redenominating import counted_in
from loyalty_rules.values import frozen


@frozen
class Stands:
    """How often each challenge stays completed by an order of which so much is kept. `view` and `result`: of the order
    decided again; None where nothing of it can fall, and no result where nothing is kept."""

    times: Mapping[str, int]
    view: View | None
    result: Result | None = None


def stands(plan: Plan, record: Record, kept: Sequence[int]) -> Stands:
    """What stays completed of what an order completed."""
    bought = record.completed
    falling = [rule.name for rule in plan.challenges if rule.name in bought and rule.goal and not rule.goal.keeps]
    if not falling:
        return Stands(bought, None)
    view = kept_view(plan, record, kept)
    result = evaluate(view, told=False) if any(kept) else None
    again: Mapping[str, int] = {} if result is None else result.completed
    times = {name: again.get(name, 0) if name in falling else count for name, count in bought.items()}
    return Stands(times, view, result)


def with_challenges(plan: Plan, record: Record, kept: Sequence[int], found: Asked, bought: Sequence[Asking]) -> Asked:
    """What is asked of the goods that are kept, with what challenges ask and what rules ask for their completions: for
    each completion the same."""
    if not record.completed:
        return found
    found_again = stands(plan, record, kept)
    left, own, trimmed = found_again.times, given_for(plan, record), _trimmed(found_again, kept)
    others = [one for one in found.askings if one.rule not in own]
    for one in bought:
        challenge = own.get(one.rule, "")
        count = record.completed.get(challenge, 0)
        key = (one.rule, one.purse)
        if count and left[challenge] and left[challenge] < count and key in trimmed:
            others.append(trimmed[key])
        elif count and left[challenge]:
            rows = ((line, tuple(units * left[challenge] // count for units in row)) for line, row in one.grid)
            others.append(one._replace(grid=tuple((line, row) for line, row in rows if any(row))))
    return replace(found, askings=tuple(sorted(others, key=lambda one: (one.rule, one.purse))))


def _trimmed(stood: Stands, kept: Sequence[int]) -> dict[tuple[str, str], Asking]:
    """What challenges ask of the goods that are kept where a purse is rounded over a period: its record holds what the
    caps of the order had trimmed, of which no completion has a share."""
    if stood.result is None:
        return {}
    places = [place for place, units in enumerate(kept) if units]
    own = (one for one in askings_of(stood.result) if one.rule in stood.times and Place(one.place).summed)
    return {(one.rule, one.purse): at_places(one, places) for one in own}


def given_for(plan: Plan, record: Record) -> dict[str, str]:
    """By rule, the challenge whose completion it gives for: the challenges themselves, and rules that wait for them."""
    waiting = (rule for rule in plan.checked.earns.values() if rule.trigger is TriggerKind.COMPLETING)
    found = {rule.name: rule.event for rule in waiting if rule.event in record.completed}
    return {name: name for name in record.completed} | found


def counted(plan: Plan, record: Record, held: Sequence[int], kept: Sequence[int]) -> dict[tuple[str, int], int]:
    """What the order counts for in the counters of challenges: where nothing of a completion falls, as before. `held`:
    what was kept of each line until now."""
    found = {(key, bucket): amount for key, bucket, amount in record.counts if key in plan.goal_keys}
    left = stands(plan, record, kept)
    if left.view is None:
        return found
    falling = {rule.name: rule.goal for rule in plan.challenges if rule.goal and not rule.goal.keeps}
    own = {key for name, goal in falling.items() for key in goal.keys(name)}
    found |= {place: 0 for place in found if place[0] in own}
    moved = _moved(left, falling)
    anew = {award.purse for award in record.awards if award.since}
    if any(counted_in(key) in anew for key, _ in moved):
        before = _moved(stands(plan, record, held), falling)
        for key, bucket, amount in record.counts:  # its units are others by now, in the view those of then
            if before.get((key, bucket)) and counted_in(key) in anew:
                moved[key, bucket] = amount * moved.get((key, bucket), 0) // before[key, bucket]
    return found | moved


def _moved(left: Stands, falling: Container[str]) -> dict[tuple[str, int], int]:
    if left.view is None:
        return {}
    completed = {name: count for name, count in left.times.items() if name in falling and count}
    return {(one.key, one.bucket): one.amount for one in goals.moved(left.view, completed)}


def taken_back(before: Record, after: Record, at: int) -> Iterator[Effect]:
    """What is told of completions that fell away."""
    then, now = ({key: amount for key, _, amount in record.counts} for record in (before, after))
    for name in sorted(before.completed):
        fell = then.get(done_key(name), 0) - now.get(done_key(name), 0)
        if fell > 0:
            yield CompletionTakenBack(name, fell, at)
