"""A member's statement: every unit given and expired is in it, the lines add up to the balance, in both languages."""

from __future__ import annotations

import json
from typing import Final, get_args

import pytest

from loyalty_rules import (
    Decision,
    InputError,
    SettingsError,
    Statement,
    adjustment,
    capture,
    choice,
    enrolment,
    line,
    load,
    merge,
    purchase,
    replay,
    reservation,
    returned,
    tick,
    transfer,
)
from loyalty_rules.adapters.wire import write_decision
from loyalty_rules.amounts import MICRO
from loyalty_rules.choices import ChoiceMade
from loyalty_rules.completions import MissForgiven
from loyalty_rules.decision import Effect, ExpiryMoved, ExpiryWaits, PointsReleased
from loyalty_rules.events import EVENT_TYPES, Event, RedeemRequest, Tick
from loyalty_rules.explaining.account import Account, Reason
from loyalty_rules.explaining.statement import PAGE
from loyalty_rules.explaining.wording import placeholders, wording
from tests.engine.deciding import order

RULES: Final = """loyalty rules 1

programme "Club"
  currency RUB
  time zone Europe/Moscow
  basis money paid
  prices include tax
  returns refused
  late events refused
end

purse pts "Points"
  round down per order
  usable after 14 days
  expire after 2 months
  take oldest first
end

purse cash "Cashback"
  counted in RUB
  round down per order
  usable at once
  expire never
end

tiers status "Status"
  level silver when spend in last 90 days at least 500 RUB
  upgrade from next order
  review at end of calendar month
  downgrade one level
end

earn base "Base points"
  title ru "Основные баллы"
  on any product
  give 1 pts per 10 RUB
  give 1.5% to cash
end

earn welcome "Welcome"
  after joining
  give 30 pts
end

conversion exchange "Exchange"
  on request
  uses 10 pts
  give 2 cash
end

redeem pay "Paid with points"
  uses pts
  pays 1 RUB per 1 pts
  too much is lowered
  on any product
end
"""


def history() -> list[Decision]:
    """Joined on 1 February, 250 RUB on 2 March, 345 RUB on 20 March, 5 points taken by hand
    and 20 exchanged; 3 points pay for a part of 100 RUB on 30 March; looked at on 2 April."""
    events: list[Event] = [
        enrolment("j-1", "m", "2026-02-01T10:00:00+03:00"),
        order("250", id="o-1", at="2026-03-02T12:00:00+03:00"),
        order("345", id="o-2", at="2026-03-20T12:00:00+03:00"),
        adjustment("a-1", "m", "2026-03-25T12:00:00+03:00", "pts", "-5", reason="miscounted", actor="desk"),
        choice("c-1", "m", "2026-03-28T12:00:00+03:00", "exchange", amount="20"),
        order("100", id="o-3", at="2026-03-30T12:00:00+03:00")._replace(redeem=(RedeemRequest("pay", 3 * MICRO),)),
        tick("m", "2026-04-02T00:00:00+03:00"),
    ]
    return list(replay(load(RULES), events))


BACK: Final = """loyalty rules 1

programme "Club"
  currency RUB
  time zone Europe/Moscow
  basis money paid
  prices include tax
  returns replay within 60 days
  returns keep prices
  late events refused
end

purse pts "Points"
  rules add up
  round down per order
  usable at once
  expire never
  take oldest first
  after a return may go negative
end

purse cash "Cashback"
  counted in RUB
  round down per order
  usable at once
  expire never
  after a return take only what is left
end

earn base "Base points"
  on any product
  give 1 pts per 10 RUB
end

earn small "Small orders"
  when money paid at most 500 RUB
  give 60 pts
end

conversion exchange "Exchange"
  on request
  uses 10 pts
  give 2 cash
end
"""


def coming_back() -> list[Decision]:
    """Ten things for 1 000 RUB, 90 points converted, three things back, three more; then 200 RUB."""
    bought = purchase("o-1", "m", "2026-03-02T12:00:00Z", [line("1", price="100", quantity=10)], currency="RUB")
    events: list[Event] = [
        bought,
        choice("c-1", "m", "2026-03-03T12:00:00Z", "exchange", amount="90"),
        returned("r-1", "m", "2026-03-04T12:00:00Z", "o-1", {"1": 3}),
        returned("r-2", "m", "2026-03-05T12:00:00Z", "o-1", {"1": 3}),
        purchase("o-2", "m", "2026-03-06T12:00:00Z", [line("1", price="200")], currency="RUB"),
    ]
    return list(replay(load(BACK), events))


ANEW: Final = """change elevenfold "Eleven for one"
  changes pts
  from 2026-03-05
  balances multiply by 11
  round down per lot
end
"""


def counted_anew() -> list[Decision]:
    """100 points, 40 of them taken by hand, the goods back: a debt of 40, which is one of 440; then 80 new points."""
    events: list[Event] = [
        order("1000", id="o-1", at="2026-03-02T12:00:00Z"),
        adjustment("a-1", "m", "2026-03-03T12:00:00Z", "pts", "-40", reason="miscounted", actor="desk"),
        returned("r-1", "m", "2026-03-04T12:00:00Z", "o-1", {"1": 1}),
        order("200", id="o-2", at="2026-03-06T12:00:00Z"),
    ]
    return list(replay(load(BACK + ANEW), events))


def given_away() -> list[Decision]:
    """100 points, 40 of them given to another member, who gives 10 back, and then
    is merged into this one."""
    gives = BACK.replace("take oldest first", "take oldest first\n  transfer at most 50 pts in calendar month")
    events: list[Event] = [
        order("1000", id="o-1", at="2026-03-02T12:00:00Z"),
        transfer("t-1", "m", "2026-03-03T12:00:00Z", "pts", "40", to="n"),
        transfer("t-2", "n", "2026-03-04T12:00:00Z", "pts", "10", to="m"),
        merge("x-1", "n", "2026-03-05T12:00:00Z", into="m", reason="two cards", actor="desk"),
    ]
    return list(replay(load(gives), events))


def paid_back() -> list[Decision]:
    """Of the 100 points of 1 000 RUB 50 pay for two things of 100 RUB; one of them comes back. Then 40 are set aside,
    of which 30 pay."""
    pay = """
redeem pay "Paid with points"
  uses pts
  pays 1 RUB per 1 pts
  on any product
  too much is lowered
end
"""
    text = BACK.replace("  late events", "  refund tenders in proportion\n  late events") + pay
    lines = [line("1", price="100", quantity=2)]
    asked = (RedeemRequest("pay", 50 * MICRO),)
    events: list[Event] = [
        purchase("o-1", "m", "2026-03-02T12:00:00Z", [line("1", price="100", quantity=10)], currency="RUB"),
        purchase("o-2", "m", "2026-03-03T12:00:00Z", lines, currency="RUB")._replace(redeem=asked),
        returned("r-1", "m", "2026-03-04T12:00:00Z", "o-2", {"1": 1}),
        reservation("v-1", "m", "2026-03-05T12:00:00Z", "pay", amount=40),
        capture("k-1", "m", "2026-03-06T12:00:00Z", "v-1", amount=30),
    ]
    return list(replay(load(text), events))


def stated(decisions: list[Decision]) -> Statement:
    return decisions[0].programme.statement("m", decisions)


# 30 points of 1 February: usable from 15 February, valid through 1 April. 25 of 2 March: usable from 16 March; 34 of 20
# March: usable from 3 April. 1.5 % of 250.00 is 3.75, of 345.00 it is 5.175, rounded down to 5.17. Of the last order
# 97 RUB are paid: 9.7 points and 1.455.
def test_a_statement_reads_like_this() -> None:
    assert stated(history()).explain() == (
        """\
Statement of member m, Club
2026-02-01 - 2026-04-02

Cashback
  date           change       held  what for
  2026-03-02  +3.75 RUB   3.75 RUB  Base points, order o-1
  2026-03-20  +5.17 RUB   8.92 RUB  Base points, order o-2
  2026-03-28  +4.00 RUB  12.92 RUB  converted: Exchange, request c-1
  2026-03-30  +1.45 RUB  14.37 RUB  Base points, order o-3
  Held: 14.37 RUB
    without an end date: 14.37 RUB

Points
  date         change    held  what for
  2026-02-01  +30 pts  30 pts  Welcome, joining j-1
  2026-02-15           30 pts  30 pts can be used from now on
  2026-03-02  +25 pts  55 pts  Base points, order o-1
  2026-03-16           55 pts  25 pts can be used from now on
  2026-03-20  +34 pts  89 pts  Base points, order o-2
  2026-03-25   -5 pts  84 pts  adjusted by hand: miscounted (Welcome), adjustment a-1
  2026-03-28  -20 pts  64 pts  converted: Exchange, request c-1
  2026-03-30   -3 pts  61 pts  spent: Paid with points, order o-3
  2026-03-30   +9 pts  70 pts  Base points, order o-3
  2026-04-02   -2 pts  68 pts  expired: Welcome
  Held: 68 pts
  of it to use now: 25 pts
    to use from 2026-04-03: 34 pts
    to use from 2026-04-13: 9 pts
    valid through 2026-05-02: 25 pts
    valid through 2026-05-20: 34 pts
    valid through 2026-05-30: 9 pts

Status: silver
  2026-03-20: from no level to silver
"""
    )


def test_the_same_statement_in_russian() -> None:
    text = stated(history()).explain("ru")
    assert text.startswith("Выписка участника m, Club\n2026-02-01 - 2026-04-02\n\nCashback\n  дата ")
    assert "  2026-03-02   +25 pts   55 pts  Основные баллы, заказ o-1\n" in text
    assert "  2026-04-02    -2 pts   68 pts  сгорело: Welcome\n" in text
    assert "  Остаток: 68 pts\n  из них доступно сейчас: 25 pts\n    доступно с 2026-04-03: 34 pts\n" in text
    assert text.endswith("Status: silver\n  2026-03-20: был без уровня, стал silver\n")


TIMED: Final = """loyalty rules 1

programme "Club"
  currency RUB
  time zone Europe/Moscow
  week starts monday
  basis money paid
  prices include tax
  returns refused
  late events refused
end

purse pts "Points"
  round down per posting period
  posts at end of calendar month
  usable at once
  expire never
end

purse gifts "Gifts"
  rules add up
  round down per order
  usable at once
  expire never
end

tiers status "Status"
  level silver when balance of pts at least 20 pts
  upgrade from next order
  review never
end

earn base "Base points"
  on any product
  give 1 pts per 10 RUB
end

earn monthly "Each month"
  at start of calendar month
  give 5 gifts
end

earn thanks "For silver"
  after reaching silver in ladder status
  give 7 gifts
end
"""


def test_what_time_gave_stands_under_its_own_date() -> None:
    """12.5 points of each of two orders of March are posted as 25 with 1 April, which makes silver; nothing happens
    before the order of the 9th. That is no source of theirs, and its own points are posted with May."""
    rules = load(TIMED)
    events = [order("125", id=f"o-{day}", at=f"2026-{day}T12:00:00+03:00") for day in ("03-02", "03-03", "04-09")]
    decisions = list(replay(rules, events))
    found = {
        purse.purse: [(line.at, line.units, line.rule, line.event) for line in purse.lines]
        for purse in rules.statement("m", decisions).account.purses
    }
    april = rules.plan.timeline.start(rules.plan.timeline.day(decisions[-1].event.at) - 8)
    assert found == {
        "pts": [(april, 25, "base", "")],
        "gifts": [(april, 5, "monthly", ""), (april, 7, "thanks", "")],
    }
    assert "2026-04-01  +5 gifts   5 gifts  Each month\n" in rules.statement("m", decisions).explain()
    written = json.loads(write_decision(decisions[-1]))["effects"]
    assert {one.get("at") for one in written if one["kind"] == "points_awarded"} == {"2026-04-01T00:00:00+03:00"}


def test_a_later_part_of_a_history_begins_with_what_is_brought_forward() -> None:
    found = stated(history()[2:])
    points = next(purse for purse in found.account.purses if purse.purse == "pts")
    assert (points.opening, [line.units for line in points.lines], points.held) == (
        55,
        [25, 34, -5, -20, -3, 9, -2],
        68,
    )
    assert "          55 pts  brought forward\n" in found.explain()
    assert found.explain().startswith("Statement of member m, Club\n2026-03-02 - 2026-04-02\n")


def test_a_purse_in_which_nothing_happened_says_so() -> None:
    assert "Cashback\n  Nothing came or went.\n  Held: 0.00 RUB\n" in stated(history()[:1]).explain()


def test_a_history_with_a_gap_is_refused() -> None:
    decisions = history()
    with pytest.raises(InputError, match="a decision is missing before `o-2`") as caught:
        stated([decisions[0], *decisions[2:]])
    assert caught.value.code == "statement.gap"


def test_a_member_of_whom_nothing_was_decided_has_no_statement() -> None:
    decisions = history()
    with pytest.raises(InputError) as caught:
        decisions[0].programme.statement("other", decisions)
    assert caught.value.code == "statement.empty"


def test_decisions_of_other_members_and_repeats_are_left_out() -> None:
    decisions = history()
    programme = decisions[0].programme
    other = programme.decide(programme.new_member("n"), enrolment("j-2", "n", "2026-02-01T10:00:00+03:00"))
    repeat = programme.decide(decisions[-1].member, decisions[2].event)
    assert repeat.outcome == "repeated"
    found = programme.statement("m", [other, *decisions, repeat])
    assert found.account == stated(decisions).account
    assert repr(found) == "<Statement of 'm'>"


def test_a_language_without_texts_is_refused() -> None:
    with pytest.raises(SettingsError):
        stated(history()).explain("xx")


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_reason_and_every_kind_of_event_has_its_words(language: str) -> None:
    texts = wording(language, PAGE).texts
    kinds = {vars(kind)["_field_defaults"]["kind"] for kind in EVENT_TYPES if kind is not Tick}
    assert {key for key in texts if key.startswith("source.")} == {f"source.{kind}" for kind in kinds}
    reasons = {f"reason.{one.value}" for one in Reason} | {"reason.drawn"}  # tickets, where others expire
    assert {key for key in texts if key.startswith("reason.")} == reasons


def test_both_languages_have_the_same_texts_with_the_same_names() -> None:
    english, russian = (wording(language, PAGE).texts for language in ("en", "ru"))
    assert english.keys() == russian.keys()
    assert {key: placeholders(text) for key, text in english.items()} == {
        key: placeholders(text) for key, text in russian.items()
    }


def test_an_effect_of_every_kind_that_moves_a_purse_stands_in_this_history() -> None:
    """What is not in it would not be tried: a new kind of effect is brought about here too."""
    staying: set[object] = {PointsReleased, ExpiryMoved, ExpiryWaits}  # the units lie where they lay
    staying |= {MissForgiven, ChoiceMade}  # what moves is told by an effect beside it
    moving = {kind for kind in get_args(Effect) if "purse" in kind._fields} - staying
    tried = [*history(), *coming_back(), *paid_back(), *counted_anew(), *given_away()]
    assert {type(effect) for decision in tried for effect in decision.effects} >= moving


def adds_up(account: Account) -> bool:
    """Opening and movements give what is held, which is what is usable and pending and what goes at some time; of a
    debt nothing goes."""
    for purse in account.purses:
        held = purse.opening + sum(line.units for line in purse.lines if line.reason.moves)
        ends = sum(lapse.units for lapse in purse.ends)
        if not held == purse.held == purse.usable + purse.pending or ends != max(held, 0):
            return False
        if purse.lines and purse.lines[-1].held != held:
            return False
    return True


def test_the_lines_add_up() -> None:
    for decisions in (history(), coming_back(), paid_back(), counted_anew(), given_away()):
        assert all(adds_up(stated(decisions[:count]).account) for count in range(1, len(decisions) + 1))


# Of the 100 points of 1 000 RUB 90 are converted; 700 RUB kept ask 70, so 30 go: 10 that are left, 20 are owed. 400 RUB
# ask 40, and 60 for being few: 30 come again and pay the debt, 10 are left. 200 RUB earn 20 and 60.
def test_goods_that_come_back_stand_in_the_statement() -> None:
    decisions = coming_back()
    (points,) = [purse for purse in stated(decisions).account.purses if purse.purse == "pts"]
    returns = [(line.event, line.units) for line in points.lines if line.reason is Reason.RETURNED]
    assert returns == [("r-1", -30), ("r-2", 30)]
    assert [line.held for line in points.lines if line.event in ("r-1", "r-2")] == [-20, 10]
    assert points.held == points.usable == 90


# 150 RUB in money earn 15, and 60 for being few. One of two back: 25 points come back; 75 RUB earn 7, and 60.
def test_points_that_come_back_stand_in_the_statement() -> None:
    text = stated(paid_back()).explain()
    assert "-50 pts   50 pts  spent: Paid with points, order o-2\n" in text
    assert "+25 pts  150 pts  goods came back: Paid with points, return r-1\n" in text
    assert "-8 pts  142 pts  goods came back: Base points, return r-1\n" in text
