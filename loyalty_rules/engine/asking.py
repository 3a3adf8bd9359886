"""Whether a rule acts on an occasion, and on which lines.

A rule is asked in this order: the event it waits for, its dates, guardrails that take the whole occasion, experiments
that hold it back, of a referral who was invited, who (`for`), the codes if it asks for any, whether the member opted
in, the tenders if it asks for them, which occasion (`when`), how often (`limit`), which lines (`on`). The first that
fails is its outcome.
"""

from __future__ import annotations

from dataclasses import dataclass

from loyalty_rules.decision import Outcome
from loyalty_rules.engine.experiments import held_out
from loyalty_rules.engine.gifts import counted
from loyalty_rules.engine.guarding import guard_of_all
from loyalty_rules.engine.sameness import counter_of
from loyalty_rules.engine.tiers import any_part, split_ladder
from loyalty_rules.engine.view import View
from loyalty_rules.lang.checked import Blocks, Boost, Earn, Offer, Perk
from loyalty_rules.lang.conditions import Condition
from loyalty_rules.source import Span


@dataclass(slots=True)
class Verdict:
    """Why a rule gives nothing: the outcome, the clause that decided, the conditions that were false, who decided."""

    outcome: Outcome
    clause: Span
    conditions: tuple[Condition, ...] = ()
    by: str = ""


def refusal(view: View, rule: Earn | Boost | Offer | Perk, kind: Blocks = Blocks.EARNING) -> Verdict | None:
    """The first thing that keeps a rule from this occasion. `kind`: what a guardrail would take away."""
    occasion = view.occasion
    programme = view.plan.checked.earning if kind is Blocks.EARNING else view.plan.checked.dates
    timed = (
        isinstance(rule, Earn) and rule.timing is not None
    )  # such a rule is asked while it is in force, or at its end
    for dates in (programme,) if timed else (programme, rule.dates):
        if not view.during(dates):
            clause = rule.dates_span if dates is rule.dates else rule.span
            return Verdict(Outcome.OUTSIDE_DATES, clause, dates.asked)
    as_came = kind is Blocks.DISCOUNTS  # whatever offers before this one took off
    never = None if as_came and view.blocked(kind) is not None else guard_of_all(view, kind)
    if never is not None:
        return Verdict(Outcome.EXCLUDED_BY_NEVER, never.span, by=never.name)
    test = held_out(view, rule.name)
    if test is not None:
        return Verdict(Outcome.IN_CONTROL_GROUP, test.span, by=test.name)
    if (refused := not_referred(view, rule)) is not None:
        return refused
    ladder = split_ladder(view, rule) if isinstance(rule, Earn) else None
    if not (any_part(view, rule, ladder) if ladder and isinstance(rule, Earn) else view.all_hold(rule.audience)):
        return Verdict(Outcome.NOT_FOR_THIS_MEMBER, rule.span, rule.audience)
    if rule.codes is not None and occasion.codes.isdisjoint(rule.codes.keys):
        return Verdict(Outcome.CODE_MISSING, rule.codes.span)
    if rule.opt_in and rule.name not in view.known.opted:
        return Verdict(Outcome.NOT_OPTED_IN, rule.span)
    if rule.name in view.plan.asking_tenders and occasion.kind == "purchase" and occasion.tenders is None:
        return Verdict(Outcome.TENDER_NOT_KNOWN, rule.span)
    if not view.all_hold(rule.occasion):
        return Verdict(Outcome.CONDITION_FALSE, rule.span, rule.occasion)
    for limit in rule.limits:
        if counted(view, counter_of(view, limit), limit.window) >= limit.times:
            return Verdict(Outcome.LIMIT_REACHED, limit.span)
    return None


def not_referred(view: View, rule: Earn | Boost | Offer | Perk) -> Verdict | None:
    """Why a referral is not for this friend: nobody invited it, or it has a fact in common with who did."""
    referral = view.plan.checked.referrals.get(rule.name)
    if referral is None:
        return None
    if view.known.invited is None:
        return Verdict(Outcome.NOT_FOR_THIS_MEMBER, rule.span)
    same = next((one for one in referral.refuses if one.fact.name in view.known.invited), None)
    return None if same is None else Verdict(Outcome.NOT_FOR_THIS_MEMBER, same.span)


def places_of(view: View, rule: Earn | Boost | Offer, kind: Blocks = Blocks.EARNING) -> list[int] | Verdict:
    """The places of the rule's lines, or why there are none."""
    if rule.lines is None:
        return []
    matching = [place for place in range(len(view.occasion.lines)) if view.selected(rule.lines, place)]
    if not matching:
        return Verdict(Outcome.NO_MATCHING_LINES, rule.span)
    blocked = view.blocked(kind) or frozenset()
    left = [place for place in matching if place not in blocked]
    return left or Verdict(Outcome.EXCLUDED_BY_NEVER, rule.span)
