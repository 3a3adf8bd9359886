"""What happened to a member's account as a whole, in words: another denomination, units of other members."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from loyalty_rules.decision import AccountMerged, Effect, PointsReceived, PointsRedenominated, PointsTransferred
from loyalty_rules.explaining import budgets
from loyalty_rules.explaining.telling import Telling, lived

#: How many lots are listed of what went or came.
_LINES: Final = 20
_INDENT: Final = "  "


def told(telling: Telling, effect: Effect) -> Iterator[str]:
    """What an effect did to the account, for staff; nothing for an effect on anything else."""
    match effect:
        case PointsRedenominated(rule, purse, before, after, owed_before, owed_after, at, aside_before, aside_after):
            values = {"purse": telling.title(purse), "title": telling.title(rule), "date": telling.start(at)}
            amounts = {"before": telling.units(purse, before), "after": telling.units(purse, after)}
            yield telling.text("due.redenominated", **values, **amounts)
            if owed_before:
                owed = {"before": telling.units(purse, owed_before), "after": telling.units(purse, owed_after)}
                yield telling.text("due.redenominated_debt", purse=values["purse"], **owed)
            if aside_before:
                aside = {"before": telling.units(purse, aside_before), "after": telling.units(purse, aside_after)}
                yield telling.text("due.redenominated_aside", purse=values["purse"], **aside)
        case AccountMerged(purse, units, owed, other):
            key = "due.merged_away" if units < 0 or owed < 0 else "due.merged"
            amount = telling.units(purse, abs(units))
            yield telling.text(key, purse=telling.title(purse), amount=amount, member=other)
            if owed:
                yield _INDENT + telling.text("due.merged_debt", amount=telling.units(purse, abs(owed)))
        case PointsTransferred(purse, units, to, _, debits) | PointsReceived(purse, units, to, _, debits):
            key = "due.transferred" if isinstance(effect, PointsTransferred) else "due.received"
            yield telling.text(key, purse=telling.title(purse), amount=telling.units(purse, units), member=to)
            for debit in debits[:_LINES]:
                life = lived(telling, debit.usable, debit.expires, effect.at)
                amount = telling.units(purse, debit.units)
                yield _INDENT + telling.text("due.moved_lot", amount=amount, date=telling.date(debit.earned), life=life)
            if len(debits) > _LINES:
                yield _INDENT + telling.text("given.more", count=str(len(debits) - _LINES))
        case _:
            yield from budgets.told(telling, effect)


def told_to_member(telling: Telling, effect: Effect) -> Iterator[str]:
    """The same for the member."""
    match effect:
        case PointsRedenominated(rule, purse, before, after, owed_before, owed_after, _, aside_before, aside_after):
            yield telling.text(
                "member.redenominated",
                purse=telling.title(purse),
                title=telling.title(rule),
                before=telling.units(purse, before + aside_before - owed_before),
                after=telling.units(purse, after + aside_after - owed_after),
            )
        case PointsTransferred(purse, units):
            yield telling.text("member.transferred", purse=telling.title(purse), amount=telling.units(purse, units))
        case PointsReceived(purse, units):
            yield telling.text("member.received", purse=telling.title(purse), amount=telling.units(purse, units))
        case AccountMerged(purse, units, owed) if units - owed > 0:
            amount = telling.units(purse, units - owed)
            yield telling.text("member.merged", purse=telling.title(purse), amount=amount)
        case _:
            pass
