"""Orders that points paid for come back: to which lots, how much in money, in words, on the wire, between editions."""

from __future__ import annotations

import json

import pytest

from loyalty_rules import InputError, MemberState, Programme, cancellation, line, load, purchase, returned, tick
from loyalty_rules.adapters.wire import read_decision, read_member, write_decision, write_member
from loyalty_rules.decision import DebtPaid, PointsExpired, PointsGivenBack
from loyalty_rules.events import Event, Purchase
from loyalty_rules.member import NEVER, Lot, Purse

HEAD = """loyalty rules 1

programme "Club"
  currency RUB
  time zone Europe/Moscow
  basis money paid
  prices include tax
  returns replay within 12 months
  returns keep prices
  refund {refund}
  late events refused
end
"""

RULES = (
    HEAD
    + """
purse bonus "Bonus points"
  rules add up
  round down per order
  usable at once
  expire after 6 months without activity
  expire after 12 months
  activity orders
  take oldest first
  after a return may go negative
end

products Tobacco
  where category is "tobacco"
end

earn base "Base points"
  on any product
  give 1 bonus per 10 RUB
end

redeem pay "Pay with points"
  uses bonus
  pays 1 RUB per 1 bonus
  on any product
  except Tobacco
  too much is lowered
end
"""
)


def rules_of(refund: str = "tenders in proportion") -> Programme:
    return load(RULES.format(refund=refund))


def at(date: str) -> str:
    return f"{date}T10:00:00+03:00"


def order(id: str, date: str, *prices: str, asked: int | None = None) -> Purchase:
    lines = [line(str(n), price=price, quantity=2) for n, price in enumerate(prices, 1)]
    return purchase(id, "m", at(date), lines, currency="RUB", redeem={"pay": asked} if asked else None)


def after(rules: Programme, *events: Event) -> MemberState:
    member = rules.new_member("m")
    for event in events:
        member = rules.decide(member, event).member
    return member


def lots_of(member: MemberState) -> list[tuple[int, int]]:
    return [(lot.number, lot.left) for purse in member.purses for lot in purse.lots]


def test_what_comes_back_goes_to_the_lots_it_was_taken_from_the_last_of_them_first() -> None:
    """100 of the first order and 60 of the second paid 160 of 400. Half of it comes back: 60 of the second, 20 of the
    first; the 24 points of 240 RUB in money become 12."""
    rules = rules_of()
    member = after(
        rules,
        order("o-1", "2026-03-01", "500"),
        order("o-2", "2026-03-02", "300"),
        order("o-3", "2026-03-03", "200", asked=160),
    )
    assert lots_of(member) == [(3, 24)]
    back = rules.decide(member, returned("r", "m", at("2026-03-04"), "o-3", {"1": 1}))
    effect = next(one for one in back.effects if isinstance(one, PointsGivenBack))
    assert (effect.units, effect.value, back.refund) == (80, 8_000, 12_000)
    assert [(debit.number, debit.units) for debit in effect.debits] == [(1, 20), (2, 60)]
    assert lots_of(back.member) == [(1, 20), (2, 60), (3, 12)]
    again = rules.decide(back.member, cancellation("c", "m", at("2026-03-05"), "o-3"))
    assert (again.refund, lots_of(again.member)) == (12_000, [(1, 100), (2, 60)])


@pytest.mark.parametrize(
    ("refund", "first", "second"),
    [
        ("tenders in proportion", (75, 22_500), (75, 22_500)),
        ("points first", (150, 15_000), (0, 30_000)),
        ("money first", (0, 30_000), (150, 15_000)),
    ],
)
def test_what_comes_back_first(refund: str, first: tuple[int, int], second: tuple[int, int]) -> None:
    """150 of 600 RUB are paid with points; 300 RUB come back twice."""
    rules = rules_of(refund)
    member = after(rules, order("o-1", "2026-03-01", "750"), order("o-2", "2026-03-02", "300", asked=150))
    for number, (units, money) in enumerate((first, second)):
        decision = rules.decide(member, returned(f"r-{number}", "m", at("2026-03-03"), "o-2", {"1": 1}))
        back = sum(one.units for one in decision.effects if isinstance(one, PointsGivenBack))
        assert (back, decision.refund) == (units, money)
        member = decision.member
    assert rules.balance(member, "bonus").usable == 150


def test_activity_since_has_moved_the_end_of_what_comes_back() -> None:
    """The 100 points of 1 March would go on 2 September; an order of 1 August keeps them until 2 February. A lot that
    was used up is made again with that end, and its latest one."""
    rules = rules_of()
    member = after(
        rules,
        order("o-1", "2026-03-01", "500"),
        order("o-2", "2026-03-02", "50", asked=100),
        order("o-3", "2026-08-01", "5"),
        cancellation("c", "m", at("2026-09-15"), "o-2"),
    )
    (lot, _) = member.purses[0].lots
    assert (lot.number, lot.left, lot.idle) == (1, 100, ((0, 6),))
    assert rules.balance(rules.decide(member, tick("m", at("2027-02-01"))).member, "bonus").usable == 101
    gone = rules.decide(member, tick("m", at("2027-02-02")))
    assert rules.balance(gone.member, "bonus").usable == 0


def test_what_is_past_its_end_expires_in_the_same_decision() -> None:
    rules = rules_of()
    member = after(
        rules,
        order("o-1", "2026-03-01", "500"),
        order("o-2", "2026-09-01", "50", asked=100),
        order("o-3", "2027-02-01", "5"),
        cancellation("c", "m", at("2027-03-02"), "o-2"),
    )
    assert lots_of(member) == [(3, 1)]
    before = after(
        rules,
        order("o-1", "2026-03-01", "500"),
        order("o-2", "2026-09-01", "50", asked=100),
        order("o-3", "2027-02-01", "5"),
    )
    decision = rules.decide(before, cancellation("c", "m", at("2027-03-02"), "o-2"))
    kinds = [type(one) for one in decision.effects]
    assert PointsGivenBack in kinds
    (expired,) = [one for one in decision.effects if isinstance(one, PointsExpired)]
    assert (expired.units, expired.parts) == (100, (("base", 100),))
    assert "100 bonus expired" in decision.explain("en")


def test_the_member_is_told_what_of_it_can_be_used_again() -> None:
    rules = rules_of()
    before = after(
        rules,
        order("o-1", "2026-03-01", "500"),
        order("o-2", "2026-08-15", "25"),
        order("o-3", "2026-09-01", "60", asked=105),
        order("o-4", "2027-02-01", "5"),
    )
    decision = rules.decide(before, cancellation("c", "m", at("2027-03-02"), "o-3"))
    assert decision.explain("en", audience="member").splitlines()[:3] == [
        "To be refunded: 15.00 RUB.",
        "Pay with points: 5 bonus are yours again.",
        "Pay with points: 100 bonus came back and expired at once: their end was past.",
    ]
    assert decision.explain("ru", audience="member").splitlines()[1:3] == [
        "Pay with points: 5 bonus снова ваши.",
        "Pay with points: вернулось и сразу сгорело 100 bonus: срок уже прошёл.",
    ]


def test_a_debt_is_paid_with_what_comes_back() -> None:
    """The order that gave 100 points comes back after they were spent: a debt of 100. The order they paid comes back:
    the debt is paid with them."""
    rules = rules_of()
    member = after(
        rules,
        order("o-1", "2026-03-01", "500"),
        order("o-2", "2026-03-02", "50", asked=100),
        cancellation("c-1", "m", at("2026-03-03"), "o-1"),
    )
    assert rules.balance(member, "bonus").usable == -100
    decision = rules.decide(member, cancellation("c-2", "m", at("2026-03-04"), "o-2"))
    assert [one.units for one in decision.effects if isinstance(one, DebtPaid)] == [100]
    assert rules.balance(decision.member, "bonus").usable == 0


def test_points_that_came_of_an_order_pay_back_before_anything_is_owed() -> None:
    """Of the 95 points of an order that 50 others paid for, all are spent. It comes back: 50 come back first, 45 are
    owed."""
    rules = rules_of()
    member = after(
        rules,
        order("o-1", "2026-03-01", "250"),
        order("o-2", "2026-03-02", "500", asked=50),
        order("o-3", "2026-03-03", "47.5", asked=95),
    )
    decision = rules.decide(member, cancellation("c", "m", at("2026-03-04"), "o-2"))
    assert rules.balance(decision.member, "bonus").usable == -45


def test_units_of_several_rules_come_back_by_largest_remainder() -> None:
    """A lot of 5 and 6 units of two rules; 4 are spent (2 and 2), and half of it comes back: one of each."""
    rules = rules_of()
    member = rules.new_member("m")
    start = 1_772_000_000_000_000
    lot = Lot(1, start, start, NEVER, 11, (("a", 5), ("base", 6)))
    member = member._replace(purses=(Purse("bonus", (lot,)),), clock=start, decisions=1)
    paid = rules.decide(member, order("o-1", "2026-03-02", "2", asked=4)).member
    assert [one.parts for one in paid.purses[0].lots] == [(("a", 3), ("base", 4))]
    back = rules.decide(paid, returned("r", "m", at("2026-03-03"), "o-1", {"1": 1})).member
    assert [one.parts for one in back.purses[0].lots] == [(("a", 4), ("base", 5))]


def test_staff_member_and_wire_tell_it() -> None:
    rules = rules_of()
    member = after(rules, order("o-1", "2026-03-01", "750"), order("o-2", "2026-03-02", "300", asked=150))
    assert read_member(write_member(member, rules), rules) == member
    decision = rules.decide(member, returned("r", "m", at("2026-03-03"), "o-2", {"1": 1}))
    assert "Pay with points (pay): 75 bonus come back; they had paid 75.00 RUB.\n" in decision.explain("en")
    assert "In money: 225.00 RUB." in decision.explain("en")
    assert "Pay with points (pay): возвращается 75 bonus, ими было оплачено 75.00 RUB." in decision.explain("ru")
    told = decision.explain("en", audience="member")
    assert "To be refunded: 225.00 RUB.\nPay with points: 75 bonus are yours again.\n" in told
    assert "К возврату: 225.00 RUB.\nPay with points: 75 bonus снова ваши." in decision.explain("ru", audience="member")
    written = write_decision(decision)
    found = json.loads(written)
    assert read_decision(written) == found
    assert found["refund"] == "225.00"
    effect = next(one for one in found["effects"] if one["kind"] == "points_given_back")
    assert (effect["units"], effect["value"], effect["debits"][0]["parts"]) == ("75", "75.00", {"base": "75"})
    statement = rules.statement("m", [decision])
    assert "+75" in statement.explain("en")


def test_a_return_without_points_refunds_all_of_it() -> None:
    rules = rules_of()
    member = after(rules, order("o-1", "2026-03-01", "50"))
    decision = rules.decide(member, cancellation("c", "m", at("2026-03-02"), "o-1"))
    assert (decision.refund, rules.decide(member, tick("m", at("2026-03-02"))).refund) == (10_000, None)
    assert "In money" not in decision.explain("en")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("places", [1]),
        ("places", [0, 0]),
        ("lines", ["15000", "0"]),
        ("lines", ["14999"]),
        ("units", "149"),
        ("value", "0"),
        ("lines", ["60001"]),
    ],
)
def test_a_document_whose_payment_does_not_add_up_is_refused(field: str, value: object) -> None:
    rules = rules_of()
    member = after(rules, order("o-1", "2026-03-01", "750"), order("o-2", "2026-03-02", "300", asked=150))
    data = json.loads(write_member(member, rules))
    payment = data["records"][1]["payments"][0]
    payment[field] = value
    if value == ["60001"]:  # adds up, and is more than the 600 RUB of the line
        payment["value"] = "60001"
    with pytest.raises(InputError) as error:
        read_member(json.dumps(data), rules)
    assert error.value.code == "member.inconsistent"
    assert error.value.where.startswith("records[1].payments[0]")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("payment", 1),
        ("units", "0"),
        ("parts", [["base", "1"]]),
        ("idle", [[1, 1]]),
        ("usable", "2026-02-28T00:00:00+03:00"),
        ("latest", "2026-03-02T00:00:00+03:00"),
        ("idle", []),
    ],
)
def test_a_document_whose_debits_do_not_add_up_is_refused(field: str, value: object) -> None:
    rules = rules_of()
    member = after(rules, order("o-1", "2026-03-01", "750"), order("o-2", "2026-03-02", "300", asked=150))
    data = json.loads(write_member(member, rules))
    data["records"][1]["debits"][0][field] = value
    with pytest.raises(InputError) as error:
        read_member(json.dumps(data), rules)
    assert error.value.code == "member.inconsistent"


def test_two_payments_pay_no_more_than_there_is_to_pay_on_a_line() -> None:
    rules = rules_of()
    member = after(rules, order("o-1", "2026-03-01", "750"), order("o-2", "2026-03-02", "300", asked=150))
    data = json.loads(write_member(member, rules))
    record = data["records"][1]
    record["payments"] = [{**record["payments"][0], "lines": [paid], "value": paid} for paid in ("45000", "15001")]
    record["debits"] = [{**record["debits"][0], "payment": place} for place in (0, 1)]
    with pytest.raises(InputError) as error:
        read_member(json.dumps(data), rules)
    assert (error.value.code, error.value.where) == ("member.inconsistent", "records[1].payments[1].lines")


def test_a_recorded_award_names_a_place_of_rounding() -> None:
    rules = rules_of()
    data = json.loads(write_member(after(rules, order("o-1", "2026-03-01", "750")), rules))
    data["records"][0]["awards"][0]["place"] = "S_NOWHERE"
    with pytest.raises(InputError) as error:
        read_member(json.dumps(data), rules)
    assert (error.value.code, error.value.where) == ("member.inconsistent", "records[0].awards[0].place")


def test_a_rule_that_has_another_name_today_gave_what_comes_back() -> None:
    """The edition of April calls `base` by another name: what comes back to its lot is of that."""
    old = RULES.format(refund="tenders in proportion")
    new = old.replace('earn base "Base points"', 'earn basic "Base points"\n  was base')
    rules = load(new, earlier=[(old, "2026-04-01T00:00:00+03:00")])
    member = after(
        rules,
        order("o-1", "2026-03-01", "500"),
        order("o-2", "2026-03-02", "25", asked=50),
        order("o-3", "2026-04-02", "100"),
        cancellation("c", "m", at("2026-04-03"), "o-2"),
    )
    assert [(one.number, one.parts) for one in member.purses[0].lots] == [(1, (("basic", 100),)), (3, (("basic", 20),))]
