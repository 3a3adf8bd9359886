"""The windows in which the counters of members are kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from loyalty_rules.lang.checked import Conversion, Redeem, done_in_key, taken_key
from loyalty_rules.lang.conditions import Window

if TYPE_CHECKING:
    from loyalty_rules.engine.plan import Plan


def windows_of_rules(plan: Plan) -> Mapping[str, Window]:
    """The windows of caps, limits and base limits that have a counter, by its key."""
    inviters = [one.inviter for one in plan.checked.referrals.values()]
    caps = (cap for rule in (*plan.rules.values(), *inviters) for cap in rule.caps)
    shared = (cap for group in plan.checked.groups.values() for cap in group.caps)
    limits = (limit for rule in (*plan.rules.values(), *inviters) for limit in rule.limits)
    counted = (limit for rule in plan.checked.earns.values() for limit in rule.base_limits)
    found: dict[str, Window | None] = {cap.key: cap.window for cap in (*caps, *shared)}
    found |= {limit.key: limit.window for limit in limits}
    found |= {limit.key: limit.window for limit in counted}
    return {key: window for key, window in found.items() if window is not None}


def windows_of_members(plan: Plan) -> Mapping[str, Window]:
    """The windows of all counters of a member, by their keys, those of orders in other currencies included."""
    checked = plan.checked
    spending: list[Redeem | Conversion] = [*plan.payers.values(), *checked.conversions.values()]
    given_away = (purse.transfer for purse in checked.purses.values() if purse.transfer is not None)
    off = (cap for caps in plan.caps_of_offers.values() for cap in caps)
    caps = (*(cap for rule in spending for cap in rule.caps), *given_away, *off)
    found = {cap.key: cap.window for cap in caps if cap.window is not None}
    counted = (*spending, *plan.offers.values(), *checked.perks.values())
    found |= {limit.key: limit.window for rule in counted for limit in rule.limits}
    for rule in plan.challenges:
        for goal in () if rule.goal is None else rule.goal.all_of():
            found |= {taken_key(rule.name, one.key): one.window for one in goal.restarts}
            found |= {done_in_key(rule.name): goal.window} if goal.window is not None else {}
    for other in plan.elsewhere.values():
        found |= windows_of_members(other)
    return {**found, **plan.windows_of_rules, **{one.key: one.window for one in plan.kept_measures}}
