"""The canonical form of a file and its way through the languages and back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty_rules.errors import RuleFileError, SettingsError
from loyalty_rules.lang.formatter import format_source
from loyalty_rules.lang.parser import read
from loyalty_rules.lang.phrases import phrase_tables
from loyalty_rules.source import Source
from tests.lang.head_samples import HEADS
from tests.lang.samples import CELLS, HEADERS, SAMPLES, file_of, whole_file
from tests.lang.support import example_files, source, three_tables

FILES = [path.read_text(encoding="utf-8") for path in example_files()]


def formatted(text: str, language: str | None = None) -> str:
    return format_source(source(text), language, three_tables())


def line_of(block: str, line: str, language: str | None = None, written: str = "en") -> str:
    """The only clause of a block after formatting."""
    return formatted(file_of(block, line, written), language).split("\n")[3].removeprefix("  ")


def laws(text: str) -> None:
    """What holds for every file that reads without a mistake."""
    known = three_tables()
    tree = read(source(text), known).tree
    once = formatted(text)
    assert read(source(once), known).tree == tree
    assert formatted(once) == once
    for language in known:
        there = formatted(once, language)
        assert read(source(there), known).tree == tree
        assert formatted(there) == there
        assert formatted(there, tree.language) == once
        assert comments(there) == comments(text)
    assert not any(line != line.rstrip() for line in once.split("\n"))
    assert once.endswith("\n")
    assert not once.endswith("\n\n")
    assert "\n\n\n" not in once


def comments(text: str) -> list[str]:
    return [line.comment for line in read(source(text), three_tables()).lines if line.comment]


# ---------- the laws


@pytest.mark.parametrize("text", FILES, ids=[path.stem for path in example_files()])
def test_examples_keep_the_laws(text: str) -> None:
    laws(text)


def test_samples_keep_the_laws() -> None:
    laws(whole_file())
    laws(whole_file("ru"))
    assert formatted(whole_file("ru"), "en") == formatted(whole_file())


_NAMES = st.sampled_from(["bonus", "Кофе", "x_1", "נקודה", "level", "give", "days"])
_COMMENTS = st.sampled_from(["", "", "", " # a note", "#b", "\t#  c | d"])
_BLANKS = st.sampled_from(["", "\n", "\n\n", "\n  \n# alone\n", "\n   # in\n\n\n"])
_SPACES = st.sampled_from([" ", "  ", "\t", "   "])
_CELLS = (
    *("", "latte", "brewed  coffee", "да", '"да"', '"yes"', '"a|b"', "10000", "10 000 RUB", "все", "at", "минимум 5"),
    *("#5 tea", '"#5"', "spend", "1.50", "over there", "zxlla", '"zxlla"', '" all "', "5 штук"),
    *(cell for cell, _ in CELLS),
)
_CELL = st.sampled_from(_CELLS)


@st.composite
def _lines(draw: st.DrawFn, block: str) -> str:
    samples = [sample.english for sample in SAMPLES if sample.block == block]
    line = draw(st.sampled_from(samples))
    name = draw(_NAMES)
    line = line.replace("Coffee", name)
    if re.search(r'"|[0-9] [0-9]', line) is None:
        space = draw(_SPACES)
        line = line.replace(" ", space)
    return draw(_SPACES) + line + draw(_COMMENTS)


@st.composite
def _rows(draw: st.DrawFn) -> str:
    heads = draw(st.lists(st.sampled_from([*(head for head, _ in HEADS), "rate", "да_1"]), min_size=1, max_size=4))
    rows = [heads, *draw(st.lists(st.lists(_CELL, min_size=1, max_size=5), max_size=4))]
    lines = []
    for row in rows:
        blank = draw(_SPACES)
        cells = [cell for cell in row if not cell.startswith("#")] or ["x"]
        lines.append(" |" + "|".join(f"{blank}{cell} " for cell in cells) + "|" + draw(_COMMENTS))
    return "\n".join(lines)


@st.composite
def rule_files(draw: st.DrawFn) -> str:
    """Files of sample lines, carelessly laid out."""
    parts = [draw(_BLANKS).replace("\n", "\n"), "loyalty  rules 1" + draw(_COMMENTS) + "\n"]
    for block in draw(st.lists(st.sampled_from(sorted(HEADERS)), max_size=5)):
        lines = draw(st.lists(_lines(block), max_size=5))
        if block in ("H_TABLE", "H_EXAMPLE"):
            lines += draw(st.lists(_rows(), max_size=2))
        gaps = [draw(_BLANKS) for _ in range(len(lines) + 2)]
        body = "".join(f"{gap}\n{line}" for gap, line in zip(gaps, lines, strict=False))
        parts.append(f"{gaps[-2]}\n{draw(_SPACES)}{HEADERS[block][0]}{draw(_COMMENTS)}{body}\n{gaps[-1]}\n end\n")
    if len(parts) == 2:
        parts.append("group both\nend")
    return "".join(parts)


@given(rule_files())
def test_any_readable_file_keeps_the_laws(text: str) -> None:
    assert read(source(text), three_tables()).diagnostics == ()
    laws(text)


# ---------- layout


def test_the_layout_of_a_file() -> None:
    text = (
        "\n# about the file\n\n\nloyalty rules 1# version\n"
        '# first\nprogramme   "Club"  #title\n\n\n\tcurrency RUB\n\n\n\n'
        "      week starts monday#a week\n# note\n\n end # done\n# second\n\n\n# third\ngroup both\nrule base\nend"
    )
    assert formatted(text) == (
        "# about the file\n"
        "\n"
        "loyalty rules 1  # version\n"
        "\n"
        "# first\n"
        'programme "Club"  #title\n'
        "  currency RUB\n"
        "\n"
        "  week starts monday  #a week\n"
        "  # note\n"
        "end  # done\n"
        "\n"
        "# second\n"
        "\n"
        "# third\n"
        "group both\n"
        "  rule base\n"
        "end\n"
    )


def test_lines_end_with_LF() -> None:
    assert formatted("loyalty rules 1\r\ngroup both\rrule base\r\nend\r\n") == (
        "loyalty rules 1\n\ngroup both\n  rule base\nend\n"
    )


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("when( a is b )or(c is d)", "when (a is b) or (c is d)"),
        ("on A ,B,   C", "on A, B, C"),
        ("give [ rates ]to cash", "give [rates] to cash"),
        ("when not(a is b)", "when not (a is b)"),
        ("give 10000 bonus", "give 10 000 bonus"),
        ("give 1 000 bonus", "give 1000 bonus"),
        ("give 1234567.50 bonus", "give 1 234 567.50 bonus"),
        ("give 12345.5% to cash", "give 12 345.5% to cash"),
        ("give 5 bonus per 1 items", "give 5 bonus per 1 item"),
        ("give 5 bonus per 2 item", "give 5 bonus per 2 items"),
        ("usable after 1 months", "usable after 1 month"),
        ("usable after 30 day", "usable after 30 days"),
        ("usable after 12000 days", "usable after 12 000 days"),
        ('basis money paid by tender "a"  ,"b  c"', 'basis money paid by tender "a", "b  c"'),
    ],
)
def test_one_form_of_a_line(written: str, canonical: str) -> None:
    assert line_of("H_EARN", written) == canonical


@pytest.mark.parametrize(
    ("english", "russian"),
    [
        ("usable after 1 day", "доступны через 1 день"),
        ("usable after 2 days", "доступны через 2 дня"),
        ("usable after 5 days", "доступны через 5 дней"),
        ("usable after 11 days", "доступны через 11 дней"),
        ("usable after 21 days", "доступны через 21 день"),
        ("usable after 1 week", "доступны через 1 неделю"),
        ("usable after 1 year", "доступны через 1 год"),
        ("usable after 3 years", "доступны через 3 года"),
        ("usable after 5 years", "доступны через 5 лет"),
        ("when orders since joining over 1 order", "когда заказов с вступления свыше 1 заказа"),
        ("when orders since joining over 2 orders", "когда заказов с вступления свыше 2 заказов"),
        ("when items since joining under 21 items", "когда штук с вступления менее 21 штуки"),
        ("when items since joining at least 1 item", "когда штук с вступления минимум 1 штука"),
        ("when items since joining at least 2.5 items", "когда штук с вступления минимум 2.5 штуки"),
        ("give 5 bonus per 1 item", "дать 5 bonus за 1 штуку"),
        ("when times stay since joining at least 3 times", "когда раз stay с вступления минимум 3 раза"),
        ("when spend in last 1 month over 5 RUB", "когда сумма покупок за последний 1 месяц свыше 5 RUB"),
        ("when spend in last 1 week over 5 RUB", "когда сумма покупок за последнюю 1 неделю свыше 5 RUB"),
        ("when spend in last 2 weeks over 5 RUB", "когда сумма покупок за последние 2 недели свыше 5 RUB"),
    ],
)
def test_russian_words_agree_with_their_number(english: str, russian: str) -> None:
    assert line_of("H_EARN", english, "ru") == russian
    assert line_of("H_EARN", russian, "en", "ru") == english


def test_a_month_behind_a_day_stands_in_its_second_form() -> None:
    assert line_of("H_PROGRAMME", "год программы начинается 30 сентябрь", None, "ru").endswith("30 сентября")
    assert line_of("H_PROGRAMME", "programme year starts last day of may", "ru").endswith("последний день мая")
    assert line_of("H_EARN", "when month of year is may", "ru").endswith("это май")


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.english)
def test_a_sample_translates_to_what_was_typed(sample: tuple[str, str, str]) -> None:
    """Up to the digits and the forms that the formatter chooses, which the Russian column leaves as they come."""
    block, english, russian = sample
    assert line_of(block, english, "ru") == line_of(block, russian, None, "ru")
    assert line_of(block, russian, "en", "ru") == line_of(block, english)


# ---------- rows


def test_rows_are_aligned_run_by_run() -> None:
    text = (
        "loyalty rules 1\n\ntable t\n|category|rate|\n| coffee  |5%| # c\n|tea||\n"
        "  value rate is percent\n\n|   a|b|\n # x\n|longer cell|1%|\nend\n"
    )
    assert formatted(text).split("\n")[3:-2] == [
        "  | category | rate |",
        "  | coffee   | 5%   |  # c",
        "  | tea      |      |",
        "  value rate is percent",
        "",
        "  | a | b |",
        "  # x",
        "  | longer cell | 1% |",
    ]


def test_words_of_the_language_in_rows_are_translated_and_data_is_not() -> None:
    text = (
        "loyalty rules 1\n\ntable t\n"
        "  | category | spend in last 12 months | weekday |\n"
        "  | category | at least 10000 RUB | sunday |\n"
        "  | at  home | under 10000 | all |\n"
        "end\n"
    )
    assert formatted(text, "ru").split("\n")[3:-2] == [
        "  | категория | сумма покупок за последние 12 месяцев | день недели |",
        "  | category  | минимум 10000 RUB                     | воскресенье |",
        "  | at  home  | менее 10000                           | все         |",
    ]


def test_data_that_reads_as_words_in_any_language_is_quoted() -> None:
    text = 'loyalty rules 1\n\ntable t\n  | brand |\n  | да |\n  | "yes" |\n  | "latte" |\n  | все это |\nend\n'
    assert [line.strip("| ") for line in formatted(text).split("\n")[4:-2]] == ['"да"', '"yes"', '"latte"', "все это"]
    assert [line.strip("| ") for line in formatted(text, "ru").split("\n")[4:-2]] == [
        '"да"', '"yes"', '"latte"', "все это",
    ]  # fmt: skip


@pytest.mark.parametrize(("english", "russian"), CELLS)
def test_cells_translate(english: str, russian: str) -> None:
    table = "loyalty rules 1\n\ntable t\n  | rate |\n  | {} |\nend\n"
    line = formatted(table.format(english), "ru").split("\n")[4]
    assert line.strip("| ") == russian.replace("21 штук", "21 штуки")


@pytest.mark.parametrize(("english", "russian"), HEADS)
def test_heads_translate(english: str, russian: str) -> None:
    table = f"loyalty rules 1\n\ntable t\n  | {english} |\nend\n"
    assert formatted(table, "ru").split("\n")[3].strip("| ") == russian


# ---------- refusals


def test_a_file_with_mistakes_is_not_formatted() -> None:
    with pytest.raises(RuleFileError) as caught:
        formatted("loyalty rules 1\n\ngroup both\n  rul base\nend\n")
    assert caught.value.code == "format.unreadable"
    assert [found.problem.code for found in caught.value.diagnostics] == ["L012"]


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(SettingsError) as caught:
        format_source(source(whole_file()), "de")
    assert caught.value.code == "language.unknown"


def test_a_line_that_grows_too_long_is_refused() -> None:
    longer = file_of("H_EARN", f"when spend in last 12 months over 1 RUB  # {'x' * 1_950}")
    assert formatted(longer) == longer
    with pytest.raises(RuleFileError) as caught:
        formatted(longer, "ru")
    assert caught.value.code == "format.size"


def test_the_tables_of_the_package_are_the_default() -> None:
    there = format_source(source(whole_file()), "ru")
    assert there.startswith(f"{phrase_tables()['ru'].version} 1\n")
    assert format_source(Source("x", there), "en") == formatted(whole_file())


def test_examples_exist() -> None:
    assert example_files() != []
    assert all(isinstance(path, Path) for path in example_files())
