"""One mistake, one diagnostic, on its own line; and the rest of the file is read."""

from __future__ import annotations

import pytest

from loyalty_rules.diagnostics import Problem, Related, Role
from loyalty_rules.lang.lexer import language_of
from loyalty_rules.problems.reading import (
    BlockNotClosed,
    ClauseElsewhere,
    EmptyFile,
    EndWithoutBlock,
    HeaderIncomplete,
    LineEndsEarly,
    MixedAndOr,
    NameReserved,
    OutsideBlock,
    RowElsewhere,
    TextAfter,
    UnexpectedWord,
    UnknownBlock,
    UnknownClause,
    VersionLine,
)
from tests.lang.samples import file_of
from tests.lang.support import codes, problems, reading, source, the_one

KNOWN = ("loyalty rules 1", "правила лояльности 1")


def roles(*names: str) -> tuple[Role, ...]:
    return tuple(Role(name) for name in names)


def in_earn(line: str) -> Problem:
    """The one problem of a clause of an earn block."""
    ((number, problem),) = problems(file_of("H_EARN", line))
    assert number == 4
    return problem


def shown(text: str) -> str:
    """What the one diagnostic of a file is about."""
    return source(text).slice(the_one(text).span)


# ---------- the first line and the file


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n"])
def test_L002_an_empty_file(text: str) -> None:
    assert problems(text) == [(1, EmptyFile())]


def test_L001_another_version_is_not_read() -> None:
    found = reading("loyalty rules 2\n\nfoo bar\n")
    assert [one.problem for one in found.diagnostics] == [VersionLine("loyalty rules 2", KNOWN)]
    assert found.tree.blocks == ()
    assert found.lines == ()


@pytest.mark.parametrize(("line", "language"), [("loyalty rules 2", "en"), ("правила лояльности 2", "ru")])
def test_L001_another_version_is_told_in_the_language_of_its_author(line: str, language: str) -> None:
    assert language_of(source(f"{line}\n")) == language


def test_L001_a_misspelt_version_line_does_not_hide_the_rest() -> None:
    text = "# rules\nloyalty rule 1\n\ngroup both\n  rule base\nend\n"
    assert problems(text) == [(2, VersionLine("loyalty rule 1", KNOWN))]
    assert len(reading(text).tree.blocks) == 1


def test_L001_a_missing_version_line_does_not_hide_the_rest() -> None:
    text = "группа both\n  правило base\nконец\n"
    assert problems(text) == [(1, VersionLine("группа both", KNOWN))]
    found = reading(text)
    assert found.tree.language == "ru"
    assert len(found.tree.blocks) == 1


def test_L002_a_file_without_blocks() -> None:
    assert problems("loyalty rules 1\n# nothing\n") == [(1, EmptyFile())]


# ---------- blocks


BOTH = "group both\n  rule base\nend\n"


def test_L010_a_clause_outside_a_block_is_reported_once_for_all_that_follow() -> None:
    text = f"loyalty rules 1\n\ngive 1 bonus\ncap 2 bonus per order\n| a |\nend\n\n{BOTH}"
    assert problems(text) == [(3, OutsideBlock("give"))]
    assert len(reading(text).tree.blocks) == 1


def test_L010_a_row_outside_a_block() -> None:
    assert problems(f"loyalty rules 1\n\n| a | b |\n| c | d |\n\n{BOTH}") == [(3, OutsideBlock("|"))]


@pytest.mark.parametrize(
    ("header", "word", "meant"),
    [
        ('ern base "Base points"', "ern", "H_EARN"),
        ("tier status", "tier", "H_TIERS"),
        ('quest first "First"', "quest", None),
        ('quest "First"', "quest", None),
        ("quest first", "quest", None),
    ],
)
def test_L011_an_unknown_kind_of_block_is_passed_over(header: str, word: str, meant: str | None) -> None:
    text = f"loyalty rules 1\n\n{header}\n  give 1 bonus\n  foo\nend\n\n{BOTH}"
    assert problems(text) == [(3, UnknownBlock(word, Role(meant) if meant else None))]
    assert len(reading(text).tree.blocks) == 1


def test_L017_a_forgotten_end_is_reported_where_the_lines_of_its_block_stop() -> None:
    text = 'loyalty rules 1\n\nearn base "Base"\n  give 1 bonus\n\ngroup both "Both"\n  rule base\nend\n'
    found = the_one(text)
    assert found.problem == BlockNotClosed("earn base")
    assert source(text).position(found.span.start).line == 5
    assert [source(text).slice(also.span) for also in found.related] == ['earn base "Base"']
    assert found.related == (Related(found.related[0].span, "block.opened"),)
    first, second = reading(text).tree.blocks
    assert (len(first.clauses), len(second.clauses)) == (1, 1)


@pytest.mark.parametrize(("end", "line"), [("\n", 5), ("\n\n# done\n", 5), ("", 3)])
def test_L017_a_forgotten_end_at_the_end_of_the_file(end: str, line: int) -> None:
    text = f"loyalty rules 1\n\nfacts\n  line fact a is text{end}"
    assert problems(text) == [(line, BlockNotClosed("facts"))]
    assert len(reading(text).tree.blocks) == 1


def test_a_line_of_one_word_near_end_is_probably_the_end() -> None:
    text = "loyalty rules 1\n\ngroup both\n  rule base\nedn\n\ngroup other\n  rule base\nend\n"
    assert problems(text) == [
        (5, UnknownClause("edn", Role("H_GROUP"), Role("END"))),
        (6, BlockNotClosed("group both")),
    ]


def test_L018_an_end_too_many() -> None:
    text = f"loyalty rules 1\n\n{BOTH}end\n"
    assert problems(text) == [(6, EndWithoutBlock())]


def test_L022_text_behind_an_end() -> None:
    assert problems("loyalty rules 1\n\ngroup both\n  rule base\nend of group\n") == [(5, TextAfter("of"))]


@pytest.mark.parametrize(
    ("header", "block", "missing"),
    [
        ("earn", "H_EARN", "NAME"),
        ('earn "Base points"', "H_EARN", "NAME"),
        ("programme", "H_PROGRAMME", "STRING"),
        ("example", "H_EXAMPLE", "STRING"),
    ],
)
def test_L021_a_header_without_name_or_title(header: str, block: str, missing: str) -> None:
    text = f"loyalty rules 1\n\n{header}\nend\n\n{BOTH}"
    assert problems(text) == [(3, HeaderIncomplete(Role(block), Role(missing)))]
    assert [found.kind for found in reading(text).tree.blocks] == ["H_GROUP"]


def test_the_clauses_below_a_wrong_header_are_read_all_the_same() -> None:
    text = "loyalty rules 1\n\nearn\n  give 1 bonus\n  giv 1 bonus\nend\n"
    assert codes(text) == [(3, "L021"), (5, "L012")]


@pytest.mark.parametrize(
    ("header", "problem"),
    [
        ("earn base base", UnexpectedWord("base", roles("STRING", "END_OF_LINE"), None)),
        ('earn base "a" "b"', TextAfter('"b"')),
        ("facts base", TextAfter("base")),
        ("earn category", NameReserved("category", "English")),
    ],
)
def test_other_mistakes_of_a_header(header: str, problem: Problem) -> None:
    assert problems(f"loyalty rules 1\n\n{header}\nend\n") == [(3, problem)]


def test_a_clause_that_begins_like_a_header_does_not_close_its_block() -> None:
    text = file_of("H_PROGRAMME", "programme yaer starts 1 march")
    assert problems(text) == [(4, UnknownClause("programme yaer starts", Role("H_PROGRAMME"), Role("PYEAR_STARTS")))]


def test_the_rest_of_a_broken_line_does_not_close_its_block() -> None:
    text = file_of("H_PURSE", "expire at end of\n  programme year\n  decimals 2")
    assert codes(text) == [(4, "L015"), (5, "L012")]


def test_a_line_that_is_no_text_to_read_starts_a_block_only_where_headers_stand() -> None:
    """`redeem` is a header, and what stands behind it cannot be read: where the line stands tells."""
    text = file_of("H_PURSE", 'redeem"ing through" x"\n  decimals 2')
    assert codes(text) == [(4, "L005")]
    assert len(reading(text).tree.blocks[-1].clauses) == 1
    header = 'loyalty rules 1\n\npurse bonus\n  decimals 2\nredeem "x\n  round down\nend\n'
    assert codes(header) == [(5, "L017"), (5, "L005"), (6, "L013")]  # not closed before; the quote; of another block


def test_a_header_with_a_mistake_closes_the_block_before_it() -> None:
    text = "loyalty rules 1\n\ngroup both\n  rule base\nearn 5\n  give 1 bonus\nend\n"
    assert codes(text) == [(5, "L017"), (5, "L015")]


# ---------- clauses


@pytest.mark.parametrize(
    ("line", "word", "meant"),
    [
        ("giv 1 bonus", "giv", "GIVE"),
        ("usable aftr 14 days", "usable aftr", "USABLE_AFTER"),
        ("skip frist 5 RUB", "skip frist", "SKIP_FIRST"),
        ("bestow 1 bonus", "bestow", None),
        ("5 bonus", "5", None),
        ("Give 1 bonus", "Give", "GIVE"),
        ("afterjoining", "afterjoining", "AFTER_JOINING"),
    ],
)
def test_L012_an_unknown_clause(line: str, word: str, meant: str | None) -> None:
    found = in_earn(line)
    if meant == "USABLE_AFTER":  # `usable` alone is a phrase
        assert found == UnexpectedWord("aftr", roles("A_NEXT_PERIOD", "ON_DAY"), Role("USABLE_AFTER"))
    else:
        assert found == UnknownClause(word, Role("H_EARN"), Role(meant) if meant else None)


def test_L013_a_clause_of_another_block() -> None:
    blocks = roles("H_PURSE", "H_REWARD")
    assert in_earn("hold at most 5 bonus") == ClauseElsewhere(Role("HOLD_MOST"), Role("H_EARN"), blocks)
    assert in_earn("multiply by 2") == ClauseElsewhere(
        Role("MULTIPLY_BY"), Role("H_EARN"), roles("H_BOOST", "H_CHANGE")
    )


@pytest.mark.parametrize("block", ["H_TIERS", "H_CONVERSION", "H_PERK"])
def test_L013_what_makes_no_decision_has_no_message_for_that(block: str) -> None:
    ((_, problem),) = problems(file_of(block, 'message missed en "Nothing yet"'))
    told = roles(
        *("H_EARN", "H_BOOST", "H_OFFER", "H_REDEEM", "H_REWARD", "H_CHALLENGE", "H_REFERRAL", "H_BUDGET"),
    )
    assert problem == ClauseElsewhere(Role("MSG_MISSED"), Role(block), told)


@pytest.mark.parametrize("block", ["H_PROGRAMME", "H_PRODUCTS", "H_SEGMENT"])
def test_L013_only_what_explanations_translate_has_titles(block: str) -> None:
    ((_, problem),) = problems(file_of(block, 'title ru "Клуб"'))
    rules = (
        "H_EARN",
        "H_BOOST",
        "H_OFFER",
        "H_REDEEM",
        "H_REWARD",
        "H_PERK",
        "H_CONVERSION",
        "H_CHALLENGE",
        "H_REFERRAL",
        "H_DRAW",
        "H_CONTEST",
    )
    titled = roles(
        "H_PURSE",
        "H_PARTNER",
        "H_TIERS",
        "H_MEMBERSHIP",
        *rules,
        "H_GROUP",
        "H_NEVER",
        "H_BUDGET",
        "H_CHANGE",
        "H_PROMISE",
    )
    assert problem == ClauseElsewhere(Role("TITLE"), Role(block), titled)


def test_L013_names_every_block_that_takes_the_clause() -> None:
    ((_, problem),) = problems(file_of("H_FACTS", "cap 5 bonus per order"))
    capped = roles(
        *("H_EARN", "H_BOOST", "H_OFFER", "H_REDEEM", "H_REWARD", "H_CONVERSION"),
        *("H_CHALLENGE", "H_REFERRAL", "H_GROUP", "H_BUDGET", "H_CHANGE"),
    )
    assert problem == ClauseElsewhere(Role("CAP"), Role("H_FACTS"), capped)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("give", roles("LSQB", "NUMBER", "PERCENT")),
        ("give 1", roles("NAME")),
        ("give 5% to", roles("NAME")),
        ("give 1 bonus per", roles("NUMBER")),
        ("when", roles("A_CONDITION")),
        ("when status", roles("A_COMPARISON")),
        (
            "when weekday is",
            roles("A_VALUE", "DURATION", "LSQB", "EVENT_TIME", "JOINING_DATE", "PREV_ORDER_DATE"),
        ),
        ("when (a is b", roles("RPAR", "AND", "OR")),
        ("basis", roles("A_MEASURE", "A_BASE")),
        ("from", roles("DATE")),
        ("limit 1", roles("S_MEMBER", "S_SAME")),
    ],
)
def test_L014_a_line_that_ends_early(line: str, expected: tuple[Role, ...]) -> None:
    assert in_earn(line) == LineEndsEarly(expected)


@pytest.mark.parametrize("scope", ["per order", "per line", "per item"])
def test_L015_a_limit_is_counted_by_member_or_value_alone(scope: str) -> None:
    problem = in_earn(f"limit 1 {scope}")
    assert isinstance(problem, UnexpectedWord)
    assert problem.expected == roles("S_MEMBER", "S_SAME")


def test_L014_points_behind_the_last_word() -> None:
    text = file_of("H_EARN", "give 1   # bonus")
    found = the_one(text)
    assert (found.span.start, found.span.end) == (text.index("1   #") + 1,) * 2


@pytest.mark.parametrize(
    ("line", "word", "expected", "meant"),
    [
        ("give 1 bonus pr 10 RUB", "pr", roles("PER", "PER_FULL", "PER_STARTED", "END_OF_LINE"), "PER"),
        ("give 1 bonus per ful 10 RUB", "ful", roles("NUMBER"), "PER_FULL"),
        ("give bonus 1", "bonus", roles("LSQB", "NUMBER", "PERCENT"), None),
        ("give 5% cash", "cash", roles("TO"), None),
        ("from tomorrow", "tomorrow", roles("DATE"), None),
        ("on any produkt", "any", None, "ANY_PRODUCT"),
        ("when status atleast gold", "atleast", roles("A_COMPARISON"), "AT_LEAST"),
        ("when weekday is weekday", "weekday", None, None),
        ('after event "x"', '"x"', roles("NAME"), None),
        ("cap 5 bonus per clendar", "per", roles("S_ITEM", "S_LINE", "S_ORDER", "S_MEMBER", "S_SAME"), None),
    ],
)
def test_L015_a_word_that_does_not_fit(
    line: str, word: str, expected: tuple[Role, ...] | None, meant: str | None
) -> None:
    found = in_earn(line)
    assert isinstance(found, UnexpectedWord)
    assert found.word == word
    if expected is not None:
        assert found.expected == expected
    assert found.suggestion == (Role(meant) if meant else None)
    assert len(found.expected) <= 6


@pytest.mark.parametrize(
    "line",
    [
        "when a is b and c is d or e is f",
        "when a is b or c is d and e is f",
        "when (a is b or c is d and e is f)",
        "when a is b and (c is d or e is f) or g is h",
        "when a between 1 and 2 and c is d or e is f",
        "when any 2 among (a is b or c is d and e is f)",
    ],
)
def test_L016_and_beside_or_needs_brackets(line: str) -> None:
    assert in_earn(line) == MixedAndOr()


def test_the_and_of_a_between_is_not_mixed_with_or() -> None:
    assert reading(file_of("H_EARN", "when a between 1 and 2 or b is yes")).diagnostics == ()
    found = in_earn("when a between 1 or 2")
    assert isinstance(found, UnexpectedWord)
    found = in_earn("when any 2 among (a is b and c is d)")
    assert found == UnexpectedWord("and", roles("OR"), None)


def test_L020_a_row_in_a_block_without_rows() -> None:
    assert problems(file_of("H_EARN", "| a | b |")) == [(4, RowElsewhere(Role("H_EARN")))]


@pytest.mark.parametrize(
    ("line", "rest"),
    [
        ("give 1 bonus per 10 RUB whole amount of it", "whole amount of it"),
        ("expire never ever", "ever"),
        ("after joining 5 bonus", "5 bonus"),
    ],
)
def test_L022_text_behind_a_complete_line(line: str, rest: str) -> None:
    text = file_of("H_EARN", line)
    found = the_one(text)
    if line.startswith("give"):  # a step can go on with `of`
        assert found.problem == UnexpectedWord("whole amount", roles("OF", "END_OF_LINE"), None)
    else:
        assert found.problem == TextAfter(rest.split(" ")[0])
        assert shown(text) == rest


def test_L023_a_word_of_the_language_is_no_name() -> None:
    assert in_earn("after event date") == NameReserved("date", "English")
    assert problems(file_of("H_GROUP", "правило дата", "ru")) == [(4, NameReserved("дата", "Русский"))]


def test_L023_heads_that_are_words_of_another_language() -> None:
    table = "loyalty rules 1\n\ntable t\n  | категория | x |\n  | категория | 1 |\nend\n"
    assert problems(table) == [(4, NameReserved("категория", "Русский"))]
