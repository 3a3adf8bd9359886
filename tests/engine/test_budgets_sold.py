"""What is sold for points out of what members share: all of it or nothing, and room for what comes back. Figures by
hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest

from loyalty_rules import Decision, DecisionError, InputError, Programme
from loyalty_rules.decision import BudgetUsed, PointsConverted, PointsRedeemed
from loyalty_rules.events import Choice, Purchase, adjustment, cancellation, choice, line, purchase, returned
from loyalty_rules.member import NEVER, MemberState
from loyalty_rules.shared import SharedState
from loyalty_rules.testing.budgets import over_budgets
from tests.engine.test_budgets import BASE, RETURNS, TRIM, WHOLE, budget, club, decided, used, uses

MUG: Final = "reward mug\n  handed over by host\n  costs 50 pts\n  expire never\n  after a return give back\n"
OFF: Final = """reward off
  pays 10 RUB
  costs 100 pts
  on any product
  no change given
  expire never
  after a return give back
"""


#: What a programme says of returns where rewards pay, and where rules give them.
PAYS: Final = f"{RETURNS}\n  refund tenders in proportion"
GIVES: Final = f"{RETURNS}\n  used vouchers stand"


def shop(*blocks: str, returns: str = RETURNS) -> Programme:
    return club(BASE, *blocks, returns=returns)


def start(rules: Programme, member: str, points: str) -> Decision:
    """A member with so many points, which no budget of these tests covers."""
    return decided(rules, buys(member, points, id="o-0", day="2026-03-01"))[0]


def buys(
    member: str, price: str, *, id: str = "o-1", day: str = "2026-03-02", items: int = 1, **redeem: int
) -> Purchase:
    lines = [line("1", quantity=items, price=price)]
    paid_from = dict.fromkeys(redeem, "pts")
    return purchase(
        id, member, f"{day}T12:00:00Z", lines, currency="RUB", redeem=redeem or None, paid_from=paid_from or None
    )


def paid(decision: Decision) -> list[tuple[str, int, int, int, str]]:
    found = [one for one in decision.effects if isinstance(one, PointsRedeemed)]
    return [(one.purse, one.units, one.rights, one.value, one.limited_by) for one in found]


def units(rules: Programme, decision: Decision, purse: str) -> int:
    return rules.balance(decision.member, purse).usable


def asks(member: str, amount: str, id: str = "x", reward: str = "mug") -> Choice:
    return choice(id, member, "2026-03-05T00:00:00Z", reward, amount=amount)


# ---------- on its own


@pytest.mark.parametrize("how", [TRIM, WHOLE])
def test_a_sale_is_given_whole_or_refused(how: str) -> None:
    """Of 3 mugs a buys 2 for 100 points; b asks for 2 and gets none, keeps its points, and buys the last one."""
    rules = shop(MUG, budget("cap 3 items", how, covers="mug"))
    a, b = start(rules, "a", "200"), start(rules, "b", "150")
    first = rules.decide(a.member, asks("a", "2"), rules.new_shared())
    assert (uses(first), units(rules, first, "mug"), units(rules, first, "pts")) == ([("b", 2, 2, 1)], 2, 100)
    with pytest.raises(DecisionError, match=r"2 of `mug` cannot be bought: budget \[choice\.refused\]"):
        rules.decide(b.member, asks("b", "2"), first.shared)
    last = rules.decide(b.member, asks("b", "1"), first.shared)
    assert (uses(last), units(rules, last, "mug"), units(rules, last, "pts")) == ([("b", 1, 1, 0)], 1, 100)
    with pytest.raises(DecisionError, match="budget"):
        rules.decide(last.member, asks("b", "1", id="y"), last.shared)


def test_a_stock_is_one_of_what_is_given_and_of_what_is_sold() -> None:
    """A rule gives 1 mug, one is sold, and a second sale finds none of 2."""
    thanks = "earn thanks\n  when money paid at least 100 RUB\n  give 1 mug\n"
    rules = shop(MUG, thanks, budget("cap 2 items", TRIM, covers="mug"), returns=GIVES)
    (given,) = decided(rules, buys("a", "120"))
    sold = rules.decide(given.member, asks("a", "1"), given.shared)
    assert (uses(given), uses(sold)) == ([("b", 1, 1, 1)], [("b", 1, 1, 0)])
    with pytest.raises(DecisionError, match="budget"):
        rules.decide(sold.member, asks("a", "1", id="y"), sold.shared)


def test_what_can_be_bought_is_what_is_left_of_the_stock() -> None:
    """200 points are four mugs at 50, of which three are in stock; two of them are sold, and one is left. One that is
    held is used all the same."""
    thanks = "earn thanks\n  when money paid at least 1 000 RUB\n  give 1 mug\n"
    rules = shop(MUG, thanks, budget("cap 3 items", TRIM, covers="mug"), returns=GIVES)
    a, b = start(rules, "a", "200"), start(rules, "b", "150")

    def most(shared: SharedState | None) -> tuple[int, str]:
        (mug,) = rules.redeemable(a.member, buys("a", "100"), shared)
        return mug.units, mug.limited_by

    assert most(None) == (4, "balance")
    assert most(rules.new_shared()) == (3, "budget")
    sold = rules.decide(b.member, asks("b", "2"), rules.new_shared()).shared
    assert sold is not None
    assert most(sold) == (1, "budget")
    given = rules.decide(a.member, buys("a", "1000"), sold)
    (mug,) = rules.redeemable(given.member, buys("a", "100", id="o-2"), given.shared)
    assert (mug.units, mug.limited_by) == (1, "budget")
    with pytest.raises(InputError, match="shared state"):
        rules.redeemable(a.member, buys("a", "100"), "shared")  # type: ignore[arg-type]  # by mistake


def test_money_counts_what_the_rights_pay() -> None:
    """Rights of 10 RUB out of 25 RUB: two, and a third one does not fit into 5 RUB."""
    rules = shop(OFF, budget("cap 25 RUB", WHOLE, covers="off"), returns=PAYS)
    a = start(rules, "a", "300")
    sold = rules.decide(a.member, asks("a", "2", reward="off"), rules.new_shared())
    assert uses(sold) == [("b", 2_000, 2_000, 500)]
    with pytest.raises(DecisionError, match="budget"):
        rules.decide(sold.member, asks("a", "1", id="y", reward="off"), sold.shared)


def test_a_sale_outside_the_dates_of_the_budget_takes_nothing_out_of_it() -> None:
    rules = shop(MUG, budget("cap 1 items", TRIM, "through 2026-03-04", covers="mug"))
    sold = rules.decide(start(rules, "a", "200").member, asks("a", "3"), rules.new_shared())
    assert (uses(sold), units(rules, sold, "mug")) == ([], 3)


def test_two_sales_side_by_side_are_confirmed_as_far_as_there_is_stock() -> None:
    rules = shop(MUG, budget("cap 3 items", TRIM, covers="mug"))
    found = [rules.decide(start(rules, name, "200").member, asks(name, "2"), rules.new_shared()) for name in "ab"]
    shared = rules.confirm(found[0], rules.new_shared())
    with pytest.raises(DecisionError, match=r"shared\.moved"):
        rules.confirm(found[1], shared)


# ---------- for an order


def test_an_order_buys_what_it_asks_for_or_none_of_it_and_says_why() -> None:
    """Of 3 rights of 10 RUB a buys 2 for an order of 30 RUB; b asks for 2, pays 30 RUB in money, and keeps its 300
    points."""
    rules = shop(OFF, budget("cap 3 items", TRIM, covers="off"), returns=PAYS)
    a, b = start(rules, "a", "300"), start(rules, "b", "300")
    first = rules.decide(a.member, buys("a", "30", off=2), rules.new_shared())
    assert (paid(first), uses(first)) == ([("pts", 200, 2, 2_000, "")], [("b", 2, 2, 1)])
    assert units(rules, first, "pts") == 110  # and 10 for the 10 RUB that were paid
    second = rules.decide(b.member, buys("b", "30", off=2), first.shared)
    assert (paid(second), uses(second)) == ([("off", 0, 0, 0, "budget")], [("b", 2, 0, 1)])
    assert (units(rules, second, "pts"), second.shared) == (330, first.shared)
    assert "the budget has not enough left for it" in second.explain()
    assert "в бюджете осталось слишком мало" in second.explain(language="ru")
    (told,) = [one for one in second.effects if isinstance(one, BudgetUsed)]
    assert (told.low, told.high) == (0, 1)
    third = rules.decide(second.member, buys("b", "30", id="o-2", off=1), second.shared)
    assert (paid(third), uses(third)) == ([("pts", 100, 1, 1_000, "")], [("b", 1, 1, 0)])


def test_what_is_held_is_used_where_nothing_more_can_be_bought() -> None:
    """b bought the only right before, and asks for 2: the one that is held pays."""
    rules = shop(OFF, budget("cap 1 items", TRIM, covers="off"), returns=PAYS)
    bought = rules.decide(start(rules, "b", "300").member, buys_one("b"), rules.new_shared())
    ordered = buys("b", "30", day="2026-03-06", off=2)
    last = rules.decide(bought.member, ordered, bought.shared)
    assert (paid(last), uses(last)) == ([("off", 1, 1, 1_000, "budget")], [("b", 1, 0, 0)])
    assert (units(rules, last, "off"), last.shared) == (0, bought.shared)


def buys_one(member: str) -> Choice:
    return asks(member, "1", reward="off")


def test_what_an_order_buys_and_what_its_rules_give_is_one_occasion() -> None:
    """A mug is bought and a rule gives another one: 2 of 3 pieces, and of `times` one. Of 3 there is then one for the
    next order, which buys it: its rule gives none."""
    thanks = "earn thanks\n  on any product\n  when money paid at least 10 RUB\n  give 1 mug\n"
    blocks = MUG, thanks
    pieces = shop(*blocks, budget("cap 3 items", TRIM, covers="mug"), returns=GIVES)
    times = shop(*blocks, budget("cap 1 times", TRIM, covers="mug"), returns=GIVES)
    for rules, first, second in (
        (pieces, [("b", 2, 2, 1)], [("b", 2, 1, 0)]),
        (times, [("b", 1, 1, 0)], [("b", 1, 0, 0)]),
    ):
        a, b = (member_with(rules, name) for name in "ab")
        one = rules.decide(a, buys("a", "20", mug=1), rules.new_shared())
        two = rules.decide(b, buys("b", "20", mug=1), one.shared)
        assert (uses(one), uses(two)) == (first, second)


def member_with(rules: Programme, name: str) -> MemberState:
    """A member with 100 points and no mug, whatever budgets have left."""
    gift = adjustment("g", name, "2026-03-01T00:00:00Z", "pts", "100", reason="gift", actor="test")
    return rules.decide(rules.new_member(name), gift, rules.new_shared()).member


# ---------- what comes back


def test_a_price_that_comes_back_makes_room() -> None:
    """Two rights pay 20 of 32 RUB: with the first item one of them comes back, with the second the other."""
    rules = shop(OFF, budget("cap 2 items", TRIM, covers="off"), returns=PAYS)
    sold = rules.decide(start(rules, "a", "300").member, buys("a", "16", items=2, off=2), rules.new_shared())
    assert uses(sold) == [("b", 2, 2, 0)]
    one = rules.decide(sold.member, returned("r-1", "a", "2026-03-03T00:00:00Z", "o-1", {"1": 1}), sold.shared)
    assert (uses(one), units(rules, one, "pts")) == ([("b", -1, -1, 1)], 206)
    two = rules.decide(one.member, returned("r-2", "a", "2026-03-04T00:00:00Z", "o-1", {"1": 1}), one.shared)
    assert (uses(two), units(rules, two, "pts"), used(two)) == ([("b", -1, -1, 2)], 300, {})


def test_a_price_for_several_comes_back_with_the_last_of_them() -> None:
    """Three mugs cost two started pairs. They come back when nothing of the order is kept, and so does their room."""
    pairs = MUG.replace("costs 50 pts", "costs 50 pts per started 2 items")
    rules = shop(pairs, budget("cap 4 items", TRIM, covers="mug"))
    sold = rules.decide(start(rules, "a", "100").member, buys("a", "10", items=2, mug=3), rules.new_shared())
    assert (uses(sold), paid(sold)) == ([("b", 3, 3, 1)], [("pts", 100, 3, 0, "")])
    one = rules.decide(sold.member, returned("r-1", "a", "2026-03-03T00:00:00Z", "o-1", {"1": 1}), sold.shared)
    assert (uses(one), one.shared) == ([], sold.shared)
    two = rules.decide(one.member, cancellation("c-1", "a", "2026-03-04T00:00:00Z", "o-1"), one.shared)
    assert (uses(two), used(two), units(rules, two, "pts")) == ([("b", -3, -3, 4)], {}, 100)


def test_what_stays_used_stays_sold() -> None:
    rules = shop(OFF.replace("give back", "stay used"), budget("cap 2 items", TRIM, covers="off"), returns=PAYS)
    sold = rules.decide(start(rules, "a", "300").member, buys("a", "30", off=2), rules.new_shared())
    back = rules.decide(sold.member, cancellation("c-1", "a", "2026-03-03T00:00:00Z", "o-1"), sold.shared)
    assert (uses(back), back.shared) == ([], sold.shared)


def test_a_time_is_free_again_once_neither_sale_nor_gift_of_it_stands() -> None:
    """The order buys a mug and gets one for 10 RUB a piece of goods: with one of two items back the gift falls, the
    sale stands."""
    thanks = "earn thanks\n  on any product\n  when money paid at least 20 RUB\n  give 1 mug\n"
    rules = shop(MUG, thanks, budget("cap 1 times", TRIM, covers="mug"), returns=GIVES)
    sold = rules.decide(member_with(rules, "a"), buys("a", "10", items=2, mug=1), rules.new_shared())
    assert uses(sold) == [("b", 1, 1, 0)]
    one = rules.decide(sold.member, returned("r-1", "a", "2026-03-03T00:00:00Z", "o-1", {"1": 1}), sold.shared)
    assert (uses(one), units(rules, one, "mug")) == ([], 0)
    two = rules.decide(one.member, returned("r-2", "a", "2026-03-04T00:00:00Z", "o-1", {"1": 1}), one.shared)
    assert (uses(two), used(two)) == ([("b", -1, -1, 1)], {})


def test_a_right_that_was_bought_before_comes_back_to_be_held_and_stays_sold() -> None:
    rules = shop(OFF, budget("cap 1 items", TRIM, covers="off"), returns=PAYS)
    bought = rules.decide(start(rules, "b", "100").member, buys_one("b"), rules.new_shared())
    ordered = rules.decide(bought.member, buys("b", "30", day="2026-03-06", off=1), bought.shared)
    back = rules.decide(ordered.member, cancellation("c-1", "b", "2026-03-07T00:00:00Z", "o-1"), ordered.shared)
    assert (uses(back), units(rules, back, "off"), back.shared) == ([], 1, bought.shared)


def test_a_document_keeps_what_its_order_bought() -> None:
    rules = shop(OFF, budget("cap 3 items", TRIM, covers="off"), returns=PAYS)
    sold = rules.decide(start(rules, "a", "300").member, buys("a", "30", off=2), rules.new_shared())
    (use,) = sold.member.records[-1].budgets
    assert use[:7] == ("b ITEMS EVER", "", 0, "off", "off", ("off",), 2)
    (told,) = [one for one in sold.effects if isinstance(one, BudgetUsed)]
    assert (told.low, told.high) == (2, NEVER)
    assert isinstance(sold.shared, SharedState)


# ---------- told by properties


def test_a_sale_that_is_told_and_not_counted_or_counted_and_not_told_is_seen() -> None:
    """Two of three mugs are sold on their own, and the third one for an order."""
    rules = shop(MUG, budget("cap 3 items", TRIM, covers="mug"))
    bought = start(rules, "a", "150")
    sale = rules.decide(bought.member, asks("a", "2"), rules.new_shared())
    ordered = rules.decide(sale.member, buys("a", "10", day="2026-03-06", mug=3), sale.shared)
    found = (bought, sale, ordered)
    assert not list(over_budgets(found))
    for place, kind in ((1, PointsConverted), (2, PointsRedeemed)):
        less = tuple(effect for effect in found[place].effects if not isinstance(effect, kind))
        told = (*found[:place], replace(found[place], effects=less), *found[place + 1 :])
        assert [place for place, _ in over_budgets(told)] == [place]


# ---------- at their bounds


def test_a_purse_is_filled_by_a_sale_to_its_last_unit() -> None:
    rules = shop(MUG + "  hold at most 3 mug\n")
    member = start(rules, "a", "300").member
    with pytest.raises(DecisionError, match=r"4 of `mug` cannot be bought: full"):
        rules.decide(member, asks("a", "4"))
    full = rules.decide(member, asks("a", "3"))
    assert units(rules, full, "mug") == 3
    with pytest.raises(DecisionError, match=r"1 of `mug` cannot be bought: full"):
        rules.decide(full.member, asks("a", "1", id="y"))


def test_the_limit_of_what_pays_is_one_of_using_it() -> None:
    """Two are bought, one is used; of the next order none."""
    rules = shop(OFF + "  limit 1 per member in calendar month\n", returns=PAYS)
    bought = rules.decide(start(rules, "a", "300").member, asks("a", "2", reward="off"))
    first = rules.decide(bought.member, buys("a", "30", day="2026-03-06", off=2))
    assert (paid(first), units(rules, first, "off")) == ([("off", 1, 1, 1_000, "limit")], 1)
    second = rules.decide(first.member, buys("a", "30", id="o-2", day="2026-03-07", off=1))
    assert (paid(second), units(rules, second, "off")) == ([("off", 0, 0, 0, "limit")], 1)


def test_a_sale_and_a_gift_that_was_refused_hold_for_exactly_so_much() -> None:
    """Of 3 mugs 2 are sold, and of 2 that a rule gives none, as it is all or nothing: with 1 left less would be sold,
    with 4 more given."""
    thanks = "earn thanks\n  when money paid at least 20 RUB\n  give 2 mug\n"
    rules = shop(MUG, thanks, budget("cap 3 items", WHOLE, covers="mug"), returns=GIVES)
    found = rules.decide(member_with(rules, "a"), buys("a", "20", mug=2), rules.new_shared())
    (told,) = [one for one in found.effects if isinstance(one, BudgetUsed)]
    assert (told.asked, told.granted, told.low, told.high) == (4, 2, 3, 3)
