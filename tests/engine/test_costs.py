"""The static cost of a programme is a bound: no occasion takes more steps than the checker says (INV-12)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import pytest

from loyalty_rules import DecisionError, InputError, load
from loyalty_rules.decision import PointsAwarded
from loyalty_rules.engine.view import View
from loyalty_rules.lang.checker.costs import Cost, cost_of
from tests.engine.deciding import HEAD, order, programme
from tests.engine.evaluators import deciding_by

EXAMPLES = sorted((Path(__file__).parent.parent.parent / "examples").rglob("*.loyalty"))


class Steps:
    """How many conditions were tested and lines looked at, by instant, and the most lines of an occasion there."""

    def __init__(self) -> None:
        self.taken: Counter[int] = Counter()
        self.lines: Counter[int] = Counter()

    def clear(self) -> None:
        self.taken.clear()
        self.lines.clear()

    def took(self, view: View) -> None:
        at = view.occasion.at
        self.taken[at] += 1
        self.lines[at] = max(self.lines[at], len(view.occasion.lines))


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> Iterator[Steps]:
    """Of the reference evaluator: the compiled one tests no condition that this one does not."""
    found = Steps()

    def counted(name: str) -> None:
        plain = getattr(View, name)

        def counting(view: View, *args: Any) -> Any:
            asked = view.asked_period
            today = view.occasion.day
            if asked is None or asked.number == view.plan.timeline.number(asked.unit, today):
                found.took(view)  # periods before today's are as many as the member has
            return plain(view, *args)

        monkeypatch.setattr(View, name, counting)

    for name in ("holds", "_select", "_in_set"):
        counted(name)
    with deciding_by("reference"):
        yield found


def within(steps: Steps, bound: Cost) -> None:
    for at, taken in steps.taken.items():
        assert taken <= bound.of(steps.lines[at]), (at, taken, bound)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_inv_12_the_examples_take_no_more_steps_than_their_bound(path: Path, steps: Steps) -> None:
    programme = load(path.read_bytes(), name=path.name)
    bound = cost_of(programme.checked)
    for example in programme.checked.examples:
        if example.steps:
            member = programme.member_from(example.givens, example.steps[0].event.at)
            for step in example.steps:
                with suppress(InputError, DecisionError):
                    member = programme.decide(member, step.event).member
                within(steps, bound)
                steps.clear()


def test_inv_12_what_is_asked_again_for_other_blocks_is_in_the_bound(steps: Steps) -> None:
    """A guardrail without lines, asked before every rule; segments of segments; a ladder from this order; boosts."""
    found = programme(
        'segment near "Near"\n  when spend on Tea in last 30 days at least 1 RUB\n',
        'segment nearer "Nearer"\n  when in segment near\n  when not (not (in segment near))',
        'never away "Away"\n  when order store is "closed"\n  blocks everything',
        'never no_tea "No tea"\n  on Tea\n  for in segment nearer\n  blocks earning',
        'tiers club "Club"\n  level member\n  level gold above member when spend in last 30 days at least 50 RUB\n'
        "  upgrade from this order\n  review never",
        'earn base "Base"\n  for in segment nearer\n  when weekday is not sunday\n  on any product\n'
        "  give 1 pts per 10 RUB",
        'earn more "More"\n  for club at least gold\n  on any product\n  except Tea\n'
        "  when earned pts by base in this order at least 1 pts\n  give 1 cash per 10 RUB",
        'boost twice "Twice"\n  changes base, more\n  on any product\n  except Tea\n  when weekday is monday\n'
        "  multiply by 2",
    )
    bound = cost_of(found.checked)
    member = found.new_member("m", joined="2026-01-01T00:00:00+03:00")
    for lines in (1, 10, 100):
        steps.clear()
        decision = found.decide(member, order(*["tea:50", "30"] * lines, id=f"o-{lines}"))
        within(steps, bound)
        assert {effect.rule for effect in decision.effects if isinstance(effect, PointsAwarded)} == {"base", "more"}
        assert max(steps.taken.values()) * 20 > bound.of(2 * lines)


MANY: Final = " or ".join(["weekday is sunday"] * 12 + ["weekday is monday"])  # the last one holds
OLD: Final = " or ".join(["joining date is 2020-01-01"] * 12 + ["joining date is 2026-01-01"])


def rules(*clauses: str) -> list[str]:
    """Twenty rules of these clauses."""
    return ["\n  ".join((f"earn r{number}", *clauses, "give 1 pts")) for number in range(20)]


def level(number: int) -> str:
    below = f"up{number - 1}" if number else "low"
    return f"  level up{number} above {below} when spend in last 30 days at least {10 * number + 10} RUB\n"


WAITS: Final = "earn {0}\n  when applied {1}\n  give 1 pts"
CHAIN: Final = ["earn a\n  give 1 pts", WAITS.format("b", "a"), WAITS.format("c", "b")]
LADDER: Final = (
    "tiers club\n  level low\n" + "".join(map(level, range(20))) + "  upgrade from this order\n  review never"
)
TIMES: Final = [f"boost t{number}\n  changes a\n  when {MANY}\n  multiply by 2" for number in range(20)]
ONE_BY_ONE: Final = "group g" + "".join(f"\n  rule t{number}" for number in range(20)) + "\n  one after another"
#: One kind of block each, many times over, and how often what it takes its bound may be.
KINDS: Final[dict[str, tuple[float, list[str]]]] = {
    "conditions of rules": (1.3, rules(f"when {MANY}")),
    "segments, asked wherever they are named": (1.3, [f"segment s\n  when {OLD}", *rules("for in segment s")]),
    "guardrails, asked before each rule": (
        1.5,
        [f'never n{i}\n  when {MANY}\n  when order store is "closed"\n  blocks earning' for i in range(5)] + rules(),
    ),
    "boosts, asked once for each step of rules": (1.5, [*CHAIN, *TIMES, ONE_BY_ONE]),
    "offers, asked once": (
        1.6,
        [
            *(f"offer o{number}\n  when {MANY}\n  on any product\n  discount 1 RUB" for number in range(20)),
            "group g" + "".join(f"\n  rule o{number}" for number in range(20)) + "\n  add up",
        ],
    ),
    "filters of measures, one of each asked once": (
        4,
        [f"earn r{n}\n  when orders with ({MANY}) in last {n + 2} days at least 1\n  give 1 pts" for n in range(20)],
    ),
    "levels, asked again in each step": (8, [LADDER, *CHAIN]),
}


@pytest.mark.parametrize("kind", KINDS)
def test_inv_12_each_kind_of_block_counts(kind: str, steps: Steps) -> None:
    """So near to what is taken that nothing of it is left out unseen."""
    most, blocks = KINDS[kind]
    prices = "prices include tax\n"
    head = HEAD.replace(prices, f"{prices}  discounts round half up per line\n") if "offers" in kind else HEAD
    found = programme(*blocks, head=head)
    decision = found.decide(found.new_member("m", joined="2026-01-01T12:00:00+03:00"), order("50"))
    bound = cost_of(found.checked)
    within(steps, bound)
    assert bound.of(1) <= most * max(steps.taken.values()), (bound, steps.taken)
    assert decision.effects


def test_inv_12_a_set_looks_at_each_line_once(steps: Steps) -> None:
    where = "  where " + " or ".join(['category is "no"'] * 9 + ['category is "tea"']) + "\n"
    found = programme(f"products Many\n{where * 5}", *rules("on Many")[:1])
    bound = cost_of(found.checked)
    for lines in (1, 10, 100):
        steps.clear()
        found.decide(found.new_member("m"), order(*["tea:50"] * lines))
        within(steps, bound)
        assert bound.of(lines) <= 1.3 * max(steps.taken.values())
