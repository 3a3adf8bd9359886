"""`loyalty check --against OLD`: what a new edition changes, and whether it can take over."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from loyalty_rules import load
from loyalty_rules.lang.differences import differences
from tests.adapters.command_line import FAILING, PLAIN, WRONG, run, written

OLD = (
    PLAIN
    + """
boost tea_time
  changes base
  when clock time between 16:00 and 18:00
  multiply by 2
  cap 40 bonus per member in calendar month
end

tiers status
  level silver when spend in last 90 days at least 500 RUB
  upgrade from next order
  review never
end
"""
)
#: The purse has another name, the cap another window and figure, silver another measure; `extra` is new.
NEW = (
    OLD.replace("purse bonus\n", "purse points\n  was bonus\n")
    .replace("1 bonus per", "1 points per")
    .replace("cap 40 bonus per member in calendar month", "cap 90 points per member in calendar quarter")
    .replace("last 90 days", "last 60 days")
    + """
earn extra
  when orders in calendar year at least 3 orders
  give 5 points
end
"""
)


def test_the_differences_are_told_one_a_line(tmp_path: Path) -> None:
    old, new = written(tmp_path, OLD, "old.loyalty"), written(tmp_path, NEW, "new.loyalty")
    result = run("check", new, "--against", old)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.replace(f"{tmp_path}/", "") == (
        """\
new.loyalty against old.loyalty:
  purse points: was bonus; what members have under it is kept
  tiers status: means something else
  earn extra: new
  boost tea_time: means something else
  tiers status, line 32: counts from nothing: spend in last 60 days at least 500 RUB
  earn extra, line 38: counts from nothing: orders in calendar year at least 3 orders
  boost tea_time, line 28: counts from nothing: cap 90 points per member in calendar quarter
"""
    )


def test_they_are_told_in_russian_and_as_json(tmp_path: Path) -> None:
    old, new = written(tmp_path, OLD, "old.loyalty"), written(tmp_path, NEW, "new.loyalty")
    told = run("check", new, "--against", old, "--language", "ru").stdout
    assert "  кошелёк points: прежнее имя bonus; накопленное под ним сохраняется\n" in told
    assert "  начисление extra: добавлено\n" in told
    document = json.loads(run("check", new, "--against", old, "--format", "json").stdout)
    assert document["ok"] is True
    assert (document["against"]["same"], document["against"]["refused"]) == (False, None)
    assert document["against"]["differences"][0] == {
        "what": "renamed",
        "block": "purse",
        "name": "points",
        "former": "bonus",
        "clause": "",
        "line": None,
    }
    assert document["against"]["differences"][-1]["what"] == "starts_empty"
    assert document["against"]["differences"][-1]["line"] == 28


@pytest.mark.parametrize(
    "same",
    [
        OLD.replace('"Base points"', '"Our points"'),
        OLD.replace("cap 40 bonus per member in calendar month\n", "", 1).replace(
            "  changes base\n", "  changes base\n  cap 40 bonus per member in calendar month\n"
        ),
    ],
)
def test_titles_and_the_order_of_lines_are_no_difference(same: str, tmp_path: Path) -> None:
    old, new = written(tmp_path, OLD, "old.loyalty"), written(tmp_path, same, "new.loyalty")
    result = run("check", new, "--against", old)
    assert (result.exit_code, result.stdout) == (0, f"{new} against {old}: the same meaning\n")


def test_a_number_alone_changes_the_meaning_and_no_counter() -> None:
    found = differences(load(OLD).checked, load(OLD.replace("cap 40", "cap 50").replace("500 RUB", "600 RUB")).checked)
    assert [(one.what.value, one.name) for one in found] == [("changed", "status"), ("changed", "tea_time")]


def test_settings_and_facts_are_told_too() -> None:
    new = OLD.replace("Europe/Moscow", "Europe/Berlin") + "\nfacts\n  line fact size is number optional\nend\n"
    found = differences(load(OLD).checked, load(new).checked)
    assert [(one.what.value, one.block, one.name) for one in found] == [
        ("changed", "H_PROGRAMME", ""),
        ("changed", "H_FACTS", ""),
    ]


def test_an_edition_that_cannot_take_over_fails(tmp_path: Path) -> None:
    old = written(tmp_path, OLD, "old.loyalty")
    new = written(tmp_path, NEW.replace("  was bonus\n", ""), "new.loyalty")
    result = run("check", new, "--against", old)
    assert result.exit_code == 1
    assert result.stderr.startswith("it cannot take over: earlier: members hold units of the purse `bonus`")
    assert "  purse bonus: gone\n" in result.stdout
    document = json.loads(run("check", new, "--against", old, "--format", "json").stdout)
    assert document["against"]["refused"]["code"] == "edition.lost"


def test_files_with_mistakes_are_told_and_not_compared(tmp_path: Path) -> None:
    old, wrong = written(tmp_path, OLD, "old.loyalty"), written(tmp_path, WRONG, "wrong.loyalty")
    failing = written(tmp_path, FAILING, "failing.loyalty")
    for pair in ((wrong, old), (old, wrong)):
        result = run("check", pair[0], "--against", pair[1])
        assert (result.exit_code, result.stdout) == (1, "")
        assert "error[L012]" in result.stderr
        assert json.loads(run("check", pair[0], "--against", pair[1], "--format", "json").stdout)["ok"] is False
    assert run("check", failing, "--against", old).exit_code == 1


def test_one_file_is_compared_with_one(tmp_path: Path) -> None:
    old, new = written(tmp_path, OLD, "old.loyalty"), written(tmp_path, NEW, "new.loyalty")
    result = run("check", old, new, "--against", old)
    assert (result.exit_code, result.stderr) == (2, "loyalty: `--against` compares one file with one\n")
    assert run("check", new, "--against", tmp_path / "missing.loyalty").exit_code == 2
