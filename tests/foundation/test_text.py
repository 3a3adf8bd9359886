"""Identifiers, plain strings, line order, suggestions, and what a rule file may not contain."""

from __future__ import annotations

import sys
import unicodedata
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty_rules.errors import InputError
from loyalty_rules.text import (
    Script,
    code_key,
    forbidden_character,
    identifier,
    letter_script,
    line_order_key,
    nearest,
    plain_text,
    plain_texts,
    script_of,
    skeleton,
)
from tests.foundation.support import code_of, refusal


class _Text(str):
    """A string that a host could make lie about itself."""

    __slots__ = ()


# ---------------------------------------------------------------- identifiers


@pytest.mark.parametrize("value", ["1", "p-1", "EVT-1", "a.b_c:d@e-f", "0" * 128])
def test_U_10_an_identifier_is_taken_exactly(value: str) -> None:
    assert identifier(value, "event id") is value


@pytest.mark.parametrize(
    "value",
    [
        "evt-1 ",
        " evt-1",
        "evt-1\n",
        "ｅvt-1",
        "évt",
        "evt/1",
        "a b",
        "vip\u200b",
        "гость",
        "a\0b",
        "a'b",
        "\ud800",
        "٣",
    ],
)
def test_U_10_any_other_character_is_refused_not_mended(value: str) -> None:
    error = refusal(lambda: identifier(value, "event id"))
    assert (error.code, error.where) == ("id.charset", "event id")


@pytest.mark.parametrize("value", ["", "0" * 129, "x" * 1_000_000])
def test_L_06_the_length_of_an_identifier_is_1_to_128(value: str) -> None:
    assert code_of(lambda: identifier(value, "event id")) == "id.length"


@pytest.mark.parametrize("value", [None, 1, True, b"p-1", ["p-1"], _Text("p-1")])
def test_N_16_only_an_exact_string_is_an_identifier(value: Any) -> None:
    assert code_of(lambda: identifier(value, "event id")) == "id.type"


# ---------------------------------------------------------------- plain text


@pytest.mark.parametrize(
    "value", ["", "latte", "Кофе «Арабика» 250 г", "שלום", "a" * 4096, "❤\ufe0f", "=cmd|'/c calc'!A1"]
)
def test_plain_text_is_returned_as_it_is(value: str) -> None:
    assert plain_text(value, "sku") == value


def test_U_04_plain_text_is_composed() -> None:
    assert plain_text("Cafe\u0301", "segment") == "Caf\u00e9"
    assert plain_text("и\u0306", "segment") == "й"


def test_U_07_half_of_a_surrogate_pair_is_refused() -> None:
    error = refusal(lambda: plain_text("ab\ud800", "sku"))
    assert (error.code, error.where) == ("text.surrogate", "sku")
    assert "U+D800" in error.message
    assert code_of(lambda: plain_text("\udfff", "sku")) == "text.surrogate"


def test_U_08_nul_is_refused() -> None:
    assert code_of(lambda: plain_text("a\0b", "sku")) == "text.nul"


@pytest.mark.parametrize(
    "character",
    "\x01\t\n\r\x1f\x7f\x80\x85\x9f\xad\u200b\u200d\u200e\u202a\u202e\u2028\u2029\u2060\u2066\u2069\ufeff"
    "\U000e0001\U000e0041\U000e007f",
)
def test_U_03_controls_and_invisible_characters_are_refused_in_data(character: str) -> None:
    error = refusal(lambda: plain_text(f"vip{character}", "segment"))
    assert error.code == "text.control"
    assert f"U+{ord(character):04X} at character 4" in error.message


def test_plain_text_has_at_most_4096_characters_before_and_after_composing() -> None:
    assert code_of(lambda: plain_text("a" * 4097, "sku")) == "text.length"
    # U+FB2C has no composed form: it becomes three characters.
    assert code_of(lambda: plain_text("\ufb2c" * 4096, "sku")) == "text.length"
    assert len(plain_text("\ufb2c" + "a" * 4093, "sku")) == 4096
    assert plain_text("\ufb2c", "sku") == "\u05e9\u05bc\u05c1"


@pytest.mark.parametrize("value", [None, 1, True, 1.5, b"sku", _Text("sku")])
def test_C_05_only_an_exact_string_is_plain_text(value: Any) -> None:
    assert code_of(lambda: plain_text(value, "sku")) == "text.type"


def test_several_texts_are_each_taken_as_one_is() -> None:
    assert plain_texts(("vip", "cafe\u0301"), "segments") == ("vip", "caf\u00e9")
    assert plain_texts(iter(()), "segments") == ()
    assert code_of(lambda: plain_texts(["vip", "a\0"], "segments")) == "text.nul"


@pytest.mark.parametrize("value", ["vip", "", None, 7])
def test_C_05_one_string_is_no_list_of_strings(value: Any) -> None:
    assert code_of(lambda: plain_texts(value, "segments")) == "call.type"


def test_codes_are_compared_without_case_and_composed() -> None:
    assert code_key("Spring-26") == code_key("SPRING-26") == "spring-26"
    assert code_key("ВЕСНА") == code_key("весна") == "весна"
    assert code_key("STRASSE") == code_key("straße") == "strasse"
    assert code_key("CAFE\u0301") == code_key("caf\u00e9") == "caf\u00e9"
    # U+1C89 is a capital letter since Unicode 16, and none that a Python with an older one knows.
    assert code_key("\u1c89") == "\u1c89"


@given(st.text(max_size=20))
def test_plain_text_is_stable(value: str) -> None:
    try:
        once = plain_text(value, "x")
    except InputError:
        return
    assert plain_text(once, "x") == once == unicodedata.normalize("NFC", value)


def test_every_format_character_that_this_python_knows_is_refused() -> None:
    known = [chr(code) for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) in ("Cf", "Cc")]
    assert len(known) > 200
    for character in known:
        assert code_of(partial(plain_text, character, "x")) in {"text.control", "text.nul"}
        if character not in "\t\r\n":
            assert forbidden_character(character) == 0


# ---------------------------------------------------------------- line order


def test_line_order_is_digits_by_value_then_code_points() -> None:
    ids = ["b", "10", "a10", "2", "a2", "01", "1", "A", "001", "0", "a"]
    assert sorted(ids, key=line_order_key) == ["0", "1", "01", "001", "2", "10", "A", "a", "a10", "a2", "b"]


def test_N_04_line_order_does_not_depend_on_the_limit_of_integer_digits() -> None:
    nines, power = "9" * 5000, "1" + "0" * 5000
    assert sorted([power, nines], key=line_order_key) == [nines, power]


@given(st.lists(st.text(alphabet="019ab-", min_size=1, max_size=6), unique=True))
def test_line_order_is_total(ids: list[str]) -> None:
    assert len({line_order_key(line_id) for line_id in ids}) == len(ids)


@given(st.integers(min_value=0, max_value=10**18), st.integers(min_value=0, max_value=10**18))
def test_line_order_of_numbers_is_the_order_of_numbers(left: int, right: int) -> None:
    assert (line_order_key(str(left)) < line_order_key(str(right))) == (left < right)


# ---------------------------------------------------------------- suggestions


@pytest.mark.parametrize(
    ("word", "candidates", "expected"),
    [
        ("sliver", ["gold", "silver", "base"], "silver"),  # a swap is one edit
        ("europe/berlin", ["Europe/Berlin", "Europe/Dublin"], "Europe/Berlin"),
        ("gol", ["gold"], "gold"),
        ("goldd", ["gold"], "gold"),
        ("золта", ["золото", "серебро"], None),  # two edits in five letters
        ("золотто", ["золото", "серебро"], "золото"),
        ("silver", ["gold"], None),
        ("xyz", ["abc"], None),
        ("gold", [], None),
        ("", ["a"], None),
        ("x" * 129, ["x" * 129], None),
        ("x" * 128, ["x" * 128], "x" * 128),
        ("sylvar", ["silver"], "silver"),  # two edits in six letters
        ("bat", ["cat", "bar"], "bar"),  # equally near: the first by code point
        ("Gold", ["gold", "GOLD"], "gold"),  # equal but for case: the fewest letters of another case
        ("category", ["categry", "catgory"], "categry"),
        ("ab", ["ba"], "ba"),
        ("ca", ["abc"], None),  # optimal string alignment: three edits, not two
    ],
)
def test_the_nearest_word(word: str, candidates: list[str], expected: str | None) -> None:
    assert nearest(word, candidates) == expected
    assert nearest(word, reversed(candidates)) == expected


@given(st.text(alphabet="abc", min_size=1, max_size=7), st.lists(st.text(alphabet="abcAB", max_size=7), max_size=5))
def test_the_nearest_word_is_the_nearest_by_the_definition(word: str, candidates: list[str]) -> None:
    def distance(left: str, right: str) -> int:
        """Optimal string alignment by its recursive definition."""
        if not left or not right:
            return len(left) + len(right)
        best = min(
            distance(left[1:], right) + 1,
            distance(left, right[1:]) + 1,
            distance(left[1:], right[1:]) + (left[0] != right[0]),
        )
        if left[:2] == right[1::-1] and len(left) > 1 and len(right) > 1:
            best = min(best, distance(left[2:], right[2:]) + 1)
        return best

    ranked = sorted((distance(word, item.casefold()), distance(word, item), item) for item in candidates)
    expected = ranked[0][2] if ranked and ranked[0][0] <= max(1, len(word) // 3) else None
    assert nearest(word, candidates) == expected


# ---------------------------------------------------------------- rule files


def test_a_clean_file_has_no_forbidden_character() -> None:
    assert forbidden_character('earn base\r\n\tgive 5% # за всё, кофе ☕ שלום "é"\n') is None
    assert forbidden_character("") is None


@pytest.mark.parametrize("code", [*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
def test_U_02_bidirectional_controls_are_found_anywhere(code: int) -> None:
    assert forbidden_character(f'# "user{chr(code)}') == 7


@pytest.mark.parametrize(
    "character",
    ["\u200b", "\u200c", "\u200d", "\ufeff", "\xad", "\u2060", "\U000e0001", "\U000e0061", "\u3164", "\u034f"],
)
def test_U_03_invisible_characters_are_found(character: str) -> None:
    assert forbidden_character(f"gold{character}") == 4


@pytest.mark.parametrize(
    "character", list("\x00\x01\x08\x0b\x0c\x0e\x1b\x1c\x1f\x7f\x80\x85\x9f\u2028\u2029\ud800\udfff")
)
def test_U_06_controls_and_other_line_breaks_are_found(character: str) -> None:
    assert forbidden_character(f"a\n{character}") == 2


def test_the_first_forbidden_character_is_named() -> None:
    assert forbidden_character("ok\u200b\u202e") == 2


def test_P_12_a_megabyte_of_text_is_searched_at_once() -> None:
    assert forbidden_character("a" * 1_000_000) is None
    assert forbidden_character("\0" * 1_000_000) == 0


# ---------------------------------------------------------------- scripts and look-alikes


@pytest.mark.parametrize(
    ("name", "script"),
    [
        ("gold", Script.LATIN),
        ("caf\u00e9_1", Script.LATIN),
        ("cafe\u0301", Script.LATIN),
        ("золото_2", Script.CYRILLIC),
        ("Ёлка", Script.CYRILLIC),
        ("זהב", Script.HEBREW),
        ("g\u043eld", Script.MIXED),
        ("золото_gold", Script.MIXED),
        ("gold\u03b1", Script.MIXED),
        ("αβγ", Script.OTHER),
        ("_12", Script.NONE),
        ("", Script.NONE),
    ],
)
def test_U_01_a_name_has_one_script(name: str, script: Script) -> None:
    assert script_of(name) is script


def test_the_script_of_a_letter() -> None:
    assert [letter_script(character) for character in "aжא5_\u0301α１"] == [
        Script.LATIN,
        Script.CYRILLIC,
        Script.HEBREW,
        Script.NONE,
        Script.NONE,
        Script.NONE,
        Script.OTHER,
        Script.OTHER,
    ]


def test_accents_belong_to_every_script_and_nothing_else_past_ascii_does() -> None:
    assert [letter_script(character) for character in "\x7f\u0300\u036f"] == [Script.NONE] * 3
    assert [letter_script(character) for character in "\x80\u02ff\u0370"] == [Script.OTHER] * 3
    assert script_of("_\u0301") is Script.NONE


def test_the_letters_of_a_script_are_letters_of_that_script() -> None:
    for code in range(0x2000):
        character = chr(code)
        script = letter_script(character)
        if script in (Script.LATIN, Script.CYRILLIC, Script.HEBREW):
            name = unicodedata.name(character, "")
            # Newer letters than this Python knows have no name here.
            assert name == "" or script.value.upper() in name or character in "ªº", hex(code)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("сор", "cop"),
        ("ВОНУС", "BOHYC"),
        ("ёж", "ëж"),
        ("ось", "ocь"),
        ("ѕіјһ", "sijh"),
        ("caf\u00e9", "cafe\u0301"),
    ],
)
def test_U_01_look_alikes_have_one_skeleton(left: str, right: str) -> None:
    assert left != right
    assert skeleton(left) == skeleton(right)


def test_names_that_look_different_have_different_skeletons() -> None:
    names = ["gold", "Gold", "silver", "золото", "серебро", "бронза", "bronze", "кофе", "coffee", "ё", "е", "й", "и"]
    assert len({skeleton(name) for name in names}) == len(names)


def test_no_letter_with_a_look_alike_is_latin() -> None:
    for code in range(sys.maxunicode + 1):
        character = chr(code)
        if unicodedata.category(character) != "Cs" and unicodedata.normalize("NFD", character) == character:
            folded = skeleton(character)
            if folded != character:
                assert letter_script(character) is Script.CYRILLIC
                assert letter_script(folded) is Script.LATIN
