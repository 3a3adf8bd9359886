"""Rule files that differ from a case by one clause: by a phrase, a number or a line, and never by a block.

What can stand in the place of a phrase is asked of the grammar. A line is taken out where the file still loads without
it. What more than one line says is written by hand, in role_pairs.toml.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import cache
from importlib import resources
from typing import Final, NamedTuple

from loyalty_rules import Programme
from loyalty_rules.lang.lexer import lex
from loyalty_rules.lang.phrases import phrase_tables
from loyalty_rules.lang.tables import TABLES_FILE
from loyalty_rules.source import Source
from tests.cases.role_cases import Case, file, roles_by_line
from tests.properties.role_asked import Asked, rules_of, written

#: A number of its own: no part of a date, a time, a name or a text.
_NUMBER: Final = re.compile(r"(?<![-\w.,:\"])\d+(?:[ \u00a0]\d{3})*(?:\.\d+)?(?![-\w.:\"])")

#: The phrases that stand within a token.
_PART: Final = re.compile(r"MO\d\d|DAYS|WEEKS|MONTHS|YEARS|HOURS|MINUTES")
BY_HAND: Final = "as written by hand"


class Variant(NamedTuple):
    """A rule file that does not have the clause, or has another one in its place."""

    how: str
    text: str
    programme: Programme


def variants(one: Asked) -> Iterator[Variant]:
    """The rule files without the clause of a phrase or with another one, the nearest first; without those that have an
    error. Raises `ValueError` for one that is written by hand and has one, or takes more than its lines."""
    for how, text in writings(one):
        programme = one.programme(text)
        if programme is not None:
            yield Variant(how, text, programme)
        elif how == BY_HAND:
            raise ValueError(f"{one.role}: what is written by hand has an error")


def writings(one: Asked) -> Iterator[tuple[str, str]]:
    """What may be written without the clause, read or not: each with one line changed, and no block taken out."""
    seen = {one.text}
    for how, text in _listed(one):
        if text in seen:
            continue
        seen.add(text)
        lines = one.lines if how == BY_HAND else 1
        if clauses_apart(one.text, text) <= lines and openings(one.text) == openings(text):
            yield how, text
        elif how == BY_HAND:
            raise ValueError(f"{one.role}: more than {lines} lines, or a block")


def _listed(one: Asked) -> Iterator[tuple[str, str]]:
    """A phrase that opens its line is the clause: the line is taken out, and where the file needs it, another clause
    stands there. Of a phrase within a line, the line says more: that comes later."""
    text, role = one.text, one.role
    if one.instead:
        yield BY_HAND, written(text, one.instead)
    lines = list(without_line(text, role))
    opening = [other for opens, other in lines if opens]
    yield from opening
    if all(one.programme(other) is None for _, other in opening):
        yield from _replaced(text, role)
    yield from _numbers(text, role, next_to_it=True)
    yield from (other for opens, other in lines if not opens)
    yield from _as_the_case_has_it(one.case)
    yield from _numbers(text, role, next_to_it=False)


def clauses_apart(text: str, other: str) -> int:
    """In how many lines two files differ; a line that became another one counts once."""
    one, two = ([line for line in each.split("\n") if line.strip()] for each in (text, other))
    changes = SequenceMatcher(None, one, two, autojunk=False).get_opcodes()
    return sum(max(b - a, d - c) for kind, a, b, c, d in changes if kind != "equal")


def openings(text: str) -> list[str] | None:
    """The first lines of the blocks; None for a text that is not made of phrases."""
    try:
        roles = roles_by_line(text)
    except AssertionError:
        return None
    return [line for line, found in zip(text.split("\n"), roles, strict=True) if _opens(found)]


def _opens(roles: set[str]) -> bool:
    return any(role.startswith("H_") for role in roles)


@cache
def _instead(role: str) -> tuple[str, ...]:
    """Phrases of which the grammar takes one where it takes this one."""
    found = [other for choice in _choices() if role in choice for other in choice]
    return tuple(other for other in dict.fromkeys(found) if other != role)


@cache
def _choices() -> tuple[tuple[str, ...], ...]:
    """Of each symbol of the grammar the phrases that it can be, each alone, in the order of the phrase table."""
    page = json.loads(resources.files("loyalty_rules.grammar").joinpath(TABLES_FILE).read_text(encoding="utf-8"))
    symbols, places = page["symbols"], phrase_tables()["en"].places
    found: dict[str, set[str]] = {}
    for _, origin, parts in page["rules"]:
        if len(parts) == 1 and symbols[parts[0]] in places:
            found.setdefault(symbols[origin], set()).add(symbols[parts[0]])
    return tuple(tuple(sorted(found[symbol], key=lambda role: places[role])) for symbol in sorted(found))


class _Stands(NamedTuple):
    """Where a phrase stands in a text, from where to where, and in which form of it."""

    start: int
    end: int
    form: int


@cache
def _stands(text: str, role: str) -> tuple[_Stands, ...]:
    """Where a phrase stands, from the end on: the lines of a case are behind those that all cases have."""
    table = phrase_tables()["en"]
    forms, found = table.forms[role], []
    for token in (token for line in lex(Source("case", text), table)[0] for token in line.tokens):
        start, said = token.span.start, text[token.span.start : token.span.end]
        word = _within(said).get(role)
        if word is not None:
            start, said = start + said.index(word), word
        elif token.role != role or isinstance(token.value, tuple):
            continue
        found.append(_Stands(start, start + len(said), forms.index(said) if said in forms else 0))
    return tuple(reversed(found))


def _within(said: str) -> dict[str, str]:
    """The units and months within a duration or a day of the year, which are one token: by phrase, its word."""
    if not re.match(r"\d+ \w+$|last day of \w+$", said):
        return {}
    word, forms = said.split()[-1], phrase_tables()["en"].forms
    return {role: word for role in forms if word in forms[role] and _PART.fullmatch(role)}


def _replaced(text: str, role: str) -> Iterator[tuple[str, str]]:
    """The file with another phrase in the place of one, or with none."""
    table = phrase_tables()["en"]
    for place in _stands(text, role):
        for other in _instead(role):
            forms = table.forms[other]
            form = forms[min(place.form, len(forms) - 1)]
            yield f"`{form}` instead", text[: place.start] + form + text[place.end :]
        before = text[: place.start].rpartition("\n")[2]
        if before.strip():
            yield "the phrase taken out", f"{text[: place.start].rstrip()} {text[place.end :].lstrip(' ')}"


def without_line(text: str, role: str, *, openings: bool = False) -> Iterator[tuple[bool, tuple[str, str]]]:
    """The file without a line that has the phrase, and whether the phrase opens it. `openings`: those of blocks too."""
    roles = roles_by_line(text)
    lines = text.split("\n")
    forms = phrase_tables()["en"].forms[role]
    for place in reversed(range(len(lines))):
        if role in roles[place] and (openings or not _opens(roles[place])):
            left = "\n".join([*lines[:place], *lines[place + 1 :]])
            yield lines[place].strip().startswith(forms), ("the line taken out", left)


def _as_the_case_has_it(case: Case) -> Iterator[tuple[str, str]]:
    """The file that the case itself sets against it."""
    if not case.other:
        return
    own = {key: getattr(case, key) for key in ("earn", "blocks", "programme", "purse")}
    yield "as the case has it", rules_of(file({**own, **case.other}, case.acts))


def _numbers(text: str, role: str, *, next_to_it: bool) -> Iterator[tuple[str, str]]:
    """The file with another number right behind the phrase; or with another one of its line, the nearest first."""
    for place in _stands(text, role):
        start = text.rfind("\n", 0, place.start) + 1
        end = text.find("\n", place.end)
        found = [(one.start() + start, one[0]) for one in _NUMBER.finditer(text[start:end])]
        for at, number in sorted(found, key=lambda one: (one[0] < place.start, abs(one[0] - place.start))):
            near = at >= place.end and not text[place.end : at].strip()
            if near is next_to_it:
                for other in _others(number):
                    yield f"{other} for {number}", f"{text[:at]}{other}{text[at + len(number) :]}"


def _others(number: str) -> list[str]:
    plain = number.replace(" ", "").replace("\u00a0", "")
    if "." in plain:
        return [f"1{plain}"]
    whole = int(plain)
    return [str(2 * whole), str(whole // 2), str(whole + 1)]
