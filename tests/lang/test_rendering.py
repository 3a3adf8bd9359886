"""How diagnostics are laid out, and that every word comes from tables: two languages, and a third that is handed in."""

from __future__ import annotations

import tomllib

import pytest

from loyalty_rules.diagnostics import Diagnostic, Fix, Related, Role
from loyalty_rules.errors import SettingsError
from loyalty_rules.lang.checker import check_tree
from loyalty_rules.lang.parser import read
from loyalty_rules.problems.groups import GroupCircle
from loyalty_rules.problems.names import DeclaredTwice, FactOfSeveralEvents, UnknownName, WrongKind
from loyalty_rules.problems.reading import UnknownClause
from loyalty_rules.problems.values import WrongUnit
from loyalty_rules.rendering import (
    PAGES,
    help_of,
    message_of,
    render_all,
    render_diagnostic,
    suggestion_of,
    texts,
    texts_of,
)
from loyalty_rules.source import Source, Span
from tests.lang.checking import club, earn
from tests.lang.support import ROOT, mirrored

TEXT = 'loyalty rules 1\n\nearn base "Base points"\n  giv 1 bonus per 10 RUB\nend\n'
SOURCE = Source("club.loyalty", TEXT)
GIV = Span(TEXT.index("giv"), TEXT.index("giv") + 3)


def test_a_diagnostic_shows_its_place_its_line_and_what_helps() -> None:
    found = Diagnostic(UnknownClause("giv", Role("H_EARN"), Role("GIVE")), GIV)
    assert render_diagnostic(found, SOURCE, "en") == (
        "error[L012] unknown clause `giv`                       club.loyalty:4:3\n"
        "    4 |   giv 1 bonus per 10 RUB\n"
        "      |   ^^^ did you mean `give`?\n"
        "  Help: every line of a block starts with one of the phrases that the block `earn` knows\n"
    )


def test_a_reader_of_another_language_sees_phrases_as_the_file_would_write_them() -> None:
    found = Diagnostic(UnknownClause("giv", Role("H_EARN"), Role("GIVE")), GIV)
    assert render_diagnostic(found, SOURCE, "ru") == (
        "ошибка[L012] непонятное начало строки: `giv`           club.loyalty:4:3\n"
        "    4 |   giv 1 bonus per 10 RUB\n"
        "      |   ^^^ может быть, `give`?\n"
        "  Что делать: каждая строка блока `earn` начинается с одной из известных ему фраз\n"
    )


def test_second_places_and_fixes() -> None:
    end = TEXT.index("RUB") + 3
    related = Related(Span(TEXT.index("earn"), TEXT.index(" base")), "rule_here")
    found = Diagnostic(WrongUnit("10", "RUB"), Span(end - 3, end), (related,), Fix(Span(end, end), " (EUR)", True))
    assert render_diagnostic(found, SOURCE, "en") == (
        "error[L053] `10` is not counted in `RUB`               club.loyalty:4:22\n"
        "    4 |   giv 1 bonus per 10 RUB\n"
        "      |                      ^^^\n"
        '    3 | earn base "Base points"\n'
        "      | ^^^^ this rule\n"
        "  Help: every number has its unit behind it\n"
        "  Fix: giv 1 bonus per 10 RUB (EUR)\n"
    )


def test_a_long_message_keeps_its_place_two_spaces_behind_it() -> None:
    head = render_diagnostic(Diagnostic(DeclaredTwice("n" * 50), GIV), SOURCE, "en").splitlines()[0]
    assert head == f"error[L033] `{'n' * 50}` is declared twice  club.loyalty:4:3"


def test_a_long_line_is_cut_around_its_place() -> None:
    text = "# " + "x" * 300 + "HERE" + "y" * 300
    place = text.index("HERE")
    shown = render_diagnostic(Diagnostic(DeclaredTwice("a"), Span(place, place + 4)), Source("f", text), "en")
    _, line, marks, _ = shown.splitlines()
    assert line == f"    1 | …{'x' * 40}HERE{'y' * 76}…"
    assert marks.index("^") == line.index("HERE")
    assert marks.count("^") == 4


def test_what_cannot_be_seen_is_shown_as_a_mark_and_columns_stay() -> None:
    text = "\tearn\u202ebase x"
    place = text.index("x")
    shown = render_diagnostic(Diagnostic(DeclaredTwice("b\u200bx\n"), Span(place, place + 1)), Source("f", text), "en")
    assert shown.splitlines()[:3] == [
        "error[L033] `b\ufffdx\ufffd` is declared twice                   f:1:12",
        "    1 |  earn\ufffdbase x",
        "      |            ^",
    ]


def test_a_place_at_the_end_of_a_line_has_one_mark_and_a_place_over_lines_marks_the_first() -> None:
    end = TEXT.index("RUB") + 3
    assert "\n      |                         ^\n" in render_diagnostic(
        Diagnostic(DeclaredTwice("a"), Span(end, end)), SOURCE, "en"
    )
    shown = render_diagnostic(Diagnostic(DeclaredTwice("a"), Span(GIV.start, len(TEXT))), SOURCE, "en")
    assert "\n      |   ^^^^^^^^^^^^^^^^^^^^^^\n" in shown


# ---------- facts of problems as text


def test_lists_roles_and_ways() -> None:
    roles = (Role("H_PURSE"), Role("H_EARN"), Role("H_BOOST"))
    assert help_of(UnknownName("a", roles, None), "en").startswith(
        "here belongs the name of a `purse`, `earn` or `boost`;"
    )
    assert message_of(WrongKind("a", Role("KIND_MONEY"), ()), "en") == "`a` is a money"
    assert message_of(FactOfSeveralEvents("a", ("x", "y", "z")), "en") == (
        "several events have a fact `a`: `x`, `y` and `z`"
    )
    assert message_of(GroupCircle(("a", "b", "a")), "ru") == "группа содержит саму себя: `a` → `b` → `a`"


def test_a_unit_may_be_a_name_or_a_word() -> None:
    assert message_of(WrongUnit("5", "RUB"), "en") == "`5` is not counted in `RUB`"
    assert message_of(WrongUnit("5", Role("ITEMS")), "en") == "`5` is not counted in `items`"
    assert message_of(WrongUnit("5", Role("KIND_COUNT")), "en") == "`5` is not counted in a whole number"


def test_no_suggestion_without_anything_near() -> None:
    assert suggestion_of(UnknownName("a", (Role("H_EARN"),), None), "en") == ""
    assert suggestion_of(UnknownName("a", (Role("H_EARN"),), "b"), "en") == "did you mean `b`?"
    assert suggestion_of(DeclaredTwice("a"), "en") == ""


def test_what_a_file_says_is_never_read_as_a_template() -> None:
    assert message_of(DeclaredTwice("{name}{GIVE}"), "en") == "`{name}{GIVE}` is declared twice"


def test_long_facts_are_cut() -> None:
    assert message_of(DeclaredTwice("n" * 100), "en") == f"`{'n' * 59}…` is declared twice"


# ---------- languages


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(SettingsError) as refused:
        texts("xx")
    assert (refused.value.code, refused.value.message) == ("language.unknown", "no texts in xx; there are en, ru")


def test_a_page_that_is_no_toml_is_refused() -> None:
    with pytest.raises(SettingsError) as refused:
        texts_of(mirrored(), "[L030")
    assert refused.value.code == "texts.syntax"


def test_a_third_language_needs_a_table_and_its_pages_and_no_code() -> None:
    """Every text of English turned round: nothing else may be read but the names and numbers of the file."""
    pages = []
    for name in PAGES:
        page = tomllib.loads((ROOT / "grammar" / "messages" / "en" / f"{name}.toml").read_text(encoding="utf-8"))
        lines = []
        for section, entries in page.items():
            lines.append(f"[{section}]")
            lines += [f'"{key}" = {_turned(text)!r}' for key, text in entries.items()]
        pages.append("\n".join(lines))
    third = texts_of(mirrored(), *pages)
    source = Source("club.loyalty", club(earn("on any product", "give 1 bonis per 10 RUB")))
    reading = read(source)
    found = check_tree(reading.tree, source, reading.lines)[1]
    assert render_all(found, source, third) == (
        "zx[L030] zx `bonis`                                    club.loyalty:22:10\n"
        "   22 |   give 1 bonis per 10 RUB\n"
        "      |          ^^^^^ zx `bonus`\n"
        "  zx: zx `zxesrup`, `zxdrawer` zx `zxward`\n"
    )


def _turned(text: str) -> str:
    """A text with its facts and without its words."""
    facts = [word for word in text.replace(";", " ").replace("?", " ").split() if "{" in word]
    return " ".join(("zx", *facts))
