"""The table of phrases: for each one that can change a decision, the pairs of a rule file and a history in which its
clause did, and how it was taken out. Ends with 1 where a phrase has too few, or an evaluator comes to something else.

    python -m tests.benchmarks.roles [ROLE ...]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from rich.console import Console
from rich.progress import track

from loyalty_rules.lang.phrases import phrase_tables
from tests.properties.role_asked import asked, counted, reasons
from tests.properties.role_pairs import LEAST, pairs_of, printed


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("roles", nargs="*", help="roles of the phrase table, all without one")
    names = parser.parse_args(arguments).roles
    unknown = sorted(set(names) - set(phrase_tables()["en"].forms))
    if unknown:
        print(f"no phrase {', '.join(unknown)}", file=sys.stderr)
        return 2
    console = Console(stderr=True)
    listed = track(names or counted(), "phrases", console=console, disable=not sys.stderr.isatty())
    found = [pairs_of(asked(name)) for name in listed]
    few = sum(one.changed < LEAST for one in found)
    differing = [f"{one.role}: {said}" for one in found for said in one.differing]
    print("\n".join([printed(found), *differing]))
    if not names:
        for reason in reasons():
            print(f"not asked: {reason.why}: {', '.join(reason.roles)}")
    differ = sum(bool(one.differing) for one in found)
    print(f"{len(found)} phrases: {few} with fewer than {LEAST} pairs, {differ} on which evaluators differ")
    return 1 if few or differ else 0


if __name__ == "__main__":
    sys.exit(main())
