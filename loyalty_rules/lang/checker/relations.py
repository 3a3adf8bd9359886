"""How rules stand to each other: overlaps, circles, and findings about single rules."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from loyalty_rules.lang.checked import Checked
from loyalty_rules.lang.checker.context import Context

#: Shows an order, in words, to which two rules of a programme both apply; None where there is none to show.
Witness: TypeAlias = Callable[[Checked, tuple[str, str]], "str | None"]


def check_relations(ctx: Context, checked: Checked, witness: Witness | None) -> None:
    """Everything that takes more than one rule to see."""
