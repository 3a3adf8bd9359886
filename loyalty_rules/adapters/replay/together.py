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

from loyalty_rules.adapters.replay import outputs
from loyalty_rules.adapters.replay.deciding import FIGURES, Sheet, Work, rows_of
from loyalty_rules.adapters.replay.figures import Figures
from loyalty_rules.adapters.replay.orders import Reader, Row, Told
from loyalty_rules.adapters.replay.spilling import GROUPS, spilled
from loyalty_rules.errors import LoyaltyError
from loyalty_rules.events import Merge, Tick, Transfer
from loyalty_rules.histories import decided
from loyalty_rules.member import MemberState
from loyalty_rules.programme import Decision, Programme
from loyalty_rules.shared import SharedState
from loyalty_rules.text import line_order_key

#: Rows of one file that are held at a time.
_AT_A_TIME: Final = 1 << 10


def decide_together(programme: Programme, work: Work, progress: Callable[[int], object]) -> None:
    """Decides all members as one group. At one instant members come by id; what follows from an event for another
    member is decided behind it. Raises `BadRowError`."""
    half = work.parts / "000.half"
    rmtree(half, ignore_errors=True)
    half.mkdir()
    sorted_rows = half / "sorted"
    sorted_rows.mkdir()
    for group in range(GROUPS):
        _sort(work, group, sorted_rows)
    figures = Figures()
    reader = Reader(programme, work.names, work.files)
    with outputs.Parts(half, outputs.schemas(programme)) as parts, ExitStack() as files:
        _decide(reader, work.end, _in_order(sorted_rows, files), parts, figures, progress)
    rmtree(sorted_rows)
    (half / FIGURES).write_text(figures.written(), encoding="utf-8")
    half.rename(work.part(0))


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


def _decide(
    reader: Reader,
    end: int,
    rows: Iterator[Row],
    parts: outputs.Parts,
    figures: Figures,
    progress: Callable[[int], object],
) -> None:
    programme, shared = reader.programme, reader.programme.new_shared()
    states: dict[str, MemberState] = {}
    sheets: dict[str, Sheet] = {}
    last: dict[str, Told] = {}
    done = 0

    def decide(told: Told, shared: SharedState) -> SharedState:
        for decision in _decisions(reader, states, told, shared):
            member = decision.member.member
            states[member], shared = decision.member, decision.shared or shared
            last[member] = told
            sheets.setdefault(member, Sheet(programme, parts, figures)).take(decision)
        return shared

    for _, own in groupby(rows, _when):
        for told in reader.history(list(own)):
            shared = decide(told, shared)
            done += len(told.rows)
            progress(done)
    for member in sorted(states, key=line_order_key):
        shared = decide(Told(Tick(member, end), last[member].rows), shared)
        sheets[member].finish()


def _decisions(reader: Reader, states: dict[str, MemberState], told: Told, shared: SharedState) -> tuple[Decision, ...]:
    event = told.event
    try:
        if isinstance(event, Transfer | Merge):
            member = states.get(event.member) or reader.programme.new_member(event.member)
            return (reader.programme.decide(member, event, shared),)
        return decided(reader.programme, states, event, shared)
    except LoyaltyError as error:
        raise reader.placed(error, told) from None
