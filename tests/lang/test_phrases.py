"""The phrase tables: complete, alike in all languages, and read back as they are written."""

from __future__ import annotations

import pytest

from loyalty_rules.errors import SettingsError
from loyalty_rules.lang.lexer import reserved_words, tokens_of
from loyalty_rules.lang.phrases import phrase_table, phrase_tables
from loyalty_rules.lang.tables import LITERALS, grammar_text, terminals_of, unknown_terminals
from loyalty_rules.source import Source
from tests.lang.head_samples import HEADS
from tests.lang.samples import CELLS, HEADERS, SAMPLES, file_of, whole_file
from tests.lang.support import mirrored, reading, three_tables

EN, RU = phrase_tables()["en"], phrase_tables()["ru"]


def test_every_language_has_the_same_roles_in_the_same_places() -> None:
    assert EN.forms.keys() == RU.forms.keys()
    assert EN.positions == RU.positions


def test_the_grammar_and_the_tables_have_the_same_words() -> None:
    assert unknown_terminals(grammar_text(), phrase_tables()) == frozenset()
    units = {"DAYS", "MONTHS", "YEARS", "WEEKS", "HOURS", "MINUTES"}
    assert EN.forms.keys() - terminals_of(grammar_text()) == units | {"END"}


def test_a_word_of_the_grammar_without_a_phrase_is_found() -> None:
    assert unknown_terminals("start: GIVE NAME BREW", phrase_tables()) == {"BREW"}
    assert not LITERALS & EN.forms.keys()


@pytest.mark.parametrize("table", three_tables().values(), ids=lambda table: table.language)
def test_no_two_roles_share_a_phrase_in_one_place(table: object) -> None:
    assert isinstance(table, type(EN))
    for index in (table.opening, table.inline, table.units):
        phrases = [phrase.words for found in index.values() for phrase in found]
        assert len(phrases) == len(set(phrases))


@pytest.mark.parametrize("table", three_tables().values(), ids=lambda table: table.language)
def test_every_phrase_is_read_as_itself(table: object) -> None:
    assert isinstance(table, type(EN))
    for role, forms in table.forms.items():
        position = table.positions[role]
        for form in forms:
            if position in ("opening", "both"):
                assert [token.role for token in tokens_of(form, 0, table).tokens] == [role]
            if position in ("both", "inline"):
                assert [token.role for token in tokens_of(form, 0, table, opening=False).tokens] == [role]
            if position == "units":
                (token,) = tokens_of(f"2 {form}", 0, table, opening=False).tokens
                assert token.role == "DURATION"


def test_every_phrase_that_opens_a_line_has_a_sample() -> None:
    shown = {tokens_of(sample.english, 0, EN).tokens[0].role for sample in SAMPLES} | HEADERS.keys() | {"END"}
    assert shown == set(EN.opening_roles())


def test_every_phrase_stands_in_a_sample() -> None:
    seen = {token.role for text in _sample_lines() for token in tokens_of(text, 0, EN).tokens}
    cells = [text for text, _ in (*CELLS, *HEADS)]
    seen |= {token.role for text in cells for token in tokens_of(text, 0, EN, opening=False).tokens}
    rare = {f"{kind}_{period}" for kind in ("IN", "IN_PREV", "AT_END", "FROM_NEXT") for period in _PERIODS}
    plain = {f"WD{day}" for day in range(7)} | {f"MO{month:02}" for month in range(1, 13)}
    units = {"DAYS", "MONTHS", "YEARS", "WEEKS", "HOURS", "MINUTES"}
    assert EN.forms.keys() - seen - rare - plain - units == {"END"}


_PERIODS = ("DAY", "WEEK", "MONTH", "QUARTER", "YEAR", "PYEAR")


def _sample_lines() -> list[str]:
    return [*(sample.english for sample in SAMPLES), *(english for english, _ in HEADERS.values())]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.english)
def test_a_sample_says_the_same_in_both_languages(sample: tuple[str, str, str]) -> None:
    block, english, russian = sample
    one, other = reading(file_of(block, english)), reading(file_of(block, russian, "ru"))
    assert one.diagnostics == other.diagnostics == ()
    assert one.tree == other.tree
    assert len(one.tree.blocks[0].clauses) == 1


def test_all_samples_together_say_the_same_in_both_languages() -> None:
    one, other = reading(whole_file()), reading(whole_file("ru"))
    assert one.diagnostics == other.diagnostics == ()
    assert one.tree == other.tree
    assert {block.kind for block in one.tree.blocks} == HEADERS.keys()
    assert sum(len(block.clauses) for block in one.tree.blocks) == len(SAMPLES)


@pytest.mark.parametrize(("periods", "words"), [("IN", "spend {} over 1 RUB"), ("IN_PREV", "spend {} over 1 RUB")])
def test_every_calendar_period_is_a_window(periods: str, words: str) -> None:
    for period in _PERIODS:
        role = f"{periods}_{period}"
        trees = []
        for table, language in ((EN, "en"), (RU, "ru")):
            line = f"{table.text('WHEN')} {table.text('SPEND')} {table.text(role)} {table.text('OVER')} 1 RUB"
            trees.append(reading(file_of("H_EARN", line, language)))
        assert trees[0].diagnostics == trees[1].diagnostics == ()
        assert trees[0].tree == trees[1].tree
    assert words


@pytest.mark.parametrize("role", [f"WD{day}" for day in range(7)] + [f"MO{month:02}" for month in range(1, 13)])
def test_every_day_and_month_is_a_value(role: str) -> None:
    attribute = "WEEKDAY" if role.startswith("WD") else "MONTH_NAME"
    trees = []
    for table, language in ((EN, "en"), (RU, "ru")):
        line = f"{table.text('WHEN')} {table.text(attribute)} {table.text('IS')} {table.text(role)}"
        trees.append(reading(file_of("H_EARN", line, language)).tree)
    assert trees[0] == trees[1]


def test_numbers_agree_with_what_they_count() -> None:
    forms = {number: RU.counted("DAYS", number) for number in (0, 1, 2, 4, 5, 11, 12, 21, 22, 25, 111, 121)}
    assert forms == {
        0: "дней", 1: "день", 2: "дня", 4: "дня", 5: "дней", 11: "дней",
        12: "дней", 21: "день", 22: "дня", 25: "дней", 111: "дней", 121: "день",
    }  # fmt: skip
    assert RU.counted("ITEMS", None) == "штуки"
    assert [RU.counted("ITEMS", number, genitive=True) for number in (1, 2, 5, 21)] == [
        "штуки",
        "штук",
        "штук",
        "штуки",
    ]
    assert [RU.counted("ITEMS", number, accusative=True) for number in (1, 2, 5)] == ["штуку", "штуки", "штук"]
    assert RU.counted("DAYS", 1, accusative=True) == "день"
    assert [EN.counted("ITEMS", number) for number in (0, 1, 2)] == ["items", "item", "items"]
    assert EN.counted("ITEMS", None) == "items"


def test_the_words_before_a_duration_agree_with_it() -> None:
    said = [RU.before_duration("IN_LAST", number, "DAYS") for number in (1, 3, 21)]
    assert said == ["за последний", "за последние", "за последние"]
    assert RU.before_duration("IN_LAST", 1, "WEEKS") == "за последнюю"
    assert EN.before_duration("IN_LAST", 1, "WEEKS") == EN.before_duration("IN_LAST", 5, "DAYS") == "in last"
    assert [RU.before_duration("EVERY", 1, unit) for unit in ("MONTHS", "WEEKS")] == ["каждый", "каждую"]


def test_months_have_a_form_behind_a_day() -> None:
    assert (RU.month("MO09", of_day=False), RU.month("MO09", of_day=True)) == ("сентябрь", "сентября")
    assert (EN.month("MO09", of_day=False), EN.month("MO09", of_day=True)) == ("september", "september")


def test_one_word_phrases_of_the_other_language_are_reserved() -> None:
    reserved = reserved_words(EN, phrase_tables().values())
    assert reserved["и"] == "Русский"
    assert "дней" not in reserved
    assert "дать" not in reserved
    assert reserved_words(RU, phrase_tables().values())["and"] == "English"
    assert "zxdna" in reserved_words(EN, three_tables().values())


def test_phrases_that_only_open_a_line_are_free_as_names() -> None:
    free = "loyalty rules 1\n\nearn offer\n  when level is reward\nend\n"
    assert reading(free).diagnostics == ()
    assert mirrored().text("GIVE") == "zxevig"
    assert Source("", free).line_count == 6


@pytest.mark.parametrize(
    ("text", "code"),
    [("[opening", "phrases.syntax"), ('plural = "none"', "phrases.plural")],
)
def test_a_broken_table_is_refused(text: str, code: str) -> None:
    with pytest.raises(SettingsError) as caught:
        phrase_table(text)
    assert caught.value.code == code
