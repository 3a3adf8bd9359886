"""The reference evaluator: what a programme means, stage by stage, for one occasion. Slow, exact, and the definition.

What a rule is asked, and in which order, is in `asking`.
"""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from fractions import Fraction

from loyalty_rules.choices import Gifts
from loyalty_rules.decision import Entry, FalseCondition, Outcome, RuleTrace
from loyalty_rules.engine import goals
from loyalty_rules.engine.asking import Verdict, places_of, refusal
from loyalty_rules.engine.awards import award
from loyalty_rules.engine.budgets import Draw
from loyalty_rules.engine.choosing import gifts_of
from loyalty_rules.engine.gifts import ORDER, Amount, Cell, Exact, Use, counted, eligible, worths
from loyalty_rules.engine.groups import settle
from loyalty_rules.engine.lookups import factors
from loyalty_rules.engine.parts import Award, Part, Posting, summed
from loyalty_rules.engine.reasons import false_conditions
from loyalty_rules.engine.sameness import counter_of
from loyalty_rules.engine.tickets import closed_draw
from loyalty_rules.engine.tiers import lift, part_above, split_ladder
from loyalty_rules.engine.view import View
from loyalty_rules.engine.waiting import by_occasion, waited_for
from loyalty_rules.lang.checked import Boost, Earn, Give, Goal, Increase, Multiply, Place, Replace, TriggerKind
from loyalty_rules.source import Span


@dataclass(slots=True)
class Result:
    """What one occasion gives: postings by rule, and for every other rule why not."""

    postings: dict[str, list[Posting]] = field(default_factory=dict)
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    applied_boosts: dict[str, Boost] = field(default_factory=dict)
    without_gift: set[str] = field(default_factory=set)  # rules that applied and only prolong
    assigned: set[str] = field(default_factory=set)  # the rules that give a level
    completed: dict[str, int] = field(default_factory=dict)  # by challenge, how often
    offered: dict[str, Gifts] = field(default_factory=dict)  # by rule, what it leaves to the member to choose from
    draw: Draw | None = None  # what it took out of budgets; None where there are none


def evaluate(view: View, draw: Draw | None = None, *, told: bool) -> Result:
    """Stages 7 to 14 for one occasion, stratum by stratum. `view.given` and `view.ranks` hold what was given at the
    end. `draw`: on budgets; without it they are not asked.

    Unless it is to be `told` why rules gave nothing, those that wait for another occasion or can touch no line of the
    order are not asked at all."""
    result = Result(draw=draw)
    asked = None if told else _asked(view)
    roots = None if asked is None else {view.plan.root(name) for name in asked}
    lift(view)
    counted_amounts: dict[str, dict[int, Amount]] = {}
    for stratum in view.plan.strata:
        boosts = _boosts(view, result, asked)
        awards: dict[str, list[Award]] = {}
        reached = stratum if roots is None else [root for root in stratum if root in roots]
        for root in reached:
            for name in view.plan.members(root):
                if asked is not None and name not in asked:
                    awards[name] = []
                else:
                    awards[name] = awards_of(view, name, boosts, result, counted_amounts, awards)
        for posting in settle(view, reached, awards, boosts, draw):
            note(view, result, posting)
        drop_losers(result)
        view.applied |= result.assigned
        lift(view)
    return result


def _asked(view: View) -> frozenset[str]:
    """The rules that this occasion may be for."""
    waiting = view.plan.once(by_occasion)[view.occasion.kind]
    return waiting & view.plan.index.reaching(view.occasion.lines)


def note(view: View, result: Result, posting: Posting) -> None:
    """What a rule posted, for the result and for what higher strata read."""
    result.postings.setdefault(posting.award.rule, []).append(posting)
    key, by_part = (posting.award.rule, posting.award.purse), posting.units
    view.given[key] = view.given.get(key, 0) + sum(by_part)
    view.applied.update(name for name, units in zip(posting.names, by_part, strict=True) if units)
    if posting.accrues:
        view.applied.update(part.by for part in posting.award.parts if part.total(posting.award.cells))


# ---------- awards


def awards_of(
    view: View,
    name: str,
    boosts: dict[str, Boost],
    result: Result,
    amounts_of: dict[str, dict[int, Amount]],
    awards: dict[str, list[Award]],
) -> list[Award]:
    """What a rule asks to give, or a boost after rounding. `awards`: those of the rules before it in its stratum."""
    rule = view.plan.rules[name]
    if isinstance(rule, Boost):
        return _late(view, rule, result, amounts_of, awards)
    return _awards(view, rule, boosts, result, amounts_of)


def _boosts(view: View, result: Result, asked: frozenset[str] | None) -> dict[str, Boost]:
    """The boosts that act on this occasion as it is known now; why not is kept for the others. `asked`: those that can
    touch a line; None for all."""
    found: dict[str, Boost] = {}
    for name in sorted(view.plan.checked.boosts if asked is None else asked.intersection(view.plan.checked.boosts)):
        boost = view.plan.checked.boosts[name]
        verdict = refusal(view, boost)
        if verdict is None:
            places = places_of(view, boost)
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
    if not waited_for(view, rule):
        result.verdicts[rule.name] = Verdict(Outcome.WAITING_FOR_EVENT, rule.span)
        return []
    refused = refusal(view, rule)
    places = refused or places_of(view, rule)
    if isinstance(places, Verdict):
        result.verdicts[rule.name] = places
        return []
    count = view.completed.get(rule.event, 1) if rule.trigger is TriggerKind.COMPLETING else 1
    if rule.goal is not None:
        times = reached(view, rule, goals.goal_for(view.known.opted, rule, rule.goal))
        if isinstance(times, Verdict):
            result.verdicts[rule.name] = times
            return []
        count = result.completed[rule.name] = view.completed[rule.name] = times
    if rule.choosing is not None:
        return left_to_choose(view, rule, result)
    gives = tuple(give for give in rule.gives if not closed_draw(view.plan, give.purse, view.occasion.at))
    if rule.gives and not (gives or rule.levels or rule.prolongs):
        result.verdicts[rule.name] = Verdict(Outcome.OUTSIDE_DATES, rule.span, by=rule.gives[0].purse)
        return []
    amounts, uses = eligible(view, rule, places)
    ladder = split_ladder(view, rule)
    if ladder is not None and rule.lines is not None:
        amounts = part_above(view, rule, ladder, amounts)
    amounts_of[rule.name] = amounts
    if rule.levels:
        result.assigned.add(rule.name)
    gives = gives if count == 1 else tuple(replace(give, value=give.value * count) for give in gives)
    awards = [award(view, rule, give, amounts, boosts) for give in gives]
    if awards:
        awards[0].uses += uses
    else:
        result.without_gift.add(rule.name)
        view.applied.add(rule.name)
    return awards


def left_to_choose(view: View, rule: Earn, result: Result) -> list[Award]:
    """The member chooses what a rule gives: until then it gives nothing."""
    gifts = gifts_of(view, rule)
    if gifts:
        result.offered[rule.name] = gifts
        view.applied.add(rule.name)
    else:
        result.verdicts[rule.name] = Verdict(Outcome.ZERO_AFTER_ROUNDING, rule.span)
    return []


def reached(view: View, rule: Earn, goal: Goal) -> int | Verdict:
    """How often a challenge is completed now, as far as it may give something; or why it is not."""
    if goals.over(view, rule, goal):
        return Verdict(Outcome.LIMIT_REACHED, goal.span)
    count = goals.times(view, rule, goal)
    if view.settled is not None:
        count = min(count, view.settled.get(rule.name, 0)) if not goal.keeps else view.settled.get(rule.name, 0)
    if count <= 0:
        return Verdict(Outcome.NOT_YET, rule.span, (goal.condition,))
    return min(count, *(limit.times - counted(view, limit.key, limit.window) for limit in rule.limits), count)


def drop_losers(result: Result) -> None:
    """A rule that lost in a group gives no level either."""
    result.assigned -= {name for name, found in result.postings.items() if any(p.lost_to is not None for p in found)}


def _late(
    view: View,
    boost: Boost,
    result: Result,
    amounts_of: dict[str, dict[int, Amount]],
    awards: dict[str, list[Award]],
) -> list[Award]:
    """A boost `after rounding`: an award of its own, on the whole units that its rules gave. In a chain it is asked on
    what those before it add as well."""
    if boost.name not in result.applied_boosts:
        return []
    exact: dict[str, list[Exact]] = {}
    of: dict[str, dict[str, dict[int, int]]] = {}
    for name in boost.changes:
        rule = view.plan.checked.earns[name]
        for posting in result.postings.get(name, ()):
            if not boost.acts_in(posting.award.purse):
                continue
            lines = {p: Fraction(u) for p, u in posting.lines.items() if _boosted(view, boost, rule, p)}
            extra = _late_extra(view, boost, rule, lines, amounts_of.get(name, {}))
            exact.setdefault(posting.award.purse, []).append(extra)
            of.setdefault(posting.award.purse, {})[name] = posting.lines
    if isinstance(boost.effect, Multiply):
        for before in view.plan.chained_before(boost.name):
            for earlier in awards.get(before, ()):
                lines = {p: a for p, a in earlier.by_line().items() if boost.lines is None or _selected(view, boost, p)}
                exact.setdefault(earlier.purse, []).append(_times(view, boost.effect, lines))
    found = [_late_award(view, boost, purse, summed(amounts)) for purse, amounts in sorted(exact.items())]
    return [replace(one, of=of.get(one.purse, {})) for one in found]


def _boosted(view: View, boost: Boost, rule: Earn, place: int) -> bool:
    """Whether a boost acts on what a rule gave there. What the order as a whole carries has no line to ask about."""
    return boost.lines is None or (rule.lines is None if place == ORDER else _selected(view, boost, place))


def _selected(view: View, boost: Boost, place: int) -> bool:
    return place == ORDER or boost.lines is None or view.selected(boost.lines, place)


def _late_award(view: View, boost: Boost, purse: str, amounts: Exact) -> Award:
    rounding = view.plan.checked.purses[purse].rounding
    together = not rounding.place.by_line or ORDER in amounts
    groups = [amounts] if together else [{line: amount} for line, amount in amounts.items()]
    places = [Cell(1, {line: Amount(0, 0) for line in group}) for group in groups]
    if together and rounding.place.by_line:
        rounding = replace(rounding, place=Place.ORDER)
    found = Award(boost.name, purse, rounding, places, [Part(boost.name, groups)], boost.caps)
    found.entries.append(Entry("own", boost.name, found.total()))
    return found


def _late_extra(view: View, boost: Boost, rule: Earn, lines: Exact, amounts: dict[int, Amount]) -> Exact:
    match boost.effect:
        case Multiply():
            return _times(view, boost.effect, lines)
        case Increase(gift):
            return _on(view, rule, gift, lines, amounts)
        case Replace(gift):
            new = _on(view, rule, gift, lines, amounts)
            return {line: new.get(line, Fraction(0)) - lines.get(line, 0) for line in sorted({*new, *lines})}


def _times(view: View, effect: Multiply, lines: Exact) -> Exact:
    factor = factors(view, effect)
    return {line: units * (factor(line) - 1) for line, units in lines.items()}


def _on(view: View, rule: Earn, gift: Give, lines: Exact, amounts: dict[int, Amount]) -> Exact:
    return worths(view, rule, gift, [Cell(1, {p: a for p, a in amounts.items() if p in lines})])[0]


# ---------- the counters of rules


def uses(view: View, result: Result) -> list[Use]:
    """What this occasion adds to the counters of caps, base limits and limits. Only what gave something uses up a
    limit; who lost in a group used up nothing."""
    found: list[Use] = []
    for postings in result.postings.values():
        for posting in postings:
            if posting.lost_to is None:
                found += posting.uses
        rule = view.plan.rules.get(postings[0].award.rule)
        if rule is None or view.occasion.kind == "posting":
            continue  # it used up its limits when it accrued
        gave_something = any(posting.granted or posting.accrues for posting in postings)
        if rule.name in view.plan.checked.referrals:
            gave_something = True  # an inviter may have been given something, and the friend not
        if gave_something and rule.name not in result.assigned:
            times = result.completed.get(rule.name, 1)
            found += [Use(counter_of(view, limit), limit.window, times) for limit in rule.limits]
    for name in sorted(result.assigned | result.without_gift | result.offered.keys()):
        times, limits = result.completed.get(name, 1), view.plan.rules[name].limits
        found += [Use(counter_of(view, one), one.window, times) for one in limits]
    for name, boost in result.applied_boosts.items():
        if boost_units(result, name) or accrued_by(result, name):
            found += [Use(counter_of(view, limit), limit.window, 1) for limit in boost.limits]
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


def accrued_by(result: Result, name: str) -> bool:
    """Whether a rule or a boost gave something that is posted later."""
    return any(
        part.by == name and bool(part.total(posting.award.cells))
        for postings in result.postings.values()
        for posting in postings
        for part in posting.award.parts
        if posting.accrues
    )


def gave(result: Result, name: str) -> bool:
    """Whether a rule applied: it gave something, or it has nothing to give and only prolongs."""
    found = result.postings.get(name, ())
    return name in result.without_gift or any(posting.granted or posting.accrues for posting in found)


# ---------- stage 18: trace


def trace(view: View, result: Result) -> tuple[RuleTrace, ...]:
    """One record for every rule, fired or not, by name."""
    found: list[RuleTrace] = []
    for name, rule in view.plan.rules.items():
        postings = result.postings.get(name, [])
        stage = "boost" if isinstance(rule, Boost) else "award"
        if postings:
            found += [_posted_record(name, stage, rule.span, posting) for posting in postings]
        elif name in result.assigned:
            found.append(RuleTrace(name, stage, Outcome.AWARDED, rule.span, "", 0, 0, (), (), "", "", 0))
        elif name in result.offered:
            found.append(RuleTrace(name, stage, Outcome.LEFT_TO_CHOOSE, rule.span, "", 0, 0, (), (), "", "", 0))
        elif name in result.verdicts:
            found.append(_refused_record(view, name, stage, result.verdicts[name]))
        elif isinstance(rule, Boost):
            found.append(_boost_record(view, result, rule))
        elif name in result.without_gift:
            found.append(RuleTrace(name, stage, Outcome.AWARDED, rule.span, "", 0, 0, (), (), "", "", 0))
    return tuple(found)


def _boost_record(view: View, result: Result, boost: Boost) -> RuleTrace:
    """A boost that applied: what it added to the awards of its rules, or who kept it from adding anything. Where its
    rules gave nothing, their reason is its own."""
    postings = [posting for rule in boost.changes for posting in result.postings.get(rule, ())]
    for rule in boost.changes:
        if not postings and rule in result.verdicts:
            return _refused_record(view, boost.name, "boost", result.verdicts[rule])
    granted = boost_units(result, boost.name)
    caps = {cap.key for cap in boost.caps}
    entries = [entry for posting in postings for entry in posting.entries]
    cuts = [entry.amount for entry in entries if entry.step == "cap" and entry.by in caps]
    short = _short(view, boost, entries)
    lost = next((found for posting in postings if (found := posting.award.passed_over.get(boost.name))), None)
    outcome, by = (Outcome.AWARDED if granted else Outcome.ZERO_AFTER_ROUNDING), ""
    if lost is not None and not granted:
        outcome, by = Outcome.LOST_IN_GROUP, lost.group
    elif not granted and accrued_by(result, boost.name):
        outcome, lost = Outcome.ACCRUED, None
    elif short:
        outcome, by, lost = (Outcome.REDUCED_BY_CAP if granted else Outcome.BUDGET_EMPTY), short[0].by, None
        cuts += [entry.amount for entry in short if boost.name in view.plan.checked.budgets[entry.by].covers]
    elif cuts:
        outcome, by = (Outcome.REDUCED_BY_CAP if granted else Outcome.CAP_USED_UP), min(caps)
    else:
        lost = None
    asked = granted - int(sum(cuts))
    winner, amount = (lost.winner, lost.amount) if lost else ("", 0)
    return RuleTrace(boost.name, "boost", outcome, boost.span, "", asked, granted, (), (), by, winner, amount)


def _short(view: View, boost: Boost, entries: list[Entry]) -> list[Entry]:
    """What budgets cut that cover a boost, or all that its rules give."""
    covered = {boost.name, *boost.changes, *(gift.purse for name in boost.changes for gift in _gifts(view, name))}
    budgets = view.plan.checked.budgets
    return [one for one in entries if one.step == "budget" and not covered.isdisjoint(budgets[one.by].covers)]


def _gifts(view: View, rule: str) -> tuple[Give, ...]:
    return view.plan.checked.earns[rule].gives


def _posted_record(name: str, stage: str, span: Span, posting: Posting) -> RuleTrace:
    granted = posting.granted
    lost = posting.lost_to
    outcome = Outcome.AWARDED
    if lost is not None:
        outcome = Outcome.LOST_IN_GROUP
    elif posting.accrues:
        outcome = Outcome.ACCRUED
    elif posting.short:
        outcome = Outcome.REDUCED_BY_CAP if granted else Outcome.BUDGET_EMPTY
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
        lost.group if lost else posting.short or posting.capped_by,
        lost.winner if lost else "",
        lost.amount if lost else 0,
    )


def _refused_record(view: View, name: str, stage: str, verdict: Verdict) -> RuleTrace:
    rule, asking = view.plan.checked.earns.get(name), None
    if rule is not None and rule.goal is not None and verdict.outcome is Outcome.NOT_YET:
        asking = goals.starting(view, rule, goals.goal_for(view.known.opted, rule, rule.goal))
    with nullcontext() if asking is None else asking:
        conditions: tuple[FalseCondition, ...] = false_conditions(view, verdict.conditions)
    clause = conditions[0].clause if conditions else verdict.clause
    return RuleTrace(name, stage, verdict.outcome, clause, "", 0, 0, (), conditions, verdict.by, "", 0)
