"""Conversions: what is taken, when, and what comes of it; and which purses are spent at all."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations
from typing import Final

from loyalty_rules.diagnostics import Related, Role
from loyalty_rules.lang import checked as k
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker import amounts, caps, conditions, kept
from loyalty_rules.lang.checker.context import Context, PurseHead, title_of
from loyalty_rules.lang.checker.counts import all_of, first_of, missing, simple
from loyalty_rules.lang.checker.declarations import named
from loyalty_rules.lang.checker.funding import funders
from loyalty_rules.lang.checker.graphs import circles
from loyalty_rules.lang.checker.lives import check_activity, expiries, usable
from loyalty_rules.lang.checker.measures import Place
from loyalty_rules.lang.checker.names import PURSES, resolve
from loyalty_rules.lang.checker.overlaps import apart_in
from loyalty_rules.lang.checker.programme import dates, messages, titles
from loyalty_rules.lang.checker.regions import all_hold
from loyalty_rules.lang.checker.rules import zone_name
from loyalty_rules.lang.checker.timing import occurs_at
from loyalty_rules.problems.clauses import ClausesExclude
from loyalty_rules.problems.rules import PurseTwice
from loyalty_rules.problems.spending import (
    ConversionCircle,
    ConversionGift,
    ConversionsMeet,
    MonthsOfNothing,
    NothingSpends,
)
from loyalty_rules.source import Span

#: What a message of a conversion can tell.
_OF_CONVERSION: Final = ("amount", "title")
_TAKE: Final = ("TAKE_OLDEST", "TAKE_SOONEST", "TAKE_NEWEST")


def conversions(ctx: Context) -> dict[str, k.Conversion]:
    """The conversions by name."""
    found = (_conversion(ctx, block, block.name) for block in named(ctx, "H_CONVERSION") if block.name)
    return {one.name: one for one in found if one is not None}


def _conversion(ctx: Context, block: s.Block, name: s.Name) -> k.Conversion | None:
    timing = _timing(ctx, block)
    uses, all_of_purse = _uses(ctx, block)
    taken = [all_of_purse] if all_of_purse else [purse for purse, _ in uses]
    gives = tuple(sorted(_gives(ctx, block, ctx.purses.get(all_of_purse)), key=lambda give: give.purse))
    audience = [clause.condition for clause in all_of(block, s.ConditionClause)]
    zone = zone_name(ctx, block)
    place = Place("FOR", ctx.settings.basis, zone=zone)
    known = conditions.known_facts(ctx, audience, place)
    whom = conditions.clauses(ctx, audience, place, known)
    in_force = dates(ctx, block)
    minimum = _minimum(ctx, block, taken)
    life, ends = usable(ctx, block), expiries(ctx, block)
    check_activity(ctx, block, {give.purse for give in gives})
    told = messages(ctx, block, "MSG_GIVEN", _OF_CONVERSION)
    named_so = titles(ctx, block)
    ceilings = caps.caps(ctx, block, {give.purse for give in gives}, in_force, lines=False)
    limits = caps.limits(ctx, block, in_force)
    if timing is None or not taken:
        return None
    return k.Conversion(
        name.text,
        title_of(block),
        named_so,
        block.header,
        timing,
        whom,
        in_force,
        tuple(sorted(uses)),
        all_of_purse,
        minimum,
        gives,
        life,
        ends,
        told,
        ceilings,
        limits,
        funders(ctx, block),
        zone,
    )


def _timing(ctx: Context, block: s.Block) -> k.Timing | None:
    clause = first_of(block, s.OccursAt)
    if clause is None:
        plain = simple(block, "ON_REQUEST", "AT_ONCE")
        return None if plain is None else k.Timing(k.Occurs(plain.role), span=plain.span)
    return occurs_at(ctx, block, clause)


def _uses(ctx: Context, block: s.Block) -> tuple[list[tuple[str, int]], str]:
    """What a recipe takes of each purse; or no recipe, and the purse of which everything is taken."""
    everything = first_of(block, s.NameClause, lambda clause: clause.role == "USES_ALL")
    recipe = all_of(block, s.QuantityClause, lambda clause: clause.role == "USES")
    if everything is not None:
        whole = all_of(block, s.NameClause, lambda clause: clause.role == "USES_ALL")
        others: list[s.NameClause | s.QuantityClause] = [*recipe, *whole[1:]]
        for clause in others:
            related = Related(everything.span, "first_here")
            ctx.report(ClausesExclude(Role(clause.role), Role("USES_ALL")), clause.span, related)
        return [], everything.name.text if resolve(ctx, everything.name, *PURSES) else ""
    found: dict[str, tuple[int, Span]] = {}
    for clause in recipe:
        purse = caps.purse_of(ctx, clause.quantity, sorted(ctx.purses), block)
        units = amounts.points(ctx, clause.quantity, purse) if purse else None
        if purse is None or not amounts.above_zero(ctx, units, clause.quantity.span):
            continue
        if purse.name in found:
            related = Related(found[purse.name][1], "first_here")
            ctx.report(PurseTwice(purse.name), clause.span, related)
        found.setdefault(purse.name, (units or 0, clause.span))
    return [(purse, units) for purse, (units, _) in found.items()], ""


def _minimum(ctx: Context, block: s.Block, taken: list[str]) -> tuple[str, int] | None:
    clause = first_of(block, s.QuantityClause, lambda clause: clause.role == "MINIMUM")
    if clause is None or not taken:
        return None
    purse = caps.purse_of(ctx, clause.quantity, sorted(taken), block)
    units = amounts.points(ctx, clause.quantity, purse) if purse else None
    if purse is None or not amounts.above_zero(ctx, units, clause.quantity.span):
        return None
    return purse.name, units or 0


# ---------- what comes of it


def _gives(ctx: Context, block: s.Block, taken: PurseHead | None) -> Iterator[k.Give]:
    """The gifts: an amount for each recipe, or (with `taken`) a rate or a share of what is taken."""
    found: dict[str, Span] = {}
    for clause in all_of(block, s.Give):
        give = _gift(ctx, clause.gift, taken)
        if give is None:
            continue
        if give.purse in found:
            ctx.report(PurseTwice(give.purse), clause.gift.span, Related(found[give.purse], "first_here"))
            continue
        found[give.purse] = clause.gift.span
        yield give


def _gift(ctx: Context, node: s.Gift, taken: PurseHead | None) -> k.Give | None:
    rate = node.step is not None or node.percent
    wanted = Role("CONVERSION_RATE" if taken is not None else "CONVERSION_AMOUNT")
    plain = not isinstance(node.amount, s.Lookup) and not node.parts and (node.step is None or node.step.of is None)
    if rate is not (taken is not None) or not plain or (node.step is not None and node.step.how == "PER_STARTED"):
        ctx.report(ConversionGift(ctx.words(node.span), wanted), node.span)
        return None
    if isinstance(node.amount, s.Quantity) and isinstance(node.amount.unit, str):
        amounts.wrong_unit(ctx, node.amount, Role("H_PURSE"))
        return None
    purse = ctx.purses.get(node.purse.text) if resolve(ctx, node.purse, *PURSES) else None
    if purse is None or isinstance(node.amount, s.Lookup):
        return None
    if isinstance(node.amount, s.Percent):
        return _share(ctx, node, node.amount, purse, taken)
    if taken is None or node.step is None:
        units = amounts.points(ctx, node.amount, purse)
        fits = amounts.above_zero(ctx, units, node.amount.span)
        return k.Give(purse.name, Fraction(units or 0), None, span=node.span) if fits else None
    size = amounts.points(ctx, node.step.quantity, taken)
    if not amounts.above_zero(ctx, node.amount.number, node.amount.span) or not amounts.above_zero(
        ctx, size, node.step.quantity.span
    ):
        return None
    value = node.amount.number * purse.one
    return k.Give(purse.name, value, k.Step(k.StepKind(node.step.how), size or 1, items=False), span=node.span)


def _share(ctx: Context, node: s.Gift, percent: s.Percent, purse: PurseHead, taken: PurseHead | None) -> k.Give | None:
    """A share of what is taken, as whole units of the purses count it: 50% of 1 000 points are 500 miles."""
    if taken is None or not amounts.above_zero(ctx, percent.value, percent.span):
        return None
    value = percent.value / 100 * Fraction(10**purse.decimals, 10**taken.decimals)
    return k.Give(purse.name, value, k.Step(k.StepKind.PER, 1, items=False), span=node.span)


# ---------- what conversions are to each other and to purses


def check_spending(ctx: Context, found: dict[str, k.Conversion]) -> None:
    """Reports purses that do not say in which order they are spent, or say it in vain; conversions that would take the
    same units, and those that feed each other at once."""
    redeemed = _redeemed(ctx)
    spenders = redeemed | _given_away(ctx)
    for block in named(ctx, "H_PURSE"):
        name = block.name.text if block.name else ""
        clause, apart = simple(block, *_TAKE), simple(block, "KEEP_APART")
        if clause is None and name in spenders and not kept.is_kept(block):
            missing(ctx, block, *_TAKE)
        elif clause is not None and name not in spenders and not ctx.faults and not kept.is_kept(block):
            ctx.report(NothingSpends(name), clause.span)
        if apart is not None and name not in redeemed and not ctx.faults:
            ctx.report(MonthsOfNothing(name), apart.span)
    for first, second in combinations(found.values(), 2):
        if _meet(ctx, first, second):
            shared = min(set(first.purses) & set(second.purses))
            related = Related(first.span, "rule_here")
            ctx.report(ConversionsMeet(second.name, first.name, shared), second.span, related)
    _circles(ctx, found)


def _redeemed(ctx: Context) -> set[str]:
    """The purses that redeem rules, rewards and conversions use, by what is written."""
    names: set[str] = set()
    by_unit = {head.currency: name for name, head in ctx.purses.items() if head.currency and not head.reward}
    for block in ctx.blocks("H_CONVERSION", "H_REDEEM", "H_REWARD"):
        taken = all_of(block, s.NameClause, lambda clause: clause.role in ("USES", "USES_ALL"))
        names |= {clause.name.text for clause in taken}
        for clause in all_of(block, s.QuantityClause, lambda clause: clause.role == "USES"):
            names |= {by_unit.get(unit.text, unit.text) for unit in (clause.quantity.unit,) if isinstance(unit, s.Name)}
        for priced in all_of(block, s.Costs):
            names |= {by_unit.get(unit.text, unit.text) for unit in (priced.price.unit,) if isinstance(unit, s.Name)}
    return names


def _given_away(ctx: Context) -> set[str]:
    """The purses of which members give to each other."""
    found = (block for block in ctx.blocks("H_PURSE") if first_of(block, s.TransferMost) is not None)
    return {block.name.text for block in found if block.name}


def _meet(ctx: Context, first: k.Conversion, second: k.Conversion) -> bool:
    """Whether two conversions can want the same units at the same moment."""
    moment = _moment(first.timing)
    if moment != _moment(second.timing) or moment is k.Occurs.ON_REQUEST:
        return False
    if not set(first.purses) & set(second.purses) or _dates_apart(first, second):
        return False
    return not apart_in(ctx, all_hold(first.audience), all_hold(second.audience))


def _moment(timing: k.Timing) -> k.Occurs:
    """What stands for when something is converted: all that ends at one instant is converted together, whatever ends,
    and so is all that begins."""
    if not timing.comes:
        return timing.occurs
    return k.Occurs.AT_END if timing.ends else k.Occurs.AT_START


def _dates_apart(first: k.Conversion, second: k.Conversion) -> bool:
    """Whether one is over before the other begins, by instants or by the local dates of one zone."""
    spans = [(one.dates.start, one.dates.end) for one in (first, second)]
    if first.zone == second.zone and (first.dates.asked or second.dates.asked):
        days = (first.dates.days, second.dates.days)
        spans = [(start, None if last is None else last + 1) for start, last in days]
    (_, end), (start, _) = sorted(spans, key=lambda one: one[0] or 0)
    return end is not None and end <= (start or 0)


def _circles(ctx: Context, found: dict[str, k.Conversion]) -> None:
    """Conversions `at once` that feed each other would never come to rest."""
    at_once = [one for one in found.values() if one.timing.occurs is k.Occurs.AT_ONCE]
    edges: dict[str, tuple[str, ...]] = {
        one.name: tuple(other.name for other in at_once if any(give.purse in other.purses for give in one.gives))
        for one in at_once
    }
    for path in circles(edges):
        ctx.report(ConversionCircle((*path, path[0])), found[path[0]].span)
