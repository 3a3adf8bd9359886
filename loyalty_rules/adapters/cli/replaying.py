"""`loyalty replay`: a history of purchases, as large as it is, decided by a rule file on all cores."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from loyalty_rules.adapters.cli.checking import ERRORS, FINE
from loyalty_rules.adapters.cli.files import read_bytes, refuse
from loyalty_rules.adapters.cli.histories import Earlier, files_of, loaded, one_stdin
from loyalty_rules.adapters.cli.terminal import err, out, out_json, show_table, wants_colour, words
from loyalty_rules.calendar import instant_of
from loyalty_rules.errors import LoyaltyError
from loyalty_rules.explaining.wording import wording

if TYPE_CHECKING:
    from rich.progress import TaskID

    from loyalty_rules.adapters.replay.columns import ColumnMap
    from loyalty_rules.adapters.replay.running import Progress, Replay, Replayed

_DECIDING: Final = "deciding"
#: The replay was stopped; what is done is kept.
STOPPED: Final = 3
_NO_SENSE: Final = frozenset({"replay.folder", "replay.until", "replay.workers"})
_LOST: Final = "replay.worker_lost"
#: A command that makes no sense, as everywhere.
NO_SENSE: Final = 2


def run_replay(
    rules: str,
    purchases: Sequence[str],
    *,
    earlier: Earlier = (),
    tables: Sequence[str] = (),
    columns: str | None,
    folder: str,
    against: str | None = None,
    workers: int | None,
    until: str | None,
    as_json: bool,
    language: str | None,
) -> int:
    """Decides all purchases and writes what became of them. Where it is stopped, the same command goes on."""
    words(language)
    one_stdin(language, rules, against, columns, *files_of(earlier, tables))
    programme = loaded(rules, language, earlier, tables)
    old = None if against is None else loaded(against, language, (), tables)
    if programme is None or (old is None and against is not None):
        return ERRORS
    told = language or programme.language
    try:
        from loyalty_rules.adapters.replay.running import Replay
    except ModuleNotFoundError as missing:
        raise refuse(told, "replay.extra", name=str(missing.name)) from None
    missing_file = next((name for name in purchases if not Path(name).is_file()), None)
    if missing_file is not None:
        raise refuse(told, "file.missing", name=missing_file)
    try:
        files = tuple(Path(name) for name in purchases)
        end = None if until is None else instant_of(until, "--until")
        asked = Replay(programme, files, _map(columns, told), Path(folder), end, old)
        return _run(asked, workers, as_json, told)
    except LoyaltyError as error:
        return _tell(error, as_json, told)
    except KeyboardInterrupt:
        err(words(told).text("replay.stopped", out=folder))
        return STOPPED


def _map(name: str | None, language: str) -> ColumnMap:
    from loyalty_rules.adapters.replay.columns import plain_map, read_map

    return plain_map() if name is None else read_map(read_bytes(name, language), name)


def _run(asked: Replay, workers: int | None, as_json: bool, language: str) -> int:
    from loyalty_rules.adapters.replay.report import write_report
    from loyalty_rules.adapters.replay.running import hold_little, replay
    from loyalty_rules.adapters.replay.summary import result, result_text, write_tables

    def finish(replayed: Replayed) -> str:
        write_tables(replayed, asked.out)
        write_report(replayed, asked.out, language)
        return result_text(replayed)

    hold_little()
    try:
        with _bar(language) as progress:
            replayed = replay(asked, workers, progress, finish)
    except OSError as error:
        raise refuse(language, "file.unwritable", name=str(asked.out), reason=error.strerror or str(error)) from None
    if as_json:
        out_json(json.dumps({"ok": True, **result(replayed)}, ensure_ascii=False))
    else:
        _show(result(replayed), asked.out, language)
    return FINE


def _show(found: Mapping[str, Any], folder: Path, language: str) -> None:
    texts = words(language)
    counts = {name: f"{found[name]:,}".replace(",", "\u00a0") for name in ("members", "orders", "decisions")}
    out(texts.text("replay.done", since=found["from"][:10], until=found["until"][:10], **counts))
    heads = [texts.text(f"replay.{head}") for head in ("rule", "purse", "given", "members")]
    rows = [(one["rule"], one["purse"], one["given"], str(one["members"])) for one in found["rules"]]
    if rows:
        show_table(texts.text("replay.by_rule"), heads, rows)
    heads = [texts.text(f"replay.{head}") for head in ("purse", "usable", "pending", "reserved", "owed", "worth")]
    purses = [
        (
            name,
            *(one[kind] or texts.text("replay.nothing") for kind in ("usable", "pending", "reserved", "owed", "worth")),
        )
        for name, one in found["purses"].items()
    ]
    show_table(texts.text("replay.held"), heads, purses)
    for ladder, levels in found["levels"].items():
        heads = [texts.text("replay.level"), texts.text("replay.members")]
        rows_of = [(level or texts.text("replay.no_level"), str(count)) for level, count in levels.items()]
        show_table(texts.text("replay.levels", ladder=ladder), heads, rows_of)
    if "against" in found:
        _show_differences(found["against"], language)
    out(texts.text("replay.written", out=str(folder)))


def _show_differences(found: Mapping[str, Any], language: str) -> None:
    from loyalty_rules.adapters.replay.report import PAGE, difference_heads, difference_rows, differing_members

    texts = wording(language, PAGE)
    rows = difference_rows(found, texts)
    title = texts.text("against.title", title=found["programme"]["title"])
    if rows:
        show_table(title, difference_heads(texts), rows)
        for line in differing_members(found, texts):
            out(line)
    else:
        out(f"{title}: {texts.text('against.none')}")


def _tell(error: LoyaltyError, as_json: bool, language: str) -> int:
    """Tells what is wrong, and gives the exit code: 1 for what was read, 2 for the command, 3 where it can go on."""
    from loyalty_rules.adapters.replay.badrows import BadRowError

    told: dict[str, object] = {"code": error.code, "message": error.message, "where": error.where}
    text = str(error)
    if isinstance(error, BadRowError):
        told |= {"file": error.file, "row": error.row, "column": error.column or None}
        key, place = "replay.cell" if error.column else "replay.row", {"file": error.file, "row": str(error.row)}
        reason = f"{error.message} [{error.code}]"
        text = words(language).text(key, **place, column=error.column, reason=reason)
    err(f"loyalty: {text}")
    if as_json:
        out_json(json.dumps({"ok": False, "error": told}, ensure_ascii=False))
    if error.code == _LOST:
        return STOPPED
    return NO_SENSE if error.code in _NO_SENSE else ERRORS


@contextmanager
def _bar(language: str) -> Iterator[Progress]:
    """A bar with the rate and the time that is left, where someone looks."""
    if not sys.stderr.isatty():
        yield lambda stage, done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
    from rich.text import Text

    texts = words(language)

    class Rate(ProgressColumn):
        """Rows a second; while files are read it is not known how many they have."""

        def render(self, task: Task) -> Text:
            rate = f"{task.speed or 0:,.0f}".replace(",", "\u00a0")
            return Text(texts.text("replay.rate", rate=rate) if task.fields["stage"] == _DECIDING else "")

    console = Console(stderr=True, no_color=not wants_colour(True), highlight=False)
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"), Rate())
    with Progress(*columns, TimeRemainingColumn(), console=console) as bar:
        tasks: dict[str, TaskID] = {}

        def progress(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(texts.text(f"replay.{stage}"), total=total, stage=stage, completed=0)
            bar.update(tasks[stage], completed=done)

        yield progress
