"""Acceptance cases of discounts: which units an offer lowers, for whom, and what sets of units are worth."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from loyalty_rules import Decision, Programme
from loyalty_rules.decision import DiscountGiven, GiftAdded
from loyalty_rules.events import Line, line
from tests.cases.acceptance_cases import Case, Facts, decided, order
from tests.cases.acceptance_prices import in_all, left, money, shown, taken
from tests.cases.acceptance_stacking import lines_of, placed


def listed(lines: Sequence[Facts]) -> list[Line]:
    """The lines of one variant."""
    return lines_of({"when": {"lines": lines}})


def of_variants(facts: Facts, programme: Programme) -> dict[str, Decision]:
    """Each variant has lines of its own, and the channel of its name."""
    return {name: placed(facts, programme, name, listed(lines)) for name, lines in facts["when"]["variants"].items()}


def totals(facts: Facts, programme: Programme) -> Any:
    return {"variants": {name: {"order_total": left(one)} for name, one in of_variants(facts, programme).items()}}


def jackets_and_delivery(facts: Facts, programme: Programme) -> Any:
    decision = placed(facts, programme)
    off = shown(decision)
    goods = sum(one["qty"] * Decimal(one["unit_price"]) for one in facts["when"]["lines"])
    return {
        "lines": {"jacket": {"discount": off["jacket"]}},
        "items_total": str(goods - Decimal(off["jacket"])),
        "shipping": str(Decimal(facts["when"]["shipping"]) - Decimal(off["shipping"])),
        "order_total": left(decision),
    }


def by_line(facts: Facts, programme: Programme) -> Any:
    decision = placed(facts, programme)
    return {"lines": {name: {"discount": off} for name, off in shown(decision).items()}, "order_total": left(decision)}


def of_a_price(facts: Facts, programme: Programme) -> Any:
    found = {}
    for name in facts["when"]["variants"]:
        decision = placed(facts, programme, name)
        lowered = [sku for sku, units in taken(decision).items() if units]
        found[name] = {"discounted": lowered, "order_total": left(decision)}
    return {"variants": found}


def of_a_group(facts: Facts, programme: Programme) -> Any:
    found = {}
    for name, told in facts["when"]["variants"].items():
        groups = {"customer_group": told.removeprefix("group ")} if told.startswith("group ") else {}
        member = programme.new_member("m", facts=groups)
        found[name] = {"order_total": left(decided(programme, order(programme, lines_of(facts)), member))}
    return {"variants": found}


def three_for_a_price(facts: Facts, programme: Programme) -> Any:
    """The saving of each variant; what is left to pay in B, and in C what the lines carry of the saving."""
    found = of_variants(facts, programme)
    (third,) = [one for one in found["C"].effects if isinstance(one, DiscountGiven)]
    return {
        "variants": {
            "A": {"discount": in_all(found["A"])},
            "B": {"discount": in_all(found["B"]), "order_total": left(found["B"])},
            "C": {"discount": money(third.granted, programme), "sum_of_line_discounts": in_all(found["C"])},
        }
    }


def free_and_a_tenth(facts: Facts, programme: Programme) -> Any:
    decision = decided(programme, order(programme, lines_of(facts), codes=facts["when"]["coupons"]))
    return {
        "free_units": sum(one.units for one in decision.effects if isinstance(one, GiftAdded)),
        "discount_total": in_all(decision),
        "order_total": left(decision),
    }


def clothing(facts: Facts, programme: Programme) -> Any:
    return {"shirt_discount": {name: shown(one)["shirt"] for name, one in of_variants(facts, programme).items()}}


def complete_groups(facts: Facts, programme: Programme) -> Any:
    """A line of no units is no line: the order has delivery alone. The price in variant A is that of the others."""
    variants = facts["when"]["variants"]
    delivery = line("shipping", price="1.00", delivery=True)
    by_count = []
    for count in variants["A"]["qty"]:
        lines = [line("a", sku="a", quantity=count, price="10.00")] if count else []
        by_count.append(in_all(placed(facts, programme, "A", [*lines, delivery])))
    others = {name: shown(placed(facts, programme, name, listed(variants[name]))) for name in ("B", "C")}
    return {"variants": {"A": by_count, **others}}


DISCOUNTS: Final[dict[str, Case]] = {
    "DIS-01": jackets_and_delivery,
    "DIS-02": by_line,
    "DIS-05": of_a_price,
    "DIS-06": by_line,
    "DIS-08": of_a_group,
    "DIS-12": three_for_a_price,
    "DIS-15": totals,
    "DIS-16": totals,
    "DIS-18": free_and_a_tenth,
    "DIS-22": clothing,
    "DIS-24": complete_groups,
}
