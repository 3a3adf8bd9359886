"""Programmes drawn by a seed out of what one function decides, and orders for them: most are ordinary, some are not."""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Final

from loyalty_rules.events import Cancellation, Event, Line, Purchase, Return, Tender, Tick
from loyalty_rules.text import line_order_key

HEAD: Final = """loyalty rules 1

programme "Drawn"
  currency EUR
  time zone Europe/Berlin
  week starts monday
  basis {basis}
  prices include tax
  returns refused
  late events refused
end

facts
  line fact department is text
{facts}end
"""
#: Facts that are declared where something reads them.
FACTS: Final = {
    "delivered": "  order fact delivered is text optional\n",
    "city": "  member fact city is text optional\n",
}
SETS: Final = """
products Fuel
  where department is "fuel"
end

products Fresh
  where department is "fresh" or category is "fruit"
end

products Own
  where brand is "own" or product tag is "own"
end
"""
ON: Final = ("any product", "Fuel", "Fresh", "Own", "any product\n  except Fuel")
WINDOWS: Final = ("in calendar month", "in calendar week", "in last 30 days", "in last 3 months", "since the beginning")
DAY: Final = 86_400 * 1_000_000
#: 2025-01-20T10:00:00Z.
START: Final = 1_737_367_200_000_000


def taking_back(chance: Random, text: str) -> str:
    """The text of a programme, so that goods may come back."""
    how = chance.choice(("replay", "replay", "in proportion"))
    line = f"  returns {how} within {chance.choice(('3 days', '20 days', '2 months', '12 months'))}\n"
    found = text.replace("  returns refused\n", line + ("  returns keep prices\n" if how == "replay" else ""))
    lines = []
    for one in found.splitlines():
        lines.append(one)
        if one.startswith("purse "):
            lines.append(f"  after a return {chance.choice(('may go negative', 'take only what is left'))}")
        if one.startswith("tiers "):
            lines.append(f"  after a return {chance.choice(('keep', 'recheck', 'wait for review'))}")
        if one.startswith("challenge "):
            lines.append(f"  after a return {chance.choice(('keep', 'take back'))}")
    return "\n".join(lines) + "\n"


def programme(chance: Random) -> str:
    """The text of a programme."""
    basis = chance.choice(("list price", "price after discounts", "money paid"))
    swaps = chance.random() < 0.5
    parts = [*(_purse(chance, name, swaps and name == "points") for name in ("miles", "points")), SETS]
    parts += [_never(chance, f"no_{number}") for number in range(chance.randint(0, 2))]
    tiers = chance.random() < 0.7
    if tiers:
        parts.append(_tiers(chance))
    rules = [f"r{number}" for number in range(chance.randint(1, 4))]
    parts += [_earn(chance, name, tiers) for name in rules]
    boosts = [f"b{number}" for number in range(chance.randint(0, 3))]
    parts += [_boost(chance, name, rules) for name in boosts]
    if len(boosts) > 1:
        listed = "".join(f"  rule {name}\n" for name in boosts)
        parts.append(f"group more\n{listed}  add up\nend\n")
    parts += [_challenge(chance, f"c{number}") for number in range(chance.randint(0, 2))]
    if swaps:
        at = chance.choice(("at end of calendar month", "at start of calendar week"))
        parts.append(f"conversion swap\n  {at}\n  uses 40 points\n  give 1 miles\nend\n")
    text = "\n".join(parts)
    facts = "".join(declared for name, declared in FACTS.items() if f"{name} is" in text)
    return HEAD.format(basis=basis, facts=facts) + text


_BLOCKS: Final = ("everything", "earning", "tier counting")


def _never(chance: Random, name: str) -> str:
    return f"never {name}\n  on {chance.choice(ON[1:4])}\n  blocks {chance.choice(_BLOCKS)}\nend\n"


def _purse(chance: Random, name: str, spent: bool) -> str:
    rounding = chance.choice(("down", "up", "half up", "half even"))
    place = chance.choice(("order", "order", "line"))
    usable = chance.choice(("at once", "at once", "after 3 days", "after 2 months", "after 36 hours"))
    expire = chance.choice(
        ("never", "after 1 months", "after 40 days", "after 2 months at end of calendar month", "after 1 years")
    )
    decimals = chance.choice(("", "  decimals 2\n"))
    take = "  take oldest first\n" if spent else ""
    return (
        f"purse {name}\n{decimals}  round {rounding} per {place}\n  usable {usable}\n  expire {expire}\n{take}"
        "  rules add up\nend\n"
    )


_MEASURES: Final = (
    "spend in last 60 days",
    "orders in calendar month",
    "items on Fresh in last 90 days",
    "earned points in last 60 days",
)


def _tiers(chance: Random) -> str:
    measure = chance.choice(_MEASURES)
    unit = {"s": " EUR", "o": " orders", "i": " items", "e": " points"}[measure[0]]
    review = chance.choice(("at end of calendar month", "never"))
    down = "" if review == "never" else "  downgrade to earned level\n"
    low = chance.choice((2, 10, 40))
    return (
        f"tiers club\n  level silver when {measure} at least {low}{unit}\n"
        f"  level gold above silver when {measure} at least {low * 3}{unit}\n"
        f"  upgrade from next order\n  review {review}\n{down}end\n"
    )


def _when(chance: Random, tiers: bool) -> str:
    found = []
    if tiers and chance.random() < 0.3:
        found.append(f"  for club is {chance.choice(('silver', 'gold'))}")
    if chance.random() < 0.2:
        found.append('  for has city and city is "Bonn"')
    if chance.random() < 0.4:
        found.append("  when " + chance.choice(_CONDITIONS))
    return "".join(one + "\n" for one in found)


_CONDITIONS: Final = (
    "weekday is saturday or weekday is sunday",
    "order number is 1",
    "order number at most 3",
    "spend in this order at least 20 EUR",
    'order channel is "web"',
    'not (order store is "s1")',
    "month of year is february",
    "clock time between 09:00 and 11:00",
    'has delivered and delivered is "home"',
    "orders in last 30 days before this order at least 2",
)


_STEPS: Final = ("per 1 EUR", "per 3 EUR", "per full 5 EUR", "per started 4 EUR", "per 1 item", "per 2 item", "")


def _gift(chance: Random, purse: str) -> str:
    amount = chance.choice((1, 2, 3, 5, 7))
    step = chance.choice(_STEPS)
    return f"  give {amount} {purse} {step}".rstrip() + "\n"


def _earn(chance: Random, name: str, tiers: bool) -> str:
    purse, other = chance.sample(("points", "miles"), 2)
    lines = f"  on {chance.choice(ON)}\n"
    gift = _gift(chance, purse)
    if chance.random() < 0.15:
        lines, gift = "", f"  give {chance.choice((5, 20))} {purse}\n"
    gifts = gift + (_gift(chance, other) if lines and chance.random() < 0.2 else "")
    bounds = ""
    if chance.random() < 0.5:
        bounds += f"  cap {chance.choice((3, 10, 25))} {purse} per order\n"
    if chance.random() < 0.4:
        bounds += f"  cap {chance.choice((20, 60))} {purse} per member {chance.choice(WINDOWS[:4])}\n"
    if chance.random() < 0.2:
        bounds += f"  limit {chance.choice((1, 3))} per member {chance.choice(WINDOWS)}\n"
    return f"earn {name}\n{_when(chance, tiers)}{lines}{gifts}{bounds}end\n"


def _boost(chance: Random, name: str, rules: list[str]) -> str:
    changes = ", ".join(sorted(chance.sample(rules, chance.randint(1, min(2, len(rules))))))
    lines = f"  on {chance.choice(ON[1:])}\n" if chance.random() < 0.5 else ""
    asked = _when(chance, False)
    return f"boost {name}\n  changes {changes}\n{asked}{lines}  multiply by {chance.choice((2, 3, 1.5))}\nend\n"


def _challenge(chance: Random, name: str) -> str:
    goal = chance.choice(
        (
            "orders with (spend at least 10 EUR) since the beginning at least 3",
            "calendar weeks in a row with (spend at least 15 EUR) at least 2",
            "calendar weeks in a row at least 3",
            "spend since the beginning at least 60 EUR",
            "items on Fresh in calendar month at least 4",
        )
    )
    again = chance.choice(
        ("once", "repeat from zero", "repeat from zero" if "in a row" in goal else "repeat with carry")
    )
    return f"challenge {name}\n  goal {goal}\n  {again}\n  give {chance.choice((5, 50))} points\nend\n"


def orders(chance: Random, count: int) -> list[Event]:
    """Orders of one member, one after another, with some that are out of the ordinary."""
    at, found = START, list[Event]()
    for number in range(count):
        at += chance.choice((0, 3_600_000_000, DAY, DAY, 2 * DAY, 7 * DAY, 31 * DAY)) + chance.randint(0, 3) * 1_000_000
        if chance.random() < 0.1:
            found.append(Tick("m", at))
        one = _order(chance, f"o-{number}", at)
        found.append(one)
        if chance.random() < 0.05:
            found.append(one)
    return found


def with_facts_of_lines(chance: Random, text: str, events: list[Event]) -> tuple[str, list[Event]]:
    """The same with facts of lines that are no texts: some values are equal and of two kinds, and one of these is
    refused."""
    facts = "  line fact gift is yes or no else no\n  line fact litres is number else 0\n"
    text = text.replace("  line fact department is text\n", f"  line fact department is text\n{facts}")
    fuel = '  where department is "fuel"'
    text = text.replace(f"{fuel}\n", f"{fuel} or litres at least 2\n").replace(
        '  where brand is "own"', "  where gift is yes"
    )
    told, found = dict[str, Event](), list[Event]()
    for event in events:
        if isinstance(event, Purchase):  # told twice it is the same
            more = event._replace(lines=tuple(_with_facts(chance, one) for one in event.lines))
            found.append(told.setdefault(event.id, more))
        else:
            found.append(event)
    return text, found


def _with_facts(chance: Random, line: Line) -> Line:
    facts = list(line.facts)
    if chance.random() < 0.4:
        facts.append(("gift", 1 if chance.random() < 0.02 else chance.random() < 0.5))
    if chance.random() < 0.4:
        litres = True if chance.random() < 0.02 else chance.choice((0, 1, 2, "2", "2.50", Decimal("2.50"), Decimal(1)))
        facts.append(("litres", litres))
    return line._replace(facts=tuple(facts))


def coming_back(chance: Random, events: list[Event]) -> list[Event]:
    """The same, with goods of some of the orders that come back later, or all of an order."""
    found, bought, number = list[Event](), list[Purchase](), 0
    for event in events:
        found.append(event)
        if isinstance(event, Purchase):
            bought.append(event)
        if bought and chance.random() < 0.25:
            number += 1
            order = chance.choice(bought[-4:])
            at, name = event.at + chance.randint(0, 1), f"back-{number}"
            if chance.random() < 0.2:
                found.append(Cancellation(name, "m", at, order.id))
                continue
            some = chance.sample(order.lines, chance.randint(1, len(order.lines)))
            back = [(one.id, chance.choice((one.quantity, 1_000_000))) for one in some]
            back.sort(key=lambda one: line_order_key(one[0]))
            found.append(Return(name, "m", at, order.id, tuple(back)))
    return found


def _order(chance: Random, id: str, at: int) -> Purchase:
    lines = tuple(_line(chance, place) for place in chance.sample(range(1, 13), chance.randint(1, 5)))
    odd = chance.random()
    tenders = (Tender("card", 1),) if odd < 0.02 else None
    facts = (("delivered", chance.choice(("home", "shop"))),) if chance.random() < 0.3 else ()
    return Purchase(
        id, "m", at, "USD" if 0.02 < odd < 0.03 else "EUR", lines, tenders, "", chance.choice(("s1", "s2")),
        chance.choice(("web", "shop")), (("nothing", "x"),) if 0.03 < odd < 0.04 else facts,
    )  # fmt: skip


def _line(chance: Random, place: int) -> Line:
    cents = chance.choice((0, 1, 99, 150, 333, 499, 1_000, 2_599, 10_000))
    each = chance.random() < 0.3
    quantity = chance.choice((1, 1, 2, 3, 10)) * 1_000_000 if each else chance.choice((1_000_000, 2_000_000, 500_000))
    odd = chance.random()
    return Line(
        id=str(place) if chance.random() < 0.8 else f"L{place}",
        sku=f"s{place}",
        category=chance.choice(("fruit", "fuel", "")),
        brand=chance.choice(("own", "theirs")),
        tags=("own",) if chance.random() < 0.1 else (),
        quantity=0 if odd < 0.005 else quantity,
        price=cents * 10_000 if each else None,
        amount=None if each else cents * 10_000 + (1 if 0.005 < odd < 0.01 else 0),
        discount=min(cents, chance.choice((0, 0, 0, 1, 50))) * 10_000,
        tax=min(cents // 2, chance.choice((0, 0, 7))) * 10_000 if chance.random() < 0.3 else 0,
        facts=(("department", chance.choice(("fuel", "fresh", "dry"))),) if odd < 0.99 else (),
        delivery=chance.random() < 0.05,
    )
