"""What members hold, and what became of what they were given: the figures of all members together, purse by purse.

`liability` is what the units that are held are worth, those that are set aside to pay included, less what is owed.
Figures of a history are signed: what came is above zero, what went below.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final, NamedTuple

from loyalty_rules.amounts import Rounding, round_exact
from loyalty_rules.decision import PointsRedenominated
from loyalty_rules.engine.plan import Plan
from loyalty_rules.explaining.account import Names, Reason, Stated, by_rule, movements
from loyalty_rules.explaining.partnering import CostLine, FunderFigures, PartnerHistory, PartnerLine
from loyalty_rules.ledger.renaming import renamed
from loyalty_rules.member import NEVER, Lot, MemberState, Purse

#: Days after which an age, or the time until an end, falls into the next band; behind the last one is all the rest.
BANDS: Final = (30, 90, 180, 365)
#: What is spent: the units went for something.
_SPENT: Final = frozenset({Reason.REDEEMED, Reason.CONVERTED, Reason.CAPTURED})
#: What is set aside is still held, until it is captured.
_ASIDE: Final = frozenset({Reason.RESERVED, Reason.RELEASED})


def moves(reason: Reason) -> bool:
    """Whether units came to all members together, or went from them."""
    return reason is Reason.CAPTURED or (reason.moves and reason not in _ASIDE)


class Band(NamedTuple):
    """Units earned, or ending, within so many days; 0 for all later ones, -1 for those that never end."""

    days: int
    units: int


class RuleFigures(NamedTuple):
    """What one rule gave in the history, and what is held of what it ever gave."""

    rule: str
    given: int
    held: int


class PurseFigures(NamedTuple):
    """One purse of all members at the instant of the settlement. `worth` in minor units of money, None where the purse
    says no worth."""

    purse: str
    members: int  # that hold or owe anything
    usable: int
    pending: int
    reserved: int
    owed: int
    worth: int | None
    ages: tuple[Band, ...]
    ends: tuple[Band, ...]
    flows: tuple[tuple[Reason, int], ...]
    breakage: Fraction | None  # the share that expired, of what was spent or expired; None where nothing was
    rules: tuple[RuleFigures, ...]
    funders: tuple[FunderFigures, ...] = ()


class BudgetFigures(NamedTuple):
    """What was taken out of a budget in one period, for one value of `per same`, and what is left, in the smallest unit
    of what it counts. `key` and `bucket` as in the shared value."""

    budget: str
    key: str
    value: str
    bucket: int
    used: int
    left: int


class Settlement(NamedTuple):
    """All purses of all members at one instant, and what they have taken out of budgets."""

    at: int
    members: int
    purses: tuple[PurseFigures, ...]
    budgets: tuple[BudgetFigures, ...] = ()
    partners: tuple[PartnerLine, ...] = ()
    costs: tuple[CostLine, ...] = ()


@dataclass(slots=True)
class History:
    """What decisions did to purses, added up as they come. `names` gives those of today."""

    names: Names
    flows: dict[tuple[str, Reason], int] = field(default_factory=dict)
    given: dict[tuple[str, str], int] = field(default_factory=dict)
    spent: dict[str, int] = field(default_factory=dict)

    def take(self, decision: Stated) -> None:
        now = self.names(decision.member)
        for effect in decision.effects:
            for moved in movements(effect, decision.event.at):
                if isinstance(effect, PointsRedenominated):
                    moved = moved._replace(units=moved.units + effect.aside_after - effect.aside_before)
                if moves(moved.reason):
                    purse, rule = now.get(moved.purse, moved.purse), now.get(moved.rule, moved.rule)
                    self._add(purse, rule, moved.reason, moved.units)

    def _add(self, purse: str, rule: str, reason: Reason, units: int) -> None:
        self.flows[purse, reason] = self.flows.get((purse, reason), 0) + units
        if units > 0 and reason in (Reason.GIVEN, Reason.CONVERTED):
            self.given[purse, rule] = self.given.get((purse, rule), 0) + units
        if units < 0 and reason in _SPENT:
            self.spent[purse] = self.spent.get(purse, 0) - units


def settlement(
    plan: Plan,
    members: Iterable[MemberState],
    at: int,
    history: History,
    budgets: Iterable[BudgetFigures] = (),
    partners: PartnerHistory | None = None,
) -> Settlement:
    """The figures of members who all stand at one instant, after a history."""
    count = 0
    held: dict[str, list[Purse]] = {}
    for member in members:
        count += 1
        now = history.names(member)
        for purse in member.purses:
            renamed = _renamed(purse, now)
            held.setdefault(renamed.name, []).append(renamed)
    names = sorted(plan.checked.purses)
    figures = tuple(_figures(plan, name, held.get(name, []), at, history) for name in names)
    if partners is None:
        return Settlement(at, count, figures, tuple(budgets))
    paid = (one._replace(funders=_funders(partners, one.purse, held)) for one in figures)
    return Settlement(at, count, tuple(paid), tuple(budgets), partners.lines(), partners.costs())


def _funders(partners: PartnerHistory, purse: str, held: Mapping[str, list[Purse]]) -> tuple[FunderFigures, ...]:
    lots = [lot for one in held.get(purse, []) for lot in (*one.lots, *_aside(one))]
    return partners.funders(purse, (part for lot in lots for part in lot.parts))


def _renamed(purse: Purse, now: Mapping[str, str]) -> Purse:
    return renamed(MemberState("", "", 0, 0, None, (), (), (purse,), (), (), None, None, ()), now, {}).purses[0]


def _aside(purse: Purse) -> list[Lot]:
    """What is set aside, as the lots from which it was taken."""
    debits = [debit for one in purse.reserved for debit in one.debits]
    return [Lot(one.number, one.earned, one.usable, one.expires, one.units, one.parts) for one in debits]


def _figures(plan: Plan, name: str, purses: list[Purse], at: int, history: History) -> PurseFigures:
    lots = [lot for purse in purses for lot in purse.lots]
    usable = sum(lot.left for lot in lots if lot.usable <= at)
    pending = sum(lot.left for lot in lots if lot.usable > at)
    aside = [lot for purse in purses for lot in _aside(purse)]
    reserved = sum(lot.left for lot in aside)
    lots += aside
    owed = sum(purse.debt for purse in purses)
    declared = plan.checked.purses[name]
    rate = Fraction(1) if declared.currency else declared.worth
    expired = -history.flows.get((name, Reason.EXPIRED), 0)
    gone = expired + history.spent.get(name, 0)
    return PurseFigures(
        name,
        sum(bool(purse.lots or purse.reserved or purse.debt) for purse in purses),
        usable,
        pending,
        reserved,
        owed,
        None if rate is None else round_exact((usable + pending + reserved - owed) * rate, Rounding.HALF_UP),
        _ages(plan, lots, at),
        _ends(plan, lots, at),
        tuple((one, history.flows[name, one]) for one in Reason if history.flows.get((name, one))),
        Fraction(expired, gone) if gone else None,
        _rules(name, lots, history),
    )


def _band(days: int) -> int:
    return next((edge for edge in BANDS if days <= edge), 0)


def _ages(plan: Plan, lots: Iterable[Lot], at: int) -> tuple[Band, ...]:
    today = plan.timeline.day(at)
    return _bands((_band(today - plan.timeline.day(lot.earned)), lot.left) for lot in lots)


def _ends(plan: Plan, lots: Iterable[Lot], at: int) -> tuple[Band, ...]:
    """By the last date on which units are valid."""
    today = plan.timeline.day(at)
    return _bands(
        (-1 if lot.expires >= NEVER else _band(plan.timeline.day(lot.expires - 1) - today), lot.left) for lot in lots
    )


def _bands(parts: Iterable[tuple[int, int]]) -> tuple[Band, ...]:
    units: dict[int, int] = {}
    for band, left in parts:
        units[band] = units.get(band, 0) + left
    return tuple(Band(band, units[band]) for band in (*BANDS, 0, -1) if band in units)


def _rules(purse: str, lots: Iterable[Lot], history: History) -> tuple[RuleFigures, ...]:
    held: dict[str, int] = {}
    for lot in lots:
        for rule, units in by_rule(lot.parts):
            held[rule] = held.get(rule, 0) + units
    given = {rule: units for (into, rule), units in history.given.items() if into == purse}
    return tuple(RuleFigures(rule, given.get(rule, 0), held.get(rule, 0)) for rule in sorted({*given, *held}))
