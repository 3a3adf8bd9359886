"""`loyalty replay --against`: whose points differ, by rule and reason; the differences add up to that of the totals."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.adapters.command_line import run, written
from tests.adapters.replayed import ROWS, RULES, as_csv, left, many, table

#: One point for 5 RUB; the deli rule is gone; gold earns more on top, and so follows from the level.
NEW = RULES.replace("1 bonus per 10 RUB", "1 bonus per 5 RUB").replace("  give 5 bonus\n", "  give 7 bonus\n")
GOLD = RULES + "\nearn gold_gift\n  for status is gold\n  give 3 bonus\nend\n"
BUDGET = "\nbudget launch\n  covers base\n  cap 250 bonus in calendar month\n  when short give what is left\nend\n"
END = ("--until", "2026-04-15T00:00:00Z")


def replayed(folder: Path, out: str, rules: str, *options: str | Path) -> dict[str, Any]:
    path = written(folder, rules, f"{out}.loyalty")
    purchases = folder / "rows.csv"
    asked = ("--purchases", purchases, "--out", folder / out, "--workers", "1", "--format", "json")
    found = run("replay", path, *asked, *END, *options)
    assert (found.exit_code, found.stderr) == (0, "")
    document: dict[str, Any] = json.loads(found.stdout)
    return document


def test_two_members_against_another_rate_as_worked_out_by_hand(tmp_path: Path) -> None:
    as_csv(tmp_path / "rows.csv", ROWS)
    old = written(tmp_path, RULES, "old.loyalty")
    found = replayed(tmp_path, "new", NEW, "--against", old)["against"]
    # 505 / 5 - 505 / 10 = 101 - 50 = 51, 80 / 5 - 80 / 10 = 8, 99.99 / 5 - 99.99 / 10 = 19 - 9 = 10; deli 7 - 5 = 2;
    # all of it has gone by the middle of April.
    assert found["members"] == {"bonus": {"more": 0, "less": 0}}
    assert found["differences"] == [
        {"purse": "bonus", "rule": "base", "reason": "expired", "why": "changed", "units": "-69"},
        {"purse": "bonus", "rule": "base", "reason": "given", "why": "changed", "units": "69"},
        {"purse": "bonus", "rule": "deli", "reason": "expired", "why": "changed", "units": "-2"},
        {"purse": "bonus", "rule": "deli", "reason": "given", "why": "changed", "units": "2"},
    ]
    rows = table(tmp_path / "new", "differences")
    given = {(row["member"], row["event"], row["rule"]): row for row in rows if row["reason"] == "given"}
    assert {key: row["difference"] for key, row in given.items()} == {
        ("2", "a", "base"): Decimal(51),
        ("2", "a", "deli"): Decimal(2),
        ("2", "b", "base"): Decimal(8),
        ("10", "c", "base"): Decimal(10),
    }
    first = given["2", "a", "base"]
    assert (first["before"], first["after"], first["why"]) == (Decimal(50), Decimal(101), "changed")
    assert (first["outcome_before"], first["outcome_after"]) == ("awarded", "awarded")


@pytest.mark.parametrize("new", [NEW, GOLD, NEW + BUDGET], ids=["rate", "rule", "budget"])
def test_the_differences_add_up_to_the_difference_of_the_totals(tmp_path: Path, new: str) -> None:
    as_csv(tmp_path / "rows.csv", many(25, 3))
    old = written(tmp_path, RULES, "other.loyalty")
    both = replayed(tmp_path, "both", new, "--against", old)
    after, before = replayed(tmp_path, "after", new), replayed(tmp_path, "before", RULES)
    rows = table(tmp_path / "both", "differences")
    assert rows
    sums: Counter[str] = Counter()
    for row in rows:
        assert row["difference"] == row["after"] - row["before"] != 0
        sums[row["reason"]] += row["difference"]
    for reason in ("given", "expired"):
        difference = Decimal(after["purses"]["bonus"][reason]) - Decimal(before["purses"]["bonus"][reason])
        assert sums[reason] == difference != 0
    assert {key: both[key] for key in after} == after
    assert both["against"]["purses"] == before["purses"]
    assert both["against"]["rules"] == before["rules"]
    alone = left(tmp_path / "after")
    for name in ("balances.parquet", "decisions.parquet", "movements.parquet", "levels.parquet"):
        assert left(tmp_path / "both")[name] == alone[name]


def test_why_a_rule_gives_something_else_is_told(tmp_path: Path) -> None:
    as_csv(tmp_path / "rows.csv", many(25, 3))
    old = written(tmp_path, RULES, "old.loyalty")
    fewer = RULES.replace("  on Deli\n", "  on Deli\n  for status is gold\n")
    boosted = RULES + "\nboost more\n  changes base\n  multiply by 2\nend\n"
    told = {}
    for name, rules in {"rule": GOLD, "fewer": fewer, "boost": boosted}.items():
        rows = table_of(tmp_path, name, rules, old)
        told[name] = {(row["rule"], row["why"], row["outcome_after"]) for row in rows if row["reason"] == "given"}
    assert told["rule"] == {("gold_gift", "new", "awarded")}
    assert told["fewer"] == {("deli", "changed", "not for this member")}
    assert told["boost"] == {("base", "follows", "awarded")}
    back = table_of(tmp_path, "back", RULES, written(tmp_path, GOLD, "gold.loyalty"))
    assert {row["why"] for row in back if row["reason"] == "given"} == {"gone"}


def table_of(folder: Path, name: str, rules: str, old: Path) -> list[dict[str, Any]]:
    replayed(folder, name, rules, "--against", old)
    return table(folder / name, "differences")


def test_it_is_told_in_words_and_in_the_report_in_both_languages(tmp_path: Path) -> None:
    as_csv(tmp_path / "rows.csv", ROWS)
    old = written(tmp_path, RULES, "old.loyalty")
    new = written(tmp_path, NEW.replace('"Replay"', '"Fives"'), "new.loyalty")
    asked = ("replay", new, "--purchases", tmp_path / "rows.csv", "--against", old, *END[:1], "2026-02-02T00:00:00Z")
    english = run(*asked, "--out", tmp_path / "en").stdout
    assert "Against Replay" in english
    assert "the rule says something else" in english
    assert "+69" in english
    assert "bonus: 2 members have more, 0 have less" in english
    russian = run(*asked, "--out", tmp_path / "ru", "--language", "ru").stdout
    assert "bonus: у 2 участников больше, у 0 меньше" in russian
    page = (tmp_path / "ru" / "report.html").read_text(encoding="utf-8")
    assert "<td>само правило изменилось</td><td>+69</td>" in page
    same = run(*asked[:1], old, *asked[2:], "--out", tmp_path / "same").stdout
    assert "Against Replay: Nothing differs." in same
