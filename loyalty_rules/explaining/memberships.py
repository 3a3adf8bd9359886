"""Memberships in words: what became of them, and how the member has them."""

from __future__ import annotations

from collections.abc import Iterator

from loyalty_rules.decision import (
    Effect,
    FeeDue,
    MembershipEnded,
    MembershipLeft,
    MembershipPaused,
    MembershipRenewed,
    MembershipResumed,
    MembershipStarted,
)
from loyalty_rules.explaining.telling import Telling
from loyalty_rules.member import NEVER
from loyalty_rules.settlement.outlook import Subscribed, subscribed


def told(telling: Telling, effect: Effect) -> Iterator[str]:
    """What an effect did to a membership; nothing for an effect on anything else."""
    match effect:
        case MembershipStarted(name, fee, trial, until, _):
            key = "trial" if trial else "paid" if fee else "free"
            yield telling.text(f"membership.{key}", **_values(telling, name, until), fee=_money(telling, fee))
        case FeeDue(name, fee, lapses, _):
            yield telling.text("membership.due", **_values(telling, name, lapses), fee=_money(telling, fee))
        case MembershipRenewed(name, fee, until, _):
            yield telling.text("membership.renewed", **_values(telling, name, until), fee=_money(telling, fee))
        case MembershipPaused(name, _):
            yield telling.text("membership.paused", title=telling.title(name))
        case MembershipResumed(name, until, _):
            key = "resumed" if until < NEVER else "resumed_endless"
            yield telling.text(f"membership.{key}", **_values(telling, name, until))
        case MembershipLeft():
            yield from _left(telling, effect)
        case MembershipEnded(name, why, at):
            yield telling.text(f"membership.{why}", title=telling.title(name), date=telling.start(at))
        case _:
            pass


def _left(telling: Telling, effect: MembershipLeft) -> Iterator[str]:
    """Leaving, and what is paid back of which fee."""
    key = "leaves" if effect.ends > effect.at else "refunded" if effect.refund else "left"
    yield telling.text(
        f"membership.{key}",
        title=telling.title(effect.membership),
        date=telling.end(effect.ends),
        refund=_money(telling, effect.refund),
        fee=_money(telling, effect.fee),
    )
    if effect.less:
        yield telling.text("membership.less", less=_money(telling, effect.less))


def standing(telling: Telling) -> Iterator[str]:
    """How the member has each membership after the decision; nothing of those that were never had."""
    for name in sorted(telling.checked.memberships):
        one = subscribed(telling.plan, telling.decision.member, name)
        if one.state != "none":
            state = "endless" if one.state == "live" and one.until >= NEVER else one.state
            yield telling.text(f"membership.is_{state}", title=telling.title(name), date=_until(telling, one))


def _until(telling: Telling, one: Subscribed) -> str:
    if one.state == "over":
        return telling.start(one.until)
    until = one.lapses if one.state == "due" else one.until
    return telling.end(until) or telling.text("membership.unlimited")


def _values(telling: Telling, name: str, until: int) -> dict[str, str]:
    return {"title": telling.title(name), "date": telling.end(until) or telling.text("membership.unlimited")}


def _money(telling: Telling, units: int) -> str:
    return telling.money(units, telling.checked.first_currency)
