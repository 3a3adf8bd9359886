"""The members of one group decided, their tables written, their figures added up. What runs in a process of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from typing import Any, Final, NamedTuple

import pyarrow.compute

from loyalty_rules.adapters.replay import outputs
from loyalty_rules.adapters.replay.cells import Row
from loyalty_rules.adapters.replay.columns import ColumnMap
from loyalty_rules.adapters.replay.comparing import Comparison
from loyalty_rules.adapters.replay.figures import Figures
from loyalty_rules.adapters.replay.orders import Reader
from loyalty_rules.adapters.replay.sides import Desk, Side
from loyalty_rules.adapters.replay.spilling import spilled
from loyalty_rules.programme import Programme
from loyalty_rules.text import line_order_key

FIGURES: Final = "figures.json"
#: The figures of the programme that is compared with.
BEFORE: Final = "before.json"


class Work(NamedTuple):
    """What a group needs to be decided: where its rows are, how they are read, until when, and where it goes."""

    names: ColumnMap
    files: tuple[str, ...]
    end: int
    rows: Path
    parts: Path

    def part(self, group: int) -> Path:
        """The folder of a group; it is there when the group is decided."""
        return self.parts / f"{group:03d}"


class Programmes(NamedTuple):
    """The programme that decides, and the one that it is compared with."""

    new: Programme
    old: Programme | None = None

    @property
    def together(self) -> bool:
        """Whether members touch one another under one of them."""
        return any(one.checked.budgets or one.checked.referrals for one in self if one is not None)


def decide_group(programmes: Programmes, work: Work, group: int) -> int:
    """Decides the members of a group, from new members on, and gives the number of rows. Raises `BadRowError`."""
    rows = spilled(work.rows, group)
    if rows is None:
        return 0
    with part_of(programmes, work, group) as desk:
        for _, own in members_of(rows):
            for told in desk.reader.history(own):
                desk.take(told)
            desk.end(work.end)
    return len(rows)


@contextmanager
def part_of(programmes: Programmes, work: Work, group: int) -> Iterator[Desk]:
    """The folder of a group, made while its members are decided at the desk; it is there when that is done."""
    half = work.parts / f"{group:03d}.half"
    rmtree(half, ignore_errors=True)
    half.mkdir()
    new, old = programmes
    known = outputs.schemas(new, compared=old is not None)
    figures, before = Figures(), Figures()
    with outputs.Parts(half, known) as parts:
        sides = [Side(new, figures, parts, new.new_shared())]
        comparison = None
        if old is not None:
            sides.append(Side(old, before, None, old.new_shared()))
            comparison = Comparison(new, old, figures, parts)
        yield Desk(Reader(new, work.names, work.files), sides, comparison)
    (half / FIGURES).write_text(figures.written(), encoding="utf-8")
    (half / BEFORE).write_text(before.written(), encoding="utf-8")
    half.rename(work.part(group))


def members_of(rows: Any) -> Iterator[tuple[str, list[Row]]]:
    """The rows of each member, members by id. One member at a time is more than a column of a table."""
    rows = rows.take(pyarrow.compute.sort_indices(rows, sort_keys=[("member", "ascending")])).combine_chunks()
    start = 0
    places: dict[str, tuple[int, int]] = {}
    for pair in pyarrow.compute.value_counts(rows["member"]).to_pylist():
        places[pair["values"]] = (start, pair["counts"])
        start += pair["counts"]
    for member in sorted(places, key=line_order_key):
        columns = rows.slice(*places[member]).to_pydict()
        yield member, rows_of(columns)


def rows_of(columns: dict[str, list[Any]]) -> list[Row]:
    """Rows with the fields that they have."""
    names = list(columns)
    return [
        {name: value for name, value in zip(names, values, strict=True) if value is not None}
        for values in zip(*columns.values(), strict=True)
    ]
