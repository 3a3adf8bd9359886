"""Drawn programmes in numbers: files and histories held to all that has to hold, and the table of what each phrase
changed. Ends with 1 where something is broken.

    python -m tests.benchmarks.drawn [--programmes N] [--seed S] [--least N] [--variants N]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from rich.console import Console
from rich.progress import track

from tests.properties.drawn_differences import Table, printed, tried
from tests.properties.drawn_programmes import Run, files, histories


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--programmes", type=int, default=200, help="how many programmes")
    parser.add_argument("--seed", type=int, default=0, help="the first seed")
    parser.add_argument("--least", type=int, default=50, help="phrases with fewer pairs than this are listed")
    parser.add_argument("--variants", type=int, default=12, help="how many clauses of each programme are taken out")
    asked = parser.parse_args(arguments)
    seeds = range(asked.seed, asked.seed + asked.programmes)
    console = Console(stderr=True)
    checked, lived, table = Run(), Run(), Table()
    for seed in track(seeds, "programmes", console=console, disable=not sys.stderr.isatty()):
        checked.add(files(range(seed, seed + 1)))
        lived.add(histories(range(seed, seed + 1)))
        tried(seed, table, variants=asked.variants)
    out = Console(soft_wrap=True, highlight=False, markup=False)
    out.print(f"{checked.programmes} programmes, {checked.refused} with an error; {lived.decided} events decided")
    out.print(printed(table, asked.least))
    broken = [*checked.broken, *lived.broken]
    out.print("\n\n".join([*broken, f"seeds {seeds.start} to {seeds.stop - 1}: {len(broken)} broken"]))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
