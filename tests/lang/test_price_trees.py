"""What lines about prices become. See `test_trees`."""

from __future__ import annotations

from fractions import Fraction

import pytest

from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.tokens import Duration
from tests.lang.samples import file_of
from tests.lang.support import reading
from tests.lang.test_trees import AT, lookup, name, number, quantity, text, window


@pytest.mark.parametrize(
    ("block", "line", "clause"),
    [
        ("H_PROGRAMME", "discounts round half up per line", s.PriceRounding(
            "DISCOUNTS", "ROUND_HALF_UP", "S_LINE", span=AT)),
        ("H_OFFER", "discount 10%", s.Discount(s.Percent(Fraction(10), span=AT), None, "", span=AT)),
        ("H_OFFER", "discount 5 RUB per full 100 RUB", s.Discount(
            quantity(5, "RUB"), s.Step("PER_FULL", quantity(100, "RUB"), None, span=AT), "", span=AT)),
        ("H_OFFER", "discount [ladder] each part", s.Discount(lookup("ladder"), None, "EACH_PART", span=AT)),
        ("H_OFFER", "sell at 40 RUB", s.SellAt(quantity(40, "RUB"), None, span=AT)),
        ("H_EARN", "cap 5 bonus per same order store in calendar month before boosts", s.Cap(
            quantity(5, "bonus"), "S_SAME", window("IN_MONTH"), True, s.Attribute("STORE", span=AT), span=AT)),
        ("H_BOOST", "limit 1 per same stay in last 7 days", s.Limit(
            number(1), window("IN_LAST", Duration(7, "DAYS")), name("stay"), span=AT)),
        ("H_OFFER", "buy 3 items on Tea per same sku cheapest first", s.Buy(
            s.Number(Fraction(3), span=AT), (name("Tea"),), True, "CHEAPEST", span=AT)),
        ("H_OFFER", "pick 2 items in line order", s.Pick(
            "PICK", s.Number(Fraction(2), span=AT), "LINE_ORDER", (), False, True, span=AT)),
        ("H_OFFER", "pick up to 2 items dearest first on Mug", s.Pick(
            "PICK_UP_TO", s.Number(Fraction(2), span=AT), "DEAREST", (name("Mug"),), False, False, span=AT)),
        ("H_OFFER", "pick item number 2 in line order from bought across sets", s.Pick(
            "PICK_NUMBER", s.Number(Fraction(2), span=AT), "LINE_ORDER", (), True, False, span=AT)),
        ("H_OFFER", "limit 2 per order", s.SetsAtMost(s.Number(Fraction(2), span=AT), span=AT)),
        ("H_OFFER", "keep price at least [lowest]", s.KeepPrice(lookup("lowest"), span=AT)),
        ("H_OFFER", "basis price after discounts without tax", s.Basis(
            s.BaseAmount("PRICE_AFTER", (), True, span=AT), span=AT)),
        ("H_EARN", 'with code "SPRING", "MAY"', s.CodesClause("WITH_CODE", (text("SPRING"), text("MAY")), span=AT)),
        ("H_EXAMPLE", 'presents code "SPRING"', s.CodesClause("PRESENTS", (text("SPRING"),), span=AT)),
        ("H_OFFER", 'add gift 2 "mug"', s.AddGift(s.Number(Fraction(2), span=AT), text("mug"), span=AT)),
        ("H_EXAMPLE", 'should add gift 2 "mug" by spring', s.ShouldAddGift(
            s.Number(Fraction(2), span=AT), text("mug"), name("spring"), span=AT)),
        ("H_EXAMPLE", 'should discount 3 RUB on line "1" by spring', s.ShouldDiscount(
            quantity(3, "RUB"), text("1"), name("spring"), span=AT)),
    ],
)  # fmt: skip
def test_clauses_of_prices(block: str, line: str, clause: s.Clause) -> None:
    ((read,),) = (block.clauses for block in reading(file_of(block, line)).tree.blocks)
    assert read == clause
