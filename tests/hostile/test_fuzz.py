"""Drawn inputs are answered within bounds; and what is not answered so is seen, made small and kept."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hostile import fuzz as fuzz_module
from tests.hostile.driver import Child
from tests.hostile.fuzz import Found, Fuzzing, fuzz, keep, kind_of, smaller
from tests.hostile.fuzzing import ACTS, Drawn, drawn, spoilt_rules

#: As many as take about a minute and a half in all; `make fuzz` draws for as long as is asked.
INPUTS = 240
FILES = 20_000
PARTS = 4


@pytest.fixture(scope="module")
def kept() -> Iterator[Fuzzing]:
    made = Fuzzing()
    yield made
    made.close()


@pytest.fixture
def fuzzing(kept: Fuzzing) -> Fuzzing:
    """One process takes the inputs of many tests; their outcomes are counted anew."""
    kept.outcomes.clear()
    kept.codes.clear()
    return kept


@pytest.mark.parametrize("part", range(PARTS))
def test_drawn_inputs_are_answered(fuzzing: Fuzzing, part: int) -> None:
    _answered(fuzzing, "all", range(part, INPUTS, PARTS))
    # Inputs that nothing takes would prove little.
    assert {name.rpartition(": ")[2] for name in fuzzing.outcomes} == {"accepted", "refused"}


@pytest.mark.parametrize("part", range(PARTS))
def test_small_files_that_are_spoilt_are_answered(fuzzing: Fuzzing, part: int) -> None:
    _answered(fuzzing, "rules", range(part, FILES, PARTS))
    assert fuzzing.outcomes["check: accepted"] >= FILES // PARTS // 20
    # Files that all fell over the same few mistakes would look at little of what reads and checks them.
    assert len(fuzzing.codes) >= 85  # 88 in the part with the fewest
    assert len([code for code, files in fuzzing.codes.items() if files >= 20]) >= 35


def _answered(fuzzing: Fuzzing, of: str, numbers: range) -> None:
    found = fuzz(fuzzing, 0, numbers, of=of)
    assert [(one.number, one.drawn.act, one.what, one.drawn.data) for one in found] == []
    assert fuzzing.outcomes.total() == len(numbers)


def test_an_input_is_drawn_again_by_its_number() -> None:
    once = [drawn(3, number) for number in range(40)]
    assert once == [drawn(3, number) for number in range(40)]
    assert once != [drawn(4, number) for number in range(40)]
    small = [spoilt_rules(3, number) for number in range(40)]
    assert small == [spoilt_rules(3, number) for number in range(40)]
    assert small != [spoilt_rules(4, number) for number in range(40)]
    acts = Counter(drawn(0, number).act for number in range(INPUTS))
    assert acts.keys() == {act for act, _ in ACTS}


@pytest.mark.parametrize(
    ("act", "data", "kind"),
    [
        ("escape", b"no LoyaltyError", "escaped: ValueError"),
        ("burn", b"6", "escaped: Late"),
        ("burn", b"4.5", "refused after"),
        ("hold", b"400000000", "refused with"),
        ("say", b"a\x1bb", "says"),
        ("end", b"7", "no answer:"),
    ],
)
def test_what_is_not_answered_as_it_has_to_be_is_seen(fuzzing: Fuzzing, act: str, data: bytes, kind: str) -> None:
    if act == "hold":
        fuzzing.close()  # what earlier inputs have left is not to count
    assert fuzzing.complaint(Drawn("say", b"fine")) == ""
    assert fuzzing.complaint(Drawn(act, data)).startswith(kind)
    assert fuzzing.complaint(Drawn("say", b"fine")) == ""


def test_what_harms_a_good_file_is_seen_soon(fuzzing: Fuzzing) -> None:
    said = [fuzzing.complaint(Drawn(act, b"fine")) for act in ("harm", *("say",) * 500)]
    assert {one for one in said if one} == {"harmed: a good file means something else by now"}
    assert not said[-1]


def test_a_process_makes_room_for_another_before_it_has_spent_its_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuzz_module, "_SPENT", 0.2)
    started = list[Child]()

    def start() -> Child:
        started.append(Child({}, ()))
        return started[-1]

    fuzzing = Fuzzing(start)
    assert [fuzzing.complaint(Drawn("burn", b"0.15")) for _ in range(3)] == [""] * 3
    fuzzing.close()
    assert len(started) == 2


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
