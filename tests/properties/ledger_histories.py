"""Random histories of the ledger machine as a host tells them, for properties that need no model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from random import Random
from typing import Final, NamedTuple

from loyalty_rules import Decision, LoyaltyError, load
from loyalty_rules import Programme as Loaded
from loyalty_rules.events import Event as Told
from loyalty_rules.member import MemberState
from tests.models.ledger_model import Member
from tests.models.ledger_programmes import Programme
from tests.models.ledger_state import Event, RefusedError
from tests.properties.ledger_drawing import Drawing
from tests.properties.ledger_machine import MEMBER, told
from tests.properties.ledger_parts import FEATURES
from tests.properties.ledger_telling import Telling

LENGTH: Final = 50
#: What one member does alone, and in time.
ALONE: Final = tuple(name for name in FEATURES if name not in ("transfers", "late", "budgets", "merges"))


class History(NamedTuple):
    """A programme, and events that it decides: none that is refused, not returnable, or told twice."""

    programme: Programme
    loaded: Loaded
    events: tuple[Event, ...]

    def told(self) -> list[Told]:
        return [told(event, self.programme) for event in self.events]

    def new(self) -> MemberState:
        return self.loaded.new_member(MEMBER)

    def decisions(self, events: Sequence[Told] | None = None) -> Iterator[Decision]:
        state = self.new()
        for event in self.told() if events is None else events:
            decision = self.loaded.decide(state, event)
            state = decision.member
            yield decision


@cache
def histories(count: int, features: tuple[str, ...] = ALONE, length: int = LENGTH) -> tuple[History, ...]:
    """The first so many; the same each time."""
    return tuple(history(seed, features, length) for seed in range(count))


def history(seed: int, features: tuple[str, ...], length: int) -> History:
    random = Random(seed)
    programme = Drawing(random, features).programme()
    loaded, member, events = load(programme.text()), Member(programme), []
    telling, state = Telling(random, member), loaded.new_member(MEMBER)
    for _ in range(length):
        event = telling.event()
        try:
            outcome = member.apply(event)
            decision = loaded.decide(state, told(event, programme))
        except (RefusedError, LoyaltyError):
            continue
        if outcome == decision.outcome == "decided":
            state = decision.member
            events.append(event)
    return History(programme, loaded, tuple(sorted(events, key=lambda event: event.at)))
