"""The shape of a settlement."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from loyalty_rules.adapters.wire.fields import Document, Instant, Number, OptionalDate, Text


class BandModel(Document):
    """Units earned within the last `days`, or valid for so many at most; `later` for all the others, `never` for those
    without an end."""

    days: int | Literal["later", "never"]
    units: Number


class RuleFiguresModel(Document):
    """What a rule gave in the history, and what is held of what it ever gave."""

    given: Number
    held: Number


class FunderFiguresModel(Document):
    """What a partner pays for of a purse: of what was given in the history, of what is held, and the share that expired
    of what was spent or expired."""

    given: Number
    held: Number
    breakage: Number | None = None


class PurseFiguresModel(Document):
    """One purse of all members. `reserved` is set aside to pay, and held; `liability` is money, where the purse says
    what it is worth; `flows` what came (or went, below zero) in the history by why; `breakage` the share that expired
    of what was spent or expired."""

    members: int
    usable: Number
    pending: Number
    reserved: Number = "0"
    owed: Number
    liability: Number | None = None
    ages: list[BandModel] = Field(default=[])
    ends: list[BandModel] = Field(default=[])
    flows: dict[str, Number] = Field(default={})
    breakage: Number | None = None
    rules: dict[str, RuleFiguresModel] = Field(default={})
    funders: dict[str, FunderFiguresModel] = Field(default={})


class BudgetFiguresModel(Document):
    """What was taken out of a budget in the period that begins on `first`, for one value of `per same`, and what is
    left."""

    budget: Text
    value: Text = ""
    first: OptionalDate = None
    used: Number
    left: Number


class PartnerLineModel(Document):
    """What is settled with a partner over one purse, in the period from `first` to `last`, else in the whole history:
    units `given` that it pays for, that came `back` and that `expired` (below zero), and those `redeemed` at its tills,
    where they `paid` so much money. It `owes` what was given and did not come back, beyond what it has bought in
    advance; of that so much money is `left`. `currency`: of what was paid at its tills, where it is not the programme's
    first."""

    partner: Text
    points: Text
    first: OptionalDate = None
    last: OptionalDate = None
    given: Number
    back: Number
    expired: Number
    redeemed: Number
    paid: Number
    owes: Number | None = None
    left: Number | None = None
    currency: Text = ""


class CostLineModel(Document):
    """What a partner bears of what an offer or a reward cost, in the period from `first` to `last`, else in the whole
    history, less what came back: `money` that was taken off or paid, or `rights` that the host handed over.
    `currency` as above."""

    partner: Text
    rule: Text
    first: OptionalDate = None
    last: OptionalDate = None
    money: Number
    rights: int = 0
    currency: Text = ""


class SettlementModel(Document):
    """The figures of all members at one instant, and of the history before it."""

    programme: Text
    at: Instant
    members: int
    purses: dict[str, PurseFiguresModel]
    budgets: list[BudgetFiguresModel] = Field(default=[])
    partners: list[PartnerLineModel] = Field(default=[])
    costs: list[CostLineModel] = Field(default=[])
