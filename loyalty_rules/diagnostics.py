"""What the reader of a rule file is told about it: values, never raised strings.

A problem is one kind of mistake with its facts; the modules of `loyalty_rules.problems` define one class a kind. A
diagnostic is a problem at a place. The text is made elsewhere, in the reader's language.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import ClassVar, Final

from loyalty_rules.source import Span
from loyalty_rules.values import frozen

#: How many diagnostics of one file are shown.
MAX_DIAGNOSTICS: Final = 100


class Severity(Enum):
    """An error stops the file from being used; a warning can be accepted with `allow CODE "reason"`."""

    ERROR = "error"
    WARNING = "warning"


@frozen
class Problem:
    """One kind of mistake. The fields of a subclass are the facts that its message shows."""

    code: ClassVar[str]
    slug: ClassVar[str]
    severity: ClassVar[Severity] = Severity.ERROR


@frozen
class Role:
    """A fact of a problem that is shown as the phrase of this role, in the reader's language."""

    role: str


@frozen
class Related:
    """A second place that belongs to a diagnostic. `note` is the slug of a text."""

    span: Span
    note: str


@frozen
class Fix:
    """A change of the text that mends the mistake. One that is not `safe` has to be looked at first."""

    span: Span
    replacement: str
    safe: bool


@frozen
class Diagnostic:
    """A problem and where it is."""

    problem: Problem
    span: Span
    related: tuple[Related, ...] = ()
    fix: Fix | None = None


@frozen
class MoreOmitted(Problem):
    """The file has `count` more problems than are shown."""

    code: ClassVar[str] = "L099"
    slug: ClassVar[str] = "limit.diagnostics"
    count: int


@frozen
class MoreWarningsOmitted(MoreOmitted):
    """The same, where all of them are warnings."""

    severity: ClassVar[Severity] = Severity.WARNING


def in_reading_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The diagnostics by place, then code: the first `MAX_DIAGNOSTICS`, and behind them how many were left out.

    What was left out of diagnostics that come from here already is counted too.
    """
    ordered = sorted(diagnostics, key=lambda diagnostic: (diagnostic.span.start, diagnostic.problem.code))
    found = [one for one in ordered if not isinstance(one.problem, MoreOmitted)]
    before = [one for one in ordered if isinstance(one.problem, MoreOmitted)]
    omitted = [*found[MAX_DIAGNOSTICS:], *before]
    if not omitted:
        return tuple(found)
    count = sum(one.problem.count if isinstance(one.problem, MoreOmitted) else 1 for one in omitted)
    errors = any(one.problem.severity is Severity.ERROR for one in omitted)
    more = MoreOmitted(count) if errors else MoreWarningsOmitted(count)
    return (*found[:MAX_DIAGNOSTICS], Diagnostic(more, omitted[0].span))
