"""Clauses make a difference: a sample of the table that `make drawn` fills, with its counts. That each phrase does is
shown by pairs of its own (test_role_pairs.py); here, that drawn histories of drawn programmes come to what they say."""

from __future__ import annotations

import pytest

from loyalty_rules.testing.chance import Chance
from loyalty_rules.testing.composing.programmes import compose
from tests.benchmarks import drawn
from tests.properties.drawn_differences import SILENT, Table, printed, tried


def test_clauses_that_are_taken_out_change_what_is_decided(capsys: pytest.CaptureFixture[str]) -> None:
    table = Table()
    for seed in range(10):
        tried(seed, table, variants=6)
    with capsys.disabled():
        seen = sorted(table.changed.items(), key=lambda one: (-one[1], one[0]))
        counted = ", ".join(f"{role} {pairs}" for role, pairs in seen)
        print(f"\n{table.pairs} pairs tried, {len(seen)} phrases made a difference: {counted}")
    assert table.pairs == 10 * 6 * 4
    assert sum(table.changed.values()) >= 43  # 18 of a hundred


def test_what_names_and_tells_changes_nothing() -> None:
    drawn_roles = {role for seed in range(12) for role in compose(Chance(seed)).roles}
    table = Table()
    tried(1, table, variants=3, histories=1)
    assert drawn_roles & SILENT
    assert not table.tried.keys() & SILENT


def test_phrases_with_few_pairs_are_listed_in_words() -> None:
    table = Table()
    table.changed.update({"CAP": 50, "LIMIT": 49})
    table.tried.update({"CAP": 60, "LIMIT": 70})
    lines = printed(table, 50).splitlines()
    assert "  limit (LIMIT): 49 of 70 tried" in lines
    assert not any("(CAP)" in line for line in lines)


def test_the_run_prints_what_it_saw(capsys: pytest.CaptureFixture[str]) -> None:
    assert drawn.main(["--programmes", "2", "--seed", "3", "--variants", "1", "--least", "1"]) == 0
    told = capsys.readouterr().out
    assert "2 programmes, 0 with an error" in told
    assert "8 pairs tried" in told
    assert "seeds 3 to 4: 0 broken" in told
