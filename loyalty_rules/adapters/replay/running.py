"""Tables of purchases decided from new members on, on all cores: rows are put aside by group of members, groups are
decided by as many processes as are wanted, and what they leave is put together in the order of the groups.

Nothing depends on which process decides what. Neighbouring groups with few rows are one part of the work. It is decided
when its folder is there, so after a stop the same command goes on with the parts that are left.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import connection
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias

import pyarrow

from loyalty_rules import __version__
from loyalty_rules.adapters.own_process import collect_seldom
from loyalty_rules.adapters.replay import outputs
from loyalty_rules.adapters.replay.columns import ColumnMap
from loyalty_rules.adapters.replay.deciding import BEFORE, FIGURES, Programmes, Work, decide_part
from loyalty_rules.adapters.replay.figures import Figures, read_figures
from loyalty_rules.adapters.replay.spilling import Spilled, spill
from loyalty_rules.adapters.replay.together import decide_together
from loyalty_rules.adapters.replay.work import Folder, job_text
from loyalty_rules.calendar import Zone, zone
from loyalty_rules.errors import DecisionError, LoyaltyError, SettingsError
from loyalty_rules.limits import HIGHEST
from loyalty_rules.programme import Programme
from loyalty_rules.saving import load_saved, save
from loyalty_rules.zones import tzdata_version

MAX_WORKERS: Final = 64
#: Rows for each process, where nobody says how many there are to be.
_WORTH_WHILE: Final = 4_000
#: For so many rows of a process even the largest programme is worth being prepared.
_MANY: Final = 50_000
READING: Final = "reading"
DECIDING: Final = "deciding"
#: What a replay is doing, how much of it is done, and how much there is.
Progress: TypeAlias = Callable[[str, int, int], object]


class Replay(NamedTuple):
    """What is asked for: a programme, tables and how they are read, where the results go, until when; None for the last
    event."""

    programme: Programme
    files: tuple[Path, ...]
    names: ColumnMap
    out: Path
    until: int | None = None
    old: Programme | None = None  # what it is compared with


class Replayed(NamedTuple):
    """What became of it; `old` and `before` are of what it was compared with."""

    programme: Programme
    figures: Figures
    spilled: Spilled
    end: int
    old: Programme | None = None
    before: Figures | None = None


def replay(asked: Replay, workers: int | None, progress: Progress, finish: Callable[[Replayed], str]) -> Replayed:
    """Decides tables, and writes those of the results. Without a number of workers there is one for each core, and for
    so many rows that it is worth while to start it. `finish` writes what is made of the figures, and gives the text
    of the result; with it the folder is done.

    Raises `InputError`, `DecisionError`, `SettingsError`: `replay.file`, `replay.column`, `replay.row` and what is
    wrong with an event, at its row; `replay.folder`, `replay.until`, `replay.workers`, `replay.worker_lost`.
    """
    if workers is not None and not 1 <= workers <= MAX_WORKERS:
        raise SettingsError("replay.workers", f"1 to {MAX_WORKERS} workers are allowed, not {workers}")
    programme = asked.programme
    folder = Folder(asked.out)
    with folder.held():
        folder.begin(_job(asked, programme))
        found = folder.spilled()
        if found is None:
            found = spill(asked.files, asked.names, _zone(asked, programme), folder.rows, _reading(progress))
            folder.keep(found)
        end = found.last_at if asked.until is None else asked.until
        if end < found.last_at:
            raise SettingsError("replay.until", "something happened later than the replay is to end")
        work = Work(asked.names, tuple(file.name for file in asked.files), end, folder.rows, folder.parts)
        programmes = Programmes(programme, asked.old)
        if programmes.together:
            if not folder.decided():
                decide_together(programmes, work, found.rows, lambda done: progress(DECIDING, done, found.rows))
        else:
            processes = workers or max(1, min(MAX_WORKERS, os.cpu_count() or 1, found.rows // _WORTH_WHILE))
            _decide(programmes, work, folder.waiting(found.rows), processes, found.rows, progress)
        parts = folder.decided()
        outputs.put_together(parts, outputs.schemas(programme, compared=asked.old is not None), asked.out)
        before = None if asked.old is None else _figures(parts, BEFORE)
        replayed = Replayed(programme, _figures(parts, FIGURES), found, end, programmes.old, before)
        folder.end(finish(replayed))
    return replayed


def _job(asked: Replay, programme: Programme) -> str:
    both = (programme,) if asked.old is None else (programme, asked.old)
    editions = [[(one.fingerprint, until) for one, until in each.earlier] + [each.fingerprint] for each in both]
    names = asked.names
    read = (sorted(names.columns.items()), sorted(names.constants.items()), names.zone, names.separator)
    meaning = (__version__, tzdata_version(), editions, read, asked.until)
    return job_text(meaning, asked.files)


def _zone(asked: Replay, programme: Programme) -> Zone:
    return zone(asked.names.zone) if asked.names.zone else programme.plan.timeline.zone


def _reading(progress: Progress) -> Callable[[int], object]:
    return lambda done: progress(READING, done, 1000)


def _figures(parts: Sequence[Path], name: str) -> Figures:
    figures = Figures()
    for part in parts:
        figures.add(read_figures((part / name).read_text(encoding="utf-8")))
    return figures


# ---------------------------------------------------------------- processes


def hold_little() -> None:
    """For a process that is ours alone: columns that are done with go back to the system at once. What pyarrow takes by
    itself keeps a fifth more."""
    pyarrow.set_memory_pool(pyarrow.system_memory_pool())


def _decide(
    programmes: Programmes,
    work: Work,
    parts: Sequence[range],
    workers: int,
    rows: int,
    progress: Progress,
) -> None:
    """Decides groups, part by part. Of several rows that cannot be read, that of the first part is told, however many
    processes there are."""
    done = [rows if not parts else 0]
    many = rows // workers >= _MANY

    def decided(count: int) -> None:
        done[0] += count
        progress(DECIDING, min(done[0], rows), rows)

    if workers == 1:
        if many:
            programmes.prepare()
        for groups in parts:
            decided(decide_part(programmes, work, groups))
        return
    # Started afresh, not forked: a fork copies the threads' locks of whatever the host has loaded.
    context = multiprocessing.get_context("spawn")
    saved = [None if one is None else save(one) for one in programmes]
    try:
        with ProcessPoolExecutor(workers, context, initializer=_prepare, initargs=(saved, work, many)) as pool:
            try:
                _in_pool(pool, parts, 2 * workers, decided)
            finally:
                pool.shutdown(cancel_futures=True)
    except BrokenProcessPool:
        raise DecisionError("replay.worker_lost", "a worker process ended before its work was done") from None


def _in_pool(pool: ProcessPoolExecutor, parts: Sequence[range], ahead: int, decided: Callable[[int], None]) -> None:
    waiting: dict[Future[int], range] = {}
    failed: dict[int, LoyaltyError] = {}
    left = list(reversed(parts))
    while waiting or (left and not failed):
        while left and not failed and len(waiting) < ahead:
            groups = left.pop()
            waiting[pool.submit(_decide_in_worker, groups)] = groups
        for future in wait(waiting, return_when=FIRST_COMPLETED).done:
            groups = waiting.pop(future)
            try:
                decided(future.result())
            except LoyaltyError as error:
                failed[groups.start] = error
    if failed:
        raise failed[min(failed)]


_HELD: Final[list[tuple[Programmes, Work]]] = []


def _prepare(saved: Sequence[bytes | None], work: Work, many: bool) -> None:
    """Makes a process ready: it has its programme, leaves interruptions to the first process, and ends with it."""
    collect_seldom()
    hold_little()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    new, old = (None if one is None else load_saved(one, limits=HIGHEST) for one in saved)
    if new is not None:
        programmes = Programmes(new, old)
        if many:
            programmes.prepare()
        _HELD[:] = [(programmes, work)]


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def _decide_in_worker(groups: range) -> int:
    return decide_part(*_HELD[0], groups)
