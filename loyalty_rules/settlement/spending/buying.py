"""Rewards that a member buys on their own, without an order: points go, and the right is held."""

from __future__ import annotations

from loyalty_rules.decision import PointsConverted, PointsTaken
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.receive import minor
from loyalty_rules.engine.view import View
from loyalty_rules.errors import DecisionError, InputError
from loyalty_rules.events import Choice
from loyalty_rules.lang.checked import Price, Reward
from loyalty_rules.ledger import lots
from loyalty_rules.ledger.counters import added, by_key, in_order
from loyalty_rules.member import Lot, MemberState, Purse
from loyalty_rules.settlement.giving.posting import put
from loyalty_rules.settlement.knowing import joined_lots, view_at
from loyalty_rules.settlement.sharing import Effects
from loyalty_rules.settlement.spending import overdraft, payable, spent
from loyalty_rules.settlement.spending.rights import affordable, price_of
from loyalty_rules.settlement.timing.lives import life


def bought(plan: Plan, member: MemberState, choice: Choice, effects: Effects) -> MemberState:
    """The member with as many of a reward as are asked for, and without their price; all of them or none. What it asks
    of the member and its dates hold; what it asks of an order is asked when it is used. Raises `InputError`
    (`choice.unknown`, `choice.price`) and `DecisionError` (`choice.refused`)."""
    reward = plan.checked.rewards[choice.rule]
    price = _price(reward, choice)
    count = 1 if choice.amount is None else minor(choice.amount, 0, "amount")
    view = view_at(plan, member, choice.at)
    units, draw = count * (1 if reward.right.counted else reward.right.face), effects.draw(plan, view)
    why = _refused(view, member, reward, price, count)
    if not why and draw is not None and not draw.sell(reward.name, units):
        why = payable.BUDGET
    if why:
        raise DecisionError("choice.refused", f"{count} of `{reward.name}` cannot be bought: {why}")
    purses = {purse.name: purse for purse in member.purses}
    paying, number = purses.get(price.purse, Purse(price.purse, ())), member.decisions + 1
    purses[price.purse], debits = overdraft.spend(plan, paying, price.of(count), choice.at, number)
    effects.append(PointsTaken(reward.name, price.purse, price.of(count), choice.at, debits))
    into = purses.get(reward.name, Purse(reward.name, ()))
    lived = life(plan, into, None, choice.at)
    effects.append(PointsConverted(reward.name, reward.name, units, units, choice.at, lived.usable, lived.expires))
    parts = ((reward.name, units),)
    lot = Lot(number, choice.at, lived.usable, lived.expires, units, parts, lived.idle, lived.latest)
    purses[reward.name] = joined_lots(plan, put(into, lot, choice.at, effects), choice.at, member)
    if draw is not None:
        draw.book(effects)
    member = member._replace(purses=tuple(purses[name] for name in sorted(purses)))
    return _counted(plan, member, reward, count, choice.at) if reward.right.handed_over else member


def _price(reward: Reward, choice: Choice) -> Price:
    if not reward.right.prices:
        raise InputError("choice.unknown", f"`{reward.name}` is given by rules, and not sold", "rule")
    price = price_of(reward.use, reward.right, choice.purse)
    if price is None:
        raise InputError("redeem.price", f"`{reward.name}` has several prices: name the purse", "purse")
    return price


def _refused(view: View, member: MemberState, reward: Reward, price: Price, count: int) -> str:
    """Why so many cannot be bought, whatever budgets have left; "" where they can."""
    use = reward.use
    closed = payable.closed_to(view, use)
    if closed:
        return closed
    if reward.right.handed_over and count > spent.times_left(view, use):
        return payable.LIMIT
    most, why = affordable(view.plan, member, price, view.occasion.at)
    if count > most:
        return why
    room = view.plan.checked.purses[reward.name].hold_at_most
    held = next((lots.held(purse) for purse in member.purses if purse.name == reward.name), 0)
    units = count * (1 if reward.right.counted else reward.right.face)
    return "full" if room is not None and held + units > room else ""


def _counted(plan: Plan, member: MemberState, reward: Reward, count: int, at: int) -> MemberState:
    """What the host hands over counts under its limit where it is bought."""
    view, counters = view_at(plan, member, at), by_key(member.counters)
    for limit in reward.use.limits:
        reached = view.reach_of_window(limit.window)
        counters[limit.key] = added(counters.get(limit.key, ()), reached.bucket, count, reached.low)
    return member._replace(counters=in_order(counters))
