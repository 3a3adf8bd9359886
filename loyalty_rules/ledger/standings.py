"""Where a member stands on ladders. Ranks are numbers: 0 is the base, higher is better; which level is which is the
caller's."""

from __future__ import annotations

from loyalty_rules.member import MemberState, Standing


def stands(member: MemberState, ladder: str) -> Standing:
    """The member's standing on a ladder; the base for one who never moved on it."""
    for standing in member.standings:
        if standing.ladder == ladder:
            return standing
    return Standing(ladder, "", 0)


def placed(member: MemberState, standing: Standing) -> MemberState:
    """The member with this standing instead of the one on the same ladder."""
    others = tuple(found for found in member.standings if found.ladder != standing.ladder)
    return member._replace(standings=tuple(sorted((*others, standing), key=lambda one: one.ladder)))


def rank_kept(rank: int, earned: int, *, one: bool) -> int:
    """The rank after a review: what is earned, or one level less where a fall is softened; never more than before."""
    if earned >= rank:
        return rank
    return max(earned, rank - 1) if one else earned
