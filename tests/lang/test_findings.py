"""What was found in a rule file, in words and places, for an editor or a page."""

from __future__ import annotations

import pytest

from loyalty_rules import Finding, RuleFileError, SettingsError, check, load
from loyalty_rules.findings import Correction, Range
from loyalty_rules.source import Position

TEXT = """loyalty rules 1

programme "😀"
  currency RUB
  time zone Europe/Moscow
  basis money paid
  prices include tax
  returns refused
  late events refused
end

purse bonus "😀"
  round down per order
  usable at once
  expire never
end

earn base "😀"
  on any product
  give 5 percent to bonus
  title ru "😀" and en "x"
end

earn base "Base"
  on any product
  giv 1 bonus per 10 RUB
end
"""


def span(line: int, start: int, end: int, utf16: int = 0) -> Range:
    return Range(Position(line, start, start + utf16), Position(line, end, end + utf16))


def test_findings_have_their_places_words_and_corrections() -> None:
    per_cent, after, twice, unknown = check(TEXT).findings()
    assert (per_cent.code, per_cent.severity, per_cent.message) == (
        "L004",
        "error",
        "`5 percent` is not how a number is written: the per cent sign stands right behind the digits",
    )
    assert (per_cent.range, per_cent.correction) == (span(20, 8, 17), Correction(span(20, 8, 17), "5%", safe=False))
    assert (after.code, after.range) == ("L022", span(21, 16, 26, utf16=1))
    assert (twice.code, twice.range) == ("L033", span(24, 6, 10))
    assert [(note.text, note.range) for note in twice.notes] == [("the first stands here", span(18, 6, 10))]
    assert (unknown.code, unknown.suggestion, unknown.range) == ("L012", "did you mean `give`?", span(26, 3, 6))
    assert unknown.correction is None


def test_a_finding_is_what_the_command_prints() -> None:
    (found, *_) = check(TEXT, name="club.loyalty").findings()
    assert str(found).splitlines() == [
        f"error[L004] {found.message}  club.loyalty:20:8",
        "   20 |   give 5 percent to bonus",
        "      |        ^^^^^^^^^",
        "  Help: digits alone or in groups of three with single spaces, a point, at most 6 decimals: `10 000.5`",
        "  Perhaps: give 5% to bonus",
    ]


def test_findings_in_another_language_quote_the_words_of_the_file() -> None:
    *_, unknown = check(TEXT).findings("ru")
    assert (unknown.message, unknown.suggestion) == ("непонятное начало строки: `giv`", "может быть, `give`?")
    with pytest.raises(SettingsError, match=r"language\.unknown"):
        check(TEXT).findings("fr")


def test_nothing_is_found_in_what_is_no_text_or_has_no_mistake() -> None:
    assert check(b"\xff").findings() == ()
    assert all(isinstance(one, Finding) for one in check(TEXT).findings())


def test_a_file_that_cannot_be_loaded_names_the_place_of_its_first_error() -> None:
    with pytest.raises(RuleFileError) as caught:
        load(TEXT, name="club.loyalty")
    assert caught.value.where == "club.loyalty:20:8"
    assert caught.value.message.startswith("4 errors in the rule file, the first: `5 percent` is not how a number")
