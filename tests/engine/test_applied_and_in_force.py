"""What a rule may ask of boosts and of its own dates, and ids told again at one instant."""

from __future__ import annotations

from loyalty_rules import Programme, line, load, purchase

HEAD = """loyalty rules 1

programme "Club"
  currency RUB
  time zone UTC
  basis money paid
  prices include tax
  returns refused
  late events refused
end

purse bonus
  rules add up
  round down per order
  usable at once
  expire never
end

earn base
  on any product
  give 1 bonus per 10 RUB
end
"""


def given(programme: Programme, *days: str) -> list[dict[str, int]]:
    """What each rule gives for an order of 100 RUB on each of these days."""
    member = programme.new_member("m")
    found = []
    for number, day in enumerate(days):
        order = purchase(f"o-{number}", "m", f"{day}T12:00:00Z", [line("1", price="100")], currency="RUB")
        decision = programme.decide(member, order)
        member = decision.member
        found.append({e.rule: e.granted for e in decision.effects if e.kind == "points_awarded"})
    return found


def test_a_rule_may_ask_whether_a_boost_acted() -> None:
    programme = load(
        HEAD
        + """
boost weekend
  changes base
  when weekday is saturday
  multiply by 2
end

earn thanks
  when applied weekend
  give 3 bonus
end
"""
    )
    # 2026-03-06 is a friday. 100 RUB are 10 bonus, doubled on saturday.
    assert given(programme, "2026-03-06", "2026-03-07") == [{"base": 10}, {"base": 20, "thanks": 3}]


def test_a_measure_in_force_begins_with_the_dates_of_its_rule() -> None:
    programme = load(
        HEAD
        + """
earn first_in_march
  from 2026-03-01 through 2026-03-31
  when orders while in force is 1
  give 7 bonus
end
"""
    )
    assert given(programme, "2026-02-27", "2026-03-02", "2026-03-03") == [
        {"base": 10},
        {"base": 10, "first_in_march": 7},
        {"base": 10},
    ]


def test_every_id_of_the_clocks_own_instant_is_remembered() -> None:
    programme = load(HEAD)
    member = programme.new_member("m")
    orders = [
        purchase(f"o-{number}", "m", "2026-03-02T12:00:00Z", [line("1", price="10")], currency="RUB")
        for number in range(300)
    ]
    for order in orders:
        member = programme.decide(member, order).member
    assert programme.decide(member, orders[0]).outcome == "repeated"
    later = purchase("later", "m", "2026-03-02T12:00:01Z", [line("1", price="10")], currency="RUB")
    assert len(programme.decide(member, later).member.seen) == 256
