"""Members who share budgets or invite each other, decided together by one process, in the order of the instants.

The rows of each group are sorted by instant into a file, and all files are read side by side, so that memory holds the
members and not what they bought.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from heapq import merge
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from shutil import rmtree
from typing import Any, Final

import pyarrow
import pyarrow.compute

from loyalty_rules.adapters.replay.cells import Row
from loyalty_rules.adapters.replay.deciding import Programmes, Work, part_of, rows_of
from loyalty_rules.adapters.replay.spilling import GROUPS, spilled
from loyalty_rules.text import line_order_key

#: Rows of one file that are held at a time.
_AT_A_TIME: Final = 1 << 10


def decide_together(programmes: Programmes, work: Work, progress: Callable[[int], object]) -> None:
    """Decides all members as one group. At one instant members come by id; what follows from an event for another
    member is decided behind it. Raises `BadRowError`."""
    folder = work.rows / "sorted"
    rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for group in range(GROUPS):
        _sort(work, group, folder)
    done = 0
    with part_of(programmes, work, 0) as desk, ExitStack() as files:
        for _, own in groupby(_in_order(folder, files), _when):
            for told in desk.reader.history(list(own)):
                desk.take(told)
                done += len(told.rows)
                progress(done)
        desk.end(work.end)


def _sort(work: Work, group: int, folder: Path) -> None:
    rows = spilled(work.rows, group)
    if rows is None:
        return
    rows = rows.take(pyarrow.compute.sort_indices(rows, sort_keys=[("at", "ascending")])).combine_chunks()
    path = str(folder / f"{group:03d}.arrow")
    with pyarrow.OSFile(path, "wb") as sink, pyarrow.ipc.new_file(sink, rows.schema) as writer:
        writer.write_table(rows, max_chunksize=_AT_A_TIME)


def _in_order(folder: Path, files: ExitStack) -> Iterator[Row]:
    """All rows by instant, at one instant by member. Only what is of one instant is sorted in memory."""
    sources = [files.enter_context(pyarrow.memory_map(str(path))) for path in sorted(folder.iterdir())]
    for _, same in groupby(merge(*(_rows(source) for source in sources), key=itemgetter("at")), itemgetter("at")):
        yield from sorted(same, key=_when)


def _rows(source: Any) -> Iterator[Row]:
    reader = pyarrow.ipc.open_file(source)
    for place in range(reader.num_record_batches):
        yield from rows_of(reader.get_batch(place).to_pydict())


def _when(row: Row) -> tuple[object, ...]:
    return (row["at"], *line_order_key(str(row["member"])))
