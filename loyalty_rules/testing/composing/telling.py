"""Examples: steps of every kind, with expectations that may come true or not."""

from __future__ import annotations

from typing import Final

from loyalty_rules.testing.composing import asking
from loyalty_rules.testing.composing.scope import Fact, Purse, Scope

_VALUES: Final = {
    "T_NUMBER": "2",
    "T_PERCENT": "5%",
    "T_TEXT": '"a"',
    "T_YESNO": "YES",
    "DATE_TODAY": "2026-03-02",
    "T_INSTANT": "2026-03-02 12:00",
    "TIME_ZONE": '"Asia/Tokyo"',
    "T_YEARLY": "1990-03-05",
}


def examples(s: Scope) -> None:
    if not s.has("examples"):
        return
    lines = ['H_EXAMPLE "Some days"', *_givens(s)]
    for number in range(1, 1 + s.pick((1, 3, 6))):
        lines += _step(s, number)
    s.add(*lines)


def _givens(s: Scope) -> list[str]:
    lines = ["GIVEN JOINING_DATE IS 2026-02-01"] if s.maybe() else []
    lines += [f"GIVEN {one.name} IS {_value(s, one)}" for one in asking.facts_of(s, "MEMBER_FACT")]
    lines += [f"GIVEN {one.name} IS {s.pick(one.levels)}" for one in s.ladders if s.maybe()]
    lines += [f"GIVEN OPTED_IN {name}" for name in s.opted if s.maybe()]
    if s.experiments:
        lines += [s.pick(("GIVEN VARIANT_OF rate_test IS double", "GIVEN VARIANT_OF rate_test IS plain"))]
    return lines + [f"GIVEN BALANCE_OF {one.name} IS {s.units(one, 1)}" for one in s.purses if s.maybe()]


def _value(s: Scope, fact: Fact) -> str:
    if fact.choices:
        return s.pick(fact.choices)
    return f"7 {s.currency}" if fact.type == "T_MONEY" else _VALUES[fact.type]


def _step(s: Scope, number: int) -> list[str]:
    """One step; the first is an order, so that later ones can be about it."""
    at = f"AT 2026-03-{number:02} 11:00"
    kinds = ["order", "order", "nothing", "join", "confirm", "return", "cancel"]
    kinds += ["event"] if s.events else []
    kinds += ["convert"] if s.asked else []
    kinds += ["reserve", "settle"] if s.redeems else []
    kinds += ["transfer"] if s.given_away else []
    kinds += ["membership"] if s.memberships else []
    kinds += ["perk"] if s.perks else []
    kinds += ["opt in"] if s.opted else []
    kinds += ["choose"] if s.chosen else []
    match s.pick(kinds) if number > 1 else "order":
        case "order":
            return [f'{at} X_ORDER "o-{number}"', *_order(s), *_expected(s)]
        case "join":
            return [f"{at} X_JOIN"]
        case "confirm":
            return [f'{at} X_CONFIRM "o-1"', *_maybe_refused(s)]
        case "cancel":
            return [f'{at} X_CANCEL "o-1"', *_maybe_refused(s)]
        case "return":
            return [f'{at} X_RETURN "o-1"', "| ORDER_LINE | QUANTITY |", "| 1 | 1 |", *_refund(s)]
        case "event":
            name = s.pick(sorted(s.events))
            about = ' OF_ORDER "o-1"' if s.events[name] else ""
            told = [f"DETAIL {one.name} IS {_value(s, one)}" for one in asking.facts_of(s, "EVENT_FACT", event=name)]
            return [f"{at} X_EVENT {name}{about}", *told, *_afterwards(s)]
        case "convert":
            name, purse = s.pick(s.asked)
            asks = s.pick((f"X_CONVERT_ALL {name}", f"X_CONVERT {s.units(purse, 20)} BY {name}"))
            return [f"{at} {asks}", *_maybe_refused(s)]
        case "reserve":
            name, purse = s.pick(s.redeems)
            asks = s.pick((f"X_RESERVE_ALL {name}", f"X_RESERVE {s.units(purse, 20)} BY {name}"))
            until = s.pick(("", " UNTIL 2026-03-20 12:00"))
            return [f'{at} {asks} UNDER_NUMBER "h-{number}"{until}', *_maybe_refused(s)]
        case "settle":
            units = s.units(s.redeems[0][1], 5)
            one = f'X_CAPTURE_ONLY {units} OF_RESERVATION "h-{number - 1}"'
            asks = s.pick((f'X_CAPTURE "h-{number - 1}"', one, f'X_RELEASE "h-{number - 1}"'))
            return [f"{at} {asks}", *_maybe_refused(s)]
        case "membership":
            return [f"{at} {s.of('membership_step')} {s.pick(s.memberships)}", *_maybe_refused(s)]
        case "perk":
            return [f"{at} X_PERK {s.pick(s.perks)}", *_maybe_refused(s)]
        case "opt in":
            return [f"{at} X_OPT {s.pick(s.opted)}", *_maybe_refused(s)]
        case "choose":
            gift, rule = s.pick(s.chosen)
            return [f"{at} X_CHOOSE {gift} BY {rule}", *_maybe_refused(s)]
        case "transfer":
            return [f"{at} X_TRANSFER {s.units(s.pick(s.given_away), 5)}", *_maybe_refused(s)]
        case _:
            return [f"{at} X_NOTHING", *_afterwards(s)]


def _maybe_refused(s: Scope) -> list[str]:
    return ["SHOULD_REFUSE"] if s.rarely() else []


def _refund(s: Scope) -> list[str]:
    return [f"SHOULD_REFUND {s.money(50)}"] if s.rarely() else _maybe_refused(s)


# ---------- orders


def _order(s: Scope) -> list[str]:
    lines = [f"DETAIL {field} IS {s.data()}" for field in ("CHANNEL", "STORE") if s.maybe("conditions")]
    lines += [f"DETAIL {one.name} IS {_value(s, one)}" for one in asking.facts_of(s, "ORDER_FACT")]
    lines += _rows(s)
    if s.redeems and s.maybe():
        name, purse = s.redeems[0]
        lines.append(s.pick((f"ASK_REDEEM_ALL {name}", f"ASK_REDEEM {s.units(purse, 5)} BY {name}")))
        return [*lines, *([f"SHOULD_LEAVE {s.money(50)}"] if s.maybe() else [])]
    return [*lines, *([f'PAID_BY {s.money(100)} BY_TENDER "card"'] if s.rarely() else [])]


def _rows(s: Scope) -> list[str]:
    """A table of lines."""
    heads = [field for field in ("SKU", "CATEGORY", "BRAND", "TAG", "QUANTITY") if s.maybe("conditions")]
    facts = asking.facts_of(s, "LINE_FACT")
    price = s.pick(("UNIT_PRICE", "LIST_PRICE"))
    columns = [*heads, *(one.name for one in facts), price]
    columns += ["PRICE_AFTER"] if s.rarely() else []
    rows = [f"| {' | '.join(columns)} |"]
    for _ in range(s.pick((1, 2, 3))):
        cells = [s.number(1, 2) if head == "QUANTITY" else s.data() for head in heads]
        cells += [_value(s, one) for one in facts]
        cells += [s.money(100, 500)]
        cells += [s.money(50)] if "PRICE_AFTER" in columns else []
        rows.append(f"| {' | '.join(cells)} |")
    return rows


def _expected(s: Scope) -> list[str]:
    rule = s.pick(s.rules)
    purse = s.purse(rule.purses[0])
    nothing = f"SHOULD_GIVE_NOTHING BY {rule.name}"
    lines = [s.pick((f"SHOULD_GIVE {s.gift(purse)} BY {rule.name}", nothing, f"{nothing} BECAUSE {s.of('outcome')}"))]
    return [*lines, *_afterwards(s)]


def _afterwards(s: Scope) -> list[str]:
    if not s.maybe():
        return []
    purse: Purse = s.pick(s.purses)
    return [f"AFTERWARDS {s.pick((f'BALANCE_OF {purse.name} AT_LEAST {s.units(purse, 5)}', asking.of_standing(s)))}"]
