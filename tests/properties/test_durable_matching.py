"""Which rules apply to drawn orders: the engine against durable-rules, which reads the same files on its own.

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
from loyalty_rules.events import Purchase
from loyalty_rules.lang.conditions import Compare, Compared
from loyalty_rules.testing.composing.sketch import Sketch
from loyalty_rules.text import line_order_key
from tests.models.matching import Matching
from tests.models.matching_reading import Ask, Asked, Condition, Every, Not, Some, Uncovered, conditions, read
from tests.properties.example_lines import EXAMPLES, sketched
from tests.properties.matching_drawing import member_facts, orders, programme

#: What a rule that does not apply is told to have come to.
NOT_APPLIED = {Outcome.CONDITION_FALSE, Outcome.NO_MATCHING_LINES, Outcome.NOT_FOR_THIS_MEMBER}
PROGRAMMES, ORDERS, PARTS = 500, 50, 4
#: Programmes that one process is told of.
BATCH = 25
#: So many are enough to see a fault.
FEW = 70


@dataclass
class Comparison:
    """What a run came to."""

    programmes: int = 0
    rules: int = 0
    uncovered: int = 0
    orders: int = 0
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
    told = member_facts(seed, engine)
    member = engine.new_member("member", facts=told)
    for number, order in enumerate(orders(seed, engine, most), 1):
        decision = engine.decide(member, order)
        member = decision.member
        wanted = matching.applied(order, number, told)
        found.orders += 1
        for rule in matching.rules:
            found.outcomes[rule.name in wanted] += 1
            found.asked.update(_asked(rule))
            if difference := _difference(decision, order, rule, wanted.get(rule.name)):
                found.differing.append(f"seed {seed}, {rule.name}: {difference}\n{order}\n{sketch.text()}")


def _loaded(sketch: Sketch) -> Programme | None:
    try:
        return load(sketch.text())
    except RuleFileError:
        return None


def _difference(decision: Decision, order: Purchase, rule: Asked, wanted: set[str] | None) -> str:
    """Where the engine says something else than that it applies to these lines, or does not apply; "" nowhere."""
    outcome = next(record.outcome for record in decision.trace if record.rule == rule.name)
    given = [one for one in decision.effects if isinstance(one, PointsAwarded) and one.rule == rule.name]
    if outcome is not Outcome.AWARDED and outcome not in NOT_APPLIED:
        return f"came to {outcome}"
    if (outcome is Outcome.AWARDED) is (wanted is None) or bool(given) is (wanted is None):
        return f"{outcome}, {given}, not {wanted}"
    names = sorted((line.id for line in order.lines), key=line_order_key)
    carrying = {name for one in given for name, units in zip(names, one.lines, strict=True) if units}
    return "" if rule.lines is None or carrying == (wanted or set()) else f"{carrying}, not {wanted}"


def _asked(rule: Asked) -> Counter[str]:
    """What a rule is made of."""
    found: Counter[str] = Counter()

    def walk(condition: Condition) -> None:
        match condition:
            case Ask(how=how):
                found[how] += 1
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
        print(f"{found.orders} orders: {applied} times a rule applied, {idle} times not; asked {asked}")
    assert not found.differing, "\n\n".join(found.differing[:3])
    assert found.orders >= 0.9 * ORDERS * PROGRAMMES // PARTS
    assert min(applied, idle) >= 3_000
    assert found.asked.keys() >= {"eq", "ne", "ge", "le", "gt", "lt", "has", "and", "or", "not", "among"}
    assert min(found.asked.values()) >= 40


def test_how_much_of_the_examples_is_covered(capsys: pytest.CaptureFixture[str]) -> None:
    """What members, orders and lines are asked in `for`, `when` and `where`, in all files of both languages."""
    files = sorted(EXAMPLES.rglob("*.loyalty"))
    found = [condition for file in files for condition in conditions(sketched(file))]
    covered = sum(not isinstance(one, Uncovered) for one in found)
    with capsys.disabled():
        print(f"\n{covered} of {len(found)} conditions of {len(files)} example files are covered")
    assert len(found) >= 300
    assert covered * 100 >= 45 * len(found)


# ---------- what is seen

#: Words that one could take for each other, and what a rule file says with the other one.
FAULTS = (
    *(("AT_LEAST", "OVER"), ("OVER", "AT_LEAST"), ("AT_MOST", "UNDER"), ("UNDER", "AT_MOST"), ("IS_NOT", "IS")),
    *((" AND ", " OR "), (" OR ", " AND "), ("NOT (", "("), ("ANY_N 2", "ANY_N 1")),
    *(("CATEGORY", "BRAND"), ("ANY_PRODUCT", "ANY_PRODUCT, DELIVERY"), ("CHANNEL", "STORE")),
)


@pytest.mark.parametrize(("word", "other"), FAULTS, ids=lambda one: one.strip())
def test_a_file_that_says_something_else_is_seen(word: str, other: str) -> None:
    found = Comparison()
    for seed in range(3 * FEW):
        sketch = programme(seed)
        blocks = tuple(tuple(line.replace(word, other) for line in block) for block in sketch.blocks)
        if blocks != sketch.blocks:
            compare(seed, found, decided=Sketch(blocks))
        if found.differing:
            return
    pytest.fail(f"{found.programmes} programmes, and none told")


def _strict(view: View, test: Compared, line: OrderLine | None) -> bool:
    return view.value(test.operand, line) > view.bound(test.bound)  # type: ignore[operator]  # it is patched in


@pytest.mark.parametrize("evaluator", ["reference", "compiled"])
def test_a_comparison_that_is_off_by_one_is_seen(evaluator: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if evaluator == "reference":
        monkeypatch.setattr(View, "_compared", _strict)
    else:
        monkeypatch.setattr(comparing, "_HOW", {**comparing._HOW, Compare.AT_LEAST: operator.gt})
    found = Comparison()
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
        ("H_EARN by_time", "WHEN CLOCK_TIME AT_LEAST 09:30", "GIVE 1 points"),
        ("H_EARN with_a_limit", "GIVE 1 points", "LIMIT 1 S_MEMBER EVER"),
    )
    found = read(blocks)
    assert [rule.name for rule in found.rules] == ["known"]
    assert found.uncovered == 3
    assert isinstance(found.sets["Other"], Uncovered)
