"""`loyalty init`, `schema`, `code`, `completion`, `--version`: what a newcomer meets first."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path

import pytest

from loyalty_rules.adapters.wire.schemas import schema
from loyalty_rules.rendering import texts
from tests.adapters.command_line import EVENTS, FIRST_RULE, RUSSIAN, run, written


@pytest.mark.parametrize(("language", "example"), [("en", FIRST_RULE), ("ru", RUSSIAN)], ids=["english", "russian"])
def test_init_writes_the_first_rule_and_what_it_says_next_works(language: str, example: Path, tmp_path: Path) -> None:
    result = run("init", tmp_path / "new" / "club", "--language", language)
    assert result.exit_code == 0
    rules, events = tmp_path / "new" / "club" / example.name, tmp_path / "new" / "club" / "events.jsonl"
    assert rules.read_bytes() == example.read_bytes()
    assert events.read_bytes() == EVENTS.read_bytes()
    commands = [line.partition(": ")[2] for line in result.stdout.splitlines()[2:]]
    assert commands == [f"loyalty check {rules}", f"loyalty explain {rules} --events {events}"]
    for command in commands:
        assert run(*command.split()[1:]).exit_code == 0


@pytest.mark.parametrize("name", ["first_rule.loyalty", "events.jsonl"])
def test_init_overwrites_nothing_and_writes_nothing_then(name: str, tmp_path: Path) -> None:
    path = written(tmp_path, "mine", name)
    result = run("init", tmp_path)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"loyalty: `{path}` exists already and is left as it is; nothing was written\n"
    assert [(entry.name, entry.read_text()) for entry in tmp_path.iterdir()] == [(name, "mine")]


def test_init_into_a_file_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "mine", "club")
    assert run("init", path).exit_code == 2
    assert path.read_text() == "mine"


@pytest.mark.parametrize("document", ["event", "member", "decision", "statement"])
def test_schemas_are_printed(document: str) -> None:
    result = run("schema", document)
    assert result.exit_code == 0
    assert json.loads(result.stdout) == schema(document)


def test_a_schema_that_is_not_there_is_refused() -> None:
    assert run("schema", "order").exit_code == 2


@pytest.mark.parametrize("language", ["en", "ru"])
def test_what_a_code_means_holds_no_key_of_its_texts(language: str) -> None:
    printed = {code: run("code", code, "--language", language).stdout for code in texts(language).problems}
    assert len(printed) == 287
    assert [code for code, told in printed.items() if "{" in told or "}" in told] == []


@pytest.mark.parametrize(
    ("code", "language", "printed"),
    [
        (
            "L058",
            "ru",
            (
                "L058  error  condition.when\n\n"
                "Ошибка:\n  это вопрос только об участнике\n\n"
                "Что делать:\n  `когда` спрашивает, в каком случае, `для` - кому: пишите `для`\n\n"
            ),
        ),
        (
            "L062",
            "en",
            (
                "L062  error  measure.window\n\n"
                "The mistake:\n  `…` does not say over which time\n\n"
                "What to do:\n  add a window, such as `in this order`, `in calendar month` or `in last 12 months`\n\n"
            ),
        ),
    ],
)
def test_what_a_code_means_is_told_in_phrases_of_the_language(code: str, language: str, printed: str) -> None:
    assert run("code", code, "--language", language).stdout == printed


def test_what_a_code_means_is_told_in_both_languages() -> None:
    english, russian = run("code", "L012"), run("code", "l012", "--language", "ru")
    assert (english.exit_code, russian.exit_code) == (0, 0)
    assert english.stdout.startswith("L012  error  clause.unknown\n\nThe mistake:\n  unknown clause `…`\n")
    assert russian.stdout.startswith("L012  error  clause.unknown\n\nОшибка:\n  непонятное начало строки: `…`\n")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("L0012", "loyalty: there is no code `L0012`; did you mean `L001`?\n"),
        ("hello", "loyalty: there is no code `hello`\n"),
        ("words", "loyalty: there is no code `words`\n"),
    ],
)
def test_a_code_that_is_not_there_is_refused(code: str, said: str) -> None:
    result = run("code", code)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", said)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_name_the_command(shell: str) -> None:
    result = run("completion", shell)
    assert result.exit_code == 0
    assert "_LOYALTY_COMPLETE" in result.stdout


def test_the_version_is_that_of_the_package() -> None:
    assert run("--version").stdout == f"loyalty, version {version('loyalty-rules')}\n"


def test_every_command_has_help() -> None:
    listed = run("--help").stdout
    for command in ("check", "fmt", "run", "explain", "test", "init", "schema", "code", "completion"):
        assert f"\n  {command} " in listed
        assert run(command, "--help").exit_code == 0


def test_an_unknown_command_is_refused() -> None:
    assert run("chek").exit_code == 2
