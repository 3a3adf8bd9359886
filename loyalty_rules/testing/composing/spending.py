"""What takes points: redeem rules, conversions; and changes of denomination."""

from __future__ import annotations

from loyalty_rules.testing.composing import asking
from loyalty_rules.testing.composing.declaring import expiries, usable
from loyalty_rules.testing.composing.scope import Purse, Scope


def redeems(s: Scope) -> None:
    if not s.has("redeems"):
        return
    names = [f"pay_{number}" for number in range(s.pick((1, 2)))]
    for name in names:
        _redeem(s, name, s.pick([one for one in s.purses if not one.reward]))
    if len(names) > 1:
        lines = [s.head("H_GROUP", "tills"), *(f"RULE {name}" for name in names), "ONE_AFTER"]
        lines += [f"TOGETHER {_most(s)}"] if s.maybe() else []
        s.add(*lines)


def _most(s: Scope) -> str:
    """The most that points pay: money, or a share of an amount."""
    base = s.of("untendered") + (" WITHOUT_TAX" if s.rarely() else "")
    return s.pick((s.money(50, 500), f"{s.number(30, 50, 100)}% OF {base}"))


def _redeem(s: Scope, name: str, purse: Purse) -> None:
    s.mixed |= {purse.name} & s.spent
    s.spent.add(purse.name)
    s.redeems.append((name, purse))
    lines = [s.head("H_REDEEM", name), f"USES {purse.name}", *s.former(name)]
    lines += [f"PAYS {s.money(1, 5)} {s.of_some('PER', 'PER_FULL')} {s.units(purse, 1, 10)}"]
    lines += [f"PAY_MOST {_most(s)}"] if s.maybe("caps") else []
    lines += [f"LEAVE {s.money(1, 20)}"] if s.rarely("caps") else []
    lines += [f"MINIMUM {s.units(purse, 5, 20)}"] if s.rarely("parts") else []
    lines += [f"IN_STEPS {s.units(purse, 5, 10)}"] if s.rarely("parts") else []
    lines += [s.of_some("LOWERED", "REFUSED"), f"ON {s.selection()}"]
    lines += [f"EXCEPT {s.pick(s.sets)}"] if lines[-1] == "ON ANY_PRODUCT" and s.sets and s.maybe() else []
    lines += [f"FOR {asking.joined(s, asking.member)}"] if s.rarely("conditions") else []
    lines += [f"WHEN {asking.order(s)}"] if s.rarely("conditions") else []
    lines += [s.dates(), *s.zone()] if s.rarely("dates") else []
    if s.rarely("caps"):
        scope = s.pick(("S_ORDER", f"S_MEMBER {s.of('in_period')}", "S_LINE", "S_ITEM"))
        units = s.pick((s.money(50), s.units(purse, 50))) if scope[2] in "OM" else s.money(50)
        lines.append(f"CAP {units} {scope}")
    lines += [f"LIMIT {s.number(1, 3)} S_MEMBER {s.of('in_period')}"] if s.rarely("caps") else []
    s.add(*lines, *s.words("TITLE", "MSG_GIVEN", "MSG_MISSED"))


def conversions(s: Scope) -> None:
    """Conversions in a row: each takes of another purse, and gives what none before it takes."""
    if not s.has("conversions") or len(s.purses) < 2:
        return
    taken = s.purses[0]
    for number in range(s.pick((1, 2))):
        given = s.pick([one for one in s.purses if one != taken])
        _conversion(s, f"swap_{number}", taken, given, first=number == 0)


def _conversion(s: Scope, name: str, taken: Purse, given: Purse, *, first: bool) -> None:
    s.spent.add(taken.name)
    shift = f" {s.pick(('PLUS', 'LESS'))} {s.days(1, 2)}" if s.rarely() else ""
    forms = ("ON_REQUEST", "AT_ONCE", s.of("end_of") + shift, s.of("start_of") + shift, f"AT_END_YEAR_JOINED{shift}")
    when = s.pick(forms if first else forms[:1])  # two that want the same units at one moment are an error
    if when == "ON_REQUEST":
        s.asked.append((name, taken))
    lines = [s.head("H_CONVERSION", name), when, *s.former(name)]
    if s.maybe():
        lines += [f"USES {s.units(taken, 5, 20)}", f"GIVE {_few(s, given)}"]
    else:
        share = f"GIVE {s.number(20, 50)}% TO {given.name}"
        rate = f"GIVE {_few(s, given)} {s.of_some('PER', 'PER_FULL')} {s.units(taken, 3, 10)}"
        lines += [f"USES_ALL {taken.name}", rate if given.reward else s.pick((rate, share))]
    lines += [f"MINIMUM {s.units(taken, 10, 20)}"] if s.rarely("parts") else []
    lines += [f"FOR {asking.joined(s, asking.member)}"] if s.rarely("conditions") else []
    lines += [s.dates(), *s.zone()] if s.rarely("dates") else []
    lines += [f"CAP {s.units(given, 5, 50)} S_MEMBER {s.window()}"] if s.rarely("caps") else []
    lines += [f"LIMIT {s.number(1, 3)} S_MEMBER {s.window()}"] if s.rarely("caps") else []
    lines += [usable(s)] if s.rarely("lives") else []
    lines += expiries(s, ends=s.maybe()) if s.rarely("lives") else []
    s.add(*lines, *s.words("TITLE", "MSG_GIVEN"))


def _few(s: Scope, purse: Purse) -> str:
    return f"1 {purse.name}" if purse.reward else s.gift(purse, 1, 3)


def changes(s: Scope) -> None:
    if not s.has("changes"):
        return
    purse = next(one for one in s.purses if one.unit != s.currency)
    rate = s.pick(("BALANCES_OVER 10", "BALANCES_TIMES 2", "BALANCES_OVER 3"))
    rounded = f"{s.of('round_mode')} {s.of('converted')}"
    s.add(s.head("H_CHANGE", "anew"), f"CHANGES {purse.name}", f"FROM {s.moment()}", rate, rounded, *s.words("TITLE"))


def lives(s: Scope) -> None:
    """A purse gets another life from a moment on, what it holds with it or not."""
    if not (s.has("changes") and s.has("lives")):
        return
    purse = s.pick([one for one in s.purses if not one.reward])
    ends = "WITHOUT_ACTIVITY" if purse.idle else ""
    lots = s.of_some("OLD_LOTS", "NEW_LOTS")
    s.add(
        s.head("H_CHANGE", "lives"),
        f"CHANGES {purse.name}",
        f"FROM {s.moment()}",
        f"EXPIRE_AFTER {s.life()} {ends}".rstrip(),
        lots,
    )
