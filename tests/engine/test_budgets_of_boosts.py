"""What a budget gave of a boost, where its goods come back."""

from __future__ import annotations

from loyalty_rules import line, load, purchase, returned

BOOSTED = """\
loyalty rules 1

programme "A budget of a boost"
  currency RUB
  time zone UTC
  basis money paid
  prices include tax
  returns replay within 60 days
  returns keep prices
  late events refused
end

purse bonus
  rules add up
  round down per order
  usable at once
  expire never
  after a return may go negative
end

products Coffee
  where category is "coffee"
end

earn base
  on any product
  give 1 bonus per 10 RUB
end

boost double
  changes base
  on Coffee
  multiply by 2
end

budget pot
  covers double
  cap 15 bonus
  when short give what is left
end
"""


def test_a_boost_that_a_budget_cut_and_whose_goods_came_back_acts_no_more() -> None:
    """200 RUB of coffee and 100 of tea: 30, and 15 of the 20 that the boost asks for. Without the coffee: 10."""
    programme = load(BOOSTED)
    lines = [line("1", category="coffee", amount=200), line("2", category="tea", amount=100)]
    order = purchase("a", "m", "2026-03-10T12:00:00Z", lines, currency="RUB")
    given = programme.decide(programme.new_member("m"), order, programme.new_shared())
    assert programme.balance(given.member, "bonus").usable == 45
    back = returned("b", "m", "2026-03-11T12:00:00Z", "a", {"1": 1})
    after = programme.decide(given.member, back, given.shared)
    assert programme.balance(after.member, "bonus").usable == 10
