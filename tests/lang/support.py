"""Short ways to read rule files in tests."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from loyalty_rules.diagnostics import Diagnostic, Problem
from loyalty_rules.lang.parser import Reading, read
from loyalty_rules.lang.phrases import PhraseTable, phrase_table, phrase_tables
from loyalty_rules.source import Source

ROOT = Path(__file__).resolve().parents[2]


def source(text: str) -> Source:
    return Source("test.loyalty", text)


def reading(text: str) -> Reading:
    return read(source(text))


def problems(text: str) -> list[tuple[int, Problem]]:
    """Line and problem of everything that is wrong with a file."""
    where = source(text)
    return [(where.position(found.span.start).line, found.problem) for found in read(where).diagnostics]


def the_one(text: str) -> Diagnostic:
    """The only diagnostic of a file."""
    (found,) = read(source(text)).diagnostics
    return found


def codes(text: str) -> list[tuple[int, str]]:
    return [(line, problem.code) for line, problem in problems(text)]


def example_files() -> list[Path]:
    return sorted((ROOT / "examples").rglob("*.loyalty"))


@cache
def mirrored() -> PhraseTable:
    """A third language: every word of the English one turned round, behind letters that begin no phrase."""
    import tomllib

    path = ROOT / "grammar" / "phrases" / "en.toml"
    data = tomllib.loads(path.read_text(encoding="utf-8"))

    def turned(phrase: str) -> str:
        return " ".join(word if word.isdigit() else f"zx{word[::-1]}" for word in phrase.split(" "))

    lines = ['language = "zx"', 'name = "Mirrored"', 'plural = "one_other"', f'version = "{turned(data["version"])}"']
    for section in ("opening", "both", "inline", "units"):
        lines.append(f"[{section}]")
        for role, forms in data[section].items():
            words = [turned(form) for form in ([forms] if isinstance(forms, str) else forms)]
            lines.append(f"{role} = [{', '.join(repr(word) for word in words)}]".replace("'", '"'))
    return phrase_table("\n".join(lines))


def three_tables() -> dict[str, PhraseTable]:
    """English, Russian and the mirrored language."""
    return {**phrase_tables(), "zx": mirrored()}
