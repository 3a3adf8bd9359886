"""An order that was run, told in the data and the names of the file alone: it reads the same in every language."""

from __future__ import annotations

from loyalty_rules.amounts import MICRO, format_units
from loyalty_rules.calendar import format_date
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.reference import Result, boost_units
from loyalty_rules.events import Line
from loyalty_rules.lang.checked import Boost, GivenLevel, GivenMembership
from loyalty_rules.witness.orders import Shown


def units_shown(plan: Plan, shown: Shown, name: str) -> int:
    """The same of an order that was run; of an offer what it took off, in minor units."""
    if name in plan.offers:
        taken = shown.settled.priced.taken if shown.settled.priced is not None else ()
        return sum(one.granted for one in taken if one.rule == name)
    return units_of(plan, shown.result, name)


def units_of(plan: Plan, result: Result, name: str) -> int:
    """What a rule gave, or a boost added, in smallest units."""
    if name in plan.checked.boosts and name not in result.postings:
        return boost_units(result, name)
    return sum(posting.granted for posting in result.postings.get(name, ()))


def in_words(plan: Plan, shown: Shown, names: tuple[str, ...]) -> str:
    """An order and what it gave, in the data and the names of the file alone: it reads the same in every language."""
    event = shown.event
    where = [event.merchant, event.store, event.channel, *(tender.method for tender in event.tenders or ())]
    where += event.codes
    where += [request.rule for request in event.redeem]
    before = [given.level for given in shown.givens if isinstance(given, GivenLevel)]
    before += [given.membership for given in shown.givens if isinstance(given, GivenMembership)]
    zone = plan.timeline.zone
    day = zone.local_date(event.at, 0)  # that of the calendar, which an author writes, wherever days start
    clock = zone.local_seconds(event.at)
    time = f"{clock // 3600:02d}:{clock % 3600 // 60:02d}"
    lines = " + ".join(_line_in_words(plan, line) for line in event.lines)
    parts = [f"{format_date(day)} {time}", *before, *where, lines]
    gave = ", ".join(f"{name} {_shown_units(plan, shown, name)}" for name in names)
    told = ", ".join(part for part in parts if part)
    return f"{told}: {gave}" if gave else told


def _line_in_words(plan: Plan, line: Line) -> str:
    paid = ((line.amount or 0) - line.discount) * 10**plan.checked.exponent // MICRO
    amount = f"{format_units(paid, plan.checked.exponent)} {plan.checked.currency}"
    data = [line.sku, line.category, line.brand, *line.tags, *(f"{name} {value}" for name, value in line.facts)]
    return ", ".join(part for part in (*data, amount) if part)


def _shown_units(plan: Plan, shown: Shown, name: str) -> str:
    if name in plan.offers:
        money = format_units(units_shown(plan, shown, name), plan.checked.exponent)
        return f"-{money} {plan.checked.currency}"
    rule = plan.rules[name]
    earn = plan.checked.earns[rule.changes[0]] if isinstance(rule, Boost) else rule
    purse = plan.checked.purses[earn.gives[0].purse]
    return f"{format_units(units_of(plan, shown.result, name), purse.decimals)} {purse.currency or purse.name}"
