"""Lots: half-open lives, spending order, merging, expiry; and no bound passed silently."""

from __future__ import annotations

from random import Random

import pytest

from loyalty_rules import DecisionError
from loyalty_rules.ledger.lots import (
    Balance,
    Ended,
    balance,
    becoming_usable,
    ended,
    may_join,
    merged,
    next_end,
    next_usable,
    post,
    put_off,
    total,
)
from loyalty_rules.member import NEVER, Lot, Purse


def lot(number: int, left: int, *, earned: int = 0, usable: int = 0, expires: int = NEVER, rule: str = "r") -> Lot:
    return Lot(number, earned, usable, expires, left, ((rule, left),))


EMPTY = Purse("pts", ())


def test_a_lot_is_usable_from_its_instant_and_gone_at_its_end() -> None:
    purse = post(EMPTY, lot(1, 10, usable=100, expires=200))
    assert [balance(purse, at) for at in (99, 100, 199, 200)] == [
        Balance(0, 10),
        Balance(10, 0),
        Balance(10, 0),
        Balance(0, 0),
    ]


def test_lots_stand_in_spending_order_whenever_they_are_posted() -> None:
    purse = EMPTY
    for number, earned in ((3, 30), (1, 10), (4, 20), (2, 20)):
        purse = post(purse, lot(number, number, earned=earned))
    assert [found.number for found in purse.lots] == [1, 2, 4, 3]
    assert total(purse) == 10


def test_nothing_is_posted_of_an_empty_lot() -> None:
    assert post(EMPTY, lot(1, 0)) == EMPTY


def test_what_falls_due_next_lies_after_an_instant() -> None:
    purse = post(post(EMPTY, lot(1, 1, usable=50, expires=300)), lot(2, 1, usable=100, expires=200))
    assert [next_usable(purse, after) for after in (0, 50, 99, 100)] == [50, 100, 100, NEVER]
    assert [next_end(purse, after) for after in (0, 199, 200, 300)] == [200, 200, 300, NEVER]
    assert (next_usable(EMPTY, 0), next_end(EMPTY, 0)) == (NEVER, NEVER)


def test_what_expires_is_named_by_rule_and_what_is_usable_counted_once() -> None:
    purse = post(EMPTY, lot(1, 5, usable=100, expires=200, rule="a"))
    purse = post(post(purse, lot(2, 7, expires=200, rule="b")), lot(3, 9, usable=200, expires=400, rule="a"))
    assert [becoming_usable(purse, at) for at in (0, 99, 100, 101, 200)] == [0, 0, 5, 0, 9]
    assert ended(purse, 199) == (purse, Ended(0, ()))
    purse, found = ended(purse, 200)
    assert found == Ended(12, (("a", 5), ("b", 7)))
    assert [found.number for found in purse.lots] == [3]


def test_neighbours_with_one_life_merge_and_remember_their_rules() -> None:
    purse = post(post(EMPTY, lot(1, 5, rule="a")), lot(2, 7, earned=1, rule="b"))
    (found,) = merged(purse, 10).lots
    assert (found.number, found.left, found.parts) == (1, 12, (("a", 5), ("b", 7)))
    assert balance(merged(purse, 10), 10) == balance(purse, 10)


@pytest.mark.parametrize(
    "second",
    [lot(2, 7, earned=1, expires=500), lot(2, 7, earned=1, usable=100)],
    ids=["another end", "not usable yet"],
)
def test_lots_of_two_lives_stay_apart(second: Lot) -> None:
    purse = post(post(EMPTY, lot(1, 5)), second)
    assert merged(purse, 10) is purse


def test_a_purse_does_not_grow_beyond_all_bounds() -> None:
    with pytest.raises(DecisionError) as refusal:
        post(post(EMPTY, lot(1, 2**61)), lot(2, 2**61))
    assert refusal.value.code == "eval.overflow"


def test_an_end_is_put_off_and_never_brought_forward() -> None:
    found = lot(1, 5, expires=200)
    assert put_off(found, 150, 10) == found
    assert put_off(found, 300, 10).expires == 300


def test_what_waits_stays_usable_and_is_asked_about_at_the_end_of_a_day() -> None:
    purse, found = ended(post(EMPTY, lot(1, 5, expires=200)), 200, lambda: True)
    assert (found, balance(purse, 200)) == (Ended(0, (), waiting=5), Balance(5, 0))
    assert next_end(purse, 200) == NEVER
    assert ended(purse, 250, lambda: False, end_of_day=False) == (purse, Ended(0, ()))
    assert ended(purse, 300, lambda: True) == (purse, Ended(0, ()))
    gone, found = ended(purse, 300, lambda: False)
    assert (gone.lots, found) == ((), Ended(5, (("r", 5),)))


def test_activity_ends_the_waiting() -> None:
    (waits,) = ended(post(EMPTY, lot(1, 5, expires=200)), 200, lambda: True)[0].lots
    assert put_off(waits, 240, 250) == waits._replace(expires=240)
    assert put_off(waits, 300, 250) == lot(1, 5, expires=300)


def test_neighbours_merge_only_if_everything_that_moves_their_ends_is_the_same() -> None:
    first = lot(1, 5, expires=200)._replace(idle=((0, 12),))
    for other in (
        lot(2, 7, expires=200),
        lot(2, 7, expires=200)._replace(idle=((0, 6),)),
        lot(2, 7, expires=200)._replace(idle=((0, 12),), latest=300),
        lot(2, 7, expires=200)._replace(idle=((0, 12),), overdue=True),
    ):
        assert len(merged(post(post(EMPTY, first), other), 10).lots) == 2
    assert len(merged(post(post(EMPTY, first), first._replace(number=2)), 10).lots) == 1


def test_lots_looked_at_before_are_not_looked_at_again() -> None:
    """Joining what came since gives what joining everything gives."""
    drawn = Random(4)
    for _ in range(500):
        lots = tuple(
            lot(number, 1, usable=drawn.choice([0, 5]), expires=drawn.choice([10, 20]))
            for number in range(drawn.randint(0, 6))
        )
        apart = frozenset((number, 0, "r") for number in range(6) if not drawn.randrange(3))
        known = merged(Purse("pts", lots), 4, apart)
        more = known._replace(lots=(*known.lots, *(one._replace(number=one.number + 6) for one in lots[:2])))
        whole = merged(more, 4, apart)
        assert merged(more, 4, apart, since=len(known.lots)) == whole
        assert may_join(more, 4, len(known.lots)) or whole == more
        assert may_join(more, 4) or whole == more


def test_lots_that_nothing_tells_apart_any_more_are_looked_at_with_their_neighbours() -> None:
    """Where records are gone, joining beside their lots, before and behind, gives what joining everything gives."""
    drawn, freed = Random(5), 0
    for _ in range(2_000):
        lots = tuple(
            lot(number, 1, usable=drawn.choice([0, 0, 5]), expires=drawn.choice([10, 10, 20]))
            for number in range(drawn.randint(0, 7))
        )
        apart = frozenset((number, 0, "r") for number in range(7) if drawn.randrange(3))
        known = merged(Purse("pts", lots), 4, apart)
        left = frozenset(one for one in apart if drawn.randrange(3))
        gone = {number for number, _, _ in apart - left}
        whole = merged(known, 4, left)
        numbers = may_join(known, 4, fresh=gone)
        asked = frozenset(one for one in left if one[0] in numbers)
        assert merged(known, 4, asked, fresh=gone) == whole
        freed += whole != known
    assert freed > 200
