"""Earn rules, boosts and guardrails."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from typing import TypedDict

from loyalty_rules.calendar import Zone
from loyalty_rules.diagnostics import Related, Role
from loyalty_rules.lang import checked as k
from loyalty_rules.lang import conditions as c
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker import amounts, assigned, caps, conditions, currencies, measures
from loyalty_rules.lang.checker.choosing import choosing_of
from loyalty_rules.lang.checker.codes import codes_of
from loyalty_rules.lang.checker.context import Context, title_of
from loyalty_rules.lang.checker.counts import TRIGGERS, all_of, first_of, role_of, shown_role, simple
from loyalty_rules.lang.checker.declarations import named, rounding
from loyalty_rules.lang.checker.funding import funders
from loyalty_rules.lang.checker.gifts import GiftPlace, gift, is_rate, lookup
from loyalty_rules.lang.checker.lives import check_activity, expiries, prolongs, usable
from loyalty_rules.lang.checker.measures import Place
from loyalty_rules.lang.checker.names import GIVING, resolve
from loyalty_rules.lang.checker.ofmembers import only_about_member
from loyalty_rules.lang.checker.programme import OF_AWARD, OF_MISS, dates, messages, titles, zone_of
from loyalty_rules.lang.checker.timing import is_timed, timing_of
from loyalty_rules.problems.clauses import ClausesExclude
from loyalty_rules.problems.clocks import ZoneWithoutOrder
from loyalty_rules.problems.ladders import TableOfLines
from loyalty_rules.problems.rules import (
    CarryPlace,
    LinesNeeded,
    OneGiftNeeded,
    OtherPurse,
    PointsGiftNeeded,
    PurseTwice,
    RateWithoutLines,
)
from loyalty_rules.problems.values import OnlyMemberInWhen
from loyalty_rules.source import Span

Tables = dict[str, k.Table]


class Shared(TypedDict):
    """The fields that earn rules, challenges and boosts share, by the names they have in `checked.Rule`."""

    name: str
    title: str
    titles: tuple[tuple[str, str], ...]
    span: Span
    audience: tuple[c.Condition, ...]
    occasion: tuple[c.Condition, ...]
    dates: k.Dates
    dates_span: Span
    zone: str
    lines: c.LineSet | None
    caps: tuple[k.Cap, ...]
    limits: tuple[k.Limit, ...]
    given: tuple[tuple[str, str], ...]
    missed: tuple[tuple[str, str], ...]
    codes: k.Codes | None
    opt_in: bool


def trigger_of(ctx: Context, block: s.Block) -> tuple[k.TriggerKind, str] | None:
    """What an earn rule waits for: (kind, event). None where its event is not declared."""
    event = first_of(block, s.NameClause, lambda clause: clause.role == "AFTER_EVENT")
    if first_of(block, s.AfterReaching) is not None:
        return k.TriggerKind.REACHING, ""
    if is_timed(block):
        return k.TriggerKind.TIME, ""
    completed = first_of(block, s.NameClause, lambda clause: clause.role == "AFTER_COMPLETING")
    if completed is not None:
        known = resolve(ctx, completed.name, "H_CHALLENGE")
        return (k.TriggerKind.COMPLETING, completed.name.text) if known else None
    if event is not None:
        return (k.TriggerKind.EVENT, event.name.text) if resolve(ctx, event.name, "H_EVENT") else None
    joining = simple(block, "AFTER_JOINING") is not None
    return (k.TriggerKind.JOINING if joining else k.TriggerKind.PURCHASE), ""


# ---------- earn


def earns(ctx: Context, tables: Tables) -> dict[str, k.Earn]:
    """The earn rules by name."""
    found = (earn_of(ctx, block, block.name, tables) for block in named(ctx, "H_EARN") if block.name)
    return {rule.name: rule for rule in found if rule is not None}


def earn_of(ctx: Context, block: s.Block, name: s.Name, tables: Tables) -> k.Earn | None:
    """An earn rule, or one side of a referral, which has the clauses of one."""
    trigger = trigger_of(ctx, block)
    in_force = dates(ctx, block)
    event = trigger[1] if trigger else ""
    triggers = frozenset({trigger} if trigger else set())
    place = Place("WHEN", ctx.settings.basis, triggers, in_force, event, zone=zone_name(ctx, block))
    zone_of_an_order(ctx, block, place)
    base = _base(ctx, block, place)
    if isinstance(base, c.Base) and base is not place.basis:
        place = replace(place, basis=base)
    lines = lines_of(ctx, block)
    _no_lines(ctx, block)
    gives = gives_of(ctx, block, GiftPlace(base, tables, place), lines)
    purses = purses_of(ctx, block)
    rule = shared(ctx, block, name, place, purses, lines)
    minimum = _minimum(ctx, block, purses)
    _carries(ctx, block, purses)
    limits = caps.base_limits(ctx, block, in_force, lines=lines is not None and isinstance(base, c.Base))
    life, ends = usable(ctx, block), expiries(ctx, block)
    check_activity(ctx, block, purses)
    longer = prolongs(ctx, block)
    given, reaches, timing = assigned.levels(ctx, block), assigned.reached(ctx, block), timing_of(ctx, block)
    if trigger is None or (trigger[0] is k.TriggerKind.REACHING and reaches is None):
        return None
    if trigger[0] is k.TriggerKind.TIME and timing is None:
        return None
    return k.Earn(
        **rule,
        trigger=trigger[0],
        event=trigger[1],
        base=base,
        base_limits=limits,
        gives=gives,
        minimum=minimum,
        rounding=rounding(block),
        usable=life,
        expire=ends,
        prolongs=longer,
        levels=given,
        reaches=reaches or ("", ""),
        timing=timing,
        funders=funders(ctx, block),
        choosing=choosing_of(ctx, block),
    )


def _no_lines(ctx: Context, block: s.Block) -> None:
    """What waits for anything but an order has no lines to look at: such a rule would never give."""
    waits = next((clause for clause in block.clauses if role_of(clause) in TRIGGERS), None)
    on = first_of(block, s.SelectionClause, lambda clause: clause.role == "ON")
    if on is not None and waits is not None:
        ctx.report(ClausesExclude(Role("ON"), shown_role(waits)), on.span, Related(waits.span, "first_here"))


def _carries(ctx: Context, block: s.Block, purses: set[str]) -> None:
    """A rule that rounds narrower than per order has no remainder for a purse that carries one."""
    clause = first_of(block, s.Rounding)
    if clause is None or clause.place == k.Place.ORDER.value:
        return
    if any(ctx.purses[name].carries for name in sorted(purses)):
        ctx.report(CarryPlace(Role(clause.mode), Role(clause.place)), clause.span)


def _base(ctx: Context, block: s.Block, place: Place) -> c.Base | c.Measure:
    clause = first_of(block, s.Basis)
    if clause is None:
        return ctx.settings.basis
    if isinstance(clause.base, s.BaseAmount):
        return measures.base_of(clause.base)
    found = measures.measure(ctx, clause.base, place, conditions.condition)
    if found is None:
        return ctx.settings.basis
    code = currencies.of_gifts(ctx, [one.gift for one in all_of(block, s.Give)], clause.span)
    return currencies.counted_in(ctx, found, code, clause.span) if code else found


def gives_of(ctx: Context, block: s.Block, here: GiftPlace, lines: c.LineSet | None) -> tuple[k.Give, ...]:
    found: dict[str, k.Give] = {}
    basis = first_of(block, s.Basis)
    measured = basis is not None and isinstance(basis.base, s.Measure)
    for clause in all_of(block, s.Give):
        node = clause.gift
        needs_lines = is_rate(node) and not measured and (node.step is None or node.step.of is None)
        if needs_lines and lines is None and block.kind == "H_EARN" and ctx.is_whole(block):
            ctx.report(RateWithoutLines(), node.span)
        give = gift(ctx, node, here)
        if give is None:
            continue
        if give.purse in found:
            ctx.report(PurseTwice(give.purse), node.span, Related(found[give.purse].span, "first_here"))
        found.setdefault(give.purse, give)
    return tuple(found[purse] for purse in sorted(found))  # the order of the lines says nothing


def purses_of(ctx: Context, block: s.Block) -> set[str]:
    """The purses that a rule gives into; where one is not known, it may be any."""
    names = {clause.gift.purse.text for clause in all_of(block, s.Give)}
    whole = first_of(block, s.Prolong) is not None and ctx.is_whole(block)
    if not names and (whole or all_of(block, s.GiveLevel)):
        return set()
    return names if names and names <= ctx.purses.keys() else set(ctx.purses)


def _minimum(ctx: Context, block: s.Block, purses: set[str]) -> int | None:
    clause = first_of(block, s.QuantityClause)
    if clause is None:
        return None
    if len(all_of(block, s.Give)) > 1:
        ctx.report(OneGiftNeeded(), clause.span)
        return None
    purse = caps.purse_of(ctx, clause.quantity, sorted(purses), block)
    units = amounts.points(ctx, clause.quantity, purse) if purse else None
    return units if amounts.above_zero(ctx, units, clause.quantity.span) else None


# ---------- what rules share


def lines_of(ctx: Context, block: s.Block) -> c.LineSet | None:
    """The lines of a block: `on …` less `except …`, None without `on`."""
    on = first_of(block, s.SelectionClause, lambda clause: clause.role == "ON")
    but = first_of(block, s.SelectionClause, lambda clause: clause.role == "EXCEPT")
    if on is None:
        if but is not None and ctx.is_whole(block):
            ctx.report(LinesNeeded(Role("EXCEPT")), but.span)
        return None
    return measures.selection(ctx, on.selection, but.selection if but else ())


def asked(ctx: Context, block: s.Block, place: Place) -> tuple[tuple[c.Condition, ...], tuple[c.Condition, ...]]:
    """The audience (`for`) and the occasion (`when`) of a block; what one of them knows with `has`, all may use."""
    audience = [clause.condition for clause in all_of(block, s.ConditionClause, lambda one: one.role == "FOR")]
    occasion = [clause.condition for clause in all_of(block, s.ConditionClause, lambda one: one.role == "WHEN")]
    if not audience and not occasion:
        return (), ()
    known = conditions.known_facts(ctx, [*audience, *occasion], place)
    whom = conditions.clauses(ctx, audience, replace(place, where="FOR"), known)
    when = conditions.clauses(ctx, occasion, place, known)
    for test in when:
        if only_about_member(test):
            ctx.report(OnlyMemberInWhen(), test.span)
    return whom, when


def shared(
    ctx: Context, block: s.Block, name: s.Name, place: Place, purses: Iterable[str], lines: c.LineSet | None
) -> Shared:
    """The fields that earn rules and boosts share."""
    clause = first_of(block, s.Dates)
    audience, occasion = asked(ctx, block, place)
    in_force = place.dates or k.Dates()
    return {
        "name": name.text,
        "title": title_of(block),
        "titles": titles(ctx, block),
        "span": block.header,
        "audience": audience,
        "occasion": occasion,
        "dates": in_force,
        "dates_span": clause.span if clause else block.header,
        "zone": place.zone,
        "lines": lines,
        "caps": caps.caps(ctx, block, purses, in_force, lines=lines is not None, place=place),
        "limits": caps.limits(ctx, block, in_force, place),
        "given": messages(ctx, block, "MSG_GIVEN", OF_AWARD),
        "missed": messages(ctx, block, "MSG_MISSED", OF_MISS),
        "codes": codes_of(ctx, block, place),
        "opt_in": simple(block, "OPT_IN", "OPT_IN_WHOLE") is not None,
    }


def zone_name(ctx: Context, block: s.Block) -> str:
    """The zone of a rule's own dates and questions of time; "" for the programme's."""
    own = zone_of(ctx, block)
    name = own.name if isinstance(own, Zone) else own or ""
    return name if name != ctx.settings.zone.name else ""


def zone_of_an_order(ctx: Context, block: s.Block, place: Place) -> None:
    """Only an order tells the zone of its store."""
    clause = first_of(block, s.TimeZone)
    if clause is not None and clause.told == "ZONE_STORE" and not place.may_ask_orders:
        ctx.report(ZoneWithoutOrder(Role(clause.told)), clause.span)


# ---------- boosts


def boosts(ctx: Context, tables: Tables, earn_rules: dict[str, k.Earn]) -> dict[str, k.Boost]:
    """The boosts by name."""
    found = (_boost(ctx, block, block.name, tables, earn_rules) for block in named(ctx, "H_BOOST") if block.name)
    return {rule.name: rule for rule in found if rule is not None}


def _boost(ctx: Context, block: s.Block, name: s.Name, tables: Tables, earn_rules: dict[str, k.Earn]) -> k.Boost | None:
    changes = first_of(block, s.NamesClause, lambda clause: clause.role == "CHANGES")
    names = tuple(rule for rule in changes.names if resolve(ctx, rule, *GIVING)) if changes else ()
    changed = [earn_rules[rule.text] for rule in names if rule.text in earn_rules]
    if changes is not None:
        for one in changes.names:
            changed_rule = earn_rules.get(one.text)
            if changed_rule is not None and changed_rule.levels and not changed_rule.gives:
                ctx.report(PointsGiftNeeded(Role(changes.role)), one.span)
    in_force = dates(ctx, block)
    place = replace(_boost_place(ctx, changed, in_force), zone=zone_name(ctx, block))
    zone_of_an_order(ctx, block, place)
    lines = lines_of(ctx, block)
    known = changes is not None and len(changed) == len(changes.names)
    purses = {give.purse for rule in changed for give in rule.gives} if known else set(ctx.purses)
    rule = shared(ctx, block, name, place, purses, lines)
    effect = _effect(ctx, block, changed, tables, place, lines)
    if effect is None or not names:
        return None
    late = simple(block, "AFTER_ROUNDING") is not None
    changed_names = tuple(sorted({name.text for name in names}))
    paying = funders(ctx, block)
    return k.Boost(**rule, changes=changed_names, effect=effect, after_rounding=late, funders=paying)


def _boost_place(ctx: Context, changed: list[k.Earn], in_force: k.Dates) -> Place:
    """A boost waits for what its rules wait for, and sees the facts of an event that all of them wait for."""
    triggers = frozenset((rule.trigger, rule.event) for rule in changed)
    bases = {rule.base for rule in changed if isinstance(rule.base, c.Base)}
    basis = min(bases, key=measures.base_key) if len(bases) == 1 else ctx.settings.basis
    only = next(iter(triggers))[1] if len(triggers) == 1 else ""
    return Place("WHEN", basis, triggers, in_force, only)


def _effect(
    ctx: Context, block: s.Block, changed: list[k.Earn], tables: Tables, place: Place, lines: c.LineSet | None
) -> k.Multiply | k.Increase | k.Replace | None:
    multiply = first_of(block, s.MultiplyBy)
    if multiply is not None:
        return _multiply(ctx, multiply, tables, changed)
    change = first_of(block, s.ChangeGift)
    if change is None or not changed:
        return None
    base = changed[0].base
    node = change.gift
    on_lines = lines is not None or all(rule.lines is not None for rule in changed)
    measured = isinstance(base, c.Measure) or (node.step is not None and node.step.of is not None)
    if is_rate(node) and not on_lines and not measured and ctx.is_whole(block):
        ctx.report(RateWithoutLines(), node.span)
    give = gift(ctx, node, GiftPlace(base, tables, place))
    if give is None:
        return None
    for rule in changed:
        if all(own.purse != give.purse for own in rule.gives):
            ctx.report(OtherPurse(give.purse, rule.name), node.span, Related(rule.span, "rule_here"))
            return None
    return k.Increase(give) if change.role == "INCREASE" else k.Replace(give)


def _multiply(ctx: Context, clause: s.MultiplyBy, tables: Tables, changed: list[k.Earn]) -> k.Multiply | None:
    if isinstance(clause.number, s.Lookup):
        table = lookup(ctx, clause.number, tables, percent=False)
        if table is not None and table.of_lines and not all(_follows_lines(rule) for rule in changed):
            ctx.report(TableOfLines(table.name), clause.span)
            return None
        return None if table is None else k.Multiply(Fraction(1), table.name)
    number = clause.number
    return k.Multiply(number.value) if amounts.above_zero(ctx, number.value, number.span) else None


def _follows_lines(rule: k.Earn) -> bool:
    """Whether all that a rule gives grows with what each line counts."""
    rates = all(give.step is not None and give.step.of is None for give in rule.gives)
    return rates and rule.lines is not None and isinstance(rule.base, c.Base)


# ---------- never


def nevers(ctx: Context) -> dict[str, k.Never]:
    """The guardrails by name."""
    found = {}
    for block in named(ctx, "H_NEVER"):
        name = block.name.text if block.name else ""
        in_force = dates(ctx, block)
        place = Place("WHEN", ctx.settings.basis, frozenset(), in_force, zone=zone_name(ctx, block))
        audience, occasion = asked(ctx, block, place)
        kinds = frozenset(k.Blocks(clause.role) for clause in all_of(block, s.Simple))
        found[name] = k.Never(
            name, title_of(block), lines_of(ctx, block), audience, occasion, in_force, kinds, span=block.header
        )
    return found
