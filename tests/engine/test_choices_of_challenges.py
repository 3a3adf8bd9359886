"""Challenges whose gift the member chooses: a choice for each completion, and what goods that come back leave of it."""

from __future__ import annotations

from typing import Final

import pytest

from loyalty_rules import (
    Decision,
    MemberState,
    Programme,
    RuleFileError,
    cancellation,
    choice,
    line,
    load,
    purchase,
    returned,
)
from loyalty_rules.adapters.wire import read_member, write_member
from loyalty_rules.choices import ChoiceOffered, ChoiceWithdrawn
from loyalty_rules.decision import PointsTakenBack

HEAD: Final = """loyalty rules 1

programme "Club"
  currency RUB
  time zone UTC
  basis money paid
  prices include tax
  {returns}
  used vouchers stand
  late events refused
end

purse bonus "Bonus points"
  rules add up
  round down per order
  usable at once
  expire never
  after a return may go negative
end

reward mug
  handed over by host
  expire never
  after a return give back
end

"""
CARD: Final = """challenge card
  goal items since the beginning at least 3
  repeat with carry
  {more}
  after a return {after}
end
"""
CHOICE: Final = "give 30 bonus\n  or give 1 mug"
REPLAY: Final = "returns replay within 60 days\n  returns keep prices"


def club(*blocks: str, after: str = "take back", more: str = CHOICE, returns: str = REPLAY) -> Programme:
    return load(HEAD.format(returns=returns) + CARD.format(after=after, more=more) + "".join(blocks))


def bought(rules: Programme, items: int, state: MemberState | None = None) -> Decision:
    lines = [line("1", price="10", quantity=items)]
    order = purchase("o-1", "m", "2026-03-02T11:00:00Z", lines, currency="RUB")
    return rules.decide(state or rules.new_member("m"), order)


def chose(rules: Programme, state: MemberState, day: int, gift: str, rule: str = "card") -> MemberState:
    return rules.decide(state, choice(f"c-{day}", "m", f"2026-03-{day:02}T12:00:00Z", rule, purse=gift)).member


def back(rules: Programme, state: MemberState, items: int, day: int = 20) -> Decision:
    return rules.decide(state, returned(f"r-{day}", "m", f"2026-03-{day}T12:00:00Z", "o-1", {"1": items}))


def waiting(state: MemberState) -> list[str]:
    return [one.rule for one in state.choices]


def held(state: MemberState) -> dict[str, int]:
    return {one.name: sum(lot.left for lot in one.lots) - one.debt for one in state.purses if one.lots or one.debt}


def test_one_choice_for_each_completion() -> None:
    rules = club()
    found = bought(rules, 7)
    assert sum(isinstance(effect, ChoiceOffered) for effect in found.effects) == 2
    assert read_member(write_member(found.member, rules), rules) == found.member
    assert held(chose(rules, chose(rules, found.member, 3, "mug"), 4, "bonus")) == {"bonus": 30, "mug": 1}


def test_of_what_waits_as_much_falls_as_of_the_completions() -> None:
    """Of nine items two come back: seven are two completions of the three."""
    found = back(club(), bought(club(), 9).member, 2)
    assert [type(one) for one in found.effects].count(ChoiceWithdrawn) == 1
    assert waiting(found.member) == ["card", "card"]


def test_the_last_of_what_was_chosen_falls_first() -> None:
    """A mug, then points, then a mug are chosen. Six items leave two completions, three one, and none none."""
    rules = club()
    state = bought(rules, 9).member
    for day, gift in ((3, "mug"), (4, "bonus"), (5, "mug")):
        state = chose(rules, state, day, gift)
    left = []
    for day in (20, 21, 22):
        state = back(rules, state, 3, day).member
        left.append(held(state))
    assert left == [{"bonus": 30, "mug": 1}, {"mug": 1}, {}]


def test_a_completion_that_stays_keeps_its_choice() -> None:
    """With `keep` nothing falls, be it chosen or not, and nothing is given twice for other goods."""
    rules = club(after="keep")
    state = chose(rules, bought(rules, 6).member, 3, "bonus")
    gone = cancellation("x", "m", "2026-03-20T12:00:00Z", "o-1")
    found = rules.decide(state, gone)
    assert (waiting(found.member), held(found.member)) == (["card"], {"bonus": 30})
    assert not [one for one in found.effects if isinstance(one, ChoiceWithdrawn | PointsTakenBack)]


def test_a_rule_that_waits_for_the_completion_leaves_as_many() -> None:
    waits = "earn thanks\n  after completing card\n  give 5 bonus\n  or give 1 mug\nend\n"
    rules = club(waits, more="")
    state = chose(rules, bought(rules, 6).member, 3, "bonus", "thanks")
    assert waiting(state) == ["thanks"]
    assert (waiting(back(rules, state, 1).member), held(back(rules, state, 1).member)) == ([], {"bonus": 5})
    assert held(back(rules, state, 6).member) == {}


def test_opting_in_completes_and_then_is_chosen() -> None:
    rules = club(more=f"{CHOICE}\n  after opting in for whole period")
    state = bought(rules, 4).member
    assert waiting(state) == []
    joined = rules.decide(state, choice("c-1", "m", "2026-03-03T12:00:00Z", "card")).member
    assert waiting(joined) == ["card"]
    assert held(chose(rules, joined, 4, "mug")) == {"mug": 1}


@pytest.mark.parametrize(
    ("more", "block", "code"),
    [
        (CHOICE.replace("30 bonus", "1 bonus per 10 RUB"), "", "L361"),
        ("give 30 bonus\n  choose within 3 days", "", "L414"),
        (f"{CHOICE}\n  prolong bonus 3 days", "", "L042"),
        (CHOICE, "boost twice\n  changes card\n  multiply by 2\nend\n", "L415"),
    ],
)
def test_what_cannot_be_chosen(more: str, block: str, code: str) -> None:
    with pytest.raises(RuleFileError) as caught:
        club(block, more=more)
    assert code in [one.problem.code for one in caught.value.diagnostics]
