"""What the checker proves of promises: the least bound that is proved, worked out by hand for each thing that a rule
may say, and that a bound a little below it is not."""

from __future__ import annotations

import pytest

from loyalty_rules.lang.checker.proving.proofs import MAX_WORK, Prover
from loyalty_rules.problems.promises import PromiseOpen, WorthUnknown
from tests.lang.checking import check, codes

HEAD = """loyalty rules 1

programme "Proofs"
  currency RUB
  time zone UTC
  week starts monday
  basis money paid
  prices include tax
  returns refused
  late events refused
end

purse pts
  rules add up
  round down per order
  worth 1 RUB per 1 pts
  usable at once
  expire never
end

purse cash
  counted in RUB
  rules add up
  round down per order
  usable at once
  expire never
end

products Tea
  where category is "tea"
end

products Cakes
  where category is "cakes"
end

segment staff
  supplied by host
end

event review
end

tiers status
  level silver when spend in last 30 days at least 100 RUB
  level gold above silver when spend in last 30 days at least 1 000 RUB
  upgrade from next order
  review never
end

table ladder
  value rate is percent
  | money paid       | rate |
  | under 100 RUB    | 3%   |
  | at least 100 RUB | 7%   |
end
"""
RATE = "earn base\n  on any product\n  give 1 pts per 10 RUB\nend\n"
DOUBLE = "boost double\n  changes base\n  multiply by 2\nend\n"


def proved(rules: str, bound: str, *asked: str) -> bool:
    clauses = "".join(f"  {one}\n" for one in asked)
    checked, found = check(f"{HEAD}\n{rules}\npromise one\n{clauses}  always {bound}\nend\n")
    assert {type(problem) for _, problem in found} <= {PromiseOpen}
    assert checked is not None
    return checked.promises["one"].proved


def share(number: str, of: str = "money paid") -> str:
    return f"value given in this order at most {number}% of {of}"


#: Rules, the least bound, and one just below it.
LEAST = {
    "a rate": (RATE, share("10"), share("9.99")),
    "a per cent": ("earn five\n  on any product\n  give 5% to cash\nend\n", share("5"), share("4.99")),
    "two rules": (RATE + RATE.replace("base", "more"), share("20"), share("19.99")),
    "whole steps": (RATE.replace("per 10", "per full 10"), share("10"), share("9.99")),
    "a step is begun by one kopeck": (RATE.replace("per 10", "per started 10"), share("10000"), share("9999")),
    "rounding up: a point for a kopeck": (
        RATE.replace("\nend", "\n  round up per order\nend"),
        share("10000"),
        share("9999"),
    ),
    "a half is rounded up: twice as much": (
        RATE.replace("\nend", "\n  round half up per line\nend"),
        share("20"),
        share("19.99"),
    ),
    "a boost": (RATE + DOUBLE, share("20"), share("19.99")),
    "a gift in place of another": (
        RATE + "boost other\n  changes base\n  replace with 3 pts per 20 RUB\nend\n",
        share("15"),
        share("14.99"),
    ),
    "a gift more": (
        RATE + "boost more\n  changes base\n  increase by 3 pts per 100 RUB\nend\n",
        share("13"),
        share("12.99"),
    ),
    "a chain of boosts": (
        RATE
        + DOUBLE
        + DOUBLE.replace("double", "again")
        + "group both\n  multiply\n  rule double\n  rule again\nend\n",
        share("40"),
        share("39.99"),
    ),
    "a boost after rounding": (
        RATE + DOUBLE.replace("by 2", "by 2\n  after rounding"),
        share("20"),
        share("19.99"),
    ),
    "a choice": (
        RATE
        + RATE.replace("base", "more").replace("1 pts", "3 pts")
        + "group one_of\n  choose largest for member\n  decide per order\n  rule base\n  rule more\nend\n",
        share("30"),
        share("29.99"),
    ),
    "a choice for each line": (
        RATE
        + RATE.replace("base", "more").replace("1 pts", "3 pts")
        + "group one_of\n  choose largest for member\n  decide per line\n  rule base\n  rule more\nend\n",
        share("30"),
        share("29.99"),
    ),
    "lines of one kind or the other": (
        RATE.replace("any product", "Tea") + RATE.replace("base", "more").replace("any product", "Cakes"),
        share("10"),
        share("9.99"),
    ),
    "one level or the other": (
        RATE.replace("earn base", "earn base\n  for status is gold")
        + RATE.replace("earn base", "earn more\n  for status is silver"),
        share("10"),
        share("9.99"),
    ),
    "a table of parts": (
        "earn parts\n  on any product\n  give [ladder] to pts each part\nend\n",
        share("7"),
        share("6.99"),
    ),
    "a fixed gift of a large order": (
        RATE + "earn large\n  when money paid at least 1 000 RUB\n  give 50 pts\nend\n",
        share("15"),
        share("14.99"),
    ),
    "a gift of what was given": (
        RATE + "earn tenth\n  basis earned pts by base in this order\n  give 50% to pts\nend\n",
        share("15"),
        share("14.99"),
    ),
    "what is spent over a month": (
        "earn month\n  basis spend in calendar month\n  give 1 pts per 10 RUB\nend\n",
        share("10"),
        share("9.99"),
    ),
    "a share of what is spent": (RATE, share("10", "spend in this order"), share("9.99", "spend in this order")),
    "a share of the list price": (RATE, share("10", "list price"), share("9.99", "list price")),
    "fixed gifts": (
        "earn a\n  when weekday is monday\n  give 5 pts\nend\nearn b\n  when order number is 1\n  give 7 pts\nend\n",
        "earned pts in this order at most 12 pts",
        "earned pts in this order at most 11 pts",
    ),
    "a fixed gift doubled up to a cap": (
        "earn base\n  on Tea\n  give 50 pts\nend\n" + DOUBLE.replace("by 2", "by 2\n  cap 20 pts per order"),
        "earned pts in this order at most 70 pts",
        "earned pts in this order at most 69 pts",
    ),
    "a cap": (
        RATE.replace("\nend", "\n  cap 30 pts per member in calendar month\nend"),
        "value given in this order at most 30 RUB",
        "value given in this order under 30 RUB",
    ),
    "the first thousand": (
        RATE.replace("\nend", "\n  only first 1 000 RUB per order\nend"),
        "earned pts in this order at most 100 pts",
        "earned pts in this order at most 99 pts",
    ),
    "two items": (
        "earn base\n  on Tea\n  only first 2 items dearest first\n  give 5 pts per 1 item\nend\n",
        "earned pts in this order at most 10 pts",
        "earned pts in this order at most 9 pts",
    ),
    "a minimum": (
        RATE.replace("\nend", "\n  minimum 5 pts\n  only first 100 RUB per order\nend"),
        "earned pts in this order at most 10 pts",
        "earned pts in this order at most 9 pts",
    ),
    "what one rule gives": (
        RATE + "earn welcome\n  when order number is 1\n  give 50 pts\nend\n",
        "value given by base in this order at most 10% of money paid",
        "value given by base in this order under 10% of money paid",
    ),
}


@pytest.mark.parametrize(("rules", "least", "less"), LEAST.values(), ids=LEAST)
def test_the_least_bound_is_proved_and_no_less(rules: str, least: str, less: str) -> None:
    assert (proved(rules, least), proved(rules, less)) == (True, False)


def test_a_fixed_gift_is_no_share_of_an_order_of_any_size() -> None:
    gift = "earn welcome\n  when order number is 1\n  give 1 pts\nend\n"
    assert not proved(RATE + gift, share("900"))
    assert proved(RATE + gift, share("11"), "when money paid at least 100 RUB")
    assert not proved(RATE + gift, share("10.99"), "when money paid at least 100 RUB")


def test_a_remainder_of_earlier_orders_is_no_share_of_this_one() -> None:
    carries = HEAD.replace("  worth", "  carry remainder\n  worth")
    checked, _ = check(f"{carries}\n{RATE}\npromise one\n  always {share('900')}\nend\n")
    assert checked is not None and not checked.promises["one"].proved


def test_a_full_purse_takes_no_more() -> None:
    holds = HEAD.replace("  worth", "  hold at most 40 pts\n  worth")
    for most, expected in ((40, True), (39, False)):
        checked, _ = check(f"{holds}\n{RATE}\npromise one\n  always earned pts in this order at most {most} pts\nend\n")
        assert checked is not None
        assert checked.promises["one"].proved is expected


MONTHLY = """
table monthly
  value rate is number
  | spend in calendar month | rate |
  | under 100 RUB           | 1    |
  | at least 100 RUB        | 2    |
end

earn base
  basis spend in calendar month
  give [monthly] pts per full 10 RUB PARTS
end
"""


def test_a_higher_row_that_counts_for_all_that_was_there_before_is_no_share_of_an_order() -> None:
    assert not proved(MONTHLY.replace("PARTS", "whole amount"), share("1000"), "when money paid at least 100 RUB")


def test_a_step_in_each_part_of_a_ladder_may_have_been_almost_full() -> None:
    each = MONTHLY.replace("PARTS", "each part")
    assert proved(each, share("24"), "when money paid at least 100 RUB")
    assert not proved(each, share("23.99"), "when money paid at least 100 RUB")


def test_an_order_of_a_known_size_has_a_bound_in_money() -> None:
    assert proved(RATE, "value given in this order at most 50 RUB", "when money paid at most 500 RUB")
    assert not proved(RATE, "value given in this order at most 49 RUB", "when money paid at most 500 RUB")
    assert not proved(RATE, "value given in this order at most 50 RUB", "when price after discounts at least 500 RUB")


def test_tax_on_top_is_paid_and_is_in_no_price() -> None:
    on_top = HEAD.replace("prices include tax", "tax comes on top of prices")
    found = {}
    for base in ("money paid", "price after discounts", "list price"):
        checked, _ = check(f"{on_top}\n{RATE}\npromise one\n  always {share('10', base)}\nend\n")
        assert checked is not None
        found[base] = checked.promises["one"].proved
    assert found == {"money paid": True, "price after discounts": False, "list price": False}


def test_no_more_than_the_price_is_paid_and_perhaps_less() -> None:
    by_price = HEAD.replace("basis money paid", "basis price after discounts")
    found = {}
    for base in ("money paid", "price after discounts", "list price"):
        checked, _ = check(f"{by_price}\n{RATE}\npromise one\n  always {share('10', base)}\nend\n")
        assert checked is not None
        found[base] = checked.promises["one"].proved
    assert found == {"money paid": False, "price after discounts": True, "list price": True}


def test_whom_and_when_a_promise_is_about_is_known_to_the_proof() -> None:
    rules = RATE + DOUBLE.replace("changes base", "changes base\n  when weekday is sunday")
    assert proved(rules, share("10"), "when weekday is one of monday, tuesday")
    assert not proved(rules, share("10"), "when weekday is one of monday, sunday")
    gold = RATE.replace("earn base", "earn base\n  for status is gold")
    assert proved(gold, "value given in this order is 0 RUB", "for status is not gold")
    assert proved(gold, "value given in this order at most 0 RUB or status is gold")
    assert not proved(gold, "value given in this order at most 0 RUB or status is silver")


def test_a_guardrail_over_the_whole_occasion_leaves_nothing() -> None:
    never = "never no_staff\n  for in segment staff\n  blocks earning\nend\n"
    assert proved(RATE + never, "value given in this order is 0 RUB", "for in segment staff")
    assert not proved(RATE + never, "value given in this order is 0 RUB")
    march = never.replace("blocks earning", "blocks earning\n  from 2026-03-01 through 2026-03-31")
    assert not proved(RATE + march, "value given in this order is 0 RUB", "for in segment staff")


def test_a_promise_of_all_occasions_counts_events_and_joining() -> None:
    rules = (
        RATE.replace("\nend", "\n  cap 5 pts per order\nend") + "earn said\n  after event review\n  give 8 pts\nend\n"
    )
    assert proved(rules, "value given in this order at most 8 RUB")
    assert not proved(rules, "value given in this order at most 7 RUB")
    assert proved(rules, "value given in this order at most 5 RUB or money paid under 0 RUB")


def test_several_bounds_and_both_ends() -> None:
    assert proved(RATE, f"{share('10')} and value given in this order at least 0 RUB")
    assert not proved(RATE, f"{share('10')} and value given in this order at least 1 RUB")
    capped = RATE.replace("\nend", "\n  cap 5 pts per order\nend")
    assert proved(capped, "earned pts in this order between 0 pts and 5 pts")
    assert not proved(capped, "earned pts in this order between 1 pts and 5 pts")
    assert proved(capped, "any 1 among (value given in this order at most 5 RUB or status is gold)")
    assert not proved(capped, "not (value given in this order over 5 RUB)")
    assert not proved(capped, "balance of pts at most 1 000 pts")


def test_boosts_of_which_none_alone_adds_a_whole_point_may_all_act() -> None:
    """0.3 and 0.6 of a point added to 0.3 make one for 3 RUB; so two options count together."""
    group = "group one_of\n  choose largest for member\n  decide per order\n  rule double\n  rule triple\nend\n"
    rules = RATE + DOUBLE + DOUBLE.replace("double", "triple").replace("by 2", "by 3") + group
    assert not proved(rules, share("30"))
    assert proved(rules, share("40"))


def test_a_large_file_is_left_open_rather_than_looked_at_for_long() -> None:
    rules = "".join(
        f'earn r{number}\n  on Tea\n  when order store is "s{number}"\n  give 1 pts per 10 RUB\nend\n'
        for number in range(400)
    )
    checked, _ = check(f"{HEAD}\n{rules}\npromise one\n  always {share('10')}\nend\n")
    assert checked is not None
    prover = Prover(checked)
    prover.suspects(checked.promises["one"])
    assert prover.work.left > -MAX_WORK


def test_a_purse_that_is_counted_says_what_it_is_worth() -> None:
    worthless = HEAD.replace("  worth 1 RUB per 1 pts\n", "")
    promise = f"promise one\n  always {share('10')}\nend\n"
    assert codes(worthless + RATE + promise) == ["L162"]
    cash = "earn back\n  on any product\n  give 5% to cash\nend\n"
    assert codes(worthless + cash + promise) == []  # what no rule gives is not counted
    by = "promise one\n  always value given by back in this order at most 10% of money paid\nend\n"
    assert codes(worthless + RATE + cash + by) == []
    reward = "reward coffee\n  handed over by host\n  expire never\nend\n"
    gives = "earn free\n  on Tea\n  give 1 coffee\nend\n"
    assert codes(HEAD + RATE + reward + gives + promise) == ["L162"]  # what it is worth cannot be said
    twice = check(worthless + RATE + promise + promise.replace("promise one", "promise other"))[1]
    assert [problem for _, problem in twice] == [WorthUnknown("pts", "RUB")]


@pytest.mark.parametrize(
    ("clause", "code"),
    [
        ("always value given in calendar month at most 10 RUB", "L063"),
        ("always value given at most 10 RUB", "L062"),
        ("always value given on Tea in this order at most 10 RUB", "L064"),
        ("always value given in this order at most 10 pts", "L053"),
        ("always value given in this order at most 10% of earned pts in this order", "L050"),
        ("always category is \"tea\"", "L055"),
    ],
)  # fmt: skip
def test_what_a_promise_cannot_ask(clause: str, code: str) -> None:
    assert codes(f"{HEAD}\n{RATE}\npromise one\n  {clause}\nend\n") == [code]


@pytest.mark.parametrize(
    "block",
    [
        "earn more\n  when value given in this order at least 5 RUB\n  give 1 pts\nend\n",
        "earn more\n  basis value given in this order\n  give 5% to pts\nend\n",
        "segment rich\n  when value given in this order at least 5 RUB\nend\n",
        'example "One"\n  at 2026-03-02 10:00 nothing happens\n  afterwards value given in this order is 0 RUB\nend\n',
    ],
)
def test_only_promises_ask_for_the_value_of_what_was_given(block: str) -> None:
    assert codes(f"{HEAD}\n{RATE}\n{block}") in (["L163"], ["L063"])
