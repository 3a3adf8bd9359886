"""Purses that a partner keeps: the balance lives there, so nothing here can hold, spend or ask for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from loyalty_rules.diagnostics import Related
from loyalty_rules.lang import checked as k
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker.context import Context
from loyalty_rules.lang.checker.counts import all_of, first_of, is_never, role_of, shown_role
from loyalty_rules.lang.checker.names import resolve
from loyalty_rules.lang.walking import parts_of
from loyalty_rules.problems.partners import KeptClause, KeptPurse
from loyalty_rules.source import Span

#: What is said of a balance.
_OF_BALANCE: Final = frozenset(
    {"HOLD_MOST", "TAKE_OLDEST", "TAKE_SOONEST", "TAKE_NEWEST", "KEEP_APART", "RET_LEFT", "RET_NEG", "LIFE_EARNED"}
    | {"LIFE_USABLE", "ACTIVITY", "EXPIRY_WAITS", "OVERDRAFT", "TRANSFER_MOST", "POSTS"}
)
_COUNTERS: Final = frozenset({"BALANCE_OF", "REDEEMED"})
_SUMMED: Final = frozenset(place.value for place in k.Place if place.summed)


def is_kept(block: s.Block) -> bool:
    """Whether a partner keeps the purse of a block."""
    return _clause(block) is not None


def keeper(ctx: Context, block: s.Block) -> str:
    """The partner who keeps the purse of a block; "" where nobody else does."""
    clause = _clause(block)
    return clause.name.text if clause is not None and resolve(ctx, clause.name, "H_PARTNER") else ""


def _clause(block: s.Block) -> s.NameClause | None:
    return first_of(block, s.NameClause, lambda one: one.role == "KEPT_BY")


def check_kept(ctx: Context) -> None:
    """Reports what is said of a balance that a partner keeps, and what would use it or ask for it."""
    kept = {block.name.text: block for block in ctx.blocks("H_PURSE") if block.name is not None and is_kept(block)}
    if not kept:
        return
    for name, block in kept.items():
        for clause in block.clauses:
            if role_of(clause) in _OF_BALANCE or _is_life(clause) or _is_summed(clause):
                _report(ctx, KeptClause(name, shown_role(clause)), clause.span, block)
    for block in ctx.tree.blocks:
        given = sorted(kept.keys() & _given(block))
        for clause in block.clauses if given else ():
            if _is_life(clause) or _is_summed(clause):
                _report(ctx, KeptClause(given[0], shown_role(clause)), clause.span, kept[given[0]])
        for name, span in _used(block):
            if name in kept:
                _report(ctx, KeptPurse(name), span, kept[name])


def _report(ctx: Context, problem: KeptClause | KeptPurse, span: Span, block: s.Block) -> None:
    clause = _clause(block)
    ctx.report(problem, span, *([Related(clause.span, "other_here")] if clause is not None else []))


def _is_life(clause: s.Clause) -> bool:
    """Whether a clause gives another life than at once and for good."""
    if isinstance(clause, s.Expire):
        return not is_never(clause)
    return isinstance(clause, s.Usable) and clause != s.Usable(None, "", span=clause.span)


def _is_summed(clause: s.Clause) -> bool:
    return isinstance(clause, s.Rounding) and clause.place in _SUMMED


def _given(block: s.Block) -> set[str]:
    """The purses into which a rule gives."""
    gifts = [clause.gift for clause in block.clauses if isinstance(clause, s.Give | s.GiveTo)]
    return {gift.purse.text for gift in gifts} if block.kind != "H_CHANGE" else set()


def _used(block: s.Block) -> Iterator[tuple[str, Span]]:
    """The purses of which a block takes, changes or asks the balance."""
    for clause in all_of(block, s.NameClause, lambda one: one.role in ("USES", "USES_ALL")):
        yield clause.name.text, clause.name.span
    changes = all_of(block, s.NamesClause, lambda one: block.kind == "H_CHANGE" and one.role == "CHANGES")
    yield from ((name.text, name.span) for one in changes for name in one.names)
    amounts = [one.quantity for one in all_of(block, s.QuantityClause, lambda one: one.role == "USES")]
    for quantity in (*amounts, *(one.price for one in all_of(block, s.Costs))):
        if isinstance(quantity.unit, s.Name):
            yield quantity.unit.text, quantity.span
    yield from ((longer.purse.text, longer.purse.span) for longer in all_of(block, s.Prolong))
    for part in parts_of(block.clauses):
        if isinstance(part, s.Measure) and part.counter in _COUNTERS and part.of is not None:
            yield part.of.text, part.span
