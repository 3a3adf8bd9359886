"""Another denomination conserves what is held: sum times rate is the sum, but for what is rounded."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from loyalty_rules.amounts import Rounding
from loyalty_rules.ledger.redenominating import (
    Denomination,
    award_in,
    buckets_in,
    cut,
    exact_in,
    payment_in,
    purse_in,
)
from loyalty_rules.member import NEVER, Lot, Posted, Purse, Reserved, Sum
from loyalty_rules.records import Debit, RecordedAward, RecordedLine, RecordedPayment

DENOMINATIONS = st.builds(
    Denomination,
    st.sampled_from([Fraction(11), Fraction(1, 100), Fraction(8, 5), Fraction(50), Fraction(1, 3), Fraction(7, 6)]),
    st.sampled_from(list(Rounding)),
    st.booleans(),
)
ELEVEN = Denomination(Fraction(11), Rounding.DOWN, True)
HALF = Denomination(Fraction(1, 2), Rounding.DOWN, True)
PARTS = st.dictionaries(st.sampled_from("abc"), st.integers(1, 500), min_size=1)


@st.composite
def purses(draw: st.DrawFn) -> Purse:
    lots = []
    for number in range(1, draw(st.integers(1, 6))):
        parts = tuple(sorted(draw(PARTS).items()))
        lots.append(Lot(number, number, number + 5, 100 + number, sum(units for _, units in parts), parts))
    return Purse("pts", tuple(lots), debt=draw(st.integers(0, 300)))


@given(purses(), DENOMINATIONS)
def test_a_purse_holds_its_rate_times_as_much(purse: Purse, new: Denomination) -> None:
    now = purse_in(purse, new)
    held, before = sum(lot.left for lot in now.lots), sum(lot.left for lot in purse.lots)
    assert abs(held - before * new.rate) < (max(1, len(purse.lots)) if new.per_lot else 1)
    assert abs(now.debt - purse.debt * new.rate) < 1
    old = {lot.number: lot for lot in purse.lots}
    for lot in now.lots:
        assert lot.left == sum(units for _, units in lot.parts) > 0
        assert all(units > 0 for _, units in lot.parts)
        assert lot[:4] == old[lot.number][:4]
        assert {rule for rule, _ in lot.parts} <= {rule for rule, _ in old[lot.number].parts}
        assert abs(lot.left - old[lot.number].left * new.rate) < (1 if new.per_lot else 2)


@given(st.dictionaries(st.integers(700_000, 700_400), st.integers(1, 200)), DENOMINATIONS)
def test_every_window_of_a_counter_is_off_by_less_than_two_units(sums: dict[int, int], new: Denomination) -> None:
    """Less than one at each of its ends."""
    buckets = tuple(sorted(sums.items()))
    now = dict(buckets_in(buckets, new))
    assert list(now) == sorted(now)
    dates = [bucket for bucket, _ in buckets]
    for first in (0, len(dates) // 2):
        before = sum(sums[date] for date in dates[first:])
        after = sum(now.get(date, 0) for date in dates[first:])
        assert abs(after - before * new.rate) < (2 if first else 1)


def test_a_remainder_is_cut_towards_zero_to_billionths() -> None:
    assert cut("base", Fraction(11, 3)) == ("base", 1_833_333_333, 500_000_000)
    assert cut("base", Fraction(-1, 3)) == ("base", -333_333_333, 1_000_000_000)
    assert cut("base", Fraction(11, 2)) == ("base", 11, 2)


def award(*rows: tuple[int, tuple[int, ...]], holds: int) -> RecordedAward:
    given = sum(units for _, row in rows for units in row)
    return RecordedAward("base", "pts", "S_ORDER", ("base",), rows, 1, 0, 100, given, holds)


def line(number: int, kept: int) -> RecordedLine:
    return RecordedLine(str(number), "", "", "", (), 2_000_000, kept, False, (100, 1), 200, 200, 0, 200, False, (), ())


def test_what_stands_of_an_award_lies_where_goods_are_kept() -> None:
    """30 of the first line and 20 of the second; half of the first came back, 35 stand: 385, split 15 to 20."""
    now = award_in(
        award((0, (30,)), (1, (20,)), holds=35),
        [line(1, 1_000_000), line(2, 2_000_000)],
        ELEVEN,
    )
    assert (now.grid, now.given, now.holds) == (((0, (165,)), (1, (220,))), 550, 385)
    assert now.since == (1_000_000, 2_000_000)


def test_of_an_award_that_stands_nowhere_nothing_is_left() -> None:
    now = award_in(award((0, (30,)), holds=0), [line(1, 0)], ELEVEN)
    assert (now.grid, now.holds) == (((0, (0,)),), 0)


def test_what_is_held_of_goods_that_are_gone_is_kept_whole() -> None:
    """Units that no kept goods carry: they stand on the first row."""
    now = award_in(award((0, (30,)), holds=2), [line(1, 0)], HALF)
    assert (now.grid, now.holds) == (((0, (1,)),), 1)


def test_counted_anew_twice_an_award_lies_where_goods_were_kept_the_first_time() -> None:
    """165 and 220 of what was kept then, one of two and two of two; now none of the first and one of the second."""
    then = award((0, (165,)), (1, (220,)), holds=110)._replace(since=(1_000_000, 2_000_000))
    now = award_in(then, [line(1, 0), line(2, 1_000_000)], HALF)
    assert (now.grid, now.holds, now.since) == (((0, (0,)), (1, (55,))), 55, (0, 1_000_000))


def test_goods_that_were_gone_the_first_time_carry_nothing_the_second() -> None:
    then = award((0, (0,)), (1, (220,)), holds=220)._replace(since=(0, 2_000_000))
    assert award_in(then, [line(1, 0), line(2, 2_000_000)], HALF).grid == ((0, (0,)), (1, (110,)))


def test_an_exact_award_is_multiplied_exactly() -> None:
    """Of 10.4 and -0.6 a hundredth: 0.104 and -0.006."""
    exact = award((0, (104, -6)), (-1, (0, 0)), holds=0)._replace(scale=10)
    found = exact_in(exact, Fraction(1, 100))
    assert (found.grid, found.scale) == (((0, (52, -3)),), 500)
    nothing = exact_in(exact, Fraction(0))
    assert (nothing.grid, nothing.scale) == ((), 1)


# ---------- what is set aside, what points paid, sums of periods


def debit(number: int, units: int, *parts: tuple[str, int]) -> Debit:
    return Debit(number, number, number, 100, units, parts or (("base", units),), (), NEVER)


def reserved(*debits: Debit, value: int = 100, size: int = 1, full: bool = False) -> Reserved:
    return Reserved("v-1", "pay", 5, NEVER, value, size, full, debits)


def test_what_is_set_aside_pays_the_same_money() -> None:
    """5 and 4 units at 1.00 each; eleven times as many are worth an eleventh each."""
    purse = Purse("pts", (), reserved=(reserved(debit(1, 5, ("a", 3), ("b", 2)), debit(2, 4)),))
    (now,) = purse_in(purse, ELEVEN).reserved
    assert [(one.number, one.units, one.parts) for one in now.debits] == [
        (1, 55, (("a", 33), ("b", 22))),
        (2, 44, (("base", 44),)),
    ]
    assert (now.value, now.size, now.worth(99), now.worth(50)) == (100, 11, 900, 454)


def test_what_rounding_takes_of_what_is_set_aside_pays_nothing() -> None:
    """Half of 5 and of 4 is 2 and 2 lot by lot, 4 of 9 together, which are worth 2.00 each."""
    debits = (debit(1, 5), debit(2, 4))
    (now,) = purse_in(Purse("pts", (), reserved=(reserved(*debits),)), HALF).reserved
    assert [one.units for one in now.debits] == [2, 2]
    assert (now.value, now.size, now.worth(4)) == (200, 1, 800)
    together = Denomination(Fraction(1, 2), Rounding.UP, False)
    (now,) = purse_in(Purse("pts", (), reserved=(reserved(*debits),)), together).reserved
    assert [one.units for one in now.debits] == [3, 2]
    (now,) = purse_in(Purse("pts", (), reserved=(reserved(debit(1, 1)),)), HALF).reserved
    assert (now.debits, now.units) == ((), 0)


def test_whole_steps_stay_where_they_are_of_whole_units() -> None:
    """100 for 10 units at a time: for 110 of the new ones; 5 at a time are no whole step once they are halved."""
    (now,) = purse_in(Purse("pts", (), reserved=(reserved(debit(1, 20), size=10, full=True),)), ELEVEN).reserved
    assert (now.full, now.worth(220), now.worth(219)) == (True, 200, 100)
    (now,) = purse_in(Purse("pts", (), reserved=(reserved(debit(1, 20), size=5, full=True),)), HALF).reserved
    assert (now.full, now.worth(10), now.worth(5)) == (False, 400, 200)


def test_what_points_paid_keeps_the_share_that_has_not_come_back() -> None:
    """10 were taken, 6 have not come back: 3 and 3, halved 1 and 1, and these are 6 tenths of 3."""
    paid = RecordedPayment("pay", "pts", 10, 1000, (0,), (1000,), (debit(1, 3), debit(2, 3)))
    now = payment_in(paid, HALF)
    assert (now.units, now.spent, now.value) == (3, 2, 1000)
    eleven = payment_in(paid, ELEVEN)
    assert (eleven.units, eleven.spent) == (110, 66)
    assert payment_in(paid._replace(debits=()), ELEVEN).units == 110


def test_open_sums_are_kept_exactly_and_posted_ones_are_what_stands() -> None:
    """10.4 times 11 is 114.4; of 150.5 that were posted 100 stand, 30 of them expired."""
    posted = Posted(3, 50, 50, 100, 120, 100, True, (("base CAP pts S_MEMBER", 7, 120),), 30, 20, 3)
    purse = Purse("pts", (), sums=(Sum("base", 1, 301, 2, posted), Sum("base", 2, 52, 5), Sum("base", 3, 1, 10**9)))
    assert purse_in(purse, ELEVEN).sums == (
        Sum(
            *("base", 1, 1100, 1),
            Posted(3, 50, 50, 100, 1100, 1100, True, (("base CAP pts S_MEMBER", 7, 1320),), 330, 220, 33, anew=True),
        ),
        Sum("base", 2, 572, 5),
        Sum("base", 3, 11, 10**9),
    )
    assert [one.number for one in purse_in(purse, HALF).sums] == [1, 2]
