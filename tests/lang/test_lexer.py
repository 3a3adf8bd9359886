"""Tokens, lines and rows, and what is said about characters, numbers, dates, names and strings written otherwise."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty_rules.diagnostics import Fix, Problem, Role
from loyalty_rules.lang.lexer import MAX_DEPTH, MAX_LINE, language_of, lex, tokens_of
from loyalty_rules.lang.phrases import phrase_tables
from loyalty_rules.lang.tokens import Duration, LineKind, YearDay
from loyalty_rules.limits import Limits
from loyalty_rules.problems.reading import (
    DateForm,
    ForbiddenCharacter,
    NameForm,
    NameReserved,
    NumberForm,
    RowNotClosed,
    StringNotClosed,
    StringTooLong,
    TooDeep,
    TooMuch,
    UnexpectedCharacter,
)
from loyalty_rules.source import Source, Span
from tests.lang.support import problems, source, the_one, three_tables

EN, RU = phrase_tables()["en"], phrase_tables()["ru"]


def roles(line: str, language: str = "en") -> list[str]:
    lexed = tokens_of(line, 0, phrase_tables()[language])
    assert lexed.mistake is None
    return [token.role for token in lexed.tokens]


def mistake(line: str) -> tuple[Problem, str, Fix | None]:
    """What is wrong with a line, the text it is about, and the fix."""
    found = tokens_of(line, 0, EN).mistake
    assert found is not None
    return found.problem, line[found.span.start : found.span.end], found.fix


def mended(line: str) -> str:
    """The line after its fix."""
    found = tokens_of(line, 0, EN).mistake
    assert found is not None
    assert found.fix is not None
    return line[: found.fix.span.start] + found.fix.replacement + line[found.fix.span.end :]


# ---------- phrases


def test_opening_phrases_count_at_the_start_of_a_line_only() -> None:
    assert roles("give 1 level") == ["GIVE", "NUMBER", "NAME"]
    assert roles("level level when level is give") == ["LEVEL", "NAME", "WHEN", "NAME", "IS", "NAME"]


def test_in_line_phrases_do_not_count_at_the_start_of_a_line() -> None:
    assert roles("spend over 5") == ["NAME", "OVER", "NUMBER"]


def test_of_several_phrases_the_one_with_more_words_wins() -> None:
    assert roles("upgrade from next order") == ["UP_NEXT"]
    assert roles("upgrade from start of next calendar month") == ["UP_FROM", "FROM_NEXT_MONTH"]
    assert roles("should give nothing by base") == ["SHOULD_GIVE_NOTHING", "BY", "NAME"]
    assert roles('basis money paid by tender "x"') == ["BASIS", "MONEY_PAID", "BY_TENDER", "STRING"]
    assert roles("review at end of calendar day") == ["REVIEW", "AT_END_DAY"]


def test_a_phrase_with_digits_is_one_token() -> None:
    line = "member fact birthday is yearly date leap day on 28 february"
    assert roles(line) == ["MEMBER_FACT", "NAME", "IS", "T_YEARLY", "LEAP_FEB"]


def test_words_are_matched_whole_and_as_written() -> None:
    assert roles("gives 1") == ["NAME", "NUMBER"]
    assert roles("Give 1") == ["NAME", "NUMBER"]
    assert roles("give_ 1") == ["NAME", "NUMBER"]


def test_blanks_between_the_words_of_a_phrase_are_free() -> None:
    assert roles("  give\t1   bonus  ") == ["GIVE", "NUMBER", "NAME"]
    assert roles("on any \t product") == ["ON", "ANY_PRODUCT"]


def test_marks_are_tokens_with_or_without_blanks() -> None:
    marks = ["LPAR", "NAME", "COMMA", "NAME", "RPAR", "LSQB", "NAME", "RSQB"]
    assert roles("on (a,b)[c]") == roles("on ( a , b ) [ c ]") == ["ON", *marks]


def test_russian_words_are_read() -> None:
    line = "когда сумма покупок за последние 12 месяцев минимум 20 000 RUB"
    assert roles(line, "ru") == ["WHEN", "SPEND", "IN_LAST", "DURATION", "AT_LEAST", "NUMBER", "NAME"]


@pytest.mark.parametrize("word", ["days", "day", "months", "month", "years", "year", "weeks", "hours", "minutes"])
def test_units_of_time_are_free_as_names(word: str) -> None:
    assert roles(f"give {word}") == ["GIVE", "NAME"]


# ---------- numbers, dates, times


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", Fraction(0)),
        ("10", Fraction(10)),
        ("10 000", Fraction(10_000)),
        ("1 234 567", Fraction(1_234_567)),
        ("1234567", Fraction(1_234_567)),
        ("2.5", Fraction(5, 2)),
        ("0.000001", Fraction(1, 1_000_000)),
        ("1 000.50", Fraction(2001, 2)),
        ("999999999999999", Fraction(999_999_999_999_999)),
    ],
)
def test_numbers_are_exact(text: str, value: Fraction) -> None:
    (_, number, _) = tokens_of(f"give {text} bonus", 0, EN).tokens
    assert (number.role, number.text, number.value) == ("NUMBER", text, value)


def test_a_per_cent_is_one_token() -> None:
    (_, share, _, _) = tokens_of("give 2.5% to cash", 0, EN).tokens
    assert (share.role, share.text, share.value) == ("PERCENT", "2.5%", Fraction(5, 2))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 month", Duration(1, "MONTHS")),
        ("12 months", Duration(12, "MONTHS")),
        ("30 day", Duration(30, "DAYS")),
        ("2 weeks", Duration(2, "WEEKS")),
        ("36 hours", Duration(36, "HOURS")),
        ("90 minutes", Duration(90, "MINUTES")),
        ("1 000 years", Duration(1000, "YEARS")),
        ("30 september", YearDay(9, 30)),
        ("29 february", YearDay(2, 29)),
    ],
)
def test_a_number_with_its_unit_or_month_is_one_token(text: str, value: Duration | YearDay) -> None:
    (_, token) = tokens_of(f"usable after {text}", 0, EN).tokens
    assert token.value == value
    assert token.span == Span(13, 13 + len(text))


@pytest.mark.parametrize("text", ["1 месяц", "2 месяца", "12 месяцев", "5 месяц"])
def test_any_form_of_a_unit_is_read(text: str) -> None:
    (_, token) = tokens_of(f"доступны через {text}", 0, RU).tokens
    assert token.role == "DURATION"


def test_both_forms_of_a_month_are_read_behind_a_day() -> None:
    for month in ("сентябрь", "сентября"):
        (_, token) = tokens_of(f"год программы начинается 30 {month}", 0, RU).tokens
        assert token.value == YearDay(9, 30)


def test_dates_are_ordinals_and_times_minutes() -> None:
    (_, day, clock) = tokens_of("from 2026-03-31 09:30", 0, EN).tokens
    assert (day.role, day.value) == ("DATE", 739_706)
    assert (clock.role, clock.value) == ("TIME", 570)


@pytest.mark.parametrize(
    ("text", "why", "instead", "safe"),
    [
        ("2,5", "NUMBER_COMMA", "2.5", True),
        ("10 000,5", "NUMBER_COMMA", "10 000.5", True),
        ("1,000", "NUMBER_COMMA", "1000", False),
        ("1,234,567.5", "NUMBER_COMMA", "1 234 567.5", False),
        ("1,2,3", "NUMBER_COMMA", None, False),
        ("10\u00a0000", "NUMBER_SPACE", "10 000", True),
        ("10\u202f000\u202f000", "NUMBER_SPACE", "10 000 000", True),
        ("10\u00a00", "NUMBER_SPACE", None, True),
        ("10 00", "NUMBER_GROUPS", "1000", False),
        ("1234 567", "NUMBER_GROUPS", "1 234 567", False),
        ("1  000", "NUMBER_GROUPS", "1000", False),
        ("007", "NUMBER_ZEROS", "7", True),
        ("00", "NUMBER_ZEROS", "0", True),
        ("01.5", "NUMBER_ZEROS", "1.5", True),
        ("1234567890123456", "NUMBER_LONG", None, False),
        ("1.1234567", "NUMBER_LONG", None, False),
        ("10RUB", "NUMBER_GLUED", "10 RUB", False),
        ("5 %", "NUMBER_PERCENT", "5%", True),
        ("1.5 days", "NUMBER_WHOLE", None, False),
        ("1.5 may", "NUMBER_WHOLE", None, False),
        ("1/2", "NUMBER_MARKS", None, False),
        ("5-7", "NUMBER_MARKS", None, False),
    ],
)
def test_L004_numbers_written_otherwise(text: str, why: str, instead: str | None, safe: bool) -> None:
    problem, about, fix = mistake(f"give {text} bonus")
    assert problem == NumberForm(text.replace("  ", " "), Role(why))
    assert about == text
    assert (fix.replacement if fix is not None else None) == instead
    if fix is not None:
        assert fix.safe is safe
        assert tokens_of(mended(f"give {text} bonus"), 0, EN).mistake is None


def test_a_comma_in_a_list_of_numbers_may_part_two_of_them() -> None:
    found = tokens_of("when order number is one of 1,2", 0, EN).mistake
    assert found is not None
    assert found.fix == Fix(Span(28, 31), "1.2", safe=False)


@pytest.mark.parametrize(
    ("text", "why", "instead"),
    [
        ("2026-02-30", "NO_SUCH_DAY", None),
        ("2026-13-01", "NO_SUCH_DAY", None),
        ("0000-01-01", "NO_SUCH_DAY", None),
        ("31.03.2026", "DATE_FORM", "2026-03-31"),
        ("2026/3/1", "DATE_FORM", "2026-03-01"),
        ("2026-3-1", "DATE_FORM", "2026-03-01"),
        ("31.13.2026", "DATE_FORM", None),
        ("01.02.03", "DATE_FORM", None),
        ("2026-03-01T10:00", "DATE_FORM", None),
        ("24:00", "NO_SUCH_TIME", None),
        ("12:60", "NO_SUCH_TIME", None),
        ("9:30", "TIME_FORM", "09:30"),
        ("09:30:15", "TIME_FORM", "09:30"),
        ("9:3", "TIME_FORM", None),
        ("31 february", "NO_SUCH_DAY", None),
        ("0 may", "NO_SUCH_DAY", None),
        ("31 november", "NO_SUCH_DAY", None),
    ],
)
def test_L019_dates_and_times_that_are_none(text: str, why: str, instead: str | None) -> None:
    problem, about, fix = mistake(f"from {text}")
    assert isinstance(problem, DateForm)
    assert problem.why == Role(why)
    assert text.startswith(about)
    assert (fix.replacement if fix is not None else None) == instead


# ---------- names, strings, characters


def test_names_have_letters_of_three_scripts_digits_and_underscores() -> None:
    for name in ("bonus", "бонусы", "Ёлка", "נקודות", "café_2", "x", "a" * 64, "Łódź"):
        assert roles(f"rule {name}") == ["RULE", "NAME"]


def test_L006_a_name_is_not_too_long() -> None:
    problem, about, _ = mistake(f"rule {'a' * 65}")
    assert problem == NameForm("a" * 60, Role("NAME_LONG"))
    assert about == "a" * 65


def test_U_01_L006_a_name_has_one_script() -> None:
    problem, about, _ = mistake("rule g\u043eld")
    assert problem == NameForm("g\u043eld", Role("NAME_MIXED"))
    assert about == "g\u043eld"


def test_L023_a_name_is_no_word_of_another_language() -> None:
    text = "loyalty rules 1\n\ngroup both\n  rule категория\nend\n"
    assert problems(text) == [(4, NameReserved("категория", "Русский"))]
    text = "правила лояльности 1\n\nгруппа both\n  правило category\nконец\n"
    assert problems(text) == [(4, NameReserved("category", "English"))]


def test_strings_have_no_escapes_and_are_composed() -> None:
    (_, _, text) = tokens_of('title ru "a\\n # not a comment"', 0, EN).tokens
    assert text.value == "a\\n # not a comment"
    (_, _, text) = tokens_of('title fr "cafe\u0301"', 0, EN).tokens
    assert (text.text, text.value) == ('"cafe\u0301"', "caf\u00e9")


def test_L005_a_string_ends_on_its_line() -> None:
    assert mistake('title ru "Баллы')[:2] == (StringNotClosed(), '"')
    assert mistake('title ru "a" "b')[:2] == (StringNotClosed(), '"')


def test_L025_a_string_is_not_too_long() -> None:
    assert roles(f'title ru "{"я" * 1024}"') == ["TITLE", "NAME", "STRING"]
    assert mistake(f'title ru "{"я" * 1025}"')[0] == StringTooLong(1024)


@pytest.mark.parametrize(
    ("line", "character", "number"),
    [
        ("give 1 bonus;", ";", "U+003B"),
        ("give: 1", ":", "U+003A"),
        ("give -5 bonus", "-", "U+002D"),
        ("give % of", "%", "U+0025"),
        ("give ٣ bonus", "٣", "U+0663"),
        ("give ２ bonus", "２", "U+FF12"),
        ("rule hold-out", "-", "U+002D"),
        ("rule ππ", "π", "U+03C0"),
        ("rule a | b", "|", "U+007C"),
    ],
)
def test_L007_other_characters(line: str, character: str, number: str) -> None:
    assert mistake(line)[:2] == (UnexpectedCharacter(character, number, None), character)


def test_L007_a_hard_space_outside_a_number_is_mended() -> None:
    assert mended("give\u00a01 bonus") == "give 1 bonus"


@pytest.mark.parametrize("quoted", ["«Баллы»", "“Баллы”", "„Баллы“", "„Баллы”"])
def test_L007_typographic_quotes_are_mended(quoted: str) -> None:
    assert mended(f"title ru {quoted}") == 'title ru "Баллы"'


def test_L007_letters_with_loose_accents_are_mended() -> None:
    assert mended("rule кофеи\u0306ня # й") == "rule кофейня # й"
    assert tokens_of("rule \u0306", 0, EN).mistake is not None


# ---------- lines


def test_comments_are_kept_and_do_not_count_in_strings() -> None:
    lines, found = lex(source('loyalty rules 1 # v\n\n# all\n  earn x # "a\n  title ru "#1" # b  \n'), EN)
    assert found == ()
    assert [(line.kind, line.comment) for line in lines] == [
        (LineKind.VERSION, "# v"),
        (LineKind.BLANK, ""),
        (LineKind.BLANK, "# all"),
        (LineKind.CLAUSE, '# "a'),
        (LineKind.CLAUSE, "# b"),
        (LineKind.BLANK, ""),
    ]


def test_lines_end_with_CR_LF_or_both() -> None:
    lines, found = lex(source("loyalty rules 1\r\nearn a\rgive 1 b\n\rend"), EN)
    assert found == ()
    assert [line.number for line in lines if line.tokens] == [2, 3, 5]


def test_cells_are_parted_by_bars_outside_quotes() -> None:
    (line,), found = lex(source('  | a  b | "c | d" ||  # x | y'), EN)
    assert found == ()
    assert (line.kind, line.comment) == (LineKind.ROW, "# x | y")
    assert [(cell.text, cell.span) for cell in line.cells] == [
        ("a  b", Span(4, 8)),
        ('"c | d"', Span(11, 18)),
        ("", Span(20, 20)),
    ]


def test_a_number_sign_inside_a_cell_is_data() -> None:
    (line,), _ = lex(source("| no #5 | b#2 | # c"), EN)
    assert ([cell.text for cell in line.cells], line.comment) == (["no #5", "b#2"], "# c")


@pytest.mark.parametrize(
    ("row", "problem", "place"),
    [
        ("| a | b", RowNotClosed(), Span(7, 7)),
        ("| a | b  ", RowNotClosed(), Span(7, 7)),
        ('| a | "b |', StringNotClosed(), Span(6, 7)),
        (f'| "{"x" * 1025}" |', StringTooLong(1024), Span(2, 1029)),
    ],
)
def test_L024_rows_that_cannot_be_read(row: str, problem: Problem, place: Span) -> None:
    (line,), (found,) = lex(source(row), EN)
    assert line.kind is LineKind.FAULTY
    assert (found.problem, found.span) == (problem, place)


# ---------- limits and hidden characters


@pytest.mark.parametrize(
    "character",
    [
        "\u202a",
        "\u202e",
        "\u2066",
        "\u2069",
        "\u200b",
        "\u200d",
        "\ufeff",
        "\u00ad",
        "\U000e0041",
        "\x00",
        "\x1b",
        "\u2028",
    ],
)
@pytest.mark.parametrize("line", ["# note{}", 'title ru "a{}b"', "rule a{}b", "{}"])
def test_U_02_U_03_L003_hidden_characters_stand_nowhere(character: str, line: str) -> None:
    text = f"loyalty rules 1\n\ngroup both\n  {line.format(character)}\nend\n"
    found = the_one(text)
    assert found.problem == ForbiddenCharacter(f"U+{ord(character):04X}")
    assert found.span == Span(text.index(character), text.index(character) + 1)
    assert found.fix == Fix(found.span, "", safe=False)


def test_a_hidden_character_in_a_header_does_not_lose_the_block() -> None:
    assert len(problems('loyalty rules 1\n\ngroup both "a\u200b"\n  rule base\nend\n')) == 1


def test_L008_brackets_nest_64_deep() -> None:
    fine = "when " + "(" * MAX_DEPTH + "a is b" + ")" * MAX_DEPTH
    assert tokens_of(fine, 0, EN).mistake is None
    deep = tokens_of("when " + "not (" * 65, 0, EN).mistake
    assert deep is not None
    assert (deep.problem, deep.span) == (TooDeep(64), Span(5 + 5 * 64 + 4, 5 + 5 * 65))


def test_L009_a_line_has_2000_characters() -> None:
    assert the_one(f"loyalty rules 1\n{'#' * MAX_LINE}\n").problem.code == "L002"
    text = f"loyalty rules 1\n\ngroup a\n  {'#' * MAX_LINE}\nend\n"
    assert the_one(text).problem == TooMuch(Role("LINE_LENGTH"), 2_000)


def test_L009_a_file_has_1_MiB() -> None:
    large = Source("", "loyalty rules 1\n" + "(" * 1_048_576)
    lines, (found,) = lex(large, EN)
    assert lines == ()
    assert found.problem == TooMuch(Role("FILE_SIZE"), 1_048_576)
    assert the_one(" \n" * 600_000).problem == TooMuch(Role("FILE_SIZE"), 1_048_576)


def test_L009_a_file_has_100_000_tokens() -> None:
    line = "when " + ")" * 1_000 + "\n"
    text = line * 110
    lines, found = lex(source(text), EN)
    assert found[-1].problem == TooMuch(Role("TOKEN_COUNT"), 100_000)
    assert sum(len(each.tokens) for each in lines) <= 100_000
    assert len(lines) == 99


def test_L009_what_is_behind_a_mistake_is_counted_too() -> None:
    lines, found = lex(source(("when " + "(" * 999 + "\n") * 200), EN)
    assert found[-1].problem == TooMuch(Role("TOKEN_COUNT"), 100_000)
    assert len(lines) == 100


def test_L009_three_empty_lines_count_as_a_word() -> None:
    lines, found = lex(source("loyalty rules 1\n" + "\n" * 299_990), EN)
    assert (len(lines), found) == (299_992, ())  # behind the last break stands an empty line, too
    _, (late,) = lex(source("\n" * 300_001), EN)
    assert late.problem == TooMuch(Role("TOKEN_COUNT"), 100_000)


def test_L009_limits_are_those_of_the_host() -> None:
    small = Limits(bytes=40, words=7)
    assert lex(source("x" * 41), EN, limits=small)[1][0].problem == TooMuch(Role("FILE_SIZE"), 40)
    assert lex(source("a b c d\nend"), EN, limits=small)[1] == ()
    assert lex(source("a b c d e\nend"), EN, limits=small)[1][0].problem == TooMuch(Role("TOKEN_COUNT"), 7)


def test_a_deep_line_costs_no_more_than_its_length() -> None:
    """No clock: the 65th bracket ends the reading of the line, whatever follows."""
    lexed = tokens_of("when " + "(" * 1_900, 0, EN)
    assert len(lexed.tokens) == 1 + MAX_DEPTH


# ---------- languages


@pytest.mark.parametrize(
    ("first", "language"),
    [
        ("loyalty rules 1", "en"),
        ("  loyalty   rules  1  # v", "en"),
        ("# first\n\nправила лояльности 1", "ru"),
        ("zxytlayol zxselur 1", "zx"),
        ("loyalty rule 1", "en"),
        ("кошелёк bonus", "ru"),
        ("loyalty rules 2", "en"),
        ("hello", None),
        ("", None),
    ],
)
def test_the_first_line_names_the_language(first: str, language: str | None) -> None:
    assert language_of(source(first), three_tables()) == language


@given(st.text(max_size=200))
def test_any_text_is_read_without_an_error(text: str) -> None:
    lines, _ = lex(source(text), EN)
    assert all(line.span.end <= len(text) for line in lines)
    for line in lines:
        for token in line.tokens:
            assert line.span.start <= token.span.start < token.span.end <= line.span.end


@given(
    st.lists(st.sampled_from(["give", "1", "bonus", ",", "(", '"a"', "5%", "at", "least", "2026-03-31", "per", "full"]))
)
def test_tokens_lie_side_by_side_in_order(words: list[str]) -> None:
    tokens = tokens_of(" ".join(words), 0, EN).tokens
    assert all(left.span.end <= right.span.start for left, right in pairwise(tokens))
