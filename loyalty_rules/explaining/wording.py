"""The texts of one language: its phrase table, and pages of messages from `grammar/messages/`.

Explanations and the command line take every word from here, so a third language needs a table and its pages, no code.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Final

from loyalty_rules.amounts import format_fraction
from loyalty_rules.errors import SettingsError, shown
from loyalty_rules.lang.phrases import PhraseTable, phrase_tables
from loyalty_rules.values import frozen

#: The section of a page that lists nouns with their plural forms, in the order of the phrase table.
_NOUNS: Final = "nouns"
_PLACEHOLDER: Final = re.compile(r"\{([a-z_]+)\}")


def fill(template: str, values: Mapping[str, str]) -> str:
    """`template` with each `{name}` that `values` knows replaced, once: what was put in is never read again."""
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), template)


def placeholders(template: str) -> frozenset[str]:
    """The names between braces."""
    return frozenset(_PLACEHOLDER.findall(template))


@frozen
class Wording:
    """`table` also holds the nouns of the pages; `texts` are by `section.key`."""

    table: PhraseTable
    texts: Mapping[str, str]

    def text(self, key: str, **values: str) -> str:
        """The text of a key with its placeholders filled."""
        return fill(self.texts[key], values)

    def counted(self, noun: str, amount: Fraction | int) -> str:
        """A number with its noun in the form that agrees: `1 order`, `2 заказа`, `1.5 дня`."""
        figure = format_fraction(amount)
        # The noun agrees with what is read: 780 and a millionth of a minute are 780 minutes.
        return f"{figure} {self.table.counted(noun, None if '.' in figure else int(figure))}"


def wording_of(table: PhraseTable, *pages: str) -> Wording:
    """The wording of a table and its pages, each the text of a TOML file. Raises `SettingsError` (`texts.syntax`)."""
    texts: dict[str, str] = {}
    forms = dict(table.forms)
    for page in pages:
        try:
            sections = tomllib.loads(page)
        except tomllib.TOMLDecodeError as error:
            raise SettingsError("texts.syntax", f"the texts are not TOML: {error}") from None
        for section, entries in sections.items():
            if section == _NOUNS:
                forms.update({noun: tuple(all_) for noun, all_ in entries.items()})
            else:
                texts.update({f"{section}.{key}": text for key, text in entries.items()})
    return Wording(replace(table, forms=MappingProxyType(forms)), MappingProxyType(texts))


@cache
def wording(language: str, page: str) -> Wording:
    """The wording of a language that comes with the package, with one page of texts.

    Raises `SettingsError` (`language.unknown`) for a language without a phrase table.
    """
    tables = phrase_tables()
    if type(language) is not str or language not in tables:
        raise SettingsError("language.unknown", f"no texts in {shown(language)}; there are {', '.join(sorted(tables))}")
    folder = resources.files("loyalty_rules.grammar").joinpath("messages", language)
    return wording_of(tables[language], folder.joinpath(f"{page}.toml").read_text(encoding="utf-8"))
