"""What is undone is undone: histories in which goods come back, points are set aside and units go to another member are
drawn, decided and printed; and each property sees what it is there to see."""

from __future__ import annotations

import dataclasses
from collections import Counter

import pytest
from hypothesis import given, settings

from loyalty_rules import cancellation, line, load, purchase, returned
from loyalty_rules.decision import PointsAwarded, PointsTakenBack
from loyalty_rules.events import Event, Purchase, Reservation, Return
from loyalty_rules.lang.phrases import phrase_tables
from loyalty_rules.member import MemberState, Purse
from loyalty_rules.programme import Decision, Programme
from loyalty_rules.shared import SharedState
from loyalty_rules.testing import playing, restoring
from loyalty_rules.testing.chance import Chance
from loyalty_rules.testing.drawing import History, draw_history
from loyalty_rules.testing.interest import Interest
from loyalty_rules.testing.playing import played
from loyalty_rules.testing.properties import PROPERTIES, broken
from loyalty_rules.testing.strategies import histories
from loyalty_rules.testing.telling import words
from loyalty_rules.testing.written import written
from tests.testing.samples import BACK

PROGRAMME = load(BACK)
INTEREST = Interest(PROGRAMME)


def history() -> History:
    """Two goods of 100 RUB, then one of them comes back, then the rest is cancelled."""
    lines = [line("1", price="100"), line("2", price="100", quantity=2)]
    events = (
        purchase("e-1", "member", "2026-03-07T12:00:00Z", lines, currency="RUB"),
        returned("e-2", "member", "2026-03-08T12:00:00Z", "e-1", {"2": 1}),
        cancellation("e-3", "member", "2026-03-09T12:00:00Z", "e-1"),
    )
    return History(INTEREST, PROGRAMME.new_member("member"), events)


HISTORY = history()
BOUGHT, RETURNED, CANCELLED = played(HISTORY)


def found(name: str, *decisions: Decision) -> list[tuple[int, dict[str, str]]]:
    return [(one.place, dict(one.values)) for one in PROPERTIES[name](HISTORY, decisions)]


def test_every_kind_of_event_that_follows_another_is_drawn_and_decided() -> None:
    drawn: Counter[str] = Counter()
    outcomes: Counter[str] = Counter()
    for seed in range(200):
        one = draw_history(Chance(seed), INTEREST, 10)
        drawn.update(event.kind for event in one.events)
        outcomes.update(decision.event.kind for decision in played(one) if decision.outcome == "decided")
        assert not list(broken(one, ["conserved", "reserved_once", "undone", "idempotent"]))
    kinds = {"return", "cancellation", "reservation", "capture", "release", "transfer"}
    assert kinds <= drawn.keys()
    assert kinds <= outcomes.keys()


@settings(max_examples=40)
@given(histories(PROGRAMME))
def test_such_a_history_is_printed_as_an_example_that_reads_back(one: History) -> None:
    (example,) = load(f"{BACK}\n{written(one)}\n").checked.examples
    steps = [step.event for step in example.steps]
    assert [event.kind for event in steps] == [event.kind for event in one.events]
    orders = {event.id: event for event in one.events if isinstance(event, Purchase)}
    for read, event in zip(steps, one.events, strict=True):
        if isinstance(event, Return) and isinstance(read, Return):
            rows = {one.id: str(row) for row, one in enumerate(orders[event.order].lines, 1)}
            assert dict(read.lines) == {rows[line]: quantity for line, quantity in event.lines}
        if isinstance(event, Reservation) and isinstance(read, Reservation):
            assert (read.id, read.rule, read.amount) == (event.id, event.rule, event.amount)


def test_what_an_order_gave_is_gone_with_it() -> None:
    """30 points for 300 RUB; 10 are taken for the one that comes back, and 20 with the cancellation."""
    taken = [
        effect.units for one in (RETURNED, CANCELLED) for effect in one.effects if isinstance(effect, PointsTakenBack)
    ]
    assert taken == [10, 20]
    assert found("undone", BOUGHT, RETURNED, CANCELLED) == []


def test_a_point_that_stays_with_goods_that_came_back_is_seen() -> None:
    effects = list(BOUGHT.effects)
    place = next(at for at, effect in enumerate(effects) if isinstance(effect, PointsAwarded))
    award = effects[place]
    assert isinstance(award, PointsAwarded)
    effects[place] = award._replace(granted=31)
    more = dataclasses.replace(BOUGHT, effects=tuple(effects))
    assert found("undone", more, RETURNED, CANCELLED) == [(2, {"rule": "base"})]


def test_steps_that_leave_something_else_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that forgets a point with every return: three steps forget three, one forgets one."""

    def forgetful(programme: Programme, member: MemberState, event: Event, shared: SharedState | None) -> Decision:
        decision = playing.decide(programme, member, event, shared)
        record = decision.member.records[0]
        award = record.awards[0]
        more = record._replace(awards=(award._replace(holds=award.holds + 1),))
        return dataclasses.replace(decision, member=decision.member._replace(records=(more,)))

    assert found("telescoped", BOUGHT) == []
    monkeypatch.setattr(restoring, "decide", forgetful)
    assert found("telescoped", BOUGHT) == [(0, {"order": "e-1"})]


def test_a_debt_that_the_file_does_not_allow_is_seen() -> None:
    owing = dataclasses.replace(BOUGHT, member=BOUGHT.member._replace(purses=(_owing(BOUGHT.member.purses[0]),)))
    assert found("owes_only_where_declared", owing) == [(0, {"purse": "bonus"})]


def _owing(purse: Purse) -> Purse:
    return purse._replace(debt=1)


def test_every_property_is_told_in_every_language() -> None:
    for language in phrase_tables():
        texts = words(language)
        values = {"rule": "r", "purse": "p", "ladder": "l", "promise": "q", "language": "en", "order": "o"}
        for name in PROPERTIES:
            assert texts.text(f"broken.{name}", **values)


CAPPED = load(
    BACK.replace("give 1 bonus per 10 RUB\n", "give 1 bonus per 10 RUB\n  cap 30 bonus per member in calendar month\n")
)


def test_what_is_cancelled_makes_room_under_a_cap() -> None:
    """30 points a month: 30 for 300 RUB, cancelled, and 30 for the next 300 RUB are not 60 of 30."""
    events = (
        purchase("e-1", "member", "2026-03-07T12:00:00Z", [line("1", price="300")], currency="RUB"),
        cancellation("e-2", "member", "2026-03-08T12:00:00Z", "e-1"),
        purchase("e-3", "member", "2026-03-09T12:00:00Z", [line("1", price="300")], currency="RUB"),
    )
    one = History(Interest(CAPPED), CAPPED.new_member("member"), events)
    decisions = played(one)
    assert CAPPED.balance(decisions[-1].member, "bonus").usable == 30
    assert not list(PROPERTIES["within_caps"](one, decisions))
    kept = (decisions[0], decisions[2])  # without the cancellation both count
    assert [found.place for found in PROPERTIES["within_caps"](one, kept)] == [1]
