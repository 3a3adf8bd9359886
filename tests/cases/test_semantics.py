"""What a programme means, statement by statement: each rule file in `semantics/` holds one and its `example` blocks.

Their figures are typed by hand. Every file runs as it stands, in English, and as the Russian file that the formatter
makes of it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from loyalty_rules import Programme, load
from loyalty_rules.lang.formatter import format_source
from loyalty_rules.source import decode
from loyalty_rules.testing.examples import run_examples

FOLDER: Final = Path(__file__).resolve().parent / "semantics"
FILES: Final = sorted(FOLDER.glob("*.loyalty"))
LANGUAGES: Final = ("en", "ru")
#: Rules that are seen by the balance they make.
BY_BALANCE: Final = frozenset(
    {"to_year", "to_month_end", "to_thirty", "to_monthly", "to_earliest", "to_year_end", "to_in_hours", "own_life"}
)


def loaded(path: Path, language: str) -> Programme:
    return load(format_source(decode(path.read_bytes(), path.name), language), name=path.name)


def test_there_are_statements() -> None:
    assert len(FILES) >= 25


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_example_holds(path: Path, language: str) -> None:
    programme = loaded(path, language)
    results = run_examples(programme)
    assert programme.language == language
    assert results
    assert {result.title: result.failures for result in results if not result.ok} == {}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_translated_file_means_the_same(path: Path) -> None:
    assert loaded(path, "ru").fingerprint == loaded(path, "en").fingerprint


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_earn_rule_of_a_statement_is_expected_of(path: Path) -> None:
    """No rule stands in these files that no example asks about. What boosts add is in the awards of their rules."""
    programme = loaded(path, "en")
    steps = [step for example in programme.checked.examples for step in example.steps]
    asked = {expected.rule for step in steps for expected in step.expected}
    assert sorted(set(programme.checked.earns) - asked - BY_BALANCE) == []
