"""What rules ask in the programmes of the ledger model, each with its text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.models.ledger_calendar import Length
from tests.models.ledger_lives import length, roubles

if TYPE_CHECKING:
    from tests.models.ledger_programmes import Programme

CATEGORIES = ("tea", "cakes", "tobacco")


# ---------- questions


@dataclass(frozen=True)
class Window:
    """`how`: "order", "period", "previous" period, "last" so long, "ever"; "none" where activity is asked for."""

    how: str
    period: str = ""
    length: Length = (0, "days")

    def text(self) -> str:
        match self.how:
            case "order":
                return "in this order"
            case "period":
                return f"in {self.period}"
            case "previous":
                return f"in previous {self.period}"
            case "last":
                return f"in last {length(self.length)}"
            case "none":
                return ""
            case _:
                return "since the beginning"


@dataclass(frozen=True)
class Measure:
    """`what`: "spend", "items", "orders", "earned" into a purse, "balance" of a purse, "times" of a rule."""

    what: str
    window: Window
    name: str = ""
    category: str = ""
    before: bool = False

    def text(self) -> str:
        if self.what == "balance":
            return f"balance of {self.name}"
        on = f" on {self.category}" if self.category else ""
        before = " before this order" if self.before else ""
        name = f" {self.name}" if self.name else ""
        return f"{self.what}{name}{on} {self.window.text()}{before}".rstrip()


@dataclass(frozen=True)
class Asked:
    """A measure against an amount."""

    measure: Measure
    compare: str  # at least, at most, is, over, under
    amount: int

    def text(self, programme: Programme) -> str:
        return f"{self.measure.text()} {self.compare} {self.written(programme)}"

    def written(self, programme: Programme) -> str:
        match self.measure.what:
            case "spend":
                return roubles(self.amount)
            case "items":
                return f"{self.amount} items"
            case "orders":
                return f"{self.amount} orders"
            case "times":
                return f"{self.amount} times"
            case _:
                return programme.units(self.measure.name, self.amount)


@dataclass(frozen=True)
class Stands:
    """A level against a rank of the ladder; 0 is no level."""

    ladder: str
    compare: str  # is, at least
    rank: int

    def text(self, programme: Programme) -> str:
        return f"{self.ladder} {self.compare} {LEVELS[self.rank] or 'no level'}"


@dataclass(frozen=True)
class MemberOf:
    """Whether the member has a membership that counts."""

    name: str
    denied: bool = False

    def text(self, programme: Programme) -> str:
        return f"not (member of {self.name})" if self.denied else f"member of {self.name}"


Test = Asked | Stands | MemberOf
LEVELS = ("", "silver", "gold", "black")


def block(header: str, lines: list[str]) -> str:
    return "\n".join([header, *(f"  {line}" for line in lines), "end", ""])
