"""The table of phrases: for each one that can change a decision, the pairs of a rule file and a history in which its
clause did, and how it was taken out. Ends with 1 where a phrase has too few.

    python -m tests.benchmarks.roles [ROLE ...]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from rich.console import Console
from rich.progress import track

from loyalty_rules.lang.phrases import phrase_tables
from tests.properties.role_pairs import LEAST, case_of, counted, pairs_of, printed


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("roles", nargs="*", help="roles of the phrase table, all without one")
    asked = parser.parse_args(arguments).roles or counted()
    unknown = sorted(set(asked) - set(phrase_tables()["en"].forms))
    if unknown:
        print(f"no phrase {', '.join(unknown)}", file=sys.stderr)
        return 2
    console = Console(stderr=True)
    found = [
        pairs_of(case_of(role)) for role in track(asked, "phrases", console=console, disable=not sys.stderr.isatty())
    ]
    few = sum(one.changed < LEAST for one in found)
    print(f"{printed(found)}\n{len(found)} phrases, {few} with fewer than {LEAST} pairs")
    return 1 if few else 0


if __name__ == "__main__":
    sys.exit(main())
