"""Mistakes in examples. Their texts are in grammar/messages/*/checking.toml."""

from __future__ import annotations

from typing import ClassVar

from loyalty_rules.diagnostics import Problem, Role
from loyalty_rules.values import frozen


@frozen
class BeforeFirstStep(Problem):
    """A clause that belongs to a step stands before the first one."""

    code: ClassVar[str] = "L130"
    slug: ClassVar[str] = "example.step"
    clause: Role


@frozen
class HeadRefused(Problem):
    """A head that lines of an example do not have."""

    code: ClassVar[str] = "L131"
    slug: ClassVar[str] = "example.head"
    text: str


@frozen
class NotAnOrder(Problem):
    """A clause of an order in a step that places none."""

    code: ClassVar[str] = "L132"
    slug: ClassVar[str] = "example.order"
    clause: Role


@frozen
class GivenRefused(Problem):
    """Something that cannot be given before an example."""

    code: ClassVar[str] = "L133"
    slug: ClassVar[str] = "example.given"
    text: str


@frozen
class DetailRefused(Problem):
    """Something that is no detail of this step."""

    code: ClassVar[str] = "L134"
    slug: ClassVar[str] = "example.detail"
    text: str


@frozen
class PriceMissing(Problem):
    """Lines of an example without a price."""

    code: ClassVar[str] = "L135"
    slug: ClassVar[str] = "example.price"


@frozen
class NoLines(Problem):
    """An order of an example without lines."""

    code: ClassVar[str] = "L136"
    slug: ClassVar[str] = "example.lines"


@frozen
class SetTwice(Problem):
    """One thing is told twice in one step."""

    code: ClassVar[str] = "L137"
    slug: ClassVar[str] = "example.twice"
    text: str


@frozen
class DayOutside(Problem):
    """A moment outside the years that are counted."""

    code: ClassVar[str] = "L138"
    slug: ClassVar[str] = "example.day"
    text: str


@frozen
class ExpectedTwice(Problem):
    """One rule is expected twice in one step."""

    code: ClassVar[str] = "L139"
    slug: ClassVar[str] = "example.expected"
    rule: str


@frozen
class StepId(Problem):
    """An order whose id holds what no id may hold."""

    code: ClassVar[str] = "L140"
    slug: ClassVar[str] = "example.id"
    text: str
