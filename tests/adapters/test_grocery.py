"""The year of grocery baskets: read exactly, decided to the point, and shown by the demo."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest

from loyalty_rules.adapters import demo, grocery
from loyalty_rules.adapters.grocery import GroceryYear, count_orders, lines_of, products_of
from loyalty_rules.adapters.replay.members import Figures, replay_members
from loyalty_rules.calendar import instant_of
from loyalty_rules.errors import InputError
from tests.benchmarks import grocery as benchmark
from tests.benchmarks import grocery_club
from tests.benchmarks.grocery import CHALLENGES, POINTS, SHOWN, VOUCHERS, compared, engine, rows
from tests.benchmarks.grocery_club import report


@pytest.fixture(scope="module")
def first_hundred() -> Figures:
    return engine(POINTS, households=100, workers=2)


@pytest.fixture(scope="module")
def with_challenges() -> Figures:
    return engine(CHALLENGES, households=100, workers=2)


@pytest.fixture(scope="module")
def with_vouchers() -> Figures:
    return engine(VOUCHERS, households=100, workers=2)


# ---------------------------------------------------------------- figures


def test_the_first_hundred_households_are_decided_to_the_point(first_hundred: Figures) -> None:
    totals, digest = report(rows(first_hundred))
    assert [totals[name] for name in SHOWN] == [171_884, 91_995, 10_777, 5_000, 0, 0, 143_835, 0, 135_821, 52, 33, 15]
    assert digest == "e1a928b9aabaf1add3008c2b52c3c4cd7e56dc46e6a7a04d49dff398280d4361"


def test_every_full_500_points_become_a_voucher_at_the_end_of_a_month(with_vouchers: Figures) -> None:
    """Convert, then expire, then review the level: in any other order there are other vouchers."""
    totals, digest = report(rows(with_vouchers))
    assert [totals[name] for name in SHOWN] == [171_884, 91_995, 10_777, 5_000, 0, 0, 23_607, 502, 5_049, 52, 33, 15]
    assert digest == "83d03a6ff7edd996ad3425b14cf8b88dfc9278abb9501caba6ca42f1609efe9c"


def test_ten_stamps_and_four_weeks_in_a_row_are_completed_to_the_point(with_challenges: Figures) -> None:
    """143 cards of 100 points and 246 times four weeks of 50, and what follows from these for vouchers and expiry."""
    totals, digest = report(rows(with_challenges))
    assert [totals[name] for name in SHOWN] == [
        *(171_884, 91_995, 10_777, 5_000, 14_300, 12_300),
        *(22_707, 557, 5_049, 52, 33, 15),
    ]
    assert digest == "877b9e0b7c1661ee211f27ec1301fbb68bb7d8c4d52572be54c632aae243d5f9"


def test_the_loop_by_hand_gives_the_same_vouchers_member_by_member(with_vouchers: Figures) -> None:
    loop = grocery_club.run(grocery_club.load(100), grocery_club.without("basket_card", "weekly"))
    assert grocery_club.rows(loop) == rows(with_vouchers)


def test_every_point_given_is_usable_or_expired(first_hundred: Figures) -> None:
    for member in first_hundred.members:
        given = sum(member.awards.values())
        assert given == member.usable["bonus"] + member.pending["bonus"] + member.expired.get("bonus", 0)
    assert sum(first_hundred.months.values()) == sum(first_hundred.awards.values())


def test_one_worker_gives_what_two_give(first_hundred: Figures) -> None:
    few = engine(POINTS, households=10, workers=1)
    assert few.members == first_hundred.members[:10]


def test_the_loop_by_hand_gives_the_same_member_by_member(first_hundred: Figures) -> None:
    loop = grocery_club.run(grocery_club.load(100), grocery_club.without(*grocery_club.LATER))
    assert grocery_club.rows(loop) == rows(first_hundred)


def test_a_difference_of_one_point_is_shown(first_hundred: Figures) -> None:
    expected = POINTS.typed[100]
    totals, digest = report(rows(first_hundred))
    assert not any("expected" in row for row in compared(totals, digest, expected))
    off = expected._replace(totals=(expected.totals[0] + 1, *expected.totals[1:]), digest="0" * 64)
    marked = compared(totals, digest, off)
    assert [place for place, row in enumerate(marked) if "expected" in row] == [0, len(marked) - 1]


def test_the_benchmark_says_so_and_fails_where_the_figures_differ(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert benchmark.main(["--households", "3", "--workers", "1"]) == 0
    assert "the same to the point" in capsys.readouterr().out
    monkeypatch.setitem(VOUCHERS.typed, 3, VOUCHERS.typed[100])
    assert benchmark.main(["--households", "3", "--workers", "1"]) == 1
    assert "DIFFERENT" in capsys.readouterr().out


# ---------------------------------------------------------------- reading


def test_the_year_is_whole() -> None:
    year = GroceryYear()
    assert len(year.members()) == 2_469
    assert count_orders(year) == 155_518
    assert count_orders(GroceryYear(100)) == 6_775


def test_a_basket_is_read_to_the_cent() -> None:
    basket = next(iter(GroceryYear().purchases(["1"])))
    assert (basket.id, basket.member, basket.at, basket.currency) == (
        "31317046240",
        "1",
        instant_of("2017-01-07T18:55:24Z"),
        "USD",
    )
    assert [line.id for line in basket.lines] == [str(number) for number in range(1, 35)]
    cookies = basket.lines[5]  # 2.50 paid, 0.89 off: 3.39 on the list
    assert (cookies.sku, cookies.category, cookies.brand, cookies.facts) == (
        "895655",
        "COOKIES/CONES",
        "National",
        (("department", "GROCERY"),),
    )
    assert (cookies.quantity, cookies.price, cookies.amount, cookies.discount) == (1_000_000, None, 3_390_000, 890_000)


def test_orders_of_a_member_come_by_instant_and_basket_and_lines_by_their_number() -> None:
    for member in GroceryYear(50).members():
        orders = list(GroceryYear().purchases([member]))
        places = [(order.at, int(order.id)) for order in orders]
        assert places == sorted(places)
        assert len({order.id for order in orders}) == len(orders)
        assert all(line.quantity > 0 for order in orders for line in order.lines)


def test_departments_can_be_left_out_for_a_programme_that_declares_none() -> None:
    basket = next(iter(GroceryYear(departments=False).purchases(["1"])))
    assert all(line.facts == () for line in basket.lines)


def test_a_product_without_category_is_unknown() -> None:
    categories = Counter(category for category, _, _ in grocery._table().products.values())
    assert categories["unknown"] == 540


COLUMNS: dict[str, list[Any]] = {
    "household_id": [2, 1, 1],
    "basket_id": [30_000_000_001, 30_000_000_000, 30_000_000_000],
    "product_id": [5, 6, 7],
    "quantity": [1, 0, 2],
    "sales_value": [1.1, 0.3, 840.0],
    "retail_disc": [0.0, 0.0, 0.07],
    "coupon_match_disc": [0.0, 0.0, 0.29],
    "transaction_timestamp": [instant_of("2017-01-01T00:00:00Z") * 1000] * 3,
}


def written(folder: Path, **changes: list[Any]) -> Path:
    columns: dict[str, Any] = {**COLUMNS, **changes}
    columns["transaction_timestamp"] = pyarrow.array(columns["transaction_timestamp"], pyarrow.timestamp("ns"))
    path = folder / "transactions.parquet"
    pyarrow.parquet.write_table(pyarrow.table(columns), path)
    return path


def test_lines_are_sorted_and_those_without_a_quantity_dropped(tmp_path: Path) -> None:
    found = lines_of(written(tmp_path)).to_pylist()
    assert [(row["household"], row["product"], row["paid"], row["discount"]) for row in found] == [
        (1, 7, 84_000, 36),
        (2, 5, 110, 0),
    ]


@pytest.mark.parametrize(
    ("column", "values", "code", "where"),
    [
        ("sales_value", [1.1, 0.305, 1.0], "row.value", "row 2, sales_value"),
        ("sales_value", [1.1, None, 1.0], "row.value", "row 2, sales_value"),
        ("sales_value", [1.1, 1.0, -0.01], "row.value", "row 3, sales_value"),
        ("sales_value", [float("nan"), 1.0, 1.0], "row.value", "row 1, sales_value"),
        ("sales_value", [1.0, float("inf"), 1.0], "row.value", "row 2, sales_value"),
        ("sales_value", ["1.10", "1", "1"], "row.column", "sales_value"),
        ("retail_disc", [0.0, 0.0, None], "row.value", "row 3, retail_disc"),
        ("quantity", [1, -1, 1], "row.value", "row 2, quantity"),
        ("quantity", [1, None, 1], "row.value", "row 2, quantity"),
        ("quantity", [1.0, 1.5, 1.0], "row.column", "quantity"),
        ("household_id", [1, 0, 1], "row.value", "row 2, household_id"),
        ("product_id", [1, 2**31, 1], "row.value", "row 2, product_id"),
        ("basket_id", [1, 1, None], "row.value", "row 3, basket_id"),
        ("transaction_timestamp", [0, 0, 0], "row.value", "row 1, transaction_timestamp"),
    ],
)
def test_a_bad_row_is_refused_with_its_number(
    tmp_path: Path, column: str, values: list[Any], code: str, where: str
) -> None:
    with pytest.raises(InputError) as caught:
        lines_of(written(tmp_path, **{column: values}))
    assert (caught.value.code, caught.value.where) == (code, where)


def test_a_missing_column_and_a_hidden_character_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "products.parquet"
    products: dict[str, list[Any]] = {
        "product_id": [1, 2],
        "brand": ["National", "Priv\u200bate"],
        "department": ["A", None],
    }
    pyarrow.parquet.write_table(pyarrow.table(products), path)
    with pytest.raises(InputError) as caught:
        products_of(path)
    assert (caught.value.code, caught.value.where) == ("row.column", "product_category")
    pyarrow.parquet.write_table(pyarrow.table({**products, "product_category": [None, "B"]}), path)
    with pytest.raises(InputError) as caught:
        products_of(path)
    assert (caught.value.code, caught.value.where) == ("text.control", "products row 2")


# ---------------------------------------------------------------- the demo


def test_the_demo_shows_points_levels_reasons_and_a_chart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(demo, "FOLDER", tmp_path / "demo")
    assert (
        demo.main(["--households", "20", "--workers", "1", "--rules", str(benchmark.FOLDER / benchmark.POINTS.file)])
        == 0
    )
    shown = capsys.readouterr().out
    for words in (
        "Points by rule",
        "own_brand",
        "Levels of Status",
        "silver",
        "Purses",
        "Why?",
        "baskets of 20 households",
    ):
        assert words in shown
    report = tmp_path / "demo" / "replay" / "report.html"
    assert str(report) in shown.replace("\n", "")
    chart = report.parent / "plots" / "given_1.png"
    assert chart.read_bytes().startswith(b"\x89PNG") and chart.stat().st_size > 10_000


def test_the_demo_runs_other_rules_over_the_same_baskets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(demo, "FOLDER", tmp_path / "demo")
    rules = tmp_path / "mine.loyalty"
    rules.write_text(OTHER_RULES, encoding="utf-8")
    assert demo.main(["--households", "3", "--workers", "1", "--rules", str(rules)]) == 0
    shown = capsys.readouterr().out
    assert "two_per_cent" in shown
    assert "Levels" not in shown


def test_the_demo_refuses_what_it_cannot_use_in_plain_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rules = tmp_path / "mine.loyalty"
    for text, words in (
        (OTHER_RULES.replace("USD", "RUB"), "the baskets are in USD, this programme is in RUB"),
        (OTHER_RULES.replace("round half", "rond half"), "mine.loyalty"),
        (OTHER_RULES.replace("programme", "\u202eprogramme"), "mine.loyalty"),
    ):
        rules.write_text(text, encoding="utf-8")
        assert demo.main(["--households", "1", "--workers", "1", "--rules", str(rules)]) == 1
        assert words in capsys.readouterr().err
    assert demo.main(["--rules", str(tmp_path / "none.loyalty")]) == 1
    with pytest.raises(SystemExit) as caught:
        demo.main(["--households", "0"])
    assert caught.value.code == 2


OTHER_RULES = """loyalty rules 1

programme "Two per cent"
  currency USD
  time zone America/New_York
  basis price after discounts
  prices include tax
  returns refused
  late events refused
end

purse cash "Cashback"
  counted in USD
  round half up per order
  usable at once
  expire never
end

earn two_per_cent "Two per cent"
  on any product
  give 2% to cash
end
"""


def test_other_rules_give_what_a_sum_by_hand_gives() -> None:
    histories = [tuple(GroceryYear(departments=False).purchases(["1"]))]
    figures = replay_members(OTHER_RULES, histories)
    # Two per cent of each order's cents, a half cent up.
    by_hand = sum(
        (2 * sum((line.amount or 0) - line.discount for line in order.lines) // 10_000 + 50) // 100
        for order in histories[0]
    )
    assert figures.usable["cash"] == by_hand
