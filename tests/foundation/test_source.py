"""Sources: what is read, what a line is, where a place stands."""

from __future__ import annotations

import copy
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty_rules.source import Position, Source, Span, decode
from tests.foundation.support import code_of, refusal, through_pickle


def test_a_span_joins_in_either_order() -> None:
    assert Span(3, 5).join(Span(10, 12)) == Span(3, 12)
    assert Span(10, 12).join(Span(3, 5)) == Span(3, 12)
    assert Span(3, 12).join(Span(4, 5)) == Span(3, 12)


def test_spans_positions_and_sources_are_frozen_and_travel() -> None:
    for value in (Span(1, 2), Position(1, 2, 3), Source("club.rules", "a\nb")):
        assert copy.copy(value) == value
        assert through_pickle(value) == value
        name = "text" if isinstance(value, Source) else "line" if isinstance(value, Position) else "start"
        with pytest.raises(AttributeError):
            setattr(value, name, 0)


def test_U_06_cr_lf_and_crlf_are_one_break_each_and_nothing_else_is() -> None:
    source = Source("x", "a\rb\nc\r\nd\x0be\x0cf\x1cg\x85h\u2028i\u2029j")
    assert source.line_count == 4
    assert [source.line_text(line) for line in (1, 2, 3)] == ["a", "b", "c"]
    assert source.line_text(4) == "d\x0be\x0cf\x1cg\x85h\u2028i\u2029j"


def test_lf_cr_is_two_breaks() -> None:
    source = Source("x", "a\n\rb")
    assert [source.line_text(line) for line in (1, 2, 3)] == ["a", "", "b"]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("a", ["a"]),
        ("a\n", ["a", ""]),
        ("\n", ["", ""]),
        ("\r", ["", ""]),
        ("\r\n", ["", ""]),
        ("a\r\n\r\nb", ["a", "", "b"]),
    ],
)
def test_P_15_lines_of_edge_cases(text: str, lines: list[str]) -> None:
    source = Source("x", text)
    assert [source.line_text(line) for line in range(1, source.line_count + 1)] == lines


def test_positions_count_from_one_and_know_utf_16() -> None:
    source = Source("x", "ab\nк😀z")
    assert source.position(0) == Position(1, 1, 1)
    assert source.position(3) == Position(2, 1, 1)
    assert source.position(4) == Position(2, 2, 2)
    assert source.position(5) == Position(2, 3, 4)
    assert source.position(6) == Position(2, 4, 5)
    assert Source("x", "\uffff\U00010000").position(2) == Position(1, 3, 4)


def test_a_line_break_belongs_to_the_line_it_ends() -> None:
    source = Source("x", "ab\r\nc")
    assert source.position(2) == Position(1, 3, 3)
    assert source.position(3) == Position(1, 4, 4)
    assert source.position(4) == Position(2, 1, 1)
    assert [source.line_number(offset) for offset in range(6)] == [1, 1, 1, 1, 2, 2]


def test_positions_outside_the_text_are_clamped() -> None:
    source = Source("x", "ab\nc")
    assert source.position(-5) == Position(1, 1, 1)
    assert source.position(99) == Position(2, 2, 2)
    assert source.line_number(-5) == 1
    assert source.line_number(99) == 2


def test_line_spans_leave_the_break_out() -> None:
    source = Source("x", "ab\r\nc\n")
    assert source.line_span(1) == Span(0, 2)
    assert source.line_span(2) == Span(4, 5)
    assert source.line_span(3) == Span(6, 6)
    assert source.slice(Span(1, 5)) == "b\r\nc"


@pytest.mark.parametrize("line", [0, -1, 3])
def test_there_is_no_other_line(line: int) -> None:
    error = refusal(lambda: Source("club.rules", "a\nb").line_span(line))
    assert (error.code, error.where) == ("source.line", "club.rules")


@given(st.text(alphabet="ab\r\n\u2028😀", max_size=30))
def test_lines_and_positions_agree_with_a_plain_split(text: str) -> None:
    source = Source("x", text)
    lines = re.split("\r\n|\r|\n", text)
    assert source.line_count == len(lines)
    assert [source.line_text(line) for line in range(1, source.line_count + 1)] == lines
    for offset in range(len(text) + 1):
        place = source.position(offset)
        start = source.line_span(place.line).start
        assert start + place.column - 1 == offset
        assert place.utf16_column - 1 == len(text[start:offset].encode("utf-16-le")) // 2


# ---------------------------------------------------------------- reading


def test_bytes_and_text_are_read_alike() -> None:
    assert decode("программа".encode(), "club.rules") == Source("club.rules", "программа")
    assert decode("программа", "club.rules") == Source("club.rules", "программа")


def test_P_15_a_byte_order_mark_is_dropped_at_the_start_only() -> None:
    assert decode(b"\xef\xbb\xbfa", "x").text == "a"
    assert decode("\ufeffa", "x").text == "a"
    assert decode(b"\xef\xbb\xbf", "x").text == ""
    assert decode("a\ufeff", "x").text == "a\ufeff"


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b"\xff\xfe", "byte 0"),
        (b"\xfe\xff\x00a", "byte 0"),
        (b"a\x00b\x00", "byte 0"),
        (b"a\x00", "byte 0"),
        (b"\x00a\x00b", "byte 0"),
        (b"abc\xff", "byte 3"),
        (b"ab\xc3", "byte 2"),
        (b"\xed\xa0\x80", "byte 0"),
        (b"\xc0\x80", "byte 0"),
        ("ab\ud800", "character 2"),
        ("\udfffab", "character 0"),
    ],
)
def test_P_16_what_is_not_utf_8_is_refused_with_its_offset(data: bytes | str, place: str) -> None:
    error = refusal(lambda: decode(data, "club.rules"))
    assert (error.code, error.where) == ("source.encoding", "club.rules")
    assert place in error.message


def test_utf_16_is_named() -> None:
    assert "UTF-16" in refusal(lambda: decode("club".encode("utf-16"), "x")).message
    assert "UTF-16" in refusal(lambda: decode("club".encode("utf-16-le"), "x")).message


def test_a_file_of_nul_bytes_is_text_for_the_lexer_to_refuse() -> None:
    assert decode(b"\x00" * 4, "x").text == "\x00" * 4


def test_the_size_limit_is_1_MiB_of_utf_8() -> None:
    assert len(decode(b"a" * 1_048_576, "x").text) == 1_048_576
    assert code_of(lambda: decode(b"a" * 1_048_577, "x")) == "source.size"
    assert len(decode("к" * 524_288, "x").text) == 524_288
    assert code_of(lambda: decode("к" * 524_289, "x")) == "source.size"
    assert code_of(lambda: decode("a" * 1_048_577, "x")) == "source.size"


def test_the_size_limit_is_a_parameter() -> None:
    assert decode(b"abcd", "x", 4).text == "abcd"
    assert code_of(lambda: decode(b"abcde", "x", 4)) == "source.size"
    assert code_of(lambda: decode("abcde", "x", 4)) == "source.size"


class _Text(str):
    __slots__ = ()


@pytest.mark.parametrize("data", [None, 5, bytearray(b"a"), memoryview(b"a"), ["a"], _Text("a")])
def test_C_05_only_exact_bytes_and_strings_are_read(data: Any) -> None:
    assert code_of(lambda: decode(data, "x")) == "source.type"


@given(st.binary(max_size=40))
def test_INV_01_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        expected = data.decode("utf-8")
    except UnicodeDecodeError:
        assert code_of(lambda: decode(data, "x")) == "source.encoding"
        return
    if len(data) > 1 and (data[0] == 0) != (data[1] == 0):
        assert code_of(lambda: decode(data, "x")) == "source.encoding"
    else:
        assert decode(data, "x").text == expected.removeprefix("\ufeff")
