"""The members of groups decided, their tables written, their figures added up: what runs in a process of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from typing import Final, NamedTuple

from loyalty_rules.adapters.replay import outputs
from loyalty_rules.adapters.replay.badrows import Sources
from loyalty_rules.adapters.replay.columns import ColumnMap
from loyalty_rules.adapters.replay.comparing import Comparison
from loyalty_rules.adapters.replay.figures import Figures, Known
from loyalty_rules.adapters.replay.orders import Reader
from loyalty_rules.adapters.replay.pages import by_member, pages
from loyalty_rules.adapters.replay.sides import Desk, Side
from loyalty_rules.adapters.replay.spilling import spilled
from loyalty_rules.adapters.replay.work import part_name
from loyalty_rules.programme import Programme

#: Rows that are read at a time, but for a member who has more.
_AT_A_TIME: Final = 1 << 12

FIGURES: Final = "figures.json"
#: The figures of the programme that is compared with.
BEFORE: Final = "before.json"


class Work(NamedTuple):
    """What groups need to be decided: where their rows are, how they are read, until when, and where it goes."""

    names: ColumnMap
    files: tuple[str, ...]
    end: int
    rows: Path
    parts: Path

    def part(self, groups: range) -> Path:
        """The folder of groups that are decided together; it is there when that is done."""
        return self.parts / part_name(groups)


class Programmes(NamedTuple):
    """The programme that decides, and the one that it is compared with."""

    new: Programme
    old: Programme | None = None

    def prepare(self) -> None:
        """Makes both ready for many orders."""
        for one in self:
            if one is not None:
                one.prepare()

    @property
    def together(self) -> bool:
        """Whether members touch one another under one of them."""
        return any(one.checked.budgets or one.checked.referrals for one in self if one is not None)


def decide_part(programmes: Programmes, work: Work, groups: range) -> int:
    """Decides the members of some groups, from new members on, and gives the number of rows. Raises `BadRowError`."""
    rows = spilled(work.rows, groups)
    if rows is None:
        return 0
    count, found = len(rows), pages(rows, by_member(rows), _AT_A_TIME)
    del rows  # they are held once, in the order of their members
    with part_of(programmes, work, groups) as desk:
        for page in found:
            for unread in desk.reader.unread(page):
                for told in desk.reader.history(unread):
                    desk.take(told)
                desk.end(work.end)
    return count


@contextmanager
def part_of(programmes: Programmes, work: Work, groups: range) -> Iterator[Desk]:
    """The folder of groups, made while their members are decided at the desk; it is there when that is done."""
    half = work.part(groups).with_suffix(".half")
    rmtree(half, ignore_errors=True)
    half.mkdir()
    new, old = programmes
    known = outputs.schemas(new, compared=old is not None)
    figures, before = Figures(), Figures()
    with outputs.Parts(half, known) as parts:
        sides = [Side(Known(new), figures, parts, new.new_shared())]
        comparison = None
        if old is not None:
            sides.append(Side(Known(old), before, None, old.new_shared()))
            comparison = Comparison(new, old, figures, parts)
        yield Desk(Reader(new, Sources(work.names, work.files)), sides, comparison)
    (half / FIGURES).write_text(figures.written(), encoding="utf-8")
    if old is not None:
        (half / BEFORE).write_text(before.written(), encoding="utf-8")
    half.rename(work.part(groups))
