"""`make planted`: every fault in turn (FAULTS= for some, by id); exit code 1 where one is not seen."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from tests.planted.planting import copied, faults, planted


def main() -> int:
    parser = argparse.ArgumentParser(prog="make planted", description=__doc__)
    parser.add_argument("--faults", default="", help="ids, separated by commas")
    named = [name for name in parser.parse_args().faults.split(",") if name]
    known = {fault.id: fault for fault in faults()}
    unknown = [name for name in named if name not in known]
    if unknown:
        print(f"no fault {', '.join(unknown)}; there are {', '.join(known)}", file=sys.stderr)
        return 2
    chosen = [known[name] for name in named or known]
    table = Table("fault", "seen by", title=f"{len(chosen)} planted faults")
    unseen = 0
    with tempfile.TemporaryDirectory() as folder, copied(Path(folder)) as copy:
        for fault in track(chosen, "planting", console=Console(stderr=True)):
            seen = planted(fault, copy)
            unseen += not seen.red
            table.add_row(fault.id, seen.test or f"[bold]NOT SEEN: {seen.problem}[/bold]")
    console = Console()
    console.print(table)
    console.print(f"{len(chosen) - unseen} of {len(chosen)} seen")
    return 1 if unseen else 0


if __name__ == "__main__":
    sys.exit(main())
