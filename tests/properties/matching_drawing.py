"""Programmes whose rules ask about orders, lines and facts alone, and orders around what they ask."""

from __future__ import annotations

from collections.abc import Iterator

from loyalty_rules import Programme
from loyalty_rules.events import FactInput, Purchase
from loyalty_rules.testing.chance import Chance
from loyalty_rules.testing.composing import asking, declaring
from loyalty_rules.testing.composing.scope import Scope
from loyalty_rules.testing.composing.sketch import Sketch
from loyalty_rules.testing.drawing import draw_order, fact_input
from loyalty_rules.testing.interest import Interest

_FEATURES = frozenset({"conditions", "facts", "sets"})
_HEAD = (
    *('H_PROGRAMME "Drawn"', "CURRENCY RUB", "TIME_ZONE UTC", "BASIS MONEY_PAID", "TAX_IN", "LATE_NO", "RET_NONE"),
)
_PURSE = ("H_PURSE points", "RULES_ADD_UP", "ROUND_DOWN S_ORDER", "USABLE_AT_ONCE", "EXPIRE_NEVER")
_HOUR = 3_600_000_000
_START = 1_772_442_000_000_000  # 2026-03-02 09:00 UTC


def programme(seed: int, rules: int = 6) -> Sketch:
    """A rule about lines gives for each item, so that each of its lines carries something; any other gives once."""
    s = Scope(Chance(seed), _FEATURES, "RUB")
    declaring.facts(s)
    declaring.sets(s)
    asked = [one for one in asking.facts_of(s, "MEMBER_FACT") if one.type != "T_YEARLY"]
    for number in range(rules):
        lines = [f"H_EARN r{number}"]
        if asked and s.maybe():
            lines.append(f"FOR {asking.joined(s, lambda s: asking.fact(s, s.pick(asked)))}")
        lines += [f"WHEN {asking.joined(s, asking.order)}"] if s.maybe() else []
        lines += [f"WHEN {asking.order(s)}"] if s.rarely() else []
        if s.pick((True, True, False)):
            lines.append(f"ON {s.selection()}")
            lines += [f"EXCEPT {s.pick(s.sets)}"] if lines[-1] == "ON ANY_PRODUCT" and s.maybe() else []
            lines.append("GIVE 1 points PER 1 ITEMS")
        else:
            lines.append("GIVE 1 points")
        s.add(*lines)
    return Sketch((_HEAD, _PURSE, *(tuple(block) for block in s.blocks)))


def orders(seed: int, rules: Programme, count: int) -> Iterator[Purchase]:
    """Orders an hour apart; how each is paid is known, and nothing is paid with points."""
    draw, interest = Chance(seed), Interest(rules)
    for number in range(count):
        order = draw_order(draw, interest, f"e-{number + 1}", _START + number * _HOUR)
        while order.tenders is None:
            order = draw_order(draw, interest, order.id, order.at)
        yield order


def member_facts(seed: int, rules: Programme) -> dict[str, FactInput]:
    draw, interest = Chance(seed), Interest(rules)
    return {
        name: fact_input(interest, fact, draw.pick(interest.values_of(fact)))
        for name, fact in sorted(rules.plan.member_facts.items())
        if not (fact.optional or fact.otherwise is not None) or draw.pick((True, False))
    }
