"""The page about durable-rules does what it shows, where the package is there."""

from __future__ import annotations

from pathlib import Path

from tests.docs.fences import fences
from tests.docs.running import faults
from tests.docs.test_pages_run import ELSEWHERE


def test_the_page_does_what_it_shows(tmp_path: Path) -> None:
    blocks = list(fences(ELSEWHERE))
    assert [block.kind for block in blocks].count("python") == 2
    assert list(faults(blocks, tmp_path)) == []
