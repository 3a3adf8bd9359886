"""Rewards: rights that are given, and held like the units of a purse."""

from __future__ import annotations

from dataclasses import field

from loyalty_rules.source import Span
from loyalty_rules.values import frozen


@frozen
class Reward:
    """What it is held in is the purse of its name, one unit a right. The host hands it over."""

    name: str
    title: str
    span: Span = field(compare=False)
