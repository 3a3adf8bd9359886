"""What happened to a member's levels, and how they stand, in words."""

from __future__ import annotations

from collections.abc import Iterator

from loyalty_rules.decision import Effect, LevelAssigned, LevelAtRisk, LevelChanged, LevelKept, LevelTook
from loyalty_rules.explaining.telling import Telling
from loyalty_rules.ledger.standings import stands


def told(telling: Telling, effect: Effect) -> Iterator[str]:
    """What an effect did to a level; nothing for an effect on anything else."""
    match effect:
        case LevelChanged(ladder, before, after, at):
            yield telling.text(
                "due.level",
                ladder=telling.title(ladder),
                before=telling.level(ladder, before),
                after=telling.level(ladder, after),
                moment=telling.start(at),
            )
        case LevelAssigned(rule, ladder, level, until, _):
            values = {"ladder": telling.title(ladder), "level": telling.level(ladder, level)}
            values |= {"rule": telling.quoted(rule), "end": _end(telling, until)}
            yield telling.text("due.assigned", **values)
        case LevelAtRisk(ladder, level, to, falls, _):
            yield telling.text(
                "due.at_risk",
                ladder=telling.title(ladder),
                level=telling.level(ladder, level),
                to=telling.level(ladder, to),
                date=telling.start(falls),
            )
        case LevelKept(ladder, level, _):
            yield telling.text("due.kept", ladder=telling.title(ladder), level=telling.level(ladder, level))
        case LevelTook(ladder, level, taken, dropped, left, _):
            values = {"ladder": telling.title(ladder), "level": telling.level(ladder, level)}
            counter = telling.checked.ladders[ladder].counter
            amounts = {"taken": taken, "dropped": dropped, "left": left}
            if counter is not None:
                values |= {name: telling.measured(counter, units) for name, units in amounts.items()}
            if taken:
                yield telling.text("due.took", **values)
            if dropped:
                yield telling.text("due.dropped", **values)
        case _:
            pass


def told_to_member(telling: Telling, effect: Effect) -> Iterator[str]:
    """The same for the member: only what a member can do something about."""
    match effect:
        case LevelChanged(ladder, _, after, _):
            yield telling.text("member.level", ladder=telling.title(ladder), level=telling.level(ladder, after))
        case LevelAtRisk(ladder, level, _, falls, _):
            yield telling.text(
                "member.at_risk",
                ladder=telling.title(ladder),
                level=telling.level(ladder, level),
                date=telling.end(falls),
            )
        case LevelKept(ladder, level, _):
            yield telling.text("member.kept", ladder=telling.title(ladder), level=telling.level(ladder, level))
        case _:
            pass


def _end(telling: Telling, until: int) -> str:
    """How long a level that was given is held."""
    date = telling.end(until)
    return telling.text("after.through", date=date) if date else telling.text("after.for_good")


def standing(telling: Telling) -> Iterator[str]:
    """The level on each ladder after the decision, and what is decided of it for a later instant."""
    member = telling.decision.member
    for name in sorted(telling.checked.ladders):
        found = stands(member, name)
        yield telling.text("after.level", ladder=telling.title(name), level=telling.held(name))
        for until, floor in found.floors:
            yield telling.text(
                "after.floor",
                ladder=telling.title(name),
                level=telling.level(name, floor),
                end=_end(telling, until),
            )
        for start, coming in found.scheduled:
            yield telling.text(
                "after.begins",
                ladder=telling.title(name),
                level=telling.level(name, coming),
                date=telling.start(start),
            )
        if found.falls is not None:
            when, to = found.falls
            yield telling.text(
                "after.falls", ladder=telling.title(name), level=telling.level(name, to), date=telling.start(when)
            )
