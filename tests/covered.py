"""`make coverage`: which branches of the package the tests take.

Each suite runs in a process of its own under coverage.py; what they saw is put together in `.coverage-data/`, and told
by package. Ends with 1 where a test fails, or a package or module takes fewer of its branches than `LEAST` says.

    python -m tests.covered [--workers N]           the suites of `SUITES`
    python -m tests.covered [--workers N] engine    these folders of `tests/` only
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, NamedTuple

from tests.run_suites import tool

ROOT: Final = Path(__file__).resolve().parent.parent
FOLDER: Final = ROOT / ".coverage-data"
SUITES: Final = ("foundation", "lang", "engine", "ledger", "cases", "testing", "adapters", "properties", "fraud")
#: The part of the branches that have to be taken, in hundredths: of packages, and of what numbers and texts come in by.
LEAST: Final[Mapping[str, int]] = {"lang": 95, "engine": 95, "ledger": 95, "amounts": 100, "text": 100, "supplied": 100}


class Branches(NamedTuple):
    """Of a package or module: how many branches there are, how many are taken, and the lines of those that are not."""

    taken: int
    known: int
    missing: tuple[str, ...]

    @property
    def hundredths(self) -> float:
        return 100 * self.taken / self.known if self.known else 100.0


def run(suite: str) -> int:
    """One suite; the exit code of pytest."""
    options = ("--branch", "--parallel-mode", f"--data-file={FOLDER / 'data'}", "--source=loyalty_rules")
    command = (tool("coverage"), "run", *options, "-m", "pytest", f"tests/{suite}", "-q", "-p", "no:cacheprovider")
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def report() -> dict[str, Any]:
    """What coverage.py tells of every file, out of all runs."""
    for words in (("combine", "--quiet", "--keep"), ("json", "--quiet", "-o", str(FOLDER / "report.json"))):
        subprocess.run((tool("coverage"), *words, f"--data-file={FOLDER / 'data'}"), cwd=ROOT, check=True)
    found: dict[str, Any] = json.loads((FOLDER / "report.json").read_text(encoding="utf-8"))
    return found


def by_package(files: Mapping[str, Any]) -> dict[str, Branches]:
    """The branches of the files, by what stands behind `loyalty_rules/`."""
    found: dict[str, Branches] = {}
    for path, told in sorted(files.items()):
        name = path.split("/")[1].removesuffix(".py")
        summary = told["summary"]
        missing = tuple(f"{path}:{start}" for start, _ in told["missing_branches"])
        before = found.get(name, Branches(0, 0, ()))
        taken, known = summary["covered_branches"], summary["num_branches"]
        found[name] = Branches(before.taken + taken, before.known + known, before.missing + missing)
    return found


def lines(found: Mapping[str, Branches], least: Mapping[str, int] = LEAST) -> Iterator[str]:
    """A line for each package; those that have to reach a bound come first, with what they miss where they do not."""
    for name in (*least, *sorted(found.keys() - least.keys())):
        one = found.get(name)
        if one is None:
            yield f"{name:<14} FAILED: not measured"
            continue
        line = f"{name:<14} {one.taken:>6} of {one.known:>6}  {one.hundredths:6.2f}"
        if one.hundredths < least.get(name, 0):
            yield f"{line}  FAILED: at least {least[name]}, not taken from {', '.join(one.missing)}"
        else:
            yield line


def main(arguments: Iterable[str]) -> int:
    parser = argparse.ArgumentParser(prog="make coverage", description=__doc__.partition("\n")[0])
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("suites", nargs="*")
    asked = parser.parse_args(list(arguments))
    suites = asked.suites or SUITES
    unknown = [name for name in suites if not (ROOT / "tests" / name).is_dir()]
    if unknown:
        print(f"no suite {', '.join(unknown)}", file=sys.stderr)
        return 2
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    with ThreadPoolExecutor(asked.workers) as pool:
        failed = [suite for suite, code in zip(suites, pool.map(run, suites), strict=True) if code]
    told = list(lines(by_package(report()["files"])))
    print("\n".join([*told, *(f"FAILED: the tests of {suite}" for suite in failed)]), flush=True)
    return 1 if failed or any("FAILED" in line for line in told) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
