"""Spending: which lots are used, in which order, and of which rules their units were."""

from __future__ import annotations

import pytest

from loyalty_rules import DecisionError
from loyalty_rules.ledger.spending import available, spend
from loyalty_rules.member import NEVER, Lot, Purse, Take
from loyalty_rules.records import Debit


def lot(number: int, left: int, *, earned: int, usable: int = 0, expires: int = NEVER, rule: str = "r") -> Lot:
    return Lot(number, earned, usable, expires, left, ((rule, left),))


#: Three lots that each order uses differently, and one that is not usable yet.
PURSE = Purse(
    "pts",
    (
        lot(1, 100, earned=10, expires=900),
        lot(2, 100, earned=20, expires=500),
        lot(3, 100, earned=30),
        lot(4, 100, earned=40, usable=1_000),
    ),
)


@pytest.mark.parametrize(
    ("take", "numbers"), [(Take.OLDEST, [1, 2, 3]), (Take.SOONEST, [2, 1, 3]), (Take.NEWEST, [3, 2, 1])]
)
def test_lots_are_used_in_the_order_of_the_purse(take: Take, numbers: list[int]) -> None:
    after, debits = spend(PURSE, 250, 100, take)
    assert [debit.number for debit in debits] == numbers
    assert [debit.units for debit in debits] == [100, 100, 50]
    assert {one.number: one.left for one in after.lots} == {numbers[2]: 50, 4: 100}


def test_lots_stay_in_the_order_in_which_they_were_earned() -> None:
    after, _ = spend(PURSE, 150, 100, Take.SOONEST)
    assert [(one.number, one.left) for one in after.lots] == [(1, 50), (3, 100), (4, 100)]


def test_ties_go_to_the_lot_that_was_earned_first_and_then_to_the_smaller_number() -> None:
    purse = Purse("pts", (lot(1, 5, earned=10), lot(2, 5, earned=10), lot(3, 5, earned=20)))
    assert [debit.number for debit in spend(purse, 6, 100, Take.SOONEST)[1]] == [1, 2]
    assert [debit.number for debit in spend(purse, 6, 100, Take.OLDEST)[1]] == [1, 2]
    assert [debit.number for debit in spend(purse, 11, 100, Take.NEWEST)[1]] == [3, 1, 2]


def test_what_is_not_usable_yet_cannot_be_spent() -> None:
    assert [available(PURSE, at) for at in (100, 999, 1_000)] == [300, 300, 400]
    with pytest.raises(DecisionError, match="1 units less") as error:
        spend(PURSE, 301, 100, Take.OLDEST)
    assert error.value.code == "purse.short"


def test_a_lot_is_spent_from_its_rules_by_largest_remainder() -> None:
    """10 of 7 + 7 + 1: 4 2/3, 4 2/3 and 2/3 are 4, 4, 0 and two units more, to the first two of equal fractions."""
    merged = Purse("pts", (Lot(1, 0, 0, 500, 15, (("a", 7), ("b", 7), ("c", 1))),))
    after, debits = spend(merged, 10, 100, Take.OLDEST)
    assert debits == (Debit(1, 0, 0, 500, 10, (("a", 5), ("b", 5)), (), NEVER),)
    assert after.lots == (Lot(1, 0, 0, 500, 5, (("a", 2), ("b", 2), ("c", 1))),)
