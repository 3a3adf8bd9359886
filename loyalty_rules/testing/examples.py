"""Runs the `example` blocks of a programme: what is given, step by step what should follow, and what came instead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from loyalty_rules.amounts import format_units
from loyalty_rules.decision import DiscountGiven, PointsConverted, PromiseTrace, RuleTrace
from loyalty_rules.errors import DecisionError, InputError
from loyalty_rules.events import Purchase, Referred
from loyalty_rules.explaining import PAGE, explain_promise, explain_rule, standing
from loyalty_rules.explaining.returns import refusal as not_returned
from loyalty_rules.explaining.telling import Telling
from loyalty_rules.explaining.wording import Wording, wording
from loyalty_rules.lang.checked import Example, ExampleStep, Expected
from loyalty_rules.lang.conditions import Condition
from loyalty_rules.member import MemberState
from loyalty_rules.programme import Decision, Programme
from loyalty_rules.source import Span
from loyalty_rules.testing.stepping import Members
from loyalty_rules.text import line_order_key


class ExampleFailure(NamedTuple):
    """One expectation that did not come true. Texts are in the language of the rule file.

    `rule` is the rule or the promise that the expectation is about, "" where it is about neither. `trace` is that
    rule's paragraph of the explanation, what became of that promise, or the member's balances and levels, or "".
    """

    span: Span
    rule: str
    expected: str
    actual: str
    trace: str


class ExampleResult(NamedTuple):
    """One example and what failed in it, in the order of the file."""

    title: str
    span: Span
    failures: tuple[ExampleFailure, ...]

    @property
    def ok(self) -> bool:
        return not self.failures


def run_examples(programme: Programme, words: Wording | None = None) -> tuple[ExampleResult, ...]:
    """Runs every example of a programme, in the order of the file; none raises.

    A step that is refused leaves the member as it was, and the steps behind it still run. `words` brings a language
    of the caller's own.
    """
    chosen = words or wording(programme.language, PAGE)
    return tuple(
        ExampleResult(example.title, example.span, tuple(_failures(programme, example, chosen)))
        for example in programme.checked.examples
    )


def _failures(programme: Programme, example: Example, words: Wording) -> Iterator[ExampleFailure]:
    if not example.steps:
        return
    members = Members(programme, example)
    for step in example.steps:
        try:
            made = members.decide(step)
            decision = made[0]
        except (InputError, DecisionError) as refusal:
            if not step.refused:
                yield ExampleFailure(step.span, "", words.text("example.decided"), _refused(words, refusal), "")
            continue
        if decision.refused is not None:
            if not step.refused:
                why = not_returned(Telling(decision, words), decision.refused)
                yield ExampleFailure(step.span, "", words.text("example.decided"), why, "")
            continue
        if step.refused:
            yield ExampleFailure(step.span, "", words.text("example.refused"), words.text("example.decided"), "")
        yield from _step(decision, step, words)
        yield from _of_inviters(made[1:], step, words)


def _refused(words: Wording, refusal: InputError | DecisionError) -> str:
    return words.text("example.refusal", message=str(refusal))


def _step(decision: Decision, step: ExampleStep, words: Wording) -> Iterator[ExampleFailure]:
    for expected in (one for one in step.expected if not one.inviter):
        records = [record for record in decision.trace if record.rule == expected.rule]
        if not _came_true(decision, expected, records):
            yield _mismatch(decision, expected, records, words)
    if step.left is not None and decision.to_pay != step.left[0]:
        yield _money(decision, step.left, decision.to_pay, words)
    if step.refund is not None and decision.refund != step.refund[0]:
        yield _money(decision, step.refund, decision.refund, words)
    for condition in step.afterwards:
        if not decision.programme.holds(decision.member, condition):
            yield _afterwards(decision, condition, decision.member, words)
    for record in decision.promises:
        if not record.held:
            yield _broken(decision, record, step, words)


def _of_inviters(decisions: Sequence[Decision], step: ExampleStep, words: Wording) -> Iterator[ExampleFailure]:
    """What whoever invited the friend of a step is given for it."""
    for expected in (one for one in step.expected if one.inviter):
        told = [one for one in decisions if isinstance(one.event, Referred) and one.event.rule == expected.rule]
        given = sum(_given(one, expected, list(one.trace)) for one in told)
        if given != expected.units:
            amount = Telling(told[0], words).units(expected.purse, given) if given else words.text("example.nothing")
            trace = "\n".join(explain_rule(one, record, words=words) for one in told for record in one.trace)
            purse = told[0].programme.checked.purses[expected.purse] if told else None
            wanted = f"{format_units(expected.units, 0 if purse is None else purse.decimals)} {expected.purse}"
            yield ExampleFailure(expected.span, expected.rule, wanted, amount, trace)


def _given(decision: Decision, expected: Expected, records: list[RuleTrace]) -> int:
    """What the rule gave in this step into the purse that is asked about. A boost's own record names no purse; a
    conversion has no record."""
    if expected.line:
        return _taken_off_line(decision, expected)
    converted = sum(
        effect.granted
        for effect in decision.effects
        if isinstance(effect, PointsConverted) and effect.rule == expected.rule
        if expected.purse in ("", effect.purse)
    )
    return converted + sum(
        record.granted for record in records if not expected.purse or record.purse in ("", expected.purse)
    )


def _taken_off_line(decision: Decision, expected: Expected) -> int:
    """What an offer took off one line, by its number."""
    event = decision.event
    ids = sorted((line.id for line in event.lines), key=line_order_key) if isinstance(event, Purchase) else []
    return sum(
        units
        for effect in decision.effects
        if isinstance(effect, DiscountGiven) and effect.rule == expected.rule
        for line, units in zip(ids, effect.lines, strict=True)
        if line == expected.line
    )


def _came_true(decision: Decision, expected: Expected, records: list[RuleTrace]) -> bool:
    if _given(decision, expected, records) != expected.units:
        return False
    return expected.because is None or any(record.outcome is expected.because for record in records)


def _mismatch(decision: Decision, expected: Expected, records: list[RuleTrace], words: Wording) -> ExampleFailure:
    telling = Telling(decision, words)

    def amount(units: int) -> str:
        if not units:
            return words.text("example.nothing")
        purse = expected.purse or next((record.purse for record in records if record.granted), "")
        return telling.units(purse, units) if purse else str(units)

    wanted, came = amount(expected.units), amount(_given(decision, expected, records))
    if expected.because is not None:
        wanted = words.text("example.because", amount=wanted, outcome=words.table.text(expected.because.value))
        outcomes = (record.outcome.value for record in records if not record.granted)
        named = [words.table.text(outcome) for outcome in outcomes if outcome in words.table.forms]
        if named:
            came = words.text("example.because", amount=came, outcome=", ".join(named))
    trace = "\n".join(explain_rule(decision, record, words=words) for record in records)
    return ExampleFailure(expected.span, expected.rule, wanted, came, trace)


def _broken(decision: Decision, record: PromiseTrace, step: ExampleStep, words: Wording) -> ExampleFailure:
    """A promise holds of every step, whatever the example is about."""
    needed = Telling(decision, words).written(record.clause)
    trace = explain_promise(decision, record, words=words)
    return ExampleFailure(step.span, record.promise, needed, words.text("example.broken"), trace)


def _money(decision: Decision, expected: tuple[int, Span], found: int | None, words: Wording) -> ExampleFailure:
    """What should be left to pay, or be refunded, and was not."""
    checked = decision.programme.checked
    wanted, came = (format_units(money, checked.exponent) for money in (expected[0], found or 0))
    told = words.text("example.nothing") if found is None else f"{came} {checked.currency}"
    return ExampleFailure(expected[1], "", f"{wanted} {checked.currency}", told, "")


def _afterwards(decision: Decision, condition: Condition, member: MemberState, words: Wording) -> ExampleFailure:
    written = Telling(decision, words).written(condition.span)
    return ExampleFailure(condition.span, "", written, words.text("example.false"), standing(decision, words=words))
