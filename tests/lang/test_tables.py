"""The parse tables: made from the grammar page alone, without a conflict, every rule with a builder."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from lark.exceptions import GrammarError

from loyalty_rules.errors import SettingsError
from loyalty_rules.lang import parser
from loyalty_rules.lang.building.clauses import BUILDERS
from loyalty_rules.lang.tables import STARTS, TABLES_FILE, build, grammar_text
from tests.lang.support import ROOT

SCRIPT = "import sys; from loyalty_rules.lang.tables import *; sys.stdout.write(build(grammar_text()))"


@pytest.mark.parametrize("seed", ["1", "4321"])
def test_the_tables_are_those_of_the_grammar_whatever_the_hash_seed(seed: str) -> None:
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env={**os.environ, "PYTHONHASHSEED": seed},
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    assert run.stdout == (ROOT / "grammar" / TABLES_FILE).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "grammar",
    ["aa: aa PLUS aa | NAME", "aa: bb | cc\nbb: NAME\ncc: NAME"],
    ids=["shift or reduce", "one rule or the other"],
)
def test_a_conflict_is_refused(grammar: str) -> None:
    with pytest.raises(GrammarError):
        build(grammar, ["aa"])


def test_every_rule_has_a_builder_or_hands_on_one_thing() -> None:
    data = json.loads(build(grammar_text()))
    used = {builder for builder, _, expansion in data["rules"]}
    needed = {
        builder for builder, _, expansion in data["rules"] if len(expansion) != 1 and not builder.startswith("__")
    }
    assert needed <= BUILDERS.keys() <= used


def test_a_rule_without_a_builder_is_refused() -> None:
    assert parser._callback("nothing_here", ["AND"])([7]) == 7
    with pytest.raises(SettingsError) as caught:
        parser._callback("nothing_here", ["AND", "OR"])
    assert caught.value.code == "grammar.builder"
    with pytest.raises(SettingsError):  # nobody would lay out what it repeats
        parser._callback("nothing_here", ["__names_star_4"])


def test_the_starts_are_those_of_the_grammar() -> None:
    data = json.loads(build(grammar_text()))
    assert [start for start, _, _ in data["starts"]] == sorted(STARTS)
