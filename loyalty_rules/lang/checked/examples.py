"""Examples: what is given, what happens, what should come of it."""

from __future__ import annotations

import dataclasses
from dataclasses import field
from typing import Final, TypeAlias

from loyalty_rules.decision import Outcome
from loyalty_rules.events import Event
from loyalty_rules.lang.conditions import Condition, Fact, Field, Measure, Value
from loyalty_rules.source import Span
from loyalty_rules.values import frozen

#: Who gets what the member of an example gives to another one.
OTHER_MEMBER: Final = "other"


@frozen
class GivenLevel:
    ladder: str
    level: str
    span: Span = field(compare=False)


@frozen
class GivenMembership:
    """The member has it, with nothing due; in orders that the checker tries alone."""

    membership: str
    span: Span = field(compare=False)


@frozen
class GivenBalance:
    purse: str
    units: int
    span: Span = field(compare=False)


@frozen
class GivenMeasure:
    measure: Measure
    value: int
    span: Span = field(compare=False)


@frozen
class GivenFact:
    fact: Fact
    value: Value
    span: Span = field(compare=False)


@frozen
class GivenDate:
    """JOINING_DATE, PREVIOUS_ORDER_DATE or FIRST_ORDER_DATE; also ORDER_NUMBER (so many orders before)."""

    field: Field
    value: int
    span: Span = dataclasses.field(compare=False)


@frozen
class GivenSegment:
    """A segment that the host has put the member into."""

    segment: str
    span: Span = dataclasses.field(compare=False)


@frozen
class GivenGroup:
    """The group of an experiment that the member is in: a variant, "" for the hold-out. `member`: an id that is."""

    experiment: str
    group: str
    member: str
    span: Span = dataclasses.field(compare=False)


@frozen
class GivenOptedIn:
    """A rule to which the member has opted in."""

    rule: str
    span: Span = dataclasses.field(compare=False)


Given: TypeAlias = (
    GivenLevel
    | GivenMembership
    | GivenBalance
    | GivenMeasure
    | GivenFact
    | GivenDate
    | GivenSegment
    | GivenGroup
    | GivenOptedIn
)


@frozen
class Expected:
    """`units` of whatever purse the rule gives to; 0 for nothing, with `because` if it was said."""

    rule: str
    purse: str  # "" with nothing; the currency of what an offer takes off
    units: int
    because: Outcome | None
    span: Span = field(compare=False)
    line: str = ""  # of an offer: what it takes off this line alone
    inviter: bool = False  # of a referral: what whoever invited the member of the step is given


@frozen
class ExampleStep:
    event: Event  # of member "example", or of a friend
    expected: tuple[Expected, ...]
    afterwards: tuple[Condition, ...]
    refused: bool
    span: Span = field(compare=False)
    left: tuple[int, Span] | None = None  # minor units that should be left to pay
    refund: tuple[int, Span] | None = None  # minor units that should be refunded
    friend: tuple[GivenFact, ...] = ()  # the facts of a friend who is invited


@frozen
class Example:
    title: str
    givens: tuple[Given, ...]
    steps: tuple[ExampleStep, ...]
    span: Span = field(compare=False)
