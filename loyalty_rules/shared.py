"""What members share: a value that goes into a decision and comes out of it, like a member. The host keeps it.

`used` says what was taken out of budgets so far, in the smallest unit of what each counts: in each period, for each
value of `per same`. What is not there was never used.
"""

from __future__ import annotations

from bisect import bisect_left
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
