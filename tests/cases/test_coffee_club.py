"""The Coffee Club as it was first written: a taxi that is never the better of two, and a promise that is broken."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from loyalty_rules import Purchase, check, load
from loyalty_rules.amounts import MICRO
from loyalty_rules.decision import Outcome
from loyalty_rules.testing.written import written
from tests.properties.false_promises import tried

FILE: Final = Path(__file__).resolve().parents[2] / "examples" / "coffee_club" / "coffee_club.loyalty"
#: What was mended since: as it is, and as it was.
MENDED: Final = (
    ("  give 15 bonus per 100 RUB\n", "  give 3 bonus per 100 RUB\n"),
    (
        "by base, taxi_rides, gold_cashback in this order at most 25%",
        "by base, gold_cashback, three_weeks in this order at most 50%",
    ),
    (
        "  should give 75 bonus by taxi_rides\n  should give nothing by base because lost in group\n",
        "  should give 50 bonus by base\n",
    ),
)


def first_written() -> str:
    text = FILE.read_text(encoding="utf-8")
    for now, then in MENDED:
        assert text.count(now) == 1
        text = text.replace(now, then)
    return text


def test_half_of_what_was_paid_is_no_promise_that_holds() -> None:
    report = check(first_written())
    failed = {example.title: example.failures for example in report.examples if example.failures}
    assert set(failed) == {"Three weeks in a row"}
    assert "175.00 RUB, 25 RUB too much" in failed["Three weeks in a row"][0].trace
    assert [one.problem.code for one in report.diagnostics] == ["L161"]


def test_the_taxi_never_was_the_better_of_two() -> None:
    programme = load(first_written())
    example = next(one for one in programme.checked.examples if one.title == "The better of two")
    step = example.steps[0]
    decided = programme.decide(programme.member_from(example.givens, step.event.at), step.event)
    outcomes = {record.rule: record.outcome for record in decided.trace}
    assert outcomes["taxi_rides"] is Outcome.LOST_IN_GROUP
    assert outcomes["base"] is Outcome.AWARDED


def test_random_orders_break_the_promise_with_an_order_that_a_person_understands() -> None:
    """Three weeks with 300 RUB of coffee, the third time at the weekend: a tenth, as much again, and 100 points. From
    334 RUB on that is no half any more (66.8 + 100), and on other days, or with anything but coffee, 300 RUB give too
    little."""
    programme = check(first_written()).programme
    assert programme is not None
    (finding,) = tried(programme).findings
    assert dict(finding.broken.values) == {"promise": "quarter_of_paid"}
    assert len(finding.history.events) == 3
    order = finding.history.events[-1]
    assert isinstance(order, Purchase)
    (line,) = order.lines
    assert line.category in ("coffee", "coffee_beans")
    assert line.amount is not None and 300 * MICRO <= line.amount - line.discount < 334 * MICRO
    assert programme.plan.timeline.day(order.at) % 7 in (6, 0)  # saturday, sunday
    assert written(finding.history).count("places order") == 3
