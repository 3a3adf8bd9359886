"""Steps of examples in which a friend has a part."""

from __future__ import annotations

from collections.abc import Iterable

from loyalty_rules.events import Invitation
from loyalty_rules.lang import checked as k
from loyalty_rules.lang import conditions as c
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker import amounts, caps, exampledata
from loyalty_rules.lang.checker.context import Context
from loyalty_rules.lang.checker.counts import all_of
from loyalty_rules.problems.cases import DetailRefused
from loyalty_rules.problems.referrals import NoReferral, NoReferralOf


def invites(ctx: Context, node: s.At, ids: tuple[str, str], at: int, friend: str) -> Invitation | None:
    """The member invites a friend. None where the file has no referral, which is reported."""
    if not any(True for _ in ctx.blocks("H_REFERRAL")):
        ctx.report(NoReferral(), node.span)
        return None
    return Invitation(*ids, at, friend)


def facts_of_friend(ctx: Context, details: Iterable[s.Given]) -> tuple[k.GivenFact, ...]:
    """The member facts of a friend who is invited."""
    found: dict[str, k.GivenFact] = {}
    for clause in details:
        node = clause.operand
        fact = ctx.facts.get(node.text) if isinstance(node, s.Name) else None
        if fact is None or fact.owner is not c.Owner.MEMBER:
            ctx.report(DetailRefused(ctx.words(node.span)), node.span)
            continue
        value = exampledata.fact_value(ctx, clause.bound, fact)
        if value is not None:
            found[fact.name] = k.GivenFact(fact, value, span=clause.span)
    return tuple(found[name] for name in sorted(found))


def of_inviter(ctx: Context, clause: s.ShouldGive) -> k.Expected | None:
    """What the inviter should be given by a referral, in a step of the friend."""
    declared = ctx.names.get(clause.rule.text)
    if declared is None or declared.block is None or clause.amount is None:
        return None
    if declared.kind != "H_REFERRAL":
        ctx.report(NoReferralOf(clause.rule.text), clause.rule.span)
        return None
    gives = (one for one in all_of(declared.block, s.GiveTo) if one.role == "GIVE_INVITER")
    purses = {one.gift.purse.text for one in gives} & ctx.purses.keys()
    purse = caps.purse_of(ctx, clause.amount, sorted(purses), declared.block)
    units = amounts.points(ctx, clause.amount, purse) if purse else None
    if purse is None or units is None:
        return None
    return k.Expected(clause.rule.text, purse.name, units, None, span=clause.span, inviter=True)
