"""Boosts of an award: what each adds on its lines, on the integers of the award.

A group that chooses is compiled where no boost of the programme may lower.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import lcm
from typing import NamedTuple, TypeAlias

from loyalty_rules.engine.compiled.basis import Basis
from loyalty_rules.engine.compiled.boostchoice import Alone, best
from loyalty_rules.engine.compiled.gifts import Chosen, Worth, Worths, is_whole, over_one_bottom, worths_of
from loyalty_rules.engine.compiled.slices import Slice, Slices
from loyalty_rules.engine.lookups import factors
from loyalty_rules.engine.parts import Boosts
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.view import View
from loyalty_rules.lang.checked import Boost, Earn, Give, Group, Increase, Multiply, Policy, Replace
from loyalty_rules.source import Span

_CHAINS = (Policy.MULTIPLY, Policy.ONE_AFTER_ANOTHER)


class Asked(NamedTuple):
    """An award that boosts are asked about: what it is worth on given lines, and how often the rule gives it."""

    view: View
    basis: Basis
    own: Worths
    times: int
    slices: Slices
    boosts: Boosts
    matches: dict[int, list[int]]  # by selection, the places of its lines

    def worth(self, chosen: Chosen) -> Worth:
        """What the rule's own gift is worth on these lines."""
        tops, bottom = self.own(self.view, self.basis, chosen)
        return Worth(tops if self.times == 1 else [top * self.times for top in tops], bottom)


#: Adds the slices of a boost or of a group of them, given those that stand before it.
Adding: TypeAlias = Callable[[Asked, Sequence[Slice]], list[Slice]]
#: What a boost adds on the lines that it is about, given the slices that it is asked on beside the rule's own.
_Extra: TypeAlias = Callable[[Asked, Chosen, Sequence[Slice]], Worth]


class Raising(NamedTuple):
    """How boosts are compiled: the numbers of selections, and what is known of the award."""

    plan: Plan
    rule: Earn
    give: Give
    numbers: Callable[[Boost], int]
    by_line: bool
    alone: Alone


def not_compiled(plan: Plan, rule: Earn, root: str) -> Span | None:
    """The clause for which a boost or a group of boosts is not compiled."""
    group = plan.checked.groups.get(root)
    if group is not None:
        chooses = group.policy not in (*_CHAINS, Policy.ADD_UP)
        if chooses and any(may_lower(plan, boost) for boost in plan.checked.boosts.values()):
            return group.span  # what is tried may come to less than nothing
        return next((span for one in group.rules if (span := not_compiled(plan, rule, one)) is not None), None)
    boost = plan.checked.boosts[root]
    if rule.name not in boost.changes:
        return None
    gift = None if isinstance(boost.effect, Multiply) else boost.effect.gift
    mine = [give for give in rule.gives if gift is not None and give.purse == gift.purse]
    unlike = gift is not None and any(is_whole(rule, give) is not is_whole(rule, gift) for give in mine)
    many = len(boost.changes) > 1 and bool(boost.caps)  # what it adds to several rules has one ceiling
    apart = boost.lines is not None and rule.lines is not None and any(is_whole(rule, give) for give in rule.gives)
    return boost.span if unlike or many or apart else None


def may_lower(plan: Plan, boost: Boost) -> bool:
    """Whether a boost may take something away."""
    if not isinstance(boost.effect, Multiply):
        return isinstance(boost.effect, Replace)
    table = plan.checked.tables[boost.effect.table] if boost.effect.table else None
    if table is None:
        return boost.effect.by < 1
    return table.otherwise is None or table.otherwise < 1 or any(row.value < 1 for row in table.rows)


def at_least_nothing(slices: Slices) -> None:
    """Boosts that lower take no line below zero, however many of them add up."""
    below: list[tuple[int, int, int]] = []  # the line, what is taken of it, what is there to be taken
    for at in range(len(slices.places)):
        tops = [one.tops[at] for one in slices.slices]
        if sum(tops) < 0:
            taken = -sum(top for top in tops if top < 0)
            below.append((at, taken, taken + sum(tops)))
    if not below:
        return
    factor = lcm(*(taken for _, taken, _ in below))
    slices.scale(factor)
    for one in slices.slices[1:]:
        one.tops = list(one.tops)
        for at, taken, there in below:
            if one.tops[at] < 0:
                one.tops[at] = one.tops[at] // factor * there * (factor // taken)


def adding_of(how: Raising, root: str) -> Adding:
    """How a boost, or a group of boosts, adds its slices."""
    group = how.plan.checked.groups.get(root)
    if group is not None:
        return _of_group(how, group)
    boost = how.plan.checked.boosts[root]
    if how.rule.name not in boost.changes or not boost.acts_in(how.give.purse):
        return lambda asked, before: []
    number, extra = how.numbers(boost), _extra_of(how, boost)
    whole = is_whole(how.rule, how.give)

    def add(asked: Asked, before: Sequence[Slice]) -> list[Slice]:
        if boost.name not in asked.boosts:
            return []
        chosen = _chosen(asked, number, whole=whole)
        if chosen is not None and not chosen:
            return [asked.slices.add(boost.name, Worth([0] * len(asked.slices.places), asked.slices.bottom), chosen)]
        return [asked.slices.add(boost.name, extra(asked, chosen, before), chosen)]

    return add


def _of_group(how: Raising, group: Group) -> Adding:
    inner = [adding_of(how, name) for name in group.rules]
    chains = group.policy in _CHAINS
    if not chains and group.policy is not Policy.ADD_UP:
        return _of_choice(how, group, inner)

    def add(asked: Asked, before: Sequence[Slice]) -> list[Slice]:
        found: list[Slice] = []
        for one in inner:
            found += one(asked, [*before, *found] if chains else before)
        return found

    return add


def _of_choice(how: Raising, group: Group, inner: Sequence[Adding]) -> Adding:
    def add(asked: Asked, before: Sequence[Slice]) -> list[Slice]:
        base = asked.slices.copy(1)
        base.slices += [Slice(one.by, one.tops, one.chosen) for one in before]
        tried = []
        for one in inner:
            slices = base.copy()
            tried.append((slices, one(asked._replace(slices=slices), slices.slices[1:])))
        found: list[Slice] = []
        for slices, mine in best(asked.view, group, how.alone, tried, base):
            found += [asked.slices.add(one.by, Worth(one.tops, slices.bottom), one.chosen) for one in mine]
        return found

    return add


def _chosen(asked: Asked, number: int, *, whole: bool) -> Chosen:
    """The lines of a boost, by their numbers among those of the rule."""
    if number < 0 or whole:
        return None
    basis, taken = asked.basis, set(asked.matches.get(number, ()))
    found = [at for at, place in enumerate(basis.places) if place in taken]
    return None if len(found) == len(basis.places) else found


def _extra_of(how: Raising, boost: Boost) -> _Extra:
    match boost.effect:
        case Multiply(by=by, table=table) if not table:
            return _times(by)
        case Multiply() as effect:
            return _times_by_table(how.plan, effect)
        case Increase(gift=gift):
            worths = worths_of(how.plan, how.rule, gift, by_line=how.by_line)
            return lambda asked, chosen, before: worths(asked.view, asked.basis, chosen)
        case Replace(gift=gift):
            return _instead(worths_of(how.plan, how.rule, gift, by_line=how.by_line))


def _asked_on(asked: Asked, chosen: Chosen, before: Sequence[Slice]) -> Worth:
    """What a boost multiplies: what the rule gives on its lines, and what boosts before it in a chain add there."""
    tops, bottom = asked.worth(chosen)
    if not before:
        return Worth(tops, bottom)
    both = lcm(bottom, asked.slices.bottom)
    mine, others = both // bottom, both // asked.slices.bottom
    found = [top * mine for top in tops]
    for at in range(len(found)) if chosen is None else chosen:
        found[at] += others * sum(one.tops[at] for one in before)
    return Worth(found, both)


def _instead(worths: Worths) -> _Extra:
    def extra(asked: Asked, chosen: Chosen, before: Sequence[Slice]) -> Worth:
        there, here = worths(asked.view, asked.basis, chosen), asked.worth(chosen)
        both = lcm(there.bottom, here.bottom)
        more, less = both // there.bottom, both // here.bottom
        return Worth([new * more - old * less for new, old in zip(there.tops, here.tops, strict=True)], both)

    return extra


def _times(by: Fraction) -> _Extra:
    more, part = (by - 1).as_integer_ratio()

    def extra(asked: Asked, chosen: Chosen, before: Sequence[Slice]) -> Worth:
        tops, bottom = _asked_on(asked, chosen, before)
        return Worth(tops if more == 1 else [top * more for top in tops], bottom * part)

    return extra


def _times_by_table(plan: Plan, effect: Multiply) -> _Extra:
    def extra(asked: Asked, chosen: Chosen, before: Sequence[Slice]) -> Worth:
        tops, bottom = _asked_on(asked, chosen, before)
        factor, places = factors(asked.view, effect), asked.slices.places
        about = range(len(places)) if chosen is None else chosen
        exact = [Fraction(0)] * len(places)
        for at in about:
            exact[at] = tops[at] * (factor(places[at]) - 1)
        found, more = over_one_bottom(exact)
        return Worth(found, bottom * more)

    return extra
