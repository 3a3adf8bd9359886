"""The ledger of one member, worked out naively: every date is visited, every sum is added up anew. Written from
docs/semantics.md; shares nothing with the engine.
"""

from __future__ import annotations

from collections.abc import Sequence

from tests.models.ledger_awards import (
    NOTHING,
    Basket,
    applies,
    award,
    cap_key,
    caps_of,
    counts_asked,
    fit,
    life_of,
    limit_key,
    over,
    ranks_of,
    read,
)
from tests.models.ledger_budgets import lower
from tests.models.ledger_calendar import NEVER, later, zone
from tests.models.ledger_exchange import ask_to_convert, convert
from tests.models.ledger_levels import asked, begins_on, climb, fall, give, recheck, review, reviewed_on, rise
from tests.models.ledger_lots import (
    active,
    adjust,
    catches_up,
    clean,
    ends_of,
    merge,
    new_lot,
    pay_debt,
    put,
    usable_from,
)
from tests.models.ledger_pairs import gives, receives
from tests.models.ledger_programmes import Earn, Programme
from tests.models.ledger_redeem import ends_aside, lapses, redeem, set_aside
from tests.models.ledger_returns import take_back
from tests.models.ledger_spending import Conversion
from tests.models.ledger_state import Award, Event, Known, Lot, Order, RefusedError, State, rounded
from tests.models.ledger_using import buy, use


class Member(State):
    """One member under a programme."""

    def __init__(self, programme: Programme) -> None:
        super().__init__(programme, zone(programme.zone, programme.day_starts))
        self.reached: list[tuple[str, int]] = []  # levels that rules wait for

    def apply(self, event: Event) -> str:
        """`decided`, `repeated` or `not_returnable`; raises `RefusedError`."""
        if event.kind == "tick":
            if event.at > self.clock:
                self.late = False
                self.pass_to(event.at)
            return "decided"
        if event.id in self.seen:
            if self.seen[event.id] != event:
                raise RefusedError
            return "repeated"
        if event.at < self.clock and not self.takes_late(event):
            raise RefusedError
        if event.kind in ("return", "cancellation") and not self.may_return(event):
            return "not_returnable"
        self.late = event.at < self.clock  # what time brings on the way is not late itself
        if self.late:
            self.acted[f"late {event.kind}"] += 1
        else:
            self.pass_to(event.at)
        self.decisions += 1
        self.happens(event)
        merge(self)
        self.remembers_levels()
        self.seen[event.id] = event
        return "decided"

    def takes_late(self, event: Event) -> bool:
        """So many local dates back; what spends, and what is asked for, comes in time or not at all."""
        late = self.programme.late
        if not late or self.zone.day(self.clock) - self.zone.day(event.at) > late:
            return False
        if event.kind == "purchase":
            return not event.name
        return event.kind in ("event", "confirmation", "return", "cancellation")

    def happens(self, event: Event) -> None:
        at = event.at
        match event.kind:
            case "purchase":
                self.buys(event)
            case "event":
                self.gives(f"event {event.name}", at)
                if event.order:
                    self.releases(event.name, event.order, at)
            case "joining":
                if self.joined is not None:
                    raise RefusedError
                self.joined = self.zone.day(at)
                self.gives("joining", at)
            case "choice":
                reward = self.programme.reward(event.name)
                if reward:
                    buy(self, reward, event)
                else:
                    ask_to_convert(self, event.name, event.amount, at)
            case "adjustment":
                adjust(self, event.name, at, event.amount)
            case "confirmation":
                self.releases("confirmation", event.order, at)
            case "transfer":
                gives(self, event)
                self.acted["transfer to another member"] += 1
            case "incoming":
                other = Member(self.programme)
                other.apply(Event("adjustment", "a", event.until, name=event.name, amount=event.amount))
                other.pass_to(at)
                receives(self, event, gives(other, event))
                self.acted["transfer from another member"] += 1
            case "reservation":
                set_aside(self, event)
            case "capture":
                ends_aside(self, event.order, event.amount or -1)
            case "release":
                ends_aside(self, event.order, 0)
            case _:
                take_back(self, event)
        if self.late:
            catches_up(self)
        self.ends_event(event)

    def ends_event(self, event: Event) -> None:
        """What comes late converts nothing; ladders are asked now."""
        if not self.late:
            self.converts_at_once(event.at)
        for ladder in self.programme.ladders:
            if event.kind in ("return", "cancellation"):  # lifts no level
                if ladder.after_return == "recheck" or (ladder.after_return != "keep" and ladder.review == "order"):
                    recheck(self, ladder, self.clock)
                continue
            before = self.held_rank(ladder.name)
            ranks = climb(self, ladder, self.clock)
            if ladder.review == "order" and not ranks:
                review(self, ladder, self.clock, self.zone.day(self.clock))
            self.reached += [(ladder.name, rank) for rank in ranks if rank > before]
        self.rewards_levels(self.clock, converts=not self.late)
        for name in self.purses if self.late else ():  # what a level gave
            pay_debt(self, name)

    # ---------- an order

    def buys(self, event: Event) -> None:
        paid = [line.amount for line in event.lines]
        payments = []
        reward = self.programme.reward(event.name)
        if reward:
            payments = use(self, reward, event)
        elif event.name:
            rule = next(one for one in self.programme.redeems if one.name == event.name)
            payment = redeem(self, rule, event.lines, event.amount, event.at)
            payments += [payment] if payment else []
        for payment in payments:
            for place, money in payment.shares.items():
                paid[place] -= money
        basket = Basket(dict(enumerate(event.lines)), dict(enumerate(paid)))
        known, awards, limits = self.decides("", event.at, basket, event.id)
        for category in ("", *sorted({line.category for line in event.lines})):
            places = [place for place, line in enumerate(event.lines) if category in ("", line.category)]
            on = f" {category}" if category else ""
            self.count(f"spend{on}", event.at, sum(paid[place] for place in places))
            self.count(f"items{on}", event.at, sum(event.lines[place].quantity for place in places))
            self.count(f"orders{on}", event.at, 1)
        if self.programme.returns:
            day = self.zone.day(event.at)
            until = self.zone.end(later(day, self.programme.returns[1]))
            kept = [line.quantity for line in event.lines]
            awards += self.gave_nothing(awards, event)
            self.orders[event.id] = Order(
                event.id, self.decisions, event.at, day, until, event.lines, kept, known, awards, limits, payments
            )
        self.acts(event, basket)

    def gave_nothing(self, awards: list[Award], event: Event) -> list[Award]:
        """Rules that gave nothing for an order may give something for what is kept of it."""
        gave = {(one.rule, one.purse) for one in awards}
        found = []
        for earn in self.programme.earns:
            for gift in earn.gifts if not earn.after else ():
                if (earn.name, gift.purse) not in gave:
                    steps = [[0, 0] for _ in caps_of(earn, gift.purse)]
                    life, (_, period) = life_of(self, earn, gift.purse), over(self, earn, gift.purse)
                    found.append(Award(earn.name, gift.purse, 0, 0, {}, steps, 0, life, period=period))
        return found

    def acts(self, event: Event, basket: Basket) -> None:
        """Activity: what adds to one of the measures behind it."""
        for purse in self.programme.purses:
            if any(basket.adds(measure) for measure in purse.active):
                active(self, purse.name, self.zone.day(event.at))

    def gives(self, after: str, at: int, ladder: str = "", rank: int = 0) -> None:
        """Rules that wait for something else than an order."""
        self.decides(f"reaching {rank} {ladder}" if ladder else after, at, NOTHING, "")

    def decides(
        self, after: str, at: int, basket: Basket, order: str, due: Sequence[Earn] = (), seen: int = 0
    ) -> tuple[Known, list[Award], list[str]]:
        """`due`: the rules that wait for time, and `seen` the instant of whose date they ask and count."""
        seen = seen or at
        known = read(self, seen)
        ranks = ranks_of(self, known, basket)
        rules = [earn for earn in self.programme.earns if earn.after == after and (not due or earn in due)]
        fired = [earn for earn in rules if applies(earn, known, basket, ranks)]
        awards = [award(self, earn, gift, known, basket) for earn in fired for gift in earn.gifts]
        fit(self, known, awards)
        lower(self, awards, self.zone.day(self.clock if self.late else seen))
        acted = [
            earn.name
            for earn in fired
            if any(one.rule == earn.name and one.granted for one in awards)
            or (not earn.gifts and (earn.floor or earn.prolong))
        ]
        self.posts(awards, at, order, seen)
        for earn in fired:
            if earn.name in acted:
                self.extends(earn, at)
                if earn.floor:
                    before = self.held_rank(earn.floor.ladder)
                    give(self, earn.floor, self.clock)
                    if self.held_rank(earn.floor.ladder) > before:
                        self.reached.append((earn.floor.ladder, self.held_rank(earn.floor.ladder)))
                if earn.limit:
                    self.count(limit_key(earn), seen, 1)
        return known, awards, [name for name in acted if self.programme.earn(name).limit]

    def posts(self, awards: list[Award], at: int, order: str, seen: int) -> None:
        """What one decision gives with one life is a lot."""
        lots: dict[tuple[object, ...], tuple[str, Lot, tuple[str, str]]] = {}
        for one in sorted(awards, key=lambda one: one.rule):
            earn = self.programme.earn(one.rule)
            for cap, (units, granted) in zip(caps_of(earn, one.purse), one.steps, strict=True):
                if cap.window:
                    counted = units if counts_asked(cap.window) else granted
                    self.count(cap_key(earn, cap), seen, one.granted if one.cut else counted)
            if one.period:
                self.sums[one.rule, one.purse, self.begun(one.period, self.zone.day(seen))] += one.exact
                self.acted["sum of a period"] += one.granted != rounded(one.exact, "half up")
            self.count(f"earned {one.purse}", seen, one.granted)
            one.holds = one.given = one.granted
            lot = new_lot(self, at, one.life, one.purse, {one.rule: one.granted}, order)
            one.usable, one.last, one.latest = lot.usable, lot.last, lot.latest
            one.gone = one.granted if self.end(lot) <= at else 0
            if not one.granted:
                continue
            # What waits by the clauses of a rule waits for itself.
            own = one.rule if earn.usable or earn.ends is not None else ""
            waits = (lot.life.usable.how, own) if lot.usable is None else ("", "")
            life = (lot.usable or NEVER, self.end(lot), lot.life.idles, lot.latest if lot.life.idles else None, waits)
            lots.setdefault((one.purse, *life), (one.purse, lot, waits))[1].parts[one.rule] = one.granted
        made = sorted(lots.values(), key=lambda one: (one[1].usable or NEVER, self.end(one[1]), one[2]))
        for name, lot, _ in made:
            put(self, name, lot)

    def extends(self, earn: Earn, at: int) -> None:
        """Moves the last dates of what is usable, but for what this decision gives."""
        if not earn.prolong:
            return
        name, by = earn.prolong
        for lot in self.purses[name].lots:
            if lot.usable is not None and lot.usable <= at and lot.number != self.decisions and lot.last is not None:
                lot.last = later(lot.last, by)
                lot.latest = None if lot.latest is None else later(lot.latest, by)
                lot.overdue = lot.overdue and self.end(lot) <= at

    def times(self, at: int, *, ends: bool) -> bool:
        """What rules give that wait for an end, on the dates before it, or for a beginning; whether any was asked."""
        day = self.zone.day(at)
        due = [earn for earn in self.programme.earns if earn.timed and earn.timed.ends is ends]
        due = [earn for earn in due if earn.timed and earn.timed.due(self, day)]
        if not due:
            return False
        self.acted["rule for an end" if ends else "rule for a beginning"] += 1
        seen = at - 1 if ends else at
        self.decisions += 1
        self.decides("time", at, NOTHING, "", due, seen)
        for ladder in self.programme.ladders:
            before = self.held_rank(ladder.name)
            ranks = climb(self, ladder, at, self.zone.day(seen))
            self.reached += [(ladder.name, rank) for rank in ranks if rank > before]
        return True

    def releases(self, name: str, order: str, at: int) -> None:
        """What waited for this event about its order is now as if it had been earned at this instant."""
        how = {"delivered": "event", "confirmation": "confirmation"}.get(name)
        for purse, held in self.purses.items():
            for lot in held.lots:
                if lot.usable is None and lot.order == order and lot.life.usable.how == how:
                    self.acted[f"released by {name}"] += 1
                    lot.usable = usable_from(self, lot.life.usable, at)
                    if lot.life.from_usable:
                        lot.last, lot.latest = ends_of(self, lot.life, lot.earned, lot.usable, held.active)
                        if self.end(lot) <= at:
                            self.notes_expiry(purse, lot)
                            lot.parts = {}
            clean(held)
            merge(self)
            pay_debt(self, purse)

    def rewards_levels(self, at: int, *, converts: bool = True) -> None:
        """Rules that wait for a level: each is an occasion of its own; what it gives counts from the next event on."""
        waiting, self.reached = self.reached, []
        for ladder, rank in waiting:
            self.gives("", at, ladder, rank)
            if converts:
                self.converts_at_once(at)
        self.reached = []

    def converts_at_once(self, at: int) -> None:
        merge(self)
        for conversion in in_turn([one for one in self.programme.conversions if one.at == "once"]):
            convert(self, [conversion], at, self.zone.day(at))

    def may_return(self, event: Event) -> bool:
        order = self.orders.get(event.order)
        if order is None or event.at >= order.until or order.whole:
            return False
        if event.kind == "cancellation":
            return True
        return all(place < len(order.kept) and units <= order.kept[place] for place, units in event.back)

    # ---------- time

    def pass_to(self, at: int) -> None:
        """Visits every date, and every instant at which units become usable."""
        if self.clock == -NEVER:
            self.clock = at
            return
        while True:
            day_begins = self.zone.end(self.zone.day(self.clock))
            usable = [
                lot.usable
                for held in self.purses.values()
                for lot in held.lots
                if lot.usable is not None and lot.usable > self.clock
            ]
            lapsing = [one.until for held in self.purses.values() for one in held.aside.values()]
            then = min([day_begins, *usable, *(at for at in lapsing if at > self.clock)])
            if then > at:
                break
            self.clock = then
            self.instant(then, day_begins == then)
            merge(self)
            self.remembers_levels()
        self.clock = at
        self.forgets(at)
        merge(self)

    def forgets(self, at: int) -> None:
        """Orders that may no longer come back."""
        self.orders = {name: order for name, order in self.orders.items() if self.may_come(order, at)}

    def may_come(self, order: Order, at: int) -> bool:
        """Back in time, be it told late."""
        return (
            self.zone.start(self.zone.day(at) - self.programme.late) < order.until
            if self.programme.late
            else at < order.until
        )

    def instant(self, at: int, begins: bool) -> None:
        """First what ends, then what begins."""
        self.forgets(at)
        asked_at_end = begins and self.times(at, ends=True)
        became = any(lot.usable == at for held in self.purses.values() for lot in held.lots)
        merge(self)
        if became:
            for name in self.purses:
                pay_debt(self, name)
        if lapses(self, at) or became or self.fresh(at):
            self.converts_at_once(at)
        if not begins:
            return
        day = self.zone.day(at)
        convert(self, self.due("end", day), at, day - 1)
        self.expires(at, day - 1)
        for ladder in self.programme.ladders:
            if reviewed_on(self, ladder, day):
                review(self, ladder, at, day - 1)
        for standing in self.standings.values():
            if standing.falls and standing.falls[0] <= at:
                fall(standing, standing.falls[1], at)
            standing.floors = [one for one in standing.floors if one[0] > at]
        for name, standing in self.standings.items():
            for one in [one for one in standing.scheduled if one[0] <= at]:
                before = self.held_rank(name)
                if one[1] > standing.rank:
                    rise(standing, one[1], at)
                if self.held_rank(name) > before:
                    self.reached.append((name, self.held_rank(name)))
            standing.scheduled = [one for one in standing.scheduled if one[0] > at]
        convert(self, self.due("start", day), at, day)
        asked_at_start = self.times(at, ends=False)
        self.rewards_levels(at)
        if (asked_at_end or asked_at_start) and self.fresh(at):
            self.converts_at_once(at)

    def fresh(self, at: int) -> bool:
        """Whether units became usable at an instant."""
        return self.brought == at

    def due(self, at: str, day: int) -> list[Conversion]:
        year = self.programme.year_starts
        return [
            one for one in self.programme.conversions if one.at == at and begins_on(day, one.period, one.shift, year)
        ]

    def expires(self, at: int, day: int) -> None:
        """What was valid through a date is gone, or waits as long as the purse says."""
        for purse in self.programme.held:
            held = self.purses[purse.name]
            over = [lot for lot in held.lots if self.end(lot) <= at]
            if not over:
                continue
            if any(asked(self, test, day) for test in purse.waits):
                for lot in over:
                    lot.overdue = True
                continue
            for lot in over:
                self.notes_expiry(purse.name, lot)
            held.lots = [lot for lot in held.lots if lot not in over]


def in_turn(conversions: list[Conversion]) -> list[Conversion]:
    """One that takes what another gives comes after it."""
    found: list[Conversion] = []
    waiting = sorted(conversions, key=lambda one: one.name)
    while waiting:
        for one in waiting:
            takes = {name for name, _ in one.uses} | {one.all_of}
            if not any(gift.purse in takes for other in waiting if other is not one for gift in other.gives):
                found.append(one)
                waiting.remove(one)
                break
        else:
            return found + waiting
    return found
