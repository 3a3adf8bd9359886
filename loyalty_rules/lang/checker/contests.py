"""Contests: what is ranked, when it ends, and what places are worth."""

from __future__ import annotations

from typing import Final

from loyalty_rules.calendar import Period
from loyalty_rules.contests import MAX_PLACES, Ties
from loyalty_rules.diagnostics import Related, Role
from loyalty_rules.lang import checked as k
from loyalty_rules.lang import conditions as c
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker import amounts, conditions, measures
from loyalty_rules.lang.checker.context import Context, title_of
from loyalty_rules.lang.checker.counting import Counting, counting
from loyalty_rules.lang.checker.counts import all_of, first_of, simple
from loyalty_rules.lang.checker.declarations import named
from loyalty_rules.lang.checker.draws import prize_rule
from loyalty_rules.lang.checker.gifts import GiftPlace, gift
from loyalty_rules.lang.checker.measures import Place
from loyalty_rules.lang.checker.programme import dates
from loyalty_rules.problems.draws import NeverEnds, PlacesTurned, PlaceTwice, RanksOtherTime

_TIES: Final[dict[str, Ties]] = {"TIES_SHARE": "share", "TIES_EARLIER": "earlier", "TIES_ALL": "all"}
#: What counts all the time of a contest that has no seasons.
_WHOLE: Final = (c.WindowKind.IN_FORCE, c.WindowKind.EVER)


def contests(ctx: Context) -> None:
    """Notes the contests."""
    found = (_contest(ctx, block, block.name) for block in named(ctx, "H_CONTEST") if block.name)
    ctx.contests.update({one.name: one for one in found if one is not None})


def _contest(ctx: Context, block: s.Block, name: s.Name) -> k.Contest | None:
    in_force = dates(ctx, block)
    season = first_of(block, s.Season)
    period = None if season is None else ctx.period(season.period.removeprefix("IN_"), season.span)
    if period is None and in_force.end is None and ctx.is_whole(block):
        ctx.report(NeverEnds(), block.header)
    asked = (clause.condition for clause in all_of(block, s.ConditionClause))
    audience = conditions.clauses(ctx, asked, Place("FOR", ctx.settings.basis, dates=in_force))
    ranks, ties = first_of(block, s.Ranks), simple(block, *_TIES)
    measure = None if ranks is None else _measure(ctx, ranks, in_force, period)
    prizes, rule = _prizes(ctx, block), prize_rule(ctx, block, name)
    if ranks is None or measure is None or ties is None or rule is None or not prizes:
        return None
    if simple(block, "OPT_IN") is not None:  # what came before members opted in is not ranked
        measure = counting(measure, Counting(name.text))
    lowest = ranks.order == "LOWEST"
    return k.Contest(
        *(name.text, title_of(block), block.header, measure, lowest, period, audience, in_force, prizes),
        *(_TIES[ties.role], rule, simple(block, "OPT_IN", "OPT_IN_WHOLE") is not None),
    )


def _measure(ctx: Context, ranks: s.Ranks, in_force: k.Dates, season: Period | None) -> c.Measure | None:
    """What members are ranked by: all that they do in the season, or while the contest is in force."""
    place = Place("SEGMENT", ctx.settings.basis, dates=in_force)
    found = measures.measure(ctx, ranks.measure, place, conditions.condition)
    if found is None:
        return None
    window = found.window
    fits = window.kind in _WHOLE if season is None else window == c.Window(c.WindowKind.PERIOD, season)
    if not fits or found.counter is c.CounterKind.BALANCE:
        wanted = "IN_FORCE" if season is None else f"IN_{season.value}"
        ctx.report(RanksOtherTime(Role(wanted)), ranks.measure.span)
        return None
    return found


def _prizes(ctx: Context, block: s.Block) -> tuple[k.PrizeOfPlaces, ...]:
    """The prizes by place; of one purse one for each."""
    found: list[tuple[k.PrizeOfPlaces, s.PrizeOfPlaces]] = []
    here = GiftPlace(ctx.settings.basis, {}, Place("FOR", ctx.settings.basis))
    for clause in all_of(block, s.PrizeOfPlaces):
        first, last = (amounts.whole(ctx, number, 1, MAX_PLACES) for number in (clause.first, clause.last))
        give = gift(ctx, clause.gift, here)
        if first is None or last is None or give is None:
            continue
        if first > last:
            ctx.report(PlacesTurned(first, last), clause.first.span)
            continue
        for other, line in found:
            if other.gift.purse == give.purse and other.first <= last and first <= other.last:
                ctx.report(PlaceTwice(max(first, other.first)), clause.span, Related(line.span, "first_here"))
        found.append((k.PrizeOfPlaces(first, last, give), clause))
    return tuple(sorted((one for one, _ in found), key=lambda one: (one.first, one.last, one.gift.purse)))
