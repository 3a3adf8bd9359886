"""`loyalty statement`: a member's account out of a file of events."""

from __future__ import annotations

import json
from pathlib import Path

from loyalty_rules import Programme, load, replay, tick
from loyalty_rules.adapters.grocery import GroceryYear
from loyalty_rules.adapters.wire import read_statement, write_event, write_statement
from loyalty_rules.events import Event
from tests.adapters.command_line import EVENTS, FIRST_RULE, PLAIN, ROOT, WRONG, order, run, written

GROCERY_CLUB = ROOT / "examples" / "grocery_club" / "grocery_club.loyalty"


def test_a_member_reads_where_each_point_came_from() -> None:
    result = run("statement", FIRST_RULE, "--events", EVENTS, "--member", "m-1")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == (
        """\
Statement of member m-1, First rule
2026-03-02 - 2026-03-07

Bonus points
  date           change       held  what for
  2026-03-02  +25 bonus   25 bonus  Base points, order p-1
  2026-03-07  +49 bonus   74 bonus  Base points, order p-2
  2026-03-07  +49 bonus  123 bonus  Weekend points, order p-2
  Held: 123 bonus
    valid through 2027-03-02: 25 bonus
    valid through 2027-03-07: 98 bonus
"""
    )


def test_the_statement_comes_in_the_language_asked_for_and_as_json() -> None:
    russian = run("statement", FIRST_RULE, "--events", EVENTS, "--member", "m-1", "--language", "ru").stdout
    assert "  2026-03-02  +25 bonus   25 bonus  Base points, заказ p-1\n" in russian
    told = run("statement", FIRST_RULE, "--events", EVENTS, "--member", "m-1", "--format", "json").stdout
    purse = json.loads(told)["purses"]["bonus"]
    assert purse["lines"][0] == {
        "at": "2026-03-02T12:00:00+03:00",
        "reason": "given",
        "units": "25",
        "held": "25",
        "rule": "base",
        "event": "p-1",
        "kind": "purchase",
    }
    assert purse["ends"] == [
        {"expires": "2027-03-03T00:00:00+03:00", "units": "25"},
        {"expires": "2027-03-08T00:00:00+03:00", "units": "98"},
    ]
    assert (purse["opening"], purse["held"], purse["usable"], purse["pending"]) == ("0", "123", "123", "0")


def test_a_statement_that_goes_on_begins_with_the_members_as_they_are(tmp_path: Path) -> None:
    rules, members = written(tmp_path, PLAIN), tmp_path / "members.jsonl"
    first = written(tmp_path, order("p-1"), "first.jsonl")
    second = written(tmp_path, order("p-2", at="2026-03-03T12:00:00+03:00"), "second.jsonl")
    assert run("run", rules, "--events", first, "--members-out", members).exit_code == 0
    result = run("statement", rules, "--events", second, "--member", "m-1", "--members", members)
    assert "              25 bonus  brought forward\n" in result.stdout


def test_what_cannot_be_stated_is_told(tmp_path: Path) -> None:
    result = run("statement", FIRST_RULE, "--events", EVENTS, "--member", "m-9")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"loyalty: no event in `{EVENTS}` is of the member `m-9`\n"
    bad = run("statement", written(tmp_path, PLAIN), "--events", "-", "--member", "m-1", input=order("p-1") + "{\n")
    assert (bad.exit_code, bad.stdout) == (1, "")
    assert bad.stderr.startswith("-:2: ")
    assert run("statement", written(tmp_path, WRONG), "--events", EVENTS, "--member", "m-1").exit_code == 1
    assert run("statement", FIRST_RULE, "--events", EVENTS).exit_code == 2
    assert run("statement", "-", "--events", "-", "--member", "m-1", input=PLAIN).exit_code == 2


# ---------- a year of real baskets


def year(programme: Programme) -> list[Event]:
    """Household 1's orders of 2017, and a look at the account in January."""
    return [*GroceryYear(1).purchases(["1"]), tick("1", "2018-01-15T12:00:00Z")]


# The figures are those of the loop by hand (tests/benchmarks/grocery_club.py), which shares nothing with the engine.
def test_a_household_of_the_grocery_club_finds_every_point_of_its_year(tmp_path: Path) -> None:
    programme = load(GROCERY_CLUB.read_bytes())
    (purse,) = programme.statement("1", replay(programme, year(programme))).account.purses
    by_rule: dict[tuple[str, str], int] = {}
    for line in purse.lines:
        key = (line.reason.value, line.rule)
        by_rule[key] = by_rule.get(key, 0) + line.units
    given = {rule: units for (reason, rule), units in by_rule.items() if reason == "given"}
    assert given == {"base": 2427, "own_brand": 575, "welcome": 50}
    assert sum(units for (reason, _), units in by_rule.items() if reason == "expired") == -1606
    assert (purse.opening, purse.held, purse.usable) == (0, 1446, 1446)
    assert sum(line.units for line in purse.lines) == 1446
    assert sum(lapse.units for lapse in purse.ends) == 1446


def test_the_same_year_reads_alike_in_both_languages_and_as_json(tmp_path: Path) -> None:
    programme = load(GROCERY_CLUB.read_bytes())
    events = written(tmp_path, "".join(write_event(event, programme) + "\n" for event in year(programme)), "e.jsonl")
    told = {}
    for language, all_ in (("en", "  Held: 1446 bonus"), ("ru", "  Остаток: 1446 bonus")):
        result = run("statement", GROCERY_CLUB, "--events", events, "--member", "1", "--language", language)
        lines = result.stdout.splitlines()
        assert all_ in lines
        told[language] = [line[:36] for line in lines if line.startswith("  20") and " bonus  " in line]
    assert told["en"] == told["ru"]
    assert told["en"][0].split() == ["2017-01-07", "+80", "bonus", "80", "bonus"]
    document = run("statement", GROCERY_CLUB, "--events", events, "--member", "1", "--format", "json").stdout
    assert len(json.loads(document)["purses"]["bonus"]["lines"]) == len(told["en"])
    assert read_statement(document)["member"] == "1"
    found = programme.statement("1", replay(programme, year(programme)))
    assert write_statement(found, programme) == document.rstrip("\n")
