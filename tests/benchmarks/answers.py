"""What the benchmarks compare before any clock runs: the answers of this engine and of the other side."""

from __future__ import annotations

from collections import Counter

from loyalty_rules import Programme
from loyalty_rules.calendar import instant_of
from loyalty_rules.decision import PointsAwarded, PointsExpired
from loyalty_rules.engine.asking import places_of
from loyalty_rules.engine.receive import receive
from loyalty_rules.engine.view import View
from loyalty_rules.events import Event, Purchase, tick
from loyalty_rules.settlement.knowing import known
from tests.benchmarks import grocery_club
from tests.benchmarks.grocery_club import RULES, Row
from tests.benchmarks.measuring import Action
from tests.benchmarks.qualifying import Answer, Matching

#: By member, its orders.
Orders = dict[str, list[Purchase]]
#: When the year of Grocery Club is over.
END = instant_of("2018-01-15T12:00:00Z")


def matching(programme: Programme, order: Purchase) -> Matching:
    """Which rule takes which line, as a decision asks it: what the index names, asked line by line."""
    plan = programme.plan
    occasion, read = receive(plan, order), known(plan, programme.new_member("m"), order.at)
    numbers = {f"r{place}": place for place in range(len(plan.rules))}

    def found() -> Answer:
        view, taken = View(plan, occasion, read), [list[int]() for _ in occasion.lines]
        for name in plan.index.reaching(occasion.lines):
            places = places_of(view, plan.rules[name])
            for place in places if isinstance(places, list) else ():
                taken[place].append(numbers[name])
        return tuple(tuple(sorted(rules)) for rules in taken)

    return found


def year_of(programme: Programme, orders: Orders) -> tuple[Counter[str], str]:
    """Totals and digest of Grocery Club by decisions, as the loop by hand reports its own."""
    return grocery_club.report([_row(programme, member, told) for member, told in orders.items()])


def _row(programme: Programme, name: str, orders: list[Purchase]) -> Row:
    member, awards, expired = programme.new_member(name), Counter[str](), 0
    events: list[Event] = [*orders, tick(name, END)]
    for event in events:
        decision = programme.decide(member, event)
        member = decision.member
        for effect in decision.effects:
            if isinstance(effect, PointsAwarded):
                awards[effect.rule] += effect.granted
            elif isinstance(effect, PointsExpired) and effect.purse == "bonus":
                expired += effect.units
    return Row(
        household=int(name),
        level=programme.level(member, "status") or "none",
        balance=programme.balance(member, "bonus").usable,
        vouchers=programme.balance(member, "voucher").usable,
        expired=expired,
        awards=tuple(awards[rule] for rule in RULES),
    )


def by_hand(households: int) -> tuple[Action, tuple[Counter[str], str]]:
    """The loop over the same year, and what it reports."""
    baskets = grocery_club.load(households)
    return lambda: grocery_club.run(baskets), grocery_club.report(grocery_club.rows(grocery_club.run(baskets)))
