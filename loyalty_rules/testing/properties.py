"""What has to hold of every programme, whatever its rules say: one function each.

A property looks at a history and its decisions, and yields what is broken. It counts for itself, from effects and
events; it never asks the engine whether the engine is right.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final, assert_never

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
from loyalty_rules.events import Cancellation, Event, Purchase, Return, Tick
from loyalty_rules.lang.checked import Boost, Cap, Limit, Rule, Scope
from loyalty_rules.lang.conditions import Window, WindowKind
from loyalty_rules.member import OVERDRAFT, MemberState
from loyalty_rules.memberships import MembershipEffect
from loyalty_rules.programme import Decision, Programme
from loyalty_rules.records import Debit
from loyalty_rules.shared import SharedState, Used
from loyalty_rules.testing.aside import reserved_once
from loyalty_rules.testing.budgets import over_budgets
from loyalty_rules.testing.choosing import MEMBER
from loyalty_rules.testing.drawing import History
from loyalty_rules.testing.months import one_month
from loyalty_rules.testing.playing import Broken, Decisions, Property, decide, played, told_again
from loyalty_rules.testing.restoring import owes_only_where_declared, telescoped, undone
from loyalty_rules.testing.said import saying_the_same
from loyalty_rules.testing.twins import rearranged, translated


def broken(history: History, names: Iterable[str] | None = None) -> Iterator[Broken]:
    """What does not hold of a history, in the order of `PROPERTIES`; `names` for some of them only."""
    decisions = played(history)
    for name in PROPERTIES if names is None else names:
        yield from PROPERTIES[name](history, decisions)


# ---------- the same input, the same decision


def deterministic(history: History, decisions: Decisions) -> Iterator[Broken]:
    """A decision made again from a copy of its member is the same: a preview is what a commit will be. Of the last one
    the trace and the words are, too; they cost more than ten decisions, and every decision is the last of a history."""
    programme = history.interest.programme  # with all its editions: what members share says of which file it is
    for place, one in enumerate(decisions):
        again = decide(programme, copy.deepcopy(one.before), copy.deepcopy(one.event), one.shared_before)
        same = (again.effects, again.member, again.outcome) == (one.effects, one.member, one.outcome)
        words, last = one.explain(), place == len(decisions) - 1
        if not same or again.shared != one.shared or (last and (again.trace, again.explain()) != (one.trace, words)):
            yield Broken("deterministic", place)


def order_free(history: History, decisions: Decisions) -> Iterator[Broken]:
    """Lines and tenders of an order, blocks of a file and clauses of a block may stand in any order."""
    own = history.interest.programme
    twin = rearranged(own)
    for place, one in enumerate(decisions):
        event: Event = one.event
        if isinstance(event, Purchase):
            tenders = None if event.tenders is None else event.tenders[::-1]
            event = event._replace(lines=event.lines[::-1], tenders=tenders)
        # Where the event says the same in any order, the programme itself is asked by `deterministic`.
        for programme in (own, twin) if event != one.event else (twin,):
            again = decide(programme, one.before, event, one.shared_before)
            if (again.effects, again.member) != (one.effects, one.member):
                yield Broken("order_free", place)


def language_free(history: History, decisions: Decisions) -> Iterator[Broken]:
    """The formatted file and its translations mean the same, and come back byte for byte. That their fingerprints are
    the same says it of all that these hold; that they decide the history alike, that nothing is left out of them."""
    programme = history.interest.programme
    for language, (twin, comes_back) in translated(programme).items():
        if not comes_back or twin.fingerprint != programme.fingerprint:
            yield Broken("language_free", 0, (("language", language),))
            continue
        for place, (one, other) in enumerate(zip(decisions, played(history, twin), strict=True)):
            if (one.effects, one.member) != (other.effects, other.member):
                yield Broken("language_free", place, (("language", language),))


def idempotent(history: History, decisions: Decisions) -> Iterator[Broken]:
    """An event told again, at once or at the end, changes nothing."""
    if not decisions:
        return
    last, shared = decisions[-1].member, decisions[-1].shared
    for place, one in enumerate(decisions):
        if isinstance(one.event, Tick) or one.outcome != "decided":
            continue  # what is refused leaves no trace, and is judged anew
        for member in (one.member, last):
            again = told_again(one, member, shared)
            if (again.outcome, again.effects, again.member, again.shared) != ("repeated", (), member, shared):
                yield Broken("idempotent", place)


def time_in_steps(history: History, decisions: Decisions) -> Iterator[Broken]:
    """Time that passes in many steps gives the same member as time that passes at once. (A member of whom nothing was
    known is here from its first event on, so earlier steps would be events of their own.)"""
    for place, one in enumerate(decisions):
        start, end = one.before.clock, one.event.at
        if isinstance(one.event, Tick) and 0 < start < end:
            member, shared = one.before, one.shared_before
            for step in (start + (end - start) // 3, start + (end - start) // 2, end - 1, end):
                decision = history.interest.programme.decide(member, Tick(MEMBER, step), shared)
                member, shared = decision.member, decision.shared
            if member != one.member or (
                shared is not None and one.shared is not None and shared.used != one.shared.used
            ):
                yield Broken("time_in_steps", place)


def _used(shared: SharedState | None) -> tuple[Used, ...]:
    """What was taken out of budgets, however often the value changed on the way."""
    return () if shared is None else shared.used


# ---------- sums


def adds_up(history: History, decisions: Decisions) -> Iterator[Broken]:
    """The entries of an explanation, and the lines of an award, add up to what was granted."""
    for place, one in enumerate(decisions):
        for effect in one.effects:
            if isinstance(effect, PointsAwarded) and sum(effect.lines) + effect.order != effect.granted:
                yield Broken("adds_up", place, (("rule", effect.rule),))
            if isinstance(effect, DiscountGiven) and sum(effect.lines) != effect.granted:
                yield Broken("adds_up", place, (("rule", effect.rule),))
            if isinstance(effect, CostShared) and not _borne(effect):
                yield Broken("adds_up", place, (("rule", effect.rule),))
        for record in one.trace:
            total = sum(entry.amount for entry in record.entries)
            if record.stage in ("award", "price") and record.entries and total != record.granted:
                yield Broken("adds_up", place, (("rule", record.rule),))


def _borne(effect: CostShared) -> bool:
    """Whether partners bear no more of a cost than all of it."""
    whole = effect.rights or effect.money
    return abs(sum(units for _, units in effect.funding)) <= abs(whole) and all(
        units * whole > 0 for _, units in effect.funding
    )


def conserved(history: History, decisions: Decisions) -> Iterator[Broken]:
    """A purse holds what came in less what went out, and is never below zero; in another denomination it holds its rate
    times as much, but for what is rounded."""
    balance: dict[str, int] = {}
    for place, one in enumerate(decisions):
        for effect in one.effects:
            if isinstance(effect, PointsRedenominated) and not _at_its_rate(effect, one):
                yield Broken("conserved", place, (("purse", effect.purse),))
            purse, units = _moved(effect)
            balance[purse] = balance.get(purse, 0) + units
        for purse in one.programme.checked.purses_held:
            if held(one.member, purse) != balance.get(purse, 0) or balance.get(purse, 0) < 0:
                yield Broken("conserved", place, (("purse", purse),))


def _at_its_rate(effect: PointsRedenominated, decision: Decision) -> bool:
    """Whether units were counted anew at the rate of the change: off by less than one unit for each thing that is
    rounded by itself."""
    change = decision.programme.checked.changes[effect.rule]
    lots = sum(len(one.lots) for one in decision.before.purses if one.name == effect.purse) + len(decision.effects)
    held = abs(effect.after - effect.before * change.rate) < (lots if change.per_lot else 1)
    return held and abs(effect.owed_after - effect.owed_before * change.rate) < 1


def borrowed(debits: Iterable[Debit]) -> int:
    """What was used and lay in no lot."""
    return sum(dict(debit.parts).get(OVERDRAFT, 0) for debit in debits)


def _moved(effect: Effect) -> tuple[str, int]:
    """By how much an effect changes what lies in a purse."""
    match effect:
        case PointsAwarded(purse=purse, granted=units) | PointsConverted(purse=purse, granted=units):
            return purse, units
        case (
            PointsTaken(purse=purse, units=units, debits=debits)
            | PointsRedeemed(purse=purse, units=units, debits=debits)
            | PointsReserved(purse=purse, units=units, debits=debits)
        ):
            return purse, borrowed(debits) - units
        case PointsExpired(purse=purse, units=units):
            return purse, -units
        case PointsAdjusted(purse=purse, units=units, parts=parts):
            return purse, units + dict(parts).get(OVERDRAFT, 0)
        case (
            PointsGivenAgain(purse=purse, units=units)
            | PointsGivenBack(purse=purse, units=units)
            | ReservationReleased(purse=purse, units=units)
        ):
            return purse, units
        case PointsTakenBack(purse=purse, lots=lots):
            return purse, -sum(units for _, units in lots)
        case DebtPaid(purse=purse, units=units):
            return purse, -units
        case PointsTransferred(purse=purse, units=units):
            return purse, -units
        case PointsReceived(purse=purse, units=units) | AccountMerged(purse=purse, units=units):
            return purse, units
        case PointsRedenominated(purse=purse, before=before, after=after):
            return purse, after - before
        case PointsActivated(purse=purse) | PointsReleased(purse=purse) | PointsCaptured(purse=purse):
            return purse, 0
        case ExpiryMoved(purse=purse) | ExpiryWaits(purse=purse):
            return purse, 0
        case (
            BudgetUsed()
            | GoodsReturned()
            | DiscountGiven()
            | CostShared()
            | GiftAdded()
            | GiftTakenBack()
            | LevelChanged()
            | LevelAssigned()
            | LevelAtRisk()
            | LevelKept()
            | LevelTook()
            | PerkUsed()
            | OptedIn()
            | FriendInvited()
            | InvitedBy()
        ):
            return "", 0
        case _ if isinstance(effect, MembershipEffect | ChallengeEffect | ChoiceEffect):
            return "", 0
        case _:
            assert_never(effect)


def held(member: MemberState, purse: str) -> int:
    """All units that lie in a purse, usable or not."""
    return sum(lot.left for one in member.purses if one.name == purse for lot in one.lots)


# ---------- bounds


def within_caps(history: History, decisions: Decisions) -> Iterator[Broken]:
    """No rule gives more than its cap, in an order or over a window, and none more often than its limit; no purse
    takes more than it holds at most. What a purse posts later, and what time gives on the way to an event, belongs to
    other dates than the decision that it is told with."""
    programme = history.interest.programme
    timed = {name for name, rule in programme.checked.earns.items() if rule.timing is not None}
    posting = {name for name, purse in programme.checked.purses.items() if purse.rounding.posts is not None}
    for rule in (*programme.checked.earns.values(), *programme.checked.boosts.values()):
        if rule.name in timed:
            continue
        for cap in rule.caps:
            if not cap.before_boosts and cap.purse not in posting:
                yield from _over_cap(programme, decisions, cap, (rule.name,))
        for limit in rule.limits if _at_once(programme, rule, posting) else ():
            yield from _over_limit(programme, decisions, limit, rule.name)
    for group in programme.checked.groups.values():
        for cap in group.caps:
            members = programme.plan.members(group.name)
            if cap.purse not in posting and timed.isdisjoint(members):
                yield from _over_cap(programme, decisions, cap, members)
    for place, one in enumerate(decisions):
        for name, purse in programme.checked.purses.items():
            grew = held(one.member, name) > held(one.before, name) and not _anew(one, name)
            if purse.hold_at_most is not None and grew and held(one.member, name) > purse.hold_at_most:
                yield Broken("within_caps", place, (("rule", name),))


def within_budgets(history: History, decisions: Decisions) -> Iterator[Broken]:
    """Nobody takes more out of a budget than there is, also where goods come back; what is taken is what is given."""
    for place, budget in over_budgets(decisions):
        yield Broken("within_budgets", place, (("budget", budget),))


def _anew(decision: Decision, purse: str) -> bool:
    """Whether a purse was counted in another denomination on the way to a decision."""
    return any(isinstance(one, PointsRedenominated) and one.purse == purse for one in decision.effects)


def _at_once(programme: Programme, rule: Rule, posting: set[str]) -> bool:
    """Whether nothing of what a rule gives is posted later."""
    names = rule.changes if isinstance(rule, Boost) else (rule.name,)
    return posting.isdisjoint(give.purse for name in names for give in programme.checked.earns[name].gives)


def _given(decision: Decision, rules: Sequence[str], purse: str) -> int:
    """What rules gave into a purse, each with the boosts that are rounded with it; of such a boost what it added."""
    boosts = decision.programme.checked.boosts
    total = 0
    for name in rules:
        if name not in boosts or boosts[name].after_rounding:
            total += sum(
                effect.granted
                for effect in decision.effects
                if isinstance(effect, PointsAwarded) and effect.rule == name and effect.purse == purse
            )
        elif _only_into(decision.programme, boosts[name].changes, purse):
            total += sum(record.granted for record in decision.trace if record.rule == name)
    return total


def _only_into(programme: Programme, rules: Sequence[str], purse: str) -> bool:
    """Whether all that rules give goes into one purse: the record of a boost does not say into which."""
    return all(give.purse == purse for name in rules for give in programme.checked.earns[name].gives)


def _over_cap(programme: Programme, decisions: Decisions, cap: Cap, rules: Sequence[str]) -> Iterator[Broken]:
    """Where a cap is exceeded by what stands: what a return takes back makes room again."""
    boosts = programme.checked.boosts
    if any(name in boosts and not boosts[name].after_rounding for name in rules) and _came_back(decisions):
        return  # what comes back is told by rule, and not by boost
    given: list[int] = []
    for place, one in enumerate(decisions):
        given.append(0 if isinstance(one.event, Return | Cancellation) else _given(one, rules, cap.purse))
        _less_what_came_back(decisions, place, given, rules, cap.purse)
        if cap.scope is Scope.MEMBER and cap.window is not None:
            anew = max((at for at in range(place + 1) if _anew(decisions[at], cap.purse)), default=0)
            inside = _inside(programme, decisions, place, cap.window)
            units = sum(given[other] for other in inside if other >= anew)
        else:
            units = given[place] if cap.scope is Scope.ORDER else 0
        if units > cap.units:
            yield Broken("within_caps", place, (("rule", rules[0]),))


def _came_back(decisions: Decisions) -> bool:
    return any(isinstance(effect, GoodsReturned) for one in decisions for effect in one.effects)


def _place_of(decisions: Decisions, order: str) -> int | None:
    """Where an order was decided."""
    placed = (at for at, one in enumerate(decisions) if isinstance(one.event, Purchase) and one.event.id == order)
    return next(placed, None)


def _less_what_came_back(decisions: Decisions, place: int, given: list[int], rules: Sequence[str], purse: str) -> None:
    """Takes what a return changes out of what its order gave."""
    event = decisions[place].event
    at = _place_of(decisions, event.order) if isinstance(event, Return | Cancellation) else None
    if at is None:
        return
    for effect in decisions[place].effects:
        match effect:
            case PointsTakenBack(rule=rule, purse=into, units=units) if rule in rules and into == purse:
                given[at] -= units
            case PointsGivenAgain(rule=rule, purse=into, units=units) if rule in rules and into == purse:
                given[at] += units
            case _:
                pass


def _over_limit(programme: Programme, decisions: Decisions, limit: Limit, rule: str) -> Iterator[Broken]:
    """Where a rule acts too often; an order that is cancelled gives its turn back."""
    gave: list[bool] = []
    for place, one in enumerate(decisions):
        back = isinstance(one.event, Return | Cancellation)
        gave.append(not back and any(record.rule == rule and record.granted for record in one.trace))
        at = _place_of(decisions, one.event.order) if isinstance(one.event, Cancellation) else None
        if at is not None and one.outcome == "decided":
            gave[at] = False
        inside = _inside(programme, decisions, place, limit.window)
        inside = saying_the_same([other.event for other in decisions[: place + 1]], inside, limit.same)
        if gave[place] and sum(gave[other] for other in inside) > limit.times:
            yield Broken("within_caps", place, (("rule", rule),))


def _inside(programme: Programme, decisions: Decisions, place: int, window: Window) -> list[int]:
    """The decisions up to `place` that lie in a window which ends there."""
    timeline = programme.plan.timeline
    days = [timeline.day(one.event.at) for one in decisions[: place + 1]]
    today = days[-1]
    match window.kind:
        case WindowKind.PERIOD if window.period is not None:
            number = timeline.number(window.period, today)
            return [at for at, day in enumerate(days) if timeline.number(window.period, day) == number]
        case WindowKind.LAST:
            first = timeline.moved(today, 0, -window.months) + 1 if window.months else today - window.days + 1
            return [at for at, day in enumerate(days) if day >= first]
        case WindowKind.EVER | WindowKind.IN_FORCE:
            return list(range(place + 1))
        case _:
            return [place]


# ---------- levels


def levels_stand(history: History, decisions: Decisions) -> Iterator[Broken]:
    """A level that is told to change does change, and what is lifted at an instant does not fall at the same one. (A
    review may lower a level just before an order at the same instant lifts it again.)"""
    for place, one in enumerate(decisions):
        lifted: set[tuple[str, int]] = set()
        for effect in one.effects:
            if not isinstance(effect, LevelChanged):
                continue
            ladder = one.programme.checked.ladders[effect.ladder]
            before, after = ladder.rank(effect.before), ladder.rank(effect.after)
            if before == after or (after < before and (effect.ladder, effect.at) in lifted):
                yield Broken("levels_stand", place, (("ladder", effect.ladder),))
            if after > before:
                lifted.add((effect.ladder, effect.at))


# ---------- promises


def promises_kept(history: History, decisions: Decisions) -> Iterator[Broken]:
    """Every promise of the file is kept: those that the checker left open are tried on every decision."""
    for place, one in enumerate(decisions):
        for record in one.promises:
            if not record.held:
                yield Broken("promises_kept", place, (("promise", record.promise),))


PROPERTIES: Final[Mapping[str, Property]] = MappingProxyType(
    {
        "adds_up": adds_up,
        "conserved": conserved,
        "reserved_once": reserved_once,
        "within_caps": within_caps,
        "within_budgets": within_budgets,
        "one_month": one_month,
        "deterministic": deterministic,
        "idempotent": idempotent,
        "time_in_steps": time_in_steps,
        "levels_stand": levels_stand,
        "undone": undone,
        "telescoped": telescoped,
        "owes_only_where_declared": owes_only_where_declared,
        "promises_kept": promises_kept,
        "order_free": order_free,
        "language_free": language_free,
    }
)
