"""Rows put aside by group of members, so that a history larger than memory is decided a group at a time.

Each file in the folder holds a stretch of the rows as they were read, sorted by group: one record batch a group. A
group is found by a hash of the member, the same on every machine.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final, NamedTuple

import pyarrow
import pyarrow.compute

from loyalty_rules.adapters.replay.badrows import BadRowError
from loyalty_rules.adapters.replay.columns import EVENT, REQUIRED, ColumnMap
from loyalty_rules.adapters.replay.tables import Batch, batches
from loyalty_rules.calendar import DAY_SECONDS, EPOCH_ORDINAL, SECOND, Zone, instant_of
from loyalty_rules.errors import InputError, shown

_TEXT: Final = pyarrow.string()
#: Groups of members: so many that one of a very large history fits into memory, so few that their files stay large.
GROUPS: Final = 256
#: Rows that are worth a part of their own: several groups of small histories are decided as one.
_WORTH: Final = 1 << 12
#: Rows in one file.
_STRETCH: Final = 1 << 17
#: So many pieces of what was put aside are made one: small ones take more memory than what they hold.
_PARTS: Final = 64
_FILE: Final = "{:06d}.arrow"

#: A date, and maybe a time behind a space or a `T`; what follows that is its offset, if there is any.
_MOMENT: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ]([0-9]{2}:[0-9]{2})(:[0-9]{2})?(\.[0-9]{1,6})?(.*))?")


class Spilled(NamedTuple):
    """What was put aside."""

    rows: int
    first_at: int
    last_at: int


def spill(
    files: Sequence[Path], names: ColumnMap, zone: Zone, folder: Path, progress: Callable[[int], object]
) -> Spilled:
    """Puts the rows of files aside in a folder. `zone` is that of times without an offset. `progress` gets thousandths
    of all files. Raises `InputError`: what `batches` raises, and `replay.row` for a row without a member, an order or
    an instant."""
    stretch: list[Any] = []
    held = rows = written = 0
    ends: list[int] = []
    for number, file in enumerate(files):
        for batch in batches(file, names):
            table = _table(batch, number, file.name, names, zone)
            at = pyarrow.compute.min_max(table["at"]).as_py()
            ends += [at["min"], at["max"]]
            ends = [min(ends), max(ends)]
            stretch.append(table)
            held += len(table)
            rows += len(table)
            if held >= _STRETCH:
                _write(stretch, folder / _FILE.format(written))
                stretch, held, written = [], 0, written + 1
            progress((number * 1000 + batch.done) // len(files))
    if not rows:
        raise InputError("replay.file", "there are no rows", files[0].name)
    if stretch:
        _write(stretch, folder / _FILE.format(written))
    return Spilled(rows, ends[0], ends[1])


def shares(rows: int) -> list[range]:
    """All groups, those that are decided as one part together. It follows from the number of rows alone."""
    size = min(GROUPS, max(1, GROUPS * _WORTH // rows))
    return [range(first, min(first + size, GROUPS)) for first in range(0, GROUPS, size)]


def spilled(folder: Path, groups: range) -> Any | None:
    """The rows of groups, None where there are none."""
    parts: list[Any] = []
    for path in sorted(folder.glob("*.arrow")):
        with pyarrow.memory_map(str(path)) as source:
            file = pyarrow.ipc.open_file(source)
            found = (file.get_batch(group) for group in groups)
            parts += (_decoded(part) for part in found if len(part))
        if len(parts) >= _PARTS:  # each keeps its file in memory
            parts = [_as_one(parts)]
    if not parts:
        return None
    (batch,) = _as_one(parts).to_batches()
    return batch


def _as_one(tables: Sequence[Any]) -> Any:
    """Rows one after another, on their own."""
    return pyarrow.concat_tables(tables, promote_options="default").combine_chunks()


def group_of(member: str) -> int:
    """The group of a member."""
    return blake2b(member.encode(), digest_size=8).digest()[0] % GROUPS


def _table(batch: Batch, number: int, file: str, names: ColumnMap, zone: Zone) -> Any:
    columns = dict(batch.columns)
    size = len(next(iter(columns.values())))
    nothing = pyarrow.nulls(size, pyarrow.string())
    for field, text in names.constants.items():
        columns[field] = pyarrow.array([text] * size, pyarrow.string())
    for field in (*REQUIRED, EVENT):
        columns.setdefault(field, nothing)
    columns["at"] = _instants(columns["at"], batch.first, file, names, zone)
    whole = pyarrow.compute.is_valid(columns[EVENT])
    for field in REQUIRED:
        told = pyarrow.compute.is_valid(columns[field])
        _all_told(pyarrow.compute.or_(told, whole) if field == "order" else told, batch.first, file, names, field)
    columns["file"] = pyarrow.array([number] * size, pyarrow.int16())
    columns["row"] = pyarrow.array(range(batch.first, batch.first + size), pyarrow.int64())
    return pyarrow.table(columns)


def _all_told(told: Any, first: int, file: str, names: ColumnMap, field: str) -> None:
    place = pyarrow.compute.index(told, False).as_py()
    if place >= 0:
        column = names.columns.get(field, field)
        raise BadRowError("replay.row", f"the `{field}` is missing", file, first + place, column)


def _write(tables: Sequence[Any], path: Path) -> None:
    """Rows sorted by group, one record batch for each; the file is there when it is whole. It holds each text once."""
    (rows,) = _as_one(tables).to_batches()
    columns = [one.dictionary_encode() if one.type == _TEXT else one for one in rows.columns]
    rows = pyarrow.record_batch(columns, names=rows.schema.names)
    members = rows["member"]
    groups = pyarrow.array([group_of(member) for member in members.dictionary.to_pylist()], pyarrow.int16())
    group = groups.take(members.indices)
    counts = {pair["values"]: pair["counts"] for pair in pyarrow.compute.value_counts(group).to_pylist()}
    rows = rows.take(pyarrow.compute.array_sort_indices(group))
    half = path.with_suffix(".half")
    with pyarrow.OSFile(str(half), "wb") as sink, pyarrow.ipc.new_file(sink, rows.schema) as writer:
        start = 0
        for one in range(GROUPS):
            size = counts.get(one, 0)
            writer.write_batch(rows.slice(start, size))
            start += size
    half.replace(path)


def _decoded(batch: Any) -> Any:
    """A batch of a file as a table of texts."""
    kinds = pyarrow.types
    columns = [one.dictionary_decode() if kinds.is_dictionary(one.type) else one for one in batch.columns]
    return pyarrow.table(columns, names=batch.schema.names)


# ---------------------------------------------------------------- instants


def _instants(values: Any, first: int, file: str, names: ColumnMap, zone: Zone) -> Any:
    """A column of instants in microseconds, of texts or of times. Each different value is read once."""
    read: Callable[[Any, Zone], int] = moment
    if pyarrow.types.is_timestamp(values.type):
        values, read = values.cast(pyarrow.int64()), (_exact if values.type.tz else _wall)
    encoded = values.dictionary_encode()
    found: list[int | None] = []
    for place, value in enumerate(encoded.dictionary.to_pylist()):
        try:
            found.append(instant_of(read(value, zone)))
        except InputError as error:
            row = first + pyarrow.compute.index(encoded.indices, place).as_py()
            column = names.columns.get("at", "at")
            raise BadRowError(error.code, error.message, file, row, column) from None
    return pyarrow.array(found, pyarrow.int64()).take(encoded.indices)


def _exact(value: int, zone: Zone) -> int:
    return value


def _wall(value: int, zone: Zone) -> int:
    """The instant at which clocks of a zone show so many microseconds since the beginning of 1970."""
    seconds, fraction = divmod(value, SECOND)
    days, clock = divmod(seconds, DAY_SECONDS)
    return zone.instant(days + EPOCH_ORDINAL, clock) + fraction


def moment(text: str, zone: Zone) -> int:
    """The instant of a text: RFC 3339, with a space for its `T` if need be; without an offset by the clocks of a zone;
    of a date alone its first moment. Raises `InputError` (`time.…`)."""
    found = _MOMENT.fullmatch(text)
    if found is None:
        raise _no_moment(text)
    day, minutes, seconds, fraction, offset = found.groups("")
    clock = f"{minutes or '00:00'}{seconds or ':00'}{fraction}"
    if offset:
        if re.fullmatch(r"[+-][0-9]{4}", offset):
            offset = f"{offset[:3]}:{offset[3:]}"
        return instant_of(f"{day}T{clock}{offset}")
    return _wall(instant_of(f"{day}T{clock}Z"), zone)


def _no_moment(text: str) -> InputError:
    expected = "a time is written like 2026-03-07T11:00:00+03:00, or without its offset"
    return InputError("time.syntax", f"{expected}: {shown(text)}")
