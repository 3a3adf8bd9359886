"""Groups of redeem rules and rewards: in which order they pay for one order, and how much together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from loyalty_rules.diagnostics import Related, Role
from loyalty_rules.lang import checked as k
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker.context import Context, title_of
from loyalty_rules.lang.checker.counts import all_of, role_of, simple
from loyalty_rules.lang.checker.declarations import named
from loyalty_rules.lang.checker.redeems import bound_of
from loyalty_rules.lang.checker.returns import reward_lowers
from loyalty_rules.problems.groups import GroupMixed
from loyalty_rules.problems.spending import MonthsTogether, NotOfGroup

_POLICIES = ("ADD_UP", "LARGEST", "SMALLEST_ONE", "FIRST_LISTED", "G_MULTIPLY")
_PAYERS = ("H_REDEEM", "H_REWARD")
_NOT_HERE = (*_POLICIES, "DECIDE_LINE", "DECIDE_ORDER", "CAP", "REUSE")


def of_redeems(ctx: Context, block: s.Block) -> bool:
    """Whether a group lists redeem rules or rewards."""
    return any(_kind(ctx, name) in _PAYERS for name in _rules(block))


def _rules(block: s.Block) -> list[s.Name]:
    return [clause.name for clause in all_of(block, s.NameClause, lambda clause: clause.role == "RULE")]


def _kind(ctx: Context, name: s.Name) -> str:
    declared = ctx.names.get(name.text)
    if declared is None:
        return ""
    lowers = declared.kind == "H_REWARD" and declared.block is not None and reward_lowers(declared.block)
    return "H_OFFER" if lowers else declared.kind


def only_of_redeems(ctx: Context, block: s.Block, members: Iterable[k.Earn | k.Boost]) -> None:
    """Reports what only redeem rules have in a group of others."""
    for clause in (one for one in block.clauses if role_of(one) in ("TOGETHER", "REUSE")):
        boosts = any(isinstance(rule, k.Boost) for rule in members)
        ctx.report(NotOfGroup(Role(role_of(clause)), Role("H_BOOST" if boosts else "H_EARN")), clause.span)


def redeem_groups(
    ctx: Context, redeems: Mapping[str, k.Redeem], rewards: Mapping[str, k.Reward]
) -> dict[str, k.RedeemGroup]:
    """The groups of redeem rules and rewards by name."""
    payers = {**redeems, **{name: reward.use for name, reward in rewards.items()}}
    found = {}
    for block in named(ctx, "H_GROUP"):
        if block.name is not None and of_redeems(ctx, block):
            group = _group(ctx, block, block.name.text, payers)
            found[group.name] = group
    return found


def _group(ctx: Context, block: s.Block, name: str, payers: Mapping[str, k.Redeem]) -> k.RedeemGroup:
    rules = _rules(block)
    first = next(rule for rule in rules if _kind(ctx, rule) in _PAYERS)
    for rule in rules:
        if _kind(ctx, rule) not in ("", *_PAYERS):
            ctx.report(GroupMixed(rule.text, first.text), block.header, Related(rule.span, "listed_here"))
    for clause in block.clauses:
        if role_of(clause) in _NOT_HERE:
            ctx.report(NotOfGroup(Role(role_of(clause)), Role("H_REDEEM")), clause.span)
    together = tuple(bound for clause in all_of(block, s.PayAtMost) if (bound := bound_of(ctx, clause)))
    members = tuple(dict.fromkeys(rule.text for rule in rules if rule.text in payers))
    _months_apart(ctx, [rule for rule in rules if rule.text in payers], payers)
    return k.RedeemGroup(name, title_of(block), members, together, span=block.header)


def _months_apart(ctx: Context, rules: Sequence[s.Name], payers: Mapping[str, k.Redeem]) -> None:
    """Reports rules that would use one purse for one order, each with lots of its own month, where the purse keeps
    months apart."""
    purses = (block for block in named(ctx, "H_PURSE") if simple(block, "KEEP_APART") is not None)
    apart = {block.name.text for block in purses if block.name is not None}
    listed = {rule.text: rule for rule in rules}
    users: dict[str, str] = {}
    for rule in rules:
        payer = payers[rule.text]
        prices = payer.right.prices if payer.right is not None else ()
        for purse in sorted(apart & {payer.purse, *(price.purse for price in prices)}):
            other = users.setdefault(purse, rule.text)
            if other != rule.text:
                related = Related(listed[other].span, "listed_here")
                ctx.report(MonthsTogether(rule.text, other, purse), rule.span, related)
