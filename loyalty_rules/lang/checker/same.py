"""`per same`: a ceiling of its own for each value that orders or events tell, for one member."""

from __future__ import annotations

from typing import Final

from loyalty_rules.lang import checked as k
from loyalty_rules.lang import conditions as c
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker import conditions, measures
from loyalty_rules.lang.checker.context import Context
from loyalty_rules.lang.checker.measures import Place
from loyalty_rules.problems.rules import SameForEver, SameNotTold

#: What each occasion says of its own.
_TOLD: Final = frozenset({c.Owner.ORDER, c.Owner.EVENT})
#: Windows that pass: what they counted is forgotten, so that a member keeps no value for good.
_PASSING: Final = frozenset({c.WindowKind.PERIOD, c.WindowKind.LAST})


def same_of(ctx: Context, node: s.Attribute | s.Name, place: Place) -> k.Told | None:
    """What each value of has a ceiling. None where it was reported."""
    if isinstance(node, s.Attribute):
        field = c.FieldOf(c.Field(node.role), c.Kind.TEXT)
        return field if conditions.may_ask(ctx, conditions.subject(field), place, node.span) else None
    fact = conditions.fact_of(ctx, node, place)
    if fact is None or not conditions.may_ask(ctx, conditions.subject(c.FactOf(fact)), place, node.span, fact):
        return None
    if fact.owner not in _TOLD or fact.kind is not c.Kind.TEXT:
        ctx.report(SameNotTold(node.text), node.span)
        return None
    return c.FactOf(fact)


def window_of_values(ctx: Context, node: s.Window) -> c.Window | None:
    """The window in which values are counted. None where it was reported."""
    found = measures.window(ctx, node)
    if found is not None and found.kind not in _PASSING:
        ctx.report(SameForEver(ctx.words(node.span)), node.span)
        return None
    return found


def word_of(same: k.Told | None) -> str:
    """What stands for it in the key of a counter."""
    match same:
        case c.FieldOf():
            return same.field.value
        case c.FactOf():
            return same.fact.name
        case None:
            return ""
