"""What deciding an order can cost at most, in steps: so that no file takes a decision hostage.

A step is one test of a condition, or one look at a line of the order: by a set, a selection, an amount or a measure.
Sets of products are asked about a line once, however many rules name them; segments, whenever they are named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from loyalty_rules.lang import checked as k
from loyalty_rules.lang import conditions as c
from loyalty_rules.lang.checker.context import Context
from loyalty_rules.lang.checker.graphs import components
from loyalty_rules.lang.checker.strata import steps_of
from loyalty_rules.lang.walking import parts_of
from loyalty_rules.problems.rules import TooCostly

#: What is bounded is what an order of so many lines may take.
LINES: Final = 50

#: How often a guardrail is asked: for discounts, for earning, for levels, for measures.
_KINDS: Final = 4
#: How often the largest quantity of a line can be halved.
_HALVES: Final = 50
#: Measures that count what this decision gave, not its lines.
_OF_AWARDS: Final = frozenset(
    {c.CounterKind.EARNED, c.CounterKind.REDEEMED, c.CounterKind.TIMES, c.CounterKind.BALANCE}
)


class Cost(NamedTuple):
    """Steps once an order, and for each of its lines."""

    once: int
    line: int

    def of(self, lines: int) -> int:
        return self.once + self.line * lines

    def times(self, count: int) -> Cost:
        return Cost(self.once * count, self.line * count)


def summed(costs: Iterable[Cost]) -> Cost:
    once = line = 0
    for cost in costs:
        once += cost.once
        line += cost.line
    return Cost(once, line)


def report_cost(ctx: Context, checked: k.Checked, strata: int) -> None:
    """Reports a programme that takes too many steps, at the block that takes most. `strata`: how many the longest chain
    of rules that wait for each other has."""
    found = _Costs(checked, strata).found()
    total = summed(found.values()).of(LINES)
    if total > ctx.limits.steps:
        most = max(found, key=lambda name: (found[name].of(LINES), name))
        ctx.report(TooCostly(most, found[most].of(LINES), total, ctx.limits.steps, LINES), ctx.names[most].name.span)


def cost_of(checked: k.Checked) -> Cost:
    """The steps that one occasion takes at most."""
    return summed(_Costs(checked, steps_of(checked)).found().values())


class _Costs:
    def __init__(self, checked: k.Checked, strata: int) -> None:
        self.checked = checked
        self.strata = max(1, strata)
        self.segments: dict[str, Cost] = {}
        edges = {name: tuple(_segments_in(one.when)) for name, one in checked.segments.items()}
        for (name,) in components(edges):
            self.segments[name] = self._all(checked.segments[name].when)

    def found(self) -> dict[str, Cost]:
        checked = self.checked
        found = {name: self._set(products) for name, products in checked.products.items()}
        found |= {name: self._earn(rule) for name, rule in checked.earns.items()}
        found |= {name: self._boost(rule) for name, rule in checked.boosts.items()}
        found |= {name: self._never(never) for name, never in checked.nevers.items()}
        found |= {name: self._all(one.audience) for name, one in checked.conversions.items()}
        found |= {name: self._offer(offer) for name, offer in checked.lowering.items()}
        found |= {name: self._redeem(redeem) for name, redeem in checked.payers.items()}
        found |= {name: self._promise(promise) for name, promise in checked.promises.items()}
        found |= {name: self._all(ladder.asked()).times(self.strata + 2) for name, ladder in checked.ladders.items()}
        found |= {name: self._membership(one) for name, one in checked.memberships.items()}
        found |= {name: summed((self._all(one.audience), self._occasion(one))) for name, one in checked.perks.items()}
        found |= {name: self._experiment(one) for name, one in checked.experiments.items()}
        return found

    # ---------- blocks

    def _set(self, products: k.ProductSet) -> Cost:
        asked = self._all(products.where).once
        return Cost(0, 1 + len(products.include) + len(products.exclude) + asked)

    def _earn(self, rule: k.Earn) -> Cost:
        asked = summed((self._all(rule.audience).times(self._parts(rule)), self._occasion(rule)))
        counted = [rule.base] if isinstance(rule.base, c.Measure) else []
        gifts = summed((*map(self._gift, rule.gives), *map(self._operand, counted)))
        goals = self._all(one.condition for one in (rule.goal.all_of() if rule.goal is not None else ()))
        return summed((Cost(1, 1), asked, goals, self._lines(rule.lines), gifts))

    def _boost(self, rule: k.Boost) -> Cost:
        """Asked again in every stratum, and on the lines of each rule that it changes."""
        asked = summed((Cost(1, 0), self._all(rule.audience), self._occasion(rule), self._lines(rule.lines)))
        effect = rule.effect
        gift = self._table(effect.table) if isinstance(effect, k.Multiply) else self._gift(effect.gift)
        on_rules = summed((Cost(1, 1), self._lines(rule.lines), gift)).times(len(rule.changes))
        return summed((asked.times(self.strata), on_rules))

    def _never(self, never: k.Never) -> Cost:
        """Without lines it is asked before each rule."""
        asked = summed((Cost(1, 0), self._all(never.audience), self._occasion(never)))
        if never.lines is not None:
            return summed((asked, self._lines(never.lines))).times(_KINDS)
        rules = len(self.checked.earns) + len(self.checked.lowering) + len(self.checked.boosts) * self.strata
        return asked.times(rules + _KINDS)

    def _occasion(self, rule: k.Rule | k.Never) -> Cost:
        return self._all((*rule.occasion, *rule.dates.asked))

    def _offer(self, offer: k.Offer) -> Cost:
        """Asked once; then its lines are worked out, held to prices and caps, and lowered for those behind it."""
        asked = summed((self._all(offer.audience), self._all(offer.occasion), self._lines(offer.lines)))
        steps = 2 + len(offer.caps) + self._sets(offer)
        return summed((Cost(1, steps), asked, self._gift(offer.gift)))

    @staticmethod
    def _sets(offer: k.Offer) -> int:
        """Looks at each line to count sets: where several lines say what forms one, how many there are is found by
        halves."""
        if offer.sets is None:
            return 0
        wants = len(offer.sets.buys) + (offer.sets.pick is not None)
        return wants * (3 + (_HALVES if wants > 1 else 0))

    def _redeem(self, redeem: k.Redeem) -> Cost:
        asked = summed((self._all(redeem.audience), self._all(redeem.occasion)))
        return summed((Cost(1, 1), asked, self._lines(redeem.lines))).times(2)

    def _promise(self, promise: k.Promise) -> Cost:
        return summed((self._all(promise.audience), self._all(promise.occasion), self._all(promise.always)))

    def _membership(self, one: k.Membership) -> Cost:
        return summed((self._all(one.audience), *map(self._operand, one.less)))

    def _experiment(self, one: k.Experiment) -> Cost:
        """Asked for each rule that it covers or that asks for a variant, in every stratum."""
        asked = summed((self._all(one.audience), self._all(one.dates.asked)))
        return asked.times((len(one.covers) + len(one.asked_by)) * (self.strata + 1))

    def _parts(self, rule: k.Earn) -> int:
        """How often the audience is asked: for each part of an order that is cut at the thresholds of a ladder."""
        ladders = {part.ladder for part in parts_of(rule.audience) if isinstance(part, c.LevelOf)}
        cut = [self.checked.ladders[name] for name in sorted(ladders)]
        levels = [len(one.levels) + 1 for one in cut if one.upgrade is k.Upgrade.PART_ABOVE]
        return 2 * max(levels, default=0) or 1

    # ---------- what blocks are made of

    def _lines(self, lines: c.LineSet | None) -> Cost:
        return Cost(0, 0) if lines is None else Cost(0, 1 + len(lines.sets) + len(lines.except_sets))

    def _gift(self, gift: k.Give) -> Cost:
        measure = gift.step.of if gift.step else None
        return summed((Cost(1, 1), self._table(gift.table), *([self._operand(measure)] if measure else ())))

    def _table(self, name: str) -> Cost:
        """Found by keys and by halves, so the number of rows costs nothing; once a line where lines are asked."""
        if not name:
            return Cost(0, 0)
        table = self.checked.tables[name]
        return summed((Cost(0, int(table.of_lines)), *map(self._operand, table.asked)))

    def _all(self, conditions: Iterable[c.Condition]) -> Cost:
        return summed(map(self._condition, conditions))

    def _condition(self, condition: c.Condition) -> Cost:
        match condition:
            case c.AllOf() | c.OneOf() | c.AmongOf():
                inside = self._all(condition.items)
            case c.NotOf():
                inside = self._condition(condition.item)
            case c.InSegment():
                inside = self.segments[condition.segment]
            case c.Compared() | c.Equals():
                inside = summed((self._operand(condition.operand), self._bound(condition.bound)))
            case c.Between():
                bounds = (self._bound(condition.low), self._bound(condition.high))
                inside = summed((self._operand(condition.operand), *bounds))
            case c.In() | c.InTable():
                inside = self._operand(condition.operand)
            case _:
                inside = Cost(0, 0)
        return summed((Cost(1, 0), inside))

    def _bound(self, bound: c.Bound) -> Cost:
        return self._operand(bound.of) if isinstance(bound, c.ShareOf) else Cost(0, 0)

    def _operand(self, operand: c.Operand) -> Cost:
        """Measures are worked out twice: where they are asked, and to be kept. What a filter asks of periods before
        today's is left out: they are as many as the member has."""
        match operand:
            case c.BaseTotal():
                return Cost(0, 1)
            case c.Measure(counter=counter) if counter in _OF_AWARDS:
                return Cost(1 + len(self.checked.earns), 0)
            case c.Measure(where=where, each=each):
                asked = tuple(self._condition(one) for one in (where, each) if one is not None)
                return summed((Cost(1, 1), self._lines(operand.lines), *asked)).times(2)
            case _:
                return Cost(0, 0)


def _segments_in(conditions: Iterable[c.Condition]) -> Iterator[str]:
    return (part.segment for part in parts_of(conditions) if isinstance(part, c.InSegment))
