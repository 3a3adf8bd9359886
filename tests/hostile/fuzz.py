"""`make fuzz`: drawn inputs in a process of their own, in bounds of time and memory, until the time is over.

An input is answered when it is accepted, or refused with a `LoyaltyError` (a command: with an exit code), within the
bounds, and nothing that is said has control characters. Whatever else happens is found: made small, and kept in
`.fuzz/` with its act, its seed and its number. Ends with 1 where something was found.

    python -m tests.hostile.fuzz [--of all|rules] [--minutes M] [--inputs N] [--seed S] [--first N]

`--of rules` draws small rule files alone, some hundred a second; otherwise they are of all kinds, commands among them.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import count
from pathlib import Path
from typing import Any, Final, NamedTuple

from rich.console import Console
from rich.progress import track

from tests.hostile.driver import SECONDS, Child
from tests.hostile.fuzzing import Drawn, drawn, spoilt_rules
from tests.house.tree import ROOT

FOLDER: Final = ROOT / ".fuzz"
#: What a process may hold above an idle import, the packages of the commands with it, and CPU seconds: most of those of
#: a command are of its start.
_MEGABYTES: Final = 350
_SECONDS: Final = {"refused": SECONDS["refused"], "accepted": SECONDS["accepted"], "command": 4.0}
_SMALLER: Final = 120
#: After so many inputs a good file has to mean what it meant; after so many CPU seconds a process makes room for
#: another, long before the system ends it.
_UNHARMED: Final = 250
_SPENT: Final = 200.0
#: How inputs are drawn, by what they are of.
KINDS: Final[dict[str, Callable[[int, int], Drawn]]] = {"all": drawn, "rules": spoilt_rules}


class Found(NamedTuple):
    """An input that was not answered as it has to be, and what happened."""

    number: int
    what: str
    drawn: Drawn


class Fuzzing:
    """One process after another: a new one where the last was ended."""

    def __init__(self, start: Callable[[], Child] = lambda: Child({}, ())) -> None:
        self.start = start
        self.child: Child | None = None
        self.answered, self.spent = 0, 0.0  # of the present process
        self.outcomes: Counter[str] = Counter()
        self.codes: Counter[str] = Counter()  # in how many inputs a code was told

    def complaint(self, one: Drawn) -> str:
        """What is wrong with the answer to an input; "" where nothing is."""
        if self.child is None:
            self.child = self.start()
            self.answered, self.spent = 0, 0.0
        wanted = {"act": one.act, "name": "drawn", "size": len(one.data)}
        try:
            answer = self.child.asked(wanted, one.data)
            self.answered += 1
            harmed = not self.answered % _UNHARMED and not self.child.asked({})["unharmed"]
        except AssertionError as error:
            self.child = None
            return f"no answer: {str(error)[-600:]}"
        complaint = self._wrong(one, answer) or ("harmed: a good file means something else by now" if harmed else "")
        self.outcomes[f"{one.act}: {answer['outcome']}"] += 1
        self.codes.update(set(answer["codes"]))
        self.spent += answer["seconds"]
        if answer["megabytes"] > _MEGABYTES or self.spent > _SPENT or harmed:  # it stays with the process
            self.close()
        return complaint

    def _wrong(self, one: Drawn, answer: dict[str, Any]) -> str:
        if answer["outcome"] not in ("accepted", "refused"):
            return f"{answer['outcome']}: {' '.join(answer['codes'])} {' '.join(answer.get('messages', ()))}"
        if answer["seconds"] > _SECONDS["command" if one.act.startswith("command") else answer["outcome"]]:
            return f"{answer['outcome']} after {answer['seconds']:.1f} CPU seconds"
        if answer["megabytes"] > _MEGABYTES:
            return f"{answer['outcome']} with {answer['megabytes']:.0f} MB"
        odd = next((text for text in answer.get("messages", ()) if not text.isprintable()), None)
        return "" if odd is None else f"says {odd!r}"

    def close(self) -> None:
        if self.child is not None:
            self.child.close()
            self.child = None


def smaller(fuzzing: Fuzzing, one: Drawn, kind: str, tries: int = _SMALLER) -> Drawn:
    """A part of an input that comes to the same kind of complaint."""
    length = len(one.data) // 2
    while length and tries:
        start = 0
        while start < len(one.data) and tries:
            tries -= 1
            part = one._replace(data=one.data[:start] + one.data[start + length :])
            if kind_of(fuzzing.complaint(part)) == kind:
                one = part
            else:
                start += length
        length //= 2
    return one


def kind_of(complaint: str) -> str:
    """Of `escaped: KeyError 'x'` the first two words; of others the first."""
    return " ".join(complaint.split()[: 2 if complaint.startswith("escaped") else 1])


def keep(folder: Path, seed: int, found: Found) -> Path:
    """The input and, beside it, what it comes to."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{seed}-{found.number}"
    path.write_bytes(found.drawn.data)
    told = {"act": found.drawn.act, "seed": seed, "number": found.number, "what": found.what}
    path.with_suffix(".json").write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
    return path


def fuzz(
    fuzzing: Fuzzing,
    seed: int,
    numbers: Iterable[int],
    tell: Callable[[Found], object] = lambda one: None,
    of: str = "all",
) -> list[Found]:
    """Every number of inputs; what was found of it, made small."""
    found = []
    for number in numbers:
        one = KINDS[of](seed, number)
        complaint = fuzzing.complaint(one)
        if complaint:
            tell(Found(number, complaint, one))
            found.append(Found(number, complaint, smaller(fuzzing, one, kind_of(complaint))))
    return found


def _until(first: int, inputs: int, minutes: float) -> Iterator[int]:
    ends = time.monotonic() + minutes * 60 if minutes else float("inf")
    for number in count(first):
        if number - first >= inputs or time.monotonic() > ends:
            return
        yield number


def main() -> int:
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__.partition("\n")[0])
    parser.add_argument("--of", choices=sorted(KINDS), default="all", help="what is drawn")
    parser.add_argument("--minutes", type=float, default=0)
    parser.add_argument("--inputs", type=int, default=0, help="how many; else as many as there is time for, or 2000")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--first", type=int, default=0, help="the number to begin with")
    asked = parser.parse_args()
    inputs = asked.inputs or (sys.maxsize if asked.minutes else 2_000)
    console, fuzzing = Console(stderr=True), Fuzzing()
    numbers = _until(asked.first, inputs, asked.minutes)
    total = None if asked.minutes else inputs

    def tell(one: Found) -> None:
        console.print(f"{one.drawn.act}, number {one.number}: {one.what}", markup=False)

    found = fuzz(fuzzing, asked.seed, track(numbers, "drawing", total=total, console=console), tell, asked.of)
    fuzzing.close()
    for one in found:
        print(f"{one.drawn.act}, number {one.number}: kept as {keep(FOLDER / asked.of, asked.seed, one)}")
    for outcome, times in sorted(fuzzing.outcomes.items()):
        print(f"{times:>8}  {outcome}")
    print(f"{fuzzing.outcomes.total()} inputs of seed {asked.seed} answered, {len(found)} found")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
