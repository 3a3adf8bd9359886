"""What the checker found, in words and places: for an editor that marks lines, or a page that an author reads."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from loyalty_rules.diagnostics import Diagnostic, Fix
from loyalty_rules.rendering import Texts, help_of, in_words_of, message_of, note_of, render_diagnostic, suggestion_of
from loyalty_rules.source import Position, Source, Span
from loyalty_rules.values import frozen


@frozen
class Range:
    """From where to where; lines and columns count from 1, the end is the place behind the last character."""

    start: Position
    end: Position


@frozen
class Note:
    """A second place that belongs to a finding, and why: `declared here`."""

    text: str
    range: Range


@frozen
class Correction:
    """A change of the text that mends the mistake. One that is not `safe` has to be looked at first."""

    range: Range
    replacement: str
    safe: bool


@frozen
class Finding:
    """One error or warning of a rule file. `code` has a page (`loyalty code L012`); `suggestion` asks whether something
    else was meant, or is ""; `text` is all of it as `loyalty check` prints it, with the lines of the file."""

    code: str
    slug: str
    severity: Literal["error", "warning"]
    message: str
    help: str
    suggestion: str
    range: Range
    notes: tuple[Note, ...]
    correction: Correction | None
    text: str

    def __str__(self) -> str:
        return self.text


def findings(diagnostics: Iterable[Diagnostic], source: Source, language: str) -> tuple[Finding, ...]:
    """Diagnostics in words of a language, in which phrases are quoted as the file has to write them. Raises
    `SettingsError` (`language.unknown`) for a language without texts."""
    chosen = in_words_of(language, source)
    return tuple(_finding(one, source, chosen) for one in diagnostics)


def _finding(found: Diagnostic, source: Source, chosen: Texts) -> Finding:
    problem = found.problem
    return Finding(
        problem.code,
        problem.slug,
        problem.severity.value,
        message_of(problem, chosen),
        help_of(problem, chosen),
        suggestion_of(problem, chosen),
        range_of(source, found.span),
        tuple(Note(note_of(one, chosen), range_of(source, one.span)) for one in found.related),
        _correction(found.fix, source),
        render_diagnostic(found, source, chosen),
    )


def _correction(fix: Fix | None, source: Source) -> Correction | None:
    return None if fix is None else Correction(range_of(source, fix.span), fix.replacement, fix.safe)


def range_of(source: Source, span: Span) -> Range:
    return Range(source.position(span.start), source.position(span.end))
