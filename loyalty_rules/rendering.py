"""The one place that makes text of diagnostics: message, place, source lines, and what helps, in the reader's language.

```text
error[L012] unknown clause `giv`                       club.loyalty:18:3
   18 |   giv 1 bonus per 10 RUB
      |   ^^^ did you mean `give`?
  Help: every line of a block starts with one of the phrases that the block `earn` knows
```

Every word comes from a phrase table or a page in `grammar/messages/`; a third language is handed in as `Texts`.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Final, TypeAlias

from loyalty_rules.diagnostics import Diagnostic, Fix, Problem, Related, Role, Severity
from loyalty_rules.errors import RuleFileError, SettingsError, shown
from loyalty_rules.lang.lexer import language_of
from loyalty_rules.lang.phrases import PhraseTable, phrase_tables
from loyalty_rules.source import Source, Span
from loyalty_rules.values import frozen

#: The pages that hold texts of diagnostics.
PAGES: Final = ("reading", "checking")

#: A fact of the problem, or (in capitals) a phrase.
_PLACEHOLDER: Final = re.compile(r"(`?)\{([a-z_]+)\}\1|\{([A-Z][A-Z0-9_]*)\}")
_PLACE_COLUMN: Final = 55
_NUMBER_WIDTH: Final = 5
#: The longest source line that is shown whole, and how much is shown before the place in a longer one.
_LINE_WIDTH: Final = 120
_BEFORE: Final = 40
_FIELD_WIDTH: Final = 60
_LIST_WIDTH: Final = 240
_EXAMPLE_WIDTH: Final = 300  # an order that shows a mistake is of use only as a whole
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})

Page: TypeAlias = Mapping[str, str]


@frozen
class Texts:
    """The texts of one language. `problems`: by code, with `message`, `help` and perhaps `suggestion`."""

    table: PhraseTable
    problems: Mapping[str, Page]
    words: Page
    notes: Page
    labels: Page


def texts_of(table: PhraseTable, *pages: str) -> Texts:
    """The texts of a phrase table and its pages, each the text of a TOML file. Raises `SettingsError`."""
    sections: dict[str, dict[str, str]] = {}
    for page in pages:
        try:
            data = tomllib.loads(page)
        except tomllib.TOMLDecodeError as error:
            raise SettingsError("texts.syntax", f"the texts are not TOML: {error}") from None
        for section, entries in data.items():
            sections.setdefault(section, {}).update({key: str(text) for key, text in entries.items()})
    known = {name: MappingProxyType(section) for name, section in sections.items()}
    nothing: Page = MappingProxyType({})
    words, notes, labels = (known.pop(name, nothing) for name in ("words", "notes", "labels"))
    return Texts(table, MappingProxyType(known), words, notes, labels)


@cache
def texts(language: str) -> Texts:
    """The texts that come with the package. Raises `SettingsError` (`language.unknown`) for other languages."""
    tables = phrase_tables()
    if language not in tables:
        raise SettingsError("language.unknown", f"no texts in {shown(language)}; there are {', '.join(sorted(tables))}")
    folder = resources.files("loyalty_rules.grammar").joinpath("messages", language)
    pages = (folder.joinpath(f"{page}.toml").read_text(encoding="utf-8") for page in PAGES)
    return texts_of(tables[language], *pages)


# ---------------------------------------------------------------- messages


def message_of(problem: Problem, language: str | Texts) -> str:
    """What is wrong, in one line without a full stop."""
    chosen = _chosen(language)
    return _filled(chosen.problems[problem.code]["message"], problem, chosen)


def help_of(problem: Problem, language: str | Texts) -> str:
    """What helps, in one line without a full stop."""
    chosen = _chosen(language)
    return _filled(chosen.problems[problem.code]["help"], problem, chosen)


def suggestion_of(problem: Problem, language: str | Texts) -> str:
    """What was probably meant, "" where nothing is near."""
    chosen = _chosen(language)
    template = chosen.problems[problem.code].get("suggestion", "")
    return _filled(template, problem, chosen) if template and getattr(problem, "suggestion", None) else ""


def note_of(related: Related, language: str | Texts) -> str:
    """What a second place has to do with a diagnostic."""
    return _chosen(language).notes[related.note]


def in_general(template: str, language: str | Texts) -> str:
    """A text of a code where no file is at hand: its phrases, and `…` for what a message takes from the file."""
    chosen = _chosen(language)

    def put(found: re.Match[str]) -> str:
        phrase = found[3]
        return chosen.table.text(phrase) if phrase else "…"

    # Every second part stands in backticks, which then hold the whole of it: `in last 12 months`, `has …`.
    parts = template.split("`")
    parts[1::2] = [_PLACEHOLDER.sub(put, part) for part in parts[1::2]]
    parts[::2] = [_PLACEHOLDER.sub(lambda found: put(found) if found[3] else "`…`", part) for part in parts[::2]]
    return "`".join(parts)


def _chosen(language: str | Texts) -> Texts:
    return language if isinstance(language, Texts) else texts(language)


def _filled(template: str, problem: Problem, chosen: Texts) -> str:
    values = {field.name: getattr(problem, field.name) for field in fields(problem)}

    def put(found: re.Match[str]) -> str:
        mark, name, phrase = found.groups()
        if phrase is not None:
            return chosen.table.text(phrase)
        if name not in values:
            return found[0]
        # Roles and lists bring their own backticks.
        own = isinstance(values[name], Role | tuple)
        return _shown(values[name], name, chosen) if own else f"{mark}{_shown(values[name], name, chosen)}{mark}"

    return _PLACEHOLDER.sub(put, template)


def _shown(value: object, name: str, chosen: Texts) -> str:
    """A field of a problem as text: phrases in backticks, several things as a list."""
    if isinstance(value, tuple):
        quotes = ("" if isinstance(item, Role) else "`" for item in value)
        items = [f"{mark}{_shown(item, '', chosen)}{mark}" for mark, item in zip(quotes, value, strict=True)]
        if name == "path":
            return " → ".join(_fitting(items[:-1]) + items[-1:])
        items = _fitting(items)
        return _listed(items, chosen.labels["and" if name == "events" else "or"])
    if isinstance(value, Role):
        word = chosen.words.get(value.role)
        return f"`{chosen.table.text(value.role)}`" if word is None else word
    return _printable(str(value), _EXAMPLE_WIDTH if name == "example" else _FIELD_WIDTH)


def _fitting(items: list[str]) -> list[str]:
    """As many of the items as a message has room for, at least one, and an ellipsis for the others."""
    room = _LIST_WIDTH
    for place, item in enumerate(items):
        room -= len(item)
        if room < 0 and place:
            return [*items[:place], "…"]
    return items


def _listed(items: list[str], joint: str) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {joint} {items[-1]}"


def _printable(text: str, width: int) -> str:
    """Text of a file as a terminal may show it, character by character, so that columns stay what they are."""
    seen = "".join(" " if one == "\t" else "\ufffd" if unicodedata.category(one) in _UNSEEN else one for one in text)
    return seen if len(seen) <= width else f"{seen[: width - 1]}…"


# ---------------------------------------------------------------- diagnostics


def render_diagnostic(diagnostic: Diagnostic, source: Source, language: str | Texts) -> str:
    """A diagnostic as a person reads it; several lines, each ended by a line break."""
    chosen = in_words_of(language, source)
    problem = diagnostic.problem
    head = f"{chosen.labels[problem.severity.value]}[{problem.code}] {message_of(problem, chosen)}"
    place = source.position(_visible(source, diagnostic.span).start)
    gap = " " * max(2, _PLACE_COLUMN - len(head))
    lines = [f"{head}{gap}{_printable(source.name, _LINE_WIDTH)}:{place.line}:{place.column}"]
    lines += _marked(source, diagnostic.span, suggestion_of(problem, chosen))
    for related in diagnostic.related:
        lines += _marked(source, related.span, note_of(related, chosen))
    lines.append(f"  {chosen.labels['help']}: {help_of(problem, chosen)}")
    if diagnostic.fix is not None:
        lines += _fixed(source, diagnostic.fix, chosen)
    return "".join(f"{line.rstrip()}\n" for line in lines)


def in_words_of(language: str | Texts, source: Source) -> Texts:
    """Texts in the reader's language that quote phrases as the file would have to write them."""
    if isinstance(language, Texts):
        return language
    chosen, written = texts(language), language_of(source)
    return chosen if written is None else replace(chosen, table=phrase_tables()[written])


def render_all(diagnostics: Iterable[Diagnostic], source: Source, language: str | Texts) -> str:
    """Several diagnostics with an empty line between them."""
    found = tuple(diagnostics)
    chosen = in_words_of(language, source) if found else language
    return "\n".join(render_diagnostic(diagnostic, source, chosen) for diagnostic in found)


def _visible(source: Source, span: Span) -> Span:
    """A span without the blanks that it begins with."""
    text = source.slice(span)
    return Span(span.start + len(text) - len(text.lstrip(" \t")), span.end) if text.strip() else span


def _marked(source: Source, span: Span, note: str) -> list[str]:
    """A source line with its place marked, and a note behind the mark."""
    span = _visible(source, span)
    place = source.position(span.start)
    text = source.line_text(place.line)
    column = place.column - 1
    length = max(1, min(span.end, source.line_span(place.line).end) - span.start)
    start = 0 if len(text) <= _LINE_WIDTH else max(0, column - _BEFORE)
    cut = text[start : start + _LINE_WIDTH]
    before, after = ("…" if start else ""), ("…" if start + _LINE_WIDTH < len(text) else "")
    marks = "^" * max(1, min(length, len(cut) - (column - start)))
    blank = " " * (column - start + len(before))
    return [
        f"{place.line:>{_NUMBER_WIDTH}} | {before}{_printable(cut, _LINE_WIDTH)}{after}",
        f"{'':>{_NUMBER_WIDTH}} | {blank}{marks} {note}",
    ]


def _fixed(source: Source, fix: Fix, chosen: Texts) -> list[str]:
    """The line as it would be with the fix."""
    line = source.line_span(source.line_number(fix.span.start))
    if fix.span.end > line.end:
        return []
    text = source.slice(Span(line.start, fix.span.start)) + fix.replacement + source.slice(Span(fix.span.end, line.end))
    label = chosen.labels["fix" if fix.safe else "fix_look"]
    return [f"  {label}: {_printable(text.strip(), _LINE_WIDTH)}"]


def refusal(source: Source, diagnostics: tuple[Diagnostic, ...]) -> RuleFileError:
    """The error of a file that has errors, at the place of the first."""
    errors = [found for found in diagnostics if found.problem.severity is Severity.ERROR]
    first = message_of(errors[0].problem, in_words_of("en", source))
    many = "1 error" if len(errors) == 1 else f"{len(errors)} errors"
    message = f"{many} in the rule file, the first: {first}"
    place = source.position(_visible(source, errors[0].span).start)
    return RuleFileError("rules.errors", message, f"{source.name}:{place.line}:{place.column}", diagnostics)
