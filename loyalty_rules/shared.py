"""What members share: a value that goes into a decision and comes out of it, like a member. The host keeps it.

`used` says what was taken out of budgets so far, in the smallest unit of what each counts: in each period, for each
value of `per same`. What is not there was never used, or its period is over and forgotten.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from typing import NamedTuple


class Used(NamedTuple):
    """What was taken out of a budget in one period. `key` names its cap, `value` is that of `per same` (or ""),
    `bucket` the number of the period, 0 where there is one only."""

    key: str
    value: str
    bucket: int
    amount: int


class SharedState(NamedTuple):
    """`programme` is the meaning fingerprint of the edition in whose names the keys stand, `version` how often the
    value has changed."""

    programme: str
    version: int = 0
    used: tuple[Used, ...] = ()  # by (key, value, bucket), none of them 0
    kept: tuple[tuple[str, int], ...] = ()  # by key: of what is counted by period, the first one not forgotten


def is_forgotten(state: SharedState, key: str, bucket: int) -> bool:
    """Whether it is no longer known what was taken out of a budget in a period."""
    place = bisect_left(state.kept, (key,))
    found = state.kept[place : place + 1]
    return bool(found) and found[0][0] == key and bucket < found[0][1]


def without_periods(state: SharedState, firsts: Mapping[str, int]) -> SharedState:
    """The value without the periods before these, by key; what is forgotten stays forgotten. Its version stays."""
    known = dict(state.kept)
    kept = known | {key: max(first, known.get(key, first)) for key, first in firsts.items()}
    left = tuple(one for one in state.used if one.bucket >= kept.get(one.key, one.bucket))
    return state._replace(used=left, kept=tuple(sorted(kept.items())))


def used(state: SharedState, key: str, value: str, bucket: int) -> int:
    """What was taken out of a budget in a period so far."""
    place = bisect_left(state.used, (key, value, bucket))
    found = state.used[place : place + 1]
    return found[0].amount if found and found[0][:3] == (key, value, bucket) else 0


def moved(state: SharedState, key: str, value: str, bucket: int, amount: int) -> SharedState:
    """The value with more taken out of a budget, or less; what is 0 is left out. Its version stays."""
    place = bisect_left(state.used, (key, value, bucket))
    there = state.used[place : place + 1]
    known = bool(there) and there[0][:3] == (key, value, bucket)
    total = amount + (there[0].amount if known else 0)
    entry = (Used(key, value, bucket, total),) if total else ()
    return state._replace(used=(*state.used[:place], *entry, *state.used[place + known :]))
