"""Hosts that differ, by the ids of the threats (H): one digest for all of them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import pytest

from loyalty_rules import check, load
from loyalty_rules.histories import decided
from loyalty_rules.lang.parser import read
from loyalty_rules.source import Source
from tests.hostile.digest import FILES
from tests.hostile.texts import GOOD
from tests.house.tree import ROOT, package_files


def digests(
    arguments: Iterable[str] = (), *, environment: Mapping[str, str] | None = None, options: Iterable[str] = ()
) -> set[str]:
    """The digests that a process with these settings comes to."""
    done = subprocess.run(
        [sys.executable, *options, "-m", "tests.hostile.digest", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, **(environment or {})},
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    return set(done.stdout.split())


@cache
def usual() -> set[str]:
    """The one digest of a process without settings."""
    found = digests()
    assert len(found) == 1
    return found


@pytest.mark.parametrize("first", [0, 10, 20, 30])
def test_H_01_forty_seeds_of_the_hash(first: int) -> None:
    assert {
        digest for seed in range(first, first + 10) for digest in digests(environment={"PYTHONHASHSEED": str(seed)})
    } == usual()


@pytest.fixture
def locales(tmp_path: Path) -> Path:
    """A folder with a Turkish and a German locale, made here because machines come without them."""
    tool = shutil.which("localedef")
    assert tool is not None, "localedef is needed to make locales (package `locales` or `libc-bin`)"
    for name, source, letters in (("tr_TR.UTF-8", "tr_TR", "UTF-8"), ("de_DE", "de_DE", "ISO-8859-1")):
        done = subprocess.run(
            [tool, "-i", source, "-f", letters, str(tmp_path / name)], capture_output=True, text=True, check=False
        )
        assert (tmp_path / name).exists(), f"localedef made no {name} (package `locales`): {done.stderr}"
    return tmp_path


def test_H_02_locales(locales: Path) -> None:
    """`I` folds otherwise in Turkish, and the decimal mark is a comma in German."""
    for name in ("C", "C.UTF-8", "POSIX"):
        assert digests(environment={"LC_ALL": name}) == usual(), name
    for name in ("tr_TR.UTF-8", "de_DE"):
        made = {"LOCPATH": str(locales), "LC_ALL": name, "LANG": name}
        assert digests(["--locale", name], environment=made) == usual(), name


def test_H_03_time_zones_of_the_host() -> None:
    for zone in ("UTC", "Asia/Tokyo", "America/New_York", "Pacific/Apia", "XYZ-13:30", ":/no/such/file"):
        assert digests(environment={"TZ": zone}) == usual(), zone


def test_H_04_decimal_contexts_and_the_limit_of_integer_digits() -> None:
    for precision in ("1", "3", "28", "50"):
        assert digests(["--precision", precision]) == usual(), precision
    for limit in ("0", "640"):
        assert digests(options=("-X", f"int_max_str_digits={limit}")) == usual(), limit


def test_H_04_depth_and_switches_of_the_interpreter() -> None:
    assert digests(["--depth", "700"]) == usual()
    for options in (("-O",), ("-OO",), ("-W", "error"), ("-X", "dev", "-W", "error"), ("-X", "utf8=0")):
        assert digests(options=options) == usual(), options


def test_H_04_threads_and_tasks() -> None:
    assert digests(["--threads", "4"]) == usual()
    assert digests(["--tasks", "3"]) == usual()


def blocks(text: str) -> tuple[str, list[str]]:
    """The version line of a file, and its blocks with the comments above them."""
    version, _, rest = text.partition("\n")
    return version, re.findall(r".*?^(?:end|конец)\n", rest, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("name", FILES)
def test_H_05_the_order_of_blocks_and_of_files_says_nothing(name: str) -> None:
    version, found = blocks((ROOT / "examples" / name).read_text(encoding="utf-8"))
    assert len(found) > 5
    orders = (found, found[::-1], found[3:] + found[:3])
    reports = [check("\n".join([version, *order])) for order in orders]
    assert [report.ok for report in reports] == [True] * 3
    programmes = [report.programme for report in reports if report.programme is not None]
    assert len({programme.fingerprint for programme in programmes}) == 1
    first = programmes[0]
    for example in first.checked.examples:
        member = first.member_from(example.givens, example.steps[0].event.at)
        states = {member.member: member}
        for step in example.steps:
            each = [decided(programme, states, step.event) for programme in programmes]
            assert len({tuple((one.effects, one.member) for one in decisions) for decisions in each}) == 1
            states |= {one.member.member: one.member for one in each[0]}
    assert digests(["--backwards"]) == usual()


def test_H_06_line_ends_of_other_systems() -> None:
    text = GOOD.replace("\n", "\r\n")
    assert load(text).fingerprint == load(GOOD).fingerprint
    assert load(text.encode()).fingerprint == load(GOOD).fingerprint
    assert load(GOOD.replace("\n", "\r")).fingerprint == load(GOOD).fingerprint


def test_H_06_no_table_of_unicode_decides_what_is_a_letter_or_a_digit() -> None:
    """They differ by the edition that a Python has; letters and digits are written out."""
    asked = re.compile(r"\.(?:isidentifier|isalnum|isalpha|isdigit|isnumeric|isdecimal|isupper|islower)\(")
    reading = [file for file in package_files() if file.path.startswith("loyalty_rules/lang/")]
    found = [f"{file.path}: {one.group()}" for file in reading for one in asked.finditer(file.text)]
    # The names of grammar symbols are ours, in capitals of ASCII.
    assert {line.partition(":")[0] for line in found} <= {
        f"loyalty_rules/lang/{name}.py" for name in ("parser", "tables")
    }


def test_H_07_what_is_built_on_is_pinned_and_a_tree_is_what_it_was() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pinned = {re.split(r"[<>=]", one)[0]: one for one in project["dependencies"]}
    assert {name for name, one in pinned.items() if "<" not in one} == {
        "tzdata"
    }  # a newer edition is meant to be taken
    tree = read(Source("good", GOOD)).tree
    dump = [
        f"{block.kind} {block.name.text if block.name else ''}: "
        f"{' '.join(type(clause).__name__ for clause in block.clauses)}"
        for block in tree.blocks
    ]
    assert dump == [
        "H_PROGRAMME : NamesClause TimeZone WeekStarts YearStarts Basis Simple Simple Simple",
        "H_PURSE bonus: Simple Rounding Usable Expire",
        "H_FACTS : FactDeclaration",
        f"H_EVENT visit: {' '.join(['FactDeclaration'] * 6)}",
        "H_PRODUCTS Coffee: ConditionClause",
        "H_EARN base: SelectionClause Give",
        "H_BOOST coffee: NamesClause SelectionClause MultiplyBy",
    ]


def test_H_08_neither_a_clock_nor_chance() -> None:
    assert digests(["--no-chance"]) == usual()
