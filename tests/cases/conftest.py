"""Cases are decided by both evaluators, which have to agree, unless one is asked for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.engine.evaluators import deciding_by


@pytest.fixture(scope="session", autouse=True)
def both_evaluators(request: pytest.FixtureRequest, evaluator: None) -> Iterator[None]:
    """Decides by both."""
    asked = request.config.getoption("--evaluator")
    with deciding_by("both" if asked == "compiled" else asked):
        yield
