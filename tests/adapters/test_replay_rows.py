"""What a table may say: the names of its columns, its texts, times and numbers; and what is told where one is wrong."""

from __future__ import annotations

import json
from copy import copy
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest
from click.testing import Result

from loyalty_rules.adapters.replay import cells, spilling, tables
from loyalty_rules.adapters.replay.badrows import BadRowError, Sources
from loyalty_rules.adapters.replay.columns import plain_map, read_map
from loyalty_rules.adapters.replay.orders import Reader
from loyalty_rules.adapters.replay.pages import by_member, pages
from loyalty_rules.adapters.replay.spilling import GROUPS, group_of, moment, shares, spill, spilled
from loyalty_rules.adapters.replay.tables import batches
from loyalty_rules.calendar import instant_of, zone
from loyalty_rules.errors import InputError, SettingsError
from loyalty_rules.events import Cancellation, Line, Purchase
from loyalty_rules.loading import load
from tests.adapters.command_line import run, written
from tests.adapters.replayed import ROWS, RULES, as_csv, as_json_lines, many

MOSCOW = zone("Europe/Moscow")
FULL = """order,member,at,merchant,store,channel,codes,line,sku,category,brand,tags,quantity,price,discount,tax
o-1,7,2026-01-02 13:00,shop,s-1,web,SPRING|SUMMER,2,tea,drinks,Leaf,hot|new,1.5,100.00,10.00,0
o-1,7,2026-01-02 13:00,shop,s-1,web,SPRING|SUMMER,1,"cake, big",,,,2,50,,
"""


def read(folder: Path, path: Path, names: bytes | None = None) -> list[Any]:
    """The events of all members of one table, members by group."""
    rows = folder / "aside"
    rows.mkdir()
    found = plain_map() if names is None else read_map(names, "map.toml")
    spill([path], found, zone(found.zone or "Europe/Moscow"), rows, lambda done: None)
    reader = Reader(load(RULES), Sources(found, (path.name,)))
    table = spilled(rows, range(GROUPS))
    unread = (own for page in pages(table, by_member(table), most=1) for own in reader.unread(page))
    return [told.event for own in unread for told in reader.history(own)]


def test_every_field_of_an_order_and_its_lines_is_read(tmp_path: Path) -> None:
    (order,) = read(tmp_path, written(tmp_path, FULL, "rows.csv"))
    cake = Line("1", "cake, big", "", "", (), 2_000_000, 50_000_000, None, 0, 0)
    tea = Line("2", "tea", "drinks", "Leaf", ("hot", "new"), 1_500_000, 100_000_000, None, 10_000_000, 0)
    at = instant_of("2026-01-02T13:00:00+03:00")
    codes = ("SPRING", "SUMMER")
    assert order == Purchase("o-1", "7", at, "RUB", (cake, tea), None, "shop", "s-1", "web", (), codes=codes)


def test_no_more_is_known_of_cells_than_may_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A text that was forgotten is read again."""
    monkeypatch.setattr(cells, "_MOST", 1)
    rows = [f"o-{number},7,2026-01-02 13:00,tea,{number % 3}.00" for number in range(9)]
    events = read(tmp_path, written(tmp_path, "\n".join(["order,member,at,sku,amount", *rows, ""]), "rows.csv"))
    assert [event.lines[0].amount for event in events] == [number % 3 * 1_000_000 for number in range(9)]
    assert {event.lines[0].sku for event in events} == {"tea"}
    texts = cells.Texts(int)
    assert [texts[str(number)] for number in range(9)] == list(range(9))
    assert len(texts) == 1


def test_a_map_names_columns_constants_facts_the_zone_and_the_separator(tmp_path: Path) -> None:
    table = written(tmp_path, "basket;who;when;paid;dept;spare\n5;7;2026-01-02 13:00:05;3.20;DELI;x\n", "rows.csv")
    names = b"""
        zone = "Europe/Berlin"
        separator = ";"
        [columns]
        order = "basket"
        member = "who"
        at = "when"
        amount = "paid"
        [line_facts]
        department = "dept"
        [constants]
        store = "s-9"
    """
    (order,) = read(tmp_path, table, names)
    assert (order.id, order.member, order.store, order.at) == ("5", "7", "s-9", instant_of("2026-01-02T12:00:05Z"))
    assert order.lines == (Line("1", "", "", "", (), 1_000_000, None, 3_200_000, 0, 0, (("department", "DELI"),)),)


def test_columns_of_parquet_have_their_own_types(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    times = ["2026-01-02T13:00:00", "2026-01-03T13:00:00"]
    columns = {
        "order": pyarrow.array([11, 12], pyarrow.int64()),
        "member": pyarrow.array(["7", "7"]).dictionary_encode(),
        "at": pyarrow.array(times).cast(pyarrow.timestamp("ms")),
        "amount": pyarrow.array([12.3, 0.1], pyarrow.float64()),
        "discount": pyarrow.array([Decimal("1.50"), None], pyarrow.decimal128(10, 2)),
        "delivery": pyarrow.array([False, True]),
        "line_facts.department": pyarrow.array([date(2026, 1, 1), None]),
    }
    pyarrow.parquet.write_table(pyarrow.table(columns), path)
    one, other = read(tmp_path, path)
    assert (one.id, one.at) == ("11", instant_of("2026-01-02T13:00:00+03:00"))
    assert one.lines[0][7:11] == (12_300_000, 1_500_000, 0, (("department", "2026-01-01"),))
    assert other.lines[0][7:] == (100_000, 0, 0, (), True)


def test_a_large_parquet_file_is_not_held_in_memory(tmp_path: Path) -> None:
    """Forty pieces of a megabyte each: what was read goes before the next ones come."""
    member = [f"{number:064x}" for number in range(1 << 14)]
    path = tmp_path / "rows.parquet"
    names = ("order", "member", "at", "amount")
    schema = pyarrow.schema([(name, pyarrow.string()) for name in names])
    with pyarrow.parquet.ParquetWriter(path, schema, compression="none", use_dictionary=False) as writer:
        for number in range(40):
            order = [f"{number}-{row}" for row in range(len(member))]
            same = [["2026-03-07T10:00:00Z"] * len(member), ["9.00"] * len(member)]
            writer.write_table(pyarrow.table([order, member, *same], schema=schema))
    assert path.stat().st_size > 40 << 20
    before, most, rows = pyarrow.total_allocated_bytes(), 0, 0
    for batch in batches(path, plain_map()):
        rows += len(batch.columns["member"])
        most = max(most, pyarrow.total_allocated_bytes() - before)
    assert rows == 40 << 14
    assert most < 20 << 20


def test_rows_of_many_files_come_in_the_order_in_which_they_were_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "BATCH", 3)
    monkeypatch.setattr(spilling, "_STRETCH", 3)
    monkeypatch.setattr(spilling, "_PARTS", 2)
    rows = many(10, 4)
    spill([as_csv(tmp_path / "rows.csv", rows)], plain_map(), MOSCOW, tmp_path, lambda done: None)
    assert len(list(tmp_path.glob("*.arrow"))) == 27  # of 80 rows
    for member in {row["member"] for row in rows}:
        group = group_of(member)
        found = spilled(tmp_path, range(group, group + 1))
        assert found is not None
        mine = [row for row in found.to_pylist() if row["member"] == member]
        assert [row["amount"] for row in mine] == [row["amount"] for row in rows if row["member"] == member]


def test_a_line_of_json_may_be_a_whole_event(tmp_path: Path) -> None:
    whole = {"kind": "cancellation", "id": "x", "member": "2", "at": "2026-02-02T10:00:00Z", "order": "a"}
    events = read(tmp_path, as_json_lines(tmp_path / "rows.jsonl", [whole, *ROWS]))
    assert [event.id for event in events if event.member == "2"] == ["a", "b", "x"]
    assert isinstance(events[[event.id for event in events].index("x")], Cancellation)


def test_rows_of_one_order_may_stand_far_apart_and_lack_what_others_have(tmp_path: Path) -> None:
    """Facts that a row does not have are none; lines with an id come before those that are numbered."""
    head = {"order": "a", "member": "2", "at": "2026-01-02T10:00:00Z"}
    rows = [
        {**head, "amount": "1", "line_facts.department": "DELI"},
        {"order": "b", "member": "2", "at": "2026-01-01T10:00:00Z", "amount": "4"},
        {**head, "price": "2", "line": "x"},
        {"order": "a", "member": "3", "at": "2026-01-01T10:00:00Z", "amount": "5"},
        {**head, "amount": "3", "line_facts.gift": "yes", "line_facts.department": "DRY"},
    ]
    found = read(tmp_path, as_json_lines(tmp_path / "rows.jsonl", rows))
    told = {(event.member, event.id): event.lines for event in found}
    assert [(event.member, event.id) for event in found if event.member == "2"] == [("2", "b"), ("2", "a")]
    assert [line.id for line in told["2", "a"]] == ["x", "2", "3"]
    assert [(line.price, line.amount) for line in told["2", "a"]] == [
        *((2_000_000, None), (None, 1_000_000), (None, 3_000_000))
    ]
    dry = (("department", "DRY"), ("gift", "yes"))
    assert [line.facts for line in told["2", "a"]] == [(), (("department", "DELI"),), dry]
    assert [line.amount for line in told["3", "a"]] == [5_000_000]


def test_lines_without_an_id_are_numbered_by_what_they_say(tmp_path: Path) -> None:
    amounts = ("20", "3.0", "3", "100.00")
    rows = [{"order": "a", "member": "2", "at": "2026-01-02T10:00:00Z", "amount": amount} for amount in amounts]
    (order,) = read(tmp_path, as_csv(tmp_path / "rows.csv", rows))
    (tmp_path / "again").mkdir()
    (again,) = read(tmp_path / "again", as_csv(tmp_path / "again.csv", rows[::-1]))
    assert again == order
    assert [line.id for line in order.lines] == ["1", "2", "3", "4"]
    assert sorted(line.amount or 0 for line in order.lines) == [3_000_000, 3_000_000, 20_000_000, 100_000_000]


def test_two_rows_that_say_the_same_are_two_lines(tmp_path: Path) -> None:
    row = {"order": "a", "member": "2", "at": "2026-01-02T10:00:00Z", "amount": "20"}
    (order,) = read(tmp_path, as_csv(tmp_path / "rows.csv", [row, row]))
    assert [(line.id, line.amount) for line in order.lines] == [("1", 20_000_000), ("2", 20_000_000)]


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-03-07T11:00:00+05:00", "2026-03-07T06:00:00Z"),
        ("2026-03-07 11:00:00+0500", "2026-03-07T06:00:00Z"),
        ("2026-03-07 11:00:00.25Z", "2026-03-07T11:00:00.25Z"),
        ("2026-03-07 11:00:00", "2026-03-07T08:00:00Z"),
        ("2026-03-07T11:00", "2026-03-07T08:00:00Z"),
        ("2026-03-07", "2026-03-06T21:00:00Z"),
    ],
)
def test_a_time_has_an_offset_or_is_of_the_zone(text: str, instant: str) -> None:
    assert moment(text, MOSCOW) == instant_of(instant)


@pytest.mark.parametrize("text", ["07.03.2026", "2026-03-07 25:00", "2026-02-30", "2026-03-07 11:00 MSK", "1772870400"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(InputError) as caught:
        moment(text, MOSCOW)
    assert caught.value.code in ("time.syntax", "time.date")


@pytest.mark.parametrize("rows", [1, 4_096, 5_000, 1_000_000, 10**9])
def test_each_group_is_decided_in_one_part(rows: int) -> None:
    found = shares(rows)
    assert [group for groups in found for group in groups] == list(range(GROUPS))
    assert len(found) <= max(1, rows // 2_048)


def test_members_are_spread_over_groups_alike_everywhere() -> None:
    assert len({group_of(str(member)) for member in range(5_000)}) == GROUPS
    assert (group_of("1"), group_of("2")) == (group_of("1"), group_of("2"))


# ---------------------------------------------------------------- what is wrong


def replayed(folder: Path, table: Path, *options: str | Path) -> Result:
    path = written(folder, RULES)
    return run("replay", path, "--purchases", table, "--out", folder / "out", "--workers", "1", *options)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"amount": "5,00"}, "row 2, column amount: a number is digits, with a point before decimals: 5,00"),
        ({"amount": ""}, "row 2: a line has a `price` for a unit or an `amount` for all [order.price]"),
        ({"amount": "5.001"}, "row 2, column amount: the amount has more than the 2 decimals of its currency"),
        ({"at": "02/01/2026"}, "row 2, column at: a time is written like 2026-03-07T11:00:00+03:00"),
        ({"member": ""}, "row 2, column member: the `member` is missing [replay.row]"),
        ({"order": "a b"}, "row 2, column order: "),
        ({"at": "2026-01-02T10:00:01Z"}, "row 2, column at: the order `a` has another `at` in rows.csv, row 1"),
        ({"amount": "-5.00"}, "row 2: lines[1]: prices, discounts and taxes are not negative [order.negative]"),
    ],
)
def test_a_row_that_cannot_be_read_is_named_with_its_column(tmp_path: Path, change: dict[str, str], told: str) -> None:
    rows = [ROWS[0], {**ROWS[1], **change}, *ROWS[2:]]
    table = as_csv(tmp_path / "rows.csv", rows)
    found = replayed(tmp_path, table, "--format", "json")
    assert found.exit_code == 1
    assert found.stderr.startswith(f"loyalty: rows.csv, {told}")
    error = json.loads(found.stdout)["error"]
    assert (error["file"], error["row"]) == ("rows.csv", 2)


def test_of_an_order_the_first_wrong_cell_of_the_first_wrong_row_is_told(tmp_path: Path) -> None:
    """What rows say of their order comes before what each says of its line, and lines before cells of the order."""
    row = {"order": "a", "member": "1", "at": "2026-01-02T10:00:00Z", "amount": "5", "line": "1", "store": "s"}
    last = {**row, "line": "3", "quantity": "many", "discount": "much"}
    cases = [
        ([row, {**row, "line": "2", "tax": "x"}, last], "row 2, column tax: "),
        ([row, {**row, "line": "2"}, last], "row 3, column discount: "),
        ([row, row, {**row, "line": "3", "store": "t", "tax": "x"}], "row 3, column store: the order `a` has another"),
        ([row, {**row, "line": "2"}, row], "row 3, column line: the line `1` of the order `a` stands twice"),
        ([{**one, "store": "\u0007"} for one in (row, row)], "row 2, column line: the line `1` of the order `a`"),
        ([{**row, "store": "\u0007", "channel": "\u0007"}], "row 1, column channel: "),
        ([{**row, "line": ""}, {**row, "line": "2"}], "row 1: the line `2` of the order `a` stands twice"),
    ]
    for number, (rows, told) in enumerate(cases):
        folder = tmp_path / str(number)
        folder.mkdir()
        found = replayed(folder, as_json_lines(folder / "rows.jsonl", rows))
        assert found.exit_code == 1
        assert found.stderr.startswith(f"loyalty: rows.jsonl, {told}")


def test_a_whole_order_of_several_lines_is_refused_as_the_row_that_it_is(tmp_path: Path) -> None:
    lines = [{"id": "1", "quantity": "1", "amount": "7"}, {"id": "2", "quantity": "1", "amount": "-5"}]
    whole = {"kind": "purchase", "id": "w", "member": "1", "at": "2026-01-02T10:00:00Z", "currency": "RUB"}
    found = replayed(tmp_path, written(tmp_path, json.dumps({**whole, "lines": lines}), "rows.jsonl"))
    assert found.exit_code == 1
    assert found.stderr.startswith("loyalty: rows.jsonl, row 1: lines[2]: prices, discounts and taxes are not negative")


def test_it_is_told_in_russian_as_well(tmp_path: Path) -> None:
    table = as_csv(tmp_path / "rows.csv", [{**ROWS[0], "amount": "x"}])
    assert replayed(tmp_path, table, "--language", "ru").stderr.startswith(
        "loyalty: rows.csv, строка 1, столбец amount:"
    )


def test_a_column_of_the_map_is_named_as_the_table_calls_it(tmp_path: Path) -> None:
    names = b'[columns]\norder = "basket"\nmember = "who"\nat = "when"\namount = "paid"\n'
    table = written(tmp_path, "basket,who,when,paid\n5,7,2026-01-02 13:00:05,much\n", "rows.csv")
    found = replayed(tmp_path, table, "--map", written(tmp_path, names, "map.toml"))
    assert found.stderr.startswith("loyalty: rows.csv, row 1, column paid: a number is digits")


@pytest.mark.parametrize(
    ("heads", "told"),
    [
        ("order,member,at,amount,qunatity", "the column `qunatity` is no field; did you mean `quantity`?"),
        ("order,membr,at,amount", "the column `membr` is no field; did you mean `member`?"),
        ("order,member,at", "no column says the `amount` The table has: order, member, at"),
        ("order,order,at,amount", "the column `order` stands twice"),
    ],
)
def test_wrong_columns_are_told_with_those_that_were_found(tmp_path: Path, heads: str, told: str) -> None:
    cells = ",".join(["1"] * len(heads.split(",")))
    found = replayed(tmp_path, written(tmp_path, f"{heads}\n{cells}\n", "rows.csv"))
    assert found.exit_code == 1
    assert told in found.stderr


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (
            '[columns]\norder = "basket"\nmember = "whom"\nat = "when"\namount = "paid"',
            "no column `whom`; did you mean `who`?",
        ),
        ('[column]\norder = "basket"', "`column` is not known; did you mean `columns`?"),
        ('[columns]\nordr = "basket"', "`ordr` is not known; did you mean `order`?"),
        ('zone = "Moscow"\n[columns]\norder = "basket"', "there is no time zone Moscow"),
        ('separator = "-"\n[columns]\norder = "basket"', "`separator` is a comma, a semicolon, a tab or a bar"),
        ("[columns]\norder = 5", '[columns] has lines like `name = "text"`'),
        ("zone = 5", "`zone` is a text"),
        ("[columns", "the map is not TOML"),
        ("", "[columns] names the columns of the table by field"),
        ('[columns]\norder = "basket"\n[constants]\norder = "1"', "`order` is a column and a constant"),
    ],
)
def test_a_wrong_map_says_what_it_should_be(tmp_path: Path, names: str, told: str) -> None:
    table = written(tmp_path, "basket,who,when,paid\n5,7,2026-01-02 13:00:05,1\n", "rows.csv")
    found = replayed(tmp_path, table, "--map", written(tmp_path, names, "map.toml"))
    assert found.exit_code == 1
    assert told in found.stderr


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("rows.xlsx", "x", "a table is a file *.parquet, *.csv, *.jsonl"),
        ("rows.parquet", "x", "this is not Parquet"),
        ("rows.csv", "", "it has no line of heads"),
        ("rows.csv", "order,member,at,amount\n", "there are no rows"),
        ("rows.csv", "order,member,at,amount\n1,2,3\n", "row 1: it has 3 cells, and there are 4 columns"),
        ("rows.csv", 'order,member,at,amount\n1,2,3,"4\n', "row 1: this is not CSV"),
        ("rows.csv", b"order,member,at,amount\n1,2,3,\xff\n", "this is not UTF-8"),
        ("rows.jsonl", "{\n", "row 1: this is not JSON"),
        ("rows.jsonl", "[1]\n", "row 1: a row is an object of fields"),
        ("rows.jsonl", '{"order": "a"}\n{"order": "\\uD83d"}\n', "row 2: a text has half of a pair of surrogates"),
        ("rows.jsonl", '{"line_facts.\\udfff": "a"}\n', "row 1: a text has half of a pair of surrogates"),
        ("rows.jsonl", '{"order": ["a"], "member": "1"}\n', "row 1, column order: a text, a number, true or false"),
        ("rows.jsonl", '{"order": "a", "member": "1"}\n', "no column says the `at`"),
    ],
)
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, name: str, content: str | bytes, told: str) -> None:
    found = replayed(tmp_path, written(tmp_path, content, name))
    assert found.exit_code == 1
    assert told in found.stderr


def test_a_type_that_holds_no_cells_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    pyarrow.parquet.write_table(pyarrow.table({"order": [["a"]], "member": ["1"], "at": ["x"], "amount": ["1"]}), path)
    assert "the column `order` has the type list" in replayed(tmp_path, path).stderr


@pytest.mark.parametrize(
    ("field", "values", "told"),
    [
        ("at", pyarrow.array([1767348000123456789], pyarrow.timestamp("ns", tz="UTC")), "1767348000123456789"),
        ("sku", pyarrow.array([b"\xff"]).view(pyarrow.string()), "UTF8"),
    ],
)
def test_a_cell_of_parquet_that_cannot_be_kept_is_refused(tmp_path: Path, field: str, values: Any, told: str) -> None:
    """A billionth of a second, and bytes that are no text."""
    row = {"order": ["a"], "member": ["1"], "at": ["2026-01-02T10:00:00Z"], "amount": ["1"]}
    pyarrow.parquet.write_table(pyarrow.table(row | {field: values}), tmp_path / "rows.parquet")
    found = replayed(tmp_path, tmp_path / "rows.parquet")
    assert found.exit_code == 1
    assert f"the column `{field}`" in found.stderr
    assert told in found.stderr


def test_of_several_bad_rows_any_number_of_workers_tells_the_same(tmp_path: Path) -> None:
    rows = [{**ROWS[2], "member": str(member), "order": f"o-{member}", "amount": "x"} for member in range(20)]
    good = [{**one, "amount": "1"} for one in rows]
    table = as_csv(tmp_path / "rows.csv", [*rows, *([{**one, "order": "before"} for one in good] * 500)])
    assert len(shares(10_020)) > 1
    one = replayed(tmp_path, table)
    two = run("replay", tmp_path / "rules.loyalty", "--purchases", table, "--out", tmp_path / "two", "--workers", "2")
    assert one.stderr == two.stderr
    assert (one.exit_code, two.exit_code) == (1, 1)


def test_commands_that_make_no_sense(tmp_path: Path) -> None:
    table = as_csv(tmp_path / "rows.csv", ROWS)
    assert replayed(tmp_path, tmp_path / "none.csv").exit_code == 2
    assert replayed(tmp_path, table, "--until", "2026-01-01T00:00:00Z").exit_code == 2
    twice = run("replay", "-", "--purchases", table, "--out", tmp_path / "three", "--map", "-", input=RULES)
    assert (twice.exit_code, "standard input" in twice.stderr) == (2, True)
    wrong = written(tmp_path, RULES.replace("give 1", "giv 1"), "wrong.loyalty")
    assert run("replay", wrong, "--purchases", table, "--out", tmp_path / "four").exit_code == 1


def test_errors_of_rows_and_maps_copy_as_they_are() -> None:
    error = BadRowError("replay.row", "what is wrong", "a.csv", 3, "at")
    again = copy(error)
    assert (str(again), again.file, again.row, again.column) == (str(error), "a.csv", 3, "at")
    assert str(error) == "a.csv, row 3, column at: what is wrong [replay.row]"
    with pytest.raises(SettingsError):
        read_map(b"x" * 70_000, "map.toml")
