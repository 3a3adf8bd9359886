"""What lines about memberships become: nodes typed by hand."""

from __future__ import annotations

import pytest

from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.tokens import Duration
from tests.lang.test_trees import AT, MARCH_1, clause_of, condition_of, moment, name, quantity


@pytest.mark.parametrize(
    ("block", "line", "clause"),
    [
        (
            "H_MEMBERSHIP",
            "costs 130 RUB every 12 months",
            s.CostsEvery(quantity(130, "RUB"), Duration(12, "MONTHS"), span=AT),
        ),
        ("H_MEMBERSHIP", "trial 14 days", s.LevelLength("TRIAL", Duration(14, "DAYS"), span=AT)),
        ("H_MEMBERSHIP", "grace 1 week", s.LevelLength("GRACE", Duration(1, "WEEKS"), span=AT)),
        ("H_MEMBERSHIP", "leaving refunds nothing", s.Simple("LEAVE_NOTHING", span=AT)),
        ("H_MEMBERSHIP", "leaving refunds fee less base", s.NameClause("LEAVE_LESS", name("base"), span=AT)),
        (
            "H_EARN",
            "at start of year of club",
            s.OccursAt("AT_START_YEAR_OF", None, False, name("club"), span=AT),
        ),
        (
            "H_CONVERSION",
            "at end of year of club less 2 months",
            s.OccursAt("AT_END_YEAR_OF", Duration(2, "MONTHS"), False, name("club"), span=AT),
        ),
        (
            "H_EXAMPLE",
            "at 2026-03-01 leaves membership club",
            s.At(moment(MARCH_1), "X_LEAVE", None, name("club"), span=AT),
        ),
        ("H_EXAMPLE", "should refund 35 RUB", s.QuantityClause("SHOULD_REFUND", quantity(35, "RUB"), span=AT)),
    ],
)
def test_clauses(block: str, line: str, clause: s.Clause) -> None:
    assert clause_of(block, line) == clause


def test_a_question() -> None:
    assert condition_of("member of club") == s.Flag("MEMBER_OF", name("club"), span=AT)
