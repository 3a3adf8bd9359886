"""What members choose: what waits for them, and what decisions say of it. Plain values."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

#: What may be chosen: (purse, units), by purse. A right stands in the purse of its reward.
Gifts: TypeAlias = tuple[tuple[str, int], ...]


class OpenChoice(NamedTuple):
    """Gifts of which the member may choose one until `until` (excluded; `member.NEVER` without a deadline). `order`:
    for which they are given, "" for none."""

    until: int
    at: int
    rule: str
    gifts: Gifts
    order: str = ""


class ChoiceOffered(NamedTuple):
    """A rule leaves it to the member which of these gifts to take."""

    rule: str
    gifts: Gifts
    at: int
    until: int
    order: str
    kind: Literal["choice_offered"] = "choice_offered"


class ChoiceMade(NamedTuple):
    """The member has chosen; what it gives is told beside it."""

    rule: str
    purse: str
    at: int
    kind: Literal["choice_made"] = "choice_made"


class ChoiceLapsed(NamedTuple):
    """The time to choose is over."""

    rule: str
    at: int
    kind: Literal["choice_lapsed"] = "choice_lapsed"


class ChoiceWithdrawn(NamedTuple):
    """The order came back for which there was something to choose."""

    rule: str
    order: str
    at: int
    kind: Literal["choice_withdrawn"] = "choice_withdrawn"


ChoiceEffect: TypeAlias = ChoiceOffered | ChoiceMade | ChoiceLapsed | ChoiceWithdrawn
