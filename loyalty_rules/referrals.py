"""Referrals: what a host tells of invitations, what follows from them for the inviter, and what decisions say of them.
Plain values, as in `events` and `decision`."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Literal, NamedTuple

from loyalty_rules.calendar import instant_of
from loyalty_rules.member import FactValue
from loyalty_rules.text import identifier

#: So many letters of a digest tell one follow-up from all others.
_DIGEST = 32


class Invitation(NamedTuple):
    """The member invited a friend. It is decided for both by `Programme.invite`."""

    id: str
    member: str
    at: int
    friend: str
    kind: Literal["invitation"] = "invitation"


class Welcome(NamedTuple):
    """What an invitation is for the friend. Made by `Programme.invite` alone; its id and its instant are those of the
    invitation. `facts` are those of the inviter that referrals compare."""

    id: str
    member: str
    at: int
    inviter: str
    facts: tuple[tuple[str, FactValue], ...]
    kind: Literal["welcome"] = "welcome"


class Referred(NamedTuple):
    """A follow-up for the inviter: by `event` a friend did what a referral waits for. `until`: until when it may be
    withdrawn, None where it stands whatever comes back."""

    id: str
    member: str
    at: int
    rule: str
    friend: str
    event: str
    until: int | None = None
    kind: Literal["referral"] = "referral"


class Withdrawn(NamedTuple):
    """A follow-up for the inviter: the order of a friend came back for which `referral`, the id of another follow-up,
    gave something."""

    id: str
    member: str
    at: int
    rule: str
    friend: str
    event: str
    referral: str
    kind: Literal["referral_withdrawn"] = "referral_withdrawn"


#: What a decision for a friend leads to for the inviter.
FollowUp = Referred | Withdrawn


def follow_up_id(what: str, friend: str, event: str, rule: str) -> str:
    """The id of a follow-up: the same whenever the event of the friend is decided."""
    text = json.dumps([friend, event, rule], ensure_ascii=True, separators=(",", ":"))
    return f"{what}-{hashlib.sha256(text.encode('ascii')).hexdigest()[:_DIGEST]}"


def invitation(id: str, member: str, at: datetime | str | int, friend: str) -> Invitation:
    """Builds an invitation: `member` invited `friend`. It is decided by `Programme.invite`."""
    return Invitation(
        identifier(id, "event id"), identifier(member, "member id"), instant_of(at), identifier(friend, "friend")
    )


class FriendInvited(NamedTuple):
    """The member invited a friend."""

    friend: str
    at: int
    kind: Literal["friend_invited"] = "friend_invited"


class InvitedBy(NamedTuple):
    """Another member invited this one."""

    inviter: str
    at: int
    kind: Literal["invited_by"] = "invited_by"
