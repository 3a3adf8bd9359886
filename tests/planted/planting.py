"""Plants one fault into a copy of the project and runs the tests that have to see it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).parents[2]
#: What the tests need of the project.
_PARTS: Final = ("loyalty_rules", "grammar", "tests", "examples", "docs", "pyproject.toml", "setup.py", "README.md")
_MINUTES: Final = 10


class Fault(NamedTuple):
    id: str
    what: str
    file: str
    find: str
    put: str
    red: tuple[str, ...]


class Seen(NamedTuple):
    """What came of a fault: the first test that failed, or why none did."""

    fault: Fault
    test: str
    problem: str = ""

    @property
    def red(self) -> bool:
        return not self.problem


def faults() -> tuple[Fault, ...]:
    """All faults, in the order of the file."""
    found = tomllib.loads((Path(__file__).parent / "faults.toml").read_text(encoding="utf-8"))["fault"]
    return tuple(Fault(**{**one, "red": tuple(one["red"])}) for one in found)


@contextmanager
def copied(folder: Path) -> Iterator[Path]:
    """A copy of the project that may be spoilt."""
    copy = folder / "project"
    for part in _PARTS:
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, copy / part, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
        else:
            copy.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, copy / part)
    # An editable install would take the grammar of the project that it was made of.
    (copy / "loyalty_rules" / "grammar").symlink_to(copy / "grammar", target_is_directory=True)
    try:
        yield copy
    finally:
        shutil.rmtree(copy)


def fits(fault: Fault, root: Path = ROOT) -> str:
    """Why a fault cannot be planted; "" where it can."""
    file = root / fault.file
    if not file.is_file():
        return f"there is no {fault.file}"
    times = file.read_text(encoding="utf-8").count(fault.find)
    return "" if times == 1 else f"what it replaces stands {times} times in {fault.file}"


def planted(fault: Fault, copy: Path) -> Seen:
    """Plants a fault into the copy, runs its tests until one fails, and takes it out again."""
    problem = fits(fault, copy)
    if problem:
        return Seen(fault, "", problem)
    file = copy / fault.file
    sound = file.read_text(encoding="utf-8")
    file.write_text(sound.replace(fault.find, fault.put), encoding="utf-8")
    try:
        return _run(fault, copy)
    finally:
        file.write_text(sound, encoding="utf-8")


def _run(fault: Fault, copy: Path) -> Seen:
    options = ("-x", "-q", "-n", "0", "-p", "no:cacheprovider", "--hypothesis-profile=planted")
    command = (sys.executable, "-m", "pytest", *fault.red, *options)
    # The copy comes before the installed package, and leaves no byte code of the fault behind.
    environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            command, cwd=copy, env=environment, capture_output=True, text=True, check=False, timeout=60 * _MINUTES
        )
    except subprocess.TimeoutExpired:
        return Seen(fault, "", f"its tests took more than {_MINUTES} minutes")
    failed = [line.split(" ", 1)[1] for line in done.stdout.splitlines() if line.startswith("FAILED ")]
    if done.returncode == 1 and failed:
        return Seen(fault, failed[0].split(" - ")[0])
    if done.returncode == 0:
        return Seen(fault, "", "no test sees it")
    return Seen(fault, "", f"its tests did not run: {(done.stdout + done.stderr).strip()[-300:]}")
