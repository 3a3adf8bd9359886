"""Counters keep net sums by bucket; standings move as reviews and schedules say."""

from __future__ import annotations

import pytest

from loyalty_rules import DecisionError
from loyalty_rules.ledger.counters import added, by_key, counted, in_order
from loyalty_rules.ledger.standings import placed, rank_kept, stands
from loyalty_rules.member import Counter, MemberState, Standing


def test_amounts_go_to_their_bucket_and_old_buckets_go() -> None:
    buckets = added((), 10, 5, 0)
    buckets = added(buckets, 8, 2, 0)
    buckets = added(buckets, 12, 1, 0)
    buckets = added(buckets, 10, 5, 9)
    assert buckets == ((10, 10), (12, 1))
    assert (counted(buckets, 10, 11), counted(buckets, 11, 20)) == (10, 1)


def test_a_bucket_that_is_empty_again_is_not_kept() -> None:
    assert added(((10, 5),), 10, -5, 0) == ()


def test_counters_are_kept_by_key_without_empty_ones() -> None:
    counters = in_order({"b": ((1, 1),), "a": ((2, 2),), "c": ()})
    assert counters == (Counter("a", ((2, 2),)), Counter("b", ((1, 1),)))
    assert by_key(counters) == {"a": ((2, 2),), "b": ((1, 1),)}


@pytest.mark.parametrize("buckets", [((1, 2**61),), ()])
def test_a_counter_does_not_grow_beyond_all_bounds(buckets: tuple[tuple[int, int], ...]) -> None:
    with pytest.raises(DecisionError) as refusal:
        added(added(buckets, 1, 2**61, 0), 1, 2**61, 0)
    assert refusal.value.code == "eval.overflow"


@pytest.mark.parametrize(
    ("rank", "earned", "softly", "hard"),
    [(3, 3, 3, 3), (3, 5, 3, 3), (3, 2, 2, 2), (3, 0, 2, 0), (1, 0, 0, 0), (3, 1, 2, 1)],
)
def test_a_review_lowers_by_one_level_or_to_what_is_earned_and_never_lifts(
    rank: int, earned: int, softly: int, hard: int
) -> None:
    assert (rank_kept(rank, earned, one=True), rank_kept(rank, earned, one=False)) == (softly, hard)


def test_who_never_moved_stands_at_the_base() -> None:
    member = MemberState("m", "", 0, 0, None, (), (), (), (), (Standing("status", "gold", 5),), None, None, ())
    assert stands(member, "status") == Standing("status", "gold", 5)
    assert stands(member, "other") == Standing("other", "", 0)
    moved = placed(placed(member, Standing("status", "", 9)), Standing("club", "a", 1))
    assert moved.standings == (Standing("club", "a", 1), Standing("status", "", 9))
