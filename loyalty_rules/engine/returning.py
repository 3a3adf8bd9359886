"""What stands of an order when only a part of its goods is kept.

What its awards ask is a function of the units that are kept: the purchase is decided again with what was read then
(`replay`), or the units of each line are taken in proportion. Caps are then asked as if the order were the last of its
period, for what a cap has granted is min(C, A) whatever the order in which it was asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import lcm
from typing import NamedTuple, TypeAlias

from loyalty_rules.amounts import Rounding, largest_remainder, round_ratio
from loyalty_rules.engine.amounts_kept import kept_payable, share
from loyalty_rules.engine.budgets import keep_most
from loyalty_rules.engine.ceilings import ceilings, keep, lower_after
from loyalty_rules.engine.compiled import evaluate
from loyalty_rules.engine.gifts import ORDER, counted
from loyalty_rules.engine.keeping import bucket_of, kept_view
from loyalty_rules.engine.parts import Award, Part, Posting
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.reference import Result, uses
from loyalty_rules.engine.view import View
from loyalty_rules.engine.wholes import part_of_sum, shares
from loyalty_rules.lang.checked import Place
from loyalty_rules.lang.conditions import Window, WindowKind
from loyalty_rules.records import Record
from loyalty_rules.values import frozen

#: A rule and a purse.
Key: TypeAlias = tuple[str, str]
Grid: TypeAlias = tuple[tuple[int, tuple[int, ...]], ...]


class Counters(NamedTuple):
    """What the counters hold now: key -> bucket -> net. An order is counted no more in those of `elsewhere`."""

    now: Mapping[str, Mapping[int, int]]
    elsewhere: Set[str]


class Asking(NamedTuple):
    """What one rule asks for one purse, before caps over whole units."""

    rule: str
    purse: str
    place: str
    names: tuple[str, ...]
    grid: Grid
    scale: int = 1  # where it is rounded over a period, the grid holds exact amounts times this

    @property
    def exact(self) -> Fraction:
        """What is asked in all."""
        return Fraction(sum(units for _, row in self.grid for units in row), self.scale)


@frozen
class Asked:
    """What an order asks with the goods that are kept. `view` and `result` are of the decision made again; both None
    where nothing is kept, or where it goes in proportion. `uses`: what base limits count."""

    askings: tuple[Asking, ...]
    view: View
    result: Result | None
    uses: tuple[tuple[str, int, int], ...] = ()
    remainders: Mapping[Key, Fraction] = field(default_factory=dict)


class Grants(NamedTuple):
    """What an order is granted of its goods, asked as the last of each period: of all that were bought, of those that
    were kept before a return, and of those that are kept after it."""

    bought: Granted
    before: Granted
    after: Granted


class Granted(NamedTuple):
    """Units by rule and purse; and what each cap with a counter was asked, or over a rolling window granted, with the
    bucket in which it is counted. `parts`: of the rule and of its boosts."""

    units: Mapping[Key, int]
    asked: Mapping[str, int]
    buckets: Mapping[str, int]
    parts: Mapping[Key, Mapping[str, int]]


# ---------- what is asked


def asking_of(posting: Posting) -> Asking:
    """What a posting asked, by line: units that were rounded together lie where the exact amounts are."""
    award = posting.award
    if posting.sum is not None:
        return _exact_asking(posting, posting.sum)
    grid = {line: list(row) for line, row in posting.uncapped.items() if line != ORDER}
    together = posting.uncapped.get(ORDER, [0] * len(award.parts))
    for place, (part, units) in enumerate(zip(award.parts, together, strict=True)):
        weights = part.by_line(award.cells)
        lines = sorted(weights, key=lambda line: (line == ORDER, line)) or [ORDER]
        for line, carried in zip(lines, shares(units, [weights.get(line, Fraction(0)) for line in lines]), strict=True):
            if carried:
                grid.setdefault(line, [0] * len(award.parts))[place] += carried
    rows = tuple((line, tuple(row)) for line, row in sorted(grid.items()) if any(row))
    return Asking(award.rule, award.purse, award.rounding.place.value, tuple(posting.names), rows)


def _exact_asking(posting: Posting, total: Fraction) -> Asking:
    """What a part of the sum of a period asked, exactly; what a minimum adds is no line's."""
    award = posting.award
    exact: dict[int, list[Fraction]] = {}
    for place, part in enumerate(award.parts):
        for line, amount in part.by_line(award.cells).items():
            exact.setdefault(line, [Fraction(0)] * len(award.parts))[place] = amount
    more = total - award.total()
    if more:
        exact.setdefault(ORDER, [Fraction(0)] * len(award.parts))[0] += more
    grid, scale = _scaled(exact)
    return Asking(award.rule, award.purse, award.rounding.place.value, tuple(posting.names), grid, scale)


def _scaled(exact: Mapping[int, Sequence[Fraction]]) -> tuple[Grid, int]:
    """Exact amounts as whole ones, and how many of these are one unit."""
    scale = lcm(*(amount.denominator for row in exact.values() for amount in row))
    rows = ((line, tuple((amount * scale).numerator for amount in row)) for line, row in sorted(exact.items()))
    return tuple((line, row) for line, row in rows if any(row)), scale


def askings_of(result: Result) -> tuple[Asking, ...]:
    """All that a decision asked, by rule and purse."""
    found = [asking_of(posting) for name in result.postings for posting in result.postings[name]]
    return tuple(sorted((asking for asking in found if asking.grid), key=lambda one: (one.rule, one.purse)))


def replayed(plan: Plan, record: Record, kept: Sequence[int], *, told: bool) -> Asked:
    """The purchase decided again with the goods that are kept. `told`: for a trace."""
    view = kept_view(plan, record, kept)
    if not any(kept):
        return Asked((), view, None)
    result = evaluate(view, told=told)
    for name in plan.kept_gifts & result.postings.keys():
        del result.postings[name]  # what stays is not asked again
    places = [place for place, units in enumerate(kept) if units]
    askings = tuple(at_places(asking, places) for asking in askings_of(result))
    limits = plan.base_limit_keys
    found: dict[tuple[str, int], int] = {}
    for use in uses(view, result):
        if use.key in limits:
            key = (use.key, bucket_of(plan, record, use.window))
            found[key] = found.get(key, 0) + use.amount
    remainders = {
        (posting.award.rule, posting.award.purse): posting.remainder
        for postings in result.postings.values()
        for posting in postings
        if posting.remainder is not None
    }
    used = tuple((key, bucket, amount) for (key, bucket), amount in sorted(found.items()))
    return Asked(askings, view, result, used, remainders)


def at_places(asking: Asking, places: Sequence[int]) -> Asking:
    """The grid by places of the recorded lines, of which only some were decided."""
    rows = ((places[line] if line != ORDER else ORDER, row) for line, row in asking.grid)
    return asking._replace(grid=tuple(rows))


def as_bought(record: Record) -> tuple[Asking, ...]:
    """What the order asked when it was decided."""
    return tuple(Asking(one.rule, one.purse, one.place, one.names, one.grid, one.scale) for one in record.awards)


def lowered(askings: Sequence[Asking], units: Fraction) -> list[Asking]:
    """Asks of so many units together: shared by the rules in proportion, and within a rule by its lines and boosts.
    Beside sums of a period, which are exact, a rule that rounds by itself asks whole units."""
    scale = lcm(units.denominator, *(one.exact.denominator for one in askings))
    found = []
    for one, share_of_rule in zip(askings, shares(int(units * scale), [one.exact for one in askings]), strict=True):
        own = (share_of_rule, scale) if Place(one.place).summed else (share_of_rule // scale, 1)
        cells = [Fraction(max(0, cell)) for _, row in one.grid for cell in row]  # a boost may have lowered
        kept = iter(shares(own[0], cells))
        grid = tuple((line, tuple(next(kept) for _ in row)) for line, row in one.grid)
        found.append(one._replace(grid=grid, scale=own[1]))
    return found


def in_proportion(plan: Plan, record: Record, kept: Sequence[int]) -> Asked:
    """The units of each line in proportion to what is kept of it, half up; what no line carries, to the money that is
    kept."""
    bought = sum(line.payable for line in record.lines)
    left = sum(kept_payable(line, units) for line, units in zip(record.lines, kept, strict=True))
    if not bought:
        bought, left = sum(line.quantity for line in record.lines), sum(kept)

    def part(line: int, units: int, since: Sequence[int]) -> int:
        if since:
            return _part_since(record, kept, line, units, since)
        if line == ORDER:
            return round_ratio(units * left, bought, Rounding.HALF_UP)
        return share(units, record.lines[line], kept[line])

    askings = []
    for award, asking in zip(record.awards, as_bought(record), strict=True):
        if Place(asking.place).summed:
            askings.append(_exactly_in_proportion(record, asking, kept, Fraction(left, bought)))
            continue
        rows = ((line, tuple(part(line, units, award.since) for units in row)) for line, row in asking.grid)
        askings.append(asking._replace(grid=tuple((line, row) for line, row in rows if any(row))))
    limits = plan.base_limit_keys
    used = tuple(
        (key, bucket, round_ratio(amount * left, bought, Rounding.HALF_UP))
        for key, bucket, amount in record.used
        if key in limits
    )
    return Asked(tuple(one for one in askings if one.grid), kept_view(plan, record, kept), None, used)


def _part_since(record: Record, kept: Sequence[int], line: int, units: int, since: Sequence[int]) -> int:
    """Of units that stood when they were counted anew: in proportion to what was kept then."""
    if line != ORDER:
        return round_ratio(units * kept[line], since[line], Rounding.HALF_UP) if since[line] else 0
    then, now = (sum(kept_payable(one, left) for one, left in zip(record.lines, n, strict=True)) for n in (since, kept))
    then, now = (then, now) if then else (sum(since), sum(kept))
    return round_ratio(units * now, then, Rounding.HALF_UP) if then else 0


def _exactly_in_proportion(record: Record, asking: Asking, kept: Sequence[int], left: Fraction) -> Asking:
    """What is rounded over a period is rounded with its sum, and not before."""

    def part(line: int, amount: int) -> Fraction:
        share_kept = left if line == ORDER else Fraction(kept[line], record.lines[line].quantity)
        return Fraction(amount, asking.scale) * share_kept

    grid, scale = _scaled({line: [part(line, amount) for amount in row] for line, row in asking.grid})
    return asking._replace(grid=grid, scale=scale)


# ---------- what caps leave of it


def as_last(
    plan: Plan, record: Record, before: Asked, after: Asked, counters: Counters, sums: Mapping[Key, Fraction]
) -> Grants:
    """What an order is granted before and after a return, asked as the last of each period: of no purse more than all
    of its goods are, for what a rule without a cap asks instead of one whose cap is used up was never given. `sums`:
    what the purses that are rounded over a period hold of it, by rule."""
    bought = as_bought(record)
    others = {(one.rule, one.purse): sums.get((one.rule, one.purse), Fraction(0)) for one in (*bought, *after.askings)}
    for one in before.askings:
        held = sums.get((one.rule, one.purse), Fraction(0))
        others[one.rule, one.purse] = max(Fraction(0), held - one.exact)
    chain = _Chain(plan, record, after.view, counters, others)
    chain.own = dict(chain.granted(before.askings).asked)  # first without knowing what it is counted for
    whole = _Chain(plan, record, after.view, counters, others, chain.own, bounded=False).granted(bought)
    most: dict[str, int] = {}
    for (_, purse), units in whole.units.items():
        most[purse] = most.get(purse, 0) + units
    given: dict[Key, int] = {}
    for award in record.awards:
        if award.most:  # a budget gave no more of it
            given[award.rule, award.purse] = given.get((award.rule, award.purse), 0) + award.given
    whole = whole._replace(units={key: min(units, given.get(key, units)) for key, units in whole.units.items()})
    return Grants(whole, chain.granted(before.askings, most), chain.granted(after.askings, most))


@dataclass(slots=True)
class _Chain:
    """The caps over whole units, in their order, for one order. `own`: what it is counted for by now, by cap."""

    plan: Plan
    record: Record
    view: View
    counters: Counters
    others: Mapping[Key, Fraction]  # what other orders gave in the period in which a purse is rounded
    own: dict[str, int] | None = None
    bounded: bool = True  # by what budgets gave it, less what came back of that
    buckets: dict[str, int] = field(default_factory=dict)

    def granted(self, askings: Sequence[Asking], most: Mapping[str, int] | None = None) -> Granted:
        """What was counted anew has passed its caps in the old denomination: it is granted as it is. `most`: the units
        of each purse that are granted at most, where that is known."""
        askings = [one for one in askings if one.place != Place.POSTING.value]  # these have given nothing so far
        anew = {award.purse for award in self.record.awards if award.since}
        postings = [self._posting(asking) for asking in askings if asking.purse not in anew]
        for posting in postings:
            if self.bounded:
                keep_most(self.record, posting)
        boosts = {name: self.plan.checked.boosts[name] for one in askings for name in one.names[1:]}
        found = ceilings(self.view, [posting.award for posting in postings], boosts, self.plan.groups_of_awards)
        asked: dict[str, int] = {}
        lower_after(self._before, postings, found, asked)
        self._hold(postings)
        if most is not None:
            _lower_to(most, postings)
        units: dict[Key, int] = {}
        parts: dict[Key, dict[str, int]] = {}
        for asking in askings:
            if asking.purse in anew:
                key = (asking.rule, asking.purse)
                parts[key] = {name: sum(row[at] for _, row in asking.grid) for at, name in enumerate(asking.names)}
                units[key] = sum(parts[key].values())
        for posting in postings:
            key = (posting.award.rule, posting.award.purse)
            units[key] = units.get(key, 0) + posting.granted
            parts[key] = dict(zip(posting.names, posting.units, strict=True))
        return Granted(units, {key: asked[key] for key in asked if key in self.buckets}, dict(self.buckets), parts)

    def _posting(self, asking: Asking) -> Posting:
        rule = self.plan.rules[asking.rule]
        rounding = replace(self.plan.checked.purses[asking.purse].rounding, place=Place(asking.place))
        award = Award(asking.rule, asking.purse, rounding, [], [Part(name, []) for name in asking.names], rule.caps)
        grid = {line: list(row) for line, row in asking.grid}
        if rounding.place.period is None:
            return Posting(award, grid, sum(sum(row) for row in grid.values()))
        whole = part_of_sum(self.others.get((asking.rule, asking.purse), Fraction(0)), asking.exact, award)
        cells = [(line, place) for line in grid for place in range(len(asking.names))]
        weights = [max(0, grid[line][place]) for line, place in cells]  # a boost may have lowered
        for (line, place), units in zip(cells, largest_remainder(whole, weights), strict=True):
            grid[line][place] = units
        return Posting(award, grid, whole)

    def _before(self, counter: str, window: Window, units: int) -> int:
        """What a counter of a cap holds of other orders; of a rolling window, and where this one is counted no more,
        what it held when this one was decided."""
        bucket = bucket_of(self.plan, self.record, window)
        self.buckets[counter] = bucket
        if window.kind is WindowKind.LAST or counter in self.counters.elsewhere:
            return counted(self.view, counter, window)
        own = units if self.own is None else self.own.get(counter, 0)
        return self.counters.now.get(counter, {}).get(bucket, 0) - own

    def _hold(self, postings: Sequence[Posting]) -> None:
        """The maximum of a purse, on what it held when the order was decided. As then, what lower strata give takes its
        room first."""
        held = dict(self.view.known.held)
        for roots in self.plan.strata:
            here = [posting for posting in postings if posting.granted and self.plan.root(posting.award.rule) in roots]
            for name in sorted({posting.award.purse for posting in here}):
                most = self.plan.checked.purses[name].hold_at_most
                into = [posting for posting in here if posting.award.purse == name]
                units = [posting.granted for posting in into]
                if most is not None and sum(units) > (room := max(0, most - held.get(name, 0))):
                    for posting, kept in zip(into, largest_remainder(room, units), strict=True):
                        keep(posting, range(len(posting.award.parts)), kept)
                held[name] = held.get(name, 0) + sum(posting.granted for posting in into)


def _lower_to(most: Mapping[str, int], postings: Sequence[Posting]) -> None:
    """Lowers what is granted of a purse to the most of it, in proportion; what takes units away stays as it is."""
    for name in sorted({posting.award.purse for posting in postings}):
        more = sum(one.granted for one in postings if one.award.purse == name) - most.get(name, 0)
        into = [one for one in postings if one.award.purse == name and one.granted > 0]
        units = [one.granted for one in into]
        if more > 0:
            for posting, kept in zip(into, largest_remainder(max(0, sum(units) - more), units), strict=True):
                keep(posting, range(len(posting.award.parts)), kept)
