"""Mistakes in offers.

Their texts are in grammar/messages/*/checking.toml.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from loyalty_rules.diagnostics import Problem, Role


@dataclass(frozen=True, slots=True)
class NothingDiscounted(Problem):
    """The programme says something of discounts, and no offer gives one."""

    code: ClassVar[str] = "L350"
    slug: ClassVar[str] = "prices.no_offer"
    clause: Role


@dataclass(frozen=True, slots=True)
class AmountByTender(Problem):
    """An offer asks how much is paid by a method, which is known after it."""

    code: ClassVar[str] = "L351"
    slug: ClassVar[str] = "offer.tender_amount"
    text: str


@dataclass(frozen=True, slots=True)
class TooMuchOff(Problem):
    """More than all of the price is taken off."""

    code: ClassVar[str] = "L352"
    slug: ClassVar[str] = "offer.over_all"
    text: str


@dataclass(frozen=True, slots=True)
class PriceOfItems(Problem):
    """A price of goods that is neither of all of them nor of so many items."""

    code: ClassVar[str] = "L353"
    slug: ClassVar[str] = "offer.price_step"
    text: str
