"""Whatever the occasion, a trace says of every rule that is asked what became of it. To decide needs none of that, so
rules that give nothing are told of only where somebody reads the trace."""

from __future__ import annotations

from typing import Final

import pytest

from loyalty_rules import Decision, Programme, decided, happening, returned, tick
from loyalty_rules.decision import Outcome
from tests.engine.deciding import HEAD, decide, order, programme

KEPT: Final = (
    HEAD.replace("returns refused", "returns replay within 30 days\n  returns keep prices")
    .replace("late events refused", "late events accepted for 5 days")
    .replace("  expire never\n", "  expire never\n  after a return take only what is left\n")
)
BASE: Final = 'earn base "Base"\n  on any product\n  give 1 pts per 10 RUB'
LARGE: Final = 'earn large "Large orders"\n  on any product\n  when money paid at least 500 RUB\n  give 100 pts'


def told(decision: Decision) -> dict[str, Outcome]:
    return {record.rule: record.outcome for record in decision.trace}


def test_goods_that_come_back_say_why_a_rule_gives_nothing_for_what_is_kept() -> None:
    """600 RUB gave both; of 300 RUB that are kept one gives nothing."""
    rules = programme(BASE, LARGE, head=KEPT)
    bought = decide(rules, order("300", "300"))
    assert told(bought) == {"base": Outcome.AWARDED, "large": Outcome.AWARDED}
    back = rules.decide(bought.member, returned("r-1", "m", "2026-03-03T12:00:00+03:00", "o-1", {"2": 1}))
    assert told(back) == {"base": Outcome.AWARDED, "large": Outcome.CONDITION_FALSE}


def test_an_order_that_comes_late_says_it() -> None:
    rules = programme(BASE, LARGE, head=KEPT)
    now = decide(rules, order("10", id="o-2", at="2026-03-04T12:00:00+03:00")).member
    late = decide(rules, order("300"), now)
    assert told(late) == {"base": Outcome.AWARDED, "large": Outcome.CONDITION_FALSE}


def test_a_rule_by_time_that_gives_nothing_says_it() -> None:
    """Both are due when January ends; one is for staff."""
    rules = programme(
        "segment staff\n  supplied by host",
        "earn monthly\n  at end of calendar month\n  give 10 pts",
        "earn for_staff\n  at end of calendar month\n  for in segment staff\n  give 10 pts",
    )
    member = rules.new_member("m", joined="2026-01-15T10:00:00+03:00")
    decision = rules.decide(member, tick("m", "2026-02-01T00:00:00+03:00"))
    assert told(decision) == {"monthly": Outcome.AWARDED, "for_staff": Outcome.NOT_FOR_THIS_MEMBER}


def _levels() -> Programme:
    return programme(
        "segment staff\n  supplied by host",
        "event match",
        "tiers status\n  level gold when spend in last 30 days at least 900 RUB\n  upgrade from next order\n"
        "  review at end of calendar month\n  downgrade to earned level",
        "earn matched\n  after event match\n  give level gold in ladder status lasting 30 days",
        "earn welcome\n  after reaching gold in ladder status\n  give 50 pts",
        "earn for_staff\n  after reaching gold in ladder status\n  for in segment staff\n  give 50 pts",
    )


def test_a_rule_that_waits_for_a_level_and_gives_nothing_says_it() -> None:
    rules = _levels()
    decision = decide(rules, happening("e-1", "m", "2026-03-02T12:00:00+03:00", "match"))
    assert told(decision) == {
        "matched": Outcome.AWARDED,
        "welcome": Outcome.AWARDED,
        "for_staff": Outcome.NOT_FOR_THIS_MEMBER,
    }


def test_where_nothing_is_promised_nothing_is_settled_again_to_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    decision = decide(programme(BASE), order("300"))
    monkeypatch.setattr(decided, "settle_event", None)
    assert decision.promises == ()
