"""Memberships as JSON: in member documents, in decisions, and as effects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

from loyalty_rules.adapters.wire.events import filled, suggestion
from loyalty_rules.adapters.wire.membershipmodels import SubscriptionModel
from loyalty_rules.amounts import format_units
from loyalty_rules.calendar import Zone, format_date, format_instant
from loyalty_rules.decision import MembershipLeft, MembershipStarted
from loyalty_rules.errors import InputError, shown
from loyalty_rules.member import NEVER, MemberState, Subscription
from loyalty_rules.memberships import MembershipEffect
from loyalty_rules.programme import Programme

#: The fields of effects that are money, and those that are instants.
_MONEY = ("fee", "less", "refund")
_INSTANTS = ("until", "lapses", "ends", "at")


# ---------------------------------------------------------------- member documents


def subscriptions_of(read: Mapping[str, SubscriptionModel], clock: int, programme: Programme) -> list[Subscription]:
    """The memberships of a document. Raises `InputError`: `member.membership` for one that the programme does not have,
    `member.inconsistent` where parts do not add up."""
    declared = programme.checked.memberships
    for name in read:
        if name not in declared:
            message = f"the programme has no membership `{shown(name)}`{suggestion(name, declared)}"
            raise InputError("member.membership", message, f"core.memberships.{shown(name)}")
    return [_subscription(name, one, clock) for name, one in sorted(read.items())]


def _subscription(name: str, read: SubscriptionModel, clock: int) -> Subscription:
    where = f"core.memberships.{shown(name)}"
    fees = tuple((start or 0, end or 0, fee) for start, end, fee in read.fees)
    history = tuple((at, int(counts), year) for at, counts, year in read.history)
    ascending = all(one[0] <= other[0] for one, other in pairwise(history))
    if not ascending or history[-1][0] > clock or any(year > at for at, _, year in history):
        raise InputError("member.inconsistent", "the changes of a membership follow one another", f"{where}.history")
    if any(not 0 < start < end for start, end, _ in fees) or any(one[1] > other[0] for one, other in pairwise(fees)):
        raise InputError("member.inconsistent", "the periods that were paid follow one another", f"{where}.fees")
    if read.turns is None or (read.lapses is not None and read.due is None):
        raise InputError("member.inconsistent", "a membership lapses where a fee is due", where)
    return Subscription(
        membership=name,
        since=read.since,
        ended=NEVER if read.ended is None else read.ended,
        due=read.due or 0,
        day=read.day,
        turns=read.turns,
        turn_day=read.turn_day,
        fees=fees,
        trial=read.trial or 0,
        lapses=NEVER if read.lapses is None else read.lapses,
        paused=NEVER if read.paused is None else read.paused,
        leaves=read.leaves,
        history=history,
    )


def subscriptions_data(found: Iterable[Subscription], zone: Zone) -> dict[str, Any]:
    """Memberships as a document keeps them."""
    return {one.membership: _subscription_data(one, zone) for one in found}


def _subscription_data(one: Subscription, zone: Zone) -> dict[str, Any]:
    def instant(at: int) -> str:
        return "" if at == NEVER else format_instant(at, zone)

    def day(ordinal: int) -> str:
        return format_date(ordinal) if ordinal else ""

    data: dict[str, Any] = {"since": instant(one.since)}
    data |= filled(ended=instant(one.ended), due=day(one.due))
    data |= {"day": one.day, "turns": day(one.turns), "turn_day": one.turn_day}
    data |= filled(
        fees=[[day(start), day(end), str(fee)] for start, end, fee in one.fees],
        trial=day(one.trial),
        lapses=instant(one.lapses),
        paused=instant(one.paused),
        leaves=one.leaves,
    )
    return data | {"history": [[instant(at), bool(counts), instant(year)] for at, counts, year in one.history]}


# ---------------------------------------------------------------- decisions


def memberships_data(programme: Programme, member: MemberState, zone: Zone) -> dict[str, Any]:
    """How a member has the memberships that it ever had."""
    found = {name: programme.membership(member, name) for name in sorted(programme.checked.memberships)}
    return {
        name: {
            "state": one.state,
            "since": format_instant(one.since, zone),
            **({} if one.until == NEVER else {"until": format_instant(one.until, zone)}),
            **({} if one.lapses == NEVER else {"lapses": format_instant(one.lapses, zone)}),
            "year": format_instant(one.year, zone),
        }
        for name, one in found.items()
        if one.state != "none"
    }


def effect_data(effect: MembershipEffect, programme: Programme, zone: Zone) -> dict[str, Any]:
    """What became of a membership."""
    exponent = programme.checked.exponent
    data: dict[str, Any] = {}
    for name, value in effect._asdict().items():
        if name in _MONEY:
            data[name] = format_units(value, exponent)
        elif name in _INSTANTS:
            data[name] = "never" if value == NEVER else format_instant(value, zone)
        elif name != "kind":
            data[name] = value
    if isinstance(effect, MembershipStarted) and not effect.trial:
        del data["trial"]
    if isinstance(effect, MembershipLeft) and not effect.less:
        del data["less"]
    return data
