"""Gifts of which the member chooses one: what is chosen is given, and falls with its order."""

from __future__ import annotations

from loyalty_rules.choices import ChoiceMade, ChoiceWithdrawn, OpenChoice
from loyalty_rules.decision import Effect
from loyalty_rules.engine.choosing import plan_of_choice
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.receive import occasion_at
from loyalty_rules.engine.reference import Result, evaluate
from loyalty_rules.engine.view import View
from loyalty_rules.errors import DecisionError, InputError, shown
from loyalty_rules.events import Choice
from loyalty_rules.lang.checked import done_key
from loyalty_rules.member import MemberState
from loyalty_rules.records import Record
from loyalty_rules.settlement.editions import Editions
from loyalty_rules.settlement.formernames import former_names
from loyalty_rules.settlement.giving.posting import posted
from loyalty_rules.settlement.knowing import known
from loyalty_rules.settlement.ladders.reaching import Reached
from loyalty_rules.settlement.progress import Count, counted, counts
from loyalty_rules.settlement.recording import record_of_gift, with_record
from loyalty_rules.settlement.returning.returns import plan_of
from loyalty_rules.settlement.returning.undoing import undone
from loyalty_rules.settlement.sharing import Effects
from loyalty_rules.settlement.timing.lives import kept_alive

# ---------- chosen


def chosen(
    plan: Plan, fingerprint: str, member: MemberState, choice: Choice, effects: Effects, found: list[Reached]
) -> MemberState:
    """The member with what was chosen, of what a rule left open the one that ends first. Raises `InputError`
    (`choice.amount`, `choice.unknown`) and `DecisionError` (`choice.refused`)."""
    rule = plan.checked.earns[choice.rule]
    one, units = _open(member, choice)
    side = plan_of_choice(plan, rule, choice.purse, units)
    occasion = occasion_at(plan, choice.at)._replace(kind="choice", name=rule.name)
    view = View(side, occasion, known(plan, member, choice.at))
    result = evaluate(view, None if effects.budgets is None else effects.draw(side, view), told=False)
    if not any(posting.granted or posting.accrues for posting in result.postings.get(rule.name, ())):
        raise DecisionError("choice.refused", f"of `{rule.name}` nothing can be given into `{choice.purse}` now")
    left = list(member.choices)
    left.remove(one)
    effects.append(ChoiceMade(rule.name, choice.purse, choice.at))
    moved = counts(plan, member, view, result)
    after = posted(plan, member._replace(choices=tuple(left)), view, result, effects, member.decisions + 1)
    after = counted(after, moved, occasion.day, purchase=False)
    after = _remembered(plan, fingerprint, after, choice, one, (view, result, moved))
    found.append(Reached(view, result))
    return kept_alive(plan, after, view, effects)


def _open(member: MemberState, choice: Choice) -> tuple[OpenChoice, int]:
    """What the member chooses from, and how many units that is."""
    if choice.amount is not None:
        raise InputError("choice.amount", "what a rule leaves to choose has its amount", "amount")
    waiting = [one for one in member.choices if one.rule == choice.rule]
    if not waiting:
        raise DecisionError("choice.refused", f"of `{choice.rule}` nothing waits to be chosen")
    for one in waiting:
        units = dict(one.gifts).get(choice.purse)
        if units is not None:
            return one, units
    listed = ", ".join(f"`{purse}`" for purse, _ in waiting[0].gifts)
    message = f"`{shown(choice.purse)}` is not to choose of `{choice.rule}`: it is one of {listed}"
    raise InputError("choice.unknown", message, "purse")


def _remembered(
    plan: Plan,
    fingerprint: str,
    member: MemberState,
    choice: Choice,
    one: OpenChoice,
    given: tuple[View, Result, tuple[Count, ...]],
) -> MemberState:
    """The member with what falls when the order comes back for which it was chosen."""
    order = next((record for record in member.records if one.order and record.order == one.order), None)
    if order is None:
        return member
    record = record_of_gift(plan, fingerprint, member, *given)
    return with_record(member, record._replace(order=choice.id, until=order.until, chosen_for=order.order))


# ---------- withdrawn


def withdrawn(
    plan: Plan, member: MemberState, place: int, result: Result | None, at: int, effects: list[Effect]
) -> tuple[MemberState, tuple[str, ...]]:
    """The member without what waited of an order that came back, as far as its rules no longer act on what is kept of
    it; and the choices that fall with it, by their ids: what waits falls first, of what was chosen the last. Where the
    order was not decided again, all stands as long as anything of it is kept. Names are those of `plan`, the programme
    that decided the order."""
    record = member.records[place]
    waiting, left = [one for one in member.choices if one.order == record.order], list(member.choices)
    made = [(award.today, one) for one in member.records if one.chosen_for == record.order for award in one.awards[:1]]
    fallen: list[str] = []
    for rule in sorted({one.rule for one in waiting} | {rule for rule, _ in made}):
        open_ones = [one for one in waiting if one.rule == rule]
        chosen_ones = [one.order for name, one in made if name == rule]
        more = len(open_ones) + len(chosen_ones) - _standing(plan, record, rule, result)
        for one in reversed(open_ones[-more:] if more > 0 else []):
            effects.append(ChoiceWithdrawn(rule, one.order, at))
            left.remove(one)
        fallen += chosen_ones[-(more - len(open_ones)) :] if more > len(open_ones) else []
    return member._replace(choices=tuple(left)), tuple(fallen)


def _standing(plan: Plan, record: Record, rule: str, result: Result | None) -> int:
    """For how many times that a rule acted on an order it still does: as often as a challenge stays completed, or as
    the rule acts on what is kept."""
    declared = plan.checked.earns[rule]
    if declared.completion:
        return {key: amount for key, _, amount in record.counts}.get(done_key(declared.completion), 0)
    return int(not record.whole and (result is None or rule in result.offered))


def taken_back(
    editions: Editions, place: int, member: MemberState, fallen: tuple[str, ...], at: int, effects: Effects
) -> MemberState:
    """The member without what these choices gave, each by the edition that gave it."""
    for choice in fallen:
        where = next(place for place, one in enumerate(member.records) if one.order == choice and one.chosen_for)
        record = member.records[where]
        judging = plan_of(record, editions)
        then, count = former_names(editions, record.programme, place), len(effects)
        before = then.member_then(member)
        gave = before.records[where].awards[0]
        side = _side_of(judging, gave.rule, gave.purse)
        member = then.member_now(undone(judging, side, before, where, at, effects))
        effects[count:] = then.effects_now(effects[count:])
    return member


def _side_of(plan: Plan, rule: str, purse: str) -> Plan:
    return plan_of_choice(plan, plan.checked.earns[rule], purse, 1)
