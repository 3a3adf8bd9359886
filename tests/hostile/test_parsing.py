"""Hostile rule files, by the ids of the threats (P): refused where the limit is passed, within what a refusal may cost.

Each family holds the bytes of the threat as they stand, a megabyte of them, and the nearest form that the language
has, as much of it as a file may hold.
"""

from __future__ import annotations

import pytest

from tests.hostile.driver import accepted, each, refused, run
from tests.hostile.texts import HEAD, LARGEST, MEGABYTE, STRICT_HEAD, block, earn, filled, named

SHOP = 'order store is "a"'
#: The line of the first clause of a rule behind `HEAD`.
CLAUSE = HEAD.count("\n") + 2


def asking(condition: str) -> str:
    return HEAD + earn("a", f"when {condition}")


def nested(levels: int, opening: str = "(", closing: str = ")") -> str:
    return asking(opening * levels + SHOP + closing * levels)


# ---------- depth


def test_P_01_brackets_are_counted_before_anything_is_parsed() -> None:
    raw = "(" * 525_000 + "1" + ")" * 525_000
    found = each(
        "check",
        {
            "as it stands": (raw, "source.size"),
            "65 levels": (nested(65), "limit.depth"),
            "900 levels": (nested(900), "limit.depth"),
            "a line too long": (nested(60_000), "limit.size"),
            "lines of brackets": (HEAD + 'earn a "x"\n' + filled("  when " + "(" * 1_900 + "\n"), "limit.depth"),
            "square ones": (asking("[" * 900 + SHOP + "]" * 900), "limit.depth"),
            "in a cell": (
                HEAD
                + block(
                    'table t "x"', "value rate is number", "| spend since joining | rate |", f"| {'(' * 900} | 1 |"
                ),
                "limit.depth",
            ),
        },
    )
    assert found["65 levels"].place("limit.depth") == f"{CLAUSE}:{len('  when ') + 65}"
    assert found["900 levels"].places == found["65 levels"].places
    assert found["900 levels"].seconds < 0.05
    accepted("check", {"64 levels": nested(64)})


def test_P_02_brackets_that_are_never_closed() -> None:
    found = each(
        "check",
        {
            "as it stands": ("(" * MEGABYTE, "source.size"),
            "a line": (asking("(" * 1_900), "limit.depth"),
            "lines of 64": (HEAD + 'earn a "x"\n' + filled("  when " + "(" * 64 + "\n"), "line.short"),
        },
    )
    assert found["a line"].place("limit.depth") == f"{CLAUSE}:{len('  when ') + 65}"
    assert found["a line"].seconds < 0.05


def test_P_03_chains_of_not() -> None:
    each(
        "check",
        {
            "as it stands": ("not " * 270_000 + "1", "source.size"),
            "without brackets": (asking("not " * 400 + SHOP), "line.word"),
            "65 in brackets": (nested(65, "not ("), "limit.depth"),
            "300 in brackets": (nested(300, "not ("), "limit.depth"),
            "lines of them": (HEAD + 'earn a "x"\n' + filled("  when " + "not " * 450 + "\n"), "line.word"),
        },
    )
    accepted("check", {"64 in brackets": nested(64, "not (")})


def test_P_04_chains_of_signs() -> None:
    each(
        "check",
        {
            "as it stands": ("-" * MEGABYTE + "1", "source.size"),
            "before a number": (HEAD + block('earn a "x"', "give " + "-" * 1_900 + "1 bonus"), "text.character"),
            "between numbers": (HEAD + block('earn a "x"', "give " + "1-" * 900 + "1 bonus"), "number.form"),
            "lines of them": (HEAD + 'earn a "x"\n' + filled("-" * 1_990 + "\n"), "text.character"),
        },
    )


def test_P_05_long_sums_and_long_chains_of_and_and_or() -> None:
    each(
        "check",
        {
            "as it stands": ("1+" * 525_000 + "1", "source.size"),
            "a sum": (HEAD + block('earn a "x"', "give " + "1+" * 900 + "1 bonus"), "text.character"),
            "a chain too long": (asking(" or ".join([SHOP] * 10_000)), "limit.size"),
            "mixed": (asking(" or ".join([SHOP] * 40) + " and " + SHOP), "condition.mixed"),
            "too many words": (HEAD + 'earn a "x"\n' + filled("  when " + "a " * 990 + "\n"), "line.word"),
        },
    )
    accepted(
        "check",
        {
            "a line of or": asking(" or ".join([SHOP] * 85)),
            "a line of and": asking(" and ".join([SHOP] * 80)),
            "nine thousand lines": HEAD + earn("a", *[f"when {SHOP}"] * 8_000),
            "a hundred long lines": HEAD + earn("a", *["when " + " or ".join([SHOP] * 80)] * 100),
        },
    )


def test_P_05_what_rules_ask_in_all_is_bounded_although_each_asks_little() -> None:
    """Sets that include sets ask more with each level; the shortest such file doubles forty times."""
    doubling = block('products n0 "x"', 'where category is "a"') + block('products n1 "x"', 'where category is "b"')
    doubling += "".join(block(f'products {name} "x"', f"include n{i - 1}, n{i - 2}") for i, name in named(40, 2))
    segments = block('segment n0 "x"', "when orders since joining at least 1 order")
    segments += block('segment n1 "x"', "when orders since joining at least 2 orders")
    segments += "".join(
        block(f'segment {name} "x"', f"when in segment n{i - 1} or in segment n{i - 2}") for i, name in named(40, 2)
    )
    for_many = "".join(earn(name, "for " + " or ".join(["in segment n12"] * 90)) for _, name in named(60, 100))
    use = block('earn a "x"', "on n41", "give 1 bonus per 10 RUB")
    limited = {
        "sets": HEAD + doubling + use,
        "segments": HEAD + segments + earn("a", "for in segment n41"),
        "many users": HEAD + segments[: segments.index("segment n13")] + for_many,
        "rules apart": STRICT_HEAD + doubling + use,
    }
    refused("check", limited, "limit.size")


def test_P_06_long_paths() -> None:
    each(
        "check",
        {
            "as it stands": ("a" + ".b" * 525_000, "source.size"),
            "points": (asking("a" + ".b" * 900), "text.character"),
            "a zone": (HEAD.replace("Europe/Moscow", "Europe" + "/Moscow" * 250), "zone.unknown"),
            "a zone too long": (HEAD.replace("Europe/Moscow", "Europe" + "/Moscow" * 9_000), "limit.size"),
            "lines of zones": ("loyalty rules 1\n" + filled("a" + "/b" * 990 + "\n"), "block.outside"),
        },
    )


def test_P_07_calls_in_calls() -> None:
    measure = "spend with ("
    refused("check", {"as it stands": "f(" * 525_000}, "source.size")
    each(
        "check",
        {
            "calls": (asking("f(" * 900), "limit.depth"),
            "a call": (asking("f(" * 60 + ")" * 60), "line.word"),
            "filters in filters": (asking(measure * 60 + SHOP + ") in this order at least 1 RUB" * 60), "limit.size"),
            "filters": (asking(measure * 40 + SHOP + ") ever at least 1 RUB" * 40), "line.word"),
            "many brackets": (asking("spend with " + "(" * 70 + SHOP), "limit.depth"),
        },
    )


def test_P_08_long_lists() -> None:
    stores = ", ".join(f'"{number}"' for number in range(250))
    names = ", ".join(f"n{number}" for number in range(300))
    each(
        "check",
        {
            "as it stands": ("[" + "1," * 525_000 + "1]", "source.size"),
            "a list": (asking("[" + "1," * 900 + "1]"), "number.form"),
            "a list of strings": (asking("[" + '"a", ' * 300 + '"a"]'), "line.word"),
            "a line too long": (asking("order store is one of " + ", ".join(['"a"'] * 1_001)), "limit.size"),
            "names": (HEAD + block('products A "x"', *[f"include {names}"] * 100), "name.unknown"),
            "commas": (HEAD + block('products A "x"', *["include A" + "," * 1_900] * 100), "line.word"),
            "cells": (
                HEAD
                + block(
                    'table t "x"', "value rate is number", "| spend since joining | rate |", *["| 1 " * 490 + "|"] * 100
                ),
                "table.cells",
            ),
        },
    )
    accepted(
        "check", {"sets": HEAD + "".join(earn(name, f"when order store is one of {stores}") for _, name in named(80))}
    )


# ---------- names, strings, characters


def test_P_09_long_names() -> None:
    long = "a" * 65
    found = each(
        "check",
        {
            "as it stands": ("a" * MEGABYTE, "source.size"),
            "65 letters": (HEAD + earn(long), "name.form"),
            "1,900 letters": (HEAD + earn("a" * 1_900), "name.form"),
            "lines of them": (HEAD + 'earn a "x"\n' + filled("  on " + "a" * 1_900 + "\n"), "name.form"),
            "accents": (HEAD + earn("e\u0301" * 900), "text.character"),
        },
    )
    assert found["65 letters"].place("name.form") == f"{HEAD.count(chr(10)) + 1}:6"
    assert all(message.count("a") < 300 for message in found["1,900 letters"].messages)
    accepted("check", {"64 letters": HEAD + earn("a" * 64)})


def test_P_09_what_was_meant_is_not_looked_for_without_end() -> None:
    """Unknown names of 64 letters, each as far from two thousand known ones as a suggestion may be."""
    near = "a" * 43
    known = "".join(block(f'segment {near}{"b" * 17}{i:04} "x"', "supplied by host") for i in range(1_000))
    unknown = "".join(earn(f"r{i}", f"for in segment {near}{'c' * 17}{i:04}") for i in range(500))
    refused("check", {"names": HEAD + known + unknown}, "name.unknown")


def test_P_10_a_string_without_its_closing_quote() -> None:
    found = each(
        "check",
        {
            "as it stands": ('"' + "a" * MEGABYTE, "source.size"),
            "escapes": ('"' + "\\a" * 525_000, "source.size"),
            "a line": (HEAD + block('earn a "x', "on any product"), "string.open"),
            "a long line": (asking('order store is "' + "a" * 1_900), "string.open"),
            "lines of them": (
                HEAD + 'earn a "x"\n' + filled('  when order store is "' + "\\a" * 900 + "\n"),
                "string.open",
            ),
            "closed, too long": (asking('order store is "' + "a" * 1_025 + '"'), "string.long"),
            "in a row": (HEAD + block('table t "x"', '| "' + "a" * 1_900), "string.open"),
            "over lines": (HEAD + block("facts", 'line fact a is one of "b', 'c"'), "string.open"),
        },
    )
    assert found["a line"].place("string.open") == f"{HEAD.count(chr(10)) + 1}:8"  # the opening quote
    assert found["a long line"].place("string.open") == f"{CLAUSE}:{len('  when order store is ') + 1}"
    accepted("check", {"1,024 characters": asking('order store is "' + "a" * 1_024 + '"')})


def test_P_11_comments_of_other_languages() -> None:
    each(
        "check",
        {
            "as it stands": ("/*" + "a" * MEGABYTE, "source.size"),
            "many": ("/*" * 525_000, "source.size"),
            "in a block": (HEAD + 'earn a "x"\n' + filled("  /*" + " a" * 900 + "\n"), "text.character"),
            "many in a line": (HEAD + 'earn a "x"\n' + filled("/*" * 900 + "\n"), "text.character"),
            "outside": (HEAD + "/* a */\n", "text.character"),
        },
    )


@pytest.mark.parametrize("character", ["@", "\0", '"', "\u20ac", "\u202e", "\U0001f600"])
def test_P_12_a_megabyte_of_one_character(character: str) -> None:
    short = character * 1_900
    found = run(
        "check",
        {
            "as it stands": character * MEGABYTE,
            "a line": f"loyalty rules 1\n{short}\n",
            "a line in a block": HEAD + f'earn a "x"\n{short}\n  on any product\n  give 1 bonus per 10 RUB\nend\n',
            "without a version": short,
        },
    )
    assert found["as it stands"].codes == ("source.size",)
    # Quotes close each other: the strings they make have no place there, and that is one mistake as well.
    assert {len(ended.codes) for name, ended in found.items() if name != "as it stands"} == {1}


def test_P_13_a_megabyte_of_nothing() -> None:
    each(
        "check",
        {
            "line breaks": ("\n" * MEGABYTE, "source.size"),
            "comments": ("#\n" * 525_000, "source.size"),
            "as many line breaks as a file may have": ("\n" * LARGEST, "file.empty"),
            "as many comments": ("#\n" * (LARGEST // 2), "file.empty"),
            "behind the version": ("loyalty rules 1\n" + "\n" * (LARGEST - 20), "limit.size"),
            "blanks": ("loyalty rules 1\n" + " " * (LARGEST - 20), "limit.size"),
            "carriage returns": ("\r" * LARGEST, "file.empty"),
        },
    )
    accepted(
        "check",
        {
            "around a programme": "\n" * 100_000 + HEAD + "\n" * 100_000,
            "comments around it": "#\n" * 50_000 + HEAD + "  # a\n" * 20_000,
        },
    )
