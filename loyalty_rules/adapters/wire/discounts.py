"""What offers took off an order, on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import Any, Final, Literal

from pydantic import Field

from loyalty_rules.adapters.wire.fields import Document, Instant, Number, Text
from loyalty_rules.amounts import format_units
from loyalty_rules.calendar import Zone, format_instant
from loyalty_rules.decision import CostShared, DiscountGiven, GiftAdded, GiftTakenBack
from loyalty_rules.errors import InputError
from loyalty_rules.records import AddedGift, RecordedLine

#: How many lines an order may have.
MAX_LINES: Final = 1_000


class DiscountGivenModel(Document):
    """Money that an offer took off an order; `lines` by line id. `asked` before prices and caps held it."""

    kind: Literal["discount_given"]
    rule: Text
    asked: Number
    granted: Number
    at: Instant
    lines: dict[str, Number] = Field(default={})


class CostSharedModel(Document):
    """What an offer or a reward cost, where partners bear a share of it: `money`, or `rights` that the host hands over;
    below zero what came back of it. `funding`: what of it partners bear, with the same sign."""

    kind: Literal["cost_shared"]
    rule: Text
    money: Number | None = None
    rights: int | None = None
    at: Instant
    funding: dict[str, Number] = Field(default={})


class GiftAddedModel(Document):
    """Units of an article that an offer adds to an order at no charge, for the host to hand over."""

    kind: Literal["gift_added"]
    rule: Text
    sku: Text
    units: int
    at: Instant


class GiftTakenBackModel(Document):
    """Units of a gift for whose goods no longer enough are kept: the host asks for them back."""

    kind: Literal["gift_taken_back"]
    rule: Text
    sku: Text
    units: int
    at: Instant


class RecordedGiftModel(Document):
    """What an offer added to an order. `sets`: [how many, place of a line, units of it in a set, place, units, …], and
    `each` of the article for a set; without sets for any of the lines `places`."""

    rule: Text
    sku: Text
    units: int = Field(ge=1)
    each: int = Field(ge=1)
    sets: list[list[int]] = Field(default=[], max_length=MAX_LINES)
    places: list[int] = Field(min_length=1, max_length=MAX_LINES)


def gift_data(effect: GiftAdded | GiftTakenBack, zone: Zone) -> dict[str, Any]:
    """The effect as plain data, but for its kind."""
    return {"rule": effect.rule, "sku": effect.sku, "units": effect.units, "at": format_instant(effect.at, zone)}


def gifts_of(read: list[RecordedGiftModel], lines: tuple[RecordedLine, ...], where: str) -> tuple[AddedGift, ...]:
    """What a recorded order was given as gifts. Raises `InputError` (`member.inconsistent`) with the path."""
    found = []
    for number, one in enumerate(read):
        if any(len(row) % 2 == 0 for row in one.sets):
            raise InputError("member.inconsistent", "a set has units of lines", f"{where}[{number}].sets")
        sets = tuple((row[0], tuple(zip(row[1::2], row[2::2], strict=True))) for row in one.sets)
        places = {place for _, units in sets for place, _ in units} | set(one.places)
        counts = [count for times, units in sets for count in (times, *(of_line for _, of_line in units))]
        if min(counts, default=1) < 1 or not places <= set(range(len(lines))) or places != set(one.places):
            raise InputError("member.inconsistent", "a gift is for lines of its order", f"{where}[{number}]")
        found.append(AddedGift(one.rule, one.sku, one.units, one.each, sets, tuple(one.places)))
    return tuple(found)


def gifts_data(gifts: tuple[AddedGift, ...]) -> list[dict[str, Any]]:
    """The same as plain data."""
    return [
        {
            "rule": one.rule,
            "sku": one.sku,
            "units": one.units,
            "each": one.each,
            **({"sets": [[times, *chain(*units)] for times, units in one.sets]} if one.sets else {}),
            "places": list(one.places),
        }
        for one in gifts
    ]


def cost_data(effect: CostShared, exponent: int, zone: Zone) -> dict[str, Any]:
    """The effect as plain data, but for its kind."""
    data: dict[str, Any] = {"rule": effect.rule}
    data |= {"rights": effect.rights} if effect.rights else {"money": format_units(effect.money, exponent)}
    decimals = 0 if effect.rights else exponent
    shares = {partner: format_units(units, decimals) for partner, units in effect.funding}
    return data | {"at": format_instant(effect.at, zone)} | ({"funding": shares} if shares else {})


def discount_data(effect: DiscountGiven, lines: Mapping[str, str], exponent: int, zone: Zone) -> dict[str, Any]:
    """The effect as plain data, but for its kind."""
    data: dict[str, Any] = {"rule": effect.rule, "asked": format_units(effect.asked, exponent)}
    data |= {"granted": format_units(effect.granted, exponent), "at": format_instant(effect.at, zone)}
    return data | ({"lines": lines} if lines else {})
