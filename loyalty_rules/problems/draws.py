"""Mistakes in draws and contests. Their texts are in grammar/messages/*/checking.toml."""

from __future__ import annotations

from typing import ClassVar

from loyalty_rules.diagnostics import Problem, Role, Severity
from loyalty_rules.values import frozen


@frozen
class CommitmentForm(Problem):
    """A commitment that is no hash of a seed."""

    code: ClassVar[str] = "L362"
    slug: ClassVar[str] = "draw.commitment"


@frozen
class TicketsSpent(Problem):
    """Tickets of a draw as the price of something else."""

    code: ClassVar[str] = "L363"
    slug: ClassVar[str] = "draw.spent"
    draw: str


@frozen
class WinnersTooMany(Problem):
    """More winners than a draw may have."""

    code: ClassVar[str] = "L364"
    slug: ClassVar[str] = "draw.winners"
    most: int


@frozen
class NoTickets(Problem):
    """A draw of which nothing gives tickets."""

    code: ClassVar[str] = "L370"
    slug: ClassVar[str] = "draw.tickets"
    severity: ClassVar[Severity] = Severity.WARNING
    draw: str


@frozen
class PrizeOfItself(Problem):
    """A prize of tickets of the same draw."""

    code: ClassVar[str] = "L400"
    slug: ClassVar[str] = "draw.itself"
    draw: str


@frozen
class NoSuchPlace(Problem):
    """An example in which the member wins at a place without a prize."""

    code: ClassVar[str] = "L401"
    slug: ClassVar[str] = "draw.place"
    rule: str
    last: int


@frozen
class PlaceTwice(Problem):
    """Two prizes of one purse for one place."""

    code: ClassVar[str] = "L402"
    slug: ClassVar[str] = "contest.twice"
    place: int


@frozen
class PlacesTurned(Problem):
    """The first of some places behind their last one."""

    code: ClassVar[str] = "L403"
    slug: ClassVar[str] = "contest.places"
    first: int
    last: int


@frozen
class NeverEnds(Problem):
    """A contest without a season and without an end."""

    code: ClassVar[str] = "L404"
    slug: ClassVar[str] = "contest.end"


@frozen
class RanksOtherTime(Problem):
    """A measure that does not count the time of the contest."""

    code: ClassVar[str] = "L405"
    slug: ClassVar[str] = "contest.window"
    wanted: Role


@frozen
class ChancesSum(Problem):
    """Chances that do not add up to the number out of which they are."""

    code: ClassVar[str] = "L406"
    slug: ClassVar[str] = "draw.chances"
    draw: str
    total: int
    out_of: int


@frozen
class ChancesOutOf(Problem):
    """Chances of one draw out of different numbers."""

    code: ClassVar[str] = "L407"
    slug: ClassVar[str] = "draw.out_of"
    out_of: str
    other: str


@frozen
class ChancesElsewhere(Problem):
    """A clause of an instant win in another draw, or the other way round."""

    code: ClassVar[str] = "L408"
    slug: ClassVar[str] = "draw.clause"
    clause: Role
    when: Role
