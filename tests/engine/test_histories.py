"""Histories of many members: what an order costs does not depend on how many there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from loyalty_rules.events import Event, enrolment, line, purchase, tick, transfer
from loyalty_rules.histories import decided, replay
from loyalty_rules.member import MemberState
from tests.engine.deciding import HEAD, programme
from tests.engine.test_events import RULES


class Others(Mapping[str, MemberState]):
    """Members of whom only single ones may be asked for."""

    def __getitem__(self, member: str) -> MemberState:
        raise KeyError(member)

    def __iter__(self) -> Iterator[str]:
        raise AssertionError("all members are looked at")

    def __len__(self) -> int:
        return 1_000_000


def test_nobody_looks_at_the_other_members() -> None:
    order = purchase("o", "m", "2026-03-07T11:00:00Z", [line("1", price="20")], currency="RUB")
    (decision,) = decided(programme(*RULES), Others(), order)
    assert decision.member.member == "m"


DAILY = 'earn daily "Daily"\n  at start of calendar day\n  give 1 pts'


def test_who_was_away_for_long_is_brought_nearer_by_ticks() -> None:
    """From 15 January 2026 to 1 January 2032 there are 2,177 starts of a day: twice a thousand, and the rest."""
    found = programme(DAILY)
    joined = enrolment("e", "m", "2026-01-15T10:00:00+03:00")
    first, *ticks, last = replay(found, [joined, tick("m", "2032-01-01T00:00:00+03:00")])
    assert [len(one.effects) for one in (first, *ticks, last)] == [0, 1_000, 1_000, 177]
    assert [one.event.at - ticks[0].event.at for one in ticks] == [0, 1_000 * 86_400_000_000]
    assert found.balance(last.member, "pts") == (2_177, 0)


def test_of_two_members_whoever_is_behind_is_told_time_first() -> None:
    """Whoever is given units was away since 2026: of 1,096 starts of a day a thousand come first."""
    giving = "  expire never\n  take oldest first\n  transfer at most 5 pts in calendar month\n"
    found = programme(DAILY, head=HEAD.replace("  expire never\n", giving, 1))
    joined = (enrolment("a", "m", "2026-01-01T00:00:00+03:00"), enrolment("b", "n", "2028-12-01T00:00:00+03:00"))
    events: list[Event] = [*joined, transfer("t", "n", "2029-01-01T00:00:00+03:00", "pts", "1", to="m")]
    made = list(replay(found, events))
    told = [(type(one.event).__name__, one.member.member, found.balance(one.member, "pts").usable) for one in made]
    assert told == [
        ("Enrolment", "m", 0),
        ("Enrolment", "n", 0),
        ("Tick", "m", 1_000),
        ("Transfer", "n", 31 - 1),
        ("Incoming", "m", 1_096 + 1),
    ]
