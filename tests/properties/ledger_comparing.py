"""What the ledger machine compares beside lots, levels, records and counters."""

from __future__ import annotations

from loyalty_rules.member import NEVER, MemberState
from tests.models.ledger_memberships import running
from tests.models.ledger_model import Member


def subscriptions(state: MemberState, member: Member) -> list[str]:
    """Memberships: whether they run, count or rest, what was paid and what is due."""
    found, engine = [], {one.membership: one for one in state.memberships}
    zone, today = member.zone, member.zone.day(member.clock)

    def start(day: int | None) -> int:
        return NEVER if day is None else zone.start(day)

    def trial(day: int, today: int) -> int | bool:
        """The date on which it is over; of one that is over, that it was had."""
        return day if day > today else bool(day)

    for membership in member.programme.memberships:
        theirs, ours = engine.get(membership.name), running(member, membership.name)
        if theirs is None or ours is None:
            same = theirs is None and ours is None
            found += [] if same else [f"membership {membership.name}: engine {theirs}, model {ours}"]
            continue
        counted = (theirs.runs, bool(theirs.history[-1][1]), theirs.leaves, theirs.paused != NEVER)
        one = (*counted, theirs.due, theirs.fees, theirs.lapses, trial(theirs.trial, today))
        fees = tuple((fee.first, fee.end, fee.amount) for fee in ours.fees)
        counts = (not ours.ended, ours.counts[-1][1], ours.leaves, ours.rests is not None)
        other = (*counts, ours.due or 0, fees, start(ours.lapses), trial(ours.trial or 0, today))
        found += [] if one == other else [f"membership {membership.name}: engine {one}, model {other}"]
    return found
