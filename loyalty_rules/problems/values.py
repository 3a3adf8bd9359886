"""Mistakes with types, units and amounts. Their texts are in grammar/messages/*/checking.toml."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from loyalty_rules.diagnostics import Problem, Role


@dataclass(frozen=True, slots=True)
class WrongType(Problem):
    """A value of another type than its place asks for."""

    code: ClassVar[str] = "L050"
    slug: ClassVar[str] = "type.value"
    text: str
    expected: Role


@dataclass(frozen=True, slots=True)
class TooManyDecimals(Problem):
    """An amount finer than its smallest unit."""

    code: ClassVar[str] = "L051"
    slug: ClassVar[str] = "amount.decimals"
    text: str
    unit: str
    decimals: int


@dataclass(frozen=True, slots=True)
class OtherCurrency(Problem):
    """Money in another currency than the programme's."""

    code: ClassVar[str] = "L052"
    slug: ClassVar[str] = "amount.currency"
    found: str
    currency: str


@dataclass(frozen=True, slots=True)
class WrongUnit(Problem):
    """A number without its unit, or with another one. `expected` is a unit, or the word for one."""

    code: ClassVar[str] = "L053"
    slug: ClassVar[str] = "amount.unit"
    text: str
    expected: str | Role


@dataclass(frozen=True, slots=True)
class RelationRefused(Problem):
    """A comparison that this kind of value does not know."""

    code: ClassVar[str] = "L054"
    slug: ClassVar[str] = "type.relation"
    relation: Role
    operand: str
    kind: Role


@dataclass(frozen=True, slots=True)
class LineQuestion(Problem):
    """A question about a line where an order is asked."""

    code: ClassVar[str] = "L055"
    slug: ClassVar[str] = "condition.line"
    operand: str


@dataclass(frozen=True, slots=True)
class OrderQuestion(Problem):
    """A question about the order or the member where a line is asked."""

    code: ClassVar[str] = "L056"
    slug: ClassVar[str] = "condition.order"
    operand: str


@dataclass(frozen=True, slots=True)
class OccasionInFor(Problem):
    """`for` asks about the occasion."""

    code: ClassVar[str] = "L057"
    slug: ClassVar[str] = "condition.for"
    operand: str


@dataclass(frozen=True, slots=True)
class OnlyMemberInWhen(Problem):
    """`when` asks about the member alone."""

    code: ClassVar[str] = "L058"
    slug: ClassVar[str] = "condition.when"


@dataclass(frozen=True, slots=True)
class OptionalFact(Problem):
    """An optional fact is used without `has` in the same rule."""

    code: ClassVar[str] = "L059"
    slug: ClassVar[str] = "fact.optional"
    fact: str


@dataclass(frozen=True, slots=True)
class NoOrderHere(Problem):
    """A question about an order in a rule that no order triggers."""

    code: ClassVar[str] = "L060"
    slug: ClassVar[str] = "condition.no_order"
    operand: str


@dataclass(frozen=True, slots=True)
class OtherEvent(Problem):
    """A fact of an event that does not trigger this rule."""

    code: ClassVar[str] = "L061"
    slug: ClassVar[str] = "fact.event"
    fact: str
    event: str


@dataclass(frozen=True, slots=True)
class WindowMissing(Problem):
    """A measure without a window."""

    code: ClassVar[str] = "L062"
    slug: ClassVar[str] = "measure.window"
    measure: str


@dataclass(frozen=True, slots=True)
class WindowRefused(Problem):
    """A window that makes no sense in this place."""

    code: ClassVar[str] = "L063"
    slug: ClassVar[str] = "window.refused"
    window: str


@dataclass(frozen=True, slots=True)
class MeasurePart(Problem):
    """A measure with a part that its counter does not take."""

    code: ClassVar[str] = "L064"
    slug: ClassVar[str] = "measure.part"
    part: Role
    measure: Role


@dataclass(frozen=True, slots=True)
class DurationUnit(Problem):
    """A unit of time that is too short here."""

    code: ClassVar[str] = "L065"
    slug: ClassVar[str] = "duration.unit"
    text: str
    units: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class NotInFilter(Problem):
    """A question in brackets behind `with` that is not about the order counted."""

    code: ClassVar[str] = "L066"
    slug: ClassVar[str] = "measure.filter"
    operand: str


@dataclass(frozen=True, slots=True)
class WholePeriod(Problem):
    """A question in brackets behind `with` that no measure of a whole day, week or month answers."""

    code: ClassVar[str] = "L123"
    slug: ClassVar[str] = "measure.whole_period"
    operand: str


@dataclass(frozen=True, slots=True)
class ChoiceUnknown(Problem):
    """A value that a fact of a closed list does not have."""

    code: ClassVar[str] = "L067"
    slug: ClassVar[str] = "fact.choice"
    text: str
    fact: str
    suggestion: str | None


@dataclass(frozen=True, slots=True)
class AboveZero(Problem):
    """An amount that has to be above zero."""

    code: ClassVar[str] = "L068"
    slug: ClassVar[str] = "amount.zero"
    text: str


@dataclass(frozen=True, slots=True)
class TooLarge(Problem):
    """An amount beyond what is counted."""

    code: ClassVar[str] = "L069"
    slug: ClassVar[str] = "amount.large"
    text: str


@dataclass(frozen=True, slots=True)
class PersonQuestion(Problem):
    """A question in a segment that is not about the member."""

    code: ClassVar[str] = "L129"
    slug: ClassVar[str] = "condition.segment"
    operand: str
