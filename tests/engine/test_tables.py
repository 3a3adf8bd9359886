"""Tables that name articles and levels, and tables whose rows the host hands over."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from loyalty_rules import Programme, load
from loyalty_rules.decision import DiscountGiven
from loyalty_rules.engine.tablerows import rows_by_keys
from loyalty_rules.errors import InputError, RuleFileError
from loyalty_rules.events import Purchase, line, purchase
from loyalty_rules.lang.checked import Row, Table
from loyalty_rules.lang.formatter import format_source
from loyalty_rules.source import Source
from loyalty_rules.supplied import Rows
from tests.engine.deciding import AT, HEAD, decide, granted, programme

HANDED = """
table rates
  value rate is percent
  supplied by host
  | sku | rate |
  otherwise 1%
"""
RATED = """
earn base
  on any product
  give [rates] to pts
"""


def loaded(rows: Rows, *blocks: str) -> Programme:
    text = HEAD + "".join(f"\n{block.strip()}\nend\n" for block in blocks or (HANDED, RATED))
    return load(text, tables={"rates": rows})


def bought(*lines: tuple[str, str], **more: Any) -> Purchase:
    """An order of lines with sku and price."""
    found = [line(str(place), sku=sku, price=price, **more) for place, (sku, price) in enumerate(lines, 1)]
    return purchase("o-1", "m", AT, found, currency="RUB")


def problem(*blocks: str, rows: Rows | None = None) -> tuple[str, object]:
    """Code and facts of the only mistake."""
    text = HEAD + "".join(f"\n{block.strip()}\nend\n" for block in blocks)
    with pytest.raises(RuleFileError) as refused:
        load(text, tables=None if rows is None else {"rates": rows})
    (found,) = refused.value.diagnostics
    return found.problem.code, found.problem


# ---------- rows of the host


def test_each_line_has_the_rate_of_its_own_row() -> None:
    rules = loaded("sku,rate\nLATTE,20%\nMOCHA,0%\n")
    # 20% of 300, nothing of 200, 1% of 100
    assert granted(decide(rules, bought(("LATTE", "300"), ("MOCHA", "200"), ("TEA", "100")))) == 61


def test_words_of_any_language_and_columns_in_any_order_say_the_same() -> None:
    english = loaded("sku,rate\nLATTE,20%\n")
    russian = format_source(Source("r", english.source.text), "ru")
    twin = load(russian, tables={"rates": "rate,артикул\n20%,LATTE\n"})
    assert english.fingerprint == twin.fingerprint
    assert loaded([("артикул", "rate"), ("LATTE", "20%")]).fingerprint == english.fingerprint


def test_rows_are_part_of_what_a_programme_means_and_their_order_is_not() -> None:
    one = loaded("sku,rate\nLATTE,20%\nMOCHA,5%\n")
    assert loaded("sku,rate\nMOCHA,5%\nLATTE,20%\n").fingerprint == one.fingerprint
    assert loaded("sku,rate\nMOCHA,5%\nLATTE,19%\n").fingerprint != one.fingerprint
    in_file = HANDED.replace("  supplied by host\n", "").replace("| sku | rate |", "| sku | rate |\n| LATTE | 20% |")
    assert load(programme(in_file, RATED).source.text).fingerprint == loaded("sku,rate\nLATTE,20%\n").fingerprint


def test_ranges_are_read_and_covered_as_in_the_file() -> None:
    by_spend = HANDED.replace("sku", "money paid").replace("  otherwise 1%\n", "")
    rules = loaded(
        "money paid,rate\nunder 1 000 RUB,1%\nсвыше 1 999.99 RUB,10%\nat least 1 000 RUB and under 2 000 RUB,5%\n",
        by_spend,
        RATED.replace("to pts", "to pts whole amount"),
    )
    for price, points in (("999.99", 9), ("1000", 50), ("1999.99", 99), ("2000", 200)):
        assert granted(decide(rules, bought(("LATTE", price)))) == points


@pytest.mark.parametrize(
    ("rows", "code", "facts"),
    [
        ("money paid,rate\nunder 9 RUB,1%\nover 9 RUB,2%\n", "L092", {"value": "9 RUB"}),
        ("money paid,rate\nunder 9 RUB,1%\nat least 8 RUB,2%\n", "L383", {"row": 3, "other": 2, "value": "8 RUB"}),
        ("money paid,rate\nunder 9 RUB,1%\nat least 9 USD,2%\n", "L382", {"row": 3, "text": "at least 9 USD"}),
        ("money paid,rate\n", "L092", {"value": "0 RUB"}),
        ("money paid,rate\nall,2\n", "L382", {"row": 2, "text": "2"}),
        ("money,rate\nall,2%\n", "L396", {"given": "money, rate", "columns": "money paid, rate"}),
        ("rate\n2%\n", "L396", {"given": "rate", "columns": "money paid, rate"}),
        ("money paid,rate,rate\nall,2%,3%\n", "L396", {"given": "money paid, rate, rate"}),
    ],
)
def test_holes_overlaps_and_bad_cells_name_their_row(rows: str, code: str, facts: dict[str, object]) -> None:
    by_spend = HANDED.replace("sku", "money paid").replace("  otherwise 1%\n", "")
    found, told = problem(by_spend, RATED.replace("to pts", "to pts whole amount"), rows=rows)
    assert found == code
    assert {name: getattr(told, name) for name in facts} == facts


def test_rows_that_nobody_asked_for_and_rows_that_are_missing_are_refused() -> None:
    assert problem(HANDED, RATED)[0] == "L381"
    with pytest.raises(InputError) as refused:
        load(HEAD, tables={"rates": "sku,rate\n"})
    assert refused.value.code == "table.unknown"
    in_file = HANDED.replace("  supplied by host\n", "").replace("| sku | rate |", "| sku | rate |\n| LATTE | 20% |")
    with pytest.raises(InputError) as refused:
        loaded("sku,rate\n", in_file, RATED)
    assert refused.value.code == "table.unknown"
    both = HANDED.replace("| sku | rate |", "| sku | rate |\n| LATTE | 20% |")
    assert problem(both, RATED, rows="sku,rate\n")[0] == "L042"


def test_an_earlier_edition_has_its_own_rows() -> None:
    text = loaded("sku,rate\nLATTE,20%\n").source.text
    until = "2026-03-02T00:00:00+03:00"
    rules = load(text, tables={"rates": "sku,rate\nLATTE,20%\n"}, earlier=[(text, until, {"rates": "sku,rate\n"})])
    before = bought(("LATTE", "100"))._replace(at=1_772_355_600_000_000)  # 2026-03-01 12:00 in Moscow
    assert granted(decide(rules, before)) == 1
    assert granted(decide(rules, bought(("LATTE", "100")))) == 20


# ---------- ten thousand rows


class Counted(int):
    """A number that counts how often it is compared."""

    asked = 0

    def __lt__(self, other: int) -> bool:
        Counted.asked += 1
        return int(self) < other

    def __ge__(self, other: int) -> bool:
        Counted.asked += 1
        return int(self) >= other


class Named(str):
    """A text that counts how often it is compared."""

    __slots__ = ()
    asked = 0

    def __eq__(self, other: object) -> bool:
        Named.asked += 1
        return str.__eq__(self, other)

    def __hash__(self) -> int:
        return str.__hash__(self)


def test_a_row_of_ten_thousand_is_found_by_halves() -> None:
    rows = tuple(Row(low, low + 1, Fraction(low), low) for low in range(10_000))
    index = rows_by_keys(Table("t", "", None, False, rows))[()]
    Counted.asked = 0
    for value in (0, 1, 4_999, 9_999):
        found = index.at(Counted(value))
        assert found is not None and found.value == value
    assert index.at(Counted(10_000)) is None
    assert Counted.asked <= 5 * 16  # 2 ** 14 is above 10 000; and both ends of the row that is found


def test_an_article_of_ten_thousand_is_found_by_its_name() -> None:
    rows = tuple(Row(None, None, Fraction(1), 0, (f"SKU-{number:05}",)) for number in range(10_000))
    index = rows_by_keys(Table("t", "", None, False, rows))
    Named.asked = 0
    for number in range(0, 10_000, 100):
        assert index.get((Named(f"SKU-{number:05}"),)) is not None
    assert index.get((Named("SKU-x"),)) is None
    assert Named.asked <= 2 * 101


def test_a_table_of_ten_thousand_articles_is_loaded_and_asked() -> None:
    rows = [("sku", "rate"), *((f"SKU-{number:05}", f"{number % 10}%") for number in range(10_000))]
    rules = loaded(rows)
    assert granted(decide(rules, bought(("SKU-00007", "100"), ("SKU-09999", "100"), ("SKU-10000", "100")))) == 17


# ---------- keys


TWO = """
table points_of
  value points is number
  | category | status   | points |
  | tea      | gold     | 3      |
  | tea      | no level | 2      |
  otherwise 1
"""
STATUS = """
tiers status
  level gold when spend in calendar year at least 500 RUB
  upgrade from next order
  review never
"""


def test_two_columns_name_a_category_and_a_level() -> None:
    rules = programme(STATUS, TWO, "earn pieces\non any product\ngive [points_of] pts per 1 item")
    first = decide(rules, bought(("a", "300"), ("b", "300"), category="tea"))
    assert granted(first) == 4
    after = bought(("a", "1"), ("b", "1"), category="tea")._replace(id="o-2")
    assert granted(decide(rules, after, first.member)) == 6
    other = bought(("a", "1"), category="coffee")._replace(id="o-2")
    assert granted(decide(rules, other, first.member)) == 1


def test_steps_are_counted_over_the_lines_of_one_row_together() -> None:
    by_sku = (
        TWO.replace("category | status ", "sku")
        .replace("tea      | gold    ", "A  ")
        .replace("tea      | no level", "B  ")
    )
    rules = programme(by_sku, "earn pieces\non any product\ngive [points_of] pts per full 100 RUB")
    # A: 60 + 60 have one full step of 3; B: 90 has none; the others: 50 + 50 have one of 1
    lines = (("A", "60"), ("A", "60"), ("B", "90"), ("C", "50"), ("D", "50"))
    assert granted(decide(rules, bought(*lines))) == 4


def test_a_boost_multiplies_each_line_by_its_own_row() -> None:
    factors = "table factors\nvalue factor is number\n| sku | factor |\n| A | 3 |\n| B | 0 |\notherwise 1"
    base, more = "earn base\non any product\ngive 1 pts per 10 RUB", "boost more\nchanges base\nmultiply by [factors]"
    rules = programme(factors, base, more)
    assert granted(decide(rules, bought(("A", "100"), ("B", "100"), ("C", "100")))) == 40
    late = programme(factors, base, f"{more}\nafter rounding")
    assert granted(decide(late, bought(("A", "100"), ("B", "100"), ("C", "100")))) == 40


def test_an_offer_takes_the_share_of_the_row_of_each_line() -> None:
    shares = "table shares\nvalue share is percent\n| sku | share |\n| A | 50% |\notherwise 0%"
    head = HEAD.replace("returns refused", "discounts round half up per line\n  returns refused")
    rules = programme(shares, "offer off\non any product\ndiscount [shares]", head=head)
    discounts = decide(rules, bought(("A", "100"), ("B", "100"))).effects
    assert [one.granted for one in discounts if isinstance(one, DiscountGiven)] == [5_000]


def test_a_line_without_the_value_of_a_column_has_what_is_said_otherwise() -> None:
    rules = loaded("sku,rate\nLATTE,20%\n")
    nameless = purchase("o-1", "m", AT, [line("1", price="300")], currency="RUB")
    assert granted(decide(rules, nameless)) == 3


def test_days_of_the_week_and_choices_are_all_named() -> None:
    week = "table week\nvalue factor is number\n| weekday | factor |\n| monday | 2 |"
    code, told = problem(week, "earn base\non any product\ngive 1 pts per 10 RUB")
    assert (code, getattr(told, "value", "")) == ("L092", "weekday tuesday")
    levels = "table by_level\nvalue factor is number\n| status | factor |\n| gold | 2 |"
    code, told = problem(STATUS, levels, "earn base\non any product\ngive 1 pts per 10 RUB")
    assert (code, getattr(told, "value", "")) == ("L092", "status no level")


@pytest.mark.parametrize(
    "gift",
    ["give [points_of] pts", "basis spend in calendar year\ngive [points_of] pts per 10 RUB"],
)
def test_a_table_of_lines_stands_where_lines_are_asked(gift: str) -> None:
    assert problem(STATUS, TWO, f"earn pieces\non any product\n{gift}")[0] == "L314"


def test_a_boost_by_lines_changes_rates_on_lines_alone() -> None:
    fixed = "earn pieces\non any product\ngive 5 pts"
    assert problem(STATUS, TWO, fixed, "boost more\nchanges pieces\nmultiply by [points_of]")[0] == "L314"


def test_one_column_has_ranges_and_two_are_asked_at_most() -> None:
    two_ranges = "table t\nvalue f is number\n| unit price | money paid | f |\n| all | all | 1 |"
    assert problem(two_ranges, "earn base\non any product\ngive 1 pts per 10 RUB")[0] == "L090"
    three = "table t\nvalue f is number\n| sku | category | brand | f |\n| a | b | c | 1 |\notherwise 1"
    assert problem(three, "earn base\non any product\ngive 1 pts per 10 RUB")[0] == "L090"


def test_the_level_of_an_order_that_is_cut_at_thresholds_is_no_column() -> None:
    cut = STATUS.replace("upgrade from next order", "upgrade for the part above")
    rule = "earn base\non any product\ngive 1 pts per 10 RUB"
    times = "boost b\nchanges base\nmultiply by [points_of]"
    assert problem(cut, TWO, rule, times)[0] == "L107"


# ---------- lists


LIST = "table campaign\nsupplied by host\n| sku |"
LISTED = "products Campaign\nwhere sku in table campaign", "earn base\non Campaign\ngive 1 pts per 10 RUB"


def by_list(rows: Rows, *blocks: str) -> Programme:
    text = HEAD + "".join(f"\n{block.strip()}\nend\n" for block in (LIST, *(blocks or LISTED)))
    return load(text, tables={"campaign": rows})


def test_a_product_set_of_ten_thousand_articles_is_a_list_of_the_host() -> None:
    rules = by_list([("sku",), *((f"SKU-{number}",) for number in range(10_000))])
    assert granted(decide(rules, bought(("SKU-0", "100"), ("SKU-9999", "200"), ("SKU-10000", "400")))) == 30


def test_what_has_no_value_is_in_no_list_and_a_word_of_the_language_is_data() -> None:
    rules = by_list("sku\nall\n")
    assert granted(decide(rules, bought(("all", "100")))) == 10
    assert granted(decide(rules, purchase("o-1", "m", AT, [line("1", price="300")], currency="RUB"))) == 0
    outside = by_list(
        "sku\nA\n", "products Rest\nwhere not (sku in table campaign)", LISTED[1].replace("Campaign", "Rest")
    )
    assert granted(decide(outside, bought(("A", "100"), ("B", "200")))) == 20


def test_a_list_holds_each_value_once_and_is_part_of_the_meaning() -> None:
    assert by_list("sku\nA\nB\n").fingerprint == by_list("sku\nB\nA\n").fingerprint != by_list("sku\nB\n").fingerprint
    text = HEAD + "".join(f"\n{block}\nend\n" for block in (LIST, *LISTED))
    with pytest.raises(RuleFileError) as refused:
        load(text, tables={"campaign": "sku\nA\nB\nA\n"})
    assert [one.problem.code for one in refused.value.diagnostics] == ["L383"]


@pytest.mark.parametrize(
    ("lines", "asked", "code"),
    [
        ("| sku |\n| A |\n| A |", "sku in table campaign", "L093"),
        ("| category |\n| A |", "sku in table campaign", "L315"),
        ("value f is number\n| sku | f |\n| A | 1 |\notherwise 1", "sku in table campaign", "L315"),
        ("| sku |\n| A |", "unit price in table campaign", "L315"),
        ("| unit price |\n| 5 RUB |", "unit price in table campaign", "L313"),
        ("| sku | category |\n| A | b |", "sku in table campaign", "L040"),
        ("| sku |\n| A |\notherwise 1", "sku in table campaign", "L040"),
        ("| sku |\n| A |", "sku in table base", "L036"),
    ],
)
def test_a_list_names_one_thing_and_is_asked_for_it(lines: str, asked: str, code: str) -> None:
    found, _ = problem(f"table campaign\n{lines}", f"products Campaign\nwhere {asked}", LISTED[1])
    assert found == code


def test_a_list_is_no_table_of_rates() -> None:
    rates = "earn more\non any product\ngive [campaign] pts per 10 RUB"
    assert problem("table campaign\n| sku |\n| A |", rates)[0] == "L081"


def test_a_list_may_name_levels_and_be_asked_of_a_measure() -> None:
    levels = "table chosen\n| status |\n| gold |"
    rule = "earn base\nfor status in table chosen\non any product\ngive 1 pts per 10 RUB"
    rules = programme(STATUS, levels, rule)
    first = decide(rules, bought(("A", "600")))
    assert granted(first) == 0
    assert granted(decide(rules, bought(("A", "100"))._replace(id="o-2"), first.member)) == 10
    shops = "table shops\n| order store |\n| arbat |"
    counted = "orders with (order store in table shops) in calendar year"
    table = f"table t\nvalue f is number\n| {counted} | f |\n| 0 | 1 |\n| over 0 | 2 |"
    times = "earn base\non any product\ngive 1 pts per 10 RUB", "boost more\nchanges base\nmultiply by [t]"
    rules = programme(table, shops, *times)
    assert granted(decide(rules, bought(("A", "100"))._replace(store="arbat"))) == 20
    assert granted(decide(rules, bought(("A", "100"))._replace(store="tver"))) == 10
