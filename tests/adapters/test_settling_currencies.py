"""`loyalty settle` of a programme with several currencies: money of each stands in lines of its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from loyalty_rules.adapters.wire import read_settlement
from tests.adapters.command_line import run, written

RULES: Final = """\
loyalty rules 1

programme "Two countries"
  currency EUR, JPY
  time zone Europe/Berlin
  basis price after discounts
  prices include tax
  discounts round half up per line
  returns refused
  late events refused
end

partner dm "dm"
  merchant "dm"
end

purse pts "Points"
  rules add up
  round down per order
  usable at once
  expire never
  take oldest first
  worth 0.01 EUR per 1 pts
  worth 2 JPY per 1 pts
end

purse yen "Yen"
  counted in JPY
  round down per order
  usable at once
  expire never
end

earn base
  on any product
  give 1 pts per 1 EUR
end

earn back
  on any product
  give 10% to yen
end

offer tenth
  when order partner is dm
  on any product
  discount 10%
  funded by dm 50%
  rest funded by programme
end

redeem pay
  uses pts
  pays 1 EUR per 100 pts
  pays 150 JPY per 100 pts
  on any product
  too much is lowered
end
"""
#: 1000 EUR give 1000 points. At dm 10 EUR less 1.00, of which dm bears 0.50, give 9 points; 20 points pay 0.20. Then
#: 1000 JPY less 100, of which dm bears 50; 100 points pay 150; 10% of 900 yen are 90. 889 points are left.
EVENTS: Final = [
    {
        "kind": "purchase",
        "id": order,
        "member": "m",
        "at": f"2026-03-0{day}T10:00:00+01:00",
        "currency": code,
        "merchant": till,
        "lines": [{"id": "1", "quantity": "1", "price": price}],
        "redeem": [{"rule": "pay", "amount": points}] if points else [],
    }
    for order, day, code, till, price, points in (
        ("o-1", 2, "EUR", "", "1000", ""),
        ("o-2", 3, "EUR", "dm", "10", "20"),
        ("o-3", 4, "JPY", "dm", "1000", "100"),
    )
]


def settled(tmp_path: Path, *options: str) -> str:
    told = written(tmp_path, "\n".join(json.dumps(one) for one in EVENTS) + "\n", "events.jsonl")
    found = run("settle", written(tmp_path, RULES), "--events", told, "--at", "2026-04-01T00:00:00Z", *options)
    assert found.exit_code == 0, found.output
    return found.stdout


def test_a_partner_has_a_line_for_each_currency(tmp_path: Path) -> None:
    found: dict[str, Any] = json.loads(settled(tmp_path, "--format", "json"))
    assert read_settlement(json.dumps(found)) == found
    lines = [(one.get("currency", ""), one["redeemed"], one["paid"]) for one in found["partners"]]
    assert lines == [("", "-20", "0.20"), ("JPY", "-100", "150")]
    assert [(one.get("currency", ""), one["money"]) for one in found["costs"]] == [("", "0.50"), ("JPY", "50")]
    assert found["purses"]["pts"]["liability"] == "8.89"
    assert (found["purses"]["yen"]["usable"], found["purses"]["yen"]["liability"]) == ("90", "90")


def test_each_line_says_its_currency(tmp_path: Path) -> None:
    heads, *rows = (row.split(",") for row in settled(tmp_path, "--format", "csv").splitlines())
    money, code = (heads.index(name) for name in ("money", "currency"))
    assert [(row[code], row[heads.index("paid")], row[money]) for row in rows] == [
        ("EUR", "0.20", ""),
        ("JPY", "150", ""),
        ("EUR", "", "0.50"),
        ("JPY", "", "50"),
    ]


def test_the_settlement_says_the_currencies_in_words(tmp_path: Path) -> None:
    told = settled(tmp_path)
    assert all(amount in told for amount in ("8.89 EUR", "90 JPY", "0.20 EUR", "150 JPY", "0.50 EUR", "50 JPY"))
