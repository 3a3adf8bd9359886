"""Parts of random programmes: lives of units, windows, caps, limits, questions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from random import Random
from typing import Final, TypeVar

from tests.models.ledger_calendar import Length
from tests.models.ledger_lives import Ends, Life, Usable
from tests.models.ledger_programmes import Cap, Ladder, Limit
from tests.models.ledger_questions import Asked, Measure, MemberOf, Stands, Test, Window

T = TypeVar("T")

ZONES: Final = (
    *("Europe/Moscow", "Europe/Berlin", "America/Havana", "Asia/Beirut", "Africa/Cairo"),
    *("Australia/Lord_Howe", "America/New_York", "Asia/Tokyo"),
)
#: Each is in a programme or not: few at a time find more than all at once.
FEATURES: Final = (
    *("pending", "ends", "idle", "waits", "hold", "from usable", "two purses", "counted", "own life", "prolong"),
    *("caps", "limits", "events", "returns", "levels", "levels by points", "reviews", "grace", "takes", "floors"),
    *("reaching", "conversions", "redeem", "zone", "day starts", "delivered", "confirmed", "ceilings", "reservations"),
    *("late", "timed", "over", "transfers", "rewards", "budgets", "challenges", "memberships", "posting", "offers"),
    *("merges", "changes"),
)
#: What the model does not know together: what budgets get back, and who shares them; what a change
#: makes of orders, reservations and sums of periods; nothing of sums of periods is to choose, which is no matter of
#: the model: it is refused on loading.
APART: Final = (
    ("budgets", frozenset({"returns", "over", "posting", "transfers", "merges", "changes"})),
    ("choices", frozenset({"counted", "changes", "over", "posting"})),
    ("changes", frozenset({"returns", "reservations", "over", "posting"})),
)
PERIODS: Final = ("calendar week", "calendar month", "calendar quarter", "calendar year", "programme year")
YEAR_DAYS: Final = ((1, 31), (2, 28), (3, 1), (9, 30), (12, 31), (6, 15))
ALL: Final = Window("ever")


class Parts:
    """What blocks of a programme are made of, with a random subset of the features."""

    def __init__(self, random: Random, features: Sequence[str] = FEATURES) -> None:
        self.random = random
        share = random.choice((0.2, 0.4, 0.7))
        self.over: dict[str, str] = {}  # purses that are rounded over a period
        self.features = {name for name in features if random.random() < share}
        if self.features & {"ceilings", "reservations"}:
            self.features.add("redeem")
        self.leaves_out()

    def leaves_out(self) -> None:
        """Of two that the model does not know together one is left out: mostly not what others need, as returns."""
        for one, others in APART:
            if one in self.features and self.features & others:
                self.features -= self.choose({one}, {one}, {one}, others)

    def has(self, name: str, chance: float = 0.7) -> bool:
        return name in self.features and self.random.random() < chance

    def choose(self, *found: T) -> T:
        return self.random.choice(found)

    def usable(self, *, waiting: bool = True) -> Usable:
        waiting = waiting and "posting" not in self.features  # what is posted is no order's
        if waiting and "delivered" in self.features and self.random.random() < 0.4:
            return Usable("event", self.choose((0, "days"), (3, "days"), (5, "hours")))
        if waiting and "confirmed" in self.features and self.random.random() < 0.4:
            return Usable("confirmation")
        if not self.has("pending"):
            return Usable()
        return self.choose(
            Usable("after", self.choose((1, "days"), (3, "days"), (14, "days"), (40, "days"))),
            Usable("after", self.choose((1, "hours"), (5, "hours"), (30, "hours"))),
            Usable("after", (1, "months")),
            Usable("next", self.choose((0, "days"), (0, "days"), (2, "days")), self.choose(*PERIODS[:3])),
            Usable("day", day=self.choose(*YEAR_DAYS)),
        )

    def life(self, *, waiting: bool = True) -> Life:
        ends: list[Ends] = []
        if self.has("ends", 0.9):
            ends.append(self.end())
            if self.random.random() < 0.2:
                ends.append(self.end())
        if self.has("idle"):
            ends.append(Ends("idle", self.choose((1, "days"), (20, "days"), (45, "days"), (1, "months"))))
        return Life(self.usable(waiting=waiting), tuple(ends))

    def end(self) -> Ends:
        long: Length = self.choose(
            (1, "months"), (2, "months"), (13, "months"), (1, "days"), (30, "days"), (2, "weeks")
        )
        return self.choose(
            Ends("after", long),
            Ends("after", long),
            Ends("after", long, period=self.choose(*PERIODS)),
            Ends("after", long, day=self.choose(*YEAR_DAYS)),
            Ends("same day", long),
            Ends("end", period=self.choose(*PERIODS[1:])),
            Ends("day", day=self.choose(*YEAR_DAYS)),
            Ends("through", through=date(2025, self.choose(1, 2, 6), self.choose(1, 28)).toordinal()),
        )

    def window(self) -> Window:
        return self.choose(
            Window("period", self.choose("calendar day", *PERIODS)),
            Window("last", length=self.choose((1, "days"), (3, "days"), (7, "days"), (30, "days"), (1, "months"))),
        )

    def caps(self, purses: Sequence[str]) -> tuple[Cap, ...]:
        if not self.has("caps"):
            return ()
        caps = []
        for name in purses:
            if self.random.random() < 0.3:
                caps.append(Cap(name, self.choose(5, 20, 60)))
            if self.random.random() < 0.8:
                window = self.window()
                if self.over.get(name) == "calendar month":
                    window = Window("period", self.choose("calendar month", "calendar quarter", "calendar year"))
                caps.append(Cap(name, self.choose(7, 30, 100, 300), window))
        return tuple(caps)

    def limit(self) -> Limit | None:
        if not self.has("limits", 0.5):
            return None
        return Limit(self.choose(1, 2, 5), self.choose(None, self.window(), self.window()))

    def questions(self, ladders: tuple[Ladder, ...]) -> tuple[tuple[Test, ...], tuple[Test, ...]]:
        audience: tuple[Test, ...] = ()
        when: tuple[Test, ...] = ()
        if ladders and self.random.random() < 0.4:
            ladder = self.choose(*ladders)
            rank = self.choose(*range(len(ladder.levels) + 1))
            audience = (Stands(ladder.name, "is" if not rank else self.choose("is", "at least"), rank),)
        if "memberships" in self.features and self.random.random() < 0.5:
            audience = (*audience, MemberOf("vip", denied=self.random.random() < 0.2))
        if self.random.random() < 0.3:
            spend = Measure("spend", Window("order"), category=self.choose("", "tea"))
            when = (Asked(spend, self.choose("at least", "under", "over"), self.choose(500, 5_000, 20_000)),)
        elif self.random.random() < 0.2:
            orders = Measure("orders", self.window(), before=self.choose(True, False))
            when = (Asked(orders, self.choose("at least", "is"), self.choose(1, 2, 3)),)
        return audience, when

    def rank(self, ladder: Ladder) -> int:
        return self.random.randint(1, len(ladder.levels))
