"""All offers of a programme on one order: each group by its policy, from the inside out.

Offers and groups that stand alone act on different lines, or the checker would have refused them. Those that `add up`
are asked on the prices with which the lines came to the group; `one after another` each on what those before it left.
What rounds a total comes after all others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType
from typing import Final, TypeAlias

from loyalty_rules.engine.asking import Verdict
from loyalty_rules.engine.parts import Lost, choose
from loyalty_rules.engine.pricing.lowering import lowered
from loyalty_rules.engine.pricing.reducing import left_by, taken_off
from loyalty_rules.engine.pricing.sets import Spoken
from loyalty_rules.engine.pricing.taken import Held, Priced, Taken, split
from loyalty_rules.engine.receive import base_amount
from loyalty_rules.engine.view import View
from loyalty_rules.lang.checked import Blocks, Offer, OfferGroup, PayAtMost, Policy

SpokenFor: TypeAlias = Mapping[int, Spoken]


#: No budget is short.
NOTHING_HELD: Final[Mapping[str, Held]] = MappingProxyType({})


def priced(view: View, rights: Mapping[str, int], held: Mapping[str, Held] = NOTHING_HELD) -> Priced:
    """The order with the prices that offers leave. `rights`: of each reward that lowers prices, how many may be used;
    others are not asked. `held`: what budgets leave of offers."""
    pricing, offers = _Pricing(view, rights, held), view.plan.offers
    last = [name for name in view.plan.offer_roots if name in offers and offers[name].rounds]
    first = [name for name in view.plan.offer_roots if name not in last]
    found = [one for root in first for one in pricing.settled(root, [], {})]
    found += [one for root in last for one in pricing.settled(root, list(found), {})]
    gifts = tuple(one.gift for one in found if one.gift is not None)
    occasion = pricing.after(found).occasion
    return Priced(occasion._replace(gifts=gifts) if gifts else occasion, tuple(found), pricing.refused)


class _Pricing:
    """One order. `came`: as its lines came, before any offer."""

    def __init__(self, came: View, rights: Mapping[str, int], held: Mapping[str, Held]) -> None:
        self.came = came
        self.rights = rights
        self.held = held
        self.checked = came.plan.checked
        self.coin = self.checked.prices.coin
        self.refused: dict[str, tuple[Verdict, View]] = {}

    def after(self, taken: Iterable[Taken]) -> View:
        """The order once these are taken off."""
        found = list(taken)
        if not any(one.lines for one in found):
            return self.came
        occasion = self.came.occasion
        return replace(self.came, occasion=occasion._replace(lines=lowered(self.checked, occasion.lines, found)))

    def settled(self, name: str, before: list[Taken], spoken: SpokenFor) -> list[Taken]:
        """What an offer or a group takes off, once those before it did. `spoken`: the units in their sets."""
        offer = self.came.plan.offers.get(name)
        view = self.after(before)
        if offer is not None and offer.of_reward:
            if not self.rights.get(name):
                return []
            offer = _with_rights(offer, self.rights[name])
        if offer is not None:
            found = taken_off(view, offer, spoken, self.held.get(name))
            if isinstance(found, Verdict):
                self.refused[name] = (found, view)
                return []
            return [found]
        return self._group(self.checked.offer_groups[name], before, spoken, view)

    def _group(self, group: OfferGroup, before: list[Taken], spoken: SpokenFor, view: View) -> list[Taken]:
        found: list[Taken] = []
        if group.policy is Policy.ONE_AFTER_ANOTHER:
            for rule in group.rules:
                found += self.settled(rule, [*before, *found], _spoken(group, spoken, found))
        elif group.policy is Policy.ADD_UP:
            for rule in group.rules:
                found += self.settled(rule, before, _spoken(group, spoken, found))
            self.fit(found, view)
        else:
            candidates = [self.settled(rule, before, spoken) for rule in group.rules]
            if group.per_line:
                _choose_lines(group, candidates)
            else:
                _choose_order(group, candidates)
            found = [one for some in candidates for one in some]
        self._together(group, found, view)
        return found

    # ---------- what holds several offers

    def fit(self, found: Sequence[Taken], view: View) -> None:
        """Takes no more off a line than its price, or than the highest of the lowest prices that offers keep there."""
        for place, line in enumerate(view.occasion.lines):
            here = [one for one in found if place in one.lines]
            room = line.after_discounts - max((one.floors.get(place, 0) for one in here), default=0)
            units = [one.lines[place] for one in here]
            if sum(units) <= room:
                continue
            for one, left in zip(here, split(max(0, room), units, units, self.coin), strict=True):
                one.left = one.granted
                one.keep("price", one.rule, {**one.lines, place: left})

    def _together(self, group: OfferGroup, found: list[Taken], view: View) -> None:
        """What a group takes off at most; later offers yield where it has an order, else all do in proportion."""
        bounds = [(_money_of(view, bound, group), "together", group.name) for bound in group.together]
        bounds += [(left_by(view, cap), "cap", cap.key) for cap in group.caps]
        total = sum(one.granted for one in found)
        if not bounds or min(bounds)[0] >= total:
            return
        money, step, by = min(bounds)
        most = money // self.coin * self.coin
        units = [one.granted for one in found]
        if group.policy is Policy.ONE_AFTER_ANOTHER:
            shares = list(_in_turn(most, units))
        else:
            shares = split(most, units, units, self.coin)
        for one, share in zip(found, shares, strict=True):
            one.left = one.granted
            one.lower(step, by, share, self.coin)


def _with_rights(offer: Offer, rights: int) -> Offer:
    """A reward acts on a set for each right; without sets it acts once."""
    return offer if offer.sets is None else replace(offer, sets=replace(offer.sets, most=rights))


def _spoken(group: OfferGroup, before: SpokenFor, found: Iterable[Taken]) -> SpokenFor:
    """The units that offers listed before have in their sets, unless the group lets them be reused. What took nothing
    off has none."""
    spoken = dict(before)
    for one in () if group.reused else (one for one in found if one.granted):
        for place, number in one.used.items():
            units, off = spoken.get(place, Spoken(0, 0))
            spoken[place] = Spoken(units + number, off + one.lines.get(place, 0))
    return spoken


def _in_turn(most: int, units: Iterable[int]) -> Iterator[int]:
    for wanted in units:
        share = min(most, wanted)
        most -= share
        yield share


def _money_of(view: View, bound: PayAtMost, group: OfferGroup) -> int:
    """A bound in money: of the lines that any offer of the group may act on."""
    if bound.base is None:
        return bound.money
    checked = view.plan.checked
    blocked = view.blocked(Blocks.DISCOUNTS) or frozenset()
    selections = [view.plan.offers[name].lines for name in view.plan.offers_in(group.name)]
    lines = [
        line
        for place, line in enumerate(view.occasion.lines)
        if place not in blocked and any(lines is not None and view.selected(lines, place) for lines in selections)
    ]
    return int(bound.share * sum(base_amount(line, bound.base, checked.tax_included) for line in lines))


# ---------- one of several


def _choose_order(group: OfferGroup, candidates: list[list[Taken]]) -> None:
    """One candidate for the whole order, by what each takes off alone; a candidate that takes nothing off is none."""
    sums = [sum(one.granted for one in found) for found in candidates]
    best = choose(group.policy, [Fraction(units) for units in sums])
    for place, found in enumerate(candidates):
        for one in found if best is not None and place != best else ():
            one.lost = Lost(group.name, group.rules[best or 0], sums[best or 0])
            one.left = one.granted
            one.keep("group", group.name, {})


def _choose_lines(group: OfferGroup, candidates: list[list[Taken]]) -> None:
    """One candidate for each line, by what each takes off there."""
    by_line = [_summed(found) for found in candidates]
    lines = sorted({line for found in by_line for line in found})
    winners = {line: choose(group.policy, [Fraction(found.get(line, 0)) for found in by_line]) for line in lines}
    for place, found in enumerate(candidates):
        for one in found:
            kept = {line: units for line, units in one.lines.items() if winners[line] == place}
            if one.lines and not kept:
                best = winners[min(one.lines)] or 0
                one.lost = Lost(group.name, group.rules[best], sum(by_line[best].values()))
            if len(kept) < len(one.lines):
                one.left = one.granted
                one.keep("group", group.name, kept)


def _summed(found: Iterable[Taken]) -> dict[int, int]:
    lines: dict[int, int] = {}
    for one in found:
        for line, units in one.lines.items():
            lines[line] = lines.get(line, 0) + units
    return lines
