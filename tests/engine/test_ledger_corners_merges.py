"""What random histories found of merges, each as a short history with the answer worked out by hand."""

from __future__ import annotations

from typing import Final

from loyalty_rules import MemberState, Programme, load
from loyalty_rules.events import Event, cancellation, happening, line, merge, purchase, tick
from tests.engine.test_ledger_corners import HEAD, NO_RETURNS, RETURNS, parts, programme, purse, rule

STATUS: Final = """tiers status
  level silver when spend since the beginning at least 300 RUB
  level gold above silver when spend since the beginning at least 900 RUB
  upgrade from start of next calendar month
  review never
end
"""
RULES: Final = "\n".join(
    (
        HEAD.format(returns=NO_RETURNS),
        purse("bonus", "usable at once", "expire never"),
        STATUS,
        rule("welcome", "after event gift", "give level silver in ladder status lasting 40 days"),
    )
)


def buys(member: str, id: str, at: str, price: str) -> Event:
    return purchase(id, member, f"{at}+03:00", [line("1", price=price)], currency="RUB")


def merged(rules: Programme, gone: MemberState, stays: MemberState, at: str) -> MemberState:
    event = merge("m-1", "anna", f"{at}+03:00", into="boris", reason="two cards", actor="service desk")
    return rules.merge(gone, stays, event)[1].member


def test_a_level_that_is_still_to_come_for_who_goes_comes_for_who_stays() -> None:
    """Anna is silver from April. Boris, who has bought as well, goes on for both in March. Of both it is 500 RUB."""
    rules = load(RULES)
    anna = rules.decide(rules.new_member("anna"), buys("anna", "o-1", "2026-03-02T11:00:00", "400")).member
    boris = rules.decide(rules.new_member("boris"), buys("boris", "o-2", "2026-03-03T11:00:00", "100")).member
    both = merged(rules, anna, boris, "2026-03-31T23:00:00")
    assert rules.level(both, "status") == ""
    april = rules.decide(both, tick("boris", "2026-04-01T00:00:00+03:00")).member
    assert rules.level(april, "status") == "silver"


def test_what_is_to_come_for_both_comes_step_by_step() -> None:
    """Anna is gold from April, Boris was to be silver from April too: gold it is, and nothing comes after it."""
    rules = load(RULES)
    anna = rules.decide(rules.new_member("anna"), buys("anna", "o-1", "2026-03-02T11:00:00", "900")).member
    boris = rules.decide(rules.new_member("boris"), buys("boris", "o-2", "2026-03-03T11:00:00", "300")).member
    both = merged(rules, anna, boris, "2026-03-04T11:00:00")
    (standing,) = both.standings
    assert [level for _, level in standing.scheduled] == ["gold"]
    april = rules.decide(both, tick("boris", "2026-04-01T00:00:00+03:00")).member
    assert rules.level(april, "status") == "gold"
    assert april.standings[0].scheduled == ()


def test_of_two_levels_that_rules_gave_the_one_that_holds_longer_stays() -> None:
    """Boris was given silver for 40 days on 1 March, Anna on 9 March: of both it is silver until 18 April."""
    rules = load(RULES)
    anna = rules.decide(rules.new_member("anna"), happening("e-1", "anna", "2026-03-09T11:00:00+03:00", "gift")).member
    boris = rules.decide(rules.new_member("boris"), happening("e-2", "boris", "2026-03-01T11:00:00+03:00", "gift"))
    both = merged(rules, anna, boris.member, "2026-03-10T11:00:00")
    for at, level in (("2026-04-17T23:00:00", "silver"), ("2026-04-18T12:00:00", "")):
        both = rules.decide(both, tick("boris", f"{at}+03:00")).member
        assert rules.level(both, "status") == level


def test_what_was_posted_to_who_goes_is_taken_though_it_waits() -> None:
    """One point was posted for Boris and nine for Anna, usable a fortnight later. Her order comes back: of 10.5 points
    1 is left, and nine go, all of what waits for her, or one of his and eight of hers; nothing is owed."""
    slow = purse("pts", "posts at end of calendar day", "usable after 14 days", "expire never")
    slow = slow.replace("per order", "per posting period").replace("end\n", "  after a return may go negative\nend\n")
    rules = programme(slow, rule("base", "on any product", "give 1 pts per 10 RUB"), returns=RETURNS)
    anna = rules.decide(rules.new_member("anna"), buys("anna", "o-1", "2026-03-02T11:00:00", "95")).member
    boris = rules.decide(rules.new_member("boris"), buys("boris", "o-2", "2026-03-02T11:00:00", "10")).member
    both = merged(rules, anna, boris, "2026-03-03T11:00:00")
    assert rules.balance(both, "pts") == (0, 10)
    back = rules.decide(both, cancellation("c-1", "boris", "2026-03-04T11:00:00+03:00", "o-1"))
    assert (rules.balance(back.member, "pts"), parts(back, "pts")) == ((0, 1), [{"base": 1}])
    again = rules.decide(back.member, cancellation("c-2", "boris", "2026-03-05T11:00:00+03:00", "o-2"))
    assert (rules.balance(again.member, "pts"), parts(again, "pts")) == ((0, 0), [])
