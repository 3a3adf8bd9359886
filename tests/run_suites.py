"""Run every check of the project and report on all of them; `make test` is this.

What reads the code without running it (style, layout, types, layers), and the tests, one suite per folder of `tests/`,
two at a time: each is a process of its own, and what it printed is shown when it has ended. One suite alone has both
cores, and is seen as it goes on. A suite fails when a test fails, when nothing was collected, and when a test was
skipped or expected to fail: a check that did not run has not passed. Nothing stops at the first failure; the exit code
tells whether there was one.

    python -m tests.run_suites                          everything
    python -m tests.run_suites lang types               these suites only
    python -m tests.run_suites --evaluator=reference    everything, decided by this evaluator (tests/conftest.py)
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
#: Where pytest leaves its counts, and Python its byte code; ignored by git.
REPORTS = ".suites"
#: The folders of tests in the order of the pipeline; any other folder with tests comes after, by name.
ORDER = (
    "foundation",
    "lang",
    "engine",
    "ledger",
    "programme",
    "testing",
    "adapters",
    "contracts",
    "cases",
    "corpus",
    "properties",
)
#: How many suites run at a time. Each fills a core.
LANES = 2
#: What takes as long as half of the others is begun first, so that no core is left with nothing to do.
FIRST = ("properties", "hostile")


class Suite(NamedTuple):
    """One row of the table. `tests` is the folder that pytest runs, or None for a check that counts no tests."""

    name: str
    command: tuple[str, ...]
    tests: Path | None


class Counts(NamedTuple):
    """What pytest wrote down: `passed` excludes the others; a test that fails in set-up counts as failed."""

    passed: int
    failed: int
    skipped: int


class Result(NamedTuple):
    """How a suite ended. `counts` is None for a check without tests, and where pytest did not get to write a report."""

    suite: Suite
    seconds: float
    exit_code: int
    counts: Counts | None


def tool(name: str) -> str:
    """The command `name` of the environment that runs this module."""
    return str(Path(sys.executable).parent / name)


def has_tests(folder: Path) -> bool:
    return any(folder.rglob("test_*.py"))


def checks(root: Path) -> list[Suite]:
    """What reads the code and runs none of it."""
    found = [
        Suite("style", (tool("ruff"), "check", "--quiet"), None),
        Suite("layout", (tool("ruff"), "format", "--check", "--quiet"), None),
        Suite("types", (tool("mypy"),), None),
        Suite("layers", (tool("lint-imports"),), None),
    ]
    if any((root / "tests" / "typing").glob("*.py")):
        found.append(Suite("typing", (tool("basedpyright"), "--level", "error"), None))
    return found


def test_suites(root: Path, workers: int = 0, options: Sequence[str] = ()) -> list[Suite]:
    """One suite per folder of `tests/` with at least one `test_*.py`, in the order of the pipeline; each by so many
    processes, none for its own alone, with these options of pytest."""
    folders = [entry for entry in (root / "tests").iterdir() if entry.is_dir() and has_tests(entry)]

    def place(folder: Path) -> tuple[int, str]:
        return (ORDER.index(folder.name) if folder.name in ORDER else len(ORDER), folder.name)

    return [pytest_suite(root, folder, workers, options) for folder in sorted(folders, key=place)]


def pytest_suite(root: Path, folder: Path, workers: int, options: Sequence[str] = ()) -> Suite:
    """pytest over one folder, its counts in `.suites/NAME.xml`."""
    command = (
        *(sys.executable, "-m", "pytest", str(folder), "-q", "--continue-on-collection-errors"),
        # A worker that has nothing left takes of the other's: some tests take a minute, most a moment.
        *("-n", str(workers), "--dist", "worksteal"),
        *("--durations=3", "--durations-min=2", f"--junitxml={report_of(root, folder)}"),
        *options,
    )
    return Suite(folder.name, command, folder)


def report_of(root: Path, folder: Path) -> Path:
    return root / REPORTS / f"{folder.name}.xml"


def read_counts(report: Path) -> Counts | None:
    """The counts out of pytest's report; None where there is no report. Expected failures count as skipped."""
    if not report.exists():
        return None
    suite = ElementTree.parse(report).getroot().find("testsuite")
    if suite is None:
        return None
    tests, failures, errors, skipped = (
        int(suite.get(name, "0")) for name in ("tests", "failures", "errors", "skipped")
    )
    return Counts(max(0, tests - failures - errors - skipped), failures + errors, skipped)


def run(root: Path, suite: Suite, *, alone: bool = False) -> Result:
    """Run one suite, and show what it prints: as it comes where it runs alone, else together when it has ended."""
    report = report_of(root, suite.tests) if suite.tests is not None else None
    if report is not None:
        report.parent.mkdir(exist_ok=True)
        report.unlink(missing_ok=True)
    if alone:
        print(f"\n=== {suite.name}", flush=True)
    out, error = (None, None) if alone else (subprocess.PIPE, subprocess.STDOUT)
    started = time.monotonic()
    done = subprocess.run(suite.command, cwd=root, env=environment(root), check=False, stdout=out, stderr=error)
    seconds = time.monotonic() - started
    if not alone:
        print(f"\n=== {suite.name}\n{done.stdout.decode('utf-8', 'replace')}", end="", flush=True)
    return Result(suite, seconds, done.returncode, read_counts(report) if report is not None else None)


def environment(root: Path) -> dict[str, str]:
    """That of this process, with a place for byte code: hundreds of tests begin a process, which takes twice as long
    where every module is compiled anew, as it is on a machine that says to keep no byte code."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {"PYTHONPYCACHEPREFIX": str(root / REPORTS / "bytecode")} | kept


def run_all(root: Path, suites: Sequence[Suite]) -> list[Result]:
    """The results of suites in their order, whichever begins or ends first. Whoever stops the run begins no more."""
    if len(suites) == 1:
        return [run(root, suites[0], alone=True)]
    begun = sorted(suites, key=lambda suite: suite.name not in FIRST)
    with ThreadPoolExecutor(LANES) as lanes:
        results = {suite: lanes.submit(run, root, suite) for suite in begun}
        try:
            return [results[suite].result() for suite in suites]
        finally:
            lanes.shutdown(wait=False, cancel_futures=True)


def verdict(result: Result) -> str:
    """`ok`, or why not."""
    if result.suite.tests is None:
        return "ok" if result.exit_code == 0 else "FAILED"
    if result.counts is None:
        return "FAILED: did not run"
    passed, failed, skipped = result.counts
    if failed:
        return f"FAILED: {failed} failed"
    if skipped:
        return f"FAILED: {skipped} skipped"
    if not passed:
        return "FAILED: no test"
    return "ok" if result.exit_code == 0 else f"FAILED: exit code {result.exit_code}"


def table(results: Sequence[Result], seconds: float) -> str:
    """Suite, passed tests, minutes, verdict; one row each. The last one has all tests, and the minutes of the clock."""
    rows = [("suite", "passed", "min:s", "verdict")]
    rows += [
        (
            result.suite.name,
            str(result.counts.passed) if result.counts is not None else "-",
            clock(result.seconds),
            verdict(result),
        )
        for result in results
    ]
    rows.append(("all", str(totals(results)[0]), clock(seconds), ""))
    name, count, minutes = (max(len(row[column]) for row in rows) for column in range(3))
    return "\n".join(f"{row[0]:<{name}}  {row[1]:>{count}}  {row[2]:>{minutes}}  {row[3]}".rstrip() for row in rows)


def clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}"


def totals(results: Iterable[Result]) -> tuple[int, int]:
    """Tests passed, and what failed: failed tests, and one for each suite that failed without a failed test."""
    passed = failed = 0
    for result in results:
        counts = result.counts or Counts(0, 0, 0)
        passed += counts.passed
        failed += counts.failed or (verdict(result) != "ok")
    return passed, failed


def main(arguments: Sequence[str], root: Path = ROOT) -> int:
    """Run the suites (those named, or all), print the table and the count; 1 when anything failed."""
    options = [one for one in arguments if one.startswith("--evaluator=")]
    asked = [one for one in arguments if one not in options]
    available = [*checks(root), *test_suites(root, LANES if len(asked) == 1 else 0, options)]
    unknown = sorted(set(asked) - {suite.name for suite in available})
    if unknown:
        names = ", ".join(suite.name for suite in available)
        print(f"no suite {', '.join(unknown)}; there are {names}", file=sys.stderr)
        return 2
    started = time.monotonic()
    results = run_all(root, [suite for suite in available if not asked or suite.name in asked])
    passed, failed = totals(results)
    print(f"\n{table(results, time.monotonic() - started)}\n\n{passed} passed, {failed} failed", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
