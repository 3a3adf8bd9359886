"""Cases of other systems, taken from their own tests and pages: the facts unchanged in `acceptance/<id>.json`, the
programme beside them, and every leaf of `then` compared with what we decide.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest

from loyalty_rules import load
from loyalty_rules.lang.formatter import format_source
from loyalty_rules.source import decode
from tests.cases.acceptance_budgets import BUDGETS
from tests.cases.acceptance_cases import CASES, OTHER_HABITS
from tests.cases.acceptance_codes import CODES
from tests.cases.acceptance_confirming import CONFIRMING
from tests.cases.acceptance_discounts import DISCOUNTS
from tests.cases.acceptance_gamification import GAMIFICATION
from tests.cases.acceptance_goods import GOODS
from tests.cases.acceptance_lives import LIVES
from tests.cases.acceptance_partners import PARTNERS
from tests.cases.acceptance_prices import PRICES
from tests.cases.acceptance_referrals import REFERRALS
from tests.cases.acceptance_refunds import REFUNDS
from tests.cases.acceptance_returns import RETURNS
from tests.cases.acceptance_rewards import REWARDS
from tests.cases.acceptance_spending import SPENDING
from tests.cases.acceptance_stacking import STACKING

FOLDER: Final = Path(__file__).resolve().parent / "acceptance"
AREAS: Final = (
    "accrual",
    "rounding",
    "caps",
    "money",
    "time",
    "tier",
    "cashback",
    "redemption",
    "points_lifecycle",
    "returns",
    "expiry",
    "stacking",
    "referral",
    "gamification",
    "partner",
    "discount",
)
IN_THESE_AREAS: Final = 162

DECIDED: Final = {
    **CASES,
    **BUDGETS,
    **CODES,
    **CONFIRMING,
    **DISCOUNTS,
    **GAMIFICATION,
    **GOODS,
    **LIVES,
    **PARTNERS,
    **PRICES,
    **REFERRALS,
    **REFUNDS,
    **RETURNS,
    **REWARDS,
    **SPENDING,
    **STACKING,
}
FACTS: Final[dict[str, dict[str, Any]]] = {
    path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))
}


def test_every_case_of_these_areas_is_decided() -> None:
    assert sorted(FACTS) == sorted(DECIDED) == sorted(path.stem for path in FOLDER.glob("*.loyalty"))
    assert len(FACTS) == IN_THESE_AREAS


@pytest.mark.parametrize("id", sorted(FACTS))
def test_the_facts_are_those_of_the_case(id: str) -> None:
    assert FACTS[id]["id"] == id
    assert FACTS[id]["area"] in AREAS


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("id", sorted(FACTS))
def test_every_leaf_of_then_is_decided(id: str, language: str) -> None:
    path = FOLDER / f"{id}.loyalty"
    text = format_source(decode(path.read_bytes(), path.name), language)
    programme = load(text, name=path.name)
    expected, found = FACTS[id]["then"], DECIDED[id](FACTS[id], programme)
    for leaf in OTHER_HABITS.get(id, {}):
        names = leaf.split(".")
        assert at(expected, names) != at(found, names)
        expected, found = without(expected, names), without(found, names)
    assert found == expected


def at(then: Any, path: list[str]) -> Any:
    """A leaf; None where our answer does not have it."""
    return then if not path else at(then.get(path[0], {}), path[1:]) or None


def without(then: dict[str, Any], path: list[str]) -> dict[str, Any]:
    if len(path) == 1:
        return {key: value for key, value in then.items() if key != path[0]}
    return {**then, path[0]: without(then[path[0]], path[1:])}


@pytest.mark.parametrize("id", sorted(OTHER_HABITS))
def test_only_a_case_that_is_marked_as_a_habit_may_differ(id: str) -> None:
    assert FACTS[id]["quirk"] is True
    assert all(OTHER_HABITS[id].values())
