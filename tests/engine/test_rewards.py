"""Rewards through the facade: rights, vouchers and cards at an order and on their own, and what comes back of them."""

from __future__ import annotations

import json

import pytest

from loyalty_rules import (
    DecisionError,
    InputError,
    MemberState,
    Programme,
    adjustment,
    cancellation,
    capture,
    choice,
    line,
    load,
    merge,
    purchase,
    release,
    reservation,
    returned,
)
from loyalty_rules.adapters.wire import (
    read_decision,
    read_event,
    read_member,
    write_decision,
    write_event,
    write_member,
)
from loyalty_rules.decision import PointsGivenBack, PointsRedeemed
from loyalty_rules.engine.digests import digest
from loyalty_rules.events import Event, Purchase

RULES = """loyalty rules 1

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

purse stars "Stars"
  rules add up
  round down per order
  usable at once
  expire never
  take oldest first
  after a return may go negative
end

purse gems "Gems"
  round down per order
  usable at once
  expire never
  take oldest first
  after a return may go negative
end

products Tobacco
  where category is "tobacco"
end

products Mugs
  where category is "mugs"
end

reward mug "A mug"
  handed over by host
  costs 30 stars
  on Mugs
  limit 2 per member in calendar month
  hold at most 3 mug
  expire after 30 days
  after a return give back
  title ru "Кружка"
end

reward fiver "500 off"
  pays 500 RUB
  costs 50 stars
  costs 3 gems
  when price after discounts at least 100 RUB
  on any product
  except Tobacco
  no change given
  cap 800 RUB per order
  expire after 30 days
  after a return give back
end

reward check "Check"
  pays its value
  on any product
  no change given
  limit 3 per member in calendar month
  expire after 30 days
  after a return give back
end

reward card "Gift card"
  pays its value
  on any product
  expire after 12 months
  after a return give back
end

reward code "Code"
  pays 500 RUB
  costs 50 stars
  on any product
  expire after 30 days
  after a return stay used
end

group rewards
  rule fiver
  rule check
  rule code
  rule card
  one after another
end

earn base
  on any product
  give 1 stars per 10 RUB
end
"""


def rules_of(refund: str = "tenders in proportion") -> Programme:
    return load(RULES.format(refund=refund))


@pytest.fixture(scope="module")
def rules() -> Programme:
    return rules_of()


def at(day: int, month: int = 3) -> str:
    return f"2026-{month:02}-{day:02}T10:00:00+03:00"


def gift(purse: str, amount: str, day: int = 1) -> Event:
    return adjustment(f"g-{purse}-{day}", "m", at(day), purse, amount, reason="gift", actor="test")


def order(
    id: str,
    day: int,
    price: str,
    *,
    category: str = "",
    tobacco: str = "",
    quantity: int = 1,
    redeem: dict[str, str | int | None] | None = None,
    paid_from: dict[str, str] | None = None,
) -> Purchase:
    lines = [line("1", price=price, category=category, quantity=quantity)]
    lines += [line("2", price=tobacco, category="tobacco")] if tobacco else []
    return purchase(id, "m", at(day), lines, currency="RUB", redeem=redeem, paid_from=paid_from)


def after(rules: Programme, *events: Event) -> MemberState:
    member = rules.new_member("m")
    for event in events:
        member = rules.decide(member, event).member
        assert read_member(write_member(member, rules), rules) == member
        assert read_event(write_event(event, rules), rules) == event
    return member


def paid(rules: Programme, member: MemberState, event: Event) -> list[tuple[str, str, int, int, int, str]]:
    decision = rules.decide(member, event)
    written = write_decision(decision)
    assert read_decision(written) == json.loads(written)
    return [
        (one.rule, one.purse, one.units, one.rights, one.value, one.limited_by)
        for one in decision.effects
        if isinstance(one, PointsRedeemed)
    ]


def holds(rules: Programme, member: MemberState, *names: str) -> list[int]:
    return [rules.balance(member, name).usable for name in names]


# ---------- at an order


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        # one right without a number; 200 of its 500 RUB are lost
        (order("o", 5, "300", redeem={"fiver": None}), [("fiver", "fiver", 1, 1, 30_000, "to_pay")]),
        # the cap of 800 RUB: of three rights the third would pay nothing
        (order("o", 5, "2000", redeem={"fiver": 3}), [("fiver", "fiver", 2, 2, 80_000, "cap")]),
        (order("o", 5, "99", redeem={"fiver": 1}), [("fiver", "fiver", 0, 0, 0, "condition_false")]),
        (order("o", 5, "50", tobacco="400", redeem={"fiver": 1}), [("fiver", "fiver", 1, 1, 5_000, "to_pay")]),
    ],
)
def test_rights_pay_whole(rules: Programme, event: Event, expected: list[tuple[str, str, int, int, int, str]]) -> None:
    assert paid(rules, after(rules, gift("fiver", "2")), event) == expected


def test_what_is_held_goes_before_what_is_bought(rules: Programme) -> None:
    """One right is held, one is bought for 3 gems: 500 and 300 RUB under the cap."""
    member = after(rules, gift("fiver", "1"), gift("gems", "7"))
    asked = order("o", 5, "2000", redeem={"fiver": 2}, paid_from={"fiver": "gems"})
    assert paid(rules, member, asked) == [
        ("fiver", "fiver", 1, 1, 50_000, "cap"),
        ("fiver", "gems", 3, 1, 30_000, "cap"),
    ]
    assert holds(rules, rules.decide(member, asked).member, "fiver", "gems", "stars") == [0, 4, 120]
    # without the purse there is nothing to buy it with: the reward has two prices
    assert paid(rules, member, order("o", 5, "2000", redeem={"fiver": 2})) == [
        ("fiver", "fiver", 1, 1, 50_000, "balance")
    ]


def test_what_the_host_hands_over_needs_a_line_and_is_limited_where_it_is_bought(rules: Programme) -> None:
    member = after(rules, gift("mug", "2"), gift("stars", "100"))
    assert paid(rules, member, order("o", 5, "100", redeem={"mug": 1})) == [
        ("mug", "mug", 0, 0, 0, "no_matching_lines")
    ]
    some = order("o", 5, "100", category="mugs", redeem={"mug": 5})
    assert paid(rules, member, some) == [("mug", "mug", 2, 2, 0, "limit"), ("mug", "stars", 60, 2, 0, "limit")]
    decision = rules.decide(member, some)
    assert decision.to_pay == 10_000
    told = decision.explain("en")
    assert "A mug: 2 handed over, for 2 mug." in told
    assert "A mug: 2 handed over, for 60 stars.\nNo more: the rule was used as often as it may be." in told
    assert "Кружка: выдано 2, за 60 stars." in decision.explain("ru", audience="member")
    again = rules.decide(decision.member, gift("mug", "1", 6)).member
    more = order("p", 7, "100", category="mugs", redeem={"mug": 2})
    assert paid(rules, again, more) == [("mug", "mug", 1, 1, 0, "limit")]


def test_vouchers_stay_apart_and_are_used_whole(rules: Programme) -> None:
    """200 and 300 RUB with one life each, the first with the earlier end."""
    member = after(rules, gift("check", "200"), gift("check", "300", 2))
    assert [lot.left for lot in member.purses[0].lots] == [20_000, 30_000]
    assert paid(rules, member, order("o", 5, "150", redeem={"check": None})) == [
        ("check", "check", 20_000, 1, 15_000, "to_pay")
    ]
    assert paid(rules, member, order("o", 5, "150", redeem={"check": 900})) == [  # none that would pay nothing
        ("check", "check", 20_000, 1, 15_000, "to_pay")
    ]
    assert paid(rules, member, order("o", 5, "1000", redeem={"check": 250})) == [
        ("check", "check", 50_000, 2, 50_000, "")
    ]
    assert paid(rules, member, order("o", 5, "1000", redeem={"check": 900})) == [
        ("check", "check", 50_000, 2, 50_000, "balance")
    ]
    many = after(rules, *(gift("check", "10", day) for day in (1, 2, 3, 4)))
    assert paid(rules, many, order("o", 5, "1000", redeem={"check": 900})) == [
        ("check", "check", 3_000, 3, 3_000, "limit")
    ]


def test_a_card_pays_after_the_vouchers_and_keeps_its_rest(rules: Programme) -> None:
    member = after(rules, gift("fiver", "1"), gift("card", "900"), gift("code", "20"))
    event = order("o", 5, "1000", redeem={"card": None, "fiver": 1, "code": None})
    assert paid(rules, member, event) == [
        ("fiver", "fiver", 1, 1, 50_000, ""),
        ("code", "code", 2_000, 0, 2_000, "balance"),
        ("card", "card", 48_000, 0, 48_000, "to_pay"),
    ]
    assert holds(rules, rules.decide(member, event).member, "card", "stars") == [42_000, 0]


def test_what_could_be_used_is_told_of_rewards_too(rules: Programme) -> None:
    member = after(rules, gift("fiver", "1"), gift("gems", "7"), gift("card", "900"), gift("check", "20"))
    found = {one.rule: one[1:] for one in rules.redeemable(member, order("o", 5, "700"))}
    assert found == {
        "fiver": (2, 70_000, "to_pay"),  # one is held, a second can be bought; a third would pay nothing
        "card": (70_000, 70_000, "to_pay"),
        "check": (2_000, 2_000, "balance"),
        "code": (0, 0, "balance"),
        "mug": (0, 0, "no_matching_lines"),
    }


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (order("o", 5, "100", redeem={"card": 5}, paid_from={"card": "stars"}), "redeem.price"),
        (order("o", 5, "100", redeem={"fiver": 1}, paid_from={"fiver": "card"}), "redeem.price"),
        (order("o", 5, "100", redeem={"fiver": "0.5"}), "amount.decimals"),
        (order("o", 5, "100", redeem={"stars": 5}), "redeem.unknown"),
        (choice("c", "m", at(5), "fiver"), "redeem.price"),
        (choice("c", "m", at(5), "fiver", purse="card"), "redeem.price"),
        (choice("c", "m", at(5), "card"), "choice.unknown"),
        (choice("c", "m", at(5), "mug", amount="1.5"), "amount.decimals"),
        (choice("c", "m", at(5), "mug", amount=2), "choice.refused"),  # 60 stars, and 50 are held
        (reservation("r", "m", at(5), "fiver", amount=1), "redeem.unknown"),
    ],
)
def test_what_cannot_be_asked_for_is_refused(rules: Programme, event: Event, code: str) -> None:
    member = after(rules, gift("stars", "50"), gift("card", "100"))
    with pytest.raises((InputError, DecisionError)) as error:
        rules.decide(member, event)
    assert error.value.code == code


# ---------- bought on its own


def test_a_reward_is_bought_held_and_used(rules: Programme) -> None:
    """80 of 150 stars buy two vouchers' worth of code and one mug."""
    member = after(rules, gift("stars", "150"), choice("c", "m", at(2), "code"), choice("d", "m", at(3), "mug"))
    assert holds(rules, member, "stars", "code", "mug") == [70, 50_000, 1]
    told = rules.decide(member, choice("e", "m", at(4), "mug", amount="1")).explain("en")
    assert "Member m asks for A mug (e)" in told
    assert "A mug: gives 1 mug." in told
    assert "Given in all" not in told
    with pytest.raises(DecisionError, match="limit"):
        rules.decide(member, choice("e", "m", at(4), "mug", amount=2))


def test_no_more_is_bought_than_may_be_held(rules: Programme) -> None:
    member = after(rules, gift("stars", "150"), gift("mug", "2"))
    with pytest.raises(DecisionError, match="full"):
        rules.decide(member, choice("c", "m", at(2), "mug", amount=2))


def test_a_choice_tells_its_purse_and_has_a_digest_of_its_own(rules: Programme) -> None:
    one, other = (choice("c", "m", at(2), "fiver", purse=purse) for purse in ("gems", "stars"))
    assert json.loads(write_event(one, rules))["points"] == "gems"
    assert digest(one) != digest(other)
    asked = order("o", 5, "100", redeem={"fiver": 1}, paid_from={"fiver": "gems"})
    assert json.loads(write_event(asked, rules))["redeem"] == [{"rule": "fiver", "amount": "1", "points": "gems"}]


# ---------- set aside


def test_a_card_is_set_aside_and_captured_in_part(rules: Programme) -> None:
    member = after(rules, gift("card", "100"), reservation("r", "m", at(2), "card", amount=60))
    assert holds(rules, member, "card") == [4_000]
    done = rules.decide(member, capture("k", "m", at(3), "r", amount="10.50")).member
    assert holds(rules, done, "card") == [8_950]
    assert holds(rules, rules.decide(member, release("x", "m", at(3), "r")).member, "card") == [10_000]


# ---------- goods come back


@pytest.mark.parametrize(
    ("refund", "back"),
    [
        # 1 000 of 1 600 RUB are paid with two rights; 800 RUB come back
        ("tenders in proportion", (50, 50_000, 30_000)),
        ("points first", (50, 80_000, 0)),
        ("money first", (0, 20_000, 60_000)),
    ],
)
def test_a_right_comes_back_when_it_pays_for_nothing(refund: str, back: tuple[int, int, int]) -> None:
    """Two rights bought for 100 stars: half of the money is half of them, 200 of 1 000 RUB need one of them, 800 of
    1 000 both."""
    rules = load(RULES.format(refund=refund).replace("  cap 800 RUB per order\n", ""))
    bought = order("o", 5, "800", quantity=2, redeem={"fiver": 2}, paid_from={"fiver": "stars"})
    member = after(rules, gift("stars", "100"), bought)
    decision = rules.decide(member, returned("r", "m", at(6), "o", {"1": 1}))
    (effect,) = (one for one in decision.effects if isinstance(one, PointsGivenBack))
    assert (effect.units, effect.value, decision.refund) == back
    gone = rules.decide(decision.member, cancellation("x", "m", at(7), "o")).member
    assert holds(rules, gone, "stars", "fiver") == [100, 0]
    assert read_member(write_member(gone, rules), rules) == gone


def test_a_voucher_comes_back_with_the_last_of_what_it_paid_for_and_with_its_old_end(rules: Programme) -> None:
    member = after(rules, gift("check", "300"), order("o", 5, "400", quantity=2, redeem={"check": None}))
    part = rules.decide(member, returned("r", "m", at(6), "o", {"1": 1}))
    assert (part.refund, holds(rules, part.member, "check")) == (25_000, [0])
    whole = rules.decide(part.member, cancellation("x", "m", at(7), "o"))
    assert (whole.refund, holds(rules, whole.member, "check")) == (25_000, [30_000])
    (lot,) = (lot for purse in whole.member.purses if purse.name == "check" for lot in purse.lots)
    assert lot.expires == after(rules, gift("check", "300")).purses[0].lots[0].expires


@pytest.mark.parametrize("kept", [3, 2, 1])
def test_vouchers_come_back_one_by_one(rules: Programme, kept: int) -> None:
    """300 and then 100 RUB pay 400 of four things at 150: 300 of three, 200 of two, 100 of one are still paid by the
    first, and the second comes back."""
    history = [gift("check", "300"), gift("check", "100", 2), order("o", 5, "150", quantity=4, redeem={"check": "400"})]
    member = after(rules, *history)
    assert holds(rules, member, "check") == [0]
    gone = rules.decide(member, returned("r", "m", at(6), "o", {"1": 4 - kept})).member
    assert holds(rules, gone, "check") == [10_000]
    assert holds(rules, rules.decide(gone, cancellation("x", "m", at(7), "o")).member, "check") == [40_000]


def test_a_right_that_was_not_needed_in_full_comes_back_before_one_that_was() -> None:
    """Two rights of 500 pay 750 RUB, three things at 250. Two are kept, for 500 RUB: the first right pays them."""
    rules = load(RULES.format(refund="money first").replace("  cap 800 RUB per order\n", ""))
    bought = order("o", 5, "250", quantity=3, redeem={"fiver": 2}, paid_from={"fiver": "stars"})
    member = after(rules, gift("stars", "100"), bought)
    decision = rules.decide(member, returned("r", "m", at(6), "o", {"1": 1}))
    (effect,) = (one for one in decision.effects if isinstance(one, PointsGivenBack))
    assert (effect.units, effect.value, decision.refund) == (50, 25_000, 0)


def test_what_stays_used_is_not_refunded(rules: Programme) -> None:
    member = after(rules, gift("code", "100"), order("o", 5, "400", redeem={"code": None}))
    back = rules.decide(member, cancellation("x", "m", at(6), "o"))
    assert (back.refund, holds(rules, back.member, "code")) == (30_000, [0])
    assert "Code (code): stays used; of what came back it had paid 100.00 RUB." in back.explain("en")


def test_what_was_handed_over_comes_back_with_the_whole_order(rules: Programme) -> None:
    asked = order("o", 5, "100", category="mugs", quantity=2, redeem={"mug": 1})
    member = after(rules, gift("stars", "30"), asked)
    part = rules.decide(member, returned("r", "m", at(6), "o", {"1": 1})).member
    assert holds(rules, part, "stars") == [10]
    whole = rules.decide(part, cancellation("x", "m", at(7), "o")).member
    assert holds(rules, whole, "stars", "mug") == [30, 0]
    again = order("p", 8, "100", category="mugs", redeem={"mug": 1})
    assert paid(rules, whole, again) == [("mug", "stars", 30, 1, 0, "")]  # a cancelled order gives the use back


# ---------- documents, names, two accounts


@pytest.mark.parametrize(("field", "value"), [("value", "0"), ("pieces", -1)])
def test_a_document_whose_payment_makes_no_sense_is_refused(rules: Programme, field: str, value: object) -> None:
    member = after(rules, gift("card", "100"), order("o", 5, "400", redeem={"card": None}))
    data = json.loads(write_member(member, rules))
    data["records"][0]["payments"][0][field] = value
    if field == "value":
        data["records"][0]["payments"][0]["lines"] = ["0"]
    with pytest.raises(InputError):
        read_member(json.dumps(data), rules)


def test_vouchers_of_two_accounts_stay_apart(rules: Programme) -> None:
    old = rules.decide(rules.new_member("old"), gift("check", "200")._replace(member="old")).member
    new = after(rules, gift("check", "300"))
    event = merge("j", "old", at(3), into="m", reason="two cards", actor="test")
    _, stays = rules.merge(old, new, event)
    assert sorted(lot.left for lot in stays.member.purses[0].lots) == [20_000, 30_000]


def test_a_reward_and_its_price_may_have_new_names() -> None:
    """From 20 March on `mug` and `stars` have other names: what is held stays, and what was bought is counted."""
    old = RULES.format(refund="tenders in proportion")
    new = old.replace("reward mug", "reward cup").replace("at most 3 mug", "at most 3 cup").replace("stars", "points")
    new = new.replace('"A mug"\n', '"A mug"\n  was mug\n').replace('"Stars"\n', '"Stars"\n  was stars\n')
    rules = load(new, earlier=[(old, at(20))])
    member = rules.new_member("m")
    for event in (gift("stars", "100"), choice("c", "m", at(2), "mug"), choice("d", "m", at(21), "cup")):
        member = rules.decide(member, event).member
    assert holds(rules, member, "cup", "points") == [2, 40]
    with pytest.raises(DecisionError, match="limit"):
        rules.decide(member, choice("e", "m", at(22), "cup"))
