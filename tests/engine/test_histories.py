"""Histories of many members: what an order costs does not depend on how many there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from loyalty_rules.events import line, purchase
from loyalty_rules.histories import decided
from loyalty_rules.member import MemberState
from tests.engine.deciding import programme
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
