"""Sends hostile inputs to a process of their own and holds each to what a refusal may cost.

One process takes the inputs of many tests, because starting one costs more than most refusals; each input is measured
on its own, in CPU time, so that a busy machine changes little. The bound on memory holds for all of them together.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from tempfile import TemporaryFile
from typing import Any, Final, NamedTuple, NoReturn, TypeAlias

from tests.house.tree import ROOT

#: What a refusal may cost, and what the largest file may cost that is accepted: CPU seconds; and megabytes above an
#: idle import. What looks dear is tried again by the child, and the least of it counts: a busy machine only adds.
SECONDS: Final = {"refused": 1.0, "accepted": 2.0}
MEGABYTES: Final = 200

_WALL: Final = 120
_MESSAGE: Final = 500


class Ended(NamedTuple):
    """How an input ended.

    `outcome` is "refused" or "accepted". `codes` are those of the error or of the diagnostics (slugs), in order;
    `places` where they stand: "line:column" in a rule file, else a path. `value` is what was accepted, as text.
    """

    name: str
    outcome: str
    codes: tuple[str, ...]
    places: tuple[str, ...]
    messages: tuple[str, ...]
    value: Any
    seconds: float
    megabytes: float

    @property
    def code(self) -> str:
        """The first code, "" where nothing was found."""
        return self.codes[0] if self.codes else ""

    def place(self, code: str) -> str:
        """Where the first finding with this code stands."""
        return self.places[self.codes.index(code)]


class Child:
    """A process that takes inputs, with an environment and options of its own."""

    def __init__(self, environment: Mapping[str, str], options: Iterable[str]) -> None:
        self.errors = TemporaryFile()  # noqa: SIM115 - open as long as the process
        self.told = ""
        self.process = subprocess.Popen(
            [sys.executable, *options, "-m", "tests.hostile.child"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            env={**os.environ, **environment},
        )

    def asked(self, wanted: Mapping[str, Any], data: bytes = b"") -> dict[str, Any]:
        """The answer to one line and its bytes. Fails where the process ends or takes too long."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        try:
            self.process.stdin.write(json.dumps(wanted).encode() + b"\n" + data)
            self.process.stdin.flush()
        except BrokenPipeError:
            self.failed(wanted)
        if not select.select([self.process.stdout], [], [], _WALL)[0]:
            self.failed(wanted)
        answer = self.process.stdout.readline()
        if not answer:
            self.failed(wanted)
        found: dict[str, Any] = json.loads(answer)
        return found

    def failed(self, wanted: Mapping[str, Any]) -> NoReturn:
        code = self.close()
        raise AssertionError(f"no answer to {wanted}: {code} {self.told[-2_000:]}")

    def close(self) -> int:
        """Ends the process."""
        self.process.kill()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()
        code = self.process.wait()
        self.errors.seek(0)
        self.told = self.errors.read().decode(errors="replace")
        self.errors.close()
        return code


_Settings: TypeAlias = tuple[tuple[tuple[str, str], ...], tuple[str, ...]]

#: By environment and options: the children of this process of the tests.
_children: dict[_Settings, Child] = {}


def close_children() -> None:
    """Ends every child that there is."""
    while _children:
        _children.popitem()[1].close()


def run(
    act: str,
    inputs: Mapping[str, bytes | str],
    *,
    environment: Mapping[str, str] | None = None,
    options: Iterable[str] = (),
    fresh: bool = False,
) -> dict[str, Ended]:
    """Hands each input to an act of `acts.py`; by name how it ended. Fails on anything but an answer within bounds.

    A text goes out as UTF-8, half surrogate pairs included. `environment` is put over the present one, `options` are
    the interpreter's. With `fresh` the process is a new one, in which nothing has been used yet.
    """
    settings: _Settings = (tuple(sorted((environment or {}).items())), tuple(options))
    if fresh and settings in _children:
        _children.pop(settings).close()
    child = _children.get(settings) or Child(dict(settings[0]), settings[1])
    _children[settings] = child
    found = {}
    try:
        for name, given in inputs.items():
            data = given.encode("utf-8", "surrogatepass") if isinstance(given, str) else given
            found[name] = _ended(child.asked({"act": act, "name": name, "size": len(data)}, data))
        assert child.asked({}) == {"unharmed": True}, f"a good file means something else after {list(inputs)}"
    except AssertionError:
        _children.pop(settings)
        if child.process.poll() is None:
            child.close()
        raise
    for ended in found.values():
        _within_bounds(ended)
    return found


def _ended(line: Mapping[str, Any]) -> Ended:
    codes, places, messages = (tuple(line.get(name, ())) for name in ("codes", "places", "messages"))
    ended = (line.get("value"), line["seconds"], line["megabytes"])
    return Ended(line["name"], line["outcome"], codes, places, messages, *ended)


def _within_bounds(ended: Ended) -> None:
    assert ended.outcome in ("refused", "accepted"), f"{ended.name}: {ended.outcome} {ended.codes} {ended.messages}"
    assert ended.seconds < SECONDS[ended.outcome], f"{ended.name}: {ended.seconds} s, {ended.codes[:4]}"
    assert ended.megabytes < MEGABYTES, f"{ended.name}: {ended.megabytes} MB, {ended.codes[:4]}"
    for message in ended.messages:
        assert len(message) <= _MESSAGE, f"{ended.name}: {message}"
        assert message.isprintable(), f"{ended.name}: {message!r}"


def refused(act: str, inputs: Mapping[str, bytes | str], code: str, **settings: Any) -> dict[str, Ended]:
    """All of them are refused, with this code among others."""
    return each(act, {name: (given, code) for name, given in inputs.items()}, **settings)


def accepted(act: str, inputs: Mapping[str, bytes | str], **settings: Any) -> dict[str, Ended]:
    """All of them are accepted."""
    found = run(act, inputs, **settings)
    others = [f"{name}: {', '.join(ended.codes[:4])}" for name, ended in found.items() if ended.outcome != "accepted"]
    assert not others, "\n".join(others)
    return found


def each(act: str, wanted: Mapping[str, tuple[bytes | str, str]], **settings: Any) -> dict[str, Ended]:
    """Each input is refused with its code, among others."""
    found = run(act, {name: given for name, (given, _) in wanted.items()}, **settings)
    others = [
        f"{name}: {ended.outcome} with {', '.join(ended.codes[:4])}, not {wanted[name][1]}"
        for name, ended in found.items()
        if ended.outcome != "refused" or wanted[name][1] not in ended.codes
    ]
    assert not others, "\n".join(others)
    return found
