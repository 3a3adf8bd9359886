"""Rewards that lower prices: which rights are used, which are not and why, and what comes back."""

from __future__ import annotations

import json

import pytest

from loyalty_rules import (
    Decision,
    InputError,
    MemberState,
    Programme,
    RuleFileError,
    adjustment,
    choice,
    load,
    purchase,
    returned,
)
from loyalty_rules.adapters.wire import read_member, write_decision, write_member
from loyalty_rules.decision import DiscountGiven, PointsRedeemed
from loyalty_rules.events import Line, line

HEAD = """loyalty rules 1

programme "Shop"
  currency USD
  time zone UTC
  basis money paid
  prices include tax
  discounts round half up per line
  returns replay within 30 days
  returns keep prices
  refund tenders in proportion
  late events refused
end

products Tea
  where category is "tea"
end

purse pts
  rules add up
  round down per order
  usable at once
  expire never
  take oldest first
  after a return take only what is left
end

reward tea "A tea"
  costs 10 pts
  on Tea
  pick 1 item cheapest first
  discount 100%
  expire never
  after a return give back
end

reward tenth "10% off"
  when price after discounts at least 20 USD
  from 2026-03-01 through 2026-03-31
  on any product
  discount 10%
  limit 1 per member in calendar month
  expire never
  after a return stay used
end

reward card "Card"
  pays 5 USD
  on any product
  no change given
  expire never
  after a return give back
end

group rewards
  rule tea
  rule tenth
  one after another
end
"""
TEA = (line("1", category="tea", price="4"), line("2", category="tea", price="3"), line("3", price="20"))


@pytest.fixture(scope="module")
def shop() -> Programme:
    return load(HEAD)


def holding(programme: Programme, **held: int) -> MemberState:
    member = programme.new_member("m-1")
    for purse, units in held.items():
        given = adjustment(f"a-{purse}", "m-1", "2026-03-01T00:00:00Z", purse, units, reason="test", actor="test")
        member = programme.decide(member, given).member
    return member


def used(
    programme: Programme,
    member: MemberState,
    redeem: dict[str, int | None],
    lines: tuple[Line, ...] = TEA,
    at: str = "2026-03-07T12:00:00Z",
    id: str = "o-1",
    tenders: dict[str, str] | None = None,
) -> Decision:
    bought = purchase(id, "m-1", at, lines, currency="USD", redeem=redeem, tenders=tenders)
    shared = programme.new_shared() if programme.checked.budgets else None
    return programme.decide(member, bought, shared)


def told(decision: Decision) -> list[tuple[str, str, int, str]]:
    effects = [one for one in decision.effects if isinstance(one, PointsRedeemed)]
    return [(one.rule, one.purse, one.units, one.limited_by) for one in effects]


def off(decision: Decision) -> dict[str, int]:
    return {one.rule: one.granted for one in decision.effects if isinstance(one, DiscountGiven)}


def test_each_right_takes_the_next_unit(shop: Programme) -> None:
    member = holding(shop, tea=3)
    assert off(used(shop, member, {"tea": None})) == {"tea": 300}
    both = used(shop, member, {"tea": 3})
    assert off(both) == {"tea": 700}
    assert told(both) == [("tea", "tea", 2, "units")]
    assert shop.balance(both.member, "tea").usable == 1


def test_a_right_whose_unit_costs_nothing_is_not_used_beside_one_that_takes_something_off(shop: Programme) -> None:
    free = (line("1", category="tea", price="0"), line("2", category="tea", price="4"), line("3", price="20"))
    both = used(shop, holding(shop, tea=2), {"tea": 2}, free)
    assert off(both) == {"tea": 400}
    assert told(both) == [("tea", "tea", 1, "units")]
    assert shop.balance(both.member, "tea").usable == 1
    alone = used(shop, holding(shop, tea=2), {"tea": None}, free)
    assert (told(alone), off(alone)) == ([("tea", "tea", 0, "to_pay")], {})


def test_what_is_held_goes_first_and_the_rest_is_bought(shop: Programme) -> None:
    found = used(shop, holding(shop, tea=1, pts=25), {"tea": 2})
    assert told(found) == [("tea", "tea", 1, ""), ("tea", "pts", 10, "")]
    nobody = used(shop, holding(shop, pts=9), {"tea": 2})
    assert (told(nobody), off(nobody)) == ([("tea", "tea", 0, "balance")], {})


def test_a_right_that_is_bought_before_is_held(shop: Programme) -> None:
    member = holding(shop, pts=20)
    bought = shop.decide(member, choice("c-1", "m-1", "2026-03-02T00:00:00Z", "tea", amount=2))
    assert shop.balance(bought.member, "tea").usable == 2


@pytest.mark.parametrize(
    ("lines", "at", "why"),
    [
        (TEA[:2], "2026-03-07T12:00:00Z", "condition_false"),
        (TEA, "2026-04-07T12:00:00Z", "outside_dates"),
    ],
)
def test_what_cannot_be_used_says_why(shop: Programme, lines: tuple[Line, ...], at: str, why: str) -> None:
    found = used(shop, holding(shop, tenth=1), {"tenth": None}, lines, at)
    assert told(found) == [("tenth", "tenth", 0, why)]
    assert shop.balance(found.member, "tenth").usable == 1
    assert "10% off: nothing is used." in found.explain("en")


def test_what_finds_no_line_says_so(shop: Programme) -> None:
    found = used(shop, holding(shop, tea=1), {"tea": None}, TEA[2:])
    assert told(found) == [("tea", "tea", 0, "no_matching_lines")]


def test_goods_for_nothing_have_no_price_to_lower(shop: Programme) -> None:
    free = (line("1", category="tea", amount="0"),)
    assert told(used(shop, holding(shop, tea=1), {"tea": None}, free)) == [("tea", "tea", 0, "to_pay")]


def test_what_counts_no_units_acts_once(shop: Programme) -> None:
    found = used(shop, holding(shop, tenth=2), {"tenth": 2})
    assert (told(found), off(found)) == ([("tenth", "tenth", 1, "limit")], {"tenth": 270})


def test_a_limit_counts_rights_that_were_used(shop: Programme) -> None:
    first = used(shop, holding(shop, tenth=2), {"tenth": None})
    second = used(shop, first.member, {"tenth": None}, id="o-2", at="2026-03-08T12:00:00Z")
    assert told(second) == [("tenth", "tenth", 0, "limit")]


def test_several_rewards_and_what_pays_go_together(shop: Programme) -> None:
    member = holding(shop, tea=1, tenth=1, card=1)
    found = used(shop, member, {"tea": None, "tenth": None, "card": None}, tenders={"cash": "16.60"})
    assert off(found) == {"tea": 300, "tenth": 240}  # 10% of 24
    assert found.to_pay == 1660  # 21.60 less the card


def test_tenders_pay_what_rewards_leave(shop: Programme) -> None:
    found = used(shop, holding(shop, tea=1), {"tea": None}, tenders={"cash": "24"})
    assert found.to_pay == 2400
    with pytest.raises(InputError, match="2400 minor units"):
        used(shop, holding(shop, tea=1), {"tea": None}, tenders={"cash": "27"})


def test_a_reward_is_asked_for_once(shop: Programme) -> None:
    bought = purchase("o-1", "m-1", "2026-03-07T12:00:00Z", TEA, currency="USD", redeem={"tea": 1})
    with pytest.raises(InputError) as refused:
        shop.decide(holding(shop, tea=2), bought._replace(redeem=bought.redeem * 2))
    assert refused.value.code == "redeem.several"


def test_nothing_is_asked_of_a_reward_that_no_order_uses(shop: Programme) -> None:
    found = used(shop, holding(shop, tea=1), {})
    assert (told(found), off(found), found.trace) == ([], {}, ())


def test_what_could_be_used_is_told_for_the_order_as_it_came(shop: Programme) -> None:
    bought = purchase("o-1", "m-1", "2026-03-07T12:00:00Z", TEA, currency="USD")
    found = {one.rule: one for one in shop.redeemable(holding(shop, tea=3, tenth=1), bought)}
    assert (found["tea"].units, found["tea"].value, found["tea"].limited_by) == (2, 700, "units")
    assert (found["tenth"].units, found["tenth"].value) == (1, 270)


def test_rights_come_back_with_what_they_lowered(shop: Programme) -> None:
    """Teas of 4 and 3 USD: 3 of 7 USD need one of two rights."""
    first = used(shop, holding(shop, tea=2), {"tea": 2})
    assert read_member(write_member(first.member, shop), shop) == first.member
    one = shop.decide(first.member, returned("r-1", "m-1", "2026-03-08T12:00:00Z", "o-1", {"1": 1}))
    assert shop.balance(one.member, "tea").usable == 1
    both = shop.decide(one.member, returned("r-2", "m-1", "2026-03-08T13:00:00Z", "o-1", {"2": 1}))
    assert shop.balance(both.member, "tea").usable == 2
    assert (one.refund, both.refund) == (0, 0)


def test_the_price_of_rights_comes_back_with_them(shop: Programme) -> None:
    first = used(shop, holding(shop, tea=1, pts=10), {"tea": 2})
    one = shop.decide(first.member, returned("r-1", "m-1", "2026-03-08T12:00:00Z", "o-1", {"1": 1}))
    assert [shop.balance(one.member, purse).usable for purse in ("tea", "pts")] == [0, 10]


def test_what_stays_used_does_not_come_back(shop: Programme) -> None:
    first = used(shop, holding(shop, tenth=1), {"tenth": None})
    back = shop.decide(first.member, returned("r-1", "m-1", "2026-03-08T12:00:00Z", "o-1", {"1": 1, "2": 1, "3": 1}))
    assert (shop.balance(back.member, "tenth").usable, back.refund) == (0, 2430)


def test_the_wire_tells_the_discount_and_the_right(shop: Programme) -> None:
    data = json.loads(write_decision(used(shop, holding(shop, tea=1), {"tea": None})))
    kinds = [(effect["kind"], effect.get("rights"), effect.get("lines")) for effect in data["effects"]]
    assert kinds == [("discount_given", None, {"2": "3.00"}), ("points_redeemed", 1, None)]
    assert data["to_pay"] == "24.00"


def test_a_budget_lets_no_more_be_bought_than_it_has() -> None:
    programme = load(f"{HEAD}\nbudget stock\n  covers tea\n  cap 1 items\n  when short give nothing\nend\n")
    member = programme.new_member("m-1")
    for purse, units in (("pts", 30), ("tea", 1)):
        given = adjustment(f"a-{purse}", "m-1", "2026-03-01T00:00:00Z", purse, units, reason="test", actor="test")
        member = programme.decide(member, given, programme.new_shared()).member
    enough = used(programme, member, {"tea": 2})
    assert told(enough) == [("tea", "tea", 1, ""), ("tea", "pts", 10, "")]
    assert enough.shared is not None
    assert [one.amount for one in enough.shared.used] == [1]
    three = (*TEA, line("4", category="tea", price="5"))
    short = used(programme, member, {"tea": 3}, three)
    assert told(short) == [("tea", "tea", 1, "budget")]


OTHER = "offer happy\n  on Tea\n  discount 50%\nend\n"


def test_a_reward_and_an_offer_on_one_line_stand_in_one_group() -> None:
    with pytest.raises(RuleFileError) as refused:
        load(f"{HEAD}\n{OTHER}")
    assert {found.problem.code for found in refused.value.diagnostics} == {"L031"}
    assert "12:00, tea, tea, 1000.00 USD: tea -1000.00 USD, happy -500.00 USD" in str(refused.value)


def test_a_reward_that_loses_in_its_group_is_kept() -> None:
    text = HEAD.replace(
        "  rule tenth\n  one after another",
        "  rule tenth\n  rule happy\n  choose largest for member\n  decide per order",
    )
    programme = load(f"{text}\n{OTHER}")
    found = used(programme, holding(programme, tea=1), {"tea": None}, (TEA[0], line("2", category="tea", price="8")))
    assert (told(found), off(found)) == ([("tea", "tea", 0, "group")], {"happy": 600})


@pytest.mark.parametrize(
    ("clauses", "code"),
    [
        ("on any product\n  discount 10%\n  no change given", "L300"),
        ("handed over by host\n  keep price at least 5 USD", "L300"),
        ("pays 5 USD\n  on any product\n  only first 1 items cheapest first", "L300"),
        ("pays 5 USD\n  on any product\n  discount 10%", "L042"),
        ("discount 10%", "L040"),
        ("on any product\n  pick 1 item cheapest first\n  only first 1 item cheapest first\n  discount 10%", "L042"),
    ],
)
def test_what_says_nothing_of_a_reward_is_refused(clauses: str, code: str) -> None:
    other = f"reward other\n  {clauses}\n  expire never\n  after a return give back\nend\n"
    with pytest.raises(RuleFileError) as refused:
        load(f"{HEAD}\n{other}")
    assert code in {one.problem.code for one in refused.value.diagnostics}


CAPPED = (
    HEAD[: HEAD.index('reward tea "A tea"')].replace("  refund tenders in proportion\n", "")
    + """\
reward pair "Two for 5"
  costs 4 pts
  buy 2 items on Tea cheapest first
  sell at 5 USD
  cap CAP USD per order
  expire never
  after a return give back
end
"""
)


@pytest.mark.parametrize(
    ("cap", "granted", "rights", "pts"),
    [
        (9, 900, 3, 18),  # three sets of 8 USD, each for 5: all that they take off
        (7, 700, 3, 18),  # 1 USD of the third
        (6, 600, 2, 22),  # the third would take nothing off
        (3, 300, 1, 26),
        (2, 200, 1, 26),
    ],
)
def test_no_right_is_used_beyond_a_cap(cap: int, granted: int, rights: int, pts: int) -> None:
    """Six teas of 4 USD, three rights at 4 of 30 points: none is taken for a set of which nothing is taken off."""
    shop = load(CAPPED.replace("CAP", str(cap)))
    decision = used(shop, holding(shop, pts=30), {"pair": 3}, (line("1", category="tea", quantity=6, price="4"),))
    assert off(decision) == {"pair": granted}
    assert told(decision) == [("pair", "pts", 4 * rights, "cap" if rights < 3 else "")]
    assert [purse.lots[0].left for purse in decision.member.purses if purse.name == "pts"] == [pts]


def test_no_right_is_used_beyond_what_its_group_takes_off() -> None:
    """One for 5 and one that takes 25% off the rest, together at most 6 of 32 USD: two sets of 8 take 6 off, and
    neither a third right nor the other reward is used."""
    other = 'reward rest "25% off"\n  costs 1 pts\n  on any product\n  discount 25%\n  expire never\n'
    group = "group both\n  rule pair\n  rule rest\n  one after another\n  together at most 6 USD\nend\n"
    rules = CAPPED.replace("  cap CAP USD per order\n", "") + f"\n{other}  after a return stay used\nend\n\n{group}"
    shop = load(rules)
    tea = (line("1", category="tea", quantity=8, price="4"),)
    decision = used(shop, holding(shop, pts=30), {"pair": 3, "rest": 1}, tea)
    assert off(decision) == {"pair": 600}
    assert told(decision)[0] == ("pair", "pts", 8, "cap")
    assert [purse.lots[0].left for purse in decision.member.purses if purse.name == "pts"] == [22]
