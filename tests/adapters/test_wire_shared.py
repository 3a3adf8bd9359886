"""What members share as JSON: there and back, and everything that is no such document."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest

from loyalty_rules import InputError, replay
from loyalty_rules.adapters.wire import (
    decision_data,
    read_decision,
    read_member,
    read_shared,
    shared_data,
    write_decision,
    write_member,
    write_shared,
)
from loyalty_rules.adapters.wire.sharedmodels import MAX_USED
from loyalty_rules.shared import SharedState, Used
from tests.engine.test_budgets import BASE, TRIM, back, budget, buys, club

PRINT: Final = "0" * 64


def document(**changes: Any) -> str:
    data: dict[str, Any] = {"format": 1, "programme": PRINT, "version": 3}
    data["used"] = [{"key": "b T_MONEY EVER", "amount": "1"}, {"key": "b T_MONEY EVER", "value": "x", "amount": "2"}]
    return json.dumps(data | changes)


def test_there_and_back() -> None:
    shared = SharedState(PRINT, 7, (Used("a TIMES EVER", "", 0, 3), Used("b POINTS pts PERIOD MONTH", "x", 24_314, 50)))
    assert read_shared(write_shared(shared)) == shared
    assert shared_data(shared) == {
        "format": 1,
        "programme": PRINT,
        "version": 7,
        "used": [
            {"key": "a TIMES EVER", "amount": "3"},
            {"key": "b POINTS pts PERIOD MONTH", "value": "x", "period": 24_314, "amount": "50"},
        ],
    }
    assert read_shared(write_shared(SharedState(PRINT))) == SharedState(PRINT)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"format": 2}, "wire.value"),
        ({"programme": "?"}, "wire.value"),
        ({"version": -1}, "wire.value"),
        ({"version": 1.0}, "type.float_not_allowed"),
        ({"more": 1}, "wire.unknown_field"),
        ({"used": [{"key": "b", "amount": 1}]}, "wire.type"),
        ({"used": [{"key": "b", "amount": "1.5"}]}, "number.syntax"),
        ({"used": [{"key": "b", "amount": "0"}]}, "shared.inconsistent"),
        ({"used": [{"key": "", "amount": "1"}]}, "shared.inconsistent"),
        ({"used": [{"key": "b", "amount": "-1"}]}, "shared.inconsistent"),
        ({"used": [{"key": "b", "amount": "1"}, {"key": "a", "amount": "1"}]}, "shared.inconsistent"),
        ({"used": [{"key": "b", "amount": "1"}, {"key": "b", "amount": "2"}]}, "shared.inconsistent"),
    ],
)
def test_what_is_no_such_document_is_refused(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(InputError) as refused:
        read_shared(document(**changes))
    assert refused.value.code == code


def test_the_document_is_bounded() -> None:
    used = tuple(Used("b", "", number, 1) for number in range(MAX_USED + 1))
    with pytest.raises(InputError, match=r"limit\.list"):
        write_shared(SharedState(PRINT, 1, used))
    assert len(shared_data(SharedState(PRINT, 1, used[:-1]))["used"]) == MAX_USED


def test_orders_keep_what_they_took_in_the_document_of_their_member() -> None:
    money = budget("cap 40 RUB per same order store in calendar month", TRIM)
    rules = club(BASE, money)
    (first,) = replay(rules, [buys("a", "150", store="x")])
    text = write_member(first.member, rules)
    assert read_member(text, rules) == first.member
    data = json.loads(text)["records"][0]
    assert data["awards"][0]["most"] == ["133"]
    assert data["budgets"][0] | {"key": "", "period": 0} == {
        "key": "",
        "value": "x",
        "period": 0,
        "rule": "base",
        "points": "pts",
        "names": ["base"],
        "units": "133",
        "price": "30/1",
    }


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        (("budgets", "price"), "1/0", "number.syntax"),
        (("budgets", "price"), "half", "number.syntax"),
        (("budgets", "units"), "-1", "member.inconsistent"),
        (("budgets", "names"), [], "wire.length"),
        (("awards", "most"), ["1", "2"], "member.inconsistent"),
        (("awards", "most"), ["-2"], "member.inconsistent"),
    ],
)
def test_a_record_that_does_not_add_up_is_refused(path: tuple[str, str], value: object, code: str) -> None:
    rules = club(BASE, budget("cap 40 RUB", TRIM))
    (first,) = replay(rules, [buys("a", "150")])
    data = json.loads(write_member(first.member, rules))
    data["records"][0][path[0]][0][path[1]] = value
    with pytest.raises(InputError) as refused:
        read_member(json.dumps(data), rules)
    assert refused.value.code == code


def test_effects_are_told_in_the_decimals_of_what_is_counted() -> None:
    """133 points at 0.30 RUB are 39.90 RUB: a third of a rouble buys none of them."""
    rules = club(BASE, budget("cap 40 RUB", TRIM))
    first, second = replay(rules, [buys("a", "150"), back("a", "2026-03-03", "1")])
    told = [one for one in decision_data(first)["effects"] if one["kind"] == "budget_used"]
    assert told == [
        {
            "kind": "budget_used",
            "budget": "b",
            "key": "b T_MONEY EVER",
            "asked": "45.00",
            "granted": "39.90",
            "left": "0.10",
            "cap": "40.00",
            "low": "40.00",
            "high": "40.00",
            "at": "2026-03-02T12:00:00+00:00",
        }
    ]
    back_again = [one for one in decision_data(second)["effects"] if one["kind"] == "budget_used"]
    assert [(one["granted"], one["left"], "high" in one) for one in back_again] == [("-39.90", "40.00", False)]
    assert read_decision(write_decision(first, trace=True))["outcome"] == "decided"
