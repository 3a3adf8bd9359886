"""What is told of the codes that were presented with an order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from loyalty_rules.codes import PresentedCode
from loyalty_rules.explaining.telling import Telling, listed_of, safe

#: How many codes of an order, and how many rules of one, are told.
_CODES: Final = 20
#: How much of a code is told.
_LENGTH: Final = 40


def told(telling: Telling) -> Iterator[str]:
    """For staff: each code, and what its rules gave or why they gave nothing."""
    codes = telling.decision.codes
    for code in codes[:_CODES]:
        if not code.known:
            yield telling.text("code.unknown", code=safe(code.code, _LENGTH))
            continue
        key = "code.gave" if code.gave else "code.nothing"
        yield telling.text(key, code=safe(code.code, _LENGTH), rules=_rules(telling, code))
    if len(codes) > _CODES:
        yield telling.text("code.more", count=str(len(codes) - _CODES))


def told_to_member(telling: Telling) -> Iterator[str]:
    """For the member: the codes that gave nothing, and why."""
    for code in telling.decision.codes[:_CODES]:
        if not code.known:
            yield telling.text("code.member_unknown", code=safe(code.code, _LENGTH))
        elif not code.gave:
            outcomes = dict.fromkeys(telling.words.table.text(one.outcome.value) for one in code.rules)
            yield telling.text("code.member_nothing", code=safe(code.code, _LENGTH), why=", ".join(outcomes))


def _rules(telling: Telling, code: PresentedCode) -> str:
    """Those of its rules that gave something; else all of them, with what became of each."""
    if code.gave:
        return telling.quoted(*(one.rule for one in code.rules if one.gave))
    listed = [
        telling.text("code.rule", rule=telling.quoted(one.rule), outcome=telling.words.table.text(one.outcome.value))
        for one in code.rules[:_CODES]
    ]
    return listed_of(telling, listed, len(code.rules))
