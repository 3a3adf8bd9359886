"""Partners: who else sells to members, and pays for what rules give."""

from __future__ import annotations

from dataclasses import field

from loyalty_rules.source import Span
from loyalty_rules.values import frozen


@frozen
class Partner:
    """`merchants`: the merchants of its orders; no two partners share one."""

    name: str
    title: str
    merchants: tuple[str, ...]
    span: Span = field(compare=False, kw_only=True)
