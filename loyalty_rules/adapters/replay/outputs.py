"""The tables that a replay leaves: written group by group while it works, put together at the end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import pyarrow
import pyarrow.parquet

from loyalty_rules.amounts import MAX_DECIMALS
from loyalty_rules.programme import Programme

_TEXT: Final = pyarrow.string()
_AT: Final = pyarrow.timestamp("us", tz="UTC")
UNITS: Final = pyarrow.decimal128(38, MAX_DECIMALS)
#: As many digits, with no decimals among them.
_MILLIONTHS: Final = pyarrow.decimal128(38, 0)
_COUNT: Final = pyarrow.int64()
#: Rows that are written at a time; in the tables at the end, rows of one row group.
_ROWS: Final = 1 << 16

DECISIONS: Final = "decisions"
MOVEMENTS: Final = "movements"
LEVELS: Final = "levels"
BALANCES: Final = "balances"
MEMBERS: Final = "members"
DIFFERENCES: Final = "differences"

_SCHEMAS: Final = {
    DECISIONS: [("member", _TEXT), ("event", _TEXT), ("kind", _TEXT), ("at", _AT), ("outcome", _TEXT)],
    MOVEMENTS: [
        *(("member", _TEXT), ("event", _TEXT), ("at", _AT), ("purse", _TEXT), ("rule", _TEXT), ("reason", _TEXT)),
        ("units", UNITS),
    ],
    LEVELS: [("member", _TEXT), ("at", _AT), ("ladder", _TEXT), ("before", _TEXT), ("after", _TEXT)],
    BALANCES: [
        *(("member", _TEXT), ("purse", _TEXT), ("usable", UNITS), ("pending", UNITS), ("reserved", UNITS)),
        ("owed", UNITS),
    ],
    DIFFERENCES: [
        *(("member", _TEXT), ("event", _TEXT), ("at", _AT), ("purse", _TEXT), ("rule", _TEXT), ("reason", _TEXT)),
        *(("before", UNITS), ("after", UNITS), ("difference", UNITS)),
        *(("why", _TEXT), ("outcome_before", _TEXT), ("outcome_after", _TEXT)),
    ],
    MEMBERS: [("member", _TEXT), ("orders", _COUNT), ("decisions", _COUNT), ("first", _AT), ("last", _AT)],
}
#: The column of members with the level of a ladder.
_LEVEL: Final = "level_"


def schemas(programme: Programme, compared: bool) -> dict[str, Any]:
    """The tables and their columns; members have one for each ladder. Differences are of two programmes compared."""
    ladders = [(_LEVEL + ladder, _TEXT) for ladder in programme.checked.ladders]
    return {
        name: pyarrow.schema(known + (ladders if name == MEMBERS else []))
        for name, known in _SCHEMAS.items()
        if compared or name != DIFFERENCES
    }


def amount(programme: Programme, purse: str, units: int) -> int:
    """Units of a purse in millionths, as tables are given them."""
    declared = programme.checked.purses.get(purse)
    return units * int(10 ** (MAX_DECIMALS - (0 if declared is None else declared.decimals)))


class Parts:
    """The tables of one group of members, as they are filled. Rows are kept until there are enough of them."""

    def __init__(self, folder: Path, known: Mapping[str, Any]) -> None:
        self._known = known
        self._rows: dict[str, list[tuple[object, ...]]] = {name: [] for name in known}
        self._writers = {name: pyarrow.ipc.new_file(_part(folder, name), schema) for name, schema in known.items()}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for name, writer in self._writers.items():
            if error is None:
                self._write(name)
            writer.close()

    def add(self, name: str, *row: object) -> None:
        """Adds a row to a table."""
        rows = self._rows[name]
        rows.append(row)
        if len(rows) >= _ROWS:
            self._write(name)

    def _write(self, name: str) -> None:
        rows = self._rows[name]
        if rows:
            self._writers[name].write_batch(batch_of(self._known[name], rows))
            rows.clear()


def batch_of(schema: Any, rows: Sequence[Sequence[object]]) -> Any:
    """Rows as a record batch; units are in millionths."""
    columns = zip(*rows, strict=True) if rows else [()] * len(schema)
    arrays = [_array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    return pyarrow.record_batch(arrays, schema=schema)


def _array(column: Sequence[object], kind: Any) -> Any:
    return pyarrow.array(column, _MILLIONTHS).view(UNITS) if kind == UNITS else pyarrow.array(column, kind)


def _part(folder: Path, name: str) -> str:
    return str(folder / f"{name}.arrow")


def put_together(folders: Sequence[Path], known: Mapping[str, Any], out: Path) -> None:
    """The tables of all groups, in the order given, each as one Parquet file."""
    for name, schema in known.items():
        write_table(out / f"{name}.parquet", schema, _batches(folders, name))


def _batches(folders: Sequence[Path], name: str) -> Iterator[Any]:
    for folder in folders:
        with pyarrow.memory_map(_part(folder, name)) as source:
            reader = pyarrow.ipc.open_file(source)
            for place in range(reader.num_record_batches):
                yield reader.get_batch(place)


def write_table(path: Path, schema: Any, batches: Iterator[Any]) -> None:
    """A Parquet file of record batches, in row groups of a size that does not depend on theirs. It is there when it is
    whole."""
    half = path.with_suffix(".half")
    with pyarrow.parquet.ParquetWriter(half, schema, compression="zstd") as writer:
        waiting: list[Any] = []
        held = 0
        for batch in batches:
            waiting.append(batch)
            held += len(batch)
            while held >= _ROWS:
                rows = pyarrow.Table.from_batches(waiting, schema)
                writer.write_table(rows.slice(0, _ROWS))
                waiting, held = rows.slice(_ROWS).to_batches(), held - _ROWS
        if held:
            writer.write_table(pyarrow.Table.from_batches(waiting, schema).combine_chunks())
    half.replace(path)
