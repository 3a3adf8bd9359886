"""Thirty promises that the examples do not keep: which of them are broken, by the check of the file or within 10,000
random orders each. Ends with 1 where fewer than 28 are.

    python -m tests.benchmarks.promises [--orders N] [--seed S] [--told]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from rich.console import Console
from rich.progress import track

from tests.properties.false_promises import LEAST, ORDERS, asked, false_promises


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--orders", type=int, default=ORDERS, help="the most for each promise")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--told", action="store_true", help="show each history that breaks one")
    wanted = parser.parse_args(arguments)
    rows, broken = false_promises(), 0
    console = Console(stderr=True)
    for one in track(rows, "promises", console=console, disable=not sys.stderr.isatty()):
        answer = asked(one, orders=wanted.orders, seed=wanted.seed)
        broken += bool(answer.by)
        how = {"check": "by the check", "orders": f"by one of {answer.orders} orders"}.get(
            answer.by, f"NOT BROKEN: {answer.told} after {answer.orders} orders"
        )
        print(f"{one.file}: {one.always}: {how}", flush=True)
        if wanted.told and answer.by:
            print(answer.told, flush=True)
    print(f"{broken} of {len(rows)} false promises broken within {wanted.orders} orders each (seed {wanted.seed})")
    return 0 if broken >= LEAST else 1


if __name__ == "__main__":
    sys.exit(main())
