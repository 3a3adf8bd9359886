"""Runs the blocks of a page one after another, in an empty folder, as a reader would."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import runpy
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from loyalty_rules.report import check
from tests.cases.diagnostic_rows import ROWS
from tests.docs.fences import RUN, SHOWN, Fence, is_file, with_base

_LOYALTY: Final = Path(sys.executable).parent / "loyalty"
_ANYTHING: Final = "…"


def faults(blocks: list[Fence], folder: Path) -> Iterator[str]:
    """What does not come out as the page says, with the place of the block. Files are written to `folder`."""
    runner = _Runner(folder)
    with contextlib.chdir(folder):
        for block in blocks:
            yield from (f"{block.place}: {fault}" for fault in runner.run(block))


class _Runner:
    """What the blocks of a page share: a namespace, a folder, its first rule file, the last exit code."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.names: dict[str, Any] = {}
        self.base = ""
        self.exit_code = 0

    def run(self, block: Fence) -> Iterator[str]:
        if block.name:
            (self.folder / block.name).write_text(block.text, encoding="utf-8")
        match block.kind:
            case "python":
                yield from self.python(block)
            case "console":
                yield from self.console(block)
            case "loyalty":
                yield from self.rules(block)
            case "json" | "jsonl":
                yield from _json(block)
            case kind if kind not in SHOWN | RUN:
                yield f"an unknown kind of block: `{kind}`"

    def python(self, block: Fence) -> Iterator[str]:
        printed = io.StringIO()
        script = self.folder / f"line_{block.line}.py"
        script.write_text(block.text, encoding="utf-8")
        try:
            with contextlib.redirect_stdout(printed):
                self.names = runpy.run_path(str(script), self.names)
        except Exception as error:  # noqa: BLE001 - whatever a page raises is its fault
            yield f"{type(error).__name__}: {error}"
            return
        yield from _compared(printed.getvalue(), block.output)

    def console(self, block: Fence) -> Iterator[str]:
        for command, expected in commands(block.text):
            if command == "echo $?":
                printed = f"{self.exit_code}\n"
            elif command.split()[0] == "loyalty":
                printed = self.loyalty(command.split()[1:])
            else:
                yield f"only `loyalty` runs in a console block, not `{command}`"
                continue
            yield from (f"$ {command}\n{fault}" for fault in _compared(printed, expected))

    def loyalty(self, arguments: list[str]) -> str:
        """All that a command prints."""
        environment = {**os.environ, "NO_COLOR": "1", "PYTHONUTF8": "1"}
        done = subprocess.run(
            [str(_LOYALTY), *arguments],
            cwd=self.folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        self.exit_code = done.returncode
        return done.stdout

    def rules(self, block: Fence) -> Iterator[str]:
        text = block.text
        if is_file(text):
            self.base = self.base or text
        elif not self.base:
            yield "blocks without a rule file above them"
            return
        else:
            text = with_base(text, self.base)
        handed = next((ROWS[code] for code in block.codes if code in ROWS), None)
        report = check(text, name=block.name or "page.loyalty", tables=handed)
        found = [diagnostic.problem.code for diagnostic in report.diagnostics]
        if found != block.codes:
            told = [f"{each.problem!r} at `{text[each.span.start : each.span.end]}`" for each in report.diagnostics]
            yield f"diagnostics {found}, and {block.codes} were meant: {told}"
        for example in report.examples:
            for failure in example.failures:
                yield f"{example.title}: expected {failure.expected}, but came {failure.actual}\n{failure.trace}"


def commands(text: str) -> Iterator[tuple[str, str]]:
    """The commands of a console block, each with what it prints."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, output = part.partition("\n")
        yield command.strip(), output


def _compared(printed: str, expected: str) -> Iterator[str]:
    lines = [re.escape(line.rstrip()) if line.strip() != _ANYTHING else None for line in expected.rstrip().split("\n")]
    pattern = "".join(r"(?:.*\n)*?" if line is None else line + "\n" for line in lines)
    actual = "".join(line.rstrip() + "\n" for line in printed.rstrip().split("\n"))
    if re.fullmatch(pattern, actual) is None:
        yield f"the page says\n{expected}and it prints\n{printed}"


def _json(block: Fence) -> Iterator[str]:
    documents = block.text.splitlines() if block.kind == "jsonl" else [block.text]
    for document in documents:
        try:
            json.loads(document)
        except ValueError as error:
            yield f"not JSON: {error}"
