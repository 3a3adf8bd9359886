"""Programmes of several currencies: what an order in one of them is asked, and what members keep of all of them."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Final

import pytest

from loyalty_rules import Decision, InputError, Programme, RuleFileError, SettingsError, load
from loyalty_rules.adapters.wire import read_member, write_member
from loyalty_rules.decision import BudgetUsed, PointsAwarded, RuleTrace
from loyalty_rules.events import Purchase, adjustment, cancellation, enrolment, happening, line, purchase
from loyalty_rules.lang.differences import What, differences
from loyalty_rules.member import MemberState
from tests.lang.checking import codes

HEAD: Final = """loyalty rules 1

programme "Countries"
  currency {currencies}
  time zone Europe/Paris
  week starts monday
  basis price after discounts
  prices include tax
{more}
  late events refused
end

purse pts "Points"
  rules add up
  round down per order
  usable at once
  expire never
  {worth}
end
"""
BASE: Final = """
earn base "Base points"
  on any product
  give 1 pts per 1 EUR
  give 1 pts per 150 JPY
end
"""


def rules(*blocks: str, currencies: str = "EUR, JPY", more: str = "  returns refused", worth: str = "") -> str:
    return HEAD.format(currencies=currencies, more=more, worth=worth) + "\n".join(blocks)


def order(amount: str, id: str = "p", day: int = 2, **more: Any) -> Purchase:
    """An order of one line: `60 EUR`."""
    price, _, code = amount.rpartition(" ")
    return purchase(
        id, "m", f"2026-03-{day:02}T12:00:00Z", [line("1", price=price.replace(" ", ""))], currency=code, **more
    )


def given(decision: Decision) -> dict[str, int]:
    return {one.rule: one.granted for one in decision.effects if isinstance(one, PointsAwarded)}


def traced(decision: Decision, rule: str) -> RuleTrace:
    (found,) = [one for one in decision.trace if one.rule == rule]
    return found


def after(programme: Programme, *orders: Purchase) -> MemberState:
    member = programme.new_member("m")
    for one in orders:
        member = programme.decide(member, one).member
    return member


# ---------- orders


LARGE: Final = "price after discounts at least 50 EUR"
FIRST: Final = "order number is 1"


@pytest.mark.parametrize(
    ("denied", "euros", "yen"),
    [
        # Of orders of 60 and 40 EUR and of 60 JPY, each the first one of a member and the second: what matches.
        (f"not (not ({LARGE}))", [True, True, False, False], [False, False]),
        (f"not ({LARGE} and {FIRST})", [False, True, True, True], [False, True]),
        (f"not ({LARGE} or {FIRST})", [False, False, False, True], [False, False]),
        (f"not ({LARGE} and not ({FIRST}))", [True, False, True, True], [True, False]),
    ],
)
def test_money_of_another_currency_never_matches_whatever_is_denied(
    denied: str, euros: list[bool], yen: list[bool]
) -> None:
    programme = load(rules(f"earn gift\n  when {denied}\n  give 1 pts\nend\n"))

    def matches(amount: str) -> list[bool]:
        member = after(programme, order("1 JPY"))
        decided = [programme.decide(before, order(amount, "q", 3)) for before in (programme.new_member("m"), member)]
        return [given(one) == {"gift": 1} for one in decided]

    assert [*matches("60 EUR"), *matches("40 EUR")] == euros
    assert matches("60 JPY") == yen


def test_an_order_in_no_currency_of_the_programme_is_refused() -> None:
    programme = load(rules(BASE))
    with pytest.raises(InputError, match=r"the order is in USD, the programme in EUR, JPY") as refused:
        programme.decide(programme.new_member("m"), order("1 USD"))
    assert refused.value.code == "currency.other"


def test_yen_have_no_decimals_in_a_programme_whose_first_currency_has() -> None:
    programme = load(rules(BASE))
    with pytest.raises(InputError) as refused:
        programme.decide(programme.new_member("m"), order("1.5 JPY"))
    assert refused.value.code == "order.inexact"


def test_the_trace_tells_the_amount_and_the_currency_of_the_order() -> None:
    programme = load(rules("earn yen\n  on any product\n  give 1 pts per 150 JPY\nend\n"))
    decision = programme.decide(programme.new_member("m"), order("60 EUR"))
    assert given(decision) == {}
    (missing,) = traced(decision, "yen").conditions
    assert (missing.text, missing.actual) == ("150 JPY", "EUR")
    assert "Needed: `150 JPY`. Found: EUR." in decision.explain()


def test_amounts_are_told_in_the_currency_of_the_order() -> None:
    large = "earn large\n  when price after discounts at least 1 000 JPY\n  give 5 pts\nend\n"
    programme = load(rules(large))
    decision = programme.decide(programme.new_member("m"), order("400 JPY"))
    (missing,) = traced(decision, "large").conditions
    assert (missing.actual, missing.distance, missing.unit) == ("400 JPY", Fraction(600), "JPY")


def test_a_ceiling_in_one_currency_leaves_nothing_for_orders_in_another() -> None:
    capped = """
purse cash "Cash"
  counted in EUR
  rules add up
  round down per order
  usable at once
  expire never
end

earn group_of_euros
  on any product
  give 10% to pts
end

earn euros
  on any product
  give 1% to cash
end

earn more_euros
  on any product
  give 2% to cash
end

group both_of
  rule euros
  rule more_euros
  cap 2 EUR per order
  add up
end
"""
    programme = load(rules(capped))
    member = programme.new_member("m")
    assert given(programme.decide(member, order("500 EUR"))) == {"group_of_euros": 50, "euros": 67, "more_euros": 133}
    assert given(programme.decide(member, order("500 JPY"))) == {"group_of_euros": 50}


def test_base_limits_over_a_period_count_in_each_currency_apart() -> None:
    first = """
earn first_part
  on any product
  only first 100 EUR per member in calendar month
  only first 10 000 JPY per member in calendar month
  give 10% to pts
end
"""
    programme = load(rules(first))
    member = after(programme, order("80 EUR"))
    yen = programme.decide(member, order("9 000 JPY", "q", 3))
    assert given(yen) == {"first_part": 900}
    assert given(programme.decide(yen.member, order("80 EUR", "r", 4))) == {"first_part": 2}
    assert given(programme.decide(yen.member, order("9 000 JPY", "r", 4))) == {"first_part": 100}


def test_what_waits_for_an_event_gives_into_a_purse_of_any_currency() -> None:
    waiting = """
event review
end

purse yen_cash "Yen"
  counted in JPY
  round down per order
  usable at once
  expire never
end

earn review_yen
  after event review
  give 500 JPY
  cap 800 JPY per member in calendar month
end
"""
    programme = load(rules(waiting.replace("give 500 JPY", "give 500 yen_cash")))
    first = programme.decide(programme.new_member("m"), happening("a", "m", "2026-03-02T12:00:00Z", "review"))
    second = programme.decide(first.member, happening("b", "m", "2026-03-03T12:00:00Z", "review"))
    assert (given(first), given(second)) == ({"review_yen": 500}, {"review_yen": 300})
    assert "300 JPY" in second.explain()


# ---------- measures and members


LEVELS: Final = """
tiers status "Status"
  level gold when spend in calendar year at least 100 EUR or spend in calendar year at least 9 000 JPY
  upgrade from next order
  review at end of calendar year
  downgrade to earned level
end
"""


def test_a_level_counts_each_currency_apart_and_is_reviewed_without_an_order() -> None:
    programme = load(rules(BASE, LEVELS))
    member = after(programme, order("99 EUR", "a"), order("8 999 JPY", "b", 3))
    assert programme.level(member, "status") == ""
    member = programme.decide(member, order("1 JPY", "c", 4)).member
    assert programme.level(member, "status") == "gold"
    assert programme.level_at(member, "status", "2026-12-31T00:00:00Z") == "gold"
    assert programme.level_at(member, "status", "2027-01-01T00:00:00Z") == "gold"
    assert programme.level_at(member, "status", "2028-01-01T00:00:00Z") == ""


def test_a_share_of_spend_is_of_what_was_spent_in_the_currency_of_the_order() -> None:
    loyal = """
earn loyal
  when price after discounts at least 50% of spend in calendar month before this order
  give 5 pts
end
"""
    programme = load(rules(loyal))
    member = after(programme, order("1 000 JPY", "a"), order("10 EUR", "b", 3))
    assert given(programme.decide(member, order("4 EUR", "c", 4))) == {}
    assert given(programme.decide(member, order("5 EUR", "c", 4))) == {"loyal": 5}
    assert given(programme.decide(member, order("499 JPY", "c", 4))) == {}
    assert given(programme.decide(member, order("500 JPY", "c", 4))) == {"loyal": 5}


def test_a_filter_of_a_measure_asks_each_order_in_its_own_currency() -> None:
    often = """
earn often
  when orders with (price after discounts at least 10 EUR) in calendar month before this order at least 2
  give 5 pts
end
"""
    programme = load(rules(often))
    member = after(programme, order("12 EUR", "a"), order("5000 JPY", "b", 3), order("9 EUR", "c", 4))
    assert given(programme.decide(member, order("1 JPY", "d", 5))) == {}
    member = programme.decide(member, order("10 EUR", "d", 5)).member
    assert given(programme.decide(member, order("1 JPY", "e", 6))) == {"often": 5}


def test_the_record_of_an_order_names_another_currency_than_the_first() -> None:
    kept = "  returns replay within 30 days\n  returns keep prices"
    text = rules(BASE, LEVELS, more=kept).replace(
        "expire never\n  \n", "expire never\n  after a return may go negative\n"
    )
    text = text.replace("  downgrade to earned level", "  downgrade to earned level\n  after a return recheck")
    programme = load(text)
    member = after(programme, order("60 EUR", "a"), order("9000 JPY", "b", 3))
    assert [one.currency for one in member.records] == ["", "JPY"]
    member = read_member(write_member(member, programme), programme)
    assert [one.currency for one in member.records] == ["", "JPY"]
    back = programme.decide(member, cancellation("x", "m", "2026-03-05T12:00:00Z", "b"))
    assert (back.refund, back.programme.checked.currency) == (9000, "JPY")
    assert "9000 JPY" in back.explain()
    assert programme.balance(back.member, "pts").usable == 60
    assert programme.level(back.member, "status") == ""


# ---------- editions


def test_a_currency_is_added_behind_the_others_and_counters_go_on() -> None:
    levels = LEVELS.replace(" or spend in calendar year at least 9 000 JPY", "")
    often = """
earn often
  when orders with (price after discounts at least 10 EUR) in calendar month before this order at least 1
  give 5 pts
end
"""
    alone = rules(BASE.replace("  give 1 pts per 150 JPY\n", ""), levels, often, currencies="EUR")
    both = rules(BASE, LEVELS, often)
    member = after(load(alone), order("60 EUR", "a"))
    programme = load(both, earlier=[(alone, "2026-03-03T00:00:00+01:00")])
    decision = programme.decide(member, order("40 EUR", "b", 4))
    assert given(decision) == {"base": 40, "often": 5}
    assert programme.level(decision.member, "status") == "gold"


@pytest.mark.parametrize("currencies", ["JPY, EUR", "EUR", "EUR, USD", "USD, EUR, JPY"])
def test_any_other_change_of_currencies_is_no_edition(currencies: str) -> None:
    plain = "earn each\n  on any product\n  give 1 pts per 1 item\nend\n"
    with pytest.raises(SettingsError, match=f"the currency was EUR, JPY and is {currencies}") as refused:
        load(rules(plain, currencies=currencies), earlier=[(rules(plain), "2026-03-03T00:00:00Z")])
    assert refused.value.code == "edition.changed"


def test_the_order_of_further_currencies_means_nothing_and_the_first_does() -> None:
    plain = "earn each\n  on any product\n  give 1 pts per 1 item\nend\n"
    prints = [
        load(rules(plain, currencies=one)).fingerprint for one in ("EUR, JPY, USD", "EUR, USD, JPY", "JPY, EUR, USD")
    ]
    assert prints[0] == prints[1] != prints[2]
    assert load(rules(plain, currencies="EUR")).fingerprint not in prints


# ---------- what is no order's


def test_budgets_count_points_by_their_worth_in_the_first_currency() -> None:
    budget = """
budget spring
  covers base
  cap 1 EUR
  when short give what is left
end
"""
    programme = load(rules(BASE, budget, worth="worth 0.01 EUR per 1 pts\n  worth 2 JPY per 1 pts"))
    member, shared = programme.new_member("m"), programme.new_shared()
    first = programme.decide(member, order("9 000 JPY", "a"), shared)
    assert given(first) == {"base": 60}
    (used,) = [one for one in first.effects if isinstance(one, BudgetUsed)]
    assert (used.granted, used.cap) == (60, 100)
    assert "0.60 EUR" in first.explain()
    second = programme.decide(first.member, order("60 EUR", "b", 3), first.shared)
    assert given(second) == {"base": 40}


def test_discounts_within_a_budget_of_money_are_for_orders_in_its_currency() -> None:
    offers = """
offer tenth
  on any product
  discount 10%
end

budget spring
  covers tenth
  cap 5 EUR
  when short give what is left
end
"""
    programme = load(rules(offers, more="  discounts round half up per line\n  returns refused"))
    shared = programme.new_shared()
    assert programme.decide(programme.new_member("m"), order("60 EUR"), shared).to_pay == 5500
    assert programme.decide(programme.new_member("m"), order("60 JPY"), shared).to_pay == 60


def test_a_fact_of_a_member_is_money_of_the_first_currency() -> None:
    facts = """
facts
  member fact income is money optional
end

earn rich
  for has income and income at least 1 000 EUR
  on any product
  give 1 pts per 1 item
end
"""
    programme = load(rules(facts))
    member = programme.new_member("m", facts={"income": "1000.00"})
    assert given(programme.decide(member, order("5 JPY"))) == {"rich": 1}
    poor = programme.decide(programme.new_member("m", facts={"income": "999.99"}), order("5 JPY"))
    (missing,) = [one for one in traced(poor, "rich").conditions if one.distance is not None]
    assert (missing.actual, missing.unit) == ("999.99 EUR", "EUR")
    assert codes(rules(facts.replace("1 000 EUR", "1 000 JPY"))) == ["L052"]


@pytest.mark.parametrize(
    "block",
    [
        "membership circle\n  costs 900 JPY every 1 month\n  leaving refunds nothing\nend\n",
        "budget spring\n  covers base\n  cap 900 JPY\n  when short give what is left\nend\n",
        'partner shop\n  merchant "shop"\n  pays 1 JPY per 1 pts\n  settles at end of calendar month\nend\n',
    ],
)
def test_money_that_is_no_order_s_is_in_the_first_currency(block: str) -> None:
    assert "L436" in codes(rules(BASE, block, worth="worth 0.01 EUR per 1 pts"))


PROMISE: Final = """
earn five
  on any product
  give 5 pts
end

promise modest
  always value given in this order at most 0.05 EUR
  always value given in this order at most {most} JPY
end
"""
WORTH: Final = "worth 0.01 EUR per 1 pts\n  worth 2 JPY per 1 pts"


def test_a_promise_is_about_orders_in_the_currency_of_its_amount() -> None:
    programme = load(rules(PROMISE.format(most=10), worth=WORTH))
    for amount in ("99 EUR", "9000 JPY"):
        (asked,) = programme.decide(programme.new_member("m"), order(amount)).promises
        assert asked.held
    alone = PROMISE.replace("  always value given in this order at most {most} JPY\n", "")
    programme = load(rules(alone, worth="worth 0.01 EUR per 1 pts"))
    assert programme.decide(programme.new_member("m"), order("9000 JPY")).promises == ()


def test_a_promise_is_broken_by_an_order_in_its_currency() -> None:
    assert load(rules(PROMISE.format(most=10), worth=WORTH)).checked.promises
    with pytest.raises(RuleFileError, match="JPY: five 5 pts; 10 JPY"):
        load(rules(PROMISE.format(most=9), worth=WORTH))


def test_a_reward_pays_its_own_currency_alone() -> None:
    reward = """
reward tenner "Ten euros"
  pays 10 EUR
  no change given
  after a return give back
  on any product
  usable at once
  expire never
end

earn gift
  after joining
  give 1 tenner
end
"""
    more = (
        "  returns replay within 30 days\n  returns keep prices\n  refund tenders in proportion\n  used vouchers stand"
    )
    text = rules(BASE, reward, more=more).replace(
        "expire never\n  \n", "expire never\n  after a return may go negative\n"
    )
    programme = load(text)
    member = programme.decide(programme.new_member("m"), enrolment("j", "m", "2026-03-01T00:00:00Z")).member
    euros, yen = order("60 EUR", redeem={"tenner": None}), order("6000 JPY", redeem={"tenner": None})
    assert programme.decide(member, euros).to_pay == 5000
    assert programme.decide(member, yen).to_pay == 6000


def test_how_much_can_be_used_is_told_in_the_currency_of_the_order() -> None:
    redeem = """
redeem at_till
  uses pts
  pays 1 EUR per 10 pts
  pays 150 JPY per 10 pts
  on any product
  too much is lowered
end
"""
    text = rules(BASE, redeem).replace("expire never\n  \n", "expire never\n  take oldest first\n")
    programme = load(text)
    start = adjustment("a", "m", "2026-03-01T12:00:00Z", "pts", "30", reason="start", actor="host")
    member = programme.decide(programme.new_member("m"), start).member
    (euros,), (yen,) = (programme.redeemable(member, order(amount)) for amount in ("60 EUR", "6000 JPY"))
    assert ((euros.units, euros.value), (yen.units, yen.value)) == ((30, 300), (30, 450))


def test_a_change_of_what_one_currency_gives_is_a_difference_of_the_rule() -> None:
    old, new = load(rules(BASE)), load(rules(BASE.replace("per 150 JPY", "per 100 JPY")))
    assert old.fingerprint != new.fingerprint
    assert [(one.what, one.block, one.name) for one in differences(old.checked, new.checked)] == [
        (What.CHANGED, "H_EARN", "base")
    ]


def test_a_renamed_rule_keeps_what_it_counted_in_each_currency() -> None:
    first = """
earn {name}
{was}  on any product
  only first 100 EUR per member in calendar month
  only first 10 000 JPY per member in calendar month
  give 10% to pts
end
"""
    then, now = first.format(name="first_part", was=""), first.format(name="begin", was="  was first_part\n")
    member = after(load(rules(then)), order("80 EUR"), order("9 000 JPY", "q", 3))
    programme = load(rules(now), earlier=[(rules(then), "2026-03-04T00:00:00+01:00")])
    assert given(programme.decide(member, order("9 000 JPY", "r", 5))) == {"begin": 100}
    assert given(programme.decide(member, order("80 EUR", "r", 5))) == {"begin": 2}
