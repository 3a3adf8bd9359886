"""The reference evaluator: what a programme means, stage by stage, for one occasion. Slow, exact, and the definition.

A rule is asked in this order: the event it waits for, its dates, guardrails that take the whole occasion, who
(`for`), which occasion (`when`), which lines (`on`), the tenders it needs, how often (`limit`). The first that fails
is its outcome.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from loyalty_rules.decision import Entry, FalseCondition, Outcome, RuleTrace
from loyalty_rules.engine.awards import Award, Part, award
from loyalty_rules.engine.gifts import ORDER, Amount, Cell, Exact, Use, counted, eligible, table_value, worth
from loyalty_rules.engine.posting import Posting, settle
from loyalty_rules.engine.reasons import false_conditions
from loyalty_rules.engine.tiers import any_part, lift, part_above, split_ladder
from loyalty_rules.engine.view import View
from loyalty_rules.lang.checked import Blocks, Boost, Earn, Give, Increase, Multiply, Replace, TriggerKind
from loyalty_rules.lang.conditions import Base, Condition
from loyalty_rules.source import Span

_EVENT_OF: Final = {TriggerKind.PURCHASE: "purchase", TriggerKind.EVENT: "event", TriggerKind.JOINING: "enrolment"}


@dataclass(slots=True)
class Verdict:
    """Why a rule gives nothing: the outcome, the clause that decided, the conditions that were false, who decided."""

    outcome: Outcome
    clause: Span
    conditions: tuple[Condition, ...] = ()
    by: str = ""


@dataclass(slots=True)
class Result:
    """What one occasion gives: postings by rule, and for every other rule why not."""

    postings: dict[str, list[Posting]] = field(default_factory=dict)
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    applied_boosts: dict[str, Boost] = field(default_factory=dict)


def evaluate(view: View) -> Result:
    """Stages 7 to 14 for one occasion, stratum by stratum. `view.given` and `view.ranks` hold what was given at the
    end."""
    result = Result()
    lift(view)
    counted_amounts: dict[str, dict[int, Amount]] = {}
    for stratum in view.plan.strata:
        boosts = _boosts(view, result)
        settled: list[Posting] = []
        for root in stratum:
            awards: dict[str, list[Award]] = {}
            for name in view.plan.members(root):
                rule = view.plan.rules[name]
                if isinstance(rule, Boost):
                    awards[name] = _late(view, rule, result, counted_amounts)
                else:
                    awards[name] = _awards(view, rule, boosts, result, counted_amounts)
            settled += settle(view, root, awards, boosts)
        for posting in settled:
            result.postings.setdefault(posting.award.rule, []).append(posting)
            key = (posting.award.rule, posting.award.purse)
            view.given[key] = view.given.get(key, 0) + posting.granted
        lift(view)
    return result


# ---------- who, when, what


def _refusal(view: View, rule: Earn | Boost) -> Verdict | None:
    """The first thing that keeps a rule from this occasion."""
    occasion = view.occasion
    programme = view.plan.checked.dates
    for dates in (programme, rule.dates):
        if (dates.start is not None and occasion.at < dates.start) or (
            dates.end is not None and occasion.at >= dates.end
        ):
            return Verdict(Outcome.OUTSIDE_DATES, rule.dates_span if dates is rule.dates else rule.span)
    for never in view.plan.nevers:
        if (
            never.lines is None
            and not never.blocks.isdisjoint({Blocks.EARNING, Blocks.EVERYTHING})
            and view.in_force(never)
        ):
            return Verdict(Outcome.EXCLUDED_BY_NEVER, never.span, by=never.name)
    ladder = split_ladder(view, rule) if isinstance(rule, Earn) else None
    if not (any_part(view, rule, ladder) if ladder and isinstance(rule, Earn) else view.all_hold(rule.audience)):
        return Verdict(Outcome.NOT_FOR_THIS_MEMBER, rule.span, rule.audience)
    if not view.all_hold(rule.occasion):
        return Verdict(Outcome.CONDITION_FALSE, rule.span, rule.occasion)
    for limit in rule.limits:
        if limit.window is not None and counted(view, limit.key, limit.window) >= limit.times:
            return Verdict(Outcome.LIMIT_REACHED, limit.span)
    return None


def _places(view: View, rule: Earn | Boost) -> list[int] | Verdict:
    """The places of the rule's lines, or why there are none."""
    if rule.lines is None:
        return []
    matching = [place for place in range(len(view.occasion.lines)) if view.selected(rule.lines, place)]
    if not matching:
        return Verdict(Outcome.NO_MATCHING_LINES, rule.span)
    blocked = view.blocked(Blocks.EARNING) or frozenset()
    left = [place for place in matching if place not in blocked]
    return left or Verdict(Outcome.EXCLUDED_BY_NEVER, rule.span)


def _boosts(view: View, result: Result) -> dict[str, Boost]:
    """The boosts that act on this occasion as it is known now; why not is kept for the others."""
    found: dict[str, Boost] = {}
    for name in sorted(view.plan.checked.boosts):
        boost = view.plan.checked.boosts[name]
        verdict = _refusal(view, boost)
        if verdict is None:
            places = _places(view, boost)
            verdict = places if isinstance(places, Verdict) else None
        if verdict is None:
            found[name] = boost
            result.verdicts.pop(name, None)
        else:
            result.verdicts[name] = verdict
    result.applied_boosts = found
    return found


def _awards(
    view: View, rule: Earn, boosts: dict[str, Boost], result: Result, amounts_of: dict[str, dict[int, Amount]]
) -> list[Award]:
    """Stages 8 to 10 for one rule, or no award and the reason."""
    if _EVENT_OF[rule.trigger] != view.occasion.kind or (rule.event and rule.event != view.occasion.name):
        result.verdicts[rule.name] = Verdict(Outcome.WAITING_FOR_EVENT, rule.span)
        return []
    refused = _refusal(view, rule)
    places = refused or _places(view, rule)
    if isinstance(places, Verdict):
        result.verdicts[rule.name] = places
        return []
    if isinstance(rule.base, Base) and rule.base.tenders and view.occasion.tenders is None:
        result.verdicts[rule.name] = Verdict(Outcome.TENDER_NOT_KNOWN, rule.span)
        return []
    amounts, uses = eligible(view, rule, places)
    ladder = split_ladder(view, rule)
    if ladder is not None and rule.lines is not None:
        amounts = part_above(view, rule, ladder, amounts)
    amounts_of[rule.name] = amounts
    awards = [award(view, rule, give, amounts, boosts) for give in rule.gives]
    if awards:
        awards[0].uses += uses
    return awards


def _late(view: View, boost: Boost, result: Result, amounts_of: dict[str, dict[int, Amount]]) -> list[Award]:
    """A boost `after rounding`: an award of its own, on the whole units that its rules gave."""
    if boost.name not in result.applied_boosts:
        return []
    exact: dict[str, Exact] = {}
    for name in boost.changes:
        rule = view.plan.checked.earns[name]
        for posting in result.postings.get(name, ()):
            into = exact.setdefault(posting.award.purse, {})
            lines = {
                p: u
                for p, u in posting.lines.items()
                if boost.lines is None or (p != ORDER and view.selected(boost.lines, p))
            }
            for line, amount in _late_extra(view, boost, rule, lines, amounts_of.get(name, {})).items():
                into[line] = into.get(line, Fraction(0)) + amount
    awards = []
    for purse, amounts in sorted(exact.items()):
        rounding = view.plan.checked.purses[purse].rounding
        cell = Cell(1, {line: Amount(0, 0) for line in amounts})
        found = Award(boost.name, purse, rounding, [cell], [Part(boost.name, [amounts])], boost.caps)
        found.entries.append(Entry("own", boost.name, found.total()))
        awards.append(found)
    return awards


def _late_extra(view: View, boost: Boost, rule: Earn, lines: dict[int, int], amounts: dict[int, Amount]) -> Exact:
    match boost.effect:
        case Multiply():
            factor = (table_value(view, boost.effect.table) if boost.effect.table else boost.effect.by) - 1
            return {line: units * factor for line, units in lines.items()}
        case Increase(gift):
            return _on(view, rule, gift, lines, amounts)
        case Replace(gift):
            new = _on(view, rule, gift, lines, amounts)
            return {line: new.get(line, Fraction(0)) - lines.get(line, 0) for line in sorted({*new, *lines})}


def _on(view: View, rule: Earn, gift: Give, lines: dict[int, int], amounts: dict[int, Amount]) -> Exact:
    return worth(view, rule, gift, {line: amount for line, amount in amounts.items() if line in lines})


# ---------- the counters of rules


def uses(view: View, result: Result) -> list[Use]:
    """What this occasion adds to the counters of caps, limits and base limits: only rules that gave something count."""
    found: list[Use] = []
    for postings in result.postings.values():
        for posting in postings:
            if posting.granted or posting.capped_by:
                found += posting.uses
        rule = view.plan.rules[postings[0].award.rule]
        if any(posting.granted for posting in postings):
            found += [Use(limit.key, limit.window, 1) for limit in rule.limits if limit.window is not None]
    for name, boost in result.applied_boosts.items():
        if boost_units(result, name):
            found += [Use(limit.key, limit.window, 1) for limit in boost.limits if limit.window is not None]
    return found


def boost_units(result: Result, name: str) -> int:
    """What a boost added to the awards of the rules it changes."""
    return sum(
        units
        for postings in result.postings.values()
        for posting in postings
        for by, units in zip(posting.names[1:], posting.units[1:], strict=True)
        if by == name
    )


# ---------- stage 18: trace


def trace(view: View, result: Result) -> tuple[RuleTrace, ...]:
    """One record for every rule, fired or not, by name."""
    found: list[RuleTrace] = []
    for name, rule in view.plan.rules.items():
        postings = result.postings.get(name, [])
        stage = "boost" if isinstance(rule, Boost) else "award"
        if postings:
            found += [_posted_record(name, stage, rule.span, posting) for posting in postings]
        elif name in result.verdicts:
            found.append(_refused_record(view, name, stage, result.verdicts[name]))
        else:
            units = boost_units(result, name)
            outcome = Outcome.AWARDED if units else Outcome.ZERO_AFTER_ROUNDING
            found.append(RuleTrace(name, stage, outcome, rule.span, "", units, units, (), (), "", "", 0))
    return tuple(found)


def _posted_record(name: str, stage: str, span: Span, posting: Posting) -> RuleTrace:
    granted = posting.granted
    lost = posting.lost_to
    outcome = Outcome.AWARDED
    if lost is not None:
        outcome = Outcome.LOST_IN_GROUP
    elif posting.full:
        outcome = Outcome.PURSE_FULL
    elif posting.capped_by:
        outcome = Outcome.REDUCED_BY_CAP if granted else Outcome.CAP_USED_UP
    elif not granted:
        outcome = Outcome.ZERO_AFTER_ROUNDING
    elif any(entry.step == "cap" for entry in posting.entries):
        outcome = Outcome.REDUCED_BY_CAP
    return RuleTrace(
        name,
        stage,
        outcome,
        span,
        posting.award.purse,
        posting.asked,
        granted,
        tuple(entry for entry in posting.entries if entry.amount),
        (),
        lost[0] if lost else posting.capped_by,
        lost[1] if lost else "",
        lost[2] if lost else 0,
    )


def _refused_record(view: View, name: str, stage: str, verdict: Verdict) -> RuleTrace:
    conditions: tuple[FalseCondition, ...] = false_conditions(view, verdict.conditions)
    clause = conditions[0].clause if conditions else verdict.clause
    return RuleTrace(name, stage, verdict.outcome, clause, "", 0, 0, (), conditions, verdict.by, "", 0)
