"""How rules stand to each other: groups, guardrails, promises."""

from __future__ import annotations

from loyalty_rules.testing.composing import asking
from loyalty_rules.testing.composing.giving import cap
from loyalty_rules.testing.composing.scope import Rule, Scope


def groups(s: Scope) -> None:
    """Rules into a purse that does not add up stand in one group; others may."""
    for purse in s.purses:
        rules = [one for one in s.rules if one.purses == (purse.name,) and not one.after]
        if len(rules) < 2 or purse.reward or not purse.grouped:
            continue
        _group(s, f"of_{purse.name}", rules)


def _group(s: Scope, name: str, rules: list[Rule]) -> None:
    purse = s.purse(rules[0].purses[0])
    names = [one.name for one in rules]
    if len(names) > 2 and s.maybe():
        s.add(s.head("H_GROUP", f"{name}_some"), *(f"RULE {one}" for one in names[:2]), "ADD_UP")
        names = [f"{name}_some", *names[2:]]
    policies = ["ADD_UP", "LARGEST", "SMALLEST_ONE", "FIRST_LISTED"]
    policy = s.pick(policies)
    lines = [s.head("H_GROUP", name), *(f"RULE {one}" for one in names), policy, *s.former(name)]
    if policy != "ADD_UP":
        by_lines = all(one.by_lines and one.rated for one in rules)
        lines.append(s.pick(("DECIDE_ORDER", "DECIDE_LINE")) if by_lines else "DECIDE_ORDER")
    elif s.maybe("caps") and not purse.posting:
        lines.append(cap(s, purse, by_lines=False))
    s.add(*lines, *s.words("TITLE"))


def nevers(s: Scope) -> None:
    if not s.has("nevers"):
        return
    for number in range(s.pick((1, 2))):
        lines = [s.head("H_NEVER", f"no_{number}"), *s.former(f"no_{number}")]
        lines += [s.pick(("B_EARN", "B_ALL", "B_REDEEM", "B_TIER"))]
        lines += [f"ON {s.pick(s.sets)}"] if s.sets and s.maybe() else []
        asks = [f"FOR {asking.joined(s, asking.member)}", f"WHEN {asking.order(s)}"]
        lines += [s.pick(asks)] if len(lines) < 3 or s.rarely("conditions") else []
        lines += [s.dates(), *s.zone()] if s.rarely("dates") else []
        s.add(*lines, *s.words("TITLE"))


def budgets(s: Scope) -> None:
    """What all members together get of a rule."""
    if not s.has("budgets"):
        return
    rule = s.rules[0]
    purse = s.purse(rule.purses[0])
    if s.has("changes") or len(rule.purses) > 1 or purse.posting or purse.together or purse.carries:
        return
    lines = [s.head("H_BUDGET", "pot"), f"COVERS {rule.name}"]
    same = f" S_SAME {s.of('same')}" if s.rarely() else ""
    window = f" {s.of('in_period')}" if s.maybe() else ""
    lines += [f"CAP {s.units(purse, 20, 100)}{same}{window}", s.of_some("SHORT_TRIM", "SHORT_NOTHING")]
    lines += [s.dates()] if s.rarely("dates") else []
    s.add(*lines, *s.words("TITLE"))


def promises(s: Scope) -> None:
    """Bounds that hold of every order by far."""
    if not s.has("promises"):
        return
    purse = s.pick([one for one in s.purses if not one.reward])
    bounds = [f"EARNED {purse.name} IN_THIS_ORDER AT_MOST 900 000 000 {purse.unit}"]
    if all(not one.reward for one in s.purses):
        bounds.append(f"VALUE_GIVEN IN_THIS_ORDER AT_MOST 900 000 000 {s.currency}")
    lines = [s.head("H_PROMISE", "bound"), f"ALWAYS {s.pick(bounds)}", 'ALLOW L161 "tried"']
    lines += [f"FOR {asking.member(s)}"] if s.rarely("conditions") else []
    lines += [f"WHEN {asking.order(s)}"] if s.rarely("conditions") else []
    s.add(*lines)
