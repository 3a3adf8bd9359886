"""Which rules apply to an order, asked of durable-rules: conditions become its rules, orders and lines its facts.

It says for each rule whether it applies and on which lines, and nothing of what is given: the package calculates in
floats, and here it compares whole numbers below 2^53 alone. An order and its lines are facts of a session (`sid`) of
their own, so that a rule over an order and a line joins those of one order; another event is one fact. Sessions are
left where they are: taking one away (`delete_state`) can crash the package.

What an event does not tell is worked out here: the local date and time by the zones of `tzdata`, the level that is held
by counting orders.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from typing import Any, Final

import durable_rules_engine
from durable import engine

from loyalty_rules.events import FactInput, Happening, Line, Purchase
from tests.models.ledger_calendar import moment, zone_of
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


@dataclass(frozen=True)
class Known:
    """What a host knows of a member."""

    facts: Mapping[str, FactInput]
    segments: frozenset[str]


class Host(engine.Host):  # type: ignore[misc]  # the package has no types
    """A host without the threads that the package starts: actions run where facts are asserted."""

    def _run(self) -> None:
        pass


class Matching:
    """The rules of a programme in durable-rules."""

    def __init__(self, read: Read, name: str) -> None:
        self._read, self._name, self._host = read, name, Host()
        self._zone = zone_of(read.zone)
        self._found: dict[str, set[str]] = {}
        self._sessions = self._orders = 0
        self.rules = [rule for rule in read.rules if self._takes(rule)]
        self._host.set_rulesets({name: {rule.name: self._translated(rule) for rule in self.rules}})

    def applied(self, event: Purchase | Happening, member: Known) -> dict[str, set[str]]:
        """By rule that applies, the lines that it is about; none for a rule that is about no lines."""
        self._found.clear()
        self._sessions += 1
        session = f"s{self._sessions}"
        told = [exact(self._occasion(event) | self._moment(event.at) | self._member(event, member))]
        if isinstance(event, Purchase):
            told += [self._line(line) for line in event.lines]
            self._orders += 1
        for place, fact in enumerate(told):
            try:
                self._host.assert_fact(self._name, {**fact, "sid": session, "id": f"{session}.{place}"})
            except engine.MessageNotHandledException:
                continue  # no rule asks about it
        return {rule: set(lines) for rule, lines in self._found.items()}

    # ---------- rules

    def _translated(self, rule: Asked) -> dict[str, Any]:
        order = {"$and": [{"kind": f"event {rule.event}"}, defined(Every((rule.member, rule.order)))]}
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

    def _occasion(self, event: Purchase | Happening) -> dict[str, Plain]:
        if isinstance(event, Happening):
            declared = self._read.events[event.name].values()
            return {"kind": f"event {event.name}"} | told_of(declared, "EVENT_FACT", dict(event.facts))
        listed = sum(whole(line) for line in event.lines)
        after = sum(whole(line) - line.discount for line in event.lines)
        told: dict[str, Plain] = {"kind": "event ", "number": self._orders + 1, "list_price": listed}
        told |= {"after": after, "paid": after}
        told |= {"channel": event.channel, "store": event.store, "merchant": event.merchant}
        told |= {f"tender_{tender.method}": 1 for tender in event.tenders or ()}
        return told | told_of(self._read.facts.values(), "ORDER_FACT", dict(event.facts))

    def _moment(self, at: int) -> dict[str, Plain]:
        """When it is, where the programme is at home. A date that begins later than at midnight takes hours of the
        next one with it; the time of day is the clock's all the same."""
        wall = moment(at).astimezone(self._zone)
        time = timedelta(hours=wall.hour, minutes=wall.minute, seconds=wall.second, microseconds=wall.microsecond)
        day = (wall.replace(tzinfo=None) - timedelta(microseconds=self._read.day_starts)).date()
        told: dict[str, Plain] = {"weekday": day.weekday(), "month": day.month, "today": day.toordinal()}
        return told | {"time": time // timedelta(microseconds=1)}

    def _member(self, event: Purchase | Happening, member: Known) -> dict[str, Plain]:
        told = told_of(self._read.facts.values(), "MEMBER_FACT", member.facts)
        told |= {f"segment_{name}": 1 for name in member.segments}
        deciding = int(isinstance(event, Purchase))
        counted = {name: one for name, one in self._read.ladders.items() if one.orders is not None}
        return told | {f"level_{name}": one.held(self._orders, deciding) for name, one in counted.items()}

    def _line(self, line: Line) -> dict[str, Plain]:
        price = Fraction(whole(line) * MICRO, _units(line)) if line.price is None else Fraction(line.price)
        told: dict[str, Plain] = {"kind": "line", "line": line.id, "delivery": int(line.delivery)}
        told |= {"sku": line.sku, "category": line.category, "brand": line.brand}
        told |= {"unit_price": doubled(price), "quantity": line.quantity, "discount": line.discount}
        told |= {f"tag_{tag}": 1 for tag in line.tags}
        return exact(told | told_of(self._read.facts.values(), "LINE_FACT", dict(line.facts)))


def told_of(declared: Iterable[Told], owner: str, told: Mapping[str, FactInput]) -> dict[str, Plain]:
    """The facts of an owner: what was told, else what stands in for it."""
    found = {}
    for fact in declared:
        value = plain(told[fact.name]) if fact.name in told else fact.otherwise
        if fact.owner == owner and value is not None:
            found[f"fact_{fact.name}"] = value
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


def plain(value: FactInput) -> Plain | None:
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
