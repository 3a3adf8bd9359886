"""The tests see what is planted: every fault still fits, and ten of them are planted, others with each change of the
code. `make planted` plants all."""

from __future__ import annotations

import os
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.planted.planting import ROOT, Fault, copied, faults, fits, planted

IN_TURN = 10


def in_turn() -> tuple[Fault, ...]:
    """Ten faults, from a place on that moves with the code: the same ones for the same code."""
    known = faults()
    sources = sorted((ROOT / "loyalty_rules").rglob("*.py"))
    start = zlib.crc32(b"".join(source.read_bytes() for source in sources)) % len(known)
    return (*known, *known)[start : start + IN_TURN]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with copied(tmp_path_factory.mktemp("planted")) as found:
        yield found


def test_the_copy_reads_the_grammar_that_is_in_it(copy: Path) -> None:
    ask = "import importlib.resources as it; print(it.files('loyalty_rules.grammar').resolve())"
    environment = {**os.environ, "PYTHONPATH": str(copy)}
    told = subprocess.run([sys.executable, "-c", ask], cwd=copy, env=environment, capture_output=True, text=True)
    assert told.stdout.strip() == str((copy / "grammar").resolve())


@pytest.mark.parametrize("fault", faults(), ids=lambda fault: fault.id)
def test_a_fault_fits_the_code(fault: Fault) -> None:
    assert fits(fault) == ""
    assert fault.put != fault.find
    assert all((ROOT / file).is_file() for file in fault.red)


def test_faults_have_names_of_their_own() -> None:
    names = [fault.id for fault in faults()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("fault", in_turn(), ids=lambda fault: fault.id)
def test_a_planted_fault_turns_a_test_red(fault: Fault, copy: Path) -> None:
    seen = planted(fault, copy)
    assert seen.red, f"{fault.what}: {seen.problem}"


HARMLESS = Fault(
    "harmless",
    "a comment",
    "loyalty_rules/errors.py",
    "class LoyaltyError(",
    "# no fault\nclass LoyaltyError(",
    ("tests/foundation/test_errors.py",),
)


def test_what_no_test_sees_is_told(copy: Path) -> None:
    assert planted(HARMLESS, copy).problem == "no test sees it"


def test_what_breaks_the_tests_themselves_is_not_seen_by_them(copy: Path) -> None:
    broken = HARMLESS._replace(put="raise SystemExit(\n")
    assert planted(broken, copy).problem.startswith("its tests did not run")


def test_a_fault_that_fits_no_more_is_told(copy: Path) -> None:
    moved = HARMLESS._replace(find="@what_was_here_before(")
    assert planted(moved, copy).problem == "what it replaces stands 0 times in loyalty_rules/errors.py"
    gone = HARMLESS._replace(file="loyalty_rules/gone.py")
    assert planted(gone, copy).problem == "there is no loyalty_rules/gone.py"


def test_a_fault_is_taken_out_again(copy: Path) -> None:
    planted(HARMLESS, copy)
    assert (copy / HARMLESS.file).read_bytes() == (ROOT / HARMLESS.file).read_bytes()
