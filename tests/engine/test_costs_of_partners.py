"""Who bears what offers and rewards cost: money that is taken off or paid, rights that are handed over, and what comes
back of them."""

from __future__ import annotations

import json
from typing import Final

import pytest

from loyalty_rules import (
    Decision,
    InputError,
    MemberState,
    Programme,
    adjustment,
    cancellation,
    line,
    load,
    purchase,
    returned,
    tick,
)
from loyalty_rules.adapters.wire import read_decision, read_member, write_decision, write_member
from loyalty_rules.decision import CostShared
from loyalty_rules.events import Event
from loyalty_rules.explaining import explain

HEAD: Final = """loyalty rules 1

programme "Shop"
  currency RUB
  time zone UTC
  basis money paid
  prices include tax
  discounts round half up per line
  returns replay within 30 days
  returns keep prices
  refund tenders in proportion
  late events refused
end

partner a "A"
  merchant "a"
end

partner b "B"
  merchant "b"
end

purse pts "Points"
  round down per order
  usable at once
  expire never
  take oldest first
  after a return take only what is left
end

offer tenth "A tenth off"
  on any product
  discount 10%
  funded by a 60%
  rest funded by programme
end

reward card "Card"
  pays 5 RUB
  on any product
  no change given
  expire never
  after a return give back
  funded by a 50%
  funded by b 50%
end

reward change "Card with change"
  pays 3 RUB
  on any product
  expire never
  after a return give back
  funded by b
end

reward mug "Mug"
  costs 10 pts per started 2 items
  handed over by host
  expire never
  after a return give back
  funded by b
end

reward tea "A tea"
  on any product
  pick 1 item cheapest first
  discount 100%
  expire never
  after a return give back
  funded by b
end

group prices
  rule tea
  rule tenth
  one after another
end

group paying
  rule card
  rule change
  rule mug
  one after another
end
"""
AT: Final = "2026-03-02T12:00:00Z"


@pytest.fixture(scope="module")
def shop() -> Programme:
    return load(HEAD)


def holding(programme: Programme, **held: int) -> MemberState:
    member = programme.new_member("m")
    for purse, units in held.items():
        given = adjustment(f"a-{purse}", "m", "2026-03-01T00:00:00Z", purse, units, reason="test", actor="test")
        member = programme.decide(member, given).member
    return member


def order(*prices: str, use: tuple[str, ...] = ()) -> Event:
    asked = {rule: count or None for rule, _, count in (one.partition(":") for one in use)}
    lines = [line(str(at), price=price) for at, price in enumerate(prices, 1)]
    return purchase("o-1", "m", AT, lines, currency="RUB", redeem=asked)


def borne(decision: Decision) -> list[tuple[str, int, int, dict[str, int]]]:
    """Rule, money, rights, and who bears what of it."""
    found = (one for one in decision.effects if isinstance(one, CostShared))
    return [(one.rule, one.money, one.rights, dict(one.funding)) for one in found]


def back(lines: dict[str, str], id: str = "r-1", day: int = 3) -> Event:
    return returned(id, "m", f"2026-03-0{day}T12:00:00Z", "o-1", lines)


def test_what_an_offer_takes_off_is_borne_by_those_who_fund_it(shop: Programme) -> None:
    """10% of 0.35 RUB and 0.20 RUB are 0.04 (0.035) and 0.02: 60% of 6 are 3.6, so a bears 4."""
    decision = shop.decide(shop.new_member("m"), order("0.35", "0.20"))
    assert borne(decision) == [("tenth", 6, 0, {"a": 4})]


def test_what_an_order_that_is_told_late_costs_is_borne_like_any() -> None:
    programme = load(HEAD.replace("late events refused", "late events accepted for 30 days"))
    member = programme.decide(programme.new_member("m"), tick("m", "2026-03-10T00:00:00Z")).member
    assert borne(programme.decide(member, order("100"))) == [("tenth", 10_00, 0, {"a": 6_00})]


def test_goods_that_come_back_lessen_the_cost(shop: Programme) -> None:
    """Of 10.00 RUB off a bears 6.00; the line of 30 RUB comes back: of 7.00 that are left 4.20."""
    bought = shop.decide(shop.new_member("m"), order("70", "30"))
    assert borne(bought) == [("tenth", 1000, 0, {"a": 600})]
    came = shop.decide(bought.member, back({"2": "1"}))
    assert borne(came) == [("tenth", -300, 0, {"a": -180})]
    rest = shop.decide(came.member, cancellation("c", "m", "2026-03-04T12:00:00Z", "o-1"))
    assert borne(rest) == [("tenth", -700, 0, {"a": -420})]


@pytest.mark.parametrize("sequence", [("1", "2", "3"), ("3", "1", "2"), ("2", "3", "1")])
def test_whatever_comes_back_first_what_is_borne_is_of_what_stands(shop: Programme, sequence: tuple[str, ...]) -> None:
    """Off are 0.01, 0.02 and 0.03; 60% of 6, 5, 4, 3, 2, 1 are 3.6, 3, 2.4, 1.8, 1.2, 0.6."""
    shares = {0: 0, 1: 1, 2: 1, 3: 2, 4: 2, 5: 3, 6: 4}
    member = shop.decide(shop.new_member("m"), order("0.10", "0.20", "0.30")).member
    stands = 6
    for at, gone in enumerate(sequence):
        decision = shop.decide(member, back({gone: "1"}, f"r-{at}", 3 + at))
        (found,) = borne(decision)
        left = stands - int(gone)
        less = shares[left] - shares[stands]
        assert found == ("tenth", -int(gone), 0, {"a": less} if less else {})
        member, stands = decision.member, left
    assert stands == 0


def test_vouchers_are_borne_by_what_they_pay(shop: Programme) -> None:
    """A card pays 4.50 of 5 RUB less 10%: 2.25 each. The card with change has paid nothing then."""
    member = holding(shop, card=1, change=3)
    decision = shop.decide(member, order("5", use=("card",)))
    assert borne(decision) == [("card", 450, 0, {"a": 225, "b": 225}), ("tenth", 50, 0, {"a": 30})]
    both = shop.decide(member, order("10", use=("card", "change")))
    # 9 RUB to pay: 5 by the card, 3 of the 4 that are left by the one with change.
    assert borne(both)[:2] == [("card", 500, 0, {"a": 250, "b": 250}), ("change", 300, 0, {"b": 300})]
    gone = shop.decide(both.member, cancellation("c", "m", "2026-03-03T12:00:00Z", "o-1"))
    assert borne(gone) == [
        ("card", -500, 0, {"a": -250, "b": -250}),
        ("change", -300, 0, {"b": -300}),
        ("tenth", -100, 0, {"a": -60}),
    ]


def test_a_voucher_pays_less_where_goods_come_back(shop: Programme) -> None:
    """Two lines of 10 RUB cost 9 each; the change pays 3 of 18, and of 9 that are kept 1.50."""
    bought = shop.decide(holding(shop, change=3), order("10", "10", use=("change",)))
    came = shop.decide(bought.member, back({"1": "1"}))
    assert borne(came) == [("change", -150, 0, {"b": -150}), ("tenth", -100, 0, {"a": -60})]


def test_what_is_handed_over_is_told_in_rights(shop: Programme) -> None:
    """One mug is held, two more are bought for 10 points; all three come back with the order."""
    bought = shop.decide(holding(shop, mug=1, pts=50), order("10", use=("mug:3",)))
    assert borne(bought)[0] == ("mug", 0, 3, {"b": 3})
    assert read_member(write_member(bought.member, shop), shop) == bought.member
    gone = shop.decide(bought.member, cancellation("c", "m", "2026-03-03T12:00:00Z", "o-1"))
    assert borne(gone)[0] == ("mug", 0, -3, {"b": -3})


def test_a_reward_that_lowers_prices_costs_what_it_takes_off(shop: Programme) -> None:
    decision = shop.decide(holding(shop, tea=1), order("4", "20", use=("tea",)))
    assert borne(decision) == [("tea", 400, 0, {"b": 400}), ("tenth", 200, 0, {"a": 120})]


def test_without_a_partner_there_is_no_such_effect() -> None:
    shop = load(HEAD.replace("  funded by a 60%\n  rest funded by programme\n", ""))
    assert borne(shop.decide(shop.new_member("m"), order("70"))) == []


def test_it_goes_over_the_wire(shop: Programme) -> None:
    bought = shop.decide(holding(shop, mug=1), order("70", use=("mug",)))
    text = write_decision(bought)
    read_decision(text)
    told = [one for one in json.loads(text)["effects"] if one["kind"] == "cost_shared"]
    at = "2026-03-02T12:00:00+00:00"
    assert told == [
        {"kind": "cost_shared", "rule": "mug", "rights": 1, "at": at, "funding": {"b": "1"}},
        {"kind": "cost_shared", "rule": "tenth", "money": "7.00", "at": at, "funding": {"a": "4.20"}},
    ]


def test_a_record_with_rights_that_do_not_fit_is_refused(shop: Programme) -> None:
    bought = shop.decide(holding(shop, pts=50), order("10", use=("mug:2",)))
    data = json.loads(write_member(bought.member, shop))
    (payment,) = data["records"][0]["payments"]
    assert (payment["pieces"], payment["rights"]) == (1, 2)
    payment["rights"] = 1
    with pytest.raises(InputError, match="pieces"):
        read_member(json.dumps(data), shop)


def test_it_is_told_in_both_languages(shop: Programme) -> None:
    bought = shop.decide(holding(shop, card=1), order("100", use=("card",)))
    told = explain(bought, language="en")
    assert "Paid for by A (6.00 RUB); the programme (4.00 RUB)." in told
    assert "Paid for by A (2.50 RUB); B (2.50 RUB)." in told
    assert "\nA tenth off (`tenth`) costs 10.00 RUB.\n  Paid for by A (6.00 RUB); the programme (4.00 RUB).\n" in told
    assert "\nA tenth off (`tenth`) стоит 10.00 RUB.\n  Оплачивают: A (6.00 RUB)" in explain(bought, language="ru")
    assert "Оплачивают: A (6.00 RUB); программа (4.00 RUB)." in explain(bought, language="ru")
    gone = shop.decide(bought.member, cancellation("c", "m", "2026-03-03T12:00:00Z", "o-1"))
    told = explain(gone, language="en")
    assert (
        "A tenth off (`tenth`) costs 10.00 RUB less.\n  No longer paid for by A (6.00 RUB); the programme (4.00 RUB)."
        in told
    )
    assert "A tenth off (`tenth`) стоит на 10.00 RUB меньше." in explain(gone, language="ru")


def test_names_of_the_edition_that_decided_are_told_as_those_of_today() -> None:
    renamed = HEAD.replace('offer tenth "A tenth off"\n', 'offer ten "A tenth off"\n  was tenth\n')
    renamed = renamed.replace("  rule tenth\n", "  rule ten\n")
    before = load(HEAD)
    bought = before.decide(before.new_member("m"), order("70", "30"))
    now = load(renamed, earlier=[(HEAD, "2026-03-03T00:00:00Z")])
    came = now.decide(bought.member, back({"2": "1"}))
    assert borne(came) == [("ten", -300, 0, {"a": -180})]
