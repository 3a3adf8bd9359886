"""What follows from the local date of an order alone, worked out once for each date: where windows begin, what period
it is, until when something lives."""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections.abc import Callable, Hashable
from operator import itemgetter
from typing import Any, Final

from loyalty_rules.calendar import DAY_SECONDS, EPOCH_ORDINAL, SECOND, Period
from loyalty_rules.engine.plan import Plan
from loyalty_rules.errors import LoyaltyError
from loyalty_rules.fused.code import Code
from loyalty_rules.records import Record

#: How many dates are remembered at most; then all are forgotten.
MOST_DAYS: Final = 4_096

_DAY: Final = itemgetter(Record._fields.index("day"))

#: What is told of a date, by its ordinal.
OfDay = Callable[[int], object]


class Days:
    """What the function reads of the date of an order."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._told: dict[Hashable, tuple[str, OfDay]] = {}
        self._then: set[str] = set()  # the variables that are also told of another date

    def told(self, key: Hashable, tell: OfDay) -> str:
        """The variable in which this is told of the date."""
        if key not in self._told:
            self._told[key] = (f"day_{len(self._told)}", tell)
        return self._told[key][0]

    def number(self, period: Period) -> str:
        """The number of the period that holds the date."""
        return self.told(("number", period), lambda day: self.plan.timeline.number(period, day))

    def oldest(self, told: ast.expr) -> ast.expr:
        """The same of the date of the oldest order that may come back; of today where none may."""
        if self.plan.checked.returns is None or not isinstance(told, ast.Name):
            return told
        if told.id != "day":
            self._then.add(told.id)
        return ast.Name(f"then_{told.id}", ast.Load())

    # ---------- once everything was asked for

    def read(self, code: Code) -> None:
        """Statements that find the date of `at`, and what is told of it."""
        zone, start = self.plan.timeline.zone, self.plan.timeline.day_start
        # How long after a change clocks show again what they showed before: which date it is then is a longer story.
        after = [0, *((old - new) * SECOND for old, new in zip(zone.offsets, zone.offsets[1:], strict=False))]
        odd = tuple(c + more if more > 0 else 0 for c, more in zip((0, *zone.changes), after, strict=True))
        code.add(
            """
            segment = BISECT(CHANGES, at)
            day = (at // SECOND + OFFSETS[segment]) // DAY_SECONDS + EPOCH if at >= ODD[segment] else DAY_OF(at)
            """,
            BISECT=code.value(bisect_right),
            CHANGES=code.value(zone.changes),
            OFFSETS=code.value(tuple(offset - start for offset in zone.offsets)),
            ODD=code.value(odd),
            DAY_OF=code.value(self.plan.timeline.day),
            SECOND=code.value(SECOND),
            DAY_SECONDS=code.value(DAY_SECONDS),
            EPOCH=code.value(EPOCH_ORDINAL),
        )
        if self._told:
            known, learn = self._rows()
            code.add(
                """
                row = KNOWN(day) or LEARN(day)
                if row is None:
                    return None
                TOLD = row
                """,
                TOLD=ast.Tuple([ast.Name(one, ast.Store()) for one, _ in self._told.values()], ast.Store()),
                KNOWN=code.value(known.get),
                LEARN=code.value(learn),
            )
            if self.plan.checked.returns is not None:
                self._read_oldest(code, known.get, learn)

    def _read_oldest(self, code: Code, known: Any, learn: Any) -> None:
        """The same of the date of the oldest order that may come back."""
        then = [ast.Name(f"then_{one}" if one in self._then else "_", ast.Store()) for one, _ in self._told.values()]
        code.add(
            """
            then_day = min(day, min(map(DAY, records))) if records else day
            row = KNOWN(then_day) or LEARN(then_day)
            if row is None:
                return None
            TOLD = row
            """,
            DAY=code.value(_DAY),
            TOLD=ast.Tuple(then, ast.Store()),  # type: ignore[arg-type]
            KNOWN=code.value(known),
            LEARN=code.value(learn),
        )

    def _rows(self) -> tuple[dict[int, tuple[Any, ...]], Callable[[int], tuple[Any, ...] | None]]:
        """What was told of dates, and what tells it of another one; None where some of it lies beyond all dates: the
        ordinary path asks only for what an order needs."""
        known: dict[int, tuple[Any, ...]] = {}
        tells = [tell for _, tell in self._told.values()]

        def learn(day: int) -> tuple[Any, ...] | None:
            if len(known) >= MOST_DAYS:
                known.clear()
            try:
                found = tuple([tell(day) for tell in tells])
            except LoyaltyError:
                return None
            known[day] = found
            return found

        return known, learn
