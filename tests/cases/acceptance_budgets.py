"""Acceptance cases of budgets: what all members share, as it was left before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from loyalty_rules import Decision, Programme, line
from loyalty_rules.amounts import format_units
from loyalty_rules.decision import Outcome
from loyalty_rules.shared import SharedState, Used
from tests.cases.acceptance_cases import Case, Facts, given, order
from tests.cases.acceptance_prices import taken

_CENTS: Final = 100
#: What the system of the case says of a promotion whose budget is too small.
_SAID: Final = {Outcome.BUDGET_EMPTY: "budget exceeded"}
_SOLD_OUT: Final = {Outcome.BUDGET_EMPTY: "sold out"}
#: How many units the programme of the case of a promotional stock starts with.
_STOCK: Final = 10


def promoted(programme: Programme, amount: str, category: str, shared: SharedState) -> Decision:
    """An order on which a promotion would take so much off."""
    event = order(programme, [line("1", category=category, price=amount)])
    return programme.decide(programme.new_member("m"), event, shared)


def used(programme: Programme, key: str, amount: int) -> SharedState:
    return SharedState(programme.fingerprint, 1, (Used(key, "", 0, amount),) if amount else ())


def rejected(decision: Decision, rule: str) -> str:
    (record,) = (one for one in decision.trace if one.rule == rule)
    return _SAID[record.outcome]


def all_or_nothing(facts: Facts, programme: Programme) -> Any:
    variants: Mapping[str, Any] = facts["when"]["variants"]
    amount = {name: variants[name]["promotion"].partition(" ")[0] for name in ("A", "B")}
    money, times = "campaign T_MONEY EVER", "campaign_uses TIMES EVER"
    before = {
        "A": used(programme, money, _CENTS * int(variants["A"]["used"])),
        "B": used(programme, times, variants["B"]["used"]),
    }
    rules = {"A": "promotion", "B": "other_promotion"}
    categories = {"A": "promotion", "B": "other"}
    found = {name: promoted(programme, amount[name], categories[name], before[name]) for name in ("A", "B")}
    shared, booked = used(programme, money, _CENTS * int(variants["C"]["used"])), []
    for amount_booked in variants["C"]["book"]:
        shared = promoted(programme, amount_booked, "promotion", shared).shared or shared
        booked.append(str(shared.used[0].amount // _CENTS))
    return {
        "discount": {name: format_units(given(one), 2) for name, one in found.items()},
        "rejected": {name: rejected(one, rules[name]) for name, one in found.items()},
        "C": {"used_after_each": booked},
    }


def in_stock(facts: Facts, programme: Programme) -> Any:
    """Units at 100.00, of which so many as the stock still has are sold at 80.00."""
    found = {}
    for name, variant in facts["when"]["variants"].items():
        shared = used(programme, "stock ITEMS EVER", _STOCK - variant.get("stock", _STOCK))
        event = order(programme, [line("1", quantity=variant["qty"], price="100")])
        decision = programme.decide(programme.new_member("m"), event, shared)
        off = sum(taken(decision).values())
        found[name] = {"discount": format_units(off, 2), "to_pay": format_units(variant["qty"] * 100_00 - off, 2)}
        if not off:
            (record,) = decision.trace
            found[name]["rejected"] = _SOLD_OUT[record.outcome]
    then = facts["then"]["variants"]
    return {"variants": {name: {key: found[name][key] for key in then[name]} for name in found}}


BUDGETS: Final[dict[str, Case]] = {"CAP-20": all_or_nothing, "DIS-39": in_stock}
