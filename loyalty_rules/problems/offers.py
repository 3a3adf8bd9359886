"""Mistakes in offers.

Their texts are in grammar/messages/*/checking.toml.
"""

from __future__ import annotations

from typing import ClassVar

from loyalty_rules.diagnostics import Problem, Role
from loyalty_rules.values import frozen


@frozen
class NothingDiscounted(Problem):
    """The programme says something of discounts, and no offer gives one."""

    code: ClassVar[str] = "L350"
    slug: ClassVar[str] = "prices.no_offer"
    clause: Role


@frozen
class AmountByTender(Problem):
    """An offer asks how much is paid by a method, which is known after it."""

    code: ClassVar[str] = "L351"
    slug: ClassVar[str] = "offer.tender_amount"
    text: str


@frozen
class TooMuchOff(Problem):
    """More than all of the price is taken off."""

    code: ClassVar[str] = "L352"
    slug: ClassVar[str] = "offer.over_all"
    text: str


@frozen
class PriceOfItems(Problem):
    """A price of goods that is neither of all of them nor of so many items."""

    code: ClassVar[str] = "L353"
    slug: ClassVar[str] = "offer.price_step"
    text: str


@frozen
class NothingBought(Problem):
    """A clause of sets in an offer that counts none."""

    code: ClassVar[str] = "L354"
    slug: ClassVar[str] = "offer.no_sets"
    clause: Role


@frozen
class OneProduct(Problem):
    """Units of one product in a set of several lines."""

    code: ClassVar[str] = "L355"
    slug: ClassVar[str] = "offer.same_sku"


@frozen
class NumberOfSet(Problem):
    """More units are picked of a set than it has."""

    code: ClassVar[str] = "L356"
    slug: ClassVar[str] = "offer.pick"
    number: int
    bought: int


@frozen
class GivenLater(Problem):
    """An offer asks whether something was given, or taken off, in the order that it lowers."""

    code: ClassVar[str] = "L369"
    slug: ClassVar[str] = "offer.applied"
    rule: str
