"""Groups of offers: how they combine, and how much they take off together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from loyalty_rules.diagnostics import Related, Role
from loyalty_rules.lang import checked as k
from loyalty_rules.lang import conditions as c
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker import amounts, caps
from loyalty_rules.lang.checker.context import Context, title_of
from loyalty_rules.lang.checker.counts import all_of, role_of, simple
from loyalty_rules.lang.checker.declarations import named
from loyalty_rules.lang.checker.redeems import bound_of
from loyalty_rules.lang.checker.returns import reward_lowers
from loyalty_rules.problems.groups import DecideMissing, DecideRefused, GroupMixed
from loyalty_rules.problems.rules import ScopeRefused
from loyalty_rules.problems.spending import NotOfGroup

_CHOOSING = ("LARGEST", "SMALLEST_ONE", "FIRST_LISTED")
_POLICIES = ("ADD_UP", *_CHOOSING, "ONE_AFTER")
#: How often a group may stand in a group before it is looked into no further; what stands deeper is reported elsewhere.
_DEEPEST = 64


def of_offers(ctx: Context, block: s.Block) -> bool:
    """Whether a group lists an offer or a reward that lowers prices, itself or in the groups that it lists."""
    return any(kind == "H_OFFER" for _, kind in _members(ctx, block, _DEEPEST))


def _members(ctx: Context, block: s.Block, deep: int) -> Iterable[tuple[s.Name, str]]:
    """The rules of a group and of the groups in it, each with its kind."""
    for clause in all_of(block, s.NameClause, lambda one: one.role == "RULE"):
        declared = ctx.names.get(clause.name.text)
        if declared is None:
            continue
        if declared.kind != "H_GROUP":
            lowers = declared.kind == "H_REWARD" and declared.block is not None and reward_lowers(declared.block)
            yield clause.name, "H_OFFER" if lowers else declared.kind
        elif declared.block is not None and deep:
            yield from _members(ctx, declared.block, deep - 1)


def offer_groups(ctx: Context, offers: Mapping[str, k.Offer], looked_into: frozenset[str]) -> dict[str, k.OfferGroup]:
    """The groups of offers by name. `looked_into`: the groups that stand in no circle."""
    found = {}
    for block in named(ctx, "H_GROUP"):
        name = block.name.text if block.name else ""
        if name in looked_into and of_offers(ctx, block):
            group = _group(ctx, block, name, offers)
            if group is not None:
                found[name] = group
    return found


def _apart(ctx: Context, rule: s.Name) -> s.Clause | None:
    """The clause of an offer that stands in no list: it acts after all others, or beside them and lowers no price."""
    block = ctx.names[rule.text].block
    clauses = () if block is None else block.clauses
    return next((one for one in clauses if role_of(one) in ("ROUND_TOTAL", "ADD_GIFT")), None)


def _group(ctx: Context, block: s.Block, name: str, offers: Mapping[str, k.Offer]) -> k.OfferGroup | None:
    listed = [clause.name for clause in all_of(block, s.NameClause, lambda one: one.role == "RULE")]
    members = list(_members(ctx, block, _DEEPEST))
    first = next(rule for rule, kind in members if kind == "H_OFFER")
    for rule, kind in members:
        alone = _apart(ctx, rule) if kind == "H_OFFER" else None
        if alone is not None:
            ctx.report(NotOfGroup(Role(role_of(alone)), Role("H_OFFER")), rule.span, Related(alone.span, "rule_here"))
        if kind != "H_OFFER":
            ctx.report(GroupMixed(rule.text, first.text), block.header, Related(rule.span, "listed_here"))
    for clause in block.clauses:
        if getattr(clause, "role", "") == "G_MULTIPLY":
            ctx.report(NotOfGroup(Role("G_MULTIPLY"), Role("H_OFFER")), clause.span)
    policy = simple(block, *_POLICIES)
    decide = simple(block, "DECIDE_LINE", "DECIDE_ORDER")
    if policy is not None and policy.role in _CHOOSING and decide is None and ctx.is_whole(block):
        ctx.report(DecideMissing(Role(policy.role)), policy.span)
    if policy is not None and policy.role not in _CHOOSING and decide is not None:
        related = Related(policy.span, "policy_here")
        ctx.report(DecideRefused(Role(decide.role), Role(policy.role)), decide.span, related)
    together = tuple(bound for clause in all_of(block, s.PayAtMost) if (bound := bound_of(ctx, clause)))
    if policy is None or any(rule.text not in offers for rule, _ in members):
        return None
    per_line = decide is not None and decide.role == "DECIDE_LINE"
    rules = tuple(dict.fromkeys(one.text for one in listed))
    reused, ceilings = simple(block, "REUSE") is not None, _caps(ctx, block)
    return k.OfferGroup(
        name, title_of(block), rules, k.Policy(policy.role), per_line, together, reused, ceilings, span=block.header
    )


def _caps(ctx: Context, block: s.Block) -> tuple[k.Cap, ...]:
    """What the offers of a group take off together at most: of an order, of a member over a window. Of two that count
    the same the lower."""
    found: list[k.Cap] = []
    for clause in all_of(block, s.Cap):
        scope = k.Scope(clause.scope)
        over = caps.window_of(ctx, clause, scope, clause.window, "CAP")
        units = amounts.money(ctx, clause.quantity)
        if scope in (k.Scope.ITEM, k.Scope.LINE):
            ctx.report(ScopeRefused(Role(clause.scope), Role("CAP")), clause.span)
        elif over is not False and amounts.above_zero(ctx, units, clause.quantity.span):
            window = over if isinstance(over, c.Window) else None
            key = caps.key_of(block, "CAP", amounts.money_key(ctx), scope, window, k.Dates())
            found.append(k.Cap(key, "", units or 0, scope, window, before_boosts=False, span=clause.span))
    return caps.tightest_caps(found)
