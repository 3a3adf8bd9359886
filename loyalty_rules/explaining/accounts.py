"""What happened to a member's account as a whole, in words: another denomination."""

from __future__ import annotations

from collections.abc import Iterator

from loyalty_rules.decision import Effect, PointsRedenominated
from loyalty_rules.explaining.telling import Telling


def told(telling: Telling, effect: Effect) -> Iterator[str]:
    """What an effect did to the account, for staff; nothing for an effect on anything else."""
    match effect:
        case PointsRedenominated(rule, purse, before, after, owed_before, owed_after, at):
            values = {"purse": telling.title(purse), "title": telling.title(rule), "date": telling.start(at)}
            amounts = {"before": telling.units(purse, before), "after": telling.units(purse, after)}
            yield telling.text("due.redenominated", **values, **amounts)
            if owed_before:
                owed = {"before": telling.units(purse, owed_before), "after": telling.units(purse, owed_after)}
                yield telling.text("due.redenominated_debt", purse=values["purse"], **owed)
        case _:
            pass


def told_to_member(telling: Telling, effect: Effect) -> Iterator[str]:
    """The same for the member."""
    match effect:
        case PointsRedenominated(rule, purse, before, after, owed_before, owed_after):
            yield telling.text(
                "member.redenominated",
                purse=telling.title(purse),
                title=telling.title(rule),
                before=telling.units(purse, before - owed_before),
                after=telling.units(purse, after - owed_after),
            )
        case _:
            pass
