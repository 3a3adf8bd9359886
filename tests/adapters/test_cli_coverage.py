"""`loyalty test --coverage`: what neither the examples nor random events reached, with its line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import pytest

from loyalty_rules.decision import Outcome
from loyalty_rules.lang.formatter import format_source
from loyalty_rules.loading import load
from loyalty_rules.source import Source
from loyalty_rules.testing.coverage import coverage
from tests.adapters.command_line import PLAIN, run, written

#: A rule that nothing can reach, a limit too high for any history, and a condition that always holds.
PARTLY: Final = (
    PLAIN.replace("  on any product\n", "  when money paid at least 0 RUB\n  on any product\n").replace(
        "per 10 RUB\n", "per 10 RUB\n  limit 9 000 per member since the beginning\n"
    )
    + """
earn never
  when money paid under 0 RUB
  give 5 bonus
end

example "An order of 250 RUB"
  at 2026-03-02 12:00 places order "first"
  | list price |
  | 250 RUB    |
  should give 25 bonus by base
end
"""
)


def place(text: str, words: str) -> int:
    """The line of a file in which these words stand."""
    return next(number for number, line in enumerate(text.splitlines(), 1) if words in line)


def test_what_is_never_reached_is_marked_with_its_line(tmp_path: Path) -> None:
    result = run("test", "--coverage", "--fuzz", "40", written(tmp_path, PARTLY))
    assert result.exit_code == 0
    missed = [line.strip() for line in result.stdout.splitlines() if " | " in line and " - " in line]
    assert missed == [
        f"{place(PARTLY, 'at least 0 RUB')} | money paid at least 0 RUB - was never false",
        f"{place(PARTLY, 'limit 9')} | limit 9 000 per member since the beginning - never cut anything",
        f"{place(PARTLY, 'earn never')} | earn never - never gave anything",
        f"{place(PARTLY, 'under 0 RUB')} | money paid under 0 RUB - never held",
    ]
    # base gave, its condition held, `never` was false: 3 of 7, all of them by the one example.
    assert "3 of 7 points reached, 3 of them by the examples" in result.stdout


def test_it_is_told_in_russian(tmp_path: Path) -> None:
    russian = format_source(Source("plain", PARTLY), "ru")
    result = run("test", "--coverage", "--fuzz", "20", written(tmp_path, russian))
    assert result.exit_code == 0
    assert "ни разу ничего не урезало" in result.stdout
    assert "достигнуто 3 из 7, из них примерами 3" in result.stdout


def test_json_has_every_point_and_every_outcome(tmp_path: Path) -> None:
    result = run("test", "--coverage", "--format", "json", "--fuzz", "20", "--seed", "3", written(tmp_path, PARTLY))
    (file,) = json.loads(result.stdout)["files"]
    found = file["coverage"]
    assert found["seed"] == 3 and found["events"] >= 20
    gave = next(point for point in found["points"] if point["block"] == "base" and point["what"] == "gave")
    assert (gave["line"], gave["text"], gave["examples"]) == (place(PARTLY, "earn base"), 'earn base "Base points"', 1)
    assert {"rule": "never", "outcome": "condition_false"}.items() <= found["outcomes"][-1].items()


def test_without_the_option_nothing_is_said_of_it(tmp_path: Path) -> None:
    result = run("test", "--format", "json", written(tmp_path, PARTLY))
    (file,) = json.loads(result.stdout)["files"]
    assert file["coverage"] is None


FULL: Final = """loyalty rules 1

programme "Full"
  currency RUB
  time zone UTC
  basis money paid
  prices include tax
  returns refused
  late events refused
end

purse bonus
  round down per order
  usable at once
  expire never
  take oldest first
  worth 1 RUB per 1 bonus
end

purse miles
  rules add up
  round down per order
  usable at once
  expire never
  worth 1 RUB per 1 miles
end

products Tobacco
  where category is "tobacco"
end

tiers status
  level gold when spend in last 30 days at least 100 RUB
  upgrade from next order
  review never
end

earn a
  on any product
  give 1 bonus per 10 RUB
  cap 15 bonus per order
end

earn b
  on any product
  give 2 bonus per 10 RUB
  limit 1 per member in calendar day
end

group best
  rule a
  rule b
  choose largest for member
  decide per order
end

never no_tobacco
  on Tobacco
  blocks everything
end

redeem pay
  uses bonus
  pays 1 RUB per 1 bonus
  on any product
  too much is lowered
end

conversion fly
  on request
  uses 5 bonus
  give 1 miles
end

promise small
  always value given in this order at most 900 000 RUB
  allow L161 "tried"
end

example "All of it"
  at 2026-03-02 12:00 places order "o-1"
  | list price |
  | 200 RUB    |
  should give 40 bonus by b
  at 2026-03-02 13:00 places order "o-2"
  | list price |
  | 200 RUB    |
  should give 15 bonus by a
  at 2026-03-03 12:00 places order "o-3"
  | category | list price |
  | tobacco  | 100 RUB    |
  should give nothing by a
  at 2026-03-03 13:00 places order "o-4"
  | list price |
  | 100 RUB    |
  asks to redeem 10 bonus by pay
  at 2026-03-03 14:00 asks to convert 5 bonus by fly
end
"""


def test_an_example_that_reaches_all_of_a_file_leaves_nothing_marked(tmp_path: Path) -> None:
    """Two rules that give, one of them left out by the group; a ceiling and a limit that cut; a level; a guardrail;
    points that pay; a conversion; a promise."""
    found = coverage(load(FULL), events=1)
    assert [(one.text, one.point.what) for one in found.points if not one.examples] == []
    assert len(found.points) == 10
    assert ("a", Outcome.LOST_IN_GROUP) in [(rule, outcome) for rule, outcome, *_ in found.outcomes]
    result = run("test", "--coverage", "--fuzz", "5", written(tmp_path, FULL))
    assert "all 10 points reached, 10 of them by the examples" in result.stdout


def test_the_same_seed_reaches_the_same() -> None:
    programme = load(PARTLY)
    assert coverage(programme, events=20, seed=5) == coverage(programme, events=20, seed=5)


@pytest.mark.parametrize("events", [1, 30])
def test_so_many_events_are_decided(events: int) -> None:
    assert events <= coverage(load(PARTLY), events=events).events < events + 12
