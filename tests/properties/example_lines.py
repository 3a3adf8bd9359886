"""The rule files of `examples/` as sketches: lines of roles, each word of the file under its own name."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Final

from loyalty_rules.lang.lexer import lex
from loyalty_rules.lang.phrases import phrase_tables
from loyalty_rules.lang.tokens import LineKind, Token
from loyalty_rules.lang.version import find_version
from loyalty_rules.source import decode

EXAMPLES: Final = Path(__file__).resolve().parents[2] / "examples"
#: What stands in a sketch as it stands in a file.
_AS_WRITTEN: Final = frozenset({"NAME", "STRING", "PERCENT", "DATE", "TIME", "ZONE", "DURATION", "YEARDAY"})
_MARKS: Final = {"COMMA": ",", "LPAR": "(", "RPAR": ")", "LSQB": "[", "RSQB": "]"}


def sketched(path: Path) -> tuple[tuple[str, ...], ...]:
    """The blocks of a rule file: a header and its lines."""
    source = decode(path.read_bytes(), path.name)
    tables = phrase_tables()
    table = find_version(source, tables).table or tables["en"]
    lines, _ = lex(source, table)
    blocks: list[list[str]] = []
    for line in lines:
        if line.kind is LineKind.CLAUSE:
            words = " ".join(map(_word, line.tokens)).replace(" ,", ",")
            if line.tokens[0].role.startswith("H_"):
                blocks.append([])
            if blocks and words != "END":
                blocks[-1].append(words)
    return tuple(map(tuple, blocks))


def _word(token: Token) -> str:
    if token.role == "NUMBER" and isinstance(token.value, Fraction):
        return str(token.value) if token.value.denominator == 1 else token.text
    if token.role in _AS_WRITTEN:
        return token.text
    return _MARKS.get(token.role, token.role)
