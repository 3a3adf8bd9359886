"""Declarations: facts, events, purses, sets of products, segments."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

from loyalty_rules.amounts import Rounding
from loyalty_rules.currencies import EXPONENTS
from loyalty_rules.diagnostics import Related, Role
from loyalty_rules.lang import checked as k
from loyalty_rules.lang import conditions as c
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker import amounts, caps, conditions, currencies, kept, returns
from loyalty_rules.lang.checker.chosensets import choice_of
from loyalty_rules.lang.checker.context import Context, PurseHead, title_of
from loyalty_rules.lang.checker.counts import all_of, first_of, simple
from loyalty_rules.lang.checker.funding import funders
from loyalty_rules.lang.checker.graphs import circles
from loyalty_rules.lang.checker.limits import too_deep
from loyalty_rules.lang.checker.lives import (
    about_order,
    activities,
    check_activity,
    expiries,
    says_activity,
    usable,
    waits,
)
from loyalty_rules.lang.checker.measures import Place
from loyalty_rules.lang.checker.names import counts_amounts, currency_meant, declare_inside, resolve
from loyalty_rules.lang.checker.values import Typed, constant, data
from loyalty_rules.member import Take
from loyalty_rules.problems.clauses import DecimalsOfMoney, UnknownCurrency
from loyalty_rules.problems.groups import SetCircle
from loyalty_rules.problems.names import DeclaredTwice
from loyalty_rules.problems.places import PostingIncomplete
from loyalty_rules.problems.rules import CarryPlace, SelectsNothing
from loyalty_rules.problems.spending import DebtOfMonths
from loyalty_rules.problems.values import OtherCurrency

_TYPES = {
    "T_MONEY": c.Kind.MONEY,
    "T_NUMBER": c.Kind.NUMBER,
    "T_PERCENT": c.Kind.PERCENT,
    "T_TEXT": c.Kind.TEXT,
    "T_YESNO": c.Kind.YES_NO,
    "DATE_TODAY": c.Kind.DATE,
    "T_INSTANT": c.Kind.INSTANT,
    "T_YEARLY": c.Kind.YEARLY,
    "TIME_ZONE": c.Kind.TEXT,
    "CHOICE": c.Kind.TEXT,
}

# ---------- facts and events


def read_facts(ctx: Context) -> None:
    """Declares the facts of lines, orders, members and events."""
    for block in ctx.blocks("H_FACTS"):
        for clause in all_of(block, s.FactDeclaration):
            ctx.facts.setdefault(clause.name.text, _fact(ctx, clause, ""))
    for block in ctx.blocks("H_PROGRAMME"):
        for clock in all_of(block, s.Clock):
            dated = c.Fact(c.Owner.ORDER, clock.name.text, c.Kind.DATE, clock=True, title=clock.title.value)
            ctx.facts.setdefault(clock.name.text, dated)
    for block in ctx.blocks("H_EVENT"):
        if block.name is None or block.name.text in ctx.event_facts:
            continue
        declared = all_of(block, s.FactDeclaration)
        declare_inside(ctx, [(clause.owner, clause.name) for clause in declared])
        for clause in declared:
            outside = ctx.names.get(clause.name.text)
            if outside is not None:
                ctx.report(DeclaredTwice(clause.name.text), clause.name.span, Related(outside.name.span, "first_here"))
        event = block.name.text
        ctx.event_facts[event] = {clause.name.text: _fact(ctx, clause, event) for clause in declared}


def _fact(ctx: Context, clause: s.FactDeclaration, event: str) -> c.Fact:
    kind = _TYPES[clause.type]
    fact = c.Fact(
        c.Owner(clause.owner),
        clause.name.text,
        kind,
        event,
        tuple(dict.fromkeys(data(choice) for choice in clause.choices)),
        clause.optional,
        None,
        clause.leap == "LEAP_MAR",
        zone=clause.type == "TIME_ZONE",
    )
    if clause.otherwise is None:
        return fact
    if currencies.default_differs(ctx, clause.otherwise, fact):
        return fact
    value = constant(ctx, clause.otherwise, Typed(c.FactOf(fact), kind, clause.name.text, fact=fact))
    return replace(fact, otherwise=value)


def events(ctx: Context) -> dict[str, k.EventKind]:
    """The events by name, with their facts."""
    found = {}
    for block in named(ctx, "H_EVENT"):
        facts = tuple(ctx.event_facts.get(block.name.text, {}).values()) if block.name else ()
        if block.name:
            found[block.name.text] = k.EventKind(block.name.text, title_of(block), facts, about_order(block))
    return found


def named(ctx: Context, *kinds: str) -> Iterable[s.Block]:
    """The blocks of these kinds that own their name: a block whose name was taken before is left out."""
    for block in ctx.blocks(*kinds):
        declared = ctx.names.get(block.name.text) if block.name else None
        if declared is not None and declared.block is block:
            yield block


# ---------- purses


def read_purses(ctx: Context) -> None:
    """Notes the unit of each purse, which every amount in the file needs."""
    for block in named(ctx, "H_PURSE"):
        name = block.name.text if block.name else ""
        if block.name is not None:
            counts_amounts(ctx, block.name)
        money = first_of(block, s.NameClause, lambda clause: clause.role == "COUNTED_IN")
        decimals = first_of(block, s.NumberClause)
        carries = simple(block, "CARRY_REM") is not None
        if money is None:
            places = amounts.whole(ctx, decimals.number, 0, 6) if decimals else 0
            ctx.purses[name] = PurseHead(name, places or 0, "", carries, says_activity(ctx, block))
            continue
        currency = _counted_in(ctx, money.name)
        exponent = EXPONENTS.get(currency, ctx.settings.exponent)
        if decimals is not None:
            ctx.report(DecimalsOfMoney(currency, exponent), decimals.span, Related(money.span, "counted_here"))
        ctx.purses[name] = PurseHead(name, exponent, currency, carries, says_activity(ctx, block))


def _counted_in(ctx: Context, name: s.Name) -> str:
    own = ctx.settings.currency
    if name.text not in EXPONENTS:
        ctx.report(UnknownCurrency(name.text, currency_meant(ctx, name.text)), name.span)
    elif own and not amounts.is_money(ctx, name):
        ctx.report(OtherCurrency(name.text, own), name.span)
    else:
        return name.text
    return own or name.text


def purses(ctx: Context) -> dict[str, k.Purse]:
    """The purses by name."""
    found = {}
    for block in named(ctx, "H_PURSE"):
        purse = _purse(ctx, block, block.name) if block.name else None
        if purse is not None:
            found[purse.name] = purse
    return found


def _purse(ctx: Context, block: s.Block, name: s.Name) -> k.Purse | None:
    head = ctx.purses[name.text]
    most = _units_of(ctx, block, "HOLD_MOST", head)
    overdraft = _units_of(ctx, block, "OVERDRAFT", head)
    apart = simple(block, "KEEP_APART")
    if overdraft is not None and apart is not None:
        ctx.report(DebtOfMonths(name.text), apart.span)
    worth = first_of(block, s.Worth)
    take = simple(block, *(one.value for one in Take))
    rounds = _posting(ctx, block, rounding(block))
    carry = simple(block, "CARRY_REM")
    if carry is not None and rounds is not None and rounds.place is not k.Place.ORDER:
        ctx.report(CarryPlace(Role(rounds.mode.value), Role(rounds.place.value)), carry.span)
    life, ends = usable(ctx, block), expiries(ctx, block)
    activity, waiting = activities(ctx, block), waits(ctx, block)
    check_activity(ctx, block, (name.text,))
    if rounds is None or life is None or ends is None:
        return None
    return k.Purse(
        name.text,
        title_of(block),
        head.decimals,
        head.currency,
        rounds,
        carry is not None,
        simple(block, "RULES_ADD_UP") is not None,
        most,
        _worth(ctx, worth, head) if worth else None,
        life,
        ends,
        not kept.is_kept(block) and returns.may_go_negative(ctx, block),
        span=block.header,
        take=Take(take.role) if take else None,
        from_usable=simple(block, "LIFE_USABLE") is not None,
        activity=activity,
        waits=waiting,
        transfer=caps.transfer_most(ctx, block, head),
        months_apart=apart is not None,
        overdraft=overdraft or 0,
        kept_by=kept.keeper(ctx, block),
        funders=funders(ctx, block) or (),
    )


def _units_of(ctx: Context, block: s.Block, role: str, head: PurseHead) -> int | None:
    """Units of the purse, above zero, that a clause says."""
    clause = first_of(block, s.QuantityClause, lambda one: one.role == role)
    units = amounts.points(ctx, clause.quantity, head) if clause else None
    if clause is not None:
        amounts.above_zero(ctx, units, clause.quantity.span)
    return units


def _worth(ctx: Context, clause: s.Worth, head: PurseHead) -> Fraction | None:
    amount = amounts.money(ctx, clause.amount)
    per = amounts.points(ctx, clause.per, head)
    if amounts.above_zero(ctx, amount, clause.amount.span) and amounts.above_zero(ctx, per, clause.per.span):
        return Fraction(amount or 0, per or 1)
    return None


def _posting(ctx: Context, block: s.Block, rounds: k.RoundingRule | None) -> k.RoundingRule | None:
    """The rounding of a purse, with the period at whose end it posts: neither stands without the other."""
    posts = first_of(block, s.Posts)
    period = None if posts is None else ctx.period(posts.end.removeprefix("AT_END_"), posts.span)
    if rounds is None:
        return None
    if (rounds.place is k.Place.POSTING) != (posts is not None):
        ctx.report(PostingIncomplete(Role("S_POSTING"), Role("POSTS")), posts.span if posts else block.header)
    return replace(rounds, posts=period)


def rounding(block: s.Block) -> k.RoundingRule | None:
    """The rounding that a purse or a rule says."""
    clause = first_of(block, s.Rounding)
    return None if clause is None else k.RoundingRule(Rounding(clause.mode), k.Place(clause.place))


# ---------- products and segments


def products(ctx: Context, tables: dict[str, k.Table]) -> dict[str, k.ProductSet]:
    """The sets of products by name."""
    found: dict[str, k.ProductSet] = {}
    place = Place("WHERE", ctx.settings.basis)
    for block in named(ctx, "H_PRODUCTS"):
        name = block.name.text if block.name else ""
        asked = all_of(block, s.ConditionClause)
        where = conditions.clauses(ctx, (clause.condition for clause in asked), place)
        include, exclude = (_listed(ctx, block, role) for role in ("INCLUDE", "EXCEPT"))
        chosen = choice_of(ctx, block, tables)
        if chosen is not None:
            found[name] = k.ProductSet(name, title_of(block), (), chosen[0], (), chosen[1])
            continue
        if (
            not asked
            and not all_of(block, s.NamesClause, lambda clause: clause.role == "INCLUDE")
            and ctx.is_whole(block)
        ):
            ctx.report(SelectsNothing(name), block.header)
        found[name] = k.ProductSet(name, title_of(block), where, include, exclude)
    edges = {name: (*one.include, *one.exclude) for name, one in found.items()}
    report_circles(ctx, edges)
    return found


def _listed(ctx: Context, block: s.Block, role: str) -> tuple[str, ...]:
    names = (
        name for clause in all_of(block, s.NamesClause, lambda clause: clause.role == role) for name in clause.names
    )
    return tuple(sorted({name.text for name in names if resolve(ctx, name, "H_PRODUCTS")}))


def segments(ctx: Context) -> dict[str, k.Segment]:
    """The segments by name."""
    found: dict[str, k.Segment] = {}
    place = Place("SEGMENT", ctx.settings.basis)
    for block in named(ctx, "H_SEGMENT"):
        name = block.name.text if block.name else ""
        asked = (clause.condition for clause in all_of(block, s.ConditionClause))
        found[name] = k.Segment(name, title_of(block), conditions.clauses(ctx, asked, place))
    report_circles(ctx, {name: tuple(segments_in(one.when)) for name, one in found.items()})
    return found


def segments_in(tests: Iterable[c.Condition]) -> Iterable[str]:
    """The segments that conditions ask for."""
    for test in tests:
        match test:
            case c.AllOf() | c.OneOf() | c.AmongOf():
                yield from segments_in(test.items)
            case c.NotOf():
                yield from segments_in((test.item,))
            case c.InSegment():
                yield test.segment
            case _:
                pass


def report_circles(ctx: Context, edges: dict[str, tuple[str, ...]]) -> None:
    """Reports each circle of names that hold each other once, at the name that comes first in the file; without one,
    a name that stands for names too many levels down."""
    found = list(circles(edges))
    for path in found:
        ctx.report(SetCircle((*path, path[0])), ctx.names[path[0]].name.span)
    if not found:
        too_deep(ctx, edges)
