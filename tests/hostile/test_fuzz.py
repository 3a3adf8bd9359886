"""Drawn inputs are answered within bounds; and what is not answered so is seen, made small and kept."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hostile.fuzz import Found, Fuzzing, fuzz, keep, kind_of, smaller
from tests.hostile.fuzzing import ACTS, Drawn, drawn

#: As many as take most of a minute; `make fuzz` draws for as long as is asked.
INPUTS = 240
PARTS = 4


@pytest.fixture
def fuzzing() -> Iterator[Fuzzing]:
    made = Fuzzing()
    yield made
    made.close()


@pytest.mark.parametrize("part", range(PARTS))
def test_drawn_inputs_are_answered(fuzzing: Fuzzing, part: int) -> None:
    found = fuzz(fuzzing, 0, range(part, INPUTS, PARTS))
    assert [(one.number, one.drawn.act, one.what, one.drawn.data) for one in found] == []
    assert fuzzing.outcomes.total() == INPUTS // PARTS
    # Inputs that nothing takes would prove little.
    assert {name.rpartition(": ")[2] for name in fuzzing.outcomes} == {"accepted", "refused"}


def test_an_input_is_drawn_again_by_its_number() -> None:
    once = [drawn(3, number) for number in range(40)]
    assert once == [drawn(3, number) for number in range(40)]
    assert once != [drawn(4, number) for number in range(40)]
    acts = Counter(drawn(0, number).act for number in range(INPUTS))
    assert acts.keys() == {act for act, _ in ACTS}


@pytest.mark.parametrize(
    ("act", "data", "kind"),
    [
        ("escape", b"no LoyaltyError", "escaped: ValueError"),
        ("burn", b"6", "escaped: Late"),
        ("burn", b"2.9", "refused after"),
        ("hold", b"400000000", "refused with"),
        ("say", b"a\x1bb", "says"),
        ("end", b"7", "no answer:"),
    ],
)
def test_what_is_not_answered_as_it_has_to_be_is_seen(fuzzing: Fuzzing, act: str, data: bytes, kind: str) -> None:
    assert fuzzing.complaint(Drawn("say", b"fine")) == ""
    assert fuzzing.complaint(Drawn(act, data)).startswith(kind)
    assert fuzzing.complaint(Drawn("say", b"fine")) == ""


def test_what_is_found_is_made_small_and_kept(fuzzing: Fuzzing, tmp_path: Path) -> None:
    whole = Drawn("say", b"a long line with one \x1b in it" * 3)
    small = smaller(fuzzing, whole, "says")
    assert small.data == b"\x1b"
    path = keep(tmp_path / "found", 5, Found(17, "says '\\x1b'", small))
    assert path.read_bytes() == b"\x1b"
    told = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    assert (told["act"], told["seed"], told["number"]) == ("say", 5, 17)


def test_of_an_escape_the_kind_is_its_class() -> None:
    assert kind_of("escaped: KeyError 'x'") == "escaped: KeyError"
    assert kind_of("says '\\x1b'") == "says"
    assert kind_of("") == ""
