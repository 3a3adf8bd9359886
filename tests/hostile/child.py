"""The process that takes hostile inputs: one after another, each measured on its own, in bounds that end it if it must.

Standard input: for each input a line of JSON (`act`, `name`, `size`), then that many bytes. Standard output: for each a
line of JSON as `driver.Ended` has it. A line of JSON without an act asks whether a good file is still decided as it was
before everything else.
"""

from __future__ import annotations

import json
import resource
import signal
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Any, Final

_ADDRESS_SPACE: Final = 1 << 30
#: CPU seconds: of one input until it is given up, and of the process until it is killed.
_GIVEN_UP: Final = 5
_KILLED: Final = 600
#: How often an input is tried that takes so many seconds, but not so many that no other try can help.
_TRIES: Final = 4
_MUCH: Final = 0.85
_HOPELESS: Final = 3


#: CPU seconds of `pace` on a processor that is left alone: neighbours make every second longer, up to twice.
_ALONE: Final = 0.085


class Late(BaseException):
    """An input took far longer than it may; nothing in the package catches this."""


def late(signal_number: int, frame: FrameType | None) -> None:
    raise Late


def peak_megabytes() -> float:
    """The most memory that this process has held. `ru_maxrss` would count what its parent held as well."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise LookupError("no VmHWM in /proc/self/status")


def measured(act: Any, data: bytes, idle: float) -> dict[str, Any]:
    """What an act says of an input, and what it cost: the least of some tries where it is much, because a busy machine
    makes even CPU time longer, and never shorter."""
    said = once(act, data)
    for _ in range(_TRIES - 1):
        if not _MUCH < said["seconds"] < _HOPELESS or said["outcome"] == "escaped":
            break
        said = min(said, once(act, data), key=lambda one: float(one["seconds"]))
    return {**said, "megabytes": peak_megabytes() - idle}


def once(act: Any, data: bytes) -> dict[str, Any]:
    """What an act says of an input, and how long it took."""
    start = time.process_time()
    try:
        signal.setitimer(signal.ITIMER_PROF, _GIVEN_UP)
        said = act(data)
        signal.setitimer(signal.ITIMER_PROF, 0)
    except BaseException as error:  # noqa: BLE001 - that nothing else comes out is what is tested
        signal.setitimer(signal.ITIMER_PROF, 0)
        said = {"outcome": "escaped", "codes": [type(error).__name__], "messages": [str(error)[:200]]}
    seconds = time.process_time() - start
    return {**said, "seconds": seconds / slowness() if seconds > _MUCH else seconds}


def slowness() -> float:
    """How much longer the processor takes now than when it is left alone: from 1 to 2, neighbours are believed no more.
    Asked just behind an input that took long, in the same process, so that the bound is one of work."""
    return min(2.0, max(1.0, min(pace(), pace()) / _ALONE))


def pace() -> float:
    """CPU seconds of a piece of work that never changes."""
    start = time.process_time()
    found: dict[str, int] = {}
    for number in range(200_000):
        key = f"name_{number % 5000}"
        found[key] = found.get(key, 0) + len(key.split("_"))
    return time.process_time() - start


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE, _ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CPU, (_KILLED, _KILLED))
    signal.signal(signal.SIGPROF, late)
    import loyalty_rules  # noqa: F401 - an idle import is what memory is counted from

    idle = peak_megabytes()
    from tests.hostile import acts, fuzzacts

    known = {**acts.ACTS, **fuzzacts.FUZZED}
    before = acts.of_a_good_file()
    stream = sys.stdin.buffer
    while head := stream.readline():
        wanted = json.loads(head)
        if "act" in wanted:
            data = stream.read(wanted["size"])
            said = {"name": wanted["name"], **measured(known[wanted["act"]], data, idle)}
        else:
            said = {"unharmed": acts.of_a_good_file() == before}
        print(json.dumps(said), flush=True)


if __name__ == "__main__":
    main()
