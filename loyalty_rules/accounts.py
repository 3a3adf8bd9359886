"""What decisions say of two accounts: units that go from one member to another, and members who become one."""

from __future__ import annotations

from typing import Literal, NamedTuple

from loyalty_rules.records import Debit


class PointsTransferred(NamedTuple):
    """Units that went to another member, lot by lot."""

    purse: str
    units: int
    to: str
    at: int
    debits: tuple[Debit, ...]
    kind: Literal["points_transferred"] = "points_transferred"


class PointsReceived(NamedTuple):
    """Units that came from another member, lot by lot, as they were there: earned, usable and expiring then."""

    purse: str
    units: int
    giver: str
    at: int
    debits: tuple[Debit, ...]
    kind: Literal["points_received"] = "points_received"


class AccountMerged(NamedTuple):
    """What lies in a purse, usable or not, and what it owes became that of another member, or came from one; below zero
    it went."""

    purse: str
    units: int
    owed: int
    other: str
    at: int
    kind: Literal["account_merged"] = "account_merged"
