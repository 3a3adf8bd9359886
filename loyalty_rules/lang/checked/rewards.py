"""Rewards: rights that are given or bought, and held like the units of a purse."""

from __future__ import annotations

from dataclasses import field

from loyalty_rules.lang.checked.offers import Offer
from loyalty_rules.lang.checked.partners import Funders
from loyalty_rules.lang.checked.redeems import Redeem
from loyalty_rules.lang.checked.rights import Right
from loyalty_rules.source import Span
from loyalty_rules.values import frozen


@frozen
class Reward:
    """What it is held in is the purse of its name: one unit a right, or the money that it still pays. `use`: how an
    order uses it; `offer`: what a right takes off its prices, where it lowers them."""

    name: str
    title: str
    span: Span = field(compare=False)
    right: Right
    use: Redeem
    offer: Offer | None = None
    funders: Funders = ()  # who bears what it takes off, pays or is handed over
