"""Every kind of mistake: a wrong file with the code on the offending line, its Russian twin, and its texts."""

from __future__ import annotations

import inspect
import re
import tomllib
from dataclasses import fields
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from loyalty_rules.diagnostics import Diagnostic, MoreOmitted, Problem
from loyalty_rules.lang.causes import first_causes
from loyalty_rules.lang.checked import Checked
from loyalty_rules.lang.checker import check_tree
from loyalty_rules.lang.formatter import format_source
from loyalty_rules.lang.parser import read
from loyalty_rules.lang.phrases import phrase_tables
from loyalty_rules.rendering import PAGES, render_all
from loyalty_rules.source import Source, Span
from loyalty_rules.supplied import supplied
from tests.cases.diagnostic_rows import ROWS

CASES = Path(__file__).parent.parent / "cases" / "diagnostics"
MESSAGES = Path(__file__).parent.parent.parent / "grammar" / "messages"
FILES = sorted(CASES.glob("L*.loyalty"))
MODULES = (
    *("names", "clauses", "values", "rules", "ladders", "groups", "cases", "returns", "findings", "promises"),
    *("spending", "lives", "places", "changes", "rewards", "memberships", "clocks", "offers", "budgets", "challenges"),
    "partners",
    "codes",
    "referrals",
    "experiments",
    "choices",
    "currencies",
    "draws",
)

MARK = re.compile(r"# (?:error|warning) (L\d{3})")
RULE = "\n----\n\n"


def witness(checked: Checked, rules: tuple[str, str]) -> str | None:
    """An order to which both rules apply, for the one case that shows one."""
    return "latte, 250 RUB" if "witnessed" in checked.title else None


def breach(checked: Checked, promise: str, suspects: tuple[tuple[str, ...], ...]) -> tuple[Span, str] | None:
    """An order that breaks the promise of the one case that shows one."""
    bound = checked.promises[promise].always[0]
    return (bound.span, "bread, 100 RUB") if "broken" in checked.title else None


def found_in(source: Source) -> tuple[Diagnostic, ...]:
    """Everything that is wrong with a file, as a programme that is loaded reports it."""
    reading = read(source)
    handed = supplied(ROWS.get(source.name.partition(".")[0]))
    checked, found = check_tree(reading.tree, source, reading.lines, witness=witness, breach=breach, handed=handed)
    assert checked is None or not any(one.problem.severity.value == "error" for one in found)
    return first_causes(reading.tree, source, reading.diagnostics, found, reading.lines)


def marked(source: Source) -> list[tuple[int, str]]:
    """The lines that say what is wrong with them, with the code."""
    lines = enumerate((source.line_text(number) for number in range(1, source.line_count + 1)), 1)
    return [(number, mark[1]) for number, line in lines for mark in MARK.finditer(line)]


def reported(source: Source) -> list[tuple[int, str]]:
    return [(source.line_number(one.span.start), one.problem.code) for one in found_in(source)]


def source_of(path: Path) -> Source:
    return Source(path.name, path.read_text(encoding="utf-8"))


# ---------- each code


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_mistake_is_reported_once_on_its_line(path: Path) -> None:
    source = source_of(path)
    assert marked(source) == [(line, path.stem) for line, _ in marked(source)] != []
    assert reported(source) == marked(source)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_russian_twin_has_the_same_mistake_on_the_same_line(path: Path) -> None:
    twin = Source(path.name, format_source(source_of(path), "ru"))
    assert twin.text.startswith("правила лояльности 1\n")
    assert reported(twin) == marked(source_of(path))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_people_read_exactly_these_texts(path: Path) -> None:
    source = source_of(path)
    twin = Source(path.name, format_source(source, "ru"))
    texts = RULE.join((render_all(found_in(source), source, "en"), render_all(found_in(twin), twin, "ru")))
    assert texts == path.with_suffix(".txt").read_text(encoding="utf-8")


def test_no_text_is_kept_without_its_wrong_file() -> None:
    assert {path.stem for path in CASES.glob("*.txt")} == {path.stem for path in FILES}
    assert {path.suffix for path in CASES.iterdir()} == {".loyalty", ".txt"}


# ---------- all codes


def problems(*modules: str) -> dict[str, type[Problem]]:
    """The kinds of mistakes of some modules, by code."""
    found: dict[str, type[Problem]] = {}
    for name in modules:
        module: ModuleType = import_module(f"loyalty_rules.problems.{name}")
        for _, kind in inspect.getmembers(module, inspect.isclass):
            if issubclass(kind, Problem) and kind is not Problem:
                assert kind.code not in found, kind.code
                found[kind.code] = kind
    return found


def test_every_mistake_of_the_checker_has_a_wrong_file() -> None:
    assert {path.stem for path in FILES} == set(problems(*MODULES))


def test_slugs_and_codes_name_one_mistake_each() -> None:
    found = problems("reading", *MODULES)
    slugs = [kind.slug for kind in found.values()]
    assert len(slugs) == len(set(slugs))
    assert all(re.fullmatch(r"L\d{3}", code) for code in found)


def page(language: str) -> dict[str, dict[str, str]]:
    texts: dict[str, dict[str, str]] = {}
    for name in PAGES:
        for section, entries in tomllib.loads((MESSAGES / language / f"{name}.toml").read_text("utf-8")).items():
            assert not (section in texts and section.startswith("L")), section
            texts.setdefault(section, {}).update(entries)
    return texts


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_mistake_has_its_texts_and_no_text_is_without_mistake(language: str) -> None:
    known = problems("reading", *MODULES) | {MoreOmitted.code: MoreOmitted}
    texts = {code: entries for code, entries in page(language).items() if code.startswith("L")}
    assert texts.keys() == known.keys()
    for code, kind in known.items():
        names = {field.name for field in fields(kind)}
        assert texts[code].keys() == {"message", "help"} | ({"suggestion"} & names), code
        used = {name for text in texts[code].values() for name in re.findall(r"\{(\w+)\}", text)}
        assert used <= names | phrase_tables()[language].forms.keys(), code


def test_the_texts_of_the_languages_fill_in_the_same_facts() -> None:
    english, russian = page("en"), page("ru")
    assert english.keys() == russian.keys()
    for section, entries in english.items():
        assert entries.keys() == russian[section].keys(), section
        if section.startswith("L"):
            for key, text in entries.items():
                facts = sorted(re.findall(r"\{[a-z_]+\}", text))
                assert facts == sorted(re.findall(r"\{[a-z_]+\}", russian[section][key])), (section, key)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_messages_have_no_full_stop_and_no_capital_at_their_start(language: str) -> None:
    for code, entries in page(language).items():
        if code.startswith("L"):
            for text in entries.values():
                assert not text.endswith("."), (code, text)
                assert text[0] == text[0].lower() or text.startswith("`"), (code, text)
