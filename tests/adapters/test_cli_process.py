"""The command as a process of its own: streams that close, terminals, locales, and no extra installed."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.adapters.command_line import EVENTS, FIRST_RULE, RUSSIAN, WRONG, written

COMMAND = [sys.executable, "-c", "from loyalty_rules.adapters.cli import main; main()"]


def environment(**changes: str) -> Mapping[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR", "LC_ALL")}
    return {**kept, "TERM": "xterm-256color", **changes}


def in_terminal(*arguments: str | Path, **changes: str) -> str:
    """What a command writes to its standard error where that is a terminal."""
    ours, theirs = pty.openpty()
    done = subprocess.run(
        [*COMMAND, *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        env=environment(**changes),
        check=False,
    )
    os.close(theirs)
    written_there = os.read(ours, 65_536).decode()
    os.close(ours)
    assert done.returncode == 1
    return written_there


def test_a_pipe_that_is_closed_early_is_no_traceback(tmp_path: Path) -> None:
    events = written(tmp_path, EVENTS.read_bytes().splitlines(keepends=True)[0] * 2_000, "events.jsonl")
    process = subprocess.Popen(
        [*COMMAND, "run", str(FIRST_RULE), "--events", str(events)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    )
    assert process.stdout is not None and process.stderr is not None
    assert process.stdout.readline().startswith(b'{"event":"p-1"')
    process.stdout.close()
    told = process.stderr.read()
    process.stderr.close()
    assert process.wait(60) == 1
    assert told == b""


def test_the_locale_of_the_machine_does_not_matter() -> None:
    command = [*COMMAND, "explain", str(RUSSIAN), "--events", str(EVENTS), "--event", "p-1"]
    plain = environment(LC_ALL="C", LANG="C", PYTHONUTF8="0", PYTHONIOENCODING="ascii", PYTHONCOERCECLOCALE="0")
    done = subprocess.run(command, capture_output=True, env=plain, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert "Основные баллы (base): 25 bonus." in done.stdout.decode("utf-8")


def test_diagnostics_are_coloured_in_a_terminal_but_not_with_NO_COLOR(tmp_path: Path) -> None:
    path = written(tmp_path, WRONG)
    assert "\x1b[31m\x1b[1merror[L012]\x1b[0m unknown clause" in in_terminal("check", path)
    plain = in_terminal("check", path, NO_COLOR="1")
    assert "error[L012] unknown clause" in plain
    assert "\x1b" not in plain


def test_without_the_extra_the_command_says_what_to_install() -> None:
    hidden = "import sys; sys.modules['click'] = None; from loyalty_rules.adapters.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", hidden], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "The command needs the extra `cli`: pip install 'loyalty-rules[cli]'\n"
