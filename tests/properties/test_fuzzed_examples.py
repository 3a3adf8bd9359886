"""What has to hold of every programme holds of the examples, too, on random histories of each: those that
`loyalty test --fuzz` runs."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from loyalty_rules.loading import examine
from loyalty_rules.programme import Programme
from loyalty_rules.source import decode
from loyalty_rules.testing.fuzz import fuzz
from loyalty_rules.testing.telling import told_fuzz, words
from tests.properties.example_lines import EXAMPLES

EVENTS: Final = 60
PARTS: Final = 10
FOLDERS: Final = sorted(one for one in EXAMPLES.iterdir() if any(one.rglob("*.loyalty")))


def programmes(folders: list[Path]) -> list[Programme]:
    """Those of some folders, each once: two files may be one programme. Whether an order breaks a promise that is
    not proved was asked where the examples are checked."""
    found: dict[str, Programme] = {}
    for path in sorted(path for folder in folders for path in folder.rglob("*.loyalty")):
        programme, _ = examine(decode(path.read_bytes(), path.name), witnesses=False)
        assert programme is not None, path
        found.setdefault(programme.fingerprint, programme)
    return list(found.values())


@pytest.mark.parametrize("part", range(PARTS))
def test_random_histories_of_examples_break_nothing(part: int) -> None:
    some, events = programmes(FOLDERS[part::PARTS]), 0
    assert len(some) >= 5
    for programme in some:
        report = fuzz(programme, orders=EVENTS, seed=part)
        assert not report.findings, told_fuzz(programme.source.name, report, words("en"))
        events += report.orders
    assert events >= EVENTS * len(some)
