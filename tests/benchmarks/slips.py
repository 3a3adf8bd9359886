"""`make slips`: slips of the pen in the example files, and what the author is told.

Every token of every example is in turn deleted, doubled, misspelt or swapped with its neighbour. Of the files that no
longer check, nearly all should give one message, on the line that was changed. Where nothing is left of the line, no
one can know that it was there: then the one message has to name, at the block that the line was in, the clause that is
missing. Files that do not check as they stand are left out. Prints what happened and exits 1 below the aim.

    python -m tests.benchmarks.slips [--most N] [--show N]
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from loyalty_rules.diagnostics import Problem, Role, Severity
from loyalty_rules.lang.parser import read
from loyalty_rules.lang.tokens import LineKind, Token
from loyalty_rules.loading import examine
from loyalty_rules.problems.clauses import ClauseMissing, StartMissing
from loyalty_rules.problems.groups import DecideMissing
from loyalty_rules.source import Source, Span

EXAMPLES = Path(__file__).parents[2] / "examples"
AIM = 95


class Slip(NamedTuple):
    """A file with one slip: how it was made, the line it is on, the text. `emptied` is the first phrase of a line of
    which nothing is left, else ""; `block` are the lines of the block around it."""

    kind: str
    line: int
    text: str
    emptied: str = ""
    block: range = range(0)


def changed(text: str, span: Span, new: str) -> str:
    return text[: span.start] + new + text[span.end :]


def misspelt(word: str) -> str:
    """The second letter lost, or the last one doubled."""
    return word[0] + word[2:] if len(word) > 3 else word + word[-1]


def slips_of(source: Source) -> Iterator[Slip]:
    """All slips of a file, in its order."""
    reading = read(source)
    blocks = [
        range(source.line_number(block.header.start), source.line_number(block.span.end) + 1)
        for block in reading.tree.blocks
    ]
    for line in reading.lines:
        if line.kind is not LineKind.CLAUSE:
            continue
        tokens: Sequence[Token] = line.tokens
        around = next((block for block in blocks if line.number in block), range(0))
        for place, token in enumerate(tokens):
            emptied = token.role if len(tokens) == 1 else ""
            yield Slip("delete", line.number, changed(source.text, token.span, ""), emptied, around)
            yield Slip("double", line.number, changed(source.text, token.span, f"{token.text} {token.text}"))
            if token.text[:1].isalpha():
                yield Slip("misspell", line.number, changed(source.text, token.span, misspelt(token.text)))
            if place + 1 < len(tokens):
                both = token.span.join(tokens[place + 1].span)
                yield Slip("swap", line.number, changed(source.text, both, f"{tokens[place + 1].text} {token.text}"))


def chosen(most: int) -> list[tuple[Path, Slip]]:
    """So many slips, spread evenly over all files that check as they stand."""
    found = []
    for file in sorted(EXAMPLES.rglob("*.loyalty")):
        source = Source(file.name, file.read_text(encoding="utf-8"))
        if examine(source)[0] is not None:
            found += [(file, slip) for slip in slips_of(source)]
    step = max(1, len(found) // most)
    return found[::step]


def verdict(slip: Slip, name: str) -> str | None:
    """`one` message on its line, `several`, or one `elsewhere`; None where the file still checks."""
    source = Source(name, slip.text)
    _, diagnostics = examine(source)
    errors = [found for found in diagnostics if found.problem.severity is Severity.ERROR]
    if not errors:
        return None
    if len(errors) > 1:
        return "several"
    line = source.line_number(errors[0].span.start)
    return "one" if line == slip.line or (line in slip.block and names(errors[0].problem, slip)) else "elsewhere"


def names(problem: Problem, slip: Slip) -> bool:
    """Whether a message says that the clause is missing of which nothing is left."""
    match problem:
        case ClauseMissing(clauses=missing):
            return Role(slip.emptied) in missing
        case StartMissing(clause=missing):
            return Role(slip.emptied) == missing
        case DecideMissing():
            return slip.emptied.startswith("DECIDE_")
        case _:
            return False


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=4000)
    parser.add_argument("--show", type=int, default=10)
    arguments = parser.parse_args()
    counts: Counter[tuple[str, str]] = Counter()
    shown = 0
    for file, slip in chosen(arguments.most):
        found = verdict(slip, file.name)
        counts[slip.kind, found or "still checks"] += 1
        if found in ("several", "elsewhere") and shown < arguments.show:
            shown += 1
            print(f"{found}: {slip.kind} on line {slip.line} of {file.name}: {slip.text.splitlines()[slip.line - 1]}")
    refused = sum(count for (_, what), count in counts.items() if what != "still checks")
    one = sum(count for (_, what), count in counts.items() if what == "one")
    for kind in ("delete", "double", "misspell", "swap"):
        row = ", ".join(f"{what} {counts[kind, what]}" for what in ("one", "several", "elsewhere", "still checks"))
        print(f"{kind:9} {row}")
    share = 100 * one / refused if refused else 0.0
    print(f"{refused} slips refused, {share:.1f} % with one message on the changed line (aim {AIM} %)")
    return 0 if refused >= 2000 and share >= AIM else 1


if __name__ == "__main__":
    sys.exit(main())
