"""Mistakes in what members choose: gifts, and product sets.

Their texts are in grammar/messages/*/checking.toml.
"""

from __future__ import annotations

from typing import ClassVar

from loyalty_rules.diagnostics import Problem, Role
from loyalty_rules.values import frozen


@frozen
class RateToChoose(Problem):
    """A gift that grows with the order, among those of which the member chooses one."""

    code: ClassVar[str] = "L413"
    slug: ClassVar[str] = "choice.rate"


@frozen
class NothingToChoose(Problem):
    """A time to choose in a rule that leaves nothing to choose."""

    code: ClassVar[str] = "L414"
    slug: ClassVar[str] = "choice.none"
    clause: Role


@frozen
class ChosenLater(Problem):
    """A boost or a group of a rule that gives nothing before the member has chosen."""

    code: ClassVar[str] = "L415"
    slug: ClassVar[str] = "choice.later"
    rule: str


@frozen
class ChoiceOfPeriod(Problem):
    """A gift to choose, into a purse that is rounded or posted over a period."""

    code: ClassVar[str] = "L416"
    slug: ClassVar[str] = "choice.period"
    purse: str


@frozen
class NotToChoose(Problem):
    """A step chooses what nothing leaves to choose."""

    code: ClassVar[str] = "L417"
    slug: ClassVar[str] = "choice.unknown"
    names: tuple[str, ...]


@frozen
class SeveralToChoose(Problem):
    """A step chooses what several rules leave to choose, and does not say of which."""

    code: ClassVar[str] = "L418"
    slug: ClassVar[str] = "choice.several"
    names: tuple[str, ...]
    rules: tuple[str, ...]
