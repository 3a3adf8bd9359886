"""How a member stood on a ladder before the occasion, as the stages read it."""

from __future__ import annotations

from typing import NamedTuple


class Stood(NamedTuple):
    """The rank that was earned, the highest one ever held, and what levels have taken from the ladder's counter."""

    rank: int = 0
    had: int = 0
    taken: int = 0
