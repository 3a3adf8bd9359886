"""Another denomination conserves what is held: sum times rate is the sum, but for what is rounded."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from loyalty_rules.amounts import Rounding
from loyalty_rules.ledger.redenominating import Denomination, award_in, buckets_in, cut, purse_in
from loyalty_rules.member import Lot, Purse
from loyalty_rules.records import RecordedAward, RecordedLine

DENOMINATIONS = st.builds(
    Denomination,
    st.sampled_from([Fraction(11), Fraction(1, 100), Fraction(8, 5), Fraction(50), Fraction(1, 3), Fraction(7, 6)]),
    st.sampled_from(list(Rounding)),
)
PARTS = st.dictionaries(st.sampled_from("abc"), st.integers(1, 500), min_size=1)


@st.composite
def purses(draw: st.DrawFn) -> Purse:
    lots = []
    for number in range(1, draw(st.integers(1, 6))):
        parts = tuple(sorted(draw(PARTS).items()))
        lots.append(Lot(number, number, number + 5, 100 + number, sum(units for _, units in parts), parts))
    return Purse("pts", tuple(lots), debt=draw(st.integers(0, 300)))


@given(purses(), DENOMINATIONS, st.booleans())
def test_a_purse_holds_its_rate_times_as_much(purse: Purse, new: Denomination, per_lot: bool) -> None:
    now = purse_in(purse, new, per_lot=per_lot)
    held, before = sum(lot.left for lot in now.lots), sum(lot.left for lot in purse.lots)
    assert abs(held - before * new.rate) < (max(1, len(purse.lots)) if per_lot else 1)
    assert abs(now.debt - purse.debt * new.rate) < 1
    old = {lot.number: lot for lot in purse.lots}
    for lot in now.lots:
        assert lot.left == sum(units for _, units in lot.parts) > 0
        assert all(units > 0 for _, units in lot.parts)
        assert lot[:4] == old[lot.number][:4]
        assert {rule for rule, _ in lot.parts} <= {rule for rule, _ in old[lot.number].parts}
        assert abs(lot.left - old[lot.number].left * new.rate) < (1 if per_lot else 2)


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
    return RecordedAward("base", "pts", "S_ORDER", ("base",), rows, 0, 100, given, holds)


def line(number: int, kept: int) -> RecordedLine:
    return RecordedLine(str(number), "", "", "", (), 2_000_000, kept, False, (100, 1), 200, 200, 0, 200, False, (), ())


def test_what_stands_of_an_award_lies_where_goods_are_kept() -> None:
    """30 of the first line and 20 of the second; half of the first came back, 35 stand: 385, split 15 to 20."""
    now = award_in(
        award((0, (30,)), (1, (20,)), holds=35),
        [line(1, 1_000_000), line(2, 2_000_000)],
        Denomination(Fraction(11), Rounding.DOWN),
    )
    assert (now.grid, now.given, now.holds) == (((0, (165,)), (1, (220,))), 550, 385)
    assert now.since == (1_000_000, 2_000_000)


def test_of_an_award_that_stands_nowhere_nothing_is_left() -> None:
    now = award_in(award((0, (30,)), holds=0), [line(1, 0)], Denomination(Fraction(11), Rounding.DOWN))
    assert (now.grid, now.holds) == (((0, (0,)),), 0)


def test_what_is_held_of_goods_that_are_gone_is_kept_whole() -> None:
    """Units that no kept goods carry: they stand on the first row."""
    now = award_in(award((0, (30,)), holds=2), [line(1, 0)], Denomination(Fraction(1, 2), Rounding.DOWN))
    assert (now.grid, now.holds) == (((0, (1,)),), 1)
