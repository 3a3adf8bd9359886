"""What the figures of a replay say: as series by month, as small tables, and as the document of the result."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import pyarrow

from loyalty_rules import __version__
from loyalty_rules.adapters.replay.figures import NEVER_GO, Figures
from loyalty_rules.adapters.replay.outputs import UNITS, amount, batch_of, write_table
from loyalty_rules.adapters.replay.running import Replayed
from loyalty_rules.amounts import MAX_DECIMALS, Rounding, format_units, round_exact
from loyalty_rules.calendar import format_instant
from loyalty_rules.currencies import exponent
from loyalty_rules.explaining.account import Reason
from loyalty_rules.programme import Programme

_TEXT: Final = pyarrow.string()
#: What a rule gives.
_GIVEN: Final = frozenset({Reason.GIVEN.value, Reason.CONVERTED.value})
_HELD: Final = ("usable", "pending", "reserved", "owed")


def given(figures: Figures) -> Counter[tuple[str, str, str]]:
    """Units that rules gave, by month, purse and rule."""
    found: Counter[tuple[str, str, str]] = Counter()
    for (month, purse, rule, reason), units in figures.flows.items():
        if reason in _GIVEN and units > 0:
            found[month, purse, rule] += units
    return found


def given_in_all(figures: Figures) -> Counter[tuple[str, str]]:
    """Units that rules gave, by purse and rule."""
    found: Counter[tuple[str, str]] = Counter()
    for (_, purse, rule), units in given(figures).items():
        found[purse, rule] += units
    return found


def liability(figures: Figures, purse: str) -> list[tuple[str, int]]:
    """What all members hold of a purse, less what they owe, at the end of each month."""
    change: Counter[str] = Counter()
    for (month, into, _, _), units in figures.flows.items():
        if into == purse:
            change[month] += units
    return _running(figures.months(), change)


def tiers(figures: Figures, ladder: str, level: str) -> list[tuple[str, int]]:
    """How many members stand on a level at the end of each month."""
    change = Counter({month: count for (month, of, at), count in figures.levels.items() if (of, at) == (ladder, level)})
    return _running(figures.months(), change)


def _running(months: list[str], change: Counter[str]) -> list[tuple[str, int]]:
    total = 0
    found: list[tuple[str, int]] = []
    for month in months:
        total += change[month]
        found.append((month, total))
    return found


def forecast(figures: Figures, purse: str) -> list[tuple[str, int]]:
    """What of a purse goes in which month if nothing more happens; what never goes comes last, without a month."""
    found = [(month, units) for (month, of), units in figures.ends.items() if of == purse and units]
    return sorted(found, key=lambda one: (one[0] == NEVER_GO, one[0]))


def level_names(programme: Programme, ladder: str) -> list[str]:
    """The levels of a ladder from the base on; the base has perhaps no name."""
    found = programme.checked.ladders[ladder]
    return [found.level_name(rank) for rank in range(len(found.levels) + 1)]


# ---------------------------------------------------------------- tables

_Rows = Callable[[Programme, Figures], Iterator[tuple[object, ...]]]


def _summary(programme: Programme, figures: Figures) -> Iterator[tuple[object, ...]]:
    for (month, purse, rule, reason), units in sorted(figures.flows.items()):
        if units:
            yield month, purse, rule or None, reason, amount(programme, purse, units)


def _liability(programme: Programme, figures: Figures) -> Iterator[tuple[object, ...]]:
    for purse in programme.checked.purses:
        for month, units in liability(figures, purse):
            yield month, purse, amount(programme, purse, units)


def _tiers(programme: Programme, figures: Figures) -> Iterator[tuple[object, ...]]:
    for ladder in programme.checked.ladders:
        for level in level_names(programme, ladder):
            for month, members in tiers(figures, ladder, level):
                yield month, ladder, level, members


def _forecast(programme: Programme, figures: Figures) -> Iterator[tuple[object, ...]]:
    for purse in programme.checked.purses:
        for month, units in forecast(figures, purse):
            yield month or None, purse, amount(programme, purse, units)


_TABLES: Final[dict[str, tuple[list[tuple[str, Any]], _Rows]]] = {
    "summary": (
        [("month", _TEXT), ("purse", _TEXT), ("rule", _TEXT), ("reason", _TEXT), ("units", UNITS)],
        _summary,
    ),
    "liability": ([("month", _TEXT), ("purse", _TEXT), ("held", UNITS)], _liability),
    "tiers": ([("month", _TEXT), ("ladder", _TEXT), ("level", _TEXT), ("members", pyarrow.int64())], _tiers),
    "forecast": ([("month", _TEXT), ("purse", _TEXT), ("units", UNITS)], _forecast),
}


def write_tables(replayed: Replayed, out: Path) -> None:
    """The small tables, as Parquet."""
    for name, (columns, rows) in _TABLES.items():
        schema = pyarrow.schema(columns)
        found = list(rows(replayed.programme, replayed.figures))
        write_table(out / f"{name}.parquet", schema, iter([batch_of(schema, found)]))


# ---------------------------------------------------------------- the document


def worth(programme: Programme, purse: str, units: int) -> int | None:
    """What units are worth in minor units of money; None where the purse says no worth."""
    declared = programme.checked.purses[purse]
    rate = Fraction(1) if declared.currency else declared.worth
    return None if rate is None else round_exact(units * rate, Rounding.HALF_UP)


def currency_of(programme: Programme, purse: str) -> str:
    """What units are worth money of: the purse's own currency, else the programme's first one."""
    return programme.checked.purses[purse].currency or programme.checked.currency


def result(replayed: Replayed) -> dict[str, Any]:
    """The figures of a replay for programs. It says nothing of when or how it was made."""
    programme, figures = replayed.programme, replayed.figures
    zone = programme.plan.timeline.zone
    return {
        "programme": {"title": programme.title, "fingerprint": programme.fingerprint},
        "version": __version__,
        "from": format_instant(replayed.spilled.first_at, zone),
        "until": format_instant(replayed.end, zone),
        "rows": replayed.spilled.rows,
        **{name: figures.totals[name,] for name in ("members", "orders", "decisions")},
        "purses": {purse: _purse(programme, figures, purse) for purse in programme.checked.purses},
        "rules": _rules(programme, figures),
        "levels": {ladder: _levels(programme, figures, ladder) for ladder in programme.checked.ladders},
        **({} if replayed.old is None else {"against": _against(replayed, replayed.old)}),
    }


def _against(replayed: Replayed, old: Programme) -> dict[str, Any]:
    """What an old programme would have given, and where the new one differs from it."""
    figures, before = replayed.figures, replayed.before or Figures()
    differences = sorted(figures.differences.items(), key=lambda one: (-abs(one[1]), one[0]))
    return {
        "programme": {"title": old.title, "fingerprint": old.fingerprint},
        "purses": {purse: _purse(old, before, purse) for purse in old.checked.purses},
        "rules": _rules(old, before),
        "members": {
            purse: {way: figures.differing[purse, way] for way in ("more", "less")}
            for purse in replayed.programme.checked.purses
        },
        "differences": [
            {"purse": purse, "rule": rule, "reason": reason, "why": why, "units": millionths_text(units)}
            for (purse, rule, reason, why), units in differences
            if units
        ],
    }


def millionths_text(millionths: int) -> str:
    """Millionths as a decimal without zeros at its end."""
    text = format_units(millionths, MAX_DECIMALS)
    return text.rstrip("0").rstrip(".")


def result_text(replayed: Replayed) -> str:
    """The same as JSON."""
    return json.dumps(result(replayed), ensure_ascii=False, indent=2) + "\n"


def _purse(programme: Programme, figures: Figures, purse: str) -> dict[str, str | None]:
    decimals = programme.checked.purses[purse].decimals
    flows: Counter[str] = Counter()
    for (_, of, _, reason), units in figures.flows.items():
        if of == purse:
            flows[reason] += units
    held = {kind: figures.held[purse, kind] for kind in _HELD}
    money = worth(programme, purse, held["usable"] + held["pending"] + held["reserved"] - held["owed"])
    return {
        **{reason.value: format_units(flows[reason.value], decimals) for reason in Reason if flows[reason.value]},
        **{kind: format_units(units, decimals) for kind, units in held.items()},
        "worth": None if money is None else format_units(money, exponent(currency_of(programme, purse))),
    }


def _rules(programme: Programme, figures: Figures) -> list[dict[str, object]]:
    found = sorted(given_in_all(figures).items(), key=lambda one: (-one[1], one[0]))
    return [
        {
            "rule": rule,
            "purse": purse,
            "given": format_units(units, programme.checked.purses[purse].decimals),
            "members": figures.members[purse, rule],
        }
        for (purse, rule), units in found
    ]


def _levels(programme: Programme, figures: Figures, ladder: str) -> dict[str, int]:
    return {level: sum(_changes(figures, ladder, level)) for level in level_names(programme, ladder)}


def _changes(figures: Figures, ladder: str, level: str) -> Iterator[int]:
    return (count for (_, of, at), count in figures.levels.items() if (of, at) == (ladder, level))
