"""When `make coverage` fails. It does not run here: it runs whole suites."""

from __future__ import annotations

import pytest

from tests import covered
from tests.covered import Branches, by_package, lines
from tests.house.tree import ROOT


def told(taken: int, known: int, *missing: tuple[int, int]) -> dict[str, object]:
    return {"summary": {"covered_branches": taken, "num_branches": known}, "missing_branches": list(missing)}


def test_files_are_added_up_by_package() -> None:
    files = {
        "loyalty_rules/engine/a.py": told(3, 4, (17, 19)),
        "loyalty_rules/engine/b/c.py": told(6, 6),
        "loyalty_rules/text.py": told(0, 0),
    }
    assert by_package(files) == {
        "engine": Branches(9, 10, ("loyalty_rules/engine/a.py:17",)),
        "text": Branches(0, 0, ()),
    }


@pytest.mark.parametrize(
    ("taken", "verdict"),
    [(95, "engine             95 of    100   95.00"), (100, "engine            100 of    100  100.00")],
)
def test_a_package_that_reaches_its_bound_passes(taken: int, verdict: str) -> None:
    assert list(lines({"engine": Branches(taken, 100, ("a.py:1",))}, {"engine": 95})) == [verdict]


def test_a_package_below_its_bound_fails_with_what_it_misses_and_others_are_only_told() -> None:
    found = {"engine": Branches(94, 100, ("a.py:1", "b.py:7")), "adapters": Branches(1, 100, ())}
    assert list(lines(found, {"engine": 95, "ledger": 95})) == [
        "engine             94 of    100   94.00  FAILED: at least 95, not taken from a.py:1, b.py:7",
        "ledger         FAILED: not measured",
        "adapters            1 of    100    1.00",
    ]


def test_the_suites_and_what_is_bound_are_there() -> None:
    assert all((ROOT / "tests" / name).is_dir() for name in covered.SUITES)
    package = ROOT / "loyalty_rules"
    assert all((package / name).is_dir() or (package / f"{name}.py").is_file() for name in covered.LEAST)
