"""What lines about rewards become: nodes typed by hand."""

from __future__ import annotations

import pytest

from loyalty_rules.lang import syntax as s
from tests.lang.samples import file_of
from tests.lang.support import reading
from tests.lang.test_trees import AT, MARCH_1, moment, name, number, quantity


@pytest.mark.parametrize(
    ("block", "line", "clause"),
    [
        ("H_REWARD", "pays 5 RUB", s.QuantityClause("PAYS", quantity(5, "RUB"), span=AT)),
        ("H_REWARD", "pays its value", s.Simple("PAYS_VALUE", span=AT)),
        ("H_REWARD", "costs 3 pts", s.Costs(quantity(3, "pts"), None, span=AT)),
        (
            "H_REWARD",
            "costs 3 pts per started 2 items",
            s.Costs(quantity(3, "pts"), quantity(2, "ITEMS"), span=AT),
        ),
        ("H_REWARD", "limit 1 per order", s.LimitPerOrder(number(1), span=AT)),
        ("H_EXAMPLE", "asks to use mug", s.AsksToUse(None, name("mug"), None, span=AT)),
        ("H_EXAMPLE", "asks to use 2 mug paid from pts", s.AsksToUse(quantity(2, "mug"), None, name("pts"), span=AT)),
        ("H_EXAMPLE", "asks to use mug paid from pts", s.AsksToUse(None, name("mug"), name("pts"), span=AT)),
        ("H_EXAMPLE", "asks to use 20 RUB by card", s.AsksToUse(quantity(20, "RUB"), name("card"), None, span=AT)),
        (
            "H_EXAMPLE",
            "at 2026-03-01 asks to buy 2 mug paid from pts",
            s.At(moment(MARCH_1), "X_BUY", None, name("pts"), quantity(2, "mug"), span=AT),
        ),
    ],
)
def test_clauses_of_rewards(block: str, line: str, clause: s.Clause) -> None:
    assert reading(file_of(block, line)).tree.blocks[0].clauses == (clause,)
