"""Stages 8 to 10 for one rule: its own exact amount, the extras of its boosts, and ceilings narrower than the place
of rounding."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Final, assert_never

from loyalty_rules.decision import Entry
from loyalty_rules.engine.ceilings import at_least_nothing, ceilings, trim
from loyalty_rules.engine.gifts import ORDER, Amount, Amounts, Cell, Exact, cells, worths
from loyalty_rules.engine.lookups import factors
from loyalty_rules.engine.parts import Award, Boosts, Lost, Part, Posting, choose, summed
from loyalty_rules.engine.posting import post
from loyalty_rules.engine.view import View
from loyalty_rules.lang.checked import Boost, Earn, Give, Group, Increase, Multiply, Place, Policy, Replace
from loyalty_rules.lang.conditions import Base
from loyalty_rules.values import frozen

_ZERO: Final = Fraction(0)


def award(view: View, rule: Earn, give: Give, amounts: Amounts, boosts: Boosts) -> Award:
    """The award of one gift. `boosts` holds the boosts that apply to this occasion."""
    rounding = rule.rounding or view.plan.checked.purses[give.purse].rounding
    follows = rule.lines is not None and give.step is not None and give.step.of is None and isinstance(rule.base, Base)
    if rounding.place.by_line and not follows:
        rounding = replace(rounding, place=Place.ORDER)  # it follows no line
    places = cells(amounts, rounding.place)
    own = Part(rule.name, worths(view, rule, give, places))
    found = Award(rule.name, give.purse, rounding, places, [own], rule.caps, rule.minimum)
    at = _Boosting(view, rule, give, found, boosts)
    for root in view.plan.boost_roots.get(rule.name, ()):
        found.parts += _extras(at, root, [own])
    at_least_nothing(found)
    for part in found.parts:
        step = "own" if part is own else "boost"
        found.entries.append(Entry(step, part.by, part.total(places)))
    trim(view, [found], ceilings(view, [found], boosts, ()))
    return found


# ---------- boosts


@frozen
class _Boosting:
    view: View
    rule: Earn
    give: Give
    award: Award
    boosts: Boosts

    def posted(self, parts: list[Part]) -> Posting:
        """What these parts would post, under the caps of their boosts alone."""
        alone = replace(self.award, parts=parts, caps=(), minimum=None, uses=[], entries=[])
        return post(self.view, [alone], self.boosts, (), dict(self.view.asked))[0]


def _extras(at: _Boosting, name: str, before: list[Part]) -> list[Part]:
    """The extras of a boost or of a group of boosts, given the parts that stand before it."""
    group = at.view.plan.checked.groups.get(name)
    if group is None:
        boost = at.boosts.get(name)
        if boost is None or at.rule.name not in boost.changes or not boost.acts_in(at.award.purse):
            return []
        return [Part(name, _extra(at, boost, before))]
    if group.policy is Policy.ADD_UP:
        return [part for inner in group.rules for part in _extras(at, inner, before)]
    if group.policy in (Policy.MULTIPLY, Policy.ONE_AFTER_ANOTHER):
        chained: list[Part] = []
        for inner in group.rules:
            chained += _extras(at, inner, before + chained)
        return chained
    options = [_extras(at, inner, before) for inner in group.rules]
    return _best_lines(at, group, before, options) if group.per_line else _best(at, group, before, options)


def _best(at: _Boosting, group: Group, before: list[Part], options: list[list[Part]]) -> list[Part]:
    """The option that alone would post most (or least, or is the first that posts anything)."""
    base = at.posted(before).granted
    values = [Fraction(at.posted(before + parts).granted - base) if parts else _ZERO for parts in options]
    best = choose(group.policy, values)
    if best is None:
        return [part for parts in options for part in parts]
    for place, parts in enumerate(options):
        if place != best:
            lost = Lost(group.name, group.rules[best], int(values[best]))
            at.award.passed_over.update({part.by: lost for part in parts})
    return options[best]


def _best_lines(at: _Boosting, group: Group, before: list[Part], options: list[list[Part]]) -> list[Part]:
    """Every line goes to the option that adds most there. An option whose cap is used up adds nothing."""
    exact = [_exact(at, before, parts) for parts in options]
    lines = sorted({line for found in exact for line in found})
    winners = {line: choose(group.policy, [found.get(line, _ZERO) for found in exact]) for line in lines}
    kept: list[Part] = []
    for place, parts in enumerate(options):
        for part in parts:
            won_by = [winners.get(line) for line, amount in part.by_line(at.award.cells).items() if amount]
            others = [winner for winner in won_by if winner is not None]
            if others and place not in others:
                units = int(sum(exact[others[0]].values(), start=_ZERO))
                at.award.passed_over[part.by] = Lost(group.name, group.rules[others[0]], units)
            else:
                own = [{p: a for p, a in one.items() if winners.get(p) in (place, None)} for one in part.exact]
                kept.append(Part(part.by, own))
    return kept


def _exact(at: _Boosting, before: list[Part], parts: list[Part]) -> Exact:
    posting = at.posted(before + parts)
    used_up = posting.capped_by and not sum(posting.units[len(before) :])
    return {} if used_up else summed([part.by_line(at.award.cells) for part in parts])


def _extra(at: _Boosting, boost: Boost, before: list[Part]) -> list[Exact]:
    """What a boost adds on its lines, cell by cell: its effect, asked on the parts before it."""
    mine = [_mine(at, boost, cell) for cell in at.award.cells]
    own = _worths(at, at.give, mine)
    match boost.effect:
        case Multiply():
            factor = factors(at.view, boost.effect)
            found = []
            for place, (cell, exact) in enumerate(zip(mine, own, strict=True)):
                extras = [
                    {p: a for p, a in part.exact[place].items() if p in cell.amounts or p == ORDER}
                    for part in before[1:]
                ]
                found.append({line: amount * (factor(line) - 1) for line, amount in summed([exact, *extras]).items()})
            return found
        case Increase():
            return _worths(at, boost.effect.gift, mine)
        case Replace():
            new = _worths(at, boost.effect.gift, mine)
            return [
                {line: there.get(line, _ZERO) - here.get(line, _ZERO) for line in sorted({*there, *here})}
                for there, here in zip(new, own, strict=True)
            ]
        case _:
            assert_never(boost.effect)


def _mine(at: _Boosting, boost: Boost, cell: Cell) -> Cell:
    """A cell with the lines of a boost alone."""
    if boost.lines is None:
        return cell
    return cell._replace(amounts={p: a for p, a in cell.amounts.items() if at.view.selected(boost.lines, p)})


def _worths(at: _Boosting, gift: Give, mine: list[Cell]) -> list[Exact]:
    """What a gift is worth on the lines of a boost; nothing in cells that hold none of them."""
    if at.rule.lines is None:
        return worths(at.view, at.rule, gift, mine)
    if gift.step is None:
        return _once(at, gift, mine)
    found = worths(at.view, at.rule, gift, mine)
    return [exact if cell.amounts else {} for cell, exact in zip(mine, found, strict=True)]


def _once(at: _Boosting, gift: Give, mine: list[Cell]) -> list[Exact]:
    """A fixed gift is for all lines together, whatever is rounded together: each cell has its share of what falls on
    its line."""
    weights: dict[int, Amount] = {}
    for cell in mine:
        for line, amount in cell.amounts.items():
            money, times = weights.get(line, Amount(0, 0))
            weights[line] = Amount(money + cell.times * amount.money, times + cell.times)
    whole = worths(at.view, at.rule, gift, [Cell(1, weights)])[0] if weights else {}

    def share(line: int, amount: Amount) -> Fraction:
        money, times = weights[line]
        return whole[line] * Fraction(amount.money, money) if money else whole[line] / times

    return [{line: share(line, amount) for line, amount in cell.amounts.items()} for cell in mine]
