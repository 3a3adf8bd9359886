"""Rows of tables on the command line: `--table NAME=FILE`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.adapters.command_line import PLAIN, run, written

RULES = (
    PLAIN.replace("  give 1 bonus per 10 RUB", "  give [rates] to bonus")
    + """
table rates
  value rate is percent
  supplied by host
  | sku | rate |
  otherwise 1%
end

example "The rate of beans comes from the host"
  at 2026-03-02 12:00 places order "first"
  | sku   | quantity | unit price |
  | beans | 1        | 250 RUB    |
  should give 25 bonus by base
end
"""
)
ROWS = "sku,rate\nbeans,10%\n"
ORDER = (
    '{"kind":"purchase","id":"p-1","member":"m-1","at":"2026-03-02T12:00:00+03:00","currency":"RUB",'
    '"lines":[{"id":"1","sku":"beans","quantity":"1","price":"250.00"}]}\n'
)


def test_rows_are_handed_over_to_every_command_that_reads_rules(tmp_path: Path) -> None:
    rules, rows = written(tmp_path, RULES), written(tmp_path, ROWS, "rates.csv")
    handed, events = ("--table", f"rates={rows}"), ("--events", written(tmp_path, ORDER, "events.jsonl"))
    assert run("check", rules, *handed).exit_code == 0
    assert run("test", rules, *handed).exit_code == 0
    decision = json.loads(run("run", rules, *events, *handed).stdout)
    assert decision["balances"]["bonus"]["usable"] == "25"
    assert "25 bonus" in run("explain", rules, *events, *handed).stdout
    assert "25 bonus" in run("statement", rules, *events, "--member", "m-1", *handed).stdout
    assert run("settle", rules, *events, *handed).exit_code == 0


def test_an_earlier_edition_gets_the_rows_too(tmp_path: Path) -> None:
    rules, rows = written(tmp_path, RULES), written(tmp_path, ROWS, "rates.csv")
    old = written(tmp_path, RULES, "old.loyalty")
    events = written(tmp_path, ORDER, "events.jsonl")
    earlier = ("--earlier", old, "2026-07-01T00:00:00Z")
    result = run("run", rules, *earlier, "--events", events, "--table", f"rates={rows}")
    assert json.loads(result.stdout)["balances"]["bonus"]["usable"] == "25"
    plain = written(tmp_path, PLAIN, "plain.loyalty")
    earlier = ("--earlier", plain, "2026-07-01T00:00:00Z")
    result = run("run", rules, *earlier, "--events", events, "--table", f"rates={rows}")
    assert json.loads(result.stdout)["balances"]["bonus"]["usable"] == "25"


def test_rows_that_are_missing_or_wrong_are_told_with_their_place(tmp_path: Path) -> None:
    rules, rows = written(tmp_path, RULES), written(tmp_path, "sku,rate\nbeans,10\n", "rates.csv")
    assert "[L381]" in run("check", rules).stderr
    assert "row 2" in run("check", rules, "--table", f"rates={rows}").stderr
    semicolons = written(tmp_path, "sku;rate\nbeans;2,5%\n", "semicolons.csv")
    result = run("check", rules, "--table", f"rates={semicolons}")
    assert (result.exit_code, "row 2 has 2 cells" in result.stderr) == (2, True)
    events = written(tmp_path, ORDER, "events.jsonl")
    result = run("run", rules, "--events", events, "--table", f"rates={rows}", "--table", f"prices={semicolons}")
    assert result.exit_code != 0


@pytest.mark.parametrize("table", ["rates", "=rows.csv", "rates=", "rates=none.csv"])
def test_a_table_without_name_or_file_is_refused(table: str, tmp_path: Path) -> None:
    result = run("check", written(tmp_path, RULES), "--table", table)
    assert (result.exit_code, result.stdout) == (2, "")


def test_a_table_that_is_named_twice_is_refused(tmp_path: Path) -> None:
    rules, rows = written(tmp_path, RULES), written(tmp_path, ROWS, "rates.csv")
    result = run("check", rules, "--table", f"rates={rows}", "--table", f"rates={rows}")
    assert result.exit_code == 2
