"""Tables and ladders: rows in smallest units without hole or overlap, levels in one line."""

from __future__ import annotations

from fractions import Fraction

import pytest

from loyalty_rules.calendar import Period
from loyalty_rules.lang import checked as k
from loyalty_rules.lang import conditions as c
from tests.lang.checking import boost, checked, club, codes, earn, problem_of


def table(head: str, *rows: str, kind: str = "percent") -> str:
    lines = [f"| {head} | rate |", *(f"| {row} |" for row in rows)]
    return "\n".join(("table rates", f"  value rate is {kind}", *lines, "end", ""))


def rows_of(head: str, *rows: str, kind: str = "percent") -> list[tuple[int | None, int | None, Fraction, int]]:
    found = checked(club(table(head, *rows, kind=kind), earn("give 1 bonus"))).tables["rates"]
    return [(row.low, row.high, row.value, row.edge) for row in found.rows]


# ---------- rows


def test_rows_of_money_begin_at_the_smallest_coin_and_are_cut_at_the_number_written() -> None:
    rows = ("over 1 500 RUB | 5%", "at most 500 RUB | 1%", "over 500 RUB and at most 1 500 RUB | 2.5%")
    assert rows_of("money paid", *rows) == [
        (None, 50_001, Fraction(1, 100), 0),
        (50_001, 150_001, Fraction(25, 1000), 50_000),
        (150_001, None, Fraction(5, 100), 150_000),
    ]


def test_the_same_ladder_with_its_edges_on_the_other_side() -> None:
    assert rows_of("money paid", "under 500 RUB | 1%", "at least 500 RUB | 0%") == [
        (None, 50_000, Fraction(1, 100), 0),
        (50_000, None, Fraction(0), 50_000),
    ]


def test_rows_of_counts_are_whole_and_are_cut_before_their_first() -> None:
    rows = ("at most 3 | 1", "between 4 and 9 | 1.5", "at least 10 | 2")
    assert rows_of("orders in calendar month", *rows, kind="number") == [
        (None, 4, Fraction(1), 0),
        (4, 10, Fraction(3, 2), 3),
        (10, None, Fraction(2), 9),
    ]


def test_a_single_value_is_a_row() -> None:
    rows = ("0 | 1", "1 | 2", "over 1 | 3")
    assert [(low, high) for low, high, _, _ in rows_of("orders in calendar month", *rows, kind="number")] == [
        (0, 1),
        (1, 2),
        (2, None),
    ]


def test_one_row_may_stand_for_all() -> None:
    assert rows_of("list price", "all | 3%") == [(None, None, Fraction(3, 100), 0)]


def test_a_table_says_what_it_asks() -> None:
    text = club(table("spend in calendar year", "all | 3%"), earn("give 1 bonus"))
    found = checked(text).tables["rates"]
    assert isinstance(found.axis, c.Measure) and found.percent
    assert found.axis.key == "SPEND MONEY_PAID PERIOD YEAR"
    text = club(table('money paid by tender "card" without tax', "all | 3", kind="number"), earn("give 1 bonus"))
    found = checked(text).tables["rates"]
    assert found.axis == c.BaseTotal(c.Base(c.BaseKind.MONEY_PAID, ("card",), without_tax=True))
    assert not found.percent


LADDER = ("at most 12 000 RUB | 1%", "between 12 001 RUB and 13 000 RUB | 2%", "over 13 000 RUB | 3%")


@pytest.mark.parametrize(
    ("head", "rows", "code", "value"),
    [
        ("money paid", LADDER, "L092", "12 000.01 RUB"),
        ("money paid", ("over 0 RUB | 1%",), "L092", "0 RUB"),
        ("money paid", ("at most 999.99 RUB | 1%",), "L092", "1000 RUB"),
        ("money paid", ("at most 500 RUB | 1%", "at least 500 RUB | 2%"), "L093", "500 RUB"),
        ("money paid", ("all | 1%", "over 10 RUB | 2%"), "L093", "10.01 RUB"),
        ("orders in calendar month", ("at most 3 | 1%", "at least 5 | 2%"), "L092", "4"),
        ("orders in calendar month", ("at most 3 | 1%", "at least 3 | 2%"), "L093", "3"),
        ("earned bonus in calendar month", ("at most 9 bonus | 1%", "over 10 bonus | 2%"), "L092", "10 bonus"),
        ("money paid", ("between 9 RUB and 1 RUB | 1%",), "L092", "0 RUB"),
    ],
)
def test_the_value_that_falls_through_or_is_covered_twice_is_named(
    head: str, rows: tuple[str, ...], code: str, value: str
) -> None:
    _, problem = problem_of(club(table(head, *rows), earn("give 1 bonus")))
    assert (problem.code, getattr(problem, "value", "")) == (code, value)


@pytest.mark.parametrize(
    ("head", "row", "code"),
    [
        ("money paid", "at most 500 | 1%", "L053"),
        ("money paid", "at most 500 USD | 1%", "L052"),
        ("orders in calendar month", "at most 1.5 | 1%", "L049"),
        ("money paid", "all | 5 RUB", "L095"),
        ("money paid", "all | 1", "L095"),
        ("weekday", "all | 1%", "L090"),
        ("status", "all | 1%", "L090"),
        ("spend", "all | 1%", "L062"),
        ("spend while in force", "all | 1%", "L063"),
    ],
)
def test_cells_and_heads_that_do_not_fit_are_refused(head: str, row: str, code: str) -> None:
    assert codes(club(table(head, row), earn("give 1 bonus"))) == [code]


@pytest.mark.parametrize(
    ("axis", "clauses", "code"),
    [
        ("money paid", ("on any product", "give [rates] to bonus"), ["L079"]),
        ("money paid", ("on any product", "give [rates] to bonus each part"), []),
        ("spend in this order", ("on any product", "give [rates] to bonus whole amount"), []),
        ("spend in calendar year", ("on any product", "give [rates] to bonus each part"), []),
        ("spend in calendar year", ("on any product", "basis list price", "give [rates] to bonus each part"), ["L080"]),
        ("spend in calendar year before this order", ("on any product", "give [rates] to bonus each part"), ["L080"]),
        ("spend in calendar year before this order", ("on any product", "give [rates] to bonus"), []),
        ("orders in calendar year", ("on any product", "give [rates] to bonus"), []),
        ("orders in calendar year", ("on any product", "give [rates] to bonus whole amount"), ["L080"]),
        ("spend in calendar year", ("basis spend in calendar year", "give [rates] to bonus each part"), []),
    ],
)
def test_how_the_rates_of_a_ladder_count_is_said_where_it_measures_the_basis(
    axis: str, clauses: tuple[str, ...], code: list[str]
) -> None:
    assert codes(club(table(axis, "all | 1%"), earn(*clauses))) == code


def test_a_boost_may_take_its_factor_from_a_table() -> None:
    base = earn("on any product", "give 1 bonus per 10 RUB")
    factors = table("orders in calendar month", "at most 3 | 1", "over 3 | 1.5", kind="number")
    found = checked(club(factors, base, boost("changes base", "multiply by [rates]"))).boosts["more"]
    assert found.effect == k.Multiply(Fraction(1), "rates")
    per_cents = factors.replace("is number", "is percent").replace("| 1 |", "| 1% |").replace("| 1.5 |", "| 2% |")
    assert codes(club(per_cents, base, boost("changes base", "multiply by [rates]"))) == ["L081"]


# ---------- ladders

YEAR = "when spend in calendar year at least"


def tiers(*clauses: str) -> str:
    return "\n".join(("tiers status", *(f"  {clause}" for clause in clauses), "end", ""))


def test_levels_stand_in_their_order_whatever_the_order_of_the_lines() -> None:
    text = tiers(
        f"level gold above silver {YEAR} 60 000 RUB",
        "level green",
        f"level platinum above gold {YEAR} 90 000 RUB",
        f"level silver above green {YEAR} 20 000 RUB",
        "upgrade from start of next calendar quarter",
        "review at end of calendar year",
        "downgrade one level",
        'message given en "Welcome to {level}"',
    )
    found = checked(club(text, earn("give 1 bonus"))).ladders["status"]
    assert (found.base, [level.name for level in found.levels]) == ("green", ["silver", "gold", "platinum"])
    assert (found.upgrade, found.upgrade_period) == (k.Upgrade.FROM_NEXT, Period.QUARTER)
    assert (found.review, found.review_period, found.downgrade_one) == (k.Review.AT_END, Period.YEAR, True)
    assert found.given == (("en", "Welcome to {level}"),)


def test_a_ladder_without_a_base_and_without_a_review() -> None:
    text = tiers(f"level silver {YEAR} 20 000 RUB", "upgrade from this order", "review never")
    found = checked(club(text, earn("give 1 bonus"))).ladders["status"]
    assert (found.base, found.upgrade, found.review, found.downgrade_one) == (
        "",
        k.Upgrade.THIS_ORDER,
        k.Review.NEVER,
        False,
    )


END = ("upgrade from next order", "review never")


@pytest.mark.parametrize(
    ("clauses", "code"),
    [
        ((f"level a {YEAR} 1 RUB", "upgrade from next order", "review every order"), ["L040"]),
        ((f"level a {YEAR} 1 RUB", "upgrade from next order"), ["L040"]),
        ((f"level a {YEAR} 1 RUB", "review never"), ["L040"]),
        (("level a", *END), ["L040"]),
        (("level a", "level b", f"level c above a {YEAR} 1 RUB", *END), ["L100"]),
        ((f"level a {YEAR} 1 RUB", f"level a above b {YEAR} 2 RUB", *END), ["L030", "L033"]),
        ((f"level a {YEAR} 1 RUB", f"level b above c {YEAR} 2 RUB", *END), ["L030"]),
        (("level a when spend in this order at least 5 RUB", *END), ["L063"]),
        (('level a when order channel is "app"', *END), ["L129"]),
        (("level a when weekday is sunday", *END), ["L129"]),
        ((f"level a {YEAR} 1 RUB", "upgrade from next order", "upgrade from this order", "review never"), ["L042"]),
    ],
)
def test_ladders_that_cannot_stand(clauses: tuple[str, ...], code: list[str]) -> None:
    assert sorted(codes(club(tiers(*clauses), earn("give 1 bonus")))) == code


def test_two_ladders_may_have_levels_of_one_name() -> None:
    one = tiers(f"level gold {YEAR} 1 RUB", *END)
    other = one.replace("tiers status", "tiers tasting")
    assert codes(club(one, other, earn("for status is gold and tasting is gold", "give 1 bonus"))) == []


PART = ("upgrade for the part above", "review never")


@pytest.mark.parametrize(
    ("levels", "code"),
    [
        ((f"level a {YEAR} 1 000 RUB", f"level b above a {YEAR} 2 000 RUB"), []),
        ((f"level a {YEAR} 1 000 RUB", f"level b above a {YEAR} 1 000 RUB"), ["L104"]),
        ((f"level a {YEAR} 1 000 RUB", "level b above a when spend in calendar month at least 2 000 RUB"), ["L104"]),
        (("level a when earned bonus in calendar year at least 5",), ["L104"]),
        (("level a when spend in calendar year over 5 RUB",), ["L104"]),
        (("level a when spend in calendar year before this order at least 5 RUB",), ["L104"]),
        ((f"level a {YEAR} 1 000 RUB and orders in calendar year at least 3",), ["L104"]),
    ],
)
def test_an_order_can_be_split_at_rising_thresholds_of_one_spend(levels: tuple[str, ...], code: list[str]) -> None:
    assert codes(club(tiers(*levels, *PART), earn("give 1 bonus"))) == code


@pytest.mark.parametrize(
    ("clauses", "code"),
    [
        (("for status is a", "on any product", "give 1 bonus per 10 RUB"), []),
        (("for status is a", "on any product", "give 1 bonus per 1 item"), ["L107"]),
        (("for status is a", "on any product", "basis list price", "give 1 bonus per 10 RUB"), ["L107"]),
        (("when status is a and weekday is sunday", "on any product", "give 1 bonus per 10 RUB"), ["L107"]),
        (("give 1 bonus",), []),
    ],
)
def test_a_rule_of_the_part_above_is_a_rate_of_the_programmes_basis(clauses: tuple[str, ...], code: list[str]) -> None:
    assert codes(club(tiers(f"level a {YEAR} 1 000 RUB", *PART), earn(*clauses))) == code
