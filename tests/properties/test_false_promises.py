"""Promises that the examples do not keep: none is proved, and those that the check leaves open are broken by random
orders. Here those that break soon; `make promises` asks all of them, for up to 10,000 orders each.
"""

from __future__ import annotations

from typing import Final

import pytest

from loyalty_rules import check
from loyalty_rules.problems.promises import PromiseBroken
from tests.properties.false_promises import EXAMPLES, NAME, FalsePromise, asked, false_promises

PROMISES: Final = false_promises()
#: Broken by the check itself.
AT_ONCE: Final = 17
#: Left open by the check, and broken within some hundred orders.
SOON: Final = ("barnes_and_noble/barnes_and_noble.loyalty", "boots/per_item.loyalty", "sportmaster/sportmaster.loyalty")


def test_there_are_thirty_of_them_each_another_one() -> None:
    assert len(PROMISES) == 30
    assert len({(one.file, one.always) for one in PROMISES}) == 30
    assert len({one.file for one in PROMISES}) >= 28
    assert all((EXAMPLES / one.file).is_file() and one.why for one in PROMISES)


@pytest.fixture(scope="module")
def answers() -> dict[FalsePromise, str]:
    """What the check says of each: what is wrong in one may make another answer, so each is asked alone."""
    found: dict[FalsePromise, str] = {}
    for one in PROMISES:
        report = check(one.text)
        (found[one],) = [answer for name, answer in report.promises if name == NAME]
        if found[one] == "broken":
            assert PromiseBroken in [type(problem.problem) for problem in report.diagnostics]
    return found


def test_none_is_proved_and_the_check_breaks_the_plain_ones(answers: dict[FalsePromise, str]) -> None:
    assert set(answers.values()) == {"broken", "open"}
    assert sum(answer == "broken" for answer in answers.values()) >= AT_ONCE


@pytest.mark.parametrize("file", SOON)
def test_random_orders_break_what_the_check_leaves_open(file: str) -> None:
    (one,) = [one for one in PROMISES if one.file == file]
    answer = asked(one, orders=1_000)
    assert answer.by == "orders"
    assert f"`{NAME}`" in answer.told and "places order" in answer.told
