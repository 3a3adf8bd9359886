"""Rewards of the ledger model as plain values, each with its text."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from tests.models.ledger_lives import Life, roubles
from tests.models.ledger_questions import Test, block

if TYPE_CHECKING:
    from tests.models.ledger_programmes import Limit, Programme


@dataclass(frozen=True)
class Price:
    """So many units of a purse for each started number of rights."""

    purse: str
    units: int
    started: int = 1

    def of(self, rights: int) -> int:
        return self.units * ceil(rights / self.started)

    def text(self, programme: Programme) -> str:
        each = f" per started {self.started} items" if self.started > 1 else ""
        return f"costs {programme.units(self.purse, self.units)}{each}"


@dataclass(frozen=True)
class Reward:
    """`how`: "host" hands it over; it pays `face` kopecks and keeps no rest ("fixed"), or keeps it ("kept"); it pays
    its value and keeps the rest ("value"), or not ("voucher")."""

    name: str
    how: str
    life: Life
    face: int = 0
    costs: tuple[Price, ...] = ()
    per_order: int = 0
    limit: Limit | None = None
    category: str = ""
    audience: tuple[Test, ...] = ()
    hold: int = 0
    back: bool = True

    @property
    def money(self) -> bool:
        """Whether it is held as money."""
        return self.how in ("kept", "value", "voucher")

    @property
    def right(self) -> int:
        """How many units one of it is."""
        return max(1, self.face) if self.how == "kept" else 1

    def text(self, programme: Programme) -> str:
        pays = {"host": "handed over by host"} | dict.fromkeys(("fixed", "kept"), f"pays {roubles(self.face)}")
        lines = [pays.get(self.how, "pays its value"), *self.life.lines()]
        lines += ["no change given"] if self.how in ("fixed", "voucher") else []
        lines += [f"on {self.category or 'any product'}"] if self.how != "host" else []
        lines += [price.text(programme) for price in self.costs]
        lines += [f"limit {self.per_order} per order"] if self.per_order else []
        lines += [self.limit.text()] if self.limit else []
        lines += [f"for {test.text(programme)}" for test in self.audience]
        lines += [f"hold at most {self.hold} {self.name}"] if self.hold else []
        if programme.returns:
            lines.append(f"after a return {'give back' if self.back else 'stay used'}")
        return block(f"reward {self.name}", lines)
