"""`loyalty --limit NAME=NUMBER`: how large a rule file may be, for every command that reads one."""

from __future__ import annotations

from pathlib import Path

import pytest

from loyalty_rules import Limits, load, load_saved
from tests.adapters.command_line import EVENTS, FIRST_RULE, PLAIN, run, written

SECOND = PLAIN.replace("  round down", "  rules add up\n  round down") + (
    '\nearn more "More"\n  on any product\n  give 1 bonus per 20 RUB\nend\n'
)


def test_a_limit_holds_for_every_command_that_reads_rules(tmp_path: Path) -> None:
    rules = written(tmp_path, SECOND)
    assert run("check", rules).exit_code == 0
    refused = run("--limit", "rules=1", "check", rules)
    assert (refused.exit_code, "L009" in refused.stderr) == (1, True)
    assert "at most 1\n" in refused.stderr.replace("  ", "\n")
    for command in (("test", rules), ("compile", rules, "--out", str(tmp_path / "x"))):
        assert run("--limit", "rules=1", *command).exit_code == 1
        assert run("--limit", "rules=2", *command).exit_code == 0
    assert run("--limit", "rules=1", "run", rules, "--events", str(EVENTS)).exit_code == 1
    assert run("--limit", "words=20", "fmt", "--check", rules).exit_code == 1
    assert run("--limit", "bytes=100", "check", rules).exit_code == 1


def test_the_limits_stand_in_the_fingerprint(tmp_path: Path) -> None:
    out = tmp_path / "saved"
    assert (
        run("--limit", "rules=5000", "--limit", "blocks=9000", "compile", str(FIRST_RULE), "--out", str(out)).exit_code
        == 0
    )
    raised = Limits(rules=5_000, blocks=9_000)
    again = load_saved(out.read_bytes(), limits=raised)
    assert again.limits == raised
    assert again.fingerprint == load(FIRST_RULE.read_bytes(), limits=raised).fingerprint


@pytest.mark.parametrize(
    "given", ["rules", "rules=", "rules=x", "rules=-1", "rules=١", "lines=3", "=3", "rules=" + "9" * 12]
)
def test_what_is_no_limit_is_told(given: str) -> None:
    found = run("--limit", given, "check", str(FIRST_RULE))
    assert found.exit_code == 2
    assert "NAME=NUMBER" in found.stderr
    assert "rules, bytes, words, blocks, conditions, comparisons, steps" in found.stderr


def test_limits_are_told_in_the_language_of_the_command() -> None:
    told = run("--limit", "rules=0", "check", "--language", "ru", str(FIRST_RULE))
    assert (told.exit_code, "предел `rules` - от 1 до 100000" in told.stderr) == (2, True)
    assert run("--limit", "rules=1", "--limit", "rules=2", "check", str(FIRST_RULE)).exit_code == 2
