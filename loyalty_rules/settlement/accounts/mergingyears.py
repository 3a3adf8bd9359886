"""Memberships of two members who are one: which of both goes on, and whose year is counted."""

from __future__ import annotations

from collections.abc import Callable, Set
from typing import TypeAlias

from loyalty_rules.engine.plan import Plan
from loyalty_rules.lang.conditions import WindowKind
from loyalty_rules.ledger.counters import added, by_key, in_order
from loyalty_rules.member import NEVER, MemberState, Purse, Subscription

_Uses: TypeAlias = tuple[tuple[str, int, int], ...]


def merged(plan: Plan, member: MemberState, gone: MemberState) -> tuple[MemberState, MemberState]:
    """Both members with what either has of each membership: one that runs before one that is over, the one that was
    paid for longer before the other, that of the one who stays before the other. What the other one's year has counted
    is of the year that goes on."""
    keys = [(key, window.of) for key, window in plan.windows.items() if window.kind is WindowKind.YEAR_OF]
    mine, theirs = ({one.membership: one for one in found.memberships} for found in (member, gone))
    kept: list[Subscription] = []
    for name in sorted({*mine, *theirs}):
        own, other = mine.get(name), theirs.get(name)
        if own is None or other is None:
            kept += [one for one in (own, other) if one is not None]
            continue
        stays = max((own, other), key=_lasts)
        year, counted = stays.history[-1][2], frozenset(key for key, of in keys if of == name)
        if stays is own:
            gone = _of_year(gone, name, counted, other.history[-1][2], year)
        else:
            member = _of_year(member, name, counted, own.history[-1][2], year)
        kept.append(stays._replace(trial=stays.trial or _had(plan, stays, own.trial or other.trial)))
    return member._replace(memberships=tuple(kept)), gone


def _lasts(one: Subscription) -> tuple[int, int]:
    return (one.ended, one.due or NEVER)


def _had(plan: Plan, one: Subscription, trial: int) -> int:
    """The trial that the other one had, or is on, as one before this membership, which never was on trial."""
    return min(trial, plan.timeline.day(one.since))


def _of_year(member: MemberState, name: str, keys: Set[str], before: int, after: int) -> MemberState:
    """The member with what one year of a membership has counted under another instant."""

    def moved(uses: _Uses) -> _Uses:
        return tuple((key, after if key in keys and at == before else at, units) for key, at, units in uses)

    counters = by_key(member.counters)
    for key in sorted(keys & set(counters)):
        nets = dict(counters[key])
        if before in nets:
            rest = tuple(entry for entry in counters[key] if entry[0] != before)
            counters[key] = added(rest, after, nets[before], min(0, after))
    records = (
        record._replace(
            counts=moved(record.counts),
            used=moved(record.used),
            known=record.known._replace(
                memberships=tuple(
                    (one, counts, after if one == name and year == before else year)
                    for one, counts, year in record.known.memberships
                )
            ),
        )
        for record in member.records
    )
    return member._replace(
        counters=in_order(counters),
        records=tuple(records),
        purses=tuple(_purse_moved(purse, moved) for purse in member.purses),
    )


def _purse_moved(purse: Purse, moved: Callable[[_Uses], _Uses]) -> Purse:
    sums = (
        one if one.posted is None else one._replace(posted=one.posted._replace(uses=moved(one.posted.uses)))
        for one in purse.sums
    )
    reserved = (one._replace(counts=moved(one.counts)) for one in purse.reserved)
    return purse._replace(sums=tuple(sums), reserved=tuple(reserved))
