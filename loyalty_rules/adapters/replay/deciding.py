"""The members of one group decided, their tables written, their figures added up. What runs in a process of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from shutil import rmtree
from typing import Any, Final, NamedTuple

import pyarrow.compute

from loyalty_rules.adapters.replay import outputs
from loyalty_rules.adapters.replay.columns import ColumnMap
from loyalty_rules.adapters.replay.figures import Figures, Tally
from loyalty_rules.adapters.replay.orders import Reader, Row, Told
from loyalty_rules.adapters.replay.spilling import spilled
from loyalty_rules.errors import LoyaltyError
from loyalty_rules.events import Purchase, Tick
from loyalty_rules.programme import Decision, Programme
from loyalty_rules.text import line_order_key

FIGURES: Final = "figures.json"


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


def decide_group(programme: Programme, work: Work, group: int) -> int:
    """Decides the members of a group, from new members on, and gives the number of rows. Raises `BadRowError`."""
    rows = spilled(work.rows, group)
    if rows is None:
        return 0
    half = work.parts / f"{group:03d}.half"
    rmtree(half, ignore_errors=True)
    half.mkdir()
    figures = Figures()
    reader = Reader(programme, work.names, work.files)
    with outputs.Parts(half, outputs.schemas(programme)) as parts:
        for _, own in members_of(rows):
            _decide_member(reader, work.end, reader.history(own), Sheet(programme, parts, figures))
    (half / FIGURES).write_text(figures.written(), encoding="utf-8")
    half.rename(work.part(group))
    return len(rows)


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


class Sheet:
    """Writes what becomes of one member."""

    def __init__(self, programme: Programme, parts: outputs.Parts, figures: Figures) -> None:
        self._programme, self._parts = programme, parts
        self._tally = Tally(programme, figures)
        self._decisions = 0
        self._orders = 0

    def take(self, decision: Decision) -> None:
        """Writes a decision; one of time alone has no row where it changed nothing."""
        moved, changed = self._tally.take(decision)
        event, member = decision.event, decision.member.member
        told = None if isinstance(event, Tick) else event.id
        self._decisions += 1
        self._orders += isinstance(event, Purchase) and decision.outcome == "decided"
        if told is not None or decision.effects:
            self._parts.add(outputs.DECISIONS, member, told, event.kind, event.at, decision.outcome)
        for one in moved:
            units = outputs.amount(self._programme, one.purse, one.units)
            self._parts.add(
                outputs.MOVEMENTS, member, told, one.at, one.purse, one.rule or None, one.reason.value, units
            )
        for change in changed:
            self._parts.add(outputs.LEVELS, member, change.at, change.ladder, change.before, change.after)

    def finish(self) -> None:
        """Writes what the member holds at the end."""
        programme, member = self._programme, self._tally.member
        if member is None:
            return
        for purse, held in self._tally.finish(self._orders):
            amounts = (outputs.amount(programme, purse, units) for units in held)
            self._parts.add(outputs.BALANCES, member.member, purse, *amounts)
        levels = (programme.level(member, ladder) for ladder in programme.checked.ladders)
        first, last = self._tally.first, self._tally.last
        self._parts.add(outputs.MEMBERS, member.member, self._orders, self._decisions, first, last, *levels)


def _decide_member(reader: Reader, end: int, history: Sequence[Told], sheet: Sheet) -> None:
    programme = reader.programme
    member, shared = programme.new_member(history[0].event.member), programme.new_shared()
    for told in (*history, Told(Tick(member.member, end), history[-1].rows)):
        try:
            decision = programme.decide(member, told.event, shared)
        except LoyaltyError as error:
            raise reader.placed(error, told) from None
        member, shared = decision.member, decision.shared or shared
        sheet.take(decision)
    sheet.finish()
