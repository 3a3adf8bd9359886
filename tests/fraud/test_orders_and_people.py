"""Frauds with orders, offers, friends, several accounts, data and codes, each as a story with its bound.

The numbers are those of the list of frauds (docs/SECURITY.md); the figures are worked out by hand.
"""

from __future__ import annotations

import pytest

from loyalty_rules import DecisionError, InputError, cancellation, invitation, line, purchase, spins_of
from loyalty_rules.codes import PresentedCode
from loyalty_rules.decision import DiscountGiven, Outcome
from loyalty_rules.events import happening, tick
from loyalty_rules.shared import SharedState
from tests.engine.deciding import record
from tests.fraud.club import after, at, buys, club, points

DISCOUNTS = "discounts round half up per line"
CHECK_IN = "event check_in\nend\n"


# ---------- F-05: one order becomes many


def test_F_05_many_small_orders_gain_nothing_where_it_is_rounded_down() -> None:
    """One order of 95 RUB is worth 9 points, ten orders of 9.50 RUB none."""
    rules = club()
    whole = after(rules, buys("o-1", "95"))
    split = after(rules, *(buys(f"o-{number}", "9.50", day=number) for number in range(1, 11)))
    assert (points(rules, whole), points(rules, split)) == (9, 0)


def test_F_05_a_carried_remainder_makes_splitting_neither_better_nor_worse() -> None:
    """Ten orders of 9.50 RUB and one of 95: 9 points both ways, the half is carried."""
    rules = club(life="carry remainder\n  usable at once\n  expire after 6 months")
    split = after(rules, *(buys(f"o-{number}", "9.50", day=number) for number in range(1, 11)))
    assert points(rules, split) == 9


def test_F_05_a_gift_for_each_order_is_bounded_by_the_day() -> None:
    """50 points an order, twice a day at most: nine orders of a day are worth 100."""
    gift = "earn thanks\n  when money paid at least 1 RUB\n  give 50 pts\n  limit 2 per member in calendar day\nend\n"
    rules = club(gift, base="")
    many = after(rules, *(buys(f"o-{number}", "10", time=f"1{number}:00:00") for number in range(9)))
    assert points(rules, many) == 100


# ---------- F-07: one basket becomes several orders, each paid for the whole


def test_F_07_an_order_counts_its_own_lines_and_nothing_else() -> None:
    """A basket of 300 RUB as three orders of 100: 10 points each, 30 as the whole would be. What an order says it was
    paid with may not be more than its lines cost."""
    rules = club()
    split = after(rules, *(buys(f"o-{number}", "100", day=number) for number in (1, 2, 3)))
    assert points(rules, split) == points(rules, after(rules, buys("o-1", "300"))) == 30
    for much in ("300", "100.01"):
        with pytest.raises(InputError):
            told = purchase("o-9", "m", at(9), [line("1", price="100")], currency="RUB", tenders={"card": much})
            rules.decide(rules.new_member("m"), told)


# ---------- F-08: a line that is split counts as two


def test_F_08_a_line_split_in_two_by_tax_is_counted_in_units() -> None:
    """One of each three bottles is free, and once an order. Three bottles are one line, or two lines of 1 and 2, or
    three: one bottle of 30 RUB is free each time."""
    offer = (
        "offer third\n  buy 3 items on any product cheapest first\n"
        "  pick 1 item cheapest first from bought\n  discount 100%\n  limit 1 per order\nend\n"
    )
    rules = club(offer, more=DISCOUNTS)
    for quantities in ((3,), (1, 2), (1, 1, 1)):
        lines = [line(str(place), price="30", quantity=quantity) for place, quantity in enumerate(quantities)]
        decision = rules.decide(rules.new_member("m"), purchase("o-1", "m", at(1), lines, currency="RUB"))
        assert sum(sum(effect.lines) for effect in decision.effects if isinstance(effect, DiscountGiven)) == 3_000


# ---------- F-10: coupons are stacked until goods are free


@pytest.mark.parametrize(("together", "left"), [("together at most 50% of list price", 5_000), ("", 0)])
def test_F_10_coupons_together_never_take_more_than_their_ceiling_and_never_more_than_the_price(
    together: str, left: int
) -> None:
    """Four coupons of 30% on 100 RUB: 120% is asked for."""
    offers = [
        f'offer c{number}\n  with code "C{number}"\n  on any product\n  discount 30%\nend\n' for number in range(4)
    ]
    members = "".join(f"  rule c{number}\n" for number in range(4))
    group = f"group coupons\n{members}  add up\n  {together}\nend\n"
    rules = club(*offers, group, more=DISCOUNTS, base="")
    lines, codes = [line("1", price="100")], [f"C{number}" for number in range(4)]
    decision = rules.decide(rules.new_member("m"), purchase("o-1", "m", at(1), lines, currency="RUB", codes=codes))
    assert decision.to_pay == left


# ---------- F-11: friends who are oneself


REFERRAL = """facts
  member fact household is text optional
end

referral bring
  when order number is 2
  give inviter 300 pts
  give friend 100 pts
  refuse same household
  limit 1 per friend
  limit 2 per inviter in calendar year
  after a return take back
end
"""


def test_F_11_oneself_a_circle_and_an_older_member_are_not_invited() -> None:
    rules = club(REFERRAL, base="")
    ivan, anna = rules.new_member("ivan"), rules.new_member("anna")
    with pytest.raises(InputError, match="a member invites another one"):
        rules.invite(ivan, ivan, invitation("i-0", "ivan", at(1), "ivan"))
    one, other = rules.invite(ivan, anna, invitation("i-1", "ivan", at(1), "anna"))
    with pytest.raises(DecisionError, match="`ivan` has invited others before"):
        rules.invite(other.member, one.member, invitation("i-2", "anna", at(2), "ivan"))
    boris = after(rules, buys("o-1", "100", member="boris"))
    with pytest.raises(DecisionError, match="`boris` has ordered before"):
        rules.invite(one.member, boris, invitation("i-3", "ivan", at(3), "boris"))


def test_F_11_a_farm_of_accounts_in_one_flat_is_worth_nothing_and_elsewhere_two_gifts_a_year() -> None:
    """Ten friends who buy twice: none counts who lives with the inviter; of others the first two do."""
    for flat, worth in (("here", 0), ("there", 600)):
        rules = club(REFERRAL, base="")
        inviter = rules.new_member("m", facts={"household": "here"})
        for number in range(10):
            name = f"f-{number}"
            friend = rules.new_member(name, facts={"household": flat})
            told = invitation(f"i-{number}", "m", at(number + 1), name)
            one, other = rules.invite(inviter, friend, told)
            inviter, friend = one.member, other.member
            for bought in (1, 2):
                order = buys(f"o-{number}-{bought}", "10", day=number + 1, time=f"1{bought + 2}:00:00", member=name)
                decision = rules.decide(friend, order)
                friend = decision.member
                for event in decision.follow_ups:
                    inviter = rules.decide(inviter, event).member
        assert points(rules, inviter) == worth


# ---------- F-12: 365 birthdays


BIRTHDAY = """facts
  member fact birthday is yearly date leap day on 28 february optional
end

earn birthday_gift
  each year on birthday
  for has birthday
  give 500 pts
  limit 1 per member in calendar year
end
"""


def test_F_12_whoever_moves_the_birthday_has_one_gift_a_year_all_the_same() -> None:
    """A birthday on the 10th of each month in turn: 500 points in the year, not 6 000."""
    rules = club(BIRTHDAY, life="usable at once\n  expire never", base="")
    member = rules.new_member("m")
    for month in range(1, 13):
        member = rules.updated(member, facts={"birthday": f"1990-{month:02}-10"})
        member = after(rules, tick("m", at(28, month=month)), member=member)
    assert points(rules, member) == 500


# ---------- F-13, F-14: another currency, and lines below zero


def test_F_13_an_order_in_another_currency_is_refused() -> None:
    """300 yen are no 300 roubles; and an amount with more decimals than the currency has is no amount."""
    rules = club()
    for currency, price, code in (
        ("JPY", "300", "currency.other"),
        ("KZT", "300", "currency.other"),
        ("rub", "300", "currency.other"),
        ("RUB", "300.001", "order.inexact"),
    ):
        with pytest.raises(InputError) as refused:
            rules.decide(rules.new_member("m"), purchase("o", "m", at(1), [line("1", price=price)], currency=currency))
        assert refused.value.code == code


@pytest.mark.parametrize(("quantity", "price"), [(-1, "100"), (0, "100"), (1, "-100")])
def test_F_14_a_line_below_zero_is_refused(quantity: int, price: str) -> None:
    with pytest.raises(InputError):
        bought = purchase("o", "m", at(1), [line("1", price=price, quantity=quantity)], currency="RUB")
        club().decide(club().new_member("m"), bought)


# ---------- F-15: events of partners are played back


def test_F_15_an_event_that_is_played_back_gives_once_and_a_changed_one_is_refused() -> None:
    flight = "event flight\n  fact miles is number\nend\n"
    flown_far = "earn flown\n  after event flight\n  when miles at least 500\n  give 700 pts\nend\n"
    rules = club(flight, flown_far, base="")
    flown = happening("f-1", "m", at(1), "flight", facts={"miles": 700})
    member = after(rules, flown, flown)
    assert points(rules, member) == 700
    with pytest.raises(DecisionError) as caught:
        rules.decide(member, happening("f-1", "m", at(1), "flight", facts={"miles": 7_000}))
    assert caught.value.code == "event.conflict"


# ---------- F-19: check-ins around midnight


def test_F_19_a_day_is_a_day_of_the_programme_wherever_the_phone_says_it_is() -> None:
    """Midnight of Moscow is 21:00 UTC. Checked in at 23:59 and at 00:01 there: two days, so 20 points. The same two
    instants told with the offsets of Kamchatka and Los Angeles are the same two days; three more within a day give
    nothing, whatever date the phone shows."""
    visit = (
        CHECK_IN + "\nearn visit\n  after event check_in\n  give 10 pts\n  limit 1 per member in calendar day\nend\n"
    )
    rules = club(visit, base="")
    home = [
        happening("c-1", "m", at(1, time="23:59:00"), "check_in"),
        happening("c-2", "m", at(2, time="00:01:00"), "check_in"),
    ]
    abroad = [
        happening("c-1", "m", "2026-03-02T08:59:00+12:00", "check_in"),
        happening("c-2", "m", "2026-03-01T13:01:00-08:00", "check_in"),
        happening("c-3", "m", "2026-03-02T10:30:00+12:00", "check_in"),
        happening("c-4", "m", "2026-03-01T23:59:00-08:00", "check_in"),
        happening("c-5", "m", "2026-03-03T08:59:00+12:00", "check_in"),
    ]
    assert points(rules, after(rules, *home)) == points(rules, after(rules, *abroad)) == 20


# ---------- F-21: a slip in a campaign


def test_F_21_a_campaign_with_a_zero_too_many_costs_its_budget_and_no_more() -> None:
    """1 000% instead of 10%: 1 000 points are there, and twenty members take no more than those."""
    campaign = (
        "earn spring\n  on any product\n  give 10 pts per 1 RUB\nend\n\n"
        "budget spring_money\n  covers spring\n  cap 1 000 pts in calendar month\n  when short give what is left\nend\n"
    )
    rules = club(campaign, base="")
    shared: SharedState | None = rules.new_shared()
    given = 0
    for number in range(20):
        name = f"m-{number}"
        decision = rules.decide(rules.new_member(name), buys(f"o-{number}", "30", member=name), shared)
        shared, given = decision.shared, given + points(rules, decision.member)
    assert given == 1_000


# ---------- F-22: codes are tried out


def test_F_22_who_tries_codes_out_gets_the_order_and_learns_nothing_of_other_codes() -> None:
    """Ninety-nine guesses beside no hit: the order stands, each is told as one that belongs to no rule. A code that
    is used up by its one use is told as used up to the member who used it, and gives nothing again."""
    rules = club('earn hello\n  with code "HELLO"\n  give 50 pts\n  limit 1 per member\nend\n', base="")
    lines = [line("1", price="100")]
    guesses = [f"HELL{number}" for number in range(99)]
    tried = rules.decide(rules.new_member("m"), purchase("o-1", "m", at(1), lines, currency="RUB", codes=guesses))
    assert tried.codes == tuple(PresentedCode(guess, ()) for guess in guesses)
    assert points(rules, tried.member) == 0
    member = tried.member
    for number in (2, 3):
        used = purchase(f"o-{number}", "m", at(number), lines, currency="RUB", codes=["hello"])
        member = rules.decide(member, used).member
        assert points(rules, member) == 50
    again = rules.decide(member, purchase("o-4", "m", at(4), lines, currency="RUB", codes=["hello"]))
    assert record(again, "hello").outcome is Outcome.LIMIT_REACHED
    guesses = [f"HELL{number}" for number in range(101)]
    with pytest.raises(InputError):
        rules.decide(member, purchase("o-5", "m", at(5), lines, currency="RUB", codes=guesses))


# ---------- F-02: buy, play, send back


WHEEL = """draw wheel
  draws at once
  prize 30 pts chance 1 out of 1
  commitment "sha256:4104d36f8da2c254349f85836793ebe029e0c957063a34c91c2e9203187b5631"
end
earn turns
  on any product
  give 1 wheel per full 500 RUB
end
"""


def test_F_02_who_gives_every_order_back_turns_the_wheel_once() -> None:
    """Ten orders of 500 RUB, each given back when its turn is played: every turn would win 30 points, and one is
    played; the other nine pay for turns whose orders came back. Who keeps the ten orders plays ten times."""

    def played(*, gives_back: bool) -> int:
        rules = club(WHEEL, base="")
        member, turns = rules.new_member("m"), 0
        for day in range(1, 11):
            member = after(rules, buys(f"o-{day}", "500", day=day), member=member)
            won = spins_of(rules, member, "wheel", "correct horse")
            turns += len(won)
            member = after(rules, *won, member=member) if won else member
            if gives_back:
                member = after(
                    rules, cancellation(f"c-{day}", "m", at(day, time="13:00:00"), f"o-{day}"), member=member
                )
        assert points(rules, member) == 30 * turns
        return turns

    assert (played(gives_back=True), played(gives_back=False)) == (1, 10)
