"""The one rival that is installed for the tests as well gives the answers that every engine has to give."""

from __future__ import annotations

from tests.benchmarks import qualifying
from tests.benchmarks.rivals import RIVALS


def test_a_rival_that_every_developer_has_gives_the_same() -> None:
    asked, lines = qualifying.rules(100), qualifying.lines(100)
    assert RIVALS["durable-rules"](asked, lines)() == qualifying.expected(asked, lines)
