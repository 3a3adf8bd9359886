"""Programmes of points and levels as plain values, each with its text: what the ledger model follows and the engine
reads. Money in kopecks, units of a purse in whole units (kopecks where it is counted in money).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from tests.models.ledger_budgets import Budget
from tests.models.ledger_calendar import Length
from tests.models.ledger_lives import Ends, Life, Usable, length, roubles, year_day
from tests.models.ledger_questions import CATEGORIES, LEVELS, Asked, Measure, Test, Window, block
from tests.models.ledger_rewards import Reward
from tests.models.ledger_spending import Conversion, Redeem

# ---------- blocks


if TYPE_CHECKING:
    from tests.models.ledger_challenges import Goal
    from tests.models.ledger_changes import Change
    from tests.models.ledger_memberships import Membership
    from tests.models.ledger_offers import Offer
    from tests.models.ledger_timed import Timed


@dataclass(frozen=True)
class Purse:
    name: str
    life: Life
    from_usable: bool = False
    take: str = ""  # oldest, newest, soonest to expire
    counted: bool = False  # in money
    round: str = "down per order"
    hold: int = 0
    negative: bool = False
    waits: tuple[Test, ...] = ()
    active: tuple[Measure, ...] = ()
    transfer: Cap | None = None  # so much in its window
    apart: bool = False  # vouchers: lots that never become one
    posts: str = ""  # at the end of this period
    stands: bool = False  # what is gone of it when goods come back is not taken from elsewhere

    def text(self, programme: Programme) -> str:
        lines = [*self.life.lines(), f"round {self.round}", "rules add up"]
        lines += [f"posts at end of {self.posts}"] if self.posts else []
        lines += ["counted in RUB"] if self.counted else []
        lines += [f"take {self.take} first"] if self.take else []
        lines += [f"hold at most {programme.units(self.name, self.hold)}"] if self.hold else []
        if self.transfer and self.transfer.window:
            units = programme.units(self.name, self.transfer.units)
            lines.append(f"transfer at most {units} {self.transfer.window.text()}")
        lines += ["life counts from usable"] if self.from_usable else []
        lines += [f"activity {measure.text()}" for measure in self.active]
        lines += [f"expiry waits while {test.text(programme)}" for test in self.waits]
        if programme.returns:
            lines.append(f"after a return {'may go negative' if self.negative else 'take only what is left'}")
        return block(f"purse {self.name}", lines)


@dataclass(frozen=True)
class Gift:
    """So many units `per` (per full, per started) so much money; `fixed`; or a `percent` of the money."""

    purse: str
    how: str
    units: int
    size: int = 0

    def text(self, programme: Programme) -> str:
        if self.how == "percent":
            return f"give {self.units}% to {self.purse}"
        reward = programme.reward(self.purse)
        units = f"{self.units // reward.right} {self.purse}" if reward else programme.units(self.purse, self.units)
        return f"give {units}" if self.how == "fixed" else f"give {units} {self.how} {roubles(self.size)}"


@dataclass(frozen=True)
class Cap:
    purse: str
    units: int
    window: Window | None = None  # None: per order

    def text(self, programme: Programme) -> str:
        scope = f"per member {self.window.text()}" if self.window else "per order"
        return f"cap {programme.units(self.purse, self.units)} {scope}"


@dataclass(frozen=True)
class Limit:
    times: int
    window: Window | None = None  # None: for ever

    def text(self) -> str:
        return f"limit {self.times} per member{f' {self.window.text()}' if self.window else ''}"


@dataclass(frozen=True)
class Floor:
    """A level that a rule gives. `how`: "" for good, "for" a length, "end" of a period, "through" a date."""

    ladder: str
    rank: int
    how: str = ""
    length: Length = (0, "days")
    period: str = ""
    through: int = 0

    def text(self) -> str:
        match self.how:
            case "for":
                lasting = f" lasting {length(self.length)}"
            case "end":
                lasting = f" lasting at end of {self.period}"
            case "through":
                lasting = f" lasting through {date.fromordinal(self.through).isoformat()}"
            case _:
                lasting = ""
        return f"give level {LEVELS[self.rank]} in ladder {self.ladder}{lasting}"


@dataclass(frozen=True)
class Earn:
    """`after`: "" for orders, "joining", "event NAME", "reaching RANK LADDER", "time", "goal" of a challenge."""

    name: str
    gifts: tuple[Gift, ...] = ()
    after: str = ""
    category: str = ""
    audience: tuple[Test, ...] = ()
    when: tuple[Test, ...] = ()
    caps: tuple[Cap, ...] = ()
    limit: Limit | None = None
    round: str = ""
    usable: Usable | None = None
    ends: tuple[Ends, ...] | None = None
    prolong: tuple[str, Length] | None = None
    floor: Floor | None = None
    timed: Timed | None = None
    goal: Goal | None = None
    within: Length | None = None  # one of the gifts is chosen, within this length; for ever where it is none

    @cached_property
    def by_lines(self) -> bool:
        return any(gift.how != "fixed" for gift in self.gifts) or bool(self.category)

    def text(self, programme: Programme) -> str:
        if (self.after == "time") is not (self.timed is not None) or (self.after == "goal") is not bool(self.goal):
            raise KeyError(self.name)  # a history that is made small leaves out one of the two
        lines = self.timed.lines() if self.timed else self.goal.lines(programme) if self.goal else []
        if self.timed or self.goal:
            pass
        elif self.after.startswith("reaching"):
            _, rank, ladder = self.after.split()
            lines.append(f"after reaching {LEVELS[int(rank)]} in ladder {ladder}")
        elif self.after:
            lines.append(f"after {self.after}")
        lines += [f"for {test.text(programme)}" for test in self.audience]
        lines += [f"when {test.text(programme)}" for test in self.when]
        lines += [f"on {self.category or 'any product'}"] if self.by_lines else []
        word = "or " if self.within else ""
        lines += [f"{word if place else ''}{gift.text(programme)}" for place, gift in enumerate(self.gifts)]
        lines += [f"choose within {length(self.within)}"] if self.within and self.within[0] else []
        lines += [cap.text(programme) for cap in self.caps]
        lines += [self.limit.text()] if self.limit else []
        lines += [f"round {self.round}"] if self.round else []
        lines += [self.usable.text()] if self.usable else []
        lines += [end.text() for end in self.ends or ()] or (["expire never"] if self.ends == () else [])
        lines += [f"prolong {self.prolong[0]} {length(self.prolong[1])}"] if self.prolong else []
        lines += [self.floor.text()] if self.floor else []
        if self.goal and programme.returns:
            lines.append(f"after a return {'keep' if self.goal.keeps else 'take back'}")
        return block(f"{'challenge' if self.goal else 'earn'} {self.name}", lines)


@dataclass(frozen=True)
class Level:
    when: Test
    keep: Test | None = None
    back: Test | None = None
    reaching: int = 0
    keeping: int = 0


@dataclass(frozen=True)
class Ladder:
    """`upgrade`: "next order", "this order", or "next" with a period and a length. `review`: "end" of a period moved by
    a length, "day" of the year, "after" a length (from the start of the next period where one is named), "order",
    "never"."""

    name: str
    levels: tuple[Level, ...]
    upgrade: str = "next order"
    upgrade_period: str = ""
    upgrade_plus: Length = (0, "days")
    review: str = "never"
    review_period: str = ""
    review_length: Length = (0, "days")
    review_day: tuple[int, int] = (1, 1)
    one: bool = False
    hold: Length = (0, "days")
    grace: Length = (0, "days")
    after_return: str = "keep"
    audience: tuple[Test, ...] = ()
    carry: int | None = None

    def text(self, programme: Programme) -> str:
        lines = []
        for rank, level in enumerate(self.levels, 1):
            above = f" above {LEVELS[rank - 1]}" if rank > 1 else ""
            lines.append(f"level {LEVELS[rank]}{above} when {level.when.text(programme)}")
            lines += [f"keep {LEVELS[rank]} when {level.keep.text(programme)}"] if level.keep else []
            lines += [f"return to {LEVELS[rank]} when {level.back.text(programme)}"] if level.back else []
            if isinstance(level.when, Asked):
                for word, taken in (("reaching", level.reaching), ("keeping", level.keeping)):
                    units = Asked(level.when.measure, "", taken).written(programme)
                    lines += [f"{word} {LEVELS[rank]} takes {units}"] if taken else []
        if self.carry is not None and isinstance(self.levels[0].when, Asked):
            units = Asked(self.levels[0].when.measure, "", self.carry).written(programme)
            lines.append(f"carry over at most {units}")
        lines += [f"for {test.text(programme)}" for test in self.audience]
        lines += [f"upgrade from {self._upgrade()}", self._review()]
        if self.review != "never":
            lines.append("downgrade one level" if self.one else "downgrade to earned level")
        lines += [f"hold at least {length(self.hold)}"] if self.hold[0] else []
        lines += [f"grace {length(self.grace)}"] if self.grace[0] else []
        lines += [f"after a return {self.after_return}"] if programme.returns else []
        return block(f"tiers {self.name}", lines)

    def _upgrade(self) -> str:
        if self.upgrade != "next":
            return self.upgrade
        plus = f" plus {length(self.upgrade_plus)}" if self.upgrade_plus[0] else ""
        return f"start of next {self.upgrade_period}{plus}"

    def _review(self) -> str:
        match self.review:
            case "end":
                count, unit = self.review_length
                word = f" {'plus' if count > 0 else 'less'} {length((abs(count), unit))}" if count else ""
                return f"review at end of {self.review_period}{word}"
            case "day":
                return f"review on day {year_day(self.review_day)}"
            case "after":
                start = f" from start of next {self.review_period}" if self.review_period else ""
                return f"review after {length(self.review_length)}{start}"
            case "order":
                return "review every order"
            case _:
                return "review never"


@dataclass(frozen=True)
class Programme:
    purses: tuple[Purse, ...]
    earns: tuple[Earn, ...]
    ladders: tuple[Ladder, ...] = ()
    conversions: tuple[Conversion, ...] = ()
    redeems: tuple[Redeem, ...] = ()
    rewards: tuple[Reward, ...] = ()
    budgets: tuple[Budget, ...] = ()
    memberships: tuple[Membership, ...] = ()
    offers: tuple[Offer, ...] = ()
    changes: tuple[Change, ...] = ()
    off_per_order: bool = False  # discounts are rounded per order, else per line
    owed: bool = False  # rewards of an order that are gone when it comes back
    zone: str = "Europe/Moscow"
    day_starts: int = 0
    year_starts: tuple[int, int] = (3, 1)
    returns: tuple[str, Length] | None = None  # "replay" or "in proportion"
    refund: str = "tenders in proportion"
    late: int = 0  # for how many days events may come late
    reserves: bool = False  # members ask for reservations
    merges: bool = False  # others are merged into the member

    @cached_property
    def held(self) -> tuple[Purse, ...]:
        """Purses, and rewards, which are held like purses."""
        return (*self.purses, *(self._of(reward) for reward in self.rewards))

    def _of(self, reward: Reward) -> Purse:
        return Purse(
            reward.name,
            reward.life,
            take="soonest to expire",
            counted=reward.money,
            hold=reward.hold,
            negative=self.owed,
            apart=reward.how == "voucher",
            stands=not self.owed,
        )

    @cached_property
    def named(self) -> dict[str, Purse]:
        return {purse.name: purse for purse in self.held}

    @cached_property
    def rules(self) -> dict[str, Earn]:
        return {earn.name: earn for earn in self.earns}

    @cached_property
    def asked(self) -> tuple[Measure, ...]:
        """All that may be asked of a member before an order counts."""
        tests: list[Test] = [test for earn in self.earns for test in (*earn.audience, *earn.when)]
        tests += [test for earn in self.earns if earn.goal for test in earn.goal.tests]
        tests += [test for offer in self.offers for test in (*offer.audience, *offer.when)]
        for ladder in self.ladders:
            if ladder.upgrade == "this order":
                tests += [test for level in ladder.levels for test in (level.when, level.back) if test]
                tests += ladder.audience
        return tuple(dict.fromkeys(test.measure for test in tests if isinstance(test, Asked)))

    def purse(self, name: str) -> Purse:
        return self.named[name]

    def reward(self, name: str) -> Reward | None:
        return next((reward for reward in self.rewards if reward.name == name), None)

    def earn(self, name: str) -> Earn:
        return self.rules[name]

    def units(self, purse: str, units: int) -> str:
        return roubles(units) if self.purse(purse).counted else f"{units} {purse}"

    def text(self) -> str:
        lines = [
            "currency RUB",
            f"time zone {self.zone}",
            "week starts monday",
            f"programme year starts {year_day(self.year_starts)}",
            "basis money paid",
            "prices include tax",
            f"late events accepted for {length((self.late, 'days'))}" if self.late else "late events refused",
        ]
        if self.offers:
            lines.append(f"discounts round half up per {'order' if self.off_per_order else 'line'}")
        lines += [f"day starts {self.day_starts // 60:02d}:{self.day_starts % 60:02d}"] if self.day_starts else []
        if self.returns is None:
            lines.append("returns refused")
        else:
            how, window = self.returns
            lines.append(f"returns {how} within {length(window)}")
            lines += ["returns keep prices"] if how == "replay" else []
            pays = self.redeems or any(reward.how != "host" for reward in self.rewards)
            lines += [f"refund {self.refund}"] if pays else []
            given = any(self.reward(gift.purse) for earn in self.earns for gift in earn.gifts)
            lines += [f"used vouchers {'are owed' if self.owed else 'stand'}"] if given else []
        blocks = [
            block('programme "Model"', lines),
            block("event gift", []),
            block("event delivered", ["about an order"]),
        ]
        blocks += [block(f"products {name}", [f'where category is "{name}"']) for name in CATEGORIES]
        for parts in (
            self.purses,
            self.changes,
            self.offers,
            self.memberships,
            self.ladders,
            self.earns,
            self.conversions,
            self.redeems,
            self.rewards,
            self.budgets,
        ):
            blocks += [part.text(self) for part in parts]
        return "loyalty rules 1\n\n" + "\n".join(blocks)
