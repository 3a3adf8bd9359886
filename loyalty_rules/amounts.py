"""Exact amounts: reading them, rounding them, splitting them, writing them. The only place that rounds.

Everything is an `int` in a smallest unit (minor units of a currency, smallest units of a purse, millionths) or an
exact `Fraction`. No float, no decimal context: a `Decimal` is read by its digits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Final

from loyalty_rules.errors import DecisionError, InputError, shown

#: Millionths in one: quantities, prices and numbers of events are counted in these.
MICRO: Final = 1_000_000
#: The most decimals any number has.
MAX_DECIMALS: Final = 6
#: The largest number that an event may carry, in whole units.
MAX_UNITS: Final = 10**15
#: What no amount, sum or balance reaches; a store keeps them in 64 bits with room for one addition.
MAGNITUDE_LIMIT: Final = 2**62

_INTEGER_DIGITS: Final = 15
_NUMBER: Final = re.compile(r"(-?)([0-9]+)(?:\.([0-9]+))?")
_NOT_FINITE: Final = re.compile(r"[+-]?(?:s?nan[0-9]*|inf(?:inity)?)", re.IGNORECASE)


# ---------------------------------------------------------------- reading


def parse_decimal(text: str, decimals: int, what: str = "") -> int:
    """Reads `-?[0-9]{1,15}(.[0-9]{1,decimals})?` into whole units of `10 ** -decimals`; `decimals` is 0 to 6.

    Only ASCII digits and one point: no sign but a minus, no exponent, no grouping, no spaces. `-0` is 0. Raises
    `InputError` with `what` as the place: `number.type`, `number.syntax`, `number.not_finite`, `number.decimals` for
    more decimals than allowed (zeros too), `limit.number` for more than 15 digits before the point.
    """
    if type(text) is not str:
        raise InputError("number.type", f"a number is expected as a string, not {_kind(text)}", what)
    found = _NUMBER.fullmatch(text)
    if found is None:
        if _NOT_FINITE.fullmatch(text):
            raise InputError("number.not_finite", f"a number must be finite: {shown(text)}", what)
        raise InputError("number.syntax", f"a number is digits, with a point before decimals: {shown(text)}", what)
    sign, whole, fraction = found[1], found[2], found[3] or ""
    if len(whole) > _INTEGER_DIGITS:
        raise InputError("limit.number", f"at most {_INTEGER_DIGITS} digits before the point: {shown(text)}", what)
    if len(fraction) > decimals:
        raise InputError("number.decimals", f"at most {decimals} decimals: {shown(text)}", what)
    units = int(whole + fraction.ljust(decimals, "0"))
    return -units if sign else units


def micros(value: str | int | Decimal, what: str) -> int:
    """A number that a host hands over, in whole millionths: a decimal string, an `int` or a finite `Decimal`.

    Only the exact types: no float, no `bool`, no subclass, no number of another library. Raises `InputError` with
    `what` as the place: `type.float_not_allowed`, `number.type`, `number.not_finite`, `number.decimals` where
    millionths cannot hold it, `limit.number` above 10^15, and what `parse_decimal` raises for strings.
    """
    if type(value) is str:
        return parse_decimal(value, MAX_DECIMALS, what)
    if type(value) is int:
        if not -MAX_UNITS <= value <= MAX_UNITS:
            raise _too_large(what)
        return value * MICRO
    if type(value) is Decimal:
        return _decimal_micros(value, what)
    if isinstance(value, float):
        raise InputError("type.float_not_allowed", "a float is not exact: give a string, an int or a Decimal", what)
    raise InputError("number.type", f"a number is a string, an int or a Decimal, not {_kind(value)}", what)


def micros_of(units: int, decimals: int) -> int:
    """The same amount in micros of a unit, of smallest units with so many decimals."""
    return units * MICRO // int(10**decimals)


def _decimal_micros(value: Decimal, what: str) -> int:
    sign, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):  # a letter: not a number, or infinite
        raise InputError("number.not_finite", "a number must be finite", what)
    figures = "".join(map(str, digits)).lstrip("0")
    significant = figures.rstrip("0")
    if not significant:
        return 0
    exponent += len(figures) - len(significant)
    # The size is known from lengths, before any power of ten is worked out.
    if len(significant) + exponent > _INTEGER_DIGITS + 1:
        raise _too_large(what)
    if exponent < -MAX_DECIMALS:
        raise InputError("number.decimals", f"at most {MAX_DECIMALS} decimals", what)
    units = int(significant + "0" * (exponent + MAX_DECIMALS))
    if units > MAX_UNITS * MICRO:
        raise _too_large(what)
    return -units if sign else units


def _kind(value: object) -> str:
    return shown(type(value).__name__)


def _too_large(what: str) -> InputError:
    return InputError("limit.number", "a number may not be larger than 10^15", what)


def check_magnitude(units: int, where: str = "") -> int:
    """`units` itself. Raises `DecisionError` (`eval.overflow`) at 2^62 and beyond, before a store could overflow."""
    if not -MAGNITUDE_LIMIT < units < MAGNITUDE_LIMIT:
        raise DecisionError("eval.overflow", "an amount grew beyond 2^62 units", where)
    return units


# ---------------------------------------------------------------- rounding


class Rounding(Enum):
    """Modes of rounding to whole units. All are symmetric: what a purchase gives, its return takes back.

    The values are phrase roles: their words stand in the phrase tables.
    """

    DOWN = "ROUND_DOWN"  # towards zero
    UP = "ROUND_UP"  # away from zero
    HALF_UP = "ROUND_HALF_UP"  # to the nearest, a half away from zero
    HALF_EVEN = "ROUND_HALF_EVEN"  # to the nearest, a half to the even neighbour


def round_ratio(numerator: int, denominator: int, mode: Rounding) -> int:
    """`numerator / denominator` in whole units, for a denominator above zero. `round(-x) == -round(x)`."""
    whole, rest = divmod(abs(numerator), denominator)
    if rest:
        match mode:
            case Rounding.DOWN:
                pass
            case Rounding.UP:
                whole += 1
            case Rounding.HALF_UP:
                whole += 2 * rest >= denominator
            case _:  # half to even
                whole += 2 * rest > denominator or (2 * rest == denominator and whole % 2 == 1)
    return -whole if numerator < 0 else whole


def round_exact(x: Fraction | int, mode: Rounding) -> int:
    """An exact amount in whole units. `round_exact(-x, mode) == -round_exact(x, mode)`."""
    return round_ratio(x.numerator, x.denominator, mode)


def sum_exact(amounts: Iterable[Fraction]) -> Fraction:
    """The sum of exact amounts. Those of one denominator are added as integers: they mostly have one."""
    found: dict[int, int] = {}
    for amount in amounts:
        numerator, denominator = amount.as_integer_ratio()
        found[denominator] = found.get(denominator, 0) + numerator
    return sum((Fraction(top, bottom) for bottom, top in found.items()), start=Fraction(0))


# ---------------------------------------------------------------- splitting


def largest_remainder(total: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Splits `total` whole units in proportion to `weights`, exactly: the parts add up to `total`.

    Shares are cut to whole units; the units left over go one each to the largest cut-off fractions, ties to the
    earlier. Weight 0 gets nothing while another can take it; if all weights are 0 they count as equal. A negative
    total mirrors the positive one. Raises `DecisionError` (`split.weights`) for a negative weight, and for no weights
    at all unless the total is 0.
    """
    _check_weights(total, weights)
    if total < 0:
        return tuple(-part for part in largest_remainder(-total, weights))
    whole = sum(weights)
    if whole == 0:
        weights = [1] * len(weights)
        whole = len(weights)
    parts: list[int] = []
    fractions: list[int] = []
    for weight in weights:
        part, fraction = divmod(total * weight, whole or 1)
        parts.append(part)
        fractions.append(fraction)
    over = total - sum(parts)
    if over:
        # The sort is stable, reversed too: equal fractions keep the order of the list.
        for index in sorted(range(len(parts)), key=fractions.__getitem__, reverse=True)[:over]:
            parts[index] += 1
    return tuple(parts)


def in_turn(total: int, weights: Sequence[int | Fraction]) -> tuple[int, ...]:
    """Splits `total` whole units in proportion to `weights`: each in turn gets its share of what is left, rounded half
    up, the last all the rest. The parts add up, and of two the shares are those of `largest_remainder`. More to split
    is less for nobody: no part of a larger total is smaller. Weights are not negative, and not all 0.
    """
    left, rest = total, sum(weights, start=Fraction(0))
    parts: list[int] = []
    for weight in weights:
        share = round_exact(Fraction(left) * weight / rest, Rounding.HALF_UP) if rest else 0
        parts.append(share)
        left, rest = left - share, rest - weight
    return tuple(parts)


def split_with_ceilings(total: int, weights: Sequence[int], ceilings: Sequence[int]) -> tuple[int, ...]:
    """Splits `total` in proportion to `weights`, no part above its ceiling; rounded once, by largest remainder.

    A part whose exact share passes its ceiling is fixed there and the others share what is left, until none passes.
    Weight 0 takes part only when every other part is full. The parts add up to `total`, or to the sum of the ceilings
    where that is less: the difference is the caller's to report. A negative total mirrors, ceilings stay positive.
    Raises `DecisionError` (`split.weights`) like `largest_remainder`, and for ceilings that are negative or not one
    for each weight.
    """
    _check_weights(total, weights)
    if len(ceilings) != len(weights) or any(ceiling < 0 for ceiling in ceilings):
        raise DecisionError("split.weights", "each weight has one ceiling, none of them negative")
    if total < 0:
        return tuple(-part for part in split_with_ceilings(-total, weights, ceilings))
    parts = [0] * len(weights)
    carrying = [index for index, weight in enumerate(weights) if weight]
    left = _fill(total, carrying, weights, ceilings, parts)
    if left:
        idle = [index for index, weight in enumerate(weights) if not weight]
        _fill(left, idle, [1] * len(weights), ceilings, parts)
    return tuple(parts)


def _fill(total: int, places: list[int], weights: Sequence[int], ceilings: Sequence[int], parts: list[int]) -> int:
    """Fills the parts at `places` as `split_with_ceilings` says. Returns what found no room."""
    open_places = places
    left = total
    while open_places:
        whole = sum(weights[index] for index in open_places)
        full = {index for index in open_places if left * weights[index] > ceilings[index] * whole}
        if not full:
            # No exact share is above its ceiling and ceilings are whole, so no rounded share is above it either.
            shares = largest_remainder(left, [weights[index] for index in open_places])
            for index, share in zip(open_places, shares, strict=True):
                parts[index] = share
            return 0
        for index in full:
            parts[index] = ceilings[index]
        left -= sum(ceilings[index] for index in full)
        open_places = [index for index in open_places if index not in full]
    return left


def _check_weights(total: int, weights: Sequence[int]) -> None:
    if any(weight < 0 for weight in weights):
        raise DecisionError("split.weights", "a weight may not be negative")
    if total and not weights:
        raise DecisionError("split.weights", "there is nothing to split an amount over")


# ---------------------------------------------------------------- writing


def format_units(units: int, decimals: int) -> str:
    """Whole units of `10 ** -decimals` as a canonical decimal string: `25000, 2` is `"250.00"`, never `"-0"`."""
    digits = str(abs(units)).rjust(decimals + 1, "0")
    sign = "-" if units < 0 else ""
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}" if decimals else sign + digits


def format_fraction(x: Fraction | int, max_decimals: int = MAX_DECIMALS) -> str:
    """A number for people, without trailing zeros. What `max_decimals` cannot hold is rounded half up; never `"-0"`."""
    text = format_units(round_exact(x * Fraction(10**max_decimals), Rounding.HALF_UP), max_decimals)
    return text.rstrip("0").rstrip(".") if "." in text else text
