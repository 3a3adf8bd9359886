"""Constants: a value as written, turned into the smallest unit of what it is compared with."""

from __future__ import annotations

import unicodedata
from fractions import Fraction
from typing import Final

from loyalty_rules.amounts import MICRO
from loyalty_rules.calendar import zone, zone_names
from loyalty_rules.diagnostics import Fix, Role
from loyalty_rules.lang import conditions as c
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker import amounts
from loyalty_rules.lang.checker.context import Context, LadderHead, PurseHead
from loyalty_rules.lang.checker.names import unknown
from loyalty_rules.lang.told import is_told
from loyalty_rules.problems.clauses import UnknownZone
from loyalty_rules.problems.clocks import DatesAlone
from loyalty_rules.problems.ladders import BaseNamed
from loyalty_rules.problems.values import ChoiceUnknown, WrongType, WrongUnit
from loyalty_rules.text import nearest
from loyalty_rules.values import frozen

#: The unit that a count may have behind its number, by counter.
_COUNTED: Final = {
    c.CounterKind.ITEMS: "ITEMS",
    c.CounterKind.ORDERS: "ORDERS",
    c.CounterKind.TIMES: "TIMES",
}
_FIRST_WEEKDAY: Final = "WD"
_FIRST_MONTH: Final = "MO"


@frozen
class Typed:
    """What is compared: the operand, its type, and what the type needs to read a constant."""

    operand: c.Operand
    kind: c.Kind
    words: str
    purse: PurseHead | None = None
    ladder: LadderHead | None = None
    fact: c.Fact | None = None
    zone: str = ""  # in which a date and time is read; "" for the programme's
    partner: bool = False  # partners stand for it by their names
    variants: tuple[str, ...] = ()
    counted: str = ""  # ITEMS, ORDERS, TIMES: a unit that may stand behind the number


def one_in(typed: Typed, kind: c.Kind) -> Fraction | None:
    """How many smallest units of what is compared one of a fact of this kind is; None where they are not compared."""
    if kind is typed.kind:
        return Fraction(1) if kind in (c.Kind.MONEY, c.Kind.NUMBER, c.Kind.PERCENT) else None
    if kind is not c.Kind.NUMBER:
        return None
    if typed.kind is c.Kind.COUNT:
        return Fraction(1, MICRO)
    return Fraction(10**typed.purse.decimals, MICRO) if typed.kind is c.Kind.POINTS and typed.purse else None


def kind_word(kind: c.Kind) -> Role:
    """The word for a type of values."""
    return Role(f"KIND_{kind.name}")


def data(text: s.Text) -> str:
    """Data in quotes as the engine compares it: composed, as texts of events are."""
    return unicodedata.normalize("NFC", text.value)


def typed_measure(ctx: Context, found: c.Measure, words: str) -> Typed:
    """A measure with its type."""
    purse = ctx.purses.get(found.of) if found.kind is c.Kind.POINTS else None
    return Typed(found, found.kind, words, purse=purse, fact=found.fact, counted=_COUNTED.get(found.counter, ""))


def constant(ctx: Context, node: s.Plain, typed: Typed) -> c.Value | None:
    """The value of a constant in the smallest unit of its type. None where it was reported."""
    match typed.kind:
        case c.Kind.MONEY:
            return _money(ctx, node)
        case c.Kind.POINTS:
            return _points(ctx, node, typed)
        case c.Kind.COUNT:
            return _count(ctx, node, typed)
        case c.Kind.NUMBER:
            return _number(ctx, node, typed)
        case c.Kind.LEVEL:
            return _level(ctx, node, typed)
        case c.Kind.VARIANT:
            return _variant(ctx, node, typed)
        case c.Kind.TEXT | c.Kind.TAGS:
            return _text(ctx, node, typed)
        case c.Kind.INSTANT:
            return _instant(ctx, node, typed)
        case _:
            return _word(ctx, node, typed.kind)


def _wrong(ctx: Context, node: s.Node, kind: c.Kind, fix: Fix | None = None) -> None:
    ctx.report(WrongType(ctx.words(node.span), kind_word(kind)), node.span, fix=fix)


def _money(ctx: Context, node: s.Plain) -> int | None:
    if isinstance(node, s.Quantity):
        return amounts.money(ctx, node)
    if isinstance(node, s.Number) and ctx.settings.currency:
        amounts.unit_missing(ctx, node, ctx.settings.currency)
    else:
        _wrong(ctx, node, c.Kind.MONEY)
    return None


def _points(ctx: Context, node: s.Plain, typed: Typed) -> int | None:
    if typed.purse is None:
        return None
    if isinstance(node, s.Quantity):
        return amounts.points(ctx, node, typed.purse)
    if isinstance(node, s.Number):
        return amounts.scaled(ctx, node.value, typed.purse.decimals, typed.purse.name, node.span)
    _wrong(ctx, node, c.Kind.POINTS)
    return None


def _count(ctx: Context, node: s.Plain, typed: Typed) -> int | None:
    if isinstance(node, s.Number):
        return amounts.whole(ctx, node, 0, amounts.LARGEST)
    if isinstance(node, s.Quantity) and isinstance(node.unit, str) and node.unit == typed.counted:
        return amounts.whole(ctx, s.Number(node.number, span=node.span), 0, amounts.LARGEST)
    if isinstance(node, s.Quantity):
        amounts.wrong_unit(ctx, node, Role(typed.counted) if typed.counted else kind_word(c.Kind.COUNT))
    else:
        _wrong(ctx, node, c.Kind.COUNT)
    return None


def _number(ctx: Context, node: s.Plain, typed: Typed) -> int | None:
    if isinstance(node, s.Number):
        return amounts.scaled(ctx, node.value, amounts.NUMBER_DECIMALS, typed.words, node.span)
    if isinstance(node, s.Quantity):
        unit = typed.fact.name if typed.fact is not None else ""
        if isinstance(node.unit, s.Name) and node.unit.text == unit:
            return amounts.scaled(ctx, node.number, amounts.NUMBER_DECIMALS, unit, node.span)
        amounts.wrong_unit(ctx, node, kind_word(c.Kind.NUMBER))
    else:
        _wrong(ctx, node, c.Kind.NUMBER)
    return None


def _level(ctx: Context, node: s.Plain, typed: Typed) -> int | None:
    ladder = typed.ladder
    if ladder is None:
        return None
    if isinstance(node, s.Word) and node.role == "NO_LEVEL":
        if ladder.base:
            ctx.report(BaseNamed(ladder.name, ladder.base), node.span)
            return None
        return 0
    if not isinstance(node, s.Name):
        _wrong(ctx, node, c.Kind.LEVEL)
        return None
    rank = ladder.rank(node.text)
    if rank is None:
        unknown(ctx, node, ("LEVEL",), (level for level in (ladder.base, *ladder.levels) if level))
    return rank


def _variant(ctx: Context, node: s.Plain, typed: Typed) -> str | None:
    if not isinstance(node, s.Name):
        _wrong(ctx, node, c.Kind.VARIANT)
        return None
    if node.text not in typed.variants:
        unknown(ctx, node, ("VARIANT",), typed.variants)
        return None
    return node.text


def _instant(ctx: Context, node: s.Plain, typed: Typed) -> int | None:
    if isinstance(node, s.InstantValue) and is_told(typed.zone):
        ctx.report(DatesAlone(ctx.words(node.span)), node.span)
        return None
    if isinstance(node, s.InstantValue):
        own = zone(typed.zone) if typed.zone else ctx.settings.zone
        return own.instant(node.ordinal, node.minutes * 60)
    _wrong(ctx, node, c.Kind.INSTANT)
    return None


def _text(ctx: Context, node: s.Plain, typed: Typed) -> str | None:
    if not isinstance(node, s.Text):
        quoted = f'"{ctx.words(node.span)}"'
        fix = Fix(node.span, quoted, safe=False) if isinstance(node, s.Name) else None
        _wrong(ctx, node, c.Kind.TEXT, fix)
        return None
    value = data(node)
    if typed.fact is not None and typed.fact.choices and value not in typed.fact.choices:
        problem = ChoiceUnknown(node.value, typed.fact.name, nearest(value, typed.fact.choices))
        ctx.report(problem, node.span)
        return None
    if typed.fact is not None and typed.fact.zone and value not in zone_names():
        ctx.report(UnknownZone(value, nearest(value, sorted(zone_names()))), node.span)
        return None
    return value


def _word(ctx: Context, node: s.Plain, kind: c.Kind) -> c.Value | None:
    """Dates, times, per cents, yes and no, weekdays, months."""
    match kind, node:
        case c.Kind.DATE, s.DateValue():
            return node.ordinal
        case c.Kind.TIME, s.TimeValue():
            return node.minutes * 60 * MICRO
        case c.Kind.PERCENT, s.Percent():
            return amounts.scaled(ctx, node.value, amounts.NUMBER_DECIMALS, "%", node.span)
        case c.Kind.YES_NO, s.Word(role="YES" | "NO"):
            return node.role == "YES"
        case c.Kind.WEEKDAY, s.Word() if node.role.startswith(_FIRST_WEEKDAY):
            return int(node.role.removeprefix(_FIRST_WEEKDAY))
        case c.Kind.MONTH, s.Word() if node.role.startswith(_FIRST_MONTH):
            return int(node.role.removeprefix(_FIRST_MONTH))
        case c.Kind.PERCENT, s.Number():
            ctx.report(WrongUnit(ctx.words(node.span), "%"), node.span)
        case _:
            _wrong(ctx, node, kind)
    return None
