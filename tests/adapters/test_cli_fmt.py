"""`loyalty fmt`: in place, or only told; the other language and back; never half a file."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from tests.adapters.command_line import FIRST_RULE, PLAIN, RUSSIAN, WRONG, run, written

UNTIDY = PLAIN.replace("  give 1 bonus", "give   1   bonus")


def test_a_file_is_formatted_in_place(tmp_path: Path) -> None:
    path = written(tmp_path, UNTIDY)
    result = run("fmt", path)
    assert (result.exit_code, result.stdout) == (0, f"{path}: formatted\n")
    assert path.read_text() == PLAIN
    assert [entry.name for entry in tmp_path.iterdir()] == ["rules.loyalty"]


def test_a_formatted_file_is_not_touched(tmp_path: Path) -> None:
    path = written(tmp_path, PLAIN)
    os.utime(path, (1, 1))
    result = run("fmt", path)
    assert (result.exit_code, result.output) == (0, "")
    assert path.stat().st_mtime == 1


def test_check_names_what_would_change_and_changes_nothing(tmp_path: Path) -> None:
    path = written(tmp_path, UNTIDY)
    result = run("fmt", "--check", tmp_path)
    assert (result.exit_code, result.stdout) == (1, f"{path}: would be formatted\n")
    assert path.read_text() == UNTIDY
    assert run("fmt", "--check", FIRST_RULE, RUSSIAN).exit_code == 0


def test_diff_shows_what_would_change_and_changes_nothing(tmp_path: Path) -> None:
    path = written(tmp_path, UNTIDY)
    result = run("fmt", "--diff", path)
    assert result.exit_code == 1
    assert result.stdout.splitlines()[:2] == [f"--- {path}", f"+++ {path}"]
    assert "-give   1   bonus per 10 RUB\n+  give 1 bonus per 10 RUB\n" in result.stdout
    assert path.read_text() == UNTIDY
    assert run("fmt", "--diff", FIRST_RULE).output == ""


def test_line_breaks_of_another_system_are_a_change(tmp_path: Path) -> None:
    path = written(tmp_path, PLAIN.replace("\n", "\r\n"))
    assert run("fmt", "--check", path).exit_code == 1
    assert run("fmt", path).exit_code == 0
    assert path.read_bytes() == PLAIN.encode()


def test_the_standard_input_goes_to_the_standard_output() -> None:
    result = run("fmt", "-", input=UNTIDY)
    assert (result.exit_code, result.stdout) == (0, PLAIN)


def test_a_file_comes_back_from_the_other_language_byte_for_byte(tmp_path: Path) -> None:
    path = written(tmp_path, FIRST_RULE.read_bytes())
    assert run("fmt", "--to", "ru", path).exit_code == 0
    assert path.read_text().startswith("правила лояльности 1\n")
    assert run("fmt", "--to", "en", path).exit_code == 0
    assert path.read_bytes() == FIRST_RULE.read_bytes()


def test_a_file_with_errors_is_left_as_it_is_and_the_others_are_formatted(tmp_path: Path) -> None:
    bad, good = written(tmp_path, WRONG, "a.loyalty"), written(tmp_path, UNTIDY, "b.loyalty")
    result = run("fmt", tmp_path)
    assert result.exit_code == 1
    assert "error[L012]" in result.stderr
    assert f"{bad}: has errors and is left as it is\n" in result.stderr
    assert (bad.read_text(), good.read_text()) == (WRONG, PLAIN)


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    result = run("fmt", written(tmp_path, b"\xff"))
    assert (result.exit_code, result.stderr[-18:]) == (1, "[source.encoding]\n")


def test_a_language_without_a_table_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, PLAIN)
    result = run("fmt", "--to", "xx", path)
    assert result.exit_code == 2
    assert "[language.unknown]" in result.stderr
    assert path.read_text() == PLAIN


def test_the_rights_of_the_file_stay_and_a_link_stays_a_link(tmp_path: Path) -> None:
    path = written(tmp_path, UNTIDY)
    path.chmod(0o640)
    link = tmp_path / "link.loyalty"
    link.symlink_to(path)
    assert run("fmt", link).exit_code == 0
    assert link.is_symlink()
    assert path.read_text() == PLAIN
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_file_that_cannot_be_written_keeps_its_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, UNTIDY)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    result = run("fmt", path)
    assert (result.exit_code, result.stderr) == (
        2,
        f"loyalty: `{path}` cannot be written: No space left on device\n",
    )
    assert path.read_text() == UNTIDY
    assert [entry.name for entry in tmp_path.iterdir()] == ["rules.loyalty"]
