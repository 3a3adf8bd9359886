"""`make bench`: how fast, as ratios taken in one run, each beside what is aimed at. Before the clock runs,
the sides of a ratio have given the same answers; a difference stops everything.

Events are ready values on every side. The page docs/performance.md says how to read the figures, and has those of the
last run that was told to write them there.

    python -m tests.benchmarks.speed [--households N] [--history N] [--without-rivals] [--write PAGE]
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Final
from unittest.mock import patch

import pyarrow.parquet
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from loyalty_rules import Programme, Rechecker, load, load_saved, save
from loyalty_rules import check as report
from loyalty_rules.adapters.grocery import GroceryYear, write_purchases
from loyalty_rules.adapters.replay.columns import plain_map
from loyalty_rules.adapters.replay.running import Replay, replay
from loyalty_rules.adapters.replay.spilling import spill
from loyalty_rules.calendar import zone
from loyalty_rules.events import Purchase
from loyalty_rules.fused.running import Orders
from tests.benchmarks import growing, matchings
from tests.benchmarks.answers import by_hand, year_of
from tests.benchmarks.measuring import Action, Row, Say, check, deciding, ratio, seconds
from tests.benchmarks.replaying import RULES, started, watched
from tests.benchmarks.telling import Measured, host, of_matching, of_rows, on_page

HOUSEHOLDS: Final = 50
HISTORY: Final = 10_000

Part = Callable[[Say], Iterator[Row]]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="How fast, beside what is aimed at.")
    parser.add_argument("--households", type=int, default=HOUSEHOLDS, help="how many households of Grocery Club")
    parser.add_argument("--history", type=int, default=HISTORY, help="how many past orders an old member has")
    parser.add_argument("--without-rivals", action="store_true", help="only this engine")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="put the figures into this page")
    asked = parser.parse_args(arguments)
    parts: dict[str, Part] = {
        "Grocery Club": partial(decisions, asked.households),
        "growth": partial(growth, asked.history),
        "loading": loading,
        "replay": partial(replaying, asked.households),
        "start-up": start_up,
    }
    rows: list[Row] = []
    columns = (TextColumn("{task.description:60}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=len(parts) + 1)
        for name, part in parts.items():
            found = list(part(partial(_told, progress, task, name)))
            Console().print(of_rows(name, found))
            rows += found
            progress.advance(task)
        matched = matchings.measured(not asked.without_rivals, partial(_told, progress, task, "matching"))
    found = list(matchings.rows(matched))
    Console().print(of_rows("matching", found), of_matching(matched), host())
    if asked.write is not None:
        measured = Measured((*rows, *found), matched, asked.households)
        page = asked.write.read_text(encoding="utf-8")
        asked.write.write_text(on_page(page, measured), encoding="utf-8")


def _told(progress: Progress, task: TaskID, part: str, what: str) -> None:
    progress.update(task, description=f"{part}: {what}")
    if not progress.console.is_terminal:  # where no bar is shown, lines tell how far it is
        progress.console.print(f"{part}: {what}")


# ---------- parts


def decisions(households: int, say: Say) -> Iterator[Row]:
    """Grocery Club against the loop by hand, which makes neither effects nor shares nor records."""
    say("reading the year")
    year = GroceryYear(households)
    events = {member: list(year.purchases([member])) for member in year.members()}
    count = sum(map(len, events.values()))
    plain, recording = load(growing.GROCERY.read_bytes()), growing.grocery()
    say("the same answers")
    loop, wanted = by_hand(households)
    for programme in (plain, recording):
        check("Grocery Club", year_of(programme, events), wanted)
    say("decisions")
    ours = [lambda programme=programme: decided(programme, events) for programme in (plain, recording)]

    def rule_by_rule() -> None:
        with patch.object(Orders, "settle", lambda *asked: None):  # the function of the programme takes no order
            decided(plain, events)

    first, second, third, hand = seconds(*ours, rule_by_rule, loop, runs=5)
    yield Row("decide / loop by hand, Grocery Club", f"{first / hand:.0f} ×", "5 ×, then 3.5 ×")
    yield Row("… rule by rule", f"{third / hand:.0f} ×")
    yield Row("… with records of 60 days", f"{second / hand:.0f} ×", "5 ×, then 3.5 ×")
    yield Row("decisions a second, one core", f"{count / first:,.0f}")
    yield Row("microseconds a basket, by hand", f"{hand / count * 1e6:.1f}")


def decided(programme: Programme, events: dict[str, list[Purchase]]) -> None:
    for member, orders in events.items():
        state = programme.new_member(member)
        for order in orders:
            state = programme.decide(state, order).member


def growth(history: int, say: Say) -> Iterator[Row]:
    """The same matches among more rules and rows; more lines, larger quantities, a longer past."""
    say("rules")
    few, many = (deciding(growing.with_rules(count), growing.ten_lines(count)) for count in (100, 10_000))
    yield Row("10,000 rules / 100, the same matches", f"{ratio(many, few):.2f} ×", "1.5 ×")
    say("rows of a table")
    short, long = (deciding(growing.with_rows(count), growing.ten_articles()) for count in (100, 10_000))
    yield Row("10,000 rows of a table / 100", f"{ratio(long, short):.2f} ×", "1.5 ×")
    say("lines and quantities")
    programme = growing.grocery()
    new = programme.new_member("m")
    lines = {count: deciding(programme, growing.basket("o", growing.START, lines=count), new) for count in (10, 1_000)}
    yield Row("1,000 lines / 10", f"{ratio(lines[1_000], lines[10]):.0f} ×", "110 ×")
    # Of the highest level already: to rise to it is more to do than not to.
    high = programme.decide(new, growing.basket("first", growing.START, quantity=1_000)).member
    one, million = (
        deciding(programme, growing.basket("o", growing.START + growing.HOUR, quantity=count), high)
        for count in (1, 1_000_000)
    )
    yield Row("quantity 1,000,000 / 1", f"{ratio(million, one):.2f} ×", "1.1 ×")

    def placed(count: int) -> None:
        if count % 1_000 == 0:
            say(f"a member with {count:,} orders of {history:,}")

    old = growing.members((history,), placed)[history]
    past, none = (deciding(programme, growing.next_basket(member), member) for member in (old, new))
    yield Row(f"member with {history:,} past orders / a new one", f"{ratio(past, none):.2f} ×", "1.5 ×")


def loading(say: Say) -> Iterator[Row]:
    """A file of 1,000 rules, read and checked."""
    say("1,000 rules")
    text = growing.rules_text(1_000)
    (took,) = seconds(lambda: load(text), runs=3)
    document = json.dumps(text.splitlines())
    (parsed,) = seconds(lambda: json.loads(document), runs=3)
    yield Row("load 1,000 rules as text, seconds", f"{took:.2f}")
    yield Row("… / json.loads of as many bytes", f"{took / parsed:,.0f} ×")
    say("1,000 rules, saved")
    programme = load(text)
    saved = save(programme)
    check("a saved form", save(load_saved(saved)), saved)
    bare = saved.splitlines()[1:]
    again, plain = seconds(lambda: load_saved(saved), lambda: [json.loads(line) for line in bare], runs=3)
    yield Row("load 1,000 rules of a saved form, seconds", f"{again:.2f}", "0.2")
    yield Row("… / json.loads of the same bytes", f"{again / plain:.1f} ×", "3 ×")
    say("1,000 rules, edited")
    yield Row("check 1,000 rules again with one line changed / afresh", f"{_edited(text):.2f} ×")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    yield Row("this process at most, MB", f"{memory:,}")


def _edited(text: str) -> float:
    """How long it takes to check a text again in which a line has changed, against checking it afresh."""
    rechecker = Rechecker()
    lines = text.split("\n")
    half = len(lines) // 2
    versions = cycle("\n".join([*lines[:half], f"# note {'x' * count}", *lines[half:]]) for count in range(9))
    return ratio(lambda: rechecker.check(next(versions)), lambda: report(next(versions)), runs=3)


def replaying(households: int, say: Say) -> Iterator[Row]:
    """Tables of baskets: read and put aside by group, and decided with all that a replay leaves."""
    say("the table")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        table = folder / "baskets.parquet"
        write_purchases(GroceryYear(households), table)
        rows = pyarrow.parquet.read_metadata(table).num_rows
        say("reading ten times as many")
        large, aside = folder / "large.parquet", folder / "aside"
        write_purchases(GroceryYear(households), large, 10)
        aside.mkdir()
        (read,) = seconds(lambda: spill((large,), plain_map(), zone("UTC"), aside, lambda done: None), runs=1, enough=0)
        yield Row("rows a second read and put aside, one core", f"{10 * rows / read:,.0f}")
        say("deciding")
        names = map(str, range(9))
        asked = Replay(load(growing.GROCERY.read_bytes()), (table,), plain_map(), folder)

        def whole() -> None:
            replay(asked._replace(out=folder / next(names)), 1, lambda *told: None, lambda done: "")

        loop, _ = by_hand(households)
        ours, hand = seconds(whole, loop, runs=1)
        yield Row("replay on one core / loop by hand", f"{ours / hand:,.0f} ×", "2 ×, then 1.3 ×")
        yield Row("rows a second replayed, one core", f"{rows / ours:,.0f}")
        say("the memory of a year")
        write_purchases(GroceryYear(None), large)
        peaks = watched(started(RULES, large, folder / "year", os.cpu_count() or 1))
        most = f"{sum(peaks.values()) >> 20:,}"
        yield Row(f"memory of a replay of the year, MiB in {len(peaks)} processes", most, "1,024, of 64 years")


def start_up(say: Say) -> Iterator[Row]:
    say("processes")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "ten.loyalty"
        file.write_text("\n".join(growing.HEAD.splitlines()[:10]) + "\n", encoding="utf-8")
        loyalty = str(Path(sys.executable).parent / "loyalty")
        pydantic, ours, cold = seconds(
            process(sys.executable, "-c", "import pydantic"),
            process(sys.executable, "-c", "import loyalty_rules"),
            process(loyalty, "check", str(file)),
            clock=time.perf_counter,  # of other processes
        )
    yield Row("import loyalty_rules / import pydantic", f"{ours / pydantic:.2f} ×", "1 ×")
    yield Row("loyalty check of ten lines, cold / import pydantic", f"{cold / pydantic:.1f} ×", "8 ×")


def process(*command: str) -> Action:
    """A fresh process, that finds the byte code of the run before it, as installed packages have it."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return lambda: subprocess.run(command, check=True, capture_output=True, env=environment)


if __name__ == "__main__":
    main()
