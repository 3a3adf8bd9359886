"""What is said of offers that cannot be meant: each guard of the checker is tripped once."""

from __future__ import annotations

import pytest

from loyalty_rules.loading import examine
from loyalty_rules.source import Source

HEAD = """loyalty rules 1

programme "Shop"
  currency USD
  time zone UTC
  basis money paid
  {tax}
{prices}  returns refused
  late events refused
end

facts
  line fact colour is text else ""
end

purse pts
  rules add up
  round down per order
  usable at once
  expire never
end

earn base
  on any product
  give 1 pts per 1 USD
end
"""
HALF_UP = "  discounts round half up per line\n"


def codes(blocks: str, tax: str = "prices include tax", prices: str = HALF_UP) -> list[str]:
    _, found = examine(Source("shop", HEAD.format(tax=tax, prices=prices) + blocks))
    return [one.problem.code for one in found]


def offer(*lines: str, name: str = "one") -> str:
    return f"\noffer {name}\n" + "".join(f"  {line}\n" for line in lines) + "end\n"


TENTH = offer("on any product", "discount 10%")
OTHER = offer("on any product", "discount 20%", name="other")
TOTAL = offer("on any product", "round order total down to 1 USD", name="other")


def group(*lines: str) -> str:
    return "\ngroup both\n" + "".join(f"  {line}\n" for line in lines) + "end\n"


WRONG = {
    "no word of how discounts are rounded": (TENTH, {"prices": ""}, ["L040"]),
    "taxes on top, and none of how they follow": (TENTH, {"tax": "tax comes on top of prices"}, ["L040"]),
    "no lines": (offer("discount 10%"), {}, ["L040"]),
    "a basis of a price": (offer("on any product", "basis list price", "sell at 5 USD"), {}, ["L042"]),
    "sets and lines": (
        offer("buy 2 items on any product in line order", "on any product", "discount 10%"),
        {},
        ["L042"],
    ),
    "sets and a part of the basis": (
        offer("buy 2 items on any product in line order", "only first 5 USD per order", "discount 10%"),
        {},
        ["L042"],
    ),
    "sets and a total": (
        offer("buy 2 items on any product in line order", "round order total down to 1 USD"),
        {},
        ["L042"],
    ),
    "a number of sets without any": (offer("on any product", "discount 10%", "limit 2 per order"), {}, ["L354"]),
    "one product and others": (
        offer(
            "buy 2 items on any product per same sku in line order",
            "pick 1 items cheapest first on any product",
            "discount 10%",
        ),
        {},
        ["L355"],
    ),
    "a lowest price of no money": (
        offer("on any product", "discount 10%", "keep price at least [colour]"),
        {},
        ["L050"],
    ),
    "offers that multiply": (TENTH + OTHER + group("rule one", "rule other", "multiply"), {}, ["L205"]),
    "a ceiling of a group": (
        TENTH + OTHER + group("rule one", "rule other", "add up", "cap 5 USD per line"),
        {},
        ["L075"],
    ),
    "a choice without its place": (
        TENTH + OTHER + group("rule one", "rule other", "choose largest for member"),
        {},
        ["L114"],
    ),
    "a place without a choice": (
        TENTH + OTHER + group("rule one", "rule other", "add up", "decide per order"),
        {},
        ["L115"],
    ),
    "an offer and an earn rule": (TENTH + group("rule one", "rule base", "add up"), {}, ["L110"]),
    "a total in a list": (TENTH + TOTAL + group("rule one", "rule other", "one after another"), {}, ["L205"]),
    "two totals": (TOTAL + TOTAL.replace("other", "one"), {}, ["L032"]),
}


@pytest.mark.parametrize("name", WRONG)
def test_each_guard_is_tripped(name: str) -> None:
    blocks, more, expected = WRONG[name]
    assert codes(blocks, **more) == expected


def test_what_stands_apart_or_last_is_no_overlap() -> None:
    assert codes(TENTH + TOTAL) == []
    assert codes(TENTH + offer("on delivery", "discount 100%", name="other")) == []


@pytest.mark.parametrize(
    "asked",
    [
        'money paid by tender "card" between 1 USD and 2 USD',
        'price after discounts at least 10% of money paid by tender "card"',
        'price after discounts between 1 USD and 10% of money paid by tender "card"',
    ],
)
def test_what_a_method_pays_is_no_bound_of_an_offer_either(asked: str) -> None:
    assert codes(offer("on any product", f"when {asked}", "discount 10%")) == ["L351"]
