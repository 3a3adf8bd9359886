"""Counters: net sums by bucket (a local date, or the number of a period). What a bucket means is the plan's
business."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping

from loyalty_rules.amounts import check_magnitude
from loyalty_rules.member import Counter

Buckets = tuple[tuple[int, int], ...]


def counted(buckets: Buckets, low: int, high: int) -> int:
    """The sum of the buckets from `low` through `high`."""
    return sum(net for bucket, net in buckets if low <= bucket <= high)


def added(buckets: Buckets, bucket: int, amount: int, keep_from: int) -> Buckets:
    """The buckets with `amount` added to one of them; those before `keep_from` are dropped, empty ones too."""
    first = bisect_left(buckets, (keep_from,))
    place = bisect_left(buckets, (bucket,), first)
    there = place < len(buckets) and buckets[place][0] == bucket
    net = check_magnitude(amount + (buckets[place][1] if there else 0), "counter")
    return (*buckets[first:place], *(((bucket, net),) if net else ()), *buckets[place + there :])


def buckets_of(counters: tuple[Counter, ...], key: str) -> Buckets:
    """What one counter holds; nothing where there is none."""
    return next((one.buckets for one in counters if one.key == key), ())


def by_key(counters: tuple[Counter, ...]) -> dict[str, Buckets]:
    """The counters as a mapping to work on."""
    return {counter.key: counter.buckets for counter in counters}


def in_order(counters: Mapping[str, Buckets]) -> tuple[Counter, ...]:
    """Back to a value: by key, without empty counters."""
    return tuple(Counter(key, buckets) for key, buckets in sorted(counters.items()) if buckets)
