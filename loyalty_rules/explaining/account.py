"""A member's account over a history: where each unit came from, what it became, and when the rest goes.

Every effect is known here by its type: one that this module does not tell does not pass the type checker.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum
from itertools import pairwise
from typing import NamedTuple, Protocol, TypeAlias, assert_never

from loyalty_rules.choices import ChoiceEffect
from loyalty_rules.completions import ChallengeEffect
from loyalty_rules.decision import (
    AccountMerged,
    BudgetUsed,
    CostShared,
    DebtPaid,
    DiscountGiven,
    Effect,
    ExpiryMoved,
    ExpiryWaits,
    FriendInvited,
    GiftAdded,
    GiftTakenBack,
    GoodsReturned,
    InvitedBy,
    LevelAssigned,
    LevelAtRisk,
    LevelChanged,
    LevelKept,
    LevelTook,
    OptedIn,
    PerkUsed,
    PointsActivated,
    PointsAdjusted,
    PointsAwarded,
    PointsCaptured,
    PointsConverted,
    PointsExpired,
    PointsGivenAgain,
    PointsGivenBack,
    PointsReceived,
    PointsRedeemed,
    PointsRedenominated,
    PointsReleased,
    PointsReserved,
    PointsTaken,
    PointsTakenBack,
    PointsTransferred,
    ReservationReleased,
)
from loyalty_rules.errors import InputError, shown
from loyalty_rules.events import Tick
from loyalty_rules.explaining.telling import Decided, Decider
from loyalty_rules.ledger import lots
from loyalty_rules.member import MemberState, Purse, Standing
from loyalty_rules.memberships import MembershipEffect
from loyalty_rules.records import rule_in
from loyalty_rules.settlement.challenging import Progress, progress
from loyalty_rules.settlement.chosensets import sets_at
from loyalty_rules.settlement.editions import effect_renamed
from loyalty_rules.settlement.ladders.ranks import held_rank
from loyalty_rules.settlement.perks import PerkHeld, perks_at
from loyalty_rules.values import frozen


class Stated(Decided, Protocol):
    """What a statement reads of a decision."""

    @property
    def before(self) -> MemberState: ...


class Reason(Enum):
    """Why an account moved. The values are keys of texts, and stand on the wire."""

    GIVEN = "given"
    ACTIVATED = "activated"
    EXPIRED = "expired"
    ADJUSTED = "adjusted"
    CONVERTED = "converted"
    REDEEMED = "redeemed"
    RETURNED = "returned"
    RESERVED = "reserved"
    CAPTURED = "captured"
    RELEASED = "released"
    REDENOMINATED = "redenominated"
    TRANSFERRED = "transferred"
    RECEIVED = "received"
    MERGED = "merged"

    @property
    def moves(self) -> bool:
        """Whether units came or went; those that become usable were held before, those that are captured went when they
        were reserved."""
        return self not in (Reason.ACTIVATED, Reason.CAPTURED)


#: By the names in which a member stands those of today, where they changed.
Names: TypeAlias = Callable[[MemberState], Mapping[str, str]]


class Movement(NamedTuple):
    """What one effect did to one purse, by one rule."""

    purse: str
    reason: Reason
    units: int  # signed
    rule: str  # "" where none has a part in it
    at: int
    note: str = ""  # the host's own words, or the other member


class AccountLine(NamedTuple):
    """One line of a purse's account. `held` is what the purse holds after it, usable or not."""

    at: int
    reason: Reason
    units: int  # signed, in the purse's smallest unit
    held: int
    rule: str  # that gave the units; "" where none did
    event: str  # the id of the event that brought it about; "" where only time passed
    kind: str  # of that event
    note: str  # the host's own words, "" without any


class Lapse(NamedTuple):
    """Units that go (or become usable) at one instant."""

    at: int
    units: int


class PurseAccount(NamedTuple):
    """One purse over the time of the statement: `opening`, the units of `lines` that move, and `held` add up."""

    purse: str
    opening: int
    lines: tuple[AccountLine, ...]
    held: int
    usable: int
    pending: int
    begins: tuple[Lapse, ...]  # when what is pending becomes usable
    ends: tuple[Lapse, ...]  # when what is held goes; NEVER for units without an end


@frozen
class Account:
    """A member's account, from the clock before the first of its decisions (a new member: from the first event) to the
    clock after the last."""

    member: MemberState
    since: int
    through: int
    purses: tuple[PurseAccount, ...]
    levels: tuple[LevelChanged, ...]
    standing: tuple[tuple[str, str], ...]  # (ladder, level), "" for a base without a name
    memberships: tuple[MembershipEffect, ...] = ()  # what became of memberships
    perks: tuple[PerkHeld, ...] = ()  # those that the member has at the end
    opted: tuple[OptedIn, ...] = ()  # what the member opted in to
    challenges: tuple[tuple[str, Progress], ...] = ()  # how far the member is at the end, by name
    choices: tuple[ChoiceEffect, ...] = ()  # what was left to choose, and what became of it
    chosen: tuple[tuple[str, tuple[str, ...]], ...] = ()  # by product set, those of its sets that count at the end


def movements(effect: Effect, at: int) -> Iterator[Movement]:
    """What an effect did to purses, rule by rule. `at` is the instant of the event."""
    match effect:
        case PointsAwarded():
            yield Movement(effect.purse, Reason.GIVEN, effect.granted, effect.rule, effect.at)
        case PointsActivated():
            yield Movement(effect.purse, Reason.ACTIVATED, effect.units, "", effect.at)
        case PointsExpired():
            for rule, units in by_rule(effect.parts):
                yield Movement(effect.purse, Reason.EXPIRED, -units, rule, effect.at)
        case PointsAdjusted() if effect.units > 0:
            yield Movement(effect.purse, Reason.ADJUSTED, effect.units, "", effect.at, effect.reason)
        case PointsAdjusted():
            for rule, units in by_rule(effect.parts):
                yield Movement(effect.purse, Reason.ADJUSTED, -units, rule, effect.at, effect.reason)
        case PointsRedeemed():
            yield Movement(effect.purse, Reason.REDEEMED, -effect.units, effect.rule, effect.at)
        case PointsReserved():
            yield Movement(effect.purse, Reason.RESERVED, -effect.units, effect.rule, effect.at)
        case PointsCaptured():
            yield Movement(effect.purse, Reason.CAPTURED, -effect.units, effect.rule, effect.at)
        case ReservationReleased():
            yield Movement(effect.purse, Reason.RELEASED, effect.units, effect.rule, effect.at)
        case PointsTaken():
            yield Movement(effect.purse, Reason.CONVERTED, -effect.units, effect.rule, effect.at)
        case PointsTakenBack():
            gone = sum(units for _, units in effect.lots) + effect.owed
            yield Movement(effect.purse, Reason.RETURNED, -gone, effect.rule, at)
        case PointsGivenAgain() | PointsGivenBack():
            yield Movement(effect.purse, Reason.RETURNED, effect.units, effect.rule, at)
        case PointsConverted():
            yield Movement(effect.purse, Reason.CONVERTED, effect.granted, effect.rule, effect.at)
        case PointsRedenominated():
            more = effect.after - effect.owed_after - effect.before + effect.owed_before
            yield Movement(effect.purse, Reason.REDENOMINATED, more, effect.rule, effect.at)
        case AccountMerged():
            yield Movement(effect.purse, Reason.MERGED, effect.units - effect.owed, "", effect.at, effect.other)
        case PointsTransferred():
            yield Movement(effect.purse, Reason.TRANSFERRED, -effect.units, "", effect.at, effect.to)
        case PointsReceived():
            yield Movement(effect.purse, Reason.RECEIVED, effect.units, "", effect.at, effect.giver)
        case GoodsReturned() | DebtPaid() | DiscountGiven() | CostShared() | BudgetUsed():
            pass
        case GiftAdded() | GiftTakenBack():
            pass
        case OptedIn() | PerkUsed() | FriendInvited() | InvitedBy():
            pass
        case PointsReleased() | ExpiryMoved() | ExpiryWaits():
            pass  # the units stay where they are; when they begin and end is read from their lots
        case LevelChanged() | LevelAssigned() | LevelAtRisk() | LevelKept() | LevelTook():
            pass
        case _ if isinstance(effect, MembershipEffect | ChallengeEffect | ChoiceEffect):
            pass
        case _:
            assert_never(effect)


def by_rule(parts: Iterable[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    """Units by the rule that gave them, whoever pays for them."""
    found: dict[str, int] = {}
    for part, units in parts:
        found[rule_in(part)] = found.get(rule_in(part), 0) + units
    return tuple(sorted(found.items()))


#: What time alone brings about, whatever event came next.
_BY_TIME = frozenset({Reason.ACTIVATED, Reason.EXPIRED, Reason.REDENOMINATED})


def account(programme: Decider, member: str, decisions: Iterable[Stated], names: Names) -> Account:
    """The account of one member, made of decisions in the order in which they were made; those of others are left out.
    Names are those of `programme`.

    Raises `InputError`: `statement.empty` where no decision is the member's, `statement.gap` where one does not begin
    with what the one before it left in the purses.
    """
    own = [decision for decision in decisions if decision.member.member == member]
    if not own:
        raise InputError("statement.empty", f"nothing was decided for `{shown(member)}`")
    for earlier, later in pairwise(own):
        if later.before.purses != earlier.member.purses:
            raise InputError("statement.gap", f"a decision is missing before {_named(later)}")
    first, last = own[0], own[-1]
    held, opened = _purses(last.member, names(last.member)), _purses(first.before, names(first.before))
    found = _by_purse(own, names)
    kept = programme.plan.checked.purses.keys() - programme.plan.checked.purses_held.keys()
    standings = {names(last.member).get(one.ladder, one.ladder): one for one in last.member.standings}
    return Account(
        last.member,
        first.before.clock or first.event.at,
        last.member.clock,
        tuple(
            _purse(held.get(name, Purse(name, ())), opened.get(name, Purse(name, ())), found.get(name, []), last)
            for name in sorted({*programme.plan.checked.purses, *held, *found} - kept)
        ),
        tuple(_levels(own, names)),
        tuple(
            (name, ladder.level_name(held_rank(ladder, standings.get(name, Standing(name, "", 0)), last.member.clock)))
            for name, ladder in sorted(programme.plan.checked.ladders.items())
        ),
        tuple(_memberships(own, names)),
        tuple(_perks(last, names(last.member))),
        tuple(_opted(own, names)),
        tuple(sorted(_challenges(last, names(last.member)))),
        tuple(_choices(own, names)),
        tuple(_chosen(last, names(last.member))),
    )


def _purses(member: MemberState, names: Mapping[str, str]) -> dict[str, Purse]:
    """What a member holds, by the names of today."""
    purses = (purse._replace(name=names.get(purse.name, purse.name)) for purse in member.purses)
    return {purse.name: purse for purse in purses}


def _levels(decisions: Iterable[Stated], names: Names) -> Iterator[LevelChanged]:
    for decision in decisions:
        now = names(decision.member)
        for effect in decision.effects:
            if isinstance(effect, LevelChanged):
                yield effect._replace(ladder=now.get(effect.ladder, effect.ladder))


def _memberships(decisions: Iterable[Stated], names: Names) -> Iterator[MembershipEffect]:
    for decision in decisions:
        now = names(decision.member)
        for effect in decision.effects:
            if isinstance(effect, MembershipEffect):
                yield effect._replace(membership=now.get(effect.membership, effect.membership))


def _challenges(last: Stated, names: Mapping[str, str]) -> Iterator[tuple[str, Progress]]:
    """How far the member is with challenges after the last decision, under the names of today."""
    plan = last.programme.plan
    for rule in plan.challenges:
        yield names.get(rule.name, rule.name), progress(plan, last.member, rule.name)


def _perks(last: Stated, names: Mapping[str, str]) -> Iterator[PerkHeld]:
    """The perks of the member after the last decision, by the edition that made it, under the names of today."""
    for one in perks_at(last.programme.plan, last.member, last.member.clock):
        if one.why_not is None:
            yield one._replace(perk=names.get(one.perk, one.perk))


def _opted(decisions: Iterable[Stated], names: Names) -> Iterator[OptedIn]:
    for decision in decisions:
        now = names(decision.member)
        for effect in decision.effects:
            if isinstance(effect, OptedIn):
                yield effect._replace(rule=now.get(effect.rule, effect.rule))


def _choices(decisions: Iterable[Stated], names: Names) -> Iterator[ChoiceEffect]:
    for decision in decisions:
        for effect in decision.effects:
            if isinstance(effect, ChoiceEffect):
                renamed = effect_renamed(effect, names(decision.member))
                if isinstance(renamed, ChoiceEffect):
                    yield renamed


def _chosen(last: Stated, names: Mapping[str, str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The product sets that count after the last decision, under the names of today."""
    for name, sets in sorted(sets_at(last.programme.plan, last.member, last.member.clock).items()):
        yield names.get(name, name), tuple(names.get(one, one) for one in sets)


def _named(decision: Stated) -> str:
    event = decision.event
    return f"a tick at {event.at}" if isinstance(event, Tick) else f"`{event.id}`"


def _by_purse(decisions: Iterable[Stated], names: Names) -> dict[str, list[tuple[Movement, Stated]]]:
    moved: dict[str, list[tuple[Movement, Stated]]] = {}
    for decision in decisions:
        now = names(decision.member)
        for effect in decision.effects:
            for movement in movements(effect, decision.event.at):
                if movement.units:
                    purse, rule = now.get(movement.purse, movement.purse), now.get(movement.rule, movement.rule)
                    moved.setdefault(purse, []).append((movement._replace(purse=purse, rule=rule), decision))
    return moved


def _purse(purse: Purse, opened: Purse, moved: list[tuple[Movement, Stated]], last: Stated) -> PurseAccount:
    opening = held = lots.total(opened) - opened.debt
    lines: list[AccountLine] = []
    for movement, decision in moved:
        held += movement.units if movement.reason.moves else 0
        event = decision.event
        timed = movement.reason in _BY_TIME or movement.at < event.at
        source = ("", "") if timed or isinstance(event, Tick) else (event.id, event.kind)
        lines.append(
            AccountLine(movement.at, movement.reason, movement.units, held, movement.rule, *source, movement.note)
        )
    now = last.member.clock
    balance = lots.balance(purse, now)
    return PurseAccount(
        purse.name,
        opening,
        tuple(lines),
        lots.total(purse) - purse.debt,
        balance.usable,
        balance.pending,
        _lapses((lot.usable, lot.left) for lot in purse.lots if lot.usable > now),
        _lapses((lot.expires, lot.left) for lot in purse.lots),
    )


def _lapses(parts: Iterable[tuple[int, int]]) -> tuple[Lapse, ...]:
    units: dict[int, int] = {}
    for at, left in parts:
        units[at] = units.get(at, 0) + left
    return tuple(Lapse(at, units[at]) for at in sorted(units))
