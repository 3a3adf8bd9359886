"""What is known about a member: a value, never changed in place. Shared by the engine, which reads it, and the ledger.

Everything is an integer, a string or a tuple, so a state can be compared, copied, pickled and written as JSON
(`adapters.wire`). Nothing that follows from something else is kept: a balance is the sum of its lots, what a cap has
granted is `min(cap, asked)`, a level's distance is worked out when asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import Enum
from typing import Any, Final, NamedTuple, TypeAlias

from loyalty_rules.choices import ChosenSets, OpenChoice
from loyalty_rules.records import Debit, Record

#: The instant of "never", beyond every date the engine accepts.
NEVER: Final = 2**62

#: A checked fact: money in minor units, numbers and per cents in millionths, dates as ordinals, instants in
#: microseconds, yearly dates as (month, day).
FactValue: TypeAlias = int | str | bool | tuple[int, int]


#: What stands in place of a rule for units that an adjustment gave; no rule can have this name.
ADJUSTMENT: Final = "@adjustment"


#: What stands in place of a rule for units that are owed and were used: no lot held them. And for what of them came
#: back after it was paid, and so lies in a lot.
OVERDRAFT: Final = "@overdraft"
REPAID: Final = "@repaid"


#: What stands in place of an event where units wait for the confirmation of their order.
CONFIRMATION: Final = "@confirmation"


class Take(Enum):
    """Which lots of a purse are used first. The values are phrase roles."""

    OLDEST = "TAKE_OLDEST"
    SOONEST = "TAKE_SOONEST"
    NEWEST = "TAKE_NEWEST"


class Waits(NamedTuple):
    """What units wait for before they can be used: an event about the order that earned them. `rule`: whose clauses say
    what happens then; "" for the purse's."""

    event: str
    order: str
    rule: str = ""


class Lot(NamedTuple):
    """Units given by one decision with one life."""

    number: int  # of the decision that made it, or after which time did: the tie-break of every order of lots
    earned: int
    usable: int  # NEVER as long as it waits for an event
    expires: int
    left: int
    parts: tuple[tuple[str, int], ...]  # (part, units), sums to `left`; a part as `records.part_of` names it
    idle: tuple[tuple[int, int], ...] = ()  # (days, months) without activity that end it, ascending; empty for none
    latest: int = NEVER  # where `idle` is not empty: activity does not move the end beyond this
    overdue: bool = False  # its end has come, and waits
    waits: Waits | None = None
    since: int = 0  # from when the life of its youngest units counts, where they are of several days; 0 for its own


class Posted(NamedTuple):
    """What became of a sum that was posted at the end of its period. `holds` of what was granted stands; `uses` is what
    caps counted of it. The rest as in `records.RecordedAward`."""

    number: int  # of the decision, and so of its lot
    at: int
    usable: int
    expires: int
    granted: int
    holds: int
    full: bool  # less than the caps left was granted: the purse was full
    uses: tuple[tuple[str, int, int], ...]  # (key, bucket, amount)
    gone: int = 0
    expired: int = 0
    short: int = 0
    anew: bool = False  # it was counted in another denomination since, after its caps: these are not asked again


class Sum(NamedTuple):
    """What a rule gave into a purse in one calendar period, exactly: the purse holds the rounded sum of it, or does so
    once it is posted."""

    rule: str
    number: int  # of the period
    numerator: int
    denominator: int
    posted: Posted | None = None


class Reserved(NamedTuple):
    """Units that are set aside to pay by a redeem rule. `value` minor units of money for each `size`, in whole steps
    where `full`. `counts`: what it counts for in the ceilings of the rule, (key, bucket, amount)."""

    id: str  # of the event that set them aside
    rule: str
    at: int
    until: int  # NEVER without an end
    value: int
    size: int
    full: bool
    debits: tuple[Debit, ...]
    counts: tuple[tuple[str, int, int], ...] = ()

    @property
    def units(self) -> int:
        return sum(debit.units for debit in self.debits)

    def worth(self, units: int) -> int:
        """What so many of its units pay, in minor units."""
        return units // self.size * self.value if self.full else units * self.value // self.size


class Purse(NamedTuple):
    name: str
    lots: tuple[Lot, ...]  # by (earned, number)
    remainders: tuple[tuple[str, int, int], ...] = ()  # (rule, numerator, denominator), carried to the next award
    active: int | None = None  # the date of the last activity, where the purse counts any
    debt: int = 0  # units below zero: what becomes usable pays them first
    sums: tuple[Sum, ...] = ()  # where the purse is rounded over a period; by (rule, number)
    reserved: tuple[Reserved, ...] = ()  # by (at, id)


class Counter(NamedTuple):
    """The net sums of one measure, cap or limit, by local date or by period (bucket 0 where there is one only)."""

    key: str
    buckets: tuple[tuple[int, int], ...]  # (date ordinal or period number, net), ascending, no zero nets


class Standing(NamedTuple):
    """Where a member stands on one ladder. Level "" is the base without a name. `level` is what is earned, `since` when
    it was; the level that is held is the higher of it and the floors."""

    ladder: str
    level: str
    since: int
    scheduled: tuple[tuple[int, str], ...] = ()  # (instant, level), ascending
    falls: tuple[int, str] | None = None  # what a failed review has decided and a later instant does
    anew: int = 0  # when the level was reached again while a fall waited; 0 for never
    best: str = ""  # the highest level ever lost
    taken: int = 0  # what levels have taken from the ladder's counter
    floors: tuple[tuple[int, str], ...] = ()  # (until, level) of levels given by rules: ascending, and each lower
    history: tuple[tuple[int, str], ...] = ()  # (instant, level) of the latest changes of the level that is held


class Subscription(NamedTuple):
    """How a member has a membership, or had it last. Dates are local ones."""

    membership: str
    since: int  # the instant at which it began
    ended: int  # the instant at which it ended; NEVER as long as it runs
    due: int  # the date on which the next fee is due, or the trial is over; 0 for none
    day: int  # of the month on which fees are due
    turns: int  # the date on which the next year begins
    turn_day: int  # of the month on which years begin
    fees: tuple[tuple[int, int, int], ...] = ()  # what was paid: (from this date, before this one, minor units)
    trial: int = 0  # the date on which the trial is over; 0 for a member who had none
    lapses: int = NEVER  # the instant at which it lapses, where a fee is due
    paused: int = NEVER  # the instant from which it rests
    leaves: bool = False  # it ends when what was paid is over
    history: tuple[tuple[int, int, int], ...] = ()  # (instant, 1 where it counts, the instant its year began), latest

    @property
    def runs(self) -> bool:
        """Whether it has not ended; it may rest."""
        return self.ended == NEVER


class Invited(NamedTuple):
    """By whom and when a member was invited; `facts` are those of the inviter that a referral compares."""

    by: str
    at: int
    facts: tuple[tuple[str, FactValue], ...] = ()


class Unmade:
    """A digest that is made when somebody asks for it, once; what makes it is let go then. It equals its text.

    Threads that ask at one moment may each make it: they make the same text, and one of them is kept.
    """

    __slots__ = ("__weakref__", "_kept")

    def __init__(self, make: Callable[[], str]) -> None:
        self._kept: Callable[[], str] | str = make

    def __str__(self) -> str:
        kept = self._kept
        if not isinstance(kept, str):
            kept = self._kept = kept()
        return kept

    def __eq__(self, other: object) -> bool:
        return str(self) == str(other) if isinstance(other, str | Unmade) else NotImplemented

    def __hash__(self) -> int:
        return hash(str(self))

    def __repr__(self) -> str:
        return repr(str(self))


#: A digest, or one that is made when asked for.
Mark: TypeAlias = str | Unmade


class _Seen(NamedTuple):
    id: str
    at: int
    digest: Mark


class Seen(_Seen):
    """An event that was decided: its id, its instant and a digest of its canonical form.

    The digest may be one that is made when asked for. Nobody sees that: whoever reads, compares, copies, pickles or
    writes it has the text.
    """

    __slots__ = ()

    @property
    def digest(self) -> str:
        return str(tuple.__getitem__(self, 2))

    def __getitem__(self, place: Any) -> Any:
        return (self.id, self.at, self.digest)[place]

    def __iter__(self) -> Iterator[Any]:
        return iter((self.id, self.at, self.digest))


class MemberState(NamedTuple):
    member: str
    programme: str  # meaning fingerprint of the programme that last decided
    clock: int  # nothing earlier is accepted
    decisions: int
    joined: int | None
    facts: tuple[tuple[str, FactValue], ...]
    segments: tuple[str, ...]  # those "supplied by host" that the member is in
    purses: tuple[Purse, ...]
    counters: tuple[Counter, ...]
    standings: tuple[Standing, ...]
    first_order: int | None
    last_order: int | None
    seen: tuple[Seen, ...]
    records: tuple[Record, ...] = ()  # the orders that may come back, by (instant, number)
    memberships: tuple[Subscription, ...] = ()  # by name
    opted: tuple[tuple[str, int], ...] = ()  # (rule to which the member opted in, when), by rule
    invited: Invited | None = None  # None for a member whom nobody invited
    invites: int = 0  # how many friends the member invited
    choices: tuple[OpenChoice, ...] = ()  # what waits for the member to choose, ascending
    chosen: tuple[ChosenSets, ...] = ()  # of each product set the latest ones, ascending
    merged: str = ""  # the member into whom this one was merged: nothing happens here any more
