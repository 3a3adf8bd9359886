"""The small changes that can be made to a module: where, what stood there, what stands there now.

Only bodies of functions are changed: a function whose code is replaced is the same object to all who have imported it,
so that a process that has imported everything can be forked and changed, which takes milliseconds.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias

ROOT: Final = Path(__file__).resolve().parents[2]

_COMPARED: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_COUNTED: Final[dict[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Div: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
_CALLED: Final = {"min": "max", "max": "min", "any": "all", "all": "any", "sorted": "list"}

_Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
#: Puts the change of a node in its place; gives the node that stands there then.
_Change: TypeAlias = Callable[[], ast.AST]


class Mutant(NamedTuple):
    """A change: the file, the outermost function, and the how-manieth change of the module it is."""

    path: str
    function: str
    number: int
    line: int
    before: str
    after: str

    @property
    def package(self) -> str:
        """`lang`, `engine`, …; of a module at the top its name."""
        return self.path.split("/")[1].removesuffix(".py")

    @property
    def place(self) -> str:
        return f"{self.path}:{self.line}"


class _Found(NamedTuple):
    function: str
    node: ast.AST
    make: _Change


def count(text: str) -> int:
    """How many changes can be made to a module."""
    return sum(1 for _ in _changes(ast.parse(text)))


def mutant(path: str, text: str, number: int) -> Mutant:
    """What a change is."""
    function, node, make = _at(ast.parse(text), number)
    before = ast.unparse(node)
    return Mutant(path, function, number, getattr(node, "lineno", 0), before, ast.unparse(make()))


def changed(text: str, number: int) -> ast.Module:
    """The module with one change made; lines are where they were."""
    tree = ast.parse(text)
    _at(tree, number).make()
    return ast.fix_missing_locations(tree)


def _at(tree: ast.Module, number: int) -> _Found:
    return next(one for place, one in enumerate(_changes(tree)) if place == number)


def _changes(tree: ast.Module) -> Iterator[_Found]:
    for name, function in _functions(tree, ""):
        for statement in function.body:
            for node, parent, field, place in _nodes(statement, function, "body", function.body.index(statement)):
                yield from (_Found(name, node, make) for make in _of(node, parent, field, place))
                test = getattr(node, "test", None)
                if isinstance(node, ast.If | ast.IfExp | ast.While) and not isinstance(test, ast.Compare | ast.UnaryOp):
                    yield _Found(name, node.test, partial(_negated, node))


def _functions(node: ast.AST, prefix: str) -> Iterator[tuple[str, _Function]]:
    """Those that stand in the module or in a class, by their qualified names."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, _Function):
            yield f"{prefix}{child.name}", child
        elif isinstance(child, ast.ClassDef):
            yield from _functions(child, f"{prefix}{child.name}.")


def _nodes(
    node: ast.AST, parent: ast.AST, field: str, place: int | None
) -> Iterator[tuple[ast.AST, ast.AST, str, int | None]]:
    """A node and all below it, without annotations, documentation, and what nested functions are given as defaults."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return
    yield node, parent, field, place
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "args", "decorator_list") and not isinstance(node, ast.Call):
            continue
        for at, child in enumerate(value if isinstance(value, list) else [value]):
            if isinstance(child, ast.AST):
                yield from _nodes(child, node, name, at if isinstance(value, list) else None)


def _of(node: ast.AST, parent: ast.AST, field: str, place: int | None) -> Iterator[_Change]:
    """The changes of one node."""

    def put(other: ast.AST) -> ast.AST:
        ast.copy_location(other, node)
        if place is None:
            setattr(parent, field, other)
        else:
            getattr(parent, field)[place] = other
        return other

    if isinstance(node, ast.stmt):
        yield from _of_statement(node, put)
    elif isinstance(node, ast.expr):
        yield from _of_expression(node, put)
    if isinstance(node, ast.comprehension) and node.ifs:
        yield lambda: _unfiltered(node)


def _of_statement(node: ast.stmt, put: Callable[[ast.AST], ast.AST]) -> Iterator[_Change]:
    dropped = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    if dropped or isinstance(node, ast.AugAssign | ast.Raise | ast.Continue):
        yield lambda: put(ast.Pass())
    elif isinstance(node, ast.Return) and not (node.value is None or _is_empty(node.value)):
        yield lambda: put(ast.Return(ast.Constant(None)))
    elif isinstance(node, ast.Break):
        yield lambda: put(ast.Continue())


def _of_expression(node: ast.expr, put: Callable[[ast.AST], ast.AST]) -> Iterator[_Change]:
    if isinstance(node, ast.Compare):
        for place in range(len(node.ops)):
            yield partial(_compared, node, place)
    elif isinstance(node, ast.BoolOp):
        yield lambda: _joined(node)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):
        yield lambda: put(node.operand)
    elif isinstance(node, ast.BinOp) and type(node.op) in _COUNTED:
        yield lambda: _counted(node)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int):
        value = not node.value if isinstance(node.value, bool) else node.value + 1
        yield lambda: put(ast.Constant(value))
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _CALLED:
        yield from () if node.func.id == "sorted" and node.keywords else [partial(_called, node, node.func)]


def _is_empty(node: ast.expr) -> bool:
    """What is hardly told from None: None and False themselves."""
    return isinstance(node, ast.Constant) and not node.value


def _negated(node: ast.If | ast.IfExp | ast.While) -> ast.AST:
    node.test = ast.copy_location(ast.UnaryOp(ast.Not(), node.test), node.test)
    return node.test


def _unfiltered(node: ast.comprehension) -> ast.AST:
    node.ifs = node.ifs[1:]
    return node


def _compared(node: ast.Compare, place: int) -> ast.AST:
    node.ops[place] = _COMPARED[type(node.ops[place])]()
    return node


def _joined(node: ast.BoolOp) -> ast.AST:
    node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    return node


def _counted(node: ast.BinOp) -> ast.AST:
    node.op = _COUNTED[type(node.op)]()
    return node


def _called(node: ast.Call, name: ast.Name) -> ast.AST:
    node.func = ast.copy_location(ast.Name(_CALLED[name.id], ast.Load()), name)
    return node
