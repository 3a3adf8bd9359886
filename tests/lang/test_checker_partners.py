"""Partners: their merchants, and the questions that name them."""

from __future__ import annotations

import pytest

from loyalty_rules.lang import conditions as c
from tests.lang.checking import checked, club, codes

DM = 'partner dm "dm"\n  merchant "dm-01", "dm-02"\nend\n'
REWE = 'partner rewe "REWE"\n  merchant "rewe"\nend\n'


def asked(when: str) -> c.Condition:
    programme = checked(club(DM, REWE, f"earn r\n  {when}\n  give 1 bonus\nend\n"))
    (condition,) = programme.earns["r"].occasion
    return condition


@pytest.mark.parametrize(
    ("when", "merchants"),
    [
        ("when order partner is dm", {"dm-01", "dm-02"}),
        ("when order partner is rewe", {"rewe"}),
        ("when order partner is one of dm, rewe", {"dm-01", "dm-02", "rewe"}),
    ],
)
def test_a_partner_is_its_merchants(when: str, merchants: set[str]) -> None:
    condition = asked(when)
    assert isinstance(condition, c.In)
    assert condition.operand == c.FieldOf(c.Field.MERCHANT, c.Kind.TEXT)
    assert set(condition.values) == merchants


def test_no_partner_is_none_of_its_merchants() -> None:
    condition = asked("when order partner is not dm")
    assert isinstance(condition, c.AllOf)
    assert all(isinstance(one, c.Equals) and one.negated for one in condition.items)
    assert isinstance(asked("when order partner is not rewe"), c.Equals)


@pytest.mark.parametrize(
    ("when", "code"),
    [
        ("when order partner is shell", "L030"),
        ("when order partner is bonus", "L036"),
        ('when order partner is "dm"', "L050"),
        ("when order partner at least dm", "L054"),
        ("for order partner is dm", "L057"),
    ],
)
def test_a_partner_is_asked_for_by_its_name_of_an_order(when: str, code: str) -> None:
    assert codes(club(DM, f"earn r\n  {when}\n  give 1 bonus\nend\n")) == [code]


def test_rules_of_two_partners_are_apart() -> None:
    rates = [
        f"earn r{number}\n  when order partner is {name}\n  on any product\n  give 1 bonus per 10 RUB\nend\n"
        for number, name in enumerate(("dm", "rewe"))
    ]
    assert codes(club(DM, REWE, *rates)) == []


def test_L371_a_merchant_belongs_to_one_partner() -> None:
    assert codes(club(DM, 'partner other\n  merchant "dm-02"\nend\n')) == ["L371"]
    assert codes(club('partner other\n  merchant "a", "a"\nend\n')) == ["L371"]
