"""Loading: a rule file, with its earlier editions and the changes that it says itself, becomes a programme."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

from loyalty_rules.calendar import instant_of
from loyalty_rules.diagnostics import Diagnostic, Severity
from loyalty_rules.errors import InputError, SettingsError, expect, shown
from loyalty_rules.lang.oldgoals import with_old_goals
from loyalty_rules.limits import LIMITS, Limits
from loyalty_rules.member import NEVER
from loyalty_rules.programme import Programme
from loyalty_rules.settlement.editions import check_changes, check_succession
from loyalty_rules.source import Source, decode
from loyalty_rules.supplied import Rows, Supplied, supplied
from loyalty_rules.witness.overlaps import overlap_witness
from loyalty_rules.witness.promises import promise_witness

if TYPE_CHECKING:
    from loyalty_rules.lang.parser import Reading

#: The text of an earlier edition, until when it holds, the rows of its tables where the host hands them over, and its
#: limits where it was not loaded with those of every host.
Earlier: TypeAlias = (
    tuple[str | bytes, datetime | str | int]
    | tuple[str | bytes, datetime | str | int, Mapping[str, Rows] | None]
    | tuple[str | bytes, datetime | str | int, Mapping[str, Rows] | None, Limits]
)


def load(
    text: str | bytes,
    *,
    name: str = "rules.loyalty",
    earlier: Iterable[Earlier] = (),
    tables: Mapping[str, Rows] | None = None,
    limits: Limits = LIMITS,
) -> Programme:
    """Loads a rule file. `earlier` are the texts of its earlier editions, oldest first, each with the instant until
    which it holds; the next one holds from then on. `tables` are the rows of the tables that the file leaves to the
    host: CSV, or rows of texts, the first of which has the heads. `limits`: how large the file may be; others than
    those of every host stand in its fingerprint. An earlier edition has its own rows behind its instant, and its own
    limits behind them.

    Raises `RuleFileError` (`rules.errors`) with all `diagnostics` where a file has errors, `InputError` where it is no
    text, or rows are none (`table.…`, `limit.rows`), `SettingsError` where editions do not follow one another:
    `edition.order`, `edition.lost`, `edition.changed`.
    """
    expect(earlier, Iterable, "a list of earlier editions is")
    before: list[tuple[Programme, int]] = []
    handed: list[str] = []
    for number, edition in enumerate(earlier, 1):
        expect(edition, tuple, "for an earlier edition, a text and the instant until which it holds are")
        old, until, *of_old = edition
        own, under = _own(*of_old)
        at = instant_of(until, f"earlier[{number - 1}]")
        if before and at <= before[-1][1]:
            raise SettingsError("edition.order", "each edition ends later than the one before it", "earlier")
        before.append((_loaded(old, f"{name} (edition {number})", own, under), at))
        handed += own or ()
    latest = _loaded(text, name, tables, limits)
    _all_known([*handed, *(tables or ())], (latest, *(one for one, _ in before)))
    if not before:
        return latest
    chain: list[tuple[Programme, int]] = []
    for file, until in (*before, (latest, NEVER)):
        chain += _between(file, chain[-1][1] if chain else 0, until)
    for place, ((one, at), (following, until)) in enumerate(pairwise(chain), 1):
        check_succession(one.checked, following.checked)
        check_changes(one.checked, following.checked, at)
        kept = with_old_goals(chain[place - 1][0].checked, following.checked, at)
        chain[place] = (replace(following, checked=kept), until)
    last = chain[-1][0]
    return replace(last, source=latest.source, fingerprint=latest.fingerprint, earlier=tuple(chain[:-1]))


def _own(rows: Mapping[str, Rows] | None = None, limits: Limits = LIMITS) -> tuple[Mapping[str, Rows] | None, Limits]:
    """What an earlier edition has behind its instant."""
    return rows, limits


def _between(file: Programme, start: int, until: int) -> Iterator[tuple[Programme, int]]:
    """What holds of a file from one instant to another, with what its changes make of it; each until when it holds."""
    ends = [*(end for _, end in file.earlier), until]
    for one, begin, end in zip(file.editions, (0, *ends), ends, strict=False):
        if begin < until and end > start:
            yield replace(one, earlier=()), min(end, until)


def _loaded(text: str | bytes, name: str, tables: Mapping[str, Rows] | None, limits: Limits) -> Programme:
    source = decode(text, name, limits.bytes)
    programme, diagnostics = examine(source, supplied(tables), limits)
    if programme is None:
        from loyalty_rules.rendering import refusal

        raise refusal(source, diagnostics)
    return programme


def _all_known(names: Iterable[str], programmes: Iterable[Programme]) -> None:
    """Raises `InputError` (`table.unknown`) for rows that no edition asks for."""
    left = {table.name for one in programmes for table in one.checked.tables.values() if table.by_host}
    unknown = next((name for name in names if name not in left), None)
    if unknown is not None:
        raise InputError("table.unknown", f"no table {shown(unknown)} is left to the host", "tables")


def examine(
    source: Source,
    tables: Mapping[str, Supplied] | None = None,
    limits: Limits = LIMITS,
    reading: Reading | None = None,
    *,
    witnesses: bool = True,
) -> tuple[Programme | None, tuple[Diagnostic, ...]]:
    """Reads and checks a source with the tables of the host; a programme where it has no errors. Runs no examples.
    `reading`: what reading it came to, where it is read. Without `witnesses` no orders are looked for that show an
    overlap or break a promise, which may take as long as all else: for a file that means the same as one that was
    checked."""
    from loyalty_rules.lang.causes import first_causes
    from loyalty_rules.lang.checker.held import check_file
    from loyalty_rules.lang.parser import read

    reading = reading or read(source, limits=limits)
    held, found = check_file(
        reading.tree,
        source,
        reading.lines,
        witness=overlap_witness(source.text) if witnesses else None,
        breach=promise_witness(source.text) if witnesses else None,
        handed=tables,
        limits=limits,
    )
    diagnostics = first_causes(reading.tree, source, reading.diagnostics, found, reading.lines)
    if not held or any(one.problem.severity is Severity.ERROR for one in diagnostics):
        return None, diagnostics
    *changed, last = (Programme(source, one.checked, one.fingerprint, limits=limits) for one in held)
    ends = (one.since for one in held[1:])
    return replace(last, earlier=tuple(zip(changed, ends, strict=True))), diagnostics
