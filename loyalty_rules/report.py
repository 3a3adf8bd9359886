"""What an author is told about a rule file: everything the checker finds, and how its examples came out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from loyalty_rules.diagnostics import Diagnostic, Severity
from loyalty_rules.errors import InputError
from loyalty_rules.findings import Finding, findings
from loyalty_rules.limits import LIMITS, Limits
from loyalty_rules.loading import examine
from loyalty_rules.problems.promises import PromiseBroken
from loyalty_rules.programme import Programme
from loyalty_rules.source import Source, decode
from loyalty_rules.supplied import Rows, Supplied, supplied
from loyalty_rules.testing.examples import ExampleResult, run_examples

if TYPE_CHECKING:
    from loyalty_rules.lang.parser import Reading

Verdict: TypeAlias = Literal["proved", "broken", "open"]


class Report(NamedTuple):
    """`source` is None and `refused` tells why where the input is no text at all; `programme` is None where there are
    errors."""

    source: Source | None
    language: str
    diagnostics: tuple[Diagnostic, ...]
    examples: tuple[ExampleResult, ...]
    programme: Programme | None
    refused: InputError | None = None

    @property
    def ok(self) -> bool:
        """No errors, and no example that fails."""
        return self.programme is not None and all(example.ok for example in self.examples)

    def findings(self, language: str | None = None) -> tuple[Finding, ...]:
        """The diagnostics in words and places, in the language of the file or another one. Raises `SettingsError`
        (`language.unknown`) for a language without texts."""
        return () if self.source is None else findings(self.diagnostics, self.source, language or self.language)

    @property
    def promises(self) -> tuple[tuple[str, Verdict], ...]:
        """The answer to each promise: proved, broken by an order that was run, or open. None for a file that has other
        errors."""
        if self.programme is not None:
            kept = self.programme.checked.promises.values()
            return tuple((promise.name, "proved" if promise.proved else "open") for promise in kept)
        return tuple((f.problem.promise, "broken") for f in self.diagnostics if isinstance(f.problem, PromiseBroken))

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        return tuple(found for found in self.diagnostics if found.problem.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        return tuple(found for found in self.diagnostics if found.problem.severity is Severity.WARNING)


def check(
    text: str | bytes,
    *,
    name: str = "rules.loyalty",
    tables: Mapping[str, Rows] | None = None,
    limits: Limits = LIMITS,
) -> Report:
    """Checks a rule file and runs its examples. Never raises for what the text says. `tables` and `limits` as in
    `load`; raises `InputError` where rows are none."""
    return report_of(text, name, supplied(tables), limits)


def report_of(
    text: str | bytes,
    name: str,
    rows: Mapping[str, Supplied],
    limits: Limits,
    read: Callable[[Source, Limits], Reading] | None = None,
) -> Report:
    """The report of a text with the tables of the host; `read` reads it in another way, to the same end."""
    try:
        source = decode(text, name, limits.bytes)
    except InputError as error:
        return Report(None, "en", (), (), None, error)
    programme, diagnostics = examine(source, rows, limits, None if read is None else read(source, limits))
    if programme is None:
        return Report(source, _language(source), diagnostics, (), None)
    return Report(source, programme.language, diagnostics, run_examples(programme), programme)


def _language(source: Source) -> str:
    from loyalty_rules.lang.lexer import language_of

    return language_of(source) or "en"
