"""Where tests may stand: the runner finds suites by folder, so a test elsewhere would never run."""

from __future__ import annotations

from pathlib import Path

from tests.house.tree import ROOT
from tests.run_suites import test_suites as suites_of


def stray_tests(root: Path) -> list[str]:
    """Test modules outside the suites: directly in `tests/`, or in another folder of the repository."""
    suites = [suite.tests for suite in suites_of(root) if suite.tests is not None]
    ours = (
        path for folder in ("tests", "loyalty_rules", "grammar", "examples", "docs") for path in find(root / folder)
    )
    return sorted(
        path.relative_to(root).as_posix() for path in ours if not any(path.is_relative_to(suite) for suite in suites)
    )


def find(folder: Path) -> list[Path]:
    return [path for pattern in ("test_*.py", "*_test.py") for path in folder.rglob(pattern)]


def unnamed_tests(root: Path) -> list[str]:
    """Test modules that pytest would not collect by their name."""
    return sorted(path.relative_to(root).as_posix() for path in (root / "tests").rglob("*_test.py"))


def test_every_test_stands_in_a_suite() -> None:
    assert stray_tests(ROOT) == []
    assert unnamed_tests(ROOT) == []


def test_a_test_outside_the_suites_is_found(tmp_path: Path) -> None:
    for name in ("tests/test_loose.py", "tests/lang/test_a.py", "tests/lang/b_test.py", "loyalty_rules/test_c.py"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    assert stray_tests(tmp_path) == ["loyalty_rules/test_c.py", "tests/test_loose.py"]
    assert unnamed_tests(tmp_path) == ["tests/lang/b_test.py"]
