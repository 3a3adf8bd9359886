"""What is counted since a challenge was last completed: how much of it is kept, and under which names."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import pytest

from loyalty_rules import MemberState, Programme, RuleFileError, cancellation, line, load, merge, purchase
from loyalty_rules.adapters.wire import read_member, write_member
from loyalty_rules.events import Purchase
from loyalty_rules.ledger.counters import buckets_of

HEAD: Final = """loyalty rules 1

programme "Club"
  currency RUB
  time zone UTC
  week starts monday
  basis money paid
  prices include tax
  {returns}
  late events refused
end

purse bonus
  rules add up
  round down per order
  usable at once
  expire never
  {after}
end

challenge {card} "Card"
  goal orders since the beginning at least 2 orders
  repeat from zero
  {gone}
  {was}
end

earn second
  when {measure} since last completion of {card} is {bound}
  give 1 bonus
  {more}
end
"""
REPLAY: Final = "returns replay within 7 days\n  returns keep prices"
JUNE: Final = datetime(2026, 6, 1, tzinfo=UTC)


def text(returns: str = REPLAY, card: str = "card", **also: str) -> str:
    back = returns != "returns refused"
    return HEAD.format(
        returns=returns,
        after="after a return may go negative" if back else "",
        gone=also.get("gone", "after a return take back" if back else ""),
        card=card,
        was=also.get("was", ""),
        measure=also.get("measure", "orders"),
        bound=also.get("bound", "2 orders"),
        more=also.get("more", ""),
    )


def order(id: str, at: str, price: str = "10", member: str = "m") -> Purchase:
    return purchase(id, member, f"2026-{at}:00Z", [line("1", price=price)], currency="RUB")


def after(rules: Programme, *orders: Purchase, state: MemberState | None = None) -> MemberState:
    state = state or rules.new_member(orders[0].member)
    for one in orders:
        state = rules.decide(state, one).member
    return state


def held(state: MemberState) -> int:
    return sum(lot.left for purse in state.purses for lot in purse.lots)


def kept(state: MemberState) -> list[int]:
    """What the counter of orders since the last completion holds, stretch by stretch."""
    return [net for _, net in buckets_of(state.counters, "ORDERS SINCE_DONE card")]


def test_stretches_are_kept_as_long_as_their_completion_may_fall() -> None:
    """Every second order completes, each belongs to the stretch before. An order may come back for 7 days: at that of
    25 March the oldest is the one of the 18th, and the stretch in which it lies has begun on the 16th."""
    rules = load(text())
    state = after(rules, *(order(f"o-{day}", f"03-{day:02}T10:00") for day in range(1, 26)))
    assert kept(state) == [2, 2, 2, 2, 1]
    assert len(buckets_of(state.counters, "card DONE_AT")) == 5


def test_where_nothing_comes_back_one_stretch_is_kept() -> None:
    """The completion before the last one is forgotten with the next."""
    rules = load(text("returns refused"))
    state = after(rules, *(order(f"o-{day}", f"03-{day:02}T10:00") for day in range(1, 26)))
    assert kept(state) == [1]
    assert len(buckets_of(state.counters, "card DONE_AT")) == 2


def test_two_completions_that_fall_leave_one_stretch() -> None:
    """Orders 1 and 2, 3 and 4, and 5. Without the completions by 2 and by 4 all that is left of them is one stretch:
    the orders 1, 3 and 5."""
    rules = load(text(bound="4 orders"))
    state = after(rules, *(order(f"o-{day}", f"03-{day:02}T10:00") for day in range(1, 6)))
    for number in (2, 4):
        state = rules.decide(
            state, cancellation(f"c-{number}", "m", f"2026-03-06T10:0{number}:00Z", f"o-{number}")
        ).member
    assert held(after(rules, order("o-6", "03-06T11:00"), state=state)) == 1


def test_a_completion_that_stays_goes_on_ending_its_stretch() -> None:
    rules = load(text(gone="after a return keep"))
    state = after(rules, order("o-1", "03-01T10:00"), order("o-2", "03-02T10:00"))
    state = rules.decide(state, cancellation("c-2", "m", "2026-03-02T12:00:00Z", "o-2")).member
    third = after(rules, order("o-3", "03-03T10:00"), state=state)
    assert (held(third), held(after(rules, order("o-4", "03-04T10:00"), state=third))) == (0, 1)


def test_the_document_of_a_member_holds_it() -> None:
    rules = load(text())
    state = after(rules, *(order(f"o-{day}", f"03-{day:02}T10:00") for day in range(1, 5)))
    assert read_member(write_member(state, rules), rules) == state


def test_a_new_name_takes_it_over() -> None:
    """Completed with the second order; the third one is of the old edition, the fourth of the new one."""
    old, new = text("returns refused"), text("returns refused", card="stamps", was="was card")
    state = after(load(old), *(order(f"o-{n}", f"05-0{n}T10:00") for n in (1, 2, 3)))
    renamed = load(new, earlier=[(old, JUNE)])
    assert held(after(renamed, order("o-4", "06-02T10:00"), state=state)) == held(state) + 1


def test_members_that_become_one_go_on_from_the_later_completion() -> None:
    """Of m on the 2nd, of n on the 4th; n has one order since."""
    rules = load(text("returns refused"))
    stays = after(rules, order("o-1", "03-01T10:00"), order("o-2", "03-02T10:00"))
    goes = after(rules, *(order(f"n-{day}", f"03-0{day}T11:00", member="n") for day in (3, 4, 5)))
    one = merge("g-1", "n", "2026-03-06T11:00:00Z", into="m", reason="one person", actor="anna")
    _, merged = rules.merge(goes, stays, one)
    assert held(after(rules, order("o-3", "03-07T10:00"), state=merged.member)) == held(merged.member) + 1


def test_a_ceiling_has_no_such_window() -> None:
    with pytest.raises(RuleFileError) as caught:
        load(text(more="cap 5 bonus per member since last completion of card"))
    assert [one.problem.code for one in caught.value.diagnostics] == ["L063"]
