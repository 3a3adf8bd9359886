"""Mistakes in the lives of what is given. Their texts are in grammar/messages/*/checking.toml."""

from __future__ import annotations

from typing import ClassVar

from loyalty_rules.diagnostics import Problem, Role
from loyalty_rules.values import frozen


@frozen
class ActivityMissing(Problem):
    """`without activity`, and the purse does not say what counts as activity."""

    code: ClassVar[str] = "L170"
    slug: ClassVar[str] = "activity.missing"
    purse: str


@frozen
class ConfirmationOfNothing(Problem):
    """Units that wait for the confirmation of an order, given by a rule that has none."""

    code: ClassVar[str] = "L255"
    slug: ClassVar[str] = "usable.confirmation"
    rule: str


@frozen
class NotActivity(Problem):
    """A measure that no event adds to, or one with a window of its own, as activity."""

    code: ClassVar[str] = "L171"
    slug: ClassVar[str] = "activity.measure"
    measure: str


@frozen
class NothingToPutOff(Problem):
    """`activity` or `expiry waits while` in a purse in which nothing ends that way."""

    code: ClassVar[str] = "L172"
    slug: ClassVar[str] = "life.no_end"
    clause: Role
    purse: str


@frozen
class OrderNotNamed(Problem):
    """A step of an example reports an event about an order, and does not say which."""

    code: ClassVar[str] = "L173"
    slug: ClassVar[str] = "event.order_missing"
    event: str


@frozen
class NotAboutOrder(Problem):
    """Something waits for an event about an order, or names one, and the event is about none."""

    code: ClassVar[str] = "L174"
    slug: ClassVar[str] = "event.no_order"
    event: str


@frozen
class NoOrderToWaitFor(Problem):
    """A rule without an order gives what waits for an event about one."""

    code: ClassVar[str] = "L175"
    slug: ClassVar[str] = "usable.no_order"
    rule: str
    event: str
