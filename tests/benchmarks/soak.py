"""The ledger machine for hours: random programmes and histories, engine and model compared after every event.

Goes on where it stopped: what was run stands in `.soak/ledger.json`, each history that told the two apart in a file
beside it, with its seed, its rule file and its events. Ends with 1 where there is one.

    python -m tests.benchmarks.soak [--events N] [--seed S] [--minutes M] [--workers W] [--length N]
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from functools import partial
from itertools import count, islice
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from loyalty_rules.adapters.own_process import collect_seldom
from tests.properties.ledger_acts import table
from tests.properties.ledger_machine import printed, run, smaller

FOLDER: Final = Path(__file__).resolve().parents[2] / ".soak"
#: How many histories are given out ahead, for each worker: one takes ten times as long as another, and nobody waits.
AHEAD: Final = 8


class State(NamedTuple):
    """What was run so far. `seed`: the first; `next`: the one that comes next; `found`: those that told them apart;
    `acted`: how often what the machine is for happened."""

    seed: int
    next: int
    events: int
    found: tuple[int, ...]
    acted: Mapping[str, int] = MappingProxyType({})


class Outcome(NamedTuple):
    """What became of one seed. `difference` is empty where engine and model agree."""

    seed: int
    events: int
    difference: str
    acted: Mapping[str, int]


def outcome(seed: int, length: int) -> Outcome:
    acted: Counter[str] = Counter()
    events, failure = run(seed, length, acted)
    return Outcome(seed, events, "" if failure is None else printed(smaller(failure)), dict(acted))


def restored(folder: Path, seed: int | None) -> State:
    """Where an earlier run stopped; from the beginning where there was none, or another seed is asked for."""
    path = folder / "ledger.json"
    if path.exists():
        kept = json.loads(path.read_text(encoding="utf-8"))
        state = State(kept["seed"], kept["next"], kept["events"], tuple(kept["found"]), kept["acted"])
        if seed in (None, state.seed):
            return state
    first = seed or 0
    return State(first, first, 0, ())


def kept(folder: Path, state: State) -> None:
    """Written as a whole and every few seeds, so that a stop in between loses few histories."""
    folder.mkdir(exist_ok=True)
    written = folder / "ledger.json.new"
    written.write_text(json.dumps({**state._asdict(), "acted": dict(state.acted)}), encoding="utf-8")
    written.replace(folder / "ledger.json")


def soak(folder: Path, state: State, asked: argparse.Namespace, console: Console) -> State:
    """Runs until so many events were told in all, or the time is over."""
    events, tell = asked.events, partial(outcome, length=asked.length)
    ends = time.monotonic() + asked.minutes * 60 if asked.minutes else float("inf")
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    workers = ProcessPoolExecutor(asked.workers, initializer=collect_seldom)
    with workers as pool, Progress(*columns, console=console) as progress:
        bar = progress.add_task("events", total=events, completed=state.events)
        seeds = count(state.next)
        ahead = deque[Future[Outcome]]()
        while state.events < events and time.monotonic() < ends:
            ahead += [pool.submit(tell, seed) for seed in islice(seeds, AHEAD * asked.workers - len(ahead))]
            one = ahead.popleft().result()  # in the order of the seeds
            found = state.found
            if one.difference:
                found = (*found, one.seed)
                folder.mkdir(exist_ok=True)
                (folder / f"seed-{one.seed}.txt").write_text(one.difference, encoding="utf-8")
                progress.print(f"seed {one.seed} differs: .soak/seed-{one.seed}.txt", markup=False)
            acted = dict(Counter(state.acted) + Counter(one.acted))
            state = State(state.seed, one.seed + 1, state.events + one.events, found, acted)
            if state.next % AHEAD == 0:
                kept(folder, state)
            progress.update(bar, completed=min(state.events, events))
        pool.shutdown(cancel_futures=True)
    kept(folder, state)
    return state


def main(arguments: Sequence[str], folder: Path = FOLDER) -> int:
    parser = argparse.ArgumentParser(description="The ledger machine for hours.")
    parser.add_argument("--events", type=int, default=2_000_000, help="how many events in all, earlier runs included")
    parser.add_argument("--seed", type=int, help="the first seed; another one than before starts anew")
    parser.add_argument("--minutes", type=float, default=0, help="stop after so long and go on next time")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--length", type=int, default=200, help="how many events a history has")
    asked = parser.parse_args(arguments)
    state = restored(folder, asked.seed)
    state = soak(folder, state, asked, Console())
    print(f"seeds {state.seed} to {state.next - 1}: {state.events:,} events, {len(state.found)} differences")
    print(*table(state.acted), sep="\n")
    for seed in state.found:
        print(f"  seed {seed}: .soak/seed-{seed}.txt")
    return 1 if state.found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
