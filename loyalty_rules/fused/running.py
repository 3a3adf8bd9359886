"""Orders decided by the function of their programme; what it gives way to is decided as ever."""

from __future__ import annotations

from functools import partial
from operator import attrgetter, itemgetter
from typing import Final

from loyalty_rules.decision import Effect
from loyalty_rules.engine.digests import marked, marked_later
from loyalty_rules.engine.plan import Plan
from loyalty_rules.events import Purchase
from loyalty_rules.fused.building import Function, made_of
from loyalty_rules.fused.turning import turning
from loyalty_rules.member import NEVER, Counter, Lot, MemberState, Seen
from loyalty_rules.records import Record
from loyalty_rules.settlement.editions import Editions
from loyalty_rules.settlement.recording import current
from loyalty_rules.settlement.remembering import MAX_SEEN
from loyalty_rules.settlement.sharing import has_budgets

#: How many orders take about as long by the ordinary path as a function takes to be made, for each so many rules.
WORTH: Final = 16
RULES: Final = 8
#: Of more rules it takes the better part of a second: nobody at a till is to wait for that, so somebody has to ask.
MOST_RULES: Final = 256
#: How many members are known at a time as they were decided last: they hold their orders with them until digests are
#: made of these, so it is few.
MOST_KNOWN: Final = 2


#: Makes a value of its fields, as fast as it can be made.
_made_seen = partial(tuple.__new__, Seen)

_UNTIL: Final = itemgetter(Record._fields.index("until"))
_AT: Final = attrgetter("at")
_ID: Final = attrgetter("id")
_OVERDUE: Final = itemgetter(Lot._fields.index("overdue"))
_EXPIRES: Final = itemgetter(Lot._fields.index("expires"))


class Known:
    """What is known of one state of one member: its ids of events, its counters, until when time brings nothing about,
    and until when each of its orders may come back."""

    __slots__ = ("due", "forgets", "held", "ids", "member")

    def __init__(self, member: MemberState, ids: set[str]) -> None:
        self.member = member
        self.due = 0
        self.forgets = 0  # like `due`, it is seen with the first order
        self.ids = ids
        self.held = _by_key(member.counters)  # the function moves them


class Fused:
    """One edition of a programme with its function."""

    def __init__(self, editions: Editions, place: int, function: Function) -> None:
        self.editions = editions
        self._plan: Plan = editions.all[place].plan
        self._function = function
        self._turned = turning(editions, place)
        self._currency = self._plan.checked.currency
        # Of several editions only a member who stands in this one is known to have nothing to be taken over.
        self._edition = editions.all[place].fingerprint if len(editions.all) > 1 else ""
        self._since = editions.all[place].since
        self._known: dict[str, Known] = {}

    def settle(self, member: MemberState, event: Purchase) -> tuple[MemberState, tuple[Effect, ...]] | None:
        """The member after an order, and the effects; None for one that is for the ordinary path."""
        at, own = event.at, event.member
        if own != member.member or event.currency != self._currency or at < member.clock:
            return None
        if event.tenders is not None or event.redeem != () or event.codes != ():
            return None
        if self._edition and (member.programme != self._edition or member.clock < self._since):
            return None
        # Whoever takes it out has it alone.
        known = self._known.pop(own, None)
        if known is None or known.member is not member:
            known = learned(self._plan, member)
        if known is None or event.id in known.ids:
            return None
        effects: list[Effect] = []
        ready = member if at < known.due and at < known.forgets else self._brought(known, member, at, effects)
        seen = None if ready is None else _seen(member, event)
        if ready is None or seen is None:
            return None
        found = self._function(ready, event, effects, known.due, seen, known.held)
        if found is None:
            return None
        known.ids.difference_update(map(_ID, ready.seen[: len(ready.seen) + 1 - len(seen)]))
        self._learn(known, event, *found)
        return found[0], tuple(effects)

    def _brought(self, known: Known, member: MemberState, at: int, effects: list[Effect]) -> MemberState | None:
        """The member as time brings it to an order; None for one who is for the ordinary path then."""
        if at < known.due:
            ready = current(self._plan, member, at, member)
        else:
            ready, found, known.due = self._turned(member, at)
            effects += found
            if ready.clock != member.clock and not is_plain(self._plan, ready):  # else nothing fell due
                return None
            if ready.counters is not member.counters:
                known.held = _by_key(ready.counters)
        known.forgets = _first_forgotten(ready)
        return ready

    def _learn(self, known: Known, event: Purchase, member: MemberState, due: int) -> None:
        """What is known of the member now."""
        known.member, known.due = member, due
        if member.records:
            known.forgets = min(known.forgets, member.records[-1].until)
        known.ids.add(event.id)
        if len(self._known) >= MOST_KNOWN:
            self._known.pop(next(iter(self._known), ""), None)  # whoever was decided longest ago
        self._known[event.member] = known


def _seen(member: MemberState, event: Purchase) -> tuple[Seen, ...] | None:
    """The events that are known with an order more, the function of which refuses what could yet change; None where it
    is too late to be one of so many."""
    mark = marked(event) if event.facts else marked_later(event)
    seen = (*member.seen, _made_seen((event.id, event.at, mark)))
    if len(seen) > MAX_SEEN:
        return None if seen[-1 - MAX_SEEN].at >= event.at else seen[-MAX_SEEN:]
    return seen


def rules_of(editions: Editions) -> int:
    """How many rules a function for each edition is made of: with more than `MOST_RULES` none is made by itself."""
    return sum(len(edition.plan.rules) for edition in editions.all)


class Orders:
    """The orders of a programme: a function is made of it once it has decided so many of them that it is worth it, of
    a large one only where it is asked for."""

    def __init__(self, editions: Editions) -> None:
        self.editions = editions
        self._decided = 0
        self._rules = rules_of(editions)
        self._found: list[Fused | None] | None = None

    def settle(self, member: MemberState, event: Purchase) -> tuple[MemberState, tuple[Effect, ...]] | None:
        """The member after an order, and the effects; None for one that is for the ordinary path."""
        if self._found is None:
            self._decided += 1
            if self._rules > MOST_RULES or self._decided <= WORTH * max(1, self._rules // RULES):
                return None
            self.make()
        found = (self._found or [None])[0 if len(self.editions.all) == 1 else self.editions.place_at(event.at)]
        return None if found is None else found.settle(member, event)

    def make(self) -> None:
        """Makes the functions now, unless they are there."""
        if self._found is None:
            self._found = [self._made(place) for place in range(len(self.editions.all))]

    def _made(self, place: int) -> Fused | None:
        edition = self.editions.all[place]
        fingerprints = [one.fingerprint for one in self.editions.all]
        if has_budgets(self.editions) or fingerprints.count(edition.fingerprint) > 1:  # what is shared is asked for
            return None
        function = made_of(edition.plan, edition.fingerprint)
        if function is None:
            return None
        return Fused(self.editions, place, function)


def _by_key(counters: tuple[Counter, ...]) -> dict[str, Counter]:
    return {counter.key: counter for counter in counters}


def _first_forgotten(member: MemberState) -> int:
    return min(map(_UNTIL, member.records), default=NEVER)


def learned(plan: Plan, member: MemberState) -> Known | None:
    """What is to be known of a member; None for one who is for the ordinary path, as one is of whom an id is known
    twice: it would be forgotten with the first of them."""
    ids = set(map(_ID, member.seen))
    return Known(member, ids) if len(ids) == len(member.seen) and is_plain(plan, member) else None


def is_plain(plan: Plan, member: MemberState) -> bool:
    """Whether nothing about a member is out of the ordinary: nothing waits, is owed, was merged or stands elsewhere;
    and where no order may come back, none may as an edition before has let it."""
    if member.merged or member.memberships or member.choices or (member.purses and not member.decisions):
        return False
    if member.records and plan.checked.returns is None:
        return False
    for standing in member.standings:
        ladder = plan.checked.ladders.get(standing.ladder)
        if ladder is None or standing.scheduled or standing.falls is not None or standing.floors:
            return False
        if not all(name in ("", ladder.base) or ladder.rank(name) for name in (standing.level, standing.best)):
            return False
    for purse in member.purses:
        if purse.debt or purse.reserved or purse.name not in plan.checked.purses:
            return False
        if any(map(_OVERDUE, purse.lots)) or min(map(_EXPIRES, purse.lots), default=NEVER) <= member.clock:
            return False
        if purse.lots and (purse.lots[-1].earned > member.clock or purse.lots[-1].number > member.decisions):
            return False
    return max(map(_AT, member.seen), default=member.clock) <= member.clock
