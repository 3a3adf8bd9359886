"""One page for every code a rule file can get: the mistake, a wrong file, what is printed, what helps.

`python -m tests.docs.diagnostic_pages` writes docs/diagnostics/ and docs/ru/diagnostics/ from the texts of the mistakes
and the wrong files of the tests; a test fails where a page differs. The wrong files stand in tests/cases/diagnostics
(mistakes of meaning) and tests/cases/reading (mistakes of reading).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from loyalty_rules.diagnostics import Diagnostic
from loyalty_rules.lang.checker import check_tree
from loyalty_rules.lang.formatter import format_source
from loyalty_rules.lang.parser import read
from loyalty_rules.loading import examine
from loyalty_rules.rendering import Page, in_general, render_all
from loyalty_rules.rendering import texts as texts_of_package
from loyalty_rules.source import Source
from loyalty_rules.supplied import supplied
from tests.cases.diagnostic_rows import ROWS

ROOT: Final = Path(__file__).resolve().parents[2]
CASES: Final = ROOT / "tests" / "cases"
FOLDERS: Final = {"en": ROOT / "docs" / "diagnostics", "ru": ROOT / "docs" / "ru" / "diagnostics"}

#: Codes that no small file shows: L099 is about the hundred mistakes before it.
WITHOUT_FILE: Final = frozenset({"L099"})
#: Files that are no rule file at all, or get another code where the checker can try orders.
_NOT_ALONE: Final = frozenset({"L002", "L032"})

_WORDS: Final = {
    "en": {
        "title": "Diagnostics",
        "intro": "What the checker can say about a rule file. `loyalty code L012` prints what a code means.",
        "wrong": "A file that has it",
        "printed": "What is printed",
        "help": "What to do",
        "all": "All codes",
    },
    "ru": {
        "title": "Сообщения о файле правил",
        "intro": "Что проверка может сказать о файле правил. `loyalty code L012` печатает, что значит код.",
        "wrong": "Файл с такой ошибкой",
        "printed": "Что будет напечатано",
        "help": "Что делать",
        "all": "Все коды",
    },
}

_MARK: Final = re.compile(r"  # (?:error|warning) L\d{3}$", re.MULTILINE)
_LONGEST: Final = 110


def texts(language: str) -> dict[str, Page]:
    """Message and help by code."""
    return dict(sorted(texts_of_package(language).problems.items()))


def wrong_file(code: str, language: str) -> Source | None:
    """The wrong file of a code in a language; mistakes of reading that no translation survives stay English."""
    for folder in ("diagnostics", "reading"):
        path = CASES / folder / f"{code}.loyalty"
        if path.exists():
            text = _MARK.sub("", path.read_text(encoding="utf-8"))
            return Source(path.name, format_source(Source(path.name, text), "ru") if _turns(folder, language) else text)
    return None


def found_in(source: Source, code: str) -> tuple[Diagnostic, ...]:
    """What the checker says about a file; L032 is what it says of an overlap that no order of its own shows."""
    if code != "L032":
        return examine(source, supplied(ROWS.get(code)))[1]
    reading = read(source)
    return check_tree(reading.tree, source, reading.lines)[1]


def _turns(folder: str, language: str) -> bool:
    return folder == "diagnostics" and language == "ru"


def page(code: str, entries: Page, language: str) -> str:
    words = _WORDS[language]
    parts = [f"# {code}: {in_general(entries['message'], language)}", ""]
    source = wrong_file(code, language)
    if source is not None:
        lines = [_cut(line) for line in source.text.splitlines()]
        diagnostics = found_in(source, code)
        # A page cannot show every file as it stands: what it cuts is no rule file any more.
        whole = source.text.splitlines() == lines and code not in _NOT_ALONE
        fence = f"```loyalty error {code}" if whole else "```text"
        parts += [f"## {words['wrong']}", "", fence, *lines, "```", ""]
        printed = [_cut(line) for line in render_all(diagnostics, source, language).splitlines()]
        parts += [f"## {words['printed']}", "", "```text", *printed, "```", ""]
    parts += [
        f"## {words['help']}",
        "",
        _sentence(in_general(entries["help"], language)),
        "",
        f"[{words['all']}](README.md)",
        "",
    ]
    return "\n".join(parts)


def _cut(line: str) -> str:
    """A line as a page can show it: not wider than a screen, invisible characters by their code."""
    seen = "".join(f"<U+{ord(one):04X}>" if not one.isprintable() else one for one in line)
    return seen if len(seen) <= _LONGEST else f"{seen[: _LONGEST - 1]}…"


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


def index(codes: dict[str, Page], language: str) -> str:
    words = _WORDS[language]
    rows = [f"- [{code}]({code}.md) {in_general(entries['message'], language)}" for code, entries in codes.items()]
    return "\n".join([f"# {words['title']}", "", words["intro"], "", *rows, ""])


def pages(language: str) -> dict[Path, str]:
    """Every page of a language, by path."""
    codes = texts(language)
    found = {FOLDERS[language] / f"{code}.md": page(code, entries, language) for code, entries in codes.items()}
    found[FOLDERS[language] / "README.md"] = index(codes, language)
    return found


def main() -> None:
    for language, folder in FOLDERS.items():
        folder.mkdir(parents=True, exist_ok=True)
        for path, text in pages(language).items():
            path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
