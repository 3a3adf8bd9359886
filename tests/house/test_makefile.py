"""The Makefile and the CI script: what a newcomer runs first."""

from __future__ import annotations

import importlib.util
import os
import re
import stat
import subprocess
from pathlib import Path

import pytest

from tests.house.tree import ROOT

MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = (
    "demo",
    "test",
    "pythons",
    "grocery",
    "slips",
    "bench",
    "promises",
    "mutants",
    "fuzz",
    "coverage",
    "corpus",
    "tables",
    "docs",
    "clean",
)


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run make without the flags of a make around this test."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    command = ["make", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def at_parse_time(makefile: str) -> list[str]:
    """What make would run before it knows its target."""
    return re.findall(r"\$\(shell[^)]*\)|^[^\t#\n]*!=.*$|`", makefile, re.MULTILINE)


def missing_modules(makefile: str) -> list[str]:
    """Modules that a recipe runs with `-m` and that are not there."""
    return [name for name in re.findall(r"-m ([\w.]+)", makefile) if not exists(name)]


def exists(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def test_nothing_runs_while_the_makefile_is_read() -> None:
    assert at_parse_time(MAKEFILE) == []


@pytest.mark.parametrize("line", ["X := $(shell date)", "X != date", "X := `date`"])
def test_what_runs_at_parse_time_is_seen(line: str) -> None:
    assert at_parse_time(f"{line}\n")


def test_every_target_runs_a_module_that_exists() -> None:
    assert missing_modules(MAKEFILE) == []


def test_a_missing_module_is_seen() -> None:
    assert missing_modules("\tpython -m tests.no_such\n\tpython -m pytest") == ["tests.no_such"]


@pytest.mark.parametrize("target", TARGETS)
def test_each_target_is_there_and_help_names_it(target: str) -> None:
    assert re.search(rf"^{target}:", MAKEFILE, re.MULTILINE)
    assert f'"make {target} ' in MAKEFILE
    assert make("-n", target).returncode == 0


def test_households_and_rules_reach_the_demo() -> None:
    shown = make("-n", "demo", "HOUSEHOLDS=7", "RULES=a.loyalty").stdout
    assert "loyalty_rules.adapters.demo --households 7 --rules a.loyalty" in shown
    assert "--households 7" in make("-n", "grocery", "HOUSEHOLDS=7").stdout
    assert "--" not in make("-n", "demo").stdout.partition("loyalty_rules.adapters.demo")[2]


def test_the_demo_installs_no_tools_of_development(tmp_path: Path) -> None:
    shown = make("-n", "demo", f"VENV={tmp_path}/venv").stdout
    assert "'.[cli,demo]'" in shown
    assert "[dev]" not in shown


@pytest.mark.parametrize("target", ["demo", "test"])
def test_an_old_python_is_refused_in_plain_words(tmp_path: Path, target: str) -> None:
    old = tmp_path / "python3"
    old.write_text('#!/bin/sh\ncase "$1" in -V) echo "Python 3.9.2";; *) exit 1;; esac\n', encoding="utf-8")
    old.chmod(old.stat().st_mode | stat.S_IXUSR)
    run = make(target, f"PYTHON={old}", f"VENV={tmp_path}/venv")
    assert run.returncode != 0
    assert "is Python 3.9.2, and Python 3.11 or newer is needed" in run.stderr
    assert not (tmp_path / "venv").exists()


def test_a_missing_python_is_named(tmp_path: Path) -> None:
    run = make("test", "PYTHON=no-such-python", f"VENV={tmp_path}/venv")
    assert run.returncode != 0
    assert "No 'no-such-python' on the path" in run.stderr


def test_ci_runs_what_a_developer_runs() -> None:
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & stat.S_IXUSR
    text = script.read_text(encoding="utf-8")
    assert "set -euo pipefail" in text
    assert "make test" in text
