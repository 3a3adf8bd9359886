"""The shape of a statement."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from loyalty_rules.adapters.wire.choices import ChoiceEffectModel
from loyalty_rules.adapters.wire.fields import Document, End, Id, Instant, Number, Text
from loyalty_rules.adapters.wire.membershipmodels import MembershipEffectModel
from loyalty_rules.adapters.wire.perkmodels import PerkHeldModel
from loyalty_rules.adapters.wire.standingmodels import ProgressModel


class AccountLineModel(Document):
    """One line: `units` came (or went, below zero), or became usable; `held` is what the purse holds afterwards."""

    at: Instant
    reason: (
        Literal["given", "activated", "expired", "adjusted", "converted", "redeemed", "returned"]
        | Literal["reserved", "captured", "released"]
        | Literal["redenominated", "transferred", "received", "merged"]
    )
    units: Number
    held: Number
    rule: Text = ""
    event: Text = ""
    kind: Text = ""
    note: Text = ""


class BeginsModel(Document):
    """Pending units that become usable."""

    usable: Instant
    units: Number


class EndsModel(Document):
    """Units that expire."""

    expires: End
    units: Number


class PurseAccountModel(Document):
    """One purse: `opening` and the lines that are not `activated` add up to `held`."""

    opening: Number
    lines: list[AccountLineModel]
    held: Number
    usable: Number
    pending: Number
    begins: list[BeginsModel] = Field(default=[])
    ends: list[EndsModel] = Field(default=[])


class LevelChangeModel(Document):
    """A level that changed. null is the base without a name."""

    ladder: Text
    before: str | None
    after: str | None
    at: Instant


class OptingInModel(Document):
    """A rule to which the member opted in."""

    rule: Text
    at: Instant


class StatementModel(Document):
    """A member's account from one instant through another."""

    member: Id
    programme: Text
    since: Instant
    through: Instant
    purses: dict[str, PurseAccountModel]
    levels: list[LevelChangeModel] = Field(default=[])
    standing: dict[str, str | None] = Field(default={})
    progress: dict[str, ProgressModel] = Field(default={})
    memberships: list[MembershipEffectModel] = Field(default=[])
    perks: list[PerkHeldModel] = Field(default=[])
    opted_in: list[OptingInModel] = Field(default=[])
    choices: list[ChoiceEffectModel] = Field(default=[])
    chosen: dict[str, list[Text]] = Field(default={})
