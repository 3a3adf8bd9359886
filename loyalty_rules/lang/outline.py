"""What can be said of a file in which lines could not be read: its blocks line by line, what they would have declared,
and which of them lack what others build on.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from loyalty_rules.currencies import EXPONENTS
from loyalty_rules.diagnostics import Diagnostic
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.tokens import Line, LineKind
from loyalty_rules.lang.walking import those_of
from loyalty_rules.problems.reading import UnknownBlock, UnknownClause
from loyalty_rules.source import Source, Span

_WORD: Final = re.compile(r"\w+")
#: Lines that declare a name inside a block.
_FACTS: Final = frozenset({"LINE_FACT", "ORDER_FACT", "MEMBER_FACT", "EVENT_FACT", "CLOCK"})
_INSIDE: Final = _FACTS | {"LEVEL"}
_ACTIONS: Final = frozenset(
    {
        "AT",
        "X_ORDER",
        "X_RETURN",
        "X_CANCEL",
        "X_CONFIRM",
        "X_EVENT",
        "X_JOIN",
        "X_CONVERT",
        "X_CONVERT_ALL",
        "X_BUY",
        "X_NOTHING",
    }
    | {"X_RESERVE", "X_RESERVE_ALL", "X_CAPTURE", "X_CAPTURE_ONLY", "X_RELEASE", "X_TRANSFER", "X_OPT", "X_FRIEND"}
    | {"X_SUBSCRIBE", "X_RENEW", "X_PAUSE", "X_RESUME", "X_LEAVE", "X_PERK", "X_CHOOSE", "X_WINS"}
)
#: First phrases of lines that say what a rule gives, what a purse counts, and whom or when a rule asks for.
_GIVING: Final = frozenset(
    {"GIVE", "USES", "USES_ALL", "COSTS", "INCREASE", "REPLACE_WITH", "MULTIPLY_BY", "CHANGES", "BASIS"}
    | {"GIVE_INVITER", "GIVE_FRIEND", "OR_GIVE", "PRIZE", "DISCOUNT", "SELL_AT", "ADD_GIFT", "ROUND_TOTAL", "PAYS"}
)
#: The blocks of rules, and of what says something of rules that it names.
_RULES: Final = frozenset({"H_EARN", "H_CHALLENGE", "H_BOOST", "H_CONVERSION", "H_REFERRAL", "H_OFFER", "H_REWARD", ""})
_OF_RULES: Final = frozenset({"H_BUDGET", "H_GROUP"})
_UNIT: Final = frozenset({"COUNTED_IN", "DECIMALS"})
_ASKING: Final = frozenset({"FOR", "WHEN"})


@dataclass(slots=True)
class Part:
    """A block as it stands in the file. `block` is None where its header could not be read, `kind` "" where it is not
    even known what it declares."""

    kind: str
    block: s.Block | None
    header: Line
    lines: list[Line]


class Outline:
    """The lines of a file by block. `reported` has the lines that could not be read, and why."""

    def __init__(
        self, tree: s.SyntaxTree, source: Source, lines: Sequence[Line], reading: Iterable[Diagnostic]
    ) -> None:
        self.tree = tree
        self.source = source
        self.lines = [line for line in lines if line.kind not in (LineKind.BLANK, LineKind.VERSION)]
        found = [one for one in reading if one.problem.code != "L017"]
        self.reported: dict[int, Diagnostic] = {}
        for one in found:
            self.reported.setdefault(self.line(one), one)
        rows = {line.number for line in lines if line.kind is LineKind.ROW}
        self._rows: dict[int, list[Span]] = {number: [] for number in sorted(rows)}
        for one in found:
            self._rows.get(self.line(one), []).append(one.span)
        self.lost_words = frozenset(
            word for number in sorted(self.reported) for word in _WORD.findall(source.line_text(number))
        )
        self.parts = list(self._parts())
        self._declared = tuple(self._declarations())
        self.declared = frozenset(name.text for _, name in self._declared)
        self._unused: dict[frozenset[str], Mapping[str, Span]] = {}  # by kinds: many names may be unknown
        self.nameless = tuple(self._nameless())
        programme = next((block for block in tree.blocks if block.kind == "H_PROGRAMME"), None)
        self.has_currency = programme is not None and any(
            isinstance(clause, s.NamesClause) and clause.role == "CURRENCY" and clause.names[0].text in EXPONENTS
            for clause in programme.clauses
        )
        self.doubtful_purses = frozenset(self._doubtful_purses())

    def line(self, found: Diagnostic) -> int:
        """The number of the line that a diagnostic stands on."""
        return self.source.line_number(found.span.start)

    def hides(self, found: Diagnostic) -> bool:
        """Whether the line of a diagnostic could not be read; of a row, the cell."""
        number = self.line(found)
        if number in self._rows:
            return any(one.start < found.span.end and found.span.start < one.end for one in self._rows[number])
        return number in self.reported

    def is_row(self, found: Diagnostic) -> bool:
        """Whether a diagnostic stands on a row of a table."""
        return self.line(found) in self._rows

    def text_before(self, number: int) -> int:
        """The last line with text before a line."""
        return max((line.number for line in self.lines if line.number < number), default=0)

    def _parts(self) -> Iterator[Part]:
        headers = {self.source.line_number(block.header.start): block for block in self.tree.blocks}
        ends = {number: self.source.line_number(block.span.end) for number, block in headers.items()}
        part: Part | None = None
        inside = 0
        for line in self.lines:
            role = line.role
            starts = line.number in headers or (role.startswith("H_") and line.number > inside)
            if part is None or starts:
                if part is not None:
                    yield part
                block = headers.get(line.number)
                inside = ends.get(line.number, 0)
                kind = block.kind if block is not None else role if role.startswith("H_") else self._meant(line)
                part = Part(kind, block, line, [])
            part.lines.append(line)
            if role == "END":
                yield part
                part = None
        if part is not None:
            yield part

    def _meant(self, line: Line) -> str:
        """The kind of block that a misspelt header is for."""
        found = self.reported.get(line.number)
        if found is not None and isinstance(found.problem, UnknownBlock) and found.problem.suggestion is not None:
            return found.problem.suggestion.role
        return next((token.role for token in line.tokens if token.role.startswith("H_")), "")

    def _nameless(self) -> Iterator[str]:
        """The kinds of what would have been declared in lines that could not be read and show no name."""
        for part in self.parts:
            for line in part.lines if self.reported else ():
                if line.number in self.reported:
                    kind = part.kind if line is part.header else self._opening(line)
                    named = any(token.role == "NAME" for token in line.tokens[:2])
                    if not named and (kind.startswith("H_") or kind in _INSIDE):
                        yield kind

    def _opening(self, line: Line) -> str:
        """The first phrase of a line, as written or as probably meant; "" for a line that may be anything."""
        found = self.reported.get(line.number)
        if found is not None and isinstance(found.problem, UnknownClause):
            if line.role != "NAME":
                return ""
            return found.problem.suggestion.role if found.problem.suggestion is not None else ""
        return line.role

    def _lost(self, part: Part, roles: frozenset[str]) -> bool:
        """Whether a line of a block could not be read that may have begun with one of these phrases."""
        return any(line.number in self.reported and self._opening(line) in roles | {""} for line in part.lines)

    # ---------- steps

    def lines_of_lost_steps(self) -> tuple[frozenset[int], frozenset[int]]:
        """The lines behind an `at` that could not be read, up to the next one; and which of them are rows."""
        below: set[int] = set()
        rows: set[int] = set()
        for part in self.parts:
            lost = False
            for line in part.lines if part.kind == "H_EXAMPLE" else ():
                if line.number in self.reported and not (lost and line.kind is LineKind.ROW):
                    lost = lost or self._is_step(line)
                elif line.role == "AT":
                    lost = False
                elif lost:
                    below.add(line.number)
                    if line.kind is LineKind.ROW:
                        rows.add(line.number)
        return frozenset(below), frozenset(rows)

    def _is_step(self, line: Line) -> bool:
        return self._opening(line) == "AT" or any(token.role in _ACTIONS for token in line.tokens)

    # ---------- names

    def unused(self, kinds: Iterable[str]) -> Mapping[str, Span]:
        """Names of these kinds that are declared and stand nowhere else, with the places of their declarations."""
        wanted = frozenset(kinds)
        if wanted not in self._unused:
            names = (name for kind, name in self._declared if kind in wanted)
            self._unused[wanted] = {name.text: name.span for name in names if not self._uses[name.text]}
        return self._unused[wanted]

    def _declarations(self) -> Iterator[tuple[str, s.Name]]:
        for block in self.tree.blocks:
            if block.name is not None:
                yield block.kind, block.name
            for clause in block.clauses:
                if isinstance(clause, s.FactDeclaration):
                    yield clause.owner, clause.name
                elif isinstance(clause, s.Level):
                    yield "LEVEL", clause.name
                elif isinstance(clause, s.Clock):
                    yield "CLOCK", clause.name

    @cached_property
    def _uses(self) -> Counter[str]:
        """How often each name stands in clauses, but where it is declared."""
        clauses = tuple(clause for block in self.tree.blocks for clause in block.clauses)
        counts = Counter(name.text for name in those_of(clauses, (s.Name,)))
        for clause in clauses:
            if isinstance(clause, s.FactDeclaration | s.Level | s.Clock):
                counts[clause.name.text] -= 1
            elif isinstance(clause, s.Row):
                counts.update(word for cell in clause.cells for word in _WORD.findall(cell.text))
        return counts

    # ---------- money

    @staticmethod
    def is_currency(name: str) -> bool:
        return name in EXPONENTS

    def speaks_of_money(self, span: Span) -> bool:
        """Whether a currency stands at a place."""
        return any(word in EXPONENTS for word in _WORD.findall(self.source.slice(span)))

    def _doubtful_purses(self) -> Iterator[str]:
        """The purses of which it is not known what they count."""
        for part in self.parts:
            if part.block is None or part.block.name is None or part.kind != "H_PURSE":
                continue
            if self._lost(part, _UNIT):
                yield part.block.name.text

    # ---------- rules

    def broken_rules(self, wrong: frozenset[int]) -> frozenset[str]:
        """The rules of which it is not known what they give. `wrong`: lines with a mistake that could be read."""
        broken: set[str] = set()
        changed: list[tuple[str, frozenset[str]]] = []
        known = self.declared - self._doubtful("H_TABLE", wrong)
        for part in self.parts:
            if part.kind not in _RULES | _OF_RULES:
                continue
            if part.block is None or part.block.name is None:
                broken |= set(_WORD.findall(self.source.line_text(part.header.number)))
                continue
            name = part.block.name.text
            gives = part.kind in _RULES
            if gives and (part.header.number in wrong or self._gives_badly(part, wrong, known)):
                broken.add(name)
            changed.append((name, frozenset(self._changes(part.block))))
        for _ in range(2):
            broken |= {name for name, others in changed if others & broken}
        return frozenset(broken)

    def _gives_badly(self, part: Part, wrong: frozenset[int], known: Set[str]) -> bool:
        wrongly = any(line.number in wrong and self._opening(line) in _GIVING for line in part.lines)
        if wrongly or self._lost(part, _GIVING):
            return True
        clauses = part.block.clauses if part.block is not None else ()
        giving = tuple(clause for clause in clauses if isinstance(clause, s.Give | s.ChangeGift | s.MultiplyBy))
        return any(name.text not in known and name.text not in EXPONENTS for name in those_of(giving, (s.Name,)))

    def _doubtful(self, kind: str, wrong: frozenset[int]) -> frozenset[str]:
        """The names of the blocks of a kind in which something is wrong."""
        return frozenset(
            part.block.name.text
            for part in self.parts
            if part.kind == kind and part.block is not None and part.block.name is not None
            if any(line.number in self.reported or line.number in wrong for line in part.lines)
        )

    @staticmethod
    def _changes(block: s.Block) -> Iterator[str]:
        for clause in block.clauses:
            if isinstance(clause, s.NamesClause) and clause.role in ("CHANGES", "COVERS"):
                yield from (name.text for name in clause.names)
            elif isinstance(clause, s.NameClause) and clause.role == "RULE":
                yield clause.name.text

    def follows_from(self, found: Diagnostic, rules: frozenset[str], wrong: frozenset[int]) -> bool:
        """Whether what is said of an amount comes from one of these rules: the amount stands in its block, on a line
        that does not itself say what it gives but for the basis, or on a line that names the rule."""
        number = self.line(found)
        part = self._around(found)
        if part is None or part.block is None or part.block.name is None:
            return not rules.isdisjoint(_WORD.findall(self.source.line_text(number)))
        if any(line.number == number and self._opening(line) in _GIVING for line in part.lines):
            bases = {line.number for line in part.lines if self._opening(line) in ("BASIS", "")} - {number}
            return any(line in self.reported or line in wrong for line in bases)
        return part.block.name.text in rules

    def is_of(self, found: Diagnostic, rules: frozenset[str]) -> bool:
        """Whether a diagnostic stands in the block of one of these rules, or of what names one of them."""
        part = self._around(found)
        return (
            part is not None
            and part.block is not None
            and part.block.name is not None
            and (part.block.name.text in rules)
        )

    def lacks_condition(self, found: Diagnostic) -> bool:
        """Whether a condition of the block around a diagnostic could not be read."""
        part = self._around(found)
        return part is not None and self._lost(part, _ASKING)

    def doubtful_levels(self, wrong: frozenset[int]) -> frozenset[str]:
        """The levels of ladders with a mistake: they are unknown although they are declared."""
        return frozenset(
            clause.name.text
            for part in self.parts
            if part.kind == "H_TIERS" and part.block is not None
            if any(line.number in self.reported or line.number in wrong for line in part.lines)
            for clause in part.block.clauses
            if isinstance(clause, s.Level)
        )

    def are_together(self, one: Diagnostic, other: Diagnostic) -> bool:
        """Whether two diagnostics stand in one block."""
        return self._around(one) is self._around(other) is not None

    def is_in(self, found: Diagnostic, kind: str) -> bool:
        """Whether a diagnostic stands in a block of a kind."""
        part = self._around(found)
        return part is not None and part.kind == kind

    def _around(self, found: Diagnostic) -> Part | None:
        number = self.line(found)
        return next((part for part in self.parts if any(line.number == number for line in part.lines)), None)
