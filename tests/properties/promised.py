"""Random programmes with most of what a rule can say, as text, and random histories of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from loyalty_rules.events import Purchase, line, purchase

START = datetime(2026, 3, 2, 12, tzinfo=UTC)

_MODES = ("round down", "round half up", "round half even", "round up")
_PLACES = ("per order", "per line", "per item")
_BASES = ("", "list price", "price after discounts", "money paid", "price after discounts without tax")
_SETS = ("any product", "any product", "Tea", "Cakes", "Tea, Cakes", "any product, delivery")
_FOR = ("status is gold", "status at least silver", "status is no level", "in segment vip", "not (in segment vip)")
_WHEN = (
    "weekday is one of saturday, sunday",
    "weekday is monday",
    "money paid at least 20 RUB",
    "money paid under 20 RUB",
    "list price at least 5 RUB",
    "spend in this order at least 10 RUB",
    'order channel is "app"',
    'order channel is not "app"',
    "order number is 1",
    "date at most 2026-03-09",
)
_PARTS = (
    "only first 20 RUB",
    "only first 20 RUB per member in calendar month",
    "only first 2 items cheapest first",
    "skip first 3 RUB",
)
_HEAD = """loyalty rules 1

programme "Promised"
  currency RUB
  time zone UTC
  week starts monday
  basis {basis}
  {tax}
  returns refused
  late events refused
end

purse pts
  rules add up
  {rounding}
  {carry}
  {hold}
  worth {worth} RUB per 1 pts
  usable at once
  expire never
end

purse cash
  counted in RUB
  rules add up
  round half up per order
  usable at once
  expire never
end

products Tea
  where category is "tea"
end

products Cakes
  where category is "cakes"
end

segment vip
  supplied by host
end

table ladder
  value rate is percent
  | money paid   | rate |
  | under 10 RUB | 7%   |
  | at least 10 RUB and under 30 RUB | 20% |
  | at least 30 RUB | 3% |
end

table factors
  value factor is number
  | spend in calendar month | factor |
  | under 50 RUB            | 1.5    |
  | at least 50 RUB         | 3      |
end

tiers status
  level silver when spend in last 30 days at least 15 RUB
  level gold above silver when spend in last 30 days at least 60 RUB
  {upgrade}
  review at end of calendar month
  downgrade one level
end
"""


@dataclass(frozen=True)
class Drawn:
    """One rule: its lines of text, and what it needs to stand in a group."""

    name: str
    lines: tuple[str, ...]

    def text(self, kind: str) -> str:
        return "\n".join([f"\n{kind} {self.name}", *(f"  {one}" for one in self.lines), "end", ""])


def _some(draw: st.DrawFn, values: tuple[str, ...], *, rarely: bool = False) -> list[str]:
    """One of the values, or none."""
    return [draw(st.sampled_from(values))] if draw(st.integers(0, 3 if rarely else 1)) == 0 else []


def _gift(draw: st.DrawFn, purse: str, *, ladder: bool = False) -> str:
    number = draw(st.integers(1, 4))
    step = draw(st.sampled_from(["per", "per full", "per started"]))
    size = draw(st.sampled_from(["1 RUB", "3 RUB", "10 RUB", "1 item", "2 items"]))
    forms = [f"{number} {purse} {step} {size}", f"{5 * number}% to {purse}", f"{number} {purse}"]
    forms += [f"[ladder] to {purse} {parts}" for parts in ("each part", "whole amount")] if ladder else []
    return draw(st.sampled_from(forms))


def _cap(draw: st.DrawFn, purse: str, *, lines: bool) -> str:
    unit = "RUB" if purse == "cash" else "pts"
    scopes = ["per order", "per member in calendar month", "per member in last 7 days"]
    scopes += ["per line", "per item"] if lines else []
    early = draw(st.sampled_from(["", "", " before boosts"]))
    return f"cap {draw(st.sampled_from([1, 2, 5, 12]))} {unit} {draw(st.sampled_from(scopes))}{early}"


@st.composite
def _earn(draw: st.DrawFn, name: str, purse: str) -> Drawn:
    lines = [f"for {one}" for one in _some(draw, _FOR, rarely=True)]
    lines += [f"when {one}" for one in _some(draw, _WHEN)]
    base = draw(st.sampled_from(_BASES))
    follows = draw(
        st.sampled_from(["", "", "", "spend in calendar month", "spend in this order", "orders in last 7 days"])
    )
    gift = _gift(draw, purse, ladder=True)
    follows = "" if any(word in gift for word in ("%", "[", "item")) else follows
    if follows:
        lines.append(f"basis {follows}")
        if follows.startswith("orders"):
            gift = f"{draw(st.integers(1, 3))} {purse} per full 2 orders"
    elif base or "[" in gift:
        lines.append(f"basis {'money paid' if '[' in gift else base}")
    on = "per" in gift or "%" in gift or "[" in gift or draw(st.booleans())
    if on:
        lines.append(f"on {draw(st.sampled_from(_SETS))}")
        lines += [] if follows else _some(draw, _PARTS, rarely=True)
        lines += _some(draw, ("except Cakes",), rarely=True)
        lines += [f"{mode} {draw(st.sampled_from(_PLACES))}" for mode in _some(draw, _MODES)]
    lines.append(f"give {gift}")
    unit = "RUB" if purse == "cash" else "pts"
    lines += [_cap(draw, purse, lines=on)] if draw(st.integers(0, 2)) == 0 else []
    lines += _some(draw, (f"minimum 3 {unit}",), rarely=True)
    return Drawn(name, tuple(lines))


@st.composite
def _boost(draw: st.DrawFn, name: str, changes: str, purse: str) -> Drawn:
    lines = [f"changes {changes}"]
    lines += [f"for {one}" for one in _some(draw, _FOR, rarely=True)]
    lines += [f"when {one}" for one in _some(draw, _WHEN, rarely=True)]
    lines += [f"on {one}" for one in _some(draw, _SETS)]
    effects = ["multiply by 2", "multiply by 3", "multiply by 0.5", "multiply by [factors]"]
    effects += [f"{word} {_gift(draw, purse)}" for word in ("increase by", "replace with")]
    lines.append(draw(st.sampled_from(effects)))
    lines += [_cap(draw, purse, lines=False).replace(" before boosts", "")] if draw(st.integers(0, 2)) == 0 else []
    return Drawn(name, tuple(lines))


@st.composite
def _group(draw: st.DrawFn, name: str, rules: list[str], *, boosts: bool, purse: str) -> str:
    policies = ["add up", "choose largest for member", "choose smallest for member", "choose first listed"]
    policies += ["multiply", "one after another"] if boosts else []
    policy = draw(st.sampled_from(policies))
    lines = [*(f"rule {rule}" for rule in rules), policy]
    if policy.startswith("choose"):
        lines.append(f"decide per {draw(st.sampled_from(['order', 'line']))}")
    if draw(st.integers(0, 3)) == 0:
        lines.append(_cap(draw, purse, lines=False).replace(" before boosts", ""))
    return Drawn(name, tuple(lines)).text("group")


@st.composite
def programmes(draw: st.DrawFn) -> str:
    """The text of a programme. Not every one is valid: what does not go together is left to the checker."""
    place = draw(st.sampled_from(_PLACES))
    head = _HEAD.format(
        basis=draw(st.sampled_from(_BASES[1:4])),
        tax=draw(st.sampled_from(["prices include tax", "tax comes on top of prices"])),
        rounding=f"{draw(st.sampled_from(_MODES))} {place}",
        carry="carry remainder" if place == "per order" and draw(st.integers(0, 3)) == 0 else "",
        hold="hold at most 40 pts" if draw(st.integers(0, 4)) == 0 else "",
        worth=draw(st.sampled_from(["1", "0.50", "2"])),
        upgrade=draw(st.sampled_from(["upgrade from next order", "upgrade from this order"])),
    )
    blocks = [head]
    purse = draw(st.sampled_from(["pts", "pts", "cash"]))
    rules = [f"r{number}" for number in range(draw(st.integers(1, 3)))]
    blocks += [draw(_earn(name, purse)).text("earn") for name in rules]
    boosts: list[str] = []
    changes = draw(st.sampled_from(rules))
    late = draw(st.integers(0, 3)) == 0
    for number in range(draw(st.integers(0, 3))):
        boost = draw(_boost(f"b{number}", changes, purse))
        boosts.append(boost.name)
        blocks.append(Drawn(boost.name, (*boost.lines, *(["after rounding"] if late else []))).text("boost"))
    if len(boosts) > 1:
        blocks.append(draw(_group("boosts", boosts, boosts=True, purse=purse)))
    if len(rules) > 1 and draw(st.booleans()):
        blocks.append(draw(_group("rules", rules, boosts=False, purse=purse)))
    blocks += _some(
        draw,
        (
            "\nnever a\n  on Cakes\n  blocks earning\nend\n",
            "\nnever a\n  for in segment vip\n  blocks everything\nend\n",
        ),
        rarely=True,
    )
    return "".join(blocks)


#: What promises are asked of, by their names.
ASKED = {
    "throughout": "",
    "large": "  when money paid at least 20 RUB\n",
    "small": "  when list price under 20 RUB\n",
    "mondays": "  when weekday is monday\n",
    "gold": "  for status is gold\n",
    "vips": "  for in segment vip\n",
}


def with_promises(text: str, bound: str) -> str:
    """A programme with one bound promised of each of the occasions that are asked of."""
    promises = (
        f'\npromise {name}\n{asked}  always {bound}\n  allow L161 "tried"\nend\n' for name, asked in ASKED.items()
    )
    return text + "".join(promises)


@st.composite
def histories(draw: st.DrawFn, size: int = 8) -> tuple[Purchase, ...]:
    at, orders = START, []
    amounts = st.one_of(st.sampled_from([1, 5, 50, 99, 100, 101, 300, 1000, 1999, 2000, 3000]), st.integers(1, 100_00))
    for number in range(size):
        at += timedelta(minutes=draw(st.sampled_from([0, 90, 1_000, 1_440, 3_000, 10_000, 30_000])))
        lines = []
        for place in range(draw(st.integers(1, 4))):
            amount = draw(amounts)
            discount = draw(st.sampled_from([0, 0, 0, amount // 3, amount]))
            tax = (amount - discount) // draw(st.sampled_from([6, 10]))
            kind = draw(st.sampled_from(["tea", "cakes", "other", "delivery"]))
            lines.append(
                line(
                    str(place),
                    category=kind,
                    amount=_roubles(amount),
                    discount=_roubles(discount),
                    tax=_roubles(tax),
                    quantity=draw(st.sampled_from([1, 1, 2, 3])),
                    delivery=kind == "delivery",
                )
            )
        channel = draw(st.sampled_from(["", "app", "web"]))
        orders.append(purchase(f"o-{number}", "m", at, lines, currency="RUB", channel=channel))
    return tuple(orders)


def _roubles(kopecks: int) -> str:
    return f"{kopecks // 100}.{kopecks % 100:02d}"
