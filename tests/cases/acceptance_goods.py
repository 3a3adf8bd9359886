"""Acceptance cases of offers on goods: units of sets, quantities, gifts, the minimum of an order, and delivery."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from loyalty_rules import Decision, Programme
from loyalty_rules.decision import DiscountGiven
from loyalty_rules.discounts import GiftAdded
from loyalty_rules.events import Line, line
from tests.cases.acceptance_cases import Case, Facts, decided, order
from tests.cases.acceptance_prices import in_all, left, money, placed, shown, taken


def in_cents(facts: Facts) -> list[Line]:
    """The lines of a case at the price of a unit that the host rounds first, 19.812 to 19.81; then its delivery."""
    found = []
    for one in facts["when"]["lines"]:
        price = Decimal(one["unit_price"]).quantize(Decimal("0.01"))
        told = {"gift": one.get("gift", False)}
        found.append(line(one["id"], sku=one["sku"], quantity=one["qty"], price=price, facts=told))
    return [*found, delivery(facts["when"]["shipping"])]


def delivery(price: str, tax: str = "0") -> Line:
    return line("shipping", price=price, tax=tax, delivery=True)


def off_by(decision: Decision, rule: str) -> str:
    effects = [one for one in decision.effects if isinstance(one, DiscountGiven) and one.rule == rule]
    return money(sum(one.granted for one in effects), decision.programme)


def lowered(decision: Decision) -> dict[str, str]:
    """What offers took off the lines that they lowered."""
    off = taken(decision)
    return {name: amount for name, amount in shown(decision).items() if off[name]}


def one_of_every_group(facts: Facts, programme: Programme) -> Any:
    """The offer that adds a unit to each set tells how many sets there are."""
    lines = [
        line(one["id"], quantity=one["qty"], price=one["unit_price"], facts={"eligible": one["eligible"]})
        for one in facts["when"]["lines"]
    ]
    groups: set[int] = set()
    found: dict[str, dict[str, str]] = {}
    for how in ("within", "across"):
        for first in ("dearest", "cheapest"):
            off = {}
            for nth in range(1, 5):
                bought = order(programme, lines, channel=f"{how} {first}", facts={"nth": nth})
                decision = decided(programme, bought)
                off[str(nth)] = in_all(decision)
                groups |= {one.units for one in decision.effects if isinstance(one, GiftAdded)}
            found[f"{how} groups, {first} first" if how == "within" else f"{how}, {first} first"] = off
    (count,) = groups
    return {"groups": count, "discount": found}


def paid_goods_alone(facts: Facts, programme: Programme) -> Any:
    thirty, ten = (decided(programme, order(programme, in_cents(facts), channel=name)) for name in ("A", "B"))
    return {
        "variants": {
            "A": {"order_total": left(thirty), "discount_used": off_by(thirty, "thirty")},
            "B": {"order_total": left(ten)},
        }
    }


def half_of_the_cheapest(facts: Facts, programme: Programme) -> Any:
    decision = decided(programme, order(programme, in_cents(facts)))
    before = Decimal(left(decision)) + Decimal(in_all(decision))
    return {"order_total_before": str(before), "discount_total": in_all(decision), "order_total": left(decision)}


def shirts_for_sweaters(facts: Facts, programme: Programme) -> Any:
    return {"variants": {name: lowered(placed(facts, programme, channel=name)) for name in ("A", "B", "C")}}


def two_and_two(facts: Facts, programme: Programme) -> Any:
    """The last basket has lines of one unit each: there the case tells what each of them takes."""
    found = {}
    for name, lines in facts["when"]["variants"].items():
        decision = placed({"when": {"lines": lines}}, programme)
        found[name] = {"discount": in_all(decision)} if len(lines) == 1 else shown(decision)
    return {"variants": found}


def half_of_a_tag(facts: Facts, programme: Programme) -> Any:
    """20% of tax come on top of 10.00, 10.00 and 2.00."""
    lines = [
        line(one["id"], tags=one.get("tags", ()), quantity=one["qty"], price=one["unit_price"], tax=tax)
        for one, tax in zip(facts["when"]["lines"], ("2.00", "2.00", "0.40"), strict=True)
    ]
    decision = decided(programme, order(programme, lines))
    return {
        "lines": {name: {"discount": off} for name, off in shown(decision).items()},
        "net_total": str(Decimal("22.00") - Decimal(in_all(decision))),
        "gross_total": left(decision),
    }


def by_place_of_the_unit(facts: Facts, programme: Programme) -> Any:
    """Of 150 units at 1.00 ten stand in the first band, forty in the second, fifty in each of the others."""
    decision = placed(facts, programme)
    bands = {"1-10": ("", 10), "11-50": ("from_11", 40), "51-100": ("from_51", 50), "101-150": ("from_101", 50)}
    prices = {
        name: str(Decimal(f"{count}.00") - Decimal(off_by(decision, rule))) for name, (rule, count) in bands.items()
    }
    return {"by_band": prices, "order_total": left(decision)}


def each_in_its_quantity(facts: Facts, programme: Programme) -> Any:
    found = {}
    for name, counts in facts["when"]["variants"].items():
        lines = [line(sku, sku=sku, quantity=count, price="10.00") for sku, count in counts.items()]
        found[name] = bool(lowered(decided(programme, order(programme, lines))))
    return {"condition_met": found}


def delivery_lowered(facts: Facts, programme: Programme) -> Any:
    """2.00 of tax are contained in the 12.00."""
    prices: dict[str, str] = {}
    off: dict[str, str] = {}
    for name, price in facts["when"]["shipping"].items():
        lines = [delivery(price, "2.00" if name == "C" else "0")]
        decision = decided(programme, order(programme, lines, channel=name))
        prices[name], off[name] = left(decision), in_all(decision)
    return {"shipping_after": prices, "discount": off}


def with_tax_or_without(facts: Facts, programme: Programme) -> Any:
    """15% of tax come on top of 1 000.00 and 5.00: 150.00 and 0.75."""
    lines = [line("1", quantity=10, price="100.00", tax="150.00"), line("2", price="5.00", tax="0.75")]
    found = {}
    for name in ("A", "B", "C"):
        found[name] = bool(lowered(decided(programme, order(programme, lines, channel=name))))
    return {"eligible": found}


def fee_by_row(facts: Facts, programme: Programme) -> Any:
    fees = []
    for one in facts["when"]["orders"]:
        member = programme.new_member("m", facts={"premium": one["premium"]})
        lines = [line("1", price=one["goods_total"]), delivery("50")]
        decision = decided(programme, order(programme, lines, facts={"country": one["country"]}), member)
        fees.append(Decimal(left(decision)) - Decimal(one["goods_total"]))
    return {"fee": fees}


GOODS: Final[Mapping[str, Case]] = {
    "DIS-27": one_of_every_group,
    "DIS-28": paid_goods_alone,
    "DIS-29": half_of_the_cheapest,
    "DIS-30": shirts_for_sweaters,
    "DIS-31": two_and_two,
    "DIS-32": half_of_a_tag,
    "DIS-33": by_place_of_the_unit,
    "DIS-37": each_in_its_quantity,
    "DIS-40": delivery_lowered,
    "DIS-43": with_tax_or_without,
    "DIS-44": fee_by_row,
}
