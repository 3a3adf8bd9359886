"""Random programmes and histories, decided by the engine and by an independent model: every award, line, boost, balance
and level equal after every order. And what has to hold of every decision, whatever the programme."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty_rules import Decision, load
from loyalty_rules import Programme as Loaded
from loyalty_rules.decision import PointsAwarded
from loyalty_rules.events import Purchase, line, purchase, tick
from loyalty_rules.member import MemberState
from tests.models.award_model import Given, Line, Member, Order
from tests.models.programmes import Programme
from tests.properties.histories import START, histories, programmes

LONG_AFTER = datetime(2028, 1, 1, tzinfo=UTC)


def event(number: int, order: Order, *, backwards: bool = False) -> Purchase:
    lines = [
        line(str(place), category=found.category, amount=f"{found.amount // 100}.{found.amount % 100:02d}")
        for place, found in enumerate(order.lines)
    ]
    return purchase(f"o-{number}", "m", order.at, lines[::-1] if backwards else lines, currency="RUB")


def by_engine(decision: Decision) -> list[Given]:
    """What the engine gave, in the words of the model. What boosts added stands in the trace."""
    added = {record.rule: record.granted for record in decision.trace if record.stage == "boost"}
    boosts = decision.programme.checked.boosts
    return [
        Given(
            award.rule,
            award.granted,
            award.lines,
            {name: added[name] for name, boost in boosts.items() if award.rule in boost.changes},
        )
        for award in decision.effects
        if isinstance(award, PointsAwarded)
    ]


def by_model(found: list[Given], programme: Programme) -> list[Given]:
    """In the order of the engine, with a zero for boosts that added nothing."""
    names = {
        rule.name: [boost.name for boost in programme.boosts if boost.changes == rule.name] for rule in programme.rules
    }
    filled = [
        Given(given.rule, given.units, given.lines, {name: given.boosts.get(name, 0) for name in names[given.rule]})
        for given in found
    ]
    return sorted(filled, key=lambda given: given.rule)


def level(rules: Loaded, member: MemberState) -> str:
    return rules.level(member, "status")


@settings(max_examples=300)
@given(programmes(), histories())
def test_engine_and_model_agree_after_every_order(programme: Programme, history: tuple[Order, ...]) -> None:
    rules = load(programme.text())
    state, model = rules.new_member("m"), Member(programme, START)
    for number, order in enumerate(history):
        decision = rules.decide(state, event(number, order))
        expected = by_model(model.buy(order), programme)
        assert sorted(by_engine(decision), key=lambda given: given.rule) == expected
        state = decision.member
        assert (rules.balance(state, "pts").usable, level(rules, state)) == (model.balance(), model.level())
    for days in (1, 20, 45, 100):
        at = min(history[-1].at + timedelta(days=days), LONG_AFTER)
        state = rules.decide(state, tick("m", at)).member
        model.pass_to(at)
        assert (rules.balance(state, "pts").usable, level(rules, state)) == (model.balance(), model.level())


# ---------- what holds of every decision


@settings(max_examples=120)
@given(programmes(), histories(6))
def test_explanations_and_lines_add_up_to_the_award(programme: Programme, history: tuple[Order, ...]) -> None:
    rules = load(programme.text())
    state = rules.new_member("m")
    for number, order in enumerate(history):
        decision = rules.decide(state, event(number, order))
        state = decision.member
        for award in decision.effects:
            if isinstance(award, PointsAwarded):
                assert sum(award.lines) + award.order == award.granted > 0
        for record in decision.trace:
            if record.stage == "award":
                assert sum(entry.amount for entry in record.entries) == record.granted >= 0
            assert record.granted <= record.asked or record.stage == "boost"


@settings(max_examples=80)
@given(programmes(), histories(6), st.randoms(use_true_random=False))
def test_order_of_blocks_clauses_and_lines_changes_nothing(
    programme: Programme, history: tuple[Order, ...], random: object
) -> None:
    text = programme.text()
    rules, other = load(text), load(shuffled(text, random))
    assert other.fingerprint == rules.fingerprint
    state = same = rules.new_member("m")
    for number, order in enumerate(history):
        decision = rules.decide(state, event(number, order))
        again = other.decide(same, event(number, order, backwards=True))
        assert (again.effects, again.member) == (decision.effects, decision.member)
        state, same = decision.member, again.member


def shuffled(text: str, random: object) -> str:
    """The file with its blocks, and the clauses in each, in another order; rules of a group keep theirs."""
    shuffle = random.shuffle  # type: ignore[attr-defined]
    first, *blocks = text.strip().split("\n\n")
    for place, block in enumerate(blocks):
        header, *clauses, end = block.splitlines()
        listed = [clause for clause in clauses if clause.startswith("  rule ")]
        others = [clause for clause in clauses if not clause.startswith("  rule ")]
        shuffle(others)
        blocks[place] = "\n".join([header, *others, *listed, end])
    shuffle(blocks)
    return "\n\n".join([first, *blocks]) + "\n"


@settings(max_examples=60)
@given(programmes(), histories(6))
def test_an_event_told_again_changes_nothing_at_any_time(programme: Programme, history: tuple[Order, ...]) -> None:
    rules = load(programme.text())
    state = rules.new_member("m")
    for number, order in enumerate(history):
        state = rules.decide(state, event(number, order)).member
        for earlier in range(number + 1):
            again = rules.decide(state, event(earlier, history[earlier], backwards=True))
            assert (again.outcome, again.effects, again.member) == ("repeated", (), state)


@settings(max_examples=60)
@given(programmes(), histories(8), st.lists(st.integers(1, 200), min_size=1, max_size=5))
def test_time_in_one_step_or_in_many_gives_the_same_member(
    programme: Programme, history: tuple[Order, ...], days: list[int]
) -> None:
    rules = load(programme.text())
    state = rules.new_member("m")
    for number, order in enumerate(history):
        state = rules.decide(state, event(number, order)).member
    at, steps = history[-1].at, state
    for step in days:
        at += timedelta(days=step)
        steps = rules.decide(steps, tick("m", at)).member
    assert rules.decide(state, tick("m", at)).member == steps


@settings(max_examples=80)
@given(
    st.lists(st.integers(1, 500_00), min_size=2, max_size=5),
    st.sampled_from([100, 333, 1000]),
    st.integers(1, 9),
    st.sampled_from(["per", "per full"]),
)
def test_splitting_an_order_that_is_rounded_down_gains_nothing(
    amounts: list[int], size: int, points: int, how: str
) -> None:
    text = f"""loyalty rules 1

programme "Split"
  currency RUB
  time zone UTC
  basis money paid
  prices include tax
  returns refused
  late events refused
end

purse pts
  round down per order
  usable at once
  expire never
end

earn rate
  on any product
  give {points} pts {how} {size // 100}.{size % 100:02d} RUB
end
"""
    rules = load(text)
    together = rules.decide(rules.new_member("m"), event(0, Order(START, tuple(Line("Tea", one) for one in amounts))))
    state = rules.new_member("m")
    for number, amount in enumerate(amounts):
        state = rules.decide(state, event(number, Order(START, (Line("Tea", amount),)))).member
    assert rules.balance(state, "pts").usable <= rules.balance(together.member, "pts").usable
