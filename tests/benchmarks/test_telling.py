"""What a run of the benchmarks tells, and whom it no longer asks; no clock runs here but over sides that do nothing."""

from __future__ import annotations

import re

import pytest

from tests.benchmarks import matchings, rivals
from tests.benchmarks.matchings import OWN, WHOLE, Times, fastest, measured, rows
from tests.benchmarks.measuring import Row
from tests.benchmarks.qualifying import Matching, expected
from tests.benchmarks.rivals import Lines, Rules
from tests.benchmarks.telling import BEGIN, END, Measured, on_page
from tests.house.tree import ROOT

TIMES: Times = {
    OWN: {10: 0.00001, 100: 0.00001, 1_000: 0.00002, 10_000: 0.00002},
    WHOLE: {10: 0.001, 100: 0.001, 1_000: 0.0012, 10_000: 0.0015},
    "one": {10: 0.0001, 100: 0.0002, 1_000: 0.003, 10_000: 0.03},
    "other": {10: 0.00005, 100: 0.0005, 1_000: 0.005},
}


@pytest.fixture(autouse=True)
def nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """The others are installed by `make bench` alone."""
    monkeypatch.setattr("tests.benchmarks.telling.version", lambda name: "1.0")


def test_the_fastest_of_the_others_is_what_this_engine_is_held_to() -> None:
    assert [fastest(TIMES, count) for count in matchings.SIZES] == ["other", "one", "one", "one"]
    assert list(rows(TIMES)) == [
        Row("matching 10 rules × 10 lines: other / loyalty-rules", "5.0 ×"),
        Row("matching 100 rules × 10 lines: one / loyalty-rules", "20.0 ×", "at least 20 ×"),
        Row("matching 1,000 rules × 10 lines: one / loyalty-rules", "150.0 ×", "at least 50 ×"),
        Row("matching 10,000 rules × 10 lines: one / loyalty-rules", "1500.0 ×"),
    ]
    assert list(rows({OWN: TIMES[OWN], WHOLE: TIMES[WHOLE]})) == []


def quick(rules: Rules, lines: Lines) -> Matching:
    return Matching(lambda: expected(rules, lines))


def wrong(rules: Rules, lines: Lines) -> Matching:
    return Matching(lambda: ())


def test_whom_nobody_would_wait_for_is_not_asked_about_more_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matchings, "RIVALS", {"quick": quick})
    monkeypatch.setattr(matchings, "SIZES", (10, 20, 100))
    monkeypatch.setattr(matchings, "seconds", lambda *asked, runs=5: [0.5] * len(asked))
    assert measured(True, lambda what: None)["quick"] == {10: 0.5, 20: 0.5, 100: 0.5}
    monkeypatch.setitem(rivals.MOST, "quick", 99)
    assert measured(True, lambda what: None)["quick"] == {10: 0.5, 20: 0.5}
    monkeypatch.delitem(rivals.MOST, "quick")
    monkeypatch.setattr(matchings, "PATIENCE", 0.0)
    assert measured(True, lambda what: None)["quick"] == {10: 0.5, 20: 0.5}
    assert measured(False, lambda what: None).keys() == {OWN, WHOLE}


def test_a_rival_with_another_answer_stops_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matchings, "RIVALS", {"wrong": wrong})
    with pytest.raises(SystemExit, match="wrong, 10 rules: the answers differ"):
        measured(True, lambda what: None)


def test_the_run_writes_its_figures_into_the_page() -> None:
    found = Measured((Row("a / b", "5 ×", "4 ×"), Row("c", "7")), TIMES, 50)
    page = on_page(f"# Speed\n\n{BEGIN}\nold\n{END}\n\nThe rest.\n", found)
    assert page.startswith(f"# Speed\n\n{BEGIN}\nMeasured on 20")
    assert page.endswith(f"\n{END}\n\nThe rest.\n")
    assert "| what | figure | aim |\n| --- | --- | --- |\n| a / b | 5 × | 4 × |\n| c | 7 | |\n" in page
    assert "| other | 50 | 500 | 5,000 | |\n" in page
    assert re.search(r"with 50 households: CPython 3\.\d+\.\d+ on \d+ cores of .+ GiB of memory, ", page)
    assert all(f"{name} 1.0" in page for name in ("loyalty-rules", *rivals.PACKAGES))
    assert on_page(page, found) == page


def test_a_page_without_a_place_for_figures_is_refused() -> None:
    with pytest.raises(SystemExit, match="to write between"):
        on_page("# Speed\n", Measured((), TIMES, 50))


def test_the_page_has_a_place_for_them() -> None:
    page = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
    assert page.count(BEGIN) == page.count(END) == 1
