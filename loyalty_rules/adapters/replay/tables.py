"""Rows of tables as texts: Parquet, CSV and JSON lines give the same ones.

Nothing is guessed. A number stays the digits that it was written with; of a binary fraction they are the shortest ones
that make it. A missing value and an empty text are one.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import IO, Any, Final, NamedTuple

import pyarrow
import pyarrow.compute
import pyarrow.parquet

from loyalty_rules.adapters.replay.badrows import BadRowError
from loyalty_rules.adapters.replay.columns import EVENT, ColumnMap
from loyalty_rules.errors import InputError, shown

#: Rows that are read at a time.
BATCH: Final = 1 << 15
_FORMATS: Final = (".parquet", ".csv", ".jsonl")
_MAX_LINE: Final = 1 << 20
#: Half of a pair of surrogates, as JSON may write it.
_HALF: Final = re.compile(r"\\u[dD][89a-fA-F]")


class Batch(NamedTuple):
    """Some rows: columns of texts, by field; `at` may be a column of instants. `done` is how much of the file has been
    read, in thousandths."""

    first: int  # number of the first row, from 1
    columns: dict[str, Any]  # pyarrow.Array
    done: int


def batches(path: Path, names: ColumnMap) -> Iterator[Batch]:
    """The rows of a file. Raises `InputError`: `replay.file` where it is none of a known format, `replay.column`,
    `replay.row`."""
    kind = path.suffix.lower()
    if kind not in _FORMATS:
        message = f"a table is a file {', '.join('*' + one for one in _FORMATS)}"
        raise InputError("replay.file", message, path.name)
    try:
        if kind == ".parquet":
            yield from _parquet(path, names)
        else:
            with path.open("rb") as stream:
                yield from (_csv if kind == ".csv" else _json_lines)(stream, path, names)
    except UnicodeDecodeError as error:
        raise InputError("replay.file", f"this is not UTF-8: {error.reason}", path.name) from None
    except OSError as error:
        raise InputError("replay.file", f"it cannot be read: {error.strerror or error}", path.name) from None


# ---------------------------------------------------------------- Parquet


def _parquet(path: Path, names: ColumnMap) -> Iterator[Batch]:
    try:
        file = pyarrow.parquet.ParquetFile(path, pre_buffer=False)  # else it holds all that was ever read of the file
    except (pyarrow.ArrowInvalid, pyarrow.ArrowNotImplementedError) as error:
        raise InputError("replay.file", f"this is not Parquet: {error}", path.name) from None
    chosen = names.chosen(file.schema_arrow.names, path.name)
    texts = {column: _as_text(file.schema_arrow.field(column).type, column, path.name) for column in chosen.values()}
    rows, first = max(file.metadata.num_rows, 1), 1
    for part in file.iter_batches(BATCH, columns=sorted(set(chosen.values()))):
        columns: dict[str, Any] = {}
        for field, column in chosen.items():
            try:
                columns[field] = texts[column](part.column(column))
            except pyarrow.ArrowInvalid as error:  # no UTF-8, or times finer than microseconds
                raise InputError("replay.column", f"the column `{shown(column)}`: {error}", path.name) from None
        yield Batch(first, columns, (first - 1 + len(part)) * 1000 // rows)
        first += len(part)


def _as_text(kind: Any, column: str, file: str) -> Callable[[Any], Any]:
    """How a column of a type becomes texts; instants stay what they are."""
    types = pyarrow.types
    if types.is_timestamp(kind):
        return lambda values: values.cast(pyarrow.timestamp("us", tz=kind.tz))
    if types.is_dictionary(kind):
        kind = kind.value_type
    plain = types.is_string(kind) or types.is_large_string(kind) or types.is_date32(kind) or types.is_boolean(kind)
    if plain or types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind) or types.is_null(kind):
        return _cast
    message = f"the column `{shown(column)}` has the type {kind}: texts, numbers, dates, times and truth are read"
    raise InputError("replay.column", message, file)


def _cast(values: Any) -> Any:
    texts = values.cast(pyarrow.string())
    texts.validate(full=True)
    return texts


# ---------------------------------------------------------------- CSV


def _csv(stream: IO[bytes], path: Path, names: ColumnMap) -> Iterator[Batch]:
    size = max(path.stat().st_size, 1)
    rows = csv.reader(_lines(stream), delimiter=names.separator, strict=True)
    heads = _next_rows(rows, 1, path.name, 0)
    if not heads:
        raise InputError("replay.file", "it has no line of heads", path.name)
    twice = next((head for head in heads[0] if heads[0].count(head) > 1), None)
    if twice is not None:
        raise InputError("replay.column", f"the column `{shown(twice)}` stands twice", path.name)
    chosen = names.chosen(heads[0], path.name)
    first = 1
    while part := _next_rows(rows, BATCH, path.name, first):
        for number, row in enumerate(part, first):
            if len(row) != len(heads[0]):
                message = f"it has {len(row)} cells, and there are {len(heads[0])} columns"
                raise BadRowError("replay.row", message, path.name, number)
        cells = dict(zip(heads[0], zip(*part, strict=True), strict=True))
        columns = {field: _texts(cells[column]) for field, column in chosen.items()}
        yield Batch(first, columns, stream.tell() * 1000 // size)
        first += len(part)


def _lines(stream: IO[bytes]) -> Iterator[str]:
    for number, line in enumerate(iter(lambda: stream.readline(_MAX_LINE), b"")):
        yield (line.removeprefix(b"\xef\xbb\xbf") if number == 0 else line).decode("utf-8")


def _next_rows(rows: Iterator[list[str]], count: int, file: str, first: int) -> list[list[str]]:
    """The next rows, empty lines left out."""
    found: list[list[str]] = []
    try:
        found.extend(islice((row for row in rows if row), count))
    except csv.Error as error:
        raise BadRowError("replay.row", f"this is not CSV: {error}", file, first + len(found)) from None
    return found


# ---------------------------------------------------------------- JSON lines


def _json_lines(stream: IO[bytes], path: Path, names: ColumnMap) -> Iterator[Batch]:
    size = max(path.stat().st_size, 1)
    lines = (line for line in _lines(stream) if line.strip())
    seen: dict[str, None] = {}
    first = 1
    while part := list(islice(lines, BATCH)):
        rows = [_fields(line, names, seen, path.name, number) for number, line in enumerate(part, first)]
        if seen:
            names.chosen(seen, path.name, whole=False)
        fields = dict.fromkeys(field for row in rows for field in row)
        columns = {field: _texts([row.get(field, "") for row in rows]) for field in fields}
        yield Batch(first, columns, stream.tell() * 1000 // size)
        first += len(part)
    if seen:
        names.chosen(seen, path.name)


def _fields(line: str, names: ColumnMap, seen: dict[str, None], file: str, number: int) -> dict[str, str]:
    """The fields of a line: of a row, or of a whole event, which keeps its text. `seen` gets the names of its keys."""
    try:
        read = json.loads(line, parse_float=str, parse_int=str, parse_constant=str)
    except (json.JSONDecodeError, RecursionError) as error:
        raise BadRowError("replay.row", f"this is not JSON: {error}", file, number) from None
    if not isinstance(read, dict):
        raise BadRowError("replay.row", "a row is an object of fields", file, number)
    if _HALF.search(line) and not _whole((*read, *read.values())):
        raise BadRowError("replay.row", "a text has half of a pair of surrogates", file, number)
    if "kind" in read:
        keys = {"member": "member", "at": "at", "order": "id"}
        found = {field: read[key] for field, key in keys.items() if isinstance(read.get(key), str)}
        return {**found, EVENT: line.strip()}
    seen.update(dict.fromkeys(read))
    columns = names.columns or {name: name for name in read}
    return {field: _cell(read.get(column), column, file, number) for field, column in columns.items()}


def _whole(values: Iterable[object]) -> bool:
    """Whether texts are all made of whole characters."""
    try:
        "".join(value for value in values if isinstance(value, str)).encode()
    except UnicodeEncodeError:
        return False
    return True


def _cell(value: object, column: str, file: str, number: int) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    raise BadRowError("replay.row", "a text, a number, true or false is expected", file, number, column)


def _texts(values: Sequence[str] | Iterable[str]) -> Any:
    """A column of texts; what is empty is missing."""
    return pyarrow.array([value or None for value in values], pyarrow.string())
