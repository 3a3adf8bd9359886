"""Counters: net sums by bucket (a local date, or the number of a period). What a bucket means is the plan's
business."""

from __future__ import annotations

from collections.abc import Mapping

from loyalty_rules.amounts import check_magnitude
from loyalty_rules.member import Counter

Buckets = tuple[tuple[int, int], ...]


def counted(buckets: Buckets, low: int, high: int) -> int:
    """The sum of the buckets from `low` through `high`."""
    return sum(net for bucket, net in buckets if low <= bucket <= high)


def added(buckets: Buckets, bucket: int, amount: int, keep_from: int) -> Buckets:
    """The buckets with `amount` added to one of them; those before `keep_from` are dropped, empty ones too."""
    kept: list[tuple[int, int]] = [entry for entry in buckets if entry[0] >= keep_from]
    for place, (found, net) in enumerate(kept):
        if found == bucket:
            kept[place] = (bucket, check_magnitude(net + amount, "counter"))
            break
        if found > bucket:
            kept.insert(place, (bucket, amount))
            break
    else:
        kept.append((bucket, check_magnitude(amount, "counter")))
    return tuple(entry for entry in kept if entry[1])


def by_key(counters: tuple[Counter, ...]) -> dict[str, Buckets]:
    """The counters as a mapping to work on."""
    return {counter.key: counter.buckets for counter in counters}


def in_order(counters: Mapping[str, Buckets]) -> tuple[Counter, ...]:
    """Back to a value: by key, without empty counters."""
    return tuple(Counter(key, buckets) for key, buckets in sorted(counters.items()) if buckets)
