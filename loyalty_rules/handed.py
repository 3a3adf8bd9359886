"""What a host hands to a call: events that were put together by hand, members, names. A call gets something of its own
kind or says so; builders have checked the rest."""

from __future__ import annotations

from collections.abc import Container
from typing import Final

from loyalty_rules.calendar import LAST_INSTANT, instant_of
from loyalty_rules.errors import InputError, expect, shown
from loyalty_rules.events import Event, Tick
from loyalty_rules.member import MemberState
from loyalty_rules.text import identifier

#: The exact types of all fields that builders make.
_MADE: Final = frozenset({str, int, bool, tuple, type(None)})


def check_event(event: Event) -> None:
    """Holds an event that was changed by hand (`order._replace(…)`) to what its builder promises of its fields. Raises
    `InputError` (`call.type`, `id.…`, `time.range`, `time.type`, `type.float_not_allowed`)."""
    if type(event.at) is not int:
        instant_of(event.at, "at")
        raise InputError("time.type", "the instant of an event is in microseconds: build the event anew", "at")
    if event.at > LAST_INSTANT:
        instant_of(event.at, "at")
    if not _MADE.issuperset(map(type, event)):
        for name, value in zip(event._fields, event, strict=True):
            if type(value) not in _MADE:
                kind = shown(type(value).__name__)
                raise InputError("call.type", f"builders make no {kind}: build the event anew", name)
    if not isinstance(event, Tick):
        identifier(event.id, "event id")
    if type(event.member) is not str:
        identifier(event.member, "member id")


def check_member(member: MemberState) -> None:
    """Raises `InputError` (`call.type`) for anything but a member."""
    expect(member, MemberState, "a member state is")


def check_name(code: str, name: str, names: Container[str], what: str) -> None:
    """Raises `InputError` with `code` for a name of a `what` that the programme does not have."""
    if type(name) is not str or name not in names:
        raise InputError(code, f"the programme has no {what} `{shown(name)}`")
