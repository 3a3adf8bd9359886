"""What members choose: that they do, what waits for them, and what decisions say of it. Plain values."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Literal, NamedTuple, TypeAlias

from loyalty_rules.amounts import micros
from loyalty_rules.calendar import instant_of
from loyalty_rules.errors import InputError
from loyalty_rules.text import identifier, plain_text, plain_texts

#: What may be chosen: (purse, units), by purse. A right stands in the purse of its reward.
Gifts: TypeAlias = tuple[tuple[str, int], ...]


class OpenChoice(NamedTuple):
    """Gifts of which the member may choose one until `until` (excluded; `member.NEVER` without a deadline). `order`:
    for which they are given, "" for none."""

    until: int
    at: int
    rule: str
    gifts: Gifts
    order: str = ""


class ChoiceOffered(NamedTuple):
    """A rule leaves it to the member which of these gifts to take."""

    rule: str
    gifts: Gifts
    at: int
    until: int
    order: str
    kind: Literal["choice_offered"] = "choice_offered"


class ChoiceMade(NamedTuple):
    """The member has chosen; what it gives is told beside it."""

    rule: str
    purse: str
    at: int
    kind: Literal["choice_made"] = "choice_made"


class ChoiceLapsed(NamedTuple):
    """The time to choose is over."""

    rule: str
    at: int
    kind: Literal["choice_lapsed"] = "choice_lapsed"


class ChoiceWithdrawn(NamedTuple):
    """The order came back for which there was something to choose."""

    rule: str
    order: str
    at: int
    kind: Literal["choice_withdrawn"] = "choice_withdrawn"


# ---------- product sets


class ChosenSets(NamedTuple):
    """Of the sets that the product set `products` lets members choose from, those that the member chose at an
    instant."""

    products: str
    at: int
    sets: tuple[str, ...]


class SetsChosen(NamedTuple):
    """The member has chosen these sets; they count from now on."""

    products: str
    sets: tuple[str, ...]
    at: int
    kind: Literal["sets_chosen"] = "sets_chosen"


# ---------- the event


class Choice(NamedTuple):
    """The member asks for something that a rule offers `on request`: a conversion, of all that there is or of so
    much. Or buys a reward: so many of it, one where no number is told, from the `purse`. Or chooses the gift into the
    `purse` of those that a rule left open, or `sets` of those that a product set lets members choose from."""

    id: str
    member: str
    at: int
    rule: str
    amount: int | None  # micros of a unit of the purse that is used; of a reward
    kind: Literal["choice"] = "choice"
    purse: str = ""  # that pays for a reward which has several prices; of the gift
    sets: tuple[str, ...] = ()


def asked_for(amount: str | int | Decimal | None, where: str) -> int | None:
    """An amount that a member asks for, in micros, if any. Raises `InputError` (`choice.amount`) for nothing."""
    if amount is None:
        return None
    asked = micros(amount, where)
    if asked <= 0:
        raise InputError("choice.amount", "an amount that is asked for is above 0", where)
    return asked


def choice(
    id: str,
    member: str,
    at: datetime | str | int,
    rule: str,
    *,
    amount: str | int | Decimal | None = None,
    purse: str = "",
    sets: Iterable[str] = (),
) -> Choice:
    """Builds a choice. `amount` is in units of the purse that the rule uses; without one, as much as there is. Of a
    reward it is a number, one without it; `purse` says which of its prices is paid, or which of several gifts is taken.
    `sets`: those that are chosen of the product set `rule`."""
    return Choice(
        identifier(id, "event id"),
        identifier(member, "member id"),
        instant_of(at),
        plain_text(rule, "rule"),
        asked_for(amount, "amount"),
        purse=plain_text(purse, "purse"),
        sets=tuple(sorted(set(plain_texts(sets, "sets")))),
    )


ChoiceEffect: TypeAlias = ChoiceOffered | ChoiceMade | ChoiceLapsed | ChoiceWithdrawn | SetsChosen
