"""The process that takes hostile inputs: one after another, each measured on its own, in bounds that end it if it must.

Standard input: for each input a line of JSON (`act`, `name`, `size`), then that many bytes. Standard output: for each a
line of JSON as `driver.Ended` has it, and a last one that says whether a good file is still decided as it was before.
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
_GIVEN_UP: Final = 10
_KILLED: Final = 120


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
    """What an act says of an input, and what it cost."""
    start = time.process_time()
    try:
        signal.setitimer(signal.ITIMER_VIRTUAL, _GIVEN_UP)
        said = act(data)
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    except BaseException as error:  # noqa: BLE001 - that nothing else comes out is what is tested
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        said = {"outcome": "escaped", "codes": [type(error).__name__], "messages": [str(error)[:200]]}
    seconds = time.process_time() - start
    return {**said, "seconds": seconds, "megabytes": peak_megabytes() - idle}


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE, _ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CPU, (_KILLED, _KILLED))
    signal.signal(signal.SIGVTALRM, late)
    import loyalty_rules  # noqa: F401 - an idle import is what memory is counted from

    idle = peak_megabytes()
    from tests.hostile import acts

    before = acts.of_a_good_file()
    stream = sys.stdin.buffer
    while head := stream.readline():
        wanted = json.loads(head)
        data = stream.read(wanted["size"])
        print(json.dumps({"name": wanted["name"], **measured(acts.ACTS[wanted["act"]], data, idle)}), flush=True)
    print(json.dumps({"unharmed": acts.of_a_good_file() == before}))


if __name__ == "__main__":
    main()
