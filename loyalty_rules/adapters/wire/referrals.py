"""Invitations and what follows from them, read and written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from loyalty_rules.adapters.wire.referralmodels import (
    InvitationModel,
    InvitedModel,
    ReferralEventModel,
    ReferredModel,
)
from loyalty_rules.calendar import Zone, format_instant
from loyalty_rules.decision import FriendInvited, InvitedBy
from loyalty_rules.errors import InputError
from loyalty_rules.events import Invitation, Referred, Withdrawn
from loyalty_rules.member import FactValue, Invited


def referral_event(read: ReferralEventModel) -> Invitation | Referred | Withdrawn:
    """An event out of its model."""
    if isinstance(read, InvitationModel):
        return Invitation(read.id, read.member, read.at, read.friend)
    if isinstance(read, ReferredModel):
        return Referred(read.id, read.member, read.at, read.rule, read.friend, read.event, read.until)
    return Withdrawn(read.id, read.member, read.at, read.rule, read.friend, read.event, read.referral)


def referral_event_data(event: Invitation | Referred | Withdrawn, zone: Zone) -> dict[str, Any]:
    """What such an event says beside its id, its member and its instant."""
    if isinstance(event, Invitation):
        return {"friend": event.friend}
    data: dict[str, Any] = {"rule": event.rule, "friend": event.friend, "event": event.event}
    if isinstance(event, Withdrawn):
        data["referral"] = event.referral
    elif event.until is not None:
        data["until"] = format_instant(event.until, zone)
    return data


def follow_up_data(event: Referred | Withdrawn, zone: Zone) -> dict[str, Any]:
    """A follow-up as it is told for the inviter."""
    head = {"kind": event.kind, "id": event.id, "member": event.member, "at": format_instant(event.at, zone)}
    return head | referral_event_data(event, zone)


def referral_effect_data(effect: FriendInvited | InvitedBy, zone: Zone) -> dict[str, Any]:
    """What became of an invitation."""
    who = {"friend": effect.friend} if isinstance(effect, FriendInvited) else {"inviter": effect.inviter}
    return who | {"at": format_instant(effect.at, zone)}


def invited_of(read: InvitedModel | None, clock: int, typed: Callable[[str, str], FactValue]) -> Invited | None:
    """By whom a member was invited. `typed` makes values of facts. Raises `InputError` (`member.inconsistent`) for what
    lies behind the clock."""
    if read is None:
        return None
    if read.at > clock:
        raise InputError("member.inconsistent", "nobody was invited later than the clock", "core.invited.at")
    return Invited(read.by, read.at, tuple((name, typed(name, text)) for name, text in sorted(read.facts.items())))


def invited_data(invited: Invited | None, zone: Zone, told: Mapping[str, Any]) -> dict[str, Any]:
    """The same as a document keeps it; `told` are the facts as texts. Nothing for a member whom nobody invited."""
    if invited is None:
        return {}
    return {"by": invited.by, "at": format_instant(invited.at, zone), **({"facts": dict(told)} if told else {})}
