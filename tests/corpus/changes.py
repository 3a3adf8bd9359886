"""`VERSION/changes.toml`: which of a record's programmes are wanted to say something else by now, and why.

    [[change]]
    star = "words of an entry with a star in CHANGELOG.md"
    fingerprints = true                    # the fingerprints in the documents changed; left out where they did not
    [change.programmes]
    "drawn 17" = "digest of all that it says now"

A later row holds in the place of an earlier one of the same programme. The record itself stays as it was made.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from tests.corpus.records import FOLDER, Record

FILE: Final = "changes.toml"


class Change(NamedTuple):
    """One row. `programmes`: the digests of what they say now, by name."""

    star: str
    fingerprints: bool
    programmes: Mapping[str, str]


def read_changes(version: str, folder: Path = FOLDER) -> list[Change]:
    """The rows of a version, in their order; none where there is no such file."""
    path = folder / version / FILE
    if not path.exists():
        return []
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["change"]
    return [Change(row["star"], row.get("fingerprints", False), row.get("programmes", {})) for row in rows]


def wrong_rows(changes: Sequence[Change], record: Record, changelog: str) -> Iterator[str]:
    """What is wrong with the rows themselves: each needs an entry with a star that stands above the version of the
    record, because that version did not say so yet; and each has to be about something."""
    stars = list(_stars(changelog, record.version))
    names = {entry.name for entry in record.entries}
    for change in changes:
        if not change.star.strip() or not any(_words(change.star) in entry for entry in stars):
            yield f"no entry with a star (★) above {record.version} in CHANGELOG.md says: {change.star!r}"
        if not change.programmes and not change.fingerprints:
            yield f"the row is about no programme: {change.star!r}"
        yield from (f"there is no programme {name!r} in the record" for name in change.programmes if name not in names)


def _stars(changelog: str, version: str) -> Iterator[str]:
    """The entries with a star of what came after a version."""
    later = re.split(rf"^## {re.escape(version)}\b", changelog, maxsplit=1, flags=re.MULTILINE)[0]
    for entry in re.findall(r"^- ★ .*(?:\n  .*)*", later, re.MULTILINE):
        yield _words(entry)


def _words(text: str) -> str:
    return " ".join(text.split())
