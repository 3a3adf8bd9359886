"""What a host writes, as two type checkers read it: the public names say what they take and give. Never run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Literal, assert_type

from loyalty_rules import (
    Decision,
    DecisionError,
    Enrolment,
    Event,
    Happening,
    InputError,
    Line,
    LoyaltyError,
    MemberState,
    Programme,
    Purchase,
    Report,
    RuleFileError,
    Tick,
    check,
    enrolment,
    happening,
    line,
    load,
    purchase,
    replay,
    tick,
)


def amounts_are_strings_whole_numbers_or_decimals() -> None:
    assert_type(line("1", category="coffee", price="250", quantity=2, discount=Decimal("0.50")), Line)
    assert_type(line("2", sku="a", amount=100, tags={"hot"}, facts={"size": "big", "cups": 2, "own": True}), Line)


def instants_are_aware_datetimes_strings_or_microseconds() -> None:
    lines = [line("1", price="250")]
    assert_type(purchase("p-1", "m-1", datetime(2026, 3, 7, tzinfo=UTC), lines, currency="RUB"), Purchase)
    assert_type(purchase("p-1", "m-1", "2026-03-07T11:00:00+03:00", lines, currency="RUB"), Purchase)
    assert_type(happening("h-1", "m-1", 1_772_870_400_000_000, "review", facts={"stars": 5}), Happening)
    assert_type(enrolment("e-1", "m-1", "2026-03-07T11:00:00Z"), Enrolment)
    assert_type(tick("m-1", "2026-03-07T11:00:00Z"), Tick)


def a_programme_decides(text: str, member: MemberState | None, event: Event) -> Decision:
    programme = load(text, name="club.loyalty")
    assert_type(programme, Programme)
    decision = programme.decide(member or programme.new_member("m-1"), event)
    assert_type(decision, Decision)
    assert_type(decision.member, MemberState)
    assert_type(decision.outcome, Literal["decided", "repeated", "not_returnable"])
    assert_type(decision.explain(), str)
    assert_type(decision.explain(language="ru", audience="member"), str)
    assert_type(programme.balance(decision.member, "bonus").usable, int)
    assert_type(programme.level(decision.member, "status"), str)
    return decision


def effects_are_told_apart_by_their_kind(decision: Decision) -> int:
    awarded = 0
    for effect in decision.effects:
        match effect.kind:
            case "points_awarded":
                awarded += effect.granted
            case "points_expired":
                awarded -= effect.units
            case _:
                pass
    return awarded


def a_history_is_replayed(programme: Programme, events: list[Event]) -> Iterator[Decision]:
    decisions = replay(programme, events, {"m-1": programme.new_member("m-1")})
    assert_type(decisions, Iterator[Decision])
    return decisions


def a_report_says_what_is_wrong(text: bytes) -> Programme | None:
    report = check(text)
    assert_type(report, Report)
    assert_type(report.ok, bool)
    return report.programme


def one_class_catches_every_error(text: str) -> str:
    try:
        load(text)
    except RuleFileError as error:
        return f"{len(error.diagnostics)} errors"
    except (InputError, DecisionError) as error:
        return error.code
    except LoyaltyError as error:
        return error.message
    return ""
