"""What the ledger model knows about one member: every entry that was ever made, lots, orders, standings. Nothing is
pruned, and what can be added up is added up when it is asked for.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import floor

from tests.models.ledger_calendar import NEVER, Zone, earlier, next_period, period_start
from tests.models.ledger_lives import Ends, Usable
from tests.models.ledger_programmes import Programme
from tests.models.ledger_questions import Asked, Measure, Window

HAND = "@adjustment"


class RefusedError(Exception):
    """The event is refused, and nothing has changed."""


@dataclass(frozen=True)
class Line:
    category: str
    quantity: int
    amount: int  # kopecks of the whole line


@dataclass(frozen=True)
class Event:
    """`kind`: purchase, return, cancellation, confirmation, event, joining, choice, adjustment, reservation, capture,
    release, transfer, incoming, membership, merge, tick. `order`: the order, or the reservation, that it is about; of a
    membership, the step. `back`: (number of the line, units). `name`: of an event, a conversion, a purse, a membership
    or a redeem rule. `amount`: units of the purse, 0 for as many as there are. `until`: of a reservation, 0 for no end;
    of what comes from another member, when that one got it by hand. `purse`: the one from which a reward is bought.
    `before`: what the other one did who is merged into the member."""

    kind: str
    id: str
    at: int
    lines: tuple[Line, ...] = ()
    order: str = ""
    back: tuple[tuple[int, int], ...] = ()
    name: str = ""
    amount: int = 0
    until: int = 0
    purse: str = ""
    before: tuple[Event, ...] = ()


@dataclass
class Entry:
    """Something counted: `amount` on a date."""

    day: int
    at: int
    amount: int


@dataclass
class Life:
    """What a lot was given with, as far as it can be known."""

    usable: Usable
    ends: tuple[Ends, ...]
    from_usable: bool

    def __post_init__(self) -> None:
        self.idles = tuple(end for end in self.ends if end.how == "idle")


@dataclass
class Lot:
    """`last`: the last date on which it is valid, `latest`: the last one to which activity can move that; None for
    never. `usable` is None as long as it waits for its order's event."""

    number: int
    earned: int
    usable: int | None
    last: int | None
    latest: int | None
    parts: dict[str, int]
    life: Life
    order: str = ""
    overdue: bool = False

    @property
    def left(self) -> int:
        return sum(self.parts.values())

    @property
    def idles(self) -> bool:
        """Whether activity holds off its end, as far as it is known: a life that counts from usable has none yet."""
        return bool(self.life.idles) and not (self.life.from_usable and self.usable is None)

    def take(self, units: int) -> dict[str, int]:
        """Takes so many, from the rules that gave them in proportion."""
        names = sorted(self.parts)
        taken = dict(zip(names, split(units, [Fraction(self.parts[name]) for name in names]), strict=True))
        self.parts = {name: left for name in names if (left := self.parts[name] - taken[name])}
        return {name: taken[name] for name in names if taken[name]}


@dataclass
class Held:
    """A purse of the member."""

    lots: list[Lot] = field(default_factory=list)
    debt: int = 0
    active: int | None = None
    aside: dict[str, Aside] = field(default_factory=dict)

    @property
    def holds(self) -> int:
        """All units, usable or not, set aside or not."""
        return sum(lot.left for lot in self.lots) + sum(one.units for one in self.aside.values())


@dataclass
class Standing:
    """`rank` is what is earned, `since` when it was. `best` is the highest that was ever held. `floors`: (until,
    rank)."""

    rank: int = 0
    since: int = 0
    scheduled: list[tuple[int, int]] = field(default_factory=list)
    falls: tuple[int, int] | None = None  # (instant, to)
    anew: int | None = None
    best: int = 0
    taken: int = 0
    floors: list[tuple[int, int]] = field(default_factory=list)


@dataclass
class Subscribed:
    """A membership. `counts`: (from this instant on, whether it counts)."""

    counts: list[tuple[int, bool]]


@dataclass
class Award:
    """What one rule gave into one purse for an order. `steps`: what each cap was asked and granted, in turn. `holds`:
    what stands of what was granted; `gone`: what expired of it; of what was taken back `spared` had expired and `short`
    could not be taken."""

    rule: str
    purse: str
    bought: int | Fraction  # what the purchase asked, before caps
    asked: int  # what the goods that are kept ask
    lines: dict[int, int]
    steps: list[list[int]]
    granted: int
    life: Life
    exact: Fraction = Fraction(
        0
    )  # where sums of periods are rounded: what the goods that are kept ask, less what caps trim
    period: str = ""
    given: int = 0
    usable: int | None = None
    last: int | None = None
    latest: int | None = None
    holds: int = 0
    gone: int = 0
    spared: int = 0
    short: int = 0
    wanted: int = 0  # what it is to hold of the goods that are kept
    cut: bool = False  # by a budget
    accrues: bool = False  # until its purse posts the sum of the period

    @property
    def gives(self) -> bool:
        """Whether it gave something, now or with its period."""
        return bool(self.exact if self.accrues else self.granted)


@dataclass
class Posting:
    """What was posted of the sum of a rule at an instant. `full`: the purse could not hold what the caps left;
    `counts`: what caps count of it."""

    award: Award
    number: int
    at: int
    full: bool
    counts: dict[str, int]


@dataclass
class Payment:
    """What a redeem rule paid. `shares`: by line, and `first` what they were; `away`: the lots of the units, in the
    order in which they were taken; `used` and `value`: of the order. Of a reward, how many `rights` these were and how
    many `counted` for its limit."""

    rule: str
    purse: str
    used: int
    value: int
    first: dict[int, int]
    shares: dict[int, int]
    away: list[Lot]
    paying: int | None = None
    rights: int = 0
    counted: int = 0

    @property
    def spent(self) -> int:
        return sum(lot.left for lot in self.away)


@dataclass(frozen=True, order=True)
class Waiting:
    """Gifts of a rule of which the member may choose one: by purse, so many units."""

    until: int
    at: int
    rule: str
    gifts: tuple[tuple[str, int], ...]


@dataclass
class Aside:
    """A reservation: units that have left their lots."""

    id: str
    rule: str
    at: int
    until: int
    away: list[Lot]

    @property
    def units(self) -> int:
        return sum(lot.left for lot in self.away)


@dataclass
class Known:
    """What was read of the member when an order was decided, before it counted."""

    at: int
    day: int
    ranks: dict[str, int]
    stood: dict[str, tuple[int, int, int]]
    measures: dict[Measure, int]
    rooms: dict[str, int]
    limits: dict[str, int]
    held: dict[str, int]
    done: dict[str, tuple[int, int]]  # by challenge, how often it was completed: ever, and in its window
    took: dict[tuple[str, Asked], int]  # what its completions took of a measure
    of: frozenset[str]  # the memberships that counted


@dataclass
class Order:
    """A record of an order that may come back until an instant."""

    id: str
    number: int
    at: int
    day: int
    until: int
    lines: tuple[Line, ...]
    kept: list[int]
    known: Known
    awards: list[Award]
    limits: list[str]  # of rules that used one up
    payments: list[Payment]
    completed: dict[str, int] = field(default_factory=dict)  # by challenge, how often
    off: dict[str, dict[int, int]] = field(default_factory=dict)  # by offer and line, what it took off

    @property
    def whole(self) -> bool:
        return not any(self.kept)


class State:
    """The member, and questions that need no event."""

    def __init__(self, programme: Programme, zone: Zone) -> None:
        self.programme = programme
        self.zone = zone
        self.clock = -NEVER
        self.decisions = 0
        self.brought = -NEVER  # when units came that could be used at once
        self.late = False  # the event is older than the clock
        self.joined: int | None = None
        self.purses = {purse.name: Held() for purse in programme.held}
        self.standings = {ladder.name: Standing() for ladder in programme.ladders}
        self.entries: dict[str, list[Entry]] = {}
        self.orders: dict[str, Order] = {}
        self.seen: dict[str, Event] = {}
        self.sums: defaultdict[tuple[str, str, int], Fraction] = defaultdict(Fraction)  # by rule, purse and period
        self.posted: dict[tuple[str, str, int], Posting] = {}  # of these sums
        self.levels: dict[str, list[tuple[int, int]]] = {ladder.name: [] for ladder in programme.ladders}
        self.shared: dict[str, list[tuple[int, int]]] = {}  # by budget, what was taken out of it on a date
        self.memberships: dict[str, Subscribed] = {}
        self.waiting: list[Waiting] = []  # what may be chosen, in the order in which it ends
        self.acted: Counter[str] = Counter()  # how often what the machine has to reach was reached

    def member_of(self, name: str, at: int) -> bool:
        """Whether a membership counted at an instant."""
        one = self.memberships.get(name)
        return one is not None and next((counts for since, counts in reversed(one.counts) if since <= at), False)

    # ---------- entries

    def count(self, key: str, at: int, amount: int) -> None:
        if amount:
            self.entries.setdefault(key, []).append(Entry(self.zone.day(at), at, amount))

    def net(self, key: str, window: Window | None, day: int) -> int:
        """The sum over a window that ends with a date."""
        found = self.entries.get(key, [])
        if window is None or window.how == "ever":
            return sum(entry.amount for entry in found)
        year = self.programme.year_starts
        match window.how:
            case "period":  # all that is known of it, also where the date is past
                first, last = period_start(day, window.period, year), next_period(day, window.period, year) - 1
            case "previous":
                last = period_start(day, window.period, year) - 1
                first = period_start(last, window.period, year)
            case "last" if window.length[1] in ("days", "weeks"):
                count = window.length[0] * (7 if window.length[1] == "weeks" else 1)
                first, last = day - count + 1, day
            case "last":
                first, last = earlier(day, window.length) + 1, day
            case _:
                return 0
        return sum([entry.amount for entry in found if first <= entry.day <= last])

    def whole(self, key: str, window: Window, day: int) -> int:
        """The sum over the whole period that holds a date."""
        found = self.entries.get(key, [])
        if window.how == "ever":
            return sum(entry.amount for entry in found)
        year = self.programme.year_starts
        first = period_start(day, window.period, year)
        return sum(entry.amount for entry in found if period_start(entry.day, window.period, year) == first)

    def begun(self, period: str, day: int) -> int:
        """The first date of a period."""
        return period_start(day, period, self.programme.year_starts) if period else 0

    def measured(self, measure: Measure, day: int) -> int:
        if measure.what == "balance":
            return self.balance(measure.name)[0]
        return self.net(key_of(measure), measure.window, day)

    # ---------- purses

    def balance(self, name: str) -> tuple[int, int]:
        """What can be used, less the debt, and what will be later."""
        held = self.purses[name]
        usable = sum(lot.left for lot in held.lots if self.is_usable(lot))
        return usable - held.debt, sum(lot.left for lot in held.lots) - usable

    def notes_expiry(self, name: str, lot: Lot) -> None:
        """An order that may come back remembers what expired of what it gave."""
        order = self.orders.get(lot.order)
        for one in order.awards if order else ():
            if one.purse == name:
                one.gone += lot.parts.get(one.rule, 0)
        for (rule, purse, start), posting in self.posted.items():
            if purse == name and lot.order == f"@posted {name} {start}":
                posting.award.gone += lot.parts.get(rule, 0)

    def every_lot(self) -> Iterator[Lot]:
        """What is held, set aside, or paid and may come back."""
        for held in self.purses.values():
            yield from held.lots
            for one in held.aside.values():
                yield from one.away
        for order in self.orders.values():
            for payment in order.payments:
                yield from payment.away

    def apart(self, order: str) -> bool:
        """Whether lots are still to be known as those of an order, or of a sum that was posted."""
        if order in self.orders:
            return True
        return order.startswith("@") and any(order == f"@posted {name} {at}" for _, name, at in self.posted)

    def is_usable(self, lot: Lot) -> bool:
        return lot.usable is not None and lot.usable <= self.clock

    def end(self, lot: Lot) -> int:
        return NEVER if lot.last is None else self.zone.end(lot.last)

    def remembers_levels(self) -> None:
        for name, standing in self.standings.items():
            rank = self.held_rank(name)
            standing.best = max(standing.best, rank)
            held = self.levels[name]
            if rank != (held[-1][1] if held else 0):
                held.append((self.clock, rank))

    def rank_then(self, ladder: str, at: int) -> int:
        """The level that was held at an instant; what changed at it holds."""
        if at >= self.clock:
            return self.held_rank(ladder)
        return next((rank for since, rank in reversed(self.levels[ladder]) if since <= at), 0)

    def held_rank(self, ladder: str) -> int:
        standing = self.standings[ladder]
        return max([standing.rank, *(rank for _, rank in standing.floors)])


def key_of(measure: Measure) -> str:
    """Measures that count the same have one key."""
    return " ".join(part for part in (measure.what, measure.name, measure.category) if part)


# ---------- arithmetic


def split(total: int, weights: Sequence[Fraction]) -> list[int]:
    """Largest remainder, of equals the earlier first; equal shares where nothing weighs."""
    if not any(weights):
        weights = [Fraction(1)] * len(weights)
    whole = sum(weights, start=Fraction(0))
    exact = [total * weight / whole for weight in weights]
    parts = [floor(one) for one in exact]
    order = sorted(range(len(parts)), key=lambda place: (parts[place] - exact[place], place))
    for place in order[: total - sum(parts)]:
        parts[place] += 1
    return parts


def half_up(x: Fraction) -> int:
    return floor(x + Fraction(1, 2))


def rounded(x: Fraction, mode: str) -> int:
    """Of amounts that are not below zero."""
    low = floor(x)
    rest = x - low
    match mode:
        case "down":
            return low
        case "up":
            return low + (rest > 0)
        case "half up":
            return half_up(x)
        case _:
            return low + (rest > Fraction(1, 2) or (rest == Fraction(1, 2) and low % 2 == 1))
