"""Rewards that lower prices: used in stage 5, among the offers, where an order asks for them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Final, NamedTuple

from loyalty_rules.decision import Effect, Outcome, PointsRedeemed
from loyalty_rules.engine.budgets import Draw
from loyalty_rules.engine.known import Known
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.pricing.combining import priced
from loyalty_rules.engine.pricing.taken import Priced, Taken
from loyalty_rules.engine.receive import Occasion, minor
from loyalty_rules.engine.view import View
from loyalty_rules.errors import InputError
from loyalty_rules.events import Purchase
from loyalty_rules.lang.checked import Price, Redeem, Right
from loyalty_rules.ledger import spending
from loyalty_rules.member import MemberState, Purse
from loyalty_rules.settlement.pricing import offered
from loyalty_rules.settlement.spending import payable, spent
from loyalty_rules.settlement.spending.payable import Room
from loyalty_rules.settlement.spending.rights import EVERYTHING, affordable, price_of, taken_from

#: What keeps a reward from an order, by the outcome of what it would take off.
_REASONS: Final[Mapping[Outcome, str]] = {
    Outcome.OUTSIDE_DATES: payable.DATES,
    Outcome.EXCLUDED_BY_NEVER: payable.NEVER,
    Outcome.NOT_FOR_THIS_MEMBER: payable.AUDIENCE,
    Outcome.NOT_OPTED_IN: payable.OPTING,
    Outcome.NO_MATCHING_LINES: payable.LINES,
}

#: The steps by which a cap holds what offers take off.
_CAPS: Final = frozenset({"cap", "together"})


class Asked(NamedTuple):
    """What an order asks of one reward: so many rights, of which `held` are there and `most` may be used, with those
    that the price lets be bought."""

    rule: Redeem
    asked: int
    told: int | None  # as the event says
    held: int
    most: int
    price: Price | None
    limited_by: str


def lowered(
    plan: Plan,
    member: MemberState,
    event: Purchase,
    occasion: Occasion,
    read: Known,
    effects: list[Effect],
    draw: Draw | None,
) -> tuple[MemberState, Priced | None]:
    """Stage 5 of an order: the prices that offers leave, and the rewards that it asks to use among them. Raises
    `InputError` (`redeem.several`, `redeem.price`) for rewards that are asked for twice, or for what they do not
    cost."""
    view = View(plan, occasion, read)
    asked = _needed(view, _asked(plan, member, event, view))
    if draw is not None:
        asked = _in_budgets(view, asked, draw)
    found = offered(plan, event, occasion, read, effects, {one.rule.name: one.most for one in asked}, draw)
    for one in asked:
        if found is not None:
            member = _used(plan, member, occasion, one, found, effects, draw)
    return member, found


def _asked(plan: Plan, member: MemberState, event: Purchase, view: View) -> list[Asked]:
    requests = sorted(request for request in event.redeem if request.rule in plan.offers)
    if len({request.rule for request in requests}) < len(requests):
        raise InputError("redeem.several", "a reward is asked for once", "redeem")
    found = []
    for request in requests:
        rule = plan.payers[request.rule]
        told = None if request.amount is None else minor(request.amount, 0, "redeem.amount")
        if rule.right is not None:
            price = price_of(rule, rule.right, request.purse)
            found.append(_may_use(view, rule, rule.right, member, told or 1, price)._replace(told=told))
    return found


def _may_use(view: View, rule: Redeem, right: Right, member: MemberState, asked: int, price: Price | None) -> Asked:
    """How many rights may be used: those that are asked for, less what is not held, beyond a limit or more than once
    where the reward counts no units."""
    at = view.occasion.at
    purse = next((purse for purse in member.purses if purse.name == rule.purse), Purse(rule.purse, ()))
    held = spending.available(purse, at)
    closed = payable.closed_to(view, rule)
    if closed:
        return Asked(rule, asked, None, held, 0, price, closed)
    to_buy, short = affordable(view.plan, member, price, at)
    bounds = [(held + to_buy, short), (spent.times_left(view, rule), payable.LIMIT)]
    bounds += [] if right.per_order is None else [(right.per_order, payable.LIMIT)]
    bounds += [(1, payable.LIMIT)] if view.plan.offers[rule.name].sets is None else []
    most, why = min(bounds, key=lambda bound: bound[0])
    return Asked(rule, asked, None, held, min(asked, most), price, why if asked > most else "")


def _needed(view: View, asked: list[Asked]) -> list[Asked]:
    """Without the rights that would take nothing more off, since those before them reach a cap, their own or that of
    their group."""
    for place, one in enumerate(asked):
        others = {other.rule.name: other.most for other in asked}
        if one.most < 2:
            continue
        taken = _taken(priced(view, others), one.rule.name)
        if taken is None or not taken.granted or not any(entry.step in _CAPS for entry in taken.entries):
            continue
        rights = range(min(one.most, taken.times))
        fewer = bisect_left(rights, taken.granted, lo=1, key=partial(_granted, view, one.rule.name, others))
        if fewer < len(rights):
            asked = [*asked[:place], one._replace(most=fewer, limited_by=payable.CAP), *asked[place + 1 :]]
    return asked


def _granted(view: View, name: str, others: Mapping[str, int], rights: int) -> int:
    """What a reward would take off with so many rights."""
    taken = _taken(priced(view, {**others, name: rights}), name)
    return taken.granted if taken is not None else 0


def _in_budgets(view: View, asked: list[Asked], draw: Draw) -> list[Asked]:
    """Without what budgets do not let be bought: of the last of several first."""
    while True:
        found = priced(view, {one.rule.name: one.most for one in asked})
        bought = {one.rule.name: _rights(one, found) - one.held for one in asked}
        bought = {name: count for name, count in bought.items() if count > 0}
        if not bought or all(draw.fits("", bought, whole=whole) for whole in (True, False)):
            return asked
        last = max(bought)
        asked = [
            one._replace(most=min(one.most, one.held), limited_by=payable.BUDGET) if one.rule.name == last else one
            for one in asked
        ]


def _taken(found: Priced, name: str) -> Taken | None:
    return next((one for one in found.taken if one.rule == name), None)


def _rights(one: Asked, found: Priced) -> int:
    """How many rights took something off: one for each set of which there is anything to take off."""
    taken = _taken(found, one.rule.name)
    return min(one.most, taken.acting) if taken is not None and taken.gives else 0


def _used(
    plan: Plan,
    member: MemberState,
    occasion: Occasion,
    one: Asked,
    found: Priced,
    effects: list[Effect],
    draw: Draw | None,
) -> MemberState:
    """The member without the rights that were used, and the price of those that were bought."""
    count, rule = _rights(one, found), one.rule
    why = one.limited_by or (_why(rule.name, found) if count < one.asked else "")
    bought = max(0, count - one.held)
    if bought and draw is not None:
        draw.sell(rule.name, bought)
    for purse, units, rights in _parts(one, count, bought):
        member, debits = taken_from(plan, member, purse, units, occasion.at)
        told = one.told if purse == rule.purse else None
        nothing = (0,) * len(occasion.lines)
        effects.append(
            PointsRedeemed(rule.name, purse, told, units, 0, why, occasion.at, debits, nothing, rights=rights)
        )
    return member


def _parts(one: Asked, count: int, bought: int) -> Iterator[tuple[str, int, int]]:
    """What is taken of which purse, for how many rights."""
    if count > bought or not count:
        yield one.rule.purse, count - bought, count - bought
    if bought and one.price is not None:
        yield one.price.purse, one.price.of(bought), bought


def _why(name: str, found: Priced) -> str:
    """Why a reward took nothing off, or not with every right."""
    refused, taken = found.refused.get(name), _taken(found, name)
    if refused is not None:
        return _REASONS.get(refused[0].outcome, payable.CONDITION)
    if taken is None or taken.gives:
        return payable.UNITS
    if taken.lost is not None:
        return payable.GROUP
    return payable.CAP if taken.capped_by else payable.TO_PAY


def room(view: View, rule: Redeem, right: Right, member: MemberState, draw: Draw | None) -> Room:
    """The most of a reward that could be used for an order as it came, by the price that reaches furthest, and what it
    would take off."""
    prices: tuple[Price | None, ...] = right.prices or (None,)
    asked = [one for price in prices for one in _needed(view, [_may_use(view, rule, right, member, EVERYTHING, price)])]
    if draw is not None:
        asked = [one for each in asked for one in _in_budgets(view, [each], draw)]
    rooms = [_room(view, one) for one in asked]
    return max(rooms, key=lambda one: one.units)


def _room(view: View, one: Asked) -> Room:
    found = priced(view, {one.rule.name: one.most})
    taken, count = _taken(found, one.rule.name), _rights(one, found)
    money = taken.granted if taken is not None else 0
    return Room(count, money, one.limited_by if count == one.most else _why(one.rule.name, found))
