"""The plugin, as a project of its own meets it: a folder with a rule file, and `pytest`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.testing.samples import CLUB

EXAMPLE = """
example "A rouble short"
  at 2026-03-02 12:00 places order "o-1"
  | vegan | list price |
  | no    | 95 RUB     |
  should give {points} bonus by base
end
"""


def run(folder: Path, *options: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", *options]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_examples_are_tests_and_a_wrong_figure_fails_with_its_trace(tmp_path: Path) -> None:
    (tmp_path / "club.loyalty").write_text(CLUB + EXAMPLE.format(points=9) + EXAMPLE.format(points=10), "utf-8")
    code, told = run(tmp_path)
    assert code == 1
    assert "1 failed, 2 passed" in told
    assert "expected: 10 bonus" in told and "but came: 9 bonus" in told
    assert "Base points (base): 9 bonus." in told  # the line of the trace that differs


def test_a_file_with_errors_fails_with_its_diagnostics(tmp_path: Path) -> None:
    (tmp_path / "club.loyalty").write_text(CLUB.replace("give 7 bonus", "giv 7 bonus"), "utf-8")
    (tmp_path / "bytes.loyalty").write_bytes(b"\xff\xfe\x00")
    code, told = run(tmp_path)
    assert code == 1
    assert "2 failed" in told
    assert "giv" in told and "did you mean `give`?" in told
    assert "UTF-16" in told


def test_random_events_are_run_where_they_are_asked_for(tmp_path: Path) -> None:
    (tmp_path / "club.loyalty").write_text(CLUB, "utf-8")
    code, told = run(tmp_path, "--loyalty-fuzz", "20", "-vv")
    assert code == 0, told
    assert "club.loyalty::fuzz PASSED" in told
    assert "2 passed" in told


def test_rule_files_are_left_alone_where_the_settings_say_so(tmp_path: Path) -> None:
    (tmp_path / "club.loyalty").write_text(CLUB.replace("give 7 bonus", "giv 7 bonus"), "utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\nloyalty_files = false\n", "utf-8")
    code, told = run(tmp_path)
    assert (code, "no tests ran" in told) == (5, True)


def test_rows_of_the_host_are_handed_over_by_an_option_and_by_the_fixture(tmp_path: Path) -> None:
    table = "\ntable listed\n  supplied by host\n  | sku |\nend\n\nproducts Listed\n  where sku in table listed\nend\n"
    rule = "\nearn of_the_list\n  on Listed\n  give 1 bonus per 10 RUB\nend\n"
    example = """
example "The list comes from the host"
  at 2026-03-02 12:00 places order "o-1"
  | sku   | vegan | list price |
  | latte | no    | 95 RUB     |
  should give 9 bonus by of_the_list
end
"""
    (tmp_path / "club.loyalty").write_text(CLUB + table + rule + example, "utf-8")
    (tmp_path / "listed.csv").write_text("sku\nlatte\n", "utf-8")
    (tmp_path / "test_club.py").write_text(
        "def test_club(loyalty):\n    assert loyalty.load('club.loyalty', tables={'listed': 'sku\\nlatte\\n'}).title\n",
        "utf-8",
    )
    code, told = run(tmp_path, "--loyalty-table", "listed=listed.csv")
    assert (code, "3 passed" in told) == (0, True), told
    code, told = run(tmp_path)
    assert (code, "L381" in told) == (1, True), told
    code, told = run(tmp_path, "--loyalty-table", "listed=none.csv")
    assert code != 0
    assert "No such file" in told


def test_limits_are_raised_by_an_option_and_by_the_fixture(tmp_path: Path) -> None:
    (tmp_path / "club.loyalty").write_text(CLUB, "utf-8")
    (tmp_path / "test_club.py").write_text(
        "from loyalty_rules import Limits\n\n\ndef test_club(loyalty):\n"
        "    assert loyalty.load('club.loyalty', limits=Limits(rules=3_000)).limits.rules == 3_000\n",
        "utf-8",
    )
    assert run(tmp_path, "--loyalty-limit", "rules=3000")[0] == 0
    code, told = run(tmp_path, "--loyalty-limit", "words=20")
    assert (code, "L009" in told) == (1, True), told
    for wrong in ("rules", "lines=3", "rules=x", "rules=0"):
        code, told = run(tmp_path, "--loyalty-limit", wrong)
        assert (code not in (0, 1), "--loyalty-limit" in told) == (True, True), told


def test_the_fixture_loads_files_beside_the_test(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "club.loyalty").write_text(CLUB, "utf-8")
    (tmp_path / "test_club.py").write_text(
        """
def test_club(loyalty):
    programme = loyalty.load("rules/club.loyalty")
    assert programme.title == "Club"
    loyalty.assert_programme(programme, orders=20)
""",
        "utf-8",
    )
    code, told = run(tmp_path, "test_club.py")
    assert code == 0, told
