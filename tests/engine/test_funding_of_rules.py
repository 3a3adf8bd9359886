"""Who pays for what challenges and referrals give, and for what is given into a purse that says it itself."""

from __future__ import annotations

from typing import Final

import pytest

from loyalty_rules import Decision, MemberState, Programme, load
from loyalty_rules.adapters.wire import read_member, write_member
from loyalty_rules.decision import PointsAwarded, PointsConverted, PointsTakenBack
from loyalty_rules.diagnostics import Diagnostic
from loyalty_rules.errors import RuleFileError
from loyalty_rules.events import Event, invitation, line, purchase, returned
from loyalty_rules.lang.checked import Funders
from loyalty_rules.problems.partners import FundingOfSums, FundsNothing
from loyalty_rules.records import Funding

HEAD: Final = """loyalty rules 1

programme "Club"
  currency RUB
  time zone Europe/Moscow
  basis money paid
  prices include tax
  returns replay within 30 days
  returns keep prices
  late events refused
end

partner a "A"
  merchant "a"
end

partner b "B"
  merchant "b"
end

purse pts "Points"
  rules add up
  round down per order
  usable at once
  expire never
  after a return may go negative
{}end
"""
SHARED: Final = "  funded by a 60%\n  rest funded by programme\n"


def order(price: str, id: str = "o-1", day: int = 2, member: str = "m") -> Event:
    return purchase(id, member, f"2026-03-{day:02}T12:00:00+03:00", [line("1", price=price)], currency="RUB")


def give(rules: Programme, *events: Event) -> list[Decision]:
    member, found = rules.new_member("m"), []
    for event in events:
        found.append(rules.decide(member, event))
        member = found[-1].member
    return found


def funding_of(decision: Decision) -> dict[str, Funding]:
    """By rule, who pays for what it gave."""
    given = (one for one in decision.effects if isinstance(one, PointsAwarded | PointsConverted))
    return {one.rule: one.funding for one in given}


CHALLENGE: Final = """
challenge tenth
  goal orders since the beginning at least 2
  once
  give 11 pts
  funded by a 60%
  rest funded by programme
  after a return take back
end
"""


def test_what_a_challenge_gives_is_paid_for_as_it_says() -> None:
    """60% of 11 are 6.6. The order that completed it comes back: nobody pays any more."""
    rules = load(HEAD.format("") + CHALLENGE)
    back = returned("r", "m", "2026-03-05T12:00:00+03:00", "o-2", {"1": "1"})
    found = give(rules, order("5"), order("5", "o-2", 3), back)
    assert funding_of(found[1]) == {"tenth": (("a", 7),)}
    assert found[1].member.purses[0].lots[0].parts == (("tenth", 4), ("tenth a", 7))
    (gone,) = (one for one in found[2].effects if isinstance(one, PointsTakenBack))
    assert (gone.units, gone.funding) == (11, (("a", 7),))
    text = write_member(found[1].member, rules)
    assert write_member(read_member(text, rules), rules) == text


REFERRAL: Final = """
referral bring
  when order number is 1
  give inviter 10 pts
  give friend 5 pts
  after a return take back
  funded by a 50%
  funded by b 50%
end
"""


def inviting(rules: Programme) -> tuple[MemberState, MemberState]:
    """A friend and its inviter."""
    told = invitation("inv", "i", "2026-03-01T12:00:00+03:00", "m")
    inviter, friend = rules.invite(rules.new_member("i"), rules.new_member("m"), told)
    return friend.member, inviter.member


def test_both_sides_of_a_referral_are_paid_for_as_it_says() -> None:
    rules = load(HEAD.format("") + REFERRAL)
    friend, inviter = inviting(rules)
    bought = rules.decide(friend, order("100"))
    assert funding_of(bought) == {"bring": (("a", 3), ("b", 2))}  # 2.5 half up, and the rest
    (follow,) = bought.follow_ups
    thanked = rules.decide(inviter, follow)
    assert funding_of(thanked) == {"bring": (("a", 5), ("b", 5))}
    assert thanked.member.purses[0].lots[0].parts == (("bring a", 5), ("bring b", 5))
    back = rules.decide(bought.member, returned("r", "m", "2026-03-05T12:00:00+03:00", "o-1", {"1": "1"}))
    (withdrawn,) = back.follow_ups
    lost = rules.decide(thanked.member, withdrawn)
    assert [one.funding for one in back.effects if isinstance(one, PointsTakenBack)] == [(("a", 3), ("b", 2))]
    assert [one.funding for one in lost.effects if isinstance(one, PointsTakenBack)] == [(("a", 5), ("b", 5))]


def test_a_referral_that_gives_one_side_alone_may_be_paid_for() -> None:
    rules = load(HEAD.format("") + REFERRAL.replace("  give friend 5 pts\n", ""))
    friend, inviter = inviting(rules)
    (follow,) = rules.decide(friend, order("100")).follow_ups
    assert funding_of(rules.decide(inviter, follow)) == {"bring": (("a", 5), ("b", 5))}


BASE: Final = "\nearn base\n  on any product\n  give 1 pts per 1 RUB\n{}end\n"


@pytest.mark.parametrize(
    ("own", "funding"),
    [
        ("", (("a", 6),)),  # as the purse says: 60% of 10
        ("  funded by b\n", (("b", 10),)),
        ("  funded by a 10%\n  rest funded by programme\n", (("a", 1),)),
        ("  rest funded by programme\n", ()),  # says that the programme pays for all of it
    ],
)
def test_a_purse_says_who_pays_where_a_rule_says_nothing(own: str, funding: Funding) -> None:
    (decision,) = give(load(HEAD.format(SHARED) + BASE.format(own)), order("10"))
    assert funding_of(decision) == {"base": funding}


def test_a_purse_says_it_of_boosts_and_conversions_too() -> None:
    more = """
purse stars "Stars"
  round down per order
  usable at once
  expire never
  take oldest first
  after a return may go negative
end

earn star
  give 10 stars
end

boost twice
  changes base
  multiply by 2
end

conversion swap
  at once
  uses 10 stars
  give 5 pts
end
"""
    (decision,) = give(load(HEAD.format(SHARED) + BASE.format("  funded by b\n") + more), order("10"))
    # 10 of the rule are b's, of 10 of the boost a pays for 6; 60% of 5 converted are 3. Stars are nobody's.
    assert funding_of(decision) == {"base": (("a", 6), ("b", 10)), "swap": (("a", 3),), "star": ()}


def refused(text: str) -> list[object]:
    with pytest.raises(RuleFileError) as caught:
        load(text)
    found: tuple[Diagnostic, ...] = caught.value.diagnostics
    return [one.problem for one in found]


def test_what_is_rounded_over_a_period_cannot_be_paid_for_by_what_the_purse_says() -> None:
    head = HEAD.format(SHARED).replace("round down per order", "round down in calendar month")
    assert refused(head + BASE.format("")) == [FundingOfSums("base", "pts")]
    assert load(head + BASE.format("  rest funded by programme\n")).checked.earns["base"].funders == ()


def test_a_challenge_that_gives_only_a_level_has_nothing_to_pay_for() -> None:
    ladder = """
tiers status "Status"
  level gold when spend since the beginning at least 1 000 000 RUB
  upgrade from next order
  review never
  after a return keep
end
"""
    challenge = CHALLENGE.replace("give 11 pts", "give level gold in ladder status")
    assert refused(HEAD.format("") + ladder + challenge) == [FundsNothing("tenth")]


def test_a_renamed_partner_keeps_what_a_purse_says() -> None:
    text = HEAD.format(SHARED).replace("partner a", "partner c").replace('merchant "a"\n', 'merchant "a"\n  was a\n')
    text = text.replace("funded by a", "funded by c")
    funders: Funders = load(text + BASE.format("")).checked.purses["pts"].funders
    assert [name for name, _ in funders] == ["c"]
