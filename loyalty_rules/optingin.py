"""Opting in: what decisions say of it. Plain values, as in `decision`."""

from __future__ import annotations

from typing import Literal, NamedTuple


class OptedIn(NamedTuple):
    """The member opted in to a rule: from now on it acts."""

    rule: str
    at: int
    kind: Literal["opted_in"] = "opted_in"
