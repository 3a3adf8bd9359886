"""`loyalty test --fuzz`: random events, what they found, and the exit code."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from loyalty_rules.testing import properties
from tests.adapters.command_line import FAILING, PLAIN, RUSSIAN, WRONG, run, written


def test_random_events_that_break_nothing_are_told_in_a_line(tmp_path: Path) -> None:
    result = run("test", "--fuzz", "30", "--seed", "4", written(tmp_path, PLAIN))
    assert result.exit_code == 0
    assert "nothing broken (seed 4)" in result.stdout


@pytest.fixture
def lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """A programme that seems to lose every point."""
    monkeypatch.setattr(properties, "held", lambda member, purse: 0)


@pytest.mark.usefixtures("lost")
def test_what_is_found_is_told_with_an_example_and_the_exit_code_is_1(tmp_path: Path) -> None:
    result = run("test", "--fuzz", "30", written(tmp_path, PLAIN))
    assert result.exit_code == 1
    assert "does not hold what came in less what went out" in result.stdout
    assert 'places order "e-1"' in result.stdout


@pytest.mark.usefixtures("lost")
def test_it_is_told_in_the_language_of_the_file() -> None:
    result = run("test", "--fuzz", "30", RUSSIAN)
    assert result.exit_code == 1
    assert "не столько, сколько пришло за вычетом ушедшего" in result.stdout
    assert 'оформляет заказ "e-1"' in result.stdout


@pytest.mark.usefixtures("lost")
def test_json_tells_examples_and_findings(tmp_path: Path) -> None:
    result = run("test", "--fuzz", "30", "--seed", "2", "--format", "json", written(tmp_path, PLAIN))
    assert result.exit_code == 1
    told = json.loads(result.stdout)
    assert told["ok"] is False
    (file,) = told["files"]
    assert file["fuzz"]["seed"] == 2 and file["fuzz"]["events"] >= 30
    (finding,) = file["fuzz"]["findings"]
    assert finding["property"] == "conserved"
    assert 'places order "e-1"' in finding["example"]
    assert "(base)" in finding["explanation"]


def test_json_without_random_events(tmp_path: Path) -> None:
    result = run("test", "--format", "json", written(tmp_path, FAILING))
    assert result.exit_code == 1
    (file,) = json.loads(result.stdout)["files"]
    assert file["fuzz"] is None
    assert [example["ok"] for example in file["examples"]] == [False]


def test_a_file_with_errors_meets_no_random_events(tmp_path: Path) -> None:
    result = run("test", "--fuzz", "30", written(tmp_path, WRONG))
    assert result.exit_code == 1
    assert "seed" not in result.stdout


def test_random_events_need_no_extra(tmp_path: Path) -> None:
    without = "import sys; sys.modules['hypothesis'] = None; from loyalty_rules.adapters.cli.commands import loyalty; "
    command = [sys.executable, "-c", f"{without}loyalty()", "test", "--fuzz", "30", str(written(tmp_path, PLAIN))]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (0, "")
    assert "nothing broken" in result.stdout


@pytest.mark.parametrize("options", [("--fuzz", "0"), ("--fuzz", "many"), ("--fuzz", "10", "--seed", "-1")])
def test_numbers_that_make_no_sense_end_with_2(options: tuple[str, ...], tmp_path: Path) -> None:
    assert run("test", *options, written(tmp_path, PLAIN)).exit_code == 2
