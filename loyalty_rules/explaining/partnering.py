"""What is settled with partners: what was given and came back of what they pay for, what expired of it, and what points
paid at their tills, period by period. Units and money are those of the effects, so lines add up to the postings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final, NamedTuple

from loyalty_rules.amounts import Rounding, round_exact
from loyalty_rules.decision import (
    CostShared,
    Effect,
    PointsAwarded,
    PointsCaptured,
    PointsConverted,
    PointsExpired,
    PointsGivenAgain,
    PointsGivenBack,
    PointsRedeemed,
    PointsTaken,
    PointsTakenBack,
)
from loyalty_rules.engine.plan import Plan
from loyalty_rules.events import Cancellation, Purchase, Return
from loyalty_rules.explaining.account import Names, Stated
from loyalty_rules.lang.checked import Partner
from loyalty_rules.records import Debit, Funding, partner_in
from loyalty_rules.settlement.editions import currency_of

#: The number of the only period of a partner with whom nothing says when it is settled.
_WHOLE: Final = 0


class PartnerLine(NamedTuple):
    """One partner and purse in one period, from its `first` date to its `last`; None for the whole history. Units are
    signed like flows: `given` above zero, `back`, `expired` and `redeemed` below. Money in minor units: `paid` is what
    points paid at its tills, which it is owed, `owes` what it pays for what was given and did not come back, as far as
    that is more than `prepaid` was left; None where no price is agreed. `left` is what of the latter is left then.
    `currency` is that of the orders at its tills, "" for the programme's first one: each has a line of its own."""

    partner: str
    purse: str
    first: int | None
    last: int | None
    given: int
    back: int
    expired: int
    redeemed: int
    paid: int
    owes: int | None
    left: int | None
    currency: str = ""


class CostLine(NamedTuple):
    """What one partner bears of what an offer or a reward cost in one period, less what came back in it: `money` in
    minor units that was taken off or paid, `rights` that were handed over. Dates and `currency` as in `PartnerLine`."""

    partner: str
    rule: str
    first: int | None
    last: int | None
    money: int
    rights: int
    currency: str = ""


class FunderFigures(NamedTuple):
    """What one partner pays for of a purse: what was given in the history less what came back, what is held of what was
    ever given, and what became of it. `breakage` as that of the purse."""

    partner: str
    given: int
    held: int
    breakage: Fraction | None


@dataclass(slots=True)
class _Moved:
    given: int = 0
    back: int = 0
    expired: int = 0
    redeemed: int = 0
    paid: int = 0


@dataclass(slots=True)
class PartnerHistory:
    """What decisions did to what partners pay for, and at their tills, added up as they come."""

    plan: Plan
    names: Names
    moved: dict[tuple[str, str, int, str], _Moved] = field(default_factory=dict)
    spent: dict[tuple[str, str], int] = field(default_factory=dict)
    borne: dict[tuple[str, str, int, str], tuple[int, int]] = field(default_factory=dict)  # money and rights, by rule

    def take(self, decision: Stated) -> None:
        if not self.plan.checked.partners:
            return
        now = self.names(decision.member)
        at = decision.event.at
        till = self._till(decision)
        code = currency_of(decision.event, decision.before)
        code = code if code in self.plan.checked.elsewhere else ""
        for effect in decision.effects:
            if isinstance(effect, CostShared):
                self._bear(effect, now, code)
            purse = getattr(effect, "purse", "")
            purse = now.get(purse, purse)
            if purse not in self.plan.checked.purses:
                continue  # a purse that the file no longer has is in no figure
            for partner, units in _paid_for(effect):
                moved = self._moved(now.get(partner, partner), purse, _instant(effect, at))
                if isinstance(effect, PointsExpired):
                    moved.expired -= units
                elif isinstance(effect, PointsTakenBack):
                    moved.back -= units
                elif isinstance(effect, PointsGivenAgain) or units < 0:
                    moved.back += units
                else:
                    moved.given += units
            for partner, units in _spent(effect):
                key = (now.get(partner, partner), purse)
                self.spent[key] = self.spent.get(key, 0) + units
            if till and isinstance(effect, PointsRedeemed | PointsGivenBack):
                sign = 1 if isinstance(effect, PointsRedeemed) else -1
                moved = self._moved(till, purse, effect.at, code)
                moved.redeemed -= sign * effect.units
                moved.paid += sign * effect.value

    def _moved(self, partner: str, purse: str, at: int, currency: str = "") -> _Moved:
        return self.moved.setdefault((partner, purse, self._number(partner, at), currency), _Moved())

    def _bear(self, effect: CostShared, now: Mapping[str, str], currency: str) -> None:
        for told, units in effect.funding:
            partner = now.get(told, told)
            key = (partner, now.get(effect.rule, effect.rule), self._number(partner, effect.at), currency)
            money, rights = self.borne.get(key, (0, 0))
            self.borne[key] = (money, rights + units) if effect.rights else (money + units, rights)

    def _number(self, partner: str, at: int) -> int:
        """The number of the period of a partner in which something happened."""
        declared = self.plan.checked.partners.get(partner)
        period = None if declared is None else declared.settles
        timeline = self.plan.timeline
        return _WHOLE if period is None else timeline.number(period, timeline.day(at))

    def _till(self, decision: Stated) -> str:
        """The partner at whose till the order of an event was; "" for none."""
        match decision.event:
            case Purchase(merchant=merchant):
                pass
            case Return(order=order) | Cancellation(order=order):
                told = (record.told for record in decision.before.records if record.order == order)
                merchant = next((one.merchant for one in told), "")
            case _:
                return ""
        partners = self.plan.checked.partners.values()
        return next((one.name for one in partners if merchant in one.merchants), "")

    # ---------- figures

    def lines(self) -> tuple[PartnerLine, ...]:
        """The lines of all partners, by partner, period and purse."""
        found: list[PartnerLine] = []
        for name in sorted({partner for partner, _, _, _ in self.moved}):
            found += self._of_partner(name, self.plan.checked.partners.get(name))
        return tuple(found)

    def costs(self) -> tuple[CostLine, ...]:
        """What partners bear of offers and rewards, by partner, period and rule."""
        keys = sorted(self.borne, key=lambda key: (key[0], key[2], key[1], key[3]))
        partners = self.plan.checked.partners
        return tuple(
            CostLine(*key[:2], *self._dates(partners.get(key[0]), key[2]), *self.borne[key], currency=key[3])
            for key in keys
        )

    def _of_partner(self, name: str, partner: Partner | None) -> Iterator[PartnerLine]:
        owed, before = Fraction(0), 0
        own = sorted((number, purse, code) for one, purse, number, code in self.moved if one == name)
        for number, purse, code in own:
            moved = self.moved[name, purse, number, code]
            owes = left = None
            if partner is not None and partner.purse == purse and not code:
                owed += (moved.given + moved.back) * partner.price
                beyond = owed - partner.prepaid
                due = _money(max(Fraction(0), beyond) if partner.prepaid else beyond)
                owes, before = due - before, due
                left = _money(max(Fraction(0), -beyond)) if partner.prepaid else None
            first, last = self._dates(partner, number)
            units = (moved.given, moved.back, moved.expired, moved.redeemed)
            yield PartnerLine(name, purse, first, last, *units, moved.paid, owes, left, code)

    def _dates(self, partner: Partner | None, number: int) -> tuple[int | None, int | None]:
        if partner is None or partner.settles is None:
            return None, None
        timeline = self.plan.timeline
        return timeline.first(partner.settles, number), timeline.first(partner.settles, number + 1) - 1

    def funders(self, purse: str, parts: Iterable[tuple[str, int]]) -> tuple[FunderFigures, ...]:
        """What partners pay for of a purse. `parts`: of what all members hold of it."""
        held: dict[str, int] = {}
        for part, units in parts:
            held[partner_in(part)] = held.get(partner_in(part), 0) + units
        known = {partner for partner, into, _, _ in self.moved if into == purse} | held.keys()
        return tuple(self._figures(partner, purse, held.get(partner, 0)) for partner in sorted(known - {""}))

    def _figures(self, partner: str, purse: str, held: int) -> FunderFigures:
        own = [moved for (name, into, _, _), moved in self.moved.items() if (name, into) == (partner, purse)]
        expired = -sum(one.expired for one in own)
        gone = expired + self.spent.get((partner, purse), 0)
        given = sum(one.given + one.back for one in own)
        return FunderFigures(partner, given, held, Fraction(expired, gone) if gone else None)


def _money(amount: Fraction) -> int:
    """Minor units, rounded half up."""
    return round_exact(amount, Rounding.HALF_UP)


def _paid_for(effect: Effect) -> Funding:
    match effect:
        case PointsAwarded() | PointsConverted() | PointsTakenBack() | PointsGivenAgain():
            return effect.funding
        case PointsExpired():
            return tuple((partner_in(part), units) for part, units in effect.parts if partner_in(part))
        case _:
            return ()


def _instant(effect: Effect, at: int) -> int:
    match effect:
        case PointsAwarded() | PointsConverted() | PointsExpired():
            return effect.at
        case _:
            return at


def _spent(effect: Effect) -> Iterator[tuple[str, int]]:
    """What was spent, or came back unspent, by who had paid for it."""
    match effect:
        case PointsRedeemed(debits=debits) | PointsTaken(debits=debits) | PointsCaptured(debits=debits):
            yield from _by_partner(debits)
        case PointsGivenBack(debits=debits):
            yield from ((partner, -units) for partner, units in _by_partner(debits))
        case _:
            pass


def _by_partner(debits: Iterable[Debit]) -> Iterator[tuple[str, int]]:
    for debit in debits:
        yield from ((partner_in(part), units) for part, units in debit.parts if partner_in(part))
