"""Random histories whose instants lie where something changes, drawn from what the model knows about the member."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import islice
from random import Random

from tests.models.ledger_calendar import DAY, HOUR
from tests.models.ledger_memberships import dates as dates_of
from tests.models.ledger_model import Member
from tests.models.ledger_questions import CATEGORIES
from tests.models.ledger_state import Event, Line, RefusedError
from tests.properties.ledger_clubs import step


class Telling:
    """Draws one event after another, from what the model knows about the member."""

    def __init__(self, random: Random, member: Member, prefix: str = "e", start: int = 0) -> None:
        self.random = random
        self.member = member
        self.programme = member.programme
        self.number, self.prefix = 0, prefix
        self.bought: list[Event] = []
        self.told: list[Event] = []
        day = date(
            self.random.choice((2023, 2024)), self.random.choice((1, 2, 3, 10, 12)), self.random.choice((1, 27, 28))
        )
        self.start = start or member.zone.start(day.toordinal()) + self.random.randrange(DAY)

    def when(self) -> int:
        member, random = self.member, self.random
        clock = member.clock if self.told else self.start
        if self.programme.late and self.told and random.random() < 0.25:
            return self.then(clock)
        draw = random.random()
        if draw < 0.15:
            return clock
        if draw < 0.45:
            return clock + random.randrange(random.choice((HOUR, DAY, 4 * DAY)))
        if draw < 0.48:
            return clock + random.randrange(random.choice((40, 120, 400))) * DAY
        edge = self.edge(clock) + random.choice((-1, 0, 0, 1))
        return max(clock, edge)

    def then(self, clock: int) -> int:
        """An instant that is past, where something changed; and the oldest one that is taken."""
        member, random, zone = self.member, self.random, self.member.zone
        day = zone.day(clock)
        found = [zone.start(day), zone.start(day - random.randint(0, self.programme.late)), clock - 1]
        found += [zone.start(day - self.programme.late), zone.start(date.fromordinal(day).replace(day=1).toordinal())]
        found += [at for held in member.levels.values() for at, _ in held[-3:]]
        found += [order.at for order in member.orders.values()] + [order.until for order in member.orders.values()]
        found += [lot.usable for held in member.purses.values() for lot in held.lots if lot.usable is not None]
        first = zone.start(day - self.programme.late) - 2
        return random.choice([at for at in found if first < at < clock + 2]) + random.choice((-1, 0, 0, 0, 1))

    def edge(self, clock: int) -> int:
        """An instant at which something changes, of the next ones."""
        member, zone = self.member, self.member.zone
        day = zone.day(clock)
        found = [zone.end(day), zone.end(day)]
        for held in member.purses.values():
            for lot in held.lots:
                found += [member.end(lot), lot.usable or 0]
            for one in held.aside.values():
                found += [one.until, *(member.end(lot) for lot in one.away)]
        found += [order.until for order in member.orders.values()]
        found += [one.until for one in member.waiting]
        for standing in member.standings.values():
            found += [at for at, _ in (*standing.scheduled, *standing.floors)]
            found += [standing.falls[0]] if standing.falls else []
        found += [zone.start(one.day) for one in self.programme.changes]
        found += [zone.start(one) for one in dates_of(member) if one > day]
        due = [earn.timed for earn in self.programme.earns if earn.timed]
        dates = range(day + 1, day + 41) if due else ()
        found += islice((zone.start(one) for one in dates if any(timed.due(member, one) for timed in due)), 3)
        month = date.fromordinal(day + 32).replace(day=1).toordinal()
        found += [zone.start(month), zone.start(month - 1)]
        far = self.random.random() < 0.1
        ahead = sorted({at for at in found if clock < at < clock + (430 if far else 40) * DAY})
        return self.random.choice(ahead if far else ahead[:4])

    def event(self) -> Event:
        self.number += 1
        event = self.draw(f"{self.prefix}{self.number}", self.when())
        if event.kind == "purchase":
            self.bought.append(event)
        self.told.append(event)
        return event

    def draw(self, id: str, at: int) -> Event:
        random, programme = self.random, self.programme
        draw = random.random()
        if draw < 0.12:
            return Event("tick", id, at)
        if self.told and draw < 0.14:
            again = random.choice(self.told)
            if again.kind in ("transfer", "incoming", "merge"):  # the other one is not kept, to be told again
                return Event("tick", id, at)
            return again if random.random() < 0.6 else replace(again, at=again.at + 1)
        if programme.returns and self.bought and draw < 0.40:
            return self.back(id, at)
        choosing = [earn for earn in programme.earns if earn.within]
        if choosing and random.random() < 0.15:
            one = random.choice(choosing)
            return Event("choice", id, at, name=one.name, purse=random.choice(one.gifts).purse)
        if draw < 0.48:
            return Event("event", id, at, name="gift")
        if self.bought and draw < 0.56:
            return Event("event", id, at, name="delivered", order=random.choice(self.bought[-6:]).id)
        if draw < 0.57:
            return Event("joining", id, at)
        if self.bought and draw < 0.59 and any(one.life.usable.how == "confirmation" for one in programme.purses):
            return Event("confirmation", id, at, order=random.choice(self.bought[-6:]).id)
        if programme.purse("p0").transfer and random.random() < 0.15:
            units = random.choice((1, 5, 20, 50, max(1, self.member.balance("p0")[0])))
            if random.random() < 0.5:
                return Event("transfer", id, at, name="p0", amount=units)
            before = at - random.choice((0, 1, random.randrange(40 * DAY)))
            return Event("incoming", id, at, name="p0", amount=units, until=before)
        if programme.merges and self.prefix == "e" and random.random() < 0.04:
            return Event("merge", id, at, before=self.other(id, at))
        if programme.memberships and random.random() < 0.2:
            return step(random, self.member, id, at)
        if programme.reserves and programme.redeems and random.random() < 0.3:
            return self.two_steps(id, at)
        if draw < 0.62:
            purse = random.choice(programme.held).name
            return Event("adjustment", id, at, name=purse, amount=random.choice((5, 40, -3, -25, -1000)))
        sold = [one for one in programme.rewards if one.costs]
        if sold and random.random() < 0.15:
            reward = random.choice(sold)
            paid = random.choice(("", *(price.purse for price in reward.costs)))
            return Event("choice", id, at, name=reward.name, amount=random.choice((0, 1, 2, 5)), purse=paid)
        asked = [one.name for one in programme.conversions if one.at == "request"]
        if asked and draw < 0.68:
            return Event("choice", id, at, name=random.choice(asked), amount=random.choice((0, 0, 10, 59, 200)))
        return self.purchase(id, at)

    def other(self, id: str, at: int) -> tuple[Event, ...]:
        """What another member did until an instant."""
        member, told = Member(self.programme), []
        telling = Telling(self.random, member, f"{id}-", at - self.random.randrange(1, 90 * DAY))
        for _ in range(self.random.choice((3, 10, 20))):
            event = telling.event()
            if event.at > at:
                break
            if event.kind in ("transfer", "incoming"):
                event = Event("tick", event.id, event.at)
            try:
                member.apply(event)
                told.append(event)
            except RefusedError:  # time has passed
                told.append(Event("tick", event.id, member.clock))
        return tuple(told)

    def two_steps(self, id: str, at: int) -> Event:
        """A reservation, or what ends one."""
        random, rule = self.random, self.programme.redeems[0]
        standing = [one for held in self.member.purses.values() for one in held.aside.values()]
        if not standing or random.random() < 0.5:
            until = random.choice((0, at + random.randrange(1, 5 * DAY), self.edge(at)))
            wanted = random.choice((0, 0, 5, 20, 100))
            return Event("reservation", id, at, name=rule.name, amount=wanted, until=until)
        one = random.choice(standing)
        if random.random() < 0.3:
            return Event("release", id, at, order=one.id)
        return Event("capture", id, at, order=one.id, amount=random.choice((0, 0, 1, one.units, 3, 10)))

    def purchase(self, id: str, at: int) -> Event:
        random = self.random
        sizes = random.choice(((1, 300), (1, 3_000), (1_000, 30_000)))
        lines = [
            Line(random.choice(CATEGORIES), random.choice((1, 1, 1, 2, 3, 7)), random.randint(*sizes))
            for _ in range(random.choice((1, 1, 2, 3)))
        ]
        redeem, amount = "", 0
        if self.programme.redeems and random.random() < 0.5:
            redeem, amount = "pay", random.choice((0, 0, 5, 20, 100))
        purse = ""
        if self.programme.rewards and random.random() < 0.5:
            reward = random.choice(self.programme.rewards)
            redeem = reward.name
            amount = random.choice((0, 0, 50, 400, 3_000) if reward.money else (0, 0, 1, 2, 5))
            purse = random.choice(("", *(price.purse for price in reward.costs if not reward.money)))
        return Event("purchase", id, at, tuple(lines), name=redeem, amount=amount, purse=purse)

    def back(self, id: str, at: int) -> Event:
        random = self.random
        live = [order for order in self.member.orders.values() if not order.whole]
        if not live or random.random() < 0.1:
            order = random.choice(self.bought)
            return Event("return", id, at, order=order.id, back=((random.choice((0, 0, 9)), random.choice((1, 2))),))
        record = random.choice(live)
        draw = random.random()
        if draw < 0.15:
            return Event("cancellation", id, at, order=record.id)
        places = [place for place, kept in enumerate(record.kept) if kept]
        chosen = places if draw < 0.4 else random.sample(places, random.randint(1, len(places)))
        full = random.random() < 0.4
        back = tuple((one, record.kept[one] if full else random.randint(1, record.kept[one])) for one in sorted(chosen))
        return Event("return", id, at, order=record.id, back=back)
