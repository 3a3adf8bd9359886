"""The engine beside the ledger model: one event after another, everything compared after each. A history that tells
them apart is made small and printed as a rule file and a table of events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import MISSING, dataclass, fields, replace
from random import Random
from typing import Any, Final, NamedTuple, TypeVar, cast

from loyalty_rules import Decision, LoyaltyError, load, membership_step, merge, transfer
from loyalty_rules import Programme as Loaded
from loyalty_rules.events import (
    Event as Told,
)
from loyalty_rules.events import (
    adjustment,
    cancellation,
    capture,
    choice,
    confirmation,
    enrolment,
    happening,
    line,
    purchase,
    release,
    reservation,
    returned,
    tick,
)
from loyalty_rules.member import MemberState
from loyalty_rules.memberships import MembershipLeft, Step
from loyalty_rules.shared import SharedState
from tests.models.ledger_calendar import moment
from tests.models.ledger_model import Member
from tests.models.ledger_programmes import Programme
from tests.models.ledger_questions import LEVELS
from tests.models.ledger_state import Event, RefusedError
from tests.properties.ledger_comparing import subscriptions
from tests.properties.ledger_counters import Counters
from tests.properties.ledger_drawing import Drawing
from tests.properties.ledger_telling import Telling

MEMBER: Final = "m"
OTHER: Final = "n"
#: What others name: left out last.
BLOCKS: Final = ("redeems", "rewards", "earns", "purses")
T = TypeVar("T")


def money(kopecks: int) -> str:
    return f"{kopecks // 100}.{kopecks % 100:02d}"


def told(event: Event, programme: Programme) -> Told:
    """The event as a host tells it."""
    match event.kind:
        case "purchase":
            lines = [
                line(str(place), category=one.category, quantity=one.quantity, amount=money(one.amount))
                for place, one in enumerate(event.lines)
            ]
            redeem, paid_from, reward = None, None, programme.reward(event.name)
            if event.name:
                of = reward.name if reward else programme.redeems[0].purse
                redeem = {event.name: amount(programme, of, event.amount) if event.amount else None}
                paid_from = {event.name: event.purse} if event.purse else None
            return purchase(event.id, MEMBER, event.at, lines, currency="RUB", redeem=redeem, paid_from=paid_from)
        case "return":
            return returned(event.id, MEMBER, event.at, event.order, {str(place): units for place, units in event.back})
        case "cancellation":
            return cancellation(event.id, MEMBER, event.at, event.order)
        case "confirmation":
            return confirmation(event.id, MEMBER, event.at, event.order)
        case "reservation" | "capture" | "release":
            return in_two_steps(event, programme)
        case "event":
            return happening(event.id, MEMBER, event.at, event.name, order=event.order)
        case "membership":
            return membership_step(event.id, MEMBER, event.at, event.name, cast(Step, event.order))
        case "joining":
            return enrolment(event.id, MEMBER, event.at)
        case "choice" if programme.reward(event.name):
            return choice(event.id, MEMBER, event.at, event.name, amount=str(event.amount or 1), purse=event.purse)
        case "choice" if any(earn.name == event.name for earn in programme.earns):
            return choice(event.id, MEMBER, event.at, event.name, purse=event.purse)
        case "choice":
            conversion = next(one for one in programme.conversions if one.name == event.name)
            purse = conversion.all_of or conversion.uses[0][0]
            wanted = amount(programme, purse, event.amount) if event.amount else None
            return choice(event.id, MEMBER, event.at, event.name, amount=wanted)
        case "adjustment":
            units = amount(programme, event.name, event.amount)
            return adjustment(event.id, MEMBER, event.at, event.name, units, reason="test", actor="test")
        case _:
            return tick(MEMBER, event.at)


def in_two_steps(event: Event, programme: Programme) -> Told:
    wanted = amount(programme, programme.redeems[0].purse, event.amount) if event.amount else None
    match event.kind:
        case "reservation":
            return reservation(event.id, MEMBER, event.at, event.name, amount=wanted, until=event.until or None)
        case "capture":
            return capture(event.id, MEMBER, event.at, event.order, amount=wanted)
        case _:
            return release(event.id, MEMBER, event.at, event.order)


def amount(programme: Programme, purse: str, units: int) -> str:
    if not programme.purse(purse).counted:
        return str(units)
    return f"{'-' if units < 0 else ''}{money(abs(units))}"


# ---------- what is compared


def differences(loaded: Loaded, state: MemberState, member: Member) -> list[str]:
    """What the engine and the model do not agree on."""
    found: list[str] = []

    def compare(what: str, engine: object, model: object) -> None:
        if engine != model:
            found.append(f"{what}: engine {engine}, model {model}")

    purses = {purse.name: purse for purse in state.purses}
    for name, held in member.purses.items():
        compare(f"balance of {name}", tuple(loaded.balance(state, name)), member.balance(name))
        mine = purses.get(name)
        compare(f"debt of {name}", mine.debt if mine else 0, held.debt)
        engine = [
            (lot.earned, None if lot.waits else lot.usable, lot.expires, lot.overdue, dict(lot.parts))
            for lot in (mine.lots if mine else ())
        ]
        model = [(lot.earned, lot.usable, member.end(lot), lot.overdue, lot.parts) for lot in held.lots]
        compare(f"lots of {name}", engine, model)
        aside = [(one.id, one.until, one.units) for one in (mine.reserved if mine else ())]
        compare(f"reserved of {name}", aside, [(one.id, one.until, one.units) for one in held.aside.values()])
    standings = {standing.ladder: standing for standing in state.standings}
    for name, ours in member.standings.items():
        compare(f"level of {name}", loaded.level(state, name), LEVELS[member.held_rank(name)])
        theirs = standings.get(name)
        engine_levels = (
            (theirs.level, theirs.scheduled, theirs.falls, theirs.taken, theirs.floors)
            if theirs
            else ("", (), None, 0, ())
        )
        model_levels = (
            LEVELS[ours.rank],
            tuple((at, LEVELS[rank]) for at, rank in ours.scheduled),
            (ours.falls[0], LEVELS[ours.falls[1]]) if ours.falls else None,
            ours.taken,
            tuple((at, LEVELS[rank]) for at, rank in ours.floors),
        )
        compare(f"standing on {name}", engine_levels, model_levels)
    found += subscriptions(state, member)
    engine_choices = [(one.until, one.at, one.rule, one.gifts) for one in state.choices]
    compare("choices", engine_choices, [(one.until, one.at, one.rule, one.gifts) for one in member.waiting])
    kept = {record.order: [one.kept // 1_000_000 for one in record.lines] for record in state.records}
    compare("records", kept, {name: order.kept for name, order in member.orders.items()})
    prices = {record.order: [one.after_discounts for one in record.lines] for record in state.records}
    left = {name: [line.amount for line in order.lines] for name, order in member.orders.items()}
    compare("prices", prices, left)
    spent = {record.order: sum(one.spent for one in record.payments) for record in state.records}
    compare("spent", spent, {name: sum(one.spent for one in order.payments) for name, order in member.orders.items()})
    return found


# ---------- running


@dataclass
class Failure:
    """A history that tells engine and model apart at its last event."""

    programme: Programme
    events: list[Event]
    found: list[str]


class Both(NamedTuple):
    """The member, and what members share."""

    state: MemberState
    shared: SharedState | None


def step(loaded: Loaded, both: Both, member: Member, event: Event) -> tuple[Both, list[str]]:
    """One event on both sides."""
    state, shared = both
    try:
        ours = member.apply(event)
    except RefusedError:
        ours = "refused"
    try:
        decision = decided(loaded, both, event, member.programme)
    except LoyaltyError as error:
        if ours == "refused":  # nothing has changed, but the model has let time pass up to the event
            passed = loaded.decide(state, tick(MEMBER, max(state.clock, member.clock)), shared)
            return Both(passed.member, passed.shared), differences(loaded, passed.member, member)
        return both, [f"outcome: engine refused ({error}), model {ours}"]
    if ours != decision.outcome:
        return both, [f"outcome: engine {decision.outcome}, model {ours}"]
    if ours == "not_returnable":
        return both, [] if decision.member == state else ["what is not returnable changed the member"]
    found = differences(loaded, decision.member, member)
    if event.kind == "membership" and ours == "decided":
        back = sum(one.refund for one in decision.effects if isinstance(one, MembershipLeft))
        found += [] if back == member.refunded else [f"fee refunded: engine {back}, model {member.refunded}"]
    taken = sum(sum(amount for _, amount in entries) for entries in member.shared.values())
    if shared is not None and decision.shared is not None and not found:
        found += [] if out_of(decision.shared, member) == taken else ["what was taken out of budgets"]
    return Both(decision.member, decision.shared), found


def out_of(shared: SharedState, member: Member) -> int:
    """All that was taken out of budgets, which each of their caps counts."""
    first = {f"{one.name} " for one in member.programme.budgets if len(one.caps) == 1}
    twice = {f"{one.name} " for one in member.programme.budgets if len(one.caps) == 2}
    once = sum(entry.amount for entry in shared.used if any(entry.key.startswith(name) for name in first))
    return once + sum(entry.amount for entry in shared.used if any(entry.key.startswith(name) for name in twice)) // 2


def decided(loaded: Loaded, both: Both, event: Event, programme: Programme) -> Decision:
    """The decision for the member; the other one of a transfer is made for it."""
    state, shared = both
    if event.kind == "merge":
        gone = loaded.new_member(OTHER)
        for one in event.before:
            gone = loaded.decide(gone, told(one, programme)._replace(member=OTHER)).member
        going = merge(event.id, OTHER, event.at, into=MEMBER, reason="test", actor="test")
        return loaded.merge(gone, state, going)[1]
    if event.kind not in ("transfer", "incoming"):
        return loaded.decide(state, told(event, programme), shared)
    other, units = loaded.new_member(OTHER), amount(programme, event.name, event.amount)
    if event.kind == "transfer":
        giving = transfer(event.id, MEMBER, event.at, event.name, units, to=OTHER)
        return loaded.transfer(state, other, giving)[0]
    by_hand = adjustment("a", OTHER, event.until, event.name, units, reason="test", actor="test")
    giver = loaded.decide(other, by_hand).member
    coming = transfer(event.id, OTHER, event.at, event.name, units, to=MEMBER)
    return loaded.transfer(giver, state, coming)[1]


class Run:
    """Both sides of one history. The model is told first: what is drawn next depends on it."""

    def __init__(self, programme: Programme) -> None:
        self.loaded = load(programme.text())
        self.both = Both(self.loaded.new_member(MEMBER), self.loaded.new_shared() if programme.budgets else None)
        self.member = Member(programme)
        self.counters = Counters(self.member)

    def tell(self, event: Event) -> list[str]:
        """What they do not agree on after the event."""
        before = self.both
        self.both, found = step(self.loaded, before, self.member, event)
        return found if found or self.both.state is before.state else self.counters.differences(self.both.state)


def replayed(programme: Programme, events: Sequence[Event]) -> Failure | None:
    """The history up to the first event after which they differ; None where they never do."""
    run = Run(programme)
    for number, event in enumerate(events, 1):
        found = run.tell(event)
        if found:
            return Failure(programme, list(events[:number]), found)
    return None


def told_at_random(
    programme: Programme, random: Random, count: int, acted: Counter[str] | None = None
) -> tuple[int, Failure | None]:
    """A random history; how many events it had, and where they differ. `acted` counts what happened in it."""
    run = Run(programme)
    run.member.acted = Counter() if acted is None else acted
    telling = Telling(random, run.member)
    for number in range(1, count + 1):
        found = run.tell(telling.event())
        if found:
            return number, Failure(programme, telling.told, found)
    return count, None


def run(seed: int, count: int, acted: Counter[str] | None = None) -> tuple[int, Failure | None]:
    """A random programme with a random history."""
    random = Random(seed)
    programme = Drawing(random).programme()
    return told_at_random(programme, random, count, acted)


# ---------- made small


def smaller(failure: Failure) -> Failure:
    """Fewer events and a simpler programme that still differ."""
    for _ in range(3):
        before = (len(failure.events), len(failure.programme.text()))
        failure = _simpler(_fewer_events(failure))
        if (len(failure.events), len(failure.programme.text())) == before:
            break
    return failure


def _again(failure: Failure, programme: Programme, events: Sequence[Event]) -> Failure | None:
    """Whether they still differ in the same way."""
    try:
        found = replayed(programme, events)
    except (LoyaltyError, StopIteration, KeyError, IndexError, ZeroDivisionError):
        return None  # no programme any more
    return found if found and found.found[0].split(":")[0] == failure.found[0].split(":")[0] else None


def _fewer_events(failure: Failure) -> Failure:
    size = max(1, len(failure.events) // 2)
    while size:
        place = 0
        while place < len(failure.events):
            tried = _again(failure, failure.programme, failure.events[:place] + failure.events[place + size :])
            if tried:
                failure = tried
            else:
                place += size
        size //= 2
    return failure


def _simpler(failure: Failure) -> Failure:
    changed = True
    while changed:
        changed = False
        for programme in _variants(failure.programme):
            tried = _again(failure, programme, failure.events)
            if tried:
                failure, changed = tried, True
                break
    return failure


def _variants(programme: Programme) -> Iterator[Programme]:
    """Without one of its blocks, or with one field of a block as it is by default."""
    for name in (*("ladders", "budgets", "changes", "offers", "memberships", "conversions"), *BLOCKS):
        blocks = getattr(programme, name)
        for place, block in enumerate(blocks):
            before, after = blocks[:place], blocks[place + 1 :]
            for instead in ((), *((plainer,) for plainer in _plainer(block))):
                yield _with(programme, name, (*before, *instead, *after))
    yield from _plainer(programme)


def _plainer(block: T) -> Iterator[T]:
    for one in fields(cast(Any, block)):
        value = getattr(block, one.name)
        if one.default is not MISSING and value != one.default:
            yield _with(block, one.name, one.default)
        if isinstance(value, tuple) and len(value) > 1 and one.name in ("gifts", "caps", "levels", "ends", "costs"):
            for place in range(len(value)):
                yield _with(block, one.name, (*value[:place], *value[place + 1 :]))


def _with(block: T, name: str, value: object) -> T:
    return cast(T, replace(cast(Any, block), **{name: value}))


# ---------- printed


def printed(failure: Failure) -> str:
    """A rule file, a table of events, and what differs after the last."""
    zone = Member(failure.programme).zone
    rows = []
    for event in failure.events:
        local = moment(event.at).astimezone(zone.clock)
        what = [event.kind, event.name, event.order, str(event.amount or "")]
        what += [f"{one.category} x{one.quantity} {money(one.amount)}" for one in event.lines]
        what += [f"line {place}: {units}" for place, units in event.back]
        rows.append(f"  {event.id:<6} {local.isoformat(' ')}  {', '.join(part for part in what if part)}")
    return "\n".join([failure.programme.text(), *rows, "", *failure.found, "", repr(failure.events)])
