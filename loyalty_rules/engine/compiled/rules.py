"""One rule as functions: what it asks, what it gives, what bounds it. What is not compiled is named by its clause."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple, TypeAlias

from loyalty_rules.engine import goals, reference
from loyalty_rules.engine.asking import Verdict
from loyalty_rules.engine.compiled import boosting
from loyalty_rules.engine.compiled.asking import Test, gate_of
from loyalty_rules.engine.compiled.basis import WHOLE, Basis, Counted, counted_of, told_of
from loyalty_rules.engine.compiled.boostchoice import Alone
from loyalty_rules.engine.compiled.boosting import Adding, Asked, Raising, adding_of, at_least_nothing, may_lower
from loyalty_rules.engine.compiled.caps import Bound, Bounds, bounds_of, lower, trim
from loyalty_rules.engine.compiled.gifts import Worths, is_whole, worths_of
from loyalty_rules.engine.compiled.linetests import selection_of
from loyalty_rules.engine.compiled.slices import LateAward, Slices
from loyalty_rules.engine.compiled.whole import Whole, whole_of
from loyalty_rules.engine.gifts import ORDER, Use, eligible
from loyalty_rules.engine.parts import Boosts, Posting
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.reference import Result
from loyalty_rules.engine.view import View
from loyalty_rules.lang.checked import Earn, Give, Group, Multiply, Place, RoundingRule, TriggerKind, Upgrade
from loyalty_rules.lang.conditions import LevelOf, LineSet
from loyalty_rules.lang.walking import parts_of
from loyalty_rules.source import Span

#: The number of a selection; -1 for none.
Numbers: TypeAlias = Callable[[LineSet | None], int]


class Gift(NamedTuple):
    """One gift of a rule, compiled."""

    purse: str
    rounding: RoundingRule
    whole: bool
    worth: Worths
    boosts: tuple[Adding, ...]
    lowered: bool  # whether a boost may take something away
    bounds: Bounds
    rounded: Whole


class Posted(NamedTuple):
    """A posting of a compiled rule, with the gift that it is of and what lays it on lines. `used`: what base limits
    count of it."""

    posting: Posting
    slices: Slices
    gift: Gift
    used: tuple[Use, ...] = ()


class CompiledRule(NamedTuple):
    """A rule that purchases may fire. `asked`: whether the occasion is one for it, whatever its lines; `number`: of its
    selection."""

    rule: Earn
    asked: Test
    number: int
    counted: Counted
    gifts: tuple[Gift, ...]

    def posted(
        self, asked: tuple[View, Boosts, dict[int, list[int]]], basis: Basis, times: int, used: tuple[Use, ...]
    ) -> list[Posted]:
        """What it gives on a basis, so many times, lowered by its caps. `used`: what base limits count of it."""
        view, boosts, matches = asked
        found = []
        for gift in self.gifts:
            places = (ORDER,) if gift.whole else basis.places
            slices = Slices(basis, places, by_line=gift.rounding.place.by_line)
            own = Asked(view, basis, gift.worth, times, slices, boosts, matches)
            slices.add(self.rule.name, own.worth(None), None)
            for add in gift.boosts:
                add(own, ())
            if gift.lowered:
                at_least_nothing(slices)
            if gift.bounds.narrow:
                trim(view, self.rule.name, slices, gift.bounds.narrow)
                if gift.lowered:
                    at_least_nothing(slices)
            award = LateAward(self.rule.name, gift.purse, gift.rounding, slices, self.rule.caps, self.rule.minimum)
            found.append(Posted(_posting(view, gift, award, slices, used), slices, gift, used))
            used = ()
        return found

    def times(self, view: View, result: Result) -> int:
        """How often it gives what it gives; 0 for a challenge that is not completed."""
        if self.rule.trigger is TriggerKind.COMPLETING:
            return view.completed.get(self.rule.event, 1)
        if self.rule.goal is None:
            return 1
        times = reference.reached(view, self.rule, goals.goal_for(view.known.opted, self.rule, self.rule.goal))
        if isinstance(times, Verdict):
            return 0
        result.completed[self.rule.name] = view.completed[self.rule.name] = times
        return times

    def basis(self, view: View, places: list[int]) -> tuple[Basis, tuple[Use, ...]]:
        """What of its lines counts, and what `skip first` and `only first` count of it."""
        if self.rule.lines is None:
            return WHOLE, ()
        if self.rule.base_limits:
            amounts, uses = eligible(view, self.rule, places)
            return told_of(amounts), tuple(uses)
        lines, counted = view.occasion.lines, self.counted
        mine = [lines[place] for place in places]
        return Basis(places, list(map(counted, mine)), [line.items for line in mine]), ()


def _posting(view: View, gift: Gift, award: LateAward, slices: Slices, used: tuple[Use, ...]) -> Posting:
    """An award in whole units, under its caps over them."""
    posting = gift.rounded(view, award, slices)
    posting.uses += used
    if gift.bounds.wide:
        lower(view, posting, gift.bounds.wide)
    return posting


def reposted(view: View, one: Posted) -> Posted:
    """The same once some of its lines went to another rule."""
    award = one.posting.award
    late = LateAward(award.rule, award.purse, award.rounding, one.slices, award.caps, award.minimum)
    return one._replace(posting=_posting(view, one.gift, late, one.slices, one.used))


def compiled(plan: Plan, rule: Earn, numbers: Numbers) -> CompiledRule:
    """A rule that `not_compiled` finds nothing in."""
    gives = rule.gives if rule.choosing is None else ()
    gifts = tuple(_gift(plan, rule, give, numbers) for give in gives)
    return CompiledRule(rule, gate_of(plan, rule), numbers(rule.lines), counted_of(plan, rule.base), gifts)


def _gift(plan: Plan, rule: Earn, give: Give, numbers: Numbers) -> Gift:
    purse, whole = plan.checked.purses[give.purse], is_whole(rule, give)
    rounding = rule.rounding or purse.rounding
    if rounding.place.by_line and (whole or give.step is None):
        rounding = replace(rounding, place=Place.ORDER)  # it follows no line
    by_line = rounding.place.by_line
    roots = plan.boost_roots.get(rule.name, ())
    boosts = [plan.checked.boosts[name] for root in roots for name in plan.members(root)]
    mine = sorted((boost for boost in boosts if rule.name in boost.changes), key=lambda boost: boost.name)
    bounds = bounds_of(rule, give.purse, rounding, mine, list(_groups_of(plan, rule)))
    whole_by = whole_of(rounding.place, carry=purse.carry and rounding.place is Place.ORDER)
    alone = _alone(rule, give.purse, rounding, bounds, whole_by)
    how = Raising(plan, rule, give, lambda boost: numbers(boost.lines), by_line, alone)
    return Gift(
        give.purse,
        rounding,
        whole,
        worths_of(plan, rule, give, by_line=by_line),
        tuple(adding_of(how, root) for root in roots),
        any(may_lower(plan, boost) for boost in mine),
        bounds,
        whole_by,
    )


def _alone(rule: Earn, purse: str, rounding: RoundingRule, bounds: Bounds, whole_by: Whole) -> Alone:
    """What slices would post under the caps of the rule's boosts alone."""

    def of_boosts(found: Sequence[Bound]) -> tuple[Bound, ...]:
        return tuple(one for one in found if one.names is not None and rule.name not in one.names)

    narrow, wide = of_boosts(bounds.narrow), of_boosts(bounds.wide)

    def alone(view: View, slices: Slices) -> Posting:
        trim(view, rule.name, slices, narrow)
        posting = whole_by(view, LateAward(rule.name, purse, rounding, slices, (), None), slices)
        lower(view, posting, wide)
        return posting

    return alone


def _groups_of(plan: Plan, rule: Earn) -> Iterator[tuple[Group, set[str]]]:
    """The groups of boosts that list one of the rule's, inner ones first."""
    roots = plan.boost_roots.get(rule.name, ())
    for name in plan.boost_groups:
        if plan.root(name) in roots:
            yield plan.checked.groups[name], set(plan.members(name))


# ---------- what is not compiled


def not_compiled(plan: Plan, rule: Earn) -> Span | None:
    """The clause for which a rule is left to the reference evaluator; None for one that is compiled."""
    if _at_part_above(plan, rule):
        return rule.span
    if rule.lines is not None and selection_of(plan, rule.lines) is None:
        return rule.span
    if rule.choosing is not None:
        return None  # what it leaves to the member is asked of the reference evaluator
    purses = [give.purse for give in rule.gives]
    if len(set(purses)) < len(purses):
        return rule.gives[1].span
    for give in rule.gives:
        if give.purse in plan.checked.draws:
            return give.span
        place = (rule.rounding or plan.checked.purses[give.purse].rounding).place
        if place in (Place.ITEM, Place.TOGETHER):
            return give.span
    return _of_boosts(plan, rule)


def _at_part_above(plan: Plan, rule: Earn) -> bool:
    ladders = [plan.checked.ladders[part.ladder] for part in parts_of(rule.audience) if isinstance(part, LevelOf)]
    return any(ladder.upgrade is Upgrade.PART_ABOVE for ladder in ladders)


def _of_boosts(plan: Plan, rule: Earn) -> Span | None:
    roots = plan.boost_roots.get(rule.name, ())
    for root in roots:
        if (span := boosting.not_compiled(plan, rule, root)) is not None:
            return span
    for group, members in _groups_of(plan, rule):
        changed = {name for boost in members for name in plan.checked.boosts[boost].changes}
        if group.caps and changed != {rule.name}:
            return group.span
    boosts = [plan.checked.boosts[name] for root in roots for name in plan.members(root)]
    late = [one for one in plan.checked.boosts.values() if one.after_rounding and rule.name in one.changes]
    for boost in (*boosts, *late):
        if boost.lines is not None and selection_of(plan, boost.lines) is None:
            return boost.span
    asked = next((one for one in late if not isinstance(one.effect, Multiply)), None)
    return None if asked is None else asked.span
