"""Mistakes in changes of denomination.

Their texts are in grammar/messages/*/checking.toml.
"""

from __future__ import annotations

from typing import ClassVar

from loyalty_rules.diagnostics import Problem
from loyalty_rules.values import frozen


@frozen
class ChangesMeet(Problem):
    """Two changes give one purse another denomination at the same moment."""

    code: ClassVar[str] = "L230"
    slug: ClassVar[str] = "change.meet"
    name: str
    other: str
    purse: str


@frozen
class MoneyRedenominated(Problem):
    """A change of a purse that holds money: money in another denomination is another currency."""

    code: ClassVar[str] = "L231"
    slug: ClassVar[str] = "change.money"
    purse: str
    currency: str
