"""Exact amounts added up, and smallest units as millionths."""

from __future__ import annotations

from fractions import Fraction

from loyalty_rules.amounts import micros_of, sum_exact


def test_smallest_units_are_so_many_millionths() -> None:
    assert [micros_of(150, 2), micros_of(-7, 0), micros_of(1, 3), micros_of(0, 4)] == [1_500_000, -7_000_000, 1_000, 0]


def test_exact_amounts_of_any_denominators_add_up() -> None:
    third, half = Fraction(1, 3), Fraction(1, 2)
    assert sum_exact([]) == 0
    assert sum_exact([third, third, third]) == 1
    assert sum_exact(iter([third, half, third, Fraction(-2)])) == Fraction(-5, 6)
