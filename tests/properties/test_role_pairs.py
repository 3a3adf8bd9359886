"""Each phrase that can change a decision does so in fifty pairs of a rule file and a history, in both evaluators."""

from __future__ import annotations

import pytest

from loyalty_rules.lang.phrases import phrase_tables
from tests.benchmarks import roles
from tests.cases.role_cases import Case, examined, table
from tests.properties.role_pairs import (
    LEAST,
    SILENT,
    UNREACHED,
    Pairs,
    asked_of,
    case_of,
    changes_nothing,
    counted,
    of_examples,
    pairs_of,
    printed,
    rules_of,
)

PARTS = 12
COUNTED = counted()


@pytest.mark.parametrize("part", range(PARTS))
def test_a_clause_changes_what_is_decided_in_fifty_pairs(part: int, capsys: pytest.CaptureFixture[str]) -> None:
    found = [pairs_of(case_of(role)) for role in COUNTED[part::PARTS]]
    with capsys.disabled():
        print(f"\n{printed(found)}")
    few = [one for one in found if one.changed < LEAST]
    assert not few, printed(few)


@pytest.mark.parametrize("role", sorted({*SILENT, *asked_of("structural")}))
def test_what_is_silent_changes_nothing(role: str) -> None:
    assert changes_nothing(case_of(role)) == ""


def test_what_examples_say_is_no_part_of_a_programme() -> None:
    for role in of_examples():
        text = case_of(role).pair[0]
        programme, without = examined(text)[0], examined(rules_of(text))[0]
        assert programme is not None
        assert without is not None
        assert without.fingerprint == programme.fingerprint, role


def test_every_phrase_is_counted_or_has_a_reason() -> None:
    known = set(phrase_tables()["en"].forms)
    reasons = {*SILENT, *UNREACHED, *asked_of("structural"), *of_examples()}
    assert set(COUNTED) | reasons == known
    assert len(COUNTED) >= 370
    assert set(SILENT) | set(UNREACHED) <= known
    assert len(UNREACHED) <= 10


@pytest.mark.parametrize("role", sorted(UNREACHED))
def test_a_phrase_that_has_its_pairs_is_counted(role: str) -> None:
    assert pairs_of(case_of(role)).changed < LEAST


def test_a_phrase_that_changes_nothing_is_seen() -> None:
    assert pairs_of(case_of("TITLE")).changed == 0
    assert changes_nothing(table()["LIMIT"]) != ""


def test_a_phrase_without_another_form_has_no_pairs() -> None:
    assert pairs_of(Case("END", "none", earn="on any product")) == Pairs("END")


def test_the_run_prints_its_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert roles.main(["LIMIT"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("LIMIT                 50 of ")
    assert "1 phrases, 0 with fewer than 50 pairs" in told
    assert roles.main(["NO_SUCH"]) == 2
