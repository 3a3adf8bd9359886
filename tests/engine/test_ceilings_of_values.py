"""`per same`: each value of an attribute has a ceiling of its own, for one member; what its document keeps."""

from __future__ import annotations

import pytest

from loyalty_rules import Decision, Programme, RuleFileError, load, merge
from loyalty_rules.adapters.wire import read_member, write_member
from loyalty_rules.decision import PointsAwarded, PointsTakenBack
from loyalty_rules.events import cancellation, line, purchase, returned
from loyalty_rules.member import MemberState
from tests.engine.evaluators import DECIDED, deciding_by

HEAD = """loyalty rules 1
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
facts
  order fact terminal is text optional
  order fact guests is number optional
  member fact household is text optional
end
purse pts "Points"
  rules add up
  round down per order
  usable at once
  expire never
  after a return may go negative
end
"""
BASE = """
earn base
  on any product
  give 1 pts per 10 RUB
  {}
end
"""


def club(*clauses: str) -> Programme:
    return load(HEAD + BASE.format("\n  ".join(clauses)))


def bought(
    rules: Programme, state: MemberState, name: str, price: str, store: str, day: str = "03-06", terminal: str = ""
) -> Decision:
    facts = {"terminal": terminal} if terminal else {}
    event = purchase(
        name,
        state.member,
        f"2026-{day}T11:00:00Z",
        [line("1", price=price)],
        currency="RUB",
        store=store,
        facts=facts,
    )
    decision = rules.decide(state, event)
    other = rules.decide(state, event, reference=True)
    assert (decision.member, decision.effects) == (other.member, other.effects)
    assert read_member(write_member(decision.member, rules), rules) == decision.member
    return decision


def given(decision: Decision) -> int:
    return sum(one.granted for one in decision.effects if isinstance(one, PointsAwarded))


def taken(decision: Decision) -> int:
    return sum(one.units for one in decision.effects if isinstance(one, PointsTakenBack))


def counters(state: MemberState) -> dict[str, tuple[tuple[int, int], ...]]:
    return {one.key: one.buckets for one in state.counters if " S_SAME " in one.key}


def test_what_has_passed_is_forgotten_whatever_comes_next() -> None:
    """2026-03-06 is the day 739 681 of the calendar."""
    rules = club("limit 1 per same terminal in last 7 days")
    state = rules.new_member("m")
    for number, terminal in enumerate(("a", "b", "c")):
        found = bought(rules, state, f"o-{number}", "100", "x", f"03-{6 + number:02}", terminal)
        assert given(found) == 10
        state = found.member
    key = "base LIMIT S_SAME IN_LAST 7 DAYS terminal"
    assert counters(state) == {f"{key} =a": ((739681, 1),), f"{key} =b": ((739682, 1),), f"{key} =c": ((739683, 1),)}
    # Orders may come back for 60 days: until then what they used up is kept.
    assert set(counters(bought(rules, state, "o-4", "100", "x", "03-20", "d").member)) == {
        f"{key} ={value}" for value in "abcd"
    }
    later = bought(rules, state, "o-4", "100", "x", "05-20", "d").member
    assert counters(later) == {f"{key} =d": ((739756, 1),)}


def test_a_value_may_look_like_anything() -> None:
    rules = club("limit 1 per same terminal in calendar day")
    state = rules.new_member("m")
    for number, value in enumerate(("a", "a =b", "=a", " = ", "base LIMIT S_SAME PERIOD DAY terminal =a")):
        first = bought(rules, state, f"o-{number}", "100", "x", terminal=value)
        again = bought(rules, first.member, f"p-{number}", "100", "x", terminal=value)
        assert (given(first), given(again)) == (10, 0), value
        state = first.member


def test_what_comes_back_makes_room_in_its_store_alone() -> None:
    """80 and 70 are asked in store x, 80 and 20 given; without the first it is 70: 30 fall, all of them of the second,
    which has 20 and is given 50 more."""
    rules = club("cap 100 pts per same order store in calendar day")
    first = bought(rules, rules.new_member("m"), "o-1", "800", "x")
    second = bought(rules, first.member, "o-2", "700", "x")
    third = bought(rules, second.member, "o-3", "900", "y")
    assert [given(one) for one in (first, second, third)] == [80, 20, 90]
    back = rules.decide(third.member, returned("r-1", "m", "2026-03-07T11:00:00Z", "o-1", {"1": "1"}))
    assert taken(back) == 30
    assert sum(lot.left for purse in back.member.purses for lot in purse.lots) == 160
    again = bought(rules, back.member, "o-4", "500", "x", "03-07")
    assert given(again) == 50


def test_a_cancelled_order_gives_the_turn_of_its_value_back() -> None:
    rules = club("limit 1 per same order store in calendar month")
    first = bought(rules, rules.new_member("m"), "o-1", "100", "x")
    other = bought(rules, first.member, "o-2", "100", "y")
    gone = rules.decide(other.member, cancellation("c-1", "m", "2026-03-07T11:00:00Z", "o-1"))
    assert given(bought(rules, gone.member, "o-3", "100", "x", "03-08")) == 10
    assert given(bought(rules, gone.member, "o-3", "100", "y", "03-08")) == 0
    back = rules.decide(other.member, returned("r-1", "m", "2026-03-07T11:00:00Z", "o-1", {"1": "1"}))
    assert given(bought(rules, back.member, "o-3", "100", "x", "03-08")) == 0


def test_another_name_of_the_rule_keeps_what_each_value_used() -> None:
    old = HEAD + BASE.format("cap 100 pts per same order store in calendar month")
    new = old.replace("earn base\n", "earn basic\n  was base\n")
    rules = load(new, earlier=[(old, "2026-03-10T00:00:00Z")])
    first = bought(rules, rules.new_member("m"), "o-1", "800", "x")
    second = bought(rules, first.member, "o-2", "800", "x", "03-11")
    assert (given(first), given(second)) == (80, 20)
    assert set(counters(second.member)) == {"basic CAP pts S_SAME PERIOD MONTH STORE =x"}
    back = rules.decide(second.member, returned("r-1", "m", "2026-03-12T11:00:00Z", "o-1", {"1": "1"}))
    assert taken(back) == 20  # 160 were asked, and are 80 by now, which the second order holds
    assert given(bought(rules, back.member, "o-3", "800", "x", "03-13")) == 20


def test_members_who_become_one_have_used_what_both_did() -> None:
    rules = club("cap 100 pts per same order store in calendar month")
    one = bought(rules, rules.new_member("a"), "o-1", "800", "x").member
    other = bought(rules, rules.new_member("b"), "o-2", "150", "x").member
    other = bought(rules, other, "o-3", "300", "y").member
    event = merge("m-1", "a", "2026-03-07T11:00:00Z", into="b", reason="one person", actor="test")
    _, stays = rules.merge(one, other, event)
    assert given(bought(rules, stays.member, "o-4", "900", "x", "03-08")) == 5
    assert given(bought(rules, stays.member, "o-4", "900", "y", "03-08")) == 70


def test_the_function_of_a_programme_leaves_such_rules_to_the_ordinary_path() -> None:
    plain, same = club("cap 100 pts per order"), club("cap 100 pts per same order store in calendar day")
    order = purchase("o-1", "m", "2026-03-06T11:00:00Z", [line("1", price="800")], currency="RUB", store="x")
    before = DECIDED.total()
    with deciding_by("whole"):
        assert given(plain.decide(plain.new_member("m"), order)) == 80
        assert DECIDED.total() == before + 1
        assert given(same.decide(same.new_member("m"), order)) == 80
    assert DECIDED.total() == before + 1


def test_a_change_puts_a_ceiling_of_values_in_place_of_another() -> None:
    change = """
change stores "Stores"
  changes base
  cap 50 pts per same order store in calendar day
  from 2026-03-10
end
"""
    rules = load(HEAD + BASE.format("cap 100 pts per order") + change)
    first = bought(rules, rules.new_member("m"), "o-1", "900", "x", "03-09")
    second = bought(rules, first.member, "o-2", "900", "x", "03-10")
    assert (given(first), given(second)) == (90, 50)
    assert given(bought(rules, second.member, "o-3", "900", "x", "03-10")) == 0
    assert given(bought(rules, second.member, "o-3", "900", "y", "03-10")) == 50


@pytest.mark.parametrize(
    ("clause", "code"),
    [
        ("limit 1 per same guests in calendar day", "L409"),
        ("limit 1 per same household in calendar day", "L409"),
        ("limit 1 per same order store while in force", "L410"),
        ("cap 5 pts per same order store since the beginning", "L410"),
        ("limit 1 per same order store", "L014"),
        ("limit 1 per same sku in calendar day", "L015"),
    ],
)
def test_what_has_no_ceiling_of_its_own(clause: str, code: str) -> None:
    with pytest.raises(RuleFileError) as refused:
        club(clause)
    assert [one.problem.code for one in refused.value.diagnostics] == [code]


def test_only_an_order_has_a_store_and_only_its_event_a_fact() -> None:
    visit = """
event visit
  fact hall is text
end
event other
  fact room is text
end
earn visits
  after event visit
  give 5 pts
  limit 1 per same {} in calendar day
end
"""
    load(HEAD + visit.format("hall"))
    for asked, code in (("order store", "L060"), ("terminal", "L060"), ("room", "L061")):
        with pytest.raises(RuleFileError) as refused:
            load(HEAD + visit.format(asked))
        assert [one.problem.code for one in refused.value.diagnostics] == [code], asked


def test_what_is_rounded_over_a_period_has_no_such_cap() -> None:
    text = (HEAD + BASE.format("cap 100 pts per same order store in calendar month")).replace(
        "round down per order", "round down in calendar month"
    )
    with pytest.raises(RuleFileError) as refused:
        load(text)
    assert "L252" in [one.problem.code for one in refused.value.diagnostics]


def test_a_challenge_changes_to_no_ceiling_of_values() -> None:
    text = """
challenge three
  goal orders since the beginning at least 3 orders
  once
  give 5 pts
  after a return keep
end
change stores "Stores"
  changes three
  limit 1 per same order store in calendar day
  from 2026-03-10
end
"""
    with pytest.raises(RuleFileError) as refused:
        load(HEAD + text)
    assert [one.problem.code for one in refused.value.diagnostics] == ["L036"]
