"""What commands and workers set for their own process, and a library leaves to its host."""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Iterator

import pyarrow
import pytest

from loyalty_rules.adapters import cli
from loyalty_rules.adapters.cli import commands, terminal
from loyalty_rules.adapters.replay.running import hold_little

SEEN = "import gc, loyalty_rules, loyalty_rules.adapters.wire; print(gc.get_threshold(), gc.isenabled())"


@pytest.fixture
def as_it_was() -> Iterator[None]:
    threshold, pool = gc.get_threshold(), pyarrow.default_memory_pool()
    gc.set_threshold(700, 10, 10)
    yield
    gc.set_threshold(*threshold)
    pyarrow.set_memory_pool(pool)


def test_a_command_lets_the_collector_look_seldom(as_it_was: None, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[int, int, int]] = []
    monkeypatch.setattr(terminal, "prepare", lambda: None)
    monkeypatch.setattr(commands, "loyalty", lambda prog_name: seen.append(gc.get_threshold()))
    cli.main()
    assert seen == [(20_000, 20, 100)]
    assert gc.isenabled()


def test_the_library_leaves_the_collector_to_its_host() -> None:
    code = "import gc; print(gc.get_threshold(), gc.isenabled())"
    found = [subprocess.check_output([sys.executable, "-c", text], text=True) for text in (code, SEEN)]
    assert found[0] == found[1]


def test_columns_that_are_done_with_go_back_to_the_system(as_it_was: None) -> None:
    hold_little()
    assert pyarrow.default_memory_pool().backend_name == "system"
