"""Random programmes of a wide family, and random histories whose instants lie where something changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

from tests.models.ledger_calendar import Length
from tests.models.ledger_lives import Life
from tests.models.ledger_programmes import Cap, Earn, Floor, Gift, Ladder, Level, Limit, Programme, Purse
from tests.models.ledger_questions import CATEGORIES, Asked, Measure, Stands, Test, Window
from tests.models.ledger_rewards import Price, Reward
from tests.models.ledger_spending import Ceiling, Conversion, Exchange, Redeem
from tests.models.ledger_timed import Timed
from tests.properties.ledger_anew import changes
from tests.properties.ledger_budgeting import budgets
from tests.properties.ledger_clubs import membership
from tests.properties.ledger_goals import challenge
from tests.properties.ledger_off import offers
from tests.properties.ledger_parts import ALL, PERIODS, YEAR_DAYS, ZONES, Parts

T = TypeVar("T")


class Drawing(Parts):
    """Draws one programme with a random subset of the features."""

    def programme(self) -> Programme:
        names = ["p0", "p1"] if "two purses" in self.features else ["p0"]
        ladders = self.ladders(names)
        conversions = self.conversions(names)
        redeems = self.redeems(names)
        rewards = self.rewards(names, ladders)
        spent = {name for one in conversions for name, _ in one.uses} | {one.all_of for one in conversions}
        spent |= {one.purse for one in redeems} | {price.purse for one in rewards for price in one.costs}
        if "transfers" in self.features:
            spent |= {"p0"}
        purses = tuple(self.purse(name, name in spent, ladders) for name in names)
        earns = self.earns(purses, ladders) + self.giving(rewards)
        returns = None
        if "returns" in self.features:
            window: Length = self.choose((3, "days"), (14, "days"), (1, "months"), (2, "months"))
            returns = ("replay" if self.over else self.choose("replay", "in proportion"), window)
        return Programme(
            purses,
            earns,
            ladders,
            conversions,
            redeems,
            rewards,
            budgets=budgets(self.random, earns) if "budgets" in self.features else (),
            owed=self.choose(True, False),
            zone=self.choose(*ZONES) if "zone" in self.features else "Europe/Moscow",
            day_starts=self.choose(60, 180, 330) if "day starts" in self.features else 0,
            year_starts=self.choose((3, 1), (1, 15), (7, 1)),
            returns=returns,
            refund=self.choose("tenders in proportion", "points first", "money first"),
            late=self.choose(1, 3, 14, 60) if "late" in self.features else 0,
            reserves="reservations" in self.features,
            merges="merges" in self.features,
            changes=changes(self) if "changes" in self.features else (),
            offers=offers(self, ladders) if "offers" in self.features else (),
            off_per_order=self.choose(True, False),
            memberships=(membership(self),) if "memberships" in self.features else (),
        )

    # ---------- purses

    def purse(self, name: str, spent: bool, ladders: tuple[Ladder, ...]) -> Purse:
        counted = name == "p1" and "counted" in self.features
        life = self.life(waiting=name == "p0" or "conversions" not in self.features)
        waits: tuple[Test, ...] = ()
        if life.ends and self.has("waits"):
            orders = Measure("orders", Window("last", length=(self.choose(2, 20, 50), "days")))
            waits = (Asked(orders, "at least", self.choose(1, 2)),)
            if ladders and self.random.random() < 0.5:
                waits = (Stands(ladders[0].name, "is", 1),)
        rounding = f"{self.choose('down', 'up', 'half up', 'half even')} per {self.choose('order', 'line')}"
        if name == "p0" and "over" in self.features:
            self.over[name] = self.choose("calendar day", "calendar month", "calendar month")
            rounding = f"{rounding.partition(' per ')[0]} in {self.over[name]}"
        posts = ""
        if name == "p0" and "posting" in self.features:
            posts = self.over[name] = self.choose("calendar day", "calendar month", "calendar month")
            rounding = f"{rounding.partition(' ')[0]} per posting period"
            if "half" in rounding:
                rounding = "half up per posting period"
        active: tuple[Measure, ...] = ()
        if life.idles:
            measure = Measure(
                self.choose("orders", "spend", "items"), Window("none"), category=self.choose("", "", "tea")
            )
            active = (measure,)
        return Purse(
            name,
            life,
            from_usable=bool(life.ends) and life.usable.how != "at once" and self.has("from usable"),
            take=self.choose("oldest", "newest", "soonest to expire") if spent else "",
            counted=counted,
            round=rounding,
            transfer=Cap(name, self.choose(20, 100, 1000), self.window())
            if name == "p0" and "transfers" in self.features
            else None,
            posts=posts,
            hold=self.choose(30, 120, 1000) if self.has("hold") else 0,
            negative=self.choose(True, False),
            waits=waits,
            active=active,
        )

    # ---------- rules

    def gift(self, purse: Purse) -> Gift:
        if purse.counted:
            return Gift(purse.name, "percent", self.choose(1, 5, 10))
        how = self.choose("per", "per", "per full", "per started", "percent")
        if purse.name in self.over:
            how = self.choose("per", "percent")
        return Gift(purse.name, how, self.choose(1, 3, 7), self.choose(100, 333, 1000))

    def earns(self, purses: tuple[Purse, ...], ladders: tuple[Ladder, ...]) -> tuple[Earn, ...]:
        earns = [self.order_rule(f"r{number}", purses, ladders) for number in range(self.choose(1, 1, 2, 3))]
        plain = [
            purse for purse in purses if not purse.counted and purse.life.usable.how not in ("event", "confirmation")
        ]
        if plain and "events" in self.features:
            purse = self.choose(*plain)
            audience, _ = self.questions(ladders)
            gift = Gift(purse.name, "fixed", self.choose(5, 50))
            earns.append(
                Earn("e0", (gift,), "event gift", audience=audience, limit=self.limit(), caps=self.caps([purse.name]))
            )
            earns.append(Earn("j0", (Gift(purse.name, "fixed", 33),), "joining"))
        if self.has("prolong") and any(purse.life.ends for purse in plain):
            purse = self.choose(*[purse for purse in plain if purse.life.ends])
            by: Length = self.choose((1, "months"), (10, "days"))
            gifts = self.choose((), (Gift(purse.name, "fixed", 3),))
            after = self.choose("", "event gift")
            earns.append(
                Earn("x0", gifts, after, limit=Limit(2, Window("period", "calendar month")), prolong=(purse.name, by))
            )
        if ladders and self.has("floors"):
            ladder = self.choose(*ladders)
            floor = self.choose(
                Floor(ladder.name, self.rank(ladder), "for", self.choose((1, "days"), (20, "days"), (1, "months"))),
                Floor(ladder.name, self.rank(ladder), "end", period=self.choose(*PERIODS)),
                Floor(ladder.name, self.rank(ladder)),
            )
            earns.append(Earn("f0", (), "event gift", limit=Limit(self.choose(1, 3)), floor=floor))
        if plain and "timed" in self.features:
            earns += [self.timed(f"t{number}", self.choose(*plain), ladders) for number in range(self.choose(1, 2))]
        if ladders and plain and self.has("reaching"):
            ladder = self.choose(*ladders)
            gift = Gift(self.choose(*plain).name, "fixed", self.choose(9, 40))
            earns.append(Earn("w0", (gift,), f"reaching {self.rank(ladder)} {ladder.name}"))
        if plain and "challenges" in self.features:
            earns += [
                challenge(self, f"q{number}", self.choose(*plain), ladders) for number in range(self.choose(1, 2))
            ]
        if len(plain) > 1 and "choices" in self.features:
            earns += [self.choosing(f"k{number}", plain, ladders) for number in range(self.choose(1, 2))]
        return tuple(earns)

    def choosing(self, name: str, purses: Sequence[Purse], ladders: tuple[Ladder, ...]) -> Earn:
        """A rule that leaves one of two gifts to choose."""
        audience, _ = self.questions(ladders)
        own = self.random.random() < 0.3
        return Earn(
            name,
            tuple(Gift(purse.name, "fixed", self.choose(5, 50)) for purse in purses),
            "event gift",
            audience=audience,
            caps=self.caps([purse.name for purse in purses]),
            limit=self.limit(),
            usable=self.usable(waiting=False) if own else None,
            ends=(self.end(),) if own else None,
            within=self.choose((0, "days"), (1, "days"), (14, "days"), (1, "months"), (2, "hours"), (30, "hours")),
        )

    def timed(self, name: str, purse: Purse, ladders: tuple[Ladder, ...]) -> Earn:
        """A rule that waits for time."""
        audience, _ = self.questions(ladders)
        when: tuple[Test, ...] = ()
        if self.random.random() < 0.5:
            window = Window("period", self.choose("calendar day", *PERIODS))
            when = (Asked(Measure("orders", self.choose(window, self.window())), "at least", self.choose(1, 2)),)
        shift: Length = self.choose((0, "days"), (0, "days"), (5, "days"), (-2, "days"))
        timed = self.choose(
            Timed("end", self.choose("calendar day", *PERIODS), shift),
            Timed("end", self.choose("calendar day", *PERIODS[:3])),
            Timed("start", self.choose("calendar day", *PERIODS), shift),
            Timed("day", day=self.choose(*YEAR_DAYS)),
            Timed("joining"),
            Timed("its end", shift=max((0, "days"), shift), through=date(2025, self.choose(1, 2, 6), 28).toordinal()),
        )
        gift = Gift(purse.name, "fixed", self.choose(5, 50))
        caps, limit = self.caps([purse.name]), self.limit()
        return Earn(name, (gift,), "time", audience=audience, when=when, caps=caps, limit=limit, timed=timed)

    def order_rule(self, name: str, purses: tuple[Purse, ...], ladders: tuple[Ladder, ...]) -> Earn:
        audience, when = self.questions(ladders)
        into = list(purses) if self.random.random() < 0.3 else [self.choose(*purses)]
        gifts = tuple(self.gift(purse) for purse in into)
        if self.random.random() < 0.15:
            gifts = tuple(
                self.gift(purse) if purse.counted else Gift(purse.name, "fixed", self.choose(4, 25)) for purse in into
            )
        own = self.has("own life", 0.4)
        return Earn(
            name,
            gifts,
            category=self.choose("", "", *CATEGORIES[:2]),
            audience=audience,
            when=when,
            caps=self.caps([purse.name for purse in into]),
            limit=self.limit(),
            round=self.choose("", "", "half up per line", "down per order"),
            usable=self.usable() if own else None,
            ends=self.choose((), (self.end(),)) if own else None,
        )

    # ---------- levels

    def ladders(self, purses: Sequence[str]) -> tuple[Ladder, ...]:
        if "levels" not in self.features:
            return ()
        return tuple(self.ladder(name, purses) for name in self.choose(("status",), ("status",), ("status", "club")))

    def ladder(self, name: str, purses: Sequence[str]) -> Ladder:
        window = self.choose(
            Window("period", self.choose(*PERIODS[1:])),
            Window("last", length=self.choose((2, "months"), (20, "days"), (12, "months"))),
            ALL,
        )
        takes = self.has("takes")
        if takes:
            window = ALL
        measure, sizes = Measure("spend", window), (20_000, 60_000, 150_000)
        if self.random.random() < 0.25:
            measure, sizes = Measure("orders", window), (2, 5, 9)
        elif self.has("levels by points"):
            measure, sizes = Measure("earned", window, purses[0]), (40, 150, 400)
            if not takes and self.random.random() < 0.4:
                measure = Measure("balance", ALL, purses[0])
        count = self.choose(1, 2, 3)
        levels = [Level(Asked(measure, "at least", size)) for size in sizes[:count]]
        review = self.review() if "reviews" in self.features else {"review": "never"}
        if takes and review["review"] == "order":
            review = {"review": "never"}
        reviewed = review["review"] != "never"
        if takes:
            levels = [
                replace(level, reaching=self.choose(0, level.when.amount), keeping=level.when.amount if reviewed else 0)
                for level in levels
                if isinstance(level.when, Asked)
            ]
            takes = any(level.reaching or level.keeping for level in levels)
        elif reviewed and self.random.random() < 0.3:
            levels[-1] = replace(levels[-1], keep=Asked(measure, "at least", max(1, sizes[count - 1] // 2)))
        if not takes and self.random.random() < 0.2:
            levels[-1] = replace(levels[-1], back=Asked(measure, "at least", max(1, sizes[count - 1] * 2 // 3)))
        points = measure.what in ("earned", "balance")
        upgrade = self.choose("next order", "next order" if points else "this order", "next order" if takes else "next")
        return Ladder(
            name,
            tuple(levels),
            upgrade=upgrade,
            upgrade_period=self.choose(*PERIODS[:3]) if upgrade == "next" else "",
            upgrade_plus=self.choose((0, "days"), (0, "days"), (10, "days")) if upgrade == "next" else (0, "days"),
            one=reviewed and self.choose(True, False),
            hold=self.choose((1, "months"), (20, "days")) if reviewed and self.has("grace", 0.4) else (0, "days"),
            grace=self.choose((5, "days"), (20, "days"), (1, "months"))
            if reviewed and self.has("grace", 0.6)
            else (0, "days"),
            after_return=self.choose("keep", "recheck", "wait for review"),
            carry=self.choose(0, sizes[0], sizes[1]) if takes and reviewed and self.random.random() < 0.5 else None,
            **review,
        )

    def review(self) -> dict[str, Any]:
        return self.choose(
            {
                "review": "end",
                "review_period": self.choose(*PERIODS[1:]),
                "review_length": self.choose((0, "days"), (0, "days"), (4, "days"), (-4, "days")),
            },
            {"review": "day", "review_day": self.choose(*YEAR_DAYS)},
            {
                "review": "after",
                "review_length": self.choose((1, "months"), (12, "months"), (30, "days")),
                "review_period": self.choose("", "", "calendar month"),
            },
            {"review": "order"},
            {"review": "never"},
        )

    # ---------- what spends

    def conversions(self, purses: Sequence[str]) -> tuple[Conversion, ...]:
        if "conversions" not in self.features or len(purses) < 2:
            return ()
        at = self.choose("end", "start", "request", "once")
        own = self.has("own life", 0.5)
        counted = "counted" in self.features
        found = Conversion(
            "c0",
            at,
            (Exchange("p1", self.choose(1, 3, 7)),),
            uses=(("p0", self.choose(10, 50)),),
            period=self.choose(*PERIODS) if at in ("end", "start") else "",
            shift=self.choose((0, "days"), (0, "days"), (2, "weeks")) if at in ("end", "start") else (0, "days"),
            minimum=self.choose(0, 0, 60),
            usable=self.usable(waiting=False) if own else None,
            ends=self.choose((), (self.end(),)) if own else None,
        )
        if counted or self.random.random() < 0.4:
            gift = self.choose(
                Exchange("p1", 3, "per full", 20), Exchange("p1", 2, "per", 3), Exchange("p1", 50, "percent")
            )
            gift = Exchange("p1", 50, "percent") if counted else gift
            found = replace(found, uses=(), all_of="p0", gives=(gift,))
        return (found,)

    def redeems(self, purses: Sequence[str]) -> tuple[Redeem, ...]:
        if "redeem" not in self.features:
            return ()
        steps = self.choose(0, 0, 10)
        return (
            Redeem(
                "pay",
                "p0",
                pays=self.choose(100, 33, 7),
                units=self.choose(1, 2, 10),
                how=self.choose("per", "per", "per full"),
                at_most=self.choose((), (30,), (50,)),
                at_most_money=self.choose(0, 0, 5_000),
                leave=self.choose(0, 0, 100),
                minimum=self.choose(0, 0, 20),
                steps=steps,
                refused=self.choose(True, False),
                category=self.choose("", "", "tea"),
                caps=self.ceilings(),
                limit=Limit(self.choose(1, 2, 4), self.choose(None, self.window()))
                if self.has("ceilings", 0.3)
                else None,
            ),
        )

    def ceilings(self) -> tuple[Ceiling, ...]:
        found: list[Ceiling] = []
        if self.has("ceilings"):
            found.append(Ceiling(self.choose(10, 60), True, self.choose(None, self.window(), self.window())))
        if self.has("ceilings", 0.4):
            found.append(Ceiling(self.choose(500, 3_000), False, self.window()))
        return tuple(found)

    # ---------- rewards

    def rewards(self, purses: Sequence[str], ladders: tuple[Ladder, ...]) -> tuple[Reward, ...]:
        if "rewards" not in self.features:
            return ()
        return tuple(self.reward(f"v{number}", purses, ladders) for number in range(self.choose(1, 1, 2)))

    def reward(self, name: str, purses: Sequence[str], ladders: tuple[Ladder, ...]) -> Reward:
        how = self.choose("host", "fixed", "fixed", "kept", "value", "voucher")
        costs: tuple[Price, ...] = ()
        if how in ("host", "fixed", "kept") and self.random.random() < 0.8:
            started = self.choose(1, 1, 2, 3) if how != "kept" else 1
            costs = tuple(Price(purse, self.choose(5, 20, 50), started) for purse in purses)
            costs = costs if self.random.random() < 0.4 else costs[:1]
        audience, _ = self.questions(ladders)
        limit = None
        if self.random.random() < 0.4:
            limit = Limit(self.choose(1, 2, 4), self.choose(None, self.window()))
        return Reward(
            name,
            how,
            Life(self.usable(waiting=False), (self.end(),) if self.random.random() < 0.7 else ()),
            face=self.choose(100, 777, 5_000) if how in ("fixed", "kept") else 0,
            costs=costs,
            per_order=self.choose(0, 0, 1, 2) if how not in ("kept", "value") else 0,
            limit=limit,
            category=self.choose("", "", "tea") if how != "host" else "",
            audience=audience,
            hold=self.choose(0, 0, 2, 5) if how in ("host", "fixed") else 0,
            back=self.choose(True, True, False),
        )

    def giving(self, rewards: tuple[Reward, ...]) -> tuple[Earn, ...]:
        """Rules that give rewards."""
        earns = []
        for reward in rewards:
            if reward.how in ("value", "voucher"):
                gift = Gift(reward.name, "percent", self.choose(5, 10, 50))
                earns.append(Earn(f"g{reward.name}", (gift,), category=self.choose("", "tea"), limit=self.limit()))
            elif not reward.costs or self.random.random() < 0.5:
                gift = Gift(reward.name, "fixed", reward.right * self.choose(1, 1, 2))
                spend = Measure("spend", Window("order"), category=self.choose("", "tea"))
                when = (Asked(spend, "at least", self.choose(500, 5_000)),) if self.random.random() < 0.6 else ()
                after = self.choose("", "", "event gift") if not when else ""
                earns.append(Earn(f"g{reward.name}", (gift,), after, when=when, limit=self.limit()))
        return tuple(earns)
