"""Builders of what rules give, and of what members choose from."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from loyalty_rules.lang import syntax
from loyalty_rules.lang.expressions import (
    Builder,
    Children,
    Part,
    duration_in,
    names_in,
    part_of,
    span_of,
    the_one,
    value_of,
)


def _give(children: Children) -> syntax.Give:
    return syntax.Give(children[1], span=span_of(children))


def _give_level(children: Children) -> syntax.GiveLevel:
    length, through, end = part_of(children, "LASTING", (None, None, ""))
    level, ladder = names_in(children)
    return syntax.GiveLevel(level, ladder, length, through, end, span=span_of(children))


def _lasting(children: Children) -> Part:
    last = children[-1]
    through = last.value if last.role == "DATE" else None
    end = last.role if last.role.startswith("AT_END_") else ""
    return Part(span_of(children), "LASTING", (duration_in(children), through, end))


def _after_reaching(children: Children) -> syntax.AfterReaching:
    return syntax.AfterReaching(*names_in(children), span=span_of(children))


def _or_give(children: Children) -> syntax.OrGive:
    return syntax.OrGive(children[1], span=span_of(children))


def _choose_within(children: Children) -> syntax.ChooseWithin:
    return syntax.ChooseWithin(value_of(children, "DURATION"), span=span_of(children))


def _names(children: Children) -> syntax.NamesClause:
    return syntax.NamesClause(children[0].role, part_of(children, "NAMES"), span=span_of(children))


def _choose_at_most(children: Children) -> syntax.ChooseAtMost:
    return syntax.ChooseAtMost(children[1], span=span_of(children))


def _change_choice(children: Children) -> syntax.ChangeChoice:
    return syntax.ChangeChoice(the_one(children, syntax.Window), span=span_of(children))


def _choice_ends(children: Children) -> syntax.ChoiceEnds:
    return syntax.ChoiceEnds(children[1].role, span=span_of(children))


#: Builders by the name behind `->`.
GIVING: Final[Mapping[str, Builder]] = MappingProxyType(
    {
        "give": _give,
        "give_level": _give_level,
        "lasting": _lasting,
        "after_reaching": _after_reaching,
        "or_give": _or_give,
        "choose_within": _choose_within,
        **dict.fromkeys(("chosen_from", "default_choice"), _names),
        "choose_at_most": _choose_at_most,
        "change_choice": _change_choice,
        "choice_ends": _choice_ends,
    }
)
