"""Mistakes in where awards become whole. Their texts are in grammar/messages/*/checking.toml."""

from __future__ import annotations

from typing import ClassVar

from loyalty_rules.diagnostics import Problem, Role
from loyalty_rules.values import frozen


@frozen
class PlaceOfPurse(Problem):
    """A rule that says it is rounded with other rules or other orders: only its purse can say so."""

    code: ClassVar[str] = "L250"
    slug: ClassVar[str] = "rounding.place"
    place: Role


@frozen
class StepsOfOrder(Problem):
    """Whole or begun steps of an order, in a purse that is rounded over a period."""

    code: ClassVar[str] = "L251"
    slug: ClassVar[str] = "rounding.steps"
    step: Role
    place: Role


@frozen
class CapWithinRounding(Problem):
    """A cap over less time than its purse is rounded over."""

    code: ClassVar[str] = "L252"
    slug: ClassVar[str] = "rounding.cap"
    place: Role


@frozen
class PostingIncomplete(Problem):
    """Rounding per posting period without the end at which the purse posts, or the other way round."""

    code: ClassVar[str] = "L253"
    slug: ClassVar[str] = "rounding.posts"
    place: Role
    posts: Role


@frozen
class CapOfPart(Problem):
    """A cap on a part of what accrues, or on several rules, over more than an order: what is posted is one sum."""

    code: ClassVar[str] = "L254"
    slug: ClassVar[str] = "rounding.part"
