"""A small history as tables of every format, and the bytes that a replay of it leaves."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import pyarrow
import pyarrow.parquet

RULES: Final = """loyalty rules 1

programme "Replay"
  currency RUB
  time zone Europe/Moscow
  basis price after discounts
  prices include tax
  returns refused
  late events refused
end

facts
  line fact department is text else "other"
end

purse bonus "Points"
  rules add up
  round down per order
  usable at once
  expire after 1 month at end of calendar month
  worth 0.50 RUB per 1 bonus
end

earn base "Base"
  on any product
  give 1 bonus per 10 RUB
end

products Deli
  where department is "DELI"
end

earn deli "Deli"
  on Deli
  give 5 bonus
end

tiers status "Status"
  level gold when spend in last 30 days at least 500 RUB
  upgrade from next order
  review at end of calendar month
  downgrade to earned level
end
"""
#: The rows of two members. In Moscow the last order is of the first of February. 505 + 80 RUB, and 99.99.
ROWS: Final[list[dict[str, str]]] = [
    {"order": "a", "member": "2", "at": "2026-01-02T10:00:00Z", "amount": "500.00", "line_facts.department": "DELI"},
    {"order": "a", "member": "2", "at": "2026-01-02T10:00:00Z", "amount": "5.00", "line_facts.department": ""},
    {"order": "b", "member": "2", "at": "2026-01-31T21:00:00Z", "amount": "80.00", "line_facts.department": ""},
    {"order": "c", "member": "10", "at": "2026-01-03T13:00:00Z", "amount": "99.99", "line_facts.department": ""},
]


def many(members: int, orders: int = 1) -> list[dict[str, str]]:
    """So many members with so many orders each, of two lines; what they spend follows from their numbers."""
    return [
        {
            "order": f"o-{member}-{order}",
            "member": str(member),
            "at": f"2026-0{1 + order % 3}-{1 + (member + order) % 28:02d}T12:00:00Z",
            "amount": f"{amount}.{member % 100:02d}",
            "line_facts.department": "DELI" if (member + order) % 5 == 0 else "",
        }
        for member in range(1, members + 1)
        for order in range(orders)
        for amount in (30 * member % 700 + 5, 7 * order + 1)
    ]


def as_csv(path: Path, rows: Sequence[Mapping[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def as_json_lines(path: Path, rows: Sequence[Mapping[str, str]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def as_parquet(path: Path, rows: Sequence[Mapping[str, str]]) -> Path:
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist([dict(row) for row in rows]), path)
    return path


FORMATS: Final[dict[str, Callable[[Path, Sequence[Mapping[str, str]]], Path]]] = {
    ".csv": as_csv,
    ".jsonl": as_json_lines,
    ".parquet": as_parquet,
}


def left(folder: Path) -> dict[str, str]:
    """What a replay left: its files, each with the digest of its bytes."""
    return {
        str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def table(folder: Path, name: str) -> list[dict[str, Any]]:
    """The rows of one table that it left."""
    found: list[dict[str, Any]] = pyarrow.parquet.read_table(folder / f"{name}.parquet").to_pylist()
    return found
