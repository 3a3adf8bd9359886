"""`make bench`: how fast, as ratios taken in one run. Machines are noisy: the least of several runs of each side
counts.

Start-up is measured against importing pydantic, decisions against the hand-written loop over the same baskets (after
both have given the same digest).
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from loyalty_rules.adapters.grocery import GroceryYear
from loyalty_rules.decision import Effect
from loyalty_rules.events import line, purchase
from loyalty_rules.loading import load
from tests.benchmarks import grocery_club

ROOT = Path(__file__).parents[2]
RULES = ROOT / "examples" / "grocery_club" / "grocery_club.loyalty"
HOUSEHOLDS = 100
RUNS = 7

_HEAD = """loyalty rules 1

programme "Bench"
  currency RUB
  time zone Europe/Moscow
  basis money paid
  prices include tax
  returns refused
  late events refused
end

purse bonus
  round down per order
  usable at once
  expire never
  rules add up
end
"""

_RULE = """
products P{number}
  where category is "c{number}"
end

earn r{number} "Rule {number}"
  on P{number}
  when order channel is "app" and weekday is one of saturday, sunday
  give 1 bonus per 10 RUB
  cap 100 bonus per member in calendar month
end
"""


def least(action: Callable[[], object], runs: int = RUNS) -> float:
    """Seconds of the fastest of several runs."""
    best = float("inf")
    for _ in range(runs):
        start = time.perf_counter()
        action()
        best = min(best, time.perf_counter() - start)
    return best


def process(*command: str) -> Callable[[], object]:
    """A fresh process, that finds the byte code of the run before it, as installed packages have it."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return lambda: subprocess.run(command, check=True, capture_output=True, env=environment)


def start_up() -> list[tuple[str, str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "ten.loyalty"
        file.write_text("\n".join(_HEAD.splitlines()[:10]) + "\n", encoding="utf-8")
        pydantic = least(process(sys.executable, "-c", "import pydantic"))
        ours = least(process(sys.executable, "-c", "import loyalty_rules"))
        cold = least(process(str(Path(sys.executable).parent / "loyalty"), "check", str(file)))
    return [
        ("import loyalty_rules / import pydantic", f"{ours / pydantic:.2f}", "at most 1"),
        ("loyalty check of ten lines, cold / import pydantic", f"{cold / pydantic:.1f}", "at most 8"),
    ]


def thousand_rules() -> list[tuple[str, str, str]]:
    text = _HEAD + "".join(_RULE.format(number=number) for number in range(1000))
    seconds = least(lambda: load(text), runs=3)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return [
        ("checking 1,000 rules, seconds", f"{seconds:.1f}", "5"),
        ("… with this process at most at, MB", str(memory), ""),
    ]


def growth() -> list[tuple[str, str, str]]:
    """An order of ten lines that two rules match, however many the file lists."""
    lines = [line(str(place), category=f"c{place if place < 2 else -place}", price=250) for place in range(10)]
    order = purchase("o-1", "m", "2026-03-07T10:00:00Z", lines, currency="RUB", channel="app")

    def deciding(count: int) -> tuple[tuple[Effect, ...], float]:
        programme = load(_HEAD + "".join(_RULE.format(number=number) for number in range(count)))
        member = programme.new_member("m")
        return programme.decide(member, order).effects, least(
            lambda: [programme.decide(member, order) for _ in range(50)]
        )

    (few, short), (many, long) = deciding(10), deciding(1000)
    if few != many or len(few) != 2:
        raise SystemExit("the same two rules should give the same with 10 rules and with 1,000")
    return [("deciding with 1,000 rules / with 10, two matching", f"{long / short:.2f}", "at most 1.5")]


def decisions() -> list[tuple[str, str, str]]:
    programme = load(RULES.read_bytes())
    year = GroceryYear(HOUSEHOLDS)
    events = {member: list(year.purchases([member])) for member in year.members()}

    def engine() -> None:
        for member, orders in events.items():
            state = programme.new_member(member)
            for order in orders:
                state = programme.decide(state, order).member

    baskets = grocery_club.load(HOUSEHOLDS)
    part = grocery_club.without("basket_card", "weekly", "voucher")
    ours, loop = least(engine, runs=3), least(lambda: grocery_club.run(baskets, part), runs=3)
    count = sum(map(len, events.values()))
    return [
        ("decisions a second, reference evaluator, one core", f"{count / ours:,.0f}", ""),
        ("reference evaluator / hand-written loop", f"{ours / loop:.0f}", ""),
    ]


def main() -> None:
    table = Table("what", "figure", "aim", title="Speed")
    for row in (*start_up(), *thousand_rules(), *growth(), *decisions()):
        table.add_row(*row)
    Console().print(table)


if __name__ == "__main__":
    main()
