"""What takes units in the programmes of the ledger model, each with its text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.models.ledger_calendar import Length
from tests.models.ledger_lives import Ends, Usable, length, roubles
from tests.models.ledger_questions import Test, Window, block

if TYPE_CHECKING:
    from tests.models.ledger_programmes import Limit, Programme


@dataclass(frozen=True)
class Conversion:
    """`at`: "end", "start" (of a period, moved by a length), "request", "once". `uses`: one recipe; `all_of`: a purse
    of which everything is taken, and then `gives` are rates."""

    name: str
    at: str
    gives: tuple[Exchange, ...]
    uses: tuple[tuple[str, int], ...] = ()
    all_of: str = ""
    period: str = ""
    shift: Length = (0, "days")
    minimum: int = 0
    audience: tuple[Test, ...] = ()
    usable: Usable | None = None
    ends: tuple[Ends, ...] | None = None

    def text(self, programme: Programme) -> str:
        count, unit = self.shift
        shift = f" {'plus' if count > 0 else 'less'} {length((abs(count), unit))}" if count else ""
        when = {"request": "on request", "once": "at once"}.get(self.at, f"at {self.at} of {self.period}{shift}")
        lines = [when, *(f"for {test.text(programme)}" for test in self.audience)]
        lines += [f"uses {programme.units(purse, units)}" for purse, units in self.uses]
        lines += [f"uses all of {self.all_of}"] if self.all_of else []
        taken = self.all_of or self.uses[0][0]
        lines += [f"minimum {programme.units(taken, self.minimum)}"] if self.minimum else []
        lines += [gift.text(programme, self.all_of) for gift in self.gives]
        lines += [self.usable.text()] if self.usable else []
        lines += [end.text() for end in self.ends or ()] or (["expire never"] if self.ends == () else [])
        return block(f"conversion {self.name}", lines)


@dataclass(frozen=True)
class Exchange:
    """What a conversion gives: `units`, for each recipe or (`how`: per, per full) for each `size` that is taken; or a
    `percent`."""

    purse: str
    units: int
    how: str = ""
    size: int = 0

    def text(self, programme: Programme, taken: str) -> str:
        if self.how == "percent":
            return f"give {self.units}% to {self.purse}"
        units = programme.units(self.purse, self.units)
        return f"give {units} {self.how} {programme.units(taken, self.size)}" if self.how else f"give {units}"


@dataclass(frozen=True)
class Ceiling:
    """What a redeem rule may use (`points`), or pay in money, of an order or of a member over a window."""

    amount: int
    points: bool
    window: Window | None = None  # None: per order

    def text(self, programme: Programme, purse: str) -> str:
        scope = f"per member {self.window.text()}" if self.window else "per order"
        return f"cap {programme.units(purse, self.amount) if self.points else roubles(self.amount)} {scope}"


@dataclass(frozen=True)
class Redeem:
    """`pays` so many kopecks `how` (per, per full) so many `units`."""

    name: str
    purse: str
    pays: int
    units: int
    how: str = "per"
    at_most: tuple[int, ...] = ()  # per cents of the price after discounts
    at_most_money: int = 0
    leave: int = 0
    minimum: int = 0
    steps: int = 0
    refused: bool = False
    category: str = ""
    audience: tuple[Test, ...] = ()
    caps: tuple[Ceiling, ...] = ()
    limit: Limit | None = None

    def text(self, programme: Programme) -> str:
        lines = [f"uses {self.purse}", f"on {self.category or 'any product'}"]
        lines.append(f"pays {roubles(self.pays)} {self.how} {programme.units(self.purse, self.units)}")
        lines += [f"pay at most {percent}% of price after discounts" for percent in self.at_most]
        lines += [f"pay at most {roubles(self.at_most_money)}"] if self.at_most_money else []
        lines += [f"leave at least {roubles(self.leave)}"] if self.leave else []
        lines += [f"minimum {programme.units(self.purse, self.minimum)}"] if self.minimum else []
        lines += [f"in steps of {programme.units(self.purse, self.steps)}"] if self.steps else []
        lines += [f"for {test.text(programme)}" for test in self.audience]
        lines += [cap.text(programme, self.purse) for cap in self.caps]
        lines += [self.limit.text()] if self.limit else []
        lines.append(f"too much is {'refused' if self.refused else 'lowered'}")
        return block(f"redeem {self.name}", lines)
