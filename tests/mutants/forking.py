"""Children of one process that has collected all tests: each is changed, runs the tests that come to the change, ends.

Starting Python, importing the package and collecting its tests takes seconds; forking takes milliseconds.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import select
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from typing import Any, Final, NamedTuple, TypeAlias

import pytest

from tests.mutants.changes import ROOT, Mutant, changed

#: CPU seconds that a child may take beside its tests, and how much longer those may take than they took before.
_BESIDE: Final = 20
_LONGER: Final = 6
#: Seconds of the clock for each CPU second: other processes want the processor as well.
_WAITED: Final = 20
_MEMORY: Final = 1 << 30
#: Hands a line of JSON to the process that forked.
Write: TypeAlias = Callable[[Any], None]
_PACKAGE: Final = f"{ROOT}/loyalty_rules/"


class Told(NamedTuple):
    """What a child says of a test: `functions` are those of the package that it came to, `path:name`."""

    test: str
    seconds: float
    failed: bool
    functions: tuple[str, ...]


class Child(NamedTuple):
    """A process that was started and has not been heard."""

    process: int
    pipe: int
    ends: float
    subject: Any


class Heard(NamedTuple):
    """What a child wrote; `ended` says how it was ended where it did not end by itself."""

    subject: Any
    lines: tuple[Any, ...]
    ended: str


def started(subject: Any, work: Callable[[Write], None], seconds: float) -> Child:
    """Forks; the child does its work, which may write lines of JSON, in bounds that end it."""
    reading, writing = os.pipe()
    process = os.fork()
    if process:
        os.close(writing)
        return Child(process, reading, time.monotonic() + _WAITED * (_BESIDE + seconds), subject)
    try:
        os.close(reading)
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nothing, stream)
        cpu = int(_BESIDE + seconds) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 5))
        space = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize() + _MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (space, space))
        work(lambda line: _write(writing, line))
        os._exit(0)
    finally:
        os._exit(1)


def _write(pipe: int, line: Any) -> None:
    data = json.dumps(line).encode() + b"\n"
    while data:
        data = data[os.write(pipe, data) :]


class Pool:
    """So many children at a time."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self.children: dict[int, Child] = {}
        self.written: dict[int, bytes] = {}

    def start(self, subject: Any, work: Callable[[Write], None], seconds: float) -> None:
        child = started(subject, work, seconds)
        self.children[child.pipe] = child
        self.written[child.pipe] = b""

    @property
    def full(self) -> bool:
        return len(self.children) >= self.workers

    def heard(self) -> list[Heard]:
        """Those that have ended; waits a second for one at most."""
        done = []
        for pipe in select.select(list(self.children), [], [], 1)[0]:
            data = os.read(pipe, 1 << 16)
            self.written[pipe] += data
            if not data:
                done.append(self._closed(pipe, ""))
        now = time.monotonic()
        for pipe in [pipe for pipe, child in self.children.items() if child.ends < now]:
            os.kill(self.children[pipe].process, signal.SIGKILL)
            done.append(self._closed(pipe, "took too long"))
        return done

    def _closed(self, pipe: int, ended: str) -> Heard:
        child = self.children.pop(pipe)
        os.close(pipe)
        code = os.waitstatus_to_exitcode(os.waitpid(child.process, 0)[1])
        lines = [line for line in self.written.pop(pipe).split(b"\n") if line]
        if not ended and code:
            ended = "took too long" if code == -signal.SIGXCPU else f"ended with {code}"
        found = []
        for line in lines:
            with suppress(ValueError):  # a line that was cut
                found.append(json.loads(line))
        return Heard(child.subject, tuple(found), ended)


class Reports:
    """A plugin of pytest that keeps what failed, and how long the test of now took."""

    def __init__(self) -> None:
        self.failed = False
        self.seconds = 0.0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.failed |= report.failed
        self.seconds += report.duration


def run(items: Sequence[pytest.Item], tell: Callable[[Told], bool], trace: bool) -> None:
    """Runs tests one after another, and tells of each; stops where the answer is True."""
    for place, item in enumerate(items):
        after = items[place + 1] if place + 1 < len(items) else None
        reports = Reports()
        item.config.pluginmanager.register(reports)
        start = time.process_time()
        with met(trace) as codes:
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
        item.config.pluginmanager.unregister(reports)
        told = Told(item.nodeid, time.process_time() - start, reports.failed, tuple(sorted(_names(codes))))
        if tell(told):
            return


if sys.version_info >= (3, 12):

    @contextmanager
    def met(wanted: bool) -> Iterator[list[CodeType]]:
        """The code that is entered meanwhile. Each is told of once, which costs next to nothing."""
        codes: list[CodeType] = []
        if not wanted:
            yield codes
            return
        watch = sys.monitoring

        def started(code: CodeType, place: int) -> object:
            codes.append(code)
            return watch.DISABLE

        tool, events = watch.PROFILER_ID, watch.events.PY_START
        watch.use_tool_id(tool, "mutants")
        watch.register_callback(tool, events, started)
        watch.restart_events()
        watch.set_events(tool, events)
        try:
            yield codes
        finally:
            watch.set_events(tool, 0)
            watch.register_callback(tool, events, None)
            watch.free_tool_id(tool)

else:

    @contextmanager
    def met(wanted: bool) -> Iterator[list[CodeType]]:
        """The code that is entered meanwhile. Python 3.11 tells of each call: what is run takes some times as long."""
        known: dict[int, CodeType] = {}
        codes: list[CodeType] = []
        if not wanted:
            yield codes
            return

        def called(frame: FrameType, event: str, argument: object) -> None:
            known[id(frame.f_code)] = frame.f_code

        sys.settrace(called)
        try:
            yield codes
        finally:
            sys.settrace(None)
            codes += known.values()


def _names(codes: Iterable[CodeType]) -> set[str]:
    """The outermost functions of the package among them."""
    ours = (code for code in codes if code.co_filename.startswith(_PACKAGE))
    return {f"{code.co_filename.removeprefix(f'{ROOT}/')}:{_outermost(code.co_qualname)}" for code in ours}


def _outermost(name: str) -> str:
    return name.partition(".<locals>")[0]


class NotReplacedError(Exception):
    """The changed function cannot stand in the place of the one that was."""


def replace(one: Mutant) -> None:
    """Changes the function in this process, for all who hold it."""
    path = str(ROOT / one.path)
    text = Path(path).read_text(encoding="utf-8")
    new = {_key(code): code for code in _codes(compile(changed(text, one.number), path, "exec", dont_inherit=True))}
    replaced = 0
    for function in gc.get_objects():
        if type(function) is not FunctionType or function.__code__.co_filename != path:
            continue
        if _outermost(function.__code__.co_qualname) != one.function or _key(function.__code__) not in new:
            continue
        try:
            function.__code__ = new[_key(function.__code__)]
        except ValueError as error:  # it closes over other names
            raise NotReplacedError(str(error)) from error
        replaced += 1
    if not replaced:
        raise NotReplacedError(f"nobody holds {one.function}")


def _key(code: CodeType) -> tuple[str, int]:
    return code.co_qualname, code.co_firstlineno


def _codes(code: CodeType) -> Iterable[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)
