"""When what is given can be used, and when it is gone: the clauses that purses and rules share."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from loyalty_rules.diagnostics import Related, Role
from loyalty_rules.lang import checked as k
from loyalty_rules.lang import conditions as c
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker import conditions, measures
from loyalty_rules.lang.checker.context import Context
from loyalty_rules.lang.checker.counts import all_of, first_of, is_never, simple
from loyalty_rules.lang.checker.measures import Place
from loyalty_rules.lang.checker.names import resolve
from loyalty_rules.lang.tokens import YearDay
from loyalty_rules.member import CONFIRMATION
from loyalty_rules.problems.lives import (
    ActivityMissing,
    ConfirmationOfNothing,
    NoOrderToWaitFor,
    NotAboutOrder,
    NotActivity,
    NothingToPutOff,
)
from loyalty_rules.problems.rules import NeverAlone, PurseTwice

#: What gives something with a life.
Giving: TypeAlias = k.Earn | k.Conversion


def usable(ctx: Context, block: s.Block) -> k.Usable | None:
    """When what is given can be used, None where the block does not say it."""
    clause = first_of(block, s.Usable)
    if clause is None:
        return None
    if clause.confirmed:
        return k.Usable(event=CONFIRMATION)
    at_once = clause.event is not None and clause.after is not None and clause.after.number == 0
    length: tuple[int, int, int] | None = (0, 0, 0)
    if clause.after is not None and not at_once:
        length = measures.days_and_months(ctx, clause.after, clause, hours=True)
    event = _event(ctx, clause.event) if clause.event else ""
    if length is None or event is None:
        return None
    period = ctx.period(clause.next.removeprefix("FROM_NEXT_"), clause.span) if clause.next else None
    return k.Usable(*length, next=period, day=month_day(clause.day), event=event)


def prolongs(ctx: Context, block: s.Block) -> tuple[k.Prolong, ...]:
    """By how much a rule moves the ends of purses, each once."""
    found: dict[str, k.Prolong] = {}
    for clause in all_of(block, s.Prolong):
        length = measures.days_and_months(ctx, clause.by, clause)
        if not resolve(ctx, clause.purse, "H_PURSE") or length is None:
            continue
        name = clause.purse.text
        if name in found:
            ctx.report(PurseTwice(name), clause.span, Related(found[name].span, "first_here"))
        found.setdefault(name, k.Prolong(name, length[0], length[1], span=clause.span))
    return tuple(found[name] for name in sorted(found))


def about_order(block: s.Block) -> bool:
    """Whether each event of a kind names an order."""
    return simple(block, "ABOUT_ORDER") is not None


def _event(ctx: Context, name: s.Name) -> str | None:
    declared = resolve(ctx, name, "H_EVENT")
    if declared is None or declared.block is None:
        return None
    if not about_order(declared.block) and ctx.is_whole(declared.block):
        ctx.report(NotAboutOrder(name.text), name.span, Related(declared.name.span, "event_here"))
    return name.text


def check_giving(
    ctx: Context, purses: Mapping[str, k.Purse], rewards: Mapping[str, k.Purse], rules: Iterable[Giving]
) -> None:
    """Reports lives that what gives something cannot have."""
    giving = list(rules)
    check_ends(ctx, purses, giving)
    check_orders(ctx, {**purses, **rewards}, giving)


def check_orders(ctx: Context, purses: Mapping[str, k.Purse], rules: Iterable[Giving]) -> None:
    """Reports rules without an order that give what waits for an event about one."""
    events = {block.name.text: block for block in ctx.blocks("H_EVENT") if block.name}
    for rule in rules:
        event = events.get(rule.event) if isinstance(rule, k.Earn) else None
        ordered = isinstance(rule, k.Earn) and rule.trigger is k.TriggerKind.PURCHASE
        if ordered or (event is not None and about_order(event)):
            continue
        for give in rule.gives:
            purse = purses.get(give.purse)
            life = rule.usable or (purse.usable if purse else None)
            if life is not None and life.event:
                waited = NoOrderToWaitFor(rule.name, life.event)
                found = ConfirmationOfNothing(rule.name) if life.event == CONFIRMATION else waited
                ctx.report(found, give.span)


def expiries(ctx: Context, block: s.Block) -> tuple[k.Expiry, ...] | None:
    """The ends of what is given: empty for never, None where the block does not say any, or none that is right."""
    written = all_of(block, s.Expire)
    if not written:
        return None
    found = []
    for clause in written:
        if is_never(clause):
            if len(written) > 1:
                ctx.report(NeverAlone(), clause.span)
            continue
        length = measures.days_and_months(ctx, clause.after, clause) if clause.after else (0, 0, 0)
        if length is not None:
            end = ctx.period(clause.end.removeprefix("AT_END_"), clause.span) if clause.end else None
            day = month_day(clause.day)
            found.append(k.Expiry(length[0], length[1], end, day, clause.through, clause.same_day, clause.idle))
    return tuple(found)


# ---------- activity, and ends that wait


def says_activity(ctx: Context, block: s.Block) -> bool:
    """Whether a purse says what counts as activity, or may say it in a line that could not be read."""
    return first_of(block, s.Activity) is not None or not ctx.is_whole(block)


def check_activity(ctx: Context, block: s.Block, purses: Iterable[str]) -> None:
    """Reports ends by inactivity in purses that do not say what activity is."""
    for clause in all_of(block, s.Expire, lambda one: one.idle):
        for name in sorted(purses):
            if not ctx.purses[name].has_activity:
                ctx.report(ActivityMissing(name), clause.span)


def activities(ctx: Context, block: s.Block) -> tuple[c.Measure, ...]:
    """What counts as activity of a purse."""
    found = []
    for clause in all_of(block, s.Activity):
        node = clause.measure
        if node.window is not None or node.before_this_order or node.counter == c.CounterKind.BALANCE.value:
            ctx.report(NotActivity(ctx.words(node.span)), node.span)
            continue
        asked = measures.measure(ctx, node, Place("ACTIVITY", ctx.settings.basis), conditions.condition)
        if asked is not None and (asked.each is not None or _by_itself(ctx, asked)):
            ctx.report(NotActivity(ctx.words(node.span)), node.span)
        elif asked is not None:
            found.append(asked)
    return tuple(found)


def _by_itself(ctx: Context, asked: c.Measure) -> bool:
    """Whether it counts a conversion that no member asks for."""
    declared = ctx.names.get(asked.of) if asked.counter is c.CounterKind.TIMES else None
    block = None if declared is None or declared.kind != "H_CONVERSION" else declared.block
    return block is not None and simple(block, "ON_REQUEST") is None


def waits(ctx: Context, block: s.Block) -> tuple[c.Condition, ...]:
    """Conditions of the member, each of which holds off the end of what a purse holds."""
    asked = all_of(block, s.ConditionClause, lambda clause: clause.role == "EXPIRY_WAITS")
    place = Place("SEGMENT", ctx.settings.basis)
    found = (conditions.condition(ctx, clause.condition, place) for clause in asked)
    return tuple(one for one in found if one is not None)


def check_ends(ctx: Context, purses: Mapping[str, k.Purse], rules: Iterable[Giving]) -> None:
    """Reports what would put off ends that there are not."""
    ends: dict[str, list[k.Expiry]] = {name: list(purse.expire) for name, purse in purses.items()}
    giving = list(rules)
    for rule in giving:
        for give in rule.gives:
            ends.setdefault(give.purse, []).extend(rule.expire or ())
    for block in ctx.blocks("H_PURSE"):
        name = block.name.text if block.name else ""
        if name not in purses or purses[name].span != block.header or not ctx.is_whole(block):
            continue
        if not any(end.idle for end in ends[name]):
            for clause in all_of(block, s.Activity):
                ctx.report(NothingToPutOff(Role("ACTIVITY"), name), clause.span)
        if not ends[name]:
            for waiting in all_of(block, s.ConditionClause):
                ctx.report(NothingToPutOff(Role("EXPIRY_WAITS"), name), waiting.span)
    for rule in giving:
        for longer in rule.prolongs if isinstance(rule, k.Earn) else ():
            if longer.purse in purses and not ends[longer.purse]:
                ctx.report(NothingToPutOff(Role("PROLONG"), longer.purse), longer.span)


def month_day(day: YearDay | None) -> tuple[int, int] | None:
    """A day of the year as (month, day). The last day of February is the 29th, which other years have on the 28th."""
    if day is None:
        return None
    return day.month, day.day or monthrange(2000, day.month)[1]
