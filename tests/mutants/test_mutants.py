"""What is changed, that a change is made and told, and that those said to change nothing are still there."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from rich.console import Console

from loyalty_rules.calendar import weekday
from tests.mutants import forking
from tests.mutants.__main__ import told
from tests.mutants.changes import ROOT, Mutant, changed, count, mutant
from tests.mutants.forking import NotReplacedError, Pool, Told, replace
from tests.mutants.judging import Equivalent, Looks, Verdict, drawn, equivalents, keep, kept, known_tests, sources

TEXT = '''\
EDGE = 10

class Box:
    """A box."""

    def holds(self, items: list[int], most: int = 3) -> bool:
        """Whether all fit."""
        if self.open and not items:
            return False
        return len(items) + 1 <= most

def first(items: list[int]) -> int:
    best = min(one for one in items if one > EDGE)
    items.remove(best)
    return best if best else -1
'''
CHANGES = [
    ("Box.holds", 8, "self.open and (not items)", "not (self.open and (not items))"),
    ("Box.holds", 8, "self.open and (not items)", "self.open or not items"),
    ("Box.holds", 8, "not items", "items"),
    ("Box.holds", 9, "False", "True"),
    ("Box.holds", 10, "return len(items) + 1 <= most", "return None"),
    ("Box.holds", 10, "len(items) + 1 <= most", "len(items) + 1 < most"),
    ("Box.holds", 10, "len(items) + 1", "len(items) - 1"),
    ("Box.holds", 10, "1", "2"),
    ("first", 13, "min((one for one in items if one > EDGE))", "max((one for one in items if one > EDGE))"),
    ("first", 13, " for one in items if one > EDGE", " for one in items"),
    ("first", 13, "one > EDGE", "one >= EDGE"),
    ("first", 14, "items.remove(best)", "pass"),
    ("first", 15, "return best if best else -1", "return None"),
    ("first", 15, "best", "not best"),
    ("first", 15, "-1", "1"),
    ("first", 15, "1", "2"),
]


def test_bodies_of_functions_are_changed_each_place_once() -> None:
    found = [mutant("a.py", TEXT, number) for number in range(count(TEXT))]
    told = [(one.function, one.line or 13, one.before, one.after) for one in found]
    assert sorted(told) == sorted(CHANGES)


def test_one_change_is_made_and_lines_stay_where_they_are() -> None:
    edge = next(number for number in range(count(TEXT)) if mutant("a.py", TEXT, number).after == "one >= EDGE")
    tree = changed(TEXT, edge)
    assert ast.unparse(tree) == ast.unparse(ast.parse(TEXT.replace("one > EDGE", "one >= EDGE")))
    assert {node.lineno for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)} == {6, 12}


def weekday_of_no_day() -> Mutant:
    """The first change of a function whose answers are known: 1 January 2026 is a Thursday."""
    path = "loyalty_rules/calendar.py"
    text = sources(["calendar"])[path]
    all_of = (mutant(path, text, number) for number in range(count(text)))
    return next(one for one in all_of if one.function == "weekday" and one.after == "return None")


def heard(pool: Pool) -> list[forking.Heard]:
    found: list[forking.Heard] = []
    while pool.children:
        found += pool.heard()
    return found


def test_a_change_is_made_in_a_process_of_its_own() -> None:
    day = 739_617  # 1 January 2026, of days from 1 January of the year 1
    assert weekday(day) == 3
    one, pool = weekday_of_no_day(), Pool(2)

    def work(write: forking.Write) -> None:
        before = weekday(day)
        replace(one)
        write([before, weekday(day)])

    pool.start("a", work, 1)
    assert heard(pool) == [forking.Heard("a", ([3, None],), "")]
    assert weekday(day) == 3


def test_a_child_that_never_ends_is_ended_and_one_that_dies_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forking, "_BESIDE", 0)

    def for_ever(write: forking.Write) -> None:
        write("begun")
        while True:
            pass

    def dies(write: forking.Write) -> None:
        raise ValueError

    pool = Pool(2)
    pool.start("loops", for_ever, 1)
    pool.start("dies", dies, 1)
    assert pool.full
    found = {one.subject: (one.lines, one.ended) for one in heard(pool)}
    assert found == {"loops": (("begun",), "took too long"), "dies": ((), "ended with 1")}


def test_what_nobody_holds_is_not_changed() -> None:
    with pytest.raises(NotReplacedError, match="nobody holds gone"):
        replace(weekday_of_no_day()._replace(function="gone"))


def test_the_quickest_tests_that_come_to_a_function_run_first() -> None:
    at = ("a.py:f",)
    tests = known_tests([Told("slow", 3.0, False, at), Told("fails", 0.1, True, at), Told("quick", 0.5, False, at)])
    one = Mutant("a.py", "f", 0, 1, "x", "y")
    assert tests.of(one, 10) == ("quick", "slow")
    assert tests.of(one, 2) == ("quick",)
    assert tests.of(one, 0.1) == ("quick",)  # one at least
    assert tests.of(one._replace(function="g"), 10) == ()


def test_a_run_goes_on_where_it_stopped_and_tries_survivors_again(tmp_path: Path) -> None:
    first, second = drawn(["calendar"], 5, 2)[0]
    assert drawn(["calendar"], 5, 2)[0] == [first, second] != drawn(["calendar"], 6, 2)[0]
    keep(tmp_path, Verdict(first, "killed", "a test"))
    keep(tmp_path, Verdict(second, "survived", "9 tests"))
    assert list(kept(tmp_path).values()) == [("killed", "a test")]


def test_what_tests_come_to_is_kept_until_the_code_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = "tests/mutants/test_mutants.py"
    looks = Looks(tmp_path, as_looked=False)
    assert looks.of(name) is None
    looks.keep(name, [Told("t", 0.5, False, ("a.py:f",))])
    assert [one.test for one in looks.of(name) or ()] == ["t"]
    looks.code = "another"
    assert looks.of(name) is None
    looks.as_looked = True
    assert [one.test for one in looks.of(name) or ()] == ["t"]


def test_a_module_that_is_none_is_named() -> None:
    with pytest.raises(LookupError, match=r"there is no loyalty_rules/gone\.py"):
        sources(["gone"])


def test_survivors_are_named_and_what_changes_nothing_does_not_count(tmp_path: Path) -> None:
    one = Mutant("loyalty_rules/lang/a.py", "f", 0, 7, "a < b", "a <= b")
    outcomes = ("killed", "took too long", "killed", "survived", "equivalent", "not replaced")
    with (tmp_path / "out").open("w", encoding="utf-8") as file:
        part = told([Verdict(one, outcome, "why") for outcome in outcomes], 90, Console(file=file, width=120))
    assert part == 0.75
    written = (tmp_path / "out").read_text(encoding="utf-8")
    assert "loyalty_rules/lang/a.py:7 f: 'a < b' -> 'a <= b' (why)" in written
    assert written.count("'a < b'") == 1
    assert "6 of 90 changes" in written


def test_what_is_said_to_change_nothing_is_still_there() -> None:
    for one in equivalents():
        text = (ROOT / one.path).read_text(encoding="utf-8")
        assert any(one.is_of(mutant(one.path, text, number)) for number in range(count(text))), one
        assert len(one.reason) > 20, one


def test_a_reason_is_for_one_change_of_one_function() -> None:
    one = Equivalent("a.py", "f", "a < b", "a <= b", "both are the same there")
    change = Mutant("a.py", "f", 3, 9, "a < b", "a <= b")
    assert one.is_of(change)
    assert not one.is_of(change._replace(function="g"))
