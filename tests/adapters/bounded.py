"""Runs one reading of hostile bytes in a process of its own, with limits, and says how it ended."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from typing import Final, NamedTuple

from tests.house.tree import ROOT

#: What a refusal may cost.
SECONDS: Final = 1.0
MEGABYTES: Final = 200
_ADDRESS_SPACE: Final = 1 << 30

_CHILD: Final = """
import json, resource, sys, time
from loyalty_rules.adapters.wire import read_decision, read_event, read_member
from loyalty_rules.errors import LoyaltyError
import loyalty_rules

data = sys.stdin.buffer.read()
programme = loyalty_rules.load(open(sys.argv[2], encoding="utf-8").read()) if sys.argv[1] == "member" else None
readers = {"event": read_event, "member": lambda text: read_member(text, programme), "decision": read_decision}
read = readers[sys.argv[1]]
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
start = time.process_time()
try:
    value = read(data)
    ended = ["accepted", repr(value)[:200], ""]
except LoyaltyError as error:
    ended = [error.code, error.message, error.where]
seconds = time.process_time() - start
grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
print(json.dumps([*ended, seconds, grown]))
"""


class Ended(NamedTuple):
    """How a reading ended: a code, or "accepted"."""

    code: str
    message: str
    where: str
    seconds: float
    megabytes: float


def read_bounded(data: bytes, kind: str = "event") -> Ended:
    """Reads `data` as a document of a kind. Whatever is not a `LoyaltyError` fails the test that asked."""
    rules = str(ROOT / "examples" / "grocery_club" / "grocery_club.loyalty")
    run = subprocess.run(
        [sys.executable, "-c", _CHILD, kind, rules],
        cwd=ROOT,
        input=data,
        capture_output=True,
        timeout=60,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE, _ADDRESS_SPACE)),
    )
    assert run.returncode == 0, run.stderr.decode()[-2000:]
    return Ended(*json.loads(run.stdout))


def assert_refused(data: bytes, code: str, where: str | None = None, kind: str = "event") -> None:
    """It is refused with this code, at this place, within the bounds."""
    ended = read_bounded(data, kind)
    assert (ended.code, ended.where if where is not None else None) == (code, where), ended
    assert ended.seconds < SECONDS
    assert ended.megabytes < MEGABYTES
    assert len(ended.message) <= 500
