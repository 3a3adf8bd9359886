"""The import contracts of pyproject.toml, tripped one by one on a small package of the same shape."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import ROOT

LINT_IMPORTS = Path(sys.executable).parent / "lint-imports"
MODULES = (
    *("errors", "source", "text", "amounts", "currencies", "calendar", "events", "member", "decision", "diagnostics"),
    *("problems.reading", "lang.parser", "lang.tables", "lang.checker", "engine.plan", "ledger.lots", "settlement"),
    *("rendering", "programme", "testing.runner", "adapters.wire", "adapters.cli.main"),
)

#: (module, what it imports, the contract that is broken)
BROKEN = [
    ("lang.checker", "import loyalty_rules.engine.plan", "Imports run one way"),
    ("engine.plan", "from loyalty_rules.ledger import lots", "Imports run one way"),
    ("ledger.lots", "from loyalty_rules.engine import plan", "Imports run one way"),
    ("engine.plan", "from loyalty_rules import settlement", "Imports run one way"),
    ("settlement", "from loyalty_rules import rendering", "Imports run one way"),
    ("programme", "from loyalty_rules.testing import runner", "Imports run one way"),
    ("testing.runner", "from loyalty_rules.adapters import wire", "Imports run one way"),
    ("problems.reading", "from loyalty_rules.lang import parser", "Imports run one way"),
    ("errors", "from loyalty_rules import text", "Imports run one way"),
    ("lang.checker", "from lark import Lark", "lark only in the parser and the table builder"),
    ("adapters.cli.main", "import lark.exceptions", "lark only in the parser and the table builder"),
    ("programme", "from pydantic import BaseModel", "pydantic only at the wire"),
    ("adapters.cli.main", "import pydantic_core", "pydantic only at the wire"),
    ("lang.checker", "import hypothesis.strategies", "hypothesis and pytest only in testing"),
    ("adapters.wire", "import pytest", "hypothesis and pytest only in testing"),
    ("adapters.wire", "import durable.lang", "durable-rules only in its adapter"),
]
ALLOWED = [
    ("lang.parser", "import lark"),
    ("lang.tables", "from lark.parsers import lalr_analysis"),
    ("adapters.wire", "import pydantic"),
    ("testing.runner", "import hypothesis, pytest"),
    ("settlement", "from loyalty_rules import engine, ledger"),
]


def package(folder: Path) -> None:
    """A package with one empty module for each of `MODULES`, held to this project's contracts."""
    (folder / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    for name in MODULES:
        module = folder.joinpath("loyalty_rules", *name.split(".")).with_suffix(".py")
        module.parent.mkdir(parents=True, exist_ok=True)
        module.touch()
        for parent in module.relative_to(folder).parents:
            if parent.name:
                (folder / parent / "__init__.py").touch()


def lint(folder: Path) -> tuple[int, str]:
    command = [str(LINT_IMPORTS), "--no-cache"]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return run.returncode, run.stdout + run.stderr


def add(folder: Path, module: str, line: str) -> None:
    path = folder.joinpath("loyalty_rules", *module.split(".")).with_suffix(".py")
    path.write_text(f"{line}\n", encoding="utf-8")


@pytest.mark.parametrize(("module", "line", "contract"), BROKEN)
def test_an_import_against_the_layers_breaks_its_contract(
    tmp_path: Path, module: str, line: str, contract: str
) -> None:
    package(tmp_path)
    add(tmp_path, module, line)
    code, output = lint(tmp_path)
    assert code == 1, output
    assert f"{contract} BROKEN" in output


def test_the_imports_that_each_layer_is_there_for_are_kept(tmp_path: Path) -> None:
    package(tmp_path)
    for module, line in ALLOWED:
        add(tmp_path, module, line)
    code, output = lint(tmp_path)
    assert code == 0, output


def test_a_new_module_at_the_top_needs_a_place_in_the_layers(tmp_path: Path) -> None:
    package(tmp_path)
    add(tmp_path, "helpers", "x = 1")
    code, output = lint(tmp_path)
    assert code == 1, output
    assert "helpers" in output
