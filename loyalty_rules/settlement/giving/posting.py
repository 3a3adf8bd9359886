"""Stages 13 to 15, the ledger's part: what was granted becomes lots."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import repeat

from loyalty_rules.completions import ChallengeCompleted
from loyalty_rules.decision import Effect, PointsAwarded, PointsExpired
from loyalty_rules.engine.funding import funding_of
from loyalty_rules.engine.gifts import ORDER
from loyalty_rules.engine.lowering import taken_from
from loyalty_rules.engine.parts import Posting
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.receive import Occasion
from loyalty_rules.engine.reference import Result
from loyalty_rules.engine.view import View
from loyalty_rules.ledger import lots
from loyalty_rules.ledger.taking import less_of, parts_of
from loyalty_rules.member import Lot, MemberState, Purse, Waits
from loyalty_rules.records import Funding, partner_in, rule_in
from loyalty_rules.settlement.giving import periods
from loyalty_rules.settlement.giving.offering import offered
from loyalty_rules.settlement.returning import debts
from loyalty_rules.settlement.timing.lives import Life, has_own_life, life_given


def posted(
    plan: Plan, member: MemberState, view: View, result: Result, effects: list[Effect], number: int
) -> MemberState:
    """What was granted becomes lots, one for each life: what one decision gave with one life is one lot. `number`: of
    that decision. What challenges it completed and what it took out of budgets is told."""
    at = view.occasion.at
    purses = {purse.name: purse for purse in member.purses}
    given: dict[str, dict[Life, dict[str, int]]] = {}  # purse -> life -> units by part
    alike: dict[str, Life] = {}  # by purse, of what lives as it says
    told: dict[tuple[str, str], int] = {}  # (rule, purse) -> the place of its effect
    for name in sorted(result.postings):
        for posting in sorted(result.postings[name], key=lambda one: one.award.purse):
            into = posting.award.purse
            purse = purses.get(into, Purse(into, ()))
            if posting.remainder is not None:
                purse = _with_remainder(purse, name, posting.remainder)
            period = periods.period_of(plan, into, view.occasion.day)
            if posting.sum is not None and period is not None:
                purse = periods.needed(plan, purse, member.records, view.occasion.day)
                purse = periods.with_sum(purse, name, period, posting.sum)
            granted = posting.granted
            if granted:
                lived = _lived(plan, purse, result, posting, view.occasion, alike)
                parts = given.setdefault(into, {}).setdefault(lived, {})
                funding = funding_of(plan, posting)
                if granted > 0:
                    for part, units in parts_of(name, granted, funding):
                        parts[part] = parts.get(part, 0) + units
                told[name, into] = len(effects)
                effects.append(_awarded(posting, lived, view.occasion, funding))
            purses[into] = purse
    _lower(given, result, effects, told)
    for into, lives in given.items():
        if plan.checked.purses[into].kept_by:
            continue  # the effect tells the partner, who holds it
        for lived, parts in sorted(lives.items()):
            units, by_rule = sum(parts.values()), tuple((rule, left) for rule, left in sorted(parts.items()) if left)
            lot = Lot(number, at, lived.usable, lived.expires, units, by_rule, lived.idle, lived.latest)
            if lived.waits:
                lot = lot._replace(waits=Waits(*lived.waits))
            purses[into] = put(purses[into], lot, at, effects)
        # It stays a lot of its own as long as the decision lasts: a rule that prolongs spares what the decision gives.
        if at >= member.clock:  # what comes late may have ended since, and then pays nothing
            purses[into] = debts.paid(purses[into], at, effects)
    effects += [ChallengeCompleted(name, times, at) for name, times in sorted(result.completed.items())]
    if result.draw is not None:
        result.draw.book(effects)
    member = member._replace(purses=tuple(purses[name] for name in sorted(purses)))
    return offered(plan, member, view, result, effects) if result.offered else member


def _lived(
    plan: Plan, purse: Purse, result: Result, posting: Posting, occasion: Occasion, alike: dict[str, Life]
) -> Life:
    """The life of what an award posts, once for all that lives as its purse says."""
    if posting.granted < 0 or has_own_life(plan.rules.get(posting.award.rule)):
        return life_given(plan, purse, result, posting, occasion)
    found = alike.get(purse.name)
    if found is None:
        found = alike[purse.name] = life_given(plan, purse, result, posting, occasion)
    return found


def _lower(
    given: Mapping[str, dict[Life, dict[str, int]]],
    result: Result,
    effects: list[Effect],
    told: Mapping[tuple[str, str], int],
) -> None:
    """What boosts take away goes out of the lots that hold what their rules gave, and is no longer paid for; their
    effects say by whom."""
    postings = [posting for found in result.postings.values() for posting in found]
    for number, taken in taken_from(postings).items():
        into, funding = postings[number].award.purse, dict[str, int]()
        for name, units in taken.items():
            parts = next(parts for parts in given[into].values() if any(rule_in(part) == name for part in parts))
            before = dict(parts)
            parts.clear()
            parts.update(less_of(tuple(before.items()), name, units))
            for part, held in before.items():
                if partner := partner_in(part):
                    funding[partner] = funding.get(partner, 0) + parts.get(part, 0) - held
        place = told[postings[number].award.rule, into]
        awarded = effects[place]
        if isinstance(awarded, PointsAwarded):
            lost = tuple((partner, units) for partner, units in sorted(funding.items()) if units)
            effects[place] = awarded._replace(funding=lost)


def put(purse: Purse, lot: Lot, at: int, effects: list[Effect]) -> Purse:
    """The purse with a new lot; one whose end is past is gone in the same decision, and never held."""
    if lot.expires > at:
        return lots.post(purse, lot)
    if lot.left:
        effects.append(PointsExpired(purse.name, lot.left, at, lot.parts))
    return purse


def _awarded(posting: Posting, lived: Life, occasion: Occasion, funding: Funding) -> PointsAwarded:
    lines = posting.lines
    return PointsAwarded(
        posting.award.rule,
        posting.award.purse,
        posting.asked,
        posting.granted,
        lived.usable,
        lived.expires,
        tuple(map(lines.get, range(len(occasion.lines)), repeat(0))),
        lines.get(ORDER, 0),
        occasion.at,
        lived.waits[0] if lived.waits else "",
        funding=funding,
    )


def _with_remainder(purse: Purse, rule: str, remainder: Fraction) -> Purse:
    kept = [entry for entry in purse.remainders if entry[0] != rule]
    if remainder:
        kept.append((rule, remainder.numerator, remainder.denominator))
    return purse._replace(remainders=tuple(sorted(kept)))
