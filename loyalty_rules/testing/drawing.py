"""Orders, members and histories, drawn from what makes a programme change its mind.

A `Draw` chooses. The first choice is always the plainest one, so that what is made of fewer and plainer choices, as
where a failure is shrunk, is short and can be read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from loyalty_rules.amounts import MICRO, format_units
from loyalty_rules.calendar import Period
from loyalty_rules.events import (
    NO_FACTS,
    ONE_UNIT,
    Choice,
    Confirmation,
    Enrolment,
    Event,
    FactInput,
    Facts,
    Happening,
    Line,
    MembershipStep,
    PerkUse,
    Purchase,
    RedeemRequest,
    Tender,
    Tick,
)
from loyalty_rules.lang.checked import Conversion, Occurs, Redeem, Reward, Right
from loyalty_rules.lang.conditions import Fact, Field, Kind, Owner, Value
from loyalty_rules.member import MemberState
from loyalty_rules.memberships import STEPS, Step
from loyalty_rules.testing.choosing import MEMBER, Draw
from loyalty_rules.testing.following import draw_following, kinds
from loyalty_rules.testing.interest import ELSEWHERE, Habit, Interest

_MINUTE: Final = 60 * MICRO
_MOST_LINES: Final = 4
_SELDOM: Final = 5  # so many events of a habit to one that is none
_LAST_YEARS: Final = 5  # how far a history may reach
#: Of the periods in which something is counted: months and days.
_LENGTHS: Final[Mapping[Period, tuple[int, int]]] = MappingProxyType(
    {Period.DAY: (0, 1), Period.WEEK: (0, 7), Period.MONTH: (1, 0)}
)


@dataclass(frozen=True)
class History:
    """A member and what happens to it, in order."""

    interest: Interest
    member: MemberState
    events: tuple[Event, ...]

    def __repr__(self) -> str:
        from loyalty_rules.testing.written import written

        return written(self)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """What hypothesis prints where a test fails; of a dataclass it would print every field, the programme too."""
        printer.text(f"\n{self!r}\n")


def draw_member(draw: Draw, interest: Interest, at: int) -> MemberState:
    """A member as it stood just before an instant: new, or joined some time ago, in some segments, with facts."""
    programme = interest.programme
    hosted = [name for name, segment in sorted(interest.checked.segments.items()) if not segment.when]
    facts = [fact for fact in programme.plan.member_facts.values() if _told(draw, fact)]
    joined = draw.pick((None, at - 1, at - 400 * 86_400 * MICRO))
    return programme.new_member(
        MEMBER,
        joined=joined,
        facts={fact.name: fact_input(interest, fact, draw.pick(interest.values_of(fact))) for fact in facts},
        segments=[name for name in hosted if draw.pick((False, True))],
    )


def draw_history(draw: Draw, interest: Interest, most: int) -> History:
    """Up to `most` events, in time order, around the instants at which something can change."""
    timeline = interest.programme.plan.timeline
    at = _on(interest, draw.pick(interest.first_days), draw.pick(interest.clock_times))
    member = draw_member(draw, interest, at)
    last = timeline.start(timeline.day(at) + 366 * _LAST_YEARS)
    events: list[Event] = []
    joined = member.joined is not None
    habit = draw.pick((None, None, None, *interest.habits)) if interest.habits else None
    for number in range(1, most + 1):
        if events and not draw.integer(0, most // 2):
            break  # asked before each event, so that a shrinker can take any one of them out
        if habit is not None and draw.integer(0, _SELDOM) < _SELDOM:
            events.append(_usual(draw, interest, habit, f"e-{number}", at, events))
            at = min(_next(interest, habit, at), last)
            continue
        event = draw_event(draw, interest, f"e-{number}", at, may_join=not joined, before=events)
        joined = joined or isinstance(event, Enrolment)
        events.append(event)
        if habit is None:
            at = min(_later(draw, interest, at), last)
    return History(interest, member, tuple(events))


def draw_event(
    draw: Draw, interest: Interest, id: str, at: int, *, may_join: bool = False, before: Sequence[Event] = ()
) -> Event:
    """One event: mostly an order. `before`: what happened so far."""
    asked: list[Conversion | Reward] = [
        one for one in interest.checked.conversions.values() if one.timing.occurs is Occurs.ON_REQUEST
    ]
    asked += [one for one in interest.checked.rewards.values() if one.right.prices]
    listed = ["order"] * 6 + ["tick"] + ["event"] * (2 if interest.checked.events else 0) + ["join"] * may_join
    listed += ["choice"] * (2 if asked else 0)
    listed += ["confirm"] * (2 if interest.confirms else 0)
    listed += ["membership"] * (3 if interest.checked.memberships else 0)
    listed += ["perk"] * (2 if interest.checked.perks else 0)
    listed += ["opt in"] * (2 if interest.programme.plan.opt_ins else 0)
    to_choose = sorted(name for name, rule in interest.checked.earns.items() if rule.choosing is not None)
    listed += ["choose"] * (3 if to_choose else 0)
    to_pick = [one for _, one in sorted(interest.checked.products.items()) if one.choice is not None]
    listed += ["choose sets"] * (2 if to_pick else 0)
    following = kinds(interest, before)
    match kind := draw.pick([*listed, *following]):
        case "confirm":
            return Confirmation(id, MEMBER, at, draw.pick(("e-1", "e-2", "e-3", "e-4")))
        case "membership":
            step: Step = draw.pick(("subscribe", "renew", *STEPS))
            return MembershipStep(id, MEMBER, at, draw.pick(sorted(interest.checked.memberships)), step)
        case "perk":
            return PerkUse(id, MEMBER, at, draw.pick(sorted(interest.checked.perks)))
        case "tick":
            return Tick(MEMBER, at)
        case "join":
            return Enrolment(id, MEMBER, at)
        case "choice":
            rule = draw.pick(sorted(asked, key=lambda one: one.name))
            if isinstance(rule, Reward):
                bought = draw.pick((None, draw.integer(1, 3) * MICRO))
                return Choice(id, MEMBER, at, rule.name, bought, purse=_price(draw, rule.right))
            return Choice(id, MEMBER, at, rule.name, draw.pick((None, draw.integer(1, 100) * MICRO)))
        case "event":
            told = draw.pick([interest.checked.events[name] for name in sorted(interest.checked.events)])
            about = draw.pick(("e-1", "e-2", "e-3", "e-4")) if told.about_order else ""
            return Happening(id, MEMBER, at, told.name, _facts(draw, interest, told.facts), about)
        case "opt in":
            return Choice(id, MEMBER, at, draw.pick(sorted(interest.programme.plan.opt_ins)), None)
        case "choose":
            chosen = interest.checked.earns[draw.pick(to_choose)]
            gift = draw.pick([give.purse for give in chosen.gives])
            return Choice(id, MEMBER, at, chosen.name, None, purse=gift)
        case "choose sets":
            products = draw.pick(to_pick)
            few = draw.integer(1, 2)
            sets = sorted({draw.pick(products.include) for _ in range(few)})
            return Choice(id, MEMBER, at, products.name, None, sets=tuple(sets))
        case "order":
            return draw_order(draw, interest, id, at)
        case _:
            return draw_following(draw, interest, kind, id, at, before)


# ---------- orders


def _usual(draw: Draw, interest: Interest, habit: Habit, id: str, at: int, before: Sequence[Event]) -> Purchase:
    """The last order again, or the first one of a habit."""
    last = next((one for one in reversed(before) if isinstance(one, Purchase)), None)
    if last is None:
        return draw_order(draw, interest, id, at, totals=habit.money)
    return last._replace(id=id, at=at)


def draw_order(draw: Draw, interest: Interest, id: str, at: int, *, totals: Sequence[int] = ()) -> Purchase:
    """An order of a few lines, whose total is often just at, above or below an amount that the programme knows, or one
    of `totals`."""
    interest = draw.pick(interest.by_currency) if len(interest.by_currency) > 1 else interest
    plan = interest.programme.plan
    lines = [draw_line(draw, interest, "1")]
    while len(lines) < _MOST_LINES and draw.pick((False, True)):
        lines.append(draw_line(draw, interest, str(len(lines) + 1)))
    known = totals or (interest.money if draw.pick((False, True)) else ())
    if known:
        lines = _to_total(interest, lines, draw.pick(known))
    if not totals and draw.pick((False, False, False, True)):
        facts = _facts(draw, interest, tuple(plan.line_facts.values()))
        priced = _priced(interest, str(len(lines) + 1), draw.pick(interest.money))
        lines.append(priced._replace(delivery=True, facts=facts))
    texts = interest.texts
    redeem = _asks(draw, interest)
    return Purchase(
        id,
        MEMBER,
        at,
        interest.checked.currency,
        tuple(lines),
        None if redeem else _tenders(draw, interest, lines),
        _text(draw.pick(texts[Field.MERCHANT])),
        _text(draw.pick(texts[Field.STORE])),
        _text(draw.pick(texts[Field.CHANNEL])),
        _facts(draw, interest, tuple(plan.order_facts.values())),
        redeem=redeem,
        codes=_codes(draw, interest),
    )


def _codes(draw: Draw, interest: Interest) -> tuple[str, ...]:
    """None, or some of the codes that rules ask for, and one that none knows."""
    codes = sorted({code for known in interest.programme.plan.codes.values() for code in known})
    return tuple(code.upper() for code in (*codes, ELSEWHERE) if draw.pick((False, True))) if codes else ()


def _asks(draw: Draw, interest: Interest) -> tuple[RedeemRequest, ...]:
    """What of an order is asked to be paid with points and rewards; its tenders are not known, for what is left is
    not."""
    payers = interest.programme.plan.payers
    rules = sorted(payers)
    if not rules or draw.pick((False, False, True)) is False:
        return ()
    first = draw.pick(rules)
    group = interest.programme.plan.redeem_group_of.get(first)
    asked = (first,) if group is None or draw.pick((True, False)) else group.rules
    return tuple(_request(draw, payers[name]) for name in asked)


def _request(draw: Draw, rule: Redeem) -> RedeemRequest:
    """So much of what pays, or as much as can be used; few rights, of a price of theirs."""
    most = 3 if rule.right is not None and rule.right.counted else 100
    amount = draw.pick((None, draw.integer(1, most) * MICRO))
    whole = rule.right is not None and rule.right.whole
    return RedeemRequest(rule.name, amount, _price(draw, rule.right) if rule.right is not None and whole else "")


def _price(draw: Draw, right: Right) -> str:
    """The purse of a price, where it has to be named."""
    return draw.pick([price.purse for price in right.prices]) if right.prices else ""


def draw_line(draw: Draw, interest: Interest, id: str) -> Line:
    """A line with a price for the whole or for a unit, sometimes reduced, sometimes by weight."""
    texts = interest.texts
    match draw.pick(("amount", "price", "reduced", "weight")):
        case "price":
            quantity, price = draw.pick(interest.quantities), draw.pick(interest.unit_prices)
            line = _priced(interest, id, None)._replace(quantity=quantity * ONE_UNIT, price=_coins(interest, price))
        case "reduced":
            amount = draw.pick(interest.money)
            off = draw.integer(0, amount)
            line = _priced(interest, id, amount)._replace(discount=_coins(interest, off))
        case "weight":
            line = _priced(interest, id, draw.pick(interest.money))._replace(quantity=draw.integer(1, 3 * MICRO))
        case _:
            line = _priced(interest, id, draw.pick(interest.money))
    tags = texts[Field.TAG]
    return line._replace(
        sku=_text(draw.pick(texts[Field.SKU])),
        category=_text(draw.pick(texts[Field.CATEGORY])),
        brand=_text(draw.pick(texts[Field.BRAND])),
        tags=(tag,) if (tag := _text(draw.pick(tags))) else (),
        facts=_facts(draw, interest, tuple(interest.programme.plan.line_facts.values())),
    )


def _text(value: str) -> str:
    return "" if value == ELSEWHERE else value


def _coins(interest: Interest, units: int) -> int:
    return int(units * MICRO // 10**interest.checked.exponent)


def _priced(interest: Interest, id: str, amount: int | None) -> Line:
    whole = None if amount is None else _coins(interest, amount)
    return Line(id, "", "", "", (), ONE_UNIT, None, whole, 0, 0)


def _charged(interest: Interest, line: Line) -> int:
    """What is charged for a drawn line, in minor units."""
    whole = line.amount if line.amount is not None else (line.price or 0) * line.quantity // MICRO
    tax = 0 if interest.checked.tax_included else line.tax
    return int((whole - line.discount + tax) * 10**interest.checked.exponent // MICRO)


def _to_total(interest: Interest, lines: list[Line], total: int) -> list[Line]:
    """The lines with the last one made such that all of them together cost `total`, where that can be."""
    others = sum(_charged(interest, line) for line in lines[:-1])
    if total <= others:
        return lines
    whole = _coins(interest, total - others)
    return [*lines[:-1], lines[-1]._replace(quantity=ONE_UNIT, price=None, amount=whole, discount=0, tax=0)]


def _tenders(draw: Draw, interest: Interest, lines: Sequence[Line]) -> tuple[Tender, ...] | None:
    """Not told, by one method, or by two."""
    methods = [_text(method) or "card" for method in interest.texts[Field.TENDER]]
    total = sum(_charged(interest, line) for line in lines)
    match draw.pick(("none", "one", "two")):
        case "one":
            return (Tender(draw.pick(methods), _coins(interest, total)),)
        case "two" if total > 1 and len(set(methods)) > 1:
            first = draw.integer(1, total - 1)
            one, other = sorted(set(methods))[:2]
            return (Tender(one, _coins(interest, first)), Tender(other, _coins(interest, total - first)))
        case _:
            return None


# ---------- facts


def _told(draw: Draw, fact: Fact) -> bool:
    """What may be left out is left out sometimes."""
    may_lack = fact.optional or fact.otherwise is not None
    return not may_lack or draw.pick((True, False))


def _facts(draw: Draw, interest: Interest, declared: Sequence[Fact]) -> Facts:
    told = sorted((fact for fact in declared if _told(draw, fact)), key=lambda fact: fact.name)
    found = tuple((fact.name, fact_input(interest, fact, draw.pick(interest.values_of(fact)))) for fact in told)
    return found or NO_FACTS


def fact_input(interest: Interest, fact: Fact, value: Value) -> FactInput:
    """A value as the engine keeps it, the way a host gives it."""
    if isinstance(value, tuple):
        return date(2000, *value)
    if isinstance(value, bool | str):
        return value
    if fact.kind is Kind.DATE:
        return date.fromordinal(value)
    if fact.kind is Kind.INSTANT:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=value)
    places = interest.checked.exponent if fact.kind is Kind.MONEY else 6
    # What an order or a member tells cannot be negative money.
    return Decimal(format_units(max(value, 0) if fact.owner is not Owner.EVENT else value, places))


# ---------- time


def _on(interest: Interest, day: int, clock_time: int) -> int:
    timeline = interest.programme.plan.timeline
    return timeline.zone.instant(day, clock_time // MICRO) + clock_time % MICRO


def _next(interest: Interest, habit: Habit, at: int) -> int:
    """The same time of day in the next period."""
    months, days = _LENGTHS[habit.period]
    return interest.programme.plan.timeline.moved_instant(at, days, months)


def _later(draw: Draw, interest: Interest, at: int) -> int:
    """The next instant: the same, a little later, or around the end of a length or a period."""
    timeline = interest.programme.plan.timeline
    day = timeline.day(at)
    match draw.pick(("hour", "same", "length", "period", "time")):
        case "same":
            return at + draw.pick((0, 1))
        case "length":
            months, days = draw.pick(interest.gaps)
            edge = timeline.start(timeline.moved(day, days, months))
        case "period":
            edge = timeline.next_start(draw.pick(interest.periods), day)
        case "time":
            edge = _on(interest, day + draw.integer(1, 8), draw.pick(interest.clock_times))
        case _:
            return at + 60 * _MINUTE
    return max(at, edge + draw.pick((0, -1, 1)))
