"""Offers: what they take off the price of which lines, and down to where."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from loyalty_rules.amounts import Rounding
from loyalty_rules.diagnostics import Related, Role
from loyalty_rules.lang import checked as k
from loyalty_rules.lang import conditions as c
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker import amounts, caps, measures
from loyalty_rules.lang.checker.codes import codes_of
from loyalty_rules.lang.checker.context import Context, title_of
from loyalty_rules.lang.checker.counts import all_of, first_of, shown_role, simple
from loyalty_rules.lang.checker.declarations import named
from loyalty_rules.lang.checker.funding import funders
from loyalty_rules.lang.checker.giftlines import gift_line
from loyalty_rules.lang.checker.gifts import GiftPlace, lookup, parts_fit
from loyalty_rules.lang.checker.measures import Place
from loyalty_rules.lang.checker.names import resolve
from loyalty_rules.lang.checker.offersets import lines_of_offer, sets_of
from loyalty_rules.lang.checker.prices import base_of_offers
from loyalty_rules.lang.checker.programme import OF_MISS, Texts, dates, messages, titles
from loyalty_rules.lang.checker.returns import reward_lowers
from loyalty_rules.lang.checker.rules import asked, zone_name
from loyalty_rules.lang.walking import parts_of
from loyalty_rules.problems.clauses import ClausesExclude
from loyalty_rules.problems.offers import AmountByTender, GivenLater, PriceOfItems, TooMuchOff
from loyalty_rules.problems.rules import StepOfBasis
from loyalty_rules.problems.values import WrongType

#: What a message of an offer can tell.
_OF_DISCOUNT: Final = ("amount", "title")
_UNKNOWN: Final = k.RoundingRule(Rounding.HALF_UP, k.Place.LINE)


def offers(ctx: Context, tables: dict[str, k.Table]) -> dict[str, k.Offer]:
    """The offers by name."""
    found = (_offer(ctx, block, block.name, tables) for block in named(ctx, "H_OFFER") if block.name)
    return {one.name: one for one in found if one is not None}


def of_rewards(ctx: Context, tables: dict[str, k.Table]) -> dict[str, k.Offer]:
    """What rewards that lower prices take off them, by name."""
    blocks = (block for block in named(ctx, "H_REWARD") if reward_lowers(block))
    found = (_offer(ctx, block, block.name, tables) for block in blocks if block.name)
    return {one.name: one for one in found if one is not None}


def _offer(ctx: Context, block: s.Block, name: s.Name, tables: dict[str, k.Table]) -> k.Offer | None:
    in_force = dates(ctx, block)
    base = _base(ctx, block)
    zone = zone_name(ctx, block)
    place = Place("WHEN", base, frozenset({(k.TriggerKind.PURCHASE, "")}), in_force, zone=zone)
    audience, occasion = asked(ctx, block, place)
    _no_amounts_paid(ctx, (*audience, *occasion))
    _nothing_given(ctx, (*audience, *occasion))
    sets = sets_of(ctx, block)
    lines = lines_of_offer(ctx, block, sets)
    sale, total = first_of(block, s.SellAt), total_of(block)
    gift = (
        _gift(ctx, first_of(block, s.Discount), GiftPlace(base, tables, place)) if sale is None else _price(ctx, sale)
    )
    gift = gift if total is None else _multiple(ctx, total)
    added = gift_line(ctx, block)
    gift = gift if added is None else added[1]
    keep = _keep(ctx, first_of(block, s.KeepPrice))
    clause = first_of(block, s.Dates)
    ceilings = _caps(ctx, block, in_force, place)
    limits = caps.limits(ctx, block, in_force, place)
    given, missed = _messages(ctx, block)
    names, codes = titles(ctx, block), codes_of(ctx, block, place)
    if gift is None or lines is None or keep is None:
        return None
    return k.Offer(
        name=name.text,
        title=title_of(block),
        titles=names,
        span=block.header,
        audience=audience,
        occasion=occasion,
        dates=in_force,
        dates_span=clause.span if clause else block.header,
        zone=zone,
        lines=lines,
        caps=ceilings,
        limits=limits,
        given=given,
        missed=missed,
        codes=codes,
        opt_in=simple(block, "OPT_IN") is not None,
        base=base,
        base_limits=caps.base_limits(ctx, block, in_force, lines=True),
        gift=gift,
        keep=keep[0],
        keep_fact=keep[1],
        to_dearest=simple(block, "ALLOCATE") is not None,
        rounding=_rounding(ctx, block),
        sells=sale is not None,
        sets=sets,
        rounds=total is not None,
        funders=funders(ctx, block) or (),
        adds=None if added is None else added[0],
    )


def _messages(ctx: Context, block: s.Block) -> tuple[Texts, Texts]:
    """What is told; a reward tells where a right is used, or was asked for in vain, and not of each order."""
    if block.kind == "H_REWARD":
        return (), ()
    return messages(ctx, block, "MSG_GIVEN", _OF_DISCOUNT), messages(ctx, block, "MSG_MISSED", OF_MISS)


def _base(ctx: Context, block: s.Block) -> c.Base:
    clause, sale = first_of(block, s.Basis), first_of(block, s.SellAt) or total_of(block)
    if sale is not None:
        if clause is not None:
            related = Related(sale.span, "first_here")
            ctx.report(ClausesExclude(Role("BASIS"), shown_role(sale)), clause.span, related)
        return c.Base(c.BaseKind.AFTER_DISCOUNTS)
    if clause is None or not isinstance(clause.base, s.BaseAmount):
        return base_of_offers(ctx.settings.basis)
    return measures.base_of(clause.base)


def _rounding(ctx: Context, block: s.Block) -> k.RoundingRule:
    clause = first_of(block, s.Rounding)
    if clause is not None:
        return k.RoundingRule(Rounding(clause.mode), k.Place(clause.place))
    return ctx.settings.prices.discounts or _UNKNOWN


def _no_amounts_paid(ctx: Context, conditions: tuple[c.Condition, ...]) -> None:
    """How much is paid by a method is known once the price is."""
    for test in (part for condition in conditions for part in parts_of(condition)):
        if isinstance(test, c.Test) and any(_by_tender(amount) for amount in _amounts_of(test)):
            ctx.report(AmountByTender(ctx.words(test.span)), test.span)


def _nothing_given(ctx: Context, conditions: tuple[c.Condition, ...]) -> None:
    """What is given is known once prices are."""
    for test in (part for condition in conditions for part in parts_of(condition)):
        if isinstance(test, c.Applied):
            ctx.report(GivenLater(test.rule), test.span)


def _amounts_of(test: c.Test) -> tuple[object, ...]:
    """What a test compares with what; of a share, of what it is one."""
    match test:
        case c.Equals() | c.Compared():
            sides: tuple[object, ...] = (test.operand, test.bound)
        case c.Between():
            sides = (test.operand, test.low, test.high)
        case c.In():
            sides = (test.operand,)
        case _:
            sides = ()
    return tuple(side.of if isinstance(side, c.ShareOf) else side for side in sides)


def _by_tender(amount: object) -> bool:
    base = amount.base if isinstance(amount, c.BaseTotal | c.Measure) else None
    return base is not None and bool(base.tenders)


def _gift(ctx: Context, clause: s.Discount | None, here: GiftPlace) -> k.Give | None:
    """What is taken off, in minor units: once, per step, or per minor unit of the basis."""
    if clause is None:
        return None
    if isinstance(clause.amount, s.Lookup):
        return _by_table(ctx, clause, clause.amount, here)
    if isinstance(clause.amount, s.Percent):
        share = clause.amount.value / 100
        if share > 1:
            ctx.report(TooMuchOff(ctx.words(clause.amount.span)), clause.amount.span)
        if not amounts.above_zero(ctx, share, clause.amount.span):
            return None
        return k.Give("", share, k.Step(k.StepKind.PER, 1, items=False), span=clause.span)
    units = amounts.money(ctx, clause.amount)
    step = _step(ctx, clause.step) if clause.step else None
    if not amounts.above_zero(ctx, units, clause.amount.span) or (clause.step is not None and step is None):
        return None
    return k.Give("", Fraction(units or 0), step, span=clause.span)


def total_of(block: s.Block) -> s.QuantityClause | None:
    """`round order total down to …`"""
    return first_of(block, s.QuantityClause, lambda clause: clause.role == "ROUND_TOTAL")


def _multiple(ctx: Context, clause: s.QuantityClause) -> k.Give | None:
    units = amounts.money(ctx, clause.quantity)
    fits = amounts.above_zero(ctx, units, clause.quantity.span)
    return k.Give("", Fraction(units or 0), None, span=clause.span) if fits else None


def _by_table(ctx: Context, clause: s.Discount, amount: s.Lookup, here: GiftPlace) -> k.Give | None:
    """A share of the basis that a table says."""
    nowhere = s.Name("", span=amount.span)
    node = s.Gift(amount, nowhere, None, clause.parts, percent=True, span=clause.span)
    table = lookup(ctx, amount, here.tables, percent=True)
    step = k.Step(k.StepKind.PER, 1, items=False)
    if table is None or not parts_fit(ctx, node, step, table, here):
        return None
    if table.largest > 1:
        ctx.report(TooMuchOff(ctx.words(amount.span)), amount.span)
    parts = k.Parts(clause.parts) if clause.parts else None
    return k.Give("", Fraction(1), step, table.name, parts, span=clause.span)


def _price(ctx: Context, clause: s.SellAt) -> k.Give | None:
    """The price of goods, together or per item, in minor units."""
    units = amounts.money(ctx, clause.price)
    fits = amounts.above_zero(ctx, units, clause.price.span)
    step = _step(ctx, clause.step) if clause.step else None
    if clause.step is not None and step is None:
        return None
    if clause.step is not None and (step is None or not step.items or step.how is not k.StepKind.PER):
        ctx.report(PriceOfItems(ctx.words(clause.step.span)), clause.step.span)
        return None
    return k.Give("", Fraction(units or 0), step, span=clause.span) if fits else None


def _step(ctx: Context, node: s.Step) -> k.Step | None:
    quantity = node.quantity
    if quantity.unit == "ITEMS":
        number = s.Number(quantity.number, span=quantity.span)
        size = amounts.whole(ctx, number, 1, amounts.LARGEST)
        return None if size is None else k.Step(k.StepKind(node.how), size, items=True)
    if isinstance(quantity.unit, str):
        ctx.report(StepOfBasis(ctx.words(quantity.span), ctx.settings.currency), quantity.span)
        return None
    size = amounts.money(ctx, quantity)
    fits = amounts.above_zero(ctx, size, quantity.span)
    return k.Step(k.StepKind(node.how), size or 1, items=False) if fits else None


def _keep(ctx: Context, clause: s.KeepPrice | None) -> tuple[int, c.Fact | None] | None:
    """The lowest price of an item, or the fact of the line that says it. None where something was reported."""
    if clause is None:
        return 0, None
    if isinstance(clause.amount, s.Quantity):
        units = amounts.money(ctx, clause.amount)
        return (units or 0, None) if amounts.above_zero(ctx, units, clause.amount.span) else None
    name = clause.amount.table
    if not resolve(ctx, name, "LINE_FACT"):
        return None
    fact = ctx.facts.get(name.text)
    if fact is None or fact.kind is not c.Kind.MONEY:
        ctx.report(WrongType(name.text, Role("KIND_MONEY")), name.span)
        return None
    return 0, fact


def _caps(ctx: Context, block: s.Block, in_force: k.Dates, place: Place) -> tuple[k.Cap, ...]:
    """The caps on the money that an offer takes off."""
    found: list[k.Cap] = []
    for clause in all_of(block, s.Cap):
        scope = k.Scope(clause.scope)
        over = caps.window_of(ctx, clause, scope, clause.window, "CAP")
        same = caps.told_by(ctx, clause, place)
        units = amounts.money(ctx, clause.quantity)
        if over is False or same is False or not amounts.above_zero(ctx, units, clause.quantity.span):
            continue
        window = over if isinstance(over, c.Window) else None
        key = caps.key_of(block, "CAP", amounts.money_key(ctx), scope, window, in_force, same)
        found.append(k.Cap(key, "", units or 0, scope, window, before_boosts=False, span=clause.span, same=same))
    return caps.tightest_caps(found)
