"""Upper bounds on what boosts add to an award, exact, before it is rounded. What they take away is left out."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Final, TypeAlias

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
    StepKind,
)
from loyalty_rules.lang.checker.proving.cases import Case, Survey
from loyalty_rules.lang.checker.proving.gifts import Gifts
from loyalty_rules.lang.checker.proving.linear import Linear, Taste, best, largest, summed
from loyalty_rules.values import frozen

_CHAINED: Final = (Policy.MULTIPLY, Policy.ONE_AFTER_ANOTHER)


@frozen
class Own:
    """What a rule gives on its own, on lines of the sorts `on`."""

    rule: Earn
    give: Give
    place: Place
    on: frozenset[int]
    exact: Linear


@frozen
class Part:
    """What a boost, or a choice of boosts, adds. `caps`: the most units that it may add to all awards of an order."""

    exact: Linear
    caps: tuple[int, ...] = ()


#: None where nothing bounds what is added.
Parts: TypeAlias = tuple[Part, ...] | None


class Boosts:
    """The boosts of one case."""

    def __init__(self, survey: Survey, case: Case, gifts: Gifts, by: Taste) -> None:
        self.survey, self.case, self.gifts, self.by = survey, case, gifts, by
        self.checked = survey.checked
        self._roots: dict[str, list[str]] = {}
        for boost in self.checked.boosts.values():
            root = survey.root_of(boost.name)
            for rule in () if boost.after_rounding else boost.changes:
                if root not in self._roots.setdefault(rule, []):
                    self._roots[rule].append(root)

    def parts(self, own: Own) -> Parts:
        """What all boosts of a rule add to it."""
        found: tuple[Part, ...] = ()
        for root in self._roots.get(own.rule.name, ()):
            added = self._added(own, root, ())
            if added is None:
                return None
            found += added
        return found

    def factor(self, effect: Multiply) -> Fraction:
        """The most that a boost multiplies by."""
        if not effect.table:
            return effect.by
        return self.checked.tables[effect.table].largest

    def _added(self, own: Own, name: str, before: tuple[Part, ...]) -> Parts:
        group = self.checked.groups.get(name)
        if group is None:
            return self._alone(own, self.checked.boosts[name], before)
        if group.policy is Policy.ADD_UP or group.policy in _CHAINED:
            found: tuple[Part, ...] = ()
            for inner in group.rules:
                added = self._added(own, inner, before + found if group.policy in _CHAINED else before)
                if added is None:
                    return None
                found += added
            return found
        return self._chosen(own, group, [self._added(own, inner, before) for inner in group.rules])

    def _alone(self, own: Own, boost: Boost, before: tuple[Part, ...]) -> Parts:
        on = own.on & self.survey.sorts_of(boost, self.case)
        acts = boost.acts_in(own.give.purse) and self.survey.acts(boost, self.case)
        if own.rule.name not in boost.changes or not on or not acts:
            return ()
        exact = self._exact(own, boost, before, on)
        return None if exact is None else (Part(exact, tuple(_of_order(boost.caps, own.give.purse))),)

    def _exact(self, own: Own, boost: Boost, before: tuple[Part, ...], on: frozenset[int]) -> Linear | None:
        match boost.effect:
            case Multiply():
                asked = own.exact
                for part in before:
                    asked = asked.plus(part.exact)
                return asked.only_on(on).times(max(Fraction(0), self.factor(boost.effect) - 1))
            case Increase(gift):
                return best(self.gifts.bounds(own.rule, gift, own.place, on), self.by)
            case Replace(gift):
                new = best(self.gifts.bounds(own.rule, gift, own.place, on), self.by)
                return None if new is None else self._instead(own, new, on)

    def _instead(self, own: Own, new: Linear, on: frozenset[int]) -> Linear:
        """What a gift comes to beyond the one whose place it takes, where that one is known line by line, or is one
        fixed amount."""
        step = own.give.step
        if step is None:
            return new.beyond(Linear(own.exact.const, (Fraction(0),) * len(new.slopes)))
        by_line = step.how is StepKind.PER and step.of is None and isinstance(own.rule.base, c.Base)
        return new.beyond(own.exact.only_on(on)) if by_line and not own.exact.const else new

    def _chosen(self, own: Own, group: Group, options: list[Parts]) -> Parts:
        """One of several options; but all of them where none alone would add a whole unit."""
        known = [option for option in options if option is not None]
        if len(known) < len(options):
            return None
        acting = [option for option in known if option]
        together = tuple(part for option in acting for part in option)
        if len(acting) < 2 or any(self.checked.boosts[name].caps for name in self.survey.members(group.name)):
            return together
        sorts = len(own.exact.slopes)
        sums = [summed((part.exact for part in option), sorts) for option in acting]
        if group.per_line:
            chosen = largest(sums, sorts, add_fixed=True)
            return together if chosen is None else (Part(chosen),)
        candidates = [bound for bound in (summed(sums, sorts),) if bound is not None]
        if own.place is Place.ORDER and (most := largest(sums, sorts)) is not None:
            candidates.append(most.raised(len(acting) - 1))
        chosen = best(candidates, self.by)
        return together if chosen is None else (Part(chosen),)


def _of_order(caps: Iterable[Cap], purse: str) -> list[int]:
    """What the caps leave a boost to add to the awards of one order."""
    return [cap.units for cap in caps if cap.purse == purse and cap.scope in (Scope.ORDER, Scope.SAME, Scope.MEMBER)]
