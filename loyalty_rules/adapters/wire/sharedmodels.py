"""The shapes of what members share, and of what was given out of it."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import Field

from loyalty_rules.adapters.wire.fields import MAX_NAMES, Document, Exact, Fingerprint, Instant, Number, Text, Whole

#: How many periods and values of budgets one document holds.
MAX_USED: Final = 100_000
_MAX_LINES: Final = 1_000


class UsedModel(Document):
    """What was taken out of a budget, in whole smallest units: `period` is the number of the period, `value` that of
    `per same`."""

    key: Text
    value: Text = ""
    period: int = 0
    amount: Whole


class KeptModel(Document):
    """Of what a key counts, the first period that is not forgotten."""

    key: Text
    period: int


class SharedModel(Document):
    """What members share. `version` counts its changes, `programme` is the edition in whose names the keys stand."""

    format: int = Field(ge=1, le=1)
    programme: Fingerprint
    version: int = Field(ge=0)
    used: list[UsedModel] = Field(default=[], max_length=MAX_USED)
    kept: list[KeptModel] = Field(default=[], max_length=MAX_USED)


class RecordedUseModel(Document):
    """What units of one award take out of a budget; `price` of a unit as a fraction. `lines`: of goods on which an
    offer acts how many of each line, in line order."""

    key: Text
    value: Text = ""
    period: int = 0
    rule: Text
    points: Text
    names: list[Text] = Field(min_length=1, max_length=MAX_NAMES)
    units: Exact
    price: Text = "1/1"
    lines: list[Exact] = Field(default=[], max_length=_MAX_LINES)


class BudgetUsedModel(Document):
    """What was given out of a budget; below zero it came back. `key`, `value` and `period` name the counter in the
    shared value. The decision is the same where from `low` to `high` were left of `cap` before
    it."""

    kind: Literal["budget_used"]
    budget: Text
    key: Text
    value: Text = ""
    period: int = 0
    asked: Number
    granted: Number
    left: Number
    cap: Number
    low: Number
    high: Number | None = None
    at: Instant
