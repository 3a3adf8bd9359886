"""The page of capabilities: every row of the field is there once, and what it names exists and is shown acting.

That the examples of the rule files come out as they say is checked where they are run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from loyalty_rules.lang.parser import read
from loyalty_rules.source import Source

ROOT: Final = Path(__file__).resolve().parents[2]
PAGE: Final = ROOT / "docs" / "capabilities.md"
#: How many rows each part of the field has.
ROWS: Final = {"A": 26, "B": 10, "C": 21, "D": 19, "E": 13, "F": 6, "G": 7, "H": 4, "I": 8, "J": 18, "M": 22}
_ROW: Final = re.compile(r"\| ([A-M]\d+) \| (.+?) \| (stakes|parity|lead|) \| (.+?) \| (?:`(.+?)` )?\|")
_WORD: Final = re.compile(r"\w+")
#: Blocks that no example names.
_EVERYWHERE: Final = ("H_PROGRAMME", "H_FACTS", "H_NEVER", "H_GROUP", "H_BUDGET", "H_CHANGE", "H_TABLE")
_LINK: Final = re.compile(r"\[.+?\]\((.+?)\)")
_NO: Final = "no: "


class Row(NamedTuple):
    id: str
    where: str
    phrase: str

    @property
    def target(self) -> Path | None:
        """What it links; None where this version does not have it."""
        found = _LINK.fullmatch(self.where)
        return None if found is None else PAGE.parent / found[1].partition("#")[0]


def rows(text: str) -> Iterator[Row]:
    for line in text.splitlines():
        if found := _ROW.fullmatch(line):
            yield Row(found[1], found[4], found[5] or "")


PAGE_ROWS: Final = tuple(rows(PAGE.read_text(encoding="utf-8")))


def faults(row: Row) -> Iterator[str]:
    """What is wrong with a row: it claims what is not there, or what nothing shows."""
    if row.target is None:
        if not row.where.startswith(_NO) or row.phrase:
            yield "neither a link nor a no"
        return
    if not row.target.is_file():
        yield "no such file"
    elif not row.phrase or row.phrase not in row.target.read_text(encoding="utf-8"):
        yield "the phrase is not there"
    elif row.target.suffix == ".loyalty" and not shown(row.target, row.phrase):
        yield "no example looks at a block that says it"


def shown(path: Path, phrase: str) -> bool:
    """Whether an example of the file says the phrase, or names the block in which it stands or something that this
    names. What blocks say whose name no example says holds in all of them."""
    source = Source(path.name, path.read_text(encoding="utf-8"))
    blocks = read(source).tree.blocks
    texts = {block: source.slice(block.span) for block in blocks}
    examples = " ".join(text for block, text in texts.items() if block.kind == "H_EXAMPLE")
    known = {block.name.text for block in blocks if block.name is not None}
    for block, text in texts.items():
        if phrase in text and block.kind in _EVERYWHERE:
            return bool(examples)
        if phrase in text and known.intersection(_WORD.findall(text)).intersection(_WORD.findall(examples)):
            return True
    return bool(examples) and phrase == source.line_text(1)


def test_every_row_of_the_field_is_there_once() -> None:
    assert [row.id for row in PAGE_ROWS] == [
        f"{part}{number + 1}" for part, count in ROWS.items() for number in range(count)
    ]


@pytest.mark.parametrize("row", PAGE_ROWS, ids=lambda row: row.id)
def test_a_row_names_what_is_there_and_is_shown(row: Row) -> None:
    assert list(faults(row)) == []


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (Row("A1", "[gone](../examples/gone/gone.loyalty)", "give"), "no such file"),
        (
            Row("A1", "[first_rule](../examples/first_rule/first_rule.loyalty)", "give 99 bonus"),
            "the phrase is not there",
        ),
        (Row("A1", "[first_rule](../examples/first_rule/first_rule.loyalty)", ""), "the phrase is not there"),
        (Row("A1", "it can", ""), "neither a link nor a no"),
        (Row("A1", "no: it cannot", "give"), "neither a link nor a no"),
    ],
)
def test_a_row_that_claims_too_much_is_found(row: Row, fault: str) -> None:
    assert list(faults(row)) == [fault]
