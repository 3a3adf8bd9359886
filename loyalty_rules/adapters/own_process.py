"""What a process sets for itself that is ours alone, a command or a worker. A library leaves this to its host."""

from __future__ import annotations

import gc
from typing import Final

#: After so many new objects, and so many times of that, and so on, the collector looks for those that only refer to one
#: another. Rule files and members are many objects that stay, or go without it, so it has to look seldom.
_SELDOM: Final = (20_000, 20, 100)


def collect_seldom() -> None:
    """Lets the collector of this process look seldom: a third of the time that a large rule file takes is its own."""
    gc.set_threshold(*_SELDOM)
