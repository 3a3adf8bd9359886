"""What time brings a member in the ledger model: every date is visited, and every instant at which something ends or
begins.
"""

from __future__ import annotations

from dataclasses import replace

from tests.models import ledger_changes as changes
from tests.models import ledger_choices as choices
from tests.models import ledger_memberships as memberships
from tests.models.ledger_awards import NOTHING
from tests.models.ledger_calendar import NEVER, zone
from tests.models.ledger_deciding import Deciding
from tests.models.ledger_exchange import convert
from tests.models.ledger_levels import asked, begins_on, climb, fall, review, reviewed_on, rise
from tests.models.ledger_lots import merge, pay_debt
from tests.models.ledger_postings import due, forgotten, kept, sums_due, token
from tests.models.ledger_programmes import Programme
from tests.models.ledger_redeem import lapses
from tests.models.ledger_spending import Conversion


class Passing(Deciding):
    """The member, and how time passes for it."""

    def __init__(self, programme: Programme) -> None:
        super().__init__(programme, zone(programme.zone, programme.day_starts))
        # Of what dates bring, that which the programme has.
        timed = [(earn, earn.timed) for earn in programme.earns if earn.timed]
        self.timed = {ends: [one for one in timed if one[1].ends is ends] for ends in (True, False)}
        self.posting = [purse for purse in programme.purses if purse.posts]
        self.dated = {at: [one for one in programme.conversions if one.at == at] for at in ("start", "end")}

    def pass_to(self, at: int) -> None:
        """Visits every date, and every instant at which units become usable or what waits is over."""
        if self.clock == -NEVER:
            self.clock = at
            return
        day = self.zone.day(self.clock)
        while True:
            day_begins = self.zone.start(day + 1)
            then = self.next_of(day_begins)
            if then > at:
                break
            self.clock, begins = then, then == day_begins
            day = day + 1 if begins else day
            self.instant(then, day, begins=begins)
            merge(self)
            if self.standings:
                self.remembers_levels()
        self.clock = at
        self.forgets(at, day)
        merge(self)

    def next_of(self, day_begins: int) -> int:
        """The first instant to come: that, or one at which units become usable or what waits is over."""
        clock, found = self.clock, day_begins
        for held in self.purses.values():
            for lot in held.lots:
                if lot.usable is not None and clock < lot.usable < found:
                    found = lot.usable
            for one in held.aside.values():
                if clock < one.until < found:
                    found = one.until
        return min([found, *(one.until for one in self.waiting if one.until > clock)])

    def forgets(self, at: int, day: int) -> bool:
        """Orders that may no longer come back, be it told late; whether there were any."""
        known = len(self.orders)
        if known:
            at = self.zone.start(day - self.programme.late) if self.programme.late else at
            self.orders = {name: order for name, order in self.orders.items() if at < order.until}
        if self.posting:
            forgotten(self)
        return len(self.orders) < known

    def instant(self, at: int, day: int, *, begins: bool) -> None:
        """First what ends, then what begins; as far as the programme has it."""
        forgot = self.forgets(at, day)
        asked_at_end = begins and self.times(at, day, ends=True)
        posted = begins and self.posts_sums(at)
        became = any(lot.usable == at for held in self.purses.values() for lot in held.lots)
        if forgot or asked_at_end or posted or became:
            merge(self)
        if became:
            for name in self.purses:
                pay_debt(self, name)
        if self.waiting:
            choices.lapse(self, at)
        lapsed = self.programme.reserves and lapses(self, at)
        if lapsed or became or self.fresh(at):
            self.converts_at_once(at)
        if begins:
            self.date(at, day, asked_at_end=asked_at_end)

    def date(self, at: int, day: int, *, asked_at_end: bool) -> None:
        """What else comes with a date."""
        self.converts("end", at, day, day - 1)
        self.expires(at, day - 1)
        if self.programme.memberships:
            memberships.dated(self, at, day)
        if self.standings:
            self.reviews(at, day)
        anew = changes.begins(self, day)
        if self.standings:
            self.rises(at)
        self.converts("start", at, day, day)
        asked_at_start = self.times(at, day, ends=False)
        self.rewards_levels(at)
        if anew or ((asked_at_end or asked_at_start) and self.fresh(at)):
            self.converts_at_once(at)

    def reviews(self, at: int, day: int) -> None:
        """What ends of levels."""
        for ladder in self.programme.ladders:
            if reviewed_on(self, ladder, day):
                review(self, ladder, at, day - 1)
        for standing in self.standings.values():
            if standing.falls and standing.falls[0] <= at:
                fall(standing, standing.falls[1], at)
            standing.floors = [one for one in standing.floors if one[0] > at]

    def rises(self, at: int) -> None:
        """Levels that were to begin."""
        for name, standing in self.standings.items():
            for one in [one for one in standing.scheduled if one[0] <= at]:
                before = self.held_rank(name)
                if one[1] > standing.rank:
                    rise(standing, one[1], at)
                if self.held_rank(name) > before:
                    self.reached.append((name, self.held_rank(name)))
            standing.scheduled = [one for one in standing.scheduled if one[0] > at]

    def posts_sums(self, at: int) -> bool:
        """What rules gave in the periods that end here; whether there was any."""
        found = due(self, at) if self.posting else []
        if not found:
            return False
        self.decisions += 1
        awards = sums_due(self, found, at)
        for name in {one.purse for one in awards}:
            start = next(start for _, purse, start in found if purse == name)
            self.posts([one for one in awards if one.purse == name], at, token(name, start), at - 1)
        kept(self, found, awards, at)
        forgotten(self)
        self.climbs(at, self.zone.day(at - 1))
        return True

    def climbs(self, at: int, day: int) -> None:
        for ladder in self.programme.ladders:
            before = self.held_rank(ladder.name)
            ranks = climb(self, ladder, at, day)
            self.reached += [(ladder.name, rank) for rank in ranks if rank > before]

    def fresh(self, at: int) -> bool:
        """Whether units became usable at an instant."""
        return self.brought == at

    def converts(self, when: str, at: int, day: int, asked_on: int) -> None:
        """Conversions at the end or the start of a period; balances and levels are asked for on a date."""
        if self.dated[when]:
            year = self.programme.year_starts
            found = [one for one in self.dated[when] if begins_on(day, one.period, one.shift, year)]
            convert(self, found, at, asked_on)

    def expires(self, at: int, day: int) -> None:
        """What was valid through a date is gone, or waits as long as the purse says."""
        for purse in self.programme.held:
            held = self.purses[purse.name]
            over = [lot for lot in held.lots if lot.last is not None and lot.last <= day]
            if not over:
                continue
            if any(asked(self, test, day) for test in purse.waits):
                for lot in over:
                    lot.overdue = True
                continue
            for lot in over:
                self.notes_expiry(purse.name, lot)
            held.lots = [lot for lot in held.lots if lot not in over]

    # ---------- rules that wait, and conversions

    def gives(self, after: str, at: int, ladder: str = "", rank: int = 0) -> None:
        """Rules that wait for something else than an order."""
        told = after.removeprefix("event ") if after.startswith("event ") else ""
        self.decides(f"reaching {rank} {ladder}" if ladder else after, at, replace(NOTHING, event=told), "")

    def times(self, at: int, day: int, *, ends: bool) -> bool:
        """What rules give that wait for an end, on the dates before it, or for a beginning; whether any was asked."""
        if not self.timed[ends]:
            return False
        due = [earn for earn, timed in self.timed[ends] if timed.due(self, day)]
        if not due:
            return False
        self.acted["rule for an end" if ends else "rule for a beginning"] += 1
        seen = at - 1 if ends else at
        self.decisions += 1
        self.decides("time", at, NOTHING, "", due, seen)
        self.climbs(at, self.zone.day(seen))
        return True

    def rewards_levels(self, at: int, *, converts: bool = True) -> None:
        """Rules that wait for a level: each is an occasion of its own; what it gives counts from the next event on."""
        waiting, self.reached = self.reached, []
        for ladder, rank in waiting:
            if all(earn.after != f"reaching {rank} {ladder}" for earn in self.programme.earns):
                continue  # no rule is asked
            self.gives("", at, ladder, rank)
            if converts:
                self.converts_at_once(at)
        self.reached = []

    def converts_at_once(self, at: int) -> None:
        merge(self)
        for conversion in in_turn([one for one in self.programme.conversions if one.at == "once"]):
            convert(self, [conversion], at, self.zone.day(at))


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
