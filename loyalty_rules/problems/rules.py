"""Mistakes in earn and boost rules. Their texts are in grammar/messages/*/checking.toml."""

from __future__ import annotations

from typing import ClassVar

from loyalty_rules.diagnostics import Problem, Role
from loyalty_rules.values import frozen


@frozen
class RateWithoutLines(Problem):
    """A rate that does not say on which lines."""

    code: ClassVar[str] = "L070"
    slug: ClassVar[str] = "gift.lines"


@frozen
class UnitsNeedOrder(Problem):
    """A limit on items that does not say which come first."""

    code: ClassVar[str] = "L071"
    slug: ClassVar[str] = "base_limit.order"


@frozen
class MoneyHasNoOrder(Problem):
    """A limit on money that says which items come first."""

    code: ClassVar[str] = "L072"
    slug: ClassVar[str] = "base_limit.money"
    order: Role


@frozen
class WindowOfMember(Problem):
    """`per member` without a window."""

    code: ClassVar[str] = "L073"
    slug: ClassVar[str] = "cap.window"
    clause: Role


@frozen
class WindowElsewhere(Problem):
    """A window beside a scope that has none."""

    code: ClassVar[str] = "L074"
    slug: ClassVar[str] = "cap.scope"
    scope: Role
    window: str


@frozen
class SameNotTold(Problem):
    """`per same` with a fact that is no text of an order or event."""

    code: ClassVar[str] = "L409"
    slug: ClassVar[str] = "cap.same"
    fact: str


@frozen
class SameForEver(Problem):
    """`per same` over a window that does not pass: every value would be kept for good."""

    code: ClassVar[str] = "L410"
    slug: ClassVar[str] = "cap.same.window"
    window: str


@frozen
class ScopeRefused(Problem):
    """A scope that this clause, or this rule, does not take."""

    code: ClassVar[str] = "L075"
    slug: ClassVar[str] = "cap.refused"
    scope: Role
    clause: Role


@frozen
class LinesNeeded(Problem):
    """A clause about lines in a rule without `on`."""

    code: ClassVar[str] = "L076"
    slug: ClassVar[str] = "base_limit.lines"
    clause: Role


@frozen
class PointsGiftNeeded(Problem):
    """A clause about points in a rule, or about a rule, that gives none."""

    code: ClassVar[str] = "L119"
    slug: ClassVar[str] = "rule.points"
    clause: Role


@frozen
class OneGiftNeeded(Problem):
    """`minimum` in a rule with several gifts."""

    code: ClassVar[str] = "L077"
    slug: ClassVar[str] = "minimum.gifts"


@frozen
class PurseTwice(Problem):
    """A rule gives into one purse twice."""

    code: ClassVar[str] = "L078"
    slug: ClassVar[str] = "gift.twice"
    purse: str


@frozen
class PartsMissing(Problem):
    """A rate from a table over the rule's own basis that does not say how the parts count."""

    code: ClassVar[str] = "L079"
    slug: ClassVar[str] = "gift.parts"


@frozen
class PartsRefused(Problem):
    """`each part` or `whole amount` where the table does not measure the rule's basis."""

    code: ClassVar[str] = "L080"
    slug: ClassVar[str] = "gift.no_parts"
    parts: Role


@frozen
class TableKind(Problem):
    """A table of numbers where per cents are meant, or the other way round."""

    code: ClassVar[str] = "L081"
    slug: ClassVar[str] = "gift.table"
    table: str
    expected: Role


@frozen
class OtherPurse(Problem):
    """A boost, cap or minimum in a purse that the rule does not give to."""

    code: ClassVar[str] = "L082"
    slug: ClassVar[str] = "boost.purse"
    purse: str
    rule: str


@frozen
class NeverAlone(Problem):
    """`expire never` beside another end."""

    code: ClassVar[str] = "L083"
    slug: ClassVar[str] = "expire.never"


@frozen
class ExceptAnyProduct(Problem):
    """`any product` behind `except`."""

    code: ClassVar[str] = "L084"
    slug: ClassVar[str] = "selection.except"


@frozen
class PercentOfWhat(Problem):
    """A per cent of something that is neither money nor points."""

    code: ClassVar[str] = "L085"
    slug: ClassVar[str] = "gift.percent"
    measure: Role


@frozen
class StepOfBasis(Problem):
    """A step in another unit than what the rule counts."""

    code: ClassVar[str] = "L086"
    slug: ClassVar[str] = "gift.step"
    text: str
    expected: str | Role


@frozen
class TooCostly(Problem):
    """One order may ask for more than it may take: `total` steps for one of `lines` lines, most of them, `steps`, for
    `name`."""

    code: ClassVar[str] = "L087"
    slug: ClassVar[str] = "limit.cost"
    name: str
    steps: int
    total: int
    limit: int
    lines: int


@frozen
class SelectsNothing(Problem):
    """A set of products that says nothing about its lines."""

    code: ClassVar[str] = "L088"
    slug: ClassVar[str] = "products.empty"
    name: str


@frozen
class CarryPlace(Problem):
    """Rounding narrower than per order in a purse that carries its remainder, or in a rule that gives into one."""

    code: ClassVar[str] = "L089"
    slug: ClassVar[str] = "purse.carry"
    rounding: Role
    place: Role
