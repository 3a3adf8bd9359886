"""Promises: whose occasions, which ones, and what always holds of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from loyalty_rules.diagnostics import Related
from loyalty_rules.lang import checked as k
from loyalty_rules.lang import conditions as c
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker import conditions
from loyalty_rules.lang.checker.context import Context, title_of
from loyalty_rules.lang.checker.counts import all_of, first_of
from loyalty_rules.lang.checker.declarations import named
from loyalty_rules.lang.checker.measures import Place
from loyalty_rules.lang.checker.programme import titles
from loyalty_rules.lang.checker.rules import asked
from loyalty_rules.lang.walking import parts_of
from loyalty_rules.problems.promises import WorthUnknown

#: Fields that every occasion has; the others are of orders.
_OF_ALL: Final = frozenset(
    {c.Field.WEEKDAY, c.Field.MONTH_OF_YEAR, c.Field.CLOCK_TIME, c.Field.TODAY, c.Field.EVENT_TIME}
    | {c.Field.JOINING_DATE, c.Field.PREVIOUS_ORDER_DATE, c.Field.FIRST_ORDER_DATE}
)
#: What a measure in this order counts of an order's lines.
_OF_LINES: Final = frozenset(
    {c.CounterKind.SPEND, c.CounterKind.ITEMS, c.CounterKind.ORDERS, c.CounterKind.ACTIVE_DAYS, c.CounterKind.TOTAL}
)


def promises(ctx: Context, earns: dict[str, k.Earn]) -> dict[str, k.Promise]:
    """The promises by name."""
    found: dict[str, k.Promise] = {}
    priceless: set[str] = set()
    for block in named(ctx, "H_PROMISE"):
        if block.name is None:
            continue
        place = Place("PROMISE", ctx.settings.basis)
        audience, occasion = asked(ctx, block, place)
        guards = [clause.condition for clause in _asking(block)]
        known = conditions.known_facts(ctx, guards, place)
        bounds = [clause.condition for clause in all_of(block, s.ConditionClause, lambda one: one.role == "ALWAYS")]
        always = conditions.clauses(ctx, bounds, place, known)
        if block.name.text not in ctx.elsewhere:
            _worths(ctx, block, earns, priceless)
        parts = list(parts_of((audience, occasion, always)))
        found[block.name.text] = k.Promise(
            block.name.text,
            title_of(block),
            titles(ctx, block),
            audience,
            occasion,
            always,
            of_orders=any(_of_order(part) for part in parts),
            of_tenders=any(_of_tender(part) for part in parts),
            proved=False,
            span=block.header,
        )
    return found


def _asking(block: s.Block) -> list[s.ConditionClause]:
    return all_of(block, s.ConditionClause, lambda one: one.role in ("FOR", "WHEN"))


def _of_order(part: object) -> bool:
    """Whether something asks what only an order has."""
    match part:
        case c.BaseTotal():
            return True
        case c.FieldOf():
            return part.field not in _OF_ALL
        case c.Fact():
            return part.owner is c.Owner.ORDER
        case c.Measure():
            return part.window.kind is c.WindowKind.THIS_ORDER and part.counter in _OF_LINES
        case _:
            return False


def _of_tender(part: object) -> bool:
    match part:
        case c.FieldOf():
            return part.field is c.Field.TENDER
        case c.Base():
            return bool(part.tenders)
        case _:
            return False


# ---------- what is given has a worth


def _worths(ctx: Context, block: s.Block, earns: dict[str, k.Earn], reported: set[str]) -> None:
    """Reports the purses whose units are counted by their worth, and that do not say it; each once."""
    for measure in _values_asked(block):
        rules = ({name.text for name in measure.by} or set(earns)) - set(ctx.elsewhere)
        into = {give.purse for name in sorted(rules & set(earns)) for give in earns[name].gives}
        for purse in priceless(ctx, into - reported):
            name = purse.name.text if purse.name else ""
            reported.add(name)
            problem = WorthUnknown(name, ctx.settings.currency)
            ctx.report(problem, measure.span, Related(purse.header, "purse_here"))


def _values_asked(block: s.Block) -> Iterator[s.Measure]:
    for clause in all_of(block, s.ConditionClause):
        for part in parts_of(clause.condition):
            if isinstance(part, s.Measure) and part.counter == c.CounterKind.VALUE_GIVEN.value:
                yield part


def _is_own(ctx: Context, money: str) -> bool:
    """Whether money is in the currency of the orders in question; it is where that is not known."""
    return ctx.settings.currency in (money, "")


def priceless(ctx: Context, purses: Iterable[str]) -> Iterator[s.Block]:
    """Those of the purses that are neither counted in money nor say what they are worth; a reward never does."""
    wanted = set(purses)
    for block in named(ctx, "H_PURSE", "H_REWARD"):
        name = block.name.text if block.name else ""
        head = ctx.purses.get(name)
        money = "" if head is None else head.currency
        priced = head is None or (money and _is_own(ctx, money)) or first_of(block, s.Worth) is not None
        if name in wanted and not priced and ctx.is_whole(block):
            yield block
