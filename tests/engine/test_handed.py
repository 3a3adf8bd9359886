"""What is handed to a call in another kind than it may have is refused: nothing is decided, and nothing else leaves."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final, cast

import pytest

from loyalty_rules import DecisionError, InputError, LoyaltyError, Programme, load, replay, save
from loyalty_rules.adapters.wire import write_decision, write_event, write_member, write_shared
from loyalty_rules.events import line
from tests.engine.deciding import HEAD, order, programme

BASE: Final = 'earn base "Base"\n  on any product\n  give 1 pts per 10 RUB'
NOTHING: Final = cast(Any, None)


@pytest.mark.parametrize(
    ("field", "value", "code", "where"),
    [
        ("id", 7, "id.type", "event id"),
        ("id", "", "id.length", "event id"),
        ("id", "order 5", "id.charset", "event id"),
        ("member", 7, "id.type", "member id"),
        ("at", "2026-03-02T09:00:00Z", "time.type", "at"),
        ("at", True, "time.type", "at"),
        ("at", 1.5, "type.float_not_allowed", "at"),
        ("lines", [], "call.type", "lines"),
        ("redeem", {"pay": 5}, "call.type", "redeem"),
        ("tenders", {}, "call.type", "tenders"),
        ("facts", {}, "call.type", "facts"),
    ],
)
def test_an_event_that_is_changed_by_hand_is_held_to_what_builders_make(
    field: str, value: object, code: str, where: str
) -> None:
    rules = programme(BASE)
    changed = order("100")._replace(**cast(Any, {field: value}))
    with pytest.raises(InputError) as refused:
        rules.decide(rules.new_member("m"), changed)
    assert (refused.value.code, refused.value.where) == (code, where)


@pytest.mark.parametrize("value", ["false", "no", 0, 1, None, [], Decimal(1)])
def test_a_line_is_one_of_delivery_or_not(value: Any) -> None:
    with pytest.raises(InputError, match=r"line '1': delivery: True or False is expected, not \w+ \[call\.type\]"):
        line("1", price="10", delivery=value)


def _calls(rules: Programme) -> dict[str, tuple[str, Callable[[], object]]]:
    member = rules.new_member("m")
    made = rules.decide(member, order("100"))
    return {
        "balance of nobody": ("call.type", lambda: rules.balance(NOTHING, "pts")),
        "balance of no purse": ("purse.unknown", lambda: rules.balance(member, NOTHING)),
        "balance of a list": ("purse.unknown", lambda: rules.balance(member, cast(Any, []))),
        "level of nobody": ("call.type", lambda: rules.level(NOTHING, "club")),
        "level of no ladder": ("ladder.unknown", lambda: rules.level(member, NOTHING)),
        "level at an instant": ("call.type", lambda: rules.level_at(NOTHING, "club", "2026-03-02T09:00:00Z")),
        "membership": ("membership.unknown", lambda: rules.membership(member, NOTHING)),
        "progress": ("challenge.unknown", lambda: rules.progress(member, NOTHING)),
        "perks": ("call.type", lambda: rules.perks(NOTHING)),
        "updated": ("call.type", lambda: rules.updated(NOTHING)),
        "edition": ("edition.missing", lambda: rules.edition(NOTHING)),
        "attached": ("call.type", lambda: rules.attached(NOTHING)),
        "statement": ("call.type", lambda: rules.statement("m", NOTHING)),
        "segments": ("call.type", lambda: rules.new_member("m", segments=NOTHING)),
        "explain": ("language.unknown", lambda: made.explain(cast(Any, True))),
        "save": ("call.type", lambda: save(NOTHING)),
        "replay": ("call.type", lambda: list(replay(rules, NOTHING))),
        "replay by nothing": ("call.type", lambda: list(replay(NOTHING, []))),
        "earlier": ("call.type", lambda: load(HEAD, earlier=NOTHING)),
        "an earlier one": ("call.type", lambda: load(HEAD, earlier=[NOTHING])),
        "write_member": ("call.type", lambda: write_member(NOTHING, rules)),
        "write_member by nothing": ("call.type", lambda: write_member(member, NOTHING)),
        "write_decision": ("call.type", lambda: write_decision(NOTHING)),
        "write_event": ("call.type", lambda: write_event(NOTHING)),
        "write_shared": ("call.type", lambda: write_shared(NOTHING)),
    }


def test_calls_without_what_they_are_about_say_so() -> None:
    told = {}
    for name, (_, call) in _calls(programme(BASE)).items():
        with pytest.raises(LoyaltyError) as refused:
            call()
        told[name] = refused.value.code
    assert told == {name: code for name, (code, _) in _calls(programme(BASE)).items()}


def test_members_and_decisions_of_another_rule_file_are_refused() -> None:
    rules = programme(BASE)
    other = load(
        HEAD.replace("purse pts", "purse stars").replace('"Test"', '"Other"') + BASE.replace("pts", "stars") + "\nend\n"
    )
    decision = other.decide(other.new_member("m"), order("100"))
    assert [held.name for held in decision.member.purses] == ["stars"]
    for call, code in (
        (lambda: rules.decide(decision.member, order("100", id="o-2")), "member.purse"),
        (lambda: rules.confirm(decision, rules.new_shared()), "decision.programme"),
        (lambda: rules.attached(decision), "decision.programme"),
    ):
        with pytest.raises(DecisionError) as refused:
            call()
        assert refused.value.code == code
