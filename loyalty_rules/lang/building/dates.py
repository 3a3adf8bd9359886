"""Builders of clauses that say when a block is in force."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from loyalty_rules.lang import syntax
from loyalty_rules.lang.expressions import Builder, Children, name_of, span_of, text_of, the_one, value_of


def _dates(children: Children) -> syntax.Dates:
    start: syntax.Moment | None = None
    until: syntax.Moment | None = None
    through: int | None = None
    word = ""
    for child in children:
        if isinstance(child, syntax.Moment):
            start, until = (child, until) if word == "FROM" else (start, child)
        elif child.role == "DATE":
            through = child.value
        else:
            word = child.role
    return syntax.Dates(start, through, until, span=span_of(children))


def _by_clock(children: Children) -> syntax.ClockDates:
    return syntax.ClockDates(the_one(children, syntax.Dates), name_of(children[-1]), span=span_of(children))


def _time_zone(children: Children) -> syntax.TimeZone:
    return syntax.TimeZone(value_of(children, "ZONE"), span=span_of(children))


def _zone_told(children: Children) -> syntax.TimeZone:
    return syntax.TimeZone("", children[0].role, span=span_of(children))


def _clock(children: Children) -> syntax.Clock:
    return syntax.Clock(name_of(children[1]), text_of(children[2]), span=span_of(children))


_FORMS: Final = ("dates_from", "dates_from_through", "dates_from_until", "dates_through", "dates_until")

DATING: Final[Mapping[str, Builder]] = {
    **dict.fromkeys(_FORMS, _dates),
    "dates_by_clock": _by_clock,
    "clock": _clock,
    "time_zone": _time_zone,
    "zone_told": _zone_told,
}
