"""Pieces of code as syntax trees: patterns that stand in these modules, with nodes in the places of their capitals.

Nothing of a rule file is ever part of a text that is parsed: names are generated, and values are constants of the tree
or stand in the table of the code.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from functools import cache
from textwrap import dedent
from typing import Any, TypeAlias

#: What takes the place of a name in capitals: the name of a variable, an expression, or statements.
Part: TypeAlias = str | ast.expr | list[ast.stmt]


@cache
def _statements(pattern: str) -> tuple[ast.stmt, ...]:
    return tuple(ast.parse(dedent(pattern)).body)


@cache
def _expression(pattern: str) -> ast.expr:
    return ast.parse(pattern, mode="eval").body


def quoted(pattern: str, **parts: Part) -> list[ast.stmt]:
    """The statements of a pattern."""
    return _filled_all(_statements(pattern), parts)


def told(pattern: str, **parts: Part) -> ast.expr:
    """The expression of a pattern."""
    found = _filled(_expression(pattern), parts)
    if not isinstance(found, ast.expr):
        raise TypeError("an expression is made of expressions")
    return found


def _filled_all(nodes: Iterable[ast.stmt], parts: Mapping[str, Part]) -> list[ast.stmt]:
    found: list[ast.stmt] = []
    for node in nodes:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Name):
            statements = parts.get(node.value.id)
            if isinstance(statements, list):
                found += statements
                continue
        found.append(_filled(node, parts))
    return found


def _filled(node: Any, parts: Mapping[str, Part]) -> Any:
    if isinstance(node, ast.Name):
        part = parts[node.id] if node.id.isupper() else node.id
        if isinstance(part, str):
            return ast.Name(part, node.ctx)
        return ast.Name(part.id, node.ctx) if isinstance(part, ast.Name) else part
    made = {}
    for name, value in ast.iter_fields(node):
        if isinstance(value, list):
            inner = value and isinstance(value[0], ast.stmt)
            made[name] = _filled_all(value, parts) if inner else [_filled(one, parts) for one in value]
        else:
            made[name] = _filled(value, parts) if isinstance(value, ast.AST) else value
    return type(node)(**made)


def constant(value: Any) -> ast.expr:
    """A constant of the tree."""
    return ast.Constant(value)


def number(value: int) -> ast.expr:
    return ast.Constant(value)


def name(of: str) -> ast.expr:
    return ast.Name(of, ast.Load())


def both(items: Iterable[ast.expr]) -> ast.expr:
    """Whether all of these hold, asked in turn."""
    return _joined(ast.And(), [one for one in items if not is_true(one)], whole=True)


def either(items: Iterable[ast.expr]) -> ast.expr:
    """Whether one of these holds, asked in turn."""
    return _joined(ast.Or(), list(items), whole=False)


def _joined(how: ast.boolop, items: list[ast.expr], *, whole: bool) -> ast.expr:
    if len(items) < 2:
        return items[0] if items else ast.Constant(whole)
    return ast.BoolOp(how, items)


def added(items: Iterable[ast.expr]) -> ast.expr:
    """The sum of these; 0 for none."""
    found = list(items)
    if not found:
        return ast.Constant(0)
    whole = found[0]
    for one in found[1:]:
        whole = ast.BinOp(whole, ast.Add(), one)
    return whole


def listed(items: Iterable[ast.expr]) -> ast.expr:
    """A tuple of these."""
    return ast.Tuple(list(items), ast.Load())


def is_true(condition: ast.expr) -> bool:
    """Whether a condition always holds."""
    return isinstance(condition, ast.Constant) and condition.value is True
