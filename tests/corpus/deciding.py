"""The answers of this version to a history of a record."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from loyalty_rules import LoyaltyError, Programme
from loyalty_rules.adapters.wire import read_event, read_member, read_shared, write_decision, write_member, write_shared
from loyalty_rules.histories import decided
from loyalty_rules.member import MemberState
from loyalty_rules.shared import SharedState
from tests.corpus.records import REFUSED, Answer


@dataclass(slots=True)
class Standing:
    """Members and what they share, as the events so far have left them."""

    programme: Programme
    states: dict[str, MemberState] = field(default_factory=dict)
    shared: SharedState = field(init=False)

    def __post_init__(self) -> None:
        self.shared = self.programme.new_shared()

    def load(self, members: Iterable[str]) -> None:
        """Takes in member documents."""
        for text in members:
            member = read_member(text, self.programme)
            self.states[member.member] = member

    def decide(self, event: str) -> Answer:
        """What comes of one event as it came over the wire; a refused one leaves everything as it was."""
        try:
            found = decided(self.programme, self.states, read_event(event, self.programme), self.shared)
        except LoyaltyError as error:
            return (f"{REFUSED}{error.code}",)
        answer: list[str] = []
        for one in found:
            after = one.shared or self.shared
            shared = "" if after == self.shared else write_shared(after)
            answer += (write_decision(one), write_member(one.member, self.programme), shared)
            self.states[one.member.member], self.shared = one.member, after
        return tuple(answer)


def answers(programme: Programme, members: Iterable[str], events: Iterable[str]) -> Iterator[Answer]:
    """One answer an event, from the members as they stood before."""
    standing = Standing(programme)
    standing.load(members)
    for event in events:
        yield standing.decide(event)


def goes_on(
    programme: Programme, members: Iterable[str], events: Iterable[str], whole: Sequence[Answer]
) -> list[Answer]:
    """The same, where before each event everything is loaded anew from the documents that a record has: what a host
    does that stored them under the version of the record. Raises `InputError` where one of them is not read."""
    documents = {_name(text): text for text in members}
    shared, found = "", []
    for event, told in zip(events, whole, strict=True):
        found.append(_stored(programme, documents, shared).decide(event))
        if not told[0].startswith(REFUSED):
            documents |= {_name(text): text for text in told[1::3]}
            shared = next((text for text in reversed(told[2::3]) if text), shared)
    _stored(programme, documents, shared)  # what came of the last event has to be read as well
    return found


def _stored(programme: Programme, documents: Mapping[str, str], shared: str) -> Standing:
    standing = Standing(programme)
    standing.load(documents.values())
    standing.shared = read_shared(shared) if shared else standing.shared
    return standing


def _name(member: str) -> str:
    return str(json.loads(member)["core"]["member"])
