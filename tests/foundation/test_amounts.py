"""Reading, rounding, splitting and writing amounts."""

from __future__ import annotations

import decimal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty_rules.amounts import (
    MAGNITUDE_LIMIT,
    MICRO,
    Rounding,
    check_magnitude,
    format_fraction,
    format_units,
    largest_remainder,
    micros,
    parse_decimal,
    round_exact,
    round_ratio,
    split_with_ceilings,
)
from tests.foundation.support import code_of, refusal

amounts = st.integers(min_value=-(10**12), max_value=10**12)
modes = st.sampled_from(Rounding)


# ---------------------------------------------------------------- reading strings


@pytest.mark.parametrize(
    ("text", "decimals", "units"),
    [
        ("0", 0, 0),
        ("250", 2, 25_000),
        ("250.00", 2, 25_000),
        ("250.5", 2, 25_050),
        ("-0.01", 2, -1),
        ("007", 0, 7),
        ("0.000001", 6, 1),
        ("999999999999999", 0, 999_999_999_999_999),
        ("-999999999999999.999999", 6, -999_999_999_999_999_999_999),
    ],
)
def test_a_decimal_is_read_in_its_smallest_units(text: str, decimals: int, units: int) -> None:
    assert parse_decimal(text, decimals) == units


def test_N_08_one_number_has_one_value() -> None:
    assert parse_decimal("1.10", 2) == parse_decimal("1.1", 2) == 110
    assert parse_decimal("-0", 2) == parse_decimal("-0.00", 2) == parse_decimal("0", 2) == 0
    assert micros(Decimal("1.10"), "x") == micros(Decimal("1.1"), "x") == micros("1.1", "x") == 1_100_000
    assert micros(Decimal("-0"), "x") == micros("-0", "x") == 0


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "-", ".", "+5", ".5", "5.", "-.5", "--5", "1,5", "1 000", "1_000", " 7 ", "7\n", "0x10",
        "1e3", "1E3", "1.2.3", "１２", "٣٤", "²", "½", "五", "1٠", "5%", "5 RUB", "\ud800", "7\0",
    ],
)  # fmt: skip
def test_N_07_only_ascii_digits_a_minus_and_a_point_make_a_number(text: str) -> None:
    assert code_of(lambda: parse_decimal(text, 6, "price")) == "number.syntax"
    assert code_of(lambda: micros(text, "price")) == "number.syntax"


@pytest.mark.parametrize("text", ["1e1000000", "1e-10000000", "1e100000000", "1e999999999999999999"])
def test_N_01_N_02_N_03_N_17_an_exponent_is_refused_before_anything_is_computed(text: str) -> None:
    assert code_of(lambda: parse_decimal(text, 6)) == "number.syntax"


@pytest.mark.parametrize("digits", [16, 5_000, 1_000_000])
def test_N_04_more_than_15_digits_are_refused_whatever_the_host_allows(digits: int) -> None:
    for limit in (640, 0):
        with integer_digits(limit):
            error = refusal(lambda: parse_decimal("1" * digits, 2, "lines[0].price"))
            assert (error.code, error.where) == ("limit.number", "lines[0].price")


@contextmanager
def integer_digits(limit: int) -> Iterator[None]:
    before = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(limit)
    try:
        yield
    finally:
        sys.set_int_max_str_digits(before)


@pytest.mark.parametrize("text", ["NaN", "nan", "sNaN", "-NaN", "NaN123", "Infinity", "-Infinity", "inf", "+inf"])
def test_N_06_what_is_not_finite_is_refused_as_such(text: str) -> None:
    assert code_of(lambda: parse_decimal(text, 2)) == "number.not_finite"
    assert code_of(lambda: micros(text, "x")) == "number.not_finite"


@pytest.mark.parametrize(("text", "decimals"), [("1.000", 2), ("100.0", 0), ("1.0000000", 6), ("1." + "0" * 5000, 6)])
def test_more_decimals_than_there_are_is_an_error_even_if_they_are_zeros(text: str, decimals: int) -> None:
    assert code_of(lambda: parse_decimal(text, decimals)) == "number.decimals"


class _Text(str):
    __slots__ = ()


@pytest.mark.parametrize("value", [None, 5, True, 1.5, b"5", Decimal(5), _Text("5")])
def test_only_an_exact_string_is_parsed(value: Any) -> None:
    assert code_of(lambda: parse_decimal(value, 2)) == "number.type"


@given(amounts, st.integers(min_value=0, max_value=6))
def test_what_is_written_is_read_back(units: int, decimals: int) -> None:
    assert parse_decimal(format_units(units, decimals), decimals) == units


# ---------------------------------------------------------------- reading what hosts have


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("0.333", 333_000),
        (3, 3_000_000),
        (0, 0),
        (-3, -3_000_000),
        (10**15, 10**21),
        (-(10**15), -(10**21)),
        (Decimal("0.000001"), 1),
        (Decimal("-12.5"), -12_500_000),
        (Decimal("1E+15"), 10**21),
        (Decimal("1E15"), 10**21),
        (Decimal("1.50000000000000000000"), 1_500_000),
        (Decimal((0, (0, 0, 5), -1)), 500_000),
        (Decimal("0E+999999"), 0),
        (Decimal("0E-999999"), 0),
    ],
)
def test_numbers_of_a_host_become_millionths(value: str | int | Decimal, expected: int) -> None:
    assert micros(value, "quantity") == expected


class _Int(int):
    pass


class _Decimal(Decimal):
    pass


class _Float(float):
    pass


@pytest.mark.parametrize("value", [0.1, 1e16, 5.0, float("nan"), float("inf"), _Float(1)])
def test_N_09_a_float_is_refused(value: Any) -> None:
    error = refusal(lambda: micros(value, "price"))
    assert (error.code, error.where) == ("type.float_not_allowed", "price")


@pytest.mark.parametrize("value", [True, False, None, b"1", [1], Fraction(1, 2), 1j, _Int(1), _Decimal(1), _Text("1")])
def test_N_09_truth_values_subclasses_and_other_numbers_are_refused(value: Any) -> None:
    assert code_of(lambda: micros(value, "price")) == "number.type"


@pytest.mark.parametrize("text", ["NaN", "sNaN", "Infinity", "-Infinity", "NaN123"])
def test_N_06_a_decimal_that_is_not_finite_is_refused(text: str) -> None:
    assert code_of(lambda: micros(Decimal(text), "price")) == "number.not_finite"


@pytest.mark.parametrize(
    "value",
    [
        10**15 + 1,
        -(10**15) - 1,
        "1000000000000000",
        Decimal(10**15 + 1),
        Decimal("1000000000000000.000001"),
        Decimal("1E+16"),
        Decimal("1E+999999"),
        Decimal("-9E+999999"),
        Decimal("9" * 5000),
    ],
)
def test_N_11_a_number_is_at_most_10_to_the_15(value: Any) -> None:
    assert code_of(lambda: micros(value, "price")) == "limit.number"


def test_N_04_an_integer_too_long_to_be_written_is_refused() -> None:
    assert code_of(lambda: micros(10**5000, "price")) == "limit.number"


@pytest.mark.parametrize("text", ["0.0000001", "1E-7", "1E-999999", "0.12345678"])
def test_N_17_a_decimal_finer_than_a_millionth_is_refused_not_rounded(text: str) -> None:
    assert code_of(lambda: micros(Decimal(text), "price")) == "number.decimals"


def test_N_10_the_ambient_decimal_context_does_not_matter() -> None:
    value = Decimal("123456789012.345678")
    with decimal.localcontext() as context:
        context.prec = 3
        context.rounding = decimal.ROUND_UP
        context.Emax = 5
        context.traps = dict.fromkeys(context.traps, False)
        assert micros(value, "price") == 123_456_789_012_345_678
    with decimal.localcontext() as context:
        context.traps = dict.fromkeys(context.traps, True)
        assert micros(value, "price") == 123_456_789_012_345_678


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15, places=6))
def test_a_decimal_is_read_as_the_fraction_it_is(value: Decimal) -> None:
    assert micros(value, "x") == Fraction(value) * MICRO


# ---------------------------------------------------------------- magnitude


def test_N_13_magnitudes_end_below_2_to_the_62() -> None:
    assert check_magnitude(4_611_686_018_427_387_903) == 4_611_686_018_427_387_903
    assert check_magnitude(-4_611_686_018_427_387_903) == -4_611_686_018_427_387_903
    assert MAGNITUDE_LIMIT == 4_611_686_018_427_387_904
    for units in (MAGNITUDE_LIMIT, -MAGNITUDE_LIMIT, 10**48):
        error = refusal(lambda units=units: check_magnitude(units, "rule base"))  # type: ignore[misc]
        assert (error.code, error.where) == ("eval.overflow", "rule base")


# ---------------------------------------------------------------- rounding


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        # of 0.5, 1.5, 2.5, 1.2, 1.8, 2, 0
        (Rounding.DOWN, [0, 1, 2, 1, 1, 2, 0]),
        (Rounding.UP, [1, 2, 3, 2, 2, 2, 0]),
        (Rounding.HALF_UP, [1, 2, 3, 1, 2, 2, 0]),
        (Rounding.HALF_EVEN, [0, 2, 2, 1, 2, 2, 0]),
    ],
)
def test_rounding_modes(mode: Rounding, expected: list[int]) -> None:
    exact = [Fraction(1, 2), Fraction(3, 2), Fraction(5, 2), Fraction(6, 5), Fraction(9, 5), Fraction(2), Fraction(0)]
    assert [round_exact(x, mode) for x in exact] == expected
    assert [round_exact(-x, mode) for x in exact] == [-units for units in expected]


def test_a_ratio_need_not_be_reduced() -> None:
    assert [round_ratio(tenths, 10, Rounding.HALF_EVEN) for tenths in (5, 15, 25, 35, 45, -35, 36, 44)] == [
        0, 2, 2, 4, 4, -4, 4, 4,
    ]  # fmt: skip
    assert [round_ratio(tenths, 10, Rounding.HALF_UP) for tenths in (5, 15, 25, -25, 24)] == [1, 2, 3, -3, 2]


def test_three_lines_of_95_by_mode_and_place() -> None:
    line, order = Fraction(95, 10), Fraction(285, 10)
    assert 3 * round_exact(line, Rounding.DOWN) == 27
    assert round_exact(order, Rounding.DOWN) == 28
    assert 3 * round_exact(line, Rounding.HALF_UP) == 30
    assert round_exact(order, Rounding.HALF_UP) == 29


def test_rounding_modes_are_named_by_their_phrase_roles() -> None:
    assert [mode.value for mode in Rounding] == ["ROUND_DOWN", "ROUND_UP", "ROUND_HALF_UP", "ROUND_HALF_EVEN"]


@given(st.fractions(), modes)
def test_INV_20_rounding_is_symmetric(x: Fraction, mode: Rounding) -> None:
    assert round_exact(-x, mode) == -round_exact(x, mode)


@given(st.fractions(), modes)
def test_rounding_stays_within_its_bounds(x: Fraction, mode: Rounding) -> None:
    units = round_exact(x, mode)
    error = abs(units) - abs(x)
    match mode:
        case Rounding.DOWN:
            assert -1 < error <= 0
        case Rounding.UP:
            assert 0 <= error < 1
        case Rounding.HALF_UP:
            assert Fraction(-1, 2) < error <= Fraction(1, 2)
        case Rounding.HALF_EVEN:
            assert abs(error) <= Fraction(1, 2)
            assert abs(error) < Fraction(1, 2) or units % 2 == 0


@given(amounts, modes)
def test_whole_units_are_not_rounded(units: int, mode: Rounding) -> None:
    assert round_exact(units, mode) == units
    assert round_ratio(units * 7, 7, mode) == units


# ---------------------------------------------------------------- largest remainder


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        pytest.param(1000, [5000, 5000, 5000], [334, 333, 333], id="RND-01"),
        pytest.param(95, [10, 20, 10, 30, 50, 20, 10, 40], [5, 10, 5, 15, 25, 10, 5, 20], id="RND-03-A"),
        pytest.param(93, [10, 20, 10, 30, 50, 20, 10, 40], [5, 10, 5, 15, 24, 10, 5, 19], id="RND-03-B"),
        pytest.param(299, [1, 1, 1], [100, 100, 99], id="RND-03-C"),
        pytest.param(299, [4300, 1400, 2300], [161, 52, 86], id="RND-03-D"),
        pytest.param(300, [4300, 1400, 2300], [161, 53, 86], id="RND-05"),
        pytest.param(5000, [12_000, 23_000, 30_000], [923, 1769, 2308], id="RND-06"),
        pytest.param(825, [1200, 2300, 1000], [220, 422, 183], id="odd"),
        pytest.param(15, [80, 8, 12], [12, 1, 2], id="RND-16"),
        pytest.param(2, [0, 1, 0], [0, 2, 0], id="zero weights get nothing"),
        pytest.param(5, [0, 0, 0], [2, 2, 1], id="all zero counts as equal"),
        pytest.param(-5, [0, 0, 0], [-2, -2, -1], id="all zero, negative"),
        pytest.param(-300, [4300, 1400, 2300], [-161, -53, -86], id="negative mirrors"),
        pytest.param(0, [3, 0, 5], [0, 0, 0], id="nothing to split"),
        pytest.param(0, [], [], id="nothing over nothing"),
        pytest.param(7, [0], [7], id="one weight takes all"),
        # Ties go by the place in the list, not by the weight: 1/2 and 1/2 of one unit each.
        pytest.param(2, [1, 3], [1, 1], id="tie by place"),
        pytest.param(2, [3, 1], [2, 0], id="tie by place, other way"),
    ],
)
def test_largest_remainder(total: int, weights: list[int], parts: list[int]) -> None:
    assert largest_remainder(total, weights) == tuple(parts)


weights_lists = st.lists(st.integers(min_value=0, max_value=10**6), min_size=1, max_size=8)


@given(amounts, weights_lists)
def test_a_split_adds_up_and_keeps_to_its_shares(total: int, weights: list[int]) -> None:
    parts = largest_remainder(total, weights)
    assert sum(parts) == total
    assert largest_remainder(-total, weights) == tuple(-part for part in parts)
    whole = sum(weights)
    for part, weight in zip(parts, weights, strict=True):
        share = Fraction(total * weight, whole) if whole else Fraction(total, len(weights))
        assert abs(part - share) < 1
        assert weight or not whole or part == 0


@given(st.integers(min_value=0, max_value=10**6), weights_lists)
def test_a_split_is_the_one_of_the_definition(total: int, weights: list[int]) -> None:
    """By Fractions and a sort of (fraction descending, place), as the method is published."""
    whole = sum(weights)
    shares = [Fraction(total * weight, whole) if whole else Fraction(total, len(weights)) for weight in weights]
    parts = [share.numerator // share.denominator for share in shares]
    order = sorted(range(len(shares)), key=lambda place: (parts[place] - shares[place], place))
    for place in order[: total - sum(parts)]:
        parts[place] += 1
    assert largest_remainder(total, weights) == tuple(parts)


@pytest.mark.parametrize(("total", "weights"), [(1, [1, -1]), (0, [-1]), (1, []), (-1, [])])
def test_a_split_without_sense_is_refused(total: int, weights: list[int]) -> None:
    assert code_of(lambda: largest_remainder(total, weights)) == "split.weights"
    assert code_of(lambda: split_with_ceilings(total, weights, [9] * len(weights))) == "split.weights"


# ---------------------------------------------------------------- splitting under ceilings


@pytest.mark.parametrize(
    ("total", "weights", "ceilings", "parts"),
    [
        # 5 % of 250 and 195 RUB is 22.25; of it 20.00 are left.
        pytest.param(2000, [1250, 975], [1250, 975], [1124, 876], id="22.25 with 20.00 left"),
        pytest.param(100, [1, 1], [30, 100], [30, 70], id="one full, the other takes the rest"),
        pytest.param(100, [1, 1, 2], [10, 100, 30], [10, 60, 30], id="fixing one fills another"),
        pytest.param(90, [3, 2, 1], [30, 30, 100], [30, 30, 30], id="two full"),
        pytest.param(100, [1, 1], [30, 30], [30, 30], id="more than there is room for"),
        pytest.param(100, [1, 1], [0, 0], [0, 0], id="no room at all"),
        pytest.param(10, [1, 0, 0], [4, 2, 9], [4, 2, 4], id="weight 0 takes what others cannot"),
        pytest.param(10, [1, 0], [10, 5], [10, 0], id="weight 0 takes nothing before"),
        pytest.param(10, [0, 0], [9, 9], [5, 5], id="all zero counts as equal"),
        pytest.param(-100, [1, 1], [30, 100], [-30, -70], id="negative mirrors"),
        pytest.param(0, [], [], [], id="nothing over nothing"),
        # 10/3 each of 10 with one full at 3: 7 over two, the odd unit to the earlier. Rounded once, not twice.
        pytest.param(10, [1, 1, 1], [3, 9, 9], [3, 4, 3], id="rounded once"),
        pytest.param(5, [1, 1, 1], [2, 2, 1], [2, 2, 1], id="just room"),
    ],
)
def test_a_split_under_ceilings(total: int, weights: list[int], ceilings: list[int], parts: list[int]) -> None:
    assert split_with_ceilings(total, weights, ceilings) == tuple(parts)


@st.composite
def bounded_splits(draw: st.DrawFn) -> tuple[int, list[int], list[int]]:
    weights = draw(st.lists(st.integers(min_value=0, max_value=1000), min_size=1, max_size=7))
    ceilings = draw(st.lists(st.integers(0, 500), min_size=len(weights), max_size=len(weights)))
    return draw(st.integers(min_value=0, max_value=1500)), weights, ceilings


@given(bounded_splits())
def test_a_split_under_ceilings_adds_up_and_passes_none(case: tuple[int, list[int], list[int]]) -> None:
    total, weights, ceilings = case
    parts = split_with_ceilings(total, weights, ceilings)
    assert sum(parts) == min(total, sum(ceilings))
    assert all(0 <= part <= ceiling for part, ceiling in zip(parts, ceilings, strict=True))
    assert split_with_ceilings(-total, weights, ceilings) == tuple(-part for part in parts)


@given(bounded_splits())
def test_a_split_under_ceilings_is_the_water_level(case: tuple[int, list[int], list[int]]) -> None:
    """The exact split is min(ceiling, level x weight) for one level; it is found here by trying every full set."""
    total, weights, ceilings = case
    places = [place for place, weight in enumerate(weights) if weight]
    room = sum(ceilings[place] for place in places)
    if total >= room:
        return
    # In the order in which a rising level fills them, a prefix is full.
    by_level = sorted(places, key=lambda place: Fraction(ceilings[place], weights[place]))
    for count in range(len(by_level)):
        full, carrying = by_level[:count], by_level[count:]
        level = Fraction(total - sum(ceilings[p] for p in full), sum(weights[p] for p in carrying))
        if all(level * weights[p] <= ceilings[p] for p in carrying):
            parts = split_with_ceilings(total, weights, ceilings)
            assert all(parts[p] == ceilings[p] for p in full)
            assert all(abs(parts[p] - level * weights[p]) < 1 for p in carrying)
            return
    pytest.fail("no level fits")


@given(st.integers(min_value=0, max_value=10**6), weights_lists)
def test_ceilings_that_do_not_bind_change_nothing(total: int, weights: list[int]) -> None:
    assert split_with_ceilings(total, weights, [total] * len(weights)) == largest_remainder(total, weights)


@pytest.mark.parametrize(("weights", "ceilings"), [([1, 1], [1]), ([1], [1, 1]), ([1], [-1])])
def test_ceilings_without_sense_are_refused(weights: list[int], ceilings: list[int]) -> None:
    assert code_of(lambda: split_with_ceilings(1, weights, ceilings)) == "split.weights"


# ---------------------------------------------------------------- writing


@pytest.mark.parametrize(
    ("units", "decimals", "text"),
    [
        (25_000, 2, "250.00"),
        (-5, 1, "-0.5"),
        (5, 2, "0.05"),
        (-5, 2, "-0.05"),
        (0, 0, "0"),
        (0, 2, "0.00"),
        (7, 0, "7"),
        (-7, 0, "-7"),
        (1, 6, "0.000001"),
        (12_345, 3, "12.345"),
    ],
)
def test_units_are_written_in_one_form(units: int, decimals: int, text: str) -> None:
    assert format_units(units, decimals) == text


@pytest.mark.parametrize(
    ("x", "text"),
    [
        (Fraction(1, 4), "0.25"),
        (Fraction(89, 4), "22.25"),
        (Fraction(100), "100"),
        (100, "100"),
        (Fraction(0), "0"),
        (Fraction(1, 3), "0.333333"),
        (Fraction(2, 3), "0.666667"),
        (Fraction(-1, 3), "-0.333333"),
        (Fraction(-1, 10_000_000), "0"),
        (Fraction(5, 10_000_000), "0.000001"),
    ],
)
def test_fractions_are_written_for_people(x: Fraction | int, text: str) -> None:
    assert format_fraction(x) == text


def test_fractions_are_written_with_fewer_decimals_on_request() -> None:
    assert format_fraction(Fraction(89, 4), 1) == "22.3"
    assert format_fraction(Fraction(89, 4), 0) == "22"
    assert format_fraction(Fraction(-1, 3), 0) == "0"
    assert format_fraction(Fraction(100), 0) == "100"


@given(amounts)
def test_a_fraction_of_millionths_is_written_exactly(units: int) -> None:
    assert Fraction(format_fraction(Fraction(units, MICRO))) == Fraction(units, MICRO)
