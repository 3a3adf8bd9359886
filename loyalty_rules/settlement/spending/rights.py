"""Stage 6: rewards that are used whole for an order, be it that they pay or that the host hands them over. What is held
goes first; what more is asked for is bought, where it has a price."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from loyalty_rules.decision import PointsRedeemed
from loyalty_rules.engine.budgets import Draw
from loyalty_rules.engine.paying import payable_places
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.receive import Occasion, minor
from loyalty_rules.engine.view import View
from loyalty_rules.errors import InputError, shown
from loyalty_rules.events import RedeemRequest
from loyalty_rules.lang.checked import Price, Redeem, Right
from loyalty_rules.ledger import spending
from loyalty_rules.member import MemberState, Purse, Take
from loyalty_rules.records import Debit
from loyalty_rules.settlement.spending import overdraft, spent
from loyalty_rules.settlement.spending.payable import (
    BALANCE,
    BUDGET,
    CAP,
    LIMIT,
    LINES,
    NEVER,
    TO_PAY,
    TOGETHER,
    Room,
    closing,
    covered,
    together,
)

#: More than anybody holds or can pay for.
EVERYTHING: Final = 2**62


class Fit(NamedTuple):
    """What of a reward is used: `held` units of what the member holds, and `bought` rights for a price, which pay
    `money` in all, on `places` where `left` is to pay."""

    held: int = 0
    bought: int = 0
    money: int = 0
    limited_by: str = ""
    places: tuple[int, ...] = ()
    left: tuple[int, ...] = ()

    def worth(self, right: Right) -> int:
        """What of the money that which is held pays; the rest of it is of what is bought."""
        return min(self.held * right.face if right.counted else self.held, self.money)


def most(view: View, rule: Redeem, right: Right, member: MemberState, draw: Draw | None = None) -> Room:
    """The most that the member could use now, by the price that reaches furthest, as far as budgets have it left."""
    fits = [_fitting(view, rule, right, member, EVERYTHING, price) for price in right.prices or (None,)]
    for place, price in enumerate(right.prices if draw is not None else ()):
        fit = fits[place]
        left = fit.bought if draw is None else draw.sellable(rule.name, fit.bought)
        if left < fit.bought:
            fits[place] = _fitting(view, rule, right, member, fit.held + left, price)._replace(limited_by=BUDGET)
    best = max(fits, key=lambda fit: fit.held + fit.bought)
    return Room(best.held + best.bought, best.money, best.limited_by, best.places, best.left)


def used(
    view: View, rule: Redeem, right: Right, member: MemberState, request: RedeemRequest, draw: Draw | None
) -> tuple[MemberState, Occasion, list[PointsRedeemed]]:
    """What is asked for is used, as far as it can be: without a number one right, or the voucher that expires soonest.
    What is bought is bought as a whole, where budgets have so much left. Raises `InputError` (`redeem.price`) where it
    is asked to be bought with what it does not cost."""
    price = price_of(rule, right, request.purse)
    asked = None
    if request.amount is not None:
        asked = minor(request.amount, view.plan.checked.purses[rule.purse].decimals, "redeem.amount")
    fit = _fitting(view, rule, right, member, asked or 1, price)
    if fit.bought and draw is not None and not draw.sell(rule.name, fit.bought):
        fit = _fitting(view, rule, right, member, asked or 1, None)._replace(limited_by=BUDGET)
    occasion, effects, left = view.occasion, list[PointsRedeemed](), fit.left
    for purse, units, rights, value in _parts(rule, right, fit, price):
        member, debits = taken_from(view.plan, member, purse, units, view.occasion.at)
        occasion, shares = covered(occasion, value, fit.places, left)
        left = tuple(money - shares[place] for place, money in zip(fit.places, left, strict=True))
        told = asked if purse == rule.purse else None
        rights = len(debits) if rights is None else rights
        effects.append(
            PointsRedeemed(
                *(rule.name, purse, told, units, value, fit.limited_by, view.occasion.at, debits, shares), rights=rights
            )
        )
    return member, occasion, effects


def price_of(rule: Redeem, right: Right, purse: str) -> Price | None:
    """The price that is paid from a purse, or the only one; None where nothing is to be bought. Raises `InputError`
    (`redeem.price`)."""
    if purse:
        price = right.price(purse)
        if price is None:
            raise InputError("redeem.price", f"`{rule.name}` does not cost units of `{shown(purse)}`", "redeem")
        return price
    return right.prices[0] if len(right.prices) == 1 else None


def _parts(rule: Redeem, right: Right, fit: Fit, price: Price | None) -> list[tuple[str, int, int | None, int]]:
    """What is taken of which purse, for how many rights, and what it pays; one part that is nothing where nothing is
    used. None: as many as there are lots."""
    found: list[tuple[str, int, int | None, int]] = []
    held = fit.worth(right)
    if fit.held or not fit.bought:
        found.append((rule.purse, fit.held, fit.held if right.counted else None, held))
    if fit.bought and price is not None:
        found.append((price.purse, price.of(fit.bought), fit.bought, fit.money - held))
    return found


def taken_from(
    plan: Plan, member: MemberState, name: str, units: int, at: int
) -> tuple[MemberState, tuple[Debit, ...]]:
    """The member without so many units of a purse, and the lots that they were in."""
    purse = next((one for one in member.purses if one.name == name), Purse(name, ()))
    after, debits = overdraft.spend(plan, purse, units, at, member.decisions + 1)
    if not units:
        return member, debits
    others = (one for one in member.purses if one.name != name)
    return member._replace(purses=tuple(sorted((*others, after)))), debits


# ---------- how much


def _fitting(view: View, rule: Redeem, right: Right, member: MemberState, asked: int, price: Price | None) -> Fit:
    closed = closing(view, rule)
    if closed:
        return Fit(limited_by=closed)
    places = payable_places(view, rule)
    if not places:
        matching = any(view.selected(rule.lines, place) for place in range(len(view.occasion.lines)))
        return Fit(limited_by=NEVER if matching else LINES)
    lines = view.occasion.lines
    left = tuple(lines[place].payable - lines[place].covered for place in places)
    narrow = spent.narrowed(view, rule, places, left)
    money, why = min(_moneys(view, rule, left, narrow), key=lambda bound: bound[0])
    if right.pays and not money:
        return Fit(limited_by=why)
    held = next((purse for purse in member.purses if purse.name == rule.purse), Purse(rule.purse, ()))
    if right.counted:
        fit = _rights(view, rule, right, (member, held), asked, price, (money, why))
    else:
        fit = _vouchers(view, rule, right, held, asked, (money, why))
    return fit._replace(places=places, left=narrow)


def _moneys(view: View, rule: Redeem, left: tuple[int, ...], narrow: tuple[int, ...]) -> Iterator[tuple[int, str]]:
    """Each bound of what may be paid, with its reason."""
    yield sum(left), TO_PAY
    yield sum(narrow), CAP
    for _, money in spent.rooms(view, rule):
        yield money, CAP
    for money in together(view, rule):
        yield money, TOGETHER


def _rights(
    view: View,
    rule: Redeem,
    right: Right,
    owner: tuple[MemberState, Purse],
    asked: int,
    price: Price | None,
    bound: tuple[int, str],
) -> Fit:
    """Whole rights: those that are held, then as many as the price lets be bought; none that would pay nothing. What
    the host hands over is limited where it is bought."""
    member, purse = owner
    money, why = bound
    held, left = spending.available(purse, view.occasion.at), spent.times_left(view, rule)
    to_buy, short = affordable(view.plan, member, price, view.occasion.at)
    bounds = [(-(-money // right.face), why), (left, LIMIT)] if right.pays else []
    bounds += [] if right.per_order is None else [(right.per_order, LIMIT)]
    bounds.append((held + min(to_buy, EVERYTHING if right.pays else left), short if to_buy <= left else LIMIT))
    units, limited_by = min(bounds, key=lambda one: one[0])
    if asked <= units:
        units, limited_by = asked, ""
    pays = min(units * right.face, money)
    of_held = min(held, units)
    return Fit(of_held, units - of_held, pays, limited_by or (why if pays < units * right.face else ""))


def _vouchers(view: View, rule: Redeem, right: Right, purse: Purse, asked: int, bound: tuple[int, str]) -> Fit:
    """Whole vouchers, those that expire soonest first: as many as it takes to pay what is asked for, and none that
    would pay nothing."""
    money, why = bound
    times = min(spent.times_left(view, rule), EVERYTHING if right.per_order is None else right.per_order)
    units = count = 0
    for place in spending.in_order(purse.lots, view.occasion.at, Take.SOONEST):
        if count >= times or units >= min(money, asked):
            break
        units, count = units + purse.lots[place].left, count + 1
    if units >= money:
        return Fit(units, 0, money, why if asked > money or units > money else "")
    return Fit(units, 0, units, "" if units >= asked else LIMIT if count >= times else BALANCE)


def affordable(plan: Plan, member: MemberState, price: Price | None, at: int) -> tuple[int, str]:
    """How many rights the purse of a price pays for, and why no more."""
    if price is None:
        return 0, BALANCE
    purse = next((one for one in member.purses if one.name == price.purse), Purse(price.purse, ()))
    units, why = overdraft.most(plan, purse, at)
    return units // price.units * price.started, why
