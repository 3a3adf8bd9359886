"""Earn rules and boosts."""

from __future__ import annotations

from loyalty_rules.testing.composing import asking
from loyalty_rules.testing.composing.choosing import choices
from loyalty_rules.testing.composing.declaring import expiries, usable
from loyalty_rules.testing.composing.scope import Purse, Rule, Scope


def earns(s: Scope) -> None:
    """The earn rules: the first one gives for every order."""
    count = s.pick((1, 2, 4))
    for number in range(count):
        _earn(s, f"r{number}")
    if s.has("timed"):
        _timed(s, f"r{count}")
    choices(s)
    split = [one for one in s.ladders if one.split]
    if split:
        _by_parts(s, f"r{count + 1}", split[0].name, s.pick(split[0].levels))


def _earn(s: Scope, name: str) -> None:
    after = _after(s)
    lines = [s.head("H_EARN", name), *([after] if after else []), *s.former(name)]
    purse = s.pick(s.purses)
    purses = [purse]
    lines += asked(s, after) + opting(s, name)
    in_force = s.rarely("dates")
    lines += _in_force(s, after) if in_force else []
    by_lines = not after and (s.pick((True, False)) if not purse.reward else s.maybe())
    gift, measured = _gift(s, purse, by_lines=by_lines, order=not after)
    basis = _basis(s, gift, measured=measured) if by_lines else []
    counts = any(line.split()[1] in ("ORDERS", "EARNED") or " IN_" in line for line in basis)
    if counts:
        gift = f"GIVE {s.gift(purse, 1, 2)} {_step(s, purse)} 2 ORDERS"
    lines += basis
    lines += _lines(s, counts=counts or "[" in gift) if by_lines else []
    lines += [gift]
    other = [one for one in s.purses if one.adds_up and one != purse and purse.adds_up and not one.posting]
    if other and s.rarely("several"):
        purses.append(s.pick(other))
        lines.append(f"GIVE {s.gift(purses[-1], 1, 3)}")
    lines += _bounds(s, purses, by_lines=by_lines)
    lines += _own_life(s, purses, after)
    lines += _level(s)
    lines += s.words("TITLE", "MSG_GIVEN", "MSG_MISSED")
    s.add(*lines)
    rated = "PER" in gift or "%" in gift or "[" in gift
    s.rules.append(Rule(name, tuple(one.name for one in purses), after, by_lines, rated, counts or measured))


def _after(s: Scope) -> str:
    """What a rule waits for; "" for orders."""
    forms = ["", "", ""]
    forms += [f"AFTER_EVENT {name}" for name in s.events]
    forms += ["AFTER_JOINING"] if s.has("timed") else []
    if s.has("levels given"):
        forms += [f"AFTER_REACHING {s.pick(one.levels)} IN_LADDER {one.name}" for one in s.ladders]
    return s.pick(forms) if s.rules else ""


def asked(s: Scope, after: str, before: int | None = None) -> list[str]:
    """For whom a rule is, and when."""
    lines = [f"FOR {asking.joined(s, asking.member)}"] if s.rarely("conditions") else []
    earlier = [one for one in s.rules[:before] if one.after == after]
    earlier = [one for one in earlier if not any(s.purse(name).grouped for name in one.purses)]
    if s.maybe("conditions"):
        lines.append(f"WHEN {asking.joined(s, lambda s: asking.occasion(s, after, earlier))}")
    lines += [f"WHEN {asking.occasion(s, after, earlier)}"] if s.rarely("conditions") else []
    return lines


def opting(s: Scope, name: str) -> list[str]:
    """Whether members opt in to a rule."""
    if not s.rarely("conditions"):
        return []
    s.opted.append(name)
    return ["OPT_IN"]


def _in_force(s: Scope, after: str) -> list[str]:
    lines = [s.dates()]
    if not after and s.maybe("measures"):
        lines += [f"WHEN ORDERS IN_FORCE AT_MOST {s.number(2, 5)} ORDERS"]
    if not s.maybe():
        return lines
    told = [one for one in s.facts if (one.owner, one.type) == ("MEMBER_FACT", "TIME_ZONE")]
    own = ("ZONE_MEMBER",) if len(told) == len(lines) == 1 else ()  # what is counted in force keeps the dates of all
    return [*lines, s.pick(("TIME_ZONE Asia/Tokyo", "TIME_ZONE Pacific/Apia", *own))]


def _gift(s: Scope, purse: Purse, *, by_lines: bool, order: bool) -> tuple[str, bool]:
    """A gift, and whether it counts the steps of a measure."""
    if purse.reward:
        return f"GIVE 1 {purse.unit}", False
    fixed = f"GIVE {s.gift(purse, 1, 5, 20)}"
    if not by_lines:
        if order and s.has("measures") and not purse.posting and s.rarely():
            return f"GIVE {s.gift(purse, 1, 3)} {_step(s, purse)} {s.money(100)} OF SPEND {s.of('in_period')}", True
        return fixed, False
    step = _step(s, purse)
    forms = [f"GIVE {s.gift(purse, 1, 2, 7)} {step} {s.money(3, 10)}", f"GIVE {s.number(1, 5, 20)}% TO {purse.name}"]
    forms += [f"GIVE {s.gift(purse, 1, 5)} {step} {s.number(1, 2)} ITEMS", fixed]
    for name, (kind, own) in s.tables.items():
        parts = f" {s.of_some('WHOLE_AMOUNT', 'EACH_PART')}" if own else ""
        given = f"TO {purse.name}" if kind == "T_PERCENT" else f"{purse.name} PER {s.money(10)}"
        forms.append(f"GIVE [{name}] {given}{parts}")
    return s.pick(forms), False


def _step(s: Scope, purse: Purse) -> str:
    """How steps are counted; whole ones are those of one order."""
    return "PER" if purse.posting else s.of_some("PER", "PER_FULL", "PER_STARTED")


def _basis(s: Scope, gift: str, *, measured: bool) -> list[str]:
    """What a rule counts, where that is not the basis of the programme."""
    if "[" in gift:
        return ["BASIS MONEY_PAID"]
    if "ITEMS" in gift or measured or not s.maybe("rounding"):
        return []
    return [f"BASIS {s.pick((asking.amount(s), f'ORDERS {s.window()}'))}"]


def _lines(s: Scope, *, counts: bool) -> list[str]:
    """The lines of a rule, and which part of them counts."""
    lines = [f"ON {s.selection()}"]
    lines += [f"EXCEPT {s.pick(s.sets)}"] if lines == ["ON ANY_PRODUCT"] and s.sets and s.maybe() else []
    if counts or not s.maybe("parts"):
        return lines
    word = s.of_some("SKIP_FIRST", "ONLY_FIRST")
    scope = s.pick(("", "", f" S_MEMBER {s.window(ladders=False)}"))
    part = s.pick((s.money(20, 200), f"{s.number(1, 3)} ITEMS {s.of('order')}"))
    return [*lines, f"{word} {part}{scope}"]


def cap(s: Scope, purse: Purse, *, by_lines: bool) -> str:
    """A ceiling on what goes into a purse."""
    scopes = ["S_ORDER", f"S_MEMBER {s.window()}", f"S_MEMBER {s.of('in_period')}"]
    scopes += ["S_LINE", "S_ITEM"] if by_lines and not purse.together else []
    if purse.posting:
        scopes = [f"S_MEMBER {s.pick(('EVER', 'IN_YEAR'))}"]
    return f"CAP {s.units(purse, 3, 10, 60)} {s.pick(scopes)}"


def _bounds(s: Scope, purses: list[Purse], *, by_lines: bool) -> list[str]:
    purse = purses[0]
    lines = []
    if s.maybe("caps"):
        lines.append(cap(s, purse, by_lines=by_lines) + (" BEFORE_BOOSTS" if not purse.posting and s.rarely() else ""))
    if s.rarely("caps"):
        lines.append(f"LIMIT {s.number(1, 3)} S_MEMBER {s.window()}")
    if len(purses) == 1 and s.rarely("parts") and not purse.reward:
        lines.append(f"MINIMUM {s.units(purse, 2, 20)}")
    plain = not any(one.carries or one.posting or one.together or one.reward for one in purses)
    if plain and by_lines and s.rarely("rounding"):
        lines.append(f"{s.of('round_mode')} {s.pick(('S_ORDER', 'S_LINE', 'S_ITEM'))}")
    return lines


def _own_life(s: Scope, purses: list[Purse], after: str) -> list[str]:
    ordered = not after or (after.startswith("AFTER_EVENT") and s.events[after.split()[1]])
    lines = [usable(s, ordered=ordered)] if s.rarely("lives") else []
    return lines + (expiries(s, ends=s.maybe()) if s.rarely("lives") else [])


def _level(s: Scope) -> list[str]:
    """A level that a rule gives beside its points, or ends that it moves."""
    lines = []
    given = [one for one in s.ladders if not one.split]
    if given and s.rarely("levels given"):
        ladder = s.pick(given)
        lasting = s.pick(("", f" LASTING {s.life()}", " LASTING THROUGH 2026-12-31", f" LASTING {s.of('end_of')}"))
        lines.append(f"GIVE_LEVEL {s.pick(ladder.levels)} IN_LADDER {ladder.name}{lasting}")
    ending = [one for one in s.purses if one.ends]
    if ending and s.rarely("lives"):
        lines.append(f"PROLONG {s.pick(ending).name} {s.life()}")
    return lines


def _timed(s: Scope, name: str) -> None:
    """A rule that waits for time to pass."""
    purse = s.pick(s.purses)
    shift = f" {s.pick(('PLUS', 'LESS'))} {s.number(1, 2)} DAYS" if s.rarely() else ""
    yearly = [one.name for one in s.facts if one.type == "T_YEARLY"]
    forms = [s.of("end_of") + shift, s.of("start_of") + shift, f"AT_END_YEAR_JOINED{shift}", f"AT_ITS_END{shift}"]
    forms += [f"{s.of('year_of')} {one}" for one in s.memberships]
    forms += [f"EACH_YEAR_ON {day}" for day in ("JOINING_DATE", s.yearday(), *yearly)]
    when = s.pick(forms)
    lines = [s.head("H_EARN", name), when, f"GIVE {'1' if purse.reward else s.number(5, 20)} {purse.name}"]
    lines += ["THROUGH 2026-04-30"] if when.startswith("AT_ITS_END") else []
    lines += [f"FOR {asking.joined(s, asking.member)}"] if s.rarely("conditions") else []
    lines += [f"WHEN {asking.measured(s, order=False)}"] if s.maybe("measures") else []
    lines += _bounds(s, [purse], by_lines=False) + s.words("TITLE", "MSG_GIVEN")
    s.add(*lines)
    s.rules.append(Rule(name, (purse.name,), when))


def _by_parts(s: Scope, name: str, ladder: str, level: str) -> None:
    """A rule that asks for a level for the part of an order above it."""
    purse = s.pick([one for one in s.purses if not one.reward])
    s.add(
        s.head("H_EARN", name),
        f"FOR {ladder} IS {level}",
        "ON ANY_PRODUCT",
        f"GIVE {s.gift(purse, 1, 2)} PER {s.money(10)}",
    )
    s.rules.append(Rule(name, (purse.name,), "", True, True))


# ---------- boosts


def boosts(s: Scope) -> None:
    """Boosts of the rules into one purse; those on one side of rounding stand in a group."""
    plain = [one for one in s.rules if not one.after and len(one.purses) == 1 and not one.measured]
    plain = [one for one in plain if not s.purse(one.purses[0]).reward]
    if not s.has("boosts") or not plain:
        return
    purse = s.purse(plain[0].purses[0])
    changed = s.some([one for one in plain if one.purses[0] == purse.name])
    early: list[str] = []
    late: list[str] = []
    for number in range(s.pick((1, 2, 3))):
        name = f"b{number}"
        after_rounding = not (purse.posting or purse.together) and s.rarely("rounding")
        (late if after_rounding else early).append(name)
        _boost(s, name, changed, purse, late=after_rounding)
    for number, names in enumerate((early, late)):
        if len(names) > 1:
            _boost_group(s, f"more_{number}", names, purse)


def _boost(s: Scope, name: str, changed: list[Rule], purse: Purse, *, late: bool) -> None:
    by_lines = all(one.by_lines for one in changed)
    lines = [s.head("H_BOOST", name), f"CHANGES {', '.join(one.name for one in changed)}", *s.former(name)]
    factors = [f"[{table}]" for table, (kind, _) in s.tables.items() if kind == "T_NUMBER"]
    gift = f"{s.gift(purse, 1, 3)}" + (f" PER {s.money(10)}" if by_lines and s.maybe() else "")
    effects = [f"MULTIPLY_BY {s.pick(('2', '1.5', '0.5', '3'))}", *(f"MULTIPLY_BY {one}" for one in factors)]
    effects += [f"INCREASE {gift}", f"REPLACE_WITH {gift}"]
    lines.append(s.pick(effects))
    lines += ["AFTER_ROUNDING"] if late else []
    lines += asked(s, "", before=min(s.rules.index(one) for one in changed))
    lines += opting(s, name)
    lines += _in_force(s, "") if s.rarely("dates") else []
    on_lines = by_lines and s.maybe()
    lines += [f"ON {s.selection()}"] if on_lines else []
    lines += [cap(s, purse, by_lines=on_lines)] if s.rarely("caps") and not purse.posting else []
    lines += [f"LIMIT {s.number(1, 3)} S_MEMBER {s.window()}"] if s.rarely("caps") else []
    s.add(*lines, *s.words("TITLE", "MSG_GIVEN", "MSG_MISSED"))


def _boost_group(s: Scope, name: str, names: list[str], purse: Purse) -> None:
    policy = s.pick(("ADD_UP", "G_MULTIPLY", "ONE_AFTER", "LARGEST", "SMALLEST_ONE", "FIRST_LISTED"))
    lines = [s.head("H_GROUP", name), *(f"RULE {one}" for one in names), policy]
    lines += [f"DECIDE_{s.pick(('ORDER', 'LINE'))}"] if policy in ("LARGEST", "SMALLEST_ONE", "FIRST_LISTED") else []
    lines += [cap(s, purse, by_lines=False)] if s.rarely("caps") and not purse.posting else []
    s.add(*lines)
