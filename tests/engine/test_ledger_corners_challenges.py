"""What random histories found of challenges, each as a short history with the answer worked out by hand."""

from __future__ import annotations

from typing import Final

from loyalty_rules import load
from loyalty_rules.events import adjustment, cancellation, line, purchase, returned, tick
from tests.engine.test_ledger_corners import HEAD, RETURNS, buys, decided, parts, programme, purse, rule

CARD: Final = """challenge card
  goal items since the beginning at least 5
  repeat with carry
  give 100 bonus
  cap 5 bonus per order
  after a return take back
end
"""


def test_a_completion_that_stays_asks_all_of_its_gift_where_a_day_is_rounded_together() -> None:
    """Four items, then six: ten complete it twice, and the cap leaves 5 of 200. Five come back, and five complete it
    once: the cap leaves 5 of 100."""
    ordered = purse("bonus", "usable at once", "expire never", "after a return may go negative")
    for bonus in (ordered, ordered.replace("per order", "in calendar day")):
        rules = load("\n".join((HEAD.format(returns=RETURNS), bonus, CARD)))
        member = rules.new_member("m")
        for event in (
            buys("o-1", "2026-03-02T11:00:00", "40", quantity=4),
            buys("o-2", "2026-03-03T11:00:00", "60", quantity=6),
        ):
            member = rules.decide(member, event).member
        assert rules.balance(member, "bonus").usable == 5
        member = rules.decide(member, returned("r-1", "m", "2026-03-04T11:00:00+03:00", "o-2", {"1": 5})).member
        assert rules.balance(member, "bonus").usable == 5
        member = rules.decide(member, returned("r-2", "m", "2026-03-04T12:00:00+03:00", "o-2", {"1": 1})).member
        assert rules.balance(member, "bonus").usable == 0


def test_what_time_gives_behind_an_order_is_not_what_the_order_gave() -> None:
    """Three items complete it, and five more complete it again, on 2 and 3 March. One of the three comes back: the
    seven that are left have completed it once, and complete it again when the day ends; these 100 are with the points
    of the days, which are one. The 100 of the second order are spent, the quarter ends, and the order comes back: what
    it gave did not expire, and is owed."""
    ordered = purse("bonus", "usable at once", "expire at end of calendar quarter", "after a return may go negative")
    daily = rule("daily", "through 2026-03-05", "at end of calendar day", "give 1 bonus")
    card = CARD.replace("at least 5", "at least 3").replace("  cap 5 bonus per order\n", "")
    rules = programme(ordered, daily, card, returns=RETURNS)
    found = decided(
        rules,
        [
            buys("o-1", "2026-03-02T11:00:00", "30", quantity=3),
            buys("o-2", "2026-03-03T11:00:00", "50", quantity=5),
            returned("r-1", "m", "2026-03-04T11:00:00+03:00", "o-1", {"1": 1}),
            adjustment("a-1", "m", "2026-03-06T11:00:00+03:00", "bonus", "-101", reason="spent", actor="desk"),
            cancellation("c-1", "m", "2026-04-01T11:00:00+03:00", "o-2"),
        ],
    )
    assert parts(found[2], "bonus") == [{"daily": 1}, {"card": 100}, {"daily": 1}]
    assert parts(found[3], "bonus") == [{"card": 100, "daily": 3}]
    assert [rules.balance(one.member, "bonus").usable for one in found] == [100, 201, 102, 103, -100]


def test_what_a_challenge_gave_makes_no_room_for_what_kept_goods_ask() -> None:
    """An order of 100 RUB completes the challenge, which gives 100. Of its goods 40 RUB are kept, on which a rule would
    give 40 that was not asked with the order: a return gives nothing. It gave 29 where the purse posts by the day, for
    which the 100 of the challenge had made room."""
    for rounding in ("round down per order", "round down per posting period\n  posts at end of calendar day"):
        rules = programme(
            purse("pts", "usable at once", "expire never", "after a return may go negative").replace(
                "round down per order", rounding
            ),
            rule("small", "when spend in this order under 50 RUB", "on any product", "give 1 pts per 1 RUB"),
            "challenge two\n  goal items since the beginning at least 2 items\n  once\n  give 100 pts\n"
            "  after a return take back\nend\n",
            returns=RETURNS,
        )
        lines = [line("1", amount="60"), line("2", quantity=2, amount="40")]
        bought = purchase("o", "m", "2026-03-01T12:00:00+03:00", lines, currency="RUB")
        back = returned("r", "m", "2026-03-01T13:00:00+03:00", "o", {"1": 1})
        *_, last = decided(rules, [bought, back, tick("m", "2026-03-03T12:00:00+03:00")])
        assert rules.balance(last.member, "pts").usable == 100
