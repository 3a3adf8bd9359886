"""The phrase tables: which words of a human language stand for which role of the grammar.

One table a language, all of it data in `grammar/phrases/`. The lexer reads by them, the formatter and the explanations
write by them, and nothing else in the package knows a word of any language.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import field
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Final

from loyalty_rules.errors import SettingsError
from loyalty_rules.text import code_key
from loyalty_rules.values import frozen

_SECTIONS: Final = ("opening", "both", "inline", "units")
_PLURALS: Final = ("one_other", "east_slavic")
#: Places of forms in a list: of one, and of one in the accusative.
_ONE: Final = 1
_ACCUSATIVE: Final = 3


@frozen
class Phrase:
    """One phrase: its role, and its words."""

    role: str
    words: tuple[str, ...]


#: The phrases that begin with one word, longest first.
Index = Mapping[str, tuple[Phrase, ...]]


@frozen
class PhraseTable:
    """The phrases of one language."""

    language: str
    name: str
    plural: str
    version: str  # the words of the first line, before the number
    forms: Mapping[str, tuple[str, ...]]  # role -> its forms, as listed in the table
    positions: Mapping[str, str]  # role -> "opening", "both", "inline" or "units"
    opening: Index = field(compare=False, repr=False)
    inline: Index = field(compare=False, repr=False)
    units: Index = field(compare=False, repr=False)
    habits: Index = field(compare=False, repr=False)  # what people say instead: never read
    currencies: Mapping[str, str] = field(compare=False, repr=False)  # word or sign in small letters -> code
    places: Mapping[str, int] = field(compare=False, repr=False)  # role -> its place in the table

    def text(self, role: str) -> str:
        """The phrase of a role in its first form."""
        return self.forms[role][0]

    def counted(self, role: str, whole: int | None, *, genitive: bool = False, accusative: bool = False) -> str:
        """The form of a role that agrees with a number; `whole` is None for a number with a fraction.

        `genitive`: behind a comparison that asks for it (Russian `свыше`, `менее`); `accusative`: behind a preposition
        that does (Russian `за`, `через`), where the role has a form of its own for it.
        """
        forms = self.forms[role]
        form = _form(self.plural, whole, genitive)
        if form == _ONE and accusative and self.has_accusative(role):
            return forms[_ACCUSATIVE]
        return forms[min(form, len(forms) - 1)]

    def has_accusative(self, role: str) -> bool:
        """Whether the role has a form of its own for the accusative of one (Russian: it is feminine)."""
        return len(self.forms[role]) > _ACCUSATIVE

    def before_duration(self, role: str, number: int, unit: str) -> str:
        """The form of a role that agrees with the duration behind it: one, one of a feminine unit, or more."""
        forms = self.forms[role]
        form = 0 if number != 1 else 2 if self.has_accusative(unit) else 1
        return forms[min(form, len(forms) - 1)]

    def month(self, role: str, *, of_day: bool) -> str:
        """A month, as it stands behind a day (`30 сентября`) or alone."""
        return self.forms[role][-1 if of_day else 0]

    def opening_roles(self) -> Iterable[str]:
        """The roles that can open a line, in the order of the table."""
        return (role for role, position in self.positions.items() if position in ("opening", "both"))


def currency_called(word: str, tables: Iterable[PhraseTable]) -> str | None:
    """The code of the currency that a word or sign of any of these languages means."""
    key = code_key(word)
    return next((table.currencies[key] for table in tables if key in table.currencies), None)


def _form(plural: str, whole: int | None, genitive: bool) -> int:
    """Index of the form: 0 many, 1 one, 2 a few."""
    if plural == "one_other":
        return 1 if whole == 1 else 0
    if whole is None:
        return 2
    tens, ones = abs(whole) % 100, abs(whole) % 10
    single = ones == 1 and tens != 11
    if genitive:
        return 2 if single else 0
    if single:
        return 1
    return 2 if ones in (2, 3, 4) and tens not in (12, 13, 14) else 0


def _index(entries: Iterable[tuple[str, str]]) -> Index:
    found: dict[str, list[Phrase]] = {}
    for role, form in entries:
        words = tuple(form.split(" "))
        found.setdefault(words[0], []).append(Phrase(role, words))
    for phrases in found.values():
        phrases.sort(key=lambda phrase: (-len(phrase.words), phrase.words))
    return MappingProxyType({word: tuple(phrases) for word, phrases in found.items()})


def _habits(section: Mapping[str, list[str]]) -> Index:
    """What is said instead of phrases, by its first word; of two as long the first of the section comes first."""
    found: dict[str, list[Phrase]] = {}
    for role, texts in section.items():
        for text in texts:
            words = tuple(text.split(" "))
            found.setdefault(words[0], []).append(Phrase(role, words))
    return MappingProxyType(
        {word: tuple(sorted(phrases, key=lambda phrase: -len(phrase.words))) for word, phrases in found.items()}
    )


def phrase_table(text: str) -> PhraseTable:
    """Reads a phrase table from the text of its TOML file. Raises `SettingsError` where it is not a table."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError("phrases.syntax", f"the phrase table is not TOML: {error}") from None
    plural = str(data.get("plural", ""))
    if plural not in _PLURALS:
        raise SettingsError("phrases.plural", f"unknown plural rule `{plural}`; known: {', '.join(_PLURALS)}")
    forms: dict[str, tuple[str, ...]] = {}
    positions: dict[str, str] = {}
    for section in _SECTIONS:
        for role, value in data.get(section, {}).items():
            forms[role] = (value,) if isinstance(value, str) else tuple(value)
            positions[role] = section

    def entries(*sections: str) -> Index:
        return _index(
            (role, form) for role, all_ in forms.items() if positions[role] in sections for form in dict.fromkeys(all_)
        )

    return PhraseTable(
        str(data["language"]),
        str(data["name"]),
        plural,
        str(data["version"]),
        MappingProxyType(forms),
        MappingProxyType(positions),
        entries("opening", "both"),
        entries("both", "inline"),
        entries("units"),
        _habits(data.get("habits", {})),
        MappingProxyType({word: code for code, words in data.get("currencies", {}).items() for word in words}),
        MappingProxyType({role: place for place, role in enumerate(forms)}),
    )


@cache
def phrase_tables() -> Mapping[str, PhraseTable]:
    """The tables that come with the package, by language code."""
    folder = resources.files("loyalty_rules.grammar").joinpath("phrases")
    tables = {}
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".toml"):
            table = phrase_table(entry.read_text(encoding="utf-8"))
            tables[table.language] = table
    return MappingProxyType(tables)
