"""Random programmes and histories: the engine and the independent ledger model agree after every event."""

from __future__ import annotations

from typing import Final

import pytest

from tests.properties.ledger_machine import printed, run, smaller

#: How many events a history has, how many histories a test, and how many tests: 200,000 events in all.
LENGTH: Final = 200
HISTORIES: Final = 25
BLOCKS: Final = 40


@pytest.mark.parametrize("block", range(BLOCKS))
def test_engine_and_model_agree_after_every_event(block: int) -> None:
    for seed in range(block * HISTORIES, (block + 1) * HISTORIES):
        _, failure = run(seed, LENGTH)
        if failure is not None:
            pytest.fail(f"seed {seed}\n{printed(smaller(failure))}", pytrace=False)
