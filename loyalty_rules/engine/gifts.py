"""Stage 8, award: the exact amount a gift is worth on given lines. Fractions of the purse's smallest unit; nothing is
rounded here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final, NamedTuple

from loyalty_rules.amounts import Rounding, largest_remainder, round_ratio, split_with_ceilings
from loyalty_rules.engine.lookups import row_of, said_by, table_value
from loyalty_rules.engine.receive import base_amount
from loyalty_rules.engine.view import View
from loyalty_rules.lang.checked import (
    BaseLimit,
    Earn,
    Give,
    Offer,
    Parts,
    Pick,
    Place,
    Row,
    Scope,
    Step,
    StepKind,
    Table,
)
from loyalty_rules.lang.conditions import Base, Measure, Window, WindowKind

#: The place of what belongs to the order as a whole.
ORDER: Final = -1

#: Exact amounts by line place (and ORDER).
Exact = dict[int, Fraction]


class Amount(NamedTuple):
    """What of a line a rule may count: money in minor units, and items."""

    money: int
    items: int


Amounts = Mapping[int, Amount]


class Use(NamedTuple):
    """What a rule adds to a counter of its own when it gives: (key, window, amount)."""

    key: str
    window: Window
    amount: int


class Cell(NamedTuple):
    """What is rounded together: all lines, one line, or one item of a line (so many times)."""

    times: int
    amounts: Amounts


def cells(amounts: Amounts, place: Place) -> list[Cell]:
    """The amounts as cells of a place of rounding. Items of a line share its money in whole coins, the rest one
    each."""
    if not place.by_line:
        return [Cell(1, amounts)]
    if place is Place.LINE:
        return [Cell(1, {line: amount}) for line, amount in amounts.items()]
    found = []
    for line, amount in amounts.items():
        items = max(amount.items, 1)
        coins, rest = divmod(amount.money, items)
        for times, money in ((rest, coins + 1), (items - rest, coins)):
            if times:
                found.append(Cell(times, {line: Amount(money, min(amount.items, 1))}))
    return found


# ---------- the amounts a rule may count


def eligible(view: View, rule: Earn | Offer, places: list[int]) -> tuple[dict[int, Amount], list[Use]]:
    """Basis and items of the rule's lines, less what `skip first` and `only first` leave out."""
    base = rule.base if isinstance(rule.base, Base) else view.plan.checked.basis
    tax_included = view.plan.checked.tax_included
    lines = view.occasion.lines
    amounts = {p: Amount(base_amount(lines[p], base, tax_included), lines[p].items) for p in places}
    uses: list[Use] = []
    for limit in sorted(rule.base_limits, key=lambda limit: not limit.skip):
        amounts = _by_items(view, limit, amounts, uses) if limit.items else _by_money(view, limit, amounts, uses)
    return amounts, uses


def _counting(view: View, limit: BaseLimit, amount: int, uses: list[Use]) -> int:
    """How much of `amount` counts, seen after what the window has counted already."""
    before = 0
    if limit.window is not None:
        before = counted(view, limit.key, limit.window)
        uses.append(Use(limit.key, limit.window, amount))
    if limit.skip:
        return max(0, before + amount - limit.amount) - max(0, before - limit.amount)
    return min(limit.amount, before + amount) - min(limit.amount, before)


def _by_money(view: View, limit: BaseLimit, amounts: dict[int, Amount], uses: list[Use]) -> dict[int, Amount]:
    if limit.scope in (Scope.ITEM, Scope.LINE):
        changed = {}
        for line, amount in amounts.items():
            room = limit.amount * (amount.items if limit.scope is Scope.ITEM else 1)
            money = max(0, amount.money - room) if limit.skip else min(amount.money, room)
            changed[line] = amount._replace(money=money)
        return changed
    total = sum(amount.money for amount in amounts.values())
    counting = _counting(view, limit, total, uses)
    shares = largest_remainder(counting, [amount.money for amount in amounts.values()])
    return {line: amount._replace(money=share) for (line, amount), share in zip(amounts.items(), shares, strict=True)}


def _by_items(view: View, limit: BaseLimit, amounts: dict[int, Amount], uses: list[Use]) -> dict[int, Amount]:
    def price(line: int) -> Fraction:
        return Fraction(*view.occasion.lines[line].unit_price)

    order = sorted(amounts)
    if limit.order is Pick.CHEAPEST:
        order.sort(key=price)
    elif limit.order is Pick.DEAREST:
        order.sort(key=price, reverse=True)
    if limit.scope in (Scope.ITEM, Scope.LINE):
        left = dict.fromkeys(order, limit.amount)
        counts = {
            line: max(0, amounts[line].items - left[line]) if limit.skip else min(amounts[line].items, left[line])
            for line in order
        }
    else:
        total = sum(amount.items for amount in amounts.values())
        counting = _counting(view, limit, total, uses)
        first = total - counting if limit.skip else counting  # so many units of the order come first
        counts = {}
        for line in order:
            taken = min(first, amounts[line].items)
            first -= taken
            counts[line] = amounts[line].items - taken if limit.skip else taken
    return {line: part_of(amounts[line], counts[line]) for line in amounts}


def part_of(amount: Amount, items: int) -> Amount:
    """So many items of a line, with their share of its money."""
    money = round_ratio(amount.money * items, amount.items, Rounding.HALF_UP) if amount.items else 0
    return Amount(money, items)


def counted(view: View, key: str, window: Window) -> int:
    """What a counter of a cap, limit or base limit holds in its window today."""
    kept = view.known.counters.get(key)
    if not kept:
        return 0
    _, low, high = view.reach_of_window(window)
    return sum([net for bucket, net in kept if low <= bucket <= high])


# ---------- what a gift is worth


def worths(view: View, rule: Earn | Offer, give: Give, cells: Sequence[Cell]) -> list[Exact]:
    """The exact amount of a gift on the lines of each cell, by line; what no line carries stands under ORDER."""
    table = view.plan.checked.tables[give.table] if give.table else None
    if give.step is None:
        value = give.value * (table_value(view, table) if table else 1)
        return [_spread(value, cell.amounts) if rule.lines is not None else {ORDER: value} for cell in cells]
    if give.step.of is not None or isinstance(rule.base, Measure):
        value = _over_measure(view, give, give.step, give.step.of or rule.base, table)
        return [{ORDER: value} for _ in cells]
    if table is not None and give.parts is Parts.EACH:
        return _marginal(view, give, give.step, cells, table)
    if table is not None and table.of_lines:
        return [_by_rows(view, give, give.step, cell.amounts, table) for cell in cells]
    rate = give.value * (table_value(view, table) if table else 1)
    return [_rated(rate, give.step, cell.amounts) for cell in cells]


def _by_rows(view: View, give: Give, step: Step, amounts: Amounts, table: Table) -> Exact:
    """Each line at the rate of its own row; steps are counted over the lines of one row together."""
    found: Exact = {}
    parts: dict[Row | None, dict[int, Amount]] = {}
    for line, amount in amounts.items():
        parts.setdefault(row_of(view, table, view.occasion.lines[line]), {})[line] = amount
    for row, part in parts.items():
        found |= _rated(give.value * said_by(table, row), step, part)
    return {line: found[line] for line in amounts}


def _units(step: Step, amount: Amount) -> int:
    return amount.items if step.items else amount.money


def steps(step: Step, count: int | Fraction) -> Fraction:
    """How many steps a count has: exact, whole, or begun."""
    match step.how:
        case StepKind.PER:
            return Fraction(count) / step.size
        case StepKind.FULL:
            return Fraction(count // step.size)
        case StepKind.STARTED:
            return Fraction(-(-count // step.size))


def _rated(rate: Fraction, step: Step, amounts: Amounts) -> Exact:
    if step.how is StepKind.PER:
        top, bottom = (rate / step.size).as_integer_ratio()
        return {line: Fraction(top * _units(step, amount), bottom) for line, amount in amounts.items()}
    total = rate * steps(step, sum(_units(step, amount) for amount in amounts.values()))
    return _spread(total, amounts, items=step.items)


def _spread(total: Fraction, amounts: Amounts, *, items: bool = False) -> Exact:
    """An amount for all lines together, shown by line in proportion; equally where nothing weighs."""
    weights = {line: amount.items if items else amount.money for line, amount in amounts.items()}
    whole = sum(weights.values())
    if not weights:
        return {ORDER: total}
    if not whole:
        return {line: total / len(weights) for line in weights}
    top, bottom = (total / whole).as_integer_ratio()
    return {line: Fraction(top * weight, bottom) for line, weight in weights.items()}


def _over_measure(view: View, give: Give, step: Step, measure: object, table: Table | None) -> Fraction:
    """A gift that follows a measure: its value after this occasion less its value before. A measure that fell gives
    nothing."""
    if not isinstance(measure, Measure):
        return Fraction(0)
    now = measure.window.kind is WindowKind.THIS_ORDER
    known = 0 if now else view.before(measure)
    after = known + (view.contribution(measure) if now else view.added(measure))
    # A rule that waits for time asks once, for all of it.
    before = 0 if view.occasion.kind == "time" else known
    if after <= before:
        return Fraction(0)
    if table is None or give.parts is None:
        rate = give.value * (table_value(view, table) if table else 1)
        return rate * (steps(step, after) - steps(step, before))
    return max(Fraction(0), _on_ladder(view, give, step, table, after) - _on_ladder(view, give, step, table, before))


def _on_ladder(view: View, give: Give, step: Step, table: Table, total: int) -> Fraction:
    """What a gift is worth in all for a measure that the table measures."""
    if give.parts is Parts.EACH:
        parts = tuple((row.value, part) for row, part in bands(table, 0, total))
    else:
        row = view.plan.lookups[table.name][()].at(total)
        parts = () if row is None else ((row.value, total),)
    return sum((give.value * value * steps(step, part) for value, part in parts), start=Fraction(0))


# ---------- ladders


def bands(table: Table, before: int, after: int) -> list[tuple[Row, int]]:
    """How much of the way from `before` to `after` lies in each row; a row's part runs from its edge to the next
    one's."""
    ends = [row.edge for row in table.rows[1:]]
    found = []
    for place, row in enumerate(table.rows):
        low = max(before, row.edge) if place else before
        high = min(after, ends[place]) if place < len(ends) else after
        found.append((row, max(0, high - low)))
    return found


def _marginal(view: View, give: Give, step: Step, cells: Sequence[Cell], table: Table) -> list[Exact]:
    """`each part`: the order's amount cut at the rows, each part shared out to the lines in whole coins and given its
    own rate. Steps are counted in each cell."""
    units: dict[int, int] = {}
    for cell in cells:
        for line, amount in cell.amounts.items():
            units[line] = units.get(line, 0) + cell.times * _units(step, amount)
    before = 0
    if isinstance(table.axis, Measure) and table.axis.window.kind is not WindowKind.THIS_ORDER:
        before = view.before(table.axis)
    left = list(units.values())
    found: list[Exact] = [dict.fromkeys(cell.amounts, Fraction(0)) for cell in cells]
    for row, part in bands(table, before, before + sum(left)):
        shares = split_with_ceilings(part, left, left)
        left = [have - share for have, share in zip(left, shares, strict=True)]
        of_line = dict(zip(units, shares, strict=True))
        for cell, exact in zip(cells, found, strict=True):
            portions = {
                line: Fraction(of_line[line] * _units(step, amount), units[line])
                for line, amount in cell.amounts.items()
                if units[line]
            }
            whole = sum(portions.values(), start=Fraction(0))
            worth_of_whole = give.value * row.value * steps(step, whole)
            for line, portion in portions.items():
                if portion:
                    exact[line] += worth_of_whole * portion / whole
    return found
