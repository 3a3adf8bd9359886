"""Decisions as JSON: what happened, the balances and levels after, and on request why."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final

from loyalty_rules.adapters.wire import challenges, choices
from loyalty_rules.adapters.wire.accounts import debit_data, merged_data, redenominated_data, transferred_data
from loyalty_rules.adapters.wire.codes import code_data
from loyalty_rules.adapters.wire.discounts import cost_data, discount_data, gift_data
from loyalty_rules.adapters.wire.events import amount_text, dumped, filled, zone_of
from loyalty_rules.adapters.wire.fields import document
from loyalty_rules.adapters.wire.measured import decimals_of
from loyalty_rules.adapters.wire.members import decided_later, end_text, parts_text
from loyalty_rules.adapters.wire.memberships import effect_data, memberships_data
from loyalty_rules.adapters.wire.models import DecisionModel
from loyalty_rules.adapters.wire.perks import used_data
from loyalty_rules.adapters.wire.reading import Plain
from loyalty_rules.adapters.wire.referrals import follow_up_data, referral_effect_data
from loyalty_rules.adapters.wire.shared import budget_used
from loyalty_rules.amounts import format_units
from loyalty_rules.calendar import Zone, format_instant
from loyalty_rules.choices import ChoiceEffect
from loyalty_rules.completions import ChallengeCompleted, CompletionTakenBack, MissForgiven
from loyalty_rules.decision import (
    AccountMerged,
    BudgetUsed,
    CostShared,
    DebtPaid,
    DiscountGiven,
    Effect,
    ExpiryMoved,
    ExpiryWaits,
    FalseCondition,
    FriendInvited,
    GiftAdded,
    GiftTakenBack,
    GoodsReturned,
    InvitedBy,
    LevelAssigned,
    LevelAtRisk,
    LevelChanged,
    LevelKept,
    LevelTook,
    NotReturnable,
    OptedIn,
    PerkUsed,
    PointsActivated,
    PointsAdjusted,
    PointsAwarded,
    PointsCaptured,
    PointsConverted,
    PointsExpired,
    PointsGivenAgain,
    PointsGivenBack,
    PointsReceived,
    PointsRedeemed,
    PointsRedenominated,
    PointsReleased,
    PointsReserved,
    PointsTaken,
    PointsTakenBack,
    PointsTransferred,
    PromiseTrace,
    ReservationReleased,
    RuleTrace,
)
from loyalty_rules.errors import expect
from loyalty_rules.events import Purchase, Tick
from loyalty_rules.ledger.standings import stands
from loyalty_rules.member import NEVER
from loyalty_rules.programme import Decision, Programme
from loyalty_rules.text import line_order_key

#: The most decimals of an exact amount; what they cannot hold is written as a fraction.
_EXACT_DECIMALS: Final = 12


def write_decision(decision: Decision, trace: bool = False) -> str:
    """The decision as one line of canonical JSON; with `trace`, one record per rule, fired or not, and one per
    promise that was asked, kept or broken.

    Amounts are decimal strings in the purse's or the currency's own decimals, instants carry the offset of the
    programme's zone. Raises `InputError` (`call.type`).
    """
    expect(decision, Decision, "a decision is")
    return dumped(decision_data(decision, trace))


def read_decision(text: str | bytes) -> dict[str, Plain]:
    """A stored decision as plain data, checked against its model. It is for showing and comparing: what it was made
    from is not in it. Raises `InputError` like `read_event`."""
    return document(DecisionModel, text)


def decision_data(decision: Decision, trace: bool = False) -> dict[str, Any]:
    """The decision as plain data."""
    programme, event, member = decision.programme, decision.event, decision.member
    zone = zone_of(programme)
    data: dict[str, Any] = {
        "event": None if isinstance(event, Tick) else event.id,
        "kind": event.kind,
        "member": member.member,
        "at": format_instant(event.at, zone),
        "outcome": decision.outcome,
        **filled(refused=None if decision.refused is None else _refused(decision.refused)),
        "programme": {"name": programme.title, "fingerprint": programme.fingerprint},
        "effects": [_effect(effect, decision) for effect in decision.effects],
        "balances": {name: _balance(decision, name) for name in sorted(programme.checked.purses_held)},
        "standing": {name: _standing(decision, name) for name in sorted(programme.checked.ladders)},
        **filled(progress=challenges.progress_data(challenges.progress_of(programme, member), programme, decimals_of)),
        **filled(memberships=memberships_data(programme, member, zone)),
        **filled(**choices.of_member(member, programme)),
        "follow_ups": [follow_up_data(event, zone) for event in decision.follow_ups],
    }
    if isinstance(event, Purchase) and (event.redeem or programme.plan.offers) and decision.to_pay is not None:
        data["to_pay"] = format_units(decision.to_pay, programme.checked.exponent)
    if decision.refund is not None:
        data["refund"] = format_units(decision.refund, programme.checked.exponent)
    data |= filled(codes=[code_data(code) for code in decision.codes])
    if decision.programme.tells:
        data["messages"] = [message._asdict() for message in decision.messages]
    if trace:
        data["trace"] = [_record(record, programme) for record in decision.trace]
        data |= filled(promises=[_promise(record, programme) for record in decision.promises])
    return data


def _balance(decision: Decision, purse: str) -> dict[str, str]:
    decimals = decision.programme.checked.purses[purse].decimals
    balance = decision.programme.balance(decision.member, purse)
    data = {"usable": format_units(balance.usable, decimals), "pending": format_units(balance.pending, decimals)}
    aside = sum(one.units for held in decision.member.purses if held.name == purse for one in held.reserved)
    return data | ({"reserved": format_units(aside, decimals)} if aside else {})


def _standing(decision: Decision, ladder: str) -> dict[str, Any]:
    programme, member = decision.programme, decision.member
    to_next = {
        distance.level: format_units(distance.missing, decimals_of(distance.measure, programme))
        for distance in programme.to_next(member, ladder)
    }
    data: dict[str, Any] = {"level": programme.level(member, ladder) or None, **filled(to_next=to_next)}
    keeping = programme.to_keep(member, ladder)
    if keeping is not None:
        missing = format_units(keeping.missing, decimals_of(keeping.measure, programme))
        data["to_keep"] = {"missing": missing, "review": format_instant(keeping.review, zone_of(programme))}
    held = programme.counter(member, ladder)
    if held is not None:
        data["counter"] = format_units(held.units, decimals_of(held.measure, programme))
    found = stands(member, ladder)
    if found.floors and (found.level or None) != data["level"]:
        data["earned"] = found.level
    data.update(filled(**decided_later(found, programme)))
    return data


# ---------------------------------------------------------------- effects


def _effect(effect: Effect, decision: Decision) -> dict[str, Any]:
    zone = zone_of(decision.programme)
    purses, exponent = decision.programme.checked.purses, decision.programme.checked.exponent
    data: dict[str, Any] = {"kind": effect.kind}
    match effect:
        case PointsAwarded():
            data |= _awarded(effect, decision)
        case PointsActivated() | PointsReleased() | ExpiryMoved() | ExpiryWaits():
            data |= _of_life(effect, decision)
        case PointsExpired():
            decimals = purses[effect.purse].decimals
            data |= {"points": effect.purse, "units": format_units(effect.units, decimals)}
            data |= {"at": format_instant(effect.at, zone), "parts": parts_text(effect.parts, decimals)}
        case PointsTaken():
            decimals = purses[effect.purse].decimals
            data |= {"rule": effect.rule, "points": effect.purse, "units": format_units(effect.units, decimals)}
            data["at"] = format_instant(effect.at, zone)
            data["debits"] = [debit_data(debit, decimals, zone) for debit in effect.debits]
        case PointsRedeemed():
            data |= _redeemed(effect, decision)
        case DiscountGiven():
            data |= discount_data(effect, _by_line(effect.lines, decision, exponent), exponent, zone)
        case CostShared():
            data |= cost_data(effect, exponent, zone)
        case GiftAdded() | GiftTakenBack():
            data |= gift_data(effect, zone)
        case PointsReserved() | PointsCaptured() | ReservationReleased():
            data |= _of_reservation(effect, decision)
        case PointsConverted():
            data |= _converted(effect, purses[effect.purse].decimals, zone)
        case GoodsReturned() | PointsTakenBack() | PointsGivenAgain() | PointsGivenBack() | DebtPaid():
            data |= _of_return(effect, decision)
        case PointsTransferred() | PointsReceived():
            data |= transferred_data(effect, purses[effect.purse].decimals, zone)
        case AccountMerged():
            data |= merged_data(effect, purses[effect.purse].decimals, zone)
        case PointsRedenominated():
            data |= redenominated_data(effect, purses[effect.purse].decimals, zone)
        case PointsAdjusted():
            data |= _adjusted(effect, purses[effect.purse].decimals, zone)
        case PerkUsed():
            data |= used_data(effect, zone)
        case OptedIn():
            data |= {"rule": effect.rule, "at": format_instant(effect.at, zone)}
        case FriendInvited() | InvitedBy():
            data |= referral_effect_data(effect, zone)
        case BudgetUsed():
            data |= budget_used(effect, decision)
        case LevelChanged() | LevelAssigned() | LevelAtRisk() | LevelKept() | LevelTook():
            data |= _of_level(effect, decision)
        case ChallengeCompleted() | CompletionTakenBack() | MissForgiven():
            data |= challenges.effect_data(effect, zone)
        case _ if isinstance(effect, ChoiceEffect):
            data |= choices.effect_data(effect, decision.programme)
        case _:
            data |= effect_data(effect, decision.programme, zone)
    return data


def _adjusted(effect: PointsAdjusted, decimals: int, zone: Zone) -> dict[str, Any]:
    data: dict[str, Any] = {"points": effect.purse, "asked": format_units(effect.asked, decimals)}
    data |= {"units": format_units(effect.units, decimals), "at": format_instant(effect.at, zone)}
    if effect.units > 0:
        data["usable"] = format_instant(effect.usable, zone)
        data["expires"] = "never" if effect.expires == NEVER else format_instant(effect.expires, zone)
    data |= filled(parts=parts_text(effect.parts, decimals))
    return data | {"reason": effect.reason, "actor": effect.actor}


def _awarded(effect: PointsAwarded, decision: Decision) -> dict[str, Any]:
    zone, decimals = zone_of(decision.programme), decision.programme.checked.purses[effect.purse].decimals
    data: dict[str, Any] = {
        "rule": effect.rule,
        "points": effect.purse,
        "asked": format_units(effect.asked, decimals),
        "granted": format_units(effect.granted, decimals),
    }
    if not effect.waits_for:
        data["usable"] = format_instant(effect.usable, zone)
    if not effect.waits_for or effect.expires != NEVER:
        data["expires"] = end_text(effect.expires, zone)
    data |= filled(lines=_by_line(effect.lines, decision, decimals))
    if effect.order:
        data["order"] = format_units(effect.order, decimals)
    if effect.at != decision.event.at:
        data["at"] = format_instant(effect.at, zone)
    return data | filled(waits_for=effect.waits_for, funding=parts_text(effect.funding, decimals))


def _of_life(
    effect: PointsActivated | PointsReleased | ExpiryMoved | ExpiryWaits, decision: Decision
) -> dict[str, Any]:
    """What becomes of units that stay where they lie."""
    zone = zone_of(decision.programme)
    units = format_units(effect.units, decision.programme.checked.purses[effect.purse].decimals)
    data: dict[str, Any] = {"points": effect.purse, "units": units, "at": format_instant(effect.at, zone)}
    match effect:
        case PointsReleased():
            data |= {"usable": format_instant(effect.usable, zone), "expires": end_text(effect.expires, zone)}
        case ExpiryMoved():
            data["until"] = end_text(effect.until, zone)
            data |= filled(rule=effect.rule)
        case _:
            pass
    return data


def _of_return(
    effect: GoodsReturned | PointsTakenBack | PointsGivenAgain | PointsGivenBack | DebtPaid, decision: Decision
) -> dict[str, Any]:
    zone = zone_of(decision.programme)
    purses = decision.programme.checked.purses
    data: dict[str, Any] = {}
    match effect:
        case GoodsReturned():
            exponent = decision.programme.checked.exponent
            data |= {"order": effect.order, "lines": [_refund(*line, exponent) for line in effect.lines]}
            data |= filled(whole=effect.whole, proportion=effect.proportion)
        case PointsTakenBack():
            data |= _taken_back(effect, purses[effect.purse].decimals)
        case PointsGivenAgain():
            units = format_units(effect.units, purses[effect.purse].decimals)
            data |= {"rule": effect.rule, "points": effect.purse, "units": units}
            data["usable"] = format_instant(effect.usable, zone)
            data["expires"] = "never" if effect.expires == NEVER else format_instant(effect.expires, zone)
            data |= filled(funding=parts_text(effect.funding, purses[effect.purse].decimals))
        case PointsGivenBack():
            decimals = purses[effect.purse].decimals
            data |= {"rule": effect.rule, "points": effect.purse, "units": format_units(effect.units, decimals)}
            data["value"] = format_units(effect.value, decision.programme.checked.exponent)
            data["at"] = format_instant(effect.at, zone)
            data |= filled(debits=[debit_data(debit, decimals, zone) for debit in effect.debits])
        case DebtPaid():
            units = format_units(effect.units, purses[effect.purse].decimals)
            data |= {"points": effect.purse, "units": units, "at": format_instant(effect.at, zone)}
    return data


def _of_level(
    effect: LevelChanged | LevelAssigned | LevelAtRisk | LevelKept | LevelTook, decision: Decision
) -> dict[str, Any]:
    zone = zone_of(decision.programme)
    data: dict[str, Any] = {}
    match effect:
        case LevelChanged():
            data |= {"ladder": effect.ladder, "before": effect.before or None, "after": effect.after or None}
            data["at"] = format_instant(effect.at, zone)
        case LevelAssigned():
            data |= {"rule": effect.rule, "ladder": effect.ladder, "level": effect.level}
            data["until"] = "never" if effect.until == NEVER else format_instant(effect.until, zone)
            data["at"] = format_instant(effect.at, zone)
        case LevelAtRisk():
            data |= {"ladder": effect.ladder, "level": effect.level or None, "to": effect.to or None}
            data |= {"falls": format_instant(effect.falls, zone), "at": format_instant(effect.at, zone)}
        case LevelKept():
            data |= {"ladder": effect.ladder, "level": effect.level or None, "at": format_instant(effect.at, zone)}
        case LevelTook():
            counter = decision.programme.checked.ladders[effect.ladder].counter
            decimals = 0 if counter is None else decimals_of(counter, decision.programme)
            data |= {"ladder": effect.ladder, "level": effect.level, "taken": format_units(effect.taken, decimals)}
            if effect.dropped:
                data["dropped"] = format_units(effect.dropped, decimals)
            data |= {"left": format_units(effect.left, decimals), "at": format_instant(effect.at, zone)}
    return data


def _redeemed(effect: PointsRedeemed, decision: Decision) -> dict[str, Any]:
    checked, zone = decision.programme.checked, zone_of(decision.programme)
    decimals = checked.purses[effect.purse].decimals
    data: dict[str, Any] = {"rule": effect.rule, "points": effect.purse}
    if effect.asked is not None:
        data["asked"] = format_units(effect.asked, decimals)
    data |= {"units": format_units(effect.units, decimals), "value": format_units(effect.value, checked.exponent)}
    data |= filled(limited_by=effect.limited_by)
    data["at"] = format_instant(effect.at, zone)
    data |= filled(debits=[debit_data(debit, decimals, zone) for debit in effect.debits])
    return data | filled(lines=_by_line(effect.lines, decision, checked.exponent), rights=effect.rights)


def _of_reservation(
    effect: PointsReserved | PointsCaptured | ReservationReleased, decision: Decision
) -> dict[str, Any]:
    checked, zone = decision.programme.checked, zone_of(decision.programme)
    decimals = checked.purses[effect.purse].decimals
    data: dict[str, Any] = {"reservation": effect.reservation, "rule": effect.rule, "points": effect.purse}
    if isinstance(effect, PointsReserved) and effect.asked is not None:
        data["asked"] = format_units(effect.asked, decimals)
    data["units"] = format_units(effect.units, decimals)
    match effect:
        case PointsReserved():
            data["value"] = format_units(effect.value, checked.exponent)
            data |= filled(limited_by=effect.limited_by)
            data["until"] = end_text(effect.until, zone)
        case PointsCaptured():
            data["value"] = format_units(effect.value, checked.exponent)
        case ReservationReleased():
            data |= filled(lapsed=effect.lapsed)
    data["at"] = format_instant(effect.at, zone)
    return data | {"debits": [debit_data(debit, decimals, zone) for debit in effect.debits]}


def _converted(effect: PointsConverted, decimals: int, zone: Zone) -> dict[str, Any]:
    return {
        "rule": effect.rule,
        "points": effect.purse,
        "asked": format_units(effect.asked, decimals),
        "granted": format_units(effect.granted, decimals),
        "at": format_instant(effect.at, zone),
        "usable": format_instant(effect.usable, zone),
        "expires": end_text(effect.expires, zone),
        **filled(funding=parts_text(effect.funding, decimals)),
    }


def _refused(why: NotReturnable) -> dict[str, Any]:
    kept = amount_text(why.kept, 0) if why.reason == "MORE" else ""
    return {"reason": why.reason.replace("_", " ").lower(), **filled(line=why.line, kept=kept)}


def _refund(line: str, quantity: int, units: int, exponent: int) -> dict[str, str]:
    return {"id": line, "quantity": amount_text(quantity, 0), "refund": format_units(units, exponent)}


def _taken_back(effect: PointsTakenBack, decimals: int) -> dict[str, Any]:
    data: dict[str, Any] = {"rule": effect.rule, "points": effect.purse, "units": format_units(effect.units, decimals)}
    data |= filled(lots={str(number): format_units(units, decimals) for number, units in effect.lots})
    for name, units in (("expired", effect.expired), ("owed", effect.owed), ("short", effect.short)):
        if units:
            data[name] = format_units(units, decimals)
    return data | filled(funding=parts_text(effect.funding, decimals))


def _by_line(carried: tuple[int, ...], decision: Decision, decimals: int) -> Mapping[str, str]:
    """What each line carries; lines without units are left out. The units stand in line order. What was given for a
    level that the order reached stands on no line."""
    if not carried or not isinstance(decision.event, Purchase):
        return {}
    names = sorted((line.id for line in decision.event.lines), key=line_order_key)
    return {name: format_units(units, decimals) for name, units in zip(names, carried, strict=True) if units}


# ---------------------------------------------------------------- trace


def _record(record: RuleTrace, programme: Programme) -> dict[str, Any]:
    purse = programme.checked.purses.get(record.purse)
    decimals = 0 if purse is None else purse.decimals
    if record.stage == "price":
        decimals = programme.checked.exponent
    data: dict[str, Any] = {
        "rule": record.rule,
        "stage": record.stage,
        "outcome": record.outcome.name.replace("_", " ").lower(),
        "line": programme.source.position(record.clause.start).line,
        "points": record.purse,
        "asked": format_units(record.asked, decimals),
        "granted": format_units(record.granted, decimals),
    }
    entries = [
        {"step": entry.step, "by": entry.by, "amount": exact_text(entry.amount / 10**decimals)}
        for entry in record.entries
    ]
    conditions = _conditions(record.conditions, programme)
    data |= filled(entries=entries, conditions=conditions, decided_by=record.decided_by, winner=record.winner)
    if record.winner_amount:
        data["winner_amount"] = format_units(record.winner_amount, decimals)
    return data | filled(experiments={name: variant or None for name, variant in record.exposed})


def _promise(record: PromiseTrace, programme: Programme) -> dict[str, Any]:
    line = programme.source.position(record.clause.start).line
    data: dict[str, Any] = {"promise": record.promise, "held": record.held, "line": line}
    return data | filled(conditions=_conditions(record.conditions, programme))


def _conditions(false: tuple[FalseCondition, ...], programme: Programme) -> list[dict[str, Any]]:
    conditions: list[dict[str, Any]] = []
    for condition in false:
        found: dict[str, Any] = {"needed": condition.text, "actual": condition.actual}
        found["line"] = programme.source.position(condition.clause.start).line
        if condition.distance is not None:
            found["missing"] = exact_text(condition.distance)
        conditions.append(found | filled(unit=condition.unit))
    return conditions


def exact_text(amount: Fraction) -> str:
    """An exact amount: a decimal string where that is exact, else a fraction such as 1/3."""
    scaled = amount * 10**_EXACT_DECIMALS
    if scaled.denominator != 1:
        return f"{amount.numerator}/{amount.denominator}"
    text = format_units(scaled.numerator, _EXACT_DECIMALS)
    return text.rstrip("0").rstrip(".")
