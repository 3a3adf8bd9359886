"""Mistakes in how rules stand together: groups, overlaps, circles.

Their texts are in grammar/messages/*/checking.toml.
"""

from __future__ import annotations

from typing import ClassVar

from loyalty_rules.diagnostics import Problem, Role
from loyalty_rules.values import frozen


@frozen
class OverlapShown(Problem):
    """Two rules that can apply together and nothing says how they combine, with an order where they do."""

    code: ClassVar[str] = "L031"
    slug: ClassVar[str] = "rules.overlap_shown"
    first: str
    second: str
    example: str


@frozen
class Overlap(Problem):
    """Two rules that can apply together and nothing says how they combine."""

    code: ClassVar[str] = "L032"
    slug: ClassVar[str] = "rules.overlap"
    first: str
    second: str


@frozen
class GroupMixed(Problem):
    """A group of rules that do not act together: another kind, or another purse."""

    code: ClassVar[str] = "L110"
    slug: ClassVar[str] = "group.stage"
    rule: str
    other: str


@frozen
class TwoGroups(Problem):
    """A rule in two groups, or twice in one."""

    code: ClassVar[str] = "L111"
    slug: ClassVar[str] = "group.twice"
    rule: str
    group: str


@frozen
class GroupCircle(Problem):
    """A group that holds itself."""

    code: ClassVar[str] = "L112"
    slug: ClassVar[str] = "group.circle"
    path: tuple[str, ...]


@frozen
class PolicyRefused(Problem):
    """A policy that only boosts have."""

    code: ClassVar[str] = "L113"
    slug: ClassVar[str] = "group.policy"
    policy: Role


@frozen
class DecideMissing(Problem):
    """A choice that does not say for what it is made."""

    code: ClassVar[str] = "L114"
    slug: ClassVar[str] = "group.decide"
    policy: Role


@frozen
class DecideRefused(Problem):
    """A place of choice in a group that does not choose."""

    code: ClassVar[str] = "L115"
    slug: ClassVar[str] = "group.no_decide"
    clause: Role
    policy: Role


@frozen
class FixedPerLine(Problem):
    """A fixed gift in a group that decides per line."""

    code: ClassVar[str] = "L116"
    slug: ClassVar[str] = "group.fixed"
    rule: str


@frozen
class GroupOfOne(Problem):
    """A group with fewer than two rules."""

    code: ClassVar[str] = "L117"
    slug: ClassVar[str] = "group.small"
    group: str


@frozen
class WorthMissing(Problem):
    """A choice by amount between gifts into several purses, one of which says nothing of what it is worth."""

    code: ClassVar[str] = "L118"
    slug: ClassVar[str] = "group.worth"
    purse: str
    policy: Role


@frozen
class RuleCircle(Problem):
    """Rules that wait for each other."""

    code: ClassVar[str] = "L120"
    slug: ClassVar[str] = "rules.circle"
    path: tuple[str, ...]


@frozen
class TooManyStrata(Problem):
    """Rules that wait for each other over more steps than there may be."""

    code: ClassVar[str] = "L121"
    slug: ClassVar[str] = "rules.depth"
    limit: int


@frozen
class SetCircle(Problem):
    """A set of products or a segment that holds itself."""

    code: ClassVar[str] = "L122"
    slug: ClassVar[str] = "products.circle"
    path: tuple[str, ...]
