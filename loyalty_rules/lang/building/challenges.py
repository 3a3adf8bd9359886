"""Builders of the clauses of challenges, and of what waits for them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from loyalty_rules.lang import syntax
from loyalty_rules.lang.expressions import Builder, Children, name_of, number_of, span_of, the_one, token_of


def _goal(children: Children) -> syntax.ConditionClause:
    return syntax.ConditionClause(children[0].role, children[1], span=span_of(children))


def _simple(children: Children) -> syntax.Simple:
    return syntax.Simple(children[0].role, span=span_of(children))


def _forgive_missed(children: Children) -> syntax.ForgiveMissed:
    number = number_of([token_of(children, "NUMBER")])
    return syntax.ForgiveMissed(number, the_one(children, syntax.Window), span=span_of(children))


def _named(children: Children) -> syntax.NameClause:
    return syntax.NameClause(children[0].role, name_of(children[1]), span=span_of(children))


#: The builders of these clauses, by the rule of the grammar or the name behind `->`.
CHALLENGES: Final[Mapping[str, Builder]] = MappingProxyType(
    {
        "goal": _goal,
        **dict.fromkeys(("once", "once_per_window", "repeat_from_zero", "repeat_with_carry"), _simple),
        **dict.fromkeys(("opt_in_whole", "keep_old_goal"), _simple),
        **dict.fromkeys(("return_keeps_completion", "return_takes_back"), _simple),
        "forgive_missed": _forgive_missed,
        "forgive_missed_with": _named,
        "after_completing": _named,
    }
)
