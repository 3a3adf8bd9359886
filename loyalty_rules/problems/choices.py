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


@frozen
class ChoiceOfNoSet(Problem):
    """A clause about what members choose, in a set that is not chosen."""

    code: ClassVar[str] = "L419"
    slug: ClassVar[str] = "choice.no_set"
    clause: Role


@frozen
class NotAmongSets(Problem):
    """A default that is not among the sets to choose from."""

    code: ClassVar[str] = "L420"
    slug: ClassVar[str] = "choice.default"
    set: str


@frozen
class DefaultTooMany(Problem):
    """A default of more sets than a member may choose."""

    code: ClassVar[str] = "L421"
    slug: ClassVar[str] = "choice.default_many"
    default: int
    most: int


@frozen
class NoSetsToChoose(Problem):
    """A step chooses sets of which no block lets members choose."""

    code: ClassVar[str] = "L422"
    slug: ClassVar[str] = "choice.sets"
    names: tuple[str, ...]


@frozen
class ChangeOfChoice(Problem):
    """A window in which a choice is changed once, and of which it is not known when it comes again."""

    code: ClassVar[str] = "L423"
    slug: ClassVar[str] = "choice.window"


@frozen
class SeveralSetsToChoose(Problem):
    """A step chooses sets of which several blocks let members choose, and does not say of which."""

    code: ClassVar[str] = "L424"
    slug: ClassVar[str] = "choice.several_sets"
    names: tuple[str, ...]
    sets: tuple[str, ...]
