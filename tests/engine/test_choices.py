"""Gifts to choose: what waits, on the wire, under another name, counted anew, after a merge; and what is told."""

from __future__ import annotations

import json

import pytest

from loyalty_rules import (
    DecisionError,
    InputError,
    LoyaltyError,
    Programme,
    choice,
    happening,
    line,
    load,
    merge,
    purchase,
    returned,
    tick,
)
from loyalty_rules.adapters.wire import read_member, write_decision, write_member
from loyalty_rules.adapters.wire.statements import statement_data
from loyalty_rules.calendar import instant_of
from loyalty_rules.choices import Choice, ChoiceLapsed, ChoiceMade, ChoiceOffered, ChoiceWithdrawn, OpenChoice
from loyalty_rules.decision import PointsAwarded, PointsTakenBack
from loyalty_rules.member import MemberState

RULES = """
loyalty rules 1

programme "Club"
  currency RUB
  time zone UTC
  basis money paid
  prices include tax
  returns replay within 60 days
  returns keep prices
  used vouchers stand
  late events refused
end

event delay
end

purse bonus "Bonus points"
  rules add up
  round down per order
  usable at once
  expire never
  after a return may go negative
end

reward coffee "A coffee"
  handed over by host
  expire after 30 days
  after a return give back
end

earn sorry "Sorry"
  after event delay
  give 300 bonus
  or give 1 coffee
  choose within 7 days
  message given en "{amount} for you"
  message missed en "Nothing for you"
end

earn big
  when spend in this order at least 100 RUB
  give 50 bonus
  or give 1 coffee
end
"""

FIRST, SECOND, THIRD = (f"2026-03-0{day}T12:00:00Z" for day in (1, 2, 3))
END = "2026-03-09T00:00:00Z"
WAITS = OpenChoice(instant_of(END), instant_of(FIRST), "sorry", (("bonus", 300), ("coffee", 1)))


@pytest.fixture(scope="module")
def club() -> Programme:
    return load(RULES)


@pytest.fixture
def waiting(club: Programme) -> MemberState:
    return club.decide(club.new_member("m-1"), happening("d-1", "m-1", FIRST, "delay")).member


def test_what_waits_stands_in_the_decision_and_in_the_document(club: Programme) -> None:
    decided = club.decide(club.new_member("m-1"), happening("d-1", "m-1", FIRST, "delay"))
    assert decided.member.choices == (WAITS,)
    assert decided.effects == (ChoiceOffered("sorry", WAITS.gifts, WAITS.at, WAITS.until, ""),)
    data = json.loads(write_decision(decided))
    told = {
        "rule": "sorry",
        "gifts": {"bonus": "300", "coffee": "1"},
        "at": "2026-03-01T12:00:00+00:00",
        "until": "2026-03-09T00:00:00+00:00",
    }
    assert data["effects"] == [{"kind": "choice_offered", **told}]
    assert data["choices"] == [told]
    document = write_member(decided.member, club)
    assert json.loads(document)["core"]["choices"] == [told]
    assert read_member(document, club) == decided.member


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("at", "2026-03-01T12:00:01Z", "member.inconsistent"),
        ("until", "2026-03-01T12:00:00Z", "member.inconsistent"),
        ("gifts", {"miles": "1"}, "member.purse"),
        ("gifts", {"bonus": "0.5"}, "limit.number"),
        ("gifts", {"bonus": "0"}, "limit.number"),
    ],
)
def test_a_document_with_a_choice_that_cannot_be(
    club: Programme, waiting: MemberState, field: str, value: object, code: str
) -> None:
    data = json.loads(write_member(waiting, club))
    data["core"]["choices"][0][field] = value
    with pytest.raises(InputError) as caught:
        read_member(json.dumps(data), club)
    assert caught.value.code == code


def test_choices_of_a_document_are_in_order(club: Programme, waiting: MemberState) -> None:
    data = json.loads(write_member(waiting, club))
    later = {**data["core"]["choices"][0], "until": "2026-03-08T00:00:00Z"}
    data["core"]["choices"].append(later)
    with pytest.raises(InputError) as caught:
        read_member(json.dumps(data), club)
    assert caught.value.code == "member.inconsistent"


def test_what_is_chosen_is_given_and_told_by_its_rule(club: Programme, waiting: MemberState) -> None:
    decided = club.decide(waiting, choice("c-1", "m-1", SECOND, "sorry", purse="bonus"))
    assert decided.member.choices == ()
    made, awarded = decided.effects
    assert made == ChoiceMade("sorry", "bonus", instant_of(SECOND))
    assert isinstance(awarded, PointsAwarded)
    assert (awarded.rule, awarded.purse, awarded.granted) == ("sorry", "bonus", 300)
    text = decided.explain("en")
    assert text.startswith("Member m-1 chooses Bonus points: Sorry (c-1), 2026-03-02 12:00")
    assert "Sorry: Bonus points was chosen." in text
    assert "Sorry (sorry): 300 bonus." in text
    assert decided.explain("en", "member") == "Sorry: Bonus points was chosen.\nSorry: 300 bonus.\n300 bonus for you\n"


def test_before_it_is_chosen_the_rule_tells_neither_of_its_messages(club: Programme) -> None:
    decided = club.decide(club.new_member("m-1"), happening("d-1", "m-1", FIRST, "delay"))
    assert decided.messages == ()
    told = "Sorry: to choose, one of: 300 bonus, 1 coffee; through 2026-03-08.\n"
    assert decided.explain("en", "member") == told
    assert "Sorry: на выбор одно из: 300 bonus, 1 coffee; по 2026-03-08 включительно.\n" in decided.explain("ru")
    assert decided.explain("en").count(told.rstrip()) == 2  # what happened, and how the member stands


def test_time_ends_it(club: Programme, waiting: MemberState) -> None:
    before = club.decide(waiting, tick("m-1", "2026-03-08T23:59:59Z"))
    assert before.effects == ()
    over = club.decide(before.member, tick("m-1", END))
    assert over.effects == (ChoiceLapsed("sorry", instant_of(END)),)
    assert over.member.choices == ()
    assert "Sorry: nothing was chosen in time, through 2026-03-08." in over.explain("en")


def test_hours_to_choose_end_to_the_microsecond() -> None:
    hours = load(RULES.replace("choose within 7 days", "choose within 2 hours"))
    member = hours.decide(hours.new_member("m-1"), happening("d-1", "m-1", FIRST, "delay")).member
    last = hours.decide(member, choice("c-1", "m-1", "2026-03-01T13:59:59.999999Z", "sorry", purse="bonus"))
    assert hours.balance(last.member, "bonus").usable == 300
    with pytest.raises(DecisionError) as caught:
        hours.decide(member, choice("c-1", "m-1", "2026-03-01T14:00:00Z", "sorry", purse="bonus"))
    assert caught.value.code == "choice.refused"


@pytest.mark.parametrize(
    ("told", "kind", "code"),
    [
        (choice("c-1", "m-1", SECOND, "sorry", purse="bonus", amount=1), InputError, "choice.amount"),
        (choice("c-1", "m-1", SECOND, "sorry"), InputError, "choice.unknown"),
        (choice("c-1", "m-1", SECOND, "sorry", purse="miles"), InputError, "choice.unknown"),
        (choice("c-1", "m-1", SECOND, "big", purse="bonus"), DecisionError, "choice.refused"),
        (choice("c-1", "m-1", END, "sorry", purse="bonus"), DecisionError, "choice.refused"),
    ],
)
def test_what_cannot_be_chosen(
    club: Programme, waiting: MemberState, told: Choice, kind: type[LoyaltyError], code: str
) -> None:
    with pytest.raises(kind) as caught:
        club.decide(waiting, told)
    assert getattr(caught.value, "code", "") == code


def test_the_choice_that_ends_first_comes_first(club: Programme, waiting: MemberState) -> None:
    both = club.decide(waiting, happening("d-2", "m-1", SECOND, "delay")).member
    assert [one.at for one in both.choices] == [instant_of(FIRST), instant_of(SECOND)]
    left = club.decide(both, choice("c-1", "m-1", THIRD, "sorry", purse="coffee")).member
    assert [one.at for one in left.choices] == [instant_of(SECOND)]


def test_no_more_wait_than_a_hundred(club: Programme, waiting: MemberState) -> None:
    member = waiting
    for number in range(2, 101):
        member = club.decide(member, happening(f"d-{number}", "m-1", SECOND, "delay")).member
    assert len(member.choices) == 100
    more = club.decide(member, happening("d-101", "m-1", SECOND, "delay"))
    assert len(more.member.choices) == 100
    assert more.effects[-1] == ChoiceLapsed("sorry", instant_of(SECOND))
    assert more.member.choices[0].at == instant_of(SECOND)


def test_with_an_order_that_comes_back_what_waits_is_withdrawn(club: Programme) -> None:
    order = purchase("o-1", "m-1", FIRST, [line("1", price="100")], currency="RUB")
    bought = club.decide(club.new_member("m-1"), order).member
    back = club.decide(bought, returned("r-1", "m-1", SECOND, "o-1", {"1": 1}))
    assert back.member.choices == ()
    assert back.effects[-1] == ChoiceWithdrawn("big", "o-1", instant_of(SECOND))
    assert "big: nothing is left to choose, order o-1 came back." in back.explain("en")


def test_what_waits_is_withdrawn_where_too_little_is_kept_of_its_order(club: Programme) -> None:
    """`big` asks for 100 RUB: of 120 first 110 are kept, then 90."""
    lines = [line("1", price="90"), line("2", price="20"), line("3", price="10")]
    bought = club.decide(club.new_member("m-1"), purchase("o-1", "m-1", FIRST, lines, currency="RUB")).member
    enough = club.decide(bought, returned("r-1", "m-1", SECOND, "o-1", {"3": 1}))
    assert [one.rule for one in enough.member.choices] == ["big"]
    less = club.decide(enough.member, returned("r-2", "m-1", THIRD, "o-1", {"2": 1}))
    assert less.member.choices == ()
    assert ChoiceWithdrawn("big", "o-1", instant_of(THIRD)) in less.effects


def test_what_was_chosen_is_kept_with_the_order_that_it_falls_with(club: Programme) -> None:
    order = purchase("o-1", "m-1", FIRST, [line("1", price="100")], currency="RUB")
    bought = club.decide(club.new_member("m-1"), order).member
    chosen = club.decide(bought, choice("c-1", "m-1", SECOND, "big", purse="bonus")).member
    assert [(one.order, one.chosen_for) for one in chosen.records] == [("o-1", ""), ("c-1", "o-1")]
    assert read_member(write_member(chosen, club), club) == chosen
    # A choice is no order: nothing of it can be returned by its own id.
    refused = club.decide(chosen, returned("r-0", "m-1", THIRD, "c-1", {"1": 1}))
    assert refused.outcome == "not_returnable"
    back = club.decide(chosen, returned("r-1", "m-1", THIRD, "o-1", {"1": 1}))
    fallen = [effect for effect in back.effects if isinstance(effect, PointsTakenBack)]
    assert [(effect.rule, effect.purse) for effect in fallen] == [("big", "bonus")]
    assert club.balance(back.member, "bonus").usable == 0
    assert [one.order for one in back.member.records] == ["o-1"]


def test_what_was_chosen_falls_with_its_order_after_everything_has_another_name() -> None:
    """Of a cap of 60 the 50 are free again, and the next order is given 50, not 10."""
    capped = "  give 50 bonus\n  or give 1 coffee\n"
    old = RULES.replace(capped, f"{capped}  cap 60 bonus per member in calendar year\n")
    text = (
        old.replace(" 60 bonus", " 60 points").replace(" bonus\n", " points\n").replace("purse bonus ", "purse points ")
    )
    text = text.replace("earn big", "earn large\n  was big").replace('"Bonus points"', '"Points"\n  was bonus')
    later = load(text, earlier=[(old, THIRD)])
    order = purchase("o-1", "m-1", FIRST, [line("1", price="100")], currency="RUB")
    bought = later.decide(later.new_member("m-1"), order).member
    chosen = later.decide(bought, choice("c-1", "m-1", SECOND, "big", purse="bonus")).member
    back = later.decide(chosen, returned("r-1", "m-1", THIRD, "o-1", {"1": 1}))
    fallen = [effect for effect in back.effects if isinstance(effect, PointsTakenBack)]
    assert [(effect.rule, effect.purse, effect.units) for effect in fallen] == [("large", "points", 50)]
    assert later.balance(back.member, "points").usable == 0
    assert [one.order for one in back.member.records] == ["o-1"]
    again = later.decide(back.member, order._replace(id="o-2", at=instant_of(THIRD))).member
    taken = later.decide(again, choice("c-2", "m-1", THIRD, "large", purse="points"))
    assert later.balance(taken.member, "points").usable == 50


def test_under_another_name_it_can_still_be_chosen(waiting: MemberState) -> None:
    text = RULES.replace('earn sorry "Sorry"', 'earn apology "Sorry"\n  was sorry')
    text = text.replace('reward coffee "A coffee"', 'reward latte "A latte"\n  was coffee').replace(
        "1 coffee", "1 latte"
    )
    later = load(text, earlier=[(RULES, SECOND)])
    member = later.decide(waiting, tick("m-1", THIRD)).member
    assert member.choices == (WAITS._replace(rule="apology", gifts=(("bonus", 300), ("latte", 1))),)
    chosen = later.decide(member, choice("c-1", "m-1", THIRD, "apology", purse="latte"))
    assert later.balance(chosen.member, "latte").usable == 1


def test_an_edition_with_other_gifts_changes_nothing_of_what_waits(waiting: MemberState) -> None:
    later = load(RULES.replace("give 300 bonus", "give 10 bonus"), earlier=[(RULES, SECOND)])
    chosen = later.decide(waiting, choice("c-1", "m-1", THIRD, "sorry", purse="bonus"))
    assert later.balance(chosen.member, "bonus").usable == 300


def test_an_edition_that_leaves_nothing_to_choose_any_more_changes_nothing_of_what_waits(waiting: MemberState) -> None:
    plain = RULES.replace("  give 300 bonus\n  or give 1 coffee\n  choose within 7 days\n", "  give 10 bonus\n", 1)
    later = load(plain.replace('  message missed en "Nothing for you"\n', ""), earlier=[(RULES, SECOND)])
    chosen = later.decide(waiting, choice("c-1", "m-1", THIRD, "sorry", purse="bonus"))
    assert later.balance(chosen.member, "bonus").usable == 300
    assert "Member m-1 chooses Bonus points: Sorry" in chosen.explain()
    again = choice("c-2", "m-1", THIRD, "sorry", purse="bonus")
    with pytest.raises(InputError) as caught:
        later.decide(chosen.member, again)
    assert caught.value.code == "choice.unknown"


def test_an_edition_without_the_rule_leaves_it_to_lapse(waiting: MemberState) -> None:
    without = RULES[: RULES.index("earn sorry")] + RULES[RULES.index("earn big") :]
    later = load(without, earlier=[(RULES, SECOND)])
    with pytest.raises(InputError) as caught:
        later.decide(waiting, choice("c-1", "m-1", THIRD, "sorry", purse="bonus"))
    assert caught.value.code == "choice.unknown"
    over = later.decide(waiting, tick("m-1", END))
    assert over.effects == (ChoiceLapsed("sorry", instant_of(END)),)


def test_another_denomination_counts_what_waits_anew(waiting: MemberState) -> None:
    change = """
change tenth
  changes bonus
  from 2026-03-02
  balances divide by 10
  round down per lot
end
"""
    later = load(RULES + change, earlier=[(RULES, "2026-03-01T13:00:00Z")])
    member = later.decide(waiting, tick("m-1", THIRD)).member
    assert member.choices == (WAITS._replace(gifts=(("bonus", 30), ("coffee", 1))),)


def test_what_another_denomination_leaves_nothing_of_is_over() -> None:
    miles = """
purse miles
  rules add up
  round down per order
  usable at once
  expire never
  after a return may go negative
end
"""
    change = """
change fifth
  changes bonus, miles
  from 2026-03-02
  balances divide by 5
  round down per lot
end
"""
    rules = RULES.replace("give 300 bonus\n  or give 1 coffee", "give 4 bonus\n  or give 3 miles") + miles
    then, later = load(rules), load(rules + change, earlier=[(rules, "2026-03-01T13:00:00Z")])
    waits = then.decide(then.new_member("m-1"), happening("d-1", "m-1", FIRST, "delay")).member
    over = later.decide(waits, tick("m-1", THIRD))
    assert over.member.choices == ()
    assert over.effects == (ChoiceLapsed("sorry", instant_of("2026-03-02T00:00:00Z")),)
    assert read_member(write_member(over.member, later), later) == over.member


def test_a_merge_takes_what_waits_along(club: Programme, waiting: MemberState) -> None:
    stays = club.decide(club.new_member("m-2"), happening("d-2", "m-2", SECOND, "delay")).member
    one, other = club.merge(waiting, stays, merge("u-1", "m-1", THIRD, into="m-2", reason="one person", actor="desk"))
    assert one.member.choices == ()
    assert [found.at for found in other.member.choices] == [instant_of(FIRST), instant_of(SECOND)]


def test_of_more_than_may_wait_after_a_merge_those_that_end_first_lapse(club: Programme, waiting: MemberState) -> None:
    full = club.new_member("m-2")
    for number in range(100):
        full = club.decide(full, happening(f"d-2-{number}", "m-2", SECOND, "delay")).member
    event = merge("u-1", "m-1", THIRD, into="m-2", reason="one person", actor="desk")
    _, stays = club.merge(waiting, full, event)
    assert [one.at for one in stays.member.choices] == [instant_of(SECOND)] * 100
    assert ChoiceLapsed("sorry", instant_of(THIRD)) in stays.effects


def test_a_rule_that_is_opted_in_to_is_chosen_from_with_a_purse(waiting: MemberState) -> None:
    opting = load(RULES.replace("  after event delay\n", "  after event delay\n  after opting in\n"))
    member = opting.decide(opting.new_member("m-1"), choice("c-1", "m-1", FIRST, "sorry")).member
    member = opting.decide(member, happening("d-1", "m-1", SECOND, "delay")).member
    chosen = opting.decide(member, choice("c-2", "m-1", THIRD, "sorry", purse="coffee"))
    assert opting.balance(chosen.member, "coffee").usable == 1


def test_a_statement_says_what_was_to_choose(club: Programme, waiting: MemberState) -> None:
    offered = club.decide(club.new_member("m-1"), happening("d-1", "m-1", FIRST, "delay"))
    chosen = club.decide(offered.member, choice("c-1", "m-1", SECOND, "sorry", purse="coffee"))
    statement = club.statement("m-1", [offered, chosen])
    told = statement.explain("en")
    assert "2026-03-01: Sorry: to choose, one of: 300 bonus, 1 coffee; through 2026-03-08." in told
    assert "2026-03-02: Sorry: A coffee was chosen." in told
    kinds = [one["kind"] for one in statement_data(statement, club)["choices"]]
    assert kinds == ["choice_offered", "choice_made"]
