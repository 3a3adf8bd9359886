"""What a right is worth at an order, what it costs, and how it is used."""

from __future__ import annotations

from dataclasses import field

from loyalty_rules.source import Span
from loyalty_rules.values import frozen


@frozen
class Price:
    """What rights cost: `units` of a purse for each of them, or for each `started` number of them."""

    purse: str
    units: int
    started: int
    span: Span = field(compare=False)

    def of(self, rights: int) -> int:
        """The units of the purse that so many rights cost."""
        return -(-rights // self.started) * self.units


@frozen
class Right:
    """How a reward is used. `face`: minor units of money that one right pays, 0 where what is held is money by itself.
    `whole`: a right or a voucher is used whole, and what it does not pay is lost; else the rest stays. `pays` is False
    where the host hands it over, and where it `lowers` prices. `stays_used`: also when the order comes back."""

    face: int
    whole: bool
    pays: bool
    prices: tuple[Price, ...]
    per_order: int | None  # how many may be used for one order
    stays_used: bool
    lowers: bool = False

    @property
    def handed_over(self) -> bool:
        """Whether the host hands it over."""
        return not self.pays and not self.lowers

    @property
    def counted(self) -> bool:
        """Whether what is held are whole rights, rather than money."""
        return self.whole and bool(self.face or not self.pays)

    def price(self, purse: str) -> Price | None:
        """What it costs in a purse."""
        return next((price for price in self.prices if price.purse == purse), None)
