"""The folder of a replay: what it is the work of, how far it is, and that no two replays work in it at once."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from contextlib import contextmanager
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from shutil import rmtree
from typing import IO, TYPE_CHECKING, Any, Final, NamedTuple

from loyalty_rules.adapters.replay.spilling import Spilled, shares
from loyalty_rules.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Inside the folder that the results go to, until they are there.
_WORK: Final = ".work"
_LOCK: Final = "lock"
_JOB: Final = "job.json"
_SPILLED: Final = "spilled.json"
#: Written last: with it the results are whole.
RESULT: Final = "replay.json"


class Folder(NamedTuple):
    """The folder of results, and within it that of the work."""

    out: Path

    @property
    def work(self) -> Path:
        return self.out / _WORK

    @property
    def rows(self) -> Path:
        return self.work / "rows"

    @property
    def parts(self) -> Path:
        return self.work / "parts"

    def begin(self, job: str) -> None:
        """Makes the folder for a job, or goes on with it. Raises `SettingsError` (`replay.folder`) where it is of
        another job."""
        told = self.work / _JOB
        if not told.exists():
            for folder in (self.rows, self.parts):
                rmtree(folder, ignore_errors=True)
                folder.mkdir(parents=True)
            write_whole(told, job)
        elif told.read_text(encoding="utf-8") != job:
            message = "the folder holds work on other rules, tables or options, or of another version: name another one"
            raise SettingsError("replay.folder", message, str(self.out))

    def spilled(self) -> Spilled | None:
        """What was put aside, None where that is not done."""
        path = self.work / _SPILLED
        return Spilled(*json.loads(path.read_text(encoding="utf-8"))) if path.exists() else None

    def keep(self, spilled: Spilled) -> None:
        """Says that all rows are put aside."""
        write_whole(self.work / _SPILLED, json.dumps(spilled))

    def waiting(self, rows: int) -> list[range]:
        """The groups of so many rows that are not decided yet, those that are decided as one part together."""
        return [groups for groups in shares(rows) if not (self.parts / part_name(groups)).exists()]

    def decided(self) -> list[Path]:
        """The folders of the parts that have members, in order."""
        return sorted(path for path in self.parts.iterdir() if path.suffix != ".half")

    def end(self, result: str) -> None:
        """The results are whole; the work goes."""
        write_whole(self.out / RESULT, result)
        rmtree(self.work)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keeps other replays out of the folder. The system lets go of it however this one ends. Raises `SettingsError`
        (`replay.folder`) where another one works in it, or it holds results or other files."""
        if self.out.exists() and not self.work.exists() and any(self.out.iterdir()):
            message = "the folder holds a replay that is done, or other files: name another one, or a new one"
            raise SettingsError("replay.folder", message, str(self.out))
        self.work.mkdir(parents=True, exist_ok=True)
        with (self.work / _LOCK).open("w", encoding="ascii") as stream:
            if not _locked(stream):
                raise SettingsError("replay.folder", "another replay works in this folder", str(self.out))
            yield


def part_name(groups: range) -> str:
    """What the folder of groups that are decided together is called."""
    return f"{groups.start:03d}"


def _locked(stream: IO[str]) -> bool:
    if os.name != "posix":
        return True  # only there does a lock end with its process, however that ends
    locks: Any = import_module("fcntl")
    try:
        locks.flock(stream, locks.LOCK_EX | locks.LOCK_NB)
    except OSError:
        return False
    return True


def write_whole(path: Path, text: str) -> None:
    """A text in a file that is there when it is whole."""
    half = path.with_name(path.name + ".half")
    half.write_text(text, encoding="utf-8")
    half.replace(path)


def job_text(meaning: Sequence[object], files: Sequence[Path]) -> str:
    """What a folder is the work of: the meaning of all that was asked for, and the files as they lie there. A file that
    has been touched is another one."""
    seen = [(str(path.resolve()), path.stat().st_size, path.stat().st_mtime_ns) for path in files]
    return sha256(repr((meaning, seen)).encode()).hexdigest()
