"""A replay that is stopped, however that happens, goes on with what is left, and leaves the same bytes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from loyalty_rules.adapters.replay.columns import plain_map
from loyalty_rules.adapters.replay.running import Replay, Replayed, replay
from loyalty_rules.adapters.replay.spilling import Spilled, shares
from loyalty_rules.adapters.replay.work import Folder
from loyalty_rules.errors import SettingsError
from loyalty_rules.loading import load
from tests.adapters.command_line import run, written
from tests.adapters.replayed import RULES, as_csv, left, many

_LONGEST: Final = 120


def rows_of(folder: Path) -> int:
    return len(list((folder / ".work" / "rows").glob("*.arrow")))


def parts_of(folder: Path) -> int:
    return sum(path.suffix != ".half" for path in (folder / ".work" / "parts").glob("*"))


def killed(command: list[str], when: Callable[[], bool]) -> None:
    """Starts the command and kills it, and nothing that it has started, as soon as something is so."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until = time.monotonic() + _LONGEST
    while not when():
        assert process.poll() is None, "it was done before it could be killed"
        assert time.monotonic() < until
        time.sleep(0.002)
    process.kill()
    assert process.wait() == -signal.SIGKILL


def asked(folder: Path, out: str) -> Replay:
    purchases = folder / "rows.csv"
    if not purchases.exists():
        as_csv(purchases, many(120, 40))  # several parts
    return Replay(load(RULES), (purchases,), plain_map(), folder / out)


def silent(stage: str, done: int, total: int) -> None:
    """Nobody looks."""


def written_text(replayed: Replayed) -> str:
    return replayed.figures.written()


def interrupted(replayed: Replayed) -> str:
    raise KeyboardInterrupt


def test_stopped_while_results_are_written_it_writes_them_anew(tmp_path: Path) -> None:
    replay(asked(tmp_path, "whole"), 1, silent, written_text)
    with pytest.raises(KeyboardInterrupt):
        replay(asked(tmp_path, "out"), 1, silent, interrupted)
    seen: list[str] = []
    replay(asked(tmp_path, "out"), 1, lambda stage, done, total: seen.append(stage), written_text)
    assert "reading" not in seen
    assert left(tmp_path / "out") == left(tmp_path / "whole")


def test_stopped_once_all_rows_are_put_aside_it_puts_none_aside_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(folder: Folder, spilled: Spilled) -> None:
        raise KeyboardInterrupt

    replay(asked(tmp_path, "whole"), 1, silent, written_text)
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(Folder, "keep", stopped)
        replay(asked(tmp_path, "out"), 1, silent, written_text)
    assert rows_of(tmp_path / "out") == 1
    replay(asked(tmp_path, "out"), 1, silent, written_text)
    assert left(tmp_path / "out") == left(tmp_path / "whole")


@pytest.mark.parametrize("workers", ["1", "2"])
def test_killed_three_times_it_loses_and_doubles_nobody(tmp_path: Path, workers: str) -> None:
    rules = written(tmp_path, RULES)
    rows = many(2_000, 16)
    purchases = as_csv(tmp_path / "rows.csv", rows)
    out = tmp_path / "out"
    command = ["replay", str(rules), "--purchases", str(purchases), "--out", str(out), "--workers", workers]
    program = [sys.executable, "-c", "from loyalty_rules.adapters.cli import main; main()", *command]
    killed(program, lambda: (out / ".work" / "job.json").exists())
    killed(program, lambda: parts_of(out) >= 3)
    there = parts_of(out)
    killed(program, lambda: parts_of(out) >= there + 3)
    assert parts_of(out) < len(shares(len(rows)))
    assert run(*command).exit_code == 0
    whole = tmp_path / "whole"
    assert run(*command[:-3], str(whole), "--workers", "1").exit_code == 0
    assert left(out) == left(whole)


def test_it_goes_on_with_another_number_of_workers(tmp_path: Path) -> None:
    replay(asked(tmp_path, "whole"), 1, silent, written_text)
    with pytest.raises(KeyboardInterrupt):
        replay(asked(tmp_path, "out"), 1, stop_at("deciding"), written_text)
    assert rows_of(tmp_path / "out") == 1
    assert 0 < parts_of(tmp_path / "out") < len(shares(120 * 40 * 2))
    replay(asked(tmp_path, "out"), 2, silent, written_text)
    assert left(tmp_path / "out") == left(tmp_path / "whole")


def stop_at(wanted: str) -> Callable[[str, int, int], None]:
    def progress(stage: str, done: int, total: int) -> None:
        if stage == wanted and done > 1:
            raise KeyboardInterrupt

    return progress


@pytest.mark.parametrize("change", ["rules", "purchases", "until"])
def test_work_on_something_else_is_not_gone_on_with(tmp_path: Path, change: str) -> None:
    with pytest.raises(KeyboardInterrupt):
        replay(asked(tmp_path, "out"), 1, interrupted_reading, written_text)
    other = asked(tmp_path, "out")
    if change == "rules":
        other = other._replace(programme=load(RULES.replace("per 10 RUB", "per 20 RUB")))
    elif change == "until":
        other = other._replace(until=1_800_000_000_000_000)
    else:
        os.utime(other.files[0], ns=(1, 1))
    with pytest.raises(SettingsError) as caught:
        replay(other, 1, silent, written_text)
    assert caught.value.code == "replay.folder"


def interrupted_reading(stage: str, done: int, total: int) -> None:
    raise KeyboardInterrupt


def test_a_folder_with_results_or_other_files_is_left_alone(tmp_path: Path) -> None:
    replay(asked(tmp_path, "out"), 1, silent, written_text)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "letter.txt").write_text("dear", encoding="utf-8")
    for name in ("out", "other"):
        before = left(tmp_path / name)
        with pytest.raises(SettingsError) as caught:
            replay(asked(tmp_path, name), 1, silent, written_text)
        assert caught.value.code == "replay.folder"
        assert left(tmp_path / name) == before
        assert not (tmp_path / name / ".work").exists()


def test_two_replays_do_not_work_in_one_folder(tmp_path: Path) -> None:
    def second(replayed: Replayed) -> str:
        with pytest.raises(SettingsError) as caught:
            replay(asked(tmp_path, "out"), 1, silent, written_text)
        assert (caught.value.code, caught.value.message) == ("replay.folder", "another replay works in this folder")
        return written_text(replayed)

    replay(asked(tmp_path, "out"), 1, silent, second)
