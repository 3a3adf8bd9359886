"""Whole files with several mistakes, with any lines, and with one wrong character anywhere."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty_rules.diagnostics import MAX_DIAGNOSTICS, MoreOmitted
from loyalty_rules.lang.lexer import tokens_of
from loyalty_rules.lang.parser import openers, read
from loyalty_rules.lang.phrases import phrase_tables
from loyalty_rules.lang.tables import STARTS
from tests.lang.samples import HEADERS, SAMPLES, whole_file
from tests.lang.support import codes, example_files, reading, source, three_tables


def test_every_line_of_a_bad_file_gives_one_diagnostic() -> None:
    text = (
        "loyalty rules 1\n\n"
        "earn base\n"
        "  giv 1 bonus\n"
        "  give 2,5 bonus\n"
        '  title en "x\n'
        "  when a is b and c is d or e is f\n"
        "  decimals 2\n"
        "  on Coffee\n"
        "end\n"
    )
    assert codes(text) == [(4, "L012"), (5, "L004"), (6, "L005"), (7, "L016"), (8, "L013")]
    assert len(reading(text).tree.blocks[0].clauses) == 1


def test_a_hundred_diagnostics_are_shown_and_the_others_counted() -> None:
    text = "loyalty rules 1\n\nearn base\n" + "  giv 1\n" * 130 + "end\n"
    found = reading(text).diagnostics
    assert len(found) == MAX_DIAGNOSTICS + 1
    assert found[-1].problem == MoreOmitted(30)
    assert found[-1].problem.code == "L099"


def test_each_block_knows_what_opens_its_lines() -> None:
    blocks = openers()
    assert blocks.keys() == HEADERS.keys()
    english = phrase_tables()["en"]
    for block, line, _ in SAMPLES:
        assert tokens_of(line, 0, english).tokens[0].role in blocks[block]
    opening = {role for role in english.opening_roles() if not role.startswith("H_")} - {"END"}
    assert frozenset().union(*blocks.values()) == opening
    assert {f"H_{start.upper()}" for start in STARTS} - {"H_HEADER", "H_HEAD", "H_CELL"} == blocks.keys()


def test_a_third_language_needs_a_table_and_nothing_else() -> None:
    table = three_tables()["zx"]
    text = f"{table.version} 1\n\n{table.text('H_GROUP')} both\n  {table.text('RULE')} base\n{table.text('END')}\n"
    found = read(source(text), three_tables())
    assert found.diagnostics == ()
    assert found.tree == reading("loyalty rules 1\n\ngroup both\n  rule base\nend\n").tree
    assert found.tree.language == "zx"


@pytest.mark.parametrize("path", example_files(), ids=lambda path: path.stem)
def test_examples_read_without_a_mistake(path: object) -> None:
    from pathlib import Path

    assert isinstance(path, Path)
    assert reading(path.read_text(encoding="utf-8")).diagnostics == ()


WORDS = sorted({word for table in phrase_tables().values() for form in table.forms.values() for word in form})


@given(
    st.lists(
        st.lists(st.sampled_from([*WORDS, "bonus", "1", "10 000", "5%", ",", "(", ")", '"x"', "|", "#", "2026-03-31"])),
        max_size=12,
    ),
    st.sampled_from(["loyalty rules 1", "правила лояльности 1"]),
)
def test_any_lines_are_read_without_an_error(lines: list[list[str]], version: str) -> None:
    text = "\n".join([version, *(" ".join(words) for words in lines)])
    where = source(text)
    found = read(where)
    # A line has one diagnostic, but for a header: its own mistake, and two blocks that are not closed at either end.
    places = [where.position(one.span.start).line for one in found.diagnostics]
    assert all(places.count(line) <= 3 for line in places)


@given(
    st.integers(min_value=0, max_value=len(whole_file())),
    st.sampled_from(['"', "x", "#", "|", "(", "\u200b", "\n", "end"]),
)
def test_one_wrong_character_never_takes_the_whole_file_down(place: int, character: str) -> None:
    text = whole_file()
    found = reading(text[:place] + character + text[place:])
    # A line broken before a word that is a header (`expire / never`) starts a block there.
    assert len(found.diagnostics) <= 3 or character == "\n"
    if place > len("loyalty rules 1\n"):
        assert len(found.tree.blocks) >= len(HEADERS) - 1


def test_lark_is_loaded_with_the_parser_and_not_before() -> None:
    """Not with the first line: threads that read their first files at once would import it at once."""
    script = (
        "import sys\n"
        "import loyalty_rules\n"
        "assert 'lark' not in sys.modules\n"
        "import loyalty_rules.lang.parser\n"
        "assert 'lark.parsers.lalr_analysis' in sys.modules\n"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
