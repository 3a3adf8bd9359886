"""Places where corners are cut, under the numbers of the list of them: what shares, traces, fingerprints and the fast
path must not do."""

from __future__ import annotations

import gc
import json
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

from loyalty_rules import Decision, Programme, load
from loyalty_rules.adapters.grocery import GroceryYear
from loyalty_rules.adapters.wire import write_decision, write_member
from loyalty_rules.engine.compiled import programme_of
from loyalty_rules.events import Event, Purchase, line, purchase, returned
from loyalty_rules.lang.formatter import format_source
from loyalty_rules.source import Source
from tests.benchmarks import growing
from tests.engine.evaluators import deciding_by

GROCERY = Path(__file__).resolve().parents[2] / "examples" / "grocery_club"

#: Thirds, tenths of a per cent and halves: no exact amount has another denominator than a part of 6 000.
THIRDS = """loyalty rules 1

programme "Thirds"
  currency RUB
  time zone Europe/Moscow
  basis money paid
  prices include tax
  returns replay within 2 months
  returns keep prices
  late events refused
end

purse cash
  counted in RUB
  rules add up
  round half up per order
  usable at once
  expire never
  after a return take only what is left
end

tiers status
  level silver when spend in calendar year at least 1 000 RUB
  upgrade for the part above
  review never
  after a return keep
end

earn base
  on any product
  basis money paid by tender "card"
  give 1 cash per 3 RUB
  cap 90 RUB per member in calendar month
end

boost more
  changes base
  on any product
  multiply by 1.5
end

earn extra
  for status is silver
  on any product
  give 0.7% to cash
end
"""


def drawn_orders(chance: Random, count: int) -> list[Purchase]:
    """Orders of up to five lines, of which a card pays any part, to the kopeck."""
    found = []
    for number in range(count):
        prices = [chance.randint(1, 40_000) for _ in range(chance.randint(1, 5))]
        by_card = chance.randint(0, sum(prices))
        paid = {"card": by_card, "cash": sum(prices) - by_card}
        lines = [
            line(str(place), quantity=chance.randint(1, 3), amount=Decimal(price) / 100)
            for place, price in enumerate(prices, 1)
        ]
        tenders = {name: Decimal(amount) / 100 for name, amount in paid.items() if amount}
        at = f"2026-{1 + number // 25:02d}-{1 + number % 25:02d}T12:00:00+03:00"
        found.append(purchase(f"o-{number}", "m", at, lines, currency="RUB", tenders=tenders))
    return found


@pytest.mark.parametrize("evaluator", ["reference", "compiled"])
def test_03_no_share_is_carried_as_a_fraction(evaluator: str) -> None:
    """200 orders that a card pays in part, a level for the part above and a cap that binds: what a member keeps has the
    decimals of its purse, and what is exact on the way the denominators of the file, whatever was paid by what."""
    rules, chance, capped = load(THIRDS), Random(3), 0
    member = rules.new_member("m")
    with deciding_by(evaluator):
        for order in drawn_orders(chance, 200):
            decision = rules.decide(member, order)
            member = decision.member
            for record in decision.trace:
                if not record.purse:
                    continue  # a boost: what it made stands with its rule
                assert sum(entry.amount for entry in record.entries) == record.granted
                assert all(6_000 % entry.amount.denominator == 0 for entry in record.entries), record
                capped += any(entry.step == "cap" for entry in record.entries)
            if not chance.randrange(4):
                member = rules.decide(member, returned(f"r-{order.id}", "m", order.at, order.id, {"1": 1})).member
    numbers = re.findall(r"-?\d+\.\d+", write_member(member, rules))
    assert numbers
    assert max(len(number.partition(".")[2]) for number in numbers) <= 2
    assert capped > 20


def test_10_traces_are_the_same_whenever_they_are_read() -> None:
    """1,000 decisions, of which no trace is read before all are made; then in threads, behind a collection of rubbish
    and without what is known of classes of lines."""
    rules = load((GROCERY / "grocery_club.loyalty").read_bytes())
    orders, first, later = baskets(24), [], []
    for household, baskets_of in orders.items():
        member, other = rules.new_member(household), rules.new_member(household)
        for order in baskets_of:
            one, two = rules.decide(member, order), rules.decide(other, order, reference=True)
            first.append(repr((two.trace, two.promises, two.messages)))  # at once
            later.append(one)
            member, other = one.member, two.member
    assert len(later) >= 1_000
    gc.collect()
    forget_classes(rules)
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(told, later)) == first
    assert list(map(told, reversed(later))) == first[::-1]


def told(decision: Decision) -> str:
    return repr((decision.trace, decision.promises, decision.messages))


def forget_classes(rules: Programme) -> None:
    """What the compiled evaluator knows of lines that it has seen is not known any more."""
    programme_of(rules.plan).selections._known.clear()


def baskets(households: int) -> dict[str, list[Purchase]]:
    year = GroceryYear(households)
    return {household: list(year.purchases([household])) for household in year.members()}


def shuffled(text: str, chance: Random) -> str:
    """The same programme: its blocks in another order, and in each its clauses; but for levels, which stand one above
    another."""
    version, programme, *others = re.split(r"(?m)^end\n+|(?<=1)\n+(?=programme)", text.partition("\nexample")[0])
    blocks = [one.splitlines() for one in others if one.strip() and not one.startswith("#")]
    chance.shuffle(blocks)
    for block in blocks:
        header, *clauses = block
        if not header.startswith("tiers"):
            chance.shuffle(clauses)
        block[1:] = clauses
    return "\n\n".join([version, f"{programme}end", *("\n".join([*block, "end"]) for block in blocks)]) + "\n"


def test_11_decisions_do_not_follow_the_order_of_a_file_or_its_language() -> None:
    """Blocks, clauses, lines and facts in any order, and the same file in Russian: the same bytes, fingerprint too."""
    text = (GROCERY / "grocery_club.loyalty").read_text(encoding="utf-8")
    rules, chance = load(text), Random(11)
    russian = load(format_source(Source("club", text), "ru"))
    for number, (household, orders) in enumerate(baskets(6).items()):
        turned_round = shuffled(text, chance)
        assert turned_round.splitlines() != text.splitlines()[: len(turned_round.splitlines())]
        other = russian if number == 0 else load(turned_round)
        assert other.fingerprint == rules.fingerprint
        assert documents(other, household, [turned(order, chance) for order in orders]) == documents(
            rules, household, orders
        )


def documents(rules: Programme, household: str, orders: list[Purchase]) -> list[str]:
    """What a host stores of each decision: but for the event, which it has told."""
    member, found = rules.new_member(household), []
    for order in orders:
        decision = rules.decide(member, order)
        member = decision.member
        found += [effects_of(decision), write_member(member, rules)]
    return found


def effects_of(decision: Decision) -> str:
    document = json.loads(write_decision(decision))
    document.pop("event", None)
    return json.dumps(document)


def turned(order: Purchase, chance: Random) -> Purchase:
    """The same order with its lines and their facts in another order."""
    lines = [one._replace(facts=tuple(reversed(one.facts))) for one in order.lines]
    chance.shuffle(lines)
    return order._replace(lines=tuple(lines))


GROUP = """
earn one
  on any product
  give 1 cash per 10 RUB
end

earn two
  on any product
  give 1 cash per 10 RUB
end

group best
  rule {first}
  rule {second}
  choose first listed
  decide per order
end
"""


def test_11_what_an_order_of_names_decides_is_in_the_fingerprint() -> None:
    """Of a group of which the first listed wins, two names that change places are another programme."""
    head = THIRDS.partition("\ntiers")[0].replace("  counted in RUB\n", "")
    one, other = (
        load(head + "\n" + GROUP.format(first=first, second=second))
        for first, second in (("one", "two"), ("two", "one"))
    )
    assert one.fingerprint != other.fingerprint


@pytest.mark.parametrize("part", range(2))
def test_15_the_fast_path_says_what_the_reference_says_byte_for_byte(part: int) -> None:
    """The decisions that the benchmark times, of 50 households with what returns need, and of some without: each is
    written as JSON, and the reference writes the same."""
    compared, all_of_them = 0, list(baskets(50).items())
    for rules, households in ((growing.grocery(), 50), (load(growing.GROCERY.read_bytes()), 10)):
        assert rules.left_whole() == {}
        rules._orders.make()
        for household, orders in all_of_them[part:households:2]:
            with deciding_by("compiled"):
                fast = written(rules, household, orders)
            with deciding_by("reference"):
                assert written(rules, household, orders) == fast
            compared += 1
    assert compared == 30


def written(rules: Programme, household: str, orders: Sequence[Event]) -> tuple[str, ...]:
    member, found = rules.new_member(household), []
    for order in orders:
        decision = rules.decide(member, order)
        member = decision.member
        found.append(write_decision(decision))
    return (*found, write_member(member, rules))
