"""Stage 6: points as money at the till. What may be used is worked out, taken from lots, and shared out to lines."""

from __future__ import annotations

from math import gcd
from typing import NamedTuple

from loyalty_rules.decision import Effect, PointsRedeemed
from loyalty_rules.engine.budgets import Draw
from loyalty_rules.engine.paying import payable_places
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.receive import Occasion, minor, tendered
from loyalty_rules.engine.view import View
from loyalty_rules.errors import DecisionError, InputError, shown
from loyalty_rules.events import Purchase, RedeemRequest
from loyalty_rules.lang.checked import Redeem
from loyalty_rules.member import MemberState, Purse
from loyalty_rules.settlement.editions import Editions
from loyalty_rules.settlement.knowing import known
from loyalty_rules.settlement.pricing import offered, paying
from loyalty_rules.settlement.sharing import opened
from loyalty_rules.settlement.spending import lowering, overdraft, rights, spent
from loyalty_rules.settlement.spending.payable import (
    AT_MOST,
    CAP,
    LEAVE,
    LINES,
    MINIMUM,
    NEVER,
    STEPS,
    TO_PAY,
    TOGETHER,
    Room,
    closing,
    covered,
    money_of,
    together,
)
from loyalty_rules.settlement.timing.clock import advance
from loyalty_rules.shared import SharedState


class Redeemable(NamedTuple):
    """What a redeem rule or a reward lets a member use for an order: smallest units of its purse (of a reward those
    that are held, and as many as can be bought), the minor units of money that they pay, and what keeps it from being
    more: `balance`, `calendar_month`, `to_pay`, `pay_at_most`, `leave_at_least`, `steps`, `minimum`, `cap`, `together`,
    or why nothing can be used at all: `limit`, `not_for_this_member`, `not_opted_in`, `condition_false`,
    `outside_dates`, `excluded_by_never`, `no_matching_lines`; `budget` where all members together may buy no more."""

    rule: str
    units: int
    value: int
    limited_by: str


def room(view: View, rule: Redeem, member: MemberState, draw: Draw | None = None) -> Room:
    """The most that a rule lets the member use now. What rules before it paid lies on the lines. `draw`: on budgets,
    for what would be bought."""
    if rule.right is not None and rule.right.whole:
        return rights.most(view, rule, rule.right, member, draw)
    closed = closing(view, rule)
    if closed:
        return Room(0, 0, closed)
    lines, places = view.occasion.lines, payable_places(view, rule)
    if not places:
        matching = any(view.selected(rule.lines, place) for place in range(len(lines)))
        return Room(0, 0, NEVER if matching else LINES)
    left = tuple(lines[place].payable - lines[place].covered for place in places)
    held = next((purse for purse in member.purses if purse.name == rule.purse), Purse(rule.purse, ()))
    most = overdraft.most(view.plan, held, view.occasion.at)
    bounds: list[tuple[int, str]] = [(_units_for(rule, sum(left)), TO_PAY), most]
    left = spent.narrowed(view, rule, places, left)
    bounds.append((_units_for(rule, sum(left)), CAP))
    bounds += [(money if cap.purse else _units_for(rule, money), CAP) for cap, money in spent.rooms(view, rule)]
    for bound in rule.at_most:
        bounds.append((_units_for(rule, money_of(view.plan, bound, [lines[place] for place in places])), AT_MOST))
    bounds += [(_units_for(rule, money), TOGETHER) for money in together(view, rule)]
    if rule.leave:
        whole = sum(line.payable - line.covered for line in lines)
        bounds.append((_units_for(rule, max(0, whole - rule.leave)), LEAVE))
    units, limited_by = min(bounds, key=lambda bound: bound[0])
    return _fitted(rule, units, limited_by, places, left)


def _units_for(rule: Redeem, money: int) -> int:
    """The units that pay as much of an amount as can be paid, and none that pays nothing."""
    if rule.full:
        return money // rule.value * rule.size
    return money * rule.size // rule.value


def _fitted(rule: Redeem, units: int, limited_by: str, places: tuple[int, ...], left: tuple[int, ...]) -> Room:
    """So many units, in whole steps and from the minimum on; units that pay nothing stay."""
    step = rule.steps or 1
    if rule.full:
        step = step * rule.size // gcd(step, rule.size)
    taken = units - units % step
    if taken < units:
        limited_by = STEPS
    if taken < rule.minimum:
        return Room(0, 0, MINIMUM if taken else limited_by, places, left)
    value = taken * rule.value // rule.size
    if not value:
        return Room(0, 0, limited_by or STEPS, places, left)
    if step == 1:
        taken = -(-value * rule.size // rule.value)
    return Room(taken, value, limited_by or (STEPS if taken < units else ""), places, left)


def set_aside_room(view: View, rule: Redeem, member: MemberState) -> Room:
    """The most that a rule lets the member set aside now. There is no order: what bounds points by its lines binds the
    host when it captures them."""
    closed = closing(view, rule)
    if closed:
        return Room(0, 0, closed)
    held = next((purse for purse in member.purses if purse.name == rule.purse), Purse(rule.purse, ()))
    bounds: list[tuple[int, str]] = [overdraft.most(view.plan, held, view.occasion.at)]
    bounds += [(_units_for(rule, bound.money), AT_MOST) for bound in rule.at_most if bound.base is None]
    bounds += [(money if cap.purse else _units_for(rule, money), CAP) for cap, money in spent.rooms(view, rule)]
    return _fitted(rule, *min(bounds, key=lambda bound: bound[0]), (), ())


def asked_of(plan: Plan, rule: Redeem, most: Room, request: RedeemRequest) -> tuple[int | None, Room]:
    """What is asked for, and what of it is used. Raises `DecisionError` (`redeem.refused`) where it is more than may be
    used and the rule refuses that."""
    if request.amount is None:
        return None, most
    asked = minor(request.amount, plan.checked.purses[rule.purse].decimals, "redeem.amount")
    found = _fitted(rule, asked, "", most.places, most.left) if asked <= most.units else most
    if found.units != asked and not rule.lowered:
        message = f"`{rule.name}` lets {most.units} smallest units be used here, not {asked}: {found.limited_by}"
        raise DecisionError("redeem.refused", message, "redeem")
    return asked, found


def redeemed(
    view: View, rule: Redeem, member: MemberState, request: RedeemRequest
) -> tuple[MemberState, Occasion, PointsRedeemed]:
    """What is asked for is taken and pays for lines. Raises `DecisionError` (`redeem.refused`) where it is more than
    may be used and the rule refuses that."""
    asked, found = asked_of(view.plan, rule, room(view, rule, member), request)
    purse = next((one for one in member.purses if one.name == rule.purse), Purse(rule.purse, ()))
    after, debits = overdraft.spend(view.plan, purse, found.units, view.occasion.at, member.decisions + 1)
    others = [one for one in member.purses if one.name != rule.purse]
    if found.units:
        member = member._replace(purses=tuple(sorted((*others, after))))
    occasion, shares = covered(view.occasion, found.value, found.places, found.left)
    effect = PointsRedeemed(
        rule.name, rule.purse, asked, found.units, found.value, found.limited_by, view.occasion.at, debits, shares
    )
    return member, occasion, effect


def rules_of(plan: Plan, requests: tuple[RedeemRequest, ...]) -> list[tuple[Redeem, RedeemRequest]]:
    """The redeem rules that an order asks for, in the order in which they pay. Raises `InputError` (`redeem.unknown`,
    `redeem.several`)."""
    asked = {}
    for request in requests:
        rule = plan.payers.get(request.rule)
        if rule is None:
            raise InputError(
                "redeem.unknown", f"no redeem rule and no reward is called `{shown(request.rule)}`", "redeem"
            )
        asked[rule.name] = (rule, request)
    groups = [plan.redeem_group_of.get(name) for name in asked]
    if len(asked) < len(requests) or (len(asked) > 1 and (None in groups or len(set(groups)) > 1)):
        message = "what one order uses together is listed by one group, and asked for once each"
        raise InputError("redeem.several", message, "redeem")
    order = groups[0].rules if groups and groups[0] is not None else tuple(asked)
    return [asked[name] for name in order if name in asked]


def paid_with_points(
    plan: Plan, member: MemberState, event: Purchase, occasion: Occasion, effects: list[Effect], draw: Draw | None
) -> tuple[MemberState, Occasion]:
    """Stage 6 of an order that asks to be paid with points; the tenders pay what is left. What rules ask is answered
    as it was before any of them paid, but for what is left to pay. `draw`: on budgets, for what is bought."""
    asked = rules_of(plan, paying(plan, event))
    if not asked:
        return member, occasion
    before = known(plan, member, event.at)
    for rule, request in asked:
        view = View(plan, occasion, before)
        if rule.right is not None and rule.right.whole:
            member, occasion, used = rights.used(view, rule, rule.right, member, request, draw)
            effects += used
        else:
            if request.purse:
                raise InputError("redeem.price", f"`{rule.name}` is not bought for an order", "redeem")
            member, occasion, effect = redeemed(view, rule, member, request)
            effects.append(effect)
    return member, tendered(plan, event, occasion)


def rooms(
    editions: Editions, member: MemberState, event: Purchase, shared: SharedState | None
) -> tuple[Redeemable, ...]:
    """For each redeem rule and each reward the most that could be used for an order, whatever it asks for. Budgets are
    asked where what members share is at hand."""
    tenders = None if event.tenders is None else frozenset(tender.method for tender in event.tenders)
    event = event._replace(redeem=(), tenders=None)
    place, occasion = editions.judged(editions.place_at(event.at), event)
    plan = editions.all[place].plan.of(event)
    occasion = occasion._replace(tenders=tenders)
    budgets = None if shared is None else opened(editions, shared, editions.all[editions.place_at(event.at)].plan)
    member, effects = advance(editions, member, event.at, budgets=budgets)
    read = known(plan, member, event.at)
    came = View(plan, occasion, read)
    draw = effects.draw(plan, came)
    priced = offered(plan, event, occasion, read, [], draw=draw)
    view = View(plan, occasion if priced is None else priced.occasion, read)
    found = ((name, _room(came, view, rule, member, draw)) for name, rule in sorted(plan.payers.items()))
    return tuple(Redeemable(name, one.units, one.value, one.limited_by) for name, one in found)


def _room(came: View, view: View, rule: Redeem, member: MemberState, draw: Draw | None) -> Room:
    """Of what lowers prices, for the order as it came; of what pays, once offers have lowered it."""
    if rule.right is not None and rule.right.lowers:
        return lowering.room(came, rule, rule.right, member, draw)
    return room(view, rule, member, draw)
