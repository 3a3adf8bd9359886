"""Challenges: how often they are completed, what that counts for, and what goods that come back leave of it."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

import pytest

from loyalty_rules import (
    Decision,
    InputError,
    MemberState,
    Programme,
    RuleFileError,
    cancellation,
    line,
    load,
    merge,
    purchase,
)
from loyalty_rules.adapters.wire import decision_data, read_member, statement_data, write_decision, write_member
from loyalty_rules.completions import ChallengeCompleted, CompletionTakenBack
from loyalty_rules.decision import Outcome, PointsAwarded
from loyalty_rules.events import Purchase, returned

HEAD: Final = """loyalty rules 1

programme "Club"
  currency RUB
  time zone UTC
  week starts monday
  basis money paid
  prices include tax
  {returns}
  late events refused
end

purse bonus
  rules add up
  round down per order
  usable at once
  expire never
  after a return may go negative
end

"""
REPLAY: Final = "returns replay within 60 days\n  returns keep prices"
CARD: Final = """challenge card "Card"
  goal items since the beginning at least 3
  {again}
  give 10 bonus
  after a return {after}
end
"""


def club(*blocks: str, returns: str = REPLAY) -> Programme:
    return load(HEAD.format(returns=returns) + "\n".join(blocks))


def card(again: str = "once", after: str = "take back", **more: str) -> Programme:
    return club(CARD.format(again=again, after=after), **more)


def order(items: int, *, id: str = "o-1", day: int = 2, price: str = "10") -> Purchase:
    lines = [line("1", price=price, quantity=items)]
    return purchase(id, "m", f"2026-03-{day:02d}T11:00:00Z", lines, currency="RUB")


def orders(rules: Programme, *items: int, state: MemberState | None = None) -> list[Decision]:
    found: list[Decision] = []
    state = state or rules.new_member("m")
    for number, count in enumerate(items, 1):
        found.append(rules.decide(state, order(count, id=f"o-{number}", day=number + 1)))
        state = found[-1].member
    return found


def gave(decision: Decision) -> int:
    return sum(effect.granted for effect in decision.effects if isinstance(effect, PointsAwarded))


def completions(decision: Decision) -> list[tuple[str, int]]:
    return [(one.rule, one.times) for one in decision.effects if isinstance(one, ChallengeCompleted)]


def usable(state: MemberState) -> int:
    return sum(lot.left for purse in state.purses for lot in purse.lots) - sum(purse.debt for purse in state.purses)


# ---------------------------------------------------------------- how often


@pytest.mark.parametrize(
    ("again", "expected"),
    [
        ("once", [0, 10, 0, 0, 0]),
        ("repeat from zero", [0, 10, 0, 10, 10]),
        ("repeat with carry", [0, 10, 10, 10, 20]),
    ],
)
def test_2_3_2_2_and_8_items_at_three_a_card(again: str, expected: list[int]) -> None:
    """From zero: 2, 5 and none left, 2, 4 and none left, 8. With the surplus: 2, 5 of which 2 are left, 4 of which 1
    is left, 3 of which none is left, 8 of which 6 are two cards."""
    assert [gave(one) for one in orders(card(again), 2, 3, 2, 2, 8)] == expected


def test_each_completion_is_told_once_with_its_number() -> None:
    assert [completions(one) for one in orders(card("repeat with carry"), 2, 7)] == [[], [("card", 3)]]


def test_what_is_missing_is_in_the_trace() -> None:
    first = orders(card("repeat from zero"), 1)[0]
    (record,) = [one for one in first.trace if one.rule == "card"]
    assert (record.outcome, record.conditions[0].actual, record.conditions[0].distance) == (
        Outcome.NOT_YET,
        "1",
        Fraction(2),
    )
    again = orders(card("repeat from zero"), 4, 1)[1]
    (record,) = [one for one in again.trace if one.rule == "card"]
    assert (record.conditions[0].actual, record.conditions[0].distance) == ("1", Fraction(2))  # of the five, one counts


def test_a_limit_leaves_the_rest_for_the_next_window() -> None:
    """Nine items are three completions: two in March, one with the first order of April, which adds none."""
    rules = club(
        CARD.format(again="repeat with carry", after="keep").replace(
            "  give", "  limit 2 per member in calendar month\n  give"
        )
    )
    march = rules.decide(rules.new_member("m"), order(9))
    assert (gave(march), completions(march)) == (20, [("card", 2)])
    april = purchase("o-2", "m", "2026-04-01T11:00:00Z", [line("1", price="10", quantity=1)], currency="RUB")
    assert gave(rules.decide(march.member, april)) == 10


# ---------------------------------------------------------------- goods that come back


@pytest.mark.parametrize("returns", [REPLAY, "returns in proportion within 60 days"])
@pytest.mark.parametrize(("after", "left"), [("keep", [10, 10]), ("take back", [10, 0])])
def test_a_completion_is_whole_or_not_at_all(returns: str, after: str, left: list[int]) -> None:
    """Four items complete the card; three of them are still enough, two are not."""
    rules = card(after=after, returns=returns)
    state, back = rules.decide(rules.new_member("m"), order(4)).member, list[Decision]()
    for day in (3, 4):
        back.append(rules.decide(state, returned(f"r-{day}", "m", f"2026-03-0{day}T11:00:00Z", "o-1", {"1": 1})))
        state = back[-1].member
    assert [usable(one.member) for one in back] == left
    fell = [one for one in back[-1].effects if isinstance(one, CompletionTakenBack)]
    assert [(one.rule, one.times) for one in fell] == ([("card", 1)] if after == "take back" else [])
    again = rules.decide(state, order(5, id="o-2", day=5))
    assert gave(again) == (10 if after == "take back" else 0)


@pytest.mark.parametrize(("after", "next_gift"), [("keep", 0), ("take back", 10)])
def test_a_cancelled_order_gives_nothing_twice(after: str, next_gift: int) -> None:
    """With `keep` the three items of the cancelled order have given already: the next three give nothing."""
    rules = card("repeat with carry", after)
    state = rules.decide(rules.new_member("m"), order(3)).member
    state = rules.decide(state, cancellation("c-1", "m", "2026-03-03T11:00:00Z", "o-1")).member
    assert usable(state) == (10 if after == "keep" else 0)
    assert gave(rules.decide(state, order(3, id="o-2", day=4))) == next_gift
    assert gave(rules.decide(state, order(6, id="o-2", day=4))) == next_gift + 10


AFTER: Final = """earn thanks
  after completing card
  give 7 bonus
end
"""


@pytest.mark.parametrize("returns", [REPLAY, "returns in proportion within 60 days"])
@pytest.mark.parametrize(("after", "left"), [("keep", 17), ("take back", 0)])
@pytest.mark.parametrize("whole", [True, False])
def test_what_waits_for_a_completion_stays_and_falls_with_it(returns: str, after: str, left: int, whole: bool) -> None:
    rules = club(CARD.format(again="once", after=after), AFTER, returns=returns)
    state = rules.decide(rules.new_member("m"), order(3)).member
    assert usable(state) == 17
    at = "2026-03-03T11:00:00Z"
    back = cancellation("c-1", "m", at, "o-1") if whole else returned("r-1", "m", at, "o-1", {"1": 1})
    assert usable(rules.decide(state, back).member) == left


def test_what_waits_for_a_completion_falls_with_as_many_as_fall() -> None:
    """Seven items complete the card twice, and four of them once."""
    rules = club(CARD.format(again="repeat with carry", after="take back"), AFTER)
    state = rules.decide(rules.new_member("m"), order(7)).member
    assert usable(state) == 34
    state = rules.decide(state, returned("r-1", "m", "2026-03-03T11:00:00Z", "o-1", {"1": 3})).member
    assert usable(state) == 17


def test_what_a_week_completed_can_be_completed_again_in_that_week() -> None:
    weeks = """challenge weeks
  goal calendar weeks in a row with (spend at least 30 RUB) at least 2
  repeat from zero
  give 10 bonus
  after a return take back
end
"""
    rules = club(weeks)
    state = orders(rules, 3)[0].member
    second = rules.decide(state, order(3, id="o-2", day=9))
    assert gave(second) == 10
    state = rules.decide(second.member, cancellation("c-1", "m", "2026-03-10T11:00:00Z", "o-2")).member
    assert usable(state) == 0
    third = rules.decide(state, order(3, id="o-3", day=11))
    assert gave(third) == 10
    assert gave(rules.decide(third.member, order(3, id="o-4", day=16))) == 0


# ---------------------------------------------------------------- how far a member is


def test_progress_is_read_at_any_time() -> None:
    """Of 3 items 2; of 4 none is left over from zero; once it is completed for good nothing more is asked."""
    rules = card("repeat from zero")
    new = rules.new_member("m")
    assert [(one.units, one.needed, one.missing) for one in rules.progress(new, "card").measures] == [(0, 3, 3)]
    found = [rules.progress(one.member, "card") for one in orders(rules, 2, 2, 1)]
    assert [(one.completed, one.open) for one in found] == [(0, True), (1, True), (1, True)]
    assert [one.measures[0].units for one in found] == [2, 0, 1]
    once = card("once")
    assert rules.progress(new, "card").open
    assert not once.progress(orders(once, 3)[0].member, "card").open


def test_a_run_shows_the_weeks_since_it_was_completed() -> None:
    weeks = """challenge weeks
  goal calendar weeks in a row with (spend at least 30 RUB) at least 2
  repeat from zero
  after a return keep
end
"""
    rules = club(weeks)
    state, found = rules.new_member("m"), []
    for number, day in enumerate((2, 9, 16, 30)):
        state = rules.decide(state, order(3, id=f"o-{number}", day=day)).member
        found.append(rules.progress(state, "weeks"))
    assert [(one.completed, one.measures[0].units) for one in found] == [(0, 1), (1, 0), (1, 1), (1, 1)]
    told = rules.decide(rules.new_member("m"), order(3))
    assert "weeks: 1 week of 2 weeks.\n" in told.explain("en")
    assert "weeks: 1 неделя, нужно 2 недели.\n" in told.explain("ru")


def test_goods_that_came_back_after_a_completion_that_stays_are_made_up_for_first() -> None:
    """Three items are a card; they come back, and the card stays: the next one takes three more, and three."""
    rules = card("repeat from zero", after="keep")
    done = orders(rules, 3)[0].member
    back = rules.decide(done, cancellation("c-1", "m", "2026-03-04T11:00:00Z", "o-1"))
    (part,) = rules.progress(back.member, "card").measures
    assert (part.units, part.needed, part.missing) == (-3, 3, 6)
    assert "\nCard: 3 items to make up for goods that came back, then 3 items.\n" in back.explain("en")
    assert "\nCard: сначала 3 штуки взамен возвращённого, затем 3 штуки.\n" in back.explain("ru")
    told = rules.statement("m", [rules.decide(rules.new_member("m"), order(3, day=2)), back]).explain("en")
    assert "\nCard: 3 items to make up for goods that came back, then 3 items.\n" in told


def test_what_is_no_challenge_has_no_progress() -> None:
    rules = card()
    with pytest.raises(InputError) as found:
        rules.progress(rules.new_member("m"), "bonus")
    assert found.value.code == "challenge.unknown"


def test_progress_is_told_in_words_and_in_json() -> None:
    rules = card("repeat with carry")
    found = orders(rules, 3, 1)
    expected = {"completed": 1, "open": True, "measures": [{"reached": "1", "needed": "3"}]}
    assert decision_data(found[-1])["progress"] == {"card": expected}
    assert "Card: 1 item of 3 items.\nCard: completed so often: 1.\n" in found[-1].explain("en")
    assert "Card: 1 штука, нужно 3 штуки.\nCard: выполнений: 1.\n" in found[-1].explain("ru")
    account = rules.statement("m", found)
    assert statement_data(account, rules)["progress"] == {"card": expected}
    assert "Card: 1 item of 3 items.\nCard: completed so often: 1.\n" in account.explain("en")


# ---------------------------------------------------------------- documents, names, members that become one


def test_progress_outlives_the_document() -> None:
    rules = card("repeat with carry")
    state = orders(rules, 5)[0].member
    read = read_member(write_member(state, rules), rules)
    assert read == state
    assert gave(rules.decide(read, order(1, id="o-2", day=9))) == 10


def test_the_effects_are_in_the_json_of_a_decision() -> None:
    rules = card("repeat with carry")
    first = orders(rules, 7)[0]
    assert '{"kind":"challenge_completed","rule":"card","times":2,"at":"2026-03-02T11:00:00+00:00"}' in compact(first)
    gone = rules.decide(first.member, cancellation("c-1", "m", "2026-03-03T11:00:00Z", "o-1"))
    assert '{"kind":"completion_taken_back","rule":"card","times":2,"at":"2026-03-03T11:00:00+00:00"}' in compact(gone)


def compact(decision: Decision) -> str:
    return write_decision(decision).replace(" ", "").replace("\n", "")


def test_a_new_name_takes_progress_and_completions_over() -> None:
    before = HEAD.format(returns=REPLAY) + CARD.format(again="repeat with carry", after="keep")
    after = before.replace('challenge card "Card"', 'challenge stamps "Card"\n  was card')
    first = load(before)
    state = orders(first, 4)[0].member
    rules = load(after, earlier=[(before, "2026-03-10T00:00:00Z")])
    assert gave(rules.decide(state, order(2, id="o-2", day=11))) == 10
    assert gave(rules.decide(state, order(1, id="o-2", day=11))) == 0


def test_members_that_become_one_add_up_what_they_had() -> None:
    """Two items of one and five of the other, of which three are taken: four, and the next order finds them."""
    rules = card("repeat with carry")
    one, other = orders(rules, 2)[0].member, rules.new_member("n")
    lines = [line("1", price="10", quantity=5)]
    other = rules.decide(other, purchase("p-1", "n", "2026-03-02T11:00:00Z", lines, currency="RUB")).member
    _, stays = rules.merge(
        other, one, merge("g-1", "n", "2026-03-05T11:00:00Z", into="m", reason="one person", actor="anna")
    )
    found = rules.decide(stays.member, order(1, id="o-9", day=9))
    assert (gave(found), completions(found)) == (10, [("card", 1)])


@pytest.mark.parametrize(
    ("again", "after", "times"),
    [
        ("repeat with carry", "keep", (15, 0)),
        ("repeat with carry", "take back", (15, 1)),
        ("repeat from zero", "keep", (1, 0)),
        ("repeat from zero", "take back", (1, 1)),
    ],
)
def test_what_was_taken_of_points_is_counted_anew_with_them(again: str, after: str, times: tuple[int, int]) -> None:
    """15 goods earn 1 500 points, all of them taken; of these, divided by ten, 150 are earned and taken. The next 100
    complete the goal. Where 5 goods come back before, 100 are earned: if the completions fall with the goods, 100 are
    taken and the next 100 complete it, else 150, and they do not."""
    rules = club(
        "earn base\n  on any product\n  give 1 bonus per 10 RUB\nend\n",
        f"challenge big\n  goal earned bonus by base since the beginning at least 100 bonus\n  {again}\n"
        f"  give 1 bonus\n  after a return {after}\nend\n",
        "change tenth\n  changes bonus\n  from 2026-03-10\n  balances divide by 10\n  round down per balance\nend\n",
    )
    first, count = rules.decide(rules.new_member("m"), order(15, price="1000")), times[0]
    assert completions(first) == [("big", count)]
    assert completions(rules.decide(first.member, order(1, id="o-2", day=12, price="1000"))) == [("big", 1)]
    back = rules.decide(first.member, returned("r-1", "m", "2026-03-11T11:00:00Z", "o-1", {"1": 5}))
    again_reached = completions(rules.decide(back.member, order(1, id="o-2", day=12, price="1000")))
    assert sum(number for _, number in again_reached) == times[1]


# ---------------------------------------------------------------- what a file cannot say


ITS_OWN_POINTS: Final = """challenge c
  goal earned bonus since the beginning at least 9 bonus
  once
  give 1 bonus
  after a return keep
end
"""
EACH_OTHER: Final = """challenge c
  goal orders since the beginning at least 9 and completed d
  once
  after a return keep
end

challenge d
  goal orders since the beginning at least 9 and completed c
  once
  after a return keep
end
"""


@pytest.mark.parametrize("blocks", [ITS_OWN_POINTS, EACH_OTHER])
def test_circles_are_errors_of_the_file(blocks: str) -> None:
    with pytest.raises(RuleFileError) as found:
        club(blocks)
    assert {one.problem.code for one in found.value.diagnostics} == {"L120"}


def test_a_promise_counts_what_every_completion_gives() -> None:
    """An order of 300 items completes the card a hundred times, and one completion is all that a limit leaves."""
    promise = "promise small\n  always earned bonus in this order at most {most} bonus\nend\n"
    carry = CARD.format(again="repeat with carry", after="keep")
    limited = carry.replace("  give", "  limit 1 per member\n  give")
    assert club(carry, promise.format(most=10)).checked.promises["small"].proved is False
    assert club(limited, promise.format(most=10)).checked.promises["small"].proved is True


# ---------------------------------------------------------------- ceilings


def test_a_completion_passes_its_cap_and_the_budget() -> None:
    """Of 100 a cap leaves 60, and a budget of which 40 are left 40: each is an entry of the trace."""
    weeks = """challenge weeks
  goal calendar weeks in a row with (spend at least 30 RUB) at least 2
  repeat from zero
  give 100 bonus
  cap 60 bonus per member in calendar month
  after a return keep
end

budget campaign
  covers weeks
  cap 40 bonus
  when short give what is left
end
"""
    rules = club(weeks)
    shared = rules.new_shared()
    first = rules.decide(rules.new_member("m"), order(3), shared)
    found = rules.decide(first.member, order(3, id="o-2", day=9), first.shared)
    (record,) = [one for one in found.trace if one.rule == "weeks"]
    assert (record.asked, record.granted) == (100, 40)
    assert [(one.step, int(one.amount)) for one in record.entries] == [("own", 100), ("cap", -40), ("budget", -20)]
    assert completions(found) == [("weeks", 1)]


# ---------------------------------------------------------------- goals of one's own


OWN: Final = """facts
  member fact target is {kind}
end

challenge card "Card"
  goal {goal}
  once
  give 10 bonus
  after a return keep
end
"""


def test_how_far_a_member_is_is_told_by_the_own_goal() -> None:
    rules = club(OWN.format(kind="number else 4.5", goal="items since the beginning at least [target]"))
    state = orders(rules, 4)[0].member
    assert [(one.units, one.needed) for one in rules.progress(state, "card").measures] == [(4, 5)]
    told = orders(rules, 4)[0]
    assert "Needed: `items since the beginning at least [target]`." in told.explain("en")


@pytest.mark.parametrize(
    ("kind", "goal", "code"),
    [
        ("money", "items since the beginning at least [target]", "L050"),
        ("text", "spend since the beginning at least [target]", "L050"),
        ("number", "spend since the beginning at least [target]", "L050"),
        ("number optional", "items since the beginning at least [target]", "L059"),
        ("number", "items since the beginning at least [nothing]", "L030"),
    ],
)
def test_what_is_no_amount_is_no_goal(kind: str, goal: str, code: str) -> None:
    with pytest.raises(RuleFileError) as caught:
        club(OWN.format(kind=kind, goal=goal))
    assert [one.problem.code for one in caught.value.diagnostics] == [code]


def test_a_line_says_nothing_of_the_whole() -> None:
    text = OWN.format(kind="money", goal="spend since the beginning at least [target]").replace(
        "member fact", "line fact"
    )
    with pytest.raises(RuleFileError) as caught:
        club(text)
    assert "L036" in {one.problem.code for one in caught.value.diagnostics}


# ---------------------------------------------------------------- another edition


@pytest.mark.parametrize(("then", "now"), [("once", "repeat with carry"), ("once", "repeat from zero")])
def test_an_edition_that_lets_it_repeat_counts_what_came_since(then: str, now: str) -> None:
    """Four items have completed the card: what counts for the next completion came behind them."""
    first = HEAD.format(returns=REPLAY) + CARD.format(again=then, after="keep")
    second = first.replace(f"  {then}\n", f"  {now}\n")
    state = load(first).decide(load(first).new_member("m"), order(4)).member
    rules = load(second, earlier=[(first, "2026-03-03T00:00:00Z")])
    assert gave(rules.decide(state, order(2, id="o-2", day=4))) == 0
    assert gave(rules.decide(state, order(3, id="o-2", day=4))) == 10
