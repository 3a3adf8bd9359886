"""Stages 8 to 10 for one rule: its own exact amount, the extras of its boosts, and ceilings narrower than the place
of rounding."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final, assert_never

from loyalty_rules.decision import Entry
from loyalty_rules.engine.gifts import ORDER, Amounts, Cell, Exact, Use, cells, table_value, worth
from loyalty_rules.engine.view import View
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
    RoundingRule,
    Scope,
)

_ZERO: Final = Fraction(0)

#: How wide a scope or place is: a cap narrower than the place of rounding trims exact amounts.
WIDTH: Final = {"S_ITEM": 0, "S_LINE": 1, "S_ORDER": 2, "S_MEMBER": 3}


@dataclass(slots=True)
class Part:
    """What one rule contributes to an award: the rule itself, or a boost. `exact` is parallel to the award's cells."""

    by: str
    exact: list[Exact]

    def total(self, award: Award) -> Fraction:
        return sum(
            (
                cell.times * sum(exact.values(), start=_ZERO)
                for cell, exact in zip(award.cells, self.exact, strict=True)
            ),
            start=_ZERO,
        )


@dataclass(slots=True)
class Award:
    """What a rule gives into one purse on this occasion, before it is rounded: its own part first, then those of its
    boosts."""

    rule: str
    purse: str
    rounding: RoundingRule
    cells: list[Cell]
    parts: list[Part]
    caps: tuple[Cap, ...]
    minimum: int | None = None
    uses: list[Use] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)

    def by_line(self) -> Exact:
        """The exact amounts by line, all parts together."""
        found: Exact = {}
        for part in self.parts:
            for cell, exact in zip(self.cells, part.exact, strict=True):
                for line, amount in exact.items():
                    found[line] = found.get(line, _ZERO) + cell.times * amount
        return found

    def total(self) -> Fraction:
        return sum((part.total(self) for part in self.parts), start=_ZERO)

    def keep_lines(self, lines: frozenset[int]) -> None:
        """What the rule gives on other lines is dropped: they went to another rule of its group."""
        for part in self.parts:
            part.exact = [{p: a for p, a in exact.items() if p in lines} for exact in part.exact]


def award(view: View, rule: Earn, give: Give, amounts: Amounts, boosts: dict[str, Boost]) -> Award:
    """The award of one gift. `boosts` holds the boosts that apply to this occasion, by name."""
    purse = view.plan.checked.purses[give.purse]
    rounding = rule.rounding or purse.rounding
    follows_lines = rule.lines is not None and give.step is not None and give.step.of is None
    place = rounding.place if follows_lines else Place.ORDER
    found = Award(rule.name, purse.name, rounding, cells(amounts, place), [], rule.caps, rule.minimum)
    for cell in found.cells:
        own = worth(view, rule, give, cell.amounts)
        parts = [Part(rule.name, [own])]
        for root in view.plan.boost_roots.get(rule.name, ()):
            parts += _extras(_Boosting(view, rule, give, cell.amounts, boosts), root, parts[:1])
        _collect(found, parts)
    for part in found.parts:
        step = "own" if part.by == rule.name else "boost"
        found.entries.append(Entry(step, part.by, part.total(found)))
    _trim(view, found, boosts)
    return found


def _collect(award: Award, parts: list[Part]) -> None:
    """Adds one cell's parts to the award's."""
    done = len(award.parts[0].exact) if award.parts else 0
    by_name = {part.by: part for part in award.parts}
    for part in parts:
        known = by_name.get(part.by)
        if known is None:
            known = by_name[part.by] = Part(part.by, [{} for _ in range(done)])
            award.parts.append(known)
        known.exact += part.exact
    for part in award.parts:
        part.exact += [{} for _ in range(done + 1 - len(part.exact))]


# ---------- boosts


@dataclass(frozen=True, slots=True)
class _Boosting:
    view: View
    rule: Earn
    give: Give
    amounts: Amounts
    boosts: dict[str, Boost]


def _extras(at: _Boosting, name: str, before: list[Part]) -> list[Part]:
    """The extras of a boost or of a group of boosts, given the parts that stand before it."""
    group = at.view.plan.checked.groups.get(name)
    if group is None:
        boost = at.boosts.get(name)
        if boost is None or at.rule.name not in boost.changes:
            return []
        return [Part(name, [_extra(at, boost, before)])]
    if group.policy is Policy.ADD_UP:
        return [part for inner in group.rules for part in _extras(at, inner, before)]
    if group.policy in (Policy.MULTIPLY, Policy.ONE_AFTER_ANOTHER):
        chained: list[Part] = []
        for inner in group.rules:
            chained += _extras(at, inner, before + chained)
        return chained
    return _chosen(group, [_extras(at, inner, before) for inner in group.rules])


def _chosen(group: Group, options: list[list[Part]]) -> list[Part]:
    def exact(parts: list[Part]) -> Exact:
        found: Exact = {}
        for part in parts:
            for line, amount in part.exact[0].items():
                found[line] = found.get(line, _ZERO) + amount
        return found

    if not group.per_line:
        best = choose(group.policy, [sum(exact(parts).values(), start=_ZERO) for parts in options])
        return [] if best is None else options[best]
    lines = sorted({line for parts in options for line in exact(parts)})
    winners = {line: choose(group.policy, [exact(parts).get(line, _ZERO) for parts in options]) for line in lines}
    return [
        Part(part.by, [{line: amount for line, amount in part.exact[0].items() if winners[line] == place}])
        for place, parts in enumerate(options)
        for part in parts
    ]


def choose(policy: Policy, amounts: list[Fraction]) -> int | None:
    """Which of the listed candidates wins: one that gives nothing excludes nobody, of equals the first listed wins."""
    giving = [place for place, amount in enumerate(amounts) if amount]
    if not giving:
        return None
    match policy:
        case Policy.LARGEST:
            return max(giving, key=lambda place: (amounts[place], -place))
        case Policy.SMALLEST:
            return min(giving, key=lambda place: (amounts[place], place))
        case _:
            return giving[0]


def _extra(at: _Boosting, boost: Boost, before: list[Part]) -> Exact:
    """What a boost adds on its lines: its effect, asked on the parts before it."""
    lines = {p: a for p, a in at.amounts.items() if boost.lines is None or at.view.selected(boost.lines, p)}
    if boost.lines is not None and at.rule.lines is not None and not lines:
        return {}
    own = worth(at.view, at.rule, at.give, lines)
    match boost.effect:
        case Multiply():
            factor = (table_value(at.view, boost.effect.table) if boost.effect.table else boost.effect.by) - 1
            so_far = dict(own)
            for part in before[1:]:
                for line, amount in part.exact[0].items():
                    if line in lines or line == ORDER:
                        so_far[line] = so_far.get(line, _ZERO) + amount
            return {line: amount * factor for line, amount in so_far.items()}
        case Increase():
            return worth(at.view, at.rule, boost.effect.gift, lines)
        case Replace():
            new = worth(at.view, at.rule, boost.effect.gift, lines)
            return {line: new.get(line, _ZERO) - own.get(line, _ZERO) for line in sorted({*new, *own})}
        case _:
            assert_never(boost.effect)


# ---------- stage 10: ceilings narrower than the place of rounding


def narrow(cap: Cap, award: Award) -> bool:
    """Whether a cap trims exact amounts of this award rather than whole units."""
    return WIDTH[cap.scope.value] < WIDTH[award.rounding.place.value]


def _trim(view: View, award: Award, boosts: dict[str, Boost]) -> None:
    for part in award.parts[1:]:
        for cap in boosts[part.by].caps:
            if narrow(cap, award):
                _trim_parts(view, award, [part], cap)
    for cap in award.caps:
        if narrow(cap, award):
            _trim_parts(view, award, award.parts[:1] if cap.before_boosts else award.parts, cap)


def _trim_parts(view: View, award: Award, parts: list[Part], cap: Cap) -> None:
    """Lowers the parts to the ceiling of each line (or of its items, which share a line's amount equally)."""
    before = sum((part.total(award) for part in parts), start=_ZERO)
    asked: Exact = {}
    for part in parts:
        for cell, exact in zip(award.cells, part.exact, strict=True):
            for line, amount in exact.items():
                asked[line] = asked.get(line, _ZERO) + cell.times * amount
    for line, amount in asked.items():
        items = view.occasion.lines[line].items if line != ORDER and cap.scope is Scope.ITEM else 1
        ceiling = Fraction(cap.units * items)
        if amount > ceiling:
            for part in parts:
                part.exact = [
                    {p: a * ceiling / amount if p == line else a for p, a in exact.items()} for exact in part.exact
                ]
    cut = sum((part.total(award) for part in parts), start=_ZERO) - before
    if cut:
        award.entries.append(Entry("cap", cap.key, cut))
