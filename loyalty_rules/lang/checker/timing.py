"""When rules and conversions happen by themselves."""

from __future__ import annotations

from typing import Final

from loyalty_rules.diagnostics import Role
from loyalty_rules.lang import checked as k
from loyalty_rules.lang import conditions as c
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker import measures
from loyalty_rules.lang.checker.context import Context
from loyalty_rules.lang.checker.counts import first_of
from loyalty_rules.lang.checker.lives import month_day
from loyalty_rules.lang.checker.names import resolve
from loyalty_rules.lang.tokens import YearDay
from loyalty_rules.problems.clauses import ClauseMissing
from loyalty_rules.problems.memberships import ShiftPastYear
from loyalty_rules.problems.values import WrongType

#: How far the start or the end of a year is moved at most.
_DAYS_OF_YEAR: Final = 364
_MONTHS_OF_YEAR: Final = 11
#: What has years whose ends, or whose beginnings, something may wait for.
_YEARS_END: Final = ("H_MEMBERSHIP", "H_TIERS")
_YEARS_BEGIN: Final = ("H_MEMBERSHIP",)


def is_timed(block: s.Block) -> bool:
    """Whether a rule waits for time to pass."""
    return first_of(block, s.OccursAt) is not None or first_of(block, s.EachYearOn) is not None


def timing_of(ctx: Context, block: s.Block) -> k.Timing | None:
    """When a rule happens by itself; None where it does not, or where the clause is wrong."""
    yearly = first_of(block, s.EachYearOn)
    if yearly is not None:
        return _each_year(ctx, yearly)
    clause = first_of(block, s.OccursAt)
    return None if clause is None else occurs_at(ctx, block, clause)


def occurs_at(ctx: Context, block: s.Block, clause: s.OccursAt) -> k.Timing | None:
    """The start or the end of something, moved."""
    days, months, _ = (measures.days_and_months(ctx, clause.shift, clause) if clause.shift else None) or (0, 0, 0)
    sign = 1 if clause.later else -1
    if clause.of is not None:
        return _in_year_of(ctx, clause, clause.of, (sign * days, sign * months))
    if clause.at in (k.Occurs.JOINED_YEAR.value, k.Occurs.ITS_END.value):
        occurs = k.Occurs(clause.at)
        if occurs is k.Occurs.ITS_END:
            _has_end(ctx, block)
        return k.Timing(occurs, None, sign * days, sign * months, span=clause.span)
    edge, _, suffix = clause.at.removeprefix("AT_").partition("_")
    return k.Timing(
        k.Occurs(f"AT_{edge}"), ctx.period(suffix, clause.span), sign * days, sign * months, span=clause.span
    )


def _in_year_of(ctx: Context, clause: s.OccursAt, of: s.Name, by: tuple[int, int]) -> k.Timing | None:
    """The start or the end of a year of a membership, or the end of one of a ladder, moved by less than a year."""
    if not resolve(ctx, of, *(_YEARS_END if clause.at == k.Occurs.YEAR_END.value else _YEARS_BEGIN)):
        return None
    if clause.shift is not None and (abs(by[0]) > _DAYS_OF_YEAR or abs(by[1]) > _MONTHS_OF_YEAR):
        length = f"{clause.shift.number} {ctx.table.counted(clause.shift.unit, clause.shift.number)}"
        ctx.report(ShiftPastYear(length), clause.span)
    return k.Timing(k.Occurs(clause.at), None, *by, of=of.text, span=clause.span)


def _has_end(ctx: Context, block: s.Block) -> None:
    """What happens when a rule ends needs a rule that does."""
    dates = first_of(block, s.Dates)
    if block.name is not None and ctx.is_whole(block) and (dates is None or not (dates.through or dates.until)):
        missing = ClauseMissing(Role(block.kind), block.name.text, (Role("THROUGH"), Role("UNTIL")))
        ctx.report(missing, block.header)


def _each_year(ctx: Context, clause: s.EachYearOn) -> k.Timing | None:
    if clause.day is None:
        return k.Timing(k.Occurs.EACH_YEAR, span=clause.span)
    if isinstance(clause.day, YearDay):
        return k.Timing(k.Occurs.EACH_YEAR, day=month_day(clause.day), span=clause.span)
    if resolve(ctx, clause.day, "MEMBER_FACT") is None:
        return None
    fact = ctx.facts.get(clause.day.text)
    if fact is not None and fact.kind is not c.Kind.YEARLY:
        ctx.report(WrongType(clause.day.text, Role("T_YEARLY")), clause.day.span)
    return k.Timing(k.Occurs.EACH_YEAR, fact=clause.day.text, span=clause.span)
