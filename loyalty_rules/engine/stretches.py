"""Since when a member last completed a challenge: with it what is counted `since last completion of` begins anew.

A completion begins a stretch, and a counter keeps a sum for each. What is counted since the last completion is the
stretches from that one on: where its order comes back, the stretch before it goes on as if it had never ended.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from loyalty_rules.lang.checked import done_at_key
from loyalty_rules.lang.conditions import WindowKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loyalty_rules.lang.conditions import Measure

Stretches = Mapping[str, tuple[int, int]]  # by challenge: its last completion, 0 without one; and until when is counted


def counted_since(measures: Iterable[Measure]) -> frozenset[str]:
    """The challenges since whose completion something is counted."""
    return frozenset(one.window.of for one in measures if one.window.kind is WindowKind.SINCE_DONE)


def stretches(challenges: Iterable[str], counters: Mapping[str, tuple[tuple[int, int], ...]], at: int) -> Stretches:
    """What stands of the completions of a member at an instant."""
    found = {}
    for name in challenges:
        done = (bucket for bucket, net in counters.get(done_at_key(name), ()) if net > 0 and bucket <= at)
        found[name] = (max(done, default=0), at)
    return found
