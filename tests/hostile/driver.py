"""Sends hostile inputs to a process of their own and holds each to what a refusal may cost.

One process takes the inputs of a whole family, because starting one costs more than most refusals; each input is
measured on its own, in CPU time, so that a busy machine changes nothing.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from tests.house.tree import ROOT

#: What a refusal may cost: CPU seconds, and megabytes above an idle import.
#: The promise is one second; a shared machine is allowed twice that before a test calls it broken.
SECONDS: Final = 2.0
MEGABYTES: Final = 200

_WALL: Final = 300
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


def run(
    act: str,
    inputs: Mapping[str, bytes | str],
    *,
    environment: Mapping[str, str] | None = None,
    options: Iterable[str] = (),
) -> dict[str, Ended]:
    """Hands each input to an act of `acts.py`; by name how it ended. Fails on anything but an answer within bounds.

    A text goes out as UTF-8, half surrogate pairs included. `environment` is put over the present one, `options` are
    the interpreter's.
    """
    frames = []
    for name, given in inputs.items():
        data = given.encode("utf-8", "surrogatepass") if isinstance(given, str) else given
        frames += [json.dumps({"act": act, "name": name, "size": len(data)}).encode() + b"\n", data]
    done = subprocess.run(
        [sys.executable, *options, "-m", "tests.hostile.child"],
        cwd=ROOT,
        input=b"".join(frames),
        capture_output=True,
        env={**os.environ, **(environment or {})},
        timeout=_WALL,
        check=False,
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    found = {line["name"]: _ended(line) for line in lines if "name" in line}
    missing = next((name for name in inputs if name not in found), None)
    assert missing is None, f"the process ended at {missing!r}: {done.returncode} {done.stderr.decode()[-2_000:]}"
    assert (done.returncode, lines[-1]) == (0, {"unharmed": True}), done.stderr.decode()[-2_000:]
    for ended in found.values():
        _within_bounds(ended)
    return found


def _ended(line: Mapping[str, Any]) -> Ended:
    codes, places, messages = (tuple(line.get(name, ())) for name in ("codes", "places", "messages"))
    ended = (line.get("value"), line["seconds"], line["megabytes"])
    return Ended(line["name"], line["outcome"], codes, places, messages, *ended)


def _within_bounds(ended: Ended) -> None:
    assert ended.outcome in ("refused", "accepted"), f"{ended.name}: {ended.outcome} {ended.codes} {ended.messages}"
    assert ended.seconds < SECONDS, f"{ended.name}: {ended.seconds} s, {ended.codes[:4]}"
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
