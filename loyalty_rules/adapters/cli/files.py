"""Files and streams: finding rule files, reading within bounds, writing all or nothing."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Final, NamedTuple

import click

from loyalty_rules.adapters.cli.raising import limits_given
from loyalty_rules.adapters.cli.terminal import escaped, words
from loyalty_rules.supplied import MAX_TABLE_BYTES

STDIN: Final = "-"
SUFFIX: Final = ".loyalty"
_STDIN_NAME: Final = "<stdin>"


class Refused(click.ClickException):
    """A command that cannot be carried out as it was given: exit code 2, nothing was done."""

    exit_code = 2

    def show(self, file: IO[str] | None = None) -> None:
        click.echo(f"loyalty: {escaped(self.format_message())}", file=file, err=file is None)


class RuleFile(NamedTuple):
    """A rule file as bytes. `path` is None for the standard input."""

    name: str
    path: Path | None
    data: bytes


def refuse(language: str | None, key: str, **values: str) -> Refused:
    """The refusal with the text of a key."""
    return Refused(words(language).text(key, **values))


def rule_files(names: Iterable[str], language: str | None) -> Iterator[RuleFile]:
    """The rule files that the names stand for, each once: files, all `*.loyalty` below folders, `-` the standard input.

    Hidden folders are left out and links to folders not followed. Raises `Refused` where one is missing, before the
    first is read.
    """
    found: dict[str, Path | None] = {}
    for name in names:
        path = Path(name)
        if name == STDIN:
            if _STDIN_NAME in found:
                raise refuse(language, "file.stdin_twice")
            found[_STDIN_NAME] = None
        elif path.is_dir():
            inside = list(_below(path))
            if not inside:
                raise refuse(language, "file.empty_folder", name=name)
            found.update({str(one): one for one in inside})
        elif path.exists():
            found[str(path)] = path
        else:
            raise refuse(language, "file.missing", name=name)
    for name, one in found.items():
        yield RuleFile(name, one, read_bytes(name if one else STDIN, language))


def _below(folder: Path) -> Iterator[Path]:
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if name.endswith(SUFFIX) and not name.startswith("."):
                yield Path(place) / name


def read_bytes(name: str, language: str | None, most: int = 0) -> bytes:
    """A whole file, at most one byte more than a rule file may have, or `most`: what is longer is refused by its
    size."""
    with opened(name, language) as stream:
        try:
            return stream.read((most or limits_given(language).bytes) + 1)
        except OSError as error:
            raise unreadable(name, language, error) from None


def opened(name: str, language: str | None) -> IO[bytes]:
    """A file or the standard input, for reading bytes."""
    if name == STDIN:
        return sys.stdin.buffer
    try:
        return Path(name).open("rb")
    except FileNotFoundError:
        raise refuse(language, "file.missing", name=name) from None
    except OSError as error:
        raise unreadable(name, language, error) from None


def unreadable(name: str, language: str | None, error: OSError) -> Refused:
    return refuse(language, "file.unreadable", name=name, reason=error.strerror or str(error))


def documents(name: str, language: str | None, most: int) -> Iterator[tuple[int, bytes]]:
    """The lines of a file of JSON lines with their numbers, empty ones left out. What is longer than `most` bytes is
    cut behind them, and what is left is refused as too large."""
    with opened(name, language) as stream:
        number = 0
        while True:
            try:
                line = stream.readline(most + 2)
            except OSError as error:
                raise unreadable(name, language, error) from None
            if not line:
                return
            number += 1
            text = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
            if text.strip():
                yield number, text


def tables_of(named: Iterable[str], language: str | None) -> dict[str, bytes]:
    """The CSV of the tables that the host hands over, by name: each is given as NAME=FILE."""
    found: dict[str, bytes] = {}
    for one in named:
        name, _, file = one.partition("=")
        if not name or not file or name in found:
            raise refuse(language, "file.table", name=one)
        with opened(file, language) as stream:
            try:
                found[name] = stream.read(MAX_TABLE_BYTES + 1)
            except OSError as error:
                raise unreadable(file, language, error) from None
    return found


def write_whole(path: Path, data: bytes, language: str | None) -> None:
    """Writes a file through another one beside it, so that it holds the old content or the new, never a part."""
    target = path.resolve()
    try:
        mode = target.stat().st_mode & 0o777 if target.exists() else 0o644
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
            Path(name).chmod(mode)
            Path(name).replace(target)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise refuse(language, "file.unwritable", name=str(path), reason=error.strerror or str(error)) from None
