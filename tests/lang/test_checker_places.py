"""Where awards become whole: what the checker makes of it, and what it refuses. Values typed by hand."""

from __future__ import annotations

import pytest

from loyalty_rules.amounts import Rounding
from loyalty_rules.calendar import Period
from loyalty_rules.lang import checked as k
from tests.lang.checking import boost, checked, club, codes, earn

RATE = ("on any product", "give 1 bonus per 10 RUB")


def purse(place: str, *, programme: str = "", blocks: tuple[str, ...] = ()) -> str:
    return club(*blocks, programme=programme).replace("round down per order", f"round half even {place}", 1)


@pytest.mark.parametrize(
    ("place", "found", "period"),
    [
        ("per order together", k.Place.TOGETHER, None),
        ("in calendar day", k.Place.DAY, Period.DAY),
        ("in calendar week", k.Place.WEEK, Period.WEEK),
        ("in calendar month", k.Place.MONTH, Period.MONTH),
        ("in calendar quarter", k.Place.QUARTER, Period.QUARTER),
        ("in calendar year", k.Place.YEAR, Period.YEAR),
        ("in programme year", k.Place.PROGRAMME_YEAR, Period.PROGRAMME_YEAR),
    ],
)
def test_a_purse_is_rounded_over_more_than_an_order(place: str, found: k.Place, period: Period | None) -> None:
    starts = "week starts monday\nprogramme year starts 1 march"
    rounding = checked(purse(place, programme=starts, blocks=(earn(*RATE),))).purses["bonus"].rounding
    assert rounding == k.RoundingRule(Rounding.HALF_EVEN, found)
    assert found.period is period
    assert not found.by_line


@pytest.mark.parametrize("place", ["in calendar week", "in programme year"])
def test_a_period_has_a_beginning(place: str) -> None:
    assert codes(purse(place, blocks=(earn(*RATE),))) == ["L047"]


@pytest.mark.parametrize("place", ["per order together", "in calendar day", "in calendar year"])
def test_a_rule_is_not_rounded_with_others(place: str) -> None:
    assert codes(club(earn(*RATE, f"round down {place}"))) == ["L250"]


@pytest.mark.parametrize("step", ["per full", "per started"])
def test_steps_of_an_order_are_no_steps_of_a_period(step: str) -> None:
    gift = f"give 1 bonus {step} 100 RUB"
    more = boost("changes base", f"increase by 1 bonus {step} 10 RUB")
    assert codes(purse("in calendar day", blocks=(earn("on any product", gift),))) == ["L251"]
    assert codes(purse("in calendar day", blocks=(earn(*RATE), more))) == ["L251"]
    assert codes(purse("per order together", blocks=(earn("on any product", gift), more))) == []
    assert codes(purse("in calendar day", blocks=(earn("on any product", gift, "round down per order"),))) == []
    assert codes(purse("in calendar day", blocks=(earn("basis spend in calendar day", gift),))) == []
    assert codes(purse("in calendar day", blocks=(earn(gift + " of spend in calendar day"),))) == []


@pytest.mark.parametrize(
    ("place", "cap", "code"),
    [
        ("in calendar month", "per member in calendar day", "L252"),
        ("in calendar month", "per member in last 30 days", "L252"),
        ("in calendar month", "per member in last 31 days", ""),
        ("in calendar month", "per member in last 1 month", ""),
        ("in calendar month", "per member in calendar month", ""),
        ("in calendar month", "per member in calendar quarter", ""),
        ("in calendar month", "per member since the beginning", ""),
        ("in calendar year", "per member in calendar quarter", "L252"),
        ("in calendar year", "per member in year since joining", ""),
        ("in calendar day", "per order", ""),
        ("in calendar day", "per line", ""),
        ("per order together", "per member in calendar day", ""),
    ],
)
def test_a_cap_is_not_shorter_than_the_rounding(place: str, cap: str, code: str) -> None:
    assert codes(purse(place, blocks=(earn(*RATE, f"cap 50 bonus {cap}"),))) == ([code] if code else [])


def test_a_cap_of_a_group_is_not_shorter_either() -> None:
    group = "group both\n  rule base\n  rule two\n  add up\n  cap 5 bonus per member in calendar day\nend\n"
    rules = (earn(*RATE), earn(*RATE, name="two"), group)
    assert codes(purse("in calendar week", programme="week starts monday", blocks=rules)) == ["L252"]


def test_a_boost_has_no_cap_of_an_order_where_orders_are_rounded_together() -> None:
    more = boost("changes base", "multiply by 2", "cap 5 bonus per order")
    assert codes(purse("in calendar day", blocks=(earn(*RATE), more))) == ["L252"]
    assert codes(purse("per order together", blocks=(earn(*RATE), more))) == []


POSTING = ("round down per order", "round down per posting period\n  posts at end of calendar month")


def test_a_purse_posts_at_the_end_of_a_period() -> None:
    found = checked(club(earn(*RATE)).replace(*POSTING)).purses["bonus"].rounding
    assert found == k.RoundingRule(Rounding.DOWN, k.Place.POSTING, Period.MONTH)
    assert found.period is Period.MONTH
    assert found.place.summed
    assert found.place.period is None


def test_the_place_and_the_end_of_posting_stand_together() -> None:
    assert codes(club(earn(*RATE)).replace("per order", "per posting period")) == ["L253"]
    assert codes(club(earn(*RATE)).replace("expire never", "expire never\n  posts at end of calendar day")) == ["L253"]
    assert codes(club(earn(*RATE)).replace(*POSTING).replace("calendar month", "calendar week")) == ["L047"]


def test_what_is_posted_is_capped_as_one_sum_of_the_rule() -> None:
    over = "cap 5 bonus per member in calendar month"
    more = boost("changes base", "multiply by 2", over)
    assert codes(club(earn(*RATE, over)).replace(*POSTING)) == []
    assert codes(club(earn(*RATE, "cap 5 bonus per order")).replace(*POSTING)) == []
    assert codes(club(earn(*RATE, f"{over} before boosts")).replace(*POSTING)) == ["L254"]
    assert codes(club(earn(*RATE), more).replace(*POSTING)) == ["L254"]
    narrow = boost("changes base", "on any product", "multiply by 2", "cap 5 bonus per line")
    assert codes(club(earn(*RATE), narrow).replace(*POSTING)) == []
    assert codes(club(earn(*RATE, "cap 5 bonus per member in last 7 days")).replace(*POSTING)) == ["L252"]
    group = f"group both\n  rule base\n  rule two\n  add up\n  {over}\nend\n"
    assert codes(club(earn(*RATE), earn(*RATE, name="two"), group).replace(*POSTING)) == ["L254"]
