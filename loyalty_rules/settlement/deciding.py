"""One event settled: everything that fell due before it, in time order, and then the event itself.

Refusals raise before anything is built, so nothing is ever half-done.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeAlias

from loyalty_rules.decision import NotReturnable, Outcome, RuleTrace
from loyalty_rules.engine.budgets import Budgets
from loyalty_rules.engine.compiled import evaluate
from loyalty_rules.engine.digests import digest, marked
from loyalty_rules.engine.experiments import exposed
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.pricing.tracing import trace as price_trace
from loyalty_rules.engine.reference import Result, trace
from loyalty_rules.engine.view import View
from loyalty_rules.errors import DecisionError
from loyalty_rules.events import (
    Absorbed,
    Adjustment,
    Cancellation,
    Capture,
    Choice,
    Confirmation,
    Enrolment,
    Event,
    Happening,
    Incoming,
    Invitation,
    MembershipStep,
    Merge,
    PerkUse,
    Purchase,
    Referred,
    Release,
    Reservation,
    Return,
    Tick,
    Transfer,
    Welcome,
    Withdrawn,
    Won,
)
from loyalty_rules.member import Lot, Mark, MemberState
from loyalty_rules.settlement import choosing, chosensets, costs, perks, ranking, winning
from loyalty_rules.settlement.accounts.adjusting import adjusted
from loyalty_rules.settlement.accounts.joining import joined
from loyalty_rules.settlement.accounts.merging import absorbed, check, emptied
from loyalty_rules.settlement.accounts.transferring import received, sent
from loyalty_rules.settlement.editions import Editions
from loyalty_rules.settlement.formernames import former_names
from loyalty_rules.settlement.giving.accruing import POSTING
from loyalty_rules.settlement.giving.posting import posted
from loyalty_rules.settlement.knowing import check_known, known, view_at
from loyalty_rules.settlement.ladders import levels
from loyalty_rules.settlement.ladders.assigning import assigned
from loyalty_rules.settlement.ladders.reaching import Reached, reached
from loyalty_rules.settlement.late import late
from loyalty_rules.settlement.membership import steps as memberships
from loyalty_rules.settlement.pricing import discount_uses
from loyalty_rules.settlement.progress import counted, counts
from loyalty_rules.settlement.recording import current, gone_when_released, recorded
from loyalty_rules.settlement.referring import inviting, thanking
from loyalty_rules.settlement.referring.following import led_by, noted, referred, withdrawn
from loyalty_rules.settlement.remembering import Settled, decided, told_before
from loyalty_rules.settlement.returning import debts
from loyalty_rules.settlement.returning.returns import come_back, plan_of, returnable
from loyalty_rules.settlement.sharing import Effects, closed, opened
from loyalty_rules.settlement.spending import conversions, reserving
from loyalty_rules.settlement.spending.lowering import lowered
from loyalty_rules.settlement.spending.redemption import paid_with_points
from loyalty_rules.settlement.spending.spent import uses_of
from loyalty_rules.settlement.spending.used import captured, redeemed
from loyalty_rules.settlement.timing import scheduled
from loyalty_rules.settlement.timing.clock import advance
from loyalty_rules.settlement.timing.lives import kept_alive, prolonged, waited_for
from loyalty_rules.shared import SharedState

#: Events that ask earn rules, or may; and those that ask none: units come or go by themselves.
_OfRules: TypeAlias = Purchase | Happening | Enrolment | Confirmation | Choice
_OfUnits: TypeAlias = (
    Adjustment
    | Reservation
    | Capture
    | Release
    | MembershipStep
    | PerkUse
    | Transfer
    | Incoming
    | Merge
    | Absorbed
    | Invitation
    | Welcome
)


def settle_event(
    editions: Editions, member: MemberState, event: Event, shared: SharedState | None = None, *, told: bool = False
) -> Settled:
    """Decides an event, by the edition in force at its instant; `told`: with the reasons of every rule, for a trace.
    Raises `InputError` for an event that cannot be read, and where something is shared and missing (`shared.missing`),
    `DecisionError` for one that cannot be decided: the same id with another content (`event.conflict`), older than the
    member's clock (`event.late`), of another member; or a member who stands where the programme has no ladder or level
    (`member.ladder`, `member.level`), or has what it does not have (`member.purse`, `member.membership`); or was merged
    into another one (`member.merged`); or a return of an order whose programme is not at hand (`edition.missing`)."""
    if event.member != member.member:
        raise DecisionError("event.member", f"the event is of `{event.member}`, the member is `{member.member}`")
    check_known(editions.all[editions.place_of(member)].plan.checked, member)
    place = editions.place_at(event.at)
    fingerprint = editions.all[place].fingerprint
    found: list[Reached] = []
    budgets = opened(editions, shared, editions.all[place].plan)
    if isinstance(event, Tick):
        if event.at <= member.clock:
            return Settled(False, editions.place_of(member), member, (), shared=shared)
        member, effects = advance(editions, member, event.at, found, budgets)
        member = member._replace(clock=event.at, programme=fingerprint)
        after = closed(editions, shared, budgets)
        led_to = led_by(member, found)
        return Settled(False, place, member, tuple(effects), reached=tuple(found), shared=after, follow_ups=led_to)
    seen = told_before(member, event.id)
    if seen is not None:
        if seen.digest != digest(event):
            raise DecisionError("event.conflict", f"`{event.id}` was decided with another content")
        return Settled(True, editions.place_of(member), member, (), shared=shared)
    mark = marked(event)
    if isinstance(event, Referred) and thanking.is_kept(member, event):
        return Settled(True, editions.place_of(member), member, (), shared=shared)
    if isinstance(event, Won) and winning.is_given(editions, member, event):
        return Settled(True, editions.place_of(member), member, (), shared=shared)
    if member.merged:
        raise DecisionError("member.merged", f"`{member.member}` was merged into `{member.merged}`: tell it there")
    if isinstance(event, Referred | Withdrawn | Won):
        settled = _followed_up(editions, member, event, mark, budgets, told=told)
    elif event.at < member.clock:
        settled = late(editions, member, event, mark, budgets, told=told)
    elif isinstance(event, _OfUnits):
        settled = _without_rules(editions, place, member, event, mark, budgets)
    elif isinstance(event, Return | Cancellation):
        settled = _come_back(editions, place, member, event, mark, budgets, told=told)
    else:
        settled = _by_rules(editions, place, member, event, mark, budgets, told=told)
    if settled.reached:
        settled = replace(settled, follow_ups=(*settled.follow_ups, *led_by(settled.member, settled.reached)))
    if settled.member is not member:
        at = max(event.at, member.clock) if isinstance(event, Referred | Withdrawn | Won) else event.at
        ranked = _ranked(editions, member, settled.member, at, shared)
        settled = settled if ranked is settled.member else replace(settled, member=ranked)
    return settled if shared is None else replace(settled, shared=closed(editions, shared, budgets))


def _ranked(
    editions: Editions, member: MemberState, after: MemberState, at: int, shared: SharedState | None
) -> MemberState:
    """The member after an event, with since when it stands where it does in contests: what time alone had changed
    before the event is noted already."""
    plan, now = editions.all[editions.place_of(after)].plan, after.clock
    if not plan.checked.contests or after.merged:
        return after
    ready = advance(editions, member, now, budgets=opened(editions, shared))[0]
    return ranking.reached(plan, ready, after, at, now)


def _by_rules(
    editions: Editions,
    place: int,
    member: MemberState,
    event: _OfRules,
    mark: Mark,
    budgets: Budgets | None,
    *,
    told: bool,
) -> Settled:
    """An event of which rules are asked."""
    now, found = editions.all[place], list[Reached]()
    place, occasion = editions.judged(place, event)
    plan, fingerprint = editions.all[place].plan.of(event), editions.all[place].fingerprint
    member, effects = advance(editions, member, event.at, found, budgets)
    if occasion.kind == "enrolment":
        member = joined(plan, member, event.at)
    ready, before = member, len(effects)
    if isinstance(event, Choice):
        member = _asked_for(plan, fingerprint, member, event, effects, found)
    read = known(plan, member, event.at)
    draw = None if effects.budgets is None else effects.draw(plan, View(plan, occasion, read))
    priced = None
    if isinstance(event, Purchase):
        member, priced = lowered(plan, member, event, occasion, read, effects, draw)
    occasion = occasion if priced is None else priced.occasion
    if isinstance(event, Purchase) and event.redeem:
        member, occasion = paid_with_points(plan, member, event, occasion, effects, draw)
        read = replace(read, held=known(plan, member, event.at).held)
    effects += costs.shared(plan, effects[before:], event.at)
    view = View(plan, occasion._replace(redeemed=redeemed(effects[before:])), read)
    result = evaluate(view, draw, told=told)
    moved = counts(plan, member, view, result, [*discount_uses(view, priced), *uses_of(plan, effects)])
    after = posted(plan, member, view, result, effects, member.decisions + 1)
    after = counted(after, moved, occasion.day, isinstance(event, Purchase))
    if isinstance(event, Purchase):
        after = recorded(plan, fingerprint, after, event.id, view, result, moved, effects)
        after = noted(plan, after, event.id, result)
    led_to = referred(plan, after, event, result)
    # From here on the lots of this order are known as its own, and stay apart.
    after = _lives_moved(plan, after, view, result, effects)
    after = conversions.at_once(plan, after, event.at, effects, number=after.decisions + 1)
    count = len(found)
    after = stood(plan, after, view, result, effects, found)
    if len(found) > count:
        after = conversions.at_once(plan, after, event.at, effects, number=after.decisions + 1)
    done = decided(now.plan, debts.pay(plan, after, event.at, effects), now.fingerprint, event, mark, ready)
    return Settled(False, place, done, tuple(effects), view, result, tuple(found), priced=priced, follow_ups=led_to)


def _asked_for(
    plan: Plan, fingerprint: str, member: MemberState, event: Choice, effects: Effects, found: list[Reached]
) -> MemberState:
    """What the member chooses, opts in to, buys, or asks to be converted."""
    if event.rule in plan.checked.products:
        return chosensets.chosen(plan, view_at(plan, member, event.at), member, event, effects)
    rule = plan.checked.earns.get(event.rule)
    left = any(one.rule == event.rule for one in member.choices)  # maybe by an edition before
    if rule is not None and (left or rule.choosing is not None) and (event.purse or not rule.opt_in):
        return choosing.chosen(plan, fingerprint, member, event, effects, found)
    return conversions.requested(plan, member, event, effects)


def settle_transfer(
    editions: Editions, giver: MemberState, receiver: MemberState, event: Transfer, shared: SharedState | None = None
) -> tuple[Settled, Settled, Incoming]:
    """Settles a transfer for both members, with what it is for the one who gets it. Raises what `settle_event` raises
    for either, and `DecisionError` (`transfer.half`) where only one of them knows it already."""
    if event.to != receiver.member:
        raise DecisionError("event.member", f"the transfer is to `{event.to}`, not to `{receiver.member}`")
    one = settle_event(editions, giver, event, shared)
    coming = Incoming(event.id, event.to, event.at, event.purse, event.amount, event.member, one.lots)
    other = settle_event(editions, receiver, coming, one.shared)
    if one.repeated is not other.repeated:
        raise DecisionError("transfer.half", f"only one of the two members knows `{event.id}`: keep both or neither")
    return one, other, coming


def settle_merge(
    editions: Editions, gone: MemberState, stays: MemberState, event: Merge, shared: SharedState | None = None
) -> tuple[Settled, Settled, Absorbed]:
    """Settles a merge for both members, with what it is for the one who stays. Raises what `settle_event` raises for
    either, and `DecisionError` (`merge.half`) where only one of them knows it already."""
    check(event)
    if event.into != stays.member:
        raise DecisionError("event.member", f"the merge is into `{event.into}`, not into `{stays.member}`")
    one = settle_event(editions, gone, event, shared)
    state = gone if one.repeated else advance(editions, gone, event.at, budgets=opened(editions, shared))[0]
    coming = Absorbed(event.id, event.into, event.at, event.reason, event.actor, state)
    other = settle_event(editions, stays, coming, one.shared)
    if one.repeated is not other.repeated:
        raise DecisionError("merge.half", f"only one of the two members knows `{event.id}`: keep both or neither")
    return one, other, coming


def settle_invitation(
    editions: Editions, inviter: MemberState, friend: MemberState, event: Invitation, shared: SharedState | None = None
) -> tuple[Settled, Settled, Welcome]:
    """Settles an invitation for both members, with what it is for the friend. Raises what `settle_event` raises for
    either, and `DecisionError` (`invitation.half`) where only one of them knows it already."""
    if event.friend != friend.member:
        raise DecisionError("event.member", f"the invitation is of `{event.friend}`, not of `{friend.member}`")
    one = settle_event(editions, inviter, event, shared)
    compared = inviting.compared(editions.all[editions.place_at(event.at)].plan, inviter)
    coming = Welcome(event.id, event.friend, event.at, event.member, compared)
    other = settle_event(editions, friend, coming, one.shared)
    if one.repeated is not other.repeated:
        raise DecisionError("invitation.half", f"only one of the two members knows `{event.id}`: keep both or neither")
    return one, other, coming


def _lives_moved(plan: Plan, member: MemberState, view: View, result: Result, effects: Effects) -> MemberState:
    """What an occasion does to the lives of what is held: it prolongs, releases what waited for it, and is activity.
    What becomes usable pays a debt before anything else can take it."""
    at = view.occasion.at
    member = prolonged(plan, member, view, result, effects, number=member.decisions + 1)
    member = waited_for(plan, member, view.occasion, effects)
    member = debts.pay(plan, gone_when_released(member, at, effects), at, effects)
    return kept_alive(plan, member, view, effects)


def _without_rules(
    editions: Editions, place: int, member: MemberState, event: _OfUnits, mark: Mark, budgets: Budgets | None
) -> Settled:
    """Units come or go without an earn rule, and what follows from it at once."""
    plan, found = editions.all[place].plan, list[Reached]()
    member, effects = advance(editions, member, event.at, found, budgets)
    given: tuple[Lot, ...] = ()
    match event:
        case Adjustment():
            after = adjusted(plan, member, event, effects)
        case MembershipStep():
            after = memberships.stepped(plan, member, event, effects)
            if memberships.year_paid(plan, member, after, event):
                after = scheduled.year_begun(plan, after, event.at, event.membership, effects, found)
        case PerkUse():
            after = perks.used(plan, member, event, effects)
        case Transfer():
            after, given = sent(plan, member, event, effects)
        case Incoming():
            after = received(plan, member, event, effects)
        case Merge():
            after = emptied(plan, member, event, effects)
        case Absorbed():
            after = absorbed(plan, member, event, effects)
        case Invitation():
            after = inviting.invites(plan, member, event, effects)
        case Welcome():
            after = inviting.welcomed(member, event, effects)
        case _:
            count = len(effects)
            after = reserving.settled(plan, current(plan, member, event.at), event, effects)
            after = captured(plan, after, event.at, effects[count:], effects)
    if not isinstance(event, Merge):
        after = _followed(plan, after, event.at, effects, found)
    done = decided(plan, after, editions.all[place].fingerprint, event, mark)
    return Settled(False, place, done, tuple(effects), reached=tuple(found), lots=given)


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
    """Goods of an order come back, judged by the edition that decided it; or nothing happens at all."""
    plan, fingerprint = editions.all[place].plan, editions.all[place].fingerprint
    found = returnable(plan, member, event)
    if isinstance(found, NotReturnable):
        return Settled(False, editions.place_of(member), member, (), refused=found)
    at, kept = found
    judging = plan_of(member.records[at], editions)
    asked: list[Reached] = []
    member, effects = advance(editions, member, event.at, asked, budgets)
    at = next(place for place, record in enumerate(member.records) if record.order == event.order)
    then, count = former_names(editions, member.records[at].programme, place), len(effects)
    back = come_back(judging, then.member_then(member), at, kept, event, effects, told=told)
    left, led_to = withdrawn(judging, back.member, at, event, back.result)
    left, fallen = choosing.withdrawn(judging, left, at, back.result, event.at, effects)
    effects[count:] = then.effects_now(effects[count:])
    left = choosing.taken_back(editions, place, then.member_now(left), fallen, event.at, effects)
    back = replace(back, member=left)
    after = conversions.at_once(
        plan, current(plan, back.member, event.at), event.at, effects, number=back.member.decisions + 1
    )
    after = levels.after_a_return(plan, after, event.at, effects)
    done = decided(plan, after, fingerprint, event, mark)
    return Settled(False, place, done, tuple(effects), back.view, back.result, tuple(asked), follow_ups=led_to)


def _followed_up(
    editions: Editions,
    member: MemberState,
    event: Referred | Withdrawn | Won,
    mark: Mark,
    budgets: Budgets | None,
    *,
    told: bool,
) -> Settled:
    """What a friend did, for the inviter, or what a draw came to, for a winner: never late, but decided as of now where
    it is older than the clock."""
    event = event._replace(at=max(event.at, member.clock))
    place, found = editions.place_at(event.at), list[Reached]()
    plan, fingerprint = editions.all[place].plan, editions.all[place].fingerprint
    member, effects = advance(editions, member, event.at, found, budgets)
    view: View | None = None
    result: Result | None = None
    if isinstance(event, Won):
        after, view, result = winning.prized(editions, place, member, event, effects, budgets)
        after = _lives_moved(plan, after, view, result, effects)
    elif isinstance(event, Referred) and thanking.is_withdrawn(member, event):
        after = member
    elif isinstance(event, Referred):
        view = thanking.view_of(plan, member, event)
        result = evaluate(view, None if effects.budgets is None else effects.draw(view.plan, view), told=told)
        moved = counts(plan, member, view, result)
        after = posted(plan, member, view, result, effects, member.decisions + 1)
        after = counted(after, moved, view.occasion.day, purchase=False)
        after = thanking.remembered(plan, fingerprint, after, event, view, result, moved)
        after = _lives_moved(plan, after, view, result, effects)
    else:
        after = _withdrawn(editions, place, member, event, effects)
    after = _followed(plan, after, event.at, effects, found)
    done = decided(plan, after, fingerprint, event, mark)
    return Settled(False, place, done, tuple(effects), view, result, tuple(found))


def _withdrawn(editions: Editions, place: int, member: MemberState, event: Withdrawn, effects: Effects) -> MemberState:
    """Takes back what was given for a friend, by the edition that gave it."""
    at = thanking.place_of(member, event)
    if at is None:
        return member
    judging = plan_of(member.records[at], editions)
    then, count = former_names(editions, member.records[at].programme, place), len(effects)
    after = then.member_now(thanking.taken_back(judging, then.member_then(member), at, event, effects))
    effects[count:] = then.effects_now(effects[count:])
    return levels.after_a_return(editions.all[place].plan, after, event.at, effects)


def _followed(plan: Plan, member: MemberState, at: int, effects: Effects, found: list[Reached]) -> MemberState:
    """What follows at once where units came or went without a rule."""
    after = debts.pay(plan, member, at, effects)
    after = conversions.at_once(plan, after, at, effects, number=after.decisions + 1)
    count, asked = len(effects), len(found)
    after = levels.moved_by_occasion(plan, after, view_at(plan, after, at), effects)
    after = reached(plan, after, at, effects[count:], effects, found, number=after.decisions + 1)
    if len(found) == asked:
        return after
    return conversions.at_once(plan, after, at, effects, number=after.decisions + 1)


def stood(
    plan: Plan, member: MemberState, view: View, result: Result, effects: Effects, found: list[Reached]
) -> MemberState:
    """Stage 17: levels that rules give, levels that are earned or lost, and what rules give for those reached. Levels
    that ask for a balance are asked of what the purses hold now."""
    at, count = view.occasion.at, len(effects)
    member = assigned(plan, member, result, at, effects)
    now = view
    if plan.reads.balances:
        now = replace(view, known=replace(view.known, balances=known(plan, member, at).balances))
        now.ranks = view.ranks
    member = levels.moved_by_occasion(plan, member, now, effects)
    return reached(plan, member, at, effects[count:], effects, found, number=member.decisions + 1)


def traced(settled: Settled, plan: Plan) -> tuple[RuleTrace, ...]:
    """One record for every rule, and one for each time that a rule which waits for a level or for time was asked: then
    it is not told that it waits. `plan`: of the edition that decided; what one of another file was asked is told by
    effects alone, for its rules and their words are not known here."""
    found: list[RuleTrace] = []
    asked: set[str] = set()  # for a level or by time: once is enough. What was posted may be asked by this event too.
    for view, result in settled.reached:
        if view.plan.text != plan.text:
            continue
        records = [
            record
            for record in exposed(view, trace(view, result))
            if (record.granted if record.stage == "boost" else record.outcome is not Outcome.WAITING_FOR_EVENT)
        ]
        found += records
        if view.occasion.kind != POSTING:
            asked |= {record.rule for record in records if record.stage == "award"}
    if settled.view is None or settled.result is None or settled.view.plan.text != plan.text:
        return tuple(found)
    whole = [record for record in trace(settled.view, settled.result) if record.rule not in asked]
    if settled.priced is not None:
        whole += price_trace(settled.view.plan, settled.priced)
    whole = exposed(settled.view, whole)
    return tuple(sorted((*whole, *found), key=lambda record: record.rule))
