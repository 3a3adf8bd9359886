"""One offer alone: what it takes off its lines.

Exact amounts first, rounded once per place; then what holds them, narrow before wide: prices and `keep price at
least`, caps per item, line, order and member. What is left lies on lines, in whole coins.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from loyalty_rules.amounts import round_exact
from loyalty_rules.decision import Entry, Outcome
from loyalty_rules.engine.asking import Verdict, places_of, refusal
from loyalty_rules.engine.ceilings import in_order
from loyalty_rules.engine.gifts import Amount, Cell, Exact, Use, cells, counted, eligible, part_of, worths
from loyalty_rules.engine.pricing.gifting import added
from loyalty_rules.engine.pricing.sets import Counted, Spoken, counted_sets, free_units
from loyalty_rules.engine.pricing.stock import first_units
from loyalty_rules.engine.pricing.taken import Held, Taken, split
from loyalty_rules.engine.receive import OrderLine
from loyalty_rules.engine.sameness import counter_of
from loyalty_rules.engine.view import View
from loyalty_rules.lang.checked import Blocks, Cap, Offer, Place, Scope


def taken_off(view: View, offer: Offer, spoken: Mapping[int, Spoken], held: Held | None = None) -> Taken | Verdict:
    """What an offer takes off the prices as they are now, or why nothing. `spoken`: the units that stand in sets of
    other offers; `held`: what budgets leave of it."""
    refused = refusal(view, offer, Blocks.DISCOUNTS) or places_of(view, offer, Blocks.DISCOUNTS)
    if isinstance(refused, Verdict):
        return refused
    if offer.adds is not None:
        return added(view, offer, offer.adds, refused, held)
    free = view if offer.sets is None else free_units(view, spoken)
    found = _asked(free, offer, refused, held)
    items = None if held is None else held.items
    if isinstance(found, Taken) and held is not None and items is not None and sum(found.items.values()) > items:
        found.leave(_in_stock(free, offer, refused, held, items), held.budget)
    return found


def _asked(view: View, offer: Offer, places: list[int], held: Held | None, items: int | None = None) -> Taken | Verdict:
    """What an offer takes off these lines; without sets, off so many `items` at most."""
    if offer.sets is None:
        amounts, uses = eligible(view, offer, places)
        if items is not None:
            amounts, uses = first_units(view, offer, amounts, uses, items)
        return _taken(view, offer, amounts, uses, None, held)
    sets = counted_sets(view, offer.sets, places)
    if not any(same.units for same in sets.picks):
        return Verdict(Outcome.CONDITION_FALSE, offer.sets.buys[0].span)
    return _taken(view, offer, _picked(eligible(view, offer, places)[0], sets), [], sets, held)


def _in_stock(view: View, offer: Offer, places: list[int], held: Held, items: int) -> Taken:
    """What an offer takes off so many units at most: where it counts sets, off as many whole sets as have no more."""
    if offer.sets is None:
        return _or_nothing(offer, _asked(view, offer, places, held, items))
    if offer.sets.fewer:
        (own,) = offer.sets.buys
        fewer = replace(offer, sets=replace(offer.sets, buys=(replace(own, number=items),))) if items else None
        return Taken(offer.name) if fewer is None else _or_nothing(offer, _asked(view, fewer, places, held))
    best = Taken(offer.name)
    low, high = 0, counted_sets(view, offer.sets, places).count - 1
    while low < high:
        middle = (low + high + 1) // 2
        found = _or_nothing(offer, _asked(view, _with_most(offer, middle), places, held))
        if sum(found.items.values()) <= items:
            low, best = middle, found
        else:
            high = middle - 1
    return best


def _with_most(offer: Offer, most: int) -> Offer:
    return offer if offer.sets is None else replace(offer, sets=replace(offer.sets, most=most))


def _or_nothing(offer: Offer, found: Taken | Verdict) -> Taken:
    return found if isinstance(found, Taken) else Taken(offer.name)


def _taken(
    view: View,
    offer: Offer,
    amounts: Mapping[int, Amount],
    uses: list[Use],
    sets: Counted | None,
    held: Held | None,
) -> Taken:
    coin = view.plan.checked.prices.coin
    found = Taken(offer.name, uses=uses, used={} if sets is None else sets.used)
    found.times = 1 if sets is None else sets.count
    wanted, by_line = _rounded(view, offer, amounts, sets, found)
    lines = view.occasion.lines
    found.floors = {place: _lowest(offer, lines[place]) for place in amounts}
    rooms = {place: _room(lines[place], amount, found.floors[place]) for place, amount in amounts.items()}
    if by_line:
        rooms = {place: min(room, int(wanted[place])) for place, room in rooms.items()}
    rooms = {place: room // coin * coin if wanted[place] else 0 for place, room in rooms.items()}
    found.acted = {place: amount.items for place, amount in amounts.items() if rooms[place]}
    found.acting = found.times if sets is None else _acting(sets, rooms)
    found.cut("price", offer.name, sum(rooms.values()))
    for cap in in_order(offer.caps):
        if cap.scope in (Scope.ITEM, Scope.LINE):
            rooms = {place: min(room, _cap_of(cap, amounts[place], coin)) for place, room in rooms.items()}
            found.cut("cap", cap.key, sum(rooms.values()))
        else:
            found.cut("cap", cap.key, left_by(view, cap) // coin * coin)
    if held is not None and held.most is not None:
        found.cut("budget", held.budget, held.most // coin * coin)
    found.lines = _on_lines(view, offer, found.left, wanted, rooms)
    return found


def _acting(sets: Counted, rooms: Mapping[int, int]) -> int:
    """Of how many sets there is anything to take off; of all of them where they are counted across."""
    if sum(same.times for same in sets.picks) != sets.count:
        return sets.count
    return sum(same.times for same in sets.picks if any(rooms.get(place) for place in same.units))


def _rounded(
    view: View, offer: Offer, amounts: Mapping[int, Amount], sets: Counted | None, found: Taken
) -> tuple[dict[int, Fraction], bool]:
    """What an offer asks of each line: whole amounts, or the exact ones of a sum that is rounded as a whole."""
    mode, place, coin = offer.rounding.mode, offer.rounding.place, view.plan.checked.prices.coin
    by_line = place.by_line and offer.gift.step is not None
    parts = cells(amounts, place if by_line else Place.ORDER)
    wanted = dict.fromkeys(amounts, Fraction(0))
    exact = Fraction(0)
    for cell, worth in zip(parts, _exact(view, offer, parts, sets), strict=True):
        for line, amount in worth.items():
            exact += cell.times * amount
            wanted[line] += cell.times * (round_exact(amount / coin, mode) * coin if by_line else amount)
    found.asked = int(sum(wanted.values())) if by_line else round_exact(exact / coin, mode) * coin
    found.left = found.asked
    found.entries.append(Entry("own", offer.name, exact))
    if found.asked != exact:
        found.entries.append(Entry("rounding", offer.name, found.asked - exact))
    return wanted, by_line


def _picked(amounts: Mapping[int, Amount], sets: Counted) -> dict[int, Amount]:
    """The units that an offer acts on, with their share of the money of their line."""
    units: dict[int, int] = {}
    for same in sets.picks:
        for place, number in same.units.items():
            units[place] = units.get(place, 0) + number * same.times
    return {place: part_of(amounts[place], units[place]) for place in sorted(units)}


def _exact(view: View, offer: Offer, parts: Sequence[Cell], sets: Counted | None) -> list[Exact]:
    """The exact amount of each line in each cell; where an offer sells at a price, what is above it. What is taken off
    once is taken off each set."""
    gift = offer.gift
    if offer.rounds:
        return [_above(_multiple_below(gift.value, cell.amounts), cell.amounts) for cell in parts]
    if not offer.sells:
        times = sets.count if sets is not None and gift.step is None else 1
        found = worths(view, offer, gift, parts)
        return [{line: times * amount for line, amount in exact.items()} for exact in found]
    if gift.step is None and sets is not None:
        return [_above_sets(gift.value, parts[0].amounts, sets)]
    if gift.step is None:
        return [_above(gift.value, cell.amounts) for cell in parts]
    each = gift.value / gift.step.size
    return [
        {line: max(Fraction(0), amount.money - each * amount.items) for line, amount in cell.amounts.items()}
        for cell in parts
    ]


def _above(price: Fraction, amounts: Mapping[int, Amount]) -> Exact:
    """What lines cost together above a price, by value."""
    whole = sum(amount.money for amount in amounts.values())
    over = max(Fraction(0), whole - price)
    return {line: over * amount.money / whole if whole else Fraction(0) for line, amount in amounts.items()}


def _multiple_below(step: Fraction, amounts: Mapping[int, Amount]) -> Fraction:
    return sum(amount.money for amount in amounts.values()) // step * step


def _above_sets(price: Fraction, amounts: Mapping[int, Amount], sets: Counted) -> Exact:
    """What sets cost above the price of one, each by itself and by value."""
    each = {line: Fraction(amount.money, amount.items) for line, amount in amounts.items() if amount.items}
    found = dict.fromkeys(amounts, Fraction(0))
    for same in sets.picks:
        money = {line: each[line] * units for line, units in same.units.items()}
        whole = sum(money.values(), start=Fraction(0))
        if whole > price:
            for line, part in money.items():
                found[line] += same.times * (whole - price) * part / whole
    return found


def _lowest(offer: Offer, line: OrderLine) -> int:
    """The lowest price of a line."""
    told = line.facts.get(offer.keep_fact.name) if offer.keep_fact is not None else offer.keep
    return told * line.items if isinstance(told, int) else 0


def _room(line: OrderLine, amount: Amount, floor: int) -> int:
    """What can be taken off the items of a line that count."""
    whole = max(0, line.after_discounts - floor)
    return whole * amount.items // line.items if amount.items < line.items else whole


def _cap_of(cap: Cap, amount: Amount, coin: int) -> int:
    items = max(amount.items, 1) if cap.scope is Scope.ITEM else 1
    return cap.units * items // coin * coin


def left_by(view: View, cap: Cap) -> int:
    """What a cap over the order or the member leaves."""
    return cap.units if cap.window is None else max(0, cap.units - counted(view, counter_of(view, cap), cap.window))


def _on_lines(
    view: View, offer: Offer, total: int, wanted: Mapping[int, Fraction], rooms: Mapping[int, int]
) -> dict[int, int]:
    """A discount on the lines of an offer: by what it asks of each, or on the dearest ones first."""
    coin = view.plan.checked.prices.coin
    if not offer.to_dearest:
        shares = split(total, list(wanted.values()), [rooms[place] for place in wanted], coin)
        return {place: share for place, share in zip(wanted, shares, strict=True) if share}
    lines = view.occasion.lines
    found: dict[int, int] = {}
    for place in sorted(rooms, key=lambda place: (-lines[place].after_discounts, place)):
        share = min(total, rooms[place])
        total -= share
        if share:
            found[place] = share
    return found
