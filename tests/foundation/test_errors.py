"""Errors are one family, safe to print, and survive copying."""

from __future__ import annotations

import copy
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty_rules.errors import (
    DecisionError,
    InputError,
    LoyaltyError,
    PickleRefused,
    RuleFileError,
    SettingsError,
    refuse_pickling,
    shown,
)
from tests.foundation.support import through_pickle

EXAMPLES = (
    LoyaltyError("a.b", "message"),
    InputError("number.syntax", "not a number", "lines[2].price"),
    DecisionError("event.late", "too late"),
    SettingsError("settings.limit", "negative", "max_rules"),
    PickleRefused("pickle.refused", "no"),
    RuleFileError("rules.errors", "2 errors", "club.rules", ("first", "second")),
)


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: type(error).__name__)
def test_errors_copy_and_pickle(error: LoyaltyError) -> None:
    for twin in (copy.copy(error), copy.deepcopy(error), through_pickle(error)):
        assert type(twin) is type(error)
        assert (twin.code, twin.message, twin.where) == (error.code, error.message, error.where)
        assert twin.args == error.args
        assert str(twin) == str(error)


def test_a_rule_file_error_keeps_its_diagnostics_through_copy_and_pickle() -> None:
    error = RuleFileError("rules.errors", "2 errors", "club.rules", ("first", "second"))
    assert through_pickle(error).diagnostics == ("first", "second")
    assert copy.deepcopy(error).diagnostics == ("first", "second")


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: type(error).__name__)
def test_every_error_is_of_the_family(error: LoyaltyError) -> None:
    assert isinstance(error, LoyaltyError)
    assert not isinstance(error, ValueError | TypeError | KeyError)


def test_the_text_of_an_error_gives_place_message_and_code() -> None:
    assert str(InputError("number.syntax", "not a number", "lines[2].price")) == (
        "lines[2].price: not a number [number.syntax]"
    )
    assert str(InputError("number.syntax", "not a number")) == "not a number [number.syntax]"


def test_INV_50_a_message_is_cut_at_500_and_a_place_at_200() -> None:
    error = InputError("a.b", "x" * 501, "y" * 201)
    assert error.message == "x" * 499 + "…"
    assert error.where == "y" * 199 + "…"
    assert InputError("a.b", "x" * 500, "y" * 200).message == "x" * 500


def test_O_03_controls_in_messages_and_places_are_escaped() -> None:
    error = InputError("a.b", "clear\x1b[2J\r\n\x9b\u202e\u2028\ud800 \\ kept", "file\x07")
    assert error.message == r"clear\x1b[2J\r\n\x9b\u202e\u2028\ud800 \ kept"
    assert error.where == r"file\x07"


def test_shown_escapes_what_a_terminal_must_not_get() -> None:
    assert shown("кофе 1") == "кофе 1"
    assert shown("a\tb\\n") == r"a\tb\\n"
    assert shown("vip\u200b\U000e0001\x00") == r"vip\u200b\U000e0001\x00"


def test_shown_is_at_most_60_characters_and_never_cuts_an_escape() -> None:
    assert shown("x" * 60) == "x" * 60
    assert shown("x" * 61) == "x" * 59 + "…"
    assert shown("\x00" * 1_000_000) == r"\x00" * 14 + "…"
    assert shown("abcdef", limit=4) == "abc…"
    assert shown("\x00" * 15) == r"\x00" * 15
    assert shown("x" * 58 + "\x00") == "x" * 58 + "…"


@given(st.text(max_size=80), st.integers(min_value=1, max_value=70))
def test_shown_is_printable_and_short_for_every_text(text: str, limit: int) -> None:
    result = shown(text, limit)
    assert len(result) <= limit
    assert not any(ord(character) < 32 or 0x7F <= ord(character) < 0xA0 for character in result)


def test_C_10_a_refusal_to_pickle_names_the_saved_form() -> None:
    with pytest.raises(PickleRefused) as caught:
        refuse_pickling("a programme", "its rule files")
    assert caught.value.code == "pickle.refused"
    assert caught.value.message == "a programme cannot be pickled; save its rule files instead"


def test_an_object_that_refuses_does_not_pickle_or_copy() -> None:
    class Sealed:
        def __reduce__(self) -> str:
            refuse_pickling("a programme", "its rule files")

    with pytest.raises(PickleRefused):
        pickle.dumps(Sealed())
    with pytest.raises(PickleRefused):
        copy.copy(Sealed())
