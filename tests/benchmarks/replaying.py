"""How much memory and time a replay takes: the year of grocery baskets, several times over, as one table.

    python -m tests.benchmarks.replaying [--households N] [--times N] [--workers N]

Memory is that of all processes together, each at its highest, as the system tells it. More than a gigabyte fails.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pyarrow.parquet

from loyalty_rules.adapters.grocery import GroceryYear, write_purchases

ROOT: Final = Path(__file__).resolve().parents[2]
RULES: Final = ROOT / "examples" / "grocery_club" / "grocery_club.loyalty"
LIMIT: Final = 1 << 30


def main(arguments: Sequence[str] | None = None) -> int:
    """Writes the table, replays it, and tells what that took; 1 where it failed or took more than it may."""
    parser = argparse.ArgumentParser(prog="replaying", description="Memory and time of a replay.")
    parser.add_argument("--households", type=int, default=None, help="only the first so many")
    parser.add_argument("--times", type=int, default=1, help="the year so many times over")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        table, out = Path(folder) / "baskets.parquet", Path(folder) / "out"
        write_purchases(GroceryYear(options.households), table, options.times)
        rows = pyarrow.parquet.read_metadata(table).num_rows
        command = ["replay", str(RULES), "--purchases", str(table), "--out", str(out)]
        program = [sys.executable, "-c", "from loyalty_rules.adapters.cli import main; main()", *command]
        started = time.monotonic()
        process = subprocess.Popen([*program, "--workers", str(options.workers)], stdout=subprocess.DEVNULL)
        peaks = _watched(process)
        seconds = time.monotonic() - started
        orders = pyarrow.parquet.read_metadata(out / "decisions.parquet").num_rows if process.returncode == 0 else 0
    total = sum(peaks.values())
    print(f"{rows:,} rows, {orders:,} decisions, {options.workers} workers, {seconds:,.0f} s")
    most = max(peaks.values())
    print(f"memory: {total / 2**20:,.0f} MiB in {len(peaks)} processes, at most {most / 2**20:,.0f} MiB in one")
    return int(process.returncode != 0 or total > LIMIT)


def _watched(process: subprocess.Popen[bytes]) -> dict[int, int]:
    """The most memory that each process of a tree has held, in bytes."""
    peaks: dict[int, int] = {}
    while process.poll() is None:
        for one in _tree(process.pid):
            peaks[one] = max(peaks.get(one, 0), _peak(one))
        time.sleep(0.2)
    return peaks


def _tree(process: int) -> list[int]:
    found = [process]
    for task in Path(f"/proc/{process}/task").glob("*"):
        try:
            children = (task / "children").read_text(encoding="ascii").split()
        except OSError:
            continue
        for child in children:
            found += _tree(int(child))
    return found


def _peak(process: int) -> int:
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    except OSError:
        return 0
    line = next((line for line in status.splitlines() if line.startswith("VmHWM:")), "VmHWM: 0 kB")
    return int(line.split()[1]) * 1024


if __name__ == "__main__":
    sys.exit(main())
