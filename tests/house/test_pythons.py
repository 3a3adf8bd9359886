"""Which interpreters `make pythons` takes, and when it fails. It does not run here: it runs whole suites."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import pytest

from tests import pythons
from tests.house.tree import ROOT
from tests.pythons import Interpreter, Outcome, asked, candidates, chosen, under_edition, under_editions, verdicts


def interpreter(text: str) -> Interpreter:
    major, minor, micro = map(int, text.split("."))
    return Interpreter(Path(f"python{text}"), (major, minor, micro))


def test_one_for_each_minor_version_that_the_package_takes() -> None:
    found = map(interpreter, ("3.13.0", "3.11.2", "3.10.9", "3.11.7", "2.7.18", "3.11.7", "4.0.0"))
    assert [one.name for one in chosen(found)] == ["3.11.7", "3.13.0", "4.0.0"]


def test_they_are_looked_for_on_the_path_and_in_pyenv(tmp_path: Path) -> None:
    named = ("bin/python3", "bin/python3.12", "bin/python3-config", "bin/python2", ".pyenv/versions/3.13.0/bin/python3")
    for name in named:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    path = f"{tmp_path / 'bin'}:{tmp_path / 'no_such_folder'}"
    found = [one.relative_to(tmp_path).as_posix() for one in candidates(path, tmp_path)]
    assert found == ["bin/python3", "bin/python3.12", ".pyenv/versions/3.13.0/bin/python3"]


def test_what_does_not_run_is_no_interpreter(tmp_path: Path) -> None:
    broken = tmp_path / "python3"
    broken.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    broken.chmod(0o755)
    assert asked(broken) is None
    assert asked(tmp_path / "python3.99") is None
    assert asked(Path(sys.executable)) == sys.version_info[:3]


def test_the_suites_are_there() -> None:
    assert all((ROOT / "tests" / name).is_dir() for name in pythons.SUITES)


@pytest.mark.parametrize(
    ("verdict", "digest", "expected"),
    [
        ("ok", "a" * 64, "3.13.0   aaaaaaaaaaaa ok"),
        ("ok", "b" * 64, "3.13.0   bbbbbbbbbbbb FAILED: decides or tells something else"),
        ("ok", "", "3.13.0                FAILED: decides or tells something else"),
        ("FAILED: exit code 1", "a" * 64, "3.13.0   aaaaaaaaaaaa FAILED: exit code 1"),
    ],
)
def test_all_decide_and_tell_the_same(verdict: str, digest: str, expected: str) -> None:
    outcomes = [Outcome(interpreter("3.11.7"), "ok", "a" * 64), Outcome(interpreter("3.13.0"), verdict, digest)]
    assert verdicts(outcomes) == ["3.11.7   aaaaaaaaaaaa ok", expected]


def test_no_digest_at_all_is_no_agreement() -> None:
    assert verdicts([Outcome(interpreter("3.11.7"), "ok", "")]) == ["3.11.7                FAILED: no digest"]


def test_the_package_claims_no_python_that_is_not_taken() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    prefix = "Programming Language :: Python :: 3."
    claimed = [int(one.removeprefix(prefix)) for one in project["classifiers"] if one.startswith(prefix)]
    assert claimed == [11, 12, 13]
    assert project["requires-python"] == f">={pythons.OLDEST[0]}.{pythons.OLDEST[1]}"


@pytest.mark.parametrize(
    ("verdict", "digest", "told"),
    [
        ("ok", "a" * 64, "aaaaaaaaaaaa ok"),
        ("ok", "b" * 64, "bbbbbbbbbbbb FAILED: decides or tells something else"),
        ("FAILED: in Beirut 2026a", "a" * 64, "aaaaaaaaaaaa FAILED: in Beirut 2026a"),
        ("FAILED: it does not install", "", "             FAILED: it does not install"),
    ],
)
def test_every_edition_of_the_zones_decides_the_same(
    verdict: str, digest: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pythons, "environment", lambda one: Path("python"))
    monkeypatch.setattr(pythons, "under_edition", lambda python, version: (verdict, digest))
    outcome = Outcome(interpreter("3.11.7"), "ok", "a" * 64)
    assert under_editions(outcome) == [f"tzdata 2023.2 {told}", f"tzdata 2023.3 {told}"]


def test_an_edition_that_is_not_the_one_asked_for_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The package that is installed answers where the folder is empty."""
    (tmp_path / "tzdata-2023.2").mkdir()
    script = tmp_path / "bin" / "python"
    script.parent.mkdir()
    script.write_text(
        f'#!/bin/sh\ncase "$2" in tests.*) echo d;; *) exec {sys.executable} "$@";; esac\n', encoding="utf-8"
    )
    script.chmod(0o755)
    verdict, digest = under_edition(script, "2023.2")
    assert verdict.startswith("FAILED: in Beirut 202")
    assert digest == "d"
