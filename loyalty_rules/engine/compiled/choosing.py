"""Groups of compiled rules: they add up, or one of them is chosen, for the order or for each line.

Compiled are groups that list rules alone, all of them compiled, under caps over whole units.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import NamedTuple

from loyalty_rules.engine.ceilings import Ceiling, Target, in_order, is_narrower, lower
from loyalty_rules.engine.compiled.rules import CompiledRule, Posted, reposted
from loyalty_rules.engine.gifts import Exact
from loyalty_rules.engine.parts import Lost, Posting, choose
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.view import View
from loyalty_rules.engine.worth import worth
from loyalty_rules.lang.checked import Cap, Group
from loyalty_rules.source import Span

#: What a rule gives of the order at hand.
Asking = Callable[[CompiledRule], list[Posted]]


class CompiledGroup(NamedTuple):
    """A group of rules. `rules` in listed order, None for one that no purchase fires."""

    group: Group
    rules: tuple[CompiledRule | None, ...]
    caps: tuple[Cap, ...]

    def posted(self, view: View, ask: Asking) -> list[Posted]:
        """What the rules give together, in listed order."""
        if not self.group.policy.chooses:
            found = [one for rule in self.rules if rule is not None for one in ask(rule)]
            return self._lowered(view, found)
        before, alone, moved = dict(view.asked), list[list[Posted]](), list[dict[str, int]]()
        for rule in self.rules:
            alone.append([] if rule is None else ask(rule))
            moved.append({key: units for key, units in view.asked.items() if before.get(key) != units})
            view.asked.clear()
            view.asked.update(before)
        if self.group.per_line:
            return self._lowered(view, self._by_lines(view, alone))
        best = choose(self.group.policy, [_value(view, found) for found in alone])
        for place, asked in enumerate(moved):
            if best in (None, place):
                view.asked.update(asked)
        if best is None:
            return self._lowered(view, [one for found in alone for one in found])
        lost = Lost(self.group.name, self.group.rules[best], _granted(alone[best]))
        chosen = [[_nothing(one, lost) for one in found] if at != best else found for at, found in enumerate(alone)]
        return self._lowered(view, [one for found in chosen for one in found])

    def _by_lines(self, view: View, alone: list[list[Posted]]) -> list[Posted]:
        """Every line goes to the rule that gives most there. One whose cap is used up gives nothing."""
        exact = [_exact(view, found) for found in alone]
        lines = sorted({line for one in exact for line in one})
        winners = {line: choose(self.group.policy, [one.get(line, Fraction(0)) for one in exact]) for line in lines}
        found: list[tuple[Posted, int | None]] = []  # with who won, for what is lost
        for place, given in enumerate(alone):
            for one in given:
                there = one.slices.by_line()
                won_by = [winner for line in sorted(there) if there[line] and (winner := winners.get(line)) is not None]
                if won_by and place not in won_by:
                    found.append((one, won_by[0]))
                else:
                    one.slices.keep({line for line in there if winners.get(line) in (place, None)})
                    found.append((one, None))
        lost = {at: self._lost(view, at, alone[at]) for _, at in found if at is not None}
        return [reposted(view, one) if at is None else _nothing(one, lost[at]) for one, at in found]

    def _lost(self, view: View, winner: int, given: Sequence[Posted]) -> Lost:
        """To whom lines went, and what it alone posts on those that it has."""
        before = dict(view.asked)
        units = _granted([reposted(view, one) for one in given])
        view.asked.clear()
        view.asked.update(before)
        return Lost(self.group.name, self.group.rules[winner], units)

    def _lowered(self, view: View, found: list[Posted]) -> list[Posted]:
        """Under the caps of the group."""
        if self.caps:
            standing = [one.posting for one in found if one.posting.lost_to is None]
            lower(view, standing, [_ceiling(cap, standing) for cap in self.caps], view.asked)
        return found


def _ceiling(cap: Cap, postings: Sequence[Posting]) -> Ceiling:
    bound = ((place, one.award) for place, one in enumerate(postings) if one.award.purse == cap.purse)
    return Ceiling(cap, tuple(Target(place, tuple(range(len(award.parts)))) for place, award in bound), cap.key)


def _granted(found: Sequence[Posted]) -> int:
    return sum(one.posting.granted for one in found)


def _value(view: View, found: Sequence[Posted]) -> Fraction:
    """What was posted; purses of different units are compared by their declared worth."""
    postings = (one.posting for one in found)
    return sum((one.granted * worth(view.plan, one.award.purse) for one in postings), start=Fraction(0))


def _exact(view: View, found: Sequence[Posted]) -> Exact:
    if any(one.posting.capped_by for one in found) and not _granted(found):
        return {}
    exact: Exact = {}
    for one in found:
        price = worth(view.plan, one.posting.award.purse)
        for line, amount in one.slices.by_line().items():
            exact[line] = exact.get(line, Fraction(0)) + amount * price
    return exact


def _nothing(one: Posted, lost: Lost) -> Posted:
    return one._replace(posting=Posting(one.posting.award, {}, 0, lost_to=lost))


def group_of(group: Group, rules: Sequence[CompiledRule | None]) -> CompiledGroup:
    """A group in which `not_compiled` finds nothing."""
    return CompiledGroup(group, tuple(rules), tuple(in_order(group.caps)))


def not_compiled(plan: Plan, root: str, clauses: dict[str, Span | None]) -> Span | None:
    """The clause for which a group of rules is left to the reference evaluator. `clauses`: those of its rules."""
    group = plan.checked.groups[root]
    if any(name not in plan.checked.earns for name in group.rules):
        return group.span
    for name in group.rules:
        if (span := clauses.get(name)) is not None:
            return span
        rule = plan.checked.earns[name]
        for give in rule.gives:
            place = (rule.rounding or plan.checked.purses[give.purse].rounding).place
            if any(cap.purse == give.purse and is_narrower(cap, place) for cap in group.caps):
                return group.span
    return None
