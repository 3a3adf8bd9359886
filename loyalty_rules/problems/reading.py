"""Mistakes that are found while a rule file is read: L001 to L029. Their texts are in grammar/messages/*/reading.toml.

A `Role` in a field is a phrase of the language, or a kind of thing (NAME, STRING, END_OF_LINE, A_WEEKDAY …) whose words
stand in the `[words]` section of those files. A word is shown as the author wrote it, cut to 60 characters.
"""

from __future__ import annotations

from typing import ClassVar

from loyalty_rules.diagnostics import Problem, Role
from loyalty_rules.values import frozen


@frozen
class VersionLine(Problem):
    """The first line does not say `loyalty rules 1` in any language."""

    code: ClassVar[str] = "L001"
    slug: ClassVar[str] = "version.line"
    found: str
    known: tuple[str, ...]


@frozen
class EmptyFile(Problem):
    """There is no block in the file."""

    code: ClassVar[str] = "L002"
    slug: ClassVar[str] = "file.empty"


@frozen
class ForbiddenCharacter(Problem):
    """An invisible or control character. `character` is its code point: U+202E."""

    code: ClassVar[str] = "L003"
    slug: ClassVar[str] = "text.forbidden"
    character: str


@frozen
class NumberForm(Problem):
    """A number is not written as numbers are. `why` is NUMBER_COMMA, NUMBER_SPACE, NUMBER_GROUPS, NUMBER_LONG,
    NUMBER_ZEROS, NUMBER_GLUED, NUMBER_PERCENT, NUMBER_WHOLE or NUMBER_MARKS."""

    code: ClassVar[str] = "L004"
    slug: ClassVar[str] = "number.form"
    text: str
    why: Role


@frozen
class StringNotClosed(Problem):
    """A string has no closing quote on its line."""

    code: ClassVar[str] = "L005"
    slug: ClassVar[str] = "string.open"


@frozen
class NameForm(Problem):
    """A name is too long (`why` is NAME_LONG) or mixes scripts (NAME_MIXED)."""

    code: ClassVar[str] = "L006"
    slug: ClassVar[str] = "name.form"
    name: str
    why: Role


@frozen
class UnexpectedCharacter(Problem):
    """A character, or two, that stand in no word, number or mark of the language."""

    code: ClassVar[str] = "L007"
    slug: ClassVar[str] = "text.character"
    character: str
    number: str
    suggestion: Role | None


@frozen
class TooDeep(Problem):
    """More brackets inside brackets than are read."""

    code: ClassVar[str] = "L008"
    slug: ClassVar[str] = "limit.depth"
    limit: int


@frozen
class TooMuch(Problem):
    """`what` is FILE_SIZE, LINE_LENGTH (both in characters), TOKEN_COUNT (words and marks) or BLOCK_COUNT; and of what
    was read, RULE_COUNT, NESTED_NAMES (levels of names that stand for names), TEST_COUNT (conditions) or
    COMPARISON_COUNT."""

    code: ClassVar[str] = "L009"
    slug: ClassVar[str] = "limit.size"
    what: Role
    limit: int


@frozen
class OutsideBlock(Problem):
    """A line that belongs to no block."""

    code: ClassVar[str] = "L010"
    slug: ClassVar[str] = "block.outside"
    word: str


@frozen
class UnknownBlock(Problem):
    """A line that looks like a header, with a kind of block that there is not."""

    code: ClassVar[str] = "L011"
    slug: ClassVar[str] = "block.unknown"
    word: str
    suggestion: Role | None


@frozen
class UnknownClause(Problem):
    """A line of a block starts with none of the phrases that open a clause."""

    code: ClassVar[str] = "L012"
    slug: ClassVar[str] = "clause.unknown"
    word: str
    block: Role
    suggestion: Role | None


@frozen
class ClauseElsewhere(Problem):
    """A clause that this block does not take, and the blocks that do."""

    code: ClassVar[str] = "L013"
    slug: ClassVar[str] = "clause.elsewhere"
    clause: Role
    block: Role
    blocks: tuple[Role, ...]


@frozen
class LineEndsEarly(Problem):
    """Something is missing at the end of a line."""

    code: ClassVar[str] = "L014"
    slug: ClassVar[str] = "line.short"
    expected: tuple[Role, ...]


@frozen
class UnexpectedWord(Problem):
    """A word, number or mark where others may stand."""

    code: ClassVar[str] = "L015"
    slug: ClassVar[str] = "line.word"
    word: str
    expected: tuple[Role, ...]
    suggestion: Role | None


@frozen
class MixedAndOr(Problem):
    """`and` and `or` in one condition without brackets."""

    code: ClassVar[str] = "L016"
    slug: ClassVar[str] = "condition.mixed"


@frozen
class BlockNotClosed(Problem):
    """A block is still open where the next one starts or the file ends. `header`: how its header begins."""

    code: ClassVar[str] = "L017"
    slug: ClassVar[str] = "block.open"
    header: str


@frozen
class EndWithoutBlock(Problem):
    """`end` where no block is open."""

    code: ClassVar[str] = "L018"
    slug: ClassVar[str] = "block.end"


@frozen
class DateForm(Problem):
    """A date or time that there is not (`why` is NO_SUCH_DAY, NO_SUCH_TIME), or that is written otherwise (DATE_FORM,
    TIME_FORM)."""

    code: ClassVar[str] = "L019"
    slug: ClassVar[str] = "date.form"
    text: str
    why: Role


@frozen
class RowElsewhere(Problem):
    """A table row in a block that has no rows."""

    code: ClassVar[str] = "L020"
    slug: ClassVar[str] = "row.elsewhere"
    block: Role


@frozen
class HeaderIncomplete(Problem):
    """A header without its name or title. `missing` is NAME or STRING."""

    code: ClassVar[str] = "L021"
    slug: ClassVar[str] = "block.header"
    block: Role
    missing: Role


@frozen
class TextAfter(Problem):
    """More text behind a line that is complete."""

    code: ClassVar[str] = "L022"
    slug: ClassVar[str] = "line.long"
    word: str


@frozen
class NameReserved(Problem):
    """A name that is a word of the language, in this or another human language (`language`, by its own name)."""

    code: ClassVar[str] = "L023"
    slug: ClassVar[str] = "name.reserved"
    name: str
    language: str


@frozen
class RowNotClosed(Problem):
    """A table row without the bar at its end."""

    code: ClassVar[str] = "L024"
    slug: ClassVar[str] = "row.open"


@frozen
class StringTooLong(Problem):
    """A string with more than `limit` characters."""

    code: ClassVar[str] = "L025"
    slug: ClassVar[str] = "string.long"
    limit: int
