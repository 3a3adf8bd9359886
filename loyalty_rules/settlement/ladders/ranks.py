"""What a standing is worth on its ladder, as ranks: 0 is the base, higher is better."""

from __future__ import annotations

from collections.abc import Mapping

from loyalty_rules.engine.standing import Stood
from loyalty_rules.errors import DecisionError, shown
from loyalty_rules.lang.checked import Ladder
from loyalty_rules.member import MemberState, Standing


def held_rank(ladder: Ladder, standing: Standing, at: int) -> int:
    """The rank that a member holds at an instant: the higher of what is earned and what was given until later; none
    where the ladder is not in force then."""
    if not ladder.in_force(at):
        return 0
    floors = (ladder.rank(level) for until, level in standing.floors if until > at)
    return max(ladder.rank(standing.level), *floors, 0)


def top_rank(ladder: Ladder, standing: Standing) -> int:
    """The rank that a standing amounts to, as long as all of it holds."""
    return max(ladder.rank(standing.level), *(ladder.rank(level) for _, level in standing.floors), 0)


def had_rank(ladder: Ladder, standing: Standing) -> int:
    """The highest rank that a member has ever held."""
    return max(top_rank(ladder, standing), ladder.rank(standing.best))


def on_ladders(ladders: Mapping[str, Ladder], member: MemberState) -> list[tuple[Ladder, Standing]]:
    """The ladders on which the member has ever moved, by name."""
    return [(ladders[one.ladder], one) for one in member.standings if one.ladder in ladders]


def changed_at(standing: Standing) -> int:
    """When the level that is held last changed; 0 where that is not known."""
    return standing.history[-1][0] if standing.history else standing.since


def stood_on(ladder: Ladder, standing: Standing) -> Stood:
    """A standing as the engine reads it."""
    return Stood(ladder.rank(standing.level), had_rank(ladder, standing), standing.taken)


def check_standings(ladders: Mapping[str, Ladder], member: MemberState) -> None:
    """Raises `DecisionError` where a member stands on a ladder or a level that the programme does not have: whoever
    leaves a level out of a rule file says what becomes of those who hold it, before anything is decided for them.
    Levels that are new to a member do no harm: they are reached like any other."""
    for standing in member.standings:
        ladder = ladders.get(standing.ladder)
        if ladder is None:
            raise DecisionError("member.ladder", f"the programme has no ladder `{shown(standing.ladder)}`")
        names = [standing.level, standing.best, *(level for _, level in standing.scheduled)]
        names += [level for _, level in standing.floors]
        names += [standing.falls[1]] if standing.falls is not None else []
        for name in names:
            if name not in ("", ladder.base) and not ladder.rank(name):
                raise DecisionError("member.level", f"the ladder `{ladder.name}` has no level `{shown(name)}`")
