"""Members that change, and messages, through the facade."""

from __future__ import annotations

import pytest

from loyalty_rules import InputError, line, load, purchase

RULES = """loyalty rules 1

programme "Club"
  currency RUB
  time zone UTC
  basis money paid
  prices include tax
  returns refused
  late events refused
end

facts
  member fact city is text
end

segment staff
  supplied by host
end

purse bonus
  round down per order
  usable at once
  expire never
end

earn base
  for city is "Omsk" or in segment staff
  on any product
  give 1 bonus per 10 RUB
  message given en "You got {amount}"
end
"""


def test_facts_and_segments_change_apart() -> None:
    programme = load(RULES)
    member = programme.new_member("m", facts={"city": "Tomsk"})
    moved = programme.updated(member, facts={"city": "Omsk"})
    hired = programme.updated(moved, segments=["staff"])
    assert (moved.facts, moved.segments) == ((("city", "Omsk"),), ())
    assert (hired.facts, hired.segments) == ((("city", "Omsk"),), ("staff",))
    assert programme.updated(hired) == hired
    assert member.facts == (("city", "Tomsk"),)


def test_what_the_file_does_not_know_is_refused() -> None:
    programme = load(RULES)
    member = programme.new_member("m", facts={"city": "Tomsk"})
    with pytest.raises(InputError, match=r"fact\.missing"):
        programme.updated(member, facts={})
    with pytest.raises(InputError, match=r"segment\.unknown"):
        programme.updated(member, segments=["vip"])


def test_messages_are_told_in_the_words_of_the_file() -> None:
    programme = load(RULES)
    member = programme.new_member("m", facts={"city": "Omsk"})
    order = purchase("o", "m", "2026-03-02T12:00:00Z", [line("1", price="100")], currency="RUB")
    assert [(told.rule, told.given, told.text) for told in programme.decide(member, order).messages] == [
        ("base", True, "You got 10 bonus")
    ]
    assert programme.tells
    assert not load(RULES.replace('  message given en "You got {amount}"\n', "")).tells


def test_a_capped_boost_takes_nothing_from_other_lines() -> None:
    programme = load(
        RULES.replace('  for city is "Omsk" or in segment staff\n', "")
        + """
products Coffee
  where category is "coffee"
end

boost coffee
  changes base
  on Coffee
  multiply by 2
  cap 40 bonus per order
end
"""
    )
    lines = [line("1", category="coffee", price="2000"), line("2", category="tea", price="100")]
    order = purchase("o", "m", "2026-03-02T12:00:00Z", lines, currency="RUB")
    decision = programme.decide(programme.new_member("m", facts={"city": "Omsk"}), order)
    # 200 for the coffee and 40 that the boost may add; 10 for the tea.
    assert [(effect.granted, effect.lines) for effect in decision.effects if effect.kind == "points_awarded"] == [
        (250, (240, 10))
    ]


HEAD = RULES.split("facts\n")[0]


def test_what_one_decision_gives_with_one_life_is_one_lot() -> None:
    programme = load(
        HEAD
        + """purse bonus
  rules add up
  round down per order
  usable after 14 days
  expire after 12 months
end

earn base
  on any product
  give 1 bonus per 10 RUB
end

earn more
  on any product
  give 1 bonus per 50 RUB
end
"""
    )
    order = purchase("o", "m", "2026-03-02T12:00:00Z", [line("1", price="100")], currency="RUB")
    (held,) = programme.decide(programme.new_member("m"), order).member.purses
    assert [(lot.left, lot.parts) for lot in held.lots] == [(12, (("base", 10), ("more", 2)))]


def test_a_boost_tells_what_it_added() -> None:
    programme = load(
        HEAD
        + """purse bonus
  round down per order
  usable at once
  expire never
end

earn base
  on any product
  give 1 bonus per 10 RUB
end

boost twice
  changes base
  multiply by 2
  message given en "{amount} on top"
end
"""
    )
    order = purchase("o", "m", "2026-03-02T12:00:00Z", [line("1", price="100")], currency="RUB")
    told = programme.decide(programme.new_member("m"), order).messages
    assert [(one.rule, one.text) for one in told] == [("twice", "10 bonus on top")]


def test_lines_are_chosen_by_what_their_points_are_worth() -> None:
    """4 stars at 0.10 RUB against 3 bonus at 1 RUB for 100 RUB: the bonus is worth more, though it is fewer units."""
    rules = "".join(
        f"earn {name}\n  on any product\n{gives}end\n\n"
        for name, gives in (
            ("many", "  give 4 stars per 100 RUB\n  give 1 bonus per 1 000 RUB\n"),
            ("few", "  give 1 stars per 1 000 RUB\n  give 3 bonus per 100 RUB\n"),
        )
    )
    purses = "".join(
        f"purse {name}\n  round down per order\n  usable at once\n  expire never\n"
        f"  worth {worth} RUB per 1 {name}\nend\n\n"
        for name, worth in (("stars", "0.10"), ("bonus", "1"))
    )
    group = "group one\n  rule many\n  rule few\n  choose largest for member\n  decide per line\nend\n"
    programme = load(HEAD + purses + rules + group)
    order = purchase("o", "m", "2026-03-02T12:00:00Z", [line("1", price="100")], currency="RUB")
    decision = programme.decide(programme.new_member("m"), order)
    assert [(e.rule, e.purse, e.granted) for e in decision.effects if e.kind == "points_awarded"] == [
        ("few", "bonus", 3)
    ]
