"""The public names are those of `public_api.txt`, which is typed by hand: no name becomes public by accident."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path
from types import ModuleType

import pytest

from tests.house.tree import ROOT

SNAPSHOT = Path(__file__).with_name("public_api.txt")


def sections(text: str) -> dict[str, list[str]]:
    """Module -> names, in the order of the file."""
    found: dict[str, list[str]] = {}
    names: list[str] | None = None
    for line in text.splitlines():
        word = line.partition("#")[0].strip()
        if word.startswith("["):
            names = found.setdefault(word.strip("[]"), [])
        elif word and names is None:
            raise ValueError(f"{word!r} stands before the first [module]")
        elif word and names is not None:
            names.append(word)
    return found


def differences(module: ModuleType, names: list[str]) -> list[str]:
    """What the snapshot and `__all__` do not agree on, and names of it that are not there."""
    exported = list(getattr(module, "__all__", ()))
    return [
        *(f"{name}: public, not in the snapshot" for name in sorted(set(exported) - set(names))),
        *(f"{name}: in the snapshot, not public" for name in sorted(set(names) - set(exported))),
        *(f"{name}: in __all__, not defined" for name in exported if not hasattr(module, name)),
        *(f"{name}: twice" for name in sorted({name for name in exported if exported.count(name) > 1})),
    ]


def unlisted(init: str) -> list[str]:
    """Names that an `__init__` binds without listing them: a host would come to use them all the same."""
    tree = ast.parse(init)
    bound: list[str] = []
    listed: set[str] = set()
    for node in tree.body:
        match node:
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                if not (isinstance(node, ast.ImportFrom) and node.module == "__future__"):
                    bound += [(alias.asname or alias.name).partition(".")[0] for alias in names]
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                bound.append(name)
            case (
                ast.Assign(targets=[ast.Name(id="__all__")], value=value)
                | ast.AnnAssign(target=ast.Name(id="__all__"), value=ast.expr() as value)
            ):
                listed = set(ast.literal_eval(value))
            case ast.Assign(targets=targets):
                bound += [target.id for target in targets if isinstance(target, ast.Name)]
            case ast.AnnAssign(target=ast.Name(id=name)):
                bound.append(name)
    return sorted(name for name in bound if name not in listed and not name.startswith("_"))


def test_the_public_names_are_those_of_the_snapshot() -> None:
    snapshot = sections(SNAPSHOT.read_text(encoding="utf-8"))
    assert "loyalty_rules" in snapshot
    found = {name: differences(importlib.import_module(name), names) for name, names in snapshot.items()}
    assert found == {name: [] for name in snapshot}


def test_the_package_binds_its_public_names_and_nothing_else() -> None:
    assert unlisted((ROOT / "loyalty_rules" / "__init__.py").read_text(encoding="utf-8")) == []


def test_a_difference_from_the_snapshot_is_named() -> None:
    module = ModuleType("sample")
    module.__dict__.update({"__all__": ["load", "gone", "load"], "load": len})
    assert differences(module, ["load", "check"]) == [
        "gone: public, not in the snapshot",
        "check: in the snapshot, not public",
        "gone: in __all__, not defined",
        "load: twice",
    ]


def test_a_name_bound_without_being_listed_is_named() -> None:
    init = "from a import b, c as d\nimport e.f\nx: int = 1\ny = 2\n_z = 3\ndef g(): pass\n__all__ = ['b', 'y']\n"
    assert unlisted(init) == ["d", "e", "g", "x"]


def test_a_snapshot_is_read_by_module() -> None:
    assert sections("# c\n[a]\nx\ny  # why\n\n[a.b]\nz\n") == {"a": ["x", "y"], "a.b": ["z"]}
    with pytest.raises(ValueError, match="before the first"):
        sections("x\n[a]\n")
