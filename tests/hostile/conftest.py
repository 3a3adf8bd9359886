"""The processes that take hostile inputs end with the tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.hostile.driver import close_children


@pytest.fixture(scope="session", autouse=True)
def children() -> Iterator[None]:
    yield
    close_children()
