"""`loyalty check` and `loyalty test`: what is found, in which language, and the exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.adapters.command_line import FAILING, FIRST_RULE, PLAIN, RUSSIAN, WRONG, run, written

#: A rule whose dates end before they start is found and accepted with a reason, or is a warning.
WARNED = PLAIN.replace("  on any product\n", "  on any product\n  from 2026-03-02 through 2026-03-01\n")


def test_a_file_without_errors_is_told_in_a_line() -> None:
    result = run("check", FIRST_RULE)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == f"{FIRST_RULE}: 3 examples, no errors\n"


def test_the_language_is_that_of_the_file_unless_another_one_is_asked_for() -> None:
    assert run("check", RUSSIAN).stdout == f"{RUSSIAN}: 3 примера, ошибок нет\n"
    assert run("check", RUSSIAN, "--language", "en").stdout == f"{RUSSIAN}: 3 examples, no errors\n"


def test_an_error_is_told_where_it_is_and_the_exit_code_is_1(tmp_path: Path) -> None:
    path = written(tmp_path, WRONG)
    result = run("check", path)
    assert result.exit_code == 1
    assert result.stdout == f"{path}: 1 error, 0 warnings, 0 examples failed\n"
    assert result.stderr.startswith("error[L012] unknown clause `giv`")
    assert f"{path}:20:3" in result.stderr
    assert "did you mean `give`?" in result.stderr
    assert "\x1b" not in result.output


def test_an_error_is_told_in_the_language_asked_for(tmp_path: Path) -> None:
    result = run("check", written(tmp_path, WRONG), "--language", "ru")
    assert result.exit_code == 1
    assert result.stderr.startswith("ошибка[L012] непонятное начало строки: `giv`")
    assert result.stdout.endswith(": 1 ошибка, 0 предупреждений, 0 примеров не сошлось\n")


def test_a_failing_example_is_an_error_with_what_came_instead(tmp_path: Path) -> None:
    path = written(tmp_path, FAILING)
    result = run("check", path)
    assert result.exit_code == 1
    assert result.stderr == (
        f"example failed: Wrong by one ({path}:23:1)\n"
        "  expected: 27: base 26 bonus\n"
        "  but came: 25 bonus\n"
        "    Base points (base): 25 bonus.\n"
        "      By line: 1: 25 bonus.\n"
        "      Usable at once, does not expire.\n"
        "\n"
    )
    assert result.stdout == f"{path}: 0 errors, 0 warnings, 1 example failed\n"


def test_warnings_fail_only_where_they_are_denied(tmp_path: Path) -> None:
    path = written(tmp_path, WARNED)
    allowed, denied = run("check", path), run("check", path, "--deny-warnings")
    assert (allowed.exit_code, denied.exit_code) == (0, 1)
    assert allowed.stderr.startswith("warning[L150]")
    assert allowed.stdout == f"{path}: 0 errors, 1 warning, 0 examples failed\n"


def test_a_folder_stands_for_the_rule_files_below_it_but_not_for_hidden_ones(tmp_path: Path) -> None:
    good, bad = written(tmp_path, PLAIN, "a/good.loyalty"), written(tmp_path, WRONG, "b/c/bad.loyalty")
    written(tmp_path, "no rule file", "a/notes.txt")
    written(tmp_path, WRONG, ".hidden/bad.loyalty")
    result = run("check", tmp_path)
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        f"{good}: 0 examples, no errors",
        f"{bad}: 1 error, 0 warnings, 0 examples failed",
        "2 files: 1 error, 0 warnings, 0 examples, 0 examples failed",
    ]


def test_a_file_named_twice_is_checked_once(tmp_path: Path) -> None:
    path = written(tmp_path, PLAIN)
    assert run("check", path, tmp_path, path).stdout == f"{path}: 0 examples, no errors\n"


def test_the_folder_at_hand_is_checked_where_none_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path, PLAIN)
    monkeypatch.chdir(tmp_path)
    assert run("check").stdout == "rules.loyalty: 0 examples, no errors\n"


def test_the_standard_input_is_a_file_like_others() -> None:
    result = run("check", "-", input=WRONG)
    assert result.exit_code == 1
    assert "<stdin>:20:3" in result.stderr
    assert run("check", "-", "-", input=PLAIN).exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere.loyalty"], "loyalty: there is no file or folder `nowhere.loyalty`\n"),
        (["nowhere", "--language", "ru"], "loyalty: нет такого файла или папки: `nowhere`\n"),
        (["empty"], "loyalty: there is no file `*.loyalty` in `empty`\n"),
        (["rules.loyalty", "--language", "xx"], "loyalty: no texts in xx; there are en, ru [language.unknown]\n"),
    ],
)
def test_a_command_that_makes_no_sense_ends_with_2(
    arguments: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    written(tmp_path, PLAIN)
    result = run("check", *arguments)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", said)


def test_nothing_is_told_of_any_file_where_one_is_missing(tmp_path: Path) -> None:
    result = run("check", written(tmp_path, WRONG), tmp_path / "missing.loyalty")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "L012" not in result.stderr


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\xff\xfel\x00o\x00", "source.encoding"),
        (b"loyalty rules 1\n\xff", "source.encoding"),
        (b"#" * 1_100_000, "source.size"),
    ],
)
def test_what_is_no_text_of_a_bearable_size_is_refused_in_a_line(content: bytes, code: str, tmp_path: Path) -> None:
    path = written(tmp_path, content)
    result = run("check", path)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"{path}: ")
    assert result.stderr.endswith(f"[{code}]\n")
    assert result.stdout == f"{path}: 1 error, 0 warnings, 0 examples failed\n"


def test_an_unreadable_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rules.loyalty"
    path.symlink_to(path)  # a link to itself cannot be opened, whoever asks
    result = run("check", tmp_path)
    assert result.exit_code == 2
    assert str(path) in result.stderr


def test_O_03_escape_sequences_in_a_file_never_reach_the_terminal(tmp_path: Path) -> None:
    path = written(
        tmp_path, PLAIN.replace('"Plain"', '"\x1b[2J\x1b]0;owned\x07"').replace("base", "\x1b[31m\u202ebase")
    )
    for shape in ("text", "json"):
        result = run("check", path, "--format", shape)
        assert result.exit_code == 1
        assert not [one for one in result.output if one != "\n" and not one.isprintable()]


def test_O_03_nor_do_those_in_the_name_of_a_file(tmp_path: Path) -> None:
    evil = written(tmp_path, FAILING, "\x1b[2J\u202e\x9b.loyalty")
    told = run("check", evil, "--format", "json").stdout
    assert json.loads(told)["files"][0]["name"] == str(evil)
    missing = run("check", tmp_path / "\x1b[2J")
    outputs = [run("check", evil).output, run("test", evil).output, missing.output, told]
    for output in outputs:
        assert not [one for one in output if one != "\n" and not one.isprintable()]
    assert "\\x1b[2J\\u202e\\x9b.loyalty" in outputs[0]


# ---------- for programs


def test_json_tells_all_of_it_with_places_in_code_points_and_utf16(tmp_path: Path) -> None:
    text = PLAIN.replace('earn base "Base points"', 'earn base "😀"').replace("  give 1 bonus", "  giv 1 bonus")
    path = written(tmp_path, text)
    result = run("check", path, "--format", "json")
    assert (result.exit_code, result.stderr) == (1, "")
    told = json.loads(result.stdout)
    assert (told["ok"], told["errors"], told["warnings"]) == (False, 1, 0)
    (file,) = told["files"]
    (diagnostic,) = file["diagnostics"]
    assert (file["name"], file["language"], file["fingerprint"], file["refused"]) == (str(path), "en", None, None)
    assert (diagnostic["code"], diagnostic["slug"], diagnostic["severity"]) == ("L012", "clause.unknown", "error")
    assert diagnostic["message"] == "unknown clause `giv`"
    assert diagnostic["suggestion"] == "did you mean `give`?"
    assert diagnostic["range"] == {
        "start": {"line": 20, "column": 3, "utf16_column": 3},
        "end": {"line": 20, "column": 6, "utf16_column": 6},
    }


def test_json_tells_examples_and_the_fingerprint(tmp_path: Path) -> None:
    told = json.loads(run("check", written(tmp_path, FAILING), FIRST_RULE, "--format", "json").stdout)
    failing, fine = told["files"]
    assert len(failing["fingerprint"]) == len(fine["fingerprint"]) == 64
    (example,) = failing["examples"]
    assert (example["title"], example["ok"]) == ("Wrong by one", False)
    assert (example["failures"][0]["expected"], example["failures"][0]["actual"]) == ("26 bonus", "25 bonus")
    assert example["failures"][0]["range"]["start"]["line"] == 27
    assert [example["ok"] for example in fine["examples"]] == [True, True, True]


def test_json_tells_a_file_that_is_no_text(tmp_path: Path) -> None:
    told = json.loads(run("check", written(tmp_path, b"\xff"), "--format", "json").stdout)
    assert told["files"][0]["refused"]["code"] == "source.encoding"
    assert (told["ok"], told["errors"]) == (False, 1)


# ---------- test


def test_examples_are_shown_as_a_table() -> None:
    result = run("test", FIRST_RULE)
    assert (result.exit_code, result.stderr) == (0, "")
    rows = [line for line in result.stdout.splitlines() if "│" in line]
    assert len(rows) == 3
    assert all(row.rstrip("│ ").endswith("ok") for row in rows)


def test_a_failing_example_is_told_below_the_table_in_the_language_of_the_file(tmp_path: Path) -> None:
    result = run("test", written(tmp_path, FAILING))
    assert result.exit_code == 1
    assert "failed" in result.stdout
    assert "  expected: 27: base 26 bonus\n  but came: 25 bonus\n" in result.stderr
    assert "не сошёлся" in run("test", written(tmp_path, FAILING), "--language", "ru").stdout


def test_a_file_with_errors_runs_no_examples(tmp_path: Path) -> None:
    result = run("test", written(tmp_path, WRONG))
    assert result.exit_code == 1
    assert "not run: the file has errors" in result.stdout
    assert "L012" in result.stderr


def test_a_file_without_examples_says_so(tmp_path: Path) -> None:
    path = written(tmp_path, PLAIN)
    result = run("test", path)
    assert (result.exit_code, result.stdout) == (0, f"{path}: no examples\n")


def test_brackets_in_a_title_are_no_markup_of_the_table(tmp_path: Path) -> None:
    path = written(tmp_path, FAILING.replace("Wrong by one", "[red]Wrong[/red] [link=x]:smile:"))
    assert "[red]Wrong[/red] [link=x]:smile:" in run("test", path).stdout


def test_verbose_tells_which_rules_are_compiled(tmp_path: Path) -> None:
    path = written(tmp_path, PLAIN)
    assert run("check", path, "--verbose").stdout.splitlines()[1:3] == [
        f"{path}: 1 of 1 rules compiled",
        f"{path}: orders are decided by one function",
    ]
    stamps = "\npurse stamps\n  round down per item\n  usable at once\n  expire never\nend\n"
    more = "\nearn more\n  on any product\n  give 1 stamps per 5 RUB\nend\n"
    path = written(tmp_path, PLAIN + stamps + more)
    assert run("check", path, "--verbose", "--language", "ru").stdout.splitlines()[1:3] == [
        f"{path}: скомпилировано правил 1 из 2, эталонным вычислителем считаются: more (1 stamps per 5 RUB)",
        f"{path}: заказы считаются правило за правилом, причины: more (1 stamps per 5 RUB)",
    ]


def test_of_a_large_file_it_tells_that_the_host_has_to_prepare_it(tmp_path: Path) -> None:
    earn = '\nearn r{number}\n  when order channel is "c{number}"\n  on any product\n  give 1 bonus per 5 RUB\nend\n'
    more = "".join(earn.format(number=number) for number in range(256))
    english = "orders are decided by one function"
    russian = "заказы считаются одной функцией"
    prepared = "once the host has prepared the programme, which has more than 256 rules"
    prepared_in_russian = "как только приложение подготовит программу: в ней больше 256 правил"
    plain = PLAIN.replace("purse bonus\n", "purse bonus\n  rules add up\n")
    for rules, first, second in (
        (plain, english, russian),
        (plain + more, f"{english} {prepared}", f"{russian}, {prepared_in_russian}"),
    ):
        path = written(tmp_path, rules)
        assert f"{path}: {first}\n" in run("check", path, "--verbose").stdout
        assert f"{path}: {second}\n" in run("check", path, "--verbose", "--language", "ru").stdout
