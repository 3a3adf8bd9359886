"""Who chooses, and for whom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol, TypeVar

T = TypeVar("T")

#: The member of every drawn history, and another one, who gets what that member gives away.
MEMBER: Final = "member"
OTHER: Final = "other"


class Draw(Protocol):
    """Chooses. `pick` and `integer` prefer what comes first."""

    def integer(self, low: int, high: int) -> int: ...

    def pick(self, values: Sequence[T]) -> T: ...
