"""Splitting an amount in turn: each gets its share of what is left."""

from __future__ import annotations

from itertools import pairwise

import pytest

from loyalty_rules.amounts import in_turn


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        (11, (60, 40), (7, 4)),  # 6.6
        (5, (1, 1), (3, 2)),  # a half goes up to the first
        (10, (33, 33, 34), (3, 3, 4)),  # 3.3; of 7 the next 33 of 67: 3.45
        (2, (30, 30, 40), (1, 0, 1)),  # 0.6; of 1 the next 30 of 70: 0.43
        (3, (0, 5, 0), (0, 3, 0)),
        (0, (1, 2), (0, 0)),
    ],
)
def test_shares_in_turn_add_up(total: int, weights: tuple[int, ...], parts: tuple[int, ...]) -> None:
    assert in_turn(total, weights) == parts


def test_of_more_in_turn_nobody_gets_less() -> None:
    for weights in ((1, 1, 1), (30, 30, 40), (3, 5, 7, 11), (1, 98, 1)):
        shares = [in_turn(total, weights) for total in range(200)]
        assert all(sum(parts) == total for total, parts in enumerate(shares))
        assert all(a <= b for less, more in pairwise(shares) for a, b in zip(less, more, strict=True))
