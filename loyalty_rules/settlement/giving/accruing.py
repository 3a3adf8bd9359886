"""Purses that post at the end of a period: what rules gave in it is capped, rounded and posted then, as one sum each.

A return before that lowers the sum; one after it asks what would have been posted of the sum that is left, and takes
the difference.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Final

from loyalty_rules.amounts import Rounding, round_exact, round_ratio
from loyalty_rules.decision import Entry, PointsAwarded
from loyalty_rules.engine.ceilings import ceilings, keep, lower_after
from loyalty_rules.engine.gifts import ORDER, Cell, counted
from loyalty_rules.engine.parts import Award, Part, Posting
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.posting import hold
from loyalty_rules.engine.reference import Result
from loyalty_rules.engine.view import View
from loyalty_rules.lang.conditions import CounterKind
from loyalty_rules.ledger.counters import added, by_key, in_order
from loyalty_rules.member import NEVER, MemberState, Posted, Purse, Sum
from loyalty_rules.settlement import progress
from loyalty_rules.settlement.giving.periods import place_of, with_one
from loyalty_rules.settlement.giving.posting import posted
from loyalty_rules.settlement.knowing import known, view_at
from loyalty_rules.settlement.ladders import levels
from loyalty_rules.settlement.ladders.reaching import Reached
from loyalty_rules.settlement.returning.takeback import TakeBack
from loyalty_rules.settlement.sharing import Effects
from loyalty_rules.settlement.timing.lives import kept_alive

#: What a counter moves by: (key, bucket, amount).
Moves = list[tuple[str, int, int]]
#: The kind of an occasion at which a purse posts.
POSTING: Final = "posting"


def next_posting(plan: Plan, member: MemberState) -> int:
    """The next instant at which a purse posts something."""
    return min((due for _, _, due in _waiting(plan, member)), default=NEVER)


def _waiting(plan: Plan, member: MemberState) -> Iterator[tuple[Purse, Sum, int]]:
    """What is not posted yet, and when it will be."""
    for purse in member.purses:
        declared = plan.checked.purses.get(purse.name)
        period = None if declared is None else declared.rounding.posts
        for one in purse.sums if period is not None else ():
            if period is not None and one.posted is None and one.numerator:
                end = plan.timeline.start(plan.timeline.first(period, one.number + 1))
                yield purse, one, max(end, member.clock)  # the clock never goes back


# ---------- at the end of a period


def post(plan: Plan, member: MemberState, at: int, effects: Effects, found: list[Reached]) -> MemberState:
    """Posts the sums whose period ends at an instant: an occasion of its own, on the date before, without lines."""
    due = [(purse, one) for purse, one, instant in _waiting(plan, member) if instant == at]
    if not due:
        return member
    view = _view(plan, member, at)
    result = Result()
    postings = [_whole(plan, purse.name, one.rule, Fraction(one.numerator, one.denominator)) for purse, one in due]
    _lower(view, postings, {})
    hold(view, postings)
    for posting in postings:
        posting.lines = {ORDER: posting.granted} if posting.granted else {}
        result.postings.setdefault(posting.award.rule, []).append(posting)
        view.given[posting.award.rule, posting.award.purse] = posting.granted
    number, count = member.decisions, len(effects)  # the clock makes no decision of its own
    moved = progress.counts(plan, member, view, result)
    member = posted(plan, member, view, result, effects, number)
    awarded = [effect for effect in effects[count:] if isinstance(effect, PointsAwarded)]
    for (purse, one), posting in zip(due, postings, strict=True):
        life = next(
            ((e.usable, e.expires) for e in awarded if (e.rule, e.purse) == (one.rule, purse.name)), (at, NEVER)
        )
        counts = tuple(sorted((use.key, view.reach_of_window(use.window).bucket, use.amount) for use in posting.uses))
        granted = posting.granted
        gone = granted if life[1] <= at else 0  # with its end behind it, it is gone at once
        told = Posted(number, at, life[0], life[1], granted, granted, posting.full, counts, gone)
        member = _with(member, purse.name, one._replace(posted=told))
    member = progress.counted(member, moved, view.occasion.day, False)
    today = replace(view, occasion=view.occasion._replace(day=plan.timeline.day(at)))
    member = kept_alive(plan, member, today, effects)  # activity is of the date on which the units come
    now = replace(view, known=replace(view.known, balances=known(plan, member, at, at - 1).balances))
    now.ranks = view.ranks
    member = levels.moved_by_occasion(plan, member, now, effects, event=False)
    found.append(Reached(view, result))
    return member


def _view(plan: Plan, member: MemberState, at: int) -> View:
    view = view_at(plan, member, at, day=plan.timeline.day(at - 1))
    view.occasion = view.occasion._replace(kind=POSTING)
    return view


def _whole(plan: Plan, purse: str, name: str, exact: Fraction) -> Posting:
    """The sum of a rule in whole units, before its caps."""
    rule = plan.rules.get(name)
    rounding = plan.checked.purses[purse].rounding
    award = Award(name, purse, rounding, [Cell(1, {})], [Part(name, [{ORDER: exact}])], rule.caps if rule else ())
    total = round_exact(exact, rounding.mode)
    entries = [Entry("own", name, exact)]
    if total != exact:
        entries.append(Entry("rounding", name, total - exact))
    return Posting(award, {ORDER: [total]} if total else {}, total, entries=entries, rounded=[total])


def _lower(view: View, postings: list[Posting], own: dict[str, int]) -> None:
    """The caps of the rules, asked after what their counters hold without `own`."""
    found = ceilings(view, [posting.award for posting in postings], {}, ())
    lower_after(lambda counter, window, _: counted(view, counter, window) - own.get(counter, 0), postings, found, {})


def _with(member: MemberState, name: str, one: Sum) -> MemberState:
    """The member with a sum in the place of the one for its rule and period."""
    purses = (purse if purse.name != name else with_one(purse, one) for purse in member.purses)
    return member._replace(purses=tuple(purses))


# ---------- after a return


def posted_as_last(view: View, purse: str, one: Sum, posted: Posted, exact: Fraction) -> Posting:
    """What a sum would have been posted as, after all else that its caps count by now."""
    posting = _whole(view.plan, purse, one.rule, exact)
    if posted.anew:
        return posting
    _lower(view, [posting], {key: amount for key, _, amount in posted.uses})
    if posted.full and posting.granted > posted.granted:
        keep(posting, [0], posted.granted)
    return posting


def fallen(back: TakeBack, member: MemberState, purse: str, which: tuple[str, int], before: Fraction) -> Moves:
    """What stands of a sum that was posted, once it has moved from what it was `before`: what falls is taken from it
    first, then from later postings under the same caps. Returns what counters of caps and of points move by."""
    one = next((one for one in back.purses[purse].sums if place_of(one) == which), None)
    if one is None or one.posted is None:
        return []
    view = _view(back.plan, member, one.posted.at)
    then = posted_as_last(view, purse, one, one.posted, before)
    now = posted_as_last(view, purse, one, one.posted, Fraction(one.numerator, one.denominator))
    uses = _uses_after(view, one.posted, then, now)
    found: Moves = [(key, bucket, -amount) for key, bucket, amount in one.posted.uses]
    found += uses
    back.purses[purse] = with_one(back.purses[purse], one._replace(posted=one.posted._replace(uses=uses)))
    fall = then.granted - now.granted
    others = [
        other for other in reversed(back.purses[purse].sums) if other.rule == one.rule and place_of(other) != which
    ]
    for other in (place_of(one), *(place_of(other) for other in others)):
        held = next(there for there in back.purses[purse].sums if place_of(there) == other)
        if held.posted is None or not fall:
            continue
        units = min(fall, held.posted.holds) if fall > 0 else fall
        told = back.settle_posted(purse, held, held.posted, units)
        back.purses[purse] = with_one(back.purses[purse], held._replace(posted=told))
        found += _of_points(back.plan, member, purse, held.rule, held.posted, held.posted.holds - told.holds)
        fall = fall - units if fall > 0 else 0
    return found


def _uses_after(view: View, posted: Posted, then: Posting, now: Posting) -> tuple[tuple[str, int, int], ...]:
    """What caps count of a sum that has moved."""
    if posted.anew and then.granted:
        left = (
            (key, bucket, round_ratio(amount * now.granted, then.granted, Rounding.HALF_UP))
            for key, bucket, amount in posted.uses
        )
        return tuple(one for one in left if one[2])
    return tuple(sorted((use.key, view.reach_of_window(use.window).bucket, use.amount) for use in now.uses))


def _of_points(plan: Plan, member: MemberState, purse: str, rule: str, posted: Posted, fall: int) -> Moves:
    """What measures of points count less."""
    view = _view(plan, member, posted.at)
    view.given = {(rule, purse): fall}
    earned = [measure for measure in plan.kept_measures if measure.counter is CounterKind.EARNED]
    return [(one.key, view.reach_of(one).bucket, -view.contribution(one)) for one in earned]


def moved(member: MemberState, found: Moves) -> MemberState:
    """The counters moved; none falls below zero."""
    counters = by_key(member.counters)
    for key, bucket, amount in found:
        now = dict(counters.get(key, ())).get(bucket, 0)
        change = max(amount, -now)
        if change:
            counters[key] = added(counters.get(key, ()), bucket, change, min(0, bucket))
    return member._replace(counters=in_order(counters))
