"""Which bounds of a promise are proved, and what may act where the proof of the others stops.

An occasion of a case gives at most so much in all and so much for each coin on each sort of lines. A bound that is
so much in all, or a share of an amount of the order, holds of the case if it holds of the smallest and of the largest
order there may be: in between both sides are straight lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from loyalty_rules.lang import conditions as c
from loyalty_rules.lang.checked import Checked, Promise
from loyalty_rules.lang.checker.proving.awards import Awards
from loyalty_rules.lang.checker.proving.cases import PURCHASE, Case, Survey, is_spend_now
from loyalty_rules.lang.checker.proving.linear import Bound, Linear, nothing, summed, taste
from loyalty_rules.lang.checker.regions import ANYTHING, Alternatives, alternatives, both
from loyalty_rules.lang.walking import parts_of
from loyalty_rules.values import frozen

#: How finely occasions and lines are told apart, coarse first: what is proved coarsely is proved.
_GRAINS: Final = ((1, 1), (16, 8), (256, 64))
#: How many bounds of rules may be worked out for the promises of a file.
MAX_WORK: Final = 60_000
#: In how many cases it is looked for what breaks a promise.
_SUSPECTS: Final = 16


@dataclass(slots=True)
class Work:
    """How much may still be worked out."""

    left: int = MAX_WORK

    def takes(self, steps: int) -> bool:
        self.left -= steps
        return self.left >= 0


@frozen
class Ceiling:
    """What a bound allows: so much in all, and a share of an amount of the order. `strict`: less than that."""

    units: int
    share: Fraction = Fraction(0)
    of: c.Base | None = None
    spent: bool = False  # of what is spent without delivery
    strict: bool = False


class Prover:
    """Proves bounds of the promises of one programme."""

    def __init__(self, checked: Checked) -> None:
        self.checked = checked
        self.survey = Survey(checked)
        self.work = Work()

    def holds(self, promise: Promise, condition: c.Condition, also: Alternatives = ANYTHING) -> bool:
        """Whether a bound holds of every occasion that the promise is asked of, as far as something holds `also`. False
        where that cannot be told."""
        match condition:
            case c.AllOf():
                return all(self.holds(promise, item, also) for item in condition.items)
            case c.OneOf():
                # One of them holds wherever it is known that all others do not.
                return any(self.holds(promise, item, _but(condition.items, item, also)) for item in condition.items)
            case c.AmongOf():
                return sum(self.holds(promise, item, also) for item in condition.items) >= condition.number
            case c.Compared(how=c.Compare.AT_LEAST):
                return _of_gifts(condition.operand) is not None and _never_above_zero(condition.bound)
            case c.Between() if not _never_above_zero(condition.low):
                return False
            case _:
                found = self._at_most(condition)
                return found is not None and any(self._proved(promise, also, *found, *grain) for grain in _GRAINS)

    def suspects(self, promise: Promise) -> tuple[tuple[str, ...], ...]:
        """Rules and boosts that may act together where a bound is not proved, one list for each such case."""
        found: dict[tuple[str, ...], None] = {}
        for test, also in _tests(promise.always, ANYTHING):
            bound = self._at_most(test)
            if bound is None:
                continue
            for case in self.survey.cases(promise, also, *_GRAINS[-1]):
                if len(found) == _SUSPECTS or self.work.left < 0:
                    break
                if not self._in_case(*bound, case):
                    found[self._acting(case)] = None
        return tuple(found)

    def _acting(self, case: Case) -> tuple[str, ...]:
        rules = [*self.checked.earns.values(), *self.checked.boosts.values()]
        return tuple(sorted(rule.name for rule in rules if self.survey.acts(rule, case)))

    def _at_most(self, test: c.Condition) -> tuple[c.Measure, Ceiling] | None:
        """What is given, and the bound above which a test says that it never is."""
        measure = _of_gifts(getattr(test, "operand", None))
        ceiling = None
        match test:
            case c.Compared(how=c.Compare.AT_MOST | c.Compare.UNDER):
                ceiling = self._ceiling(test.bound, strict=test.how is c.Compare.UNDER)
            case c.Between():
                ceiling = self._ceiling(test.high, strict=False)
            case c.Equals(bound=c.Constant(value=0), negated=False):
                ceiling = Ceiling(0)
            case _:
                pass
        return None if measure is None or ceiling is None else (measure, ceiling)

    def _ceiling(self, bound: c.Bound, *, strict: bool) -> Ceiling | None:
        match bound:
            case c.Constant(int(units)):
                return Ceiling(units, strict=strict)
            case c.ShareOf(share, c.BaseTotal(base)):
                return Ceiling(0, share, base, strict=strict)
            case c.ShareOf(share, c.Measure(lines=None, where=None) as measure) if is_spend_now(measure):
                return Ceiling(0, share, measure.base or self.checked.basis, spent=True, strict=strict)
            case _:
                return None

    # ---------- one bound

    def _proved(
        self,
        promise: Promise,
        also: Alternatives,
        measure: c.Measure,
        ceiling: Ceiling,
        most_cases: int,
        most_sorts: int,
    ) -> bool:
        cases = self.survey.cases(promise, also, most_cases, most_sorts)
        return all(self._in_case(measure, ceiling, case) for case in cases)

    def _takes(self, case: Case) -> bool:
        rules = 1 + len(self.checked.earns) + len(self.checked.boosts)
        return self.work.takes(rules * (1 + len(case.sorts)))

    def _in_case(self, measure: c.Measure, ceiling: Ceiling, case: Case) -> bool:
        for money in self._counted_in(ceiling, case):
            low, high = self._size(ceiling, case, money)
            weights: dict[Fraction | None, None] = {None: None, Fraction(0): None, Fraction(low): None}
            if high is not None:
                weights[Fraction(high)] = None
            for weight in weights:
                if not self._takes(case):
                    return False
                given = self._given(measure, case, money, weight)
                if given is not None and self._keeps(given, ceiling, case, low, high):
                    return True
        return False

    def _counted_in(self, ceiling: Ceiling, case: Case) -> Iterator[c.Base]:
        """The amounts of an order that a proof may be led in."""
        if ceiling.of is not None:
            yield ceiling.of
        else:
            yield from dict.fromkeys((*self.survey.bases(case), self.checked.basis))

    def _size(self, ceiling: Ceiling, case: Case, money: c.Base) -> tuple[int, int | None]:
        """The smallest and the largest order of a case."""
        if case.kind != PURCHASE:
            return 0, 0
        return self.survey.least(case, money, without_delivery=ceiling.spent), self.survey.most(case, money)

    def _given(self, measure: c.Measure, case: Case, money: c.Base, weight: Fraction | None) -> Bound:
        """A bound on what is given: units of one purse, or all purses by their worth."""
        sorts = len(case.sorts)
        if self.survey.blocked(case):
            return nothing(sorts)
        awards = Awards(self.survey, case, money, taste(weight))
        if measure.counter is c.CounterKind.EARNED:
            return awards.into(measure.of, measure.by)
        worths: list[Bound] = []
        for purse in self.checked.purses.values():
            units = awards.into(purse.name, measure.by)
            worth = Fraction(1) if purse.worth is None else purse.worth
            worths.append(None if units is None else units.times(worth))
        return summed(worths, sorts)

    def _keeps(self, given: Linear, ceiling: Ceiling, case: Case, low: int, high: int | None) -> bool:
        """Whether what is given stays within a bound, for the smallest and the largest order."""
        over = []
        for slope, sort in zip(given.slopes, case.sorts, strict=True):
            if ceiling.spent and slope and self.survey.delivers(sort):
                return False
            over.append(slope - ceiling.share)
        steepest = max(over)
        if high is None and steepest > 0:
            return False
        ends = [given.const + steepest * size - ceiling.units for size in (low, low if high is None else high)]
        return max(ends) < 0 if ceiling.strict else max(ends) <= 0


def _of_gifts(operand: object) -> c.Measure | None:
    """A measure of what this occasion gives, None for anything else."""
    counted = (c.CounterKind.EARNED, c.CounterKind.VALUE_GIVEN)
    if not isinstance(operand, c.Measure) or operand.counter not in counted:
        return None
    return operand if operand.window.kind is c.WindowKind.THIS_ORDER else None


def _never_above_zero(bound: c.Bound) -> bool:
    return isinstance(bound, c.Constant) and isinstance(bound.value, int) and bound.value <= 0


def _tests(tests: Iterable[c.Condition], also: Alternatives) -> Iterator[tuple[c.Condition, Alternatives]]:
    """Single tests, and what holds wherever it is up to them whether a promise is kept."""
    for test in tests:
        match test:
            case c.AllOf() | c.AmongOf():
                yield from _tests(test.items, also)
            case c.OneOf():
                for item in test.items:
                    yield from _tests((item,), _but(test.items, item, also))
            case _:
                yield test, also


def _but(items: tuple[c.Condition, ...], one: c.Condition, also: Alternatives) -> Alternatives:
    """Where something holds `also`, and of these conditions none but perhaps one. A balance is another one for the
    rules than it is afterwards."""
    for item in items:
        balances = any(isinstance(part, c.Measure) and part.counter is c.CounterKind.BALANCE for part in parts_of(item))
        if item is not one and not balances:
            also = both(also, alternatives(item, holds=False))
    return also
