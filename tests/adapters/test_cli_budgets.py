"""Budgets on the command line: `run` carries what members share, `settle` says what is left; replays are one
process."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from loyalty_rules.adapters.replay.members import histories, replay_members
from loyalty_rules.adapters.wire import read_settlement, read_shared
from loyalty_rules.events import Event
from tests.adapters.command_line import run, written
from tests.adapters.test_replay import order as bought

CLUB: Final = """\
loyalty rules 1

programme "Club"
  currency RUB
  time zone UTC
  basis money paid
  prices include tax
  returns refused
  late events refused
end

purse bonus "Points"
  rules add up
  round down per order
  usable at once
  expire never
  worth 0.50 RUB per 1 bonus
end

earn base "Base"
  on any product
  give 1 bonus per 1 RUB
end

budget campaign "Campaign"
  covers base
  cap 100 RUB per same order store in calendar month
  when short give what is left
end

budget uses "Uses"
  covers base
  cap 10 times
  when short give nothing
end
"""


def events(*told: tuple[str, str, str]) -> str:
    """Orders of members at 120 RUB, each on a day and in a store."""
    found = []
    for number, (member, day, store) in enumerate(told, 1):
        lines = [{"id": "1", "sku": "s", "quantity": "1", "price": "120.00"}]
        event = {"kind": "purchase", "id": f"o-{number}", "member": member, "at": f"{day}T12:00:00Z", "currency": "RUB"}
        found.append(json.dumps(event | {"store": store, "lines": lines}))
    return "\n".join(found) + "\n"


MARCH: Final = events(("a", "2026-03-02", "x"), ("b", "2026-03-03", "x"), ("c", "2026-03-03", "y"))


def test_run_carries_what_members_share_and_writes_it(tmp_path: Path) -> None:
    """120 points are 60 RUB: of 100 RUB the second member gets the 40 that are left, 80 points."""
    rules, told = written(tmp_path, CLUB, "club.loyalty"), written(tmp_path, MARCH, "events.jsonl")
    result = run("run", str(rules), "--events", str(told), "--shared-out", str(tmp_path / "shared.json"))
    assert result.exit_code == 0
    given = [json.loads(line)["effects"][0]["granted"] for line in result.stdout.splitlines()]
    assert given == ["120", "80", "120"]
    shared = read_shared((tmp_path / "shared.json").read_text(encoding="utf-8"))
    assert [(one.key, one.value, one.amount) for one in shared.used] == [
        ("campaign T_MONEY PERIOD MONTH STORE", "x", 10_000),
        ("campaign T_MONEY PERIOD MONTH STORE", "y", 6_000),
        ("uses TIMES EVER", "", 3),
    ]
    later = written(tmp_path, events(("d", "2026-03-04", "y")), "later.jsonl")
    result = run("run", str(rules), "--events", str(later), "--shared", str(tmp_path / "shared.json"))
    assert json.loads(result.stdout)["effects"][0]["granted"] == "80"


def test_a_shared_document_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    rules, told = written(tmp_path, CLUB, "club.loyalty"), written(tmp_path, MARCH, "events.jsonl")
    broken = written(tmp_path, "{}", "shared.json")
    for command in (("run",), ("explain",), ("settle",), ("statement", "--member", "a")):
        result = run(command[0], str(rules), "--events", str(told), "--shared", str(broken), *command[1:])
        assert (result.exit_code, result.stdout) == (1, "")
        assert "wire.missing_field" in result.stderr


def test_settle_says_what_is_left_of_each_budget(tmp_path: Path) -> None:
    rules, told = written(tmp_path, CLUB, "club.loyalty"), written(tmp_path, MARCH, "events.jsonl")
    for language, lines in (
        (
            "en",
            (
                "Budget Campaign (2026-03-01 - 2026-03-31, x): used 100.00 RUB, left 0.00 RUB",
                "Budget Campaign (2026-03-01 - 2026-03-31, y): used 60.00 RUB, left 40.00 RUB",
                "Budget Uses: used 3 times, left 7 times",
            ),
        ),
        ("ru", ("Бюджет Uses: потрачено 3 раза, осталось 7 раз",)),
    ):
        result = run("settle", str(rules), "--events", str(told), "--language", language)
        assert result.exit_code == 0
        assert [line for line in lines if line not in result.stdout] == []
    result = run("settle", str(rules), "--events", str(told), "--format", "json")
    data = read_settlement(result.stdout)
    assert data["budgets"] == [
        {"budget": "campaign", "value": "x", "first": "2026-03-01", "used": "100.00", "left": "0.00"},
        {"budget": "campaign", "value": "y", "first": "2026-03-01", "used": "60.00", "left": "40.00"},
        {"budget": "uses", "used": "3", "left": "7"},
    ]


def test_a_replay_of_members_who_share_is_in_the_order_of_the_instants() -> None:
    """b buys first, in the same store (none is named): 120 of the 200 points of March, then a gets 80."""
    told: list[Event] = [
        bought("o-1", "a", "2026-03-03T12:00:00Z", "120"),
        bought("o-2", "b", "2026-03-02T12:00:00Z", "120"),
        bought("o-3", "a", "2026-04-02T12:00:00Z", "120"),
    ]
    counted: list[int] = []
    figures = replay_members(
        CLUB, histories(told).values(), workers=4, end=1_780_000_000_000_000, progress=counted.append
    )
    assert [(one.member, one.orders, one.usable["bonus"]) for one in figures.members] == [("a", 2, 200), ("b", 1, 120)]
    assert figures.awards == {("base", "bonus"): 320}
    assert counted == [3]
