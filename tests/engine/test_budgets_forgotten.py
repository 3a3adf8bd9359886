"""What was taken out of budgets in periods that are over is forgotten where the host asks for it. Figures by hand."""

from __future__ import annotations

from typing import Any

import pytest

from loyalty_rules import Decision, DecisionError, InputError, Programme, SharedState, load
from loyalty_rules.adapters.wire import read_shared, write_shared
from loyalty_rules.decision import PointsAwarded
from loyalty_rules.events import cancellation, tick
from loyalty_rules.shared import Used
from tests.engine.test_budgets import BASE, HEAD, RETURNS, TRIM, budget, buys, club, given, uses

MONTHLY = budget("cap 150 pts in calendar month", "cap 1 000 pts", TRIM)
MAY_3 = "2026-05-03T00:00:00Z"


def month(
    rules: Programme, day: str, member: str = "a", shared: SharedState | None = None, id: str = "o-1"
) -> Decision:
    decision = rules.decide(rules.new_member(member), buys(member, "100", day=day, id=id), shared or rules.new_shared())
    assert decision.shared is not None
    assert read_shared(write_shared(decision.shared)) == decision.shared
    return decision


def both(rules: Programme) -> tuple[Decision, SharedState]:
    """100 in April and 100 in May; what is shared then."""
    april = month(rules, "2026-04-10")
    may = month(rules, "2026-05-02", "b", april.shared).shared
    assert may is not None
    return april, may


def amounts(shared: SharedState | None) -> list[tuple[str, int]]:
    assert shared is not None
    return [(one.key.split(" ", 3)[3], one.amount) for one in shared.used]


def test_periods_that_are_over_are_forgotten_and_what_holds_for_ever_is_not() -> None:
    """April is over with 30 April, and two days later on every date that anyone may have."""
    rules = club(BASE, MONTHLY)
    _, may = both(rules)
    assert amounts(may) == [("EVER", 200), ("PERIOD MONTH", 100), ("PERIOD MONTH", 100)]
    for before in ("2026-05-01T00:00:00Z", "2026-05-02T23:59:59Z"):
        assert rules.forget_periods(may, before) is may
    left = rules.forget_periods(may, MAY_3)
    assert amounts(left) == [("EVER", 200), ("PERIOD MONTH", 100)]
    assert left.version == may.version + 1
    assert read_shared(write_shared(left)) == left
    again = [month(rules, "2026-05-04", "c", one) for one in (may, left)]
    assert [(given(one), uses(one)) for one in again] == [(50, [("b", 100, 50, 0), ("b", 50, 50, 750)])] * 2
    assert rules.forget_periods(left, "2026-04-01T00:00:00Z") is left


def test_what_comes_back_of_an_order_of_a_forgotten_period_gives_room_for_ever_only() -> None:
    rules = club(BASE, MONTHLY)
    april, may = both(rules)
    left = rules.forget_periods(may, MAY_3)
    back = cancellation("r-1", "a", "2026-05-05T00:00:00Z", "o-1")
    known, forgotten = (rules.decide(april.member, back, one) for one in (may, left))
    assert uses(known) == [("b", -100, -100, 900), ("b", -100, -100, 150)]
    assert uses(forgotten) == [("b", -100, -100, 900)]
    assert known.member == forgotten.member
    assert amounts(forgotten.shared) == [("EVER", 100), ("PERIOD MONTH", 100)]


def test_an_event_that_would_draw_on_a_forgotten_period_is_refused() -> None:
    rules = club(BASE, MONTHLY)
    _, may = both(rules)
    left = rules.forget_periods(may, MAY_3)
    with pytest.raises(
        DecisionError, match="what was taken out of `b` in the period of the event is forgotten"
    ) as caught:
        month(rules, "2026-04-30", "d", left)
    assert caught.value.code == "budget.forgotten"
    nothing = rules.decide(rules.new_member("d"), buys("d", "0.5", day="2026-04-30"), left)
    assert nothing.shared is left


def test_a_decision_is_not_confirmed_where_its_period_was_forgotten_since() -> None:
    rules = club(BASE, MONTHLY)
    april, may = both(rules)
    late = rules.decide(rules.new_member("d"), buys("d", "10", day="2026-04-30"), may)
    assert amounts(rules.confirm(late, may)) == [("EVER", 210), ("PERIOD MONTH", 110), ("PERIOD MONTH", 100)]
    with pytest.raises(DecisionError, match=r"budget\.forgotten"):
        rules.confirm(late, rules.forget_periods(may, MAY_3))
    back = rules.decide(april.member, cancellation("r-1", "a", "2026-05-05T00:00:00Z", "o-1"), may)
    left = rules.confirm(back, rules.forget_periods(may, MAY_3))
    assert amounts(left) == [("EVER", 100), ("PERIOD MONTH", 100)]


def test_periods_stay_forgotten_under_another_name() -> None:
    old, new = (
        HEAD.format(returns=RETURNS, late="refused") + "".join(f"{block}end\n" for block in (BASE, text))
        for text in (MONTHLY, MONTHLY.replace("budget b\n", "budget month\n  was b\n"))
    )
    first, both_ = load(old), load(new, earlier=[(old, "2026-05-01T00:00:00Z")])
    april = month(first, "2026-04-10")
    assert april.shared is not None
    left = first.forget_periods(april.shared, MAY_3)
    for shared in (left, both_.forget_periods(april.shared, MAY_3)):
        with pytest.raises(DecisionError, match=r"budget\.forgotten"):
            both_.decide(both_.new_member("d"), buys("d", "10", day="2026-04-30"), shared)
        may = month(both_, "2026-05-04", "c", shared)
        assert may.shared is not None
        assert [(one.key, one.amount) for one in may.shared.used] == [
            ("month POINTS pts EVER", 200),
            ("month POINTS pts PERIOD MONTH", 100),
        ]


def test_without_budgets_there_is_nothing_to_forget() -> None:
    rules = club(BASE)
    assert rules.forget_periods(rules.new_shared(), MAY_3) == rules.new_shared()


@pytest.mark.parametrize(("shared", "before"), [(None, MAY_3), ("shared", None), ("shared", "May")])
def test_what_is_handed_over_is_held_to_its_kind(shared: Any, before: Any) -> None:
    rules = club(BASE, MONTHLY)
    with pytest.raises(InputError):
        rules.forget_periods(rules.new_shared() if shared else shared, before)


@pytest.mark.parametrize(
    ("used", "kept"),
    [
        ((Used("b POINTS pts PERIOD MONTH", "", 4, 1),), (("b POINTS pts PERIOD MONTH", 5),)),
        ((), (("b", 5), ("a", 5))),
        ((), (("a", 5), ("a", 6))),
        ((), (("", 5),)),
    ],
)
def test_a_document_that_uses_what_it_forgot_or_has_no_order_is_refused(used: Any, kept: Any) -> None:
    document = write_shared(SharedState(club(BASE, MONTHLY).fingerprint, 1, used, kept))
    with pytest.raises(InputError, match=r"shared\.inconsistent"):
        read_shared(document)


def test_who_was_away_gets_nothing_of_a_forgotten_period_and_goes_on() -> None:
    """100 at the start of each month: those of April are of a period that was forgotten; those of June are given."""
    monthly = "earn monthly\n  at start of calendar month\n  give 100 pts\n"
    rules = club(monthly, budget("cap 150 pts in calendar month", TRIM, covers="monthly"))
    away, there = (rules.new_member(name, joined="2026-03-10T00:00:00Z") for name in ("a", "b"))
    other = rules.decide(there, tick("b", "2026-05-02T00:00:00Z"), rules.new_shared())
    assert other.shared is not None
    left = rules.forget_periods(other.shared, "2026-06-03T00:00:00Z")
    back = rules.decide(away, tick("a", "2026-06-02T00:00:00Z"), left)
    assert [one.granted for one in back.effects if isinstance(one, PointsAwarded)] == [100]
    assert back.shared is not None
    assert rules.confirm(back, left) == back.shared
