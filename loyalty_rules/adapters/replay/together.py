"""Members who share budgets or invite each other, decided together by one process, in the order of the instants.

The rows of some groups at a time are sorted by instant into a file, and all files are read side by side, so that memory
holds the members and not what they bought.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from heapq import merge
from itertools import chain, groupby
from operator import attrgetter
from pathlib import Path
from shutil import rmtree
from typing import Any, Final

import pyarrow

from loyalty_rules.adapters.replay.deciding import Programmes, Work, part_of
from loyalty_rules.adapters.replay.orders import Reader, Unread
from loyalty_rules.adapters.replay.pages import by_instant, pages
from loyalty_rules.adapters.replay.spilling import GROUPS, shares, spilled
from loyalty_rules.adapters.replay.work import part_name
from loyalty_rules.text import line_order_key

#: Rows of one file that are held at a time.
_AT_A_TIME: Final = 1 << 10

_AT: Final = attrgetter("at")


def decide_together(programmes: Programmes, work: Work, rows: int, progress: Callable[[int], object]) -> None:
    """Decides all members of so many rows as one part. At one instant members come by id; what follows from an event
    for another member is decided behind it. Raises `BadRowError`."""
    folder = work.rows / "sorted"
    rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for groups in shares(rows):
        _sort(work, groups, folder)
    done = 0
    with part_of(programmes, work, range(GROUPS)) as desk, ExitStack() as files:
        for unread in _in_order(desk.reader, folder, files):
            for told in desk.reader.history(unread):
                desk.take(told)
                done += len(told.places)
                progress(done)
        desk.end(work.end)


def _sort(work: Work, groups: range, folder: Path) -> None:
    rows = spilled(work.rows, groups)
    if rows is None:
        return
    found = pages(rows, by_instant(rows), _AT_A_TIME)
    first = next(found)
    path = str(folder / f"{part_name(groups)}.arrow")
    with pyarrow.OSFile(path, "wb") as sink, pyarrow.ipc.new_file(sink, first.schema) as writer:
        for page in chain([first], found):
            writer.write_batch(page)


def _in_order(reader: Reader, folder: Path, files: ExitStack) -> Iterator[Unread]:
    """All rows by instant, at one instant by member. Only what is of one instant is sorted in memory."""
    sources = [files.enter_context(pyarrow.memory_map(str(path))) for path in sorted(folder.iterdir())]
    for _, same in groupby(merge(*(_unread(reader, source) for source in sources), key=_AT), _AT):
        yield from sorted(same, key=lambda one: line_order_key(one.member))


def _unread(reader: Reader, source: Any) -> Iterator[Unread]:
    file = pyarrow.ipc.open_file(source)
    for place in range(file.num_record_batches):
        yield from reader.unread(file.get_batch(place))
