"""Programmes whose rules ask about orders, events, the moment, levels, segments and facts alone, and what happens
around what they ask."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time

from loyalty_rules import Programme
from loyalty_rules.events import FactInput, Happening, Purchase
from loyalty_rules.lang.conditions import Fact as Declared
from loyalty_rules.testing.chance import Chance
from loyalty_rules.testing.choosing import MEMBER
from loyalty_rules.testing.composing import asking, declaring
from loyalty_rules.testing.composing.scope import Fact, Ladder, Scope
from loyalty_rules.testing.composing.sketch import Sketch
from loyalty_rules.testing.drawing import draw_order, fact_input
from loyalty_rules.testing.interest import Interest
from tests.models.ledger_calendar import instant, moment, zone_of
from tests.models.matching import Known

_FEATURES = frozenset({"conditions", "facts", "sets"})
_HEAD = ("CURRENCY RUB", "BASIS MONEY_PAID", "TAX_IN", "LATE_NO", "RET_NONE")
_PURSE = ("H_PURSE points", "RULES_ADD_UP", "ROUND_DOWN S_ORDER", "USABLE_AT_ONCE", "EXPIRE_NEVER")
_ZONES = ("UTC", "Europe/Moscow", "America/New_York", "Pacific/Chatham")
_EVENT_FACTS = ("T_MONEY", "T_NUMBER", "T_PERCENT", "T_YESNO", "T_TEXT", "DATE_TODAY", "choice")
#: Merchants of each partner; nobody is asked about "c".
_PARTNERS = {"city": '"a"', "wings": '"b", "b2"'}
_HOUR = 3_600_000_000
_DAY = 24 * _HOUR
#: Before dates that are asked about, some of which clocks change near: 4, 28 and 30 March, 30 May and 30 December 2026.
_STARTS = tuple(instant(datetime(2026, *day, 21, tzinfo=UTC)) for day in ((3, 4), (3, 28), (3, 30), (5, 30), (12, 30)))
_GAPS = (_HOUR // 2, _HOUR, 4 * _HOUR, _DAY, _DAY, 5 * _DAY, 17 * _DAY)


def programme(seed: int, rules: int = 7) -> Sketch:
    """A rule about lines gives for each item, so that each of its lines carries something; any other gives once."""
    s = Scope(Chance(seed), _FEATURES, "RUB")
    declaring.facts(s)
    declaring.sets(s)
    _event(s)
    _ladders(s)
    for name in ("staff", "press"):
        s.segments.append(name)
        s.add(f"H_SEGMENT {name}", "SUPPLIED")
    for name, merchants in _PARTNERS.items():
        s.add(f"H_PARTNER {name}", f"MERCHANT {merchants}")
    for number in range(rules):
        _earn(s, f"r{number}", "visit" if s.rarely() else "")
    head = ['H_PROGRAMME "Drawn"', *_HEAD, f"TIME_ZONE {s.pick(_ZONES)}"]
    head += [f"DAY_STARTS {s.pick(('03:00', '00:30'))}"] if s.maybe() else []
    return Sketch((tuple(head), _PURSE, *(tuple(block) for block in s.blocks)))


def _event(s: Scope) -> None:
    lines = ["H_EVENT visit"]
    for number in range(s.pick((1, 2, 3))):
        of, name, optional = s.pick(_EVENT_FACTS), f"seen_{number}", s.rarely()
        choices = ('"light"', '"dark"') if of == "choice" else ()
        s.facts.append(Fact(name, "EVENT_FACT", of, choices, optional, "visit"))
        is_ = f"IS_ONE_OF {', '.join(choices)}" if choices else f"IS {of}"
        lines.append(f"EVENT_FACT {name} {is_}{' OPTIONAL' if optional else ''}")
    s.add(*lines)


def _ladders(s: Scope) -> None:
    """Climbed by orders: how many is counted without the engine."""
    for name in ("card", "club")[: s.pick((1, 2))]:
        base = f"basic_{name}" if s.maybe() else ""
        levels = tuple(f"{level}_{name}" for level in ("silver", "gold", "black")[: s.pick((1, 2, 3))])
        lines = [f"LEVEL {base}"] if base else []
        orders, below = 0, base
        for level in levels:
            orders += s.pick((1, 3, 9))
            above = f" ABOVE {below}" if below else ""
            lines.append(f"LEVEL {level}{above} WHEN ORDERS EVER AT_LEAST {orders} ORDERS")
            below = level
        s.add(f"H_TIERS {name}", *lines, s.pick(("UP_NEXT", "UP_THIS")), "REVIEW_NEVER")
        s.ladders.append(Ladder(name, base, levels))


def _earn(s: Scope, name: str, event: str) -> None:
    lines = [f"H_EARN {name}"]
    lines += [f"AFTER_EVENT {event}"] if event else []
    lines += [f"FOR {asking.joined(s, _member)}"] if s.maybe() else []
    lines += [f"WHEN {asking.joined(s, _of_event if event else _of_order)}"] if s.maybe() or event else []
    lines += [f"WHEN {asking.order(s)}"] if s.rarely() and not event else []
    if not event and s.pick((True, True, False)):
        lines.append(f"ON {s.selection()}")
        lines += [f"EXCEPT {s.pick(s.sets)}"] if lines[-1] == "ON ANY_PRODUCT" and s.maybe() else []
        lines.append("GIVE 1 points PER 1 ITEMS")
    else:
        lines.append("GIVE 1 points")
    s.add(*lines)


# ---------- conditions


def _member(s: Scope) -> str:
    facts = [one for one in asking.facts_of(s, "MEMBER_FACT") if one.type != "T_YEARLY"]
    match s.pick(("fact", "level", "level", "segment")):
        case "level":
            return asking.level(s)
        case "fact" if facts:
            return asking.fact(s, s.pick(facts))
        case _:
            return f"IN_SEGMENT {s.pick(s.segments)}"


def _of_order(s: Scope) -> str:
    match s.pick(("order", "order", "partner", "moment", "moment")):
        case "order":
            return asking.order(s)
        case "partner":
            return asking.same(s, "ORDER_PARTNER", tuple(_PARTNERS))
        case _:
            return _of_moment(s)


def _of_event(s: Scope) -> str:
    if s.rarely():
        return _of_moment(s)
    return asking.fact(s, s.pick(asking.facts_of(s, "EVENT_FACT", event="visit")))


def _of_moment(s: Scope) -> str:
    match s.pick(("weekday", "month", "time", "date")):
        case "weekday":
            return asking.same(s, "WEEKDAY", (s.of("weekday"), "WD5", "WD6"))
        case "month":
            return asking.same(s, "MONTH_NAME", (s.of("month"), "MO03", "MO04"))
        case "time":
            return asking.ordered(s, "CLOCK_TIME", "09:30", "18:00")
        case _:
            return f"DATE_TODAY {s.of('compare')} {s.date()}"


# ---------- what happens


def events(seed: int, rules: Programme, count: int) -> Iterator[Purchase | Happening]:
    """Orders and at times another event; how each order is paid is known, and nothing is paid with points."""
    draw, interest = Chance(seed), Interest(rules)
    at = draw.pick(_STARTS)
    for number in range(count):
        name, at = f"e-{number + 1}", _later(draw, rules, at)
        if draw.pick((False, False, False, False, True)):
            facts = tuple(_facts(draw, interest, rules.checked.events["visit"].facts).items())
            yield Happening(name, MEMBER, at, "visit", facts)
            continue
        order = draw_order(draw, interest, name, at)
        while order.tenders is None:
            order = draw_order(draw, interest, name, at)
        yield order


def _later(draw: Chance, rules: Programme, at: int) -> int:
    """Some time later, often when the clock where the programme is at home shows a time that is asked about."""
    later = at + draw.pick(_GAPS)
    shown = draw.pick((None, None, time(0), time(2, 30), time(3), time(9, 30), time(18)))
    if shown is not None:
        there = moment(later).astimezone(zone_of(rules.checked.zone))
        later = instant(datetime.combine(there, shown, there.tzinfo).astimezone(UTC)) + draw.pick((0, 0, -1, 1))
    return later if later > at else at + _HOUR


def member(seed: int, rules: Programme) -> Known:
    draw, interest = Chance(seed), Interest(rules)
    facts = _facts(draw, interest, rules.plan.member_facts.values())
    return Known(facts, frozenset(name for name in ("staff", "press") if draw.pick((False, True))))


def _facts(draw: Chance, interest: Interest, declared: Iterable[Declared]) -> dict[str, FactInput]:
    """What may be left out is left out at times."""
    return {
        fact.name: fact_input(interest, fact, draw.pick(interest.values_of(fact)))
        for fact in sorted(declared, key=lambda one: one.name)
        if not (fact.optional or fact.otherwise is not None) or draw.pick((True, False))
    }
