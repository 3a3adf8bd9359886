"""Which tests come to which function, and what became of each change; both are kept, so that a run goes on."""

from __future__ import annotations

import hashlib
import json
import random
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from tests.mutants.changes import ROOT, Mutant, count, mutant
from tests.mutants.forking import Told

FOLDER: Final = ROOT / ".mutants"
#: What is changed where nothing else is asked for.
MODULES: Final = ("lang", "engine", "settlement", "ledger", "amounts", "calendar", "text")
KILLED: Final = ("killed", "took too long")


class Verdict(NamedTuple):
    """What became of a change: `by` is the test that failed, or why it is none of those that count."""

    mutant: Mutant
    outcome: str
    by: str


class Tests(NamedTuple):
    """All tests that pass: how long each takes, and those that come to a function, by its path and name."""

    seconds: Mapping[str, float]
    reaching: Mapping[str, Sequence[str]]

    def of(self, one: Mutant, budget: float) -> tuple[str, ...]:
        """The quickest first, as many as take so long in all."""
        left = budget
        chosen: list[str] = []
        for test in sorted(self.reaching.get(f"{one.path}:{one.function}", ()), key=lambda test: self.seconds[test]):
            left -= self.seconds[test]
            if left < 0 and chosen:
                break
            chosen.append(test)
        return tuple(chosen)


class Looks:
    """What the tests of a file come to, kept by the text of the file and of the whole package."""

    def __init__(self, folder: Path, as_looked: bool) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        package = sorted((ROOT / "loyalty_rules").rglob("*.py"))
        self.code = digest(*(file.read_text(encoding="utf-8") for file in package))
        self.folder, self.as_looked = folder, as_looked

    def path(self, name: str) -> Path:
        return self.folder / f"{digest(name, (ROOT / name).read_text(encoding='utf-8'))}.jsonl"

    def of(self, name: str) -> list[Told] | None:
        """None where it has to be looked again."""
        path = self.path(name)
        if not path.is_file():
            return None
        code, *lines = path.read_text(encoding="utf-8").splitlines()
        return [Told(*json.loads(line)) for line in lines] if self.as_looked or code == self.code else None

    def keep(self, name: str, lines: Iterable[object]) -> None:
        self.path(name).write_text("\n".join([self.code, *map(json.dumps, lines)]) + "\n", encoding="utf-8")


def known_tests(told: Iterable[Told]) -> Tests:
    seconds, reaching = {}, dict[str, list[str]]()
    for one in told:
        if not one.failed:
            seconds[one.test] = one.seconds
            for function in one.functions:
                reaching.setdefault(function, []).append(one.test)
    return Tests(seconds, reaching)


def sources(modules: Sequence[str]) -> dict[str, str]:
    """The files of packages and modules, by their path in the repository; a name that is none is an error."""
    found = {}
    for name in modules:
        path = ROOT / "loyalty_rules" / name
        files = sorted(path.rglob("*.py")) if path.is_dir() else [path.with_suffix(".py")]
        for file in files:
            if not file.is_file():
                raise LookupError(f"there is no {file.relative_to(ROOT)}")
            found[file.relative_to(ROOT).as_posix()] = file.read_text(encoding="utf-8")
    return found


def drawn(modules: Sequence[str], seed: int, wanted: int) -> tuple[list[Mutant], int]:
    """So many changes by chance, and how many there are."""
    texts = sources(modules)
    places = [(path, number) for path, text in texts.items() for number in range(count(text))]
    random.Random(seed).shuffle(places)
    return [mutant(path, texts[path], number) for path, number in places[:wanted]], len(places)


def digest(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]


def key(one: Mutant) -> str:
    """A change of the code as it is now: another text of the file is another change."""
    return digest(one.path, (ROOT / one.path).read_text(encoding="utf-8"), str(one.number))


def kept(folder: Path) -> dict[str, tuple[str, str]]:
    """What became of changes in earlier runs. A survivor is judged again: there may be a new test."""
    path = folder / "results.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    found = (json.loads(line) for line in lines if line.endswith("}"))
    return {one["key"]: (one["outcome"], one["by"]) for one in found if one["outcome"] in KILLED}


def keep(folder: Path, verdict: Verdict) -> None:
    folder.mkdir(exist_ok=True)
    line = {"key": key(verdict.mutant), "outcome": verdict.outcome, "by": verdict.by, **verdict.mutant._asdict()}
    with (folder / "results.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(line, ensure_ascii=False) + "\n")


class Equivalent(NamedTuple):
    """A change that changes nothing that can be seen, and why; looked at by a person."""

    path: str
    function: str
    before: str
    after: str
    reason: str

    def is_of(self, one: Mutant) -> bool:
        return (self.path, self.function, self.before, self.after) == (one.path, one.function, one.before, one.after)


def equivalents() -> tuple[Equivalent, ...]:
    text = (Path(__file__).parent / "equivalent.toml").read_text(encoding="utf-8")
    return tuple(Equivalent(**one) for one in tomllib.loads(text).get("equivalent", ()))
