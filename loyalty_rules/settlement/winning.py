"""Draws: whose tickets take part, and what winners of draws and contests are given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Final, NamedTuple

from loyalty_rules.engine.budgets import Budgets
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.receive import minor, occasion_at
from loyalty_rules.engine.reference import Result, evaluate
from loyalty_rules.engine.view import View
from loyalty_rules.errors import DecisionError, InputError, shown
from loyalty_rules.events import Won
from loyalty_rules.lang.checked import Earn, Give, PrizeDraw, drawn_key, won_key
from loyalty_rules.ledger.counters import added, buckets_of, by_key, in_order
from loyalty_rules.member import MemberState
from loyalty_rules.settlement import playing
from loyalty_rules.settlement.accounts.redenominating import units_later
from loyalty_rules.settlement.editions import Editions
from loyalty_rules.settlement.formernames import former_names
from loyalty_rules.settlement.giving.posting import posted
from loyalty_rules.settlement.knowing import known, view_at
from loyalty_rules.settlement.progress import counted, counts
from loyalty_rules.settlement.recording import current
from loyalty_rules.settlement.sharing import Effects

#: Of so many draws of one block a member remembers the tickets, and of so many prizes that they were given.
MAX_DRAWS: Final = 24
MAX_PRIZES: Final = 256
#: Prizes of one day are told apart by their places.
_PLACES: Final = 1_000_000


# ---------- tickets


def drawn(plan: Plan, member: MemberState, found: list[tuple[str, int]], at: int) -> MemberState:
    """The member whose tickets of draws (`found`: how many of which) were just drawn: they are counted where the member
    may take part, as it was asked on the date before."""
    counters = by_key(member.counters)
    for name, units in found:
        draw = plan.checked.draws[name]
        day = _day(plan, at)
        if ends_of(plan, draw, at - 1) == at and view_at(plan, member, at, day=day).all_hold(draw.audience):
            kept = added(counters.get(drawn_key(name), ()), day, units, 0)
            counters[drawn_key(name)] = kept[-MAX_DRAWS:]
    return member._replace(counters=in_order(counters))


def ends_of(plan: Plan, draw: PrizeDraw, at: int) -> int:
    """When tickets that are given at an instant are drawn."""
    if draw.at is not None:
        return draw.at
    if draw.season is None:
        raise InputError("draw.unknown", f"`{shown(draw.name)}` has no tickets", "draw")
    return plan.timeline.next_start(draw.season, plan.timeline.day(at))


def _day(plan: Plan, ends: int) -> int:
    """The date by which a draw is counted: the last one before it."""
    return plan.timeline.day(ends - 1)


def tickets_at(plan: Plan, member: MemberState, draw: str, ends: int) -> int:
    """With how many tickets a member took part in a draw that is behind its clock. Raises `DecisionError`
    (`draw.forgotten`) for one of which the member does not know any more."""
    kept = dict(buckets_of(member.counters, drawn_key(draw)))
    day = _day(plan, ends)
    if len(kept) == MAX_DRAWS and day < min(kept):
        raise DecisionError("draw.forgotten", f"`{member.member}` knows of the last {MAX_DRAWS} draws alone")
    return kept.get(day, 0)


# ---------- prizes


class Prized(NamedTuple):
    """A prize given: the member, and by what that is told."""

    member: MemberState
    view: View
    result: Result


def is_given(editions: Editions, member: MemberState, event: Won) -> bool:
    """Whether this prize was given before, also where its id is forgotten. Tickets are played one behind the other."""
    if _at_once(editions, event):
        return event.place <= playing.played(member, event.rule)
    now = editions.place_of(member)
    names, _ = Editions(editions.all[: now + 1]).renamed_since(editions.place_at(event.ends - 1))
    kept = buckets_of(member.counters, won_key(names.get(event.rule, event.rule)))
    place = _bucket(editions.all[now].plan, event)
    return any(bucket == place for bucket, _ in kept) or (len(kept) == MAX_PRIZES and place < kept[0][0])


def _at_once(editions: Editions, event: Won) -> bool:
    """Whether the edition of then has a draw of this name of which each ticket is played at once."""
    draw = editions.all[editions.place_at(event.ends)].plan.checked.draws.get(event.rule)
    return draw is not None and bool(draw.chances)


def _bucket(plan: Plan, event: Won) -> int:
    return _day(plan, event.ends) * _PLACES + event.place


def prized(
    editions: Editions, place: int, member: MemberState, event: Won, effects: Effects, budgets: Budgets | None
) -> Prized:
    """A prize is given by the edition that decided who won. Raises `InputError` (`prize.unknown`) for what that knows
    no such prize of."""
    at_once = _at_once(editions, event)
    judge = editions.place_at(event.ends if at_once else event.ends - 1)
    plan, fingerprint = editions.all[judge].plan, editions.all[judge].fingerprint
    then, told = former_names(editions, fingerprint, place), (event.ends, event.at)
    count, before = len(effects), then.member_then(member)
    if at_once:
        before = playing.taken(before, event, effects)
    view = _view(plan, before, event, lambda purse, units: units_later(editions, (judge, place), purse, units, *told))
    result = evaluate(view, None if budgets is None else effects.draw(view.plan, view), told=False)
    moved = counts(view.plan, before, view, result)
    after = posted(view.plan, before, view, result, effects, before.decisions + 1)
    after = counted(after, moved, view.occasion.day, purchase=False)
    if not at_once:
        counters = by_key(after.counters)
        key = won_key(event.rule)
        counters[key] = added(counters.get(key, ()), _bucket(plan, event), 1, 0)[-MAX_PRIZES:]
        after = after._replace(counters=in_order(counters))
    after = then.member_now(after)
    effects[count:] = then.effects_now(effects[count:])
    return Prized(current(editions.all[place].plan, after, event.at), view, result)


def _view(plan: Plan, member: MemberState, event: Won, later: Callable[[str, int], int]) -> View:
    """The occasion of a winner: the rule that gives the prize, alone. `later`: units in the denomination of today."""
    found = plan.checked.draws.get(event.rule) or plan.checked.contests.get(event.rule)
    if found is None:
        raise InputError("prize.unknown", f"the programme has no draw or contest `{shown(event.rule)}`", "rule")
    rule = replace(found.rule, gives=_gives(plan, found.rule, event, later))
    alone = replace(plan.checked, earns={rule.name: rule} if rule.gives else {}, boosts={}, groups={}, referrals={})
    occasion = occasion_at(plan, event.at)._replace(kind="prize", name=rule.name)
    return View(Plan(alone, plan.text), occasion, known(plan, member, event.at))


def _gives(plan: Plan, rule: Earn, event: Won, later: Callable[[str, int], int]) -> tuple[Give, ...]:
    """What was won, where prizes are given in such units at all."""
    found = []
    draw = plan.checked.draws.get(rule.name)
    if not event.prizes and not (draw is not None and draw.chances):
        raise InputError("prize.unknown", f"`{shown(rule.name)}` has no such prize", "prizes")
    for purse, amount in sorted(event.prizes):
        like = next((give for give in rule.gives if give.purse == purse), None)
        units = 0 if like is None else minor(amount, plan.checked.purses[purse].decimals, "prizes")
        if like is None or units <= 0:
            raise InputError("prize.unknown", f"`{shown(rule.name)}` has no such prize", "prizes")
        found.append(replace(like, value=Fraction(later(purse, units))))
    return tuple(found)
