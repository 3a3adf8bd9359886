"""A replay of many rows has its programmes made ready before the first of them, and comes to the same."""

from __future__ import annotations

import signal
from pathlib import Path
from types import SimpleNamespace

import pytest

from loyalty_rules.adapters.replay import running
from loyalty_rules.adapters.replay.columns import plain_map
from loyalty_rules.adapters.replay.deciding import Work
from loyalty_rules.adapters.replay.running import Replay, Replayed, replay
from loyalty_rules.loading import load
from loyalty_rules.programme import Programme
from loyalty_rules.saving import save
from tests.adapters.command_line import run, written
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


def test_a_worker_is_made_ready_like_a_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It prepares where it is told to, collects seldom, holds little, leaves interruptions alone and ends with its
    parent."""
    done: list[str] = []

    def prepared(programme: Programme) -> None:
        done.append(programme.title)

    class Watching:
        def __init__(self, target: object, daemon: bool) -> None:
            assert (target, daemon) == (running._end_with_parent, True)

        def start(self) -> None:
            done.append("watches")

    monkeypatch.setattr(Programme, "prepare", prepared)
    monkeypatch.setattr(running, "collect_seldom", lambda: done.append("collects"))
    monkeypatch.setattr(running, "hold_little", lambda: done.append("holds"))
    monkeypatch.setattr(signal, "signal", lambda kind, action: done.append("is left alone"))
    # Only where it is looked up: other threads of the process go on making theirs.
    monkeypatch.setattr(running, "threading", SimpleNamespace(Thread=Watching))
    work = Work(plain_map(), (), 0, tmp_path, tmp_path)
    for enough, last in ((False, []), (True, ["Replay"])):
        done.clear()
        running._prepare([save(load(RULES)), None], work, enough)
        assert done == ["collects", "holds", "is left alone", "watches", *last]
        assert running._HELD[0][1] == work
    running._HELD.clear()


def test_the_command_holds_little(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    held: list[str] = []
    monkeypatch.setattr(running, "hold_little", lambda: held.append("held"))
    table = as_csv(tmp_path / "rows.csv", many(3))
    found = run("replay", written(tmp_path, RULES), "--purchases", table, "--out", tmp_path / "out", "--workers", "1")
    assert (found.exit_code, held) == (0, ["held"])
