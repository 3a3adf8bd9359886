"""Promises: bounds on what a programme does. They change no decision."""

from __future__ import annotations

from dataclasses import field

from loyalty_rules.lang.conditions import Condition
from loyalty_rules.source import Span
from loyalty_rules.values import frozen


@frozen
class Promise:
    """`always` holds of every occasion for which `audience` and `occasion` hold. `of_orders`: it asks something that
    only an order has. `proved`: of every order, whatever the member, as far as the checker could see."""

    name: str
    title: str
    titles: tuple[tuple[str, str], ...]
    audience: tuple[Condition, ...]
    occasion: tuple[Condition, ...]
    always: tuple[Condition, ...]
    of_orders: bool
    of_tenders: bool
    proved: bool
    span: Span = field(compare=False)
