"""Events told twice, too late, of another member, or wrong: nothing half-done; and decisions as pure functions."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from loyalty_rules import DecisionError, InputError, Programme
from loyalty_rules.calendar import LAST_INSTANT
from loyalty_rules.events import Event, FactInput, Tick, enrolment, happening, line, purchase, tick
from loyalty_rules.member import MemberState
from tests.engine.deciding import AT, decide, granted, order, programme

RULES = (
    "facts\n  order fact cup is yes or no else no\n  line fact litres is number optional",
    "event delivered\n  about an order",
    "event review\n  fact stars is number\n  fact said_on is date optional\n  fact said_at is instant optional",
    "earn rate\n  on any product\n  give 1 pts per 10 RUB\n  cap 30 pts per member in calendar month",
    "earn reviews\n  after event review\n  give 5 pts",
    "earn welcome\n  after joining\n  give 100 pts",
    """
tiers status
  level silver when spend in calendar year at least 100 RUB
  upgrade from next order
  review never
""",
)


@pytest.fixture(scope="module")
def rules() -> Programme:
    return programme(*RULES)


# ---------- told twice


def test_the_same_event_again_is_repeated_and_changes_nothing(rules: Programme) -> None:
    first = decide(rules, order("250"))
    again = decide(rules, order("250"), first.member)
    assert (again.outcome, again.effects, again.trace) == ("repeated", (), ())
    assert again.member == first.member


def test_lines_tenders_facts_and_zeros_written_otherwise_are_the_same_event(rules: Programme) -> None:
    lines = [line("1", price="2.50", tags=["a", "b"], facts={"litres": "1"}), line("2", price="7")]
    other = [line("2", price="7.00"), line("1", price=Decimal("2.5"), tags=["b", "a"], facts={"litres": "1"})]
    one = purchase("o", "m", AT, lines, currency="RUB", tenders={"card": "9", "cash": "0.5"})
    two = purchase("o", "m", "2026-03-02T09:00:00Z", other, currency="RUB", tenders={"cash": "0.50", "card": "9.00"})
    assert decide(rules, two, decide(rules, one).member).outcome == "repeated"


def test_a_fact_is_the_same_number_as_an_int_a_decimal_and_with_zeros(rules: Programme) -> None:
    told: list[int | Decimal] = [5, Decimal(5), Decimal("5.00")]
    member = decide(rules, happening("e", "m", AT, "review", facts={"stars": told[0]})).member
    for value in told:
        assert decide(rules, happening("e", "m", AT, "review", facts={"stars": value}), member).outcome == "repeated"


@pytest.mark.parametrize(
    "other",
    [
        order("250.01"),
        order("250", "1"),
        order("250", at="2026-03-02T12:00:01+03:00"),
        order("tea:250"),
        happening("o-1", "m", AT, "review", facts={"stars": 5}),
        enrolment("o-1", "m", AT),
    ],
    ids=["a kopeck more", "a line more", "a second later", "another category", "an event", "an enrolment"],
)
def test_the_same_id_with_another_content_is_a_conflict(rules: Programme, other: Event) -> None:
    member = decide(rules, order("250")).member
    with pytest.raises(DecisionError) as refusal:
        decide(rules, other, member)
    assert refusal.value.code == "event.conflict"


def test_sameness_is_asked_before_lateness(rules: Programme) -> None:
    first = decide(rules, order("250")).member
    later = decide(rules, order("10", id="o-2", at="2026-03-05T12:00:00+03:00"), first).member
    assert decide(rules, order("250"), later).outcome == "repeated"
    with pytest.raises(DecisionError) as refusal:
        decide(rules, order("250", id="o-3"), later)
    assert refusal.value.code == "event.late"


def test_a_refused_event_leaves_no_id_behind(rules: Programme) -> None:
    member = rules.new_member("m")
    with pytest.raises(InputError):
        decide(rules, purchase("o-1", "m", AT, [line("1", price="1")], currency="EUR"), member)
    assert decide(rules, order("250"), member).outcome == "decided"


# ---------- refused


def refused(rules: Programme, event: Event, member: MemberState | None = None) -> str:
    with pytest.raises((InputError, DecisionError)) as refusal:
        decide(rules, event, member)
    return refusal.value.code


def test_events_that_cannot_be_decided_say_why(rules: Programme) -> None:
    joined = decide(rules, enrolment("j", "m", AT)).member
    assert refused(rules, enrolment("j-2", "m", AT), joined) == "member.joined"
    assert refused(rules, order("1"), rules.new_member("somebody")) == "event.member"
    assert refused(rules, happening("e", "m", AT, "rain")) == "event.unknown"
    assert refused(rules, happening("e", "m", AT, "review")) == "fact.missing"
    assert refused(rules, happening("e", "m", AT, "review", facts={"stars": 1, "x": 1})) == "fact.unknown"
    assert refused(rules, happening("e", "m", AT, "review", facts={"stars": True})) == "fact.type"
    assert refused(rules, happening("e", "m", AT, "review", facts={"stars": 1}, order="o-1")) == "event.order"
    assert refused(rules, happening("e", "m", AT, "delivered")) == "event.order"
    assert refused(rules, happening("e", "m", AT, "review", facts={"stars": 1, "said_on": "soon"})) == "time.syntax"


@pytest.mark.parametrize(
    ("build", "code"),
    [
        (list, "order.lines"),
        (lambda: [line("1", price="1"), line("1", price="2")], "order.line_twice"),
        (lambda: [line("1", price="1", quantity="0")], "order.quantity"),
        (lambda: [line("1", price="1", quantity="-1")], "order.quantity"),
        (lambda: [line("1")], "order.price"),
        (lambda: [line("1", price="-1")], "order.negative"),
        (lambda: [line("1", price="1", discount="1.01")], "order.discount"),
        (lambda: [line("1", price="1", tax="1.01")], "order.tax"),
        (lambda: [line("1", price="0.001")], "order.inexact"),
        (lambda: [line("1", amount="0.001")], "amount.decimals"),
        (lambda: [line("1", price="1", facts={"x": 1})], "fact.unknown"),
    ],
)
def test_lines_that_make_no_sense_are_refused(rules: Programme, build: Callable[[], list[object]], code: str) -> None:
    assert refused(rules, purchase("o", "m", AT, build(), currency="RUB")) == code  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("tenders", "code"),
    [({"cash": "9.99"}, "tenders.sum"), ({"cash": "11", "card": "-1"}, "tenders.sum"), ({}, "tenders.sum")],
)
def test_tenders_add_up_to_what_is_payable(rules: Programme, tenders: dict[str, str], code: str) -> None:
    event = purchase("o", "m", AT, [line("1", price="10")], currency="RUB", tenders=tenders)
    assert refused(rules, event) == code


def test_all_that_is_wrong_is_said_at_once(rules: Programme) -> None:
    lines = [line("1", price="1", quantity="0"), line("2")]
    with pytest.raises(InputError) as refusal:
        decide(rules, purchase("o", "m", AT, lines, currency="RUB", facts={"x": 1}))
    assert all(text in refusal.value.message for text in ("quantity", "`price`", "`x`"))


# ---------- pure


def test_a_decision_changes_neither_member_nor_event(rules: Programme) -> None:
    member, event = rules.new_member("m"), order("250", "100")
    before = (copy.deepcopy(member), copy.deepcopy(event))
    decide(rules, event, member)
    assert (member, event) == before


def test_members_events_and_effects_copy_and_pickle(rules: Programme) -> None:
    decision = decide(rules, order("tea:250"))
    for value in (decision.member, decision.event, decision.effects, decision.trace):
        assert copy.deepcopy(value) == value
        assert pickle.loads(pickle.dumps(value)) == value  # noqa: S301 - our own bytes


def test_threads_decide_alike(rules: Programme) -> None:
    def history(_: int) -> MemberState:
        member = rules.new_member("m")
        for number in range(20):
            event = order("tea:95", "120.50", id=f"o-{number}", at=f"2026-03-{number + 2:02d}T12:00:00+03:00")
            member = decide(rules, event, member).member
        return member

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(history, range(40)))) == 1


def test_a_trace_is_the_same_whenever_it_is_asked_for(rules: Programme) -> None:
    early = decide(rules, order("250"))
    traced = early.trace
    late = decide(rules, order("250"))
    decide(rules, order("100", id="o-2", at="2026-04-02T12:00:00+03:00"), late.member)
    assert late.trace == traced


def test_a_preview_is_the_decision(rules: Programme) -> None:
    member = decide(rules, order("250")).member
    event = order("100", id="o-2", at="2026-03-03T12:00:00+03:00")
    preview, commit = decide(rules, event, member), decide(rules, event, member)
    assert (preview.member, preview.effects, granted(preview)) == (commit.member, commit.effects, 5)


# ---------- ticks


def test_a_tick_that_is_not_newer_than_the_clock_changes_nothing(rules: Programme) -> None:
    member = decide(rules, order("250")).member
    for at in (AT, "2020-01-01T00:00:00Z"):
        assert decide(rules, tick("m", at), member).member == member


def test_a_clock_that_has_far_to_go_says_how_far_a_tick_works() -> None:
    rules = programme(
        "tiers status\n  level silver when spend in last 10 days at least 1 RUB\n  upgrade from next order\n"
        "  review at end of calendar day\n  downgrade to earned level",
        "earn gift\n  when money paid at least 1 RUB\n  give 1 pts\n  expire after 1 day",
    )
    member = decide(rules, order("1")).member
    assert decide(rules, tick("m", "2199-12-31T00:00:00Z"), member).member.clock > member.clock
    stubborn = programme(
        "tiers status\n  level silver when spend since the beginning at least 1 RUB\n  upgrade from next order\n"
        "  review at end of calendar day\n  downgrade to earned level",
        "earn gift\n  when money paid at least 1 RUB\n  give 1 pts",
    )
    held = decide(stubborn, order("1")).member
    assert refused(stubborn, tick("m", "2199-12-31T00:00:00Z"), held) == "clock.too_far"
    assert decide(stubborn, tick("m", "2028-01-01T00:00:00Z"), held).outcome == "decided"


def test_a_date_fact_is_a_date(rules: Programme) -> None:
    facts: dict[str, FactInput] = {"stars": 5, "said_on": date(2026, 3, 1)}
    assert granted(decide(rules, happening("e", "m", AT, "review", facts=facts))) == 5


# ---------- instants


def review(said_at: FactInput, id: str = "e") -> Event:
    return happening(id, "m", AT, "review", facts={"stars": 5, "said_at": said_at})


def test_an_instant_is_told_with_its_offset(rules: Programme) -> None:
    assert refused(rules, review("2026-03-02T12:00:00")) == "time.naive"
    assert refused(rules, review(datetime(2026, 3, 2, 12, tzinfo=UTC).replace(tzinfo=None))) == "time.naive"
    assert refused(rules, review("2026-03-02")) == "time.syntax"
    assert refused(rules, review(date(2026, 3, 2))) == "fact.type"
    assert refused(rules, review(True)) == "fact.type"
    assert refused(rules, review(Decimal("1.5"))) == "fact.type"


def test_one_instant_told_in_two_zones_is_one_content(rules: Programme) -> None:
    moscow = timezone(timedelta(hours=3))
    first = rules.decide(rules.new_member("m"), review(datetime(2026, 3, 2, 12, tzinfo=moscow))).member
    assert rules.decide(first, review(datetime(2026, 3, 2, 9, tzinfo=UTC))).outcome == "repeated"
    with pytest.raises(DecisionError) as conflict:
        rules.decide(first, review(datetime(2026, 3, 2, 9, 1, tzinfo=UTC)))
    assert conflict.value.code == "event.conflict"


@pytest.mark.parametrize(
    ("bound", "language", "words"),
    [
        ("at least 2026-03-02 12:30", "en", "Found: 2026-03-02 12:00, in 30 minutes."),
        ("at least 2026-03-02 14:00", "en", "in 2 hours."),
        ("at least 2026-03-02 13:59", "en", "in 119 minutes."),
        ("at least 2026-03-04 12:00", "en", "in 2 days."),
        ("under 2026-03-02 12:00", "en", "1 minute too late."),
        ("at most 2026-03-01 11:00", "ru", "слишком поздно: 25 часов."),
    ],
)
def test_how_far_an_instant_is_away_is_told_in_fitting_units(bound: str, language: str, words: str) -> None:
    rules = programme(f"earn r\n  when event time {bound}\n  give 1 pts")
    assert words in rules.decide(rules.new_member("m"), order("100")).explain(language)


@pytest.mark.parametrize(
    ("bound", "english", "russian"),
    [
        ("under 08:00", "Found: 12:00, 240 minutes too late.", "Есть: 12:00, слишком поздно: 240 минут."),
        ("under 11:59", "Found: 12:00, 1 minute too late.", "Есть: 12:00, слишком поздно: 1 минута."),
        ("under 12:00", "Found: 12:00, and it has to be earlier.", "Есть: 12:00, а нужно раньше."),
        ("over 12:00", "Found: 12:00, and it has to be later.", "Есть: 12:00, а нужно позже."),
        ("over 13:00", "Found: 12:00, 60 minutes too early.", "Есть: 12:00, слишком рано: 60 минут."),
    ],
)
def test_a_clock_that_has_to_be_before_or_behind_a_time_is_told_in_whole_minutes_or_by_its_side(
    bound: str, english: str, russian: str
) -> None:
    rules = programme(f"earn r\n  when clock time {bound}\n  give 1 pts")
    decision = rules.decide(rules.new_member("m"), order("100"))
    assert english in decision.explain()
    assert russian in decision.explain("ru")


@pytest.mark.parametrize("wrong", [None, 5, "new"])
def test_tags_and_lines_are_lists(wrong: Any) -> None:
    with pytest.raises(InputError) as tags:
        line("1", price=1, tags=wrong)
    with pytest.raises(InputError) as lines:
        purchase("o-1", "m-1", "2026-03-07T12:00:00Z", wrong, currency="RUB")
    assert (tags.value.code, lines.value.code) == ("call.type", "call.type")


@pytest.mark.parametrize(("wrong", "code"), [(5, "call.type"), ({"tea": 5}, "text.type"), ({5: "pts"}, "text.type")])
def test_what_pays_for_a_reward_is_told_by_names(wrong: Any, code: str) -> None:
    with pytest.raises(InputError) as refused:
        purchase("o-1", "m-1", "2026-03-07T12:00:00Z", [line("1", price=1)], currency="RUB", paid_from=wrong)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("at", "code"), [(LAST_INSTANT + 1, "time.range"), (10**30, "time.range"), (1.5, "type.float_not_allowed")]
)
def test_an_event_made_by_hand_lies_where_the_builders_put_it(rules: Programme, at: Any, code: str) -> None:
    """An order as well as the passing of time."""
    order = purchase("o", "m", "2026-03-07T11:00:00Z", [line("1", price="1")], currency="RUB")
    for event in (order._replace(at=at), Tick("m", at)):
        with pytest.raises(InputError) as caught:
            rules.decide(rules.new_member("m"), event)
        assert (caught.value.code, caught.value.where) == (code, "at")
    rules.decide(rules.new_member("m"), order._replace(at=LAST_INSTANT))
