"""Which rules apply to an order, asked of durable-rules: conditions become its rules, orders and lines its facts.

It says for each rule whether it applies and on which lines, and nothing of what is given: the package calculates in
floats, and here it compares whole numbers below 2^53 alone. An order and its lines are facts of a session (`sid`) of
their own, so that a rule over an order and a line joins those of one order. Sessions are left where they are: taking
one away (`delete_state`) can crash the package.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from typing import Any, Final

import durable_rules_engine
from durable import engine

from loyalty_rules.events import FactInput, Line, Purchase
from tests.models.matching_reading import (
    MICRO,
    Asked,
    Condition,
    Every,
    Not,
    Plain,
    Read,
    Some,
    Told,
    doubled,
    opposite,
)

_COMPARES: Final = {"ne": "$neq", "ge": "$gte", "le": "$lte", "gt": "$gt", "lt": "$lt", "has": "$ex", "lacks": "$nex"}
_EXACT: Final = 2**53


class Host(engine.Host):  # type: ignore[misc]  # the package has no types
    """A host without the threads that the package starts: actions run where facts are asserted."""

    def _run(self) -> None:
        pass


class Matching:
    """The rules of a programme in durable-rules."""

    def __init__(self, read: Read, name: str) -> None:
        self._facts_known, self._name, self._host = read.facts, name, Host()
        self._found: dict[str, set[str]] = {}
        self._orders = 0
        self.rules = [rule for rule in read.rules if self._takes(rule)]
        self._host.set_rulesets({name: {rule.name: self._translated(rule) for rule in self.rules}})

    def applied(self, order: Purchase, number: int, member: Mapping[str, FactInput]) -> dict[str, set[str]]:
        """By rule that applies, the lines that it is about; none for a rule that is about no lines."""
        self._found.clear()
        self._orders += 1
        session = f"s{self._orders}"
        told = [self._order(order, number, member), *(self._line(line) for line in order.lines)]
        for place, fact in enumerate(told):
            try:
                self._host.assert_fact(self._name, {**fact, "sid": session, "id": f"{session}.{place}"})
            except engine.MessageNotHandledException:
                continue  # no rule asks about it
        return {rule: set(lines) for rule, lines in self._found.items()}

    # ---------- rules

    def _translated(self, rule: Asked) -> dict[str, Any]:
        order = {"$and": [{"kind": "order"}, defined(Every((rule.member, rule.order)))]}
        if rule.lines is None:
            return {"all": [{"order": order}], "run": self._noted(rule.name)}
        line = {"$and": [{"kind": "line"}, defined(rule.lines)]}
        return {"all": [{"order": order}, {"line": line}], "run": self._noted(rule.name)}

    def _takes(self, rule: Asked) -> bool:
        """Whether the package takes a rule: it refuses those with too many alternatives."""
        try:
            self._host.set_rulesets({f"{self._name}.{rule.name}": {rule.name: self._translated(rule)}})
        except durable_rules_engine.error:
            return False
        return True

    def _noted(self, rule: str) -> Callable[[Any], None]:
        def note(context: Any) -> None:
            lines = self._found.setdefault(rule, set())
            if context.line is not None:
                lines.add(context.line.line)

        return note

    # ---------- facts

    def _order(self, order: Purchase, number: int, member: Mapping[str, FactInput]) -> dict[str, Plain]:
        listed = sum(whole(line) for line in order.lines)
        after = sum(whole(line) - line.discount for line in order.lines)
        told: dict[str, Plain] = {
            "kind": "order",
            "number": number,
            "list_price": listed,
            "after": after,
            "paid": after,
        }
        told |= {"channel": order.channel, "store": order.store, "merchant": order.merchant}
        told |= {f"tender_{tender.method}": 1 for tender in order.tenders or ()}
        told |= self._facts("ORDER_FACT", dict(order.facts)) | self._facts("MEMBER_FACT", member)
        return exact(told)

    def _line(self, line: Line) -> dict[str, Plain]:
        price = Fraction(whole(line) * MICRO, _units(line)) if line.price is None else Fraction(line.price)
        told: dict[str, Plain] = {"kind": "line", "line": line.id, "delivery": int(line.delivery)}
        told |= {"sku": line.sku, "category": line.category, "brand": line.brand}
        told |= {"unit_price": doubled(price), "quantity": line.quantity, "discount": line.discount}
        told |= {f"tag_{tag}": 1 for tag in line.tags}
        return exact(told | self._facts("LINE_FACT", dict(line.facts)))

    def _facts(self, owner: str, told: Mapping[str, FactInput]) -> dict[str, Plain]:
        """What was told, else what stands in for it."""
        found = {}
        for fact in self._facts_known.values():
            value = plain(told[fact.name], fact) if fact.name in told else fact.otherwise
            if fact.owner == owner and value is not None:
                found[fact.name] = value
        return found


def defined(condition: Condition) -> dict[str, Any]:
    """A condition in the form of the package, which has no `not` and no `any two`."""
    match condition:
        case Not(of):
            return defined(opposite(of))
        case Every(of):
            return _joined("$and", map(defined, of))
        case Some(number, of) if number == 1:
            return _joined("$or", map(defined, of))
        case Some(number, of):
            return _joined("$or", (_joined("$and", map(defined, few)) for few in combinations(of, number)))
        case _ if condition.how == "eq":
            return {condition.name: condition.value}
        case _ if condition.how in ("has", "lacks"):
            return {_COMPARES[condition.how]: {condition.name: 1}}
        case _:
            return {_COMPARES[condition.how]: {condition.name: condition.value}}


def _joined(how: str, parts: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Every one of no parts always holds, some of none never: each order and each line has a `kind`."""
    found = list(parts)
    if not found:
        return {"$ex" if how == "$and" else "$nex": {"kind": 1}}
    return found[0] if len(found) == 1 else {how: found}


def whole(line: Line) -> int:
    """The list price of a line, in millionths of the currency."""
    if line.amount is not None:
        return line.amount
    price, rest = divmod((line.price or 0) * line.quantity, MICRO)
    if rest:
        raise ValueError("a price that is no whole number of millionths")
    return price


def _units(line: Line) -> int:
    """How many of it there are, in millionths: goods by weight are one."""
    return MICRO if line.quantity % MICRO else line.quantity


def plain(value: FactInput, fact: Told) -> Plain | None:
    """A fact as an order tells it; None where it is of a type that is not covered."""
    match value:
        case bool():
            return int(value)
        case datetime():
            return None
        case date():
            return value.toordinal()
        case Decimal() | int():
            amount = Fraction(value) * MICRO
            return amount.numerator if amount.denominator == 1 else None
        case _:
            return str(value)


def exact(told: dict[str, Plain]) -> dict[str, Plain]:
    """What was told, none of it a number that a float does not hold."""
    too_large = [name for name, value in told.items() if isinstance(value, int) and abs(value) > _EXACT]
    if too_large:
        raise ValueError(f"beyond 2^53: {too_large}")
    return told
