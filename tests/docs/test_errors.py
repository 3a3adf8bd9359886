"""The table of errors names every code that the package raises, and no other."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_RAISED = frozenset(
    {
        "InputError",
        "ClockBehindError",
        "DecisionError",
        "SettingsError",
        "RuleFileError",
        "PickleRefused",
        "RulesetError",
        "check_name",
        "_refuse",
        "_wrong",
    }
)
_CODE = re.compile(r"[a-z]+\.[a-z_]+")


def codes_in(source: str) -> set[str]:
    """The dotted codes that a module raises: first arguments of errors, and what is called `code` or `_CODES`."""
    return {code for value in _values(ast.parse(source)) for code in _texts(value) if _CODE.fullmatch(code)}


def _values(tree: ast.AST) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args and _name(node.func) in _RAISED:
            yield node.args[0]
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(target, ast.Name) and target.id in ("code", "_CODES") for target in targets):
                yield node.value


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _texts(value: ast.expr) -> Iterator[str]:
    for node in ast.walk(value):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def raised() -> set[str]:
    modules = sorted((ROOT / "loyalty_rules").rglob("*.py"))
    found = (codes_in(module.read_text(encoding="utf-8")) for module in modules if module.parent.name != "problems")
    return set[str]().union(*found)


def told() -> list[str]:
    page = (ROOT / "docs" / "embedding.md").read_text(encoding="utf-8")
    table = page.partition("| code | says |")[2]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    return [code for row in rows for code in re.findall(r"`([^`]+)`", row)]


def test_every_code_that_is_raised_is_in_the_table_and_no_other() -> None:
    assert sorted(raised() - set(told())) == []
    assert sorted(set(told()) - raised()) == []
    assert len(told()) == len(set(told()))


def test_a_code_is_found_however_it_is_raised() -> None:
    source = (
        'raise InputError("a.b", "c.d")\ncode = "e.f" if x else "g.h"\n_CODES: Final = {"missing": "i.j"}\n'
        'other = "k.l"\nRefused("m.n")\nself._refuse("o.p", "q.r")\n'
    )
    assert codes_in(source) == {"a.b", "e.f", "g.h", "i.j", "o.p"}
