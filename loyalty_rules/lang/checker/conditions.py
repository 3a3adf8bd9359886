"""Conditions: every operand typed, every constant in its smallest unit, each question asked where it has an answer."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Final

from loyalty_rules.diagnostics import Problem, Related, Role
from loyalty_rules.lang import conditions as c
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker import currencies, measures
from loyalty_rules.lang.checker.amounts import whole
from loyalty_rules.lang.checker.context import Context
from loyalty_rules.lang.checker.measures import Place
from loyalty_rules.lang.checker.names import FACTS, RULES, event_fact, resolve, unknown
from loyalty_rules.lang.checker.opting import waits_for_opting_in
from loyalty_rules.lang.checker.partners import ORDER_PARTNER, partner_test
from loyalty_rules.lang.checker.values import Typed, constant, kind_word, one_in, typed_measure
from loyalty_rules.problems.ladders import NoList
from loyalty_rules.problems.names import WrongKind
from loyalty_rules.problems.values import (
    LineQuestion,
    NoOrderHere,
    NotInFilter,
    OccasionInFor,
    OptionalFact,
    OrderQuestion,
    OtherEvent,
    PersonQuestion,
    RelationRefused,
    WholePeriod,
    WindowRefused,
    WrongType,
)
from loyalty_rules.source import Span

Facts = frozenset[c.Fact]
NO_FACTS: Final[Facts] = frozenset()

_FIELD_KINDS: Final = {
    c.Field.SKU: c.Kind.TEXT,
    c.Field.CATEGORY: c.Kind.TEXT,
    c.Field.BRAND: c.Kind.TEXT,
    c.Field.TAG: c.Kind.TAGS,
    c.Field.UNIT_PRICE: c.Kind.MONEY,
    c.Field.QUANTITY: c.Kind.NUMBER,
    c.Field.STORE: c.Kind.TEXT,
    c.Field.CHANNEL: c.Kind.TEXT,
    c.Field.MERCHANT: c.Kind.TEXT,
    c.Field.CURRENCY: c.Kind.TEXT,
    c.Field.TENDER: c.Kind.TAGS,
    c.Field.ORDER_NUMBER: c.Kind.COUNT,
    c.Field.WEEKDAY: c.Kind.WEEKDAY,
    c.Field.MONTH_OF_YEAR: c.Kind.MONTH,
    c.Field.CLOCK_TIME: c.Kind.TIME,
    c.Field.TODAY: c.Kind.DATE,
    c.Field.EVENT_TIME: c.Kind.INSTANT,
    c.Field.JOINING_DATE: c.Kind.DATE,
    c.Field.PREVIOUS_ORDER_DATE: c.Kind.DATE,
    c.Field.FIRST_ORDER_DATE: c.Kind.DATE,
}
_TIME_FIELDS: Final = frozenset(
    {c.Field.WEEKDAY, c.Field.MONTH_OF_YEAR, c.Field.CLOCK_TIME, c.Field.TODAY, c.Field.EVENT_TIME}
)
_OWNERS: Final = {
    c.Owner.LINE: "line",
    c.Owner.ORDER: "order",
    c.Owner.MEMBER: "member",
    c.Owner.EVENT: "event",
}
_MEMBER_FIELDS: Final = frozenset({c.Field.JOINING_DATE, c.Field.PREVIOUS_ORDER_DATE, c.Field.FIRST_ORDER_DATE})
_ORDERED: Final = frozenset(
    {c.Kind.MONEY, c.Kind.POINTS, c.Kind.COUNT, c.Kind.NUMBER, c.Kind.PERCENT, c.Kind.DATE, c.Kind.TIME, c.Kind.LEVEL}
    | {c.Kind.INSTANT}
)

#: What is asked about, by place. "either" is of the member and of the occasion, "history" what a measure counts.
_ALLOWED: Final = {
    "WHERE": frozenset({"line"}),
    "FOR": frozenset({"member", "either"}),
    "WHEN": frozenset({"member", "either", "history", "order", "event", "time", "applied"}),
    "SEGMENT": frozenset({"member", "either", "history"}),
    "LEVEL": frozenset({"member", "either", "history"}),
    "WITH": frozenset({"order", "event", "time", "history"}),
    "EACH": frozenset({"history"}),
    "TABLE": frozenset({"line", "member", "order", "time", "history"}),
    "PROMISE": frozenset({"member", "either", "history", "order", "time", "applied"}),
    "AFTERWARDS": frozenset({"member", "either", "history", "order", "time"}),
    "PERK": frozenset({"member", "either", "history", "time"}),
}


def subject(operand: c.Operand) -> str:
    """What a question is about: line, order, event, time, member, either or history."""
    match operand:
        case c.FieldOf():
            if operand.field in c.LINE_FIELDS:
                return "line"
            if operand.field in _TIME_FIELDS:
                return "time"
            if operand.field in _MEMBER_FIELDS:
                return "member" if operand.field is c.Field.JOINING_DATE else "either"
            return "order"
        case c.FactOf():
            return _OWNERS[operand.fact.owner]
        case c.LevelOf() | c.VariantOf():
            return "member"
        case c.BaseTotal():
            return "order"
        case c.Measure():
            return "history"


# ---------- whole conditions


def clauses(
    ctx: Context, nodes: Iterable[s.Condition], place: Place, guards: Facts = NO_FACTS
) -> tuple[c.Condition, ...]:
    """Conditions that are joined by `and`: what one of them knows with `has`, the others may use."""
    listed = list(nodes)
    known = guards | known_facts(ctx, listed, place)
    found = (condition(ctx, node, place, known) for node in listed)
    return tuple(one for one in found if one is not None)


def known_facts(ctx: Context, nodes: Iterable[s.Condition], place: Place) -> Facts:
    """The facts that are known where all of these hold."""
    found: set[c.Fact] = set()
    for node in nodes:
        if isinstance(node, s.Flag) and node.role == "HAS":
            fact = _find_fact(ctx, node.name, place)
            if fact is not None:
                found.add(fact)
        elif isinstance(node, s.All):
            found |= known_facts(ctx, node.items, place)
    return frozenset(found)


def condition(ctx: Context, node: s.Condition, place: Place, guards: Facts = NO_FACTS) -> c.Condition | None:
    """A condition with every name resolved. None where something was reported."""
    match node:
        case s.All():
            items = clauses(ctx, node.items, place, guards)
            return c.AllOf(items, span=node.span) if len(items) == len(node.items) else None
        case s.AnyOf():
            # `not (has x) or x …`: the second is asked only where the first is false.
            absent = [item.item for item in node.items if isinstance(item, s.Not)]
            some = _each(ctx, node.items, place, guards | known_facts(ctx, absent, place))
            return None if some is None else c.OneOf(some, span=node.span)
        case s.Among():
            some = _each(ctx, node.items, place, guards)
            number = whole(ctx, s.Number(Fraction(node.number), span=node.span), 1, len(node.items))
            return None if some is None or number is None else c.AmongOf(number, some, span=node.span)
        case s.Not():
            inside = currencies.pushed_in(ctx, node)
            if not isinstance(inside, s.Not):
                return condition(ctx, inside, place, guards)
            item = condition(ctx, node.item, place, guards)
            return None if item is None else currencies.denied(item, node.span)
        case s.Flag():
            return _flag(ctx, node, place)
        case s.OnSale():
            return c.OnSale(span=node.span) if may_ask(ctx, "line", place, node.span) else None
        case s.WasInvited():
            return c.WasInvited(span=node.span) if may_ask(ctx, "member", place, node.span) else None
        case s.Falls():
            return _falls(ctx, node, place, guards)
        case s.InTable():
            return _in_table(ctx, node, place, guards)
        case _:
            return _test(ctx, node, place, guards)


def _each(ctx: Context, nodes: tuple[s.Condition, ...], place: Place, guards: Facts) -> tuple[c.Condition, ...] | None:
    found = [condition(ctx, node, place, guards) for node in nodes]
    checked = tuple(one for one in found if one is not None)
    return checked if len(checked) == len(found) else None


def _flag(ctx: Context, node: s.Flag, place: Place) -> c.Condition | None:
    match node.role:
        case "IN_SEGMENT":
            if resolve(ctx, node.name, "H_SEGMENT") and may_ask(ctx, "member", place, node.span):
                return c.InSegment(node.name.text, span=node.span)
        case "MEMBER_OF":
            if resolve(ctx, node.name, "H_MEMBERSHIP") and may_ask(ctx, "member", place, node.span):
                return c.MemberOf(node.name.text, span=node.span)
        case "OPTED_IN":
            if waits_for_opting_in(ctx, node.name) and may_ask(ctx, "member", place, node.span):
                return c.OptedIn(node.name.text, span=node.span)
        case "APPLIED":
            if resolve(ctx, node.name, *RULES, "H_OFFER") and may_ask(ctx, "applied", place, node.span):
                return c.Applied(node.name.text, span=node.span)
        case "COMPLETED":
            if resolve(ctx, node.name, "H_CHALLENGE") and may_ask(ctx, "either", place, node.span):
                return c.Completed(node.name.text, span=node.span)
        case _:
            fact = fact_of(ctx, node.name, place)
            if fact is not None and may_ask(ctx, subject(c.FactOf(fact)), place, node.span, fact):
                return c.Has(fact, span=node.span)
    return None


def _falls(ctx: Context, node: s.Falls, place: Place, guards: Facts) -> c.Condition | None:
    typed = operand(ctx, node.operand, place, guards)
    over = measures.window(ctx, node.window)
    if typed is None or over is None:
        return None
    if typed.kind not in (c.Kind.DATE, c.Kind.YEARLY) or not isinstance(typed.operand, c.FieldOf | c.FactOf):
        ctx.report(RelationRefused(Role("FALLS"), typed.words, kind_word(typed.kind)), node.span)
        return None
    if over.kind in (c.WindowKind.THIS_ORDER, c.WindowKind.IN_FORCE, c.WindowKind.SINCE_DONE):
        ctx.report(WindowRefused(ctx.words(node.window.span)), node.window.span)
        return None
    return c.Falls(typed.operand, over, place.zone, span=node.span)


def _in_table(ctx: Context, node: s.InTable, place: Place, guards: Facts) -> c.Condition | None:
    typed = operand(ctx, node.operand, place, guards)
    if typed is None or not resolve(ctx, node.table, "H_TABLE"):
        return None
    name = node.table.text
    listed = ctx.lists.get(name)
    if listed is not None and listed == typed.operand and not typed.partner:
        return c.InTable(listed, name, span=node.span)
    if name not in ctx.faulty_tables:
        ctx.report(NoList(name, typed.words), node.span)
    return None


# ---------- single tests


def _test(
    ctx: Context, node: s.Is | s.IsOneOf | s.Compared | s.Between, place: Place, guards: Facts
) -> c.Condition | None:
    typed = operand(ctx, node.operand, place, guards)
    if typed is None or not _relation_fits(ctx, node, typed):
        return None
    if typed.partner and isinstance(node, s.Is | s.IsOneOf):
        return partner_test(ctx, node, typed)
    told = currencies.told_in(ctx, typed, currencies.bounds_of(node), node.span)
    found = None if told is None else _compared(ctx, node, told[0], place, guards)
    return None if told is None or found is None else currencies.both(told[1], found, node.span)


def _compared(
    ctx: Context, node: s.Is | s.IsOneOf | s.Compared | s.Between, typed: Typed, place: Place, guards: Facts
) -> c.Condition | None:
    match node:
        case s.Is():
            found = bound(ctx, node.bound, typed, place, guards)
            return None if found is None else c.Equals(typed.operand, found, node.negated, span=node.span)
        case s.IsOneOf():
            values = [constant(ctx, value, typed) for value in node.values]
            known = tuple(value for value in values if value is not None)
            return c.In(typed.operand, known, span=node.span) if len(known) == len(values) else None
        case s.Compared():
            found = bound(ctx, node.bound, typed, place, guards)
            return None if found is None else c.Compared(typed.operand, c.Compare(node.how), found, span=node.span)
        case s.Between():
            low, high = (bound(ctx, end, typed, place, guards) for end in (node.low, node.high))
            return None if low is None or high is None else c.Between(typed.operand, low, high, span=node.span)


def _relation_fits(ctx: Context, node: s.Is | s.IsOneOf | s.Compared | s.Between, typed: Typed) -> bool:
    relation = node.how if isinstance(node, s.Compared) else "BETWEEN" if isinstance(node, s.Between) else ""
    refused = bool(relation) and typed.kind not in _ORDERED
    if typed.kind is c.Kind.YEARLY:
        refused = True
        relation = relation or ("IS_ONE_OF" if isinstance(node, s.IsOneOf) else "IS")
    if refused:
        ctx.report(RelationRefused(Role(relation), typed.words, kind_word(typed.kind)), node.span)
    return not refused


def operand(ctx: Context, node: s.Operand, place: Place, guards: Facts = NO_FACTS) -> Typed | None:
    """What is compared, with its type. None where something was reported."""
    words = ctx.words(node.span)
    match node:
        case s.Attribute():
            partner = node.role == ORDER_PARTNER
            field = c.Field.MERCHANT if partner else c.Field(node.role)
            kind = _FIELD_KINDS[field]
            asked = c.FieldOf(field, kind, place.zone if field in _TIME_FIELDS else "")
            return _allowed(ctx, Typed(asked, kind, words, zone=place.zone, partner=partner), place, node.span)
        case s.BaseAmount():
            total = c.BaseTotal(measures.base_of(node))
            return _allowed(ctx, Typed(total, c.Kind.MONEY, words), place, node.span)
        case s.Measure():
            found = measures.measure(ctx, node, place, condition)
            return None if found is None else _allowed(ctx, typed_measure(ctx, found, words), place, node.span)
        case s.VariantOf():
            return _variant(ctx, node, place)
        case s.Name():
            return _named(ctx, node, place, guards)


def _variant(ctx: Context, node: s.VariantOf, place: Place) -> Typed | None:
    if resolve(ctx, node.experiment, "H_EXPERIMENT") is None:
        return None
    name = node.experiment.text
    variants = tuple(variant for variant, _ in ctx.experiments[name].variants)
    return _allowed(
        ctx, Typed(c.VariantOf(name), c.Kind.VARIANT, ctx.words(node.span), variants=variants), place, node.span
    )


def _named(ctx: Context, name: s.Name, place: Place, guards: Facts) -> Typed | None:
    ladder = ctx.ladders.get(name.text)
    if ladder is not None:
        return _allowed(ctx, Typed(c.LevelOf(name.text), c.Kind.LEVEL, name.text, ladder=ladder), place, name.span)
    fact = fact_of(ctx, name, place, "H_TIERS")
    if fact is None:
        return None
    asked = c.FactOf(fact, place.zone if fact.kind is c.Kind.INSTANT else "")
    found = Typed(asked, fact.kind, name.text, fact=fact, zone=place.zone)
    typed = _allowed(ctx, found, place, name.span)
    if typed is not None and fact.optional and fact not in guards:
        ctx.report(OptionalFact(name.text), name.span)
        return None
    return typed


def _find_fact(ctx: Context, name: s.Name, place: Place) -> c.Fact | None:
    if name.text in ctx.names:
        return ctx.facts.get(name.text)
    return event_fact(ctx, name, place.event)


def fact_of(ctx: Context, name: s.Name, place: Place, *others: str) -> c.Fact | None:
    """A fact by its name; what else could stand here is named in the report."""
    fact = _find_fact(ctx, name, place)
    if fact is None:
        kinds = (*FACTS, "EVENT_FACT", *others)
        if name.text in ctx.names:
            resolve(ctx, name, *kinds)
        elif not any(name.text in facts for facts in ctx.event_facts.values()):
            known = [text for text, found in ctx.names.items() if found.kind in kinds]
            unknown(ctx, name, kinds, [*known, *ctx.event_facts.get(place.event, {})])
    return fact


def _allowed(ctx: Context, typed: Typed, place: Place, span: Span) -> Typed | None:
    fact = typed.fact if isinstance(typed.operand, c.FactOf) else None
    return typed if may_ask(ctx, subject(typed.operand), place, span, fact) else None


def may_ask(ctx: Context, about: str, place: Place, span: Span, fact: c.Fact | None = None) -> bool:
    """Whether a question has an answer in this place; if not it is reported."""
    words = ctx.words(span)
    problem: Problem | None = None
    related: tuple[Related, ...] = ()
    if about not in _ALLOWED[place.where]:
        problem = _refusal(about, place.where, words)
    elif about == "event" and fact is not None and fact.event != place.event:
        problem = OtherEvent(words, fact.event)
    elif about == "order" and not place.may_ask_orders:
        problem = NoOrderHere(words)
    if problem is None:
        return True
    ctx.report(problem, span, *related)
    return False


def _refusal(about: str, where: str, words: str) -> Problem:
    if where == "WHERE":
        return OrderQuestion(words)
    if about == "line":
        return LineQuestion(words)
    match where:
        case "FOR":
            return OccasionInFor(words)
        case "WITH":
            return NotInFilter(words)
        case "EACH":
            return WholePeriod(words)
        case _:
            return PersonQuestion(words)


# ---------- bounds


def bound(ctx: Context, node: s.Bound, typed: Typed, place: Place, guards: Facts = NO_FACTS) -> c.Bound | None:
    """What an operand is compared with."""
    match node:
        case s.PercentOf():
            return _share(ctx, node, typed, place)
        case s.Lookup():
            return _fact_bound(ctx, node, typed, place, guards)
        case s.Shifted() | s.DateWord() | s.Name() if typed.kind is c.Kind.INSTANT:
            return _instant(ctx, node, place, guards)
        case s.Shifted():
            length = measures.days_and_months(ctx, node.duration, node)
            date = _date(ctx, node.date, typed, place, guards)
            if length is None or date is None:
                return None
            sign = 1 if node.after else -1
            return c.DateOf(date, sign * length[0], sign * length[1], place.zone)
        case s.DateWord():
            date = _date(ctx, node, typed, place, guards)
            return None if date is None else c.DateOf(date, zone=place.zone)
        case s.Name() if typed.kind is c.Kind.DATE:
            date = _date(ctx, node, typed, place, guards)
            return None if date is None else c.DateOf(date, zone=place.zone)
        case _:
            value = constant(ctx, node, typed)
            return None if value is None else c.Constant(value)


def _share(ctx: Context, node: s.PercentOf, typed: Typed, place: Place) -> c.Bound | None:
    of = operand(ctx, node.of, place)
    if of is None or not isinstance(of.operand, c.BaseTotal | c.Measure):
        return None
    if of.kind is not typed.kind or of.purse != typed.purse:
        ctx.report(WrongType(ctx.words(node.span), kind_word(typed.kind)), node.span)
        return None
    return c.ShareOf(node.percent / 100, of.operand)


def _fact_bound(ctx: Context, node: s.Lookup, typed: Typed, place: Place, guards: Facts) -> c.Bound | None:
    """What a fact says here: an amount of the same kind, or a number of what is counted."""
    fact = fact_of(ctx, node.table, place)
    if fact is None:
        return None
    if fact.owner is c.Owner.LINE:
        kinds = ("MEMBER_FACT", "ORDER_FACT", "EVENT_FACT")
        ctx.report(WrongKind(fact.name, Role(fact.owner.value), tuple(Role(kind) for kind in kinds)), node.table.span)
        return None
    share = one_in(typed, fact.kind)
    if share is None:
        ctx.report(WrongType(ctx.words(node.span), kind_word(typed.kind)), node.span)
        return None
    found = _asked_fact(ctx, node.table, fact, place, guards)
    return None if found is None else c.ShareOf(share, found)


def _date(
    ctx: Context, node: s.Name | s.DateWord, typed: Typed, place: Place, guards: Facts
) -> c.FieldOf | c.FactOf | None:
    if typed.kind is not c.Kind.DATE:
        ctx.report(WrongType(ctx.words(node.span), kind_word(typed.kind)), node.span)
        return None
    if isinstance(node, s.DateWord):
        event = node.role == c.Field.EVENT_TIME.value  # compared with a date it is the event's date
        field = c.Field.TODAY if event else c.Field(node.role)
        word = c.FieldOf(field, c.Kind.DATE, place.zone if event else "")
        return word if may_ask(ctx, subject(word), place, node.span) else None
    fact = fact_of(ctx, node, place)
    if fact is None:
        return None
    if fact.kind not in (c.Kind.DATE, c.Kind.YEARLY):
        ctx.report(WrongType(node.text, kind_word(c.Kind.DATE)), node.span)
        return None
    return _asked_fact(ctx, node, fact, place, guards)


def _instant(ctx: Context, node: s.Shifted | s.DateWord | s.Name, place: Place, guards: Facts) -> c.InstantOf | None:
    """The time of the event, or an instant of a fact, moved by a length of time."""
    word = node.date if isinstance(node, s.Shifted) else node
    found = _instant_of(ctx, word, place, guards)
    length = measures.length_of(ctx, node.duration, node) if isinstance(node, s.Shifted) else measures.NO_LENGTH
    if found is None or length is None:
        return None
    sign = -1 if isinstance(node, s.Shifted) and not node.after else 1
    return c.InstantOf(found, sign * length.days, sign * length.months, sign * length.micros, place.zone)


def _instant_of(ctx: Context, node: s.DateWord | s.Name, place: Place, guards: Facts) -> c.FieldOf | c.FactOf | None:
    if isinstance(node, s.DateWord):
        if node.role != c.Field.EVENT_TIME.value:
            ctx.report(WrongType(ctx.words(node.span), kind_word(c.Kind.INSTANT)), node.span)
            return None
        word = c.FieldOf(c.Field.EVENT_TIME, c.Kind.INSTANT, place.zone)
        return word if may_ask(ctx, subject(word), place, node.span) else None
    fact = fact_of(ctx, node, place)
    if fact is None:
        return None
    if fact.kind is not c.Kind.INSTANT:
        ctx.report(WrongType(node.text, kind_word(c.Kind.INSTANT)), node.span)
        return None
    return _asked_fact(ctx, node, fact, place, guards)


def _asked_fact(ctx: Context, node: s.Name, fact: c.Fact, place: Place, guards: Facts) -> c.FactOf | None:
    if not may_ask(ctx, subject(c.FactOf(fact)), place, node.span, fact):
        return None
    if fact.optional and fact not in guards:
        ctx.report(OptionalFact(node.text), node.span)
        return None
    return c.FactOf(fact)
