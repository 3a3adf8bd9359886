"""Changes of clauses: the file as it is from the date of a change on, with the clauses that the change puts in place of
others. Blocks, names and places are those of the file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker.counts import SLOTS, role_of

#: What a change says of itself.
_OWN: Final = frozenset(
    {"CHANGES", "FROM", "BALANCES_TIMES", "BALANCES_OVER", "ROUND_DOWN", "OLD_LOTS", "NEW_LOTS", "TITLE", "WAS"}
)


def put_in_place(change: s.Block) -> tuple[s.Clause, ...]:
    """The clauses that a change puts in place of others."""
    return tuple(clause for clause in change.clauses if role_of(clause) not in _OWN)


def targets(change: s.Block) -> tuple[str, ...]:
    """The names of the blocks that a change names."""
    return tuple(name.text for clause in change.clauses if isinstance(clause, s.NamesClause) for name in clause.names)


def with_changes(tree: s.SyntaxTree, changes: Iterable[s.Block]) -> s.SyntaxTree:
    """The file with the clauses of changes, one after another."""
    new: dict[str, list[tuple[s.Clause, ...]]] = {}
    for change in changes:
        for name in targets(change):
            new.setdefault(name, []).append(put_in_place(change))
    blocks = (
        _changed(block, new[block.name.text]) if block.name is not None and block.name.text in new else block
        for block in tree.blocks
    )
    return replace(tree, blocks=tuple(blocks))


def _changed(block: s.Block, changes: Iterable[tuple[s.Clause, ...]]) -> s.Block:
    clauses = block.clauses
    for new in changes:
        gone = {role for clause in new for role in in_place_of(block.kind, role_of(clause))}
        clauses = (*(clause for clause in clauses if role_of(clause) not in gone), *new)
    return replace(block, clauses=clauses)


def in_place_of(kind: str, role: str) -> tuple[str, ...]:
    """What a clause takes the place of: all clauses of its phrase, and those that exclude it."""
    for slot in SLOTS.get(kind, ()):
        if role in slot.roles and slot.often != "+":
            return slot.roles
    return (role,)
