"""`loyalty test`: the examples of rule files, and random histories against what has to hold of every programme."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from loyalty_rules.adapters.cli.checking import ERRORS, FINE, Checked, checked_files, tell_diagnostics, tell_failures
from loyalty_rules.adapters.cli.terminal import out, out_json, show_table, words
from loyalty_rules.explaining.wording import Wording, wording
from loyalty_rules.programme import Programme
from loyalty_rules.testing.coverage import Coverage, coverage
from loyalty_rules.testing.telling import told_coverage, told_fuzz

if TYPE_CHECKING:
    from loyalty_rules.testing.fuzz import FuzzReport

_PAGE = "testing"
#: How many random events are looked at for what the examples do not reach, where it is not said.
EVENTS = 500


def run_test(
    names: Sequence[str],
    *,
    fuzz: tuple[int, int] | None,
    cover: tuple[int, int] | None = None,
    tables: Sequence[str] = (),
    as_json: bool,
    language: str | None,
) -> int:
    """Runs the examples, and with `fuzz` (how many events, the seed) random histories, with `cover` (the same) marks
    what neither examples nor random events reached; tells, and gives the exit code."""
    words(language)
    found = checked_files(names, language, tables)
    if not as_json:
        _tell_examples(found, language)
    reports: list[FuzzReport | None] = []
    covered: list[Coverage | None] = []
    for one in found:
        programme = one.report.programme
        fuzzed = None if fuzz is None or programme is None else _fuzzed(programme, *fuzz, language)
        reports.append(fuzzed)
        if fuzzed is not None and not as_json:
            out(told_fuzz(one.file.name, fuzzed, wording(one.language(language), _PAGE)))
        reached = None if cover is None or programme is None else coverage(programme, events=cover[0], seed=cover[1])
        covered.append(reached)
        if reached is not None and not as_json:
            out(told_coverage(one.file.name, reached, wording(one.language(language), _PAGE)))
    fine = all(one.report.ok for one in found) and not any(report and report.findings for report in reports)
    if as_json:
        files = [
            _file(one, report, reached, one.language(language))
            for one, report, reached in zip(found, reports, covered, strict=True)
        ]
        out_json(json.dumps({"ok": fine, "files": files}, ensure_ascii=False, indent=2))
    return FINE if fine else ERRORS


def _tell_examples(found: Sequence[Checked], language: str | None) -> None:
    texts = words(language or found[0].report.language)
    rows: list[Sequence[str]] = []
    for one in found:
        if one.report.programme is None:
            rows.append((one.file.name, "", texts.text("test.broken")))
        rows += [
            (one.file.name, example.title, texts.text("test.ok" if example.ok else "test.failed"))
            for example in one.report.examples
        ]
    if rows:
        heads = [texts.text("test.file"), texts.text("test.example"), texts.text("test.verdict")]
        show_table(texts.text("test.title"), heads, rows)
    for one in found:
        if one.report.programme is None:
            tell_diagnostics(one, language)
        elif not one.report.examples:
            out(texts.text("test.none", name=one.file.name))
        tell_failures(one, language)


def _fuzzed(programme: Programme, orders: int, seed: int, language: str | None) -> FuzzReport:
    from loyalty_rules.testing.fuzz import fuzz

    with _bar(programme.title, orders) as advance:
        return fuzz(programme, orders=orders, seed=seed, progress=advance)


@contextmanager
def _bar(title: str, total: int) -> Iterator[Callable[[int], None]]:
    """A progress bar on the standard error, where someone looks at it."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task(title, total=total)
        yield lambda done: progress.update(task, advance=done)


# ---------- for programs


def _file(one: Checked, report: FuzzReport | None, reached: Coverage | None, language: str) -> dict[str, object]:
    return {
        "name": one.file.name,
        "ok": one.report.ok and not (report and report.findings),
        "examples": [{"title": example.title, "ok": example.ok} for example in one.report.examples],
        "fuzz": None if report is None else _fuzz(report, wording(language, _PAGE)),
        "coverage": None if reached is None else _coverage(reached),
    }


def _coverage(found: Coverage) -> dict[str, object]:
    return {
        "seed": found.seed,
        "events": found.events,
        "points": [
            {
                "line": one.line,
                "block": one.point.block,
                "text": one.text,
                "what": one.point.what,
                "examples": one.examples,
                "random": one.random,
            }
            for one in found.points
        ],
        "outcomes": [
            {"rule": rule, "outcome": outcome.name.lower(), "examples": examples, "random": random}
            for rule, outcome, examples, random in found.outcomes
        ],
    }


def _fuzz(report: FuzzReport, texts: Wording) -> dict[str, object]:
    from loyalty_rules.testing.telling import reason
    from loyalty_rules.testing.written import written

    return {
        "seed": report.seed,
        "histories": report.histories,
        "events": report.orders,
        "findings": [
            {
                "property": finding.broken.name,
                "reason": reason(finding, texts),
                "example": written(finding.history),
                "explanation": finding.decision.explain(language=texts.table.language) if finding.decision else "",
            }
            for finding in report.findings
        ],
    }
