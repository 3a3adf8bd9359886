"""Random programmes and histories: the engine and the independent ledger model agree after every event."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Final

import pytest

from tests.models.ledger_model import Member
from tests.models.ledger_state import RefusedError
from tests.properties.ledger_acts import ACTS, MECHANICS, table
from tests.properties.ledger_drawing import Drawing
from tests.properties.ledger_machine import printed, run, smaller
from tests.properties.ledger_telling import Telling

#: How many events a history has, how many histories a test, and how many tests: 200,000 events in all.
LENGTH: Final = 200
HISTORIES: Final = 25
BLOCKS: Final = 40
#: What has to happen in the run, and does within so many of its histories.
REACHED: Final = 500


@pytest.mark.parametrize("block", range(BLOCKS))
def test_engine_and_model_agree_after_every_event(block: int) -> None:
    for seed in range(block * HISTORIES, (block + 1) * HISTORIES):
        _, failure = run(seed, LENGTH)
        if failure is not None:
            pytest.fail(f"seed {seed}\n{printed(smaller(failure))}", pytrace=False)


def test_everything_that_the_machine_is_for_happens_in_it() -> None:
    """The first histories of the run, told to the model alone: it counts what it does. What is never drawn is not
    tested."""
    acted: Counter[str] = Counter()
    for seed in range(REACHED):
        random = Random(seed)
        member = Member(Drawing(random).programme())
        telling = Telling(random, member)
        for _ in range(LENGTH):
            event = telling.event()
            try:
                member.apply(event)
            except RefusedError:
                acted["refused"] += 1
        acted += member.acted
    print(*table(acted), *(f"{name}: {acted[name]}" for name in sorted({*acted, *ACTS})), sep="\n")
    alone = MECHANICS["choices"]  # which are drawn in test_ledger_mechanics
    assert {name: acted[name] for name in ACTS if not acted[name] and name not in alone} == {}
