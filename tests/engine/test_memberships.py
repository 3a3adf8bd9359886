"""Memberships: what members do and time brings, in the member, on the wire, in other editions and in words."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import Final, get_args

import pytest

from loyalty_rules import (
    Decision,
    DecisionError,
    InputError,
    LoyaltyError,
    Programme,
    SettingsError,
    check,
    load,
    membership_step,
    purchase,
    replay,
    returned,
    tick,
)
from loyalty_rules.adapters.wire import (
    read_decision,
    read_event,
    read_member,
    read_statement,
    write_decision,
    write_event,
    write_member,
    write_statement,
)
from loyalty_rules.decision import (
    FeeDue,
    MembershipEnded,
    MembershipLeft,
    MembershipPaused,
    MembershipRenewed,
    MembershipResumed,
    MembershipStarted,
)
from loyalty_rules.events import Event, Purchase, line
from loyalty_rules.member import NEVER
from loyalty_rules.memberships import STEPS, MembershipEffect, Step

HEAD: Final = """loyalty rules 1
programme "Club"
  currency RUB
  time zone UTC
  basis money paid
  prices include tax
  {returns}
  late events {late}
end
purse pts "Points"
  rules add up
  round down per order
  usable at once
  expire never
  after a return take only what is left
end
"""
CLUB: Final = """membership club "Club Plus"
  costs 310 RUB every 1 month
  grace 3 days
  leaving refunds unused time
  message given en "Welcome to {title}, until {until}"
end
earn more "More"
  for member of club
  on any product
  give 1 pts per 10 RUB
  cap 100 pts per member in year of club
end
"""
RETURNS: Final = "returns replay within 60 days\n  returns keep prices"


def club(blocks: str = CLUB, *, late: str = "refused", returns: str = RETURNS, was: str = "") -> Programme:
    return load(HEAD.format(returns=returns, late=late) + blocks + was)


def step(name: Step, at: str, *, id: str = "", member: str = "m", of: str = "club") -> Event:
    return membership_step(id or f"{name}-{at[:10]}", member, f"{at}:00Z", of, name)


def bought(at: str, price: str = "100", *, id: str = "", member: str = "m") -> Purchase:
    return purchase(id or f"o-{at[:10]}", member, f"{at}:00Z", [line("1", price=price)], currency="RUB")


def last(rules: Programme, *events: Event) -> Decision:
    return list(replay(rules, events))[-1]


def told(decision: Decision) -> list[str]:
    return [effect.kind for effect in decision.effects]


# ---------- steps


def test_each_step_says_what_it_did() -> None:
    rules = club()
    found = [
        effect
        for decision in replay(
            rules,
            [
                step("subscribe", "2026-01-31T11:00"),
                step("pause", "2026-02-10T11:00"),
                step("resume", "2026-02-12T11:00"),
                step("renew", "2026-03-02T11:00"),
                step("leave", "2026-03-02T12:00"),
            ],
        )
        for effect in decision.effects
    ]
    days = [effect.at for effect in found if isinstance(effect, get_args(MembershipEffect))]
    assert len(days) == len(found)
    assert days == sorted(days)
    # 2 dates of rest: the fee of 28 February is due on 2 March, and the next one on 2 April.
    assert [effect[:-1] for effect in found] == [
        MembershipStarted("club", 31_000, False, 1_772_236_800_000_000, days[0])[:-1],
        MembershipPaused("club", days[1])[:-1],
        MembershipResumed("club", 1_772_409_600_000_000, days[2])[:-1],
        FeeDue("club", 31_000, 1_772_668_800_000_000, days[3])[:-1],
        MembershipRenewed("club", 31_000, 1_775_088_000_000_000, days[4])[:-1],
        # 30 of the 31 dates from 2 March to 1 April are left.
        MembershipLeft("club", days[5], 31_000, 0, 30_000, days[5])[:-1],
    ]


@pytest.mark.parametrize(
    ("before", "refused", "why"),
    [
        ((), "renew", "does not have it"),
        ((), "leave", "does not have it"),
        (("subscribe",), "subscribe", "has it already"),
        (("subscribe",), "resume", "does not rest"),
        (("subscribe", "pause"), "pause", "rests already"),
        (("subscribe", "pause"), "renew", "it rests"),
        (("subscribe", "leave"), "renew", "does not have it"),
    ],
)
def test_a_step_that_cannot_be_made_is_refused(before: tuple[Step, ...], refused: Step, why: str) -> None:
    rules = club()
    member = rules.new_member("m")
    for number, name in enumerate(before, 1):
        member = rules.decide(member, step(name, f"2026-02-0{number}T11:00")).member
    with pytest.raises(DecisionError, match=why) as refusal:
        rules.decide(member, step(refused, "2026-02-09T11:00"))
    assert refusal.value.code == "membership.refused"


def test_a_pause_waits_for_no_fee_and_a_second_leaving_is_refused() -> None:
    rules = club(CLUB.replace("leaving refunds unused time", "leaving refunds nothing"))
    due = last(rules, step("subscribe", "2026-01-31T11:00"), tick("m", "2026-02-28T00:00:00Z")).member
    with pytest.raises(DecisionError, match="a fee is due"):
        rules.decide(due, step("pause", "2026-02-28T11:00"))
    leaving = last(rules, step("subscribe", "2026-01-31T11:00"), step("leave", "2026-02-01T11:00")).member
    with pytest.raises(DecisionError, match="has left"):
        rules.decide(leaving, step("leave", "2026-02-02T11:00"))


def test_who_leaves_on_trial_and_gets_nothing_back_stays_to_its_end() -> None:
    rules = club(CLUB.replace("leaving refunds unused time", "trial 10 days\n  leaving refunds nothing"))
    left = last(rules, step("subscribe", "2026-01-01T11:00"), step("leave", "2026-01-03T11:00"))
    assert [one.ends for one in left.effects if isinstance(one, MembershipLeft)] == [
        1_768_089_600_000_000
    ]  # 11 January
    over = rules.decide(left.member, tick("m", "2026-01-11T00:00:00Z"))
    assert [one.why for one in over.effects if isinstance(one, MembershipEnded)] == ["over"]


def test_names_that_there_are_not() -> None:
    rules = club()
    with pytest.raises(InputError) as unknown:
        rules.decide(rules.new_member("m"), step("subscribe", "2026-01-31T11:00", of="gym"))
    assert unknown.value.code == "membership.unknown"
    with pytest.raises(InputError) as asked:
        rules.membership(rules.new_member("m"), "gym")
    assert asked.value.code == "membership.unknown"
    with pytest.raises(InputError) as bad:
        membership_step("s", "m", "2026-01-31T11:00:00Z", "club", "cancel")  # type: ignore[arg-type]  # what a host may say
    assert bad.value.code == "membership.step"
    assert STEPS == ("subscribe", "renew", "pause", "resume", "leave")


def test_a_hundred_periods_are_paid_ahead_at_most() -> None:
    rules = club()
    member = rules.decide(rules.new_member("m"), step("subscribe", "2026-01-31T11:00")).member
    for number in range(99):
        member = rules.decide(member, step("renew", "2026-01-31T11:00", id=f"r-{number}")).member
    with pytest.raises(DecisionError, match="100 periods"):
        rules.decide(member, step("renew", "2026-01-31T11:00", id="r-99"))
    assert rules.membership(member, "club").until == 2_032_646_400_000_000  # 31 May 2034, 100 months later


# ---------- time


def test_time_in_many_steps_gives_the_same_member() -> None:
    rules = club()
    events = [step("subscribe", "2026-01-31T11:00"), step("renew", "2026-02-20T11:00"), bought("2026-03-01T11:00")]
    member = last(rules, *events).member
    at_once = rules.decide(member, tick("m", "2027-03-01T00:00:00Z"))
    assert [type(effect) for effect in at_once.effects] == [FeeDue, MembershipEnded]
    for days in (1, 7, 40):
        stepped = member
        for day in range(2, 366, days):
            at = 1_772_323_200_000_000 + day * 86_400_000_000
            stepped = rules.decide(stepped, tick("m", at)).member
        stepped = rules.decide(stepped, tick("m", "2027-03-01T00:00:00Z")).member
        assert stepped == at_once.member


@pytest.mark.parametrize("day", [date(2026, 1, 31), date(2026, 1, 30), date(2027, 12, 29), date(2028, 2, 29)])
def test_fees_are_due_by_the_calendar(day: date) -> None:
    """Reckoned month by month: the day of the first fee, or the last day of a shorter month."""
    rules = club()
    member = rules.decide(rules.new_member("m"), step("subscribe", f"{day}T11:00")).member
    for months in range(1, 26):
        year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
        due = date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
        until = rules.membership(member, "club").until
        assert date.fromordinal(rules.plan.timeline.day(until)) == due
        member = rules.decide(member, step("renew", f"{due}T09:00")).member


def test_how_a_member_has_it() -> None:
    rules = club(CLUB.replace("grace 3 days", "grace 3 days\n  trial 10 days"))
    member = rules.new_member("m")
    assert rules.membership(member, "club").state == "none"
    member = rules.decide(member, step("subscribe", "2026-01-01T11:00")).member
    assert rules.membership(member, "club").state == "trial"
    due = rules.decide(member, tick("m", "2026-01-11T00:00:00Z")).member
    found = rules.membership(due, "club")
    assert (found.state, found.lapses) == ("due", 1_768_348_800_000_000)  # 14 January
    live = rules.decide(due, step("renew", "2026-01-11T11:00")).member
    found = rules.membership(live, "club")
    # The year began with the end of the trial; the next fee is due on 11 February.
    assert (found.state, found.until, found.year) == ("live", 1_770_768_000_000_000, 1_768_089_600_000_000)
    rests = rules.decide(live, step("pause", "2026-01-12T11:00")).member
    assert rules.membership(rests, "club")[:1] + rules.membership(rests, "club")[2:4] == ("paused", NEVER, NEVER)
    over = rules.decide(rests, step("leave", "2026-01-13T11:00"))
    assert rules.membership(over.member, "club").state == "over"
    # Of 31 dates paid from 11 January on two were used before the pause.
    assert over.refund == 29_000


# ---------- orders that come back, and late ones


def test_a_return_is_decided_with_the_membership_of_the_purchase() -> None:
    rules = club()
    goods = purchase("o-1", "m", "2026-02-02T11:00:00Z", [line("1", price="100", quantity=2)], currency="RUB")
    back = returned("r-1", "m", "2026-02-10T11:00:00Z", "o-1", {"1": 1})
    found = last(rules, step("subscribe", "2026-02-01T11:00"), goods, step("leave", "2026-02-05T11:00"), back)
    assert rules.balance(found.member, "pts").usable == 10
    assert read_member(write_member(found.member, rules), rules) == found.member


def test_what_comes_back_in_the_next_year_changes_the_year_of_the_purchase() -> None:
    rules = club(CLUB.replace("every 1 month", "every 12 months"))
    events = (
        step("subscribe", "2026-02-01T11:00"),
        bought("2027-01-20T11:00", "600", id="o-1"),
        bought("2027-01-21T11:00", "600", id="o-2"),
        step("renew", "2027-02-01T11:00"),
        bought("2027-02-10T11:00", "300", id="o-3"),
    )
    member = last(rules, *events).member
    # 120 were asked of the first year and 100 given; without the first order 60 were asked. The new year has 70 left.
    back = rules.decide(member, returned("r-1", "m", "2027-02-11T11:00:00Z", "o-1", {"1": 1})).member
    full = rules.decide(back, bought("2027-02-12T11:00", "900", id="o-4")).member
    assert [rules.balance(one, "pts").usable for one in (member, back, full)] == [130, 90, 160]


def test_a_late_order_is_judged_by_the_membership_of_its_date() -> None:
    rules = club(late="accepted for 14 days")
    member = last(rules, step("subscribe", "2026-02-01T11:00"), step("leave", "2026-02-05T11:00")).member
    inside = rules.decide(member, bought("2026-02-03T11:00"))
    before = rules.decide(member, bought("2026-01-31T11:00"))
    assert [rules.balance(one.member, "pts").usable for one in (inside, before)] == [10, 0]
    with pytest.raises(DecisionError) as late:
        rules.decide(member, step("subscribe", "2026-02-04T11:00"))
    assert late.value.code == "event.late"


# ---------- the wire


def test_members_events_and_decisions_come_back_from_the_wire() -> None:
    rules = club()
    events: list[Event] = [
        step("subscribe", "2026-01-31T11:00"),
        bought("2026-02-01T11:00"),
        step("pause", "2026-02-10T11:00"),
        step("resume", "2026-02-12T11:00"),
        tick("m", "2026-03-02T00:00:00Z"),
        step("renew", "2026-03-03T11:00"),
        step("leave", "2026-03-04T11:00"),
        step("subscribe", "2026-04-01T11:00"),
        tick("m", "2026-06-02T00:00:00Z"),
    ]
    decisions = list(replay(rules, events))
    for decision in decisions:
        assert read_member(write_member(decision.member, rules), rules) == decision.member
        assert read_event(write_event(decision.event, rules), rules) == decision.event
        read_decision(write_decision(decision, trace=True))
    read_statement(write_statement(rules.statement("m", decisions), rules))
    assert '"step":"pause"' in write_event(events[2])


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('"club":{"since"', '"gym":{"since"', "member.membership"),
        ('"day":31', '"day":32', "wire.value"),
        ('["2026-01-31","2026-02-28"', '["2026-02-28","2026-01-31"', "member.inconsistent"),
        (
            '"history":[["2026-01-31T11:00:00+00:00",true,"2026-01-31T11:00:00+00:00"]]',
            '"history":[["2026-01-31T11:00:00+00:00",true,"2026-01-31T12:00:00+00:00"]]',
            "member.inconsistent",
        ),
        ('"due":"2026-02-28",', '"lapses":"2026-03-01T00:00:00+00:00",', "member.inconsistent"),
    ],
)
def test_a_document_that_cannot_be(old: str, new: str, code: str) -> None:
    rules = club()
    text = write_member(last(rules, step("subscribe", "2026-01-31T11:00")).member, rules)
    assert old in text
    with pytest.raises(LoyaltyError) as refused:
        read_member(text.replace(old, new), rules)
    assert refused.value.code == code


# ---------- editions


def test_a_membership_goes_on_under_another_name_with_what_its_year_counted() -> None:
    old = HEAD.format(returns=RETURNS, late="refused") + CLUB
    new = old.replace("membership club", "membership plus_club").replace("of club", "of plus_club")
    renamed = new.replace("  costs 310 RUB", "  was club\n  costs 400 RUB")
    rules = load(renamed, earlier=[(old, "2026-02-15T00:00:00Z")])
    events = (step("subscribe", "2026-01-31T11:00"), bought("2026-02-01T11:00", "900"))
    found = last(rules, *events, bought("2026-02-20T11:00", "900"))
    assert rules.balance(found.member, "pts").usable == 100
    assert rules.membership(found.member, "plus_club").state == "live"
    paid = rules.decide(found.member, step("renew", "2026-02-28T11:00", of="plus_club"))
    assert [effect.fee for effect in paid.effects if isinstance(effect, FeeDue | MembershipRenewed)] == [40_000, 40_000]


def test_a_membership_that_members_have_is_not_left_out() -> None:
    old = HEAD.format(returns=RETURNS, late="refused") + CLUB
    new = HEAD.format(returns=RETURNS, late="refused") + "earn more\n  on any product\n  give 1 pts per 10 RUB\nend\n"
    with pytest.raises(SettingsError) as lost:
        load(new, earlier=[(old, "2026-02-15T00:00:00Z")])
    assert lost.value.code == "edition.lost"


# ---------- words


def test_staff_and_members_read_what_became_of_it() -> None:
    rules = club()
    events = [
        step("subscribe", "2026-01-31T11:00"),
        tick("m", "2026-02-28T00:00:00Z"),
        tick("m", "2026-03-03T00:00:00Z"),
    ]
    begun, due, over = replay(rules, events)
    assert begun.explain(audience="member") == (
        "Club Plus: 310.00 RUB paid, through 2026-02-27.\nWelcome to Club Plus, until 2026-02-27\n"
    )
    assert "Member m subscribes to Club Plus (subscribe-2026-01-31), 2026-01-31 11:00" in begun.explain()
    assert "Club Plus: through 2026-02-27." in begun.explain()
    assert due.explain("ru", "member") == (
        "Club Plus: пора оплатить 310.00 RUB; без оплаты действует по 2026-03-02 включительно.\n"
    )
    assert over.explain(audience="member") == "Club Plus: over on 2026-03-03, the fee was not paid.\n"
    assert told(over) == ["membership_ended"]
    statement = rules.statement("m", [begun, due, over]).explain()
    assert "2026-02-28: Club Plus: 310.00 RUB are due; without payment it ends after 2026-03-02." in statement


# ---------- what asks for it


def test_a_level_follows_at_once_and_is_lost_at_its_review() -> None:
    tiers = """tiers status "Status"
  level inside when member of club
  upgrade from next order
  review at end of calendar month
  downgrade to earned level
  after a return keep
end
"""
    rules = club(CLUB + tiers)
    begun = last(rules, step("subscribe", "2026-02-01T11:00"))
    assert rules.level(begun.member, "status") == "inside"
    left = rules.decide(begun.member, step("leave", "2026-02-03T11:00")).member
    assert rules.level(left, "status") == "inside"
    assert rules.level(rules.decide(left, tick("m", "2026-03-01T00:00:00Z")).member, "status") == ""


def test_units_wait_for_their_end_as_long_as_the_membership_runs() -> None:
    waits = HEAD.replace("expire never", "expire after 10 days\n  expiry waits while member of club")
    rules = load(waits.format(returns=RETURNS, late="refused") + CLUB)
    member = last(rules, step("subscribe", "2026-02-01T11:00"), bought("2026-02-02T11:00")).member
    paid = rules.decide(member, tick("m", "2026-03-03T23:59:00Z")).member
    assert rules.balance(paid, "pts").usable == 10
    # It lapses at the start of 4 March, and the end is asked about at the end of each day.
    assert rules.balance(rules.decide(paid, tick("m", "2026-03-05T00:00:00Z")).member, "pts").usable == 0


def test_rules_for_members_are_shown_with_one_and_are_apart_from_rules_for_the_others() -> None:
    other = "earn base\n  for {whom}\n  on any product\n  give 1 pts per 20 RUB\nend\n"
    head = HEAD.replace("  rules add up\n", "").format(returns=RETURNS, late="refused")
    assert check(head + CLUB + other.format(whom="not (member of club)")).ok
    (found,) = check(head + CLUB + other.format(whom="member of club")).diagnostics
    assert found.problem.code == "L031"
    assert "club, 1000.00 RUB: more 100 pts, base 50 pts" in str(found.problem)
