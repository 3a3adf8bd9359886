"""Builds the parse tables from the grammar page, once, as data: `python -m loyalty_rules.lang.tables`.

Lark turns `grammar/loyalty.lark` into LALR(1) tables; they are kept in `grammar/parse_tables.json`, so that no start of
a program pays for them. The bytes depend on the grammar alone: states are numbered in the order in which they are
reached, symbols by name. A conflict in the grammar is an error.
"""

from __future__ import annotations

import json
import re
import sys
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from typing import Any, Final

from lark import Lark
from lark.lexer import Lexer
from lark.parsers.lalr_analysis import Shift

from loyalty_rules.lang.phrases import PhraseTable, phrase_tables

#: What a line can be read as. A start symbol that no block has: `head` and `cell` are for tables.
STARTS: Final = (
    "header",
    "programme",
    "facts",
    "event",
    "purse",
    "products",
    "segment",
    "table",
    "partner",
    "tiers",
    "membership",
    "earn",
    "boost",
    "offer",
    "redeem",
    "reward",
    "perk",
    "conversion",
    "challenge",
    "referral",
    "draw",
    "contest",
    "group",
    "never",
    "budget",
    "experiment",
    "change",
    "promise",
    "example",
    "head",
    "cell",
)

#: The kinds of tokens that are no phrases.
LITERALS: Final = frozenset(
    {"NAME", "STRING", "NUMBER", "PERCENT", "DATE", "TIME", "ZONE", "DURATION", "YEARDAY", "COMMA"}
    | {"LPAR", "RPAR", "LSQB", "RSQB"}
)

TABLES_FILE: Final = "parse_tables.json"
_GRAMMAR_FILE: Final = "loyalty.lark"
_TERMINAL: Final = re.compile(r"\b[A-Z][A-Z0-9_]+\b")
_COMMENT: Final = re.compile(r"//.*")

#: A state: for each symbol either (True, next state) or (False, rule).
_States = Mapping[Any, Mapping[str, tuple[bool, Any]]]


class _NoLexer(Lexer):
    """Stands where Lark wants a lexer; the tokens come from loyalty_rules.lang.lexer."""

    def __init__(self, lexer_conf: object) -> None:
        """Lark hands over the terminals; they are of no use here."""

    def lex(self, lexer_state: object, parser_state: object) -> Iterator[Any]:
        """Never called: only the tables are wanted."""
        return iter(())


def grammar_text() -> str:
    """The grammar page that comes with the package."""
    return resources.files("loyalty_rules.grammar").joinpath(_GRAMMAR_FILE).read_text(encoding="utf-8")


def terminals_of(grammar: str) -> frozenset[str]:
    """The terminals that a grammar page uses."""
    return frozenset(_TERMINAL.findall(_COMMENT.sub("", grammar)))


def unknown_terminals(grammar: str, tables: Mapping[str, PhraseTable]) -> frozenset[str]:
    """Terminals of the grammar that are neither a literal nor a role of every phrase table."""
    known = frozenset.intersection(*(frozenset(table.forms) for table in tables.values()))
    return terminals_of(grammar) - known - LITERALS


def build(grammar: str, starts: Sequence[str] = STARTS) -> str:
    """The tables of a grammar page as text. Raises lark's `GrammarError` where the grammar is wrong or not LALR(1)."""
    declared = f"%declare {' '.join(sorted(terminals_of(grammar)))}\n"
    lark = Lark(
        f"{grammar}\n{declared}",
        parser="lalr",
        lexer=_NoLexer,
        start=list(starts),
        maybe_placeholders=False,
        keep_all_tokens=True,
        strict=True,
    )
    table = lark.parser.parser._parse_table  # there is no public way to the tables
    states = {
        state: {symbol: (action is Shift, argument) for symbol, (action, argument) in actions.items()}
        for state, actions in table.states.items()
    }
    return _written(states, table.start_states, table.end_states)


def _written(states: _States, starts: Mapping[str, Any], ends: Mapping[str, Any]) -> str:
    order = _reached(states, [starts[start] for start in sorted(starts)])
    number = {state: index for index, state in enumerate(order)}
    rules = sorted({_rule(argument) for state in order for shift, argument in states[state].values() if not shift})
    rule_number = {rule: index for index, rule in enumerate(rules)}
    names = {name for origin, expansion, _ in rules for name in (origin, *expansion)}
    symbols = sorted(names | {symbol for state in order for symbol in states[state]})
    symbol_number = {symbol: index for index, symbol in enumerate(symbols)}

    def actions(state: Any) -> list[int]:
        found = []
        for symbol, (shift, argument) in sorted(states[state].items()):
            target = number[argument] if shift else -1 - rule_number[_rule(argument)]
            found += [symbol_number[symbol], target]
        return found

    pages = {
        "symbols": [json.dumps(symbols)],
        "rules": [_line([builder, symbol_number[a], [symbol_number[b] for b in rest]]) for a, rest, builder in rules],
        "starts": [_line([start, number[starts[start]], number[ends[start]]]) for start in sorted(starts)],
        "states": [_line(actions(state)) for state in order],
    }
    pages["symbols"] = [_line(symbol) for symbol in symbols]
    body = ",\n".join(f'"{name}": [\n' + ",\n".join(lines) + "\n]" for name, lines in pages.items())
    return "{\n" + body + "\n}\n"


def _line(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


def _rule(rule: Any) -> tuple[str, tuple[str, ...], str]:
    """Origin, symbols, builder of one of lark's rules. A helper rule of a repetition starts with two underscores."""
    origin = str(rule.origin.name)
    return origin, tuple(str(symbol.name) for symbol in rule.expansion), str(rule.alias or origin)


def _reached(states: _States, starts: Sequence[Any]) -> list[Any]:
    order = list(dict.fromkeys(starts))
    seen = set(order)
    waiting = deque(order)
    while waiting:
        for _, (shift, target) in sorted(states[waiting.popleft()].items(), key=lambda item: item[0]):
            if shift and target not in seen:
                seen.add(target)
                order.append(target)
                waiting.append(target)
    return order


def main() -> int:
    """Writes the tables beside the grammar; 1 where the grammar uses a word that no phrase table has."""
    grammar = grammar_text()
    unknown = unknown_terminals(grammar, phrase_tables())
    if unknown:
        sys.stderr.write(f"not in every phrase table: {', '.join(sorted(unknown))}\n")
        return 1
    with resources.as_file(resources.files("loyalty_rules.grammar")) as folder:
        folder.joinpath(TABLES_FILE).write_text(build(grammar), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
