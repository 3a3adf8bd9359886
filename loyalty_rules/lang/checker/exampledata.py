"""The data of examples: lines from table rows, details, and values of facts, as events carry them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Final, NamedTuple

from loyalty_rules.amounts import MICRO, format_units, micros_of
from loyalty_rules.currencies import EXPONENTS
from loyalty_rules.diagnostics import Diagnostic, Related
from loyalty_rules.events import NO_FACTS, ONE_UNIT, FactInput, Facts, Line
from loyalty_rules.lang import conditions as c
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker import amounts
from loyalty_rules.lang.checker.context import Context
from loyalty_rules.lang.checker.counts import shown_role
from loyalty_rules.lang.checker.measures import base_of
from loyalty_rules.lang.checker.names import unknown
from loyalty_rules.lang.checker.partners import ORDER_PARTNER, merchants_of
from loyalty_rules.lang.checker.values import Typed, constant, data, kind_word
from loyalty_rules.lang.parser import parse_cell, parse_head
from loyalty_rules.lang.tokens import Cell
from loyalty_rules.problems.cases import DetailRefused, HeadRefused, NotAnOrder, PriceMissing, SetTwice
from loyalty_rules.problems.ladders import CellCount, CellKind, QuotedCell
from loyalty_rules.problems.values import WrongType
from loyalty_rules.source import Span

_TEXT_HEADS: Final = frozenset({"SKU", "CATEGORY", "BRAND", "TAG"})
#: What a line may tell of its amounts: the field of `_Amounts`, by base amount and whether tax is left out.
_AMOUNT_HEADS: Final = {
    ("LIST_PRICE", False): "list_price",
    ("PRICE_AFTER", False): "after",
    ("PRICE_AFTER", True): "after_without_tax",
    ("MONEY_PAID", False): "paid",
}


class Details(NamedTuple):
    """What a step says beside its lines."""

    store: str
    channel: str
    merchant: str
    facts: Facts


# ---------- values


def can_be_given(typed: Typed) -> bool:
    """Whether an example may say what something is before its first step."""
    match typed.operand:
        case c.LevelOf() | c.VariantOf():
            return True
        case c.Measure():
            past = typed.operand.window.kind not in (c.WindowKind.THIS_ORDER, c.WindowKind.PREVIOUS)
            return past and typed.operand.each is None
        case c.FieldOf():
            return (typed.kind is c.Kind.DATE and typed.operand.field is not c.Field.TODAY) or (
                typed.operand.field is c.Field.ORDER_NUMBER
            )
        case _:
            return False


def money_micros(ctx: Context, quantity: s.Quantity) -> int | None:
    """Money in millionths of the currency's unit, as events carry it; at most the currency's decimals."""
    units = amounts.money(ctx, quantity)
    unit = quantity.unit.text if isinstance(quantity.unit, s.Name) else ""
    return None if units is None else micros_of(units, EXPONENTS.get(unit, ctx.settings.exponent))


def fact_value(ctx: Context, node: s.Bound, fact: c.Fact) -> c.Value | None:
    """The value of a fact as the engine keeps it; a yearly date is given as any date of its day."""
    if fact.kind is c.Kind.YEARLY and isinstance(node, s.DateValue):
        day = date.fromordinal(node.ordinal)
        return day.month, day.day
    if not isinstance(node, s.Plain):
        ctx.report(WrongType(ctx.words(node.span), kind_word(fact.kind)), node.span)
        return None
    return constant(ctx, node, Typed(c.FactOf(fact), fact.kind, fact.name, fact=fact))


def _fact_input(ctx: Context, node: s.Bound, fact: c.Fact) -> FactInput | None:
    """The value of a fact as a host gives it."""
    value = fact_value(ctx, node, fact)
    match value:
        case tuple():
            return date(2000, *value)
        case bool() | str() | None:
            return value
        case _ if fact.kind is c.Kind.DATE:
            return date.fromordinal(value)
        case _ if fact.kind is c.Kind.INSTANT:
            return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=value)
        case _:
            return Decimal(format_units(value, _decimals(ctx, node, fact)))


def _decimals(ctx: Context, node: s.Bound, fact: c.Fact) -> int:
    """The decimals of a number as its unit has them."""
    if fact.kind is not c.Kind.MONEY:
        return amounts.NUMBER_DECIMALS
    unit = node.unit if isinstance(node, s.Quantity) else None
    return EXPONENTS.get(unit.text if isinstance(unit, s.Name) else "", ctx.settings.exponent)


def details(ctx: Context, clauses: list[s.Given], facts: dict[str, c.Fact], *, order: bool) -> Details:
    """The details of a step; of an order also where it was placed."""
    found: dict[str, str] = {}
    told: dict[str, FactInput] = {}
    seen: dict[str, Span] = {}
    for clause in clauses:
        node = clause.operand
        words = ctx.words(node.span)
        if words in seen:
            ctx.report(SetTwice(words), node.span, Related(seen[words], "first_here"))
        seen.setdefault(words, node.span)
        if order and isinstance(node, s.Attribute) and node.role == ORDER_PARTNER:
            merchants = merchants_of(ctx, clause.bound)
            if merchants:
                found.setdefault(c.Field.MERCHANT.value, merchants[0])
        elif order and isinstance(node, s.Attribute) and node.role in ("STORE", "CHANNEL", "ORDER_MERCHANT"):
            if isinstance(clause.bound, s.Text):
                found[node.role] = data(clause.bound)
            else:
                ctx.report(WrongType(ctx.words(clause.bound.span), kind_word(c.Kind.TEXT)), clause.bound.span)
        elif isinstance(node, s.Name) and node.text in facts:
            value = _fact_input(ctx, clause.bound, facts[node.text])
            if value is not None:
                told[node.text] = value
        elif isinstance(node, s.Name) and node.text not in ctx.names:
            unknown(ctx, node, ("ORDER_FACT" if order else "EVENT_FACT",), facts)
        else:
            ctx.report(DetailRefused(words), node.span)
    return Details(
        found.get("STORE", ""), found.get("CHANNEL", ""), found.get("ORDER_MERCHANT", ""), tuple(sorted(told.items()))
    )


# ---------- lines


class _Column(NamedTuple):
    """What a column says: SKU, CATEGORY, BRAND, TAG, QUANTITY, UNIT_PRICE, DELIVERY, a field of amounts, or a fact."""

    what: str
    fact: c.Fact | None = None


def lines(ctx: Context, rows: list[s.Row]) -> tuple[Line, ...]:
    """The lines of an order, with the ids 1, 2, 3 …"""
    if not rows:
        return ()
    columns = _heads(ctx, rows[0])
    if columns is None:
        return ()
    found = []
    for number, row in enumerate(rows[1:], 1):
        if len(row.cells) != len(columns):
            ctx.report(CellCount(len(row.cells), len(columns)), row.span)
            continue
        line = _line(ctx, str(number), columns, row)
        if line is not None:
            found.append(line)
    return tuple(found)


def _heads(ctx: Context, row: s.Row) -> list[_Column] | None:
    columns: list[_Column] = []
    for cell in row.cells:
        column = _head(ctx, cell)
        if column is None:
            return None
        if column in columns and column.what != "TAG":
            ctx.report(SetTwice(cell.text), cell.span)
            return None
        columns.append(column)
    priced = {"UNIT_PRICE", "list_price", "after"}
    if not priced.intersection(column.what for column in columns):
        ctx.report(PriceMissing(), row.span)
        return None
    return columns


def _head(ctx: Context, cell: Cell) -> _Column | None:
    head = parse_head(cell.text, cell.span, ctx.table)
    match head:
        case Diagnostic():
            ctx.report(head.problem, head.span)
        case s.Delivery():
            return _Column("DELIVERY")
        case s.Attribute(role=role) if role in _TEXT_HEADS or role in ("QUANTITY", "UNIT_PRICE"):
            return _Column(role)
        case s.BaseAmount() if not base_of(head).tenders and (head.role, head.without_tax) in _AMOUNT_HEADS:
            return _Column(_AMOUNT_HEADS[head.role, head.without_tax])
        case s.Name():
            fact = ctx.facts.get(head.text)
            if fact is not None and fact.owner is c.Owner.LINE:
                return _Column("FACT", fact)
            if head.text not in ctx.names:
                line_facts = (name for name, fact in ctx.facts.items() if fact.owner is c.Owner.LINE)
                unknown(ctx, head, ("LINE_FACT",), line_facts)
                return None
            ctx.report(HeadRefused(cell.text), cell.span)
        case _:
            ctx.report(HeadRefused(cell.text), cell.span)
    return None


def _line(ctx: Context, number: str, columns: list[_Column], row: s.Row) -> Line | None:
    texts: dict[str, str] = {}
    tags: list[str] = []
    told: dict[str, FactInput] = {}
    money: dict[str, int] = {}
    quantity, delivery = ONE_UNIT, False
    for column, cell in zip(columns, row.cells, strict=True):
        if not cell.text:
            continue
        if column.what == "TAG":
            tags += [text for text in (text_of(ctx, part) for part in _parts(cell)) if text]
        elif column.what in _TEXT_HEADS:
            texts[column.what] = text_of(ctx, cell) or ""
        elif column.fact is not None:
            value = _fact_cell(ctx, cell, column.fact)
            if value is not None:
                told[column.fact.name] = value
        elif column.what == "QUANTITY":
            quantity = quantity_of(ctx, cell)
        elif column.what == "DELIVERY":
            delivery = _yes(ctx, cell)
        else:
            amount = _money(ctx, cell, fine=column.what == "UNIT_PRICE")
            if amount is None:
                return None
            money[column.what] = amount
    worth = _amounts(ctx, money, quantity, row)
    if worth is None:
        return None
    return Line(
        number,
        texts.get("SKU", ""),
        texts.get("CATEGORY", ""),
        texts.get("BRAND", ""),
        tuple(sorted(set(tags))),
        quantity,
        money.get("UNIT_PRICE"),
        worth.list_price,
        worth.discount,
        worth.tax,
        tuple(sorted(told.items())) if told else NO_FACTS,
        delivery,
    )


class _Amounts(NamedTuple):
    list_price: int | None
    discount: int
    tax: int


def _amounts(ctx: Context, money: dict[str, int], quantity: int, row: s.Row) -> _Amounts | None:
    """The amounts of a line from what was told of it: what is not told is no discount and no tax."""
    price = money.get("UNIT_PRICE")
    told = money.get("list_price")
    if price is None and told is None:
        told = money.get("after")
    whole = told if told is not None else (price or 0) * quantity // MICRO
    if price is None and told is None:
        ctx.report(PriceMissing(), row.span)
        return None
    after = money.get("after", whole)
    tax = 0
    if "after_without_tax" in money:
        tax = after - money["after_without_tax"]
    elif "paid" in money and not ctx.settings.tax_included:
        tax = money["paid"] - after
    return _Amounts(told, whole - after, tax)


# ---------- cells


def _parts(cell: Cell) -> list[Cell]:
    """A cell of several texts, between commas outside of quotes."""
    found = []
    start = 0
    quoted = False
    for place, character in enumerate(f"{cell.text},"):
        if character == '"':
            quoted = not quoted
        elif character == "," and not quoted:
            text = cell.text[start:place]
            skipped = start + len(text) - len(text.lstrip())
            begin = cell.span.start + skipped
            found.append(Cell(text.strip(), Span(begin, begin + len(text.strip()))))
            start = place + 1
    return found


def text_of(ctx: Context, cell: Cell) -> str | None:
    """Data of a text column: in quotes, or as it stands where it is no phrase of the language."""
    text = cell.text
    if len(text) > 1 and text[0] == text[-1] == '"':
        return data(s.Text(text[1:-1], span=cell.span))
    read = parse_cell(text, cell.span, ctx.table)
    if isinstance(read, s.CellAll | s.CellRange | s.Word):
        ctx.report(QuotedCell(text), cell.span)
        return None
    return data(s.Text(text, span=cell.span))


def _value(ctx: Context, cell: Cell) -> s.Plain | None:
    read = parse_cell(cell.text, cell.span, ctx.table)
    if isinstance(read, Diagnostic):
        ctx.report(read.problem, read.span)
        return None
    if isinstance(read, s.CellAll | s.CellRange):
        ctx.report(CellKind(cell.text, kind_word(c.Kind.TEXT)), cell.span)
        return None
    return read


def _fact_cell(ctx: Context, cell: Cell, fact: c.Fact) -> FactInput | None:
    if fact.kind is c.Kind.TEXT:
        text = text_of(ctx, cell)
        return None if text is None else _fact_input(ctx, s.Text(text, span=cell.span), fact)
    value = _value(ctx, cell)
    return None if value is None else _fact_input(ctx, value, fact)


def quantity_of(ctx: Context, cell: Cell) -> int:
    """How much of a line, in millionths."""
    value = _value(ctx, cell)
    if isinstance(value, s.Number):
        micros = amounts.scaled(ctx, value.value, amounts.NUMBER_DECIMALS, cell.text, cell.span)
        return micros if micros is not None and amounts.above_zero(ctx, micros, cell.span) else ONE_UNIT
    if value is not None:
        ctx.report(CellKind(cell.text, kind_word(c.Kind.NUMBER)), cell.span)
    return ONE_UNIT


def _yes(ctx: Context, cell: Cell) -> bool:
    value = _value(ctx, cell)
    if isinstance(value, s.Word) and value.role in ("YES", "NO"):
        return value.role == "YES"
    if value is not None:
        ctx.report(CellKind(cell.text, kind_word(c.Kind.YES_NO)), cell.span)
    return False


def _money(ctx: Context, cell: Cell, *, fine: bool) -> int | None:
    """Money in millionths; a unit price may be finer than the smallest coin."""
    value = _value(ctx, cell)
    if isinstance(value, s.Quantity):
        unit = value.unit
        if fine and isinstance(unit, s.Name) and amounts.is_money(ctx, unit):
            exact: Fraction = value.number
            return amounts.scaled(ctx, exact, amounts.NUMBER_DECIMALS, unit.text, cell.span)
        return money_micros(ctx, value)
    if isinstance(value, s.Number):
        amounts.unit_missing(ctx, value, ctx.settings.currency)
    elif value is not None:
        ctx.report(CellKind(cell.text, kind_word(c.Kind.MONEY)), cell.span)
    return None


def only_of_orders(ctx: Context, at: s.At, told: Sequence[s.Clause]) -> None:
    """Reports what a step that is no order tells, and only an order has."""
    for clause in told:
        ctx.report(NotAnOrder(shown_role(clause)), clause.span, Related(at.span, "step_here"))
