"""Who pays for what rules give: shares of every award, what they become in lots, and what comes back of them."""

from __future__ import annotations

from typing import Final

import pytest

from loyalty_rules import Decision, MemberState, Programme, load
from loyalty_rules.adapters.wire import read_member, write_decision, write_member
from loyalty_rules.decision import PointsAwarded, PointsConverted, PointsExpired, PointsTakenBack
from loyalty_rules.events import Event, Line, line, purchase, returned, tick
from tests.engine.deciding import HEAD

PARTNERS: Final = """
partner a "A"
  merchant "a"
end

partner b "B"
  merchant "b"
end
"""
BACK: Final = (
    HEAD.replace("returns refused", "returns replay within 30 days\n  returns keep prices")
    .replace("expire never", "expire after 1 month\n  take oldest first\n  after a return may go negative", 1)
    .replace("expire never", "expire never\n  after a return may go negative")
    + PARTNERS
    + "redeem pay\n  uses pts\n  pays 1 RUB per 1 pts\n  on any product\n  too much is lowered\nend\n"
).replace("  returns keep prices", "  returns keep prices\n  refund money first")


def programme(*lines: str, more: str = "", head: str = HEAD + PARTNERS) -> Programme:
    """A programme whose rule gives a point for each rouble."""
    clauses = "".join(f"  {one}\n" for one in lines)
    return load(f"{head}\nearn base\n  on any product\n  give 1 pts per 1 RUB\n{clauses}end\n{more}")


def order(*prices: str, id: str = "o-1", day: int = 2) -> Event:
    lines: list[Line] = [line(str(at), price=price) for at, price in enumerate(prices, 1)]
    return purchase(id, "m", f"2026-03-{day:02}T12:00:00+03:00", lines, currency="RUB")


def give(rules: Programme, *events: Event) -> list[Decision]:
    member, found = rules.new_member("m"), []
    for event in events:
        found.append(rules.decide(member, event))
        member = found[-1].member
    return found


def awarded(decision: Decision) -> PointsAwarded:
    (found,) = (one for one in decision.effects if isinstance(one, PointsAwarded))
    return found


@pytest.mark.parametrize(
    ("shares", "price", "funding"),
    [
        (("funded by a",), "7", (("a", 7),)),
        (("funded by a 60%", "rest funded by programme"), "11", (("a", 7),)),  # 6.6
        (("funded by a 60%", "rest funded by programme"), "12", (("a", 7),)),  # 7.2
        (("funded by a 50%", "funded by b 50%"), "5", (("a", 3), ("b", 2))),  # 2.5: a half up, b the rest
        (("funded by b 50%", "funded by a 50%"), "5", (("a", 3), ("b", 2))),  # by name, whatever stands first
        # 3.3 are 3; of the 7 that are left b has 33 of 67 parts, 3.45: 3; the programme 4
        (("funded by a 33%", "funded by b 33%", "rest funded by programme"), "10", (("a", 3), ("b", 3))),
        (("funded by a 30%", "rest funded by programme"), "1", ()),  # 0.3: the programme pays for the one
    ],
)
def test_an_award_is_cut_into_whole_units_that_add_up(
    shares: tuple[str, ...], price: str, funding: tuple[tuple[str, int], ...]
) -> None:
    (decision,) = give(programme(*shares), order(price))
    assert awarded(decision).granted == int(price)
    assert awarded(decision).funding == funding
    (purse,) = (one for one in decision.member.purses if one.name == "pts")
    held = dict(purse.lots[0].parts)
    assert {partner: held[f"base {partner}"] for partner, _ in funding} == dict(funding)
    assert sum(held.values()) == int(price)


def test_a_boost_is_paid_for_as_it_says_itself() -> None:
    boost = "boost twice\n  changes base\n  multiply by 2\n  funded by b\nend\n"
    (decision,) = give(programme("funded by a 60%", "rest funded by programme", more=boost), order("25"))
    assert awarded(decision).funding == (("a", 15), ("b", 25))  # 60% of 25, and all that the boost adds


def test_what_a_cap_takes_nobody_pays_for() -> None:
    (decision,) = give(programme("funded by a 60%", "rest funded by programme", "cap 10 pts per order"), order("25"))
    assert (awarded(decision).granted, awarded(decision).funding) == (10, (("a", 6),))


def test_what_a_boost_takes_away_is_taken_from_all_who_pay() -> None:
    """10 points, 6 of them by a; a boost after rounding halves them: of 5 that are left a pays 3."""
    boost = "boost half\n  changes base\n  multiply by 0.5\n  after rounding\nend\n"
    (decision,) = give(programme("funded by a 60%", "rest funded by programme", more=boost), order("10"))
    by_rule = {one.rule: one for one in decision.effects if isinstance(one, PointsAwarded)}
    assert by_rule["base"].funding == (("a", 6),)
    assert (by_rule["half"].granted, by_rule["half"].funding) == (-5, (("a", -3),))
    assert decision.member.purses[0].lots[0].parts == (("base", 2), ("base a", 3))


def back(rules: Programme, *counts: int) -> tuple[list[Decision], MemberState]:
    """Five lines of 1 rouble, and returns of so many of them, one after another."""
    events: list[Event] = [order("1", "1", "1", "1", "1")]
    first = 1
    for at, count in enumerate(counts):
        gone = {str(number): "1" for number in range(first, first + count)}
        first += count
        events.append(returned(f"r-{at}", "m", f"2026-03-{3 + at:02}T12:00:00+03:00", "o-1", gone))
    found = give(rules, *events)
    return found[1:], found[-1].member


@pytest.mark.parametrize("counts", [(5,), (1, 4), (2, 3), (1, 1, 1, 1, 1), (4, 1)])
def test_goods_that_come_back_are_paid_for_by_nobody(counts: tuple[int, ...]) -> None:
    """Of 5 points a pays 3. Of 4 it is 2.4, of 3 1.8, of 2 1.2, of 1 0.6: 2, 2, 1, 1."""
    stands = {5: 3, 4: 2, 3: 2, 2: 1, 1: 1, 0: 0}
    found, member = back(programme("funded by a 60%", "rest funded by programme", head=BACK), *counts)
    kept = 5
    for decision, count in zip(found, counts, strict=True):
        (taken,) = (one for one in decision.effects if isinstance(one, PointsTakenBack))
        assert taken.units == count
        assert dict(taken.funding).get("a", 0) == stands[kept] - stands[kept - count]
        kept -= count
        lots = next(one for one in decision.member.purses if one.name == "pts").lots
        assert [dict(one.parts).get("base a", 0) for one in lots] == ([stands[kept]] if kept else [])
    assert sum(sum(units for _, units in lot.parts) for purse in member.purses for lot in purse.lots) == 0


def test_what_is_owed_is_no_longer_paid_for_either() -> None:
    rules = programme("funded by a 60%", "rest funded by programme", head=BACK)
    spends = purchase(
        "o-2",
        "m",
        "2026-03-03T12:00:00+03:00",
        [line("1", price="4")],
        currency="RUB",
        redeem={"pay": "4"},
    )
    gone = returned("r-1", "m", "2026-03-04T12:00:00+03:00", "o-1", {str(at): "1" for at in range(1, 6)})
    decision = give(rules, order("1", "1", "1", "1", "1"), spends, gone)[-1]
    (taken,) = (one for one in decision.effects if isinstance(one, PointsTakenBack))
    assert (sum(units for _, units in taken.lots), taken.owed, taken.funding) == (1, 4, (("a", 3),))


def test_what_expires_says_who_paid() -> None:
    rules = programme("funded by a 60%", "rest funded by programme", head=BACK)
    decision = give(rules, order("5"), tick("m", "2026-04-30T12:00:00+03:00"))[-1]
    (gone,) = (one for one in decision.effects if isinstance(one, PointsExpired))
    assert gone.parts == (("base", 2), ("base a", 3))


def test_a_conversion_is_paid_for_as_a_rule_is() -> None:
    lines = ("at once", "uses 10 pts", "give 1 cash", "funded by b 75%", "rest funded by programme")
    more = "conversion cashing\n" + "".join(f"  {one}\n" for one in lines) + "end\n"
    head = HEAD.replace("expire never", "expire never\n  take oldest first", 1) + PARTNERS
    (decision,) = give(programme(more=more, head=head), order("10"))
    (given,) = (one for one in decision.effects if isinstance(one, PointsConverted))
    assert (given.granted, given.funding) == (100, (("b", 75),))


def test_a_member_document_keeps_who_pays() -> None:
    rules = programme("funded by a 60%", "rest funded by programme", head=BACK)
    (decision,) = give(rules, order("5"))
    text = write_member(decision.member, rules)
    assert '"parts":{"base":"2","base a":"3"}' in text
    assert '"funding":[["a","3"]]' in text
    assert read_member(text, rules) == decision.member
    assert '"funding":{"a":"3"}' in write_decision(decision)


def test_explanations_say_who_pays() -> None:
    rules = programme("funded by a 60%", "rest funded by programme", head=BACK)
    (decision,) = give(rules, order("5"))
    assert "Paid for by A (3 pts); the programme (2 pts)." in decision.explain()
    assert "Оплачивают: A (3 pts); программа (2 pts)." in decision.explain("ru")
    found, _ = back(rules, 5)
    assert "No longer paid for by A (3 pts); the programme (2 pts)." in found[0].explain()


def test_a_new_life_of_what_is_held_asks_the_rule_whoever_pays() -> None:
    """`own` has a life of its own, so a change of the purse leaves its units alone; those of `base` live longer."""
    own = "earn own\n  on any product\n  give 1 pts per 1 RUB\n  expire after 2 months\n  funded by b\nend\n"
    change = "change longer\n  changes pts\n  from 2026-03-10\n  expire after 1 year\n  existing lots too\nend\n"
    rules = programme("funded by a", more=own + change, head=BACK)
    decision = give(rules, order("5"), tick("m", "2026-05-10T12:00:00+03:00"))[-1]
    (purse,) = (one for one in decision.member.purses if one.name == "pts")
    assert [lot.parts for lot in purse.lots] == [(("base a", 5),)]
