"""The reasons for which a phrase is not asked, held to what the files do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from importlib import resources
from itertools import islice
from typing import Final

from loyalty_rules.lang.phrases import phrase_tables
from loyalty_rules.lang.tables import TABLES_FILE
from tests.cases.role_cases import examined, roles_by_line, roles_in, table
from tests.properties.role_asked import Asked, asked, rules_of
from tests.properties.role_histories import histories
from tests.properties.role_telling import told
from tests.properties.role_variants import variants, without_line, writings

#: In so many cases a phrase that changes nothing is looked at, with so many histories each.
_CASES: Final = 4
_HISTORIES: Final = 12


def broken(held: str, role: str) -> str:
    """What is not true of a reason; "" where it holds. Raises `ValueError` for a phrase that stands in no case."""
    return {"needed": _not_needed, "silent": _not_silent, "example": _outside_examples}[held](role)


def _not_needed(role: str) -> str:
    """A file that is read without a line of the phrase, or with another phrase in its place."""
    for one in islice(_standing(role), 1):
        for _, (how, text) in without_line(one.text, role, openings=True):
            if examined(text)[0] is not None:
                return f"{how}: the file is read\n{text}"
        for how, text in writings(one):
            if _lacks(text, one) and one.programme(text) is not None:
                return f"{how}: the file is read\n{text}"
    return ""


def _lacks(text: str, one: Asked) -> bool:
    """Whether a file has a phrase less often; one that cannot be read into phrases has not."""
    try:
        before, after = (sum(one.role in roles for roles in roles_by_line(each)) for each in (one.text, text))
    except AssertionError:
        return False
    return after < before


def _not_silent(role: str) -> str:
    """A history of which something else comes without the phrase."""
    tried = 0
    for one in _standing(role):
        programme = one.programme(one.text)
        if programme is None:
            continue
        for variant in variants(one):
            for history in islice(histories(one.case, _HISTORIES), _HISTORIES):
                tried += 1
                own, other = told(programme, history), told(variant.programme, history)
                if own != other:
                    return f"{variant.how}: {own}, not {other}"
    return "" if tried else "nothing was tried"


def _outside_examples(role: str) -> str:
    """Where a phrase stands without an example."""
    if role in _of(frozenset({"example", "header", "head"})):
        return "the grammar has it outside examples"
    if role in _of(frozenset({"example", "header"})) and _heads_a_column(role):
        return "it heads a column of a table of the programme"
    case = table()[role]
    if case.structural:
        return ""
    programme, without = examined(case.pair[0])[0], examined(rules_of(case.pair[0]))[0]
    same = programme is not None and without is not None and programme.fingerprint == without.fingerprint
    return "" if same else f"without the example the file means something else\n{case.pair[0]}"


def _standing(role: str) -> Iterator[Asked]:
    """The phrase in its own case and in the first others in whose rules it stands."""
    own = table()[role]
    cases = [own, *(case for case in table().values() if case.role != role)]
    standing = (case for case in cases if not case.structural and role in _roles_of(rules_of(case.pair[0])))
    found = [asked(role, case) for case in islice(standing, _CASES)]
    if not found:
        raise ValueError(f"{role} stands in no case")
    return iter(found)


def _heads_a_column(role: str) -> bool:
    """Whether a table of a programme has such a column; those of examples are read by the same grammar."""
    text, head = asked("OTHERWISE").text, "| category | rate |"
    other = text.replace(head, f"| {phrase_tables()['en'].text(role)} | rate |")
    return other == text or examined(other)[0] is not None


@cache
def _roles_of(text: str) -> frozenset[str]:
    return frozenset(roles_in(text))


@cache
def _of(left_out: frozenset[str]) -> frozenset[str]:
    """The phrases that the grammar has in its lines and heads, but for those left out."""
    page = json.loads(resources.files("loyalty_rules.grammar").joinpath(TABLES_FILE).read_text(encoding="utf-8"))
    parts: dict[str, set[str]] = {}
    for _, origin, symbols in page["rules"]:
        parts.setdefault(page["symbols"][origin], set()).update(page["symbols"][symbol] for symbol in symbols)
    found: set[str] = set()
    ahead = [start for start, *_ in page["starts"] if start not in left_out]
    while ahead:
        symbol = ahead.pop()
        if symbol not in found:
            found.add(symbol)
            ahead += parts.get(symbol, ())
    return frozenset(found)
