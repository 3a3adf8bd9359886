"""A soak goes on where it stopped, and ends with 1 for a difference."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmarks import soak
from tests.benchmarks.soak import State
from tests.properties.ledger_acts import MECHANICS


def test_a_soak_goes_on_where_it_stopped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--seed", "7", "--workers", "1", "--length", "20"]
    assert soak.main([*asked, "--events", "100"], tmp_path) == 0
    assert soak.restored(tmp_path, 7)[:4] == (7, 12, 100, ())
    printed = capsys.readouterr().out
    assert "seeds 7 to 11: 100 events, 0 differences" in printed
    assert all(f"\n{name} " in printed for name in MECHANICS)
    assert soak.main([*asked, "--events", "161"], tmp_path) == 0
    before, after = soak.restored(tmp_path, 7), soak.restored(tmp_path, None)
    assert after == before and after[:4] == (7, 16, 180, ())
    assert after.acted["order paid with points"] > 0
    assert soak.restored(tmp_path, 8) == State(8, 8, 0, ())


def test_a_difference_is_kept_and_fails_every_run_after_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    soak.kept(tmp_path, State(0, 16, 3_200, (3,)))
    assert soak.main(["--events", "1"], tmp_path) == 1
    assert "seed 3: .soak/seed-3.txt" in capsys.readouterr().out


def test_what_agrees_leaves_nothing_to_print() -> None:
    assert soak.outcome(0, 20)[:3] == (0, 20, "")
