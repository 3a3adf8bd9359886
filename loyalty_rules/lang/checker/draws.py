"""Draws: what tickets are held in, when they are drawn, and what winners are given."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from operator import itemgetter
from typing import Final

from loyalty_rules.amounts import Rounding, micros_of
from loyalty_rules.calendar import Period
from loyalty_rules.diagnostics import Related
from loyalty_rules.draws import MAX_WINNERS
from loyalty_rules.events import Won
from loyalty_rules.lang import checked as k
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker import amounts, conditions
from loyalty_rules.lang.checker.chances import AT_ONCE, chances
from loyalty_rules.lang.checker.context import Context, PurseHead, title_of
from loyalty_rules.lang.checker.counts import all_of, first_of, role_of, simple
from loyalty_rules.lang.checker.declarations import named
from loyalty_rules.lang.checker.gifts import GiftPlace, gift
from loyalty_rules.lang.checker.measures import Place
from loyalty_rules.lang.checker.names import resolve
from loyalty_rules.lang.checker.programme import dates, instant_of
from loyalty_rules.lang.checker.rules import earn_of
from loyalty_rules.prizes import prize_id
from loyalty_rules.problems.draws import (
    CommitmentForm,
    NoSuchPlace,
    NoTickets,
    PrizeOfItself,
    TicketsSpent,
    WinnersTooMany,
)

_COMMITMENT: Final = re.compile(r"sha256:[0-9a-f]{64}")
#: What is said of the giving of a prize, not of the draw.
_OF_PRIZES: Final = ("FUNDED_BY", "REST_BY", "TITLE", "MSG_GIVEN")


def read_draws(ctx: Context) -> None:
    """Notes what the tickets of each draw are counted in, which every amount in the file needs: whole tickets."""
    for block in named(ctx, "H_DRAW"):
        if block.name is not None:
            ctx.purses[block.name.text] = PurseHead(block.name.text, 0, "", reward=True)


def draws(ctx: Context, held: dict[str, k.Purse]) -> None:
    """Notes the draws; `held` takes what the tickets of each are held in."""
    for block in named(ctx, "H_DRAW"):
        if block.name is None:
            continue
        draw = _draw(ctx, block, block.name)
        if draw is not None:
            ctx.draws[draw.name] = draw
        held[block.name.text] = _held(block, block.name.text, draw)


def _draw(ctx: Context, block: s.Block, name: s.Name) -> k.PrizeDraw | None:
    at, season = _when(ctx, block)
    in_force = dates(ctx, block)
    end = min((one for one in (in_force.end, at) if one is not None), default=None)
    audience = conditions.clauses(
        ctx,
        (clause.condition for clause in all_of(block, s.ConditionClause)),
        Place("FOR", ctx.settings.basis, dates=in_force),
    )
    commitment = first_of(block, s.Commitment)
    if commitment is not None and _COMMITMENT.fullmatch(commitment.text.value) is None:
        ctx.report(CommitmentForm(), commitment.text.span)
    prizes, odds = _prizes(ctx, block, name), chances(ctx, block, name)
    rule = prize_rule(ctx, block, name)
    if rule is None or commitment is None or not (odds or (prizes and (at is not None or season is not None))):
        return None
    if odds:
        rule = replace(rule, audience=audience)
    return k.PrizeDraw(
        name.text,
        title_of(block),
        block.header,
        at,
        season,
        audience,
        replace(in_force, end=end),
        prizes,
        simple(block, "ONE_PRIZE") is not None,
        commitment.text.value,
        rule,
        odds,
    )


def _when(ctx: Context, block: s.Block) -> tuple[int | None, Period | None]:
    """The instant of a draw, or the period at the end of which there is one each time."""
    at, season = first_of(block, s.DrawsAt), first_of(block, s.Season)
    moment = None if at is None else instant_of(ctx, at.moment, at.moment.span)
    period = None if season is None else ctx.period(season.period.removeprefix("IN_"), season.span)
    return moment, period


def _prizes(ctx: Context, block: s.Block, name: s.Name) -> tuple[k.DrawPrize, ...]:
    """The prizes in the order in which they are drawn: the rarest first, of equals by what is given, more before less.
    In what order the lines stand says nothing."""
    found: list[k.DrawPrize] = []
    here = GiftPlace(ctx.settings.basis, {}, Place("FOR", ctx.settings.basis))
    for clause in all_of(block, s.PrizeOfDraw):
        winners = amounts.whole(ctx, clause.winners, 1, MAX_WINNERS)
        if clause.gift.purse.text == name.text:
            ctx.report(PrizeOfItself(name.text), clause.gift.span)
            continue
        give = gift(ctx, clause.gift, here)
        if winners is not None and give is not None:
            found.append(k.DrawPrize(give, winners))
    if sum(prize.winners for prize in found) > MAX_WINNERS:
        ctx.report(WinnersTooMany(MAX_WINNERS), block.header)
    return tuple(sorted(found, key=lambda one: (one.winners, one.gift.purse, -one.gift.value)))


def prize_rule(ctx: Context, block: s.Block, name: s.Name) -> k.Earn | None:
    """How winners are given what they won: a rule of their own, that asks nothing but who pays. Of what goes into one
    purse the least stands for all, wherever its line is: the amount comes with the prize."""
    prizes: list[s.PrizeOfDraw | s.PrizeOfPlaces | s.ChanceOfPrize] = [*all_of(block, s.PrizeOfDraw)]
    prizes += [*all_of(block, s.PrizeOfPlaces), *all_of(block, s.ChanceOfPrize)]
    listed = [(_units(clause.gift), clause.gift, clause.span) for clause in prizes if clause.gift]
    listed.sort(key=itemgetter(0), reverse=True)
    gifts = {gift.purse.text: s.Give(gift, span=span) for _, gift, span in listed}
    told = [one for one in block.clauses if role_of(one) in _OF_PRIZES]
    given = [one for purse, one in gifts.items() if purse in ctx.purses]
    if not given:
        return None
    rule = earn_of(ctx, replace(block, clauses=(*told, *given)), name, {})
    return None if rule is None else replace(rule, trigger=k.TriggerKind.PRIZE, event=rule.name)


def _units(gift: s.Gift) -> Fraction:
    """How many units a prize is; the grammar takes nothing else."""
    return gift.amount.number if isinstance(gift.amount, s.Quantity) else Fraction(0)


def _held(block: s.Block, name: str, draw: k.PrizeDraw | None) -> k.Purse:
    """What tickets are held in: whole ones, from when they are given until they are drawn. One that was played at once
    and comes back is owed."""
    ends: tuple[k.Expiry, ...] = ()
    if draw is not None:
        ends = (k.Expiry(end=draw.season) if draw.season is not None else k.Expiry(at=draw.at),)
    if simple(block, AT_ONCE) is not None:
        ends = ()
    return k.Purse(
        name,
        title_of(block),
        0,
        "",
        k.RoundingRule(Rounding.DOWN, k.Place.ORDER),
        False,
        True,
        None,
        None,
        k.Usable(),
        ends,
        simple(block, AT_ONCE) is not None,
        span=block.header,
    )


# ---------- what others say of them


def check_tickets(
    ctx: Context,
    givers: Iterable[k.Earn | k.Boost | k.Conversion],
    spending: Iterable[k.Conversion | k.Reward],
) -> None:
    """Reports tickets as the price of something, and draws for which nothing gives any."""
    for one in spending:
        taken = one.purses if isinstance(one, k.Conversion) else tuple(price.purse for price in one.right.prices)
        for purse in taken:
            if purse in ctx.draws:
                ctx.report(TicketsSpent(purse), one.span, Related(ctx.draws[purse].span, "declared_here"))
    given = {purse for giver in givers for purse in _purses_of(giver)}
    for name, draw in ctx.draws.items():
        if name not in given and not ctx.faults:
            ctx.report(NoTickets(name), draw.span)


def _purses_of(giver: k.Earn | k.Boost | k.Conversion) -> tuple[str, ...]:
    if isinstance(giver, k.Boost):
        return () if isinstance(giver.effect, k.Multiply) else (giver.effect.gift.purse,)
    return tuple(give.purse for give in giver.gives)


def wins(ctx: Context, at: s.At, member: str, instant: int, ticket: int) -> Won | None:
    """The step in which the member wins at a place; at once it is what the next ticket wins, which has this number.
    None where something was reported."""
    name, number = at.name, at.place
    if name is None or number is None or not resolve(ctx, name, "H_DRAW", "H_CONTEST"):
        return None
    place = amounts.whole(ctx, number, 1, MAX_WINNERS)
    draw, contest = ctx.draws.get(name.text), ctx.contests.get(name.text)
    if place is None:
        return None
    if draw is not None:
        listed = [one.gift for one in (draw.by_chance() if draw.chances else draw.places())]
        last, worth, ends = len(listed), tuple(listed[place - 1 : place]), draw.at
    elif contest is not None:
        last, worth, ends = contest.last_place, contest.worth(place), contest.dates.end if not contest.season else None
    else:
        return None
    if not worth:
        ctx.report(NoSuchPlace(name.text, last), number.span)
        return None
    ends = instant if ends is None else ends
    if draw is not None and draw.chances:
        place = ticket
    won = sorted((give.purse, micros_of(int(give.value), ctx.purses[give.purse].decimals)) for give in worth if give)
    return Won(prize_id(name.text, ends, place), member, instant, name.text, ends, place, tuple(won))
