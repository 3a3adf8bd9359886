"""Mistakes with types, units and amounts. Their texts are in grammar/messages/*/checking.toml."""

from __future__ import annotations

from typing import ClassVar

from loyalty_rules.diagnostics import Problem, Role
from loyalty_rules.values import frozen


@frozen
class WrongType(Problem):
    """A value of another type than its place asks for."""

    code: ClassVar[str] = "L050"
    slug: ClassVar[str] = "type.value"
    text: str
    expected: Role


@frozen
class TooManyDecimals(Problem):
    """An amount finer than its smallest unit."""

    code: ClassVar[str] = "L051"
    slug: ClassVar[str] = "amount.decimals"
    text: str
    unit: str
    decimals: int


@frozen
class OtherCurrency(Problem):
    """Money in another currency than the programme's."""

    code: ClassVar[str] = "L052"
    slug: ClassVar[str] = "amount.currency"
    found: str
    currency: str


@frozen
class WrongUnit(Problem):
    """A number without its unit, or with another one. `expected` is a unit, or the word for one."""

    code: ClassVar[str] = "L053"
    slug: ClassVar[str] = "amount.unit"
    text: str
    expected: str | Role


@frozen
class RelationRefused(Problem):
    """A comparison that this kind of value does not know."""

    code: ClassVar[str] = "L054"
    slug: ClassVar[str] = "type.relation"
    relation: Role
    operand: str
    kind: Role


@frozen
class LineQuestion(Problem):
    """A question about a line where an order is asked."""

    code: ClassVar[str] = "L055"
    slug: ClassVar[str] = "condition.line"
    operand: str


@frozen
class OrderQuestion(Problem):
    """A question about the order or the member where a line is asked."""

    code: ClassVar[str] = "L056"
    slug: ClassVar[str] = "condition.order"
    operand: str


@frozen
class OccasionInFor(Problem):
    """`for` asks about the occasion."""

    code: ClassVar[str] = "L057"
    slug: ClassVar[str] = "condition.for"
    operand: str


@frozen
class OnlyMemberInWhen(Problem):
    """`when` asks about the member alone."""

    code: ClassVar[str] = "L058"
    slug: ClassVar[str] = "condition.when"


@frozen
class OptionalFact(Problem):
    """An optional fact is used without `has` in the same rule."""

    code: ClassVar[str] = "L059"
    slug: ClassVar[str] = "fact.optional"
    fact: str


@frozen
class NoOrderHere(Problem):
    """A question about an order in a rule that no order triggers."""

    code: ClassVar[str] = "L060"
    slug: ClassVar[str] = "condition.no_order"
    operand: str


@frozen
class OtherEvent(Problem):
    """A fact of an event that does not trigger this rule."""

    code: ClassVar[str] = "L061"
    slug: ClassVar[str] = "fact.event"
    fact: str
    event: str


@frozen
class WindowMissing(Problem):
    """A measure without a window."""

    code: ClassVar[str] = "L062"
    slug: ClassVar[str] = "measure.window"
    measure: str


@frozen
class WindowRefused(Problem):
    """A window that makes no sense in this place."""

    code: ClassVar[str] = "L063"
    slug: ClassVar[str] = "window.refused"
    window: str


@frozen
class MeasurePart(Problem):
    """A measure with a part that its counter does not take."""

    code: ClassVar[str] = "L064"
    slug: ClassVar[str] = "measure.part"
    part: Role
    measure: Role


@frozen
class DurationUnit(Problem):
    """A unit of time that is too short here."""

    code: ClassVar[str] = "L065"
    slug: ClassVar[str] = "duration.unit"
    text: str
    units: tuple[Role, ...]


@frozen
class NotInFilter(Problem):
    """A question in brackets behind `with` that is not about the order counted."""

    code: ClassVar[str] = "L066"
    slug: ClassVar[str] = "measure.filter"
    operand: str


@frozen
class WholePeriod(Problem):
    """A question in brackets behind `with` that no measure of a whole day, week or month answers."""

    code: ClassVar[str] = "L123"
    slug: ClassVar[str] = "measure.whole_period"
    operand: str


@frozen
class ChoiceUnknown(Problem):
    """A value that a fact of a closed list does not have."""

    code: ClassVar[str] = "L067"
    slug: ClassVar[str] = "fact.choice"
    text: str
    fact: str
    suggestion: str | None


@frozen
class AboveZero(Problem):
    """An amount that has to be above zero."""

    code: ClassVar[str] = "L068"
    slug: ClassVar[str] = "amount.zero"
    text: str


@frozen
class TooLarge(Problem):
    """An amount beyond what is counted."""

    code: ClassVar[str] = "L069"
    slug: ClassVar[str] = "amount.large"
    text: str


@frozen
class PersonQuestion(Problem):
    """A question in a segment that is not about the member."""

    code: ClassVar[str] = "L129"
    slug: ClassVar[str] = "condition.segment"
    operand: str
