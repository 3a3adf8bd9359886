"""`make corpus VERSION=x.y.z`: the record of a version that is about to be released.

    python -m tests.corpus VERSION

A version that has a record keeps it; that of another version than this one is not made.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from loyalty_rules import __version__
from tests.corpus.gathering import PROGRAMMES, gathered
from tests.corpus.records import FOLDER, versions, write


def main(arguments: Sequence[str] | None = None, folder: Path = FOLDER, programmes: int = PROGRAMMES) -> int:
    parser = argparse.ArgumentParser(prog="make corpus", description="records what this version says")
    parser.add_argument("version", nargs="?", default="", help="the version that is about to be released")
    asked = parser.parse_args(arguments)
    if asked.version != __version__:
        print(f"This is version {__version__}: make corpus VERSION={__version__}", file=sys.stderr)
        return 2
    if asked.version in versions(folder):
        print(f"Version {asked.version} has a record, and what was said stays said", file=sys.stderr)
        return 2
    record = gathered(asked.version, programmes)
    path = write(record, folder)
    events, size = sum(entry.events for entry in record.entries), path.stat().st_size
    print(f"{len(record.entries)} programmes, {events} events, {size / 1e6:.2f} MB in {path.parent.name}/{path.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
