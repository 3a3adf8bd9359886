"""What a programme declares before its rules: the programme block, facts, events, purses, sets, segments, tables."""

from __future__ import annotations

from typing import Final

from loyalty_rules.testing.composing import asking
from loyalty_rules.testing.composing.scope import Fact, Purse, Scope

_ZONES: Final = ("UTC", "Europe/Moscow", "Europe/Berlin", "America/New_York")
_CHOICES: Final = ('"light"', '"dark"')
#: By type, a value that stands in where a fact is not told.
_ELSE: Final = {
    "T_MONEY": "0 {currency}",
    "T_NUMBER": "1",
    "T_PERCENT": "5%",
    "T_TEXT": '"a"',
    "T_YESNO": "NO",
    "DATE_TODAY": "2026-03-02",
    "T_INSTANT": "2026-03-02 12:00",
    "TIME_ZONE": '"Asia/Tokyo"',
}


def programme(s: Scope) -> list[str]:
    """The programme block. It is written last: what weeks and years begin with is said where they are used."""
    used = " ".join(line for block in s.blocks for line in block)
    lines = ['H_PROGRAMME "Drawn"', f"CURRENCY {s.currency}", f"TIME_ZONE {s.pick(_ZONES)}"]
    lines += [f"BASIS {s.basis}"]
    lines += ["WEEK_STARTS " + s.of("weekday")] if "WEEK" in used.replace("WEEKDAY", "") else []
    lines += [f"PYEAR_STARTS {s.yearday()}"] if "PYEAR" in used else []
    lines += [f"DAY_STARTS {s.pick(('03:00', '00:30'))}"] if s.rarely("dates") else []
    lines += [s.pick(("TAX_IN", "TAX_EX"))]
    lines += [s.pick(("LATE_NO", "LATE_OK 3 DAYS", "LATE_OK 1 WEEKS"))] if s.has("timed") else ["LATE_NO"]
    if s.returns:
        within = f"{s.number(14, 30)} DAYS"
        lines += [s.pick((f"RET_PROP {within}", f"RET_REPLAY {within}"))]
        lines += ["RET_PRICES"] if lines[-1].startswith("RET_REPLAY") else []
        lines += [s.of_some("REFUND_PROP", "REFUND_POINTS", "REFUND_MONEY")] if "H_REDEEM" in used else []
        lines += [s.of_some("USED_STAND", "USED_OWED")] if _gives_rewards(s) else []
    else:
        lines += ["RET_NONE"]
    lines += ["FROM 2026-01-01"] if s.rarely("dates") else []
    lines += ["EARN_THROUGH 2027-12-31"] if s.rarely("dates") else []
    lines += ["REDEEM_THROUGH 2028-03-31"] if "H_REDEEM" in used and s.rarely("dates") else []
    return lines


def _gives_rewards(s: Scope) -> bool:
    """Whether earn rules give a reward."""
    rewards = {one.name for one in s.purses if one.reward}
    return any(rewards.intersection(rule.purses) for rule in s.rules)


def facts(s: Scope) -> None:
    if not s.has("facts"):
        return
    lines = ["H_FACTS"]
    for owner, name in (("LINE_FACT", "roast"), ("ORDER_FACT", "guests"), ("MEMBER_FACT", "hired")):
        lines += [_fact(s, owner, f"{name}_{number}") for number in range(s.pick((1, 2)))]
    if s.maybe():
        optional = s.maybe()
        s.facts.append(Fact("birthday", "MEMBER_FACT", "T_YEARLY", optional=optional))
        leap = s.pick(("LEAP_FEB", "LEAP_MAR"))
        lines.append(f"MEMBER_FACT birthday IS T_YEARLY {leap}{' OPTIONAL' if optional else ''}")
    s.add(*lines)


def _fact(s: Scope, owner: str, name: str, event: str = "") -> str:
    of = s.pick((*s.choices_of("fact_type"), "choice"))
    tail = s.pick(("", "OPTIONAL", "ELSE"))
    s.facts.append(Fact(name, owner, of, _CHOICES if of == "choice" else (), tail == "OPTIONAL", event))
    if of == "choice":
        return f"{owner} {name} IS_ONE_OF {', '.join(_CHOICES)}{_tail(tail, _CHOICES[1])}"
    return f"{owner} {name} IS {of}{_tail(tail, _ELSE[of].format(currency=s.currency))}"


def _tail(tail: str, value: str) -> str:
    return f" ELSE {value}" if tail == "ELSE" else f" {tail}".rstrip()


def events(s: Scope) -> None:
    if not s.has("events"):
        return
    for number in range(s.pick((1, 2))):
        name = f"review_{number}"
        lines = [s.head("H_EVENT", name), *s.former(name)]
        about = number == 1 or s.maybe()
        lines += ["ABOUT_ORDER"] if about else []
        lines += [_fact(s, "EVENT_FACT", f"stars_{number}", name)] if s.maybe("facts") else []
        s.events[name] = about
        s.add(*lines)


# ---------- purses


def purses(s: Scope) -> None:
    """Purses are written when it is known what is spent; here they get their names."""
    names = ["points", *(["miles"] if s.has("several") else []), *(["cash"] if s.has("money purses") else [])]
    for name in names:
        unit = s.currency if name == "cash" else name
        posting = name != "cash" and s.rarely("posting")
        together = not posting and s.rarely("posting")
        carries = not posting and not together and s.rarely("rounding")
        idle = s.rarely("lives")
        adds_up = not s.maybe("groups")
        grouped = not adds_up or s.maybe("groups")
        ends = idle or s.maybe()
        s.purses.append(Purse(name, unit, adds_up, grouped, False, carries, posting, together, idle, ends))
    for number in range(s.pick((1, 2)) if s.has("rewards") else 0):
        s.purses.append(Purse(f"gift_{number}", f"gift_{number}", reward=True))


def purse(s: Scope, one: Purse) -> list[str]:
    """The block of a purse."""
    if one.reward:
        return _reward(s, one)
    lines = [s.head("H_PURSE", one.name), *s.former(one.name)]
    lines += [f"COUNTED_IN {s.currency}"] if one.unit == s.currency else []
    lines += [f"DECIMALS {s.number(0, 2)}"] if one.unit != s.currency and s.rarely("rounding") else []
    lines += ["RULES_ADD_UP"] if one.adds_up else []
    lines += _rounding(s, one)
    lines += ["CARRY_REM"] if one.carries else []
    lines += [f"HOLD_MOST {s.units(one, 100, 500)}"] if s.rarely("caps") else []
    lines += [f"WORTH {s.money(1, 2)} PER {s.units(one, 1, 10)}"] if one.unit != s.currency else []
    if one.name in s.spent or s.rarely("redeems"):
        lines += [s.of_some("TAKE_OLDEST", "TAKE_SOONEST", "TAKE_NEWEST")]
        if one.name not in s.spent or s.maybe():
            lines += [f"TRANSFER_MOST {s.units(one, 50)} {s.window(ladders=False)}"]
            s.given_away.append(one)
    apart = one.name in s.spent - s.mixed and s.rarely("redeems")
    lines += ["KEEP_APART"] if apart else []
    lines += [f"OVERDRAFT {s.units(one, 50)}"] if not apart and s.rarely("redeems") else []
    lines += [s.of_some("RET_LEFT", "RET_NEG")] if s.returns else []
    lines += [usable(s)]
    lines += [f"EXPIRE_AFTER {s.life()} WITHOUT_ACTIVITY"] if one.idle else expiries(s, ends=one.ends)
    if one.idle:
        lines += [f"ACTIVITY {s.pick(('SPEND', 'ORDERS', 'ITEMS ON ANY_PRODUCT', f'EARNED {one.name}'))}"]
    if one.ends and s.rarely("lives"):
        lines += [f"EXPIRY_WAITS {asking.member(s)}"]
    lines += [s.of_some("LIFE_EARNED", "LIFE_USABLE")] if s.rarely("lives") else []
    return [*lines, *s.words("TITLE")]


def _rounding(s: Scope, one: Purse) -> list[str]:
    if not s.has("rounding") and not one.posting and not one.together:
        return ["ROUND_DOWN S_ORDER"]
    mode = s.of("round_mode")
    if one.posting:
        if s.maybe():
            return [f"{mode} S_POSTING", f"POSTS {s.of('end_of')}"]
        return [f"{mode} {s.of('in_period')}"]
    if one.together:
        return [f"{mode} S_TOGETHER"]
    return [f"{mode} {'S_ORDER' if one.carries else s.pick(('S_ORDER', 'S_LINE', 'S_ITEM'))}"]


def _reward(s: Scope, one: Purse) -> list[str]:
    lines = [s.head("H_REWARD", one.name), "HANDED_OVER", *s.former(one.name), *s.words("MSG_GIVEN", "MSG_MISSED")]
    lines += [f"HOLD_MOST 3 {one.unit}"] if s.maybe("caps") else []
    lines += [usable(s)] if s.maybe("lives") else []
    lines += [s.of_some("RET_BACK", "RET_USED")] if s.returns else []
    return [*lines, *expiries(s, ends=s.maybe()), *s.words("TITLE")]


def usable(s: Scope, *, ordered: bool = False) -> str:
    """When what is given can be used. `ordered`: an order is there that a confirmation or an event can be about."""
    if not s.has("lives"):
        return "USABLE_AT_ONCE"
    forms = ["USABLE_AT_ONCE", f"USABLE_AFTER {s.number(1, 14)} {s.pick(('DAYS', 'HOURS', 'WEEKS'))}"]
    forms += [f"USABLE_FROM {s.of('from_next')}", f"USABLE_FROM {s.of('from_next')} PLUS {s.days()}"]
    forms += [f"USABLE_FROM ON_DAY {s.yearday()}"]
    if ordered:
        about = [name for name, of_order in s.events.items() if of_order]
        forms += ["USABLE_CONFIRM", *(f"USABLE_AFTER {s.number(0, 3)} DAYS SINCE_EVENT {name}" for name in about)]
    return s.pick(forms)


def expiries(s: Scope, *, ends: bool) -> list[str]:
    """The ends of what is given."""
    if not ends:
        return ["EXPIRE_NEVER"]
    if not s.has("lives"):
        return ["EXPIRE_AFTER 1 MONTHS"]
    forms = (
        f"EXPIRE_AFTER {s.life()}",
        f"EXPIRE_AFTER {s.life()} {s.of('end_of')}",
        f"EXPIRE_AFTER {s.life()} ON_DAY {s.yearday()}",
        f"EXPIRE_SAME {s.life()} LATER",
        f"EXPIRE {s.of('end_of')}",
        f"EXPIRE ON_DAY {s.yearday()}",
        "EXPIRE THROUGH 2026-12-31",
    )
    first = s.pick(forms)
    second = s.pick(forms) if s.rarely() else first
    return [first] if first == second else [first, second]


# ---------- sets, segments, tables


def sets(s: Scope) -> None:
    if not s.has("sets"):
        return
    for number in range(s.pick((1, 2, 3))):
        name = f"Set_{number}"
        lines = [s.head("H_PRODUCTS", name), f"WHERE {asking.joined(s, asking.line)}", *s.former(name)]
        lines += [f"WHERE {asking.line(s)}"] if s.rarely("conditions") else []
        if s.sets:
            lines += [f"INCLUDE {s.pick(s.sets)}"] if s.maybe() else []
            lines += [f"EXCEPT {s.sets[0]}"] if s.maybe() and f"INCLUDE {s.sets[0]}" not in lines else []
        s.add(*lines)
        s.sets.append(name)


def memberships(s: Scope) -> None:
    if not s.has("memberships"):
        return
    for number in range(s.pick((1, 2))):
        name = f"plus_{number}"
        lines = [s.head("H_MEMBERSHIP", name), *s.former(name)]
        paid = s.maybe()
        lines += [f"COSTS {s.money(10, 40)} EVERY {s.number(1, 12)} MONTHS"] if paid else []
        lines += [f"TRIAL {s.number(10, 30)} DAYS"] if s.maybe() else []
        lines += [f"GRACE {s.number(2, 5)} DAYS"] if paid and s.maybe() else []
        lines += [s.of_some("LEAVE_NOTHING", "LEAVE_UNUSED") if paid else "LEAVE_NOTHING"]
        s.add(*lines, *s.words("TITLE", "MSG_GIVEN"))
        s.memberships.append(name)


def experiments(s: Scope) -> None:
    """Two variants for shares of the members, and at times a share that gets nothing."""
    if not s.has("experiments"):
        return
    held_out = s.pick((0, 10, 40))
    lines = [s.head("H_EXPERIMENT", "rate_test"), "VARIANT plain 50%", f"VARIANT double {50 - held_out}%"]
    lines += [f"HOLD_OUT {held_out}%"] if held_out else []
    s.add(*lines)
    s.experiments.append("rate_test")


def perks(s: Scope) -> None:
    """Benefits without money; asked of the member and the moment."""
    if not s.has("perks"):
        return
    name = "lounge"
    lines = [s.head("H_PERK", name), *s.former(name), 'GRANTS "A seat by the window"']
    lines += [f"FOR {asking.joined(s, asking.member)}"] if s.maybe("conditions") else []
    lines += [f"WHEN {s.pick(('WEEKDAY IS_NOT WD6', 'DATE_TODAY AT_LEAST 2026-03-02'))}"] if s.maybe() else []
    lines += [f"LIMIT {s.number(1, 3)} S_MEMBER {s.of('in_period')}"] if s.maybe("caps") else []
    s.add(*lines, *s.words("TITLE", "MSG_GIVEN"))
    s.perks.append(name)


def segments(s: Scope) -> None:
    if not s.has("segments"):
        return
    s.add(s.head("H_SEGMENT", "staff"), "SUPPLIED", *s.former("staff"))
    s.segments.append("staff")
    if s.maybe("measures"):
        s.add(s.head("H_SEGMENT", "regulars"), f"WHEN {asking.joined(s, asking.of_standing)}")
        s.segments.append("regulars")


def tables(s: Scope) -> None:
    """Ladders of rates: over the basis of the programme, or over a measure."""
    if not s.has("tables"):
        return
    for number, (kind, own) in enumerate((("T_NUMBER", True), ("T_PERCENT", True), ("T_NUMBER", False))):
        if not s.maybe():
            continue
        name = f"rates_{number}"
        head = s.pick(("MONEY_PAID", "SPEND IN_MONTH", "SPEND IN_THIS_ORDER")) if own else "LIST_PRICE"
        own = own and (head == "MONEY_PAID" or s.basis == "MONEY_PAID")
        sign = "%" if kind == "T_PERCENT" else ""
        low, high = s.money(50, 100), s.money(500)
        rows = s.pick(
            (
                (("CELL_ALL", 2),),
                ((f"UNDER {low}", 1), (f"AT_LEAST {low}", 3)),
                ((f"AT_MOST {low}", 1), (f"OVER {low} AND UNDER {high}", 2), (f"AT_LEAST {high}", 5)),
                ((f"UNDER {low}", 4), (f"BETWEEN {low} AND {high}", 3), (f"OVER {high}", 1)),
            )
        )
        otherwise = []
        if not own and s.maybe():
            head, rows = "WEEKDAY", (("WD5", 2), ("WD6", 3))
            otherwise = [f"OTHERWISE {s.pick((0, 1, 2))}{sign}"]
        lines = [s.head("H_TABLE", name), f"VALUE rate IS {kind}", *otherwise, *s.former(name), f"| {head} | rate |"]
        s.add(*lines, *(f"| {cell} | {value}{sign} |" for cell, value in rows))
        s.tables[name] = (kind, own)
