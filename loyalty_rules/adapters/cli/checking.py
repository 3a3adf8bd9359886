"""`loyalty check`: what the checker finds in rule files, and how their examples come out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from loyalty_rules.adapters.cli.comparing import compared, comparison_data, tell_comparison
from loyalty_rules.adapters.cli.files import RuleFile, refuse, rule_files, tables_of
from loyalty_rules.adapters.cli.raising import limits_given
from loyalty_rules.adapters.cli.terminal import diagnose, err, out, out_json, words
from loyalty_rules.diagnostics import Diagnostic
from loyalty_rules.explaining.wording import Wording
from loyalty_rules.findings import Finding, Range, range_of
from loyalty_rules.fused import MOST_RULES, rules_of
from loyalty_rules.rendering import render_diagnostic
from loyalty_rules.report import Report, check
from loyalty_rules.source import Position, Source, Span
from loyalty_rules.testing.examples import ExampleFailure, ExampleResult

FINE: Final = 0
ERRORS: Final = 1


class Checked(NamedTuple):
    """A rule file and what was found in it."""

    file: RuleFile
    report: Report

    def language(self, wanted: str | None) -> str:
        return wanted or self.report.language

    @property
    def failed(self) -> tuple[ExampleResult, ...]:
        return tuple(example for example in self.report.examples if not example.ok)


def checked_files(names: Iterable[str], language: str | None, tables: Sequence[str] = ()) -> list[Checked]:
    """Checks every rule file that the names stand for, with the tables of the host."""
    rows, limits = tables_of(tables, language), limits_given(language)
    files = rule_files(names, language)
    return [Checked(file, check(file.data, name=file.name, tables=rows, limits=limits)) for file in files]


def run_check(
    names: Sequence[str],
    *,
    as_json: bool,
    deny_warnings: bool,
    language: str | None,
    against: str | None = None,
    tables: Sequence[str] = (),
    verbose: bool = False,
) -> int:
    """Checks, tells, and gives the exit code. `against` is the edition before the one file that is checked; `tables`
    are handed over to both. `verbose`: also which rules are compiled."""
    words(language)  # an unknown language is refused before anything is read
    found = checked_files(names, language, tables)
    if against is not None:
        if len(found) != 1:
            raise refuse(language, "against.one")
        old = checked_files([against], language, tables)
        return _run_against(found[0], old, as_json=as_json, language=language)
    if as_json:
        out_json(json.dumps(_document(found, language), ensure_ascii=False, indent=2))
    else:
        for one in found:
            tell_diagnostics(one, language)
            tell_failures(one, language)
        _summary(found, language)
        for one in found if verbose else ():
            _coverage(one, language)
    bad = any(not one.report.ok for one in found)
    return ERRORS if bad or (deny_warnings and any(one.report.warnings for one in found)) else FINE


def _run_against(new: Checked, olds: Sequence[Checked], *, as_json: bool, language: str | None) -> int:
    """Tells what is wrong with either file; where nothing is, what the new one changes."""
    both = [*olds, new]
    comparison = None
    if len(olds) == 1 and olds[0].report.programme is not None and new.report.programme is not None:
        before, after = olds[0].report.programme, new.report.programme
        comparison = compared(before, after)
        if as_json:
            document = _document(both, language) | {"against": comparison_data(comparison, before, after)}
            out_json(json.dumps(document, ensure_ascii=False, indent=2))
        else:
            tell_comparison(comparison, before, after, new.language(language))
    elif as_json:
        out_json(json.dumps(_document(both, language), ensure_ascii=False, indent=2))
    if not as_json:
        for one in both:
            tell_diagnostics(one, language)
            tell_failures(one, language)
    fine = comparison is not None and comparison.refused is None and all(one.report.ok for one in both)
    return FINE if fine else ERRORS


# ---------- for people


def tell_diagnostics(one: Checked, language: str | None) -> None:
    """Errors and warnings in reading order, on the standard error."""
    if one.report.refused is not None:
        err(f"{one.file.name}: {one.report.refused.message} [{one.report.refused.code}]")
    if one.report.source is not None:
        tell_all(one.report.diagnostics, one.report.source, one.language(language))


def tell_all(diagnostics: Iterable[Diagnostic], source: Source, language: str) -> None:
    """Every diagnostic as its text, an empty line behind each."""
    for diagnostic in diagnostics:
        diagnose(render_diagnostic(diagnostic, source, language), diagnostic.problem.severity)
        err("")


def tell_failures(one: Checked, language: str | None) -> None:
    """What the examples expected and what came instead, on the standard error."""
    texts = words(one.language(language))
    source = one.report.source
    for example in one.failed:
        place = f" ({_place(source, example.span)})" if source else ""
        err(texts.text("check.example", title=example.title) + place)
        for failure in example.failures:
            _tell_failure(failure, source, texts)
        err("")


def _tell_failure(failure: ExampleFailure, source: Source | None, texts: Wording) -> None:
    line = f"{source.position(failure.span.start).line}: " if source else ""
    rule = f"{line}{failure.rule} " if failure.rule else line
    err(texts.text("check.expected", rule=rule, expected=failure.expected))
    err(texts.text("check.actual", actual=failure.actual))
    for told in failure.trace.splitlines():
        err(f"    {told}")


def _place(source: Source, span: Span) -> str:
    position = source.position(span.start)
    return f"{source.name}:{position.line}:{position.column}"


def _summary(found: Sequence[Checked], language: str | None) -> None:
    for one in found:
        texts = words(one.language(language))
        for promise, verdict in one.report.promises:
            out(texts.text(f"check.{verdict}", name=one.file.name, promise=promise))
        if one.report.ok and not one.report.warnings:
            examples = texts.counted("EXAMPLES", len(one.report.examples))
            out(texts.text("check.fine", name=one.file.name, examples=examples))
        else:
            out(texts.text("check.failed", name=one.file.name, **_counts([one], texts)))
        for draw, worth in _tickets(one).items():
            amounts = ", ".join(f"{amount} {purse}" for purse, amount in worth.items())
            out(texts.text("check.ticket", name=one.file.name, draw=draw, amounts=amounts))
    if len(found) > 1:
        texts = words(language or found[0].report.language)
        out(texts.text("check.total", files=texts.counted("FILES", len(found)), **_counts(found, texts)))


def _tickets(one: Checked) -> dict[str, dict[str, str]]:
    """What a ticket gives on average where tickets are played at once, exact, in units of what is given."""
    if one.report.programme is None:
        return {}
    checked = one.report.programme.checked
    return {
        name: {purse: str(amount / 10 ** checked.purses[purse].decimals) for purse, amount in draw.expected()}
        for name, draw in sorted(checked.draws.items())
        if draw.chances
    }


def _coverage(one: Checked, language: str | None) -> None:
    """Which rules are compiled, and for which clause the others are not."""
    if one.report.programme is not None:
        covered = one.report.programme.coverage()
        left = ", ".join(f"{rule} ({clause})" for rule, clause in covered.items() if clause)
        texts, count = words(one.language(language)), sum(not clause for clause in covered.values())
        text = "check.compiled" if not left else "check.partly_compiled"
        out(texts.text(text, name=one.file.name, compiled=str(count), rules=str(len(covered)), left=left))
        whole = one.report.programme.left_whole()
        left = ", ".join(
            f"{block} ({clause})" if block and clause else block or clause for block, clause in whole.items()
        )
        large = rules_of(one.report.programme.succession) > MOST_RULES
        text = "check.not_whole" if whole else "check.when_prepared" if large else "check.whole"
        out(texts.text(text, name=one.file.name, left=left, most=str(MOST_RULES)))


def _counts(found: Sequence[Checked], texts: Wording) -> dict[str, str]:
    errors = sum(len(one.report.errors) + (one.report.refused is not None) for one in found)
    return {
        "errors": texts.counted("ERRORS", errors),
        "warnings": texts.counted("WARNINGS", sum(len(one.report.warnings) for one in found)),
        "examples": texts.counted("EXAMPLES", sum(len(one.report.examples) for one in found)),
        "failed": texts.counted("FAILED", sum(len(one.failed) for one in found)),
    }


# ---------- for programs


def _document(found: Sequence[Checked], language: str | None) -> dict[str, object]:
    return {
        "ok": all(one.report.ok for one in found),
        "errors": sum(len(one.report.errors) + (one.report.refused is not None) for one in found),
        "warnings": sum(len(one.report.warnings) for one in found),
        "files": [_file(one, one.language(language)) for one in found],
    }


def _file(one: Checked, language: str) -> dict[str, object]:
    report = one.report
    refused = report.refused
    source = report.source
    return {
        "name": one.file.name,
        "ok": report.ok,
        "language": report.language,
        "fingerprint": report.programme.fingerprint if report.programme else None,
        "refused": {"code": refused.code, "message": refused.message} if refused else None,
        "diagnostics": [_diagnostic(found) for found in report.findings(language)],
        "promises": dict(report.promises),
        "examples": [_example(example, source) for example in report.examples] if source else [],
        "coverage": dict(report.programme.coverage()) if report.programme else {},
        "tickets": _tickets(one),
        "left_whole": dict(report.programme.left_whole()) if report.programme else {},
    }


def _diagnostic(found: Finding) -> dict[str, object]:
    fix = found.correction
    return {
        "code": found.code,
        "slug": found.slug,
        "severity": found.severity,
        "message": found.message,
        "help": found.help,
        "suggestion": found.suggestion,
        "range": _range(found.range),
        "related": [{"note": note.text, "range": _range(note.range)} for note in found.notes],
        "fix": {"range": _range(fix.range), "replacement": fix.replacement, "safe": fix.safe} if fix else None,
    }


def _range(range_: Range) -> dict[str, object]:
    def place(at: Position) -> dict[str, int]:
        return {"line": at.line, "column": at.column, "utf16_column": at.utf16_column}

    return {"start": place(range_.start), "end": place(range_.end)}


def _example(example: ExampleResult, source: Source) -> dict[str, object]:
    return {
        "title": example.title,
        "ok": example.ok,
        "range": _range(range_of(source, example.span)),
        "failures": [
            {
                "rule": failure.rule,
                "expected": failure.expected,
                "actual": failure.actual,
                "trace": failure.trace,
                "range": _range(range_of(source, failure.span)),
            }
            for failure in example.failures
        ],
    }
