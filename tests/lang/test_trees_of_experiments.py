"""What lines about experiments become: nodes typed by hand."""

from __future__ import annotations

from fractions import Fraction

from loyalty_rules.lang import syntax as s
from tests.lang.test_trees import AT, clause_of, condition_of, name


def test_shares() -> None:
    half = s.Percent(Fraction(25, 2), span=AT)
    assert clause_of("H_EXPERIMENT", "variant double 12.5%") == s.Variant(name("double"), half, span=AT)
    assert clause_of("H_EXPERIMENT", "hold out 12.5%") == s.HoldOut(half, span=AT)


def test_questions_and_what_is_given() -> None:
    asked = condition_of("variant of rate_test is double")
    assert asked == s.Is(s.VariantOf(name("rate_test"), span=AT), False, name("double"), span=AT)
    given = clause_of("H_EXAMPLE", "given held out by rate_test")
    assert given == s.GivenHeldOut(name("rate_test"), span=AT)
