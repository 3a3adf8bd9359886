"""For every suite: how Hypothesis draws, and which evaluator decides.

Hypothesis draws the same examples each time, so that a failure on one machine is a failure on all;
`pytest --hypothesis-profile=search` looks for new ones. `pytest --evaluator=reference` decides everything by the
reference evaluator, `--evaluator=both` by both, and fails where they differ; `--evaluator=whole` decides orders by the
function of their programme from the first one on, and fails where the ordinary path comes to something else.

durable-rules does not import on Python 3.13: the modules `test_durable_…` are no part of the suites there, and the head
of the run says so.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
from hypothesis import Phase, settings

from loyalty_rules.adapters.own_process import collect_seldom
from tests.engine.evaluators import deciding_by

collect_seldom()  # a tenth of the minutes of the tests

settings.register_profile("suite", deadline=None, derandomize=True, database=None)
settings.register_profile("search", deadline=None, max_examples=2_000, print_blob=True)
# For faults that are planted: what fails is enough, it need not be small.
settings.register_profile("planted", settings.get_profile("suite"), phases=(Phase.explicit, Phase.generate))
settings.register_profile("mutants", settings.get_profile("planted"), max_examples=30)
settings.load_profile("suite")


WITHOUT_DURABLE = sys.version_info >= (3, 13)
collect_ignore_glob = ["*test_durable_*.py"] if WITHOUT_DURABLE else []


def pytest_report_header() -> list[str]:
    return ["durable-rules is not for this Python: its tests are left out"] if WITHOUT_DURABLE else []


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--evaluator", choices=("compiled", "reference", "both", "whole"), default="compiled")


@pytest.fixture(scope="session", autouse=True)
def evaluator(request: pytest.FixtureRequest) -> Iterator[None]:
    """Decides by the evaluator that was asked for."""
    with deciding_by(request.config.getoption("--evaluator")):
        yield
