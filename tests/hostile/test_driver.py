"""The driver of the hostile inputs notices what it is there for."""

from __future__ import annotations

import pytest

from tests.hostile.driver import accepted, each, refused, run
from tests.hostile.texts import GOOD


@pytest.mark.parametrize(
    ("act", "data", "complaint"),
    [
        ("escape", "no LoyaltyError", "escaped .'ValueError',."),
        ("burn", "4.5", "a: "),
        ("burn", "6", "Late"),
        ("hold", str(250 << 20), "a: 2.* MB"),
        ("hold", str(2 << 30), "MemoryError"),
        ("end", "7", "no answer to .*: 7"),
        ("say", "a" * 501, "a: aaa"),
        ("say", "a\x1bb", "x1b"),
        ("harm", "", "a good file means something else"),
        ("no such act", "", "KeyError"),
    ],
)
def test_what_breaks_a_bound_fails(act: str, data: str, complaint: str) -> None:
    with pytest.raises(AssertionError, match=complaint):
        run(act, {"a": data}, options=("-X", "utf8"), fresh=True)
    accepted("check", {"a good file": GOOD}, options=("-X", "utf8"), fresh=True)


def test_another_code_fails_and_so_does_another_outcome() -> None:
    with pytest.raises(AssertionError, match=r"a: refused with file.empty, not source.size"):
        each("check", {"a": ("", "source.size")})
    with pytest.raises(AssertionError, match=r"a: accepted with , not file.empty"):
        refused("check", {"a": GOOD}, "file.empty")
    with pytest.raises(AssertionError, match=r"a: file.empty"):
        accepted("check", {"a": ""})


def test_each_input_is_answered_by_its_name() -> None:
    found = run("check", {"empty": "", "good": GOOD})
    assert {name: (ended.name, ended.outcome) for name, ended in found.items()} == {
        "empty": ("empty", "refused"),
        "good": ("good", "accepted"),
    }
    assert 0 <= found["good"].seconds < 1
    assert 0 < found["good"].megabytes < 200
