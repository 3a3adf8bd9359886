"""Mistakes in budgets.

Their texts are in grammar/messages/*/checking.toml.
"""

from __future__ import annotations

from typing import ClassVar

from loyalty_rules.diagnostics import Problem, Role, Severity
from loyalty_rules.values import frozen


@frozen
class BudgetUnits(Problem):
    """Two caps of one budget count different things."""

    code: ClassVar[str] = "L320"
    slug: ClassVar[str] = "budget.units"
    name: str


@frozen
class BudgetWorth(Problem):
    """A budget of money over units that do not say what they are worth."""

    code: ClassVar[str] = "L321"
    slug: ClassVar[str] = "budget.worth"
    purse: str
    currency: str


@frozen
class BudgetWindow(Problem):
    """A window that is not the same for all members, or that rolls: what all share is counted over calendar periods."""

    code: ClassVar[str] = "L322"
    slug: ClassVar[str] = "budget.window"
    window: str


@frozen
class BudgetOfSums(Problem):
    """A budget over what is rounded or posted by periods: what it takes from one order is not known by then."""

    code: ClassVar[str] = "L323"
    slug: ClassVar[str] = "budget.sums"
    rule: str
    purse: str


@frozen
class BudgetCounts(Problem):
    """A unit in which what a budget covers cannot be counted."""

    code: ClassVar[str] = "L324"
    slug: ClassVar[str] = "budget.counts"
    text: str


@frozen
class BudgetOfChange(Problem):
    """A budget over a purse that gets another denomination."""

    code: ClassVar[str] = "L325"
    slug: ClassVar[str] = "budget.change"
    purse: str
    change: str


@frozen
class BudgetSame(Problem):
    """`per same` with a fact whose values are no words."""

    code: ClassVar[str] = "L326"
    slug: ClassVar[str] = "budget.same"
    fact: str


@frozen
class BudgetNeverMeets(Problem):
    """A budget whose dates meet those of nothing that it covers."""

    code: ClassVar[str] = "L327"
    slug: ClassVar[str] = "budget.dates"
    severity: ClassVar[Severity] = Severity.WARNING
    name: str


@frozen
class BudgetCoversNothing(Problem):
    """A budget covers a rule that gives no units: only a level, or a longer life."""

    code: ClassVar[str] = "L328"
    slug: ClassVar[str] = "budget.nothing"
    rule: str
    kind: Role


@frozen
class BudgetOfPartner(Problem):
    """A budget covers a partner who pays for nothing that it could count."""

    code: ClassVar[str] = "L425"
    slug: ClassVar[str] = "budget.partner"
    partner: str


@frozen
class BudgetOfOffers(Problem):
    """A budget of points that covers an offer, which gives none."""

    code: ClassVar[str] = "L368"
    slug: ClassVar[str] = "budget.offers"
    text: str
    currency: str


@frozen
class BudgetOfUncounted(Problem):
    """A budget of items that covers an offer which takes one sum off all of its lines together: it counts no units."""

    code: ClassVar[str] = "L397"
    slug: ClassVar[str] = "budget.uncounted"
    offer: str
    text: str


@frozen
class BudgetOfGifts(Problem):
    """A budget of money or points that covers an offer which adds a gift: nobody says what that is worth."""

    code: ClassVar[str] = "L398"
    slug: ClassVar[str] = "budget.gifts"
    offer: str
    text: str


@frozen
class GiftUnnamed(Problem):
    """A gift of an article of no characters, or of spaces alone: the host could not hand it over."""

    code: ClassVar[str] = "L399"
    slug: ClassVar[str] = "gift.unnamed"
