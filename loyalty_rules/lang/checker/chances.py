"""Instant win: the chances of a draw, and which clauses such a draw has."""

from __future__ import annotations

from typing import Final

from loyalty_rules.diagnostics import Related, Role
from loyalty_rules.instant import MAX_CHANCES
from loyalty_rules.lang import checked as k
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker import amounts
from loyalty_rules.lang.checker.context import Context
from loyalty_rules.lang.checker.counts import all_of, first_of, simple
from loyalty_rules.lang.checker.gifts import GiftPlace, gift
from loyalty_rules.lang.checker.measures import Place
from loyalty_rules.problems.draws import ChancesElsewhere, ChancesOutOf, ChancesSum, PrizeOfItself

AT_ONCE: Final = "DRAWS_AT_ONCE"


def chances(ctx: Context, block: s.Block, name: s.Name) -> tuple[k.DrawChance, ...]:
    """What a ticket wins with which chance, nothing included; lines about one prize add up, in what order they stand
    says nothing. Empty for a draw that is not at once, or where something was reported."""
    _check_clauses(ctx, block)
    written = all_of(block, s.ChanceOfPrize)
    if simple(block, AT_ONCE) is None or not written:
        return ()
    here = GiftPlace(ctx.settings.basis, {}, Place("FOR", ctx.settings.basis))
    found: dict[tuple[str, int], k.DrawChance] = {}
    read = total = 0
    for clause in written:
        chance = amounts.whole(ctx, clause.chance, 1, MAX_CHANCES)
        if clause.gift is not None and clause.gift.purse.text == name.text:
            ctx.report(PrizeOfItself(name.text), clause.gift.span)
            continue
        give = None if clause.gift is None else gift(ctx, clause.gift, here)
        if chance is None or (clause.gift is not None and give is None):
            continue
        key = ("", 0) if give is None else (give.purse, int(give.value))
        before = found[key].chance if key in found else 0
        found[key] = k.DrawChance(give, before + chance)
        read, total = read + 1, total + chance
    if not _adds_up(ctx, written, name, total, whole=read == len(written)):
        return ()
    return tuple(found[key] for key in sorted(found))


def _adds_up(ctx: Context, written: list[s.ChanceOfPrize], name: s.Name, total: int, *, whole: bool) -> bool:
    """Reports chances out of several numbers, and those that do not add up to theirs."""
    first = written[0].out_of
    out_of = amounts.whole(ctx, first, 1, MAX_CHANCES)
    fine = whole and out_of is not None
    for clause in written[1:]:
        if clause.out_of.value != first.value:
            problem = ChancesOutOf(ctx.words(clause.out_of.span), ctx.words(first.span))
            ctx.report(problem, clause.out_of.span, Related(first.span, "first_here"))
            fine = False
    if fine and out_of is not None and total != out_of:
        ctx.report(ChancesSum(name.text, total, out_of), written[-1].span)
        return False
    return fine


def _check_clauses(ctx: Context, block: s.Block) -> None:
    """Reports clauses of an instant win elsewhere, and clauses of other draws in one."""
    once = simple(block, AT_ONCE)
    if once is None:
        at, season = first_of(block, s.DrawsAt), first_of(block, s.Season)
        when = at or season
        for clause in all_of(block, s.ChanceOfPrize) if when is not None else ():
            role = "CHANCE" if clause.gift is not None else "NO_PRIZE"
            ctx.report(ChancesElsewhere(Role(role), Role("SEASON" if at is None else "DRAWS_AT")), clause.span)
        return
    for prize in all_of(block, s.PrizeOfDraw):
        ctx.report(ChancesElsewhere(Role("WINNERS"), Role(AT_ONCE)), prize.span)
    alone = simple(block, "ONE_PRIZE")
    if alone is not None:
        ctx.report(ChancesElsewhere(Role("ONE_PRIZE"), Role(AT_ONCE)), alone.span)
