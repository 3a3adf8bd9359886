"""Levels in earn rules: given by them, and waited for."""

from __future__ import annotations

from typing import Final

from loyalty_rules.diagnostics import Related, Role
from loyalty_rules.lang import checked as k
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker import measures
from loyalty_rules.lang.checker.context import Context
from loyalty_rules.lang.checker.counts import all_of, first_of, shown_role
from loyalty_rules.lang.checker.names import resolve, unknown
from loyalty_rules.problems.clauses import ClauseTwice
from loyalty_rules.problems.rules import PointsGiftNeeded

#: What says how points are counted and how long they live: of no use where a rule gives levels alone. Amounts of points
#: find no purse there.
_OF_POINTS: Final = (s.Basis, s.BaseLimit, s.Rounding, s.Usable, s.Expire)


def levels(ctx: Context, block: s.Block) -> tuple[k.LevelGift, ...]:
    """The levels that a rule gives, one on a ladder."""
    found: dict[str, k.LevelGift] = {}
    first: dict[str, s.GiveLevel] = {}
    for clause in all_of(block, s.GiveLevel):
        named = earned_level(ctx, clause.level, clause.ladder)
        if first.setdefault(clause.ladder.text, clause) is not clause:
            related = Related(first[clause.ladder.text].span, "first_here")
            ctx.report(ClauseTwice(Role("GIVE_LEVEL"), Role(block.kind)), clause.span, related)
            continue
        length = measures.days_and_months(ctx, clause.length, clause) if clause.length is not None else (0, 0, 0)
        end = ctx.period(clause.end.removeprefix("AT_END_"), clause.span) if clause.end else None
        if named and length is not None:
            ladder, level = named
            found[ladder] = k.LevelGift(ladder, level, length[0], length[1], clause.through, end, span=clause.span)
    if first and not all_of(block, s.Give):
        for other in block.clauses:
            if isinstance(other, _OF_POINTS):
                ctx.report(PointsGiftNeeded(shown_role(other)), other.span)
    return tuple(found[ladder] for ladder in sorted(found))


def reached(ctx: Context, block: s.Block) -> tuple[str, str] | None:
    """The ladder and the level that a rule waits for; None where it waits for none, or for one that there is not."""
    clause = first_of(block, s.AfterReaching)
    return earned_level(ctx, clause.level, clause.ladder) if clause is not None else None


def earned_level(ctx: Context, level: s.Name, ladder: s.Name) -> tuple[str, str] | None:
    """A ladder and one of its levels above the base. What is unknown is reported."""
    if not resolve(ctx, ladder, "H_TIERS"):
        return None
    head = ctx.ladders.get(ladder.text)
    if head is None:
        return None
    if level.text not in head.levels:
        unknown(ctx, level, ("LEVEL",), head.levels)
        return None
    return ladder.text, level.text
