"""Promises that the examples do not keep, and who finds it out: the check of the file, or random orders.

Those of `false_promises.toml` are written into the example files, one at a time. The check breaks a promise by an order
that it has decided; what it leaves open is accepted by an `allow`, and goes through the histories that
`loyalty test --fuzz` draws, with the same seed the same ones.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple
from unittest import mock

from loyalty_rules import Programme, check
from loyalty_rules.problems.promises import PromiseBroken
from loyalty_rules.testing import fuzz as fuzzing
from loyalty_rules.testing.fuzz import FuzzReport
from loyalty_rules.testing.properties import PROPERTIES
from loyalty_rules.testing.telling import told_finding, words

EXAMPLES: Final = Path(__file__).resolve().parents[2] / "examples"
#: As many of them have to be broken, each within so many orders.
LEAST: Final = 28
ORDERS: Final = 10_000
NAME: Final = "untrue"
_BLOCKS: Final = {
    "loyalty": 'promise {name}\n  {always}\n  allow L161 "tried on random orders"\nend\n',
    "правила": 'обещание {name}\n  {always}\n  допустить L161 "проверяется случайными заказами"\nконец\n',
}
#: The one that is asked here: to look at all others, too, would draw the same histories and take ten times as long.
_KEPT: Final = MappingProxyType({"promises_kept": PROPERTIES["promises_kept"]})


class FalsePromise(NamedTuple):
    file: str
    always: str
    why: str

    @property
    def text(self) -> str:
        """The example file with the promise at its end."""
        text = (EXAMPLES / self.file).read_text(encoding="utf-8")
        return f"{text}\n{_BLOCKS[text.split()[0]].format(name=NAME, always=self.always)}"


class Answer(NamedTuple):
    """`by` is "check" or "orders", or "" where nobody broke the promise; `told` is what the author gets to read."""

    by: str
    orders: int
    told: str


def false_promises() -> tuple[FalsePromise, ...]:
    rows = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))["promise"]
    return tuple(FalsePromise(**row) for row in rows)


def asked(one: FalsePromise, *, orders: int = ORDERS, seed: int = 0) -> Answer:
    """Who breaks a promise, and after how many orders."""
    report = check(one.text, name=one.file)
    problems = [found.problem for found in report.diagnostics]
    for problem in problems:
        if isinstance(problem, PromiseBroken):
            return Answer("check", 1, problem.example)
    if report.programme is None:
        raise ValueError(f"{one.file} cannot be asked: {problems}")
    if (NAME, "open") not in report.promises:
        return Answer("", 0, "proved")
    found = tried(report.programme, orders=orders, seed=seed)
    told = [told_finding(finding, words(report.programme.language)) for finding in found.findings]
    return Answer("orders", found.orders, told[0]) if told else Answer("", found.orders, "open")


def tried(programme: Programme, *, orders: int = ORDERS, seed: int = 0) -> FuzzReport:
    """The histories of `loyalty test --fuzz`, asked for broken promises alone: up to so many orders, or the first that
    breaks one."""
    with mock.patch.object(fuzzing, "PROPERTIES", _KEPT):
        return fuzzing.fuzz(programme, orders=orders, seed=seed)
