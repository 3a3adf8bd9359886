"""What an occasion gives in the ledger model: rules, then challenges, and the lots that come of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tests.models.ledger_awards import (
    Basket,
    applies,
    award,
    cap_key,
    caps_of,
    come,
    completions,
    counts_asked,
    fit,
    life_of,
    limit_key,
    over,
    ranks_of,
    read,
)
from tests.models.ledger_budgets import lower
from tests.models.ledger_calendar import NEVER, Zone, later
from tests.models.ledger_challenges import done_key, taken, taken_key
from tests.models.ledger_choices import offers
from tests.models.ledger_levels import give
from tests.models.ledger_lots import (
    new_lot,
    put,
)
from tests.models.ledger_programmes import Earn, Floor, Programme
from tests.models.ledger_state import Award, Event, Known, Lot, State, rounded


class Deciding(State):
    """The member, and what occasions give it."""

    def __init__(self, programme: Programme, zone: Zone) -> None:
        super().__init__(programme, zone)
        self.reached: list[tuple[str, int]] = []  # levels that rules wait for
        self.floors: list[Floor] = []  # levels that rules give, before they hold

    def gave_nothing(self, awards: list[Award], event: Event) -> list[Award]:
        """Rules that gave nothing for an order may give something for what is kept of it."""
        gave = {(one.rule, one.purse) for one in awards}
        found = []
        for earn in self.programme.earns:
            for gift in earn.gifts if not earn.after else ():
                if (earn.name, gift.purse) not in gave:
                    steps = [[0, 0] for _ in caps_of(earn, gift.purse)]
                    life, (_, period) = life_of(self, earn, gift.purse), over(self, earn, gift.purse)
                    accrues = bool(self.programme.purse(gift.purse).posts) and not earn.round
                    found.append(Award(earn.name, gift.purse, 0, 0, {}, steps, 0, life, period=period, accrues=accrues))
        return found

    def decides(
        self, after: str, at: int, basket: Basket, order: str, due: Sequence[Earn] = (), seen: int = 0
    ) -> tuple[Known, list[Award], list[str], dict[str, int]]:
        """`due`: the rules that wait for time, and `seen` the instant of whose date they ask and count."""
        seen = seen or at
        known = read(self, seen)
        ranks = ranks_of(self, known, basket)
        rules = [one for one in self.programme.earns if one.after == after and not one.goal and (not due or one in due)]
        fired = [earn for earn in rules if applies(earn, known, basket, ranks)]
        awards = [award(self, earn, gift, known, basket) for earn in fired if not earn.within for gift in earn.gifts]
        offered = [earn.name for earn in fired if offers(self, earn, at)]
        fit(self, known, awards)
        lower(self, awards, self.zone.day(self.clock if self.late else seen))
        completed, limits = self.completes(known, basket, ranks, awards, seen)
        acted = [
            earn.name
            for earn in fired
            if earn.name in offered
            or any(one.rule == earn.name and one.gives for one in awards)
            or (not earn.gifts and (earn.floor or earn.prolong))
        ]
        self.posts(awards, at, order, seen)
        for earn in fired:
            if earn.name in acted:
                self.extends(earn, at)
                if earn.floor:
                    self.floors.append(earn.floor)
                if earn.limit:
                    self.count(limit_key(earn), seen, 1)
        if not self.late:  # else what is past its end goes first
            self.gives_levels()
        limits += [name for name in acted if self.programme.earn(name).limit]
        return known, awards, limits, completed

    def gives_levels(self) -> None:
        """The levels that rules give hold from now."""
        for floor in self.floors:
            before = self.held_rank(floor.ladder)
            give(self, floor, self.clock)
            if self.held_rank(floor.ladder) > before:
                self.reached.append((floor.ladder, self.held_rank(floor.ladder)))
        self.floors = []

    def completes(
        self, known: Known, basket: Basket, ranks: Mapping[str, int], awards: list[Award], seen: int
    ) -> tuple[dict[str, int], list[str]]:
        """How often each challenge is completed, and of which that uses up the limit. Challenges come after what rules
        give by themselves. What a ceiling leaves nothing of is completed all the same."""
        challenges = [earn for earn in self.programme.earns if earn.goal]
        if not challenges:
            return {}, []
        found = {earn.name: completions(earn, known, basket, ranks) for earn in challenges}
        own = []
        for earn in challenges:
            times = found[earn.name]
            if earn.goal is None or times < 1:
                continue
            own += [award(self, earn, replace(gift, units=gift.units * times), known, basket) for gift in earn.gifts]
            self.count(done_key(earn.name), seen, times)
            for test, units in taken(earn.goal, come(earn, known, basket), times).items():
                self.count(taken_key(earn.name, test), seen, units)
            self.acted[f"challenge {earn.goal.how}"] += 1
        fit(self, known, own, awards)
        lower(self, own, self.zone.day(self.clock if self.late else seen), awards)
        awards += own
        completed, limits = {name: times for name, times in found.items() if times > 0}, []
        for earn in challenges:
            gave = not earn.gifts or any(one.rule == earn.name and one.gives for one in own)
            if earn.limit and gave and earn.name in completed:
                self.count(limit_key(earn), seen, completed[earn.name])
                limits.append(earn.name)
        return completed, limits

    def posts(self, awards: list[Award], at: int, order: str, seen: int) -> None:
        """What one decision gives with one life is a lot."""
        lots: dict[tuple[object, ...], tuple[str, Lot, tuple[str, str]]] = {}
        for one in sorted(awards, key=lambda one: one.rule):
            earn = self.programme.earn(one.rule)
            if one.accrues:
                self.sums[one.rule, one.purse, self.begun(one.period, self.zone.day(seen))] += one.exact
                continue
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
        made = sorted(
            lots.values(),
            key=lambda one: (one[1].usable or NEVER, self.end(one[1]), one[1].idles, one[2]),
        )
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
