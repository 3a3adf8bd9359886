"""Transfers: lots go from one member to another as they are, and both members are settled or neither is."""

from __future__ import annotations

from typing import Final

import pytest

from loyalty_rules import DecisionError, InputError, MemberState, Programme, load, release, replay, reservation
from loyalty_rules.adapters.wire import (
    read_event,
    read_member,
    read_statement,
    write_decision,
    write_event,
    write_member,
    write_statement,
)
from loyalty_rules.calendar import format_date
from loyalty_rules.decision import LevelChanged, PointsExpired, PointsReceived, PointsTransferred
from loyalty_rules.events import Event, Transfer, cancellation, tick, transfer
from loyalty_rules.member import NEVER
from loyalty_rules.records import Debit
from tests.engine.histories import balances, day_of_march, gift, order, refused, state

CLUB: Final = """loyalty rules 1
programme "Club"
  currency RUB
  time zone UTC
  week starts monday
  basis money paid
  prices include tax
  {returns}
  late events refused
end
purse pts "Points"
  rules add up
  round down per order
  {life}
  take oldest first
  transfer at most 50 pts in calendar month
end
purse miles
  round down per order
  usable at once
  expire never
  {back}
end
earn base
  on any product
  give 1 pts per 10 RUB
end
earn more
  on any product
  give 1 pts per 20 RUB
end
"""
MARCH: Final = "2026-03-10T11:00:00Z"
LIFE: Final = "usable at once\n  expire after 30 days"


def club(*, life: str = LIFE, returns: str = "returns refused", more: str = "") -> Programme:
    back = "" if returns == "returns refused" else "after a return take only what is left"
    return load(CLUB.format(life=life, returns=returns, back=back) + more)


def buyer(rules: Programme, member: str, *prices: str, day: int = 1) -> MemberState:
    """A member after orders on the days from `day` on: 15 points for 100 RUB."""
    return state(rules, *(order(member, price, day=day + number) for number, price in enumerate(prices)))


def give(amount: str = "20", *, id: str = "t-1", at: str = MARCH) -> Transfer:
    return transfer(id, "anna", at, "pts", amount, to="boris")


# ---------- what goes


def test_lots_go_with_their_rules_and_their_ends() -> None:
    """15 of the 1st (10 and 5) and 5 of the 15 of the 2nd (3 and 2 of 10 and 5, by largest remainder)."""
    rules = club()
    anna, boris = buyer(rules, "anna", "100", "100"), buyer(rules, "boris", "10", day=3)
    given, taken = rules.transfer(anna, boris, give())
    assert balances(rules, given.member, taken.member) == [10, 21]
    first, second = anna.purses[0].lots
    (sent,) = given.effects
    assert isinstance(sent, PointsTransferred)
    assert (sent.units, sent.to) == (20, "boris")
    assert sent.debits == (
        Debit(1, first.earned, first.usable, first.expires, 15, (("base", 10), ("more", 5)), (), NEVER),
        Debit(2, second.earned, second.usable, second.expires, 5, (("base", 3), ("more", 2)), (), NEVER),
    )
    (got,) = taken.effects
    assert isinstance(got, PointsReceived)
    assert (got.units, got.giver) == (20, "anna")
    assert [debit[1:] for debit in got.debits] == [debit[1:] for debit in sent.debits]
    lots = taken.member.purses[0].lots
    assert [(lot.number, lot.left, lot.expires) for lot in lots] == [
        (2, 15, first.expires),
        (2, 5, second.expires),
        (1, 1, boris.purses[0].lots[0].expires),
    ]
    assert rules.decide(taken.member, tick("boris", "2026-04-01T00:00:00Z")).effects == (
        PointsExpired("pts", 15, first.expires, (("base", 10), ("more", 5))),
    )


def test_nothing_is_lost_or_made() -> None:
    rules = club()
    anna, boris = buyer(rules, "anna", "100", "100", "30"), buyer(rules, "boris", "70")
    before = sum(balances(rules, anna, boris))
    for number, amount in enumerate(("1", "7", "15", "3")):
        given, taken = rules.transfer(anna, boris, give(amount, id=f"t-{number}"))
        anna, boris = given.member, taken.member
        assert sum(balances(rules, anna, boris)) == before
        for member in (anna, boris):
            assert read_member(write_member(member, rules), rules) == member
            assert all(lot.left == sum(units for _, units in lot.parts) for lot in member.purses[0].lots)


def test_what_waits_or_has_expired_does_not_go() -> None:
    rules = club(life="usable after 5 days\n  expire after 30 days")
    anna = buyer(rules, "anna", "100", day=7)
    boris = rules.new_member("boris")
    refused(rules, lambda: rules.transfer(anna, boris, give("1")), "transfer.short", anna, boris)
    given, _ = rules.transfer(anna, rules.new_member("boris"), give("1", at="2026-03-12T00:00:00Z"))
    assert balances(rules, given.member) == [14]
    late = give("1", at="2026-04-07T00:00:00Z")
    refused(rules, lambda: rules.transfer(anna, boris, late), "transfer.short", anna, boris)


ALIVE: Final = "usable at once\n  expire after 30 days without activity\n  activity orders"
PAY: Final = "redeem pay\n  uses pts\n  pays 1 RUB per 1 pts\n  on any product\n  too much is lowered\nend\n"


@pytest.mark.parametrize(("orders", "ends"), [((), "31"), ((23,), "22")])
def test_what_came_and_was_set_aside_is_moved_by_activity_since_alone(orders: tuple[int, ...], ends: str) -> None:
    """15 points of 1 March, through the 31st; they come on the 21st to a member who ordered on the 20th. Set aside on
    the 22nd and given back on the 24th they end as they did; where there was an order in between, on 22 April."""
    rules = club(life=ALIVE, more=PAY)
    anna, boris = buyer(rules, "anna", "100"), buyer(rules, "boris", "10", day=20)
    boris = rules.transfer(anna, boris, give("15", at=day_of_march(21)))[1].member
    boris = rules.decide(boris, reservation("r-1", "boris", day_of_march(22), "pay")).member
    for day in orders:
        boris = rules.decide(boris, order("boris", "5", day=day)).member
    boris = rules.decide(boris, release("e-1", "boris", day_of_march(24), "r-1")).member
    month = "04" if orders else "03"
    came = next(lot for lot in boris.purses[0].lots if lot.left >= 15)
    assert format_date(rules.plan.timeline.day(came.expires - 1)) == f"2026-{month}-{ends}"


def test_what_came_and_paid_is_moved_by_its_order_and_those_after_it() -> None:
    """Through the 31st; the order that they paid is activity of the 22nd, so they come back through 21 April."""
    returns = "returns replay within 60 days\n  returns keep prices\n  refund points first"
    rules = club(life=ALIVE + "\n  after a return take only what is left", returns=returns, more=PAY)
    anna, boris = buyer(rules, "anna", "100"), buyer(rules, "boris", "10", day=20)
    boris = rules.transfer(anna, boris, give("15", at=day_of_march(21)))[1].member
    boris = rules.decide(boris, order("boris", "40", day=22, points=15)).member
    boris = rules.decide(boris, cancellation("c-1", "boris", day_of_march(24), "boris-22")).member
    came = next(lot for lot in boris.purses[0].lots if lot.left >= 15)
    assert format_date(rules.plan.timeline.day(came.expires - 1)) == "2026-04-21"


def test_what_goes_lowers_no_counter_and_is_earned_by_nobody_but_balances_are_looked_at() -> None:
    ladder = """
tiers status
  level silver when earned pts in calendar year at least 15 pts
  upgrade from next order
  review every order
  downgrade to earned level
end
tiers holder
  level rich when balance of pts at least 15 pts
  upgrade from next order
  review every order
  downgrade to earned level
end
"""
    rules = club(more=ladder)
    given, taken = rules.transfer(buyer(rules, "anna", "100"), rules.new_member("boris"), give("15"))
    assert rules.level(given.member, "status") == "silver"
    assert rules.level(taken.member, "status") == ""
    assert (rules.level(given.member, "holder"), rules.level(taken.member, "holder")) == ("", "rich")
    assert [one.after for one in taken.effects if isinstance(one, LevelChanged)] == ["rich"]


# ---------- what is refused, with nothing half done


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (give("31"), "transfer.short"),
        (give("0"), "transfer.amount"),
        (give("-5"), "transfer.amount"),
        (give("1.5"), "amount.decimals"),
        (give("5", at="2026-03-01T11:00:00Z"), "event.late"),
        (transfer("t-1", "anna", MARCH, "miles", "5", to="boris"), "transfer.purse"),
        (transfer("t-1", "anna", MARCH, "stars", "5", to="boris"), "purse.unknown"),
        (transfer("t-1", "anna", MARCH, "pts", "5", to="carl"), "event.member"),
        (transfer("t-1", "carl", MARCH, "pts", "5", to="boris"), "event.member"),
    ],
)
def test_a_transfer_that_cannot_be_is_refused(event: Transfer, code: str) -> None:
    rules = club()
    anna, boris = buyer(rules, "anna", "100", "100"), rules.new_member("boris")
    refused(rules, lambda: rules.transfer(anna, boris, event), code, anna, boris)


def test_a_transfer_to_oneself_is_refused() -> None:
    rules = club()
    anna = buyer(rules, "anna", "100")
    own = transfer("t-1", "anna", MARCH, "pts", "5", to="anna")
    refused(rules, lambda: rules.transfer(anna, anna, own), "transfer.self", anna)


def test_a_window_bounds_what_goes_and_the_next_one_is_free() -> None:
    rules = club()
    anna = buyer(rules, "anna", "400", "100")
    given, taken = rules.transfer(anna, rules.new_member("boris"), give("45"))
    more = give("6", id="t-2")
    refused(rules, lambda: rules.transfer(given.member, taken.member, more), "transfer.limit", given.member)
    given, taken = rules.transfer(given.member, taken.member, give("5", id="t-2"))
    assert rules.balance(given.member, "pts").usable == 25
    anna = rules.decide(given.member, order("anna", "100", day=31)).member
    given, _ = rules.transfer(anna, taken.member, give("15", id="t-3", at="2026-04-01T00:00:00Z"))
    assert balances(rules, given.member) == [15]


def test_a_purse_that_cannot_hold_it_takes_nothing() -> None:
    rules = load(club().source.text.replace("take oldest first", "take oldest first\n  hold at most 40 pts"))
    anna, boris = buyer(rules, "anna", "200"), buyer(rules, "boris", "100")
    refused(rules, lambda: rules.transfer(anna, boris, give("26")), "transfer.full", anna, boris)
    assert balances(rules, *(one.member for one in rules.transfer(anna, boris, give("25")))) == [5, 40]


def test_a_transfer_is_decided_for_two_members_or_not_at_all() -> None:
    rules = club()
    anna = buyer(rules, "anna", "100")
    with pytest.raises(InputError) as caught:
        rules.decide(anna, give())
    assert caught.value.code == "call.two_members"
    with pytest.raises(InputError) as caught:
        rules.transfer(anna, anna, order("anna", "5", day=9))  # type: ignore[arg-type]  # what is no transfer is refused, not read
    assert caught.value.code == "call.type"


def test_told_again_it_changes_nothing_and_with_another_content_it_is_refused() -> None:
    rules = club()
    given, taken = rules.transfer(buyer(rules, "anna", "100", "100"), rules.new_member("boris"), give())
    again = rules.transfer(given.member, taken.member, give())
    assert [(one.outcome, one.effects) for one in again] == [("repeated", ()), ("repeated", ())]
    assert [one.member for one in again] == [given.member, taken.member]
    with pytest.raises(DecisionError) as caught:
        rules.transfer(given.member, taken.member, give("21"))
    assert caught.value.code == "event.conflict"


def test_a_transfer_that_only_one_of_them_knows_is_refused() -> None:
    """A host that kept one member and lost the other is told, whichever it was."""
    rules = club()
    anna, boris = buyer(rules, "anna", "100", "100"), rules.new_member("boris")
    given, taken = rules.transfer(anna, boris, give())
    refused(rules, lambda: rules.transfer(given.member, boris, give()), "transfer.half", given.member, boris)
    refused(rules, lambda: rules.transfer(anna, taken.member, give()), "transfer.half", anna, taken.member)


# ---------- what goes on afterwards


@pytest.mark.parametrize(("policy", "owed"), [("take only what is left", 0), ("may go negative", -15)])
def test_goods_come_back_whose_points_were_given_away(policy: str, owed: int) -> None:
    life = f"{LIFE}\n  after a return {policy}"
    rules = club(life=life, returns="returns replay within 60 days\n  returns keep prices")
    given, taken = rules.transfer(buyer(rules, "anna", "100"), rules.new_member("boris"), give("15"))
    back = rules.decide(given.member, cancellation("c-1", "anna", MARCH, "anna-1"))
    assert balances(rules, back.member, taken.member) == [owed, 15]


def test_what_comes_pays_a_debt_first() -> None:
    life = f"{LIFE}\n  after a return may go negative"
    rules = club(life=life, returns="returns replay within 60 days\n  returns keep prices")
    boris = buyer(rules, "boris", "100")
    spent = gift("-15", member="boris", reason="spent")
    boris = rules.decide(boris, spent).member
    boris = rules.decide(boris, cancellation("c-1", "boris", "2026-03-03T11:00:00Z", "boris-1")).member
    assert balances(rules, boris) == [-15]
    _, taken = rules.transfer(buyer(rules, "anna", "200"), boris, give("20"))
    assert balances(rules, taken.member) == [5]


# ---------- told, and on the wire


def test_both_are_told_in_both_languages() -> None:
    rules = club()
    given, taken = rules.transfer(buyer(rules, "anna", "100", "100"), rules.new_member("boris"), give())
    assert given.explain() == (
        "Member anna gives to member boris (t-1), 2026-03-10 11:00\n\n"
        "Points: 20 pts go to member boris:\n"
        "  15 pts earned on 2026-03-01. Usable at once, valid through 2026-03-31.\n"
        "  5 pts earned on 2026-03-02. Usable at once, valid through 2026-04-01.\n\n"
        "miles: 0 miles to use.\nPoints: 10 pts to use.\n"
    )
    assert given.explain("ru", "member") == "Points: 20 pts передано другому участнику.\n"
    assert taken.explain(audience="member") == "Points: 20 pts received from another member.\n"
    assert "Points: 20 pts приходит от участника anna:" in taken.explain("ru")
    assert (given.trace, taken.trace) == ((), ())


def test_statements_of_both_add_up() -> None:
    rules = club()
    history: list[Event] = [order("anna", "100", day=1), order("boris", "20", day=2), give("10")]
    decisions = list(replay(rules, history))
    assert [one.member.member for one in decisions] == ["anna", "boris", "anna", "boris"]
    for member, told, held in (("anna", "given to member boris", 5), ("boris", "received from member anna", 13)):
        statement = rules.statement(member, decisions)
        (_, purse) = statement.account.purses
        assert purse.opening + sum(one.units for one in purse.lines if one.reason.moves) == purse.held == held
        assert f"{told}, transfer t-1" in statement.explain()
        read_statement(write_statement(statement, rules))


def test_events_and_decisions_on_the_wire() -> None:
    rules = club()
    event = give("20")
    text = write_event(event, rules)
    assert text == (
        '{"kind":"transfer","id":"t-1","member":"anna","at":"2026-03-10T11:00:00+00:00",'
        '"points":"pts","amount":"20","to":"boris"}'
    )
    assert read_event(text, rules) == event
    given, taken = rules.transfer(buyer(rules, "anna", "100", "100"), rules.new_member("boris"), event)
    assert '"kind":"points_transferred","points":"pts","units":"20","to":"boris"' in write_decision(given)
    assert '"kind":"points_received","points":"pts","units":"20","giver":"anna"' in write_decision(taken)
