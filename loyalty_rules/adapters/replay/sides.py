"""One programme, or two of them side by side, deciding the same events for the same members."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain

from loyalty_rules.adapters.replay import outputs
from loyalty_rules.adapters.replay.badrows import Row
from loyalty_rules.adapters.replay.comparing import Comparison
from loyalty_rules.adapters.replay.figures import Figures, Known, Moved, Tally
from loyalty_rules.adapters.replay.orders import Reader, Told
from loyalty_rules.errors import InputError, LoyaltyError
from loyalty_rules.events import Merge, Purchase, Tick, Transfer
from loyalty_rules.histories import in_steps
from loyalty_rules.member import MemberState
from loyalty_rules.programme import Decision, Programme
from loyalty_rules.shared import SharedState
from loyalty_rules.text import line_order_key


class Sheet:
    """Adds up what becomes of one member, and writes it where there are tables for it."""

    def __init__(self, known: Known, figures: Figures, parts: outputs.Parts | None) -> None:
        self._programme, self._parts = known.programme, parts
        self._tally = Tally(known, figures)
        self._decisions = 0
        self._orders = 0

    def take(self, decision: Decision) -> list[Moved]:
        """Takes a decision, and gives what it moved. One of time alone has no row where it changed nothing."""
        moved, changed = self._tally.take(decision)
        event, member = decision.event, decision.member.member
        told = None if isinstance(event, Tick) else event.id
        self._decisions += 1
        self._orders += isinstance(event, Purchase) and decision.outcome == "decided"
        if self._parts is None:
            return moved
        if told is not None or decision.effects:
            self._parts.add(outputs.DECISIONS, member, told, event.kind, event.at, decision.outcome)
        for one in moved:
            units = outputs.amount(self._programme, one.purse, one.units)
            row = (member, told, one.at, one.purse, one.rule or None, one.reason, units)
            self._parts.add(outputs.MOVEMENTS, *row)
        for change in changed:
            self._parts.add(outputs.LEVELS, member, change.at, change.ladder, change.before, change.after)
        return moved

    def finish(self) -> None:
        """Takes what the member holds at the end."""
        programme, member, tally = self._programme, self._tally.member, self._tally
        held = tally.finish(self._orders)
        if member is None or self._parts is None:
            return
        for purse, holds in held:
            amounts = (outputs.amount(programme, purse, units) for units in holds)
            self._parts.add(outputs.BALANCES, member.member, purse, *amounts)
        levels = (programme.level(member, ladder) for ladder in programme.checked.ladders)
        row = (member.member, self._orders, self._decisions, tally.first, tally.last)
        self._parts.add(outputs.MEMBERS, *row, *levels)


@dataclass(slots=True)
class Side:
    """A programme with the members that it has decided, and what they share."""

    known: Known
    figures: Figures
    parts: outputs.Parts | None
    shared: SharedState
    states: dict[str, MemberState] = field(default_factory=dict)
    sheets: dict[str, Sheet] = field(default_factory=dict)

    @property
    def programme(self) -> Programme:
        return self.known.programme

    def take(self, told: Told) -> list[tuple[Decision, list[Moved]]]:
        """The decisions of an event and its follow-ups, each with what it moved."""
        found: list[tuple[Decision, list[Moved]]] = []
        for decision in self._decided(told):
            member = decision.member.member
            self.states[member], self.shared = decision.member, decision.shared or self.shared
            if member not in self.sheets:
                self.sheets[member] = Sheet(self.known, self.figures, self.parts)
            found.append((decision, self.sheets[member].take(decision)))
        return found

    def _decided(self, told: Told) -> tuple[Decision, ...]:
        event = told.event
        if isinstance(event, Transfer | Merge):  # refused here as everywhere: members may be decided apart
            member = self.states.get(event.member) or self.programme.new_member(event.member)
            return (self.programme.decide(member, event, self.shared),)
        return in_steps(self.programme, self.states, event, self.shared)

    def clear(self) -> None:
        """Forgets all members."""
        self.shared = self.programme.new_shared()
        self.states.clear()
        self.sheets.clear()


@dataclass(slots=True)
class Desk:
    """Decides events under one programme, or under two of which the second is compared with."""

    reader: Reader
    sides: Sequence[Side]
    comparison: Comparison | None
    last: dict[str, Row] = field(default_factory=dict)  # that told what became of a member

    def take(self, told: Told) -> None:
        """Decides one event. Raises `BadRowError`."""
        found: list[list[tuple[Decision, list[Moved]]]] = []
        for side in self.sides:
            try:
                found.append(side.take(told))
            except LoyaltyError as error:
                raise self.reader.placed(self._by_side(error, side), told) from None
        for decision, _ in chain(*found):
            self.last[decision.member.member] = told.row
        if self.comparison is not None:
            self.comparison.take(*found)

    def _by_side(self, error: LoyaltyError, side: Side) -> LoyaltyError:
        if side is self.sides[0]:
            return error
        return InputError(error.code, f"under {side.programme.source.name}: {error.message}", error.where)

    def end(self, at: int) -> None:
        """Time goes on to the end for all members, and they are done with."""
        for member in sorted(self.last, key=line_order_key):
            self.take(Told(Tick(member, at), self.last[member]))
            for side in self.sides:
                side.sheets[member].finish()
            if self.comparison is not None:
                self.comparison.finish(member)
        for side in self.sides:
            side.clear()
        self.last.clear()
