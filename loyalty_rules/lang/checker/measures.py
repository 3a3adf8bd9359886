"""Base amounts, selections of lines, windows and measures; and the key by which the counter of a measure is kept."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from loyalty_rules.calendar import SECOND, Period
from loyalty_rules.diagnostics import Role
from loyalty_rules.lang import conditions as c
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checked import Dates, TriggerKind
from loyalty_rules.lang.checker import currencies
from loyalty_rules.lang.checker.context import Context
from loyalty_rules.lang.checker.names import GIVING, PURSES, RULES, SPENDERS, event_fact, resolve, unknown
from loyalty_rules.lang.fingerprint import canonical
from loyalty_rules.lang.tokens import Duration
from loyalty_rules.problems.clocks import InForceByClock
from loyalty_rules.problems.names import WrongKind
from loyalty_rules.problems.promises import ValueElsewhere
from loyalty_rules.problems.rules import ExceptAnyProduct
from loyalty_rules.problems.values import (
    AboveZero,
    DurationUnit,
    MeasurePart,
    NoOrderHere,
    NotInFilter,
    OrderQuestion,
    OtherEvent,
    WholePeriod,
    WindowMissing,
    WindowRefused,
    WrongType,
)
from loyalty_rules.values import frozen

if TYPE_CHECKING:
    from collections.abc import Callable

    Filter = Callable[[Context, s.Condition, "Place"], c.Condition | None]


@frozen
class Place:
    """Where something is asked.

    `where` is WHERE (about a line), FOR, WHEN, SEGMENT, LEVEL, WITH (about each order or event that a measure counts),
    EACH (about each `period` that a measure counts), TABLE (heads), PROMISE, PERK or AFTERWARDS. `tiers`: in a filter
    of a level's measure. `zone` is "" for the programme's. `triggers` are what a rule waits for: (kind, event); empty
    where it is open.
    """

    where: str
    basis: c.Base
    triggers: frozenset[tuple[TriggerKind, str]] = frozenset()
    dates: Dates | None = None  # of the rule; None where nothing is in force
    event: str = ""  # whose facts may be asked
    period: Period | None = None
    tiers: bool = False
    zone: str = ""  # of questions of date and time

    @property
    def may_ask_orders(self) -> bool:
        return not self.triggers or any(kind is TriggerKind.PURCHASE for kind, _ in self.triggers)


# ---------- base amounts and selections


def base_of(node: s.BaseAmount) -> c.Base:
    """Which amount of a line."""
    tenders = tuple(sorted({tender.value for tender in node.tenders}))
    return c.Base(c.BaseKind(node.role), tenders, node.without_tax)


def selection(ctx: Context, on: tuple[s.Selected, ...], but: tuple[s.Selected, ...] = ()) -> c.LineSet:
    """Lines: `on …` less `except …`. Names that are no sets of products are reported and left out."""
    for node in but:
        if isinstance(node, s.AnyProduct):
            ctx.report(ExceptAnyProduct(), node.span)
    return c.LineSet(
        any(isinstance(node, s.AnyProduct) for node in on),
        any(isinstance(node, s.Delivery) for node in on),
        _sets(ctx, on),
        _sets(ctx, but),
        any(isinstance(node, s.Delivery) for node in but),
    )


def _sets(ctx: Context, nodes: tuple[s.Selected, ...]) -> tuple[str, ...]:
    names = (node for node in nodes if isinstance(node, s.Name))
    return tuple(sorted({name.text for name in names if resolve(ctx, name, "H_PRODUCTS")}))


# ---------- windows

_DAYS: Final = {"DAYS": 1, "WEEKS": 7}
_MONTHS: Final = {"MONTHS": 1, "YEARS": 12}
#: What windows may be of.
_OF: Final = {
    "IN_YEAR_OF": ("H_TIERS", "H_MEMBERSHIP"),
    "SINCE_CHANGE": ("H_TIERS",),
    "SINCE_DONE": ("H_CHALLENGE",),
}


def days_and_months(
    ctx: Context, duration: Duration, node: s.Node, *, hours: bool = False
) -> tuple[int, int, int] | None:
    """A duration as days, months and hours; only one of them is not 0."""
    if duration.number <= 0:
        ctx.report(AboveZero(str(duration.number)), node.span)
        return None
    if duration.unit in _DAYS:
        return duration.number * _DAYS[duration.unit], 0, 0
    if duration.unit in _MONTHS:
        return 0, duration.number * _MONTHS[duration.unit], 0
    if hours and duration.unit == "HOURS":
        return 0, 0, duration.number
    units = (*(("HOURS",) if hours else ()), *_DAYS, *_MONTHS)
    text = f"{duration.number} {ctx.table.counted(duration.unit, duration.number)}"
    ctx.report(DurationUnit(text, tuple(Role(unit) for unit in units)), node.span)
    return None


class Length(NamedTuple):
    """A length of time: by the calendar, or by the clock; only one of them is not 0."""

    days: int
    months: int
    micros: int


NO_LENGTH: Final = Length(0, 0, 0)
_SECONDS: Final = {"MINUTES": 60, "HOURS": 3600}


def length_of(ctx: Context, duration: Duration, node: s.Node) -> Length | None:
    """A duration of any unit."""
    if duration.unit in _SECONDS and duration.number > 0:
        return Length(0, 0, duration.number * _SECONDS[duration.unit] * SECOND)
    found = days_and_months(ctx, duration, node)
    return None if found is None else Length(found[0], found[1], 0)


def window(ctx: Context, node: s.Window) -> c.Window | None:
    """A window as written."""
    if node.duration is not None:
        length = days_and_months(ctx, node.duration, node)
        return None if length is None else c.Window(c.WindowKind.LAST, None, length[0], length[1])
    if node.of is not None:
        return c.Window(c.WindowKind(node.role), of=node.of.text) if resolve(ctx, node.of, *_OF[node.role]) else None
    if node.role.startswith("IN_PREV_"):
        return c.Window(c.WindowKind.PREVIOUS, ctx.period(node.role.removeprefix("IN_PREV_"), node.span))
    try:
        return c.Window(c.WindowKind(node.role))
    except ValueError:
        return c.Window(c.WindowKind.PERIOD, ctx.period(node.role.removeprefix("IN_"), node.span))


# ---------- measures

_COUNTS: Final = frozenset({c.CounterKind.ITEMS, c.CounterKind.ORDERS, c.CounterKind.TIMES, *c.PERIODS})
_OF_POINTS: Final = frozenset({c.CounterKind.EARNED, c.CounterKind.REDEEMED, c.CounterKind.BALANCE})
_OF_LINES: Final = frozenset(
    {c.CounterKind.SPEND, c.CounterKind.ITEMS, c.CounterKind.ORDERS, c.CounterKind.TOTAL, c.CounterKind.DISCOUNT}
    | c.PERIODS.keys()
)


#: What can be counted `by` rules.
_BY_RULES: Final = frozenset({c.CounterKind.EARNED, c.CounterKind.VALUE_GIVEN, c.CounterKind.DISCOUNT})


def measure(ctx: Context, node: s.Measure, place: Place, check_filter: Filter) -> c.Measure | None:
    """A measure with its window, its filter and its key. `check_filter` checks what stands behind `with`."""
    counter = c.CounterKind(node.counter)
    named = _subject(ctx, node, counter, place)
    if named is None:
        return None
    of, fact, event = named
    kind = _kind(counter, fact)
    over = _window(ctx, node, counter, place)
    if kind is None or over is None or not _parts_fit(ctx, node, counter, fact, event):
        return None
    tiers = place.where == "LEVEL" or place.tiers
    asked: c.Condition | None = None
    whole = counter in c.PERIODS and node.where is not None and _measures_all(node.where)
    if node.where is not None:
        if whole:
            inside = Place("EACH", place.basis, period=c.PERIODS[counter], tiers=tiers)
        else:
            triggers = frozenset({(TriggerKind.EVENT, event)} if event else {(TriggerKind.PURCHASE, "")})
            inside = Place("WITH", place.basis, triggers, None, event, tiers=tiers)
        asked = check_filter(ctx, node.where, inside)
        if asked is None:
            return None
        if whole and node.on:
            ctx.report(WholePeriod(ctx.words(node.on[0].span)), node.on[0].span)
            return None
    found = c.Measure(
        key="",
        counter=counter,
        kind=kind,
        window=over,
        before_this_order=node.before_this_order,
        base=place.basis if counter is c.CounterKind.SPEND else None,
        of=of,
        fact=fact,
        where=None if whole else asked,
        each=asked if whole else None,
        lines=selection(ctx, node.on) if node.on else None,
        by=tuple(sorted({name.text for name in node.by if resolve(ctx, name, *_rules_of(counter))})),
        tiers=tiers,
    )
    if not _may_stand(ctx, node, found, place):
        return None
    first = ctx.settings.currencies[0] if len(ctx.settings.currencies) > 1 else ""
    written = replace(found, where=currencies.without_first(found.where, first)) if first else found
    keyed = replace(found, key=key_of(written, place.dates))
    return currencies.counted_in(ctx, keyed, ctx.settings.currency, node.span)


def _rules_of(counter: c.CounterKind) -> tuple[str, ...]:
    return ("H_OFFER",) if counter is c.CounterKind.DISCOUNT else GIVING


def _measures_all(node: s.Condition) -> bool:
    """Whether a filter measures the whole day, week or month: it asks for a measure without a window."""
    match node:
        case s.All() | s.AnyOf() | s.Among():
            return any(_measures_all(item) for item in node.items)
        case s.Not():
            return _measures_all(node.item)
        case s.Is() | s.Compared():
            parts: tuple[s.Node, ...] = (node.operand, node.bound)
        case s.Between():
            parts = (node.operand, node.low, node.high)
        case s.IsOneOf():
            parts = (node.operand,)
        case _:
            parts = ()
    asked = (part.of if isinstance(part, s.PercentOf) else part for part in parts)
    return any(isinstance(part, s.Measure) and part.window is None for part in asked)


def _subject(
    ctx: Context, node: s.Measure, counter: c.CounterKind, place: Place
) -> tuple[str, c.Fact | None, str] | None:
    """What a measure is of: the name, the fact with TOTAL, and the event whose facts a filter may ask."""
    name = node.of
    if name is None:
        return "", None, ""
    match counter:
        case c.CounterKind.TOTAL:
            fact = _total_fact(ctx, name, place)
            return None if fact is None else (fact.name, fact, fact.event)
        case c.CounterKind.TIMES:
            spending = SPENDERS if place.where == "ACTIVITY" else ()
            declared = resolve(ctx, name, "H_EVENT", *RULES, "H_OFFER", *spending)
            if declared is None:
                return None
            return name.text, None, name.text if declared.kind == "H_EVENT" else ""
        case _:
            return (name.text, None, "") if resolve(ctx, name, *PURSES) else None


def _total_fact(ctx: Context, name: s.Name, place: Place) -> c.Fact | None:
    fact = ctx.facts.get(name.text) or event_fact(ctx, name, place.event)
    kinds = ("LINE_FACT", "ORDER_FACT", "EVENT_FACT")
    if fact is None:
        if name.text in ctx.names:
            resolve(ctx, name, *kinds)
        elif not any(name.text in facts for facts in ctx.event_facts.values()):
            known = [*ctx.facts, *(text for facts in ctx.event_facts.values() for text in facts)]
            unknown(ctx, name, kinds, known)
        return None
    if fact.owner is c.Owner.MEMBER:
        ctx.report(WrongKind(name.text, Role(fact.owner.value), tuple(Role(kind) for kind in kinds)), name.span)
        return None
    if fact.kind not in (c.Kind.MONEY, c.Kind.NUMBER):
        ctx.report(WrongType(name.text, Role("T_NUMBER")), name.span)
        return None
    return fact


def _kind(counter: c.CounterKind, fact: c.Fact | None) -> c.Kind | None:
    if counter in _COUNTS:
        return c.Kind.COUNT
    if counter in _OF_POINTS:
        return c.Kind.POINTS
    return fact.kind if fact is not None else c.Kind.MONEY


def _window(ctx: Context, node: s.Measure, counter: c.CounterKind, place: Place) -> c.Window | None:
    if counter in c.PERIODS:
        ctx.period(c.PERIODS[counter].value, node.span)
    if node.window is None:
        if counter is c.CounterKind.BALANCE or counter in c.IN_A_ROW:
            return c.EVER
        if place.where == "WITH":
            return c.THIS_ORDER
        if place.where == "EACH":
            return c.Window(c.WindowKind.EACH, place.period)
        if place.where == "ACTIVITY":
            return c.EVER
        ctx.report(WindowMissing(ctx.words(node.span)), node.span)
        return None
    found = window(ctx, node.window)
    if found is None:
        return None
    this_order = found.kind is c.WindowKind.THIS_ORDER
    refused = (
        counter is c.CounterKind.BALANCE
        or counter in c.IN_A_ROW
        or (counter is c.CounterKind.VALUE_GIVEN and not this_order)
        or place.where == "EACH"
        or (place.where == "WITH" and not this_order)
        or (this_order and (node.before_this_order or counter in c.ACTIVE or place.where in ("LEVEL", "SEGMENT")))
        or (found.kind is c.WindowKind.IN_FORCE and place.dates is None)
    )
    if refused:
        ctx.report(WindowRefused(ctx.words(node.window.span)), node.window.span)
        return None
    if found.kind is c.WindowKind.IN_FORCE and place.dates is not None:
        if place.dates.asked and place.dates.start is None:
            ctx.report(InForceByClock(ctx.words(node.span)), node.window.span)
            return None
        return replace(found, since=place.dates.start)
    return found


def _parts_fit(ctx: Context, node: s.Measure, counter: c.CounterKind, fact: c.Fact | None, event: str) -> bool:
    """Whether `with`, `on` and `by` suit the counter."""
    of_lines = counter in _OF_LINES and (fact is None or fact.owner is c.Owner.LINE)
    of_orders = counter in _OF_LINES or event != ""
    refused = ""
    if node.where is not None and not of_orders:
        refused = "WITH"
    elif node.on and not of_lines:
        refused = "ON"
    elif node.by and counter not in _BY_RULES:
        refused = "BY"
    if refused:
        ctx.report(MeasurePart(Role(refused), Role(node.counter)), node.span)
    return not refused


def _may_stand(ctx: Context, node: s.Measure, found: c.Measure, place: Place) -> bool:
    """Whether this place may ask a measure at all."""
    words = ctx.words(node.span)
    points = found.counter in _OF_POINTS
    if place.where == "WHERE":
        ctx.report(OrderQuestion(words), node.span)
    elif place.where == "WITH" and (points or found.counter is c.CounterKind.TIMES or found.counter in c.PERIODS):
        ctx.report(NotInFilter(words), node.span)
    elif place.where == "EACH" and (
        found.counter is c.CounterKind.BALANCE or found.counter in c.IN_A_ROW or node.before_this_order
    ):
        ctx.report(WholePeriod(words), node.span)
    elif found.counter is c.CounterKind.VALUE_GIVEN and place.where != "PROMISE":
        ctx.report(ValueElsewhere(words), node.span)
    elif found.window.kind is c.WindowKind.THIS_ORDER and found.counter in _OF_LINES and not place.may_ask_orders:
        if found.fact is None or found.fact.owner is not c.Owner.EVENT:
            ctx.report(NoOrderHere(words), node.span)
        elif found.fact.event != place.event:
            ctx.report(OtherEvent(found.of, found.fact.event), node.span)
        else:
            return True
    else:
        return True
    return False


# ---------- keys


def key_of(found: c.Measure, dates: Dates | None = None) -> str:
    """The definition of a measure as a text: equal definitions share a counter, in any language and any place.

    The right edge of the window is left out. While a rule is in force, its start is part of the definition.
    """
    parts = ["TIERS"] if found.tiers else []
    parts.append(found.counter.value)
    if found.base is not None:
        parts.append(base_key(found.base))
    if found.fact is not None:
        owner = f"{found.fact.owner.value} {found.fact.event}".strip()
        parts.append(f"{owner} {found.of}")
    elif found.of:
        parts.append(found.of)
    if found.where is not None:
        parts.append(f"WITH({canonical(found.where)})")
    if found.each is not None:
        parts.append(f"EACH({canonical(found.each)})")
    if found.lines is not None:
        parts.append(f"ON {lines_key(found.lines)}")
    if found.by:
        parts.append(f"BY {','.join(found.by)}")
    parts.append(window_key(found.window, dates))
    if found.opted:
        parts.append(f"OPTED {found.opted}")
    if found.forgives is not None:
        parts.append(_forgiven_key(found.forgives))
    return " ".join(parts)


def _forgiven_key(found: c.Forgiven) -> str:
    parts = [] if found.window is None else [f"FORGIVE {found.number} {window_key(found.window)}"]
    parts += [f"FORGIVE_WITH {found.reward} OF {found.of}"] if found.reward else []
    return " ".join(parts)


def base_key(base: c.Base) -> str:
    """A base amount as part of a key."""
    tenders = f" BY_TENDER {canonical(base.tenders)}" if base.tenders else ""
    return f"{base.kind.value}{tenders}{' WITHOUT_TAX' if base.without_tax else ''}"


def lines_key(lines: c.LineSet) -> str:
    """A selection as part of a key."""
    on = [*(["ANY_PRODUCT"] if lines.any_product else []), *(["DELIVERY"] if lines.delivery else []), *lines.sets]
    but = [*(["DELIVERY"] if lines.except_delivery else []), *lines.except_sets]
    return ",".join(on) + (f" EXCEPT {','.join(but)}" if but else "")


def window_key(over: c.Window, dates: Dates | None = None) -> str:
    """A window as part of a key, without its right edge."""
    if over.kind is c.WindowKind.IN_FORCE:
        start = dates.start if dates is not None else None
        return over.kind.value if start is None else f"{over.kind.value} {start}"
    if over.period is not None:
        return f"{over.kind.value} {over.period.value}"
    if over.kind is c.WindowKind.LAST:
        return f"{over.kind.value} {over.months} MONTHS" if over.months else f"{over.kind.value} {over.days} DAYS"
    return f"{over.kind.value} {over.of}".strip()
