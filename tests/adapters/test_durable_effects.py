"""Effects told to rules of durable-rules: what they look like there, and what is raised."""

from __future__ import annotations

import json
import sys
import types
import typing
from collections.abc import Callable, Iterator
from dataclasses import replace
from enum import Enum
from itertools import count
from typing import Any, get_args, get_type_hints

import pytest
from durable import engine, lang

from loyalty_rules import Decision, LoyaltyError, Programme, line, load, purchase, returned
from loyalty_rules.adapters.durable import (
    RulesetError,
    assert_effects,
    effect_facts,
    post_effects,
    retract_effects,
)
from loyalty_rules.decision import Effect, PointsAwarded
from loyalty_rules.testing.chance import Chance
from loyalty_rules.testing.composing.programmes import compose
from loyalty_rules.testing.drawing import draw_history
from loyalty_rules.testing.interest import Interest
from loyalty_rules.testing.playing import played
from tests.properties.drawn_programmes import loaded

RULES = """loyalty rules 1

programme "Club"
  currency RUB
  time zone UTC
  basis money paid
  prices include tax
  returns replay within 14 days
  returns keep prices
  late events refused
end

purse pts "Points"
  rules add up
  decimals 2
  round down per order
  usable at once
  expire never
  after a return take only what is left
end

tiers card "Card"
  level silver when orders in last 12 months at least 1 order
  upgrade from next order
  review never
  after a return keep
end

earn base "Base"
  on any product
  give 1 pts per 3 RUB
end

earn twice "Twice"
  on any product
  give 1 pts
end
"""
_numbers = count(1)


class Quiet(engine.Host):  # type: ignore[misc]  # the package has no types
    """A host whose actions run in the caller's thread alone."""

    def _run(self) -> None:
        pass


@pytest.fixture(scope="module")
def programme() -> Programme:
    return load(RULES)


@pytest.fixture
def decision(programme: Programme) -> Decision:
    """Two orders' worth of effects in one: 33.33 and 1.00 points, and the level of the order."""
    lines = [line("b", price="60"), line("a", price="40")]
    order = purchase("o-1", "m-1", "2026-03-07T11:00:00Z", lines, currency="RUB")
    return programme.decide(programme.new_member("m-1"), order)


def rules(*asked: tuple[dict[str, Any], Callable[[Any], None]]) -> tuple[Quiet, str]:
    """A host of its own with a set of these rules: what an effect has to be, and the action."""
    host, name = Quiet(), f"rules{next(_numbers)}"
    host.set_rulesets(
        {name: {f"r{place}": {"all": [{"m": when}], "run": run} for place, (when, run) in enumerate(asked)}}
    )
    return host, name


def test_an_effect_is_a_fact_in_smallest_units(decision: Decision) -> None:
    fact = effect_facts(decision)[0]
    assert fact == {
        "sid": "m-1",
        "id": "m-1/o-1/1",
        "member": "m-1",
        "event": "o-1",
        "at": 1_772_881_200_000_000,
        "programme": decision.programme.fingerprint,
        "kind": "points_awarded",
        "rule": "base",
        "purse": "pts",
        "asked": 3333,
        "granted": 3333,
        "usable": 1_772_881_200_000_000,
        "lines": [{"line": "a", "units": 1333}, {"line": "b", "units": 2000}],
        "order": 0,
    }


def test_goods_that_came_back_tell_their_lines(decision: Decision, programme: Programme) -> None:
    back = returned("r-1", "m-1", "2026-03-08T11:00:00Z", "o-1", {"a": "1"})
    facts = effect_facts(programme.decide(decision.member, back))
    told = next(fact for fact in facts if fact["kind"] == "goods_returned")
    assert told["lines"] == [{"line": "a", "quantity": 1_000_000, "refund": 4000}]
    assert told["whole"] is False
    assert {fact["id"] for fact in facts} == {f"m-1/r-1/{place}" for place in range(1, len(facts) + 1)}


def test_what_drawn_histories_do_is_plain_json() -> None:
    kinds = set()
    for seed in range(32):
        programme = loaded(compose(Chance(seed)))
        if programme is None:
            continue
        for decision in played(draw_history(Chance(seed), Interest(programme), 8)):
            facts = effect_facts(decision)
            assert json.loads(json.dumps(facts)) == facts
            assert len({fact["id"] for fact in facts}) == len(facts)
            for value in _leaves(facts):
                assert type(value) in (str, int, bool)
            kinds |= {fact["kind"] for fact in facts}
    assert len(kinds) >= 12, kinds


def _leaves(value: Any) -> Iterator[object]:
    if isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _leaves(one)
    else:
        yield value


def test_every_kind_of_effect_has_fields_that_facts_can_hold() -> None:
    """Fields of all effects, also of those that no drawn history reaches."""
    allowed = {int, str, bool, type(None)}
    seen: set[object] = set()

    def walk(hint: Any) -> None:
        if typing.get_origin(hint) in (typing.Union, types.UnionType, tuple):
            for one in get_args(hint):
                walk(one)
        elif typing.get_origin(hint) is typing.Literal:
            seen.update(map(type, get_args(hint)))
        elif isinstance(hint, type) and hasattr(hint, "_fields"):
            for one in get_type_hints(hint).values():
                walk(one)
        elif isinstance(hint, type) and issubclass(hint, Enum):
            seen.update(type(one.value) for one in hint)
        elif hint is not Ellipsis:
            seen.add(hint)

    kinds = _kinds(Effect)
    for kind in kinds:
        walk(kind)
    assert len(kinds) > 30
    assert seen <= allowed


def _kinds(union: Any) -> list[Any]:
    return [kind for one in get_args(union) for kind in (_kinds(one) if get_args(one) else [one])]


def test_each_effect_is_posted_to_one_rule_in_order(decision: Decision) -> None:
    heard: list[tuple[str, object]] = []
    host, name = rules(
        ({"kind": "points_awarded"}, lambda c: heard.append(("awarded", c.m.granted))),
        ({"$gte": {"granted": 1}}, lambda c: heard.append(("granted", c.m.granted))),
        ({"kind": "level_changed"}, lambda c: heard.append(("level", c.m.after))),
    )
    assert post_effects(name, decision, host=host) == len(decision.effects) == 3
    assert [one[1] for one in heard] == [3333, 100, "silver"]
    assert post_effects(name, decision, host=host) == 3  # an event is gone when it was heard


def test_every_rule_hears_of_a_fact_until_it_is_taken_back(decision: Decision) -> None:
    heard: list[str] = []
    host, name = rules(
        ({"kind": "points_awarded"}, lambda c: heard.append("awarded")),
        ({"$gte": {"granted": 101}}, lambda c: heard.append("over a point")),
        ({"kind": "level_changed"}, lambda c: heard.append("level")),
    )
    assert assert_effects(name, decision, host=host) == 3
    assert sorted(heard) == ["awarded", "awarded", "level", "over a point"]
    with pytest.raises(RulesetError) as twice:
        assert_effects(name, decision, host=host)
    assert twice.value.code == "durable.twice"
    assert len(host.get_facts(name, "m-1")) == 3
    retract_effects(name, decision, host=host)
    retract_effects(name, decision, host=host)  # nothing is left to take back
    assert host.get_facts(name, "m-1") == []
    assert assert_effects(name, decision, host=host) == 3


def test_effects_that_no_rule_takes_are_named_after_all_were_told(decision: Decision) -> None:
    heard: list[object] = []
    asked = ({"kind": "level_changed"}, lambda c: heard.append(c.m.after))
    host, name = rules(asked)
    with pytest.raises(RulesetError) as refused:
        post_effects(name, decision, host=host)
    assert str(refused.value) == (
        f"{name}: no rule of the set took 2 of 3 effects (points_awarded): add a rule for them, or pass "
        "unmatched=True [durable.unmatched]"
    )
    assert isinstance(refused.value, LoyaltyError)
    assert heard == ["silver"]
    assert post_effects(name, decision, host=host, unmatched=True) == 1
    assert assert_effects(name, decision, host=host, unmatched=True) == 1


def test_rules_over_several_facts_see_one_member(programme: Programme, decision: Decision) -> None:
    heard: list[object] = []
    host, name = Quiet(), f"rules{next(_numbers)}"
    both = [{"first": {"rule": "base"}}, {"second": {"$and": [{"kind": "level_changed"}, {"after": "silver"}]}}]
    host.set_rulesets({name: {"r": {"all": both, "run": lambda c: heard.append(c.first.member)}}})
    other = purchase("o-2", "m-2", "2026-03-07T11:00:00Z", [line("1", price="50")], currency="RUB")
    second = programme.decide(programme.new_member("m-2"), other)
    assert_effects(name, decision, host=host, unmatched=True)
    assert_effects(name, second, host=host, unmatched=True)
    assert heard == ["m-1", "m-2"]


def test_what_an_action_raises_is_raised_and_forgotten(decision: Decision) -> None:
    def broken(c: Any) -> None:
        if c.m.rule == "base":
            raise ValueError("the printer is out of paper")

    host, name = rules(({"kind": "points_awarded"}, broken), ({"kind": "level_changed"}, lambda c: None))
    with pytest.raises(RulesetError, match="the printer is out of paper") as refused:
        post_effects(name, decision, host=host)
    assert refused.value.code == "durable.action"
    assert refused.value.where == f"{name}[m-1/o-1/1]"
    assert "exception" not in host.get_state(name, "m-1")


def test_a_set_of_rules_that_is_not_there_is_named(decision: Decision) -> None:
    for tell in (post_effects, assert_effects, retract_effects):
        with pytest.raises(RulesetError) as refused:
            tell("nowhere", decision, host=Quiet())
        assert (refused.value.code, refused.value.where) == ("durable.ruleset", "nowhere")


def test_a_host_that_loads_its_sets_itself_is_asked(decision: Decision) -> None:
    heard: list[object] = []

    class Loading(Quiet):
        def load_ruleset(self, name: str) -> dict[str, Any]:
            return {name: {"r": {"all": [{"m": {"$ex": {"kind": 1}}}], "run": lambda c: heard.append(c.m.kind)}}}

    assert post_effects("later", decision, host=Loading()) == len(heard) == 3


def test_without_a_host_it_is_that_of_the_process(decision: Decision) -> None:
    heard: list[object] = []
    with lang.ruleset("of_the_process"):
        lang.when_all(+lang.m.kind)(lambda c: heard.append(c.m.kind))
    assert post_effects("of_the_process", decision) == len(heard) == 3


def test_a_number_that_floats_do_not_hold_is_refused(decision: Decision) -> None:
    award = next(effect for effect in decision.effects if isinstance(effect, PointsAwarded))
    with pytest.raises(RulesetError) as refused:
        effect_facts(replace(decision, effects=(award._replace(granted=2**53 + 1),)))
    assert (refused.value.code, refused.value.where) == ("durable.number", "granted")


def test_without_the_package_it_says_what_to_install(decision: Decision, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "durable.engine", None)
    monkeypatch.setitem(sys.modules, "durable.lang", None)
    for tell in (post_effects, assert_effects, retract_effects):
        with pytest.raises(RulesetError, match=r"pip install 'loyalty-rules\[durable\]'") as refused:
            tell("letters", decision)
        assert refused.value.code == "durable.missing"
    assert effect_facts(decision)  # facts alone need nothing
