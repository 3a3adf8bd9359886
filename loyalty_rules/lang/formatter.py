"""The one form of a rule file, and its translation into another language, phrase by phrase.

It works on lines and tokens, not on the tree, so every comment keeps its place. What is written is read once more: the
tree is the same, or nothing is handed out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from loyalty_rules.diagnostics import Diagnostic
from loyalty_rules.errors import RuleFileError, SettingsError
from loyalty_rules.lang.celltexts import CellReader
from loyalty_rules.lang.literals import grouped
from loyalty_rules.lang.parser import cell_reader, read
from loyalty_rules.lang.phrases import PhraseTable, phrase_tables
from loyalty_rules.lang.tokens import Duration, Line, LineKind, Token, YearDay
from loyalty_rules.lang.version import version_text
from loyalty_rules.limits import LIMITS, Limits
from loyalty_rules.source import Source

_INDENT: Final = "  "
_COMMENT_GAP: Final = "  "

_GENITIVE: Final = frozenset({"OVER", "UNDER", "BETWEEN", "PICK_UP_TO"})
_ACCUSATIVE: Final = frozenset(
    {"PER", "PER_FULL", "PER_STARTED", "IN_LAST", "USABLE_AFTER", "EXPIRE_AFTER", "EXPIRE_SAME", "GIVE", "SHOULD_GIVE"}
    | {"SKIP_FIRST", "ONLY_FIRST", "USES", "X_CONVERT", "REVIEW_AFTER", "HOLD_LEAST", "LASTING", "EVERY", "BUY", "PICK"}
)
#: What agrees with the duration behind it.
_BEFORE_DURATIONS: Final = frozenset({"IN_LAST", "EVERY"})
_NO_SPACE_BEFORE: Final = frozenset({"COMMA", "RPAR", "RSQB"})
_NO_SPACE_AFTER: Final = frozenset({"LPAR", "LSQB"})


def format_source(
    source: Source,
    language: str | None = None,
    tables: Mapping[str, PhraseTable] | None = None,
    limits: Limits = LIMITS,
) -> str:
    """A rule file in its canonical form, in its own language or another one of `tables` (those of the package).

    Formatting twice changes nothing, and a formatted file comes back byte for byte from any other language. Raises
    `RuleFileError` (`format.unreadable`) with all `diagnostics` for a file that does not read without a mistake,
    (`format.size`) where a line or the file would become too long in the other language, and `SettingsError`
    (`language.unknown`).
    """
    known = phrase_tables() if tables is None else tables
    reading = read(source, known, limits)
    if reading.diagnostics:
        raise _unreadable(source, reading.diagnostics)
    own = known[reading.tree.language]
    target = own if language is None else known.get(language)
    if target is None:
        raise SettingsError("language.unknown", f"no phrases for this language; there are {', '.join(known)}")
    text = _Formatter(target, cell_reader(own, known)).written(reading.lines)
    again = read(Source(source.name, text), known, limits)
    if again.diagnostics or again.tree != reading.tree:
        message = f"the file becomes too large when it is written in {target.name}"
        raise RuleFileError("format.size", message, source.name, again.diagnostics)
    return text


def _unreadable(source: Source, diagnostics: tuple[Diagnostic, ...]) -> RuleFileError:
    message = f"a file is formatted when it reads without a mistake; this one has {len(diagnostics)}"
    return RuleFileError("format.unreadable", message, source.name, diagnostics)


@dataclass(slots=True)
class _Formatter:
    """Writes the lines of a file without mistakes. `cells` reads in the language of the file, `target` writes."""

    target: PhraseTable
    cells: CellReader
    out: list[str] = field(default_factory=list)
    rows: list[Line] = field(default_factory=list)  # a run of rows that is not written yet
    inside: bool = False  # a block
    fresh: bool = True  # nothing is written yet, or the last line is a header: no empty line stands here
    blank_due: bool = False  # an empty line belongs here, if something follows
    heads_due: bool = False  # the next row holds the heads

    def written(self, lines: Sequence[Line]) -> str:
        for line in lines:
            if line.kind is LineKind.ROW:
                self.rows.append(line)
            else:
                self.flush_rows()
                self.line(line)
        self.flush_rows()
        return "".join(f"{line}\n" for line in self.out)

    def line(self, line: Line) -> None:
        if line.kind is LineKind.VERSION:
            self.put(version_text(self.target), line.comment)
            self.blank_due = True
        elif line.tokens:
            self.clause(line.tokens, line.comment)
        elif line.comment:
            self.put(line.comment, "", indent=self.inside)
        else:
            self.blank_due = self.blank_due or not self.fresh

    def clause(self, tokens: Sequence[Token], comment: str) -> None:
        role = tokens[0].role
        text = written(tokens, self.target)
        if role == "END":
            self.blank_due = self.inside = False
            self.put(text, comment)
            self.blank_due = True
        elif role.startswith("H_"):
            self.put(text, comment)
            self.inside = self.fresh = self.heads_due = True
        else:
            self.heads_due = self.heads_due or role == "AT"
            self.put(text, comment, indent=True)

    def put(self, text: str, comment: str, *, indent: bool = False) -> None:
        if self.blank_due:
            self.out.append("")
        self.blank_due = self.fresh = False
        tail = (_COMMENT_GAP if text else "") + comment if comment else ""
        self.out.append((_INDENT if indent else "") + text + tail)

    def flush_rows(self) -> None:
        """Writes a run of rows, each column as wide as its widest cell."""
        texts = []
        for row in self.rows:
            start = "head" if self.heads_due else "cell"
            self.heads_due = False
            texts.append([self.cell(cell.text, start) for cell in row.cells])
        columns = max((len(row) for row in texts), default=0)
        widths = [max(len(row[column]) for row in texts if column < len(row)) for column in range(columns)]
        for row, cells in zip(self.rows, texts, strict=True):
            padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=False))
            self.put("".join(f"| {cell} " for cell in padded) + "|", row.comment, indent=True)
        self.rows.clear()

    def cell(self, text: str, start: str) -> str:
        """A cell: words of the language in the other one, data as it is, in quotes where it reads as words."""
        tokens = self.cells.words(text, start)
        if tokens:
            return written(tokens, self.target, regroup=False)
        data = self.cells.data(text, start)
        return text if data is None else f'"{data}"'


# ---------- tokens


def written(tokens: Sequence[Token], table: PhraseTable, *, regroup: bool = True) -> str:
    """Tokens as one text in the language of a table. `regroup`: digits in groups of three, from five digits on.

    Digits in cells stay as they are: what looks like a number may be a code.
    """
    pieces: list[str] = []
    for place, token in enumerate(tokens):
        glued = token.role in _NO_SPACE_BEFORE or (place and tokens[place - 1].role in _NO_SPACE_AFTER)
        if place and not glued:
            pieces.append(" ")
        pieces.append(_piece(tokens, place, table, regroup))
    return "".join(pieces)


def _piece(tokens: Sequence[Token], place: int, table: PhraseTable, regroup: bool) -> str:
    token = tokens[place]
    value = token.value
    if isinstance(value, Duration):
        unit = _counted(value.unit, value.number, _role(tokens, place - 1), table)
        return f"{_number(str(value.number), regroup)} {unit}"
    if isinstance(value, YearDay):
        return f"{value.day} {table.month(f'MO{value.month:02}', of_day=True)}"
    if isinstance(value, Fraction):
        return _number(token.text, regroup)
    if token.role not in table.forms:
        return token.text
    following = tokens[place + 1].value if place + 1 < len(tokens) else None
    if token.role in _BEFORE_DURATIONS and isinstance(following, Duration):
        return table.before_duration(token.role, following.number, following.unit)
    if _role(tokens, place - 1) == "NUMBER":
        number = tokens[place - 1].value
        whole = number.numerator if isinstance(number, Fraction) and number.denominator == 1 else None
        return _counted(token.role, whole, _role(tokens, place - 2), table)
    if _role(tokens, place - 1) == "LAST_DAY_OF":
        return table.month(token.role, of_day=True)
    return table.text(token.role)


def _role(tokens: Sequence[Token], place: int) -> str:
    return tokens[place].role if place >= 0 else ""


def _counted(role: str, whole: int | None, before: str, table: PhraseTable) -> str:
    """The form behind a number; `before` is what stands before the number."""
    return table.counted(role, whole, genitive=before in _GENITIVE, accusative=before in _ACCUSATIVE)


def _number(text: str, regroup: bool) -> str:
    """Digits in groups; decimals, with their zeros, and a per cent sign as written."""
    if not regroup:
        return text
    whole, point, decimals = text.replace(" ", "").partition(".")
    sign = "%" if whole.endswith("%") else ""
    return grouped(whole.removesuffix("%")) + sign + point + decimals
