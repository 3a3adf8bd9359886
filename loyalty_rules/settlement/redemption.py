"""Stage 6: points as money at the till. What may be used is worked out, taken from lots, and shared out to lines."""

from __future__ import annotations

from collections.abc import Iterator
from math import gcd
from typing import NamedTuple

from loyalty_rules.amounts import largest_remainder
from loyalty_rules.decision import Effect, PointsRedeemed
from loyalty_rules.engine.paying import payable_places
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.receive import Occasion, OrderLine, base_amount, minor, receive, tendered
from loyalty_rules.engine.view import View
from loyalty_rules.errors import DecisionError, InputError, shown
from loyalty_rules.events import Purchase, RedeemRequest
from loyalty_rules.lang.checked import Blocks, PayAtMost, Redeem
from loyalty_rules.ledger import spending
from loyalty_rules.member import MemberState, Purse, Take
from loyalty_rules.settlement import spent
from loyalty_rules.settlement.clock import advance
from loyalty_rules.settlement.editions import Editions
from loyalty_rules.settlement.knowing import known
from loyalty_rules.values import frozen

#: Why no more can be used; the values of `Room.limited_by`.
BALANCE = "balance"
TO_PAY = "to_pay"
AT_MOST = "pay_at_most"
LEAVE = "leave_at_least"
CAP = "cap"
LIMIT = "limit"
TOGETHER = "together"
STEPS = "steps"
MINIMUM = "minimum"
AUDIENCE = "not_for_this_member"
CONDITION = "condition_false"
DATES = "outside_dates"
NEVER = "excluded_by_never"
LINES = "no_matching_lines"


class Redeemable(NamedTuple):
    """What a redeem rule lets a member use for an order: smallest units of its purse, the minor units of money that
    they pay, and what keeps it from being more: `balance`, `to_pay`, `pay_at_most`, `leave_at_least`, `steps`,
    `minimum`, `cap`, `together`, or why nothing can be used at all: `limit`, `not_for_this_member`, `condition_false`,
    `outside_dates`, `excluded_by_never`, `no_matching_lines`."""

    rule: str
    units: int
    value: int
    limited_by: str


@frozen
class Room:
    """The most that a redeem rule lets a member use for an order: units of the purse, the money they pay, and what
    keeps it from being more. `places`: the lines that may be paid for, `left` what is to pay on them."""

    units: int
    value: int
    limited_by: str
    places: tuple[int, ...] = ()
    left: tuple[int, ...] = ()


def room(view: View, rule: Redeem, member: MemberState) -> Room:
    """The most that a rule lets the member use now. What rules before it paid lies on the lines."""
    closed = _closed(view, rule)
    if closed:
        return Room(0, 0, closed)
    lines, places = view.occasion.lines, payable_places(view, rule)
    if not places:
        matching = any(view.selected(rule.lines, place) for place in range(len(lines)))
        return Room(0, 0, NEVER if matching else LINES)
    left = tuple(lines[place].payable - lines[place].covered for place in places)
    held = next((purse for purse in member.purses if purse.name == rule.purse), Purse(rule.purse, ()))
    usable = spending.available(held, view.occasion.at)
    bounds = [(_units_for(rule, sum(left)), TO_PAY), (usable, BALANCE)]
    left = spent.narrowed(view, rule, places, left)
    bounds.append((_units_for(rule, sum(left)), CAP))
    bounds += [(money if cap.purse else _units_for(rule, money), CAP) for cap, money in spent.rooms(view, rule)]
    for bound in rule.at_most:
        bounds.append((_units_for(rule, _money_of(view.plan, bound, [lines[place] for place in places])), AT_MOST))
    bounds += [(_units_for(rule, money), TOGETHER) for money in _together(view, rule)]
    if rule.leave:
        whole = sum(line.payable - line.covered for line in lines)
        bounds.append((_units_for(rule, max(0, whole - rule.leave)), LEAVE))
    units, limited_by = min(bounds, key=lambda bound: bound[0])
    return _fitted(rule, units, limited_by, places, left)


def _money_of(plan: Plan, bound: PayAtMost, lines: list[OrderLine]) -> int:
    """The most money that a bound lets points pay of lines."""
    if bound.base is None:
        return bound.money
    tax = plan.checked.tax_included
    return int(bound.share * sum(base_amount(line, bound.base, tax) for line in lines))


def _together(view: View, rule: Redeem) -> Iterator[int]:
    """What the rules of the group may still pay together: of the lines that any of them may pay for, as they were
    before any of them did."""
    group = view.plan.redeem_group_of.get(rule.name)
    if group is None:
        return
    rules = (view.plan.checked.redeems[name] for name in group.rules)
    places = sorted({place for one in rules for place in payable_places(view, one)})
    lines = [view.occasion.lines[place] for place in places]
    paid = sum(line.covered for line in lines)
    for bound in group.together:
        yield max(0, _money_of(view.plan, bound, [line._replace(covered=0) for line in lines]) - paid)


def _closed(view: View, rule: Redeem) -> str:
    """What keeps a rule from an order as a whole; "" for nothing."""
    at = view.occasion.at
    for dates in (view.plan.checked.dates, rule.dates):
        if (dates.start is not None and at < dates.start) or (dates.end is not None and at >= dates.end):
            return DATES
    if view.blocked(Blocks.REDEEMING) is None:
        return NEVER
    if not view.all_hold(rule.audience):
        return AUDIENCE
    if not view.all_hold(rule.occasion):
        return CONDITION
    return LIMIT if spent.used_up(view, rule) else ""


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
    value = taken * rule.value // rule.size
    if step == 1:
        taken = -(-value * rule.size // rule.value)
    if taken < max(1, rule.minimum):
        return Room(0, 0, MINIMUM if taken else limited_by, places, left)
    return Room(taken, value, limited_by or (STEPS if taken < units else ""), places, left)


def set_aside_room(view: View, rule: Redeem, member: MemberState) -> Room:
    """The most that a rule lets the member set aside now. There is no order: what bounds points by its lines binds the
    host when it captures them."""
    closed = _closed(view, rule)
    if closed:
        return Room(0, 0, closed)
    held = next((purse for purse in member.purses if purse.name == rule.purse), Purse(rule.purse, ()))
    bounds = [(spending.available(held, view.occasion.at), BALANCE)]
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
    take = view.plan.checked.purses[rule.purse].take or Take.OLDEST
    after, debits = spending.spend(purse, found.units, view.occasion.at, take)
    others = [one for one in member.purses if one.name != rule.purse]
    if found.units:
        member = member._replace(purses=tuple(sorted((*others, after))))
    occasion, shares = _covered(view.occasion, found)
    effect = PointsRedeemed(
        rule.name, rule.purse, asked, found.units, found.value, found.limited_by, view.occasion.at, debits, shares
    )
    return member, occasion, effect


def _covered(occasion: Occasion, found: Room) -> tuple[Occasion, tuple[int, ...]]:
    """What was paid, shared out to the lines by what is left to pay on them, in whole coins."""
    shares = [0] * len(occasion.lines)
    if found.value:
        for place, share in zip(found.places, largest_remainder(found.value, list(found.left)), strict=True):
            shares[place] = share
    lines = tuple(
        line._replace(covered=line.covered + share) for line, share in zip(occasion.lines, shares, strict=True)
    )
    return occasion._replace(lines=lines), tuple(shares)


def rules_of(plan: Plan, requests: tuple[RedeemRequest, ...]) -> list[tuple[Redeem, RedeemRequest]]:
    """The redeem rules that an order asks for, in the order in which they pay. Raises `InputError` (`redeem.unknown`,
    `redeem.several`)."""
    asked = {}
    for request in requests:
        rule = plan.checked.redeems.get(request.rule)
        if rule is None:
            raise InputError("redeem.unknown", f"no redeem rule is called `{shown(request.rule)}`", "redeem")
        asked[rule.name] = (rule, request)
    groups = [plan.redeem_group_of.get(name) for name in asked]
    if len(asked) < len(requests) or (len(asked) > 1 and (None in groups or len(set(groups)) > 1)):
        message = "redeem rules pay together for one order where one group lists them, each once"
        raise InputError("redeem.several", message, "redeem")
    order = groups[0].rules if groups and groups[0] is not None else tuple(asked)
    return [asked[name] for name in order if name in asked]


def paid_with_points(
    plan: Plan, member: MemberState, event: Purchase, occasion: Occasion, effects: list[Effect]
) -> tuple[MemberState, Occasion]:
    """Stage 6 of an order that asks to be paid with points; the tenders pay what is left. What rules ask is answered
    as it was before any of them paid, but for what is left to pay."""
    asked = rules_of(plan, event.redeem)
    if not asked:
        return member, occasion
    before = known(plan, member, event.at)
    for rule, request in asked:
        member, occasion, effect = redeemed(View(plan, occasion, before), rule, member, request)
        effects.append(effect)
    return member, tendered(plan, event, occasion)


def rooms(editions: Editions, member: MemberState, event: Purchase) -> tuple[Redeemable, ...]:
    """For each redeem rule the most that could be used for an order, whatever it asks for."""
    plan = editions.all[editions.place_at(event.at)].plan
    occasion = receive(plan, event._replace(redeem=(), tenders=None))
    member, _ = advance(editions, member, event.at)
    tenders = None if event.tenders is None else frozenset(tender.method for tender in event.tenders)
    view = View(plan, occasion._replace(tenders=tenders), known(plan, member, event.at))
    found = ((name, room(view, plan.checked.redeems[name], member)) for name in sorted(plan.checked.redeems))
    return tuple(Redeemable(name, one.units, one.value, one.limited_by) for name, one in found)
