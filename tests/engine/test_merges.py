"""Merges: all that one member has becomes another's, and both members are settled or neither is."""

from __future__ import annotations

from typing import Final

import pytest

from loyalty_rules import LoyaltyError, MemberState, Programme, load, replay
from loyalty_rules.adapters.wire import (
    read_event,
    read_member,
    read_statement,
    write_decision,
    write_event,
    write_member,
    write_statement,
)
from loyalty_rules.decision import AccountMerged, DebtPaid, LevelChanged, PointsAwarded, PointsTakenBack
from loyalty_rules.events import Merge, Purchase, cancellation, merge, returned, tick
from tests.engine.histories import gift, order, refused, state

CLUB: Final = """loyalty rules 1
programme "Club"
  currency RUB
  time zone UTC
  week starts monday
  basis money paid
  prices include tax
  returns replay within 60 days
  returns keep prices
  late events refused
end
purse pts "Points"
  rules add up
  round down per order
  {life}
  after a return may go negative
end
earn base
  on any product
  give 1 pts per 10 RUB
  cap 100 pts per member in calendar month
end
earn third
  when order number is 3
  give 7 pts
end
tiers status "Status"
  level silver when spend in calendar year at least 300 RUB
  level gold above silver when spend in calendar year at least 500 RUB
  upgrade from next order
  review at end of calendar year
  downgrade one level
  after a return keep
end
"""
LIFE: Final = "usable at once\n  expire after 60 days"
AT: Final = "2026-03-10T11:00:00Z"


def club(life: str = LIFE) -> Programme:
    return load(CLUB.format(life=life))


def join(*, id: str = "x-1", at: str = AT) -> Merge:
    return merge(id, "old", at, into="new", reason="two cards", actor="desk")


def merged(rules: Programme, *events: Purchase) -> tuple[MemberState, MemberState]:
    """The two members after a merge; the one who has gone first."""
    states = {name: rules.new_member(name) for name in ("old", "new")}
    for decision in replay(rules, [*events, join()], states):
        states[decision.member.member] = decision.member
    for found in states.values():
        assert read_member(write_member(found, rules), rules) == found
    return states["old"], states["new"]


# ---------- what becomes of it


def test_lots_debts_and_counters_are_those_of_both() -> None:
    """20 and 15 points; 350 RUB together make silver, which neither had."""
    rules = club()
    old, new = state(rules, order("old", "200", day=1)), state(rules, order("new", "150", day=2))
    gone, stays = rules.merge(old, new, join())
    assert [rules.balance(one.member, "pts").usable for one in (gone, stays)] == [0, 35]
    assert gone.effects == (AccountMerged("pts", -20, 0, "new", gone.event.at),)
    assert [type(one) for one in stays.effects] == [AccountMerged, LevelChanged]
    assert rules.level(stays.member, "status") == "silver"
    first, second = stays.member.purses[0].lots
    assert first == old.purses[0].lots[0]._replace(number=2)
    assert second == new.purses[0].lots[0]
    assert (gone.member.purses, gone.member.counters, gone.member.records) == ((), (), ())


def test_orders_count_on_as_if_they_had_always_been_of_one_member() -> None:
    """The third order of both together, and what a cap has left: 100 less 20, 15 and 30."""
    rules = club()
    _, new = merged(rules, order("old", "200", day=1), order("new", "150", day=2))
    third = rules.decide(new, order("new", "300", day=11))
    assert [(one.rule, one.granted) for one in third.effects if isinstance(one, PointsAwarded)] == [
        ("base", 30),
        ("third", 7),
    ]
    last = rules.decide(third.member, order("new", "900", day=12))
    assert [getattr(one, "granted", 0) for one in last.effects][:1] == [35]


def test_the_higher_level_stays_with_its_review() -> None:
    rules = club()
    old, new = merged(rules, order("old", "500", day=1), order("new", "300", day=2))
    assert (rules.level(old, "status"), rules.level(new, "status")) == ("", "gold")
    later = rules.decide(new, tick("new", "2028-01-01T00:00:00Z")).member
    assert rules.level(later, "status") == "silver"


def test_orders_of_either_come_back() -> None:
    """Both orders were each member's first decision; 20 and 30 points, and two of three things go back."""
    rules = club()
    _, new = merged(rules, order("old", "200", day=1), order("new", "100", day=1, quantity=3))
    back = rules.decide(new, returned("r-1", "new", "2026-03-11T11:00:00Z", "new-1", {"1": 2}))
    assert [(one.rule, one.units) for one in back.effects if isinstance(one, PointsTakenBack)] == [("base", 20)]
    assert rules.balance(back.member, "pts").usable == 30
    gone = rules.decide(back.member, cancellation("c-1", "new", "2026-03-12T11:00:00Z", "old-1"))
    assert rules.balance(gone.member, "pts").usable == 10
    assert [lot.left for lot in gone.member.purses[0].lots] == [10]
    assert rules.decide(gone.member, tick("new", "2026-03-12T11:00:01Z")).member.first_order is not None


def test_the_order_before_an_order_is_the_one_before_it_of_both() -> None:
    rules = club()
    events = [order(who, "10", day=day) for day, who in ((1, "old"), (2, "new"), (3, "old"), (4, "new"))]
    _, new = merged(rules, *events)
    days = [record.day for record in new.records]
    assert [record.order for record in new.records] == ["old-1", "new-2", "old-3", "new-4"]
    assert [record.previous for record in new.records] == [None, *days[:-1]]
    assert (new.first_order, new.last_order) == (days[0], days[-1])


def test_points_of_one_pay_the_debt_of_the_other() -> None:
    rules = club()
    old = state(rules, order("old", "200", day=1))
    spent = gift("-20", member="old", reason="spent")
    old = rules.decide(
        rules.decide(old, spent).member, cancellation("c-1", "old", "2026-03-03T11:00:00Z", "old-1")
    ).member
    gone, stays = rules.merge(old, state(rules, order("new", "300", day=2)), join())
    assert gone.effects == (AccountMerged("pts", 0, -20, "new", gone.event.at),)
    assert [type(one) for one in stays.effects] == [AccountMerged, DebtPaid]
    assert [rules.balance(one.member, "pts").usable for one in (gone, stays)] == [0, 10]


def test_what_both_owe_is_owed_by_the_one_who_stays() -> None:
    """20 and 30 points are spent before their orders are cancelled: 50 are owed, and 60 that come later leave 10."""
    rules = club()

    def owing(name: str, paid: str, points: str) -> MemberState:
        bought = state(rules, order(name, paid, day=1))
        spent = rules.decide(bought, gift(f"-{points}", member=name, reason="spent")).member
        return rules.decide(spent, cancellation(f"c-{name}", name, "2026-03-03T11:00:00Z", f"{name}-1")).member

    _, stays = rules.merge(owing("old", "200", "20"), owing("new", "300", "30"), join())
    later = rules.decide(stays.member, order("new", "600", day=12)).member
    assert rules.balance(later, "pts").usable == 10


def test_what_has_expired_by_then_is_not_taken_over() -> None:
    rules = club("usable at once\n  expire after 5 days")
    gone, stays = rules.merge(state(rules, order("old", "200", day=1)), rules.new_member("new"), join())
    assert [type(one).__name__ for one in gone.effects] == ["PointsExpired"]
    assert stays.effects == ()


def test_the_joining_date_is_the_earlier_one() -> None:
    rules = club()
    old = rules.new_member("old", joined="2020-01-01T00:00:00Z")
    for new in (rules.new_member("new"), rules.new_member("new", joined="2026-01-01T00:00:00Z")):
        assert rules.merge(old, new, join())[1].member.joined == old.joined
    late = rules.new_member("old", joined="2026-02-01T00:00:00Z")
    new = rules.new_member("new", joined="2026-01-01T00:00:00Z")
    assert rules.merge(late, new, join())[1].member.joined == new.joined


# ---------- what is refused, with nothing half done


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (join()._replace(into="old"), "merge.self"),
        (join()._replace(into="other"), "event.member"),
        (join()._replace(member="other"), "event.member"),
        (join()._replace(reason=" "), "merge.unsigned"),
        (join()._replace(actor=""), "merge.unsigned"),
        (join(at="2026-03-01T00:00:00Z"), "event.late"),
    ],
)
def test_a_merge_that_cannot_be_is_refused(event: Merge, code: str) -> None:
    rules = club()
    old, new = state(rules, order("old", "200", day=1)), rules.new_member("new")
    refused(rules, lambda: rules.merge(old, new, event), code, old, new)


def test_two_orders_of_one_id_that_may_come_back_cannot_be_told_apart() -> None:
    rules = club()
    old = state(rules, order("old", "200", day=1, id="p-1"))
    new = state(rules, order("new", "200", day=2, id="p-1"))
    refused(rules, lambda: rules.merge(old, new, join()), "merge.orders", old, new)
    assert rules.merge(old, new, join(at="2026-05-10T00:00:00Z"))[1].member.records == ()


def test_told_again_it_changes_nothing_and_half_a_merge_is_told() -> None:
    rules = club()
    old, new = state(rules, order("old", "200", day=1)), rules.new_member("new")
    gone, stays = rules.merge(old, new, join())
    again = rules.merge(gone.member, stays.member, join())
    assert [(one.outcome, one.effects) for one in again] == [("repeated", ()), ("repeated", ())]
    refused(rules, lambda: rules.merge(gone.member, new, join()), "merge.half", gone.member, new)
    refused(rules, lambda: rules.merge(old, stays.member, join()), "merge.half", old, stays.member)
    for member in (old, new):
        with pytest.raises(LoyaltyError) as caught:
            rules.decide(member, join())
        assert caught.value.code == "call.two_members"


def test_nothing_happens_any_more_to_the_one_who_has_gone() -> None:
    """Neither an order nor another merge, nor the gift of each month, which the other one gets at the start of April
    and of May."""
    monthly = """earn monthly
  at start of calendar month
  give 1 pts
end
"""
    rules = load(CLUB.format(life=LIFE) + monthly)
    gone, stays = rules.merge(state(rules, order("old", "200", day=1)), rules.new_member("new"), join())
    assert gone.member.merged == "new"
    assert read_member(write_member(gone.member, rules), rules) == gone.member
    later = rules.decide(gone.member, tick("old", "2026-05-02T00:00:00Z"))
    assert (later.effects, later.member.purses) == ((), ())
    given = rules.decide(stays.member, tick("new", "2026-05-02T00:00:00Z")).effects
    assert sum(one.granted for one in given if isinstance(one, PointsAwarded)) == 2
    with pytest.raises(LoyaltyError) as caught:
        rules.decide(gone.member, order("old", "200", day=12))
    assert caught.value.code == "member.merged"
    again = join()._replace(id="j-2", into="third")
    third = rules.new_member("third")
    refused(rules, lambda: rules.merge(gone.member, third, again), "member.merged", gone.member)
    back = again._replace(member="third", into="old")
    refused(rules, lambda: rules.merge(third, gone.member, back), "member.merged", gone.member)


def test_an_event_that_the_other_one_knew_is_not_decided_anew() -> None:
    rules = club()
    _, new = merged(rules, order("old", "200", day=1, id="p-1"))
    with pytest.raises(LoyaltyError) as caught:
        rules.decide(new, order("new", "200", day=20, id="p-1"))
    assert caught.value.code == "event.conflict"


# ---------- told, and on the wire


def test_both_are_told_and_their_statements_add_up() -> None:
    rules = club()
    decisions = list(replay(rules, [order("old", "200", day=1), order("new", "100", day=2), join()]))
    gone, stays = decisions[-2:]
    assert gone.explain().startswith(
        "Member old is merged into member new (x-1) by desk: two cards, 2026-03-10 11:00\n"
    )
    assert "Points: 20 pts are with member new now." in gone.explain()
    assert "Points: 20 pts come from member old." in stays.explain()
    assert stays.explain("ru", "member").startswith("Points: 20 pts с другого вашего счёта.\n")
    for member, held in (("old", 0), ("new", 30)):
        statement = rules.statement(member, decisions)
        (purse,) = statement.account.purses
        assert purse.opening + sum(one.units for one in purse.lines if one.reason.moves) == purse.held == held
        assert "merged with member" in statement.explain()
        read_statement(write_statement(statement, rules))


def test_events_and_decisions_on_the_wire() -> None:
    rules = club()
    text = write_event(join(), rules)
    assert text == (
        '{"kind":"merge","id":"x-1","member":"old","at":"2026-03-10T11:00:00+00:00",'
        '"into":"new","reason":"two cards","actor":"desk"}'
    )
    assert read_event(text, rules) == join()
    gone, stays = rules.merge(state(rules, order("old", "200", day=1)), rules.new_member("new"), join())
    assert '"kind":"account_merged","points":"pts","units":"-20","other":"new"' in write_decision(gone)
    assert '"kind":"account_merged","points":"pts","units":"20","other":"old"' in write_decision(stays)
