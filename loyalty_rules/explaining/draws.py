"""Draws in words: whose tickets took part, and why a rule gave none."""

from __future__ import annotations

from collections.abc import Iterator

from loyalty_rules.decision import Effect, PointsAwarded, PointsExpired
from loyalty_rules.events import Won
from loyalty_rules.explaining.telling import Telling
from loyalty_rules.member import Purse
from loyalty_rules.settlement.winning import tickets_at


def told(telling: Telling, effect: Effect) -> Iterator[str]:
    """Tickets that were drawn; nothing for an effect on anything else."""
    if not isinstance(effect, PointsExpired) or effect.purse not in telling.checked.draws:
        return
    if at_once(telling, effect.purse):
        yield telling.text(
            "draw.played", draw=telling.title(effect.purse), amount=telling.units(effect.purse, effect.units)
        )
        event = telling.decision.event
        if isinstance(event, Won) and not event.prizes:
            yield telling.text("draw.no_prize", draw=telling.title(effect.purse))
    else:
        part = tickets_at(telling.plan, telling.decision.member, effect.purse, effect.at)
        amount = telling.units(effect.purse, effect.units)
        key = "draw.drawn" if part else "draw.no_part"
        yield telling.text(key, draw=telling.title(effect.purse), amount=amount, moment=telling.moment(effect.at))


def at_once(telling: Telling, name: str) -> bool:
    """Whether each ticket of a draw is played by itself."""
    found = telling.checked.draws.get(name)
    return found is not None and bool(found.chances)


def life(telling: Telling, effect: PointsAwarded) -> str:
    """Until when tickets that were given wait."""
    if at_once(telling, effect.purse):
        return telling.text("draw.at_once")
    return telling.text("draw.life", moment=telling.moment(effect.expires))


def standing(telling: Telling, held: Purse | None, name: str) -> str:
    """The tickets that the member has, and when they are drawn."""
    found = () if held is None else held.lots
    if held is not None and held.debt:
        return telling.text("draw.owed", draw=telling.title(name), amount=telling.units(name, held.debt))
    if not found:
        return telling.text("draw.none", draw=telling.title(name))
    amount = telling.units(name, sum(lot.left for lot in found))
    if at_once(telling, name):
        return telling.text("draw.waiting", draw=telling.title(name), amount=amount)
    return telling.text("draw.held", draw=telling.title(name), amount=amount, moment=telling.moment(found[0].expires))


def closed(telling: Telling, name: str) -> str:
    """Why no tickets of a draw are given."""
    dates, at = telling.checked.draws[name].dates, telling.decision.event.at
    if dates.start is not None and at < dates.start:
        return telling.text("draw.not_yet", draw=telling.quoted(name), moment=telling.moment(dates.start))
    return telling.text("draw.over", draw=telling.quoted(name), moment=telling.moment(dates.end or at))
