"""`make mutants`: small changes of the code, drawn by a seed; how many of them the tests see.

First it is looked which tests come to which functions (kept in `.mutants/` for as long as the code and the test file
stay as they are), then each change is made in a process of its own, and the tests that come to the changed function run
there, the quickest first, until one fails. Goes on where it stopped. Ends with 1 where fewer than 90 of 100 are seen.

    python -m tests.mutants [--mutants N] [--seed S] [--minutes M] [--modules lang,engine/pricing] [--workers W]
                            [--folders foundation,engine] [--budget SECONDS]
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, Final

import pytest
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from tests.mutants import judging
from tests.mutants.changes import ROOT, Mutant
from tests.mutants.forking import NotReplacedError, Pool, Told, Write, replace, run
from tests.mutants.judging import FOLDER, KILLED, MODULES, Looks, Tests, Verdict, drawn, equivalents, keep, known_tests

#: The tests that run: those of a folder that start processes or read the code itself would see nothing of a change.
FOLDERS: Final = ("foundation", "lang", "engine", "ledger", "cases")
_BAR: Final = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
_ENOUGH: Final = 0.9


class Mutating:
    """A plugin of pytest that does this in the place of running what was collected."""

    def __init__(self, asked: argparse.Namespace) -> None:
        self.asked = asked
        self.verdicts: list[Verdict] = []
        self.known = 0
        self.console = Console(stderr=True)
        self.ends = time.monotonic() + asked.minutes * 60 if asked.minutes else float("inf")

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        items = {item.nodeid: item for item in session.items}
        tests = known_tests(self.looked(items))
        chosen, self.known = drawn(self.asked.modules, self.asked.seed, self.asked.mutants)
        self.judged(chosen, tests, items)
        return True

    def looked(self, items: dict[str, pytest.Item]) -> Iterator[Told]:
        """What each test comes to, out of `.mutants/` or by running it."""
        files = dict[str, list[pytest.Item]]()
        for item in items.values():
            files.setdefault(item.nodeid.partition("::")[0], []).append(item)
        looks = Looks(FOLDER / "tests", self.asked.as_looked)
        missing = [name for name in files if looks.of(name) is None]
        for heard in self.through("looking", missing, lambda name: (partial(_look, files[name]), 600.0)):
            if heard.ended:
                self.console.print(f"{heard.subject} {heard.ended}: left out")
            else:
                looks.keep(heard.subject, heard.lines)
        for name in files:
            yield from (told for told in looks.of(name) or () if told.test in items)

    def judged(self, chosen: Sequence[Mutant], tests: Tests, items: dict[str, pytest.Item]) -> None:
        earlier, same = judging.kept(FOLDER), equivalents()
        left = []
        for one in chosen:
            reason = next((known.reason for known in same if known.is_of(one)), "")
            if reason or one.before == one.after:
                self.verdicts.append(Verdict(one, "equivalent", reason or "the same text"))
            elif judging.key(one) in earlier:
                self.verdicts.append(Verdict(one, *earlier[judging.key(one)]))
            elif not tests.of(one, self.asked.budget):
                self.verdicts.append(Verdict(one, "survived", "no test comes to it"))
            else:
                left.append(one)

        def work(one: Mutant) -> tuple[Callable[[Write], None], float]:
            names = tests.of(one, self.asked.budget)
            seconds = sum(tests.seconds[name] for name in names)
            return partial(_try, one, [items[name] for name in names]), 6 * seconds

        for heard in self.through("changing", left, work):
            verdict = _verdict(heard.subject, heard.lines, heard.ended)
            keep(FOLDER, verdict)
            self.verdicts.append(verdict)

    def through(self, what: str, subjects: Sequence[Any], work: Callable[[Any], Any]) -> Iterator[Any]:
        """Every subject in a process of its own, with a bar; no more are started when the time is over."""
        pool, waiting = Pool(self.asked.workers), list(reversed(subjects))
        with Progress(*_BAR, console=self.console, auto_refresh=False) as progress:  # no thread: this process forks
            task = progress.add_task(what, total=len(subjects))
            while waiting or pool.children:
                if time.monotonic() > self.ends:
                    waiting.clear()
                while waiting and not pool.full:
                    subject = waiting.pop()
                    pool.start(subject, *work(subject))
                for heard in pool.heard():
                    progress.advance(task)
                    yield heard
                progress.refresh()


def _look(items: Sequence[pytest.Item], write: Write) -> None:
    def tell(told: Told) -> bool:
        write(told)
        return False

    run(items, tell, trace=True)


def _try(one: Mutant, items: Sequence[pytest.Item], write: Write) -> None:
    try:
        replace(one)
    except NotReplacedError as error:
        write(["not replaced", str(error)])
        return

    def tell(told: Told) -> bool:
        if told.failed:
            write(["killed", told.test])
        return told.failed

    run(items, tell, trace=False)
    write(["survived", f"{len(items)} tests"])


def _verdict(one: Mutant, lines: Sequence[Any], ended: str) -> Verdict:
    if lines:
        return Verdict(one, *lines[0])
    # One that no longer answers, or is ended by the bound on memory, has been seen.
    return Verdict(one, "took too long", ended or "said nothing")


def told(verdicts: Sequence[Verdict], known: int, console: Console) -> float:
    """The table and the survivors; which part of those that count was seen."""
    by_package = dict[str, Counter[str]]()
    for one in verdicts:
        outcome = "killed" if one.outcome in KILLED else one.outcome
        by_package.setdefault(one.mutant.package, Counter())[outcome] += 1
    table = Table(title=f"{len(verdicts)} of {known} changes")
    for name in ("package", "seen", "survived", "of 100", "equivalent", "not made"):
        table.add_column(name, justify="left" if name == "package" else "right")
    for package, counts in [*by_package.items(), ("all", sum(by_package.values(), Counter()))]:
        part = _part(counts)
        figures = (counts["killed"], counts["survived"], f"{100 * part:.1f}", counts["equivalent"])
        table.add_row(package, *map(str, figures), str(counts["not replaced"]))
    for one in verdicts:
        if one.outcome == "survived":
            change = f"{one.mutant.before[:100]!r} -> {one.mutant.after[:100]!r}"
            console.print(
                f"{one.mutant.place} {one.mutant.function}: {change} ({one.by})", markup=False, soft_wrap=True
            )
    console.print(table)
    return _part(sum(by_package.values(), Counter()))


def _part(counts: Counter[str]) -> float:
    judged = counts["killed"] + counts["survived"]
    return counts["killed"] / judged if judged else 1.0


def _names(text: str) -> list[str]:
    return [name for name in text.split(",") if name]


def main() -> int:
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__.partition("\n")[0])
    parser.add_argument("--mutants", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--minutes", type=float, default=0)
    parser.add_argument("--modules", type=_names, default=list(MODULES))
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--folders", type=_names, default=list(FOLDERS))
    parser.add_argument(
        "--as-looked", action="store_true", help="what tests come to, as it was before the code changed"
    )
    parser.add_argument("--budget", type=float, default=30, help="seconds of tests for each change")
    asked = parser.parse_args()
    try:
        judging.sources(asked.modules)
    except LookupError as error:
        print(error, file=sys.stderr)
        return 2
    plugin = Mutating(asked)
    folders = [str(ROOT / "tests" / name) for name in asked.folders]
    options = ("-q", "-s", "-p", "no:cacheprovider", "-p", "no:xdist", "--hypothesis-profile=mutants")
    code = pytest.main([*options, *folders], plugins=[plugin])
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        return 2
    return 0 if told(plugin.verdicts, plugin.known, Console()) >= _ENOUGH else 1


if __name__ == "__main__":
    sys.exit(main())
