"""What the checker answers to promises, and mistakes in them. Their texts are in grammar/messages/*/checking.toml."""

from __future__ import annotations

from typing import ClassVar

from loyalty_rules.diagnostics import Problem, Severity
from loyalty_rules.values import frozen


@frozen
class PromiseBroken(Problem):
    """An order breaks a promise; it was run before it is shown."""

    code: ClassVar[str] = "L160"
    slug: ClassVar[str] = "promise.broken"
    promise: str
    example: str


@frozen
class PromiseOpen(Problem):
    """A promise that is not proved, and that no order that was tried breaks."""

    code: ClassVar[str] = "L161"
    slug: ClassVar[str] = "promise.open"
    severity: ClassVar[Severity] = Severity.WARNING
    promise: str


@frozen
class WorthUnknown(Problem):
    """The value of what is given is asked for, and a purse does not say what its units are worth."""

    code: ClassVar[str] = "L162"
    slug: ClassVar[str] = "promise.worth"
    purse: str
    currency: str


@frozen
class ValueElsewhere(Problem):
    """The value of what is given is asked for outside a promise."""

    code: ClassVar[str] = "L163"
    slug: ClassVar[str] = "measure.value"
    measure: str
