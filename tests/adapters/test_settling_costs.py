"""`loyalty settle` with what partners bear of offers and rewards: lines by period, in words, as JSON and as CSV, that
add up to the effects."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any, Final

from loyalty_rules.adapters.wire import read_settlement
from tests.adapters.command_line import run, written

RULES: Final = """\
loyalty rules 1

programme "Shop"
  currency EUR
  time zone Europe/Berlin
  basis money paid
  prices include tax
  discounts round half up per order
  returns replay within 60 days
  returns keep prices
  late events refused
end

partner maker "Maker"
  merchant "maker"
  settles at end of calendar month
end

partner bank "Bank"
  merchant "bank"
end

purse pts "Points"
  round down per order
  usable at once
  expire never
  take oldest first
  after a return take only what is left
end

earn points
  on any product
  give 1 pts per 1 EUR
end

offer week "A week of the maker"
  on any product
  discount 10%
  funded by maker 60%
  funded by bank 30%
  rest funded by programme
end

reward mug "Mug of the bank"
  costs 10 pts
  handed over by host
  expire never
  after a return give back
  funded by bank
end
"""
#: Off are 10.00, 1.11 and 3.00 EUR. Of 10.00 the bank bears 3.00 and the maker 6.00; of 1.11 the bank 0.33 (0.333) and
#: of the other 0.78 the maker six parts of seven, 0.67 (0.669). Half of the first order comes back in April: of 5.00
#: that are left 1.50 and 3.00, so 1.50 and 3.00 less. In April of 3.00 0.90 and 1.80. Two mugs are handed over.
EVENTS: Final = """\
{"kind":"purchase","id":"o-1","member":"m","at":"2026-03-02T10:00:00+01:00","currency":"EUR","lines":[{"id":"1","quantity":"2","price":"50.00"}]}
{"kind":"purchase","id":"o-2","member":"n","at":"2026-03-20T10:00:00+01:00","currency":"EUR","lines":[{"id":"1","quantity":"1","price":"11.10"}]}
{"kind":"return","id":"r-1","order":"o-1","member":"m","at":"2026-04-04T10:00:00+02:00","lines":[{"id":"1","quantity":"1"}]}
{"kind":"purchase","id":"o-3","member":"m","at":"2026-04-05T10:00:00+02:00","currency":"EUR","lines":[{"id":"1","quantity":"1","price":"30.00"}],"redeem":[{"rule":"mug","amount":"2"}]}
"""
#: The bank says no period: one line a rule.
LINES: Final = [
    ("bank", "mug", "", "0.00", "2"),
    ("bank", "week", "", "2.73", ""),
    ("maker", "week", "2026-03-01", "6.67", ""),
    ("maker", "week", "2026-04-01", "-1.20", ""),
]
HEADS: Final = ("partner", "rule", "first", "money", "rights")


def settled(tmp_path: Path, *options: str) -> str:
    rules, told = written(tmp_path, RULES), written(tmp_path, EVENTS, "events.jsonl")
    found = run("settle", rules, "--events", told, *options)
    assert found.exit_code == 0, found.output
    return found.stdout


def test_lines_of_costs_as_csv(tmp_path: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(settled(tmp_path, "--format", "csv"))))
    assert [tuple(row[head] for head in HEADS) for row in rows] == LINES
    assert {(row["points"], row["given"], row["owes"], row["currency"]) for row in rows} == {("", "", "", "EUR")}
    assert [row["last"] for row in rows[2:]] == ["2026-03-31", "2026-04-30"]


def test_lines_of_costs_as_json(tmp_path: Path) -> None:
    found: dict[str, Any] = json.loads(settled(tmp_path, "--format", "json"))
    read_settlement(json.dumps(found))
    assert [tuple(str(one.get(head, "")) for head in HEADS) for one in found["costs"]] == LINES
    assert "partners" not in found


def test_lines_of_costs_add_up_to_the_effects(tmp_path: Path) -> None:
    rules, told = written(tmp_path, RULES), written(tmp_path, EVENTS, "events.jsonl")
    decisions = [json.loads(text) for text in run("run", rules, "--events", told).stdout.splitlines()]
    effects = [one for decision in decisions for one in decision["effects"] if one["kind"] == "cost_shared"]
    sums: dict[tuple[str, str, bool], int] = {}
    for effect in effects:
        for partner, units in effect["funding"].items():
            key = (partner, effect["rule"], "rights" in effect)
            sums[key] = sums.get(key, 0) + int(units.replace(".", ""))
    lines: dict[tuple[str, str, bool], int] = {}
    for partner, rule, _, money, rights in LINES:
        key = (partner, rule, bool(rights))
        lines[key] = lines.get(key, 0) + int(rights or money.replace(".", ""))
    assert sums == lines


def test_the_settlement_says_costs_in_words(tmp_path: Path) -> None:
    told = settled(tmp_path)
    assert "To settle with Bank\n  Mug of the bank\n    It bears of what was handed over: 2 mug\n" in told
    assert (
        "  A week of the maker, 2026-04-01 - 2026-04-30\n    It bears of what was taken off or paid: -1.20 EUR" in told
    )
    russian = settled(tmp_path, "--language", "ru")
    assert "Сверка: Bank\n  Mug of the bank\n    Выдано за его счёт: 2 mug\n" in russian
    assert "    За его счёт из скидок и оплаченного наградами: 6.67 EUR\n" in russian
