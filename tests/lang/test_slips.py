"""A slip of the finger in a phrase never gives a line that reads well and says something else.

Two guards: long phrases that can stand in one slot are at least three edits apart; and in the sample lines every word
of a phrase is replaced by every word of the language that one slip makes of it, by no word at all, and torn in two.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from itertools import combinations

import pytest

from loyalty_rules.lang import parser
from loyalty_rules.lang.lexer import tokens_of
from loyalty_rules.lang.phrases import PhraseTable, phrase_tables
from loyalty_rules.lang.syntax import Name, SyntaxTree, TimeZone
from tests.lang.samples import SAMPLES, Sample, file_of
from tests.lang.support import reading

UNKNOWN = {"en": "qqq", "ru": "щщщ"}


def distance(left: str, right: str) -> int:
    """Edits between two texts: a letter more, less, another, or two neighbours swapped."""
    before: list[int] = []
    above = list(range(len(right) + 1))
    for row, here in enumerate(left, 1):
        current = [row]
        for column, there in enumerate(right, 1):
            cost = min(above[column] + 1, current[-1] + 1, above[column - 1] + (here != there))
            if row > 1 and column > 1 and here == right[column - 2] and left[row - 2] == there:
                cost = min(cost, before[column - 2] + 1)
            current.append(cost)
        before, above = above, current
    return above[-1]


def slots() -> set[frozenset[str]]:
    """For every state of the grammar the terminals that can stand there."""
    states = parser._engine().states.values()
    return {frozenset(symbol for symbol in actions if symbol.isupper()) for actions in states}


def near_pairs(table: PhraseTable, limit: int, letters: int) -> set[tuple[str, str]]:
    """Phrases of different roles in one slot, both with so many letters, nearer than the limit."""
    found = set()
    pairs = {pair for slot in slots() for pair in combinations(sorted(slot & table.forms.keys()), 2)}
    for one, other in pairs:
        for left in table.forms[one]:
            for right in table.forms[other]:
                long = min(len(left.replace(" ", "")), len(right.replace(" ", ""))) >= letters
                if long and abs(len(left) - len(right)) < limit and distance(left, right) < limit:
                    found.add((left, right))
    return found


#: The days of the week are what they are: two edits apart, so the slips below do not lead from one to the other.
CALENDAR = {"en": {("monday", "sunday"), ("tuesday", "thursday")}, "ru": set[tuple[str, str]]()}


@pytest.mark.parametrize("language", ["en", "ru"])
def test_long_phrases_of_one_slot_differ_by_three_edits(language: str) -> None:
    assert near_pairs(phrase_tables()[language], 3, 6) == CALENDAR[language]


@pytest.mark.parametrize("language", ["en", "ru"])
def test_no_two_long_phrases_of_one_slot_are_one_slip_apart(language: str) -> None:
    assert near_pairs(phrase_tables()[language], 2, 6) == set()


def test_near_phrases_would_be_found() -> None:
    assert distance("item", "items") == 1
    assert distance("no prize", "on prize") == 1
    assert near_pairs(phrase_tables()["en"], 30, 6) != set()


@cache
def neighbours(language: str) -> dict[str, tuple[str, ...]]:
    """For each word of the phrases the others that one slip makes of it."""
    table = phrase_tables()[language]
    words = sorted({word for forms in table.forms.values() for form in forms for word in form.split(" ")})
    found: dict[str, list[str]] = {word: [] for word in words}
    for left, right in combinations(words, 2):
        if abs(len(left) - len(right)) < 2 and distance(left, right) == 1:
            found[left].append(right)
            found[right].append(left)
    return {word: tuple(near) for word, near in found.items()}


def slips(line: str, language: str) -> Iterator[str]:
    """The line with one slip in a word of a phrase."""
    table = phrase_tables()[language]
    phrases = [
        token for token in tokens_of(line, 0, table).tokens if token.role in (*table.forms, "DURATION", "YEARDAY")
    ]
    for token in phrases:
        start = token.span.start
        for word in line[token.span.start : token.span.end].split(" "):
            end = start + len(word)
            if not word[0].isdigit():
                torn = [f"{word[:cut]} {word[cut:]}" for cut in range(1, len(word))]
                known = neighbours(language)
                torn = [parts for parts in torn if all(part in known for part in parts.split(" "))]
                for other in (UNKNOWN[language], *known[word], *torn):
                    yield line[:start] + other + line[end:]
                if end < token.span.end:  # without the space behind it
                    yield line[:end] + line[end + 1 :]
            start = end + 1


def names_in(node: object) -> set[str]:
    """The names, of zones too, that a tree, or a part of one, speaks of."""
    if isinstance(node, Name):
        return {node.text}
    if isinstance(node, TimeZone):
        return {node.zone}
    if isinstance(node, tuple):
        return {name for item in node for name in names_in(item)}
    if is_dataclass(node):
        return {name for part in fields(node) for name in names_in(getattr(node, part.name))}
    return set()


def read_as(sample: Sample, line: str, language: str) -> SyntaxTree | None:
    found = reading(file_of(sample.block, line, language))
    return None if found.diagnostics else found.tree


@pytest.mark.parametrize("language", ["en", "ru"])
def test_no_slip_reads_as_something_else(language: str) -> None:
    misread = set()
    for sample in SAMPLES:
        line = sample.english if language == "en" else sample.russian
        meant = read_as(sample, line, language)
        assert meant is not None
        for slip in slips(line, language):
            tree = read_as(sample, slip, language)
            # A name that the line did not have before is declared nowhere, and no zone: the checker refuses it.
            if tree is not None and tree != meant and names_in(tree) <= names_in(meant):
                misread.add(slip)
    assert misread == set()


def test_slips_are_made() -> None:
    made = set(slips("give 5 bonus per 1 item", "en"))
    assert {"qqq 5 bonus per 1 item", "give 5 bonus per 1 items", "give 5 bonus qqq 1 item"} <= made
    assert "anyproduct" in "".join(slips("on any product", "en"))
