"""`loyalty replay`: tables in, tables out; the same bytes however it is done, and errors that name the cell."""

from __future__ import annotations

import base64
import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from random import Random

import pytest
from click.testing import Result

from tests.adapters.command_line import run, written
from tests.adapters.replayed import FORMATS, ROWS, RULES, as_csv, left, many, table

END = "2026-03-15T00:00:00Z"
BUDGET = """
budget launch
  covers base
  cap 250 bonus in calendar month
  when short give what is left
end
"""


def replayed(folder: Path, purchases: Path, out: str, *options: str, rules: str = RULES) -> Result:
    path = written(folder, rules)
    return run("replay", path, "--purchases", purchases, "--out", folder / out, "--workers", "1", *options)


def test_what_became_of_two_members_is_as_worked_out_by_hand(tmp_path: Path) -> None:
    found = replayed(tmp_path, as_csv(tmp_path / "rows.csv", ROWS), "out", "--until", END, "--format", "json")
    assert (found.exit_code, found.stderr) == (0, "")
    # Of member 2: 505 / 10 = 50 and 5 for the deli line in January, gone when March begins; 80 / 10 = 8 in February,
    # there until the end of March, at 0.50 RUB each. Gold from 505 RUB on 2 January; 30 dates before 1 February hold
    # it, those before 1 March do not. Of member 10: 99.99 / 10 = 9.999, rounded down, gone when March begins.
    document = json.loads(found.stdout)
    assert document["ok"] is True
    assert (document["members"], document["orders"], document["rows"]) == (2, 3, 4)
    held = {"usable": "8", "pending": "0", "reserved": "0", "owed": "0"}
    assert document["purses"] == {"bonus": {"given": "72", "expired": "-64", **held, "worth": "4.00"}}
    assert document["rules"] == [
        {"rule": "base", "purse": "bonus", "given": "67", "members": 2},
        {"rule": "deli", "purse": "bonus", "given": "5", "members": 1},
    ]
    assert document["levels"] == {"status": {"": 2, "gold": 0}}
    out = tmp_path / "out"
    assert json.loads((out / "replay.json").read_text(encoding="utf-8")) == {
        key: value for key, value in document.items() if key != "ok"
    }
    assert [(row["member"], row["usable"]) for row in table(out, "balances")] == [("2", Decimal(8)), ("10", Decimal(0))]


def test_its_tables_say_what_happened_when(tmp_path: Path) -> None:
    assert replayed(tmp_path, as_csv(tmp_path / "rows.csv", ROWS), "out", "--until", END).exit_code == 0
    out = tmp_path / "out"
    at = datetime(2026, 1, 2, 10, tzinfo=UTC)
    told = [(row["member"], row["event"], row["kind"], row["outcome"]) for row in table(out, "decisions")]
    assert sorted(told, key=str) == sorted(
        [
            *(("2", "a", "purchase", "decided"), ("2", "b", "purchase", "decided"), ("10", "c", "purchase", "decided")),
            *(("2", None, "tick", "decided"), ("10", None, "tick", "decided")),
        ],
        key=str,
    )
    assert {"member": "2", "event": "a", "at": at, "purse": "bonus", "rule": "deli", "reason": "given"}.items() <= next(
        row for row in table(out, "movements") if row["rule"] == "deli"
    ).items()
    months = [(row["month"], row["rule"], row["reason"], row["units"]) for row in table(out, "summary")]
    assert months == [
        ("2026-01", "base", "given", Decimal(59)),
        ("2026-01", "deli", "given", Decimal(5)),
        ("2026-02", "base", "given", Decimal(8)),
        ("2026-03", "base", "expired", Decimal(-59)),
        ("2026-03", "deli", "expired", Decimal(-5)),
    ]
    assert [(row["month"], row["held"]) for row in table(out, "liability")] == [
        *(("2026-01", Decimal(64)), ("2026-02", Decimal(72)), ("2026-03", Decimal(8))),
    ]
    gold = [(row["month"], row["members"]) for row in table(out, "tiers") if row["level"] == "gold"]
    assert gold == [("2026-01", 1), ("2026-02", 1), ("2026-03", 0)]
    assert [(row["month"], row["units"]) for row in table(out, "forecast")] == [("2026-03", Decimal(8))]
    assert [(row["member"], row["orders"], row["level_status"]) for row in table(out, "members")] == [
        *(("2", 2, ""), ("10", 1, "")),
    ]


@pytest.mark.parametrize("rules", [RULES, RULES + BUDGET], ids=["alone", "shared"])
def test_neither_the_format_nor_the_order_of_rows_nor_the_number_of_workers_changes_a_byte(
    tmp_path: Path, rules: str
) -> None:
    rows = many(30, 3)
    for kind, write in FORMATS.items():
        assert replayed(tmp_path, write(tmp_path / f"rows{kind}", rows), kind, rules=rules).exit_code == 0
    Random(1).shuffle(rows)
    shuffled = as_csv(tmp_path / "shuffled.csv", rows)
    assert replayed(tmp_path, shuffled, "shuffled", "--workers", "2", rules=rules).exit_code == 0
    halves = [as_csv(tmp_path / f"half{place}.csv", rows[place::2]) for place in (0, 1)]
    assert replayed(tmp_path, halves[0], "halves", "--purchases", str(halves[1]), rules=rules).exit_code == 0
    one, *others = (left(tmp_path / name) for name in (*FORMATS, "shuffled", "halves"))
    assert all(other == one for other in others)
    assert "replay.json" in one
    assert ".work" not in str(one)


def test_the_report_opens_without_a_network_in_the_language_that_is_asked_for(tmp_path: Path) -> None:
    rules = RULES.replace('"Deli"', '"Deli <b>"').replace('programme "Replay"', 'programme "A & B"')
    table_of_rows = as_csv(tmp_path / "rows.csv", ROWS)
    assert replayed(tmp_path, table_of_rows, "out", "--until", END, "--language", "ru", rules=rules).exit_code == 0
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert '<html lang="ru">' in page
    assert "<h1>A &amp; B</h1>" in page
    assert "Points: начислено по правилам и месяцам" in page
    assert re.findall(r'(?:src|href)="(?!data:)', page) == []
    assert not re.search(r"://|url\(|@import", page)
    assert "<tr><td>base</td><td>67</td><td>59</td><td>8</td><td>0</td></tr>" in page
    assert "<tr><td>2026-03</td><td>8</td></tr>" in page
    plots = sorted((tmp_path / "out" / "plots").iterdir())
    assert [path.name for path in plots] == ["forecast_1.png", "given_1.png", "liability_1.png", "tiers_1.png"]
    assert all(base64.b64encode(path.read_bytes()).decode() in page for path in plots)


class Elements(HTMLParser):
    """The elements of a page with their attributes, as a browser would find them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: set[tuple[str, ...]] = set()
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add((tag, *(name for name, _ in attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.mark.parametrize(
    "title", ["</script><script>alert(1)</script>", "<img src=x onerror=alert(1)>", "' onerror='alert(1)", "--&gt;<b>"]
)
def test_O_02_no_title_is_markup_in_the_report(tmp_path: Path, title: str) -> None:
    """Every title of a rule file that the report tells: of both programmes, a purse and a ladder. Its elements are
    those of a page whose titles are words."""
    rows = as_csv(tmp_path / "rows.csv", ROWS)
    pages: list[str] = []
    for told in ("words", title):
        rules = RULES
        for name in ("Replay", "Points", "Status"):
            rules = rules.replace(f'"{name}"', f'"{told}"')
        old = written(tmp_path, rules.replace("5 bonus", "4 bonus"), "old.loyalty")
        assert replayed(tmp_path, rows, f"out {len(pages)}", "--against", str(old), rules=rules).exit_code == 0
        pages.append((tmp_path / f"out {len(pages)}" / "report.html").read_text(encoding="utf-8"))
    plain, page = map(Elements, pages)
    assert page.found == plain.found
    assert page.texts.count(title) == plain.texts.count("words") == 2
    assert title in " ".join(page.texts).replace(title, "", 2)


def test_O_02_no_title_ends_the_attribute_that_tells_it(tmp_path: Path) -> None:
    """A quote ends a title in a rule file already."""
    rules = RULES.replace('"Points"', '""><img src=x onerror=alert(1)>"')
    found = replayed(tmp_path, as_csv(tmp_path / "rows.csv", ROWS), "out", rules=rules)
    assert (found.exit_code, (tmp_path / "out").exists()) == (1, False)


def test_a_budget_is_used_up_in_the_order_of_the_instants(tmp_path: Path) -> None:
    rows = [
        {"order": f"o-{member}", "member": str(member), "at": f"2026-01-{30 - member:02d}T12:00:00Z", "amount": "1000"}
        for member in range(1, 9)
    ]
    assert replayed(tmp_path, as_csv(tmp_path / "rows.csv", rows), "out", rules=RULES + BUDGET).exit_code == 0
    # 100 each; the later the number the earlier the order: 8, 7, and 6 gets what is left of 250.
    given = {row["member"]: row["usable"] for row in table(tmp_path / "out", "balances")}
    assert {member: int(units) for member, units in given.items() if units} == {"8": 100, "7": 100, "6": 50}


def test_a_member_who_was_away_for_long_stops_nothing(tmp_path: Path) -> None:
    """50 for each order, and one for each of 1,096 days after 2 January 2026 through 2 January 2029."""
    rules = RULES.replace("expire after 1 month at end of calendar month", "expire never")
    rules += '\nearn daily "Daily"\n  at start of calendar day\n  give 1 bonus\nend\n'
    rows = [ROWS[1] | {"amount": "500.00"}, ROWS[1] | {"order": "z", "at": "2029-01-02T10:00:00Z", "amount": "500.00"}]
    found = replayed(tmp_path, as_csv(tmp_path / "rows.csv", rows), "out", "--format", "json", rules=rules)
    assert (found.exit_code, found.stderr) == (0, "")
    document = json.loads(found.stdout)
    assert [(one["rule"], one["given"]) for one in document["rules"]] == [("daily", "1096"), ("base", "100")]
    assert document["purses"]["bonus"]["usable"] == "1196"
