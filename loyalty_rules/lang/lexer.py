"""From the text of a rule file to lines of tokens, by the phrase table of its language.

Opening phrases count only as the first phrase of a line, in-line phrases everywhere else; of several the one with the
most words wins. What is no phrase is a name. A number with its unit of time, or with a month, is one token. Each line
is read on its own, and a line with a mistake gives one diagnostic.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final, Protocol

from loyalty_rules.diagnostics import Diagnostic, Fix, Role
from loyalty_rules.lang import literals, otherwise, scanner
from loyalty_rules.lang.phrases import Index, Phrase, PhraseTable, phrase_tables
from loyalty_rules.lang.rows import cells_of
from loyalty_rules.lang.scanner import Atom, Kind
from loyalty_rules.lang.tokens import Duration, Line, LineKind, Token, YearDay
from loyalty_rules.lang.version import find_version
from loyalty_rules.limits import LIMITS, Limits
from loyalty_rules.problems.reading import ForbiddenCharacter, NameForm, NameReserved, TooDeep, TooMuch
from loyalty_rules.source import Source, Span
from loyalty_rules.text import Script, code_key, forbidden_character, script_of
from loyalty_rules.values import frozen

MAX_LINE: Final = 2_000
#: A line with one word takes as long as one with some.
_LEAST: Final = 3
#: So many empty lines take as long as one word.
_EMPTY: Final = 3
MAX_DEPTH: Final = 64
MAX_NAME: Final = 64

_MARKS: Final = {",": "COMMA", "(": "LPAR", ")": "RPAR", "[": "LSQB", "]": "RSQB"}
#: Letters for "times" behind a factor: `2x`, Latin and Cyrillic.
_TIMES: Final = frozenset("xX\u0445\u0425")
_MONTHS: Final = {f"MO{month:02}": month for month in range(1, 13)}

#: One-word in-line phrases of other languages, each with the name of its language.
Reserved = Mapping[str, str]


class ReadLine(Protocol):
    """Reads a line: it, its mistake, and how many words and marks were looked at."""

    def __call__(
        self, source: Source, number: int, span: Span, table: PhraseTable, reserved: Reserved, *, is_version: bool
    ) -> tuple[Line, Diagnostic | None, int]: ...


@frozen
class Lexed:
    """The tokens of a text up to its end or its first mistake, and its comment (with `#`, or ""). `size`: how many
    words and marks were looked at."""

    tokens: tuple[Token, ...]
    comment: str
    mistake: Diagnostic | None
    size: int


def reserved_words(table: PhraseTable, tables: Iterable[PhraseTable]) -> Reserved:
    """Words that may not be names in a file of this language because they are phrases of another."""
    own = frozenset(_one_word(table))
    others = (other for other in tables if other.language != table.language)
    return MappingProxyType({word: other.name for other in others for word in _one_word(other) if word not in own})


def _one_word(table: PhraseTable) -> Iterable[str]:
    return (word for word, phrases in table.inline.items() if any(len(phrase.words) == 1 for phrase in phrases))


def language_of(source: Source, tables: Mapping[str, PhraseTable] | None = None) -> str | None:
    """The code of the language that the first line of a file names, or the one that was surely meant; else None."""
    return find_version(source, phrase_tables() if tables is None else tables).language


def too_large(source: Source, limits: Limits = LIMITS) -> Diagnostic | None:
    """The mistake of a text that is not read at all because of its size."""
    if len(source.text) <= limits.bytes:
        return None
    return Diagnostic(TooMuch(Role("FILE_SIZE"), limits.bytes), Span(0, 0))


def lex(
    source: Source,
    table: PhraseTable,
    reserved: Reserved = MappingProxyType({}),
    version_line: int | None = None,
    limits: Limits = LIMITS,
    read: ReadLine | None = None,
) -> tuple[tuple[Line, ...], tuple[Diagnostic, ...]]:
    """The lines of a file, and their mistakes. `version_line` is the number of the version line, 0 where there is none;
    without it, it is looked for. `read` reads a line, as `read_line` does.

    A text that is too large has no lines; lines behind too many tokens are left out.
    """
    large = too_large(source, limits)
    if large is not None:
        return (), (large,)
    most = _EMPTY * limits.words
    if source.line_count > most:  # too many whatever they say: none of them is read
        return (), (Diagnostic(TooMuch(Role("TOKEN_COUNT"), limits.words), source.line_span(most + 1)),)
    if version_line is None:
        version_line = find_version(source, {table.language: table}).line
    read = read or read_line
    lines: list[Line] = []
    mistakes: list[Diagnostic] = []
    count = 0
    for number, span in enumerate(source.line_spans(), 1):
        if span.start == span.end:  # as cheap as it can be: a file may have nothing else
            line, mistake, size = Line(number, LineKind.BLANK, span), None, 0
        else:
            line, mistake, size = read(source, number, span, table, reserved, is_version=number == version_line)
        count += _EMPTY * max(_LEAST, size) if size else 1
        if count > most:
            mistakes.append(Diagnostic(TooMuch(Role("TOKEN_COUNT"), limits.words), line.span))
            break
        lines.append(line)
        if mistake is not None:
            mistakes.append(mistake)
    return tuple(lines), tuple(mistakes)


def read_line(
    source: Source, number: int, span: Span, table: PhraseTable, reserved: Reserved, *, is_version: bool
) -> tuple[Line, Diagnostic | None, int]:
    """A line, its mistake, and how many words and marks were looked at."""
    text = source.text[span.start : span.end]
    if len(text) > MAX_LINE:
        over = Diagnostic(TooMuch(Role("LINE_LENGTH"), MAX_LINE), span)
        return Line(number, LineKind.FAULTY, span), over, 0
    hidden = forbidden_character(text)
    if hidden is not None:
        # The words before it still tell which block starts or ends here.
        before = tokens_of(text[:hidden], span.start, table, reserved)
        line = Line(number, LineKind.FAULTY, span, before.tokens, role=_first_role(before))
        return line, _forbidden(text, hidden, span.start), before.size
    if is_version:
        return Line(number, LineKind.VERSION, span, comment=scanner.scan(text, span.start).comment), None, 0
    if text.lstrip(" \t").startswith("|"):
        cells, comment, mistake = cells_of(text, span.start)
        kind = LineKind.ROW if mistake is None else LineKind.FAULTY
        return Line(number, kind, span, cells=cells, comment=comment), mistake, len(cells)
    lexed = tokens_of(text, span.start, table, reserved)
    kind = LineKind.CLAUSE if lexed.tokens else LineKind.BLANK
    if lexed.mistake is not None:
        kind = LineKind.FAULTY
    line = Line(number, kind, span, lexed.tokens, comment=lexed.comment, role=_first_role(lexed))
    return line, lexed.mistake, lexed.size


def _first_role(lexed: Lexed) -> str:
    return lexed.tokens[0].role if lexed.tokens else ""


def _forbidden(text: str, offset: int, start: int) -> Diagnostic:
    span = Span(start + offset, start + offset + 1)
    return Diagnostic(ForbiddenCharacter(f"U+{ord(text[offset]):04X}"), span, fix=Fix(span, "", safe=False))


# ---------- tokens


def tokens_of(
    text: str, offset: int, table: PhraseTable, reserved: Reserved = MappingProxyType({}), *, opening: bool = True
) -> Lexed:
    """The tokens of one line, or (not `opening`) of a cell, that starts at `offset` of the file."""
    scan = scanner.scan(text, offset)
    atoms = scan.atoms
    tokens: list[Token] = []
    place = depth = 0
    while place < len(atoms):
        index = table.opening if opening and place == 0 else table.inline
        found, used = _token(atoms, place, tokens, index, table, reserved)
        if isinstance(found, Token):
            depth += (found.role in ("LPAR", "LSQB")) - (found.role in ("RPAR", "RSQB"))
            if depth > MAX_DEPTH:
                found = Diagnostic(TooDeep(MAX_DEPTH), found.span)
        if isinstance(found, Diagnostic):
            return Lexed(tuple(tokens), scan.comment, found, len(atoms))
        tokens.append(found)
        place += used
    mistake = scan.mistake and otherwise.sign(scan.mistake, text, offset, atoms, table)
    return Lexed(tuple(tokens), scan.comment, mistake, len(atoms))


def _token(
    atoms: Sequence[Atom], place: int, before: Sequence[Token], index: Index, table: PhraseTable, reserved: Reserved
) -> tuple[Token | Diagnostic, int]:
    """The token that starts at an atom, or its mistake, and how many atoms it takes."""
    atom = atoms[place]
    if atom.kind in (Kind.WORD, Kind.DIGITS):
        phrase = _phrase_at(atoms, place, index)
        if phrase is not None:
            return Token(phrase.role, " ".join(phrase.words), _span(atoms, place, len(phrase.words))), len(phrase.words)
    if atom.kind is Kind.DIGITS:
        return _number(atoms, place, before, table)
    if atom.kind is Kind.STRING:
        return Token("STRING", atom.text, atom.span, unicodedata.normalize("NFC", atom.text[1:-1])), 1
    if atom.kind is Kind.PATH or (atom.kind is Kind.WORD and before and before[-1].role == "TIME_ZONE"):
        return Token("ZONE", atom.text, atom.span, atom.text), 1
    if atom.kind is Kind.WORD:
        return _name(atom, reserved), 1
    role = _MARKS.get(atom.text)
    if role is None:  # a per cent sign that follows no number
        return scanner.unexpected(atom.text, atom.span), 1
    return Token(role, atom.text, atom.span), 1


def _span(atoms: Sequence[Atom], place: int, count: int) -> Span:
    return atoms[place].span.join(atoms[place + count - 1].span)


def _phrase_at(atoms: Sequence[Atom], place: int, index: Index) -> Phrase | None:
    """The longest phrase that starts at an atom."""
    for phrase in index.get(atoms[place].text, ()):
        if len(phrase.words) == 1 or _goes_on(atoms, place, phrase.words):
            return phrase
    return None


def _goes_on(atoms: Sequence[Atom], place: int, words: Sequence[str]) -> bool:
    """Whether behind the first word of a phrase stand its others."""
    if place + len(words) > len(atoms):
        return False
    for offset in range(1, len(words)):
        atom = atoms[place + offset]
        if atom.text != words[offset] or atom.kind not in (Kind.WORD, Kind.DIGITS):
            return False
    return True


def _name(atom: Atom, reserved: Reserved) -> Token | Diagnostic:
    if len(atom.text) > MAX_NAME:
        return Diagnostic(NameForm(atom.text[:60], Role("NAME_LONG")), atom.span)
    if script_of(atom.text) is Script.MIXED:
        return Diagnostic(NameForm(atom.text, Role("NAME_MIXED")), atom.span)
    if atom.text in reserved:
        return Diagnostic(NameReserved(atom.text, reserved[atom.text]), atom.span)
    return Token("NAME", atom.text, atom.span, atom.text)


# ---------- numbers with what belongs to them


def _number(
    atoms: Sequence[Atom], place: int, before: Sequence[Token], table: PhraseTable
) -> tuple[Token | Diagnostic, int]:
    atom = atoms[place]
    token = literals.digits(atom, in_list=any(earlier.role == "IS_ONE_OF" for earlier in before))
    following = atoms[place + 1] if place + 1 < len(atoms) else None
    if isinstance(token, Diagnostic) or following is None:
        return token, 1
    glued = following.span.start == atom.span.end
    if glued and following.kind in (Kind.WORD, Kind.PATH):
        return _glued(token, following, table), 2
    if token.role != "NUMBER":
        return token, 1
    if following.text == "%":
        return _percent(token, following, glued=glued), 2
    if following.kind is Kind.DIGITS and literals.is_number(following.text):
        dated = otherwise.american(before, token, following, table)  # no number is torn there
        return dated or literals.torn(token, following), 2
    return _with_unit(token, atoms, place, table)


def _glued(token: Token, word: Atom, table: PhraseTable) -> Diagnostic:
    both = token.span.join(word.span)
    if token.role == "NUMBER":
        unit = table.currencies.get(code_key(word.text), word.text)
        fix = token.text if word.text in _TIMES else f"{token.text} {unit}"
        return literals.bad_number(token.text + word.text, "NUMBER_GLUED", both, fix)
    why = "DATE_FORM" if token.role == "DATE" else "TIME_FORM"
    return literals.bad_date(token.text + word.text, why, both)


def _percent(token: Token, sign: Atom, *, glued: bool) -> Token | Diagnostic:
    both = token.span.join(sign.span)
    if glued:
        return Token("PERCENT", f"{token.text}%", both, token.value)
    return literals.bad_number(f"{token.text} %", "NUMBER_PERCENT", both, f"{token.text}%", safe=True)


def _with_unit(number: Token, atoms: Sequence[Atom], place: int, table: PhraseTable) -> tuple[Token | Diagnostic, int]:
    """`30 days`, `30 september`: one token each; any other number stands alone."""
    unit = _phrase_at(atoms, place + 1, table.units)
    if unit is None:
        unit = _phrase_at(atoms, place + 1, table.inline)
        if unit is None or unit.role not in _MONTHS:
            return number, 1
    used = 1 + len(unit.words)
    text = f"{number.text} {' '.join(unit.words)}"
    span = _span(atoms, place, used)
    whole = int(number.text.replace(" ", "")) if "." not in number.text else None
    if whole is None:
        return literals.bad_number(text, "NUMBER_WHOLE", span), used
    month = _MONTHS.get(unit.role)
    if month is None:
        return Token("DURATION", text, span, Duration(whole, unit.role)), used
    if not 1 <= whole <= literals.days_of(month):
        return literals.bad_date(text, "NO_SUCH_DAY", span), used
    return Token("YEARDAY", text, span, YearDay(month, whole)), used
