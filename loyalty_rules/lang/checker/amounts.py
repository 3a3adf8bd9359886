"""Numbers with their units, in smallest units: money, points, items, whole numbers.

What does not fit is reported and gives None.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from loyalty_rules.currencies import EXPONENTS
from loyalty_rules.diagnostics import Fix, Role
from loyalty_rules.lang.checker.context import Context, PurseHead
from loyalty_rules.lang.checker.names import PURSES, unknown
from loyalty_rules.lang.syntax import Name, Node, Number, Quantity
from loyalty_rules.problems.clauses import WholeNumber
from loyalty_rules.problems.currencies import FirstCurrency
from loyalty_rules.problems.values import AboveZero, OtherCurrency, TooLarge, TooManyDecimals, WrongUnit
from loyalty_rules.source import Span

#: The largest amount of a rule file, in smallest units; sums of many stay below 2^62.
LARGEST: Final = 10**15
#: Decimals of the numbers of facts and quantities.
NUMBER_DECIMALS: Final = 6


def number_words(ctx: Context, span: Span) -> str:
    """The number at the start of a place, as the author wrote it."""
    words = ctx.words(span).split(" ")
    digits = [word for word in words if "0" <= word[:1] <= "9" or word[:1] == "-"]
    return " ".join(digits) or ctx.words(span)


def scaled(ctx: Context, number: Fraction, decimals: int, unit: str, span: Span) -> int | None:
    """A number in units of `10 ** -decimals`."""
    units = number * 10**decimals
    if units.denominator != 1:
        ctx.report(TooManyDecimals(number_words(ctx, span), unit, decimals), span)
        return None
    return within_bounds(ctx, units.numerator, span)


def within_bounds(ctx: Context, units: int, span: Span) -> int | None:
    """An amount that is small enough to be counted."""
    if abs(units) > LARGEST:
        ctx.report(TooLarge(number_words(ctx, span)), span)
        return None
    return units


def above_zero(ctx: Context, value: int | Fraction | None, span: Span) -> bool:
    """Whether a value is above zero; if not it is reported. None was reported before."""
    if value is not None and value <= 0:
        ctx.report(AboveZero(number_words(ctx, span)), span)
        return False
    return value is not None


def money(ctx: Context, quantity: Quantity) -> int | None:
    """Money of one of the programme's currencies, in minor units of it."""
    settings = ctx.settings
    unit = quantity.unit
    # A programme without a known currency was reported: its amounts are right in any.
    if isinstance(unit, Name) and (not settings.currency or is_money(ctx, unit)):
        return scaled(ctx, quantity.number, EXPONENTS.get(unit.text, settings.exponent), unit.text, quantity.span)
    wrong_unit(ctx, quantity, settings.currency or Role("T_MONEY"))
    return None


def is_money(ctx: Context, unit: Name | str) -> bool:
    """Whether a unit is a currency of the programme."""
    return isinstance(unit, Name) and unit.text in ctx.settings.currencies


def first_money(ctx: Context, quantity: Quantity) -> int | None:
    """Money that is no order's: in the programme's first currency."""
    unit = quantity.unit
    if isinstance(unit, Name) and unit.text in ctx.settings.currencies[1:]:
        ctx.report(FirstCurrency(unit.text, ctx.settings.currencies[0]), unit.span)
        return None
    return money(ctx, quantity)


def money_key(ctx: Context) -> str:
    """What stands for money in the key of a counter: another one in each currency."""
    return f"T_MONEY {ctx.settings.currency}" if ctx.settings.currency not in ctx.settings.currencies[:1] else "T_MONEY"


def points(ctx: Context, quantity: Quantity, purse: PurseHead) -> int | None:
    """Points of a purse in its smallest unit; money of its currency where it is counted in money."""
    unit = quantity.unit
    if isinstance(unit, Name) and unit.text == purse.name and purse.face:
        rights = scaled(ctx, quantity.number, 0, unit.text, quantity.span)
        return None if rights is None else within_bounds(ctx, rights * purse.face, quantity.span)
    if isinstance(unit, Name) and unit.text in (purse.name, purse.currency):
        return scaled(ctx, quantity.number, purse.decimals, unit.text, quantity.span)
    wrong_unit(ctx, quantity, purse.name)
    return None


def wrong_unit(ctx: Context, quantity: Quantity, expected: str | Role) -> None:
    """Reports a unit that does not belong here: an unknown name, another currency, or anything else."""
    unit = quantity.unit
    if isinstance(unit, Name):
        currency = ctx.settings.currency
        if unit.text in EXPONENTS and expected == currency:
            ctx.report(OtherCurrency(unit.text, currency), unit.span)
            return
        if unit.text not in ctx.names and unit.text not in EXPONENTS:
            unknown(ctx, unit, PURSES, ctx.purses)
            return
    ctx.report(WrongUnit(ctx.words(quantity.span), expected), quantity.span)


def unit_missing(ctx: Context, node: Node, unit: str) -> None:
    """Reports a bare number that needs a unit, with the unit ready to be added."""
    fix = Fix(Span(node.span.end, node.span.end), f" {unit}", safe=False)
    ctx.report(WrongUnit(ctx.words(node.span), unit), node.span, fix=fix)


def whole(ctx: Context, number: Number, low: int, high: int) -> int | None:
    """A whole number between two bounds, both included."""
    value = number.value
    if value.denominator != 1 or not low <= value <= high:
        ctx.report(WholeNumber(ctx.words(number.span), low, high), number.span)
        return None
    return value.numerator
