"""Prizes: what follows for whoever won. Plain values, as in `events`."""

from __future__ import annotations

import hashlib
import json
from typing import Literal, NamedTuple

#: So many letters of a digest tell one prize from all others.
_DIGEST = 32


class Won(NamedTuple):
    """A follow-up for a winner: what the member won by `rule` at a place, as of `ends`, when that was decided. `prizes`
    are millionths of a unit, by what is given, in its order. Made by `hold_draw`."""

    id: str
    member: str
    at: int
    rule: str
    ends: int
    place: int
    prizes: tuple[tuple[str, int], ...]
    kind: Literal["prize"] = "prize"


def prize_id(rule: str, ends: int, place: int) -> str:
    """The id of what follows for a place: the same whenever the winners are worked out."""
    text = json.dumps([rule, ends, place], ensure_ascii=True, separators=(",", ":"))
    return f"prize-{hashlib.sha256(text.encode('ascii')).hexdigest()[:_DIGEST]}"
