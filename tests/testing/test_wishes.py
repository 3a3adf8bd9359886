"""What a programme may promise: kept where its rules keep it, and seen where they do not."""

from __future__ import annotations

from functools import partial

import pytest
from hypothesis import given, settings

from loyalty_rules import line, load, purchase
from loyalty_rules.events import Event, Purchase
from loyalty_rules.programme import Programme
from loyalty_rules.settlement.spending.redemption import Redeemable
from loyalty_rules.testing.chance import Chance
from loyalty_rules.testing.drawing import History, draw_history
from loyalty_rules.testing.interest import Interest
from loyalty_rules.testing.playing import Broken, played
from loyalty_rules.testing.strategies import histories
from loyalty_rules.testing.wishes import WISHES, more_paid_gives_no_less, quoted_is_taken, split_gives_no_more
from tests.testing.samples import BACK

FLOORED = load(BACK)
#: 5 points below 100 RUB, 1 point from there on.
FALLING = load(
    BACK.replace("  on any product\n  give 1 bonus per 10 RUB\n", "  when money paid under 100 RUB\n  give 5 bonus\n")
)
#: Every order rounds up: 15 RUB are 2 points, two of them 4, and 30 RUB together 3.
ROUNDED_UP = load(BACK.replace("round down per order", "round up per order"))


def order(programme: Programme, *prices: str) -> History:
    lines = [line(str(number), amount=price) for number, price in enumerate(prices, 1)]
    event = purchase("e-1", "member", "2026-03-07T12:00:00Z", lines, currency="RUB")
    return History(Interest(programme), programme.new_member("member"), (event,))


def later(event: Event, price: str) -> Purchase:
    """Another order, a second after."""
    return purchase("e-2", "member", event.at + 1_000_000, [line("1", amount=price)], currency="RUB")


@settings(max_examples=30)
@given(histories(FLOORED))
@pytest.mark.parametrize("name", WISHES)
def test_a_rate_that_is_cut_down_keeps_all_of_them(name: str, history: History) -> None:
    assert not list(WISHES[name](history, played(history)))


def test_a_coin_more_that_gives_less_is_seen() -> None:
    found = order(FALLING, "99.99")
    assert list(more_paid_gives_no_less(found, played(found))) == [
        Broken("more_paid_gives_no_less", 0, (("purse", "bonus"),))
    ]


def test_a_split_that_pays_more_is_seen_and_allowed_within_its_slack() -> None:
    found = order(ROUNDED_UP, "15", "15")
    assert list(split_gives_no_more(found, played(found))) == [Broken("split_gives_no_more", 0, (("purse", "bonus"),))]
    assert not list(split_gives_no_more(found, played(found), slack={"bonus": 1}))


@pytest.mark.parametrize("seed", range(25))
def test_what_rounding_up_gives_away_by_a_split_is_a_point_at_most(seed: int) -> None:
    found = draw_history(Chance(seed), Interest(ROUNDED_UP), 6)
    assert not list(partial(split_gives_no_more, slack={"bonus": 1})(found, played(found)))


def test_a_quote_that_is_not_kept_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """10 points of 100 RUB are there for the second order; one that quotes 11 is found out."""
    first = order(FLOORED, "100").events[0]
    second = later(first, "50")
    found = History(Interest(FLOORED), FLOORED.new_member("member"), (first, second))
    decisions = played(found)
    assert [quote.units for quote in FLOORED.redeemable(decisions[0].member, second)] == [10]
    assert not list(quoted_is_taken(found, decisions))
    monkeypatch.setattr(Programme, "redeemable", lambda *_: (Redeemable("pay", 11, 11_00, "balance"),))
    assert [one.place for one in quoted_is_taken(found, decisions)] == [0, 1]
