"""What happens in the process while an act runs: files opened, text compiled or run, values unpickled.

The audit hook of a process cannot be taken away again, so it writes into the list that is current, if there is one.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from tests.house.tree import ROOT

_OWN: Final = tuple(str(Path(folder).resolve()) for folder in (sys.prefix, sys.base_prefix, ROOT))
_TOLD: Final = frozenset({"pickle.find_class", "subprocess.Popen", "os.system", "socket.connect", "exec", "compile"})
_seen: list[str] | None = None
_hooked: list[bool] = []


def watched(act: Callable[[bytes], dict[str, Any]]) -> Callable[[bytes], dict[str, Any]]:
    """The same act; its value is what was seen, but for files of the package and of Python itself.

    It is done twice and watched the second time: the first brings in modules, and those run code when they are made.
    """

    def watching(data: bytes) -> dict[str, Any]:
        global _seen
        act(data)
        if not _hooked:
            _hooked.append(True)
            sys.addaudithook(_see)
        _seen = []
        said = act(data)
        seen, _seen = sorted(set(_seen)), None
        return {**said, "value": seen}

    return watching


def _see(event: str, arguments: tuple[Any, ...]) -> None:
    if _seen is None:
        return
    if event == "open" and not str(arguments[0]).startswith(_OWN):
        _seen.append(f"open {arguments[0]}")
    elif event in _TOLD:
        _seen.append(event)
