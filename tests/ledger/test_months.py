"""Spending of one month at a time: the first month that holds enough is used, and never two together."""

from __future__ import annotations

import pytest

from loyalty_rules import DecisionError
from loyalty_rules.ledger.months import most, spend
from loyalty_rules.member import NEVER, Lot, Purse, Take


def month(at: int) -> int:
    return at // 100


def lot(number: int, left: int, earned: int) -> Lot:
    return Lot(number, earned, earned, NEVER, left, (("r", left),))


#: 50 units of the first month, 80 of the second in two lots, 20 of the third.
PURSE = Purse("pts", (lot(1, 50, 10), lot(2, 30, 110), lot(3, 50, 120), lot(4, 20, 210)))


def test_the_most_that_can_be_spent_is_the_most_of_one_month() -> None:
    assert [most(PURSE, at, month) for at in (5, 50, 115, 300)] == [0, 50, 50, 80]


def test_the_first_month_with_enough_is_used_and_the_others_stay_whole() -> None:
    after, debits = spend(PURSE, 50, 300, Take.OLDEST, month)
    assert [(one.number, one.units) for one in debits] == [(1, 50)]
    after, debits = spend(PURSE, 60, 300, Take.OLDEST, month)
    assert [(one.number, one.units) for one in debits] == [(2, 30), (3, 30)]
    assert {one.number: one.left for one in after.lots} == {1: 50, 3: 20, 4: 20}


def test_what_no_month_holds_alone_cannot_be_spent() -> None:
    with pytest.raises(DecisionError, match="no month of `pts` has the 81 units") as error:
        spend(PURSE, 81, 300, Take.OLDEST, month)
    assert error.value.code == "purse.short"


def test_nothing_can_be_spent_of_nothing() -> None:
    empty = Purse("pts", ())
    assert spend(empty, 0, 300, Take.OLDEST, month) == (empty, ())
