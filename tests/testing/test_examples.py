"""The runner of examples: what it tells where an expectation does not come true, and nothing where it does."""

from __future__ import annotations

import pytest

from loyalty_rules import load
from loyalty_rules.lang.formatter import format_source
from loyalty_rules.source import decode
from loyalty_rules.testing.examples import ExampleFailure, run_examples

PROGRAMME = """\
loyalty rules 1

programme "Runner"
  currency RUB
  time zone Europe/Moscow
  basis money paid
  prices include tax
  returns refused
  late events refused
end

purse bonus
  rules add up
  round down per order
  usable at once
  expire after 12 months
end

earn base "Base points"
  on any product
  give 1 bonus per 10 RUB
end

earn weekend
  when weekday is one of saturday, sunday
  on any product
  give 1 bonus per 10 RUB
end
"""
MONDAY = """
example "Monday"
  at 2026-03-02 12:00 places order "first"
  | sku   | quantity | unit price |
  | beans | 1        | 255 RUB    |
"""


def failures(*clauses: str, example: str = MONDAY) -> list[ExampleFailure]:
    text = PROGRAMME + example + "".join(f"  {clause}\n" for clause in clauses) + "end\n"
    (result,) = run_examples(load(text))
    assert result.ok == (not result.failures)
    return list(result.failures)


@pytest.mark.parametrize(
    "clause",
    [
        "should give 25 bonus by base",
        "should give nothing by weekend",
        "should give nothing by weekend because condition false",
        "afterwards balance of bonus is 25 bonus",
        "afterwards balance of bonus at least 25 bonus",
    ],
)
def test_an_expectation_that_comes_true_tells_nothing(clause: str) -> None:
    assert failures(clause) == []


def test_another_amount_is_told_with_the_paragraph_of_the_rule() -> None:
    (failure,) = failures("should give 26 bonus by base")
    assert (failure.rule, failure.expected, failure.actual) == ("base", "26 bonus", "25 bonus")
    assert failure.trace == (
        "Base points (base): 25 bonus.\n    +25.5  own amount\n     -0.5  rounding\n    = 25 bonus\n"
        "  By line: 1: 25 bonus.\n  Usable at once, valid through 2027-03-02."
    )


def test_nothing_instead_of_something_and_the_other_way_round() -> None:
    nothing, something = failures("should give 25 bonus by weekend", "should give nothing by base")
    assert (nothing.expected, nothing.actual) == ("25 bonus", "nothing")
    assert (something.expected, something.actual) == ("nothing", "25 bonus")


def test_the_right_amount_for_the_wrong_reason_fails() -> None:
    (failure,) = failures("should give nothing by weekend because cap used up")
    assert failure.expected == "nothing because cap used up"
    assert failure.actual == "nothing because condition false"
    assert "Needed: `weekday is one of saturday, sunday`. Found: monday." in failure.trace


def test_what_should_hold_afterwards_is_told_with_the_balances() -> None:
    (failure,) = failures("afterwards balance of bonus is 26 bonus")
    assert (failure.rule, failure.expected) == ("", "balance of bonus is 26 bonus")
    assert (failure.actual, failure.trace) == ("does not hold", "bonus: 25 bonus to use.")


LATER_THEN_EARLIER = """
example "Backwards"
  at 2026-03-02 12:00 places order "first"
  | sku   | quantity | unit price |
  | beans | 1        | 250 RUB    |
  at 2026-03-01 12:00 places order "second"
  | sku   | quantity | unit price |
  | beans | 1        | 250 RUB    |
"""


def test_a_step_that_should_be_refused_and_is() -> None:
    assert failures("should be refused", example=LATER_THEN_EARLIER) == []


def test_a_step_that_is_refused_unasked_is_told_with_the_reason() -> None:
    (failure,) = failures(example=LATER_THEN_EARLIER)
    assert failure.expected == "a decision"
    assert failure.actual.startswith("refused: ")
    assert "[event.late]" in failure.actual


def test_a_step_that_should_be_refused_and_is_not() -> None:
    (failure,) = failures("should be refused")
    assert (failure.expected, failure.actual) == ("a refusal", "a decision")


def test_a_refused_step_leaves_the_member_as_it_was_and_the_next_one_runs() -> None:
    after = LATER_THEN_EARLIER + "  should be refused\n  at 2026-03-03 12:00 nothing happens\n"
    assert failures("afterwards balance of bonus is 25 bonus", example=after) == []


def test_failures_stand_at_their_clauses_and_speak_the_language_of_the_file() -> None:
    english = PROGRAMME + MONDAY + "  should give 26 bonus by base\nend\n"
    programme = load(format_source(decode(english, "r"), "ru"))
    (result,) = run_examples(programme)
    (failure,) = result.failures
    assert programme.source.slice(failure.span) == "должно дать 26 bonus по правилу base"
    assert "само правило" in failure.trace
