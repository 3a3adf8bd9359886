"""What became of the codes of an order, on the wire."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from loyalty_rules.adapters.wire.fields import MAX_NAMES, Document, Text
from loyalty_rules.codes import PresentedCode


class RuleOfCodeModel(Document):
    """A rule that a code belongs to: what became of it; `gave` where it gave something."""

    rule: Text
    outcome: Text
    gave: bool = False


class PresentedCodeModel(Document):
    """A code that was presented with the order. Without `rules` no rule knows it."""

    code: Text
    rules: list[RuleOfCodeModel] = Field(default=[], max_length=MAX_NAMES)


def code_data(code: PresentedCode) -> dict[str, Any]:
    """What became of a code as plain data."""
    data: dict[str, Any] = {"code": code.code}
    rules: list[dict[str, Any]] = []
    for one in code.rules:
        told: dict[str, Any] = {"rule": one.rule, "outcome": one.outcome.name.replace("_", " ").lower()}
        rules.append(told | ({"gave": True} if one.gave else {}))
    return data | ({"rules": rules} if rules else {})
