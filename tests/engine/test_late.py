"""Events that come late, and which of them are refused."""

from __future__ import annotations

import pytest

from loyalty_rules import (
    DecisionError,
    Event,
    MemberState,
    Programme,
    adjustment,
    cancellation,
    choice,
    confirmation,
    enrolment,
    happening,
    line,
    load,
    purchase,
    returned,
    tick,
)
from loyalty_rules.settlement.remembering import MAX_KEPT

RULES = """
loyalty rules 1

programme "Late"
  currency RUB
  time zone UTC
  basis money paid
  prices include tax
  returns refused
  late events accepted for 2 weeks
end

purse pts
  round down per order
  usable after confirmation
  expire never
  take oldest first
end

event review
end

earn base
  on any product
  give 1 pts per 10 RUB
end

redeem pay
  uses pts
  pays 1 RUB per 1 pts
  on any product
  too much is lowered
end

conversion to_nothing
  on request
  uses 1 pts
  give 1 gifts
end

purse gifts
  round down per order
  usable at once
  expire never
end
"""
NOW = "2026-03-20T12:00:00Z"
THEN = "2026-03-10T12:00:00Z"


def order(id: str, at: str, price: str = "100", store: str = "", redeem: dict[str, int | None] | None = None) -> Event:
    return purchase(id, "m", at, [line("1", price=price)], currency="RUB", store=store, redeem=redeem)


@pytest.fixture(scope="module")
def rules() -> Programme:
    return load(RULES)


@pytest.fixture
def member(rules: Programme) -> MemberState:
    return rules.decide(rules.new_member("m"), order("o-1", NOW)).member


def refused(rules: Programme, member: MemberState, event: Event) -> str:
    with pytest.raises(DecisionError) as caught:
        rules.decide(member, event)
    assert caught.value.code == "event.late"
    return caught.value.message


def test_the_clock_stays_and_the_event_is_remembered(rules: Programme, member: MemberState) -> None:
    decision = rules.decide(member, order("o-2", THEN))
    assert decision.outcome == "decided"
    assert (decision.member.clock, decision.member.decisions) == (member.clock, 2)
    assert [seen.id for seen in decision.member.seen] == ["o-2", "o-1"]
    again = rules.decide(decision.member, order("o-2", THEN))
    assert (again.outcome, again.effects, again.member) == ("repeated", (), decision.member)
    assert "It came late" in decision.explain("en")
    assert "Событие опоздало" in decision.explain("ru")
    assert "came late" not in rules.decide(member, order("o-3", NOW)).explain("en")


def test_the_window_counts_local_dates_before_the_clock(rules: Programme, member: MemberState) -> None:
    assert rules.decide(member, order("o-2", "2026-03-06T00:00:00Z")).outcome == "decided"
    assert "accepted for 14 days" in refused(rules, member, order("o-2", "2026-03-05T23:59:59Z"))


@pytest.mark.parametrize(
    "event",
    [
        enrolment("e", "m", THEN),
        choice("e", "m", THEN, "to_nothing"),
        adjustment("e", "m", THEN, "pts", 1, reason="goodwill", actor="desk"),
        order("e", THEN, redeem={"pay": 1}),
    ],
    ids=lambda event: event.kind,
)
def test_what_comes_in_time_or_not_at_all(rules: Programme, member: MemberState, event: Event) -> None:
    assert "in time, or not at all" in refused(rules, member, event)


def test_events_and_confirmations_may_come_late(rules: Programme, member: MemberState) -> None:
    assert rules.decide(member, happening("e", "m", THEN, "review")).outcome == "decided"
    late = rules.decide(member, order("o-2", THEN)).member
    assert rules.balance(late, "pts").usable == 0
    confirmed = rules.decide(late, confirmation("c", "m", "2026-03-11T12:00:00Z", "o-2")).member
    assert rules.balance(confirmed, "pts").usable == 10
    assert rules.decide(member, tick("m", THEN)).member == member


def test_a_return_that_is_told_late_takes_back_now() -> None:
    rules = load(
        RULES.replace("returns refused", "returns in proportion within 30 days")
        .replace("expire never", "expire never\n  after a return may go negative")
        .replace("usable after confirmation", "usable at once")
        .replace("  take oldest first\n", "")
        .split("redeem pay")[0]
    )
    member = rules.decide(rules.new_member("m"), order("o-1", "2026-03-08T12:00:00Z")).member
    member = rules.decide(member, tick("m", NOW)).member
    assert rules.balance(member, "pts").usable == 10
    back = rules.decide(member, cancellation("c", "m", THEN, "o-1"))
    assert (back.outcome, back.member.clock) == ("decided", member.clock)
    assert rules.balance(back.member, "pts").usable == 0
    gone = rules.decide(back.member, returned("r", "m", THEN, "o-1", {"1": "1"}))
    assert gone.outcome == "not_returnable"


def test_what_is_older_than_the_edition_that_decided_is_refused() -> None:
    rules = load(RULES, earlier=[(RULES.replace("per 10 RUB", "per 20 RUB"), "2026-03-15T00:00:00Z")])
    member = rules.decide(rules.new_member("m"), order("o-1", NOW)).member
    assert "edition" in refused(rules, member, order("o-2", THEN))
    assert rules.decide(member, order("o-2", "2026-03-15T00:00:00Z")).outcome == "decided"


def test_a_period_that_was_posted_takes_nothing_more() -> None:
    posting = "round down per posting period\n  posts at end of calendar month\n  usable after"
    rules = load(RULES.replace("round down per order\n  usable after", posting))
    member = rules.decide(rules.new_member("m"), order("o-1", "2026-04-02T12:00:00Z")).member
    assert "has posted" in refused(rules, member, order("o-2", "2026-03-31T12:00:00Z"))
    assert rules.decide(member, order("o-2", "2026-04-01T00:00:00Z")).outcome == "decided"


def test_where_ids_have_been_forgotten_nothing_as_old_is_taken(rules: Programme, member: MemberState) -> None:
    oldest = member.seen[0]._replace(id="x", at=member.clock - 10)
    many = tuple(oldest._replace(id=f"x-{number}") for number in range(MAX_KEPT))
    full = member._replace(seen=many)
    assert "not known whether" in refused(rules, full, order("o-2", "2026-03-20T11:59:59Z"))
    after = rules.decide(full, order("o-2", NOW)).member
    assert len(after.seen) == MAX_KEPT
    assert after.seen[-1].id == "o-2"


def test_all_ids_of_the_window_are_remembered(rules: Programme) -> None:
    member = rules.new_member("m")
    for number in range(300):
        member = rules.decide(member, happening(f"e-{number}", "m", NOW, "review")).member
    assert len(member.seen) == 300
    later = rules.decide(member, tick("m", "2026-05-20T12:00:00Z")).member
    after = rules.decide(later, happening("last", "m", "2026-05-20T12:00:00Z", "review")).member
    assert len(after.seen) == 256
