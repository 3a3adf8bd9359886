"""What the benchmarks compare before any clock runs: the answers of this engine and of the other side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from loyalty_rules import Programme
from loyalty_rules.calendar import instant_of
from loyalty_rules.decision import PointsAwarded, PointsExpired
from loyalty_rules.engine.compiled import programme_of
from loyalty_rules.engine.receive import receive
from loyalty_rules.events import Event, Purchase, tick
from tests.benchmarks import grocery_club
from tests.benchmarks.grocery_club import RULES, Row
from tests.benchmarks.measuring import Action
from tests.benchmarks.qualifying import Answer, Matching, by_line

#: By member, its orders.
Orders = dict[str, list[Purchase]]
#: When the year of Grocery Club is over.
END = instant_of("2018-01-15T12:00:00Z")


def matching(programme: Programme, order: Purchase) -> Matching:
    """Which rule takes which line, as a decision asks it: by the class of each line, which is known from the second
    time on that a line with these fields turns up. The answer has by selection its lines, like the decision reads
    it."""
    plan = programme.plan
    lines, selections = receive(plan, order).lines, programme_of(plan).selections
    rules: dict[int, list[int]] = {}
    for place in range(len(plan.rules)):
        rules.setdefault(selections.number(plan.rules[f"r{place}"].lines), []).append(place)

    def read(found: Mapping[int, list[int]]) -> Answer:
        pairs = ((line, rule) for number, taken in found.items() for line in taken for rule in rules[number])
        return by_line(pairs, len(lines))

    return Matching(lambda: selections.places(lines), read)


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
