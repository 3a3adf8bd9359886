"""Acceptance cases of several offers on one order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from loyalty_rules import Decision, Programme
from loyalty_rules.decision import DiscountGiven
from loyalty_rules.events import Line, happening, line
from tests.cases.acceptance_cases import NOON, Case, Facts, awards, decided, order
from tests.cases.acceptance_prices import in_all, left, money, net, shown, taken


def lines_of(facts: Facts, tax: Mapping[str, str] | None = None) -> list[Line]:
    """The lines of a case, and delivery where it tells some; `tax` by line."""
    found = [
        line(
            one["id"],
            sku=one["sku"],
            category=one.get("category", ""),
            tags=one.get("tags", ()),
            quantity=one["qty"],
            price=one["unit_price"],
            tax=(tax or {}).get(one["id"], "0"),
        )
        for one in facts["when"]["lines"]
    ]
    if "shipping" in facts["when"]:
        found.append(line("shipping", price=facts["when"]["shipping"], delivery=True))
    return found


def placed(facts: Facts, programme: Programme, channel: str = "", lines: Sequence[Line] | None = None) -> Decision:
    return decided(programme, order(programme, lines_of(facts) if lines is None else lines, channel=channel))


def by_rule(decision: Decision) -> dict[str, str]:
    effects = [one for one in decision.effects if isinstance(one, DiscountGiven)]
    return {one.rule: money(one.granted, decision.programme) for one in effects}


def plain_totals(facts: Facts, programme: Programme) -> Any:
    decision = placed(facts, programme)
    return {"discount_total": in_all(decision), "order_total": left(decision)}


def total_by_variant(facts: Facts, programme: Programme) -> Any:
    return {"variants": {name: {"order_total": left(placed(facts, programme, name))} for name in ("A", "B")}}


def price_by_steps(facts: Facts, programme: Programme) -> Any:
    decision = decided(programme, order(programme, [line("1", price=facts["when"]["list_price"])]))
    price, steps = Decimal(facts["when"]["list_price"]), []
    for effect in decision.effects:
        if isinstance(effect, DiscountGiven):
            price -= Decimal(money(effect.granted, programme))
            steps.append(str(price))
    return {"price": left(decision), "steps": steps}


def larger_one(facts: Facts, programme: Programme) -> Any:
    lines = [line("1", price=facts["when"]["price"])]
    return {"variants": {name: {"discount": in_all(placed(facts, programme, name, lines))} for name in ("A", "B", "C")}}


def catalogue_then_order(facts: Facts, programme: Programme) -> Any:
    """10% of tax are contained in 300.00 and 450.00: 27.27 and 40.91."""
    decision = placed(facts, programme, lines=lines_of(facts, {"a": "27.27", "b": "40.91"}))
    counts = {one["id"]: one["qty"] for one in facts["when"]["lines"]}
    catalogue, large = [one for one in decision.effects if isinstance(one, DiscountGiven)]
    prices = {one["id"]: Decimal(one["unit_price"]) for one in facts["when"]["lines"]}
    off = dict(zip(counts, catalogue.lines, strict=True))
    units = {name: prices[name] - Decimal(money(off[name], programme)) / counts[name] for name in counts}
    total = sum(units[name] * counts[name] for name in counts)
    return {
        "unit_prices": {name: f"{price:.2f}" for name, price in units.items()},
        "items_total": f"{total:.2f}",
        "order_discount": money(large.granted, programme),
        "order_total": left(decision),
        "tax_included": str(Decimal(left(decision)) - Decimal(net(decision))),
    }


def net_then_tax(facts: Facts, programme: Programme) -> Any:
    """20% of tax on top of 20.00 and 50.00: 4.00 and 10.00."""
    decision = placed(facts, programme, lines=lines_of(facts, {"a": "4.00", "b": "10.00"}))
    price, steps = Decimal("70.00"), ["70.00"]
    for amount in by_rule(decision).values():
        price -= Decimal(amount)
        steps.append(str(price))
    return {"net_total": steps[-1], "gross_total": left(decision), "steps": steps}


def nothing_left_to_take(facts: Facts, programme: Programme) -> Any:
    decision = placed(facts, programme)
    return {"lines": {name: {"discount": off} for name, off in shown(decision).items()}, "order_total": left(decision)}


def units_of_one_code(facts: Facts, programme: Programme) -> Any:
    """The units that the sets of both take: what was bought, and what is free for it."""
    decision = placed(facts, programme)
    found = by_rule(decision)
    free = sum(Decimal(amount) for amount in found.values()) / Decimal("2.50")
    return {
        "discount": {"BUY50GET1000": found["buy_50"], "BUY10GET20": found["buy_10"]},
        "units_used": int(free) + 50 + 10,
        "to_pay": left(decision),
    }


def across_items(facts: Facts, programme: Programme) -> Any:
    decision = placed(facts, programme)
    effects = [one for one in decision.effects if isinstance(one, DiscountGiven)]
    names = [one["id"] for one in facts["when"]["lines"]]
    lines = {
        name: {"discounts": [money(one.lines[place], programme) for one in effects]} for place, name in enumerate(names)
    }
    return {"lines": lines, "order_total": left(decision)}


def discount_by_variant(facts: Facts, programme: Programme) -> Any:
    return {"variants": {name: {"discount": in_all(placed(facts, programme, name))} for name in ("A", "B")}}


def product_then_order(facts: Facts, programme: Programme) -> Any:
    decision = placed(facts, programme)
    found = by_rule(decision)
    after = Decimal("350.00") - Decimal(found["pants"])
    items = after - Decimal(found["rest"])
    return {"items_after_product": str(after), "items_total": str(items), "order_total": left(decision)}


def two_of_an_order(facts: Facts, programme: Programme) -> Any:
    found = {}
    for name in ("A", "B"):
        decision = placed(facts, programme, name)
        items = Decimal("350.00") - Decimal(in_all(decision))
        found[name] = {"discount": in_all(decision), "items_total": str(items), "order_total": left(decision)}
    return {"variants": found}


def by_reduced_price(facts: Facts, programme: Programme) -> Any:
    found = {}
    for name in ("A", "B", "C"):
        lines = lines_of(facts)
        lines += [line("SKU3", sku="SKU3", price="40.00")] if name == "C" else []
        decision = placed(facts, programme, name, lines)
        found[name] = {**shown(decision), "order_total": left(decision)}
    return {"variants": found}


def not_on_sale(facts: Facts, programme: Programme) -> Any:
    """The thing on sale came down to its price from twice as much."""
    lines = [line("reg", sku="reg", price="20.00"), line("sale", sku="sale", price="20.00", discount="10.00")]
    found: dict[str, dict[str, object]] = {
        name: {"discount": in_all(placed(facts, programme, name, lines))} for name in ("A", "B", "C")
    }
    found["C"]["rejected"] = found["C"]["discount"] == "0.00"
    return {"variants": found}


def off_each_unit(facts: Facts, programme: Programme) -> Any:
    """The price of the catalogue decides: the T-shirt is told at 15.00, and that it came from 20.00 by its line."""
    shirt = line("tshirt", sku="tshirt", amount="20.00", quantity="1", discount="5.00")
    lines = [shirt, line("mug", sku="mug", price="40.00"), line("cap", sku="cap", price="10.00")]
    found = {}
    for name in ("A", "B"):
        decision = placed(facts, programme, name, lines[:2])
        off = taken(decision)
        mug, tshirt = (money(price - off[one], programme) for one, price in (("mug", 4_000), ("tshirt", 1_500)))
        found[name] = {"tshirt": tshirt, "mug": mug, "order_total": left(decision)}
    return {"variants": found}


def by_quantity(facts: Facts, programme: Programme) -> Any:
    names = {"two": "5%", "four": "10%"}
    applied = []
    for quantity in facts["when"]["qty"]:
        decision = placed(facts, programme, lines=[line("1", quantity=quantity, price="10.00")])
        applied.append(next((names[rule] for rule in by_rule(decision)), None))
    return {"applied": applied}


def by_place(facts: Facts, programme: Programme) -> Any:
    """Each offer takes a tenth of what is left of 100 EUR: 10.00, 9.00, 8.10 and so on."""
    decision = decided(programme, order(programme, [line("1", price="100.00")]))
    off = {rule: Decimal(amount) for rule, amount in by_rule(decision).items()}
    places = {Decimal("10.00"): 0, Decimal("9.00"): 1, Decimal("8.10"): 2, Decimal("7.29"): 3, Decimal("6.56"): 4}
    return {"order": sorted(off, key=lambda rule: places[off[rule]])}


def days_of(facts: Facts, programme: Programme) -> Any:
    found = []
    for fact in facts["when"]["members"]:
        member = programme.new_member("m", facts={"age": fact["age"], "service": fact["years"]})
        decision = decided(programme, happening("e", "m", NOON, "year_begins"), member)
        found.append(sum(one.granted for one in awards(decision)))
    return {"total": found}


STACKING: Final[Mapping[str, Case]] = {
    "DIS-04": plain_totals,
    "STK-01": total_by_variant,
    "STK-04": price_by_steps,
    "STK-13": total_by_variant,
    "STK-15": larger_one,
    "STK-16": catalogue_then_order,
    "STK-17": net_then_tax,
    "STK-18": nothing_left_to_take,
    "STK-19": units_of_one_code,
    "STK-21": across_items,
    "STK-22": discount_by_variant,
    "STK-24": product_then_order,
    "STK-25": two_of_an_order,
    "STK-27": by_place,
    "STK-29": by_reduced_price,
    "STK-30": plain_totals,
    "STK-31": not_on_sale,
    "STK-32": off_each_unit,
    "STK-34": by_quantity,
    "STK-35": days_of,
}
