"""An adjustment by hand: units that come or go without a rule, and who said so."""

from __future__ import annotations

from loyalty_rules.amounts import MICRO
from loyalty_rules.decision import Effect, PointsAdjusted
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.tickets import closed_draw
from loyalty_rules.errors import InputError, shown
from loyalty_rules.events import Adjustment
from loyalty_rules.ledger import lots, spending
from loyalty_rules.member import ADJUSTMENT, Lot, MemberState, Purse, Take
from loyalty_rules.records import Debit
from loyalty_rules.settlement.giving.posting import put
from loyalty_rules.settlement.knowing import joined_lots
from loyalty_rules.settlement.spending import overdraft
from loyalty_rules.settlement.timing.lives import life


def units_of(plan: Plan, event: Adjustment) -> int:
    """What is to come or go, in smallest units of the purse. Raises `InputError` for an adjustment that makes no
    sense in this programme: `purse.unknown`, `purse.kept`, `amount.decimals`, `adjustment.zero`,
    `adjustment.unsigned`."""
    purse = plan.checked.purses.get(event.purse)
    if purse is None:
        raise InputError("purse.unknown", f"the programme has no purse `{shown(event.purse)}`", "purse")
    if purse.kept_by:
        message = f"`{purse.kept_by}` keeps the balance of `{purse.name}`: adjust it there"
        raise InputError("purse.kept", message, "purse")
    units, rest = divmod(event.amount * int(10**purse.decimals), MICRO)
    if rest:
        message = f"an amount of `{purse.name}` has at most {purse.decimals} decimals"
        raise InputError("amount.decimals", message, "amount")
    if not units:
        raise InputError("adjustment.zero", "an adjustment gives or takes something", "amount")
    for name, value in (("reason", event.reason), ("actor", event.actor)):
        if not value.strip():
            raise InputError("adjustment.unsigned", "an adjustment says why it is made and who makes it", name)
    return units


def adjusted(plan: Plan, member: MemberState, event: Adjustment, effects: list[Effect]) -> MemberState:
    """What comes is a lot with the life of the purse, as far as the purse may hold it; what goes is taken from usable
    lots in the order of the purse, the oldest first where it says none, and no further below zero than it says."""
    asked, at = units_of(plan, event), event.at
    purse = next((one for one in member.purses if one.name == event.purse), Purse(event.purse, ()))
    lived = life(plan, purse, None, at)
    parts: tuple[tuple[str, int], ...] = ()
    gone: list[Effect] = []
    if asked > 0:
        most = plan.checked.purses[event.purse].hold_at_most
        units = asked if most is None else max(0, min(asked, most - lots.held(purse)))
        units = 0 if closed_draw(plan, event.purse, at) else units
        if units:
            parts = ((ADJUSTMENT, units),)
            number = member.decisions + 1
            lot = Lot(number, at, lived.usable, lived.expires, units, parts, lived.idle, lived.latest)
            purse = joined_lots(plan, put(purse, lot, at, gone), at, member)
    else:
        most = min(-asked, spending.available(purse, at))
        purse, debits = spending.spend(purse, most, at, plan.checked.purses[event.purse].take or Take.OLDEST)
        purse, owed = overdraft.borrow(plan, purse, -asked - most, at, member.decisions + 1)
        units, parts = -most - sum(debit.units for debit in owed), _by_rule((*debits, *owed))
    life_told = (lived.usable, lived.expires)
    effects.append(PointsAdjusted(event.purse, asked, units, at, *life_told, parts, event.reason, event.actor))
    effects += gone
    others = tuple(one for one in member.purses if one.name != event.purse)
    return member._replace(purses=tuple(sorted((*others, purse), key=lambda one: one.name)))


def _by_rule(debits: tuple[Debit, ...]) -> tuple[tuple[str, int], ...]:
    units: dict[str, int] = {}
    for debit in debits:
        for rule, part in debit.parts:
            units[rule] = units.get(rule, 0) + part
    return tuple(sorted(units.items()))
