"""Mistakes with names: what is declared, and what is used. Their texts are in grammar/messages/*/checking.toml."""

from __future__ import annotations

from typing import ClassVar

from loyalty_rules.diagnostics import Problem, Role
from loyalty_rules.values import frozen


@frozen
class UnknownName(Problem):
    """A name that nothing declares. `expected` are the kinds of things that may stand here."""

    code: ClassVar[str] = "L030"
    slug: ClassVar[str] = "name.unknown"
    name: str
    expected: tuple[Role, ...]
    suggestion: str | None


@frozen
class MisspeltDeclaration(Problem):
    """A name that is declared and stands nowhere else, while one near it is used again and again and declared nowhere:
    the slip is in the declaration."""

    code: ClassVar[str] = "L097"
    slug: ClassVar[str] = "name.misspelt"
    name: str
    used: str


@frozen
class DeclaredTwice(Problem):
    """A name is declared a second time."""

    code: ClassVar[str] = "L033"
    slug: ClassVar[str] = "name.twice"
    name: str


@frozen
class FormerNameTaken(Problem):
    """A former name that this file declares, or that another block had as well."""

    code: ClassVar[str] = "L180"
    slug: ClassVar[str] = "name.former"
    name: str


@frozen
class LooksAlike(Problem):
    """Two names that a reader cannot tell apart."""

    code: ClassVar[str] = "L034"
    slug: ClassVar[str] = "name.alike"
    name: str
    other: str


@frozen
class CurrencyAsName(Problem):
    """A currency code is declared as a name."""

    code: ClassVar[str] = "L035"
    slug: ClassVar[str] = "name.currency"
    name: str


@frozen
class UnitAsName(Problem):
    """A purse that is called like a unit of time: its amounts would be read as lengths of time."""

    code: ClassVar[str] = "L098"
    slug: ClassVar[str] = "name.unit"
    name: str


@frozen
class WrongKind(Problem):
    """A name is used for what it is not."""

    code: ClassVar[str] = "L036"
    slug: ClassVar[str] = "name.kind"
    name: str
    found: Role
    expected: tuple[Role, ...]


@frozen
class FactOfSeveralEvents(Problem):
    """A fact that several events declare, where none of them is meant by the rule."""

    code: ClassVar[str] = "L037"
    slug: ClassVar[str] = "name.ambiguous"
    name: str
    events: tuple[str, ...]


@frozen
class LanguageCode(Problem):
    """A title or message in a language whose code is none."""

    code: ClassVar[str] = "L038"
    slug: ClassVar[str] = "name.language"
    name: str


@frozen
class Placeholder(Problem):
    """A message holds a placeholder that there is not, or that is never known in a message of its kind."""

    code: ClassVar[str] = "L039"
    slug: ClassVar[str] = "message.placeholder"
    placeholder: str
    known: tuple[str, ...]
