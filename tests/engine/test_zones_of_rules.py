"""A rule with a time zone of its own: how it is told, what of it is compared with other rules, what is refused."""

from __future__ import annotations

import pytest

from loyalty_rules import RuleFileError
from tests.engine.deciding import order, programme

#: Noon in Moscow on monday 2 March 2026 is 19:00 in Vladivostok.
ZONE = "time zone Asia/Vladivostok"


def told(rule: str, language: str) -> str:
    rules = programme(rule)
    return rules.decide(rules.new_member("m"), order("100")).explain(language)


@pytest.mark.parametrize(
    ("rule", "language", "words"),
    [
        (f"earn r\n  {ZONE}\n  when clock time at least 20:00\n  give 1 pts", "en", "19:00 (Asia/Vladivostok)"),
        (f"earn r\n  {ZONE}\n  when weekday is sunday\n  give 1 pts", "ru", "понедельник (Asia/Vladivostok)"),
        (
            f"earn r\n  {ZONE}\n  from 2026-04-01\n  give 1 pts",
            "en",
            "In force: `from 2026-04-01`, by the time of Asia/Vladivostok.",
        ),
        (
            f"earn r\n  {ZONE}\n  from 2026-04-01\n  give 1 pts",
            "ru",
            "Срок действия: `from 2026-04-01`, по времени Asia/Vladivostok.",
        ),
        ("earn r\n  time zone Europe/Moscow\n  from 2026-04-01\n  give 1 pts", "en", "In force: `from 2026-04-01`."),
    ],
)
def test_what_was_found_is_told_with_its_zone(rule: str, language: str, words: str) -> None:
    assert words in told(rule, language)


SATURDAY = "when weekday is saturday\n  on any product\n  give 1 pts per 10 RUB"
SUNDAY = "when weekday is sunday\n  on any product\n  give 1 pts per 10 RUB"
HEAD_WITHOUT_SUM = """loyalty rules 1

programme "Test"
  currency RUB
  time zone Europe/Moscow
  basis money paid
  prices include tax
  returns refused
  late events refused
end

purse pts
  round down per order
  usable at once
  expire never
end
"""


def test_days_of_one_zone_are_apart_those_of_two_are_not() -> None:
    programme(f"earn one\n  {ZONE}\n  {SATURDAY}", f"earn two\n  {ZONE}\n  {SUNDAY}", head=HEAD_WITHOUT_SUM)
    with pytest.raises(RuleFileError) as refused:
        programme(f"earn one\n  {ZONE}\n  {SATURDAY}", f"earn two\n  {SUNDAY}", head=HEAD_WITHOUT_SUM)
    assert [found.problem.code for found in refused.value.diagnostics] in (["L031"], ["L032"])


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("earn r\n  time zone Asia/Vladivostock\n  give 1 pts", "L046"),
        (f"earn r\n  {ZONE}\n  time zone UTC\n  give 1 pts", "L041"),
        (f"budget r\n  {ZONE}", "L013"),
    ],
)
def test_a_zone_that_is_not_one_is_refused(rule: str, code: str) -> None:
    with pytest.raises(RuleFileError) as refused:
        programme(rule)
    assert [found.problem.code for found in refused.value.diagnostics] == [code]


def test_a_zone_is_part_of_what_a_rule_means() -> None:
    rule = "earn r\n  {}when clock time at least 20:00\n  give 1 pts"
    plain, moscow = (programme(rule.format(text)).fingerprint for text in ("", "time zone Europe/Moscow\n  "))
    assert plain == moscow != programme(rule.format(f"{ZONE}\n  ")).fingerprint
