"""What the checker answers to promises, and mistakes in them. Their texts are in grammar/messages/*/checking.toml."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from loyalty_rules.diagnostics import Problem, Severity


@dataclass(frozen=True, slots=True)
class PromiseBroken(Problem):
    """An order breaks a promise; it was run before it is shown."""

    code: ClassVar[str] = "L160"
    slug: ClassVar[str] = "promise.broken"
    promise: str
    example: str


@dataclass(frozen=True, slots=True)
class PromiseOpen(Problem):
    """A promise that is not proved, and that no order that was tried breaks."""

    code: ClassVar[str] = "L161"
    slug: ClassVar[str] = "promise.open"
    severity: ClassVar[Severity] = Severity.WARNING
    promise: str


@dataclass(frozen=True, slots=True)
class WorthUnknown(Problem):
    """The value of what is given is asked for, and a purse does not say what its units are worth."""

    code: ClassVar[str] = "L162"
    slug: ClassVar[str] = "promise.worth"
    purse: str
    currency: str


@dataclass(frozen=True, slots=True)
class ValueElsewhere(Problem):
    """The value of what is given is asked for outside a promise."""

    code: ClassVar[str] = "L163"
    slug: ClassVar[str] = "measure.value"
    measure: str
