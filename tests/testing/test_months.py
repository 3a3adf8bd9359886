"""What the property about calendar months sees: decisions that were tampered with."""

from __future__ import annotations

from hypothesis import given, settings

from loyalty_rules import Decision, happening, line, load, purchase
from loyalty_rules.decision import PointsRedeemed
from loyalty_rules.testing.drawing import History
from loyalty_rules.testing.interest import Interest
from loyalty_rules.testing.playing import played
from loyalty_rules.testing.properties import PROPERTIES
from loyalty_rules.testing.strategies import histories

RULES = """loyalty rules 1

programme "Club"
  currency RUB
  time zone Europe/Moscow
  basis money paid
  prices include tax
  returns refused
  late events refused
end

purse fuel
  round down per order
  usable at once
  expire after 12 months
  take oldest first
  keep calendar months apart
end

event visit "Visit"
end

earn visits
  after event visit
  give 100 fuel
end

redeem pay
  uses fuel
  pays 1 RUB per 1 fuel
  on any product
  too much is lowered
end
"""


def history(rules: str) -> History:
    """100 of January and 100 of February; 150 are asked for."""
    programme = load(rules)
    events = (
        happening("e-1", "member", "2026-01-31T20:59:00Z", "visit"),
        happening("e-2", "member", "2026-01-31T21:00:00Z", "visit"),
        purchase(
            "e-3", "member", "2026-03-07T12:00:00Z", [line("1", price="200")], currency="RUB", redeem={"pay": "150"}
        ),
    )
    return History(Interest(programme), programme.new_member("member"), events)


def broken(found: History, decisions: tuple[Decision, ...]) -> list[tuple[int, tuple[tuple[str, str], ...]]]:
    return [(one.place, one.values) for one in PROPERTIES["one_month"](found, decisions)]


def test_units_of_two_months_are_seen() -> None:
    """What a purse without the clause uses, said of one that has it."""
    found = history(RULES)
    assert broken(found, tuple(played(found))) == []
    mixed = history(RULES.replace("  keep calendar months apart\n", ""))
    decisions = tuple(played(mixed))
    (used,) = (one for one in decisions[2].effects if isinstance(one, PointsRedeemed))
    assert [debit.units for debit in used.debits] == [100, 50]
    assert broken(mixed, decisions) == []
    assert broken(found, decisions) == [(2, (("purse", "fuel"),))]


def test_the_month_is_counted_in_the_zone_of_the_programme() -> None:
    """All of it is of 31 January by the clock of Greenwich."""
    found = history(RULES.replace("Europe/Moscow", "UTC"))
    decisions = tuple(played(found))
    (used,) = (one for one in decisions[2].effects if isinstance(one, PointsRedeemed))
    assert used.units == 150
    assert broken(found, decisions) == []


@settings(max_examples=25)
@given(histories(load(RULES)))
def test_random_histories_use_one_month_at_a_time(found: History) -> None:
    decisions = tuple(played(found))
    for name in ("one_month", "conserved", "time_in_steps", "undone"):
        assert list(PROPERTIES[name](found, decisions)) == []
