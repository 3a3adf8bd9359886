"""What hostile texts do where they come out again: in tables for spreadsheets, and in errors."""

from __future__ import annotations

import csv
import io

import pytest

from loyalty_rules import LoyaltyError, load, purchase
from loyalty_rules.adapters.wire.settlements import partners_csv
from loyalty_rules.errors import SHOWN_LIMIT
from loyalty_rules.events import line, tick
from loyalty_rules.explaining.partnering import PartnerHistory
from loyalty_rules.explaining.settling import History, settlement

#: What a spreadsheet takes for a formula, or for the end of a cell.
FORMULAS = ("=cmd|'/c calc'!A1", "+1", "-1", "@x", "\\t=1", "\uff1d1")
CLUB = """loyalty rules 1

programme "TITLE"
  currency EUR
  time zone UTC
  basis money paid
  prices include tax
  returns refused
  late events refused
end

partner till "TITLE"
  merchant "TITLE"
  pays 0.01 EUR per 1 pts
  settles at end of calendar month
end

purse pts "TITLE"
  rules add up
  round down per order
  usable at once
  expire never
end

earn base "TITLE"
  when order partner is till
  on any product
  give 1 pts per 1 EUR
  funded by till
end
"""


@pytest.mark.parametrize("title", FORMULAS)
def test_O_01_no_cell_of_a_table_for_spreadsheets_is_a_formula(title: str) -> None:
    """Names of rule files begin with a letter, and titles are not in the table; numbers may be below zero."""
    rules = load(CLUB.replace("TITLE", title))
    bought = purchase("o-1", "m", "2026-03-07T12:00:00Z", [line("1", price="100")], currency="EUR", merchant=title)
    ordered = rules.decide(rules.new_member("m"), bought)
    later = rules.decide(ordered.member, tick("m", "2026-04-01T00:00:00Z"))
    history, partners = History(rules.succession.names_since), PartnerHistory(rules.plan, rules.succession.names_since)
    for decision in (ordered, later):
        history.take(decision)
        partners.take(decision)
    found = settlement(rules.plan, [later.member], later.member.clock, history, (), partners)
    (head, *rows) = csv.reader(io.StringIO(partners_csv(found, rules)))
    assert [row[head.index("owes")] for row in rows] == ["1.00"]
    for row in rows:
        assert not [cell for cell in row if cell[:1] in tuple("=+@\t\r\uff1d\uff0b\uff20") or cell[:2] == "-="]


def test_O_06_an_error_repeats_at_most_sixty_characters_of_what_was_wrong() -> None:
    """A mail address that is no id stands in the error cut short, and not at all where it is longer than that."""
    secret = "x" * 100 + "@example.org"
    with pytest.raises(LoyaltyError) as caught:
        purchase("o-1", f"a b {secret}", "2026-03-07T12:00:00Z", [line("1", price="100")], currency="EUR")
    assert "example.org" not in str(caught.value)
    assert SHOWN_LIMIT == 60
