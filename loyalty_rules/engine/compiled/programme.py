"""A programme as functions, made once from its plan: which rules an order can reach, and what each of them gives.

The result is that of `reference.evaluate`, without what only a trace tells. A rule that is not compiled is asked by the
reference evaluator, in its place among the others.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from loyalty_rules.engine import reference
from loyalty_rules.engine.budgets import Draw
from loyalty_rules.engine.compiled import choosing
from loyalty_rules.engine.compiled.asking import Test, gate_of
from loyalty_rules.engine.compiled.basis import Basis, Counted
from loyalty_rules.engine.compiled.choosing import CompiledGroup, group_of
from loyalty_rules.engine.compiled.guarding import Guards
from loyalty_rules.engine.compiled.linetests import selection_of
from loyalty_rules.engine.compiled.moving import lifts, moves
from loyalty_rules.engine.compiled.rules import CompiledRule, Posted, compiled, not_compiled
from loyalty_rules.engine.compiled.selecting import Selections
from loyalty_rules.engine.compiled.whole import lay
from loyalty_rules.engine.gifts import Amount, Use
from loyalty_rules.engine.groups import chosen, held
from loyalty_rules.engine.parts import Award, Boosts, Posting
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.reference import Result
from loyalty_rules.engine.tiers import lift
from loyalty_rules.engine.view import View
from loyalty_rules.engine.wholes import lines_of
from loyalty_rules.lang.checked import Blocks, Boost, Earn, TriggerKind
from loyalty_rules.lang.conditions import LineSet
from loyalty_rules.source import Span

#: What a purchase asks; rules of other occasions wait.
_OF_PURCHASES: Final = frozenset({TriggerKind.PURCHASE, TriggerKind.GOAL, TriggerKind.COMPLETING})


class Unit(NamedTuple):
    """What is settled by itself: a rule, or a group of rules, with its members. `rule` is None for what is not
    compiled."""

    root: str
    stratum: int
    rule: CompiledRule | CompiledGroup | None
    members: tuple[str, ...]


class _Boost(NamedTuple):
    boost: Boost
    gate: Test
    number: int  # of its selection, -1 for none
    asked: bool  # whether its selection has to be asked of the view


def _of_purchases(rule: Earn | Boost) -> bool:
    """Whether purchases may fire it."""
    return isinstance(rule, Boost) or rule.trigger in _OF_PURCHASES


class CompiledProgramme:
    """A plan, compiled."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        earns = plan.checked.earns.items()
        self.clauses = {name: not_compiled(plan, rule) for name, rule in earns if rule.trigger in _OF_PURCHASES}
        selected = [rule.lines for rule in plan.rules.values()] + [never.lines for never in plan.nevers]
        tests = {lines: test for lines in selected if lines is not None and (test := selection_of(plan, lines))}
        self.selections = Selections(plan, tests)
        self.units: list[Unit] = []
        for stratum, roots in enumerate(plan.strata):
            self.units += [self._unit(root, stratum) for root in roots]
        for boost in plan.checked.boosts.values():
            self.clauses[boost.name] = self._clause_of(boost)
        self._arrange()
        self.boosts = [self._boost(plan.checked.boosts[name]) for name in sorted(plan.checked.boosts)]
        self.guards = Guards(plan, self.selections)
        self.lifts = lifts(plan)
        self.moving = any(moves(plan, boost) for boost in plan.checked.boosts.values())
        self.holds = any(purse.hold_at_most is not None for purse in plan.checked.purses.values())
        self.late = any(boost.after_rounding for boost in plan.checked.boosts.values())

    # ---------- made once

    def _unit(self, root: str, stratum: int) -> Unit:
        members, earns = self.plan.members(root), self.plan.checked.earns
        if root in earns and root in self.clauses and self.clauses[root] is None:
            return Unit(root, stratum, compiled(self.plan, earns[root], self.selections.number), members)
        if root in self.plan.checked.groups:
            clause = choosing.not_compiled(self.plan, root, self.clauses)
            if clause is None:
                rules = [
                    compiled(self.plan, earns[name], self.selections.number) if name in self.clauses else None
                    for name in members
                ]
                return Unit(root, stratum, group_of(self.plan.checked.groups[root], rules), members)
            # Its rules are settled together, so none of them is compiled.
            self.clauses.update({name: self.clauses[name] or clause for name in members if name in self.clauses})
        return Unit(root, stratum, None, members)

    def _clause_of(self, boost: Boost) -> Span | None:
        """A boost is compiled with the rules that it changes."""
        if boost.after_rounding:
            return boost.span
        clauses = (self.clauses.get(name) for name in boost.changes)
        return next((clause for clause in clauses if clause is not None), None)

    def _arrange(self) -> None:
        """Which units an order can reach by the lines that a selection takes, and which by anything."""
        always: list[int] = []
        reached: dict[int, list[int]] = {}
        for place, unit in enumerate(self.units):
            rules = [self.plan.rules[name] for name in unit.members]
            numbers = {self._number(rule.lines) for rule in rules if _of_purchases(rule)}
            if -1 in numbers:
                always.append(place)
            else:
                for number in numbers:
                    reached.setdefault(number, []).append(place)
        self.always = always
        self.reached = reached

    def _number(self, lines: LineSet | None) -> int:
        return self.selections.numbers.get(lines, -1) if lines is not None else -1

    def _boost(self, boost: Boost) -> _Boost:
        number = self._number(boost.lines)
        return _Boost(boost, gate_of(self.plan, boost), number, boost.lines is not None and number < 0)

    # ---------- asked of each order

    def evaluate(self, view: View, draw: Draw | None) -> Result:
        """What a purchase gives. `view.given` and `view.ranks` hold what was given at the end."""
        if self.lifts:
            lift(view)
        result, order = Result(draw=draw), _Order(self, view)
        amounts: dict[str, dict[int, Amount]] = {}
        boosts: dict[str, Boost] = {}
        mine = order.units()
        for stratum in range(len(self.plan.strata)):
            if self.boosts and (self.moving or not stratum):
                boosts = order.acting()
            result.applied_boosts = boosts
            here = [unit for unit in mine if unit.stratum == stratum]
            if here:
                self._stratum(order, here, result, amounts)
            view.applied |= result.assigned
            if self.lifts:
                lift(view)
        return result

    def _stratum(self, order: _Order, units: Iterable[Unit], result: Result, of: dict[str, dict[int, Amount]]) -> None:
        """What the units of one stratum give, in their order."""
        view, boosts = order.view, result.applied_boosts
        posted: dict[str, list[Posted]] = {}
        awards: dict[str, list[Award]] = {}
        roots: list[str] = []
        for unit in units:
            if isinstance(unit.rule, CompiledRule):
                posted[unit.root] = order.posted(unit.rule, boosts, result)
            elif unit.rule is not None:
                posted[unit.root] = unit.rule.posted(view, lambda rule: order.posted(rule, boosts, result))
            else:
                roots.append(unit.root)
                for name in unit.members:
                    awards[name] = reference.awards_of(view, name, boosts, result, of, awards)
        others: dict[str, list[Posting]] = {}
        for posting in chosen(view, roots, awards, boosts) if roots else ():
            others.setdefault(self.plan.root(posting.award.rule), []).append(posting)
        found: list[tuple[Posting, Posted | None]] = []
        for unit in units:
            found += [(one.posting, one) for one in posted.get(unit.root, ())]
            found += [(posting, None) for posting in others.get(unit.root, ())]
        if self.holds or self.late or result.draw is not None:
            held(view, [unit.root for unit in units], [posting for posting, _ in found], boosts, result.draw)
        for posting, one in found:
            posting.lines = lines_of(posting) if one is None else lay(posting, one.slices)
            reference.note(view, result, posting)
        if result.assigned:
            reference.drop_losers(result)


class _Order:
    """One purchase under evaluation."""

    __slots__ = ("_bases", "_left", "_taken", "matches", "programme", "view")

    def __init__(self, programme: CompiledProgramme, view: View) -> None:
        self.programme = programme
        self.view = view
        self.matches = programme.selections.places(view.occasion.lines)
        self._taken = programme.guards.taken(view, self.matches) if programme.guards.steady else None
        self._left: dict[int, list[int]] = {}
        self._bases: dict[tuple[int, Counted], Basis] = {}

    def units(self) -> list[Unit]:
        """What the order can reach, in the order in which it is settled."""
        programme = self.programme
        places = set(programme.always)
        for number in self.matches:
            places.update(programme.reached.get(number, ()))
        return [programme.units[place] for place in sorted(places)]

    def acting(self) -> dict[str, Boost]:
        """The boosts that act on the order as it is known now."""
        view, found = self.view, dict[str, Boost]()
        if self.closed():
            return found
        for boost, gate, number, asked in self.programme.boosts:
            if number >= 0 and number not in self.matches:
                continue
            if not gate(view):
                continue
            if asked:
                if not self._any_left(boost):
                    continue
            elif number >= 0 and not self.left(number):
                continue
            found[boost.name] = boost
        return found

    def closed(self) -> bool:
        """Whether guardrails take the whole order away now."""
        guards = self.programme.guards
        return self._taken is None if guards.steady else guards.closed(self.view)

    def _blocked(self) -> frozenset[int] | None:
        """The places of the lines that guardrails take away."""
        return self._taken if self.programme.guards.steady else self.view.blocked(Blocks.EARNING)

    def _any_left(self, boost: Boost) -> bool:
        """Whether a boost whose selection asks about more than lines has one."""
        taken, places = self._blocked() or (), range(len(self.view.occasion.lines))
        return boost.lines is not None and any(p not in taken and self.view.selected(boost.lines, p) for p in places)

    def left(self, number: int) -> list[int]:
        """The places of the lines that a selection takes, less what guardrails take away."""
        found = self._left.get(number)
        if found is None:
            found = self.matches.get(number, [])
            taken = self._blocked()
            if taken:
                found = [place for place in found if place not in taken]
            self._left[number] = found
        return found

    def posted(self, rule: CompiledRule, boosts: Boosts, result: Result) -> list[Posted]:
        """What a rule gives of the order."""
        view = self.view
        if rule.rule.trigger is TriggerKind.COMPLETING and rule.rule.event not in view.completed:
            return []
        if self.closed() or not rule.asked(view):
            return []
        places = self.left(rule.number) if rule.number >= 0 else []
        if rule.number >= 0 and not places:
            return []
        times = rule.times(view, result)
        if not times:
            return []
        if rule.rule.choosing is not None:
            reference.left_to_choose(view, rule.rule, result)
            return []
        basis, uses = self._basis(rule, places)
        if rule.rule.levels:
            result.assigned.add(rule.rule.name)
        found = rule.posted((view, boosts, self.matches), basis, times, uses)
        if not found:
            result.without_gift.add(rule.rule.name)
            view.applied.add(rule.rule.name)
        return found

    def _basis(self, rule: CompiledRule, places: list[int]) -> tuple[Basis, tuple[Use, ...]]:
        """What of its lines counts: the same for all rules that count the same of the same lines."""
        if rule.number < 0 or rule.rule.base_limits:
            return rule.basis(self.view, places)
        key = (rule.number, rule.counted)
        found = self._bases.get(key)
        if found is None:
            found = self._bases[key] = rule.basis(self.view, places)[0]
        return found, ()
