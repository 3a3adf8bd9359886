"""Which rules apply to drawn orders and events: the engine against durable-rules, which is told what the files say by a
reader of its own.

Both evaluators are asked: the outcome is the reference's, what is given the compiled one's. Amounts are never compared:
of a rule that applies, the lines that carry something of it.
"""

from __future__ import annotations

import operator
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, fields
from multiprocessing import get_context

import pytest

from loyalty_rules import Decision, Programme, RuleFileError, load
from loyalty_rules.decision import Outcome, PointsAwarded
from loyalty_rules.engine.compiled import comparing
from loyalty_rules.engine.receive import OrderLine
from loyalty_rules.engine.view import View
from loyalty_rules.events import Happening, Purchase
from loyalty_rules.lang.conditions import Compare, Compared
from loyalty_rules.testing.composing.sketch import Sketch
from loyalty_rules.text import line_order_key
from tests.engine.evaluators import deciding_by
from tests.models.matching import Matching
from tests.models.matching_reading import Ask, Asked, Condition, Every, Not, Some, Uncovered, conditions, read
from tests.properties.example_lines import EXAMPLES, sketched
from tests.properties.matching_drawing import events, member, programme

#: What a rule that does not apply is told to have come to.
NOT_APPLIED = {Outcome.CONDITION_FALSE, Outcome.NO_MATCHING_LINES, Outcome.NOT_FOR_THIS_MEMBER}
PROGRAMMES, ORDERS, PARTS = 375, 50, 3
#: Programmes that one process is told of.
BATCH = 25
#: What is asked about beside amounts and data of orders and lines.
OF = ("fact", "level", "segment", "merchant", "weekday", "month", "today", "time")
#: So many are enough to see a fault.
FEW = 70


@dataclass
class Comparison:
    """What a run came to."""

    programmes: int = 0
    rules: int = 0
    uncovered: int = 0
    events: int = 0
    outcomes: Counter[bool] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    differing: list[str] = field(default_factory=list)

    def add(self, other: Comparison) -> None:
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))


def compared(seeds: range) -> Comparison:
    """Programmes on many orders."""
    found = Comparison()
    for seed in seeds:
        compare(seed, found, most=ORDERS)
    return found


def compare(seed: int, found: Comparison, *, most: int = 8, decided: Sketch | None = None) -> None:
    """The rules of a drawn programme on its orders. `decided`: another sketch, by which the engine decides."""
    sketch = programme(seed)
    engine = _loaded(decided or sketch)
    if engine is None:
        return
    known = read(sketch.blocks)
    matching = Matching(known, f"programme_{seed}_{found.programmes}")
    found.programmes += 1
    found.rules += len(matching.rules)
    found.uncovered += known.uncovered + len(known.rules) - len(matching.rules)
    told = member(seed, engine)
    state = engine.new_member("member", facts=told.facts, segments=told.segments)
    for order in events(seed, engine, most):
        decision = engine.decide(state, order)
        state = decision.member
        wanted = matching.applied(order, told)
        found.events += 1
        event = order.name if isinstance(order, Happening) else ""
        for rule in matching.rules:
            if rule.event != event:
                found.differing += [f"seed {seed}, {rule.name}: of another event"] if rule.name in wanted else []
                continue
            found.outcomes[rule.name in wanted] += 1
            found.asked.update(_asked(rule))
            if difference := _difference(decision, order, rule, wanted.get(rule.name)):
                found.differing.append(f"seed {seed}, {rule.name}: {difference}\n{order}\n{sketch.text()}")


def _loaded(sketch: Sketch) -> Programme | None:
    try:
        return load(sketch.text())
    except RuleFileError:
        return None


def _difference(decision: Decision, order: Purchase | Happening, rule: Asked, wanted: set[str] | None) -> str:
    """Where the engine says something else than that it applies to these lines, or does not apply; "" nowhere."""
    outcome = next(record.outcome for record in decision.trace if record.rule == rule.name)
    given = [one for one in decision.effects if isinstance(one, PointsAwarded) and one.rule == rule.name]
    if outcome is not Outcome.AWARDED and outcome not in NOT_APPLIED:
        return f"came to {outcome}"
    if (outcome is Outcome.AWARDED) is (wanted is None) or bool(given) is (wanted is None):
        return f"{outcome}, {given}, not {wanted}"
    if isinstance(order, Happening):
        return ""
    names = sorted((line.id for line in order.lines), key=line_order_key)
    carrying = {name for one in given for name, units in zip(names, one.lines, strict=True) if units}
    return "" if rule.lines is None or carrying == (wanted or set()) else f"{carrying}, not {wanted}"


def _asked(rule: Asked) -> Counter[str]:
    """What a rule is made of."""
    found: Counter[str] = Counter({"after event": 1} if rule.event else {})

    def walk(condition: Condition) -> None:
        match condition:
            case Ask(how=how, name=name):
                found[how] += 1
                found[f"of {name.split('_')[0]}"] += 1
            case Not(of):
                found["not"] += 1
                walk(of)
            case Every(of):
                found["and"] += len(of) > 1
                for one in of:
                    walk(one)
            case Some(number, of):
                found["or" if number == 1 else "among"] += len(of) > 1
                for one in of:
                    walk(one)

    for condition in (rule.member, rule.order, *([] if rule.lines is None else [rule.lines])):
        walk(condition)
    return found


@pytest.mark.parametrize("part", range(PARTS))
def test_the_engine_and_durable_rules_apply_the_same_rules(part: int, capsys: pytest.CaptureFixture[str]) -> None:
    seeds = range(part * PROGRAMMES // PARTS, (part + 1) * PROGRAMMES // PARTS)
    found = Comparison()
    # durable-rules keeps what it was told for as long as its process lives.
    with ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1) as processes:
        for one in processes.map(compared, (seeds[at : at + BATCH] for at in range(0, len(seeds), BATCH))):
            found.add(one)
    applied, idle = found.outcomes[True], found.outcomes[False]
    with capsys.disabled():
        asked = ", ".join(f"{how} {times}" for how, times in sorted(found.asked.items()))
        print(f"\n{found.programmes} programmes, {found.rules} rules ({found.uncovered} not covered), ", end="")
        print(f"{found.events} events: {applied} times a rule applied, {idle} times not; asked {asked}")
    assert not found.differing, "\n\n".join(found.differing[:3])
    assert found.events >= 0.9 * ORDERS * PROGRAMMES // PARTS
    assert min(applied, idle) >= 3_000
    assert found.asked.keys() >= {"eq", "ne", "ge", "le", "gt", "lt", "has", "and", "or", "not", "among", "after event"}
    assert {f"of {name}" for name in OF} <= found.asked.keys()
    assert min(found.asked.values()) >= 40


def test_how_much_of_the_examples_is_covered(capsys: pytest.CaptureFixture[str]) -> None:
    """What members, orders, events and lines are asked in `for`, `when` and `where`, in all files of both languages. Of
    a level, that it is asked for: how it is reached is followed only where so many orders are."""
    files = sorted(EXAMPLES.rglob("*.loyalty"))
    found = [condition for file in files for condition in conditions(sketched(file))]
    covered = sum(not isinstance(one, Uncovered) for one in found)
    with capsys.disabled():
        print(f"\n{covered} of {len(found)} conditions of {len(files)} example files are covered")
    assert len(found) >= 300
    assert covered * 100 >= 60 * len(found)


# ---------- what is seen

#: Words that one could take for each other, and what a rule file says with the other one.
FAULTS = (
    *(("AT_LEAST", "OVER"), ("OVER", "AT_LEAST"), ("AT_MOST", "UNDER"), ("UNDER", "AT_MOST"), ("IS_NOT", "IS")),
    *((" AND ", " OR "), (" OR ", " AND "), ("NOT (", "("), ("ANY_N 2", "ANY_N 1")),
    *(("CATEGORY", "BRAND"), ("ANY_PRODUCT", "ANY_PRODUCT, DELIVERY"), ("CHANNEL", "STORE")),
    *(("WD6", "WD5"), ("MO03", "MO04"), ("DATE_TODAY AT_LEAST", "DATE_TODAY OVER"), ("TIME AT_LEAST", "TIME OVER")),
    *(("09:30", "09:31"), ("Pacific/Chatham", "Pacific/Auckland"), ("DAY_STARTS 03:00", "DAY_STARTS 02:00")),
    *(("card AT_LEAST", "card OVER"), ("card IS silver", "card IS gold"), ("UP_NEXT", "UP_THIS")),
    *(("ORDERS EVER AT_LEAST 3 ", "ORDERS EVER AT_LEAST 2 "), ("IN_SEGMENT staff", "IN_SEGMENT press")),
    *(("PARTNER IS city", "PARTNER IS wings"), ("PARTNER IS_NOT", "PARTNER IS"), ("seen_0 IS YES", "seen_0 IS NO")),
)


@pytest.mark.parametrize(("word", "other"), FAULTS, ids=lambda one: one.strip())
def test_a_file_that_says_something_else_is_seen(word: str, other: str) -> None:
    found = Comparison()
    for seed in range(3 * FEW):
        sketch = programme(seed)
        blocks = tuple(tuple(line.replace(word, other) for line in block) for block in sketch.blocks)
        if blocks != sketch.blocks:
            compare(seed, found, most=ORDERS, decided=Sketch(blocks))
        if found.differing:
            return
    pytest.fail(f"{found.programmes} programmes, and none told")


def _strict(view: View, test: Compared, line: OrderLine | None) -> bool:
    found, bound = view.value(test.operand, line), view.bound(test.bound)
    return isinstance(found, int) and isinstance(bound, int) and found > bound


@pytest.mark.parametrize("evaluator", ["reference", "compiled"])
def test_a_comparison_that_is_off_by_one_is_seen(evaluator: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if evaluator == "reference":
        monkeypatch.setattr(View, "_compared", _strict)
    else:
        monkeypatch.setattr(comparing, "_HOW", {**comparing._HOW, Compare.AT_LEAST: operator.gt})
    found = Comparison()
    with deciding_by(evaluator):
        for seed in range(FEW):
            if not found.differing:
                compare(seed, found)
    assert found.differing


def test_what_is_not_covered_is_refused_by_rule() -> None:
    blocks = (
        ("H_PRODUCTS Tea", 'WHERE CATEGORY IS "tea"'),
        ("H_PRODUCTS Other", "WHERE unknown IS 3"),
        ("H_EARN known", "ON Tea", "GIVE 1 points"),
        ("H_EARN of_no_known_set", "ON Other", "GIVE 1 points"),
        ("H_EARN by_an_instant", "WHEN EVENT_TIME AT_LEAST 2026-03-05 09:30", "GIVE 1 points"),
        ("H_EARN with_a_limit", "GIVE 1 points", "LIMIT 1 S_MEMBER EVER"),
        ("H_SEGMENT regulars", "WHEN ORDERS EVER AT_LEAST 2 ORDERS"),
        ("H_EARN of_no_supplied_segment", "FOR IN_SEGMENT regulars", "GIVE 1 points"),
        ("H_EVENT visit", "EVENT_FACT stars IS T_NUMBER"),
        ("H_EARN of_no_event_waited_for", "WHEN stars AT_LEAST 4", "GIVE 1 points"),
    )
    found = read(blocks)
    assert [rule.name for rule in found.rules] == ["known"]
    assert found.uncovered == 5
    assert isinstance(found.sets["Other"], Uncovered)


def test_how_a_ladder_is_climbed_is_known_where_orders_are_counted() -> None:
    """1 order for silver, 3 for gold: with `upgrade from this order` the third order is one of gold already."""
    levels = (
        "LEVEL silver WHEN ORDERS EVER AT_LEAST 1 ORDERS",
        "LEVEL gold ABOVE silver WHEN ORDERS EVER AT_LEAST 3 ORDERS",
    )
    blocks = (
        ("H_TIERS later", *levels, "UP_NEXT", "REVIEW_NEVER"),
        ("H_TIERS at_once", *levels, "UP_THIS", "REVIEW_NEVER"),
        ("H_TIERS reviewed", *levels, "UP_NEXT", "REVIEW AT_END_YEAR", "DOWN_ONE"),
        (
            "H_TIERS by_money",
            "LEVEL base",
            "LEVEL top ABOVE base WHEN SPEND EVER AT_LEAST 9 RUB",
            "UP_NEXT",
            "REVIEW_NEVER",
        ),
        ("H_TIERS apart", "LEVEL one", "LEVEL other WHEN ORDERS EVER AT_LEAST 1 ORDERS", "UP_NEXT", "REVIEW_NEVER"),
    )
    known = read(blocks).ladders
    assert [known["later"].held(before, 1) for before in range(4)] == [0, 1, 1, 2]
    assert [known["at_once"].held(before, 1) for before in range(4)] == [1, 1, 2, 2]
    assert [known["at_once"].held(before, 0) for before in range(4)] == [0, 1, 1, 2]
    assert known["reviewed"].levels == ("NO_LEVEL", "silver", "gold")
    assert known["by_money"].levels == ("base", "top")
    assert known["reviewed"].orders is known["by_money"].orders is None
    assert "apart" not in known
