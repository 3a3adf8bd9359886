"""Offers: money off now. And what the programme says of prices."""

from __future__ import annotations

from dataclasses import field
from enum import Enum
from typing import Final

from loyalty_rules.lang.checked.ceilings import Cap
from loyalty_rules.lang.checked.partners import Funders
from loyalty_rules.lang.checked.purses import RoundingRule
from loyalty_rules.lang.checked.redeems import PayAtMost
from loyalty_rules.lang.checked.rules import BaseLimit, Give, Pick, Policy, Rule, StepKind
from loyalty_rules.lang.conditions import Base, Fact, LineSet
from loyalty_rules.source import Span
from loyalty_rules.values import frozen


@frozen
class Prices:
    """How discounts, and taxes of prices that were lowered, become whole coins; None where the file does not say it.
    `coin` are the minor units of the smallest coin."""

    discounts: RoundingRule | None = None
    taxes: RoundingRule | None = None
    coin: int = 1


@frozen
class Buying:
    """Units that form a set: so many of these lines, in this order."""

    number: int
    lines: LineSet
    order: Pick
    span: Span = field(compare=False)


class Picking(Enum):
    EXACTLY = "PICK"
    UP_TO = "PICK_UP_TO"
    THE_NTH = "PICK_NUMBER"


@frozen
class Picked:
    """The units that an offer acts on: so many of each set, or the n-th of it; of the bought ones (`lines` None), or of
    others. `across`: of all sets together."""

    how: Picking
    number: int
    order: Pick
    lines: LineSet | None
    across: bool


@frozen
class Sets:
    """Sets of units that an offer counts, `most` at most. `same_sku`: each is of one product. Without `pick` the offer
    acts on what is bought. `fewer`: the last set may have fewer units."""

    buys: tuple[Buying, ...]
    pick: Picked | None
    same_sku: bool
    most: int | None
    fewer: bool = False


@frozen
class GiftLine:
    """So many units of an article that an offer adds to an order, once or for each set."""

    sku: str
    number: int


NO_PRICES: Final = Prices()


def gift_unit(sku: str) -> str:
    """What a gift is counted in: its article, in quotes as no name of a purse is."""
    return f'"{sku}"'


@frozen
class Offer(Rule):
    """`gift` is in minor units: once for the order (no step), or per step; where it `sells`, it is the price of these
    goods and not what is taken off it. `keep` is the lowest price of an item, of `keep_fact` what this fact of the line
    says it is. Its caps are of money; its lines are never None."""

    base: Base
    base_limits: tuple[BaseLimit, ...]
    gift: Give
    keep: int
    keep_fact: Fact | None
    to_dearest: bool
    rounding: RoundingRule
    sells: bool
    sets: Sets | None = None
    rounds: bool = False  # the total of its lines, down to a multiple of the gift; last of all offers
    funders: Funders = ()  # who bears what it takes off
    adds: GiftLine | None = None  # instead of lowering a price: then `gift` is nothing
    of_reward: bool = False  # acts where an order asks to use the reward of its name, once for each right

    @property
    def counts_items(self) -> bool:
        """Whether it takes something off so many units, so that with fewer of them it takes off less; or adds some."""
        step = self.gift.step
        return (
            self.adds is not None
            or self.sets is not None
            or (step is not None and (step.items or step.how is StepKind.PER))
        )


@frozen
class OfferGroup:
    """Offers, or groups of offers, in listed order; what they take off `together` is bounded, and by `caps` of money,
    of an order or a member."""

    name: str
    title: str
    rules: tuple[str, ...]
    policy: Policy
    per_line: bool
    together: tuple[PayAtMost, ...]
    reused: bool  # a unit may stand in sets of several of its offers
    caps: tuple[Cap, ...]
    span: Span = field(compare=False)
