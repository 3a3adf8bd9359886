"""Every threat and every fraud has a test named by its id, or says why it waits; the page for hosts lists the frauds.

The letters: P parsing, N numbers, U text, C code and patterns, D documents, Z time, H hosts, O output, F frauds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

import pytest

from tests.house.tree import ROOT, python_files

#: Typed from the page, in its order.
THREATS: Final = tuple(
    """
    P-01 P-02 P-03 P-04 P-05 P-06 P-07 P-08 P-09 P-10 P-11 P-12 P-13 P-14 P-15 P-16 P-17 P-18 P-19 P-20
    N-01 N-02 N-03 N-04 N-05 N-06 N-07 N-08 N-09 N-10 N-11 N-12 N-13 N-14 N-15 N-16 N-17
    U-01 U-02 U-03 U-04 U-05 U-06 U-07 U-08 U-09 U-10 U-11
    C-01 C-02 C-03 C-04 C-05 C-06 C-07 C-08 C-09 C-10 C-11 C-12 C-13 C-14 C-15
    D-01 D-02 D-03 D-04 D-05 D-06 D-07 D-08 D-09 D-10 D-11 D-12
    Z-01 Z-02 Z-03 Z-04 Z-05 Z-06 Z-07 Z-08 Z-09 Z-10 Z-11 Z-12 Z-13 Z-14 Z-15 Z-16
    H-01 H-02 H-03 H-04 H-05 H-06 H-07 H-08
    O-01 O-02 O-03 O-04 O-05 O-06 O-07 O-08
    F-01 F-02 F-03 F-04 F-05 F-06 F-07 F-08 F-09 F-10 F-11 F-12 F-13 F-14 F-15 F-16 F-17 F-18 F-19 F-20 F-21 F-22
    """.split()
)
#: Those without a test, and what has to be there first.
WAITING: Final[Mapping[str, str]] = {
    "C-09": "the language has no host functions",
    "Z-10": "there is no store that sorts what it keeps",
    "O-05": "no text is written for an assistant: explanations are for people, data is JSON",
    "O-07": "codes are words of the rule file: there is no secret that an answer could give away",
    "O-08": "nothing writes Markdown",
    "Z-16": "there is no PostgreSQL store whose session could have a time zone",
}

_TEST: Final = re.compile(r"^def test_((?:[A-Z]_[0-9]{2}_)+)", re.MULTILINE)
_ID: Final = re.compile(r"([A-Z])_([0-9]{2})")


def ids_of(texts: Iterable[str]) -> set[str]:
    """The ids in the names of tests; one test may answer several."""
    names = (name for text in texts for name in _TEST.findall(text))
    return {f"{letter}-{number}" for name in names for letter, number in _ID.findall(name)}


def complaints(found: set[str], threats: Iterable[str], waiting: Mapping[str, str]) -> list[str]:
    """What is wrong between the threats, the tests and the reasons."""
    listed = list(threats)
    return [
        *(f"{threat}: neither a test nor a reason" for threat in listed if threat not in found | waiting.keys()),
        *(f"{threat}: waits, and has a test" for threat in listed if threat in found and threat in waiting),
        *(f"{threat}: no such threat" for threat in sorted((found | waiting.keys()) - set(listed))),
        *(
            f"{threat}: a reason is one line"
            for threat, reason in waiting.items()
            if not re.fullmatch(r"\S.{9,}", reason)
        ),
    ]


def texts() -> list[str]:
    return [file.text for file in python_files() if file.path.startswith("tests/")]


def test_every_threat_has_a_test_or_a_reason() -> None:
    of_stores = {one for one in ids_of(texts()) if one.startswith("L-")}  # this project has no store
    assert complaints(ids_of(texts()) - of_stores, THREATS, WAITING) == []
    assert len(set(THREATS)) == len(THREATS) == 129


def test_the_page_for_hosts_tells_every_fraud_and_no_other() -> None:
    page = (ROOT / "docs" / "SECURITY.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| (F-[0-9]{2}) \|", page, re.MULTILINE) == [one for one in THREATS if one.startswith("F")]


@pytest.mark.parametrize(
    ("source", "waiting", "complaint"),
    [
        ("def test_A_01_x():\n    pass\n", {}, "A-02: neither a test nor a reason"),
        ("def test_A_01_A_02_x():\n    pass\n", {"A-02": "there is no store"}, "A-02: waits, and has a test"),
        ("def test_A_01_A_02_A_03_x():\n    pass\n", {}, "A-03: no such threat"),
        (
            "def test_A_01_x():\n    pass\n",
            {"A-02": "there is no store", "A-09": "for no reason"},
            "A-09: no such threat",
        ),
        ("def test_A_01_x():\n    pass\n", {"A-02": "one\nmore line"}, "A-02: a reason is one line"),
        ("    def test_A_02_x():\n        pass\ndef test_A_01_x():\n", {}, "A-02: neither a test nor a reason"),
    ],
)
def test_what_is_missing_or_too_much_is_named(source: str, waiting: dict[str, str], complaint: str) -> None:
    assert complaints(ids_of([source]), ("A-01", "A-02"), waiting) == [complaint]


def test_one_test_may_answer_several_threats() -> None:
    assert ids_of(["def test_A_01_B_02_x() -> None:\n", "def test_C_03_y():\n"]) == {"A-01", "B-02", "C-03"}
