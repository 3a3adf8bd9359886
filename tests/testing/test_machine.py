"""An implementation of somebody else under random histories: one that is sound agrees, each fault is found and made
small."""

from __future__ import annotations

from loyalty_rules import LoyaltyError, load
from loyalty_rules.adapters.wire import read_member, write_member
from loyalty_rules.events import Cancellation, Event, Purchase
from loyalty_rules.histories import decided
from loyalty_rules.member import MemberState
from loyalty_rules.testing.machine import Ledger, disagreement
from tests.testing.samples import BACK, CLUB

BACK_RULES, CLUB_RULES = load(BACK), load(CLUB)


class Documents:
    """Members kept as JSON documents."""

    rules = BACK_RULES

    def begin(self, member: MemberState) -> None:
        self.stored = {member.member: write_member(member, self.rules)}
        self.reload()

    def reload(self) -> None:
        self.members = {name: read_member(text, self.rules) for name, text in self.stored.items()}

    def decide(self, event: Event) -> str:
        try:
            decisions = decided(self.rules, self.members, event)
        except LoyaltyError:
            return "refused"
        for one in decisions:
            self.keep(one.member)
        return decisions[0].outcome

    def keep(self, member: MemberState) -> None:
        self.members[member.member] = member
        self.stored[member.member] = write_member(member, self.rules)

    def balance(self, purse: str) -> tuple[int, int]:
        found = self.rules.balance(self.members["member"], purse)
        return found.usable, found.pending

    def level(self, ladder: str) -> str:
        return self.rules.level(self.members["member"], ladder)


class ClubDocuments(Documents):
    rules = CLUB_RULES


class Forgetful(Documents):
    """Does not write what it decides."""

    def keep(self, member: MemberState) -> None:
        self.members[member.member] = member


class Generous(Documents):
    """Says a point more as soon as there are ten."""

    def balance(self, purse: str) -> tuple[int, int]:
        usable, pending = super().balance(purse)
        return usable + (usable >= 10), pending


class OneLevelTooHigh(ClubDocuments):
    def level(self, ladder: str) -> str:
        return "gold" if super().level(ladder) == "silver" else super().level(ladder)


class WithoutCancellations(Documents):
    def decide(self, event: Event) -> str:
        return "refused" if event.kind == "cancellation" else super().decide(event)


def test_what_keeps_members_as_documents_agrees() -> None:
    sound: type[Ledger] = Documents
    assert disagreement(BACK_RULES, sound, runs=40) is None
    assert disagreement(CLUB_RULES, ClubDocuments, runs=15) is None


def test_a_store_that_does_not_write_decides_the_first_event_twice() -> None:
    found = disagreement(BACK_RULES, Forgetful, runs=20)
    assert found is not None
    assert (found.place, found.what, found.engine, found.other) == (0, "outcome", "repeated", "decided")
    assert len(found.history.events) == 1


def test_a_point_too_many_is_found_with_the_order_that_shows_it() -> None:
    found = disagreement(BACK_RULES, Generous, runs=60)
    assert found is not None
    assert isinstance(found.engine, tuple)
    assert (found.what, found.other) == ("balance of bonus", (found.engine[0] + 1, 0))
    assert len(found.history.events) <= 2
    assert str(found).startswith(f"after event {found.place + 1}, balance of bonus: (")
    assert 'places order "e-1"' in str(found)


def test_another_level_is_found() -> None:
    found = disagreement(CLUB_RULES, OneLevelTooHigh, runs=60)
    assert found is not None
    assert (found.what, found.engine, found.other) == ("level of status", "silver", "gold")


def test_an_event_that_is_not_taken_is_found() -> None:
    found = disagreement(BACK_RULES, WithoutCancellations, runs=100)
    assert found is not None
    assert (found.engine, found.other) == ("decided", "refused")
    *before, last = found.history.events
    assert isinstance(last, Cancellation)
    assert last.order in {event.id for event in before if isinstance(event, Purchase)}
