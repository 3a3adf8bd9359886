"""Offers: one order told in many ways, units in runs, prices that never fall below zero, and what hosts are told."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pytest

from loyalty_rules import Decision, InputError, Programme, RuleFileError, cancellation, load, purchase, returned
from loyalty_rules.adapters.wire import read_member, write_decision, write_member
from loyalty_rules.decision import DiscountGiven, PointsRedeemed
from loyalty_rules.engine.asking import Verdict
from loyalty_rules.engine.pricing import combining, reducing
from loyalty_rules.engine.pricing.sets import Spoken
from loyalty_rules.engine.pricing.taken import Held, Taken
from loyalty_rules.engine.view import View
from loyalty_rules.events import Line, line
from loyalty_rules.lang.checked import Offer

HEAD = """loyalty rules 1

programme "Shop"
  currency USD
  time zone UTC
  basis money paid
  prices include tax
  discounts round half up per line
  {more}
  late events accepted for 3 days
end

products Tea
  where category is "tea"
end
"""
RETURNS = "returns replay within 30 days\n  returns keep prices\n  refund tenders in proportion"
SEVERAL = """
purse pts
  round down per order
  usable at once
  expire never
  take oldest first
  after a return take only what is left
end

earn base
  on any product
  give 1 pts per 1 USD
end

redeem pay
  uses pts
  pays 1 USD per 1 pts
  on any product
  too much is lowered
end

offer tenth
  on any product
  discount 10%
end

offer seven
  on any product
  discount 7.77 USD
  keep price at least 1.50 USD
  round half up per order
end

offer tea
  on Tea
  discount 0.33 USD per 1 item
  cap 5 USD per order
end

group both
  rule tenth
  rule seven
  rule tea
  {policy}
end
"""
AT = "2026-03-07T11:00:00Z"


def programme_of(blocks: str, more: str = "returns refused") -> Programme:
    return load(HEAD.format(more=more) + blocks)


def placed(programme: Programme, lines: Sequence[Line], at: str = AT, id: str = "o-1", **more: Any) -> Decision:
    event = purchase(id, "m", at, lines, currency="USD", **more)
    return programme.decide(programme.new_member("m"), event)


def off(decision: Decision) -> list[DiscountGiven]:
    return [effect for effect in decision.effects if isinstance(effect, DiscountGiven)]


def drawn(draw: random.Random) -> list[Line]:
    """Some lines, with ids of digits and of letters, free ones among them."""
    names = draw.sample(["1", "2", "9", "10", "11", "100", "a", "b"], draw.randint(1, 6))
    return [
        line(
            name,
            category=draw.choice(["tea", "mug"]),
            quantity=draw.randint(1, 4),
            price=str(Decimal(draw.randint(0, 3_000)) / 100),
        )
        for name in names
    ]


POLICIES = (
    "add up",
    "one after another",
    "choose largest for member\n  decide per line",
    "choose smallest for member\n  decide per order",
    "add up\n  together at most 12% of list price",
    "one after another\n  together at most 5 USD",
)


@pytest.mark.parametrize("policy", POLICIES)
def test_lines_in_any_order_give_the_same_and_no_price_falls_too_low(policy: str) -> None:
    programme = programme_of(SEVERAL.format(policy=policy), RETURNS)
    draw = random.Random(policy)
    for _ in range(40):
        lines = drawn(draw)
        decision = placed(programme, lines)
        shuffled = draw.sample(lines, len(lines))
        assert placed(programme, shuffled).effects == decision.effects
        price = sum(int(one.quantity * (one.price or 0) // 10**10) for one in lines)
        taken = off(decision)
        for effect in taken:
            assert sum(effect.lines) == effect.granted <= effect.asked
            assert min(effect.lines) >= 0
        assert decision.to_pay == price - sum(effect.granted for effect in taken) >= 0
        for record in decision.trace:
            if record.stage == "price" and record.entries:
                assert sum(entry.amount for entry in record.entries) == record.granted
        everywhere = [sum(units) for units in zip(*(effect.lines for effect in taken), strict=True)]
        by_line = sorted(lines, key=lambda one: (not one.id.isdigit(), int(one.id) if one.id.isdigit() else 0, one.id))
        for one, units in zip(by_line, everywhere or [0] * len(lines), strict=True):
            assert units <= one.quantity * (one.price or 0) // 10**10


def test_6_000_units_on_one_line_cost_as_much_as_60(monkeypatch: pytest.MonkeyPatch) -> None:
    """And take off what 6,000 lines of one unit would; counted in the parts that are rounded and held."""
    programme = programme_of(SEVERAL.format(policy="one after another"), RETURNS)
    cuts = 0
    before = Taken.cut

    def counted(self: Taken, step: str, by: str, most: int) -> None:
        nonlocal cuts
        cuts += 1
        before(self, step, by, most)

    monkeypatch.setattr(Taken, "cut", counted)
    steps = []
    for quantity in (60, 6_000):
        cuts = 0
        decision = placed(programme, [line("1", category="tea", quantity=quantity, price="1.99")])
        steps.append((cuts, len(decision.effects), len(decision.trace)))
    assert steps[0] == steps[1]


def test_one_line_of_600_units_and_600_lines_of_one_get_the_same() -> None:
    text = "\noffer ten\n  on any product\n  discount 10%\n  cap 99.99 USD per order\nend\n"
    programme = programme_of(text)
    one = placed(programme, [line("1", quantity=600, price="2.00")])
    many = placed(programme, [line(str(number), price="2.00") for number in range(1, 601)])
    assert [effect.granted for effect in off(one)] == [effect.granted for effect in off(many)] == [9_999]


def test_two_offers_on_one_line_are_refused_with_an_order_on_which_both_act() -> None:
    with pytest.raises(RuleFileError) as refused:
        programme_of("\noffer a\n  on any product\n  discount 10%\nend\n\noffer b\n  on Tea\n  discount 5 USD\nend\n")
    (found,) = refused.value.diagnostics
    assert found.problem.code == "L031"
    assert "a -100.00 USD, b -5.00 USD" in str(refused.value)


def test_offers_on_different_goods_need_no_group() -> None:
    all_but = "\noffer a\n  on any product\n  except Tea\n  discount 10%\nend\n"
    programme = programme_of(all_but + "\noffer b\n  on Tea\n  discount 5 USD\nend\n")
    decision = placed(programme, [line("1", category="tea", price="20"), line("2", price="20")])
    assert [(one.rule, one.lines) for one in off(decision)] == [("a", (0, 200)), ("b", (500, 0))]


def test_points_pay_what_is_left_and_come_back_with_the_goods() -> None:
    programme = programme_of(SEVERAL.format(policy="one after another"), RETURNS)
    member = programme.new_member("m")
    first = purchase("o-1", "m", AT, [line("1", price="100")], currency="USD")
    member = programme.decide(member, first).member
    assert programme.balance(member, "pts").usable == 82  # 100 - 10 - 7.77
    second = purchase(
        "o-2", "m", AT, [line("1", category="mug", quantity=2, price="50")], currency="USD", redeem={"pay": None}
    )
    assert [one.value for one in programme.redeemable(member, second)] == [8_200]
    decision = programme.decide(member, second)
    (paid,) = [effect for effect in decision.effects if isinstance(effect, PointsRedeemed)]
    assert (paid.value, decision.to_pay) == (8_200, 23)
    member = decision.member
    again = read_member(write_member(member, programme), programme)
    assert again == member
    back = programme.decide(again, returned("r-1", "m", "2026-03-08T11:00:00Z", "o-2", {"1": 1}))
    assert back.refund == 11  # 41.12 of 82.23 are kept, and of 82.00 that points paid 41.00
    gone = programme.decide(back.member, cancellation("c-1", "m", "2026-03-09T11:00:00Z", "o-2"))
    assert gone.refund == 12
    assert programme.balance(gone.member, "pts").usable == 82


def test_late_orders_are_priced_by_their_own_date() -> None:
    text = "\noffer spring\n  on any product\n  through 2026-03-07\n  discount 10%\nend\n"
    programme = programme_of(text)
    member = placed(programme, [line("1", price="10")], at="2026-03-08T11:00:00Z", id="o-2").member
    late = programme.decide(member, purchase("o-1", "m", AT, [line("1", price="10")], currency="USD"))
    assert [one.granted for one in off(late)] == [100]
    assert late.to_pay == 900


def test_what_is_sent_and_told() -> None:
    decision = placed(programme_of(SEVERAL.format(policy="add up"), RETURNS), [line("1", category="tea", price="20")])
    sent = json.loads(write_decision(decision, trace=True))
    assert sent["to_pay"] == "9.90"
    assert sent["effects"][0] == {
        "kind": "discount_given",
        "rule": "tenth",
        "asked": "2.00",
        "granted": "2.00",
        "at": "2026-03-07T11:00:00+00:00",
        "lines": {"1": "2.00"},
    }
    record = next(one for one in sent["trace"] if one["rule"] == "seven")
    assert (record["stage"], record["points"], record["granted"]) == ("price", "USD", "7.77")
    assert "seven (seven): 7.77 USD off." in decision.explain()
    assert "seven: скидка 7.77 USD." in decision.explain("ru", "member")


def test_a_cap_over_the_order_is_shared_by_what_was_asked_whatever_prices_left_of_it() -> None:
    """33% of 12.16, 108.07 and 80.18 USD are 4.01, 35.66 and 26.46, of which prices leave 2.16, 35.66 and 10.18. The
    cap of 20 is shared by 401, 3 566 and 2 646: 1.213, 10.785 and 8.002, and the last cent is the second line's."""
    lowers = "on any product\n  discount 33%\n  keep price at least 10 USD\n  cap 20 USD per order"
    lines = [
        line(str(place), quantity=quantity, amount=amount)
        for place, (quantity, amount) in enumerate(((1, "12.16"), (2, "108.07"), (7, "80.18")))
    ]
    (found,) = off(placed(programme_of(f"\noffer third\n  {lowers}\nend\n"), lines))
    assert (found.asked, found.granted, found.lines) == (6613, 2000, (121, 1079, 800))


def test_a_method_of_payment_may_be_asked_for_where_the_order_tells_it() -> None:
    text = '\noffer card\n  on any product\n  when order tender is "card"\n  discount 10%\nend\n'
    programme = programme_of(text)
    decision = placed(programme, [line("1", price="10")], tenders={"card": "9.00"})
    assert [one.granted for one in off(decision)] == [100]
    unknown = placed(programme, [line("1", price="10")])
    assert [record.outcome.name for record in unknown.trace] == ["TENDER_NOT_KNOWN"]
    with pytest.raises(InputError, match=r"the 900 minor units"):
        placed(programme, [line("1", price="10")], tenders={"card": "10.00"})


def test_each_offer_is_asked_once_whatever_group_it_stands_in(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    before = reducing.taken_off

    def seen(view: View, offer: Offer, spoken: Mapping[int, Spoken], held: Held | None) -> Taken | Verdict:
        asked.append(offer.name)
        return before(view, offer, spoken, held)

    monkeypatch.setattr(combining, "taken_off", seen)
    placed(programme_of(SEVERAL.format(policy=POLICIES[3]), RETURNS), [line("1", category="tea", price="20")])
    assert sorted(asked) == ["seven", "tea", "tenth"]
