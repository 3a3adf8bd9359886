"""What bounds a payment by points or rewards: when it is closed, and how much may be paid in all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from loyalty_rules.amounts import largest_remainder
from loyalty_rules.engine.paying import payable_places
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.receive import Occasion, OrderLine, base_total
from loyalty_rules.engine.view import View
from loyalty_rules.lang.checked import Blocks, PayAtMost, Redeem
from loyalty_rules.settlement.spending import spent
from loyalty_rules.values import frozen

#: Why no more can be used; the values of `Room.limited_by`.
BALANCE = "balance"
MONTH = "calendar_month"
GROUP = "group"
UNITS = "units"
TO_PAY = "to_pay"
AT_MOST = "pay_at_most"
LEAVE = "leave_at_least"
CAP = "cap"
LIMIT = "limit"
TOGETHER = "together"
BUDGET = "budget"
STEPS = "steps"
MINIMUM = "minimum"
AUDIENCE = "not_for_this_member"
OPTING = "not_opted_in"
CONDITION = "condition_false"
DATES = "outside_dates"
NEVER = "excluded_by_never"
LINES = "no_matching_lines"


@frozen
class Room:
    """The most that a redeem rule lets a member use for an order: units of the purse, the money they pay, and what
    keeps it from being more. `places`: the lines that may be paid for, `left` what is to pay on them."""

    units: int
    value: int
    limited_by: str
    places: tuple[int, ...] = ()
    left: tuple[int, ...] = ()


def money_of(plan: Plan, bound: PayAtMost, lines: list[OrderLine]) -> int:
    """The most money that a bound lets points pay of lines."""
    if bound.base is None:
        return bound.money
    tax = plan.checked.tax_included
    return int(bound.share * base_total(tuple(lines), bound.base, tax))


def together(view: View, rule: Redeem) -> Iterator[int]:
    """What the rules of the group may still pay together: of the lines that any of them may pay for, as they were
    before any of them did."""
    group = view.plan.redeem_group_of.get(rule.name)
    if group is None:
        return
    rules = (view.plan.payers[name] for name in group.rules)
    places = sorted({place for one in rules for place in payable_places(view, one)})
    lines = [view.occasion.lines[place] for place in places]
    paid = sum(line.covered for line in lines)
    for bound in group.together:
        yield max(0, money_of(view.plan, bound, [line._replace(covered=0) for line in lines]) - paid)


def closing(view: View, rule: Redeem) -> str:
    """What keeps a rule from an order as a whole; "" for nothing."""
    closed = closed_to(view, rule)
    if closed:
        return closed
    if not view.all_hold(rule.occasion):
        return CONDITION
    if rule.right is not None and rule.right.handed_over:
        return ""  # what is held may be handed over; the limit is one of buying
    return LIMIT if spent.used_up(view, rule) else ""


def closed_to(view: View, rule: Redeem) -> str:
    """What keeps a rule from a member at an instant, whatever is ordered; "" for nothing."""
    if not all(view.during(dates) for dates in (view.plan.checked.redeeming, rule.dates)):
        return DATES
    if view.blocked(Blocks.REDEEMING) is None:
        return NEVER
    if not view.all_hold(rule.audience):
        return AUDIENCE
    return OPTING if rule.opt_in and rule.name not in view.known.opted else ""


def covered(
    occasion: Occasion, value: int, places: Sequence[int], left: Sequence[int]
) -> tuple[Occasion, tuple[int, ...]]:
    """What was paid, shared out to the lines by what is left to pay on them, in whole coins."""
    shares = [0] * len(occasion.lines)
    if value:
        for place, share in zip(places, largest_remainder(value, list(left)), strict=True):
            shares[place] = share
    lines = tuple(
        line._replace(covered=line.covered + share) for line, share in zip(occasion.lines, shares, strict=True)
    )
    return occasion._replace(lines=lines), tuple(shares)
