"""A replay of many rows has its programmes made ready before the first of them, and comes to the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from loyalty_rules.adapters.replay import running
from loyalty_rules.adapters.replay.columns import plain_map
from loyalty_rules.adapters.replay.running import Replay, Replayed, replay
from loyalty_rules.loading import load
from loyalty_rules.programme import Programme
from tests.adapters.replayed import RULES, as_csv, left, many

_ROWS = 2 * 30 * 4  # two lines of each order


def silent(stage: str, done: int, total: int) -> None:
    """Nobody looks."""


def written_text(replayed: Replayed) -> str:
    return replayed.figures.written()


def test_programmes_are_prepared_where_each_process_has_rows_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = as_csv(tmp_path / "rows.csv", many(30, 4))
    new, old = load(RULES), load(RULES.replace("give 1 bonus", "give 2 bonus"))
    prepared: list[Programme] = []

    def noted(programme: Programme) -> None:
        prepared.append(programme)

    monkeypatch.setattr(Programme, "prepare", noted)
    for enough, wanted in ((_ROWS + 1, []), (_ROWS, [new, old])):
        prepared.clear()
        monkeypatch.setattr(running, "_MANY", enough)
        replay(Replay(new, (table,), plain_map(), tmp_path / f"out{enough}", old=old), 1, silent, written_text)
        assert prepared == wanted
    assert left(tmp_path / f"out{_ROWS}") == left(tmp_path / f"out{_ROWS + 1}")


def test_it_comes_to_the_same_in_other_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = as_csv(tmp_path / "rows.csv", many(30, 4))
    replay(Replay(load(RULES), (table,), plain_map(), tmp_path / "plain"), 1, silent, written_text)
    monkeypatch.setattr(running, "_MANY", 1)
    replay(Replay(load(RULES), (table,), plain_map(), tmp_path / "out"), 2, silent, written_text)
    assert left(tmp_path / "out") == left(tmp_path / "plain")
