"""Orders in another currency than the first: what comes back of them, and what tables ask them."""

from __future__ import annotations

from loyalty_rules import load
from loyalty_rules.events import line, purchase, returned, tick
from tests.engine.test_several_currencies import BASE, given, order, rules


def test_of_an_order_in_yen_the_part_that_is_kept_is_judged_in_yen() -> None:
    """9 000 yen give 60 points and 50 for a large order; the 4 500 yen that are kept give 30 and are not large."""
    kept = "  returns replay within 30 days\n  returns keep prices"
    large = "earn large\n  when price after discounts at least 9 000 JPY\n  give 50 pts\nend\n"
    text = rules(BASE, large, more=kept).replace(
        "expire never\n  \n", "expire never\n  after a return may go negative\n"
    )
    programme = load(text)
    lines = [line("1", price="4500"), line("2", price="4500")]
    bought = programme.decide(
        programme.new_member("m"), purchase("p", "m", "2026-03-02T12:00:00Z", lines, currency="JPY")
    ).member
    assert programme.balance(bought, "pts").usable == 110
    back = programme.decide(bought, returned("r", "m", "2026-03-03T12:00:00Z", "p", {"2": 1}))
    assert back.refund == 4500
    assert programme.balance(back.member, "pts").usable == 30


def test_rows_of_a_table_are_asked_in_the_currency_of_the_order() -> None:
    rates = """
table rates
  value rate is percent
  | price after discounts | rate |
  | under 20 EUR          | 1%   |
  | at least 20 EUR       | 2%   |
  | under 2 000 JPY       | 3%   |
  | at least 2 000 JPY    | 4%   |
end

earn tiered
  on any product
  give [rates] to pts whole amount
end
"""
    programme = load(rules(rates))
    member = programme.new_member("m")
    assert given(programme.decide(member, order("100 EUR"))) == {"tiered": 2}
    assert given(programme.decide(member, order("1 000 JPY"))) == {"tiered": 30}
    assert given(programme.decide(member, order("3 000 JPY"))) == {"tiered": 120}


def test_what_is_accrued_in_any_currency_is_posted_together() -> None:
    monthly = """
earn base
  on any product
  give 1 pts per 1 EUR
  give 1 pts per 150 JPY
  cap 25 pts per member in calendar month
end

earn of_spend
  at end of calendar month
  basis spend in calendar month
  give 1 pts per 1 000 JPY
end
"""
    text = rules(monthly).replace(
        "round down per order", "round down per posting period\n  posts at end of calendar month"
    )
    programme = load(text)
    member = programme.new_member("m", joined="2026-03-01T00:00:00Z")
    for one in (order("10.50 EUR", "a"), order("2 000 JPY", "b", 3), order("500 JPY", "c", 4)):
        member = programme.decide(member, one).member
    # 10.5 + 2 000 / 150 + 500 / 150 = 27.17, of which 25 may be given; 2 500 yen are 2.5.
    posted = programme.decide(member, tick("m", "2026-04-02T00:00:00Z"))
    assert given(posted) == {"base": 25, "of_spend": 2}
