"""What a programme of the sublanguage gives, worked out naively: whole histories, Fractions, no engine.

Written from the statements of the semantics, not from the engine, and sharing nothing with it. Measures are sums over
all orders that were ever made; nothing is kept that could be added up again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from math import ceil, floor

from tests.models.programmes import Boost, Cap, Programme, Rule

#: What is not on a line.
WHOLE = -1


@dataclass(frozen=True)
class Line:
    category: str
    amount: int  # kopecks


@dataclass(frozen=True)
class Order:
    at: datetime
    lines: tuple[Line, ...]


@dataclass
class Lot:
    units: int
    gone: datetime


@dataclass
class Given:
    """What a rule gave for an order: units of the line places, in all, and by its boosts."""

    rule: str
    units: int
    lines: tuple[int, ...]
    boosts: dict[str, int]


@dataclass
class Draft:
    """An award on its way: exact amounts of each contributor by line, then whole units of each by line."""

    rule: Rule
    names: list[str]
    exact: list[dict[int, Fraction]]
    basis: dict[int, int]  # kopecks that count, by line
    used_basis: int
    units: dict[int, list[int]] = field(default_factory=dict)
    uncapped: list[int] = field(default_factory=list)  # of each contributor, before caps over whole units
    remainder: Fraction | None = None
    asked: list[tuple[str, int]] = field(default_factory=list)

    def sum(self) -> int:
        return sum(sum(row) for row in self.units.values())

    def of_part(self, part: int) -> int:
        return sum(row[part] for row in self.units.values())

    def weights(self) -> dict[int, Fraction]:
        """How units of the order go to the lines: a contributor that caps lowered weighs less, on its own lines."""
        found = dict.fromkeys(self.basis, Fraction(0))
        for part, (exact, before) in enumerate(zip(self.exact, self.uncapped, strict=True)):
            kept = Fraction(self.of_part(part), before) if before else Fraction(1)
            for place, amount in exact.items():
                found[place] += amount * kept
        return found


class Member:
    """One member under a programme."""

    def __init__(self, programme: Programme, started: datetime) -> None:
        self.programme = programme
        self.clock = started
        self.orders: list[Order] = []
        self.lots: list[Lot] = []
        self.rank = 0
        self.asked: list[tuple[str, datetime, int]] = []  # of caps, of basis limits, and times given
        self.remainders: dict[str, Fraction] = {}

    # ---------- time

    def pass_to(self, at: datetime) -> None:
        """Reviews at the beginning of every month up to an instant."""
        month = next_month(self.clock.date())
        while midnight(month) <= at:
            if self.rank:
                earned = self.earned(month - timedelta(days=1))
                if earned < self.rank:
                    self.rank = max(earned, self.rank - 1) if self.programme.ladder.softly else earned
            month = next_month(month)
        self.clock = at

    def balance(self) -> int:
        return sum(lot.units for lot in self.lots if lot.gone > self.clock)

    def level(self) -> str:
        return ("", "silver", "gold")[self.rank]

    def earned(self, day: date) -> int:
        ladder = self.programme.ladder
        first = day - timedelta(days=ladder.days - 1) if ladder.days else day.replace(day=1)
        spent = sum(
            line.amount
            for order in self.orders
            for line in order.lines
            if first <= order.at.date() <= day and line.category != self.programme.never
        )
        return 2 if spent >= ladder.gold else 1 if spent >= ladder.silver else 0

    # ---------- an order

    def buy(self, order: Order) -> list[Given]:
        self.pass_to(order.at)
        drafts = {rule.name: draft for rule in self.programme.rules if (draft := self.draft(rule, order))}
        standing = self.choose(drafts, order)
        for draft in standing:
            self.settle(draft, order)
        for group in self.programme.groups:
            bound = [draft for name in group.rules for draft in standing if draft.rule.name == name]
            if group.cap and bound:
                self.lower_together(bound, f"{group.name} {group.cap.scope}", group.cap, order)
        found = [self.post(draft, order) for draft in standing]
        self.orders.append(order)
        self.rank = max(self.rank, self.earned(order.at.date()))
        return [given for given in found if given.units]

    def draft(self, rule: Rule, order: Order) -> Draft | None:
        """Exact amounts, with boosts, under the caps of lines; None where the rule is not asked."""
        if rule.level and rule.level != self.level():
            return None
        if rule.weekend and order.at.weekday() < 5:
            return None
        if rule.limit and self.month_sum(f"{rule.name} limit", order.at) >= rule.limit:
            return None
        places = [
            place
            for place, line in enumerate(order.lines)
            if rule.category in ("", line.category) and line.category != self.programme.never
        ]
        if not places:
            return None
        amounts = {place: order.lines[place].amount for place in places}
        whole = sum(amounts.values())
        if rule.deductible:
            counting = whole - max(0, min(whole, rule.deductible - self.month_sum(f"{rule.name} skip", order.at)))
            amounts = dict(zip(places, split(counting, [Fraction(amounts[place]) for place in places]), strict=True))
        after_deductible = sum(amounts.values())
        if rule.only:
            counting = max(0, min(after_deductible, rule.only - self.month_sum(f"{rule.name} only", order.at)))
            amounts = dict(zip(places, split(counting, [Fraction(amounts[place]) for place in places]), strict=True))
        draft = Draft(rule, [rule.name], [self.own(rule, amounts)], amounts, whole)
        draft.asked += [(f"{rule.name} skip", whole)] if rule.deductible else []
        draft.asked += [(f"{rule.name} only", after_deductible)] if rule.only else []
        self.boost(draft, order)
        self.trim_boosts(draft)
        for cap in rule.caps:
            if cap.scope == "per line" and rule.place == "per order":
                trim(draft, range(len(draft.names)), cap)
        return draft

    def trim_boosts(self, draft: Draft) -> None:
        """Caps of boosts for a line, where it is the order that is rounded."""
        for part, name in enumerate(draft.names[1:], 1):
            cap = next(found for found in self.programme.boosts if found.name == name).cap
            if cap and cap.scope == "per line" and draft.rule.place == "per order":
                trim(draft, [part], cap)

    def own(self, rule: Rule, amounts: dict[int, int]) -> dict[int, Fraction]:
        """The rule's own amount on some lines. Steps are counted at the place of rounding."""
        places = [[place] for place in amounts] if rule.place == "per line" else [list(amounts)]
        exact: dict[int, Fraction] = {}
        for group in places:
            whole = sum(amounts[place] for place in group)
            rate = rule.rate
            if rate.percent:
                worth = Fraction(rate.percent * whole, 100 * 100)
            elif rate.how == "per":
                worth = Fraction(rate.points * whole, rate.size)
            elif rate.how == "per full":
                worth = Fraction(rate.points * floor(Fraction(whole, rate.size)))
            else:
                worth = Fraction(rate.points * ceil(Fraction(whole, rate.size)))
            for place in group:
                exact[place] = worth * amounts[place] / whole if whole else worth / len(group)
        return exact

    def boost(self, draft: Draft, order: Order) -> None:
        boosts = {boost.name: boost for boost in self.programme.boosts if boost.changes == draft.rule.name}
        group = next((found for found in self.programme.groups if set(found.rules) & set(boosts)), None)
        if group is None:
            for boost in boosts.values():
                self.add(draft, boost, order, chained=False)
            return
        if not group.policy.startswith("choose"):
            for name in group.rules:
                self.add(draft, boosts[name], order, chained=group.policy == "multiply")
            return
        options = []
        alone = self.trial(draft, order)
        for name in group.rules:
            option = copied(draft)
            self.add(option, boosts[name], order, chained=False)
            options.append((self.trial(option, order) - alone if len(option.names) > 1 else 0, option))
        best = chosen(group.policy, [gain for gain, _ in options])
        if best is not None:
            draft.names, draft.exact = options[best][1].names, options[best][1].exact
        else:
            for _, option in options:
                draft.names += option.names[1:]
                draft.exact += option.exact[1:]

    def trial(self, draft: Draft, order: Order) -> int:
        """What a rule with some boosts would post, under the caps of the boosts alone."""
        tried = copied(draft)
        self.trim_boosts(tried)
        self.round(tried, minimum=False)
        for place, name in enumerate(tried.names[1:], 1):
            boost = next(found for found in self.programme.boosts if found.name == name)
            if boost.cap and not (boost.cap.scope == "per line" and draft.rule.place == "per order"):
                self.lower(tried, [place], f"{name} {boost.cap.scope}", boost.cap, order)
        return tried.sum()

    def add(self, draft: Draft, boost: Boost, order: Order, *, chained: bool) -> None:
        mine = {
            place: amount
            for place, amount in draft.basis.items()
            if boost.category in ("", order.lines[place].category)
        }
        if not mine:
            return
        so_far = self.own(draft.rule, mine)
        if chained:
            for extra in draft.exact[1:]:
                so_far = {place: so_far[place] + extra.get(place, Fraction(0)) for place in mine}
        draft.names.append(boost.name)
        draft.exact.append({place: amount * (boost.factor - 1) for place, amount in so_far.items()})

    # ---------- groups

    def choose(self, drafts: dict[str, Draft], order: Order) -> list[Draft]:
        group = next((found for found in self.programme.groups if found.rules[0] in self.names_of_rules()), None)
        if group is None or not group.policy.startswith("choose"):
            return list(drafts.values())
        listed = [name for name in group.rules if name in drafts]
        alone = []
        for name in listed:
            tried = copied(drafts[name])
            self.settle(tried, order)
            alone.append(tried.sum())
        best = chosen(group.policy, alone)
        outside = [draft for name, draft in drafts.items() if name not in group.rules]
        return [drafts[name] for name in listed] + outside if best is None else [drafts[listed[best]], *outside]

    def names_of_rules(self) -> set[str]:
        return {rule.name for rule in self.programme.rules}

    # ---------- rounding and caps

    def settle(self, draft: Draft, order: Order) -> None:
        """Rounds once, then the caps of boosts, then those of the rule, narrow before wide."""
        self.round(draft, minimum=True)
        for place, name in sorted(enumerate(draft.names[1:], 1), key=lambda found: found[1]):
            boost = next(found for found in self.programme.boosts if found.name == name)
            if boost.cap and not (boost.cap.scope == "per line" and draft.rule.place == "per order"):
                self.lower(draft, [place], f"{name} {boost.cap.scope}", boost.cap, order)
        width = ("per line", "per order", "per member in calendar month")
        for cap in sorted(draft.rule.caps, key=lambda cap: width.index(cap.scope)):
            if not (cap.scope == "per line" and draft.rule.place == "per order"):
                self.lower(draft, range(len(draft.names)), f"{draft.rule.name} {cap.scope}", cap, order)

    def round(self, draft: Draft, *, minimum: bool) -> None:
        rule = draft.rule
        total = sum((amount for exact in draft.exact for amount in exact.values()), start=Fraction(0))
        by_part = [sum(exact.values(), start=Fraction(0)) for exact in draft.exact]
        if minimum and 0 < total < rule.minimum:
            draft.units = {WHOLE: split(rule.minimum, by_part)}
        elif rule.place == "per order":
            if self.programme.carry:
                total += self.remainders.get(rule.name, Fraction(0))
            units = max(0, rounded(total, rule.mode))
            draft.remainder = total - units if self.programme.carry else None
            draft.units = {WHOLE: split(units, by_part)}
        else:
            for place in draft.basis:
                parts = [exact.get(place, Fraction(0)) for exact in draft.exact]
                units = rounded(sum(parts, start=Fraction(0)), rule.mode)
                draft.units[place] = split(units, parts)
        draft.uncapped = [draft.of_part(part) for part in range(len(draft.names))]

    def lower(self, draft: Draft, parts: Sequence[int], name: str, cap: Cap, order: Order) -> None:
        if cap.scope == "per line":
            for row in draft.units.values():
                have = [row[part] for part in parts]
                if sum(have) > cap.units:
                    for part, units in zip(parts, split(cap.units, [Fraction(one) for one in have]), strict=True):
                        row[part] = units
            return
        cells = [(place, part) for place in sorted(draft.units) for part in parts]
        have = [draft.units[place][part] for place, part in cells]
        room = self.room(name, cap, sum(have), order)
        if cap.scope != "per order" and any(have):
            draft.asked.append((name, sum(have)))
        if room < sum(have):
            for (place, part), units in zip(cells, split(room, [Fraction(one) for one in have]), strict=True):
                draft.units[place][part] = units

    def room(self, name: str, cap: Cap, asked: int, order: Order) -> int:
        before = 0 if cap.scope == "per order" else self.month_sum(name, order.at)
        return min(cap.units, before + asked) - min(cap.units, before)

    def lower_together(self, drafts: list[Draft], name: str, cap: Cap, order: Order) -> None:
        have = [draft.sum() for draft in drafts]
        room = self.room(name, cap, sum(have), order)
        if cap.scope != "per order" and any(have):
            drafts[0].asked.append((name, sum(have)))
        if room < sum(have):
            for draft, units in zip(drafts, split(room, [Fraction(one) for one in have]), strict=True):
                cells = [(place, part) for place in sorted(draft.units) for part in range(len(draft.names))]
                kept = split(units, [Fraction(draft.units[place][part]) for place, part in cells])
                for (place, part), left in zip(cells, kept, strict=True):
                    draft.units[place][part] = left

    # ---------- posting

    def post(self, draft: Draft, order: Order) -> Given:
        units = draft.sum()
        if WHOLE in draft.units:
            exact = draft.weights()
            shares = dict(zip(exact, split(units, list(exact.values())), strict=True))
        else:
            shares = {place: sum(row) for place, row in draft.units.items()}
        if draft.remainder is not None:
            self.remainders[draft.rule.name] = draft.remainder
        self.asked += [(name, order.at, amount) for name, amount in draft.asked]
        if units:
            self.asked.append((f"{draft.rule.name} limit", order.at, 1))
            self.lots.append(Lot(units, midnight(self.last_day(order.at.date()) + timedelta(days=1))))
        boosts = {name: sum(row[part] for row in draft.units.values()) for part, name in enumerate(draft.names) if part}
        return Given(draft.rule.name, units, tuple(shares.get(place, 0) for place in range(len(order.lines))), boosts)

    def last_day(self, day: date) -> date:
        """So many months later, then the last day of that month."""
        months = day.year * 12 + day.month - 1 + self.programme.months + 1
        return date(months // 12, months % 12 + 1, 1) - timedelta(days=1)

    def month_sum(self, name: str, at: datetime) -> int:
        month = (at.year, at.month)
        return sum(amount for found, when, amount in self.asked if found == name and (when.year, when.month) == month)


# ---------- arithmetic


def trim(draft: Draft, parts: Sequence[int], cap: Cap) -> None:
    """No line gives more than the cap: what is above it is taken from its contributors in proportion."""
    for place in draft.basis:
        have = sum((draft.exact[part].get(place, Fraction(0)) for part in parts), start=Fraction(0))
        if have > cap.units:
            for part in parts:
                if place in draft.exact[part]:
                    draft.exact[part][place] *= Fraction(cap.units) / have


def copied(draft: Draft) -> Draft:
    return Draft(draft.rule, list(draft.names), [dict(one) for one in draft.exact], draft.basis, draft.used_basis)


def chosen(policy: str, values: Sequence[int]) -> int | None:
    giving = [place for place, value in enumerate(values) if value]
    if not giving:
        return None
    if policy == "choose largest for member":
        return min(giving, key=lambda place: (-values[place], place))
    if policy == "choose smallest for member":
        return min(giving, key=lambda place: (values[place], place))
    return giving[0]


def rounded(x: Fraction, mode: str) -> int:
    """To whole units, the same on both sides of zero."""
    if x < 0:
        return -rounded(-x, mode)
    low = floor(x)
    rest = x - low
    if mode == "down" or rest == 0:
        return low
    if mode == "up" or rest > Fraction(1, 2):
        return low + 1
    if rest < Fraction(1, 2):
        return low
    return low + 1 if mode == "half up" else low + low % 2


def split(total: int, weights: Sequence[Fraction]) -> list[int]:
    """Largest remainder, of equals the earlier first; equal shares where nothing weighs."""
    weighing = [max(weight, Fraction(0)) for weight in weights]
    if not any(weighing):
        weighing = [Fraction(1)] * len(weights)
    whole = sum(weighing, start=Fraction(0))
    exact = [total * weight / whole for weight in weighing]
    parts = [floor(one) for one in exact]
    order = sorted(range(len(parts)), key=lambda place: (parts[place] - exact[place], place))
    for place in order[: total - sum(parts)]:
        parts[place] += 1
    return parts


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
