"""The runner of the suites must not call green what did not run."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests import run_suites
from tests.run_suites import Counts, Result, Suite

PASSES = "def test_a():\n    assert 1 + 1 == 2\n"
FAILS = "def test_a():\n    assert 1 + 1 == 3\n"
SKIPS = "import pytest\n\n@pytest.mark.skip\ndef test_b():\n    pass\n"
EXPECTED_TO_FAIL = "import pytest\n\n@pytest.mark.xfail\ndef test_b():\n    assert False\n"
BREAKS_IN_SET_UP = "import pytest\n\n@pytest.fixture\ndef f():\n    raise KeyError\n\ndef test_a(f):\n    pass\n"
DOES_NOT_LOAD = "import no_such_module\n"
NO_TEST = "x = 1\n"
CHOOSES = "def pytest_addoption(parser):\n    parser.addoption('--evaluator', default='compiled')\n"
ASKS = "def test_a(request):\n    assert request.config.getoption('--evaluator') == 'reference'\n"


def run_one(root: Path, *texts: str) -> Result:
    """The result of a suite named `engine` with these test files."""
    folder = root / "tests" / "engine"
    folder.mkdir(parents=True)
    (root / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    for number, text in enumerate(texts):
        (folder / f"test_{number}.py").write_text(text, encoding="utf-8")
    (suite,) = run_suites.test_suites(root)
    return run_suites.run(root, suite)


@pytest.mark.parametrize(
    ("texts", "counts", "verdict"),
    [
        ((PASSES,), Counts(1, 0, 0), "ok"),
        ((PASSES, FAILS), Counts(1, 1, 0), "FAILED: 1 failed"),
        ((PASSES, SKIPS), Counts(1, 0, 1), "FAILED: 1 skipped"),
        ((PASSES, EXPECTED_TO_FAIL), Counts(1, 0, 1), "FAILED: 1 skipped"),
        ((PASSES, BREAKS_IN_SET_UP), Counts(1, 1, 0), "FAILED: 1 failed"),
        ((PASSES, DOES_NOT_LOAD), Counts(1, 1, 0), "FAILED: 1 failed"),
        ((NO_TEST,), Counts(0, 0, 0), "FAILED: no test"),
    ],
)
def test_a_suite_passes_only_when_every_test_ran_and_held(
    tmp_path: Path, texts: tuple[str, ...], counts: Counts, verdict: str
) -> None:
    result = run_one(tmp_path, *texts)
    assert result.counts == counts
    assert run_suites.verdict(result) == verdict


def test_a_suite_that_leaves_no_report_fails(tmp_path: Path) -> None:
    suite = Suite("engine", (run_suites.tool("python"), "-c", "pass"), tmp_path / "tests" / "engine")
    result = run_suites.run(tmp_path, suite)
    assert result.exit_code == 0
    assert run_suites.verdict(result) == "FAILED: did not run"


def test_an_old_report_is_not_counted_again(tmp_path: Path) -> None:
    first = run_one(tmp_path, PASSES)
    assert first.counts == Counts(1, 0, 0)
    silent = first.suite._replace(command=(run_suites.tool("python"), "-c", "pass"))
    assert run_suites.run(tmp_path, silent).counts is None


def test_a_check_passes_by_its_exit_code(tmp_path: Path) -> None:
    python = run_suites.tool("python")
    good = run_suites.run(tmp_path, Suite("style", (python, "-c", "pass"), None))
    bad = run_suites.run(tmp_path, Suite("style", (python, "-c", "raise SystemExit(3)"), None))
    assert (run_suites.verdict(good), run_suites.verdict(bad)) == ("ok", "FAILED")


def test_suites_are_the_folders_with_tests_in_the_order_of_the_pipeline(tmp_path: Path) -> None:
    for name in ("zebra", "ledger", "lang", "empty", "foundation", "house"):
        (tmp_path / "tests" / name / "deep").mkdir(parents=True)
        if name != "empty":
            (tmp_path / "tests" / name / "deep" / "test_a.py").touch()
    (tmp_path / "tests" / "empty" / "helper.py").touch()
    names = [suite.name for suite in run_suites.test_suites(tmp_path)]
    assert names == ["foundation", "lang", "ledger", "house", "zebra"]


def test_suites_run_two_at_a_time_and_are_told_in_their_order(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The one that is begun first, though it is listed last, waits for the one that is listed first; what each printed
    stands together under its name."""
    python = run_suites.tool("python")
    waits = """
import pathlib, time
end = time.monotonic() + 60
while not pathlib.Path("made").exists():
    assert time.monotonic() < end
print("seen")
"""
    texts = {"lang": "open('made', 'w')\nprint('made')", "properties": waits}
    suites = [Suite(name, (python, "-c", text), None) for name, text in texts.items()]
    found = run_suites.run_all(tmp_path, suites)
    assert [(one.suite.name, one.exit_code) for one in found] == [("lang", 0), ("properties", 0)]
    told = capsys.readouterr().out.split("\n=== ")
    assert sorted(told) == ["", "lang\nmade\n", "properties\nseen\n"]


def test_whoever_stops_the_run_begins_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[str] = []

    def stopped(root: Path, suite: Suite) -> Result:
        begun.append(suite.name)
        if suite.name == "0":
            raise KeyboardInterrupt
        time.sleep(0.2)
        return result(suite.name, 0.2, 0, None)

    monkeypatch.setattr(run_suites, "run", stopped)
    with pytest.raises(KeyboardInterrupt):
        run_suites.run_all(tmp_path, [Suite(str(number), (), None) for number in range(20)])
    assert len(begun) < 20


def test_one_suite_alone_is_seen_as_it_goes_on(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """What it prints goes where that of the runner goes, and not through it."""
    suite = Suite("lang", (run_suites.tool("python"), "-c", "print('printed')"), None)
    (found,) = run_suites.run_all(tmp_path, [suite])
    assert (found.exit_code, capfd.readouterr().out) == (0, "\n=== lang\nprinted\n")
    (tmp_path / "tests" / "lang").mkdir(parents=True)
    (tmp_path / "tests" / "lang" / "test_a.py").touch()
    (alone,) = run_suites.test_suites(tmp_path, run_suites.LANES)
    assert "-n 2 " in " ".join(alone.command)


def test_byte_code_is_kept_beside_the_reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.delenv("PYTHONPYCACHEPREFIX", raising=False)
    (tmp_path / "told.py").touch()
    suite = Suite("lang", (run_suites.tool("python"), "-c", "import told"), None)
    assert run_suites.run(tmp_path, suite).exit_code == 0
    assert [path.name.split(".")[0] for path in (tmp_path / run_suites.REPORTS / "bytecode").rglob("told*")] == ["told"]
    assert not (tmp_path / "__pycache__").exists()


def result(name: str, seconds: float, exit_code: int, counts: Counts | None, tests: Path | None = Path()) -> Result:
    return Result(Suite(name, (), tests), seconds, exit_code, counts)


def test_the_table_gives_every_suite_its_tests_minutes_and_verdict() -> None:
    results = [
        result("style", 0.4, 0, None, tests=None),
        result("lang", 61.0, 0, Counts(1204, 0, 0)),
        result("house", 130.0, 1, Counts(7, 2, 0)),
    ]
    assert run_suites.table(results, 131.0).splitlines() == [
        "suite  passed  min:s  verdict",
        "style       -   0:00  ok",
        "lang     1204   1:01  ok",
        "house       7   2:10  FAILED: 2 failed",
        "all      1211   2:11",
    ]


def test_a_failure_without_a_failed_test_is_counted() -> None:
    results = [result("style", 1, 1, None, tests=None), result("lang", 1, 0, Counts(5, 0, 1))]
    assert run_suites.totals(results) == (5, 2)
    assert run_suites.totals([result("lang", 1, 1, Counts(5, 3, 0))]) == (5, 3)


def test_an_unknown_name_is_refused_with_the_names_there_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "tests").mkdir()
    assert run_suites.main(["lagn"], tmp_path) == 2
    assert "no suite lagn; there are style, layout, types, layers" in capsys.readouterr().err


def test_the_last_line_is_the_count_alone(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    first = run_one(tmp_path, PASSES)
    assert first.exit_code == 0
    capfd.readouterr()
    assert run_suites.main(["engine"], tmp_path) == 0
    assert capfd.readouterr().out.splitlines()[-1] == "1 passed, 0 failed"


def test_every_suite_is_decided_by_the_evaluator_that_is_asked_for(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """`make test EVALUATOR=reference`. It is no name of a suite."""
    assert run_one(tmp_path, ASKS).exit_code == 1
    (tmp_path / "tests" / "conftest.py").write_text(CHOOSES, encoding="utf-8")
    for options, passed in ((["engine"], False), (["--evaluator=reference", "engine"], True)):
        assert (run_suites.main(options, tmp_path) == 0) is passed
        assert capfd.readouterr().out.splitlines()[-1] == ("1 passed, 0 failed" if passed else "0 passed, 1 failed")
