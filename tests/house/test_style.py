"""The bans of the style checker, tripped through its own settings; and that Russian is welcome."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.house.tree import ROOT

HEADER = '"""Sample."""\n\nfrom __future__ import annotations\n\n'

#: Snippet for the core, and the code that must be reported.
BANNED = [
    ("import datetime\n\nx = datetime.datetime.now()\n", "TID251"),
    ("import datetime\n\nx = datetime.date.today()\n", "TID251"),
    ("import time\n\nx = time.time()\n", "TID251"),
    ("import random\n\nx = random.random()\n", "TID251"),
    ("import os\n\nx = os.environ\n", "TID251"),
    ("from os import getenv\n\nx = getenv('A')\n", "TID251"),
    ("import decimal\n\nx = decimal.getcontext()\n", "TID251"),
    ("import locale\n\nx = locale.getlocale()\n", "TID251"),
    ("import pickle\n\nx = pickle.loads\n", "TID251"),
    ("import marshal\n\nx = marshal.loads\n", "TID251"),
    ("import builtins\n\nx = builtins.hash('a')\n", "TID251"),
    ("x = open('a')\n", "PTH123"),
    ("x = eval('1')\n", "S307"),
    ("exec('x = 1')\n", "S102"),
    ("import datetime\n\nx = datetime.datetime(2026, 1, 1)\n", "DTZ001"),
    ("print('x')\n", "T201"),
    ("from . import text\n\nx = text\n", "TID252"),
    ("x = 1 # " + "x" * 120 + "\n", "E501"),
    ("try:\n    x = 1\nexcept Exception:\n    x = 2\n", "BLE001"),
]


def reported(path: str, text: str) -> set[str]:
    """The codes reported for `text` as if it stood in the file `path`."""
    command = [
        sys.executable,
        "-m",
        "ruff",
        "check",
        "--output-format=json",
        "--no-cache",
        "--stdin-filename",
        path,
        "-",
    ]
    run = subprocess.run(command, cwd=ROOT, input=HEADER + text, capture_output=True, text=True, check=False)
    assert run.returncode in (0, 1), run.stderr
    return {problem["code"] for problem in json.loads(run.stdout)}


@pytest.mark.parametrize(("text", "code"), BANNED)
def test_the_core_may_not_name_what_a_decision_must_not_depend_on(text: str, code: str) -> None:
    assert code in reported("loyalty_rules/engine/sample.py", text)


@pytest.mark.parametrize("path", ["loyalty_rules/adapters/sample.py", "loyalty_rules/testing/sample.py", "tests/x.py"])
def test_what_has_files_and_a_clock_may_name_them(path: str) -> None:
    assert reported(path, "import time\nfrom pathlib import Path\n\nx = (time.time(), Path())\n") == set()


def test_russian_text_is_not_taken_for_lookalikes() -> None:
    text = '\ndef f() -> str:\n    """Баллы за кофе: сто рублей."""\n    return "а"  # скидка\n'
    assert reported("loyalty_rules/engine/sample.py", text) == set()
