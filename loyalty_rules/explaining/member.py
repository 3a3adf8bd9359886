"""For the member: what was given, by its title, and what the file's own messages say. Nothing of how it was decided."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from loyalty_rules.decision import (
    ExpiryMoved,
    FalseCondition,
    LevelChanged,
    MembershipRenewed,
    MembershipStarted,
    Message,
    OptedIn,
    Outcome,
    PerkUsed,
    PointsAdjusted,
    RuleTrace,
)
from loyalty_rules.explaining import (
    accounts,
    budgets,
    challenges,
    choices,
    codes,
    draws,
    levels,
    memberships,
    perks,
    reserving,
    returns,
)
from loyalty_rules.explaining.pricing import taken_off
from loyalty_rules.explaining.reasons import moved_by_change
from loyalty_rules.explaining.spending import converted, messages_of_conversions, messages_of_payments, redeemed
from loyalty_rules.explaining.telling import Telling, is_return, safe
from loyalty_rules.explaining.wording import fill, placeholders
from loyalty_rules.lang.checked import Boost, Earn, Offer
from loyalty_rules.lang.conditions import LevelOf
from loyalty_rules.lang.walking import parts_of

_MESSAGE_LIMIT = 1_000
#: What came of a rule that is yet to give, if it does: it tells nothing by then.
_LATER: Final = (Outcome.WAITING_FOR_EVENT, Outcome.ACCRUED, Outcome.LEFT_TO_CHOOSE)


def told_to_member(telling: Telling) -> str:
    """What was given, levels first, then rule by rule, each with its message; of other rules only their message."""
    decision = telling.decision
    if decision.outcome == "repeated":
        return ""
    if decision.refused is not None:
        return f"{telling.text('member.not_returnable')}\n"
    told = {(message.rule, message.given): message.text for message in messages(telling)}
    lines = list(returns.told_to_member(telling))
    for effect in decision.effects:
        lines += accounts.told_to_member(telling, effect)
        lines += filter(None, [moved_by_change(telling, effect)])
        lines += levels.told_to_member(telling, effect)
        lines += memberships.told(telling, effect)
        lines += perks.told(telling, effect)
        lines += draws.told(telling, effect)
        if isinstance(effect, OptedIn):
            lines.append(telling.text("due.opted_in", rule=telling.title(effect.rule)))
        lines += challenges.told(telling, effect)
        lines += choices.told(telling, effect)
        if isinstance(effect, LevelChanged):
            lines += [told[effect.ladder, True]] if (effect.ladder, True) in told else []
        elif isinstance(effect, MembershipStarted | MembershipRenewed):
            lines += [told[effect.membership, True]] if (effect.membership, True) in told else []
        elif isinstance(effect, PerkUsed):
            lines += [told[effect.perk, True]] if (effect.perk, True) in told else []
        elif isinstance(effect, PointsAdjusted) and effect.units:
            change = telling.units(effect.purse, effect.units)
            values = {"amount": f"+{change}" if effect.units > 0 else change, "reason": safe(effect.reason, 200)}
            lines.append(telling.text("member.adjusted", purse=telling.title(effect.purse), **values))
    lines += redeemed(telling)
    lines += reserving.told_to_member(telling)
    lines += [text for (name, _), text in told.items() if name in telling.plan.payers]
    for name, amount in converted(telling):
        lines.append(telling.text("member.gave", title=telling.title(name), amount=amount))
        lines += [told[name, True]] if (name, True) in told else []
    for name in () if is_return(telling) else dict.fromkeys(record.rule for record in decision.trace):
        amount = _amount(telling, name)
        if amount:
            offer = telling.plan.offers.get(name)
            key = "member.discount" if offer is not None and offer.adds is None else "member.gave"
            lines.append(telling.text(key, title=telling.title(name), amount=amount))
        lines += _prolonged(telling, name)
        if name not in telling.plan.payers:  # a reward that lowered prices was told of
            lines += [told[key] for key in ((name, True), (name, False)) if key in told]
    lines += [text for (name, _), text in told.items() if name in telling.checked.budgets]
    lines += codes.told_to_member(telling)
    if not lines and decision.trace:
        lines.append(telling.text("member.nothing"))
    return "".join(f"{line}\n" for line in lines)


def _prolonged(telling: Telling, rule: str) -> Iterator[str]:
    for effect in telling.decision.effects:
        if isinstance(effect, ExpiryMoved) and effect.rule == rule:
            amount, date = telling.units(effect.purse, effect.units), telling.end(effect.until)
            yield telling.text("member.prolonged", title=telling.title(rule), amount=amount, date=date)


def messages(telling: Telling) -> Iterator[Message]:
    """The file's messages that this decision calls for, in one language, filled in.

    A message that asks for something this decision does not know (a distance where no number was missing) is not
    told. A rule that waits for another kind of event was not asked, and tells nothing.
    """
    language = telling.language
    for effect in telling.decision.effects:
        if isinstance(effect, LevelChanged):
            ladder = telling.checked.ladders[effect.ladder]
            text = dict(ladder.given).get(language)
            raised = ladder.rank(effect.after) > ladder.rank(effect.before)
            filled = _filled(text, _level_values(telling, effect)) if text and raised else None
            if filled is not None:
                yield Message(ladder.name, True, language, filled)
        elif isinstance(effect, MembershipStarted | MembershipRenewed):
            text = dict(telling.checked.memberships[effect.membership].given).get(language)
            until = telling.end(effect.until) or telling.text("member.unlimited")
            values = {"title": telling.title(effect.membership), "until": until}
            filled = _filled(text, values) if text else None
            if filled is not None:
                yield Message(effect.membership, True, language, filled)
    yield from messages_of_conversions(telling)
    yield from messages_of_payments(telling)
    yield from budgets.messages(telling)
    yield from perks.messages(telling)
    told: set[str] = set()
    for record in () if is_return(telling) else telling.decision.trace:
        if record.rule in told or record.outcome in _LATER:
            continue
        told.add(record.rule)
        rule = telling.rule(record.rule)
        given = any(_gave(telling, other) for other in telling.decision.trace if other.rule == record.rule)
        given = given or any(isinstance(one, ExpiryMoved) and one.rule == rule.name for one in telling.decision.effects)
        text = dict(rule.given if given else rule.missed).get(language)
        filled = _filled(text, _rule_values(telling, rule, record)) if text else None
        if filled is not None:
            yield Message(rule.name, given, language, filled)


def _gave(telling: Telling, record: RuleTrace) -> bool:
    """Whether a rule gave something in a decision: points, or a level."""
    rule = telling.rule(record.rule)
    given = isinstance(rule, Earn) and bool(rule.levels)
    return record.granted > 0 or (given and record.outcome is Outcome.AWARDED)


def _filled(text: str, values: dict[str, str]) -> str | None:
    if any(name in values and not values[name] for name in placeholders(text)):
        return None
    return safe(fill(text, values), _MESSAGE_LIMIT)


def _level_values(telling: Telling, effect: LevelChanged) -> dict[str, str]:
    return {
        "amount": "",
        "distance": "",
        "until": "",
        "level": telling.level(effect.ladder, effect.after),
        "title": telling.title(effect.ladder),
    }


def _rule_values(telling: Telling, rule: Earn | Boost | Offer, record: RuleTrace) -> dict[str, str]:
    ends = [telling.end(effect.expires) or telling.text("member.unlimited") for effect in telling.awards(rule.name)]
    return {
        "amount": _added(telling, rule, record) or _amount(telling, rule.name),
        "distance": _distance(telling, record.conditions),
        "until": ends[0] if ends else "",
        "level": _level(telling, rule),
        "title": telling.title(rule.name),
    }


def _amount(telling: Telling, rule: str) -> str:
    """What a rule gave, purse by purse; "" for nothing."""
    if rule in telling.plan.offers:
        return taken_off(telling, rule)
    return ", ".join(telling.units(effect.purse, effect.granted) for effect in telling.awards(rule))


def _added(telling: Telling, rule: Earn | Boost | Offer, record: RuleTrace) -> str:
    """What a boost added to the awards of the rules that it changes; "" for nothing, and for all other rules."""
    if not isinstance(rule, Boost) or rule.after_rounding or not record.granted:
        return ""
    return telling.added(rule, record.granted)


def _distance(telling: Telling, conditions: tuple[FalseCondition, ...]) -> str:
    """What was missing, where the first number that was missing is known."""
    for condition in conditions:
        if condition.distance is not None:
            return telling.amount(condition.distance, condition.unit)
    return ""


def _level(telling: Telling, rule: Earn | Boost | Offer) -> str:
    """The level of a rule about one; else the level the member holds on the ladder that it asks for, or on the only
    one."""
    if isinstance(rule, Earn) and (rule.reaches[0] or rule.levels):
        # The level that the rule waited for, or gives.
        ladder, level = rule.reaches if rule.reaches[0] else (rule.levels[0].ladder, rule.levels[0].level)
        return telling.level(ladder, level)
    conditions = (*rule.audience, *rule.occasion)
    asked = [part.ladder for condition in conditions for part in parts_of(condition) if isinstance(part, LevelOf)]
    ladders = asked or (list(telling.checked.ladders) if len(telling.checked.ladders) == 1 else [])
    return telling.held(ladders[0]) if ladders else ""
