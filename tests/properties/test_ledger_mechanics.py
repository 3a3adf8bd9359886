"""One mechanic at a time: each is in all programmes of a few histories, and within them engine and model agree. What is
wrong with a mechanic is seen here within seconds."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Final

import pytest

from tests.properties.ledger_acts import MECHANICS
from tests.properties.ledger_drawing import Drawing
from tests.properties.ledger_machine import printed, smaller, told_at_random
from tests.properties.ledger_parts import APART

HISTORIES: Final = 24
LENGTH: Final = 120
#: What has to be drawn, so that a mechanic is at work; what the model does not know together with it is not. Choices
#: are drawn here alone.
DRAWN: Final = {
    "choices": {"choices", "two purses"},
    "challenges": {"challenges", "returns"},
    "memberships": {"memberships"},
    "posting periods": {"posting", "returns"},
    "offers": {"offers", "returns", "caps"},
    "merges": {"merges", "returns", "levels"},
    "changes of denomination": {"changes", "ends"},
}


@pytest.mark.parametrize("mechanic", sorted(DRAWN))
def test_engine_and_model_agree_where_a_mechanic_is_at_work(mechanic: str) -> None:
    acted: Counter[str] = Counter()
    for seed in range(HISTORIES):
        drawing = Drawing(Random(seed))
        drawing.features |= DRAWN[mechanic]
        for one, others in APART:
            if one in drawing.features and drawing.features & others:
                drawing.features -= others if one in DRAWN[mechanic] else {one}
        _, failure = told_at_random(drawing.programme(), drawing.random, LENGTH, acted)
        if failure is not None:
            pytest.fail(f"seed {seed}\n{printed(smaller(failure))}", pytrace=False)
    assert [act for act in MECHANICS[mechanic] if not acted[act]] == []
