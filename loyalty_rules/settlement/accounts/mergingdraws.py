"""Draws and contests of two members who are one from now on: what either knows of those that are over."""

from __future__ import annotations

from collections.abc import Mapping

from loyalty_rules.engine.plan import Plan
from loyalty_rules.lang.checked import drawn_key, score_key, since_key, won_key
from loyalty_rules.ledger.counters import Buckets, by_key
from loyalty_rules.member import Counter, MemberState
from loyalty_rules.settlement.ranking import MAX_SEASONS
from loyalty_rules.settlement.winning import MAX_DRAWS, MAX_PRIZES


def merged(plan: Plan, member: MemberState, gone: MemberState, sums: Mapping[str, Buckets]) -> Mapping[str, Buckets]:
    """The counters of both, which are added up but for the instants since which either stands where it does; of draws
    and seasons as many as one member knows."""
    found = dict(sums)
    mine, theirs = by_key(member.counters), by_key(gone.counters)
    for name in plan.checked.contests:
        since, score = since_key(name), score_key(name)
        found[since] = _since(*((one.get(since, ()), one.get(score, ())) for one in (mine, theirs)))
    for names, key, most in (
        (plan.checked.draws, drawn_key, MAX_DRAWS),
        (plan.checked.contests, score_key, MAX_SEASONS),
        ((*plan.checked.draws, *plan.checked.contests), won_key, MAX_PRIZES),
    ):
        for name in names:
            found[key(name)] = found.get(key(name), ())[-most:]
    return found | {key: mine.get(key, ()) for key in _played(plan)}


def kept(plan: Plan, member: MemberState) -> tuple[Counter, ...]:
    """What stays with a member who has gone: the tickets played at once, which have its id in theirs."""
    return tuple(one for one in member.counters if one.key in _played(plan))


def _played(plan: Plan) -> frozenset[str]:
    """The counters of the tickets that were played at once."""
    return frozenset(drawn_key(name) for name, draw in plan.checked.draws.items() if draw.chances)


def _since(mine: tuple[Buckets, Buckets], theirs: tuple[Buckets, Buckets]) -> Buckets:
    """Since when both together have had what they had when a season ended: the later of the two. In the one that runs
    the one who stays goes on; what the other one adds to it is noted as of the merge."""
    found, ended, own = dict(theirs[0]), dict(theirs[1]), dict(mine[1])
    for day, at in mine[0]:
        both = [at] if day in own or day not in ended else []
        found[day] = max([*both, *([found[day]] if day in ended else [])])
    return tuple(sorted(found.items()))[-MAX_SEASONS:]
