"""Upper bounds on what rules and groups give into a purse on one occasion, in whole units: gifts with their boosts,
rounded, under their caps, and of a choice the largest.

Caps narrower than the order, limits and base deductions only lower what is given, and are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from loyalty_rules.amounts import Rounding, round_exact
from loyalty_rules.lang import conditions as c
from loyalty_rules.lang.checked import (
    Boost,
    Cap,
    Earn,
    Give,
    Group,
    Increase,
    Multiply,
    Place,
    Policy,
    Replace,
    Scope,
)
from loyalty_rules.lang.checker.proving.boosts import Boosts, Own, Part
from loyalty_rules.lang.checker.proving.cases import Case, Survey
from loyalty_rules.lang.checker.proving.gifts import Gifts
from loyalty_rules.lang.checker.proving.linear import Bound, Linear, Taste, best, fixed, largest, nothing, summed
from loyalty_rules.lang.checker.proving.rounding import lowered, rounded, shared

__all__ = ["Awards"]


class Awards:
    """The bounds of one case, counted in one amount of the order, by one taste."""

    def __init__(self, survey: Survey, case: Case, money: c.Base, by: Taste) -> None:
        self.survey, self.case, self.by = survey, case, by
        self.checked = survey.checked
        self.sorts = len(case.sorts)
        self.gifts = Gifts(self.checked, money, self.sorts, self.into)
        self.boosts = Boosts(survey, case, self.gifts, by)
        self._into: dict[tuple[str, tuple[str, ...]], Bound] = {}
        self._units: dict[tuple[str, str], Bound] = {}

    def into(self, purse: str, rules: tuple[str, ...] = ()) -> Bound:
        """What a purse gets, from these rules or from all."""
        key = (purse, rules)
        if key not in self._into:
            self._into[key] = None  # of rules that wait for themselves nothing is known
            counted = frozenset(rules) if rules else None
            given = summed((self._root(root, purse, counted) for root in self._roots()), self.sorts)
            most = self.checked.purses[purse].hold_at_most
            self._into[key] = self._least([given], [] if most is None else [most])
        return self._into[key]

    def _roots(self) -> Iterator[str]:
        """The outermost groups of rules, and the rules in none."""
        late = (boost.name for boost in self.checked.boosts.values() if boost.after_rounding)
        yield from dict.fromkeys(self.survey.root_of(rule) for rule in (*self.checked.earns, *late))

    def _least(self, bounds: Iterable[Bound], caps: Iterable[int]) -> Bound:
        known = [bound for bound in bounds if bound is not None]
        return best([*known, *(fixed(units, self.sorts) for units in caps)], self.by)

    # ---------- groups

    def _root(self, name: str, purse: str, counted: frozenset[str] | None) -> Bound:
        group = self.checked.groups.get(name)
        if group is not None:
            return self._group(group, purse, counted)
        if counted is not None and name not in counted:
            return nothing(self.sorts)
        return self.units(name, purse)

    def _group(self, group: Group, purse: str, counted: frozenset[str] | None) -> Bound:
        bounds = [self._root(inner, purse, counted) for inner in group.rules]
        if not group.policy.chooses:
            given = summed(bounds, self.sorts)
        else:
            given = largest(bounds, self.sorts, add_fixed=group.per_line)
        return self._least([given], _of_order(group.caps, purse))

    # ---------- rules

    def units(self, name: str, purse: str) -> Bound:
        """What one rule, or one boost after rounding, gives into a purse."""
        key = (name, purse)
        if key not in self._units:
            earn = self.checked.earns.get(name)
            self._units[key] = self._earn(earn, purse) if earn else self._late(self.checked.boosts[name], purse)
        return self._units[key]

    def _earn(self, rule: Earn, purse: str) -> Bound:
        give = next((give for give in rule.gives if give.purse == purse), None)
        on = self.survey.sorts_of(rule, self.case)
        if give is None or not on or not self.survey.acts(rule, self.case):
            return nothing(self.sorts)
        place = _place(rule, give, (rule.rounding or self.checked.purses[purse].rounding).place)
        own = best(self.gifts.bounds(rule, give, place, on), self.by)
        parts = None if own is None else self.boosts.parts(Own(rule, give, place, on, own))
        known = [] if own is None or parts is None else list(self._posted(rule, give, place, own, parts))
        return self._least(known, _of_order(rule.caps, purse))

    def _posted(self, rule: Earn, give: Give, place: Place, own: Linear, parts: tuple[Part, ...]) -> Iterator[Linear]:
        """The bounds on an award once it is rounded, the caps of the rule left out."""
        mode = (rule.rounding or self.checked.purses[give.purse].rounding).mode
        carries = self.checked.purses[give.purse].carry and place is Place.ORDER
        exact = own
        for part in parts:
            exact = exact.plus(part.exact)
        for bound in rounded(exact, mode, place, carries=carries):
            yield from _with_minimum(bound, rule.minimum)
        if place is not Place.ORDER or rule.minimum is not None:
            return
        early = [cap.units for cap in rule.caps if cap.before_boosts and cap.purse == give.purse and _wide(cap)]
        shares = [self._least([shared(own, mode, carries=carries)], early)]
        shares += [self._least([shared(part.exact, mode, carries=carries)], part.caps) for part in parts]
        together = summed(shares, self.sorts)
        if together is not None:
            yield lowered(together)

    # ---------- boosts after rounding

    def _late(self, boost: Boost, purse: str) -> Bound:
        if not self.survey.acts(boost, self.case):
            return nothing(self.sorts)
        rounding = self.checked.purses[purse].rounding
        exact = self._late_exact(boost, purse)
        known: list[Linear] = []
        if exact is not None:
            carries = self.checked.purses[purse].carry and rounding.place is Place.ORDER
            known += rounded(exact, rounding.mode, rounding.place, carries=carries)
        return self._least(known, _of_order(boost.caps, purse))

    def _late_exact(self, boost: Boost, purse: str) -> Bound:
        """What a boost adds to the whole units of its rules, and of the boosts before it in a chain."""
        changed = [rule for rule in (self.checked.earns[name] for name in boost.changes) if _gives(rule, purse)]
        match boost.effect:
            case Multiply():
                before = [self.units(rule.name, purse) for rule in changed]
                before += [self.units(name, purse) for name in self._chained_before(boost.name)]
                units = summed(before, self.sorts)
                return None if units is None else units.times(self._times(boost.effect, purse))
            case Increase(gift) | Replace(gift):
                on = self.survey.sorts_of(boost, self.case)
                return summed(
                    (best(self.gifts.bounds(rule, gift, Place.ORDER, on), self.by) for rule in changed), self.sorts
                )

    def _times(self, effect: Multiply, purse: str) -> Fraction:
        """How many units a boost adds for each at most. Rounded up line by line, a part of a unit is a whole one."""
        rounding = self.checked.purses[purse].rounding
        more = max(Fraction(0), self.boosts.factor(effect) - 1)
        by_line = rounding.mode is Rounding.UP and rounding.place.by_line
        return Fraction(round_exact(more, Rounding.UP)) if by_line else more

    def _chained_before(self, name: str) -> Iterator[str]:
        """The boosts that stand before a boost in the groups that chain what they list."""
        while name in self.survey.above:
            group = self.survey.above[name]
            if group.policy in (Policy.MULTIPLY, Policy.ONE_AFTER_ANOTHER):
                for earlier in group.rules[: group.rules.index(name)]:
                    yield from self.survey.members(earlier)
            name = group.name


def _gives(rule: Earn, purse: str) -> bool:
    return any(give.purse == purse for give in rule.gives)


def _place(rule: Earn, give: Give, declared: Place) -> Place:
    """Where an award is rounded: what follows no line, per order."""
    follows_lines = rule.lines is not None and give.step is not None and give.step.of is None
    follows_lines = follows_lines and isinstance(rule.base, c.Base)
    return Place.ORDER if declared.by_line and not follows_lines else declared


def _wide(cap: Cap) -> bool:
    """Whether a cap is one sum for the order, or for more than it."""
    return cap.scope in (Scope.ORDER, Scope.SAME, Scope.MEMBER)


def _of_order(caps: Iterable[Cap], purse: str) -> list[int]:
    """What the caps leave of one order at most; those of a rule without its boosts are another matter."""
    return [cap.units for cap in caps if cap.purse == purse and not cap.before_boosts and _wide(cap)]


def _with_minimum(bound: Linear, minimum: int | None) -> Iterator[Linear]:
    """An award above nothing is at least its minimum."""
    if minimum is None:
        yield lowered(bound)
        return
    yield lowered(Linear(max(bound.const, Fraction(minimum)), bound.slopes))
    if not bound.const:  # it is above nothing for a coin
        yield Linear(bound.const, tuple(max(slope, Fraction(minimum)) if slope else slope for slope in bound.slopes))
