"""Changes: from an instant on, all that a member holds of a purse is counted in another denomination."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from loyalty_rules.choices import ChoiceLapsed, OpenChoice
from loyalty_rules.decision import Effect, PointsRedenominated
from loyalty_rules.engine.plan import Plan
from loyalty_rules.lang.checked import TAKEN, Change, Place
from loyalty_rules.ledger import lots
from loyalty_rules.ledger.redenominating import (
    Denomination,
    award_in,
    buckets_in,
    exact_in,
    payment_in,
    purse_in,
    use_in,
)
from loyalty_rules.member import NEVER, Counter, MemberState, Purse, Standing
from loyalty_rules.records import Record, RecordedAward
from loyalty_rules.settlement.editions import Edition, Editions
from loyalty_rules.settlement.giving.periods import period_of

#: What an order or a reservation counts for: (key, bucket, amount).
Counts = tuple[tuple[str, int, int], ...]


def next_change(plan: Plan, member: MemberState) -> int:
    """The next instant after the member's clock from which something that is counted for it is counted anew."""
    if not (member.purses or member.counters or member.standings or member.records or member.choices):
        return NEVER
    return min((one.at for one in plan.checked.changes.values() if one.at > member.clock), default=NEVER)


def change_due(plan: Plan, member: MemberState, at: int, effects: list[Effect]) -> MemberState:
    """The changes that begin at an instant."""
    return _changed(plan, member, (one for one in plan.checked.changes.values() if one.at == at), at, effects)


def missed(before: Edition, after: Edition, member: MemberState, until: int, effects: list[Effect]) -> MemberState:
    """What an edition that takes over has changed before `until`, and the one before it had not by then: it did not
    know it, or had it for later. So it happens now."""
    done = {after.names.get(name, name) for name, one in before.plan.checked.changes.items() if one.at < until}
    found = [one for name, one in after.plan.checked.changes.items() if name not in done and one.at < until]
    return _changed(after.plan, member, sorted(found, key=lambda one: one.at), until, effects)


def units_later(editions: Editions, places: tuple[int, int], purse: str, units: int, since: int, until: int) -> int:
    """Units that an edition (the first of `places`) promised at an instant, in the denomination of another one, under
    the edition of then (the second). `purse`: by its name in the first."""
    first, last = places
    for place in range(first, last + 1):
        edition, done = editions.all[place], set[str]()
        if place > first:
            purse = edition.names.get(purse, purse)
            before = editions.all[place - 1].plan.checked.changes
            done = {edition.names.get(name, name) for name, one in before.items() if one.at < edition.since}
        begins = since if place == first else edition.since
        for change in sorted(edition.plan.checked.changes.values(), key=lambda one: one.at):
            at = change.at if place == first or change.at >= begins else begins  # it was not known in time
            known = change.name in done and change.at < begins
            if not known and begins <= at <= until and at < editions.turn_after(place) and purse in change.purses:
                units = Denomination(change.rate, change.rounding, change.per_lot).units(units)
    return units


def counted_in(key: str) -> str:
    """The purse whose units a counter counts; "" where it counts anything else."""
    words = key.split(" ")
    if len(words) > 3 and words[1] == "CAP" and words[3].startswith("S_"):
        return "" if words[2] == "T_MONEY" else words[2]
    words = words[2:] if words[1:2] == [TAKEN] else words  # what a challenge took of a measure
    words = words[1:] if words[0] == "TIERS" else words
    return words[1] if words[0] in ("EARNED", "REDEEMED") else ""


def _changed(plan: Plan, member: MemberState, changes: Iterable[Change], at: int, effects: list[Effect]) -> MemberState:
    for change in changes:
        new = Denomination(change.rate, change.rounding, change.per_lot)
        for name in change.purses:
            before = next((purse for purse in member.purses if purse.name == name), Purse(name, ()))
            member = _in_purse(member, before, new, change, at, effects)
            after = next((purse for purse in member.purses if purse.name == name), before)
            member = member._replace(
                choices=_choices(member, name, new, at, effects),
                counters=tuple(_counters(member.counters, name, new)),
                standings=tuple(_standing(plan, one, name, new) for one in member.standings),
                records=tuple(_record(plan, one, before, after, new) for one in member.records),
            )
    return member


def _in_purse(
    member: MemberState, before: Purse, new: Denomination, change: Change, at: int, effects: list[Effect]
) -> MemberState:
    if before not in member.purses:
        return member
    after = purse_in(before, new)
    reserved = (one._replace(counts=_counts(one.counts, before.name, new)) for one in after.reserved)
    after = after._replace(reserved=tuple(reserved))
    held = lots.total(before), lots.total(after)
    aside = lots.aside(before), lots.aside(after)
    if any(held) or any(aside) or before.debt:
        effects.append(PointsRedenominated(change.name, before.name, *held, before.debt, after.debt, at, *aside))
    return member._replace(purses=tuple(after if one is before else one for one in member.purses))


def _choices(
    member: MemberState, purse: str, new: Denomination, at: int, effects: list[Effect]
) -> tuple[OpenChoice, ...]:
    """What waits to be chosen of these units; what comes to nothing cannot be chosen any more, and what leaves nothing
    to choose is over."""
    found = [_choice(one, purse, new) for one in member.choices]
    effects += [ChoiceLapsed(one.rule, at) for one in found if not one.gifts]
    return tuple(sorted(one for one in found if one.gifts))


def _choice(one: OpenChoice, purse: str, new: Denomination) -> OpenChoice:
    gifts = ((name, new.units(units) if name == purse else units) for name, units in one.gifts)
    return one._replace(gifts=tuple((name, units) for name, units in gifts if units > 0))


def _counters(counters: Iterable[Counter], purse: str, new: Denomination) -> Iterator[Counter]:
    for counter in counters:
        if counted_in(counter.key) == purse:
            counter = counter._replace(buckets=buckets_in(counter.buckets, new))
        if counter.buckets:
            yield counter


def _counts(counts: Counts, purse: str, new: Denomination) -> Counts:
    found = ((key, bucket, new.units(amount) if counted_in(key) == purse else amount) for key, bucket, amount in counts)
    return tuple(one for one in found if one[2])


def _standing(plan: Plan, standing: Standing, purse: str, new: Denomination) -> Standing:
    """What levels have taken of a counter of these units."""
    ladder = plan.checked.ladders.get(standing.ladder)
    counter = None if ladder is None else ladder.counter
    if not standing.taken or counter is None or counted_in(counter.key) != purse:
        return standing
    return standing._replace(taken=new.units(standing.taken))


# ---------- orders that may come back


def _record(plan: Plan, record: Record, before: Purse, after: Purse, new: Denomination) -> Record:
    """An order that may come back: what it gave, what points paid for it, and what it counts for."""
    awards = (
        _award(plan, record, one, before, after, new) if one.purse == before.name else one for one in record.awards
    )
    return record._replace(
        counts=_counts(record.counts, before.name, new),
        awards=tuple(awards),
        payments=tuple(payment_in(one, new) if one.purse == before.name else one for one in record.payments),
        budgets=tuple(use_in(one, new) if one.purse == before.name else one for one in record.budgets),
    )


def _award(
    plan: Plan, record: Record, award: RecordedAward, before: Purse, after: Purse, new: Denomination
) -> RecordedAward:
    """What an order gave is from now on whole units of its own, also where it was rounded with a sum; but what it adds
    to a sum that a purse posts stays a part of that."""
    place = Place(award.place)
    if place is Place.POSTING:
        number = period_of(plan, award.purse, record.day)
        return exact_in(award, _rate_of_sum(award.rule, number, before, after, new))
    counted = award_in(award, record.lines, new)
    return counted if place.period is None else counted._replace(place=Place.ORDER.value)


def _rate_of_sum(rule: str, number: int | None, before: Purse, after: Purse, new: Denomination) -> Fraction:
    """By what the parts of a sum go on: the rate, or where it was posted what stands of it."""
    was, now = (
        next((one for one in purse.sums if (one.rule, one.number) == (rule, number)), None) for purse in (before, after)
    )
    if was is None or was.posted is None or now is None:
        return new.rate
    exact = Fraction(was.numerator, was.denominator)
    return now.numerator / exact if exact > 0 else Fraction(0)
