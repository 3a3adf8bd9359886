"""Every role of the phrase table has a case in which it acts and one in which it does not, and both are told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

import pytest

from loyalty_rules import RuleFileError
from loyalty_rules.lang.phrases import phrase_tables
from tests.cases.role_cases import LANGUAGES, Case, examined, failures, roles_in, table, told, translated, without

ROLES = sorted(phrase_tables()["en"].forms)
CASES = sorted((case for case in table().values() if not case.structural), key=lambda case: (case.page, case.role))
STRUCTURAL = sorted((case for case in table().values() if case.structural), key=lambda case: case.role)


def name_of(case: Case) -> str:
    return f"{case.page}-{case.role}"


def said(case: Case, text: str, language: str, segments: tuple[str, ...] = ()) -> str:
    return failures(text, language) if case.kind == "example" else told(text, language, segments, case.tax)


def complaints(roles: Iterable[str], entries: Iterable[str]) -> list[str]:
    """What is wrong between the roles of the phrase table and the entries."""
    known, found = set(roles), set(entries)
    return [
        *(f"{role}: no entry in tests/cases/roles/" for role in sorted(known - found)),
        *(f"{role}: an entry, and no such role" for role in sorted(found - known)),
    ]


def test_every_role_has_an_entry_and_no_entry_is_without_role() -> None:
    assert complaints(ROLES, table()) == []


def test_a_role_without_entry_and_an_entry_without_role_are_named() -> None:
    assert complaints(["A", "B"], ["B", "C"]) == ["A: no entry in tests/cases/roles/", "C: an entry, and no such role"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_where_it_acts_and_where_not_is_told(case: Case, language: str) -> None:
    acts, idle = (translated(text, language) for text in case.pair)
    assert case.kind == "told" or case.role in roles_in(acts)
    for text in (acts, idle):
        assert examined(text)[1] == ()
    shown = {"acts": said(case, acts, language, case.segments), "idle": said(case, idle, language)}
    for which, other in (("acts", "idle"), ("idle", "acts")):
        expected = case.texts(which, language)
        assert [text for text in expected if text not in shown[which]] == [], shown[which]
        assert not expected or any(text not in shown[other] for text in expected), shown[other]
    assert case.texts("acts", language) or case.texts("idle", language)
    if case.kind == "example":
        assert shown["acts"] == ""
        assert shown["idle"] != ""


@pytest.mark.parametrize("case", [case for case in CASES if case.kind != "told"], ids=name_of)
def test_without_it_something_else_is_decided_or_told(case: Case) -> None:
    """The lines with the phrase are taken away: the file is refused, or one of the two orders is told otherwise."""
    differs = False
    for text in case.pair:
        if case.role not in roles_in(text):
            continue
        try:
            differs = differs or said(case, without(text, case.role), "en") != said(case, text, "en")
        except RuleFileError:
            differs = True
    assert differs


WRONG = {
    "acts in both": replace(table()["AT_LEAST"], idle="100 RUB"),
    "acts in none": replace(table()["AT_LEAST"], acts="99.99 RUB"),
    "says something else": replace(table()["AT_LEAST"], told={"idle_en": ("Found: 98.00 RUB",)}),
    "says what is always said": replace(table()["AT_LEAST"], told={"idle_en": ("Points:",)}),
    "says nothing": replace(table()["SHOULD_GIVE"], told={}),
    "stands nowhere": replace(table()["AT_LEAST"], role="AT_MOST"),
    "is warned of": replace(table()["CAP"], earn="cap 50 pts per order"),
}


@pytest.mark.parametrize("case", WRONG.values(), ids=WRONG)
def test_a_case_that_does_not_do_what_it_says_is_seen(case: Case) -> None:
    with pytest.raises(AssertionError):
        test_where_it_acts_and_where_not_is_told(case, "en")


def test_a_phrase_that_changes_nothing_is_seen() -> None:
    with pytest.raises(AssertionError):
        test_without_it_something_else_is_decided_or_told(Case("TITLE", "none", earn='title de "Punkte"'))


@pytest.mark.parametrize("case", STRUCTURAL, ids=name_of)
def test_what_gives_form_is_read_in_every_language(case: Case) -> None:
    assert len(case.structural) > 15
    text = next(text for other in CASES for text in other.pair if case.role in roles_in(text))
    for language in LANGUAGES:
        assert case.role in roles_in(translated(text, language))


def test_the_table_by_kind(capsys: pytest.CaptureFixture[str]) -> None:
    """How many roles there are of each kind; shown by `pytest -s`."""
    kinds = Counter((case.page, case.kind or "decided") for case in table().values())
    with capsys.disabled():
        print()
        for (page, kind), count in sorted(kinds.items()):
            print(f"{page:<12} {kind:<10} {count:>4}")
        print(f"{'all roles':<23} {sum(kinds.values()):>4}")
    assert sum(kinds.values()) == len(ROLES)
