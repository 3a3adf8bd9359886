"""Mistakes in codes.

Their texts are in grammar/messages/*/checking.toml.
"""

from __future__ import annotations

from typing import ClassVar

from loyalty_rules.diagnostics import Problem
from loyalty_rules.values import frozen


@frozen
class CodeWithoutOrder(Problem):
    """A rule that waits for something else than an order asks for a code."""

    code: ClassVar[str] = "L365"
    slug: ClassVar[str] = "code.order"


@frozen
class CodeTwice(Problem):
    """One code stands twice in a list; the case of letters makes no other code."""

    code: ClassVar[str] = "L366"
    slug: ClassVar[str] = "code.twice"
    text: str


@frozen
class CodeEmpty(Problem):
    """A code of no characters, or of spaces alone."""

    code: ClassVar[str] = "L367"
    slug: ClassVar[str] = "code.empty"
