"""Short rule files and orders for the tests of decisions."""

from __future__ import annotations

from typing import Final

from loyalty_rules import Decision, Programme, load
from loyalty_rules.decision import PointsAwarded, RuleTrace
from loyalty_rules.events import Event, Line, Purchase, line, purchase
from loyalty_rules.member import MemberState

HEAD: Final = """loyalty rules 1

programme "Test"
  currency RUB
  time zone Europe/Moscow
  week starts monday
  basis money paid
  prices include tax
  returns refused
  late events refused
end

purse pts "Points"
  round down per order
  usable at once
  expire never
  rules add up
end

purse cash "Cash"
  counted in RUB
  round down per order
  usable at once
  expire never
  rules add up
end

products Tea
  where category is "tea"
end
"""
AT: Final = "2026-03-02T12:00:00+03:00"


def programme(*blocks: str, head: str = HEAD) -> Programme:
    """A programme of these blocks, each without its `end`, behind the usual head."""
    return load(head + "".join(f"\n{block.strip()}\nend\n" for block in blocks))


def order(*prices: str, id: str = "o-1", at: str = AT) -> Purchase:
    """An order of lines 1, 2, 3 … with these prices; `tea:` before one puts it into the category."""
    return purchase(id, "m", at, [priced(str(number), price) for number, price in enumerate(prices, 1)], currency="RUB")


def priced(id: str, price: str) -> Line:
    category, _, amount = price.rpartition(":")
    return line(id, category=category, price=amount)


def decide(rules: Programme, event: Event, member: MemberState | None = None) -> Decision:
    return rules.decide(member or rules.new_member("m"), event)


def granted(decision: Decision, *rules: str) -> int:
    """Units given by these rules, or by all."""
    return sum(award.granted for award in awards(decision) if not rules or award.rule in rules)


def awards(decision: Decision) -> list[PointsAwarded]:
    return [effect for effect in decision.effects if isinstance(effect, PointsAwarded)]


def record(decision: Decision, rule: str) -> RuleTrace:
    (found,) = (one for one in decision.trace if one.rule == rule)
    return found
