"""Clauses of product sets that members choose."""

from __future__ import annotations

from loyalty_rules.lang.syntax.terms import Lookup, Node, Number, Window
from loyalty_rules.values import frozen


@frozen
class ChooseAtMost(Node):
    """`choose at most 3`, `choose at most [favourite_count]`"""

    number: Number | Lookup


@frozen
class ChangeChoice(Node):
    """`change choice once in calendar month`"""

    window: Window


@frozen
class ChoiceEnds(Node):
    """`choice ends at end of calendar month`. `end`: AT_END_DAY…"""

    end: str
