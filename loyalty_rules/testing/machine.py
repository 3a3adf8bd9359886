"""Random histories against somebody else's implementation: a ledger, a store, a service that keeps members.

The engine decides each event beside it, and after every event the two have to say the same: what happened, and what
the member holds. What differs is shrunk to the shortest history that shows it.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Final, NamedTuple, Protocol

from loyalty_rules.errors import DecisionError, InputError
from loyalty_rules.events import Event
from loyalty_rules.histories import decided
from loyalty_rules.member import MemberState
from loyalty_rules.programme import Programme
from loyalty_rules.shared import SharedState
from loyalty_rules.testing.choosing import Draw
from loyalty_rules.testing.drawing import History, draw_history
from loyalty_rules.testing.interest import Interest
from loyalty_rules.testing.searching import drawn, smallest

#: What became of an event that was refused with an error.
REFUSED: Final = "refused"


class Ledger(Protocol):
    """What is put under test. A new one is made for every history, and knows nothing.

    `begin` takes the member as it stood before; `decide` keeps what comes of an event and says the outcome: `decided`,
    `repeated`, `not_returnable`, or `refused` for whatever the implementation refuses; `balance` says the usable and
    the pending units of a purse in its smallest unit, `level` the level on a ladder, "" for the base without a name.
    `reload` forgets all that is not stored, and reads it again.
    """

    def begin(self, member: MemberState) -> None: ...

    def decide(self, event: Event) -> str: ...

    def balance(self, purse: str) -> tuple[int, int]: ...

    def level(self, ladder: str) -> str: ...

    def reload(self) -> None: ...


class Difference(NamedTuple):
    """Where an implementation and the engine do not agree. `place`: of the event in the history, from 0."""

    history: History
    place: int
    what: str
    engine: object
    other: object

    def __str__(self) -> str:
        where = f"after event {self.place + 1}"
        return f"{where}, {self.what}: {self.engine!r} is expected, not {self.other!r}\n\n{self.history!r}"


def compare(history: History, make: Callable[[], Ledger]) -> Difference | None:
    """The first event after which the two differ, each event told twice and everything stored read again; None where
    they never do."""
    programme, ledger = history.interest.programme, make()
    states, shared = {history.member.member: history.member}, programme.new_shared()
    ledger.begin(history.member)
    for place, event in enumerate(_told(history)):
        ledger.reload()
        (expected, shared), outcome = _decided(programme, states, event, shared), ledger.decide(event)
        if outcome != expected:
            return Difference(history, place // 2, "outcome", expected, outcome)
        for what, own, other in _shown(programme, states[history.member.member], ledger):
            if own != other:
                return Difference(history, place // 2, what, own, other)
    return None


def _told(history: History) -> list[Event]:
    """Each event twice: an answer may get lost on its way."""
    return [event for one in history.events for event in (one, one)]


def _decided(
    programme: Programme, states: dict[str, MemberState], event: Event, shared: SharedState
) -> tuple[str, SharedState]:
    """What the engine says of an event, and what members share after it; the members of `states` are afterwards as it
    left them."""
    try:
        decisions = decided(programme, states, event, shared)
    except (InputError, DecisionError):
        return REFUSED, shared
    states.update({one.member.member: one.member for one in decisions})
    return decisions[0].outcome, decisions[-1].shared or shared


def _shown(programme: Programme, state: MemberState, ledger: Ledger) -> list[tuple[str, object, object]]:
    purses = sorted(programme.checked.purses)
    shown: list[tuple[str, object, object]] = [
        (f"balance of {name}", tuple(programme.balance(state, name)), tuple(ledger.balance(name))) for name in purses
    ]
    ladders = sorted(programme.checked.ladders)
    return [*shown, *((f"level of {name}", programme.level(state, name), ledger.level(name)) for name in ladders)]


def disagreement(
    programme: Programme, make: Callable[[], Ledger], *, runs: int = 200, seed: int = 0, most: int = 12
) -> Difference | None:
    """Runs so many histories of up to `most` events; the shortest on which the two differ, or None."""
    random, interest = Random(seed), Interest(programme)

    def drawing(draw: Draw) -> History:
        return draw_history(draw, interest, most)

    def differs(history: History) -> bool:
        return compare(history, make) is not None

    for _ in range(runs):
        history, chosen = drawn(drawing, random)
        if differs(history):
            return compare(smallest(drawing, differs, history, chosen), make)
    return None
