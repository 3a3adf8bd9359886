"""Codes: which a rule asks for, and which an order of an example presents."""

from __future__ import annotations

from loyalty_rules.diagnostics import Related
from loyalty_rules.lang import checked as k
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker.context import Context
from loyalty_rules.lang.checker.counts import first_of
from loyalty_rules.lang.checker.measures import Place
from loyalty_rules.lang.checker.values import data
from loyalty_rules.problems.codes import CodeEmpty, CodeTwice, CodeWithoutOrder
from loyalty_rules.source import Span
from loyalty_rules.text import code_key


def codes_of(ctx: Context, block: s.Block, place: Place) -> k.Codes | None:
    """The codes of a rule, as they are compared. None without the clause."""
    clause = first_of(block, s.CodesClause)
    if clause is None:
        return None
    if not place.may_ask_orders:
        ctx.report(CodeWithoutOrder(), clause.span)
    found = _keys(ctx, clause.codes)
    return k.Codes(tuple(sorted(found)), span=clause.span) if found else None


def presented(ctx: Context, clauses: list[s.CodesClause]) -> tuple[str, ...]:
    """The codes that an order of an example presents, as they are written."""
    texts = [text for clause in clauses for text in clause.codes]
    _keys(ctx, texts)
    return tuple(data(text) for text in texts)


def _keys(ctx: Context, texts: list[s.Text] | tuple[s.Text, ...]) -> dict[str, Span]:
    found: dict[str, Span] = {}
    for text in texts:
        key = code_key(data(text))
        if not key.strip():
            ctx.report(CodeEmpty(), text.span)
        elif key in found:
            ctx.report(CodeTwice(text.value), text.span, Related(found[key], "first_here"))
        else:
            found[key] = text.span
    return found
