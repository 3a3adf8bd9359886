"""How much memory and time a replay takes: the year of grocery baskets, several times over, as one table. Or, with
`--kills`, that one worker, two workers, and two that are killed three times on the way leave the same bytes.

    python -m tests.benchmarks.replaying [--households N] [--times N] [--workers N] [--kills]

Memory is that of all processes together, each at its highest, as the system tells it. More than a gigabyte fails.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from hashlib import sha256
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
    parser.add_argument("--kills", action="store_true", help="the same bytes by any way, instead of memory and time")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        table, out = Path(folder) / "baskets.parquet", Path(folder) / "out"
        write_purchases(GroceryYear(options.households), table, options.times)
        if options.kills:
            return _compared(table)
        rows = pyarrow.parquet.read_metadata(table).num_rows
        begun = time.monotonic()
        process = started(RULES, table, out, options.workers)
        peaks = watched(process)
        seconds = time.monotonic() - begun
        orders = pyarrow.parquet.read_metadata(out / "decisions.parquet").num_rows if process.returncode == 0 else 0
    total = sum(peaks.values())
    print(f"{rows:,} rows, {orders:,} decisions, {options.workers} workers, {seconds:,.0f} s")
    most = max(peaks.values())
    print(f"memory: {total / 2**20:,.0f} MiB in {len(peaks)} processes, at most {most / 2**20:,.0f} MiB in one")
    return int(process.returncode != 0 or total > LIMIT)


def started(rules: Path, table: Path, out: Path, workers: int) -> subprocess.Popen[bytes]:
    command = ["replay", str(rules), "--purchases", str(table), "--out", str(out), "--workers", str(workers)]
    program = [sys.executable, "-c", "from loyalty_rules.adapters.cli import main; main()", *command]
    return subprocess.Popen(program, stdout=subprocess.DEVNULL)


def _compared(table: Path) -> int:
    """Replays by four ways, and tells whether they leave the same bytes."""
    found = {}
    for name, workers in (("one worker", 1), ("two workers", 2)):
        out = table.with_name(name)
        if started(RULES, table, out, workers).wait():
            return 1
        found[name] = digests(out)
    for name, workers in (("one worker, killed", 1), ("two workers, killed", 2)):
        out = table.with_name(name)
        print(f"{name} {killed_and_resumed(RULES, table, out, workers)} times")
        found[name] = digests(out)
    for file, digest in found["one worker"].items():
        print(f"{digest[:16]}  {file}")
    alike = len({tuple(one.items()) for one in found.values()}) == 1
    print("the same bytes" if alike else "other bytes")
    return int(not alike)


def digests(folder: Path) -> dict[str, str]:
    """The SHA-256 of every file that a replay leaves."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest() for path in files}


def killed_and_resumed(rules: Path, table: Path, out: Path, workers: int) -> int:
    """Replays a table, killed while it reads, once some parts are decided, and once more are; gives how often it was
    killed before it was done."""
    kills = 0
    for parts in (None, 3, 8):
        process = started(rules, table, out, workers)
        while process.poll() is None and not _is_far(out, parts):
            time.sleep(0.005)
        process.kill()
        kills += process.wait() == -signal.SIGKILL
    if started(rules, table, out, workers).wait():
        raise RuntimeError("the replay did not end well")
    return kills


def _is_far(out: Path, parts: int | None) -> bool:
    """Whether reading has begun, or so many parts are decided."""
    if parts is None:
        return (out / ".work" / "job.json").exists()
    return sum(path.suffix != ".half" for path in (out / ".work" / "parts").glob("*")) >= parts


def watched(process: subprocess.Popen[bytes]) -> dict[int, int]:
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
