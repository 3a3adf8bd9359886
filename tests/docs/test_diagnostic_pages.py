"""The pages of the diagnostics say what the checker says, and there is one for every code."""

from __future__ import annotations

from pathlib import Path

import pytest

from loyalty_rules.loading import examine
from loyalty_rules.source import Source
from tests.docs.diagnostic_pages import CASES, FOLDERS, WITHOUT_FILE, pages, texts, wrong_file

READING = sorted((CASES / "reading").glob("*.loyalty"))


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_page_is_what_the_checker_says(language: str) -> None:
    expected = pages(language)
    written = {path: path.read_text(encoding="utf-8") for path in FOLDERS[language].glob("*.md")}
    assert written == expected


def test_every_code_but_the_last_has_a_wrong_file() -> None:
    assert {code for code in texts("en") if wrong_file(code, "en") is None} == WITHOUT_FILE


@pytest.mark.parametrize("path", READING, ids=lambda path: path.stem)
def test_a_mistake_of_reading_is_the_only_one_of_its_file(path: Path) -> None:
    _, diagnostics = examine(Source(path.name, path.read_text(encoding="utf-8")))
    assert [found.problem.code for found in diagnostics] == [path.stem]
