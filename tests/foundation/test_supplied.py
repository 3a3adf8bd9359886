"""Tables of the host: one dialect of CSV, or rows of texts; whatever else is an error that names the row."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from loyalty_rules import load
from loyalty_rules.errors import InputError
from loyalty_rules.supplied import MAX_TABLE_ROWS, Rows, Supplied, supplied


def one(rows: Rows) -> Supplied:
    return supplied({"rates": rows})["rates"]


@pytest.mark.parametrize(
    "rows",
    [
        "sku,rate\nLATTE,5%\nMOCHA,3%\n",
        "sku,rate\r\nLATTE,5%\r\nMOCHA,3%",
        b"\xef\xbb\xbfsku,rate\nLATTE,5%\nMOCHA,3%\n",
        '"sku","rate"\n"LATTE",5%\nMOCHA,"3%"\n',
        [["sku", "rate"], ("LATTE", "5%"), ["MOCHA", "3%"]],
    ],
)
def test_D_12_csv_and_rows_say_the_same(rows: Rows) -> None:
    assert one(rows) == Supplied(("sku", "rate"), (("LATTE", "5%"), ("MOCHA", "3%")))


def test_cells_in_quotes_hold_commas_and_doubled_quotes() -> None:
    assert one('sku,rate\n"a, ""b""",1\n"",2\n').rows == (('a, "b"', "1"), ("", "2"))


def test_texts_are_composed_as_those_of_events_are() -> None:
    assert one("sku,rate\nCafe\u0301,1\n").rows == (("Caf\u00e9", "1"),)


def test_no_tables_are_none() -> None:
    assert supplied(None) == {} == supplied({})


@pytest.mark.parametrize(
    ("rows", "code", "row"),
    [
        ("", "table.empty", ""),
        ("sku,rate\nLATTE\n", "table.cells", "row 2 has 1 cells"),
        ("sku,rate\nLATTE,5%\nMOCHA,3%,x\n", "table.cells", "row 3 has 3 cells"),
        ("sku,rate\n\nLATTE,5%\n", "table.cells", "row 2 has 1 cells"),
        ("sku;rate\nLATTE;2,5\n", "table.cells", "row 2 has 2 cells, the row of heads 1"),
        ('sku,rate\nLA"TTE,5%\n', "table.csv", "row 2"),
        ('sku,rate\n"LATTE,5%\n', "table.csv", "row 2"),
        ('sku,rate\n"LATTE"x,5%\n', "table.csv", "row 2"),
        ("sku,rate\nLATTE, 5%\n", "table.csv", "row 2"),
        ("sku,rate\nLATTE\t,5%\n", "text.control", ""),
        ([["sku", "rate"], "AB"], "table.rows", "row 2"),
        ([["sku", "rate"], ["LATTE", 5]], "table.rows", "row 2"),
        ([["sku", "rate"], None], "table.rows", "row 2"),
        ([["sku", "rate"], 5], "table.rows", "row 2"),
        ([["sku", "rate"], {"sku": "LATTE", "rate": "5%"}], "table.rows", "row 2"),
        ([["sku", "rate"], {"LATTE", "5%"}], "table.rows", "row 2"),
        ({("sku", "rate"), ("LATTE", "5%")}, "table.rows", "a sequence of rows"),
        ({("sku", "rate"): 1}, "table.rows", "a sequence of rows"),
        (bytearray(b"sku,rate"), "table.rows", "row 1"),
        (None, "table.rows", "a sequence of rows"),
        (5, "table.rows", "a sequence of rows"),
        (b"\xff\xfe", "source.encoding", ""),
    ],
)
def test_what_is_no_table_is_refused_with_its_row(rows: Rows, code: str, row: str) -> None:
    with pytest.raises(InputError) as refused:
        one(rows)
    assert refused.value.code == code
    assert row in refused.value.message
    assert "rates" in (refused.value.where or "")


def test_a_control_is_told_with_its_row() -> None:
    with pytest.raises(InputError) as refused:
        one("sku,rate\nLATTE,5%\nMO\u202eCHA,3%\n")
    assert refused.value.where == "tables.rates, row 3"


def test_a_hundred_thousand_rows_are_enough_for_all_tables_together() -> None:
    full = [("n",), *(("1",),) * MAX_TABLE_ROWS]
    assert len(one(full).rows) == 100_000
    with pytest.raises(InputError) as refused:
        one([*full, ("2",)])
    assert refused.value.code == "limit.rows"
    # No more is read of what is too long: here of what never ends.
    with pytest.raises(InputError) as refused:
        one(itertools.chain(full, itertools.repeat(("2",))))
    assert refused.value.code == "limit.rows"
    with pytest.raises(InputError) as refused:
        supplied({"a": full, "b": "n\n1\n"})
    assert (refused.value.code, refused.value.where) == ("limit.rows", "tables.b")
    with pytest.raises(InputError) as refused:
        one("n\n" + "1\n" * (MAX_TABLE_ROWS + 1))
    assert refused.value.code == "limit.rows"


@pytest.mark.parametrize("tables", [5, "rates", ["rates"], [("rates", "n\n1\n")]])
def test_tables_are_given_by_name(tables: Any) -> None:
    for handed_over in (supplied, lambda tables: load("", tables=tables)):
        with pytest.raises(InputError) as refused:
            handed_over(tables)
        assert refused.value.code == "call.type"


@pytest.mark.parametrize("name", [5, None, b"rates"])
def test_the_name_of_a_table_is_a_text(name: Any) -> None:
    with pytest.raises(InputError) as refused:
        supplied({name: "n\n1\n"})
    assert (refused.value.code, refused.value.where) == ("text.type", "tables")
