"""Upper bounds on amounts: so much in all, and so much for each minor unit of money on lines of each sort."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Final, TypeAlias

from loyalty_rules.values import frozen

_ZERO: Final = Fraction(0)


@frozen
class Linear:
    """At most `const`, and `slopes[i]` for each minor unit of money on lines of sort i."""

    const: Fraction
    slopes: tuple[Fraction, ...]

    @property
    def steepest(self) -> Fraction:
        return max(self.slopes, default=_ZERO)

    @property
    def flat(self) -> bool:
        return not any(self.slopes)

    def plus(self, other: Linear) -> Linear:
        slopes = tuple(one + two for one, two in zip(self.slopes, other.slopes, strict=True))
        return Linear(self.const + other.const, slopes)

    def times(self, factor: Fraction) -> Linear:
        return Linear(self.const * factor, tuple(slope * factor for slope in self.slopes))

    def raised(self, by: Fraction | int) -> Linear:
        return Linear(self.const + by, self.slopes)

    def only_on(self, sorts: frozenset[int]) -> Linear:
        """The same for lines of these sorts alone; what does not grow with money stays."""
        return Linear(self.const, tuple(s if place in sorts else _ZERO for place, s in enumerate(self.slopes)))

    def beyond(self, other: Linear) -> Linear:
        """What this bound allows more than another one, part by part."""
        slopes = tuple(max(_ZERO, one - two) for one, two in zip(self.slopes, other.slopes, strict=True))
        return Linear(max(_ZERO, self.const - other.const), slopes)


#: A bound, or None where nothing bounds an amount.
Bound: TypeAlias = Linear | None
#: How much a bound counts where one of several is chosen: all of them are bounds, the choice is one of precision.
Taste: TypeAlias = Callable[[Linear], tuple[Fraction, Fraction]]


def taste(money: Fraction | None) -> Taste:
    """Prefers what is least for so much money; None is for orders of any size."""
    if money is None:
        return lambda bound: (bound.steepest, bound.const)
    return lambda bound: (bound.const + money * bound.steepest, bound.steepest)


def nothing(sorts: int) -> Linear:
    return Linear(_ZERO, (_ZERO,) * sorts)


def fixed(amount: Fraction | int, sorts: int) -> Linear:
    return Linear(Fraction(amount), (_ZERO,) * sorts)


def best(candidates: Iterable[Linear], by: Taste) -> Bound:
    """The bound that is liked best, None without any."""
    return min(candidates, key=by, default=None)


def summed(bounds: Iterable[Bound], sorts: int) -> Bound:
    """Of amounts that are all given."""
    total = nothing(sorts)
    for bound in bounds:
        if bound is None:
            return None
        total = total.plus(bound)
    return total


def largest(bounds: Iterable[Bound], sorts: int, *, add_fixed: bool = False) -> Bound:
    """Of amounts of which one is given. `add_fixed`: one for each line, so that what belongs to no line adds up."""
    const = _ZERO
    slopes = [_ZERO] * sorts
    for bound in bounds:
        if bound is None:
            return None
        const = const + bound.const if add_fixed else max(const, bound.const)
        slopes = [max(one, other) for one, other in zip(slopes, bound.slopes, strict=True)]
    return Linear(const, tuple(slopes))
