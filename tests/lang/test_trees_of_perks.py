"""What lines about perks become: nodes typed by hand."""

from __future__ import annotations

from loyalty_rules.lang import syntax as s
from tests.lang.test_trees import AT, MARCH_1, clause_of, moment, name


def test_what_a_perk_grants() -> None:
    assert clause_of("H_PERK", 'grants "The lounge"') == s.Grants(s.Text("The lounge", span=AT), span=AT)


def test_the_use_of_a_perk() -> None:
    step = s.At(moment(MARCH_1), "X_PERK", None, name("lounge"), span=AT)
    assert clause_of("H_EXAMPLE", "at 2026-03-01 uses perk lounge") == step
