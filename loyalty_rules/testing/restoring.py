"""What has to hold where something is undone: goods that come back, orders that are cancelled, debts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from loyalty_rules.decision import (
    GoodsReturned,
    PointsAwarded,
    PointsGivenAgain,
    PointsGivenBack,
    PointsRedeemed,
    PointsRedenominated,
    PointsTakenBack,
)
from loyalty_rules.errors import DecisionError
from loyalty_rules.events import ONE_UNIT, Cancellation, Purchase, Return, Tick
from loyalty_rules.lang.checked import Purse, TriggerKind
from loyalty_rules.programme import Decision, Programme
from loyalty_rules.records import Record
from loyalty_rules.testing.choosing import MEMBER
from loyalty_rules.testing.drawing import History
from loyalty_rules.testing.playing import Broken, Decisions, decide

#: By (rule, purse), units.
_Units = Counter[tuple[str, str]]
#: The most orders and goods that are taken apart at the end of a history.
_MOST_ORDERS = 2
_MOST_UNITS = 8


def undone(history: History, decisions: Decisions) -> Iterator[Broken]:
    """An order of which everything came back has given nothing, and what points paid for it came back as points. (A
    purse that posts later, or was counted in another denomination meanwhile, is told in other units. Under a cap over a
    period other orders may have asked for what comes back: then it stays.)"""
    programme = history.interest.programme
    given: dict[str, _Units] = {}
    paid: dict[str, _Units] = {}
    for place, one in enumerate(decisions):
        order = one.event.order if isinstance(one.event, Return | Cancellation) else one.event
        name = order if isinstance(order, str) else order.id if isinstance(order, Purchase) else ""
        anew = {effect.purse for effect in one.effects if isinstance(effect, PointsRedenominated)}
        for units in (*given.values(), *paid.values()):
            for key in [key for key in units if key[1] in anew]:
                del units[key]
        if not name or one.outcome != "decided":
            continue
        _count(programme, one.effects, given.setdefault(name, Counter()), paid.setdefault(name, Counter()), anew)
        if any(isinstance(effect, GoodsReturned) and effect.whole for effect in one.effects):
            left = {key: units for key, units in (given[name] + paid[name]).items() if units}
            for rule, _ in sorted(left):
                yield Broken("undone", place, (("rule", rule),))


def _count(programme: Programme, effects: tuple[object, ...], given: _Units, paid: _Units, anew: set[str]) -> None:
    """What the rules of an order gave, and what points paid, less what came back of both."""
    checked = programme.checked
    for effect in effects:
        match effect:
            case PointsAwarded(rule=rule, purse=purse, granted=units) if _with_the_order(programme, rule, purse):
                given[rule, purse] += units
            case PointsGivenAgain(rule=rule, purse=purse, units=units) if (rule, purse) in given:
                given[rule, purse] += units
            case PointsTakenBack(rule=rule, purse=purse, units=units) if (rule, purse) in given:
                given[rule, purse] -= units
            case PointsRedeemed(rule=rule, purse=purse, units=units) if rule in checked.redeems and purse not in anew:
                paid[rule, purse] += units
            case PointsGivenBack(rule=rule, purse=purse, units=units) if (rule, purse) in paid:
                paid[rule, purse] -= units
            case _:
                pass


def _with_the_order(programme: Programme, rule: str, purse: str) -> bool:
    """Whether what a rule gives into a purse is given with the order, posted at once, and bound by no other order."""
    checked = programme.checked
    if purse in checked.purses and checked.purses[purse].rounding.posts is not None:
        return False
    if rule in checked.boosts:
        return not any(programme.plan.caps_of_rules.get(earn) for earn in checked.boosts[rule].changes)
    earn = checked.earns.get(rule)
    bound = programme.plan.caps_of_rules.get(rule)
    return earn is not None and earn.trigger is TriggerKind.PURCHASE and not bound


def telescoped(history: History, decisions: Decisions) -> Iterator[Broken]:
    """Goods that come back one by one, in any order, leave of the order what they leave when they come back at once;
    and when all of them do, what a cancellation leaves, but for how often a rule may act."""
    if not decisions:
        return
    programme, member, shared = history.interest.programme, decisions[-1].member, decisions[-1].shared
    at = member.clock + 1
    try:
        now = decide(programme, member, Tick(MEMBER, at), shared)
    except DecisionError:
        return
    for record in now.member.records[:_MOST_ORDERS]:
        units = _units_of(record)
        if not 1 < len(units) <= _MOST_UNITS:
            continue
        ways = [units, units[::-1]]
        left = [_left(now, record.order, way) for way in ways]
        whole: dict[str, int] = {}
        for line, quantity in units:
            whole[line] = whole.get(line, 0) + quantity
        left.append(_left(now, record.order, list(whole.items()), together=True))
        if None not in left and any(one != left[0] for one in left):
            yield Broken("telescoped", len(decisions) - 1, (("order", record.order),))


def _units_of(record: Record) -> list[tuple[str, int]]:
    """What is kept of an order, unit by unit; goods by weight as a whole."""
    return [
        (line.id, ONE_UNIT if line.kept % ONE_UNIT == 0 else line.kept)
        for line in record.lines
        for _ in range(line.kept // ONE_UNIT if line.kept % ONE_UNIT == 0 else 1)
    ]


def _left(now: Decision, order: str, units: list[tuple[str, int]], *, together: bool = False) -> object:
    """What stands of an order when its goods have come back: by line what is kept, by award what holds."""
    member, shared = now.member, now.shared
    steps = [tuple(units)] if together else [(one,) for one in units]
    for number, lines in enumerate(steps):
        try:
            back = Return(f"back-{number}", MEMBER, now.event.at, order, tuple(sorted(lines)))
            decision = decide(now.programme, member, back, shared)
        except DecisionError:
            return None
        if decision.outcome != "decided":
            return None
        member, shared = decision.member, decision.shared
    record = next((one for one in member.records if one.order == order), None)
    if record is None:
        return None
    awards = sorted((award.rule, award.purse, award.holds) for award in record.awards if award.holds)
    return [(line.id, line.kept) for line in record.lines], awards, [one.spent for one in record.payments]


def owes_only_where_declared(history: History, decisions: Decisions) -> Iterator[Broken]:
    """A purse owes nothing unless the file says that it may go negative, and by what is used no more than it says; no
    lot is below nothing."""
    declared = history.interest.checked.purses
    for place, one in enumerate(decisions):
        before = {purse.name: purse.debt for purse in one.before.purses}
        anew = {effect.purse for effect in one.effects if isinstance(effect, PointsRedenominated)}
        for purse in one.member.purses:
            below = purse.debt < 0 or any(lot.left < 0 for lot in purse.lots)
            most, by_returns = _may_owe(declared.get(purse.name))
            more = purse.debt > before.get(purse.name, 0) and purse.name not in anew
            came_back = by_returns and isinstance(one.event, Return | Cancellation)
            if below or (purse.debt and not most and not by_returns) or (more and purse.debt > most and not came_back):
                yield Broken("owes_only_where_declared", place, (("purse", purse.name),))


def _may_owe(purse: Purse | None) -> tuple[int, bool]:
    """How much a purse may owe for what is used, and whether it may owe for what comes back."""
    return (0, False) if purse is None else (purse.overdraft, purse.may_go_negative)
