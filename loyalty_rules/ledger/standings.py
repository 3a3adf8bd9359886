"""Where a member stands on ladders. Ranks are numbers: 0 is the base, higher is better; which level is which is the
caller's."""

from __future__ import annotations

from collections.abc import Callable

from loyalty_rules.member import MemberState, Standing


def stands(member: MemberState, ladder: str) -> Standing:
    """The member's standing on a ladder; the base for one who never moved on it."""
    for standing in member.standings:
        if standing.ladder == ladder:
            return standing
    return Standing(ladder, "", 0)


def rank_kept(rank: int, earned: int, *, one: bool) -> int:
    """The rank after a review: what is earned, or one level less where a fall is softened; never more than before."""
    if earned >= rank:
        return rank
    return max(earned, rank - 1) if one else earned


def scheduled_by(standing: Standing, at: int, rank_of: Callable[[str], int]) -> Standing:
    """The standing once what was scheduled up to an instant holds; a scheduled level never lowers."""
    best = standing
    for start, level in standing.scheduled:
        if start <= at and rank_of(level) > rank_of(best.level):
            best = best._replace(level=level, since=start)
    return best._replace(scheduled=tuple(entry for entry in standing.scheduled if entry[0] > at))
