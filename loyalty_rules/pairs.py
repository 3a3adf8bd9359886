"""Events of two members: transfers and merges, and what each is for the other one. Built and read like all `events`."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Literal, NamedTuple, TypeAlias

from loyalty_rules.amounts import micros
from loyalty_rules.calendar import instant_of
from loyalty_rules.member import Lot, MemberState
from loyalty_rules.prizes import Won
from loyalty_rules.referrals import Invitation, Referred, Welcome, Withdrawn
from loyalty_rules.text import identifier, plain_text

#: An amount as hosts have it at hand.
AmountInput: TypeAlias = "str | int | Decimal"


class Transfer(NamedTuple):
    """The member gives units of a purse to another one."""

    id: str
    member: str
    at: int
    purse: str
    amount: int  # micros of a unit of the purse
    to: str
    kind: Literal["transfer"] = "transfer"


class Incoming(NamedTuple):
    """What a transfer is for the member who gets it: the lots as they come. Made by `Programme.transfer` alone; its id
    and its instant are those of the transfer."""

    id: str
    member: str
    at: int
    purse: str
    amount: int
    giver: str
    lots: tuple[Lot, ...]
    kind: Literal["incoming"] = "incoming"


class Merge(NamedTuple):
    """The member is one with another, who goes on alone: an account that was opened twice. `actor` is who says so."""

    id: str
    member: str
    at: int
    into: str
    reason: str
    actor: str
    kind: Literal["merge"] = "merge"


class Absorbed(NamedTuple):
    """What a merge is for the member who goes on: all that the other one has. Made by `Programme.merge` alone; its id
    and its instant are those of the merge."""

    id: str
    member: str
    at: int
    reason: str
    actor: str
    state: MemberState
    kind: Literal["absorbed"] = "absorbed"


#: Events of two members, or about what another one did.
OfTwo: TypeAlias = Transfer | Incoming | Merge | Absorbed | Invitation | Welcome | Referred | Withdrawn | Won


def transfer(id: str, member: str, at: datetime | str | int, purse: str, amount: AmountInput, *, to: str) -> Transfer:
    """Builds a transfer: `member` gives so many units to the member `to`. It is decided by `Programme.transfer`."""
    return Transfer(
        identifier(id, "event id"),
        identifier(member, "member id"),
        instant_of(at),
        plain_text(purse, "purse"),
        micros(amount, "amount"),
        identifier(to, "to"),
    )


def merge(id: str, member: str, at: datetime | str | int, *, into: str, reason: str, actor: str) -> Merge:
    """Builds a merge: all that `member` has becomes that of `into`. It is decided by `Programme.merge`."""
    return Merge(
        identifier(id, "event id"),
        identifier(member, "member id"),
        instant_of(at),
        identifier(into, "into"),
        plain_text(reason, "reason"),
        plain_text(actor, "actor"),
    )
