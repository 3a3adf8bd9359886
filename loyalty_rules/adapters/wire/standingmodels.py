"""The shapes of how a member stands after a decision: levels, and how far challenges are."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import Field, Strict

from loyalty_rules.adapters.wire.fields import Document, End, Instant, Number, Text

Scheduled: TypeAlias = Annotated[tuple[Instant, Text], Strict(False)]
Until: TypeAlias = Annotated[tuple[End, Text], Strict(False)]


class KeepingModel(Document):
    """What the next review still asks for, and when it is."""

    missing: Number
    review: Instant


class StandsModel(Document):
    """`to_next` is what each higher level still takes, where one measure decides it: money, points or a count.
    `to_keep` is what the next review of the earned level still asks for if nothing happens before it.
    `counter` is what the counter of a ladder whose levels take holds; `floors` are levels that rules gave and until
    when, `earned` is what is earned where one is higher; `scheduled` are levels that begin later, `falls` when a
    level that was not kept gives way, and to which."""

    level: str | None
    to_next: dict[str, Number] = Field(default={})
    to_keep: KeepingModel | None = None
    counter: Number | None = None
    earned: str | None = None
    floors: list[Until] = Field(default=[])
    scheduled: list[Scheduled] = Field(default=[])
    falls: Scheduled | None = None


class ReachedModel(Document):
    """What one measure of a goal has come to since it last started again, and what is asked of it."""

    reached: Number
    needed: Number


class ProgressModel(Document):
    """How often a challenge was completed, whether it can be completed now, and what the measures of its goal have come
    to."""

    completed: int
    open: bool
    measures: list[ReachedModel]
