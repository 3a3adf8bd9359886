"""The shapes of returns: events, and what they did."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, StrictBool

from loyalty_rules.adapters.wire.fields import Document, End, Id, Instant, Micros, Number, Text
from loyalty_rules.adapters.wire.recordmodels import MAX_RECORDED_LINES


class ReturnedLineModel(Document):
    """How much of a line comes back."""

    id: Id
    quantity: Micros


class ReturnModel(Document):
    """Goods of an order come back."""

    kind: Literal["return"]
    id: Id
    member: Id
    at: Instant
    order: Id
    lines: list[ReturnedLineModel] = Field(min_length=1, max_length=MAX_RECORDED_LINES)


class CancellationModel(Document):
    """An order is undone: all that is left of it comes back."""

    kind: Literal["cancellation"]
    id: Id
    member: Id
    at: Instant
    order: Id


class ConfirmationModel(Document):
    """An order is confirmed: what waited for that can be used."""

    kind: Literal["confirmation"]
    id: Id
    member: Id
    at: Instant
    order: Id


class RefundModel(Document):
    """How much of a line came back, and what is refunded for it."""

    id: Id
    quantity: Number
    refund: Number


class GoodsReturnedModel(Document):
    """Goods of an order came back. `whole`: nothing of it is kept; `proportion`: it could not be decided again."""

    kind: Literal["goods_returned"]
    order: Id
    lines: list[RefundModel]
    whole: StrictBool = False
    proportion: StrictBool = False


class PointsTakenBackModel(Document):
    """Units that no longer stand. `lots`: how many were taken by the number of their decision; of the others, `expired`
    had expired, `owed` are a debt of the purse, `short` were not there. `funding`: what partners no longer pay for, of
    what was taken or is owed."""

    kind: Literal["points_taken_back"]
    rule: Text
    points: Text
    units: Number
    lots: dict[str, Number] = Field(default={})
    expired: Number = "0"
    owed: Number = "0"
    short: Number = "0"
    funding: dict[str, Number] = Field(default={})


class PointsGivenAgainModel(Document):
    """Units that an earlier return had taken back and that stand again, and what partners pay for of them."""

    kind: Literal["points_given_again"]
    rule: Text
    points: Text
    units: Number
    usable: Instant
    expires: End
    funding: dict[str, Number] = Field(default={})


class DebtPaidModel(Document):
    """Units that became usable and went to the debt of their purse."""

    kind: Literal["debt_paid"]
    points: Text
    units: Number
    at: Instant


class RefusedModel(Document):
    """Why goods do not come back; `line` and what is `kept` of it where that is why."""

    reason: Text
    line: Text = ""
    kept: Number = "0"
