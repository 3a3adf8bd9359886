"""A goal that changes with an edition: who started before it keeps the old one."""

from __future__ import annotations

from typing import Final

import pytest

from loyalty_rules import (
    Decision,
    MemberState,
    Programme,
    SettingsError,
    cancellation,
    choice,
    line,
    load,
    purchase,
)
from loyalty_rules.adapters.wire import read_member, write_member
from loyalty_rules.decision import PointsAwarded

HEAD: Final = """loyalty rules 1

programme "Club"
  currency RUB
  time zone UTC
  week starts monday
  basis money paid
  prices include tax
  returns replay within 60 days
  returns keep prices
  late events refused
end

purse bonus
  rules add up
  round down per order
  usable at once
  expire never
  after a return may go negative
end

products Coffee
  where category is "coffee"
end
"""
CARD: Final = """
challenge card "Card"
  goal {goal}
  after opting in
  {again}
  {old}give 10 bonus
  after a return take back
end
"""
KEEP: Final = "started members keep the old goal\n  "
FIRST: Final = HEAD + CARD.format(goal="items on Coffee since the beginning at least 3", again="once", old="")
TURN: Final = "2026-03-10T00:00:00Z"


def second(goal: str = "items on Coffee since the beginning at least 9", again: str = "once", old: str = KEEP) -> str:
    return HEAD + CARD.format(goal=goal, again=again, old=old)


def later(text: str | None = None) -> Programme:
    return load(second() if text is None else text, earlier=[(FIRST, TURN)])


def opted(rules: Programme, day: int) -> MemberState:
    return rules.decide(rules.new_member("m"), choice("c", "m", f"2026-03-{day:02d}T11:00:00Z", "card")).member


def order(rules: Programme, state: MemberState, day: int, cups: int) -> Decision:
    lines = [line("1", price="10", quantity=cups, category="coffee")]
    return rules.decide(state, purchase(f"o-{day}", "m", f"2026-03-{day:02d}T12:00:00Z", lines, currency="RUB"))


def gave(decision: Decision) -> int:
    return sum(effect.granted for effect in decision.effects if isinstance(effect, PointsAwarded))


@pytest.mark.parametrize(("day", "gift"), [(9, 10), (10, 0)])
def test_who_started_before_the_edition_keeps_the_goal(day: int, gift: int) -> None:
    """Three cups for who opted in on 9 March, nine for who did on the 10th."""
    rules = later()
    found = order(rules, opted(rules, day), 12, 3)
    assert gave(found) == gift
    (part,) = rules.progress(found.member, "card").measures
    assert (part.units, part.needed) == (3, 3 if gift else 9)
    assert read_member(write_member(found.member, rules), rules) == found.member


@pytest.mark.parametrize(("at", "needed"), [("2026-03-09T23:59:59.999999Z", 3), (TURN, 9)])
def test_who_opts_in_at_the_instant_of_the_edition_has_its_goal(at: str, needed: int) -> None:
    rules = later()
    member = rules.decide(rules.new_member("m"), choice("c", "m", at, "card")).member
    found = order(rules, member, 12, 1)
    assert [part.needed for part in rules.progress(found.member, "card").measures] == [needed]


def test_without_the_clause_all_have_the_new_goal() -> None:
    rules = later(second(old=""))
    assert gave(order(rules, opted(rules, 9), 12, 3)) == 0


def test_what_was_counted_before_goes_on() -> None:
    rules = later(second("spend in calendar month at least 500 RUB", "once per window"))
    state = order(rules, opted(rules, 2), 3, 2).member
    done = order(rules, state, 11, 1)
    assert gave(done) == 10
    assert gave(order(rules, done.member, 12, 50)) == 0  # the old goal is completed once


def test_why_not_is_told_by_the_clause_that_keeps_it() -> None:
    rules = later()
    told = order(rules, opted(rules, 9), 12, 2)
    assert "started members keep the old goal" in told.explain("en")
    assert "1 item more" in told.explain("en")


def test_goods_that_come_back_are_judged_by_the_goal_that_was_kept() -> None:
    rules = later()
    done = order(rules, opted(rules, 9), 12, 3)
    back = rules.decide(done.member, cancellation("r", "m", "2026-03-13T12:00:00Z", "o-12")).member
    assert rules.balance(back, "bonus").usable == 0
    assert gave(order(rules, back, 14, 3)) == 10


def test_each_edition_keeps_the_goals_of_those_before_it() -> None:
    third = second("items on Coffee since the beginning at least 20")
    rules = load(third, earlier=[(FIRST, TURN), (second(), "2026-03-20T00:00:00Z")])
    for day, needed in ((9, 3), (19, 9), (20, 20)):
        (part,) = rules.progress(opted(rules, day), "card").measures
        assert part.needed == needed
    assert gave(order(rules, opted(rules, 19), 21, 9)) == 10


def test_under_new_names_it_asks_for_the_same() -> None:
    text = second().replace("products Coffee\n", "products Cups\n  was Coffee\n").replace("on Coffee", "on Cups")
    text = text.replace('challenge card "Card"', 'challenge stamps "Card"\n  was card')
    rules = load(text, earlier=[(FIRST, TURN)])
    state = order(rules, opted(rules, 8), 9, 2).member
    assert gave(order(rules, state, 12, 1)) == 10


def test_what_the_old_goal_asks_for_has_to_be_there() -> None:
    text = second("orders since the beginning at least 9")
    text = text.replace('products Coffee\n  where category is "coffee"\nend\n', "")
    with pytest.raises(SettingsError) as caught:
        load(text, earlier=[(FIRST, TURN)])
    assert caught.value.code == "edition.lost"
    assert "`Coffee`" in str(caught.value)


def test_alone_the_file_has_its_own_goal() -> None:
    rules = load(second())
    assert gave(order(rules, opted(rules, 9), 12, 3)) == 0
