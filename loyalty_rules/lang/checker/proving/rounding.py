"""Upper bounds on whole units: what rounding can make of an exact amount."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from loyalty_rules.amounts import Rounding, round_exact
from loyalty_rules.lang.checked import Place
from loyalty_rules.lang.checker.proving.linear import Linear


def rounded(exact: Linear, mode: Rounding, place: Place, *, carries: bool) -> Iterator[Linear]:
    """Every bound that is known on an exact amount once it is rounded. `carries`: less than a unit of earlier awards,
    which may have been rounded otherwise, comes on top."""
    if carries:
        yield exact.raised(_CARRIED[mode])
        return
    if place is Place.TOGETHER:  # a share of a sum is less than one unit above its weight, and of what it was raised by
        yield exact.raised(1 + (mode is not Rounding.DOWN))
        return
    if place is Place.POSTING:  # in units that are not whole yet
        yield exact
        return
    if place.period is not None:  # less than one unit was cut off before
        yield exact.raised(1)
        return
    if place is Place.ORDER and exact.flat:
        yield Linear(Fraction(round_exact(exact.const, mode)), exact.slopes)
    match mode:
        case Rounding.DOWN:
            yield exact
        case Rounding.HALF_UP | Rounding.HALF_EVEN:
            yield exact.times(Fraction(2))  # a half becomes one
            if place is Place.ORDER:
                yield exact.raised(Fraction(1, 2))
        case Rounding.UP:
            if not exact.const:  # money comes in whole coins
                yield Linear(exact.const, tuple(_up(slope) for slope in exact.slopes))
            if place is Place.ORDER:
                yield exact.raised(1)


#: By how much a carried remainder and rounding together can raise an award, in units.
_CARRIED: Final = {
    Rounding.DOWN: Fraction(1),
    Rounding.HALF_UP: Fraction(3, 2),
    Rounding.HALF_EVEN: Fraction(3, 2),
    Rounding.UP: Fraction(2),
}


def shared(exact: Linear, mode: Rounding, *, carries: bool) -> Linear:
    """A bound on the whole units of one part of an award that is rounded per order: a share is less than one unit
    above its weight, and what the award was rounded up by may fall to it."""
    slack = 1 + (mode is not Rounding.DOWN) + carries
    if exact.flat:
        return Linear(_up(exact.const) + slack - 1, exact.slopes)
    return exact.raised(slack)


def lowered(bound: Linear) -> Linear:
    """Whole units of an amount that does not grow with money."""
    return Linear(Fraction(round_exact(bound.const, Rounding.DOWN)), bound.slopes) if bound.flat else bound


def _up(amount: Fraction) -> Fraction:
    return Fraction(round_exact(amount, Rounding.UP))
