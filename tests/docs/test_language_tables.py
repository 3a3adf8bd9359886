"""The tables of the language reference are those of the grammar, the phrase tables and the texts of the roles."""

from __future__ import annotations

from pathlib import Path

import pytest

from loyalty_rules.lang.phrases import phrase_tables
from tests.docs.language_tables import PAGES, clause_table, count, filled, forms, headers, says, texts, written

#: Sections whose keys are every role of a kind, by the rules of the grammar that list them.
BLOCKS = [header.removeprefix("H_").lower() for header in headers()]


@pytest.mark.parametrize(("page", "language"), PAGES.items(), ids=lambda value: getattr(value, "stem", value))
def test_the_tables_of_a_page_are_up_to_date(page: Path, language: str) -> None:
    text = page.read_text(encoding="utf-8")
    assert filled(text, language) == text, "run `make docs`"


def test_a_page_that_differs_from_the_phrases_is_found() -> None:
    page = "<!-- clauses segment -->\n| old |\n<!-- / -->\n"
    assert filled(page, "en") != page


def test_every_block_of_the_phrase_table_is_in_the_reference() -> None:
    known = {role for role in phrase_tables()["en"].forms if role.startswith("H_")}
    assert set(headers()) == known
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        assert [block for block in BLOCKS if f"<!-- clauses {block} -->" not in text] == []


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_clause_of_every_block_says_something(language: str) -> None:
    said = {(block, role): says(language, block, role) for block in BLOCKS for role in forms(block)}
    assert all(text.strip() for text in said.values())


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_opening_phrase_opens_a_clause_of_some_block(language: str) -> None:
    opened = {role for block in BLOCKS for role in forms(block)} | set(headers()) | {"END"}
    assert set(phrase_tables()[language].opening_roles()) == opened


@pytest.mark.parametrize("language", ["en", "ru"])
def test_no_text_is_left_over(language: str) -> None:
    phrases = phrase_tables()[language].forms
    for section, entries in texts(language).items():
        if section in BLOCKS:
            assert set(entries) <= set(forms(section)), section
        elif section == "shared":
            used = {role for block in BLOCKS for role in forms(block) if role not in texts(language).get(block, {})}
            assert set(entries) == used
        elif section != "blocks":
            assert set(entries) <= set(phrases), section


def test_the_texts_of_both_languages_are_about_the_same_roles() -> None:
    english, russian = texts("en"), texts("ru")
    assert list(english) == list(russian)
    assert {name: list(entries) for name, entries in english.items()} == {
        name: list(entries) for name, entries in russian.items()
    }


def test_a_form_reads_as_a_line_of_a_rule_file() -> None:
    assert written("en", ("CAP", "quantity", "scope", "window", "?", "BEFORE_BOOSTS", "?")) == (
        "cap quantity scope window? (before boosts)?"
    )
    assert written("ru", ("IS_ONE_OF", "plain", "(", "COMMA", "plain", ")", "*")) == "это одно из plain (, plain)*"


def test_a_clause_is_counted_as_the_checker_counts_it() -> None:
    assert (count("programme", "CURRENCY"), count("earn", "GIVE"), count("earn", "WHEN")) == ("1", "+", "*")
    assert {count("tiers", role) for role in ("UP_NEXT", "UP_THIS", "UP_PART", "UP_FROM")} == {"1a"}
    assert clause_table("en", "segment").count("\n") == 2 + len(forms("segment"))
