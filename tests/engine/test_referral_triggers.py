"""What a referral waits for besides orders, events and joining: challenges and levels of the friend."""

from __future__ import annotations

import pytest

from loyalty_rules import Decision, Programme, RuleFileError, load
from loyalty_rules.adapters.wire import read_event, write_event
from loyalty_rules.decision import PointsAwarded
from loyalty_rules.events import Event, cancellation, invitation, line, purchase, returned, tick, transfer
from loyalty_rules.histories import decided
from loyalty_rules.member import MemberState

RULES = """loyalty rules 1
programme "Club"
  currency RUB
  time zone UTC
  week starts monday
  basis money paid
  prices include tax
  returns {returns}
  late events accepted for 5 days
end
purse pts "Points"
  rules add up
  round down per order
  usable at once
  expire never
  after a return may go negative
end
tiers status
  level gold when spend in calendar month at least 1 000 RUB
  upgrade from start of next calendar month
  review at end of calendar year
  downgrade one level
  after a return keep
end
challenge hundred "A hundred roubles"
  goal spend since the beginning at least 100 RUB
  {how}
  give 30 pts
  after a return {challenge}
end
referral active
  after completing hundred
  give inviter 300 pts
  give friend 100 pts
  after a return {referral}
end
referral golden
  after reaching gold in ladder status
  give inviter 500 pts
  after a return keep
end
"""

REPLAY = "replay within 60 days\n  returns keep prices"


def club(
    returns: str = REPLAY, how: str = "once", challenge: str = "take back", referral: str = "take back"
) -> Programme:
    return load(RULES.format(returns=returns, how=how, challenge=challenge, referral=referral))


class Both:
    """The inviter "a" and the friend "b", and what follows from each event."""

    def __init__(self, rules: Programme) -> None:
        self.rules = rules
        self.states: dict[str, MemberState] = {}
        self.last: tuple[Decision, ...] = ()
        self.told(invitation("i-1", "a", "2026-03-01T10:00:00Z", "b"))

    def told(self, event: Event) -> dict[str, int]:
        """What each of the two was given."""
        self.last = decided(self.rules, self.states, event)
        for one in self.last:
            self.states[one.member.member] = one.member
            for following in one.follow_ups:
                assert read_event(write_event(following, self.rules), self.rules) == following
        given: dict[str, int] = {}
        for one in self.last:
            units = sum(effect.granted for effect in one.effects if isinstance(effect, PointsAwarded))
            given[one.member.member] = given.get(one.member.member, 0) + units
        return given

    def order(self, name: str, at: str, *prices: str) -> dict[str, int]:
        lines = [line(str(place), price=price) for place, price in enumerate(prices)]
        return self.told(purchase(name, "b", at, lines, currency="RUB"))

    def held(self, member: str) -> int:
        return sum(lot.left for purse in self.states[member].purses for lot in purse.lots)


@pytest.mark.parametrize("returns", [REPLAY, "in proportion within 60 days"])
def test_both_sides_fall_with_the_completion(returns: str) -> None:
    """Of 100 RUB 40 come back: the goal is not reached, and both have nothing; of 150 RUB it still is."""
    both = Both(club(returns))
    assert both.order("o-1", "2026-03-02T10:00:00Z", "60", "40") == {"b": 130, "a": 300}
    both.told(returned("r-1", "b", "2026-03-03T10:00:00Z", "o-1", {"1": "1"}))
    assert (both.held("b"), both.held("a")) == (0, 0)
    other = Both(club(returns))
    assert other.order("o-1", "2026-03-02T10:00:00Z", "110", "40") == {"b": 130, "a": 300}
    other.told(returned("r-1", "b", "2026-03-03T10:00:00Z", "o-1", {"1": "1"}))
    assert (other.held("b"), other.held("a")) == (130, 300)


def test_both_sides_stand_where_the_completion_does() -> None:
    both = Both(club(challenge="keep", referral="keep"))
    assert both.order("o-1", "2026-03-02T10:00:00Z", "100") == {"b": 130, "a": 300}
    both.told(cancellation("c-1", "b", "2026-03-03T10:00:00Z", "o-1"))
    assert (both.held("b"), both.held("a")) == (130, 300)
    assert both.order("o-2", "2026-03-04T10:00:00Z", "100") == {"b": 0}


def test_it_gives_each_time_the_challenge_is_completed() -> None:
    both = Both(club(how="repeat from zero"))
    assert both.order("o-1", "2026-03-02T10:00:00Z", "250") == {"b": 130, "a": 300}
    assert both.order("o-2", "2026-03-02T11:00:00Z", "90") == {"b": 0}
    assert both.order("o-3", "2026-03-02T12:00:00Z", "10") == {"b": 130, "a": 300}


def test_an_order_that_is_told_late_completes_it_too() -> None:
    both = Both(club())
    assert both.order("o-1", "2026-03-05T10:00:00Z", "60") == {"b": 0}
    assert both.order("o-2", "2026-03-04T10:00:00Z", "40") == {"b": 130, "a": 300}


def test_a_level_that_time_brings_is_one_follow_up_whatever_it_is_told_with() -> None:
    start = Both(club())
    start.order("o-1", "2026-03-02T10:00:00Z", "1000")
    before = dict(start.states)
    assert start.told(tick("b", "2026-04-01T00:00:00Z")) == {"b": 0, "a": 500}
    (by_tick,) = start.last[0].follow_ups
    assert start.order("o-2", "2026-04-02T10:00:00Z", "10") == {"b": 0}

    start.states = before
    assert start.order("o-2", "2026-04-02T10:00:00Z", "10") == {"b": 0, "a": 500}
    assert start.last[0].follow_ups == (by_tick,)
    assert by_tick.at == 1_775_001_600_000_000  # the first instant of April
    again = start.rules.decide(start.states["a"], by_tick)
    assert again.outcome == "repeated"
    assert again.member == start.states["a"]


def test_a_level_that_a_transfer_brings_is_thanked_for() -> None:
    text = RULES.format(returns=REPLAY, how="once", challenge="keep", referral="keep")
    text = text.replace(
        "  rules add up\n", "  rules add up\n  transfer at most 1 000 pts in calendar month\n  take oldest first\n"
    ).replace(
        "when spend in calendar month at least 1 000 RUB\n  upgrade from start of next calendar month",
        "when balance of pts at least 150\n  upgrade from next order",
    )
    both = Both(load(text))
    assert both.told(invitation("i-2", "a", "2026-03-01T10:00:00Z", "c")) == {"a": 0, "c": 0}
    assert both.order("o-1", "2026-03-02T10:00:00Z", "100") == {"b": 130, "a": 300}
    giver = purchase("o-1", "c", "2026-03-02T10:00:00Z", [line("1", price="100")], currency="RUB")
    assert both.told(giver) == {"c": 130, "a": 300}
    assert both.told(transfer("t-1", "c", "2026-03-03T10:00:00Z", "pts", "20", to="b")) == {"c": 0, "b": 0, "a": 500}


def test_a_friend_whom_nobody_invited_is_given_nothing() -> None:
    rules = club()
    event = purchase("o-1", "b", "2026-03-02T10:00:00Z", [line("1", price="1000")], currency="RUB")
    alone = rules.decide(rules.new_member("b"), event)
    assert [one.granted for one in alone.effects if isinstance(one, PointsAwarded)] == [30]
    later = rules.decide(alone.member, tick("b", "2026-04-02T00:00:00Z"))
    assert (alone.follow_ups, later.follow_ups) == ((), ())


@pytest.mark.parametrize(
    ("how", "challenge", "referral", "code"),
    [
        ("repeat with carry", "take back", "take back", "L411"),
        ("once", "take back", "keep", "L412"),
        ("once", "keep", "take back", "L412"),
    ],
)
def test_what_a_challenge_may_not_say(how: str, challenge: str, referral: str, code: str) -> None:
    with pytest.raises(RuleFileError) as refused:
        club(how=how, challenge=challenge, referral=referral)
    assert [one.problem.code for one in refused.value.diagnostics] == [code]
