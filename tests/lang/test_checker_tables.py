"""Tables and ladders: rows in smallest units without hole or overlap, levels in one line."""

from __future__ import annotations

from datetime import date
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
        ("weekday", "all | 1%", "L095"),
        ("date", "all | 1%", "L313"),
        ("product tag", "hot | 1%", "L313"),
        ("category", "tea | 1%", "L384"),
        ("category", "at least 5 | 1%", "L096"),
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


@pytest.mark.parametrize(
    ("of", "parts", "code"),
    [
        ("items in calendar month", "each part", []),
        ("items in calendar month", "", ["L079"]),
        ("items on delivery in calendar month", "", []),
        ("items on delivery in calendar month", "whole amount", ["L080"]),
        ("items in calendar month before this order", "each part", ["L080"]),
    ],
)
def test_a_ladder_is_that_of_the_measure_which_a_gift_follows(of: str, parts: str, code: list[str]) -> None:
    factors = table("items in calendar month", "at most 3 | 1", "over 3 | 1.5", kind="number")
    for base in ("items in calendar month", "orders in calendar month"):
        rule = earn(f"basis {base}", f"give [rates] bonus per 1 item of {of} {parts}")
        assert codes(club(factors, rule)) == code


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
    assert (found.reviews, found.downgrade_one) == (k.Reviews(k.Review.AT_END, Period.YEAR), True)
    assert found.given == (("en", "Welcome to {level}"),)


def test_a_ladder_without_a_base_and_without_a_review() -> None:
    text = tiers(f"level silver {YEAR} 20 000 RUB", "upgrade from this order", "review never")
    found = checked(club(text, earn("give 1 bonus"))).ladders["status"]
    assert (found.base, found.upgrade, found.reviews.kind, found.downgrade_one) == (
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


NEXT = "upgrade from next order"
DOWN = "downgrade one level"
A = f"level a {YEAR} 1 RUB"


@pytest.mark.parametrize(
    ("clauses", "found"),
    [
        (("review at end of calendar month",), k.Reviews(k.Review.AT_END, Period.MONTH)),
        (("review at end of calendar year plus 2 months",), k.Reviews(k.Review.AT_END, Period.YEAR, k.Length(0, 2))),
        (("review at end of calendar month less 1 week",), k.Reviews(k.Review.AT_END, Period.MONTH, k.Length(-7, 0))),
        (("review on day 31 march",), k.Reviews(k.Review.ON_DAY, day=(3, 31))),
        (("review on day last day of february",), k.Reviews(k.Review.ON_DAY, day=(2, 29))),
        (("review after 1 year",), k.Reviews(k.Review.AFTER, None, k.Length(0, 12))),
        (
            ("review after 90 days from start of next calendar quarter",),
            k.Reviews(k.Review.AFTER, Period.QUARTER, k.Length(90, 0)),
        ),
        (("review every order",), k.Reviews(k.Review.EVERY_ORDER)),
    ],
)
def test_when_levels_are_reviewed(clauses: tuple[str, ...], found: k.Reviews) -> None:
    assert checked(club(tiers(A, NEXT, *clauses, DOWN), earn("give 1 bonus"))).ladders["status"].reviews == found


def test_what_a_ladder_says_beside_its_levels() -> None:
    text = tiers(
        A,
        f"keep a {YEAR} 2 RUB",
        f"return to a {YEAR} 3 RUB",
        "upgrade from start of next calendar month plus 4 days",
        "review after 1 month",
        DOWN,
        "hold at least 2 weeks",
        "grace 1 month",
        "for joining date at least 2026-01-01",
        "from 2026-06-01 through 2026-08-31",
        'title ru "Статус"',
    )
    found = checked(club(text, earn("give 1 bonus"))).ladders["status"]
    (level,) = found.levels
    asked = [test.bound for test in (level.condition, level.keep, level.back) if isinstance(test, c.Compared)]
    assert asked == [c.Constant(100), c.Constant(200), c.Constant(300)]
    assert (found.upgrade_plus, found.hold, found.grace) == (k.Length(4, 0), k.Length(14, 0), k.Length(0, 1))
    assert len(found.audience) == 1
    assert found.titles == (("ru", "Статус"),)
    assert found.dates.end is not None
    assert [found.in_force(found.dates.end - 1), found.in_force(found.dates.end)] == [True, False]


@pytest.mark.parametrize(
    ("clauses", "code"),
    [
        ((A, NEXT, "review after 3 months"), ["L040"]),
        ((A, NEXT, "review never", f"keep a {YEAR} 2 RUB"), ["L103"]),
        ((A, NEXT, "review never", "hold at least 1 month"), ["L103"]),
        ((A, NEXT, "review never", "grace 1 month"), ["L103"]),
        ((A, NEXT, "review after 1 month", DOWN, "grace 1 month", "grace 2 months"), ["L041"]),
        ((A, NEXT, "review after 1 month", "review on day 31 march", DOWN), ["L042"]),
        ((A, NEXT, "review after 1 month", DOWN, f"keep a {YEAR} 2 RUB", f"keep a {YEAR} 3 RUB"), ["L041"]),
        (("level base", A.replace("a ", "a above base ", 1), *END, f"return to base {YEAR} 2 RUB"), ["L030"]),
        ((A, "upgrade for the part above", "review never", f"return to a {YEAR} 2 RUB"), ["L042"]),
        ((A, NEXT, "review after 3 hours", DOWN), ["L065"]),
        ((A, NEXT, "review after 1 month", DOWN, "hold at least 0 days"), ["L068"]),
        ((A, *END, 'for order channel is "app"'), ["L057"]),
    ],
)
def test_reviews_that_cannot_be(clauses: tuple[str, ...], code: list[str]) -> None:
    assert sorted(codes(club(tiers(*clauses), earn("give 1 bonus")))) == code


EVER = "when spend since the beginning at least"
B = f"level b {EVER} 100 RUB"
YEARLY = (NEXT, "review at end of calendar year", DOWN)


def test_what_levels_take_from_the_one_sum_they_ask() -> None:
    rungs = (B, f"level d above b {EVER} 200 RUB", f"keep d {EVER} 150 RUB")
    takes = (
        "reaching b takes 100 RUB",
        "reaching d takes 200 RUB",
        "keeping d takes 150 RUB",
        "carry over at most 0 RUB",
    )
    found = checked(club(tiers(*rungs, *takes, *YEARLY), earn("give 1 bonus"))).ladders["status"]
    assert [(level.reaching, level.keeping) for level in found.levels] == [(100_00, 0), (200_00, 150_00)]
    assert (found.carry, found.counter.key if found.counter else "") == (0, "TIERS SPEND MONEY_PAID EVER")


@pytest.mark.parametrize(
    ("clauses", "code"),
    [
        ((B, *YEARLY, "reaching b takes 100.01 RUB"), ["L109"]),
        ((B, f"return to b {EVER} 50 RUB", *YEARLY, "reaching b takes 51 RUB"), ["L109"]),
        ((B, f"keep b {EVER} 50 RUB", *YEARLY, "keeping b takes 51 RUB"), ["L109"]),
        ((B, *YEARLY, "reaching b takes 0 RUB"), ["L068"]),
        ((B, *YEARLY, "reaching b takes 5 bonus"), ["L053"]),
        ((B, *YEARLY, "reaching c takes 5 RUB"), ["L030"]),
        ((B, *YEARLY, "reaching b takes 5 RUB", "reaching b takes 6 RUB"), ["L041"]),
        ((A, *YEARLY, "reaching a takes 1 RUB"), ["L108"]),
        (("level a when balance of bonus at least 5", *YEARLY, "reaching a takes 5 bonus"), ["L108"]),
        (("level a when active days since the beginning at least 5", *YEARLY, "carry over at most 5 orders"), ["L108"]),
        (("level a when spend since the beginning over 5 RUB", *YEARLY, "reaching a takes 1 RUB"), ["L108"]),
        ((B, f"level d above b {YEAR} 200 RUB", *YEARLY, "reaching b takes 1 RUB"), ["L108"]),
        ((B, f"keep b {YEAR} 200 RUB", *YEARLY, "reaching b takes 1 RUB"), ["L108"]),
        ((B, "upgrade for the part above", "review never", "reaching b takes 1 RUB"), ["L042"]),
        ((B, "upgrade from start of next calendar year", "review never", "reaching b takes 1 RUB"), ["L042"]),
        ((B, *END, "keeping b takes 1 RUB"), ["L103"]),
        ((B, *END, "carry over at most 1 RUB"), ["L103"]),
        ((B, NEXT, "review every order", DOWN, "carry over at most 1 RUB"), ["L042"]),
    ],
)
def test_levels_that_cannot_take(clauses: tuple[str, ...], code: list[str]) -> None:
    assert sorted(codes(club(tiers(*clauses), earn("give 1 bonus")))) == code


ONE_LEVEL = tiers("level base", f"level a above base {YEAR} 1 RUB", *END)


def test_levels_that_a_rule_gives_and_waits_for() -> None:
    def level(clause: str) -> k.LevelGift:
        (gift,) = checked(club(ONE_LEVEL, earn(f"give level a in ladder status{clause}"))).earns["base"].levels
        return gift

    assert (level("").days, level("").months, level("").through, level("").end) == (0, 0, None, None)
    assert (level(" lasting 2 weeks").days, level(" lasting 1 year").months) == (14, 12)
    assert level(" lasting through 2026-12-31").through == date(2026, 12, 31).toordinal()
    assert level(" lasting at end of calendar quarter").end is Period.QUARTER
    waits = checked(club(ONE_LEVEL, earn("after reaching a in ladder status", "give 1 bonus"))).earns["base"]
    assert (waits.trigger, waits.reaches) == (k.TriggerKind.REACHING, ("status", "a"))
    assert (waits.waits_for("status a"), waits.waits_for("status b")) == (True, False)


@pytest.mark.parametrize(
    ("clauses", "code"),
    [
        (("give level b in ladder status",), ["L030"]),
        (("give level base in ladder status",), ["L030"]),
        (("give level a in ladder rank",), ["L030"]),
        (("give level a in ladder bonus",), ["L036"]),
        (("give level a in ladder status", "give level a in ladder status lasting 1 day"), ["L041"]),
        (("give level a in ladder status lasting 2 hours",), ["L065"]),
        (("give level a in ladder status", "usable at once"), ["L119"]),
        (("give level a in ladder status", "basis list price"), ["L119"]),
        (("give level a in ladder status", "cap 5 bonus per order"), ["L082"]),
        (("after reaching b in ladder status", "give 1 bonus"), ["L030"]),
        (("after reaching a in ladder status", "after joining", "give 1 bonus"), ["L042"]),
        (("after reaching a in ladder status", "when spend in this order at least 5 RUB", "give 1 bonus"), ["L060"]),
    ],
)
def test_levels_that_no_rule_can_give_or_wait_for(clauses: tuple[str, ...], code: list[str]) -> None:
    assert sorted(codes(club(ONE_LEVEL, earn(*clauses)))) == code


def test_a_boost_has_points_to_change() -> None:
    rule = earn("give level a in ladder status", name="gift")
    assert codes(club(ONE_LEVEL, rule, boost("changes gift", "multiply by 2"))) == ["L119"]


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
