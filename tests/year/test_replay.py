"""`loyalty replay` of the first hundred households' year: the same bytes with one worker and with two, and killed three
times on the way; two editions apart by exactly what their totals differ by."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pyarrow.compute
import pyarrow.parquet
import pytest

from loyalty_rules.adapters.grocery import GroceryYear, write_purchases
from tests.adapters.command_line import ROOT, run, written
from tests.adapters.replayed import left
from tests.benchmarks.replaying import killed_and_resumed

RULES: Final = ROOT / "examples" / "grocery_club" / "grocery_club.loyalty"
HOUSEHOLDS: Final = 100
#: The rate that differs, one point a dollar.
RATE: Final = "  give 1 bonus per 1 USD\n"
OTHER: Final = "  give 3 bonus per 2 USD\n"


@pytest.fixture(scope="module")
def baskets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("year") / "baskets.parquet"
    write_purchases(GroceryYear(HOUSEHOLDS), path)
    return path


@pytest.fixture(scope="module")
def alone(baskets: Path) -> Path:
    """What one worker that nobody stops leaves."""
    replayed(baskets, baskets.with_name("alone"), "--workers", "1")
    return baskets.with_name("alone")


def replayed(baskets: Path, out: Path, *options: str | Path, rules: Path = RULES) -> dict[str, Any]:
    asked = ("--purchases", baskets, "--out", out, "--format", "json")
    found = run("replay", rules, *asked, *options)
    assert (found.exit_code, found.stderr) == (0, "")
    document: dict[str, Any] = json.loads(found.stdout)
    return document


def test_no_household_and_no_order_is_lost(baskets: Path, alone: Path) -> None:
    told = json.loads((alone / "replay.json").read_text("utf-8"))
    orders = set(map(str, pyarrow.parquet.read_table(baskets, columns=["order"])["order"].to_pylist()))
    decided = pyarrow.parquet.read_table(alone / "decisions.parquet").filter(
        pyarrow.compute.field("kind") == "purchase"
    )
    assert (told["members"], told["orders"]) == (HOUSEHOLDS, len(orders))
    assert sorted(decided["event"].to_pylist()) == sorted(orders)


def test_two_workers_leave_the_bytes_of_one(baskets: Path, alone: Path) -> None:
    replayed(baskets, baskets.with_name("two"), "--workers", "2")
    assert left(baskets.with_name("two")) == left(alone)


def test_killed_three_times_and_resumed_it_leaves_the_same_bytes(baskets: Path, alone: Path) -> None:
    out = baskets.with_name("killed")
    assert killed_and_resumed(RULES, baskets, out, workers=2) == 3
    assert left(out) == left(alone)


def test_the_differences_of_another_rate_add_up_to_the_difference_of_the_totals(baskets: Path, alone: Path) -> None:
    text = RULES.read_text("utf-8")
    assert text.count(RATE) == 1
    other = written(baskets.parent, text.replace(RATE, OTHER), "other.loyalty")
    before = json.loads((alone / "replay.json").read_text("utf-8"))
    both = replayed(baskets, baskets.with_name("against"), "--workers", "2", "--against", RULES, rules=other)
    sums: Counter[tuple[str, str]] = Counter()
    for row in pyarrow.parquet.read_table(baskets.with_name("against") / "differences.parquet").to_pylist():
        sums[row["purse"], row["reason"]] += row["difference"]
    totals = {
        (purse, reason): Decimal(after[reason] or 0) - Decimal(before["purses"][purse][reason] or 0)
        for purse, after in both["purses"].items()
        for reason in ("given", "expired")
    }
    assert {key: sums[key] for key in totals} == totals
    assert any(totals.values())
