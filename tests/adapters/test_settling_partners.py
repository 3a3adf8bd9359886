"""`loyalty settle` with partners: lines by period, in words, as JSON and as CSV, that add up to what was posted."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any, Final

from loyalty_rules.adapters.wire import read_settlement
from tests.adapters.command_line import run, written

COALITION: Final = Path(__file__).resolve().parents[2] / "examples" / "coalition"
RULES: Final = """\
loyalty rules 1

programme "Coalition"
  currency EUR
  time zone Europe/Berlin
  basis money paid
  prices include tax
  returns replay within 30 days
  returns keep prices
  refund money first
  late events refused
end

partner dm "dm"
  merchant "dm-01", "dm-02"
  pays 0.01 EUR per 1 pts
  settles at end of calendar month
end

partner rewe "REWE"
  merchant "rewe"
  pays 0.01 EUR per 1 pts
  settles at end of calendar month
  prepaid PREPAID
end

purse pts "Points"
  rules add up
  round down per order
  usable at once
  expire after 1 month
  take oldest first
  after a return may go negative
end

earn dm_points
  when order partner is dm
  on any product
  give 1 pts per full 1 EUR
  funded by dm 60%
  rest funded by programme
end

earn rewe_points
  when order partner is rewe
  on any product
  give 1 pts per full 2 EUR
  funded by rewe
end

redeem pay "Pay with points"
  uses pts
  pays 1 EUR per 100 pts
  on any product
  too much is lowered
end
"""
#: At dm 11 EUR give 11 points, 6.6 of them paid for by dm: 7. At REWE 100 EUR give 50, which REWE pays for. At dm 20
#: points pay 0.20 of 5 EUR, 11 of the first order (7 of dm's) and 9 of REWE's; 4.80 EUR give 4, 2.4 of dm's: 2. At REWE
#: 60 EUR give 30; half of the 100 EUR comes back, and 25 points with it. All that is left expires a month later: of
#: dm's 2, of REWE's 50 - 9 - 25 = 16, and in May 30.
EVENTS: Final = """\
{"kind":"purchase","id":"o-1","member":"m","at":"2026-03-02T10:00:00+01:00","merchant":"dm-01","currency":"EUR","lines":[{"id":"1","quantity":"2","price":"5.50"}]}
{"kind":"purchase","id":"o-2","member":"m","at":"2026-03-20T10:00:00+01:00","merchant":"rewe","currency":"EUR","lines":[{"id":"1","quantity":"2","price":"50.00"}]}
{"kind":"purchase","id":"o-3","member":"m","at":"2026-03-21T10:00:00+01:00","merchant":"dm-02","currency":"EUR","lines":[{"id":"1","quantity":"1","price":"5.00"}],"redeem":[{"rule":"pay","amount":"20"}]}
{"kind":"purchase","id":"o-4","member":"m","at":"2026-04-02T10:00:00+02:00","merchant":"rewe","currency":"EUR","lines":[{"id":"1","quantity":"1","price":"60.00"}]}
{"kind":"return","id":"r-2","order":"o-2","member":"m","at":"2026-04-04T10:00:00+02:00","lines":[{"id":"1","quantity":"1"}]}
"""
LINES: Final = [
    ("dm", "2026-03-01", "9", "0", "0", "-20", "0.20", "0.09", ""),
    ("dm", "2026-04-01", "0", "0", "-2", "0", "0.00", "0.00", ""),
    ("rewe", "2026-03-01", "50", "0", "0", "0", "0.00", "0.10", "0.00"),
    ("rewe", "2026-04-01", "30", "-25", "-16", "0", "0.00", "0.05", "0.00"),
    ("rewe", "2026-05-01", "0", "0", "-30", "0", "0.00", "0.00", "0.00"),
]
HEADS: Final = ("partner", "first", "given", "back", "expired", "redeemed", "paid", "owes", "left")


def settled(tmp_path: Path, *options: str, prepaid: str = "40 pts", events: str = EVENTS) -> str:
    rules = written(tmp_path, RULES.replace("PREPAID", prepaid))
    told = written(tmp_path, events, "events.jsonl")
    found = run("settle", rules, "--events", told, "--at", "2026-06-02T10:00:00+02:00", *options)
    assert found.exit_code == 0, found.output
    return found.stdout


def data(tmp_path: Path, **how: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(settled(tmp_path, "--format", "json", **how))
    read_settlement(json.dumps(found))
    return found


def test_lines_of_partners_as_csv(tmp_path: Path) -> None:
    """40 points are prepaid, 0.40 EUR: 50 in March owe 0.10; 30 less 25 in April 0.05 more."""
    rows = list(csv.DictReader(io.StringIO(settled(tmp_path, "--format", "csv"))))
    assert [tuple(row[head] for head in HEADS) for row in rows] == LINES
    assert {(row["points"], row["currency"]) for row in rows} == {("pts", "EUR")}
    assert [row["last"] for row in rows[:2]] == ["2026-03-31", "2026-04-30"]


def test_lines_of_partners_as_json(tmp_path: Path) -> None:
    found = data(tmp_path)["partners"]
    assert [tuple(one.get(head, "") for head in HEADS) for one in found] == LINES


def test_lines_add_up_to_what_was_posted(tmp_path: Path) -> None:
    """All that was given is 95 points, 6 of them paid for by the programme: 4 and 2."""
    found = data(tmp_path)
    lines, flows = found["partners"], found["purses"]["pts"]["flows"]
    sums = {key: sum(int(one[key]) for one in lines) for key in ("given", "back", "expired", "redeemed")}
    assert sums["given"] + 6 == int(flows["given"]) == 95
    assert sums["back"] == int(flows["returned"]) == -25
    assert sums["redeemed"] == int(flows["redeemed"]) == -20
    assert sums["expired"] - 2 == int(flows["expired"]) == -50  # 2 of the last 4 points at dm were the programme's


def test_what_comes_back_of_an_earlier_history_is_owed_to_the_partner(tmp_path: Path) -> None:
    """March gave 50 points, which REWE paid for then. Of the history of April alone 25 come back and nothing is given:
    0.25 EUR are owed to REWE, or are left beside all that it bought in advance."""
    march, april = EVENTS.splitlines(keepends=True)[1], EVENTS.splitlines(keepends=True)[4]
    for prepaid, owes, left in (("", "-0.25", ""), ("  prepaid 40 pts\n", "0.00", "0.65")):
        rules = written(tmp_path, RULES.replace("  prepaid PREPAID\n", prepaid))
        members, told = tmp_path / "members.jsonl", written(tmp_path, march, "march.jsonl")
        assert run("run", rules, "--events", told, "--members-out", str(members)).exit_code == 0
        told = written(tmp_path, april, "april.jsonl")
        found = run(
            *("settle", rules, "--events", told, "--members", str(members), "--format", "csv"),
            *("--at", "2026-04-05T10:00:00+02:00"),
        )
        (row,) = csv.DictReader(io.StringIO(found.stdout))
        assert (row["partner"], row["back"], row["owes"], row["left"]) == ("rewe", "-25", owes, left)


def test_what_is_prepaid_is_used_up_first(tmp_path: Path) -> None:
    found = [one for one in data(tmp_path, prepaid="60 pts")["partners"] if one["partner"] == "rewe"]
    assert [(one["owes"], one["left"]) for one in found] == [("0.00", "0.10"), ("0.00", "0.05"), ("0.00", "0.05")]
    in_money = [one for one in data(tmp_path, prepaid="0.60 EUR")["partners"] if one["partner"] == "rewe"]
    assert in_money == found


def test_breakage_is_told_for_each_partner(tmp_path: Path) -> None:
    """Of dm's 9 points 7 were spent and 2 expired, of REWE's 55 9 and 46."""
    funders = data(tmp_path)["purses"]["pts"]["funders"]
    assert funders == {
        "dm": {"given": "9", "held": "0", "breakage": "0.222222"},
        "rewe": {"given": "55", "held": "0", "breakage": "0.836364"},
    }


def test_what_points_paid_comes_back_to_the_till_it_paid_at(tmp_path: Path) -> None:
    """The order that points had paid at dm is cancelled: 20 points and 0.20 EUR come back there."""
    back = '{"kind":"cancellation","id":"c-3","order":"o-3","member":"m","at":"2026-04-01T10:00:00+02:00"}\n'
    lines = EVENTS.splitlines(keepends=True)
    found = data(tmp_path, events="".join((*lines[:3], back)))["partners"]
    tills = [(one["first"], one["redeemed"], one["paid"]) for one in found if one["partner"] == "dm"]
    assert tills[:2] == [("2026-03-01", "-20", "0.20"), ("2026-04-01", "20", "-0.20")]


def test_the_settlement_says_it_in_words(tmp_path: Path) -> None:
    told = settled(tmp_path)
    assert "To settle with REWE\n  Points, 2026-03-01 - 2026-03-31\n    Given, and paid for by it: +50 pts\n" in told
    assert "    It owes: 0.10 EUR\n    Left of what it bought in advance: 0.00 EUR\n" in told
    assert "    It is owed for what points paid: 0.20 EUR\n" in told
    assert "  Paid for by dm: given 9 pts, held 0 pts\n    Breakage: 22.2% of what was spent or expired\n" in told
    russian = settled(tmp_path, "--language", "ru")
    assert "Сверка: REWE\n" in russian
    assert "    Он должен: 0.10 EUR\n" in russian


def test_without_a_period_or_a_price_there_is_one_line_without_money(tmp_path: Path) -> None:
    rules = RULES.replace("  pays 0.01 EUR per 1 pts\n  settles at end of calendar month\n", "", 1)
    told = written(tmp_path, EVENTS, "events.jsonl")
    bare = written(tmp_path, rules.replace("PREPAID", "40 pts"), "bare.loyalty")
    found = run("settle", bare, "--events", told, "--at", "2026-06-02T10:00:00+02:00", "--format", "csv")
    (row,) = (row for row in csv.DictReader(io.StringIO(found.stdout)) if row["partner"] == "dm")
    assert tuple(row[head] for head in HEADS) == ("dm", "", "9", "0", "-2", "-20", "0.20", "", "")


def test_the_coalition_of_the_examples_is_settled_as_its_page_says() -> None:
    found = run(
        *("settle", COALITION / "coalition.loyalty", "--events", COALITION / "events.jsonl"),
        *("--at", "2026-04-30T12:00:00+03:00", "--format", "csv"),
    )
    assert found.stdout == (COALITION / "settlement.csv").read_text(encoding="utf-8")
