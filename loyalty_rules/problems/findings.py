"""What a checker finds in a file that is valid: warnings, each accepted with `allow CODE "reason"`.

Their texts are in grammar/messages/*/checking.toml.
"""

from __future__ import annotations

from typing import ClassVar

from loyalty_rules.diagnostics import Problem, Severity
from loyalty_rules.values import frozen


@frozen
class NeverFires(Problem):
    """A block whose dates end before they start."""

    code: ClassVar[str] = "L150"
    slug: ClassVar[str] = "rule.dates"
    severity: ClassVar[Severity] = Severity.WARNING


@frozen
class NeverHolds(Problem):
    """A rule whose conditions contradict each other."""

    code: ClassVar[str] = "L151"
    slug: ClassVar[str] = "condition.range"
    severity: ClassVar[Severity] = Severity.WARNING
    name: str


@frozen
class Shadowed(Problem):
    """A rule behind one that always gives something, in a group that takes the first."""

    code: ClassVar[str] = "L152"
    slug: ClassVar[str] = "group.shadowed"
    severity: ClassVar[Severity] = Severity.WARNING
    rule: str
    first: str


@frozen
class CapNeverApplies(Problem):
    """A cap above what the rule can ever give."""

    code: ClassVar[str] = "L153"
    slug: ClassVar[str] = "cap.loose"
    severity: ClassVar[Severity] = Severity.WARNING
    cap: str
    gift: str


@frozen
class AllowsNothing(Problem):
    """An `allow` without a finding that it accepts."""

    code: ClassVar[str] = "L154"
    slug: ClassVar[str] = "allow.nothing"
    severity: ClassVar[Severity] = Severity.WARNING
    finding: str


@frozen
class ManyTimes(Problem):
    """A multiplier, or a share, of more than a hundred times: a slip of zeros."""

    code: ClassVar[str] = "L155"
    slug: ClassVar[str] = "rate.many_times"
    severity: ClassVar[Severity] = Severity.WARNING
    clause: str
    times: int
