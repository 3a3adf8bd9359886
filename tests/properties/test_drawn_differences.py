"""The table that `make drawn` fills: what is counted, and how it is printed. That each phrase makes a difference is
shown by pairs of its own (test_role_pairs.py)."""

from __future__ import annotations

import pytest

from loyalty_rules.testing.chance import Chance
from loyalty_rules.testing.composing.programmes import compose
from tests.benchmarks import drawn
from tests.properties.drawn_differences import SILENT, Table, printed, tried


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
