"""Effects as plain JSON that durable-rules can match: texts, whole numbers in the smallest unit, and no null."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import Any, Final, TypeAlias

from loyalty_rules.adapters.durable.refusing import RulesetError
from loyalty_rules.decision import Effect, GoodsReturned
from loyalty_rules.events import Purchase, Tick
from loyalty_rules.member import NEVER
from loyalty_rules.programme import Decision
from loyalty_rules.text import line_order_key

JsonValue: TypeAlias = "str | int | bool | list[JsonValue] | dict[str, JsonValue]"

#: Rules that calculate do so in floats, and floats hold each whole number up to here.
_LARGEST: Final = 2**53


def effect_facts(decision: Decision) -> list[dict[str, JsonValue]]:
    """The effects of a decision, in their order, each as a fact of its own.

    Amounts are whole numbers: points in the smallest unit of the purse, money in minor units, quantities in millionths,
    instants in microseconds of UTC. What an effect does not have (an end that never comes, a rule where none gave it,
    an empty list) is left out, so that a rule can ask whether it is there. `lines` are objects with the id of the line.
    `member`, `event`, `at` and `programme` (the fingerprint) stand in every fact; `sid` is the member, so that rules
    over several facts see those of one member alone; `id` is the same whenever the decision is made again.

    Raises `RulesetError` (`durable.number`) for a number beyond 2^53.
    """
    return [_fact(place, effect, decision) for place, effect in enumerate(decision.effects, 1)]


def _fact(place: int, effect: Effect, decision: Decision) -> dict[str, JsonValue]:
    event, member = decision.event, decision.member.member
    source = f"tick-{event.at}" if isinstance(event, Tick) else event.id
    told: dict[str, JsonValue] = {"sid": member, "id": f"{member}/{source}/{place}", "member": member, "at": event.at}
    if not isinstance(event, Tick):
        told["event"] = event.id
    told["programme"] = decision.programme.fingerprint
    return told | dict(_fields(effect, decision))


def _fields(effect: Effect, decision: Decision) -> Iterator[tuple[str, JsonValue]]:
    for name, value in effect._asdict().items():
        if name == "lines":
            if told := _lines(effect, decision):
                yield name, told
        elif not _missing(value):
            yield name, _plain(value, name)


def _missing(value: object) -> bool:
    """Whether a fact says it by saying nothing. A number that is 0 is told."""
    return value is None or value == NEVER or value == "" or value == ()


def _lines(effect: Any, decision: Decision) -> list[JsonValue]:
    """Lines of a return tell their own ids; other effects are parallel to the order's lines, by id. Those that carry
    nothing are left out."""
    if isinstance(effect, GoodsReturned):
        return [
            {"line": line, "quantity": _plain(quantity, "lines"), "refund": _plain(refund, "lines")}
            for line, quantity, refund in effect.lines
        ]
    event = decision.event
    if not isinstance(event, Purchase) or not effect.lines:
        return []
    ids = sorted((line.id for line in event.lines), key=line_order_key)
    carried = zip(ids, effect.lines, strict=True)
    return [{"line": line, "units": _plain(units, "lines")} for line, units in carried if units]


def _plain(value: object, where: str) -> JsonValue:
    if isinstance(value, Enum):
        return _plain(value.value, where)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > _LARGEST:
        raise RulesetError("durable.number", f"{value} is beyond 2^53, where rules that calculate lose units", where)
    if isinstance(value, bool | int | str):
        return value
    if isinstance(value, tuple):
        return _several(value, where)
    raise TypeError(f"an effect has no {type(value).__name__}")


def _several(values: tuple[Any, ...], where: str) -> JsonValue:
    """A record as an object; amounts by name as an object; anything else as a list."""
    fields = getattr(values, "_asdict", None)
    if fields is not None:
        return {name: _plain(value, where) for name, value in fields().items() if not _missing(value)}
    if all(type(one) is tuple and len(one) == 2 and isinstance(one[0], str) for one in values):
        return {name: _plain(value, where) for name, value in values}
    return [_plain(one, where) for one in values]
