"""Why not, in words: what was needed as the author wrote it, what was found, and how far it was."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from loyalty_rules.amounts import format_fraction
from loyalty_rules.decision import Effect, ExpiryMoved, FalseCondition, Outcome, PromiseTrace, RuleTrace
from loyalty_rules.explaining import budgets, draws
from loyalty_rules.explaining.telling import Telling, safe, titled
from loyalty_rules.lang.checked import Blocks, Boost, Earn, Offer, TriggerKind
from loyalty_rules.lang.conditions import (
    AllOf,
    AmongOf,
    BaseTotal,
    Between,
    Compare,
    Compared,
    Condition,
    Equals,
    FactOf,
    Falls,
    Field,
    FieldOf,
    In,
    InTable,
    Kind,
    LevelOf,
    LineSet,
    Measure,
    NotOf,
    OneOf,
    Operand,
    VariantOf,
)
from loyalty_rules.member import NEVER
from loyalty_rules.source import Span

#: How many false conditions of one rule are told, and how much of a value.
_CONDITIONS: Final = 20
_VALUE_LIMIT: Final = 120


def changed_since(telling: Telling, *names: str) -> Iterator[str]:
    """The changes of clauses of these blocks that are in force."""
    for change in telling.checked.schedule:
        if change.at <= telling.decision.event.at and not set(names).isdisjoint(change.names):
            title = titled(change.titles, telling.language, change.title, change.name)
            yield telling.text("rule.changed", title=title, date=telling.start(change.at))


def moved_by_change(telling: Telling, effect: Effect) -> str:
    """What a change of lives did to what was held; "" where it is no such effect."""
    changes = {one.name: one for one in telling.checked.schedule}
    if not isinstance(effect, ExpiryMoved) or effect.rule not in changes:
        return ""
    change, never = changes[effect.rule], effect.until >= NEVER
    values = {} if never else {"date": telling.end(effect.until)}
    return telling.text(
        "due.relived_never" if never else "due.relived",
        title=titled(change.titles, telling.language, change.title, change.name),
        purse=telling.title(effect.purse),
        amount=telling.units(effect.purse, effect.units),
        **values,
    )


def groups(telling: Telling, record: RuleTrace) -> Iterator[str]:
    """The groups of experiments that the member is in, which this rule goes by."""
    for name, variant in record.exposed:
        key = "experiment.variant" if variant else "experiment.held_out"
        yield telling.text(key, title=telling.title(name), variant=variant)


def why_not(telling: Telling, record: RuleTrace) -> Iterator[str]:
    """The sentences for a rule that gave nothing, or less than it was asked."""
    match record.outcome:
        case Outcome.CONDITION_FALSE | Outcome.NOT_FOR_THIS_MEMBER | Outcome.NOT_YET:
            yield from _conditions(telling, record)
        case Outcome.NO_MATCHING_LINES:
            yield telling.text("why.lines", sets=_selection(telling, _rule(telling, record).lines))
        case Outcome.EXCLUDED_BY_NEVER:
            yield _never(telling, record)
        case Outcome.LOST_IN_GROUP:
            group, winner = telling.quoted(record.decided_by), telling.quoted(record.winner)
            yield telling.text("why.lost", group=group, winner=winner, amount=_won(telling, record))
        case Outcome.BUDGET_EMPTY:
            yield budgets.short_of(telling, record.decided_by)
        case Outcome.REDUCED_BY_CAP if record.decided_by in telling.checked.budgets:
            yield budgets.short_of(telling, record.decided_by)
        case Outcome.REDUCED_BY_CAP if record.decided_by:
            yield telling.text("why.cap", cap=telling.cap(record.decided_by))
        case Outcome.CAP_USED_UP:
            yield telling.text("why.cap_used", cap=telling.cap(record.decided_by))
        case Outcome.PURSE_FULL:
            most = telling.checked.purses[record.purse].hold_at_most or 0
            amount = telling.units(record.purse, most)
            yield telling.text("why.full", purse=telling.title(record.purse), amount=amount)
        case Outcome.LIMIT_REACHED:
            yield telling.text("why.limit", limit=telling.written(record.clause))
        case Outcome.OUTSIDE_DATES if record.decided_by in telling.checked.draws:
            yield draws.closed(telling, record.decided_by)
        case Outcome.OUTSIDE_DATES:
            yield from _dates(telling, record)
        case Outcome.CODE_MISSING:
            yield telling.text("why.code")
        case Outcome.NOT_OPTED_IN:
            yield telling.text("why.opted_in")
        case Outcome.TENDER_NOT_KNOWN:
            yield telling.text("why.tender")
        case Outcome.WAITING_FOR_EVENT:
            yield _waiting(telling, record)
        case Outcome.AWARDED | Outcome.ZERO_AFTER_ROUNDING | Outcome.REDUCED_BY_CAP | Outcome.ACCRUED:
            return
        case Outcome.IN_CONTROL_GROUP:
            return  # the experiment is named with the group of the member
        case Outcome.LEFT_TO_CHOOSE:
            return  # what there is to choose is told by its effect


def _rule(telling: Telling, record: RuleTrace) -> Earn | Boost | Offer:
    return telling.rule(record.rule)


# ---------- conditions


def _conditions(telling: Telling, record: RuleTrace) -> Iterator[str]:
    rule = _rule(telling, record)
    referral = telling.checked.referrals.get(record.rule)
    if referral is not None and not record.conditions:
        same = any(record.clause == one.span for one in referral.refuses)
        words = telling.text("why.same", clause=telling.written(record.clause)) if same else telling.text("why.invited")
        yield words
    if not record.conditions and isinstance(rule, Offer) and rule.sets is not None:
        yield telling.text("why.sets", sets=", ".join(f"`{telling.written(one.span)}`" for one in rule.sets.buys))
    goal = (rule.goal.condition,) if isinstance(rule, Earn) and rule.goal is not None else ()
    yield from _all_false(telling, record.conditions, (*rule.audience, *rule.occasion, *goal))


def what_broke(telling: Telling, record: PromiseTrace) -> Iterator[str]:
    """The bounds of a promise that were passed: what was needed, what was found, and by how much."""
    yield from _all_false(telling, record.conditions, telling.checked.promises[record.promise].always)


def _all_false(telling: Telling, conditions: tuple[FalseCondition, ...], asked: tuple[Condition, ...]) -> Iterator[str]:
    tests = {test.span: test for condition in asked for test in _tests(condition)}
    for false in conditions[:_CONDITIONS]:
        yield _condition(telling, false, tests.get(false.clause))
    if len(conditions) > _CONDITIONS:
        yield telling.text("why.more", count=str(len(conditions) - _CONDITIONS))


def _tests(condition: Condition) -> Iterator[Condition]:
    """A condition and those inside it."""
    yield condition
    match condition:
        case AllOf() | OneOf() | AmongOf():
            for item in condition.items:
                yield from _tests(item)
        case NotOf():
            yield from _tests(condition.item)
        case _:
            return


def _condition(telling: Telling, false: FalseCondition, test: Condition | None) -> str:
    needed = telling.written(false.clause)
    actual = found(telling, false, test)
    if not actual:
        return telling.text("why.condition", condition=needed)
    if false.distance is None:
        return telling.text("why.found", condition=needed, actual=actual)
    return telling.text("why.distance", condition=needed, actual=actual, distance=distance(telling, false, test))


def found(telling: Telling, false: FalseCondition, test: Condition | None) -> str:
    """The value that was found, with the words of this language where it has some; "" where there is none."""
    operand = _operand(test)
    actual = safe(false.actual, _VALUE_LIMIT)
    if isinstance(operand, LevelOf):
        return telling.level(operand.ladder, false.actual)
    if not actual or operand is None:
        return actual
    zone = operand.zone if isinstance(operand, FieldOf | FactOf) else ""
    words = _in_words(telling, false, operand, actual)
    return f"{words} ({telling.zone(zone)})" if zone else words


def _in_words(telling: Telling, false: FalseCondition, operand: Operand, actual: str) -> str:
    table = telling.words.table
    match kind_of(operand):
        case Kind.YES_NO:
            return table.text("YES" if actual == "True" else "NO")
        case Kind.WEEKDAY:
            return table.text(f"WD{actual}")
        case Kind.MONTH:
            return table.text(f"MO{actual.rjust(2, '0')}")
        case Kind.COUNT if false.unit in table.forms:
            return telling.words.counted(false.unit, Fraction(actual))
        case _:
            return actual


def distance(telling: Telling, false: FalseCondition, test: Condition | None) -> str:
    """How far it was and to which side: `80 RUB short`, `2 orders more`, `in 3 days`, or the side alone."""
    amount = telling.amount(false.distance or Fraction(0), false.unit)
    operand = _operand(test)
    dated = operand is not None and kind_of(operand) in (Kind.DATE, Kind.INSTANT, Kind.TIME)
    counted = false.unit in telling.words.table.forms or not false.unit
    # At the very bound of `under 08:00` the clock is off by less than anybody tells: the side is all there is to say.
    apart = not dated or format_fraction(false.distance or 0) != "0"
    match test:
        case Between():
            key = "outside"
        case Compared(how=Compare.AT_MOST | Compare.UNDER) if not apart:
            key = "earlier"
        case Compared() if not apart:
            key = "later"
        case Compared(how=Compare.AT_MOST | Compare.UNDER):
            key = "late" if dated else "many" if counted else "over"
        case Compared(operand=FieldOf(field=Field.TODAY | Field.EVENT_TIME)):
            key = "ahead"
        case _:
            key = "early" if dated else "more" if counted else "short"
    return telling.text(f"distance.{key}", amount=amount)


def _operand(test: Condition | None) -> Operand | None:
    match test:
        case Compared() | Between() | Equals() | In() | InTable():
            return test.operand
        case Falls():
            return test.date
        case _:
            return None


def kind_of(operand: Operand) -> Kind:
    """The type of what a test asks for."""
    match operand:
        case FieldOf() | Measure():
            return operand.kind
        case FactOf():
            return operand.fact.kind
        case LevelOf():
            return Kind.LEVEL
        case VariantOf():
            return Kind.VARIANT
        case BaseTotal():
            return Kind.MONEY


# ---------- what else keeps a rule from giving


def _selection(telling: Telling, lines: LineSet | None) -> str:
    names = [telling.quoted(name) for name in lines.sets] if lines else []
    if not lines or lines.any_product:
        names.append(telling.text("why.any_product"))
    if lines and lines.delivery:
        names.append(telling.words.table.text("DELIVERY"))
    sets = ", ".join(names)
    if lines and lines.except_sets:  # an order may have lines of the rest, and all of them be taken out
        return telling.text("why.except", sets=sets, excluded=telling.quoted(*lines.except_sets))
    return sets


def _never(telling: Telling, record: RuleTrace) -> str:
    if record.decided_by:
        return telling.text("why.never", by=telling.quoted(record.decided_by))
    kind = Blocks.DISCOUNTS if record.stage == "price" else Blocks.EARNING
    names = [
        never.name
        for never in telling.plan.nevers
        if never.lines is not None and not never.blocks.isdisjoint({kind, Blocks.EVERYTHING})
    ]
    return telling.text("why.never_lines", by=telling.quoted(*names))


def _won(telling: Telling, record: RuleTrace) -> str:
    """What the winner of a group gives, in its own purse where it has one."""
    if record.stage == "price":
        return telling.units(record.purse, record.winner_amount)
    purses = set()
    for name in telling.plan.members(record.winner):
        rule = telling.plan.rules[name]
        purses |= {gift.purse for gift in rule.gives} if isinstance(rule, Earn) else set()
    purse = min(purses) if len(purses) == 1 else record.purse
    return telling.units(purse, record.winner_amount)


def _dates(telling: Telling, record: RuleTrace) -> Iterator[str]:
    rule = _rule(telling, record)
    tests = {test.span: test for test in rule.dates.asked}
    for false in record.conditions:
        asked = _operand(tests.get(false.clause))
        if isinstance(asked, FactOf):
            clock = safe(asked.fact.title, _VALUE_LIMIT)
            yield telling.text("why.dates_clock", dates=telling.written(false.clause), clock=clock, actual=false.actual)
        else:
            zone = telling.zone(rule.zone)
            yield telling.text("why.dates_zone", dates=telling.written(false.clause), zone=zone)
    if record.conditions:
        return
    own: Span = rule.dates_span
    if record.clause != own or own == rule.span:
        checked, at = telling.checked, telling.decision.event.at
        over = checked.earning != checked.dates and checked.earning.end is not None and at >= checked.earning.end
        yield telling.text("why.earning_over" if over else "why.programme_dates")
        return
    key = "why.dates_zone" if rule.zone else "why.dates"
    yield telling.text(key, dates=telling.written(own), zone=rule.zone)


def _waiting(telling: Telling, record: RuleTrace) -> str:
    rule = _rule(telling, record)
    match rule.trigger if isinstance(rule, Earn) else TriggerKind.PURCHASE:
        case TriggerKind.EVENT:
            event = telling.checked.events.get(rule.event if isinstance(rule, Earn) else "")
            name = event.title or event.name if event else ""
            return telling.text("why.waits_event", event=safe(name, _VALUE_LIMIT))
        case TriggerKind.REACHING:
            ladder, level = rule.reaches if isinstance(rule, Earn) else ("", "")
            return telling.text("why.waits_level", ladder=telling.title(ladder), level=telling.level(ladder, level))
        case TriggerKind.COMPLETING:
            title = telling.title(rule.event if isinstance(rule, Earn) else "")
            return telling.text("why.waits_challenge", title=title)
        case TriggerKind.JOINING:
            return telling.text("why.waits_joining")
        case TriggerKind.TIME:
            timing = rule.timing if isinstance(rule, Earn) else None
            return telling.text("why.waits_time", clause=telling.written(timing.span if timing else rule.span))
        case TriggerKind.GOAL:
            return telling.text("why.waits_goal")
        # The inviter's side is asked where a friend did something, a choice and a prize where they come about.
        case TriggerKind.PURCHASE | TriggerKind.REFERRAL | TriggerKind.CHOICE | TriggerKind.PRIZE:
            return telling.text("why.waits_purchase")
