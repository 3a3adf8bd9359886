"""A file that is read and checked again while it is edited says what it says when it is read afresh."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loyalty_rules import Limits, Rechecker, check
from loyalty_rules.lang.parser import read
from loyalty_rules.lang.rereading import Rereading
from loyalty_rules.source import Source
from tests.adapters.command_line import PLAIN

ROOT: Final = Path(__file__).resolve().parents[2]
EXAMPLES: Final = sorted((ROOT / "examples").rglob("*.loyalty"))
#: Lines that a stroke may leave behind, right and wrong.
LINES: Final = [
    "",
    "end",
    "  # a note",
    '  allow L153 "a reason"',
    "  on any product",
    "earn",
    "  | a | b |",
    '  when "',
    "x",
]


def edited(draw: st.DrawFn, text: str) -> str:
    """The text with one block, or one line, as someone who writes may leave it."""
    lines = text.split("\n")
    place = draw(st.integers(0, len(lines) - 1))
    end = next((n for n in range(place, len(lines)) if lines[n].strip() in ("end", "конец")), len(lines) - 1)
    what = draw(st.sampled_from(["line", "cut", "letters", "without", "twice", "first", "digits"]))
    if what == "line":
        lines.insert(place, draw(st.sampled_from(LINES)))
    elif what == "cut":
        lines[place] = lines[place][: draw(st.integers(0, len(lines[place])))]
    elif what == "letters":
        lines[place] += draw(st.sampled_from([" a", "9", " ", "\t", "é", "\u202e", '"', " (", "\r"]))
    elif what == "without":
        del lines[place : end + 1]
    elif what == "twice":
        lines[end + 1 : end + 1] = lines[place : end + 1]
    elif what == "first":
        lines[1:1] = [*lines[place : end + 1], ""]
    else:
        lines[place] = lines[place].replace("1", "11").replace("2", "3")
    return "\n".join(lines)


@st.composite
def texts(draw: st.DrawFn) -> list[str]:
    """One example, edited some times."""
    found = [draw(st.sampled_from(EXAMPLES)).read_text("utf-8")]
    for _ in range(draw(st.integers(1, 4))):
        found.append(edited(draw, draw(st.sampled_from(found[-2:]))))
    return found


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(texts())
def test_a_file_that_is_read_again_reads_as_it_does_afresh(written: list[str]) -> None:
    rereading = Rereading()
    for text in written:
        again, afresh = rereading.read(Source("x", text)), read(Source("x", text))
        assert again == afresh
        assert repr(again) == repr(afresh)  # with the places, which trees do not compare


@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(texts())
def test_a_file_that_is_checked_again_is_told_the_same(written: list[str]) -> None:
    rechecker = Rechecker()
    for text in written:
        again, afresh = rechecker.check(text), check(text)
        assert again.diagnostics == afresh.diagnostics
        assert again.examples == afresh.examples
        assert (again.source, again.language, again.promises) == (afresh.source, afresh.language, afresh.promises)
        assert (again.programme is None) == (afresh.programme is None)
        if again.programme is not None and afresh.programme is not None:
            assert again.programme.fingerprint == afresh.programme.fingerprint
            assert repr(again.programme.checked) == repr(afresh.programme.checked)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_moves_by_a_line(path: Path) -> None:
    text = path.read_text("utf-8")
    rereading = Rereading()
    rereading.read(Source("x", text))
    longer = Source("x", text.replace("\n", "\n\n# one line more\n", 1))
    assert repr(rereading.read(longer)) == repr(read(longer))


def test_lines_that_have_not_changed_are_not_read_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    rereading = Rereading()
    rereading.read(Source("x", PLAIN))

    def counted(*given: object, **rest: object) -> object:
        seen.append(str(given[1]))
        return read_line(*given, **rest)  # type: ignore[arg-type] # whatever it is given

    from loyalty_rules.lang import rereading as module
    from loyalty_rules.lang.lexer import read_line

    monkeypatch.setattr(module, "read_line", counted)
    monkeypatch.setattr(module, "parse", lambda start, tokens: seen.append(start))
    rereading.read(Source("x", "\n\n" + PLAIN + "\n# a note"))
    assert len(seen) == 1  # the note; there was an empty line at the end, and empty lines are not read


def test_another_language_is_another_file() -> None:
    rechecker = Rechecker()
    english = 'loyalty rules 1\nprogramme "P"\nend\n'
    russian = english.replace("loyalty rules 1", "правила лояльности 1")
    for text in (english, russian, english, ""):
        assert rechecker.check(text).diagnostics == check(text).diagnostics


def test_it_takes_names_tables_and_limits_like_check() -> None:
    rechecker = Rechecker(name="club", limits=Limits(words=20))
    report = rechecker.check(PLAIN)
    assert report == check(PLAIN, name="club", limits=Limits(words=20))
    assert rechecker.check(PLAIN) is report
    assert rechecker.check(b"\xff").refused is not None
