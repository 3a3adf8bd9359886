"""Failures in words, in the language of the rule file or of the reader."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from loyalty_rules.diagnostics import Severity
from loyalty_rules.explaining.wording import Wording, wording
from loyalty_rules.rendering import render_diagnostic
from loyalty_rules.source import Source
from loyalty_rules.testing.examples import ExampleResult
from loyalty_rules.testing.written import written

if TYPE_CHECKING:
    from loyalty_rules.diagnostics import Diagnostic
    from loyalty_rules.testing.coverage import Coverage
    from loyalty_rules.testing.fuzz import Finding, FuzzReport

#: The page of texts in `grammar/messages/`.
PAGE: Final = "testing"


def words(language: str) -> Wording:
    """The texts of the harness. Raises `SettingsError` (`language.unknown`)."""
    return wording(language, PAGE)


def told_fuzz(name: str, report: FuzzReport, texts: Wording) -> str:
    """What random histories came to: a line, and behind it every finding."""
    key = "fuzz.found" if report.findings else "fuzz.fine"
    head = texts.text(
        key,
        name=name,
        events=texts.counted("EVENTS", report.orders),
        histories=texts.counted("HISTORIES", report.histories),
        count=str(len(report.findings)),
        seed=str(report.seed),
    )
    return "\n\n".join([head, *(told_finding(finding, texts) for finding in report.findings)])


def told_finding(finding: Finding, texts: Wording) -> str:
    """A broken property, the shortest history that breaks it, and the explanation of the decision that shows it."""
    lines = [reason(finding, texts), "", texts.text("fuzz.shortest"), "", written(finding.history)]
    if finding.decision is not None:
        lines += ["", texts.text("fuzz.decided"), "", finding.decision.explain(language=texts.table.language)]
    return "\n".join(lines)


def reason(finding: Finding, texts: Wording) -> str:
    """What is broken, in one line."""
    return texts.text(f"broken.{finding.broken.name}", **dict(finding.broken.values))


def told_coverage(name: str, found: Coverage, texts: Wording) -> str:
    """What was reached, in a line, and behind it each line of the file at which something never happened."""
    missed = found.missed
    head = texts.text(
        "coverage.head" if missed else "coverage.all",
        name=name,
        **({"reached": str(len(found.points) - len(missed))} if missed else {}),
        points=str(len(found.points)),
        examples=str(sum(1 for one in found.points if one.examples)),
        events=texts.counted("EVENTS", found.events),
        seed=str(found.seed),
    )
    lines = [
        texts.text("coverage.line", line=str(one.line), text=one.text, what=texts.text(f"coverage.{one.point.what}"))
        for one in missed
    ]
    return "\n".join([head, *lines])


def told_errors(name: str, source: Source, diagnostics: tuple[Diagnostic, ...], texts: Wording) -> str:
    """The errors of a rule file, as the command line shows them."""
    wrong = [found for found in diagnostics if found.problem.severity is Severity.ERROR]
    shown = [render_diagnostic(found, source, texts.table.language) for found in wrong]
    return "\n\n".join([texts.text("file.errors", name=name), *shown])


def told_example(example: ExampleResult, source: Source, texts: Wording) -> str:
    """What an example expected and what came instead, with the trace of the rule that differs."""
    return "\n".join(_lines(example, source, texts))


def _lines(example: ExampleResult, source: Source, texts: Wording) -> Iterator[str]:
    yield texts.text("file.example", title=example.title)
    for failure in example.failures:
        place = f"{source.name}:{source.position(failure.span.start).line}"
        yield f"{place} {failure.rule}".rstrip()
        yield "  " + texts.text("file.expected", expected=failure.expected)
        yield "  " + texts.text("file.actual", actual=failure.actual)
        for line in failure.trace.splitlines():
            yield f"    {line}"
