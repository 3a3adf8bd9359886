"""When the levels of a ladder are reviewed, what is asked then, and how long a level outlives it."""

from __future__ import annotations

from calendar import monthrange
from typing import Final

from loyalty_rules.diagnostics import Related, Role
from loyalty_rules.lang import checked as k
from loyalty_rules.lang import conditions as c
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker import conditions
from loyalty_rules.lang.checker.context import Context, LadderHead
from loyalty_rules.lang.checker.counts import all_of, first_of, missing, simple
from loyalty_rules.lang.checker.measures import Place, days_and_months
from loyalty_rules.lang.checker.names import unknown
from loyalty_rules.lang.tokens import Duration
from loyalty_rules.problems.clauses import ClauseTwice
from loyalty_rules.problems.ladders import DowngradeNever

#: What has no meaning where levels are never lowered.
_LOWERING: Final = ("DOWN_ONE", "DOWN_EARNED", "KEEP", "HOLD_LEAST", "GRACE")


def reviews(ctx: Context, block: s.Block) -> k.Reviews | None:
    """When levels are reviewed; and whether all that needs a review, or that a review needs, is there."""
    found = _reviews(ctx, block)
    if simple(block, "REVIEW_NEVER") is not None:
        for clause in block.clauses:
            role = getattr(clause, "role", "")
            if role in _LOWERING:
                ctx.report(DowngradeNever(), clause.span)
    elif found is not None and simple(block, "DOWN_ONE", "DOWN_EARNED") is None:
        missing(ctx, block, "DOWN_ONE", "DOWN_EARNED")
    return found


def _reviews(ctx: Context, block: s.Block) -> k.Reviews | None:
    at_end = first_of(block, s.ReviewAtEnd)
    if at_end is not None:
        by = length(ctx, at_end.by, at_end) if at_end.by is not None else k.NO_LENGTH
        by = k.Length(-by.days, -by.months) if at_end.shift == "LESS" else by
        if at_end.end == k.Review.JOINED_YEAR.value:
            return k.Reviews(k.Review.JOINED_YEAR, length=by)
        return k.Reviews(k.Review.AT_END, ctx.period(at_end.end.removeprefix("AT_END_"), at_end.span), by)
    on_day = first_of(block, s.ReviewOnDay)
    if on_day is not None:
        # Day 0 is the last of the month; of february the 29th, which other years have on the 28th.
        day = on_day.day.day or monthrange(2000, on_day.day.month)[1]
        return k.Reviews(k.Review.ON_DAY, day=(on_day.day.month, day))
    after = first_of(block, s.ReviewAfter)
    if after is not None:
        following = ctx.period(after.next.removeprefix("FROM_NEXT_"), after.span) if after.next else None
        return k.Reviews(k.Review.AFTER, following, length(ctx, after.length, after))
    other = simple(block, "REVIEW_ORDER", "REVIEW_NEVER")
    return k.Reviews(k.Review(other.role)) if other else None


def length(ctx: Context, duration: Duration, node: s.Node) -> k.Length:
    """A length in local dates; one that is none is reported, and stands for nothing."""
    found = days_and_months(ctx, duration, node)
    return k.NO_LENGTH if found is None else k.Length(found[0], found[1])


def length_of(ctx: Context, block: s.Block, role: str) -> k.Length:
    """The length that a clause of this role gives; none without one."""
    clause = first_of(block, s.LevelLength, lambda clause: clause.role == role)
    return k.NO_LENGTH if clause is None else length(ctx, clause.length, clause)


def tests(ctx: Context, block: s.Block, head: LadderHead, role: str, place: Place) -> dict[str, c.Condition]:
    """What is asked of a level by the clauses of one role, by level: one clause a level, and levels that are earned."""
    first: dict[str, s.LevelTest] = {}
    found: dict[str, c.Condition] = {}
    for clause in all_of(block, s.LevelTest, lambda clause: clause.role == role):
        name = clause.name.text
        asked = conditions.clauses(ctx, [clause.condition], place)
        if name not in head.levels:
            unknown(ctx, clause.name, ("LEVEL",), head.levels)
        elif first.setdefault(name, clause) is not clause:
            ctx.report(ClauseTwice(Role(role), Role(block.kind)), clause.span, Related(first[name].span, "first_here"))
        elif asked:
            found[name] = asked[0]
    return found
