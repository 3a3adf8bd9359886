"""Offers where they meet other things: taxes, sets of other offers, caps that count the same, goods that come back."""

from __future__ import annotations

from loyalty_rules import Decision, Programme, load, purchase, returned
from loyalty_rules.events import line
from tests.engine.test_offers import AT, HEAD, off, placed, programme_of

POINTS = """
purse pts
  round down per order
  usable at once
  expire never
end
"""


def granted(decision: Decision) -> list[tuple[str, int]]:
    return [(one.rule, one.granted) for one in off(decision)]


def ordered(programme: Programme, number: int, price: str = "10", quantity: int = 1) -> list[Decision]:
    """So many orders of tea, one after another."""
    found: list[Decision] = []
    for place in range(number):
        member = found[-1].member if found else programme.new_member("m")
        goods = [line("1", category="tea", quantity=quantity, price=price)]
        found.append(programme.decide(member, purchase(f"o-{place}", "m", AT, goods, currency="USD")))
    return found


def test_a_line_that_no_offer_lowers_keeps_its_tax() -> None:
    """10 cents of tax on three mugs are no whole cents each: they stay 10, whatever is taken off the tea."""
    head = HEAD.format(more="returns refused").replace(
        "prices include tax", "tax comes on top of prices\n  taxes round half up per item"
    )
    programme = load(head + "\noffer tenth\n  on Tea\n  discount 10%\nend\n")
    mugs = line("1", category="mug", quantity=3, price="1", tax="0.10")
    assert placed(programme, [mugs]).to_pay == 310
    tea = line("2", category="tea", price="1", tax="0.20")
    assert placed(programme, [mugs, tea]).to_pay == 310 + 90 + 18


SET = "\noffer {name}\n  buy 2 items on Tea cheapest first\n  discount {rate}%\n  {more}\nend\n"


def test_an_offer_that_lost_in_its_group_has_no_units_in_its_sets() -> None:
    """Of four cups two get 10%, the smaller of two offers; the two others are free for the third offer."""
    offers = "".join(
        SET.format(name=name, rate=rate, more=f"limit {most} per order")
        for name, rate, most in (("a", 10, 1), ("b", 20, 1), ("c", 50, 2))
    )
    groups = (
        "\ngroup inner\n  rule a\n  rule b\n  choose smallest for member\n  decide per order\nend\n"
        "\ngroup outer\n  rule inner\n  rule c\n  one after another\nend\n"
    )
    (decision,) = ordered(programme_of(offers + groups), 1, "1", 4)
    assert granted(decision) == [("a", 20), ("c", 100)]


def test_an_offer_whose_cap_is_used_up_leaves_the_units_to_the_next() -> None:
    offers = SET.format(name="a", rate=10, more="cap 0.20 USD per member in calendar month")
    offers += SET.format(name="c", rate=50, more="limit 9 per order")
    group = "\ngroup both\n  rule a\n  rule c\n  one after another\nend\n"
    decisions = ordered(programme_of(offers + group), 2, "1", 2)
    assert [granted(one) for one in decisions] == [[("a", 20)], [("c", 100)]]


def test_of_two_caps_that_count_the_same_the_lower_holds_and_counts_once() -> None:
    """1 USD off an order, 3 at most in a month: three orders."""
    caps = "cap 5 USD per member in calendar month\n  cap 3 USD per member in calendar month"
    programme = programme_of(f"\noffer tenth\n  on Tea\n  discount 10%\n  {caps}\nend\n")
    assert [granted(one) for one in ordered(programme, 4)] == [[("tenth", 100)]] * 3 + [[]]


def test_of_two_limits_that_count_the_same_the_lower_holds_and_counts_once() -> None:
    limits = "limit 5 per member in calendar month\n  limit 3 per member in calendar month"
    rules = f"\nearn base\n  on Tea\n  give 1 pts per 1 USD\n  {limits}\nend\n"
    tenth = f"\noffer tenth\n  on Tea\n  discount 10%\n  {limits}\nend\n"
    programme = programme_of(POINTS + rules + tenth)
    decisions = ordered(programme, 4)
    assert [granted(one) for one in decisions] == [[("tenth", 100)]] * 3 + [[]]
    assert programme.balance(decisions[-1].member, "pts").usable == 27  # 9 of each order


def test_goods_that_are_kept_do_not_become_reduced_by_the_rounding_of_their_shares() -> None:
    """1.01 USD for three, 1 cent off. Of one of them the shares are 0.34, 0.33 and 0: it was not on sale before either,
    and its 33 cents give 33 of the 100 points."""
    full = "\nproducts Full\n  where not (on sale)\nend\n\nearn base\n  on Full\n  give 1 pts per 0.01 USD\nend\n"
    points = POINTS.replace("expire never", "expire never\n  after a return take only what is left")
    cent = "\noffer cent\n  on Tea\n  discount 0.01 USD\nend\n"
    programme = programme_of(points + full + cent, "returns replay within 30 days\n  returns keep prices")
    bought = placed(programme, [line("1", category="tea", quantity=3, amount="1.01")])
    assert programme.balance(bought.member, "pts").usable == 100
    back = programme.decide(bought.member, returned("r-1", "m", "2026-03-08T11:00:00Z", "o-1", {"1": 2}))
    assert programme.balance(back.member, "pts").usable == 33


def test_a_guardrail_is_asked_of_the_order_as_it_came() -> None:
    """105 USD are not under 100, so all offers act: 10.50 off, 1 more, and 93.50 down to 90."""
    programme = programme_of(
        "\nnever small\n  when price after discounts under 100 USD\n  blocks discounts\nend\n"
        "\noffer tenth\n  on any product\n  discount 10%\nend\n"
        "\noffer one\n  on any product\n  discount 1 USD\nend\n"
        "\ngroup both\n  rule tenth\n  rule one\n  one after another\nend\n"
        "\noffer whole\n  on any product\n  round order total down to 5 USD\nend\n"
    )
    (decision,) = ordered(programme, 1, "105")
    assert granted(decision) == [("tenth", 1_050), ("one", 100), ("whole", 350)]
    (small,) = ordered(programme, 1, "99.99")
    assert [record.outcome.name for record in small.trace] == ["EXCLUDED_BY_NEVER"] * 3
