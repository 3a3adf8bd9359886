"""Reads conditions, product sets and the occasions of earn rules out of a sketch: lines of roles, as they are drawn.

A reader of its own: it knows neither the grammar nor the checker. What it does not know it refuses (`Uncovered`), rule
by rule. It knows, of an order: list price, price after discounts, money paid, channel, store, merchant, partner,
methods of payment, number, facts; of another event: facts; of the moment: weekday, month, date, time of day; of a line:
sku, category, brand, tags, unit price, quantity, `on sale`, facts; of a member: facts, levels, segments that the host
supplies. Facts are money, numbers, per cents, yes or no, texts, texts of a list, and dates. They are asked with every
comparison, `between`, `has`, `and`, `or`, `not` and `any … among`. Rules have `for`, `when`, `on`, `except` and
`after event`; sets have `where`, `include` and `except`. Of a ladder it knows how one climbs it where each level asks
for so many orders since the beginning; of any other only which level is above which.

Amounts are whole numbers of millionths. A unit price may lie between two of them; there each number is doubled, and
what lies between is odd.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import partial
from typing import Final, TypeVar

MICRO: Final = 1_000_000
Plain = int | str
T = TypeVar("T")


class Uncovered(Exception):  # noqa: N818 - says what is not covered, and is no error of anybody
    """What this reader does not know."""


@dataclass(frozen=True)
class Ask:
    """Whether a property is `eq`, `ne`, `ge`, `le`, `gt` or `lt` than a value; `has` or `lacks`: whether it is told."""

    how: str
    name: str
    value: Plain = 0


@dataclass(frozen=True)
class Every:
    of: tuple[Condition, ...]


@dataclass(frozen=True)
class Some:
    """At least so many of them."""

    number: int
    of: tuple[Condition, ...]


@dataclass(frozen=True)
class Not:
    of: Condition


Condition = Ask | Every | Some | Not
NEVER: Final = Some(1, ())


@dataclass(frozen=True)
class Told:
    """A declared fact."""

    name: str
    owner: str
    kind: str
    otherwise: Plain | None


@dataclass(frozen=True)
class Ladder:
    """Its levels, from what those have who reached none. `orders`: how many each of the others asks for, where that is
    known; `this`: the order that reaches a level has it already."""

    levels: tuple[str, ...]
    orders: tuple[int, ...] | None
    this: bool

    def held(self, orders: int, deciding: int) -> int:
        """The rank of the level after so many orders before this one; `deciding`: 1 where this is one, else 0."""
        if self.orders is None:
            raise ValueError("how it is climbed is not known")
        counted = orders + deciding * self.this
        return sum(counted >= asked for asked in self.orders)


@dataclass(frozen=True)
class Asked:
    """What an earn rule asks. `lines` is None where it is about no lines; `event`: what it waits for, "" for orders."""

    name: str
    event: str
    member: Condition
    order: Condition
    lines: Condition | None


@dataclass
class Read:
    """What was understood of a sketch, and how many rules were not. `day_starts`: so long after midnight; `segments`:
    those that the host supplies."""

    zone: str = ""
    day_starts: int = 0
    facts: dict[str, Told] = field(default_factory=dict)
    events: dict[str, dict[str, Told]] = field(default_factory=dict)
    partners: dict[str, tuple[str, ...]] = field(default_factory=dict)
    segments: set[str] = field(default_factory=set)
    ladders: dict[str, Ladder] = field(default_factory=dict)
    sets: dict[str, Condition | Uncovered] = field(default_factory=dict)
    rules: list[Asked] = field(default_factory=list)
    uncovered: int = 0


_TOKEN: Final = re.compile(r'"[^"]*"|[(),]|[^\s(),]+')
_COMPARES: Final = {"AT_LEAST": "ge", "AT_MOST": "le", "OVER": "gt", "UNDER": "lt"}
_OPPOSITES: Final = (("eq", "ne"), ("ge", "lt"), ("le", "gt"), ("has", "lacks"))
_OPPOSITE: Final = {**dict(_OPPOSITES), **{other: one for one, other in _OPPOSITES}}
#: Property and kind of what an order or a line is asked about.
_FIELDS: Final = {
    "LIST_PRICE": ("list_price", "T_MONEY"),
    "PRICE_AFTER": ("after", "T_MONEY"),
    "MONEY_PAID": ("paid", "T_MONEY"),
    "CHANNEL": ("channel", "T_TEXT"),
    "STORE": ("store", "T_TEXT"),
    "ORDER_MERCHANT": ("merchant", "T_TEXT"),
    "ORDER_NUMBER": ("number", "count"),
    "ORDER_PARTNER": ("merchant", "partner"),
    "WEEKDAY": ("weekday", "weekday"),
    "MONTH_NAME": ("month", "month"),
    "DATE_TODAY": ("today", "DATE_TODAY"),
    "CLOCK_TIME": ("time", "time"),
    "SKU": ("sku", "T_TEXT"),
    "CATEGORY": ("category", "T_TEXT"),
    "BRAND": ("brand", "T_TEXT"),
    "UNIT_PRICE": ("unit_price", "unit price"),
    "QUANTITY": ("quantity", "T_NUMBER"),
    "TENDER": ("tender", "several"),
    "TAG": ("tag", "several"),
}
#: What is numbered, each after these letters: days from monday, months from January.
_NAMED: Final = {"weekday": "WD", "month": "MO"}
_TEXTS: Final = frozenset({"T_TEXT", "choice", "TIME_ZONE", "several"})


def read(blocks: Sequence[Sequence[str]]) -> Read:
    """What is understood of a sketch."""
    found = _declared(blocks)
    for header, *lines in blocks:
        kind, *names = header.split()
        if kind == "H_PRODUCTS":
            found.sets[names[0]] = _tried(partial(_set, lines, found))
        elif kind == "H_EARN":
            rule = _tried(partial(_rule, names[0], lines, found))
            if isinstance(rule, Uncovered):
                found.uncovered += 1
            else:
                found.rules.append(rule)
    return found


def conditions(blocks: Sequence[Sequence[str]]) -> Iterator[Condition | Uncovered]:
    """Every condition of a sketch, whatever block it stands in, as far as it is understood."""
    known = _declared(blocks)
    for _, *lines in blocks:
        for word, rest in _words(lines):
            if word in ("FOR", "WHEN", "WHERE"):
                yield _tried(partial(_condition, rest, known, _waited(lines)))


def opposite(condition: Condition) -> Condition:
    """What holds exactly where this does not, without a `Not`."""
    match condition:
        case Ask(how, name, value):
            if how in ("has", "lacks"):
                return Ask(_OPPOSITE[how], name)
            return Some(1, (Ask("lacks", name), Ask(_OPPOSITE[how], name, value)))
        case Every(of):
            return Some(1, tuple(map(opposite, of)))
        case Some(number, of):
            return Some(len(of) - number + 1, tuple(map(opposite, of)))
        case Not(of):
            return of


# ---------- blocks


def _tried(reading: Callable[[], T]) -> T | Uncovered:
    """What is read, or why it is not."""
    try:
        return reading()
    except Uncovered as reason:
        return reason


def _declared(blocks: Sequence[Sequence[str]]) -> Read:
    """What conditions can name."""
    found = Read()
    for header, *lines in blocks:
        kind, *names = header.split()
        match kind:
            case "H_PROGRAMME":
                told_of = dict(_words(lines))
                found.zone = told_of["TIME_ZONE"]
                found.day_starts = _time(told_of.get("DAY_STARTS", "00:00"))
            case "H_FACTS":
                found.facts.update((one.name, one) for one in map(_fact, lines))
            case "H_EVENT":
                told = [_fact(line) for line in lines if line.startswith("EVENT_FACT ")]
                found.events[names[0]] = {one.name: one for one in told}
            case "H_PARTNER":
                listed = [rest for word, rest in _words(lines) if word == "MERCHANT"]
                found.partners[names[0]] = tuple(re.findall(r'"([^"]*)"', " ".join(listed)))
            case "H_SEGMENT" if "SUPPLIED" in lines:
                found.segments.add(names[0])
            case "H_TIERS":
                ladder = _tried(partial(_ladder, lines))
                if not isinstance(ladder, Uncovered):
                    found.ladders[names[0]] = ladder
    return found


def _ladder(lines: Sequence[str]) -> Ladder:
    """A chain of levels."""
    levels: list[str] = []
    asked: list[int | None] = []
    for word, rest in _words(lines):
        if word != "LEVEL":
            continue
        name, _, tail = rest.partition(" ")
        above, _, condition = tail.rpartition("WHEN ")
        if above.split() != (["ABOVE", levels[-1]] if levels and levels != ["NO_LEVEL"] else []):
            raise Uncovered(rest)
        if not levels and condition:
            levels.append("NO_LEVEL")
        if levels:
            number = re.fullmatch(r"ORDERS EVER AT_LEAST (\d+) ORDERS", condition)
            asked.append(None if number is None else int(number[1]))
        levels.append(name)
    alone = {line for line in lines if not line.startswith("LEVEL ")}
    counted = alone in ({"UP_NEXT", "REVIEW_NEVER"}, {"UP_THIS", "REVIEW_NEVER"})
    orders = tuple(one for one in asked if one is not None)
    return Ladder(tuple(levels), orders if counted and len(orders) == len(asked) else None, "UP_THIS" in alone)


def _waited(lines: Sequence[str]) -> str:
    """The event that a rule waits for."""
    return next((rest for word, rest in _words(lines) if word == "AFTER_EVENT"), "")


def _fact(line: str) -> Told:
    owner, name, is_, *rest = _TOKEN.findall(line)
    kind = "choice" if is_ == "IS_ONE_OF" else rest[0]
    otherwise = None
    if "ELSE" in rest:
        try:
            otherwise = _value(rest[rest.index("ELSE") + 1 :], kind)
        except Uncovered:
            kind = "unknown"
    return Told(name, owner, kind, otherwise)


def _set(lines: Sequence[str], known: Read) -> Condition:
    """All that is asked, or in an included set; and in no excepted one."""
    where = [_condition(rest, known) for word, rest in _words(lines) if word == "WHERE"]
    taken = tuple(_named(rest, known) for word, rest in _words(lines) if word == "INCLUDE")
    left = tuple(Not(_named(rest, known)) for word, rest in _words(lines) if word == "EXCEPT")
    if any(word not in ("WHERE", "INCLUDE", "EXCEPT") for word, _ in _words(lines)):
        raise Uncovered(lines)
    return Every((Some(1, (Every(tuple(where)), *taken)), *left))


def _rule(name: str, lines: Sequence[str], known: Read) -> Asked:
    member: list[Condition] = []
    order: list[Condition] = []
    chosen: Condition | None = None
    without: list[Condition] = []
    event = _waited(lines)
    for word, rest in _words(lines):
        match word:
            case "FOR":
                member.append(_condition(rest, known))
            case "WHEN":
                order.append(_condition(rest, known, event))
            case "ON":
                chosen = Some(1, tuple(_selected(one.strip(), known) for one in rest.split(",")))
            case "EXCEPT":
                without.append(Not(_named(rest, known)))
            case "GIVE" | "AFTER_EVENT":
                continue
            case _:
                raise Uncovered(word)
    lines_asked = None if chosen is None else Every((chosen, *without))
    return Asked(name, event, Every(tuple(member)), Every(tuple(order)), lines_asked)


def _words(lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        word, _, rest = line.partition(" ")
        yield word, rest


def _selected(name: str, known: Read) -> Condition:
    if name == "ANY_PRODUCT":
        return Ask("eq", "delivery", 0)
    if name == "DELIVERY":
        return Ask("eq", "delivery", 1)
    return _named(name, known)


def _named(name: str, known: Read) -> Condition:
    """The lines of a set; none of them is delivery."""
    found = known.sets[name]
    if isinstance(found, Uncovered):
        raise found
    return Every((found, Ask("eq", "delivery", 0)))


# ---------- conditions


def _condition(text: str, known: Read, event: str = "") -> Condition:
    """`event`: what is waited for, whose facts can be asked about."""
    reader = _Reader(_TOKEN.findall(text), known, known.facts | known.events.get(event, {}))
    found = reader.some()
    if reader.rest:
        raise Uncovered(reader.rest)
    return found


@dataclass
class _Reader:
    """Takes words from the front."""

    rest: list[str]
    known: Read
    facts: Mapping[str, Told]

    def some(self) -> Condition:
        found = [self.every()]
        while self.skipped("OR"):
            found.append(self.every())
        return Some(1, tuple(found))

    def every(self) -> Condition:
        found = [self.one()]
        while self.skipped("AND"):
            found.append(self.one())
        return Every(tuple(found))

    def one(self) -> Condition:
        if self.skipped("NOT"):
            return Not(self.one())
        if self.skipped("("):
            found = self.some()
            self.need(")")
            return found
        if self.skipped("ANY_N"):
            return self.among(int(self.rest.pop(0)))
        if self.skipped("HAS"):
            return Ask("has", f"fact_{self.rest.pop(0)}")
        if self.skipped("ON_SALE"):
            return Ask("gt", "discount", 0)
        if self.skipped("IN_SEGMENT"):
            return self.segment()
        return self.test()

    def segment(self) -> Condition:
        name = self.rest.pop(0)
        if name not in self.known.segments:
            raise Uncovered(name)
        return Ask("has", f"segment_{name}")

    def among(self, number: int) -> Condition:
        self.need("AMONG")
        self.need("(")
        found = [self.every()]
        while self.skipped("OR"):
            found.append(self.every())
        self.need(")")
        return Some(number, tuple(found))

    def test(self) -> Condition:
        name, kind = self.operand()
        how = self.rest.pop(0)
        if kind == "several":
            if how not in ("IS", "IS_ONE_OF"):
                raise Uncovered(how)
            return Some(1, tuple(Ask("has", f"{name}_{value}") for value in self.values(kind)))
        match how:
            case "IS" | "IS_ONE_OF":
                return Some(1, tuple(Ask("eq", name, value) for value in self.values(kind)))
            case "IS_NOT":
                return Every(tuple(Ask("ne", name, value) for value in self.values(kind)))
            case "BETWEEN":
                low = self.value(kind)
                self.need("AND")
                return Every((Ask("ge", name, low), Ask("le", name, self.value(kind))))
            case _ if how in _COMPARES:
                return Ask(_COMPARES[how], name, self.value(kind))
            case _:
                raise Uncovered(how)

    def operand(self) -> tuple[str, str]:
        """The property that is asked about, and what it is compared with."""
        word = self.rest.pop(0)
        if word in self.facts:
            return f"fact_{word}", self.facts[word].kind
        if word in self.known.ladders:
            return f"level_{word}", f"level {word}"
        if word not in _FIELDS:
            raise Uncovered(word)
        return _FIELDS[word]

    def values(self, kind: str) -> list[Plain]:
        """Several, or one; a partner is all of its merchants."""
        found: list[Plain] = []
        while not found or self.skipped(","):
            if kind == "partner":
                found += self.known.partners[self.rest.pop(0)]
            else:
                found.append(self.value(kind))
        return found

    def value(self, kind: str) -> Plain:
        if kind.startswith("level "):
            return self.known.ladders[kind.removeprefix("level ")].levels.index(self.rest.pop(0))
        ends = ("AND", "OR", ")", ",")
        size = next((place for place, word in enumerate(self.rest) if word in ends), len(self.rest))
        words, self.rest = self.rest[:size], self.rest[size:]
        return _value(words, kind)

    def skipped(self, word: str) -> bool:
        if self.rest[:1] != [word]:
            return False
        self.rest.pop(0)
        return True

    def need(self, word: str) -> None:
        if not self.skipped(word):
            raise Uncovered((word, self.rest))


def _value(words: Sequence[str], kind: str) -> Plain:
    """A value as it is written: money with its currency, a number perhaps with the name of its fact."""
    first, *unit = words
    if kind in _TEXTS and first.startswith('"') and not unit:
        return first.strip('"')
    if kind == "T_YESNO" and first in ("YES", "NO") and not unit:
        return int(first == "YES")
    if kind == "DATE_TODAY" and re.fullmatch(r"\d{4}-\d\d-\d\d", first) and not unit:
        return date.fromisoformat(first).toordinal()
    if kind in _NAMED and re.fullmatch(_NAMED[kind] + r"\d+", first) and not unit:
        return int(first.removeprefix(_NAMED[kind]))
    if kind == "time" and re.fullmatch(r"\d\d:\d\d", first) and not unit:
        return _time(first)
    if kind == "T_PERCENT" and re.fullmatch(r"\d+%", first) and not unit:
        return int(first[:-1]) * MICRO
    if kind in ("T_MONEY", "T_NUMBER", "unit price", "count") and first.isdigit() and len(unit) <= 1:
        amount = int(first) * (1 if kind == "count" else MICRO)
        return doubled(Fraction(amount)) if kind == "unit price" else amount
    raise Uncovered(words)


def _time(text: str) -> int:
    """Microseconds since midnight."""
    hours, minutes = text.split(":")
    return (int(hours) * 60 + int(minutes)) * 60 * MICRO


def doubled(amount: Fraction) -> int:
    """Twice a whole number; what lies between two of them lies between their doubles."""
    return 2 * amount.numerator if amount.denominator == 1 else 2 * (amount.numerator // amount.denominator) + 1
