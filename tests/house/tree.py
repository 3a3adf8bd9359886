"""The repository as the house rules see it: its files and their texts, without what was built or installed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent.parent

#: What is committed stands in these folders, and in files directly at the top.
FOLDERS = (".ci", "docs", "examples", "grammar", "loyalty_rules", "tests")
NOT_OURS = frozenset({"__pycache__", "build", "dist"})
#: Files of one's own machine at the top, ignored by git.
TOP_NAMES = frozenset({".editorconfig", ".gitignore", "LICENSE", "Makefile"})
TOP_SUFFIXES = frozenset({".md", ".py", ".toml"})


class File(NamedTuple):
    """One text file; `path` is relative to the repository with `/` between the parts."""

    path: str
    text: str


def paths(root: Path = ROOT) -> Iterator[Path]:
    """Every file that belongs to the project, by name."""
    for entry in sorted(root.iterdir()):
        if entry.is_file() and (entry.name in TOP_NAMES or entry.suffix in TOP_SUFFIXES):
            yield entry
    for folder in FOLDERS:
        for entry in sorted((root / folder).rglob("*")):
            relative = entry.relative_to(root)
            hidden = any(part.startswith(".") for part in relative.parts[1:])
            if entry.is_file() and not hidden and not NOT_OURS.intersection(relative.parts):
                yield entry


def files(root: Path = ROOT) -> list[File]:
    """The text files; one that is not UTF-8 (a picture, a broken source kept as a case) is left out."""
    found = []
    for path in paths(root):
        try:
            text = path.read_bytes().decode("utf-8")
        except UnicodeDecodeError:
            continue
        found.append(File(path.relative_to(root).as_posix(), text))
    return found


def python_files(root: Path = ROOT) -> list[File]:
    return [file for file in files(root) if file.path.endswith(".py")]


def package_files(root: Path = ROOT) -> list[File]:
    """The modules of the package itself."""
    return [file for file in python_files(root) if file.path.startswith("loyalty_rules/")]


def in_core(path: str) -> bool:
    """Whether a module decides: it may see neither clock nor chance nor files. The rest of the package may."""
    return path.startswith("loyalty_rules/") and not path.startswith(
        ("loyalty_rules/adapters/", "loyalty_rules/testing/")
    )
