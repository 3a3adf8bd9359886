"""Orders that break promises: each is decided again here before it counts, and a promise that holds gets none."""

from __future__ import annotations

import pytest

from loyalty_rules import check
from loyalty_rules.diagnostics import Problem
from loyalty_rules.problems.promises import PromiseBroken, PromiseOpen
from tests.lang.test_proofs import DOUBLE, HEAD, RATE, share


def answer(rules: str, *clauses: str) -> list[Problem]:
    body = "".join(f"  {one}\n" for one in clauses)
    return [found.problem for found in check(f"{HEAD}\n{rules}\npromise one\n{body}end\n").diagnostics]


BROKEN = {
    "a rate": (
        (RATE, f"always {share('9.99')}"),
        "2026-03-02 12:00, 1000.00 RUB: base 100 pts; 100.00 RUB > 99.90 RUB",
    ),
    "on a day, with a boost on a product": (
        (
            RATE + DOUBLE.replace("changes base", "changes base\n  on Tea\n  when weekday is sunday"),
            f"always {share('19')}",
        ),
        "2026-03-08 12:00, tea, 1000.00 RUB: base 200 pts, double 100 pts; 200.00 RUB > 190.00 RUB",
    ),
    "for a level": (
        (
            RATE.replace("earn base", "earn base\n  for status is gold"),
            "always value given in this order at most 9 RUB",
        ),
        "2026-03-02 12:00, gold, 1000.00 RUB: base 100 pts; 100.00 RUB > 9.00 RUB",
    ),
    "fixed gifts on lines of two kinds": (
        (
            "earn a\n  on Tea\n  give 5 pts\nend\nearn b\n  on Cakes\n  give 7 pts\nend\n",
            "always earned pts in this order at most 11 pts",
        ),
        "2026-03-02 12:00, tea, 1000.00 RUB + cakes, 1000.00 RUB: a 5 pts, b 7 pts; 12 pts > 11 pts",
    ),
    "one kopeck that begins a step": (
        (RATE.replace("per 10", "per started 10"), f"always {share('9999')}"),
        "2026-03-02 12:00, 0.01 RUB: base 1 pts; 1.00 RUB > 0.9999 RUB",
    ),
    "outside a segment": (
        (
            RATE.replace("earn base", "earn base\n  for not (in segment staff)"),
            "always value given in this order is 0 RUB",
        ),
        "2026-03-02 12:00, 1000.00 RUB: base 100 pts; 100.00 RUB",
    ),
    "where it is asked": (
        (RATE, "when money paid between 200 RUB and 300 RUB", "always earned pts in this order under 20 pts"),
        "2026-03-02 12:00, 300.00 RUB: base 30 pts; 30 pts ≥ 20 pts",
    ),
}


@pytest.mark.parametrize(("rules", "order"), BROKEN.values(), ids=BROKEN)
def test_a_promise_is_broken_by_an_order_that_was_run(rules: tuple[str, ...], order: str) -> None:
    assert answer(*rules) == [PromiseBroken("one", order)]


def test_a_promise_that_holds_is_not_broken_however_it_is_looked_at() -> None:
    assert answer(RATE, f"always {share('10')}") == []
    assert answer(RATE, "always times base in calendar day at most 1 times") == [PromiseOpen("one")]
    assert answer(RATE, "always times base in calendar day at most 1 times", 'allow L161 "seen to"') == []


def test_a_file_whose_promise_is_broken_gives_no_programme_and_says_so() -> None:
    report = check(f"{HEAD}\n{RATE}\npromise one\n  always {share('9')}\nend\n")
    assert (report.programme, report.ok, report.promises) == (None, False, (("one", "broken"),))
    report = check(f"{HEAD}\n{RATE}\npromise one\n  always {share('10')}\nend\n")
    assert (report.ok, report.promises) == (True, (("one", "proved"),))
