"""Stage 13, its last step: what is given is lowered to what budgets have left, and taken out of them.

A budget is asked once for all that it covers in an occasion, after every other ceiling. What it did not give uses up
nothing of the ceilings before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final, NamedTuple, TypeAlias

from loyalty_rules.amounts import largest_remainder
from loyalty_rules.calendar import Period
from loyalty_rules.decision import BudgetUsed, Effect, Entry
from loyalty_rules.engine.ceilings import Ceiling, is_narrow, keep
from loyalty_rules.engine.parts import Posting
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.view import View
from loyalty_rules.engine.windows import Since, reach
from loyalty_rules.engine.worth import first_worth
from loyalty_rules.errors import DecisionError
from loyalty_rules.lang.checked import Budget, BudgetCap, Counts, Scope
from loyalty_rules.lang.conditions import FactOf, FieldOf, Owner
from loyalty_rules.member import NEVER
from loyalty_rules.records import Record, RecordedUse
from loyalty_rules.shared import SharedState, is_forgotten, moved, used

_PERIODS: Final = tuple(Period)
_SINCE: Final = Since(None, {})
#: What begins a value that no fact of a member has: that of a member without it, and what keeps the two apart.
_MARKS: Final = ("@", "=")

#: Kinds of occasions that no event tells: time brings them, and has to pass.
_BY_TIME: Final = frozenset({"tick", "time", "level", "posting"})

#: A rule and a purse.
Key: TypeAlias = tuple[str, str]


@dataclass(slots=True)
class Budgets:
    """What members share while a decision is made. `keys`: by edition, those of the newest one."""

    shared: SharedState
    keys: Sequence[tuple[Plan, Mapping[str, str]]]
    now: Plan | None = None  # of the edition that decides

    def called_now(self, key: str) -> str:
        """What the edition that decides calls the budget of a counter; "" where it has none."""
        budgets = () if self.now is None else self.now.checked.budgets.values()
        for budget in budgets:
            if self.now is not None and any(self.key(self.now, cap.key) == key for cap in budget.caps):
                return budget.name
        return ""

    def key(self, plan: Plan, key: str) -> str:
        """The name under which a cap of an edition is counted."""
        return next((names.get(key, key) for one, names in self.keys if one is plan), key)

    def left(self, plan: Plan, cap: BudgetCap, value: str, bucket: int) -> int:
        """What is left under a cap; nothing of a period that is forgotten."""
        key = self.key(plan, cap.key)
        if is_forgotten(self.shared, key, bucket):
            return 0
        return max(0, cap.units - used(self.shared, key, value, bucket))

    def check_known(self, key: str, bucket: int) -> None:
        """Raises `DecisionError` (`budget.forgotten`) where nothing may be taken out in a period any more."""
        if is_forgotten(self.shared, key, bucket):
            message = f"what was taken out of `{key.split(' ')[0]}` in the period of the event is forgotten"
            raise DecisionError("budget.forgotten", message)

    def move(self, key: str, value: str, bucket: int, amount: int) -> None:
        """Takes something out, or gives it back; to a period that is forgotten nothing comes back."""
        if not is_forgotten(self.shared, key, bucket):
            self.shared = moved(self.shared, key, value, bucket, amount)


class Share(NamedTuple):
    """Units of an award that a budget counts; `names`: the rule and the boosts whose units they are. Of goods that an
    offer acts on, `lines`: how many of each line."""

    rule: str
    purse: str
    names: tuple[str, ...]
    units: int
    lines: tuple[int, ...] = ()


@dataclass(slots=True)
class _Asked:
    """What a cap was asked in an occasion. `left` before it; `times`: how often it was asked."""

    value: str
    bucket: int
    left: int
    shares: dict[Key, int] = field(default_factory=dict)
    times: int = 0
    short: bool = False
    sold: bool = False  # a sale asked, of which all is given or nothing


def value_of(view: View, same: FieldOf | FactOf) -> str:
    """The value of `per same` on an occasion, "" where the order does not say it. Members who do not have a fact share
    with nobody."""
    found = view.value(same, None)
    value = found if isinstance(found, str) else ""
    if not isinstance(same, FactOf) or same.fact.owner is not Owner.MEMBER:
        return value
    return f"={value}" if value.startswith(_MARKS) else value or f"@{view.known.member}"


@dataclass(slots=True)
class Draw:
    """One occasion that draws on budgets, at an instant and its local date. What it takes is told once for all of its
    strata."""

    budgets: Budgets
    plan: Plan
    at: int
    day: int
    view: View | None = None  # that of an order has values for `per same`
    taken: dict[str, dict[Key, Share]] = field(default_factory=dict)
    asked: dict[str, _Asked] = field(default_factory=dict)  # by the key of the cap

    def covering(self, names: Iterable[str]) -> list[Budget]:
        """The budgets in force that cover any of these, those of shorter periods first, then by name."""
        budgets = {budget for name in names for budget in self.plan.budgets_of.get(name, ())}
        found = [self.plan.checked.budgets[name] for name in sorted(budgets)]
        return sorted((one for one in found if one.in_force(self.at)), key=_width_of)

    def _drawn(self) -> list[Budget]:
        """The budgets that were asked, in their order."""
        return sorted((self.plan.checked.budgets[name] for name in sorted(self.taken)), key=_width_of)

    def granted(self, budget: Budget, asks: Sequence[Share]) -> list[int]:
        """What a budget leaves of what it is asked, cap by cap."""
        units = [ask.units for ask in asks]
        before = self.taken.setdefault(budget.name, {})
        for cap in _in_order(budget):
            note = self._note(cap)
            note.times += 1
            for ask, wanted in zip(asks, units, strict=True):
                key = (ask.rule, ask.purse)
                note.shares[key] = note.shares.get(key, 0) + wanted
            together = _added(before, asks, units)
            if _cost(self.plan, budget, together) > note.left:
                note.short = True
                units = [0] * len(units) if budget.whole else self._fitting(budget, note.left, asks, units)
        return units

    def _note(self, cap: BudgetCap) -> _Asked:
        if cap.key not in self.asked:
            found = "" if self.view is None or cap.same is None else value_of(self.view, cap.same)
            bucket = reach(cap.window, self.day, _SINCE, self.plan.timeline).bucket
            if self.view is not None and self.view.occasion.kind not in _BY_TIME:
                self.budgets.check_known(self.budgets.key(self.plan, cap.key), bucket)
            self.asked[cap.key] = _Asked(found, bucket, self.budgets.left(self.plan, cap, found, bucket))
        return self.asked[cap.key]

    def _fitting(self, budget: Budget, left: int, asks: Sequence[Share], units: Sequence[int]) -> list[int]:
        """What fits into what is left, shared in proportion, in whole units."""
        before = {key: share.units for key, share in self.taken.get(budget.name, {}).items()}
        if budget.counts is Counts.TIMES:
            return [0] * len(units)
        if budget.counts is not Counts.MONEY:
            return list(largest_remainder(max(0, left - sum(before.values())), units))
        room = left - sum(
            (first_worth(self.plan, purse) * held for (_, purse), held in before.items()), start=Fraction(0)
        )
        prices = [first_worth(self.plan, ask.purse) for ask in asks]
        return _for_money(max(Fraction(0), room), prices, units)

    def take(self, budget: Budget, shares: Iterable[Share]) -> None:
        """What was given in the end is taken out of a budget."""
        held = self.taken.setdefault(budget.name, {})
        for share in shares:
            before = held.get((share.rule, share.purse))
            units = share.units + (before.units if before is not None else 0)
            held[share.rule, share.purse] = share._replace(units=units)

    # ---------- conversions

    def asked_for(self, rule: str, given: Mapping[str, int]) -> None:
        """Notes what a conversion would give, purse by purse, if budgets had enough left."""
        for budget, asks in self._asks(rule, given):
            self.taken.setdefault(budget.name, {})
            for cap in _in_order(budget):
                note = self._note(cap)
                note.times += 1
                note.shares |= {(ask.rule, ask.purse): ask.units for ask in asks}
                note.short = _cost(self.plan, budget, note.shares) > note.left

    def fits(self, rule: str, given: Mapping[str, int], *, whole: bool) -> bool:
        """Whether the budgets that are all or nothing, or those that give what is left, have so much left."""
        return all(
            _cost(self.plan, budget, {(ask.rule, ask.purse): ask.units for ask in asks}) <= self._note(cap).left
            for budget, asks in self._asks(rule, given)
            if budget.whole is whole
            for cap in _in_order(budget)
        )

    def give(self, rule: str, given: Mapping[str, int]) -> None:
        """Takes what a conversion gave."""
        for budget, asks in self._asks(rule, given):
            self.take(budget, asks)

    def sell(self, reward: str, units: int) -> bool:
        """Takes what of a reward is sold, where all budgets have so much left; whether they have."""
        found, fits = list(self._asks(reward, {reward: units})), True
        for budget, asks in found:
            together = _added(self.taken.setdefault(budget.name, {}), asks, [units])
            for cap in _in_order(budget):
                note = self._note(cap)
                note.times += 1
                note.sold = True
                note.shares[reward, reward] = note.shares.get((reward, reward), 0) + units
                if _cost(self.plan, budget, together) > note.left:
                    note.short, fits = True, False
        for budget, asks in found if fits else ():
            self.take(budget, asks)
        return fits

    def sellable(self, reward: str, units: int) -> int:
        """How many units of a reward, at most so many, all budgets have left to sell."""
        low, high = 0, units
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self._sells(reward, middle) else (low, middle - 1)
        return low

    def _sells(self, reward: str, units: int) -> bool:
        return all(
            _cost(self.plan, budget, _added(self.taken.get(budget.name, {}), asks, [units])) <= self._note(cap).left
            for budget, asks in self._asks(reward, {reward: units})
            for cap in _in_order(budget)
        )

    def _asks(self, rule: str, given: Mapping[str, int]) -> Iterator[tuple[Budget, list[Share]]]:
        for budget in self.covering((rule, *given)):
            asks = [
                Share(rule, purse, (rule,), units)
                for purse, units in sorted(given.items())
                if (rule in budget.covers or purse in budget.covers)
                and (budget.counts is not Counts.POINTS or purse == budget.purse)
            ]
            if any(ask.units for ask in asks):
                yield budget, asks

    # ---------- what it comes to

    def book(self, effects: list[Effect]) -> None:
        """Tells what was asked of budgets and given out of them, once all of the occasion is decided."""
        for budget in self._drawn():
            held = {key: share.units for key, share in self.taken.get(budget.name, {}).items()}
            cost = _cost(self.plan, budget, held)
            for cap in _in_order(budget):
                note = self.asked.get(cap.key)
                if note is None:
                    continue
                key = self.budgets.key(self.plan, cap.key)
                self.budgets.move(key, note.value, note.bucket, cost)
                asked = _cost(self.plan, budget, note.shares)
                if not asked:
                    continue
                low, high = _range(budget, note, asked)
                effects.append(
                    BudgetUsed(
                        *(budget.name, key, note.value, note.bucket, asked, cost),
                        *(note.left - cost, cap.units, low, high, self.at),
                    )
                )

    def recorded(self) -> tuple[RecordedUse, ...]:
        """What an order that may come back took, award by award."""
        found = []
        for budget in self._drawn():
            for cap in _in_order(budget):
                note = self.asked.get(cap.key)
                for share in self.taken.get(budget.name, {}).values() if note is not None else ():
                    price = first_worth(self.plan, share.purse) if budget.counts is Counts.MONEY else Fraction(1)
                    if note is not None and share.units:
                        found.append(
                            RecordedUse(
                                cap.key,
                                note.value,
                                note.bucket,
                                share.rule,
                                share.purse,
                                share.names,
                                share.units,
                                (price.numerator, price.denominator),
                                share.lines,
                            )
                        )
        return tuple(sorted(found))


def _width_of(budget: Budget) -> tuple[tuple[int, int], str]:
    return min(_width(cap) for cap in budget.caps), budget.name


def _width(cap: BudgetCap) -> tuple[int, int]:
    period = cap.window.period
    return (0, _PERIODS.index(period)) if period is not None else (1, 0)


def _in_order(budget: Budget) -> list[BudgetCap]:
    """Shorter periods first; of two caps for one counter the lower."""
    lowest: dict[str, BudgetCap] = {}
    for cap in budget.caps:
        if cap.key not in lowest or cap.units < lowest[cap.key].units:
            lowest[cap.key] = cap
    return sorted(lowest.values(), key=lambda cap: (_width(cap), cap.key))


def _added(before: Mapping[Key, Share], asks: Sequence[Share], units: Sequence[int]) -> dict[Key, int]:
    found = {key: share.units for key, share in before.items()}
    for ask, wanted in zip(asks, units, strict=True):
        found[ask.rule, ask.purse] = found.get((ask.rule, ask.purse), 0) + wanted
    return found


def _cost(plan: Plan, budget: Budget, units: Mapping[Key, int]) -> int:
    """What units of an occasion take out of a budget: money in whole coins, up; an occasion that gave something is one
    time."""
    prices = ((first_worth(plan, purse), held) for (_, purse), held in units.items())
    if budget.counts is Counts.MONEY:
        return cost_of(budget.counts, prices)
    return cost_of(budget.counts, ((Fraction(1), held) for held in units.values()))


def cost_of(counts: Counts, priced: Iterable[tuple[Fraction, int]]) -> int:
    """What units at their prices take out of a budget."""
    total = sum((price * held for price, held in priced), start=Fraction(0))
    return int(total > 0) if counts is Counts.TIMES else -((-total.numerator) // total.denominator)


def _for_money(room: Fraction, prices: Sequence[Fraction], units: Sequence[int]) -> list[int]:
    """Units that are worth no more than `room` together, in proportion; what is left over buys one more unit where the
    largest part of one is missing."""
    total = sum((price * wanted for price, wanted in zip(prices, units, strict=True)), start=Fraction(0))
    exact = [wanted * room / total for wanted in units] if total else [Fraction(0)] * len(units)
    kept = [min(wanted, share.numerator // share.denominator) for share, wanted in zip(exact, units, strict=True)]
    left = room - sum((price * held for price, held in zip(prices, kept, strict=True)), start=Fraction(0))
    for place in sorted(range(len(units)), key=lambda at: (kept[at] - exact[at], at)):
        if kept[place] < units[place] and 0 < prices[place] <= left:
            kept[place] += 1
            left -= prices[place]
    return kept


def _range(budget: Budget, note: _Asked, asked: int) -> tuple[int, int]:
    """The least and the most that may be left for the same to be given: all of it where enough was left, nothing where
    it is all or nothing, else exactly so much."""
    if not note.short:
        return asked, NEVER
    if (budget.whole or note.sold) and note.times == 1:
        return 0, asked - 1
    return note.left, note.left


# ---------- awards


def lower_to_budgets(view: View, draw: Draw, postings: Sequence[Posting], found: Iterable[Ceiling]) -> None:
    """Lowers what awards post together to what budgets have left. `found`: the ceilings that they passed."""
    before = [posting.units for posting in postings]
    places = _places(view.plan, postings)
    covered: list[tuple[Budget, list[tuple[int, tuple[int, ...]]]]] = []
    for budget in draw.covering(places):
        at = sorted({place for name in budget.covers for place in places.get(name, ())})
        targets = list(_targets(budget, postings, at))
        asks = [_share(postings[place], parts) for place, parts in targets]
        if not any(ask.units for ask in asks):
            continue
        covered.append((budget, targets))
        for (place, parts), ask, units in zip(targets, asks, draw.granted(budget, asks), strict=True):
            if units < ask.units:
                keep(postings[place], parts, units)
                postings[place].entries.append(Entry("budget", budget.name, Fraction(units - ask.units)))
                postings[place].short = budget.name
                postings[place].cut.update(parts)
    for budget, targets in covered:
        draw.take(budget, (_share(postings[place], parts) for place, parts in targets))
    _not_used(view, postings, found, before)


def _places(plan: Plan, postings: Sequence[Posting]) -> dict[str, list[int]]:
    """Where something is given by what a budget covers: by rule, boost and reward, the places of the awards."""
    found: dict[str, list[int]] = {}
    for place, posting in enumerate(postings):
        for name in dict.fromkeys((*posting.names, posting.award.purse)) if posting.granted else ():
            if name in plan.budgets_of:
                found.setdefault(name, []).append(place)
    return found


def _targets(budget: Budget, postings: Sequence[Posting], at: Iterable[int]) -> Iterator[tuple[int, tuple[int, ...]]]:
    """The awards that a budget counts, each with its parts: all of a rule that it covers, else its boosts that are."""
    covers = frozenset(budget.covers)
    for place in at:
        posting = postings[place]
        purse = posting.award.purse
        if not posting.granted or (budget.counts is Counts.POINTS and purse != budget.purse):
            continue
        whole = purse in covers or (posting.award.rule in covers and posting.award.rule not in budget.partly)
        parts = tuple(number for number, name in enumerate(posting.names) if whole or name in covers)
        if parts:
            yield place, parts


def _share(posting: Posting, parts: Sequence[int]) -> Share:
    names = tuple(posting.names[part] for part in parts)
    return Share(posting.award.rule, posting.award.purse, names, _units(posting.units, parts))


def _units(units: Sequence[int], parts: Iterable[int]) -> int:
    return sum(units[part] for part in parts)


def _not_used(
    view: View, postings: Sequence[Posting], found: Iterable[Ceiling], before: Sequence[Sequence[int]]
) -> None:
    """What a budget did not give counts in no cap over a period: of an award that was cut, the cap counts what was
    given."""
    for cap, targets, counter in found:
        wide = [target for target in targets if not is_narrow(cap, postings[target.award].award)]
        less = 0
        for award, parts in wide if cap.scope is not Scope.LINE else ():
            posting = postings[award]
            then, now = _units(before[award], parts), _units(posting.units, parts)
            if now < then:
                less += posting.counted.get(counter, then) - now
        if less:
            view.asked[counter] = view.asked.get(counter, 0) - less
            first = postings[wide[0].award]
            first.uses = [one._replace(amount=one.amount - less) if one.key == counter else one for one in first.uses]


# ---------- of an order that may come back


def most_of(posting: Posting) -> tuple[int, ...]:
    """What each part of an award may give at most from now on, because a budget gave no more; -1 for no bound."""
    return tuple(units if part in posting.cut else -1 for part, units in enumerate(posting.units))


def keep_most(record: Record, posting: Posting) -> None:
    """Lowers what an order asks to what budgets gave it, or what earlier returns have left of that."""
    key = (posting.award.rule, posting.award.purse)
    for award in record.awards:
        if (award.rule, award.purse) != key or not award.most:
            continue
        bounds = dict(zip(award.names, award.most, strict=True))
        for part, name in enumerate(posting.names):  # a boost whose lines came back acts no more
            if 0 <= bounds.get(name, -1) < posting.units[part]:
                keep(posting, [part], bounds[name])
