"""The words for mistakes of reading: in every language, with the facts of the problem and no others."""

from __future__ import annotations

import inspect
import re
import tomllib
from dataclasses import fields
from typing import Any

import pytest

from loyalty_rules import diagnostics
from loyalty_rules.diagnostics import MoreOmitted, Problem
from loyalty_rules.lang.mistakes import KINDS
from loyalty_rules.lang.tables import LITERALS
from loyalty_rules.problems import reading
from tests.lang.support import ROOT

LANGUAGES = sorted(folder.name for folder in (ROOT / "grammar" / "messages").iterdir() if folder.is_dir())
CLASSES: list[type[Problem]] = [
    value
    for value in (*vars(reading).values(), MoreOmitted)
    if inspect.isclass(value) and issubclass(value, Problem) and value is not Problem
]


def texts(language: str) -> dict[str, Any]:
    path = ROOT / "grammar" / "messages" / language / "reading.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def holes(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


def test_codes_and_slugs_are_used_once() -> None:
    assert len({found.code for found in CLASSES}) == len({found.slug for found in CLASSES}) == len(CLASSES) == 26
    assert all(found.code <= "L029" for found in CLASSES if found is not MoreOmitted)
    assert MoreOmitted.__module__ == diagnostics.__name__


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("problem", CLASSES, ids=lambda problem: problem.code)
def test_every_problem_is_put_into_words(problem: type[Problem], language: str) -> None:
    section = texts(language)[problem.code]
    facts = {field.name for field in fields(problem)}
    said = set().union(*(holes(text) for text in section.values()))
    assert {"message", "help"} <= section.keys() <= {"message", "help", "suggestion"}
    assert said == facts
    assert ("suggestion" in section) == ("suggestion" in facts)
    for text in section.values():
        assert text == text.strip()
        assert not text.endswith(".")
        assert text[0] == text[0].lower()
        assert text.count("`") % 2 == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_thing_has_words(language: str) -> None:
    reasons = re.findall(r'"((?:NUMBER|NAME|DATE|TIME|NO_SUCH)_\w+)"', _sources())
    sizes = {
        "FILE_SIZE",
        "LINE_LENGTH",
        "TOKEN_COUNT",
        "BLOCK_COUNT",
        "RULE_COUNT",
        "NESTED_NAMES",
        "TEST_COUNT",
        "COMPARISON_COUNT",
    }
    assert texts(language)["words"].keys() == KINDS | LITERALS | (set(reasons) - {"TIME_ZONE"}) | sizes
    assert texts(language)["notes"].keys() == {"block.opened"}


def _sources() -> str:
    folder = ROOT / "loyalty_rules" / "lang"
    return "".join((folder / name).read_text(encoding="utf-8") for name in ("lexer.py", "literals.py"))


def test_languages_say_the_same_things() -> None:
    assert LANGUAGES == ["en", "ru"]
    english, russian = texts("en"), texts("ru")
    assert english.keys() == russian.keys()
    assert all(english[section].keys() == russian[section].keys() for section in english)
