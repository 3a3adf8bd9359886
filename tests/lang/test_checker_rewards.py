"""Rewards as the checker sees them: what they are held in, and what says nothing of them."""

from __future__ import annotations

from fractions import Fraction

import pytest

from loyalty_rules import load
from loyalty_rules.diagnostics import Problem, Role
from loyalty_rules.problems.budgets import BudgetCounts, BudgetNeverMeets
from loyalty_rules.problems.clauses import ClauseMissing
from loyalty_rules.problems.returns import NothingRefunded, NothingReturned
from loyalty_rules.problems.rewards import NothingOfReward
from loyalty_rules.problems.rules import PurseTwice
from loyalty_rules.problems.spending import NothingSpends
from loyalty_rules.problems.values import WrongUnit
from tests.lang.checking import check

HEAD = """loyalty rules 1

programme "Club"
  currency RUB
  time zone UTC
  basis money paid
  prices include tax
  {returns}
  late events refused
end

purse stars
  round down per order
  usable at once
  expire never
  {take}
end

reward gift "Gift"
{clauses}
  expire never
end
"""


def file_of(*clauses: str, take: str = "take oldest first", returns: str = "returns refused") -> str:
    lines = "\n".join(f"  {clause}" for clause in clauses)
    return HEAD.format(clauses=lines, take=take, returns=returns)


def problems_of(text: str) -> list[Problem]:
    return [problem for _, problem in check(text)[1]]


COSTS = "costs 5 stars"


@pytest.mark.parametrize(
    ("clauses", "decimals", "currency", "apart", "worth"),
    [
        (("handed over by host", COSTS), 0, "", False, None),
        (("pays 5 RUB", "on any product", "no change given", COSTS), 0, "", False, Fraction(500)),
        (("pays 5 RUB", "on any product", COSTS), 2, "RUB", False, None),
        (("pays its value", "on any product"), 2, "RUB", False, None),
    ],
)
def test_what_a_reward_is_held_in(
    clauses: tuple[str, ...], decimals: int, currency: str, apart: bool, worth: Fraction | None
) -> None:
    text = file_of(*clauses, take="take oldest first" if COSTS in clauses else "")
    purse = load(text).checked.purses["gift"]
    assert (purse.decimals, purse.currency, purse.apart, purse.worth) == (decimals, currency, apart, worth)


def test_vouchers_of_their_own_value_stay_apart() -> None:
    assert load(file_of("pays its value", "on any product", "no change given", take="")).checked.purses["gift"].apart


@pytest.mark.parametrize(
    ("clauses", "found"),
    [
        (("handed over by host", "no change given"), NothingOfReward(Role("NO_CHANGE"), Role("HANDED_OVER"))),
        (("handed over by host", "cap 5 RUB per order"), NothingOfReward(Role("CAP"), Role("HANDED_OVER"))),
        (("pays its value", "on any product", COSTS), NothingOfReward(Role("COSTS"), Role("PAYS_VALUE"))),
        (("pays 5 RUB", "on any product", "limit 1 per order"), NothingOfReward(Role("LIMIT"), Role("PAYS"))),
        (("pays 5 RUB", "no change given"), ClauseMissing(Role("H_REWARD"), "gift", (Role("ON"),))),
        (("pays 5 RUB", "on any product", "no change given", "cap 2 gift per order"), WrongUnit("2 gift", "RUB")),
        (("handed over by host", COSTS, "costs 7 stars"), PurseTwice("stars")),
        (("handed over by host", "costs 5 stars per started 2 RUB"), WrongUnit("2 RUB", Role("ITEMS"))),
        (("handed over by host", "after a return give back"), NothingReturned(Role("RET_BACK"), Role("RET_NONE"))),
        (("handed over by host",), NothingSpends("stars")),
    ],
)
def test_what_says_nothing_of_a_reward_or_is_missing(clauses: tuple[str, ...], found: Problem) -> None:
    sold = any(clause.startswith("costs") for clause in clauses)
    take = "take oldest first" if sold or isinstance(found, NothingSpends) else ""
    assert found in problems_of(file_of(*clauses, take=take))


def test_what_pays_says_how_it_is_refunded_and_what_becomes_of_it() -> None:
    returns = "returns replay within 30 days\n  returns keep prices"
    text = file_of("pays 5 RUB", "on any product", take="after a return may go negative", returns=returns)
    assert problems_of(text) == [
        ClauseMissing(Role("H_PROGRAMME"), "Club", (Role("REFUND_PROP"), Role("REFUND_POINTS"), Role("REFUND_MONEY"))),
        ClauseMissing(Role("H_REWARD"), "gift", (Role("RET_BACK"), Role("RET_USED"))),
    ]
    handed = file_of(
        "handed over by host",
        "after a return give back",
        take="after a return may go negative",
        returns=f"{returns}\n  refund points first",
    )
    assert problems_of(handed) == [NothingRefunded(Role("REFUND_POINTS"))]


def test_where_rules_give_rewards_for_orders_the_programme_says_what_becomes_of_used_ones() -> None:
    returns = "returns replay within 30 days\n  returns keep prices"
    clauses = ("handed over by host", "after a return give back")
    text = file_of(*clauses, take="after a return may go negative", returns=returns)
    given = f"{text}\nearn thanks\n  give 1 gift\nend\n"
    assert problems_of(given) == [ClauseMissing(Role("H_PROGRAMME"), "Club", (Role("USED_STAND"), Role("USED_OWED")))]
    assert problems_of(given.replace(returns, "returns refused\n  used vouchers stand"))[0] == NothingReturned(
        Role("USED_STAND"), Role("RET_NONE")
    )
    owed = load(given.replace(returns, f"{returns}\n  used vouchers are owed")).checked.purses["gift"]
    assert (owed.may_go_negative, owed.used_stands) == (True, False)


STOCK = "\nbudget stock\n  covers gift\n  cap 3 items\n  when short give nothing\n{dates}end\n"


def test_a_budget_counts_pieces_of_what_is_held_in_whole_rights() -> None:
    whole = file_of("pays 5 RUB", "on any product", "no change given", COSTS)
    assert problems_of(whole + STOCK.format(dates="")) == []
    money = file_of("pays 5 RUB", "on any product", COSTS)
    assert problems_of(money + STOCK.format(dates="")) == [BudgetCounts("3 items")]


def test_a_budget_meets_what_is_sold() -> None:
    sold = file_of("handed over by host", COSTS, "through 2026-03-31")
    april = STOCK.format(dates="  from 2026-04-01\n")
    assert problems_of(sold + april) == [BudgetNeverMeets("stock")]
    assert problems_of(sold + april.replace("04-01", "03-31")) == []
