"""Gifts of which the member chooses one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from loyalty_rules.diagnostics import Related, Role
from loyalty_rules.events import Choice
from loyalty_rules.lang import checked as k
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker import measures
from loyalty_rules.lang.checker.chosensets import chooses_sets
from loyalty_rules.lang.checker.context import Context
from loyalty_rules.lang.checker.counts import all_of, first_of, shown_role
from loyalty_rules.lang.checker.gifts import is_rate
from loyalty_rules.lang.checker.names import resolve
from loyalty_rules.lang.checker.opting import opts_in
from loyalty_rules.problems.choices import (
    ChoiceOfPeriod,
    ChosenLater,
    NothingToChoose,
    NotToChoose,
    RateToChoose,
    SeveralToChoose,
)
from loyalty_rules.problems.clauses import ClausesExclude


def choosing_of(ctx: Context, block: s.Block) -> k.Choosing | None:
    """Whether the member chooses one of the gifts of a rule, and for how long."""
    within, others = first_of(block, s.ChooseWithin), all_of(block, s.OrGive)
    if not others:
        if within is not None and ctx.is_whole(block):
            ctx.report(NothingToChoose(Role("CHOOSE_WITHIN")), within.span)
        return None
    for clause in all_of(block, s.Give) if block.kind == "H_EARN" else ():  # elsewhere no gift is a rate
        if is_rate(clause.gift):
            ctx.report(RateToChoose(), clause.gift.span)
    for other in filter(_at_once, block.clauses):
        related = Related(others[0].span, "first_here")
        ctx.report(ClausesExclude(shown_role(other), Role("OR_GIVE")), other.span, related)
    length = (0, 0, 0) if within is None else measures.days_and_months(ctx, within.length, within, hours=True)
    return None if length is None else k.Choosing(*length)


def _at_once(clause: s.Clause) -> bool:
    """Whether a clause gives something that is not chosen, or bounds the one gift of a rule."""
    minimum = isinstance(clause, s.QuantityClause) and clause.role == "MINIMUM"
    return minimum or isinstance(clause, s.GiveLevel | s.Prolong)


def check_choices(
    ctx: Context,
    earns: Mapping[str, k.Earn],
    boosts: Iterable[k.Boost],
    groups: Iterable[k.Group],
    purses: Mapping[str, k.Purse],
) -> None:
    """Reports what combines rules that give nothing before the member has chosen, and purses into which such a gift is
    never a sum of its own."""
    combining = [(boost.changes, boost.span) for boost in boosts]
    combining += [(group.rules, group.span) for group in groups]
    for names, span in combining:
        for rule in (earns[name] for name in names if name in earns):
            if rule.choosing is not None:
                ctx.report(ChosenLater(rule.name), span, Related(rule.span, "rule_here"))
    for rule in earns.values():
        for give in rule.gives if rule.choosing is not None else ():
            purse = purses.get(give.purse)
            if purse is not None and purse.rounding.place.summed:
                ctx.report(ChoiceOfPeriod(purse.name), give.span)


def chooses(ctx: Context, node: s.At, ids: tuple[str, str], at: int, rules: Mapping[str, object]) -> Choice | None:
    """The member of an example opts in to a rule, or chooses product sets or a gift. None where there is none to opt in
    to, or nothing leaves it to choose, which is reported."""
    if node.action == "X_OPT":
        return opts_in(ctx, node, ids, at)
    declared = ctx.names.get(node.names[0].text)
    if declared is not None and declared.kind == "H_PRODUCTS":
        return chooses_sets(ctx, node, ids, at)
    told = tuple(name.text for name in node.names)
    leaving = [rule for rule in rules.values() if isinstance(rule, k.Earn) and rule.choosing is not None]
    if node.name is not None:
        if resolve(ctx, node.name, "H_EARN", "H_CHALLENGE") is None:
            return None
        leaving = [rule for rule in leaving if rule.name == node.name.text]
    found = [rule.name for rule in leaving if set(told) <= {give.purse for give in rule.gives}]
    if not found or len(told) != 1:
        ctx.report(NotToChoose(told), node.names[0].span.join(node.names[-1].span))
        return None
    if len(found) > 1:
        ctx.report(SeveralToChoose(told, tuple(sorted(found))), node.names[0].span)
        return None
    return Choice(*ids, at, found[0], None, purse=told[0])
