"""Events that come late: older than the member's clock, and not older than the programme takes them.

The clock stays. A late event is judged by its own date: its level, its periods, windows and caps. What it earns is
dated by it, and may be usable or expired at once. It spends and converts nothing, and nothing that was decided is
decided again; a level that it lifts holds from now.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from loyalty_rules.decision import NotReturnable
from loyalty_rules.engine.budgets import Budgets
from loyalty_rules.engine.compiled import evaluate
from loyalty_rules.engine.known import Known
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.stretches import stretches
from loyalty_rules.engine.view import View
from loyalty_rules.errors import DecisionError, InputError
from loyalty_rules.events import Cancellation, Confirmation, Event, Happening, Purchase, Return
from loyalty_rules.ledger.standings import stands
from loyalty_rules.member import Mark, MemberState
from loyalty_rules.settlement import choosing, costs, outlook
from loyalty_rules.settlement.chosensets import forgotten, sets_at
from loyalty_rules.settlement.editions import Editions
from loyalty_rules.settlement.formernames import former_names
from loyalty_rules.settlement.giving.periods import sums_now
from loyalty_rules.settlement.giving.posting import posted
from loyalty_rules.settlement.knowing import known, view_at, years_at
from loyalty_rules.settlement.ladders import levels
from loyalty_rules.settlement.ladders.assigning import assigned
from loyalty_rules.settlement.ladders.reaching import Reached, reached
from loyalty_rules.settlement.membership import steps as memberships
from loyalty_rules.settlement.pricing import discount_uses, offered
from loyalty_rules.settlement.progress import counted, counts
from loyalty_rules.settlement.recording import current, gone_when_released, recorded
from loyalty_rules.settlement.referring.following import noted, referred, withdrawn
from loyalty_rules.settlement.remembering import MAX_KEPT, Settled, decided
from loyalty_rules.settlement.returning import debts
from loyalty_rules.settlement.returning.returns import come_back, plan_of, returnable
from loyalty_rules.settlement.sharing import Effects
from loyalty_rules.settlement.timing.clock import expire
from loyalty_rules.settlement.timing.lives import kept_alive, prolonged, waited_for


def late(
    editions: Editions, member: MemberState, event: Event, mark: Mark, budgets: Budgets | None, *, told: bool
) -> Settled:
    """Decides an event that is older than the member's clock. Raises `DecisionError` (`event.late`) where the programme
    does not take it."""
    place = editions.place_of(member)
    plan, fingerprint = editions.all[place].plan.of(event), editions.all[place].fingerprint
    _check(editions, place, member, event)
    if isinstance(event, Return | Cancellation):
        return _come_back(editions, place, member, event, mark, budgets, told=told)
    if not isinstance(event, Purchase | Happening | Confirmation):
        raise DecisionError("event.late", f"an event of the kind `{event.kind}` comes in time, or not at all")
    if isinstance(event, Purchase) and event.redeem:
        raise DecisionError("event.late", "an order that asks to be paid with points comes in time, or not at all")
    judge, occasion = editions.judged(place, event)
    if judge != place:
        raise DecisionError("event.late", "an order that an earlier edition judges comes in time, or not at all")
    effects = Effects(budgets)
    then = _known_then(plan, member, event.at)
    draw = effects.draw(plan, View(plan, occasion, then), member.clock)  # what all share is never late
    priced = offered(plan, event, occasion, then, effects, draw=draw)
    occasion = occasion if priced is None else priced.occasion
    effects += costs.shared(plan, effects, event.at)
    view = View(plan, occasion, then)
    result = evaluate(view, draw, told=told)
    moved = counts(plan, member, view, result, discount_uses(view, priced))
    after = posted(plan, member, view, result, effects, member.decisions + 1)
    after = counted(after, moved, occasion.day, isinstance(event, Purchase))
    if isinstance(event, Purchase):
        after = _linked(
            recorded(plan, fingerprint, after, event.id, view, result, moved, effects), event.id, occasion.day
        )
        after = noted(plan, after, event.id, result)
    led_to = referred(plan, after, event, result)
    after = prolonged(plan, after, view, result, effects, number=after.decisions + 1)
    after = gone_when_released(waited_for(plan, after, occasion, effects), event.at, effects)
    after = kept_alive(plan, after, view, effects)
    found: list[Reached] = []
    now = member.clock
    after = debts.pay(plan, expire(plan, after, now, effects, late=True), now, effects)
    count = len(effects)
    after = assigned(plan, after, result, now, effects)
    after = levels.moved_by_occasion(plan, after, view_at(plan, after, now), effects)
    after = reached(plan, after, now, effects[count:], effects, found, number=after.decisions + 1)
    done = decided(plan, current(plan, after, now), fingerprint, event, mark)
    return Settled(False, place, done, tuple(effects), view, result, tuple(found), priced=priced, follow_ups=led_to)


def _come_back(
    editions: Editions,
    place: int,
    member: MemberState,
    event: Return | Cancellation,
    mark: Mark,
    budgets: Budgets | None,
    *,
    told: bool,
) -> Settled:
    """Goods came back in time, and it is told late: what no longer stands is taken now."""
    plan, fingerprint = editions.all[place].plan, editions.all[place].fingerprint
    found = returnable(plan, member, event)
    if isinstance(found, NotReturnable):
        return Settled(False, place, member, (), refused=found)
    at, kept = found
    effects, now = Effects(budgets), event._replace(at=member.clock)
    judging = plan_of(member.records[at], editions)
    then = former_names(editions, member.records[at].programme, place)
    back = come_back(judging, then.member_then(member), at, kept, now, effects, told=told)
    left, led_to = withdrawn(judging, back.member, at, event, back.result)
    left, fallen = choosing.withdrawn(judging, left, at, back.result, member.clock, effects)
    effects[:] = then.effects_now(effects)
    left = choosing.taken_back(editions, place, then.member_now(left), fallen, member.clock, effects)
    after = levels.after_a_return(plan, left, member.clock, effects)
    done = decided(plan, after, fingerprint, event, mark)
    return Settled(False, place, done, tuple(effects), back.view, back.result, follow_ups=led_to)


# ---------- what is taken


def _check(editions: Editions, place: int, member: MemberState, event: Event) -> None:
    plan, clock = editions.all[place].plan, member.clock
    days = plan.checked.late_days
    if not days:
        raise DecisionError("event.late", "the event is older than the member's clock, and late events are refused")
    if event.at < plan.timeline.start(plan.timeline.day(clock) - days):
        raise DecisionError(
            "event.late", f"the event is older than the member's clock, and late events are accepted for {days} days"
        )
    if len(member.seen) >= MAX_KEPT and event.at <= member.seen[0].at:
        raise DecisionError("event.late", "so many events came since that it is not known whether it was decided")
    if editions.place_at(event.at) != place:
        raise DecisionError("event.late", "the event is older than the edition that has decided since")
    if any(event.at < change.at <= clock for change in plan.checked.changes.values()):
        raise DecisionError("event.late", "the event is older than a change of denomination that has happened since")
    for purse in plan.checked.purses.values():
        period = purse.rounding.posts
        if period is not None:
            first = plan.timeline.first(period, plan.timeline.number(period, plan.timeline.day(clock)))
            if event.at < plan.timeline.start(first):
                raise DecisionError("event.late", f"`{purse.name}` has posted the period of the event")


# ---------- the member as found then


def _known_then(plan: Plan, member: MemberState, at: int) -> Known:
    """What may be read of the member at an instant that is past: levels of then; counters have dates, balances are
    those of now."""
    now, day = known(plan, member, member.clock), plan.timeline.day(at)
    ranks, changed = dict(now.ranks), dict(now.changed)
    for name, ladder in plan.checked.ladders.items():
        try:
            level = outlook.level_before(member, ladder, at)
        except InputError:
            if not stands(member, name).history:
                level = ladder.base  # the member has never moved there
            else:
                raise DecisionError("event.late", f"what was held on `{name}` then is not known any more") from None
        ranks[name] = ladder.rank(level)
        before = [since for since, _ in stands(member, name).history if since <= at]
        changed[name] = before[-1] if before else 0
    days = [one.day for one in member.records if one.day <= day and not one.whole]
    days += [found for found in (now.first_order, now.last_order) if found is not None and found <= day]
    first = now.first_order if now.first_order is not None and now.first_order <= day else None
    return replace(
        now,
        ranks=ranks,
        stood={name: one._replace(rank=ranks[name]) for name, one in now.stood.items()},
        changed={name: since for name, since in changed.items() if since},
        first_order=first,
        last_order=max(days, default=None),
        sums=sums_now(plan, member, day),
        years=_years_then(plan, member, at),
        opted={rule: since for rule, since in member.opted if since <= at},
        chosen=_chosen_then(plan, member, at),
        done=stretches(plan.counted_since, now.counters, at),
        invited=None if member.invited is None or member.invited.at > at else now.invited,
    )


def _chosen_then(plan: Plan, member: MemberState, at: int) -> Mapping[str, tuple[str, ...]]:
    """The product sets that had been chosen then, as far as the member knows."""
    unknown = forgotten(plan, member, at)
    if unknown:
        raise DecisionError("event.late", f"what had been chosen of `{unknown}` then is not known any more")
    return sets_at(plan, member, at)


def _years_then(plan: Plan, member: MemberState, at: int) -> Mapping[str, tuple[bool, int]]:
    """The memberships of then, as far as the member knows."""
    for one in member.memberships:
        if len(one.history) >= memberships.MAX_HISTORY and at < one.history[0][0]:
            raise DecisionError("event.late", f"whether `{one.membership}` counted then is not known any more")
    return years_at(plan, member, at)


def _linked(member: MemberState, order: str, day: int) -> MemberState:
    """The order that follows a late one has it as its previous order."""
    place = next((place for place, one in enumerate(member.records) if one.order == order), -1)
    later = [at for at, one in enumerate(member.records) if at > place and not one.whole]
    if place < 0 or not later:
        return member
    following = member.records[later[0]]
    following = following._replace(previous=max(following.previous or day, day))
    return member._replace(records=(*member.records[: later[0]], following, *member.records[later[0] + 1 :]))
