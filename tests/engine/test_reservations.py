"""Redemption in two steps through the facade: lots, ends, ceilings, refusals, words, the wire, statements, editions."""

from __future__ import annotations

import json

import pytest

from loyalty_rules import (
    DecisionError,
    InputError,
    MemberState,
    Programme,
    capture,
    enrolment,
    line,
    load,
    purchase,
    release,
    reservation,
    tick,
)
from loyalty_rules.adapters.wire import (
    read_decision,
    read_event,
    read_member,
    write_decision,
    write_event,
    write_member,
    write_statement,
)
from loyalty_rules.decision import PointsCaptured, PointsExpired, PointsReserved, ReservationReleased
from loyalty_rules.events import Event

RULES = """loyalty rules 1

programme "Club"
  currency RUB
  time zone Europe/Moscow
  basis money paid
  prices include tax
  returns refused
  late events refused
end

purse bonus "Bonus points"
  rules add up
  hold at most 130 bonus
  round down per order
  usable at once
  expire after 1 month
  take oldest first
end

purse miles "Miles"
  round down per order
  usable at once
  expire never
end

earn welcome "Welcome"
  after joining
  give 60 bonus
end

earn base "Base points"
  on any product
  give 1 bonus per 10 RUB
end

redeem pay "Pay with points"
  uses bonus
  pays 1 RUB per 3 bonus
  cap 90 bonus per member in last 30 days
  limit 2 per member in calendar month
  pay at most 25 RUB
  on any product
  too much is lowered
end

redeem order_only
  uses bonus
  pays 1 RUB per 1 bonus
  when money paid at least 1 RUB
  on any product
  too much is refused
end

redeem plain
  uses bonus
  pays 10 RUB per full 20 bonus
  on any product
  too much is refused
end

conversion month_end "Miles"
  at end of calendar month
  uses 10 bonus
  give 1 miles
end
"""


@pytest.fixture(scope="module")
def rules() -> Programme:
    return load(RULES)


def at(day: int, month: int = 3, hour: int = 10) -> str:
    return f"2026-{month:02}-{day:02}T{hour:02}:00:00+03:00"


def after(rules: Programme, *events: Event) -> MemberState:
    member = rules.new_member("m")
    for event in events:
        member = rules.decide(member, event).member
        assert read_member(write_member(member, rules), rules) == member
        assert read_event(write_event(event, rules), rules) == event
    return member


def order(id: str, day: int, price: str) -> Event:
    return purchase(id, "m", at(day), [line("1", price=price)], currency="RUB")


@pytest.fixture(scope="module")
def member(rules: Programme) -> MemberState:
    """60 points of 1 March and 40 of 10 March, which go through 1 and 10 April."""
    return after(rules, enrolment("j", "m", at(1)), order("o-1", 10, "400"))


def lots_of(member: MemberState) -> list[tuple[int, int]]:
    return [(lot.number, lot.left) for purse in member.purses if purse.name == "bonus" for lot in purse.lots]


def test_what_is_set_aside_leaves_its_lots_and_comes_back_to_them(rules: Programme, member: MemberState) -> None:
    """75 points pay 25 RUB: 60 of the first lot, 15 of the second. 32 of them pay 10 RUB, the 43 others go back: 28 of
    the first, 15 of the second."""
    decision = rules.decide(member, reservation("r", "m", at(11), "pay"))
    (held,) = [one for one in decision.effects if isinstance(one, PointsReserved)]
    assert (held.asked, held.units, held.value, held.limited_by) == (None, 75, 2_500, "pay_at_most")
    assert [(debit.number, debit.units) for debit in held.debits] == [(1, 60), (2, 15)]
    assert lots_of(decision.member) == [(2, 25)]
    done = rules.decide(decision.member, capture("c", "m", at(12), "r", amount=32))
    (paid,) = [one for one in done.effects if isinstance(one, PointsCaptured)]
    (back,) = [one for one in done.effects if isinstance(one, ReservationReleased)]
    assert (paid.units, paid.value) == (32, 1_066)
    assert (back.units, back.lapsed, [(debit.number, debit.units) for debit in back.debits]) == (
        43,
        False,
        [(1, 28), (2, 15)],
    )
    assert lots_of(done.member) == [(1, 28), (2, 40)]
    for again in (capture("c-2", "m", at(12), "r"), release("x", "m", at(12), "r")):
        with pytest.raises(InputError) as error:
            rules.decide(done.member, again)
        assert error.value.code == "reservation.unknown"


def test_whole_steps_alone_pay_of_what_is_captured(rules: Programme, member: MemberState) -> None:
    """60 points are three steps of 20 for 10 RUB; 50 captured points pay two of them."""
    held = rules.decide(member, reservation("r", "m", at(11), "plain", amount=60)).member
    done = rules.decide(held, capture("c", "m", at(11), "r", amount=50))
    assert [one.value for one in done.effects if isinstance(one, PointsCaptured)] == [2_000]


def test_time_releases_before_conversions_and_before_lots_expire(rules: Programme, member: MemberState) -> None:
    """Until the end of 1 April 50 of the 60 points that go then are set aside. They go back and expire at that very
    instant; of the 10 others, and of those of 10 March, the end of March had made miles."""
    held = rules.decide(member, reservation("r", "m", at(11), "pay", amount=50, until=at(2, 4, 0))).member
    decision = rules.decide(held, tick("m", at(2, 4, 0)))
    (back,) = [one for one in decision.effects if isinstance(one, ReservationReleased)]
    assert (back.units, back.lapsed, back.at) == (50, True, decision.member.clock)
    assert [one.units for one in decision.effects if isinstance(one, PointsExpired)] == [50]
    assert rules.balance(decision.member, "miles").usable == 5
    ends_with_march = rules.decide(member, reservation("r", "m", at(11), "pay", amount=50, until=at(1, 4, 0))).member
    earlier = rules.decide(ends_with_march, tick("m", at(2, 4, 0)))
    assert rules.balance(earlier.member, "miles").usable == 10


def test_units_that_are_set_aside_do_not_expire_and_expire_when_they_go_back(
    rules: Programme, member: MemberState
) -> None:
    held = rules.decide(member, reservation("r", "m", at(11), "pay", amount=70)).member
    late = rules.decide(held, tick("m", at(20, 4))).member
    assert late.purses[0].reserved[0].units == 70
    back = rules.decide(late, release("x", "m", at(21, 4), "r"))
    assert [one.units for one in back.effects if isinstance(one, PointsExpired)] == [70]
    assert lots_of(back.member) == []
    paid = rules.decide(late, capture("c", "m", at(21, 4), "r"))
    assert [one.units for one in paid.effects if isinstance(one, PointsCaptured)] == [70]


def test_a_purse_holds_what_is_set_aside(rules: Programme, member: MemberState) -> None:
    """Of 130 at most 100 are held, 75 of them set aside: 30 more fit."""
    held = rules.decide(member, reservation("r", "m", at(11), "pay")).member
    full = rules.decide(held, order("o-2", 12, "500")).member
    assert rules.balance(full, "bonus").usable == 25 + 30


def test_ceilings_count_what_is_set_aside_and_in_the_end_what_paid(rules: Programme, member: MemberState) -> None:
    """75 of 90 points in 30 days. 30 of them pay: 60 more may. A rule that was used twice is used up; what was released
    was no use."""
    first = rules.decide(member, reservation("r-1", "m", at(11), "pay")).member
    more = rules.decide(first, reservation("r-2", "m", at(11), "pay")).effects[0]
    assert isinstance(more, PointsReserved)
    assert (more.units, more.limited_by) == (15, "cap")
    some = rules.decide(first, capture("c-1", "m", at(12), "r-1", amount=30)).member
    second = rules.decide(some, reservation("r-2", "m", at(12), "pay"))
    assert [one.units for one in second.effects if isinstance(one, PointsReserved)] == [60]
    with pytest.raises(DecisionError, match="limit"):
        rules.decide(second.member, reservation("r-3", "m", at(12), "pay"))
    released = rules.decide(second.member, release("x", "m", at(12), "r-2")).member
    third = rules.decide(released, reservation("r-3", "m", at(12), "pay", amount=6))
    assert [one.units for one in third.effects if isinstance(one, PointsReserved)] == [6]


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (reservation("r", "m", at(11), "none"), "redeem.unknown"),
        (reservation("r", "m", at(11), "base"), "redeem.unknown"),
        (reservation("r", "m", at(11), "order_only"), "redeem.refused"),
        (reservation("r", "m", at(11), "plain", amount=120), "redeem.refused"),
        (reservation("r", "m", at(11), "plain", amount=30), "redeem.refused"),
        (reservation("r", "m", at(11), "pay", until=at(11)), "reservation.until"),
        (reservation("r", "m", at(11), "pay", amount="0.5"), "amount.decimals"),
        (capture("c", "m", at(11), "r"), "reservation.unknown"),
    ],
)
def test_what_cannot_be_set_aside_is_refused(rules: Programme, member: MemberState, event: Event, code: str) -> None:
    with pytest.raises((InputError, DecisionError)) as error:
        rules.decide(member, event)
    assert error.value.code == code


def test_no_more_is_captured_than_is_set_aside(rules: Programme, member: MemberState) -> None:
    held = rules.decide(member, reservation("r", "m", at(11), "pay", amount=30)).member
    with pytest.raises(DecisionError) as error:
        rules.decide(held, capture("c", "m", at(12), "r", amount=31))
    assert error.value.code == "reservation.refused"
    with pytest.raises(InputError) as nothing:
        capture("c", "m", at(12), "r", amount=0)
    assert nothing.value.code == "choice.amount"


def test_staff_member_wire_and_statement_tell_it(rules: Programme, member: MemberState) -> None:
    first = rules.decide(member, reservation("r", "m", at(11), "pay", amount=80, until=at(12)))
    told = first.explain("en")
    assert "Points of member m are set aside for Pay with points (r), 2026-03-11 10:00" in told
    assert "Pay with points: 75 bonus are set aside for r until 2026-03-12 10:00" in told
    assert "No more: points pay no larger part." in told
    assert "Pay with points: 75 bonus are set aside.\n" in first.explain("en", audience="member")
    second = rules.decide(first.member, capture("c", "m", at(11, 3, 11), "r", amount=30))
    told = second.explain("en")
    assert "Pay with points: 30 bonus of r pay 10.00 RUB.\nPay with points: 45 bonus of r go back" in told
    assert "Pay with points: 30 bonus paid 10.00 RUB.\nPay with points: 45 bonus are yours again.\n" in second.explain(
        "en", audience="member"
    )
    lapsed = rules.decide(first.member, tick("m", at(13)))
    assert "r was over on 2026-03-12 10:00" in lapsed.explain("en")
    assert "75 bonus возвращаются в свои партии" in lapsed.explain("ru")
    for decision in (first, second, lapsed):
        written = write_decision(decision)
        assert read_decision(written) == json.loads(written)
    data = json.loads(write_decision(first))
    assert data["balances"]["bonus"] == {"usable": "25", "pending": "0", "reserved": "75"}
    effect = data["effects"][0]
    assert [debit["units"] for debit in effect.pop("debits")] == ["60", "15"]
    assert effect == {
        "kind": "points_reserved",
        "reservation": "r",
        "rule": "pay",
        "points": "bonus",
        "asked": "80",
        "units": "75",
        "value": "25.00",
        "limited_by": "pay_at_most",
        "until": "2026-03-12T10:00:00+03:00",
        "at": "2026-03-11T10:00:00+03:00",
    }
    statement = rules.statement("m", [first, second])
    text = statement.explain("en")
    assert "-75 bonus   25 bonus  set aside: Pay with points, reservation r\n" in text
    assert "25 bonus  paid 30 bonus of what was set aside: Pay with points, capture c\n" in text
    assert "+45 bonus   70 bonus  no longer set aside: Pay with points, capture c\n" in text
    assert json.loads(write_statement(statement, rules))["purses"]["bonus"]["held"] == "70"


def test_the_member_is_told_what_had_its_end_while_it_was_set_aside(rules: Programme, member: MemberState) -> None:
    """60 of the 75 end on 2 April, 15 on 11 April."""
    words = [
        "Pay with points: 15 bonus are yours again.",
        "Pay with points: 60 bonus came back and expired at once: their end was past.",
    ]
    held = rules.decide(member, reservation("r", "m", at(11), "pay", amount=80)).member
    released = rules.decide(held, release("l", "m", at(5, 4), "r"))
    assert [one for one in released.explain("en", audience="member").splitlines() if one.startswith("Pay")] == words
    held = rules.decide(member, reservation("r", "m", at(11), "pay", amount=80, until=at(5, 4))).member
    lapsed = rules.decide(held, tick("m", at(6, 4)))
    assert [one for one in lapsed.explain("en", audience="member").splitlines() if one.startswith("Pay")] == words


def test_a_reservation_outlives_new_names(rules: Programme) -> None:
    """From 20 March on `welcome`, `bonus` and `pay` have other names: what goes back is of the new ones."""
    renamed = RULES.replace("purse bonus ", "purse points ").replace(" bonus", " points")
    renamed = renamed.replace("  hold at most", "  was bonus\n  hold at most")
    renamed = renamed.replace('earn welcome "Welcome"', 'earn hello "Welcome"\n  was welcome')
    renamed = renamed.replace('redeem pay "Pay with points"', 'redeem paying "Pay with points"\n  was pay')
    later = load(renamed, earlier=[(RULES, at(20, 3, 0))])
    start = after(later, enrolment("j", "m", at(1)))
    held = later.decide(start, reservation("r", "m", at(11), "pay", amount=60)).member
    back = later.decide(held, release("x", "m", at(21), "r"))
    (purse,) = [one for one in back.member.purses if one.name == "points"]
    assert [(lot.left, lot.parts) for lot in purse.lots] == [(60, (("hello", 60),))]
    assert all(counter.buckets == () for counter in back.member.counters if "paying" in counter.key)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("reserved", "until"), at(1)),
        (("reserved", "size"), "0"),
        (("debits", "payment"), 1),
        (("debits", "units"), "1"),
        (("debits", "usable"), "2026-02-28T00:00:00+03:00"),
        (("debits", "latest"), "2026-05-01T00:00:00+03:00"),
    ],
)
def test_a_document_whose_reservations_make_no_sense_is_refused(
    rules: Programme, member: MemberState, place: tuple[str, str], value: object
) -> None:
    held = rules.decide(member, reservation("r", "m", at(11), "pay", amount=30)).member
    data = json.loads(write_member(held, rules))
    data["core"]["purses"]["bonus"][place[0]][0][place[1]] = value
    with pytest.raises(InputError) as error:
        read_member(json.dumps(data), rules)
    assert error.value.code == "member.inconsistent"


def test_a_member_has_so_many_reservations_at_most(rules: Programme, member: MemberState) -> None:
    held = rules.decide(member, reservation("r", "m", at(11), "plain", amount=20)).member
    (purse, *others) = held.purses
    many = tuple(purse.reserved[0]._replace(id=f"r-{n}") for n in range(500))
    full = held._replace(purses=(purse._replace(reserved=many), *others))
    with pytest.raises(DecisionError) as error:
        rules.decide(full, reservation("s", "m", at(12), "plain", amount=20))
    assert error.value.code == "reservation.refused"


def test_no_second_reservation_has_the_id_of_one_that_stands(rules: Programme, member: MemberState) -> None:
    """Also where the member no longer knows that the event was decided."""
    held = rules.decide(member, reservation("r", "m", at(11), "plain", amount=20)).member._replace(seen=())
    with pytest.raises(DecisionError) as error:
        rules.decide(held, reservation("r", "m", at(12), "plain", amount=20))
    assert error.value.code == "event.conflict"


def test_a_document_names_the_lots_of_what_is_set_aside_up_to_a_bound(rules: Programme, member: MemberState) -> None:
    held = rules.decide(member, reservation("r", "m", at(11), "plain", amount=20)).member
    (purse, *others) = held.purses
    many = purse.reserved[0]._replace(debits=purse.reserved[0].debits * 10_001)
    with pytest.raises(InputError) as error:
        write_member(held._replace(purses=(purse._replace(reserved=(many,)), *others)), rules)
    assert error.value.code == "limit.list"
