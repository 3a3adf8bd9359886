"""Where engine and ledger meet: one event settled into a new member and the effects that tell what changed.

A decision settles everything that fell due before the event, in time order, and then the event itself. Refusals raise
before anything is built, so nothing is ever half-done.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from loyalty_rules.decision import Effect, LevelChanged, PointsActivated, PointsAwarded, PointsExpired
from loyalty_rules.engine.gifts import ORDER
from loyalty_rules.engine.parts import Posting
from loyalty_rules.engine.plan import ORDERS_EVER, Plan
from loyalty_rules.engine.receive import digest, occasion_at, receive
from loyalty_rules.engine.reference import Result, evaluate, uses
from loyalty_rules.engine.tiers import earned_rank
from loyalty_rules.engine.view import Known, View
from loyalty_rules.engine.windows import reach
from loyalty_rules.errors import DecisionError
from loyalty_rules.events import Event, Purchase, Tick
from loyalty_rules.lang.checked import Earn, Expiry, Ladder, Review, Upgrade, Usable
from loyalty_rules.lang.conditions import WindowKind
from loyalty_rules.ledger import lots
from loyalty_rules.ledger.counters import added, by_key, in_order
from loyalty_rules.ledger.standings import rank_kept, scheduled_by, stands
from loyalty_rules.member import NEVER, Lot, MemberState, Purse, Seen, Standing

#: How many occasions the clock may pass through in one decision.
MAX_OCCASIONS: Final = 1_000
#: How many ids of events a member document remembers; a store remembers them all.
MAX_SEEN: Final = 256
_HOUR: Final = 3_600 * 1_000_000


@dataclass(frozen=True, slots=True)
class Settled:
    """An event settled. `view` and `result` are what a trace is made from; both None for a tick and a repeat."""

    repeated: bool
    member: MemberState
    effects: tuple[Effect, ...]
    view: View | None = None
    result: Result | None = None


def settle_event(plan: Plan, fingerprint: str, member: MemberState, event: Event) -> Settled:
    """Decides an event. Raises `InputError` for an event that cannot be read, `DecisionError` for one that cannot be
    decided: the same id with another content (`event.conflict`), older than the member's clock (`event.late`), of
    another member."""
    if event.member != member.member:
        raise DecisionError("event.member", f"the event is of `{event.member}`, the member is `{member.member}`")
    if isinstance(event, Tick):
        if event.at <= member.clock:
            return Settled(False, member, ())
        member, effects = _advance(plan, member, event.at)
        return Settled(False, member._replace(clock=event.at, programme=fingerprint), tuple(effects))
    mark = digest(event)
    for seen in member.seen:
        if seen.id == event.id:
            if seen.digest != mark:
                raise DecisionError("event.conflict", f"`{event.id}` was decided with another content")
            return Settled(True, member, ())
    if event.at < member.clock:
        raise DecisionError("event.late", "the event is older than the member's clock, and late events are refused")
    occasion = receive(plan, event)
    member, effects = _advance(plan, member, event.at)
    if occasion.kind == "enrolment":
        member = _joined(plan, member, event.at)
    view = View(plan, occasion, known(plan, member, event.at))
    result = evaluate(view)
    after = _posted(plan, member, view, result, effects)
    after = _counted(plan, after, view, result, isinstance(event, Purchase))
    after = _levels(plan, after, view, effects)
    after = after._replace(
        programme=fingerprint,
        clock=event.at,
        decisions=member.decisions + 1,
        seen=_remembered((*member.seen, Seen(event.id, event.at, mark)), event.at),
    )
    return Settled(False, after, tuple(effects), view, result)


def _remembered(seen: tuple[Seen, ...], clock: int) -> tuple[Seen, ...]:
    """The latest ids, and all of the clock's own instant: what is forgotten is older than the clock, and so refused."""
    older = [entry for entry in seen if entry.at < clock]
    now = [entry for entry in seen if entry.at == clock]
    room = max(0, MAX_SEEN - len(now))
    return tuple(older[len(older) - min(room, len(older)) :] + now)


# ---------- the member as the engine reads it


def known(plan: Plan, member: MemberState, at: int) -> Known:
    """What the engine may read of a member at an instant."""
    balances = {purse.name: lots.balance(purse, at).usable for purse in member.purses}
    standings = {standing.ladder: standing for standing in member.standings}
    ranks = {
        name: ladder.rank(standings[name].level) if name in standings else 0
        for name, ladder in plan.checked.ladders.items()
    }
    return Known(
        facts=dict(member.facts),
        segments=frozenset(member.segments),
        joined=None if member.joined is None else plan.timeline.day(member.joined),
        first_order=member.first_order,
        last_order=member.last_order,
        counters=by_key(member.counters),
        balances=balances,
        ranks=ranks,
        held={purse.name: lots.total(purse) for purse in member.purses},
        remainders={
            (purse.name, rule): Fraction(numerator, denominator)
            for purse in member.purses
            for rule, numerator, denominator in purse.remainders
        },
    )


def view_at(plan: Plan, member: MemberState, at: int, *, day: int | None = None) -> View:
    """A view in which only time has passed; `day` for a date other than the instant's."""
    occasion = occasion_at(plan, at)
    if day is not None:
        month = date.fromordinal(day).month
        occasion = occasion._replace(day=day, weekday=(day - 1) % 7, month=month)
    return View(plan, occasion, known(plan, member, at))


def _joined(plan: Plan, member: MemberState, at: int) -> MemberState:
    if member.joined is not None:
        raise DecisionError("member.joined", "the member has joined already")
    since = {m.key for m in plan.kept_measures if m.window.kind in (WindowKind.SINCE_JOINING, WindowKind.YEAR_JOINED)}
    counters = {key: buckets for key, buckets in by_key(member.counters).items() if key not in since}
    return member._replace(joined=at, counters=in_order(counters))


# ---------- stage 2: clock


def _advance(plan: Plan, member: MemberState, at: int) -> tuple[MemberState, list[Effect]]:
    """Everything that falls due after the member's clock and up to `at`, one instant after another."""
    effects: list[Effect] = []
    for _ in range(MAX_OCCASIONS):
        due = _next_due(plan, member)
        if due > at:
            return member, effects
        member = _fall_due(plan, member, due, effects)._replace(clock=due)
    raise DecisionError(
        "clock.too_far", f"more than {MAX_OCCASIONS} things fall due: tick in steps, first to {member.clock}"
    )


def _next_due(plan: Plan, member: MemberState) -> int:
    due = min((lots.next_due(purse, member.clock) for purse in member.purses), default=NEVER)
    for standing in member.standings:
        ladder = plan.checked.ladders.get(standing.ladder)
        if ladder is None:
            continue
        if ladder.review is Review.AT_END and ladder.review_period is not None and ladder.rank(standing.level):
            due = min(due, plan.timeline.next_start(ladder.review_period, plan.timeline.day(member.clock)))
        if standing.scheduled:
            due = min(due, standing.scheduled[0][0])
    return due


def _fall_due(plan: Plan, member: MemberState, at: int, effects: list[Effect]) -> MemberState:
    """One instant: first what ends there (lots, levels under review), then what begins (levels scheduled for it)."""
    purses = []
    for purse in member.purses:
        changed, due = lots.fall_due(purse, at)
        if due.activated:
            effects.append(PointsActivated(purse.name, due.activated, at))
        if due.expired:
            effects.append(PointsExpired(purse.name, due.expired, at, due.parts))
        purses.append(changed)
    member = member._replace(purses=tuple(purses))
    for ladder in plan.checked.ladders.values():
        if ladder.review is Review.AT_END and ladder.review_period is not None:
            day = plan.timeline.day(at)
            if (
                plan.timeline.start(
                    plan.timeline.first(ladder.review_period, plan.timeline.number(ladder.review_period, day))
                )
                == at
            ):
                member = _reviewed(plan, member, ladder, view_at(plan, member, at, day=day - 1), at, effects)
    standings = []
    for standing in member.standings:
        ladder = plan.checked.ladders[standing.ladder]
        moved = scheduled_by(standing, at, ladder.rank)
        if moved.level != standing.level:
            effects.append(LevelChanged(ladder.name, standing.level or ladder.base, moved.level, at))
        standings.append(moved)
    return member._replace(standings=tuple(standings))


def _reviewed(
    plan: Plan, member: MemberState, ladder: Ladder, view: View, at: int, effects: list[Effect]
) -> MemberState:
    """A review lowers, never lifts: by one level or to the level that is earned now."""
    standing = stands(member, ladder.name)
    rank = ladder.rank(standing.level)
    kept = rank_kept(rank, earned_rank(view, ladder), one=ladder.downgrade_one)
    return member if kept == rank else _moved(member, ladder, kept, at, effects)


def _moved(member: MemberState, ladder: Ladder, rank: int, at: int, effects: list[Effect]) -> MemberState:
    before = stands(member, ladder.name)
    after = before._replace(level=ladder.level_name(rank), since=at)
    effects.append(LevelChanged(ladder.name, before.level or ladder.base, after.level, at))
    return _standing(member, after)


def _standing(member: MemberState, standing: Standing) -> MemberState:
    others = tuple(found for found in member.standings if found.ladder != standing.ladder)
    return member._replace(standings=tuple(sorted((*others, standing))))


# ---------- stages 14 to 17


def _posted(plan: Plan, member: MemberState, view: View, result: Result, effects: list[Effect]) -> MemberState:
    """What was granted becomes lots, one for each life: what one decision gave with one life is one lot."""
    at = view.occasion.at
    purses = {purse.name: purse for purse in member.purses}
    given: dict[str, dict[tuple[int, int], dict[str, int]]] = {}  # purse -> (usable, expires) -> units by rule
    for name in sorted(result.postings):
        for posting in result.postings[name]:
            into = posting.award.purse
            purse = purses.get(into, Purse(into, ()))
            if posting.remainder is not None:
                purse = _with_remainder(purse, name, posting.remainder)
            if posting.granted:
                usable, expires = life(plan, into, plan.rules[name], at)
                parts = given.setdefault(into, {}).setdefault((usable, expires), {})
                parts[name] = parts.get(name, 0) + posting.granted
                effects.append(_awarded(posting, usable, expires, len(view.occasion.lines)))
            purses[into] = purse
    for into, lives in given.items():
        for (usable, expires), parts in sorted(lives.items()):
            lot = Lot(member.decisions + 1, at, usable, expires, sum(parts.values()), tuple(sorted(parts.items())))
            purses[into] = lots.post(purses[into], lot)
        purses[into] = lots.merged(purses[into], at)
    return member._replace(purses=tuple(purses[name] for name in sorted(purses)))


def _awarded(posting: Posting, usable: int, expires: int, count: int) -> PointsAwarded:
    lines = posting.lines
    return PointsAwarded(
        posting.award.rule,
        posting.award.purse,
        posting.asked,
        posting.granted,
        usable,
        expires,
        tuple(lines.get(line, 0) for line in range(count)),
        lines.get(ORDER, 0),
    )


def _with_remainder(purse: Purse, rule: str, remainder: Fraction) -> Purse:
    kept = [entry for entry in purse.remainders if entry[0] != rule]
    if remainder:
        kept.append((rule, remainder.numerator, remainder.denominator))
    return purse._replace(remainders=tuple(sorted(kept)))


def life(plan: Plan, purse: str, rule: object, at: int) -> tuple[int, int]:
    """When units given at an instant become usable, and when they expire: by the rule's own clauses, else by the
    purse's."""
    own = rule if isinstance(rule, Earn) else None
    declared = plan.checked.purses[purse]
    usable = own.usable if own is not None and own.usable is not None else declared.usable
    expire = own.expire if own is not None and own.expire is not None else declared.expire
    day = plan.timeline.day(at)
    expires = min((_expiry(plan, expiry, day) for expiry in expire), default=NEVER)
    return _usable(plan, usable, at, day), expires


def _usable(plan: Plan, usable: Usable, at: int, day: int) -> int:
    if usable.next is not None:
        return plan.timeline.next_start(usable.next, day)
    if usable.days or usable.months:
        return plan.timeline.start(plan.timeline.moved(day, usable.days, usable.months))
    return at + usable.hours * _HOUR


def _expiry(plan: Plan, expiry: Expiry, day: int) -> int:
    """Lengths count local dates, and the last one counts: gone at the first instant after it."""
    if expiry.through is not None:
        return plan.timeline.start(expiry.through + 1)
    last = plan.timeline.moved(day, expiry.days, expiry.months)
    if expiry.end is not None:
        return plan.timeline.next_start(expiry.end, last)
    return plan.timeline.start(last + 1)


def _counted(plan: Plan, member: MemberState, view: View, result: Result, purchase: bool) -> MemberState:
    """Stage 16: measures, caps, limits and base limits move."""
    counters = by_key(member.counters)
    today, joined = view.occasion.day, view.known.joined

    def add(key: str, bucket: int, amount: int, keep_from: int) -> None:
        if amount:
            counters[key] = added(counters.get(key, ()), bucket, amount, keep_from)

    for measure in plan.kept_measures:
        reached = view.reach_of(measure)
        add(measure.key, reached.bucket, view.contribution(measure), reached.low)
    for use in uses(view, result):
        reached = reach(use.window, today, joined, plan.timeline)
        add(use.key, reached.bucket, use.amount, reached.low)
    if purchase:
        add(ORDERS_EVER, 0, 1, 0)
        member = member._replace(
            first_order=today if member.first_order is None else member.first_order, last_order=today
        )
    return member._replace(counters=in_order(counters))


def _levels(plan: Plan, member: MemberState, view: View, effects: list[Effect]) -> MemberState:
    """Stage 17: what the occasion lifts, schedules, or (with a review at every order) lowers."""
    at = view.occasion.at
    for name in sorted(plan.checked.ladders):
        ladder = plan.checked.ladders[name]
        standing = stands(member, name)
        rank, earned = ladder.rank(standing.level), earned_rank(view, ladder)
        if earned > rank and ladder.upgrade is not Upgrade.FROM_NEXT:
            member = _moved(member, ladder, earned, at, effects)
        elif earned > rank and ladder.upgrade_period is not None:
            if earned > max((ladder.rank(level) for _, level in standing.scheduled), default=0):
                start = plan.timeline.next_start(ladder.upgrade_period, view.occasion.day)
                kept = tuple(entry for entry in standing.scheduled if entry[0] != start)
                member = _standing(member, standing._replace(scheduled=(*kept, (start, ladder.level_name(earned)))))
        elif earned < rank and ladder.review is Review.EVERY_ORDER:
            member = _moved(member, ladder, rank_kept(rank, earned, one=ladder.downgrade_one), at, effects)
    return member
