"""What members choose, in documents and in what a decision did."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal, TypeAlias

from pydantic import Field

from loyalty_rules.adapters.wire.fields import MAX_NAMES, Document, End, Id, Instant, Number, Text
from loyalty_rules.amounts import MICRO, format_units, micros
from loyalty_rules.calendar import Zone, format_instant
from loyalty_rules.choices import (
    ChoiceEffect,
    ChoiceLapsed,
    ChoiceMade,
    ChoiceOffered,
    ChoiceWithdrawn,
    ChosenSets,
    Gifts,
    OpenChoice,
    SetsChosen,
)
from loyalty_rules.errors import InputError, shown
from loyalty_rules.member import NEVER, MemberState
from loyalty_rules.programme import Programme
from loyalty_rules.settlement.chosensets import sets_at

#: How many choices may wait for a member.
MAX_CHOICES: Final = 100


class OpenChoiceModel(Document):
    """Gifts of which the member may choose one before `until`: units by purse. `order`: for which they are given."""

    rule: Text
    gifts: dict[str, Number] = Field(min_length=1, max_length=MAX_NAMES)
    at: Instant
    until: End
    order: Id | None = None


class ChoiceOfferedModel(OpenChoiceModel):
    """A rule leaves it to the member which of these gifts to take."""

    kind: Literal["choice_offered"]


class ChoiceMadeModel(Document):
    """The member has chosen; what it gives is an effect of its own."""

    kind: Literal["choice_made"]
    rule: Text
    points: Text
    at: Instant


class ChoiceLapsedModel(Document):
    """The time to choose is over."""

    kind: Literal["choice_lapsed"]
    rule: Text
    at: Instant


class ChoiceWithdrawnModel(Document):
    """The order came back for which there was something to choose."""

    kind: Literal["choice_withdrawn"]
    rule: Text
    order: Id
    at: Instant


class SetsChosenModel(Document):
    """The member has chosen these sets of the product set `products`; they count from now on."""

    kind: Literal["sets_chosen"]
    products: Text
    sets: list[Text] = Field(max_length=MAX_NAMES)
    at: Instant


class ChosenSetsModel(Document):
    """Of the sets that the product set `products` lets members choose from, those that the member chose then."""

    products: Text
    at: Instant
    sets: list[Text] = Field(min_length=1, max_length=MAX_NAMES)


ChoiceEffectModel: TypeAlias = (
    ChoiceOfferedModel | ChoiceMadeModel | ChoiceLapsedModel | ChoiceWithdrawnModel | SetsChosenModel
)


def effect_data(effect: ChoiceEffect, programme: Programme) -> dict[str, Any]:
    """What became of a choice."""
    zone = programme.plan.timeline.zone
    match effect:
        case ChoiceOffered():
            return open_data(OpenChoice(effect.until, effect.at, effect.rule, effect.gifts, effect.order), programme)
        case ChoiceMade():
            return {"rule": effect.rule, "points": effect.purse, "at": format_instant(effect.at, zone)}
        case ChoiceWithdrawn():
            return {"rule": effect.rule, "order": effect.order, "at": format_instant(effect.at, zone)}
        case SetsChosen():
            return {"products": effect.products, "sets": list(effect.sets), "at": format_instant(effect.at, zone)}
        case ChoiceLapsed():
            return {"rule": effect.rule, "at": format_instant(effect.at, zone)}


def open_data(one: OpenChoice, programme: Programme) -> dict[str, Any]:
    """What waits to be chosen."""
    zone, purses = programme.plan.timeline.zone, programme.checked.purses
    return {
        "rule": one.rule,
        "gifts": {
            purse: format_units(units, purses[purse].decimals if purse in purses else 0) for purse, units in one.gifts
        },
        "at": format_instant(one.at, zone),
        "until": "never" if one.until == NEVER else format_instant(one.until, zone),
        **({"order": one.order} if one.order else {}),
    }


def choices_of(read: Iterable[OpenChoiceModel], clock: int, programme: Programme) -> tuple[OpenChoice, ...]:
    """What waits to be chosen, as a document keeps it. Raises `InputError`: `member.purse`, and `member.inconsistent`
    for what was offered behind the clock or is over by it."""
    found = []
    for place, one in enumerate(read):
        where = f"core.choices[{place}]"
        if one.at > clock or one.until <= clock:
            message = "what waits to be chosen was offered by the clock, and is not over by then"
            raise InputError("member.inconsistent", message, where)
        gifts = tuple(_gifts(one.gifts, programme, where))
        found.append(OpenChoice(one.until, one.at, one.rule, gifts, one.order or ""))
    if found != sorted(found):
        raise InputError("member.inconsistent", "this list is not in ascending order", "core.choices")
    return tuple(found)


def _gifts(read: dict[str, str], programme: Programme, where: str) -> Gifts:
    purses, found = programme.checked.purses, []
    for purse, amount in sorted(read.items()):
        if purse not in purses:
            raise InputError("member.purse", f"the programme has no purse `{shown(purse)}`", f"{where}.gifts")
        units, rest = divmod(micros(amount, f"{where}.gifts.{purse}") * 10 ** purses[purse].decimals, MICRO)
        if units <= 0 or rest:
            raise InputError(
                "limit.number", "units to choose are whole smallest units above 0", f"{where}.gifts.{purse}"
            )
        found.append((purse, units))
    return tuple(found)


def of_member(member: MemberState, programme: Programme) -> dict[str, Any]:
    """What waits for a member to choose, and which product sets count."""
    chosen = sets_data(sets_at(programme.plan, member, member.clock))
    return {"choices": [open_data(one, programme) for one in member.choices], "chosen": chosen}


def sets_data(found: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """By product set of which members choose, the sets that count for the member."""
    return {name: list(sets) for name, sets in sorted(found.items())}


def chosen_data(chosen: Iterable[ChosenSets], zone: Zone) -> list[dict[str, Any]]:
    """What a member has chosen of product sets, as its document keeps it."""
    return [{"products": one.products, "at": format_instant(one.at, zone), "sets": list(one.sets)} for one in chosen]


def chosen_of(read: Iterable[ChosenSetsModel], clock: int) -> tuple[ChosenSets, ...]:
    """The same out of a document. Raises `InputError` (`member.inconsistent`) for what lies behind the clock or is in
    no order. What an edition no longer has is remembered all the same."""
    found = tuple(ChosenSets(one.products, one.at, tuple(one.sets)) for one in read)
    keys = [(one.products, one.at) for one in found]
    if any(one.at > clock or list(one.sets) != sorted(set(one.sets)) for one in found) or keys != sorted(set(keys)):
        message = "choices are by product set and instant, none later than the clock, each with its sets in order"
        raise InputError("member.inconsistent", message, "core.chosen")
    return found
