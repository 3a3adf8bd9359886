"""The rules of `rules.py` over the whole tree, and a snippet that trips each of them."""

from __future__ import annotations

import pytest

from tests.house import rules
from tests.house.rules import Rule, breaches, rules_for
from tests.house.tree import File, files, python_files

CORE = "loyalty_rules/engine/sample.py"
ADAPTER = "loyalty_rules/adapters/sample.py"
TEST = "tests/engine/test_sample.py"

#: (rule, path, a snippet that breaks it, a snippet next to it that does not)
SAMPLES: list[tuple[Rule, str, str, str]] = [
    (rules.module_size, CORE, "x = 1\n" * 501, "x = 1\n" * 500),
    (rules.function_size, CORE, "def f():\n" + "    x = 1\n" * 60, "def f():\n" + "    x = 1\n" * 59),
    (rules.unfinished_words, "docs/a.md", "TO" + "DO: write", "to do: write"),
    (rules.unfinished_words, CORE, "# FIX" + "ME", "# mend"),
    (rules.unfinished_words, CORE, "# X" + "XX later", 'refused = "X' + 'XX"  # no currency'),
    (rules.workplace_words, "docs/a.md", "see " + "/wo" + "rk/main", "see network/main"),
    (rules.workplace_words, CORE, "# " + "/ro" + "ot/x", "# the /rooted/ tree"),
    (rules.workplace_words, "docs/a.md", "from " + "pypi" + ".org", "from the package index"),
    (rules.workplace_words, "docs/a.md", "see shared" + "/design/x.md", "see docs/design.md"),
    (rules.module_docstring, ADAPTER, "x = 1", '"""Why."""\nx = 1'),
    (rules.assertions, ADAPTER, "assert x, 'text'", "assert_never(x)"),
    (rules.broad_excepts, ADAPTER, "try:\n    f()\nexcept:\n    pass", "try:\n    f()\nexcept KeyError:\n    pass"),
    (rules.broad_excepts, ADAPTER, "try:\n    f()\nexcept Exception as e:\n    pass", "raise Exception"),
    (
        rules.broad_excepts,
        ADAPTER,
        "try:\n    f()\nexcept (KeyError, BaseException):\n    pass",
        "class Exception_: pass",
    ),
    (rules.stubs, ADAPTER, "raise NotImplementedError('later')", "raise InputError('x')"),
    (rules.stubs, ADAPTER, "raise NotImplementedError", "try:\n    f()\nexcept NotImplementedError:\n    pass"),
    (rules.parser_traps, CORE, "Lark(grammar, cache=True)", "functools.cache(f)"),
    (rules.parser_traps, CORE, "Lark(grammar, parser='earley')", "Lark(grammar, parser='lalr')"),
    (rules.floats, CORE, "rate = 0.1", "rate = '0.1'"),
    (rules.floats, CORE, "rate = 1e3", "rate = 1_000"),
    (rules.floats, CORE, "math.sqrt(x)", "math.gcd(x, y)"),
    (rules.floats, CORE, "from math import floor", "from math import gcd"),
    (rules.ambient, CORE, "float(x)", "Fraction(x)"),
    (rules.ambient, CORE, "round(x)", "round_exact(x, mode)"),
    (rules.ambient, CORE, "hash(x)", "x.hash"),
    (rules.ambient, CORE, "eval(x)", "evaluate(x)"),
    (rules.ambient, CORE, "exec(x)", "execute(x)"),
    (rules.ambient, "loyalty_rules/values.py", "eval(x)", "exec(x), hash(x)"),
    (rules.ambient, CORE, "open('x')", "resource.open('x')"),
    (rules.ambient, CORE, "io.open('x')", "io.BytesIO(b'x')"),
    (rules.ambient, CORE, "from io import open", "from io import BytesIO"),
    (rules.ambient, CORE, "datetime.now(UTC)", "context.now"),
    (rules.ambient, CORE, "date.today()", "member.today"),
    (rules.ambient, CORE, "datetime.utcnow()", "datetime(2026, 1, 1)"),
    (rules.ambient, CORE, "date.fromtimestamp(0)", "date.fromordinal(1)"),
    (rules.ambient, CORE, "import time", "import datetime"),
    (rules.ambient, CORE, "import random", "import hmac"),
    (rules.ambient, CORE, "from os import environ", "from operator import itemgetter"),
    (rules.ambient, CORE, "import os.path", "import importlib.resources"),
    (rules.ambient, CORE, "import pickle", "import json"),
    (rules.ambient, CORE, "decimal.getcontext().prec = 50", "decimal.Decimal('1')"),
    (rules.ambient, CORE, "from decimal import localcontext", "from decimal import Decimal"),
    (rules.ambient, CORE, "sys.setrecursionlimit(10**6)", "sys.getsizeof"),
    (rules.hash_order, CORE, "for x in {a, b}:\n    f(x)", "for x in sorted({a, b}):\n    f(x)"),
    (rules.hash_order, CORE, "tuple(set(x))", "tuple(sorted(set(x)))"),
    (rules.hash_order, CORE, "','.join({x for x in y})", "','.join(x for x in y)"),
    (rules.hash_order, CORE, "[x for x in set(a) | b]", "{x for x in set(a) | b}"),
    (rules.hash_order, CORE, "[*frozenset(a)]", "[*a]"),
    (rules.skipped_tests, TEST, "@pytest.mark.skip\ndef test_x(): pass", "def test_skip(): pass"),
    (rules.skipped_tests, TEST, "pytest.importorskip('x')", "import x"),
    (
        rules.skipped_tests,
        TEST,
        "@pytest.mark.xfail\ndef test_x(): pass",
        "@pytest.mark.parametrize('a', [1])\ndef t(): pass",
    ),
    (
        rules.models_stand_alone,
        "tests/models/m.py",
        "from loyalty_rules.engine import plan",
        "from fractions import Fraction",
    ),
    (
        rules.models_stand_alone,
        "tests/models/m.py",
        "from loyalty_rules import ledger",
        "from loyalty_rules import events",
    ),
    (rules.models_stand_alone, "tests/models/m.py", "import loyalty_rules.ledger.lots", "import loyalty_rules.amounts"),
    (rules.models_stand_alone, "tests/models/m.py", "from loyalty_rules.settlement import clock", "import datetime"),
]


def name_of(value: object) -> str | None:
    return getattr(value, "__name__", None)


@pytest.mark.parametrize(("rule", "path", "bad", "good"), SAMPLES, ids=name_of)
def test_a_rule_trips_on_a_bad_snippet_and_lets_the_good_one_pass(rule: Rule, path: str, bad: str, good: str) -> None:
    assert rule in rules_for(path)
    assert list(rule(File(path, bad)))
    assert not list(rule(File(path, good)))


def test_every_rule_has_a_snippet_that_trips_it() -> None:
    in_force = {rule for file in python_files() for rule in rules_for(file.path)}
    in_force |= {rule for path in (CORE, ADAPTER, TEST, "tests/models/m.py") for rule in rules_for(path)}
    assert {rule.__name__ for rule in in_force} == {sample[0].__name__ for sample in SAMPLES}


def test_the_core_is_held_to_more_than_the_adapters() -> None:
    assert rules.ambient in rules_for("loyalty_rules/amounts.py")
    assert rules.ambient not in rules_for("loyalty_rules/adapters/cli/clock.py")
    assert rules.ambient not in rules_for("loyalty_rules/testing/runner.py")
    assert rules.module_docstring in rules_for("loyalty_rules/adapters/cli/clock.py")


def test_the_tree_keeps_the_rules() -> None:
    found = files()
    assert any(file.path == "loyalty_rules/__init__.py" for file in found)
    assert [str(breach) for file in found for breach in breaches(file)] == []
