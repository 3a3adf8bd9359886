"""Titles in the reader's language, of everything that an explanation names."""

from __future__ import annotations

import pytest

from loyalty_rules import check
from tests.engine.deciding import HEAD, order, programme

#: The head, with a title of its points in Russian.
TITLED = HEAD.replace('purse pts "Points"\n', 'purse pts "Points"\n  title ru "Баллы"\n')


@pytest.mark.parametrize(
    ("language", "purse", "group", "guardrail"),
    [
        ("en", "Points: 20 pts to use.", "Best one", "No alcohol"),
        ("ru", "Баллы: можно потратить 20 pts.", "Лучшее", "Без алкоголя"),
    ],
)
def test_purses_groups_and_guardrails_are_told_by_the_title_of_the_language(
    language: str, purse: str, group: str, guardrail: str
) -> None:
    found = programme(
        'earn small "Small"\n  on any product\n  give 1 pts per 10 RUB',
        'earn large "Large"\n  on any product\n  give 2 pts per 10 RUB',
        'earn tea "Tea"\n  on Tea\n  give 5 pts',
        'group best "Best one"\n  title ru "Лучшее"\n  rule small\n  rule large\n'
        "  choose largest for member\n  decide per order",
        'never dry "No alcohol"\n  title ru "Без алкоголя"\n  on Tea\n  blocks earning',
        head=TITLED,
    )
    decision = found.decide(found.new_member("m"), order("100", "tea:50"))
    told = decision.explain(language=language)
    assert purse in told
    assert group in told
    assert guardrail in told


def test_one_title_in_each_language() -> None:
    twice = TITLED.replace('"Баллы"\n', '"Баллы"\n  title ru "Очки"\n')
    assert [one.problem.code for one in check(twice + '\nearn a "A"\n  give 1 pts\nend\n').diagnostics] == ["L041"]


def test_titles_change_no_decision() -> None:
    plain = programme('earn a "A"\n  give 1 pts')
    titled = programme('earn a "A"\n  give 1 pts', head=TITLED)
    assert plain.fingerprint == titled.fingerprint
