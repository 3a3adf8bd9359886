"""`languages`: what people read exists in each of them, whatever language the file is written in."""

from __future__ import annotations

import pytest

from loyalty_rules import RuleFileError, load
from loyalty_rules.lang.formatter import format_source
from loyalty_rules.source import Source
from tests.engine.deciding import HEAD

PURSES = '  title ru "Баллы"\nend'


def rules(languages: str, *clauses: str, titles: bool = True) -> str:
    head = HEAD.replace("  currency RUB\n", f"  currency RUB\n  languages {languages}\n", 1)
    head = head.replace("  rules add up\nend", f"  rules add up\n{PURSES}") if titles else head
    return head + "".join(f"{line}\n" for line in ('earn r "Points"', "  give 1 pts", *clauses, "end"))


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        (rules("en, ru", '  title ru "Баллы за заказ"'), []),
        (rules("en, ru"), ["TITLE ru"]),
        (rules("en", titles=False), []),
        (rules("en, ru, kk", '  title ru "Баллы за заказ"'), ["TITLE kk"] * 3),
        (rules("en, ru", '  title ru "Б"', '  message missed ru "Нет"'), ["MSG_MISSED en"]),
        (rules("en, ru", '  title ru "Б"', '  message given ru "Да"', '  message given en "Yes"'), []),
    ],
)
def test_what_is_missing_is_named(text: str, missing: list[str]) -> None:
    for language in ("en", "ru"):
        written = format_source(Source("rules.loyalty", text), language)
        if not missing:
            load(written)
            continue
        with pytest.raises(RuleFileError) as refused:
            load(written)
        found = [one.problem for one in refused.value.diagnostics]
        assert {problem.code for problem in found} == {"L344"}
        assert len(found) == len(missing)
        if language == "en":
            told = [f"{problem.clause.role} {problem.language}" for problem in found]
            assert told == missing


def test_what_is_no_language_is_refused() -> None:
    with pytest.raises(RuleFileError) as refused:
        load(rules("English", titles=False))
    assert [one.problem.slug for one in refused.value.diagnostics] == ["name.language"]


def test_languages_change_no_meaning() -> None:
    title = '  title ru "Баллы за заказ"'
    assert load(rules("en, ru", title)).fingerprint == load(rules("en", title)).fingerprint
