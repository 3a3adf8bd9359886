"""Reads a rule file: text to syntax tree, with everything that is wrong on the way.

The parse tables were built by Lark and lie in `grammar/parse_tables.json`; Lark's engine runs them over our tokens, one
line at a time, and our builders make the nodes. Lark is imported when the first line is parsed, not before.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Final

# With this module, and not when the first file is read: threads that import modules which import each other, all at
# once, may find themselves in a deadlock.
from lark.exceptions import UnexpectedToken
from lark.grammar import NonTerminal, Rule, Terminal
from lark.parsers.lalr_analysis import IntParseTable, Reduce, Shift
from lark.parsers.lalr_parser_state import ParseConf, ParserState

from loyalty_rules.diagnostics import Diagnostic, in_reading_order
from loyalty_rules.errors import SettingsError
from loyalty_rules.lang.blocks import Parse, assemble, start_of
from loyalty_rules.lang.building.clauses import BUILDERS
from loyalty_rules.lang.celltexts import CellReader
from loyalty_rules.lang.expressions import Builder
from loyalty_rules.lang.lexer import ReadLine, Reserved, lex, reserved_words, tokens_of, too_large
from loyalty_rules.lang.mistakes import END, Stuck, explain
from loyalty_rules.lang.phrases import PhraseTable, phrase_tables
from loyalty_rules.lang.repeating import Repeating
from loyalty_rules.lang.syntax import CellValue, Delivery, Operand, OrderLine, SyntaxTree
from loyalty_rules.lang.tokens import Line, Token
from loyalty_rules.lang.version import VERSION, find_version
from loyalty_rules.limits import LIMITS, Limits
from loyalty_rules.problems.reading import EmptyFile
from loyalty_rules.source import Source, Span
from loyalty_rules.values import frozen

_TABLES_FILE: Final = "parse_tables.json"


@frozen
class Reading:
    """A file as read: its tree without what could not be read, its mistakes in reading order, its lines."""

    tree: SyntaxTree
    diagnostics: tuple[Diagnostic, ...]
    lines: tuple[Line, ...]


def read(
    source: Source,
    tables: Mapping[str, PhraseTable] | None = None,
    limits: Limits = LIMITS,
    *,
    read_line: ReadLine | None = None,
    parse: Parse | None = None,
) -> Reading:
    """Reads a rule file in the language that its first line names. Never raises for what a file says.

    `tables`: the phrase tables by language code, those of the package without it. `read_line` and `parse`: those of the
    lexer and of this module without them; they come to the same.
    """
    known = phrase_tables() if tables is None else tables
    nothing = SyntaxTree(next(iter(known)), VERSION, ())
    large = too_large(source, limits)
    if large is not None:
        return Reading(nothing, (large,), ())
    version = find_version(source, known)
    found = [version.mistake] if version.mistake is not None else []
    table = version.table
    if table is None:
        return Reading(nothing, tuple(found), ())
    reserved = _reserved(table, known)
    repeating = Repeating(_parse)
    lines, mistakes = lex(source, table, reserved, version.line, limits, read_line or repeating.line)
    reader = cell_reader(table, known)
    blocks, more = assemble(lines, table, parse or repeating.parse, openers(), reader, limits.blocks)
    found += [*mistakes, *more]
    if not found and not blocks:
        found.append(Diagnostic(EmptyFile(), source.line_span(version.line)))
    return Reading(SyntaxTree(table.language, VERSION, blocks), in_reading_order(found), lines)


def cell_reader(table: PhraseTable, tables: Mapping[str, PhraseTable]) -> CellReader:
    """Reads cells of a file in the language of `table`."""
    others = tuple(other for other in tables.values() if other.language != table.language)
    return CellReader(table, others, _reserved(table, tables), parse)


def _reserved(table: PhraseTable, tables: Mapping[str, PhraseTable]) -> Reserved:
    """The reserved words of a language; those of the package's own tables are worked out once."""
    return _own_reserved(table.language) if tables is phrase_tables() else reserved_words(table, tables.values())


@cache
def _own_reserved(language: str) -> Reserved:
    tables = phrase_tables()
    return reserved_words(tables[language], tables.values())


def parse_head(text: str, span: Span, table: PhraseTable) -> Operand | Delivery | OrderLine | Diagnostic:
    """The head of a column: what its cells are compared with, a name, `delivery`, or `order line`. `span`: where the
    text stands."""
    found: Operand | Delivery | OrderLine | Diagnostic = _parse_text("head", text, span, table)
    return found


def parse_cell(text: str, span: Span, table: PhraseTable) -> CellValue | Diagnostic:
    """A cell as a value or range. Data of a text column may read as nothing; then there is a diagnostic to ignore."""
    found: CellValue | Diagnostic = _parse_text("cell", text, span, table)
    return found


def _parse_text(start: str, text: str, span: Span, table: PhraseTable) -> Any:
    lexed = tokens_of(text, span.start, table, opening=False)
    if lexed.mistake is not None:
        return lexed.mistake
    read = parse(start, lexed.tokens)
    return explain(read, lexed.tokens, table, span) if isinstance(read, Stuck) else read


# ---------- the tables, and Lark's engine over them


@frozen
class _Engine:
    """What a parse needs. `states`: for each state and symbol an action of Lark's, (shift, state) or (reduce, rule)."""

    states: Mapping[int, Mapping[str, tuple[Any, Any]]]
    configurations: Mapping[str, ParseConf[int]]
    shift: Any
    new_state: Callable[[Any, Any], Any]
    unexpected: type[Exception]


class _Spliced(list[Any]):
    """What a repetition matched: its items stand among those of the rule around it."""


def parse(start: str, tokens: Sequence[Token]) -> Any:
    """What tokens say as a `start` of the grammar: a node (for `header` a Header), or `Stuck`."""
    engine = _engine()
    state = engine.new_state(engine.configurations[start], None)
    place = -1
    try:
        for place, token in enumerate(tokens):  # noqa: B007 - where it stands when a token does not fit
            state.feed_token(token)
        place = len(tokens)
        return state.feed_token(_AT_END, True)
    except engine.unexpected:
        return _stuck(engine, start, tokens, place)


def _stuck(engine: _Engine, start: str, tokens: Sequence[Token], place: int) -> Stuck:
    """What could stand at a place where a token does not fit, and before the token in front of it. Read anew up to
    there: stacks that are copied at every token cost a long line the square of its length."""
    state = engine.new_state(engine.configurations[start], None)
    before: tuple[int, ...] = ()
    for token in tokens[:place]:
        if token is tokens[place - 1]:
            before = tuple(state.state_stack)
        state.feed_token(token)
    return Stuck(place, _accepted(start, tuple(state.state_stack)), _accepted(start, before))


def openers() -> Mapping[str, frozenset[str]]:
    """By the role of each header, the terminals that can open a line of its blocks."""
    return _openers()


#: For those that are given another one by this name.
_parse: Final = parse
_AT_END: Final = Token(END, "", Span(0, 0))


@cache
def _openers() -> Mapping[str, frozenset[str]]:
    engine = _engine()
    headers = _accepted("header", (engine.configurations["header"].start_state,))
    starts = {header: engine.configurations[start_of(header)].start_state for header in sorted(headers)}
    return MappingProxyType({header: _accepted(start_of(header), (state,)) for header, state in starts.items()})


@lru_cache(maxsize=1_024)
def _accepted(start: str, stack: tuple[int, ...]) -> frozenset[str]:
    """The terminals that can follow, END among them, for a stack of states. Lines with one mistake share one stack."""
    if not stack:
        return frozenset()
    engine = _engine()
    terminals = (symbol for symbol in engine.states[stack[-1]] if symbol.isupper())
    return frozenset(symbol for symbol in terminals if _takes(engine, start, list(stack), symbol))


def _takes(engine: _Engine, start: str, stack: list[int], terminal: str) -> bool:
    """Whether a terminal can be shifted, or for END all be reduced to the start symbol."""
    last = engine.configurations[start].end_state
    while (entry := engine.states[stack[-1]].get(terminal)) is not None:
        action, target = entry
        if action is engine.shift:
            return True
        if target.expansion:
            del stack[-len(target.expansion) :]
        stack.append(engine.states[stack[-1]][target.origin.name][1])
        if terminal == END and stack[-1] == last:
            return True
    return False


@cache
def _engine() -> _Engine:
    """Loads the tables into Lark's machinery."""

    text = resources.files("loyalty_rules.grammar").joinpath(_TABLES_FILE).read_text(encoding="utf-8")
    data = json.loads(text)
    names: list[str] = data["symbols"]
    symbols = [Terminal(name) if name.isupper() else NonTerminal(name) for name in names]
    rules = []
    callbacks = {}
    for builder, origin, expansion in data["rules"]:
        rule = Rule(NonTerminal(names[origin]), [symbols[symbol] for symbol in expansion])
        rules.append(rule)
        callbacks[rule] = _callback(builder, [names[symbol] for symbol in expansion])
    states = {
        number: {
            names[symbol]: (Shift, target) if target >= 0 else (Reduce, rules[-1 - target])
            for symbol, target in zip(actions[::2], actions[1::2], strict=True)
        }
        for number, actions in enumerate(data["states"])
    }
    first = {start: state for start, state, _ in data["starts"]}
    last = {start: state for start, _, state in data["starts"]}
    make_table: Any = IntParseTable  # untyped
    table = make_table(states, first, last)
    made: Any = callbacks  # Lark's type for these speaks of trees
    configurations = {start: ParseConf[int](table, made, start) for start in first}
    return _Engine(states, MappingProxyType(configurations), Shift, ParserState, UnexpectedToken)


def _callback(builder: str, expansion: Sequence[str]) -> Builder:
    if _is_repetition(builder):
        return lambda children: _Spliced(_flat(children))
    build = BUILDERS.get(builder)
    repeats = any(map(_is_repetition, expansion))
    if build is not None:
        return _of_flat(build) if repeats else build
    if len(expansion) != 1 or repeats:
        raise SettingsError("grammar.builder", f"the grammar rule `{builder}` has no builder")
    return lambda children: children[0]


def _of_flat(build: Builder) -> Builder:
    return lambda children: build(_flat(children))


def _is_repetition(name: str) -> bool:
    """Whether a rule is a helper of Lark's, for what may be repeated."""
    return name.startswith("__")


def _flat(children: Sequence[Any]) -> list[Any]:
    flat: list[Any] = []
    for child in children:
        if isinstance(child, _Spliced):
            flat += child
        else:
            flat.append(child)
    return flat
