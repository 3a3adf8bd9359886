"""What became of many members, added up: what each rule did by month, who stood where, what is held and when it goes.

Figures of groups of members add up in any order, and stand in files as JSON between the steps of a replay.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any, Final, NamedTuple, TypeAlias

from loyalty_rules.decision import LevelChanged, PointsRedenominated
from loyalty_rules.events import Tick
from loyalty_rules.explaining.account import Reason, movements
from loyalty_rules.explaining.settling import moves
from loyalty_rules.member import NEVER, MemberState, Purse
from loyalty_rules.programme import Decision, Programme

#: The month of units that never go.
NEVER_GO: Final = ""
#: Why units come or go.
_MOVING: Final = frozenset(reason.value for reason in Reason if moves(reason))
#: A count by names: of months, purses, rules and so on.
Counts: TypeAlias = "Counter[tuple[str, ...]]"


@dataclass(slots=True)
class Figures:
    """Counts by their names, as the comments say. Months are `2026-03` by the programme's own calendar, units whole
    smallest units of their purses, signed: what came is above zero."""

    totals: Counts = field(default_factory=Counter)  # members, orders, decisions
    flows: Counts = field(default_factory=Counter)  # month, purse, rule, reason
    levels: Counts = field(default_factory=Counter)  # month, ladder, level: how many more members stand there
    ends: Counts = field(default_factory=Counter)  # month of the last date on which units are valid, purse
    held: Counts = field(default_factory=Counter)  # purse; usable, pending, reserved, owed
    members: Counts = field(default_factory=Counter)  # purse, rule: members to whom it gave something
    differences: Counts = field(default_factory=Counter)  # purse, rule, reason, why: millionths more than before
    differing: Counts = field(default_factory=Counter)  # purse, "more" or "less": members who have so

    def add(self, other: Figures) -> None:
        """Adds what became of other members."""
        for one in fields(self):
            own: Counts = getattr(self, one.name)
            for names, count in getattr(other, one.name).items():
                own[names] += count

    def written(self) -> str:
        """As JSON: the same for the same figures."""
        data = {
            one.name: sorted([*names, count] for names, count in getattr(self, one.name).items() if count)
            for one in _ALL
        }
        return json.dumps(data, ensure_ascii=False, separators=(",", ":"))

    def months(self) -> list[str]:
        """All months from the first in which something happened to the last, none left out."""
        found = {names[0] for names in (*self.flows, *self.levels)}
        return _between(min(found), max(found)) if found else []


_ALL: Final = fields(Figures)


def read_figures(text: str) -> Figures:
    """Figures of their JSON."""
    data: dict[str, list[list[Any]]] = json.loads(text)
    return Figures(*(Counter({tuple(names): count for *names, count in data[one.name]}) for one in _ALL))


def _between(first: str, last: str) -> list[str]:
    start, end = (int(month[:4]) * 12 + int(month[5:]) - 1 for month in (first, last))
    return [month_text(number) for number in range(start, end + 1)]


def month_text(number: int) -> str:
    """A month as text, of the number of months since the year 0."""
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


class Held(NamedTuple):
    """What a member holds of a purse."""

    usable: int
    pending: int
    reserved: int
    owed: int


class Moved(NamedTuple):
    """Units that came to a member, or went, in names of today."""

    at: int
    purse: str
    rule: str
    reason: str
    units: int


class Known:
    """What many decisions of a programme have in common, worked out once: months by date, and names by edition."""

    def __init__(self, programme: Programme) -> None:
        self.programme = programme
        self._day = programme.plan.timeline.day
        self._months: dict[int, str] = {}
        self._names: dict[int, Mapping[str, str]] = {}
        self._last = (-1, "")  # most that moves does so at the instant of the move before it

    def month(self, at: int) -> str:
        """The month of an instant."""
        if self._last[0] != at:
            day = self._day(at)
            if day not in self._months:
                found = date.fromordinal(day)
                self._months[day] = f"{found.year:04d}-{found.month:02d}"
            self._last = (at, self._months[day])
        return self._last[1]

    def names(self, member: MemberState) -> Mapping[str, str]:
        """By the names in which a member stands those of today, where they changed since."""
        editions = self.programme.succession
        place = editions.place_of(member)
        found = self._names.get(place)
        if found is None:
            found = self._names[place] = editions.renamed_since(place)[0]
        return found


@dataclass(slots=True)
class Tally:
    """What becomes of one member, taken decision by decision."""

    known: Known
    figures: Figures
    given: set[tuple[str, str]] = field(default_factory=set)  # purse, rule
    stood: dict[str, str] = field(default_factory=dict)  # by ladder, where the member stood at first
    changes: list[LevelChanged] = field(default_factory=list)
    first: int | None = None  # when something first happened, and last
    last: int | None = None
    member: MemberState | None = None

    def take(self, decision: Decision) -> tuple[list[Moved], list[LevelChanged]]:
        """Adds what a decision did; gives it in names of today: what moved, and which levels changed."""
        now = self.known.names(decision.member)
        self.member, at = decision.member, decision.event.at
        if not isinstance(decision.event, Tick):
            self.first = at if self.first is None else self.first
            self.last = at
        moved: list[Moved] = []
        changed: list[LevelChanged] = []
        for effect in decision.effects:
            if isinstance(effect, LevelChanged):  # moves nothing
                changed.append(effect._replace(ladder=now.get(effect.ladder, effect.ladder)))
                self.stood.setdefault(changed[-1].ladder, effect.before)
                continue
            for one in movements(effect, at):
                units, reason = one.units, one.reason.value
                if isinstance(effect, PointsRedenominated):
                    units += effect.aside_after - effect.aside_before
                if units and reason in _MOVING:
                    moved.append(
                        Moved(one.at, now.get(one.purse, one.purse), now.get(one.rule, one.rule), reason, units)
                    )
        for at, purse, rule, reason, units in moved:
            self.figures.flows[self.known.month(at), purse, rule, reason] += units
            if rule and units > 0:
                self.given.add((purse, rule))
        self.changes += changed
        self.figures.totals["decisions",] += 1
        return moved, changed

    def finish(self, orders: int) -> list[tuple[str, Held]]:
        """Adds what the member holds at the end; gives it by purse."""
        programme, figures, member = self.known.programme, self.figures, self.member
        if member is None or self.first is None:
            return []
        figures.totals["members",] += 1
        figures.totals["orders",] += orders
        figures.members.update(self.given)
        for ladder in programme.checked.ladders:
            at_first = self.stood.get(ladder, programme.level(member, ladder))
            figures.levels[self.known.month(self.first), ladder, at_first] += 1
        for change in self.changes:
            figures.levels[self.known.month(change.at), change.ladder, change.before] -= 1
            figures.levels[self.known.month(change.at), change.ladder, change.after] += 1
        now = self.known.names(member)
        holds = {now.get(purse.name, purse.name): purse for purse in member.purses}
        found: list[tuple[str, Held]] = []
        for name in programme.checked.purses:
            held = self._held(name, holds.get(name, Purse(name, ())), member.clock)
            found.append((name, held))
        return found

    def _held(self, name: str, purse: Purse, clock: int) -> Held:
        usable = sum(lot.left for lot in purse.lots if lot.usable <= clock)
        pending = sum(lot.left for lot in purse.lots) - usable
        aside = [debit for one in purse.reserved for debit in one.debits]
        held = Held(usable, pending, sum(one.units for one in aside), purse.debt)
        for kind, units in zip(Held._fields, held, strict=True):
            if units:
                self.figures.held[name, kind] += units
        for lot in purse.lots:
            self._ends(name, lot.expires, lot.left)
        for debit in aside:
            self._ends(name, debit.expires, debit.units)
        return held

    def _ends(self, purse: str, expires: int, units: int) -> None:
        """Units by the month of the last date on which they are valid."""
        month = NEVER_GO if expires >= NEVER else self.known.month(expires - 1)
        self.figures.ends[month, purse] += units
