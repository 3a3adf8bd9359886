"""Groups: which rules stand together, and how they combine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from loyalty_rules.diagnostics import Related, Role
from loyalty_rules.lang import checked as k
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker import caps
from loyalty_rules.lang.checker.context import Context, title_of
from loyalty_rules.lang.checker.counts import all_of, first_of, simple
from loyalty_rules.lang.checker.declarations import named
from loyalty_rules.lang.checker.graphs import circles, leading_to_circles
from loyalty_rules.lang.checker.limits import too_deep
from loyalty_rules.lang.checker.names import RULES, resolve
from loyalty_rules.lang.checker.offergroups import of_offers
from loyalty_rules.lang.checker.redeemgroups import of_redeems, only_of_redeems
from loyalty_rules.problems.groups import (
    DecideMissing,
    DecideRefused,
    FixedPerLine,
    GroupCircle,
    GroupMixed,
    GroupOfOne,
    PolicyRefused,
    TwoGroups,
    WorthMissing,
)

Rules = dict[str, k.Earn | k.Boost]

_CHOOSING = ("LARGEST", "SMALLEST_ONE", "FIRST_LISTED")
_BY_AMOUNT = ("LARGEST", "SMALLEST_ONE")
_FOR_BOOSTS = ("G_MULTIPLY", "ONE_AFTER")
_POLICIES = ("ADD_UP", *_CHOOSING, *_FOR_BOOSTS)


def groups(ctx: Context, rules: Rules) -> dict[str, k.Group]:
    """The groups by name."""
    listed = {block.name.text: _listed(ctx, block) for block in named(ctx, "H_GROUP") if block.name}
    _stand_once(ctx, listed)
    refused = _circles(ctx, listed)
    ctx.groups_apart = frozenset(listed) - refused
    found = {}
    for block in named(ctx, "H_GROUP"):
        if block.name is not None and block.name.text not in refused and not _of_others(ctx, block):
            group = _group(ctx, block, block.name.text, listed, rules)
            if group is not None:
                found[group.name] = group
    return found


def _of_others(ctx: Context, block: s.Block) -> bool:
    return of_redeems(ctx, block) or of_offers(ctx, block)


def _listed(ctx: Context, block: s.Block) -> list[s.Name]:
    clauses = all_of(block, s.NameClause, lambda clause: clause.role == "RULE")
    if len(clauses) == 1 and ctx.is_whole(block) and block.name is not None:
        ctx.report(GroupOfOne(block.name.text), block.header)
    return [
        clause.name
        for clause in clauses
        if resolve(ctx, clause.name, *RULES, "H_OFFER", "H_REDEEM", "H_REWARD", "H_GROUP")
    ]


def _stand_once(ctx: Context, listed: dict[str, list[s.Name]]) -> None:
    places: dict[str, tuple[str, s.Name]] = {}
    for group, names in listed.items():
        for name in names:
            before = places.get(name.text)
            if before is not None:
                ctx.report(TwoGroups(name.text, before[0]), name.span, Related(before[1].span, "listed_here"))
            places.setdefault(name.text, (group, name))


def _circles(ctx: Context, listed: dict[str, list[s.Name]]) -> set[str]:
    """Reports groups that stand in themselves, or too deep in each other. Those that cannot be looked into."""
    edges = {group: tuple(name.text for name in names if name.text in listed) for group, names in listed.items()}
    paths = list(circles(edges))
    for path in paths:
        ctx.report(GroupCircle((*path, path[0])), ctx.names[path[0]].name.span)
    if paths:
        return leading_to_circles(edges)
    return set(listed) if too_deep(ctx, edges) else set()


def _members(listed: dict[str, list[s.Name]], group: str) -> Iterator[str]:
    """The rules of a group and of the groups in it."""
    for name in listed.get(group, []):
        if name.text in listed:
            yield from _members(listed, name.text)
        else:
            yield name.text


def _group(ctx: Context, block: s.Block, name: str, listed: dict[str, list[s.Name]], rules: Rules) -> k.Group | None:
    members = [rules[member] for member in _members(listed, name) if member in rules]
    policy = simple(block, *_POLICIES)
    decide = simple(block, "DECIDE_LINE", "DECIDE_ORDER")
    boosts = any(isinstance(rule, k.Boost) for rule in members)
    together = _act_together(ctx, block, members, rules)
    per_line = decide is not None and decide.role == "DECIDE_LINE"
    if policy is not None:
        _policy_fits(ctx, block, policy, decide, boosts=boosts)
    if per_line and together:
        _rates_only(ctx, block, members)
    purses = purses_of(members, rules)
    if policy is not None and policy.role in _BY_AMOUNT and together and not boosts:
        _comparable(ctx, policy, purses)
    ceilings = caps.caps(ctx, block, purses, k.Dates(), lines=True)
    only_of_redeems(ctx, block, members)
    if policy is None or not members:
        return None
    return k.Group(
        name,
        title_of(block),
        tuple(dict.fromkeys(one.text for one in listed[name])),
        k.Policy(policy.role),
        per_line,
        boosts,
        ceilings,
        span=block.header,
    )


def purses_of(members: Iterable[k.Earn | k.Boost], rules: Rules) -> set[str]:
    """The purses that rules give into; a boost gives into those of the rules that it changes."""
    found: set[str] = set()
    for rule in members:
        if isinstance(rule, k.Earn):
            found |= {give.purse for give in rule.gives}
        else:
            changed = (rules.get(name) for name in rule.changes)
            found |= {give.purse for one in changed if isinstance(one, k.Earn) for give in one.gives}
    return found


def _act_together(ctx: Context, block: s.Block, members: list[k.Earn | k.Boost], rules: Rules) -> bool:
    """Whether all members act at once: earn rules into one purse, or boosts all on one side of rounding."""
    for rule in members[1:]:
        first = members[0]
        same = type(rule) is type(first)
        if isinstance(rule, k.Earn) and isinstance(first, k.Earn):
            same = purses_of([rule], rules) == purses_of([first], rules)
        elif isinstance(rule, k.Boost) and isinstance(first, k.Boost):
            same = rule.after_rounding == first.after_rounding
        if not same:
            ctx.report(GroupMixed(rule.name, first.name), block.header, *_both(first, rule))
            return False
    return True


def _both(first: k.Rule, second: k.Rule) -> tuple[Related, Related]:
    return Related(first.span, "rule_here"), Related(second.span, "rule_here")


def _policy_fits(ctx: Context, block: s.Block, policy: s.Simple, decide: s.Simple | None, *, boosts: bool) -> None:
    if policy.role in _FOR_BOOSTS and not boosts and ctx.is_whole(block):
        ctx.report(PolicyRefused(Role(policy.role)), policy.span)
    if policy.role in _CHOOSING and decide is None and ctx.is_whole(block):
        ctx.report(DecideMissing(Role(policy.role)), policy.span)
    if policy.role not in _CHOOSING and decide is not None:
        ctx.report(
            DecideRefused(Role(decide.role), Role(policy.role)), decide.span, Related(policy.span, "policy_here")
        )


def _comparable(ctx: Context, policy: s.Simple, purses: set[str]) -> None:
    """Units of several purses are compared in money: each purse is counted in it, or says what it is worth."""
    if len(purses) < 2:
        return
    for block in named(ctx, "H_PURSE"):
        name = block.name.text if block.name else ""
        head = ctx.purses.get(name)
        priced = head is None or head.currency or first_of(block, s.Worth) is not None
        if name in purses and not priced and ctx.is_whole(block):
            ctx.report(WorthMissing(name, Role(policy.role)), policy.span, Related(block.header, "purse_here"))


def _rates_only(ctx: Context, block: s.Block, members: list[k.Earn | k.Boost]) -> None:
    """Lines are compared by what they give, so everything has to belong to lines."""
    for rule in members:
        if isinstance(rule, k.Earn) and (rule.lines is None or any(give.step is None for give in rule.gives)):
            ctx.report(FixedPerLine(rule.name), block.header, Related(rule.span, "rule_here"))
