"""The form of a record: `VERSION/record.jsonl.xz`, one programme a line behind a head.

Of each event it has the SHA-256 of every document that came of it, or the code by which it was refused. Of a few
programmes it has the documents themselves.
"""

from __future__ import annotations

import hashlib
import json
import lzma
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias

FOLDER: Final = Path(__file__).resolve().parent
FILE: Final = "record.jsonl.xz"
#: Stands before the code of a refusal, in the place of documents.
REFUSED: Final = "refused "

#: What came of one event: of each decision three texts, the decision, the member and what all members share ("" where
#: it stayed the same); or one text, `REFUSED` and a code.
Answer: TypeAlias = tuple[str, ...]


class History(NamedTuple):
    """Members as they stood before, and what happened, as the wire has them. `told`: digests of the answers; `whole`:
    the answers themselves, or nothing."""

    members: tuple[str, ...]
    events: tuple[str, ...]
    told: tuple[Answer, ...]
    whole: tuple[Answer, ...]


class Entry(NamedTuple):
    """One programme. `fingerprints`: of its editions, as they stand in the documents."""

    name: str
    fingerprints: tuple[str, ...]
    rules: str
    histories: tuple[History, ...]

    @property
    def events(self) -> int:
        return sum(len(history.events) for history in self.histories)


class Record(NamedTuple):
    """All of one version. `zones`: the edition of the time zones that it was made under."""

    version: str
    zones: str
    entries: tuple[Entry, ...]


def digested(answer: Answer) -> Answer:
    """The answer with a digest in the place of each document."""
    return tuple(text if not text or text.startswith(REFUSED) else _sha256(text) for text in answer)


def digest_of(answers: Iterable[Sequence[Answer]]) -> str:
    """One digest of everything that a programme said, by history."""
    return _sha256(json.dumps([[digested(answer) for answer in history] for history in answers]))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def versions(folder: Path = FOLDER) -> list[str]:
    """The versions with a record, the oldest first."""
    found = [path.parent.name for path in folder.glob(f"*/{FILE}")]
    return sorted(found, key=lambda name: [int(part) for part in name.split(".")])


def write(record: Record, folder: Path = FOLDER) -> Path:
    """Writes a record, the same bytes each time. A version that has one keeps it: raises `FileExistsError`."""
    head = {"version": record.version, "zones": record.zones, "programmes": len(record.entries)}
    head["events"] = sum(entry.events for entry in record.entries)
    lines = [head, *(_data(entry) for entry in record.entries)]
    text = "".join(json.dumps(one, ensure_ascii=False, separators=(",", ":")) + "\n" for one in lines)
    path = folder / record.version / FILE
    path.parent.mkdir()
    path.write_bytes(lzma.compress(text.encode("utf-8"), preset=9 | lzma.PRESET_EXTREME))
    return path


def read(version: str, folder: Path = FOLDER) -> Record:
    lines = lzma.decompress((folder / version / FILE).read_bytes()).decode("utf-8").removesuffix("\n").split("\n")
    head = json.loads(lines[0])
    return Record(head["version"], head["zones"], tuple(_entry(json.loads(line)) for line in lines[1:]))


def _data(entry: Entry) -> dict[str, Any]:
    return {**entry._asdict(), "histories": [history._asdict() for history in entry.histories]}


def _entry(data: dict[str, Any]) -> Entry:
    histories = tuple(
        History(tuple(one["members"]), tuple(one["events"]), _answers(one["told"]), _answers(one["whole"]))
        for one in data["histories"]
    )
    return Entry(data["name"], tuple(data["fingerprints"]), data["rules"], histories)


def _answers(data: list[list[str]]) -> tuple[Answer, ...]:
    return tuple(tuple(answer) for answer in data)
