"""One function as it is put together: its statements, the values that it reads, and what is known where."""

from __future__ import annotations

import ast
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from loyalty_rules.fused.quoting import Part, is_true, quoted
from loyalty_rules.source import Span

#: All that a function may call by itself; anything else is handed to it.
_CALLED: Final[Mapping[str, object]] = {
    "TypeError": TypeError,
    "ValueError": ValueError,
    "any": any,
    "dict": dict,
    "hash": hash,
    "int": int,
    "isinstance": isinstance,
    "len": len,
    "list": list,
    "map": map,
    "max": max,
    "min": min,
    "sum": sum,
    "sorted": sorted,
    "tuple": tuple,
    "type": type,
    "zip": zip,
}


class LeftError(Exception):
    """Something is left to the ordinary path: the clause for which it is; without one, the role of its phrase."""

    def __init__(self, clause: Span | None, role: str = "") -> None:
        super().__init__(role)
        self.clause = clause
        self.role = role


class Code:
    """Statements, in blocks one inside another. What was worked out in a block is known in it and in those inside."""

    def __init__(self) -> None:
        self._values: dict[str, object] = dict(_CALLED)
        self._constants: dict[int, tuple[str, object]] = {}
        self._count = 0
        self._blocks: list[list[ast.stmt]] = [[]]
        self._known: list[dict[Hashable, str]] = [{}]

    # ---------- names

    def fresh(self, what: str) -> str:
        """A name that stands for nothing yet."""
        self._count += 1
        return f"{what}_{self._count}"

    def value(self, value: object, what: str = "value") -> str:
        """The name under which the function reads a value that is handed to it."""
        found = self._constants.get(id(value))
        if found is None:
            found = self._constants[id(value)] = (self.fresh(what), value)
            self._values[found[0]] = value
        return found[0]

    # ---------- statements

    def add(self, pattern: str, **parts: Part) -> None:
        """Statements at the end of the block."""
        self._blocks[-1] += quoted(pattern, **parts)

    def add_all(self, statements: list[ast.stmt]) -> None:
        self._blocks[-1] += statements

    @contextmanager
    def block(self) -> Iterator[list[ast.stmt]]:
        """While statements go into a block of their own."""
        inner: list[ast.stmt] = []
        self._blocks.append(inner)
        self._known.append({})
        try:
            yield inner
        finally:
            self._blocks.pop()
            self._known.pop()

    def when(self, condition: ast.expr, inner: list[ast.stmt]) -> None:
        """Statements that are done where a condition holds."""
        if is_true(condition):
            self.add_all(inner)
        elif inner:
            self.add("if CONDITION:\n    INNER", CONDITION=condition, INNER=inner)

    def once(self, key: Hashable, make: Callable[[], ast.expr], what: str) -> str:
        """The variable in which something stands that is worked out once in a block, and what is inside of it."""
        for known in reversed(self._known):
            if key in known:
                return known[key]
        made, variable = make(), self.fresh(what)
        self.add("VARIABLE = MADE", VARIABLE=variable, MADE=made)
        self._known[-1][key] = variable
        return variable

    # ---------- the function

    def function(self, parameters: tuple[str, ...]) -> Any:
        """The statements as a function."""
        whole = quoted("def fused(PARAMETER):\n    BODY", PARAMETER="x", BODY=self._blocks[0])
        module = ast.Module(whole, [])
        made = module.body[0]
        if isinstance(made, ast.FunctionDef):
            made.args.args = [ast.arg(name) for name in parameters]
        names = {**self._values, "__builtins__": {}}
        # The tree is made of patterns that stand in this package, and of constants.
        exec(compile(ast.fix_missing_locations(module), "<fused>", "exec"), names)  # noqa: S102
        return names["fused"]
