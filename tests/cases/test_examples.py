"""The folders of `examples/`: rule files check, are formatted, their examples hold; histories come out as typed.

Beside `events.jsonl` stands `expected.jsonl`, typed by hand: for each event, what each rule gives, in units of its
purse. Rules that give nothing may be left out.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Final

import pytest

from loyalty_rules import Programme, check, load, replay
from loyalty_rules.adapters.wire import read_event
from loyalty_rules.amounts import format_units
from loyalty_rules.decision import PointsAwarded
from loyalty_rules.events import Tick
from loyalty_rules.lang.formatter import format_source
from loyalty_rules.source import decode

EXAMPLES: Final = Path(__file__).resolve().parents[2] / "examples"
RULE_FILES: Final = sorted(EXAMPLES.rglob("*.loyalty"))
HISTORIES: Final = [
    (rules, rules.parent / "events.jsonl") for rules in RULE_FILES if (rules.parent / "events.jsonl").exists()
]


def name_of(path: Path) -> str:
    return str(path.relative_to(EXAMPLES))


def documents(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def granted(programme: Programme, events: Path) -> list[dict[str, Any]]:
    """What each rule gives for each event, as `expected.jsonl` has it."""
    found = []
    read = [read_event(line, programme) for line in events.read_bytes().splitlines() if line]
    for decision in replay(programme, read):
        gifts = {
            effect.rule: format_units(effect.granted, programme.checked.purses[effect.purse].decimals)
            for effect in decision.effects
            if isinstance(effect, PointsAwarded)
        }
        found.append({"event": None if isinstance(decision.event, Tick) else decision.event.id, "granted": gifts})
    return found


def test_there_are_examples_and_one_of_them_has_a_history() -> None:
    assert RULE_FILES
    assert HISTORIES


@pytest.mark.parametrize("path", RULE_FILES, ids=name_of)
def test_an_example_checks_without_errors_and_warnings_and_its_examples_hold(path: Path) -> None:
    report = check(path.read_bytes(), name=name_of(path))
    assert report.diagnostics == ()
    assert report.examples
    assert [failure for example in report.examples for failure in example.failures] == []
    assert report.ok


def test_a_third_of_them_is_written_in_russian() -> None:
    russian = [path for path in RULE_FILES if load(path.read_bytes()).language == "ru"]
    assert 3 * len(russian) >= len(RULE_FILES)


@pytest.mark.parametrize("path", RULE_FILES, ids=name_of)
def test_an_example_is_formatted(path: Path) -> None:
    assert format_source(decode(path.read_bytes(), path.name)).encode() == path.read_bytes()


@pytest.mark.parametrize("path", RULE_FILES, ids=name_of)
def test_an_example_comes_back_from_the_other_language_byte_for_byte(path: Path) -> None:
    source = decode(path.read_bytes(), path.name)
    own = load(path.read_bytes()).language
    other = format_source(source, "ru" if own == "en" else "en")
    assert format_source(decode(other, path.name), own).encode() == path.read_bytes()
    assert load(other).fingerprint == load(path.read_bytes()).fingerprint


@pytest.mark.parametrize("folder", sorted({path.parent for path in RULE_FILES}), ids=name_of)
def test_a_folder_of_examples_says_what_it_is(folder: Path) -> None:
    assert (folder / "README.md").read_text(encoding="utf-8").startswith("# ")


def test_the_page_of_all_examples_names_every_folder_and_its_languages() -> None:
    page = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| \[\w+\]\((\w+)/\) \|[^|]*\| ([\w, ]+) \|$", page, re.MULTILINE))
    found: dict[str, set[str]] = {}
    for path in RULE_FILES:
        found.setdefault(path.parent.name, set()).add(load(path.read_bytes()).language)
    assert told == {folder: ", ".join(sorted(languages)) for folder, languages in found.items()}


@pytest.mark.parametrize(("rules", "events"), HISTORIES, ids=lambda path: name_of(path))
def test_a_history_gives_what_was_typed(rules: Path, events: Path) -> None:
    expected = documents(events.with_name("expected.jsonl"))
    for entry in expected:
        entry["granted"] = {rule: amount for rule, amount in entry["granted"].items() if amount.strip("0.")}
    assert granted(load(rules.read_bytes(), name=rules.name), events) == expected


def test_the_first_rule_decides_alike_in_both_languages() -> None:
    english = load((EXAMPLES / "first_rule" / "first_rule.loyalty").read_bytes())
    russian = load((EXAMPLES / "first_rule" / "pervoe_pravilo.loyalty").read_bytes())
    assert (english.language, russian.language) == ("en", "ru")
    assert english.fingerprint == russian.fingerprint
