"""What conditions leave open, decided without an order: alternatives, each a range or a set for some fields.

Only what `field_of` names counts: products by one field, days, time of day, closed fields, levels, segments, and the
range of one number. Everything else leaves every value open, so that a smarter checker would accept the same files.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final, TypeAlias

from loyalty_rules.lang import conditions as c
from loyalty_rules.lang.checked import ProductSet
from loyalty_rules.lang.checker.measures import base_key
from loyalty_rules.values import frozen

#: The most alternatives that one rule is multiplied out to.
MAX_ALTERNATIVES: Final = 64

_ORDERED: Final = frozenset(
    {c.Kind.MONEY, c.Kind.POINTS, c.Kind.COUNT, c.Kind.NUMBER, c.Kind.PERCENT, c.Kind.DATE, c.Kind.TIME, c.Kind.LEVEL}
    | {c.Kind.INSTANT}
)


@frozen
class Chosen:
    """These values, or all others."""

    values: frozenset[c.Value]
    others: bool = False

    def meets(self, other: Chosen) -> Chosen:
        if not self.others and not other.others:
            return Chosen(self.values & other.values)
        if self.others and other.others:
            return Chosen(self.values | other.values, others=True)
        some, all_but = (other, self) if self.others else (self, other)
        return Chosen(some.values - all_but.values)

    def without(self) -> Chosen:
        return Chosen(self.values, not self.others)

    @property
    def empty(self) -> bool:
        return not self.others and not self.values


@frozen
class Ranges:
    """Ranges of numbers, ascending, both ends included, None without an end; doubled, so that 2n+1 is just over n."""

    parts: tuple[tuple[int | None, int | None], ...]

    def meets(self, other: Ranges) -> Ranges:
        found = []
        for low, high in self.parts:
            for other_low, other_high in other.parts:
                most = _later(low, other_low)
                least = _earlier(high, other_high)
                if most is None or least is None or most <= least:
                    found.append((most, least))
        return Ranges(tuple(found))

    def without(self) -> Ranges:
        found: list[tuple[int | None, int | None]] = []
        start: int | None = None
        for low, high in self.parts:
            if low is not None:
                found.append((start, low - 1))
            if high is None:
                return Ranges(tuple(found))
            start = high + 1
        return Ranges((*found, (start, None)))

    @property
    def empty(self) -> bool:
        return not self.parts


def _later(one: int | None, other: int | None) -> int | None:
    return other if one is None else one if other is None else max(one, other)


def _earlier(one: int | None, other: int | None) -> int | None:
    return other if one is None else one if other is None else min(one, other)


Region: TypeAlias = Chosen | Ranges
#: What one alternative leaves open, by field; a field that is not there leaves everything open.
Alternative: TypeAlias = Mapping[str, Region]
#: None: more alternatives than are looked at.
Alternatives: TypeAlias = tuple[Alternative, ...] | None

#: By name of a set of products, and whether a line is in it or not.
KnownSets: TypeAlias = dict[tuple[str, bool], Alternatives]

ANYTHING: Final[tuple[Alternative, ...]] = ({},)
_NOTHING: Final[tuple[Alternative, ...]] = ()


def both(one: Alternatives, other: Alternatives) -> Alternatives:
    """The alternatives of two things that hold together."""
    if one is None or other is None:
        return None
    if _fields(one).isdisjoint(_fields(other)):  # nothing to meet, and no two of them are the same
        return tuple({**left, **right} for left in one for right in other) if _few(one, other) else None
    found: list[Alternative] = []
    for left in one:
        for right in other:
            joined = _joined(left, right)
            if joined is not None and joined not in found:
                found.append(joined)
                if len(found) > MAX_ALTERNATIVES:
                    return None
    return tuple(found)


def _few(one: tuple[Alternative, ...], other: tuple[Alternative, ...]) -> bool:
    return len(one) * len(other) <= MAX_ALTERNATIVES


def _fields(some: Iterable[Alternative]) -> set[str]:
    return {name for alternative in some for name in alternative}


def either(one: Alternatives, other: Alternatives) -> Alternatives:
    """The alternatives of two things of which one holds."""
    if one is None or other is None:
        return None
    found = (*one, *(alternative for alternative in other if alternative not in one))
    return found if len(found) <= MAX_ALTERNATIVES else None


def _joined(one: Alternative, other: Alternative) -> Alternative | None:
    found = dict(one)
    for name, region in other.items():
        before = found.get(name)
        now = region if before is None else meet(before, region)
        if now.empty:
            return None
        found[name] = now
    return found


def meet(one: Region, other: Region) -> Region:
    """What two regions of one field share."""
    if isinstance(one, Chosen):
        return one.meets(other) if isinstance(other, Chosen) else one
    return one.meets(other) if isinstance(other, Ranges) else one


# ---------- conditions


def alternatives(condition: c.Condition, holds: bool = True) -> Alternatives:
    """What a condition leaves open where it holds, or where it does not."""
    match condition:
        case c.AllOf() | c.OneOf():
            joint = isinstance(condition, c.AllOf) is holds
            return _fold((alternatives(item, holds) for item in condition.items), joint=joint)
        case c.NotOf():
            return alternatives(condition.item, not holds)
        case c.AmongOf() if condition.number in (1, len(condition.items)):
            joint = (condition.number == len(condition.items)) is holds
            return _fold((alternatives(item, holds) for item in condition.items), joint=joint)
        case c.InSegment():
            return _one(f"segment {condition.segment}", Chosen(frozenset({True})), holds)
        case c.MemberOf():
            return _one(f"membership {condition.membership}", Chosen(frozenset({True})), holds)
        case c.OptedIn():
            return _one(f"opted in {condition.rule}", Chosen(frozenset({True})), holds)
        case c.WasInvited():
            return _one("was invited", Chosen(frozenset({True})), holds)
        case c.OnSale():
            return _one("line on sale", Chosen(frozenset({True})), holds)
        case c.Equals() | c.In() | c.Compared() | c.Between():
            return _test(condition, holds)
        case _:
            return ANYTHING


def all_hold(conditions: Iterable[c.Condition]) -> Alternatives:
    """What conditions leave open that all hold."""
    return _fold((alternatives(condition) for condition in conditions), joint=True)


def _fold(parts: Iterable[Alternatives], *, joint: bool) -> Alternatives:
    found: Alternatives = ANYTHING if joint else _NOTHING
    for part in parts:
        found = both(found, part) if joint else either(found, part)
    return found


def _one(name: str, region: Region, holds: bool) -> Alternatives:
    region = region if holds else region.without()
    return _NOTHING if region.empty else ({name: region},)


def _test(condition: c.Equals | c.In | c.Compared | c.Between, holds: bool) -> Alternatives:
    name, kind = field_of(condition.operand)
    if not name:
        return ANYTHING
    if kind is c.Kind.TAGS:
        return _tags(name, condition, holds)
    if kind in _ORDERED and not holds and _may_be_missing(condition.operand):
        return ANYTHING  # false also where there is no value
    if kind is c.Kind.VARIANT and not holds and isinstance(condition, c.Equals) and condition.negated:
        return ANYTHING  # the same
    if isinstance(condition, c.Equals | c.Compared) and not isinstance(condition.bound, c.Constant):
        return _beside(name, condition, condition.bound) if holds else ANYTHING
    region = _ranges(condition) if kind in _ORDERED else _values(condition)
    return ANYTHING if region is None else _one(name, region, holds)


def _beside(name: str, condition: c.Equals | c.Compared, bound: c.Bound) -> Alternatives:
    """What a test against another value of the same occasion leaves open: which of the two is greater."""
    match bound:
        case c.DateOf():
            other = f"{_named(bound.date)} {bound.days} {bound.months} {bound.zone}"
        case c.InstantOf():
            other = f"{_named(bound.instant)} {bound.days} {bound.months} {bound.micros} {bound.zone}"
        case c.ShareOf():
            other = f"{bound.share} {field_of(bound.of)[0]}"
        case _:
            return ANYTHING
    region = _ranges(replace(condition, bound=c.Constant(0)))
    return ANYTHING if region is None else _one(f"{name} beside {other}", region, holds=True)


def _named(operand: c.FieldOf | c.FactOf) -> str:
    if isinstance(operand, c.FieldOf):
        return field_of(operand)[0]
    return f"fact {operand.fact.event} {operand.fact.name}"


def _tags(name: str, condition: c.Equals | c.In | c.Compared | c.Between, holds: bool) -> Alternatives:
    """Several tags, and several ways to pay, go together: only a tag and its absence exclude each other."""
    match condition:
        case c.Equals(bound=c.Constant(value)):
            return _one(f"{name} {value}", Chosen(frozenset({True})), holds is not condition.negated)
        case c.In():
            return _fold(
                (_one(f"{name} {value}", Chosen(frozenset({True})), holds) for value in condition.values),
                joint=not holds,
            )
        case _:
            return ANYTHING


def _values(condition: c.Equals | c.In | c.Compared | c.Between) -> Chosen | None:
    match condition:
        case c.Equals(bound=c.Constant(value)):
            return Chosen(frozenset({value}), condition.negated)
        case c.In():
            return Chosen(frozenset(condition.values))
        case _:
            return None


def _ranges(condition: c.Equals | c.In | c.Compared | c.Between) -> Ranges | None:
    match condition:
        case c.Equals(bound=c.Constant(int(value))):
            found = Ranges(((2 * value, 2 * value),))
            return found.without() if condition.negated else found
        case c.In():
            values = sorted({value for value in condition.values if isinstance(value, int)})
            return Ranges(tuple((2 * value, 2 * value) for value in values))
        case c.Between(low=c.Constant(int(low)), high=c.Constant(int(high))):
            return Ranges(((2 * low, 2 * high),) if low <= high else ())
        case c.Compared(bound=c.Constant(int(value))):
            match condition.how:
                case c.Compare.AT_LEAST:
                    return Ranges(((2 * value, None),))
                case c.Compare.OVER:
                    return Ranges(((2 * value + 1, None),))
                case c.Compare.AT_MOST:
                    return Ranges(((None, 2 * value),))
                case c.Compare.UNDER:
                    return Ranges(((None, 2 * value - 1),))
        case _:
            return None


def field_of(operand: c.Operand) -> tuple[str, c.Kind]:
    """The name of the field that an operand asks, "" for one that sets nothing apart; and its type."""
    match operand:
        case c.FieldOf():
            place = "line " if operand.field in c.LINE_FIELDS else ""
            return f"{place}{operand.field.value} {operand.zone}".strip(), operand.kind
        case c.FactOf():
            return _fact(operand.fact), operand.fact.kind
        case c.LevelOf():
            return f"level {operand.ladder}", c.Kind.LEVEL
        case c.VariantOf():
            return f"variant {operand.experiment}", c.Kind.VARIANT
        case c.BaseTotal():
            return f"total {base_key(operand.base)}", c.Kind.MONEY
        case c.Measure():
            return f"measure {operand.key}{' BEFORE' if operand.before_this_order else ''}", operand.kind


def _may_be_missing(operand: c.Operand) -> bool:
    match operand:
        case c.FieldOf():
            return operand.kind is c.Kind.DATE and operand.field is not c.Field.TODAY
        case c.FactOf():
            return operand.fact.optional or operand.fact.owner is c.Owner.EVENT
        case c.BaseTotal():
            return True
        case _:
            return False


def _fact(fact: c.Fact) -> str:
    if fact.kind is c.Kind.YEARLY or (fact.kind is c.Kind.TEXT and not fact.choices and fact.owner is not c.Owner.LINE):
        return ""  # free text is no closed field
    place = "line " if fact.owner is c.Owner.LINE else ""
    return f"{place}fact {fact.event} {fact.name}"


# ---------- lines


def of_lines(lines: c.LineSet, products: Mapping[str, ProductSet], known: KnownSets) -> Alternatives:
    """What a selection of lines leaves open. `known` keeps what is found out about sets."""
    parts = [_set(name, products, known, holds=True) for name in lines.sets]
    if lines.any_product:
        parts.append(_delivery(holds=False))
    if lines.delivery:
        parts.append(_delivery(holds=True))
    found = _fold(parts, joint=False)
    for name in lines.except_sets:
        found = both(found, _set(name, products, known, holds=False))
    return both(found, _delivery(holds=False)) if lines.except_delivery else found


def _delivery(*, holds: bool) -> Alternatives:
    return _one("line delivery", Chosen(frozenset({True})), holds)


def _set(name: str, products: Mapping[str, ProductSet], known: KnownSets, *, holds: bool) -> Alternatives:
    """A set of products: its own question, or a set that it includes, but none that it leaves out; never delivery."""
    if (name, holds) not in known:
        known[name, holds] = _of_set(products[name], products, known, holds=holds)
    return known[name, holds]


def _of_set(product: ProductSet, products: Mapping[str, ProductSet], known: KnownSets, *, holds: bool) -> Alternatives:
    mine = _one(f"line chosen {product.name}", Chosen(frozenset({True})), holds)
    if product.choice is not None and not holds:
        return either(mine, _delivery(holds=True))  # it may be in one of its sets that is not chosen
    own: Alternatives = _NOTHING if holds else ANYTHING
    if product.where:
        own = _fold((alternatives(test, holds) for test in product.where), joint=holds)
    parts = [own, *(_set(inner, products, known, holds=holds) for inner in product.include)]
    found = _fold(parts, joint=not holds)
    for inner in product.exclude:
        other = _set(inner, products, known, holds=not holds)
        found = both(found, other) if holds else either(found, other)
    delivery = _delivery(holds=not holds)
    found = found if product.choice is None else both(found, mine)
    return both(found, delivery) if holds else either(found, delivery)
