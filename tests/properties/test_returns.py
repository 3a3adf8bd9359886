"""Goods come back in whatever steps: what stands is a function of what is kept, and nothing is left of nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty_rules import Programme as Loaded
from loyalty_rules import load
from loyalty_rules.adapters.wire import read_event, read_member, write_event, write_member
from loyalty_rules.decision import GoodsReturned, PointsTakenBack
from loyalty_rules.events import Event, Purchase, cancellation, line, purchase, returned, tick
from loyalty_rules.member import MemberState
from tests.models.award_model import Order
from tests.models.programmes import Programme
from tests.properties.histories import histories, programmes

REPLAY = "  returns replay within 12 months\n  returns keep prices\n"
PROPORTION = "  returns in proportion within 12 months\n"


def text_of(programme: Programme, returns: str) -> str:
    """A random programme that takes returns."""
    found = programme.text().replace("  returns refused\n", returns)
    lines = []
    for one in found.splitlines():
        lines.append(one)
        if one.startswith("purse "):
            lines.append("  after a return may go negative")
        if one.startswith("tiers "):
            lines.append("  after a return keep")
    return "\n".join(lines) + "\n"


def event(number: int, order: Order) -> Purchase:
    lines = [
        line(
            str(place),
            category=found.category,
            quantity=1 + found.amount % 3,
            amount=f"{found.amount // 100}.{found.amount % 100:02d}",
        )
        for place, found in enumerate(order.lines)
    ]
    return purchase(f"o-{number}", "m", order.at, lines, currency="RUB")


class Back(NamedTuple):
    """Units of an order, in steps: each says by line how much comes back."""

    order: int
    steps: tuple[dict[str, int], ...]


@st.composite
def returns(draw: st.DrawFn, bought: tuple[Purchase, ...], *, whole: bool = False) -> list[tuple[int, str]]:
    """Single units that come back, as (order, line id), in a random order."""
    units = [
        (number, one.id)
        for number, order in enumerate(bought)
        for one in order.lines
        for _ in range(one.quantity // 1_000_000)
    ]
    found = draw(st.permutations(units))
    return found if whole else found[: draw(st.integers(1, len(found)))]


def decided(rules: Loaded, state: MemberState, *events: Event) -> MemberState:
    for one in events:
        decision = rules.decide(state, one)
        assert decision.outcome == "decided"
        state = decision.member
    return state


def one_by_one(rules: Loaded, state: MemberState, units: list[tuple[int, str]], name: str) -> MemberState:
    at = state.clock
    for place, (order, id_) in enumerate(units):
        state = decided(rules, state, returned(f"{name}-{place}", "m", at + 1 + place, f"o-{order}", {id_: 1}))
    return state


def at_once(rules: Loaded, state: MemberState, units: list[tuple[int, str]], name: str) -> MemberState:
    at = state.clock
    for order in sorted({number for number, _ in units}):
        ids = [id_ for number, id_ in units if number == order]
        lines = {id_: ids.count(id_) for id_ in ids}
        state = decided(rules, state, returned(f"{name}-{order}", "m", at + 1, f"o-{order}", lines))
    return state


def stands(rules: Loaded, state: MemberState) -> object:
    """What may not depend on the steps."""
    kept = [[(one.id, one.kept) for one in record.lines] for record in state.records]
    counts = {counter.key: counter.buckets for counter in state.counters}
    return rules.balance(state, "pts"), counts, kept, state.first_order, state.last_order


CASES = st.tuples(programmes(), histories(5), st.sampled_from([REPLAY, PROPORTION]))


@settings(max_examples=100)
@given(CASES, st.data())
def test_returns_telescope(case: tuple[Programme, tuple[Order, ...], str], data: st.DataObject) -> None:
    programme, history, how = case
    rules = load(text_of(programme, how))
    bought = tuple(event(number, order) for number, order in enumerate(history))
    state = decided(rules, rules.new_member("m"), *bought)
    units = data.draw(returns(bought))
    other = data.draw(st.permutations(units))
    together = at_once(rules, state, units, "r")
    assert stands(rules, one_by_one(rules, state, units, "r")) == stands(rules, together)
    assert stands(rules, one_by_one(rules, state, other, "r")) == stands(rules, together)


@settings(max_examples=60)
@given(CASES, st.data(), st.booleans())
def test_nothing_is_left_of_nothing(
    case: tuple[Programme, tuple[Order, ...], str], data: st.DataObject, cancelled: bool
) -> None:
    programme, history, how = case
    rules = load(text_of(programme, how))
    bought = tuple(event(number, order) for number, order in enumerate(history))
    state = decided(rules, rules.new_member("m"), *bought)
    if cancelled:
        numbers = data.draw(st.permutations(range(len(bought))))
        events = [cancellation(f"c-{n}", "m", state.clock + 1, f"o-{n}") for n in numbers]
        state = decided(rules, state, *events)
        assert state.counters == ()
    else:
        state = one_by_one(rules, state, data.draw(returns(bought, whole=True)), "r")
        assert {counter.key.split()[1] for counter in state.counters} <= {"LIMIT"}
    assert rules.balance(state, "pts") == (0, 0)
    assert (state.first_order, state.last_order) == (None, None)
    assert all(award.holds == 0 for record in state.records for award in record.awards)


@settings(max_examples=50)
@given(CASES, st.data())
def test_what_was_paid_is_refunded_and_no_more_is_taken_than_given(
    case: tuple[Programme, tuple[Order, ...], str], data: st.DataObject
) -> None:
    programme, history, how = case
    rules = load(text_of(programme, how))
    bought = tuple(event(number, order) for number, order in enumerate(history))
    state = decided(rules, rules.new_member("m"), *bought)
    given_ = rules.balance(state, "pts").usable
    refunded = taken = 0
    for place, (order, id_) in enumerate(data.draw(returns(bought, whole=True))):
        decision = rules.decide(state, returned(f"r-{place}", "m", state.clock, f"o-{order}", {id_: 1}))
        state = read_member(write_member(decision.member, rules), rules)
        assert state == decision.member
        assert read_event(write_event(decision.event, rules), rules) == decision.event
        for effect in decision.effects:
            if isinstance(effect, GoodsReturned):
                assert all(units >= 0 for _, _, units in effect.lines)
                refunded += sum(units for _, _, units in effect.lines)
            if isinstance(effect, PointsTakenBack):
                parts = sum(units for _, units in effect.lots), effect.expired, effect.owed, effect.short
                assert effect.units == sum(parts)
                taken += effect.units
    assert refunded == sum(found.amount for order in history for found in order.lines)
    assert taken >= given_


@settings(max_examples=25)
@given(CASES, st.data())
def test_records_go_when_their_time_is_over(
    case: tuple[Programme, tuple[Order, ...], str], data: st.DataObject
) -> None:
    programme, history, how = case
    rules = load(text_of(programme, how))
    bought = tuple(event(number, order) for number, order in enumerate(history))
    state = decided(rules, rules.new_member("m"), *bought)
    late = rules.decide(state, tick("m", history[-1].at + timedelta(days=367))).member
    assert late.records == ()
    refusal = rules.decide(late, returned("r", "m", late.clock, "o-0", {"0": 1}))
    assert (refusal.outcome, refusal.member, refusal.effects) == ("not_returnable", late, ())
