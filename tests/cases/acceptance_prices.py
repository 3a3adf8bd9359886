"""Acceptance cases of prices: what offers take off, how it is rounded and shared out, and the tax that follows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from loyalty_rules import Decision, Programme, adjustment, cancellation, load, purchase
from loyalty_rules.amounts import format_units
from loyalty_rules.decision import DiscountGiven, PointsAwarded, PointsRedeemed
from loyalty_rules.events import Line, Purchase, line
from loyalty_rules.lang.formatter import format_source
from loyalty_rules.text import line_order_key
from tests.cases.acceptance_cases import NOON, Case, Facts, decided, order

#: The lines of the case of the lowest price per unit, of which its rules tell in words.
_UNITS: Final[Mapping[str, Sequence[tuple[str, int, str, str]]]] = {
    "A": (("tshirt", 2, "50.00", "45.00"), ("mug", 2, "20.00", ""), ("big_mug", 1, "40.00", "")),
    "B": (
        ("tshirt", 2, "50.00", "45.00"),
        ("keyboard", 2, "20.00", "15.00"),
        ("mouse", 1, "30.00", ""),
        ("cup", 1, "10.00", ""),
    ),
}


def money(units: int, programme: Programme) -> str:
    return format_units(units, programme.checked.exponent)


def lines_of(facts: Facts, **more: Any) -> list[Line]:
    """The lines that the case lists; the lowest price of one is a fact of it."""
    found = []
    for one in facts["when"]["lines"]:
        told = {"minimum": one["minimum"]} if "minimum" in one else {}
        price = one["unit_price"]
        found.append(line(one["id"], sku=one["sku"], quantity=one["qty"], price=price, facts=told, **more))
    return found


def taken(decision: Decision) -> dict[str, int]:
    """What all offers took off each line, by its id."""
    assert isinstance(decision.event, Purchase)
    ids = sorted((one.id for one in decision.event.lines), key=line_order_key)
    found = dict.fromkeys(ids, 0)
    for effect in decision.effects:
        if isinstance(effect, DiscountGiven):
            for name, units in zip(ids, effect.lines, strict=True):
                found[name] += units
    return found


def shown(decision: Decision) -> dict[str, str]:
    return {name: money(units, decision.programme) for name, units in taken(decision).items()}


def in_all(decision: Decision) -> str:
    return money(sum(taken(decision).values()), decision.programme)


def left(decision: Decision) -> str:
    return money(decision.to_pay or 0, decision.programme)


def placed(case: Facts, programme: Programme, **more: Any) -> Decision:
    return decided(programme, order(programme, lines_of(case), **more))


def priced(programme: Programme, *amounts: str, tax: str = "0", **more: Any) -> Decision:
    """An order with a line at each of these prices, numbered from 1; `tax` of each of them."""
    lines = [line(str(place), price=amount, tax=tax) for place, amount in enumerate(amounts, 1)]
    return decided(programme, order(programme, lines, **more))


def shared(amount: int, count: int) -> str:
    """What one of `count` equal units has of an amount in cents."""
    return format_units(amount // count, 2)


def lowest_price_per_unit(facts: Facts, programme: Programme) -> Any:
    """Variant B takes 36.00 off: the offer with the other amount."""
    found = {}
    for variant in facts["when"]["variants"]:
        lines = [
            line(sku, sku=sku, quantity=count, price=price, facts={"minimum": floor} if floor else {})
            for sku, count, price, floor in _UNITS[variant]
        ]
        off = taken(decided(programme, order(programme, lines, channel=variant)))
        counts = {sku: count for sku, count, _, _ in _UNITS[variant]}
        found[variant] = {sku: [shared(units, counts[sku])] * counts[sku] for sku, units in off.items()}
    return {"variants": found}


def share_of_the_basket(facts: Facts, programme: Programme) -> Any:
    decision = placed(facts, programme)
    return {"lines": shown(decision), "order_total": left(decision)}


def capped_with_tax(facts: Facts, programme: Programme) -> Any:
    """15% of tax are contained in 3194.00: 416.61."""
    total = facts["when"]["order_total_incl_tax"]
    decision = priced(programme, total, tax="416.61")
    before = Decimal(total) - Decimal("416.61")
    return {
        "discount_incl_tax": in_all(decision),
        "discount_excl_tax": str(before - Decimal(net(decision))),
        "order_total": left(decision),
    }


def net(decision: Decision) -> str:
    """What is left to pay without its tax: what the rule gives that counts it."""
    (effect,) = [one for one in decision.effects if isinstance(one, PointsAwarded)]
    return money(effect.granted, decision.programme)


def chairs(facts: Facts, programme: Programme) -> Any:
    found = {}
    for variant, lines in facts["when"]["variants"].items():
        decision = placed({"when": {"lines": lines}}, programme)
        found[variant] = {"discount": in_all(decision), "order_total": left(decision)}
    return {"variants": found}


def half_at_most_thirty(facts: Facts, programme: Programme) -> Any:
    """20% of tax are contained in 100.00: 16.67."""
    decision = placed_with_tax(facts, programme, "16.67")
    return {"discount": in_all(decision), "order_total": left(decision), "net": net(decision)}


def placed_with_tax(facts: Facts, programme: Programme, *taxes: str) -> Decision:
    pairs = zip(facts["when"]["lines"], taxes, strict=True)
    lines = [
        line(one["id"], sku=one["sku"], quantity=one["qty"], price=one["unit_price"], tax=tax) for one, tax in pairs
    ]
    return decided(programme, order(programme, lines))


def for_each_hundred(facts: Facts, programme: Programme) -> Any:
    found = {}
    for variant, once in (("A", False), ("B", True)):
        decision = placed(facts, programme, facts={"once": once})
        units = sum(taken(decision).values())
        found[variant] = {"applications": units // 1_000, "discount": in_all(decision)}
    return {"variants": found}


def shares_add_up(facts: Facts, programme: Programme) -> Any:
    """`sum` is what the offers would take off without their common bound."""
    found = {}
    for variant, one in facts["when"]["variants"].items():
        told = {
            "theft": "anti-theft" in one["features"],
            "camera": "dashcam" in one["features"],
            "assistance": "driver-assist" in one["features"],
        }
        member = programme.new_member("m", facts={"years": one["years"], "contracts": one["contracts"]})
        decision = decided(programme, order(programme, [line("1", price=one["price"])], facts=told), member)
        asked = sum(record.asked for record in decision.trace if not record.winner)
        price = int(Decimal(one["price"]) * 100)
        found[variant] = {
            "sum": f"{asked * 100 // price}%",
            "applied": f"{sum(taken(decision).values()) * 100 // price}%",
            "to_pay": left(decision),
        }
    return found


def points_are_no_money(facts: Facts, programme: Programme) -> Any:
    """16 500 of what is left after an offer that moves in steps of 250: 10% of 18 250 are 1 825, and so 1 750."""
    decision = priced(programme, "18250")
    assert sum(taken(decision).values()) == 1_750 * 100
    (effect,) = [one for one in decision.effects if isinstance(one, PointsAwarded)]
    return {"points_earned": format_units(effect.granted, 1)}


def free_goods(facts: Facts, programme: Programme) -> Any:
    decision = placed(facts, programme)
    return {"discount": in_all(decision), "order_total": left(decision)}


def offer_in_yen(facts: Facts, programme: Programme) -> Any:
    """1.5 of 15 yen are two; of an order in dollars nothing."""
    found = {}
    for variant, told in facts["when"]["variants"].items():
        bought = purchase("o", "m", NOON, [line("1", price=told["line"])], currency=told["currency"])
        decision = decided(programme, bought)
        found[variant] = in_all(decision).removesuffix(".00")
    return {"discount": found}


def coupons_then_wallet(facts: Facts, programme: Programme) -> Any:
    """8.25% on top of 80.00 and 20.00: 6.60 and 1.65."""
    member = programme.new_member("m")
    given = adjustment("w", "m", NOON, "wallet", facts["given"]["wallet"], reason="paid in", actor="host")
    lines = [
        line(one["id"], sku=one["sku"], price=one["unit_price"], tax=tax)
        for one, tax in zip(facts["when"]["lines"], ("6.60", "1.65"), strict=True)
    ]
    member = programme.decide(member, given).member
    plain = decided(programme, order(programme, lines))
    paid = decided(programme, order(programme, lines, redeem={"pay": None}), member)
    (wallet,) = [one for one in paid.effects if isinstance(one, PointsRedeemed)]
    after = 10_000 - sum(taken(plain).values())
    return {
        "after_coupons": money(after, programme),
        "tax": money((plain.to_pay or 0) - after, programme),
        "total": left(plain),
        "wallet_used": money(wallet.value, programme),
        "to_pay": left(paid),
    }


def off_by_value(facts: Facts, programme: Programme) -> Any:
    return {"lines": shown(placed(facts, programme))}


def three_equal_lines(facts: Facts, programme: Programme) -> Any:
    decision = placed(facts, programme)
    return {"sum": in_all(decision), "multiset_of_line_discounts": sorted(shown(decision).values())}


def share_with_a_cap(facts: Facts, programme: Programme) -> Any:
    decision = placed(facts, programme)
    small = priced(programme, "12", "23", "10")
    found = list(shown(decision).values())
    return {"solidus": found, "largest_remainder": found, "sum": in_all(decision), "B": list(shown(small).values())}


def fixed_by_value(facts: Facts, programme: Programme) -> Any:
    amounts = ("20.00", "30.00", "100.00")
    lines = [line(str(place), price=amount, facts={"eligible": place == 1}) for place, amount in enumerate(amounts, 1)]
    by_quantity = [line(str(place), price="50.00", quantity=count) for place, count in enumerate((3, 1, 2), 1)]
    return {
        "A": list(shown(priced(programme, *amounts)).values()),
        "B": list(shown(decided(programme, order(programme, lines))).values()),
        "C": list(shown(decided(programme, order(programme, by_quantity))).values()),
    }


def once_per_line(facts: Facts, programme: Programme) -> Any:
    return {"lines": {name: {"discount": off} for name, off in shown(placed(facts, programme)).items()}}


def cut_down(facts: Facts, programme: Programme) -> Any:
    return {name: in_all(placed(facts, programme, facts={"five": name == "B"})) for name in ("A", "B")}


def each_unit(facts: Facts, programme: Programme) -> Any:
    found = {}
    for name, amounts in facts["when"]["baskets"].items():
        decision = priced(programme, *amounts)
        found[name] = {"per_line": list(shown(decision).values()), "sum": in_all(decision)}
    return found


def without_delivery(facts: Facts, programme: Programme) -> Any:
    """The host rounds the price of a unit first: 19.812 is 19.81."""
    (one,) = facts["when"]["lines"]
    price = Decimal(one["unit_price"]).quantize(Decimal("0.01"))
    lines = [
        line("a", sku=one["sku"], quantity=one["qty"], price=price),
        line("b", price=facts["when"]["shipping"], delivery=True),
    ]
    return {
        name: {"order_total": left(decided(programme, order(programme, lines, facts={"fixed": name == "B"})))}
        for name in ("A", "B")
    }


def given_exactly(facts: Facts, programme: Programme) -> Any:
    large = priced(programme, *["10.00"] * 11, facts={"large": True})
    small = priced(programme, *["1.00"] * 3, facts={"large": False})
    return {
        "A": {"sum": in_all(large)},
        "B": {"sum": in_all(small), "multiset": sorted(shown(small).values())},
    }


def tax_on_top(facts: Facts, programme: Programme) -> Any:
    """Variant D is the same file with taxes rounded per item."""
    per_item = load(
        format_source(programme.source, "en").replace("taxes round half up per line", "taxes round half up per item")
    )
    shirts = line("a", sku="tshirt", quantity=2, price="10.00", tax="4.60")
    orders = {
        "A": (programme, [line("b", sku="mug", price="56.05", tax="5.61")]),
        "B": (programme, [line("b", sku="mug", price="56.04", tax="5.60")]),
        "C": (programme, [shirts, line("b", sku="mug", quantity=2, price="56.05", tax="11.21")]),
        "D": (per_item, [shirts, line("b", sku="mug", quantity=2, price="56.05", tax="11.21")]),
    }
    found = {}
    for name, (used, lines) in orders.items():
        decision = decided(used, order(used, lines))
        goods = sum(one.quantity * (one.price or 0) // 10**10 for one in lines)
        tax = (decision.to_pay or 0) - goods + sum(taken(decision).values())
        found[name] = {"tax": money(tax, used), "order_total": left(decision)}
    return found


def share_with_a_fraction(facts: Facts, programme: Programme) -> Any:
    decision = priced(programme, facts["when"]["net_total"], tax="10.00")
    after = 5_000 - sum(taken(decision).values())
    return {"net_after": money(after, programme), "gross_after": left(decision)}


def the_fifth_order(facts: Facts, programme: Programme) -> Any:
    totals = {}
    for name, count, cancelled in (("A", 4, 0), ("B", 3, 0), ("C", 5, 1)):
        member = programme.new_member("m")
        for number in range(1, count + 1):
            event = order(programme, [line("1", price="100.00")])._replace(id=f"o-{number}")
            member = programme.decide(member, event).member
        if cancelled:
            member = programme.decide(member, cancellation("c", "m", NOON, f"o-{count}")).member
        event = order(programme, [line("1", price="100.00")])._replace(id="last")
        totals[name] = left(programme.decide(member, event))
    return {"order_total": totals}


def one_unit_of_each(facts: Facts, programme: Programme) -> Any:
    return {"lines": shown(placed(facts, programme))}


def one_of_the_cheapest(facts: Facts, programme: Programme) -> Any:
    decision = placed(facts, programme)
    return {"discount_total": in_all(decision), "order_total": left(decision)}


def first_and_further(facts: Facts, programme: Programme) -> Any:
    def of(quantity: int, most_five: bool) -> str:
        lines = [line("1", quantity=quantity, price="100.00")]
        return in_all(decided(programme, order(programme, lines, facts={"most_five": most_five})))

    one, two, five, ten = facts["when"]["qty"]
    return {
        "A no maximum": {str(count): of(count, False) for count in (one, two, ten)},
        "B max 5": {str(count): of(count, True) for count in (five, ten)},
    }


def whole_cart(facts: Facts, programme: Programme) -> Any:
    """19% of tax are contained in 100.00, 15.97; 7%, 6.54."""
    decision = placed_with_tax(facts, programme, "15.97", "6.54")
    tax = Decimal(left(decision)) - Decimal(net(decision))
    return {"discount": in_all(decision), "order_total": left(decision), "tax": str(tax), "net": net(decision)}


PRICES: Final[Mapping[str, Case]] = {
    "CAP-03": lowest_price_per_unit,
    "CAP-05": share_of_the_basket,
    "CAP-07": capped_with_tax,
    "CAP-08": chairs,
    "CAP-10": half_at_most_thirty,
    "CAP-13": for_each_hundred,
    "CAP-19": one_unit_of_each,
    "CAP-22": shares_add_up,
    "DIS-20": one_of_the_cheapest,
    "DIS-23": first_and_further,
    "MON-10": whole_cart,
    "MON-02": points_are_no_money,
    "MON-03": offer_in_yen,
    "MON-09": free_goods,
    "MON-12": coupons_then_wallet,
    "MON-13": off_by_value,
    "RND-01": three_equal_lines,
    "RND-06": share_with_a_cap,
    "RND-07": fixed_by_value,
    "RND-08": once_per_line,
    "RND-09": cut_down,
    "RND-10": each_unit,
    "RND-14": without_delivery,
    "RND-15": given_exactly,
    "RND-22": tax_on_top,
    "RND-25": share_with_a_fraction,
    "TIME-07": the_fifth_order,
}
