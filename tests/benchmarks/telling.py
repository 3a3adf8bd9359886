"""What a run of the benchmarks tells: tables to look at, and the part of a page that is written by the run."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final, NamedTuple

from rich.table import Table

from tests.benchmarks.matchings import SIZES, Times
from tests.benchmarks.measuring import Row
from tests.benchmarks.rivals import PACKAGES

#: What stands between these on a page is of the last run.
BEGIN: Final = "<!-- figures: written by make bench -->"
END: Final = "<!-- end of figures -->"
MATCHING: Final = "Matching, microseconds for ten lines (empty where nobody would wait for it)"


class Measured(NamedTuple):
    """All that a run measured."""

    rows: Sequence[Row]
    matching: Times
    households: int


def of_rows(part: str, rows: Sequence[Row]) -> Table:
    table = Table("what", "figure", "aim", title=part)
    for row in rows:
        table.add_row(*row)
    return table


def of_matching(times: Times) -> Table:
    table = Table(*_head(), title=MATCHING)
    for line in _matching(times):
        table.add_row(*line)
    return table


def on_page(page: str, measured: Measured) -> str:
    """The page with these figures in the place of those that it has."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise SystemExit(f"the page has no `{BEGIN}` and `{END}` to write between")
    today = datetime.now(UTC).date().isoformat()
    said = f"Measured on {today}, with {measured.households} households: {host()}. {versions()}."
    tables = (_markdown(("what", "figure", "aim"), measured.rows), _markdown(_head(), _matching(measured.matching)))
    return f"{before}{BEGIN}\n{said}\n\n{tables[0]}\n\n{MATCHING}:\n\n{tables[1]}\n{END}{after}"


def host() -> str:
    """The machine, in words."""
    cores, memory = os.cpu_count(), os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{python} on {cores} cores of {_processor()}, {round(memory / 2**30)} GiB of memory, {platform.system()}"


def _processor() -> str:
    told = Path("/proc/cpuinfo")
    names = told.read_text(encoding="utf-8").splitlines() if told.exists() else []
    return next((line.split(":")[1].strip() for line in names if line.startswith("model name")), platform.machine())


def versions() -> str:
    """This package, and whom it is compared with."""
    return ", ".join(f"{name} {version(name)}" for name in ("loyalty-rules", *sorted(PACKAGES)))


def _head() -> tuple[str, ...]:
    return ("engine", *(f"{count:,} rules" for count in SIZES))


def _matching(times: Times) -> Iterator[tuple[str, ...]]:
    for name, of in times.items():
        yield (name, *(f"{of[count] * 1e6:,.0f}" if count in of else "" for count in SIZES))


def _markdown(head: Sequence[str], rows: Iterator[Sequence[str]] | Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |".replace("  |", " |") for line in lines)
