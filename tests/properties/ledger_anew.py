"""Random changes of denomination for the programmes of the ledger machine."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from tests.models.ledger_changes import Change

if TYPE_CHECKING:
    from tests.properties.ledger_drawing import Drawing

#: Where one of these counts units of the purse, a rate is a whole number: the rounding of counters is not in the model.
COUNTING: Final = frozenset({"caps", "levels by points", "takes", "transfers", "ceilings"})


def changes(drawing: Drawing) -> tuple[Change, ...]:
    """One or two, at different dates."""
    found = []
    for number, year in enumerate(drawing.choose((2024,), (2025,), (2024, 2025))):
        day = date(year, drawing.choose(2, 3, 6), drawing.choose(1, 1, 15)).toordinal()
        times, over = drawing.choose((11, 1), (3, 1))
        if not drawing.features & COUNTING:
            times, over = drawing.choose((11, 1), (1, 3), (1, 10), (1, 100))
        mode = drawing.choose("down", "up", "half up", "half even")
        found.append(Change(f"z{number}", "p0", day, times, over, mode, per_balance=drawing.choose(True, False)))
    return tuple(found)
