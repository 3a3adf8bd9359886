"""Conditions: questions of the right type at every place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from loyalty_rules.testing.composing.scope import Fact, Rule, Scope

Ask = Callable[[Scope], str]

_WEEKDAYS: Final = ("WEEKDAY", "weekday")
_ACTIVE: Final = ("ACTIVE_DAYS", "ACTIVE_WEEKS", "ACTIVE_MONTHS")
_IN_A_ROW: Final = ("DAYS_ROW", "WEEKS_ROW", "MONTHS_ROW")
_MONTHS: Final = ("MONTH_NAME", "month")


def joined(s: Scope, ask: Ask) -> str:
    """One question, or several of them joined."""
    match s.pick(("one", "one", "one", "and", "or", "not", "mixed", "among")) if s.has("conditions") else "one":
        case "and":
            return f"{ask(s)} AND {ask(s)}"
        case "or":
            return f"{ask(s)} OR {ask(s)}"
        case "not":
            return f"NOT ({ask(s)})"
        case "mixed":
            return f"{ask(s)} AND ({ask(s)} OR {ask(s)})"
        case "among":
            return f"ANY_N 2 AMONG ({ask(s)} OR {ask(s)} OR {ask(s)})"
        case _:
            return ask(s)


# ---------- questions by type


def ordered(s: Scope, operand: str, low: str, high: str) -> str:
    """A question about something that is more or less."""
    match s.pick(("compare", "compare", "between", "is", "is not", "one of")):
        case "between":
            return f"{operand} BETWEEN {low} AND {high}"
        case "is":
            return f"{operand} IS {low}"
        case "is not":
            return f"{operand} IS_NOT {high}"
        case "one of":
            return f"{operand} IS_ONE_OF {low}, {high}"
        case _:
            return f"{operand} {s.of('compare')} {s.pick((low, high))}"


def same(s: Scope, operand: str, values: Sequence[str], *, whole: bool = False) -> str:
    """A question about something that is this or that; `whole`: a collection of them, which is never not one."""
    match s.pick(("is", "one of") if whole else ("is", "is not", "one of")):
        case "is not":
            return f"{operand} IS_NOT {s.pick(values)}"
        case "one of":
            return f"{operand} IS_ONE_OF {', '.join(s.some(values))}"
        case _:
            return f"{operand} IS {s.pick(values)}"


def _texts(s: Scope, operand: str) -> str:
    return same(s, operand, ('"a"', '"b"', '"c"'))


def _money(s: Scope, operand: str) -> str:
    low = s.pick((20, 100))
    return ordered(s, operand, f"{low} {s.currency}", f"{low * 5} {s.currency}")


def fact(s: Scope, one: Fact) -> str:
    """A question about a fact, behind `has` where it may be missing."""
    asked = _of_type(s, one)
    return f"(HAS {one.name} AND {asked})" if one.optional else asked


def _of_type(s: Scope, one: Fact) -> str:
    if one.choices:
        return same(s, one.name, one.choices)
    match one.type:
        case "T_MONEY":
            return _money(s, one.name)
        case "T_NUMBER":
            return ordered(s, one.name, "2", s.pick(("5", f"5 {one.name}")))
        case "T_PERCENT":
            return ordered(s, one.name, "5%", "50%")
        case "T_YESNO":
            return f"{one.name} IS {s.pick(('YES', 'NO'))}"
        case "DATE_TODAY":
            if one.owner != "LINE_FACT" and s.maybe():
                return f"{one.name} {s.of('compare')} 3 DAYS {s.pick(('BEFORE', 'AFTER'))} JOINING_DATE"
            return ordered(s, one.name, "2026-03-05", "2026-06-01")
        case "T_INSTANT":
            if one.owner in ("ORDER_FACT", "EVENT_FACT"):
                length = f"{s.number(30, 90)} {s.pick(('MINUTES', 'HOURS'))} {s.pick(('BEFORE', 'AFTER'))}"
                return f"{one.name} {s.of('compare')} {length} EVENT_TIME"
            return ordered(s, one.name, "2026-03-05 09:30", "2026-06-01 12:00")
        case "TIME_ZONE":
            return same(s, one.name, ('"Asia/Tokyo"', '"UTC"'))
        case "T_YEARLY":
            return f"{one.name} FALLS {s.pick((f'IN_LAST {s.days()}', 'IN_MONTH', 'IN_DAY', 'IN_WEEK'))}"
        case _:
            return _texts(s, one.name)


def facts_of(s: Scope, *owners: str, event: str = "") -> list[Fact]:
    return [one for one in s.facts if one.owner in owners and (one.owner != "EVENT_FACT" or one.event == event)]


# ---------- by place


def of_standing(s: Scope) -> str:
    """Of a member at any time, without an order."""
    asks: list[Ask] = [lambda s: measured(s, standing=True), member]
    return s.pick(asks)(s)


def line(s: Scope) -> str:
    """Of one line of an order."""
    asks: list[Ask] = [
        *(lambda s, field=field: _texts(s, field) for field in ("CATEGORY", "SKU", "BRAND")),
        lambda s: same(s, "TAG", ('"a"', '"b"'), whole=True),
        lambda s: _money(s, "UNIT_PRICE"),
        lambda s: ordered(s, "QUANTITY", "1", "2"),
        lambda s: "ON_SALE",
        *(lambda s, one=one: fact(s, one) for one in facts_of(s, "LINE_FACT")),
    ]
    return s.pick(asks)(s)


def level(s: Scope) -> str:
    """Of a level that a member holds."""
    ladder = s.pick([one for one in s.ladders if not one.split])
    base = ladder.base or "NO_LEVEL"
    return s.pick(
        (
            f"{ladder.name} IS {s.pick(ladder.levels)}",
            f"{ladder.name} {s.of('compare')} {s.pick(ladder.levels)}",
            f"{ladder.name} IS {base}",
            f"{ladder.name} IS_ONE_OF {', '.join((base, *ladder.levels))}",
        )
    )


def member(s: Scope) -> str:
    """Of the member alone."""
    asks: list[Ask] = [
        lambda s: f"JOINING_DATE {s.of('compare')} {s.date()}",
        lambda s: f"JOINING_DATE FALLS {s.pick((f'IN_LAST {s.days()}', s.of('in_period')))}",
        lambda s: f"{s.pick(('PREV_ORDER_DATE', 'FIRST_ORDER_DATE'))} {s.of('compare')} {s.date()}",
        *(lambda s, one=one: fact(s, one) for one in facts_of(s, "MEMBER_FACT")),
    ]
    asks += [lambda s: f"IN_SEGMENT {s.pick(s.segments)}"] if s.segments else []
    asks += [lambda s: f"MEMBER_OF {s.pick(s.memberships)}"] if s.memberships else []
    asks += [lambda s: f"OPTED_IN {s.pick(s.opted)}"] if s.opted else []
    variants = ("IS plain", "IS_NOT double", "IS_ONE_OF plain, double")
    asks += [lambda s: f"VARIANT_OF {s.pick(s.experiments)} {s.pick(variants)}"] if s.experiments else []
    asks += [level] if any(not one.split for one in s.ladders) else []
    return s.pick(asks)(s)


def occasion(s: Scope, after: str = "", earlier: Sequence[Rule] = ()) -> str:
    """Of an order, or of what else is waited for; and of the moment."""
    asks: list[Ask] = [
        lambda s: same(s, _WEEKDAYS[0], (s.of(_WEEKDAYS[1]), "WD6")),
        lambda s: same(s, _MONTHS[0], (s.of(_MONTHS[1]), "MO03")),
        lambda s: ordered(s, "CLOCK_TIME", "09:30", "18:00"),
        lambda s: f"DATE_TODAY {s.of('compare')} {s.date()}",
        lambda s: (
            f"DATE_TODAY UNDER {s.days()} {s.pick(('AFTER', 'BEFORE'))} {s.pick(('JOINING_DATE', 'PREV_ORDER_DATE'))}"
        ),
        lambda s: f"EVENT_TIME {s.of('compare')} {s.date()} 09:30",
    ]
    if s.has("measures"):
        asks += [lambda s: measured(s, order=not after)] * 3
    if after.startswith("AFTER_EVENT"):
        own = facts_of(s, "EVENT_FACT", event=after.split()[1])
        asks += [lambda s, one=one: fact(s, one) for one in own] * 2
    if not after:
        asks += [order] * 5
        asks += [lambda s, one=one: fact(s, one) for one in facts_of(s, "ORDER_FACT") if one.type == "T_INSTANT"] * 2
        asks += [lambda s: f"APPLIED {s.pick(earlier).name}"] if earlier else []
    return s.pick(asks)(s)


def order(s: Scope) -> str:
    """Of an order and its amounts."""
    asks: list[Ask] = [
        lambda s: _money(s, amount(s)),
        lambda s: _texts(s, s.pick(("CHANNEL", "STORE", "ORDER_MERCHANT"))),
        lambda s: same(s, "TENDER", ('"card"', '"cash"'), whole=True),
        lambda s: ordered(s, "ORDER_NUMBER", "1", "3"),
        lambda s: f"{amount(s)} {s.of('compare')} {s.number(10, 50)}% OF {amount(s)}",
        *(lambda s, one=one: fact(s, one) for one in facts_of(s, "ORDER_FACT")),
    ]
    return s.pick(asks)(s)


def amount(s: Scope) -> str:
    """An amount of the whole order."""
    base = s.of("money_base")
    if base == "MONEY_PAID" and s.rarely():
        base += f" BY_TENDER {s.pick((chr(34) + 'card' + chr(34), 'x'))}".replace(" x", ' "card", "cash"')
    return base + (" WITHOUT_TAX" if s.rarely() else "")


# ---------- measures


def measured(s: Scope, *, order: bool = True, standing: bool = False) -> str:
    """A question about how much of what. `order`: an order is decided; `standing`: asked of a member at any time."""
    within = "IN_THIS_ORDER" if order and not standing and s.maybe() else s.window(past=True)
    tail = " BEFORE_THIS" if within != "IN_THIS_ORDER" and not standing and s.maybe() else ""
    kinds = ["SPEND", "ORDERS", "ITEMS", "total", "times", "balance"]
    kinds += ["active", "row"] if within != "IN_THIS_ORDER" else []
    kinds += ["earned"] if tail else []
    match s.pick(kinds):
        case "SPEND":
            return _money(s, f"SPEND{_filter(s)}{_lines(s)} {within}{tail}")
        case "ORDERS":
            return ordered(s, f"ORDERS{_filter(s)}{_lines(s)} {within}{tail}", "1 ORDERS", "3 ORDERS")
        case "ITEMS":
            return ordered(s, f"ITEMS{_lines(s)} {within}{tail}", "2 ITEMS", "4 ITEMS")
        case "active":
            return ordered(s, f"{s.pick(_ACTIVE)}{_each(s)} {within}{tail}", "2", "4")
        case "row":
            return ordered(s, f"{s.pick(_IN_A_ROW)}{_each(s)}", "2", "3")
        case "earned":
            purse = s.pick(s.purses)
            by = [one.name for one in s.rules if purse.name in one.purses]
            named = f" BY {', '.join(s.some(by))}" if by and s.maybe() else ""
            return ordered(s, f"EARNED {purse.name}{named} {within}{tail}", s.units(purse, 5), s.units(purse, 50))
        case "balance":
            purse = s.pick(s.purses)
            return ordered(s, f"BALANCE_OF {purse.name}", s.units(purse, 5), s.units(purse, 50))
        case "total":
            return _total(s, within, tail)
        case _:
            return _times(s, within, tail)


def _total(s: Scope, within: str, tail: str) -> str:
    counted = [one for one in facts_of(s, "LINE_FACT", "ORDER_FACT") if one.type in ("T_NUMBER", "T_MONEY")]
    if not counted:
        return _money(s, f"SPEND {within}{tail}")
    one = s.pick(counted)
    asked = f"TOTAL_OF {one.name} {within}{tail}"
    return _money(s, asked) if one.type == "T_MONEY" else ordered(s, asked, "2", "5")


def _times(s: Scope, within: str, tail: str) -> str:
    names = list(s.events) if within != "IN_THIS_ORDER" else []
    names += [one.name for one in s.rules] if tail else []
    if not names:
        return ordered(s, f"ORDERS {within}{tail}", "1 ORDERS", "2 ORDERS")
    return ordered(s, f"TIMES {s.pick(names)} {within}{tail}", "1 TIMES", "3 TIMES")


def _filter(s: Scope) -> str:
    return f" WITH ({joined(s, order_alone)})" if s.rarely("conditions") else ""


def _each(s: Scope) -> str:
    return f" WITH (SPEND AT_LEAST {s.money(50)})" if s.rarely("conditions") else ""


def order_alone(s: Scope) -> str:
    """Of an order that was counted."""
    asks: list[Ask] = [
        lambda s: _texts(s, "CHANNEL"),
        lambda s: same(s, "WEEKDAY", ("WD0", "WD6")),
        lambda s: _money(s, "LIST_PRICE"),
    ]
    return s.pick(asks)(s)


def _lines(s: Scope) -> str:
    return f" ON {s.selection()}" if s.rarely("conditions") else ""
