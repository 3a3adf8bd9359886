"""Which rules are apart and which have to be related: every way to be apart, and ways that do not count."""

from __future__ import annotations

import pytest

from loyalty_rules.lang.checker.regions import Chosen, Ranges
from tests.lang.checking import boost, check, club, codes, earn

DECLARED = """
facts
  line fact litres is number else 0
  line fact grade is text else "x"
  order fact meal is one of "lunch", "dinner"
  order fact note is text else "x"
  member fact student is yes or no else no
  member fact age is number else 0
  order fact shown is instant else 2026-01-01 00:00
end

event review
  fact stars is number
end

products Coffee
  where category is "coffee"
end

products Tea
  where category is one of "tea", "mate"
end

products ColdCoffee
  where category is "coffee"
  where product tag is "cold"
end

products HotCoffee
  include Coffee
  except ColdCoffee
end

products Acme
  where brand is "acme"
end

products Cheap
  where unit price at most 100 RUB
end

products Dear
  where unit price over 100 RUB
end

products Reduced
  where on sale
end

products Full
  where not (on sale)
end

segment vip
  supplied by host
end

tiers status
  level silver when spend in calendar year at least 20 000 RUB
  level gold above silver when spend in calendar year at least 60 000 RUB
  upgrade from next order
  review never
end
"""

#: Two rules, clause by clause ("|" between the clauses of a rule), that have nothing in common.
APART = [
    ("on Coffee", "on Tea"),
    ("on Coffee", "on any product|except Coffee"),
    ("on HotCoffee", "on ColdCoffee"),
    ("on Cheap", "on Dear"),
    ("on Reduced", "on Full"),
    ("on any product", "on delivery"),
    ("on Coffee, Tea", "on any product|except Tea, Coffee"),
    ("from 2026-03-01 through 2026-03-31", "from 2026-04-01"),
    ("until 2026-03-01 10:00", "from 2026-03-01 10:00"),
    ("when weekday is sunday", "when weekday is one of monday, tuesday"),
    ("when weekday is sunday", "when weekday is not sunday"),
    ("when month of year is may", "when month of year is june"),
    ("from 2026-03-02 through 2026-03-06", "when weekday is one of saturday, sunday"),
    ("from 2026-03-02 through 2026-03-06", "when month of year is april"),
    ("when date at most 2026-03-01", "when date over 2026-03-01"),
    ("from 2026-03-01 through 2026-03-31", "when date at least 2026-04-01"),
    ("when clock time under 12:00", "when clock time at least 12:00"),
    ("when clock time between 09:00 and 10:00", "when clock time between 10:01 and 11:00"),
    ('when order channel is "app"', 'when order channel is "web"'),
    ('when order store is one of "a", "b"', 'when order store is "c"'),
    ('when order merchant is "a"', 'when order merchant is not "a"'),
    ('when meal is "lunch"', 'when meal is "dinner"'),
    ("for student is yes", "for student is no"),
    ("for status is gold", "for status is silver"),
    ("for status at least gold", "for status under gold"),
    ("for status is no level", "for status at least silver"),
    ("for in segment vip", "for not (in segment vip)"),
    ("when spend in this order under 500 RUB", "when spend in this order at least 500 RUB"),
    ("when money paid under 500 RUB", "when money paid between 500 RUB and 900 RUB"),
    ("when orders in calendar month is 1", "when orders in calendar month is one of 2, 3"),
    ("when order number is 1", "when order number over 1"),
    ("for age under 18", "for age at least 18"),
    ("when weekday is sunday or weekday is monday", "when weekday is tuesday"),
    ('when order channel is "app" and weekday is sunday', 'when order channel is "app" and weekday is monday'),
    (
        'when (order channel is "app" and weekday is sunday) or (order channel is "web" and weekday is monday)',
        'when (order channel is "app" and weekday is monday) or (order channel is "web" and weekday is sunday)',
    ),
    ("when any 1 among (weekday is sunday or weekday is monday)", "when weekday is friday"),
    ("when not (weekday is sunday or weekday is monday)", "when weekday is one of monday, sunday"),
    ('when order tender is "card"', 'when not (order tender is "card")'),
    ("when date under 3 months after joining date", "when date at least 3 months after joining date"),
    ("when event time at most 2 hours after shown", "when event time over 2 hours after shown"),
    ("when date is joining date", "when date is not joining date"),
    ("when money paid under 50% of list price", "when money paid at least 50% of list price"),
    (
        "when spend in this order over 50% of spend in calendar month",
        "when spend in this order at most 50% of spend in calendar month",
    ),
]

#: Two rules that can meet, whatever it looks like.
TOGETHER = [
    ("on Coffee", "on any product"),
    ("on Coffee", "on Acme"),
    ("on Coffee", "on ColdCoffee"),
    ("on Coffee, Tea", "on any product|except Tea"),
    ("on Cheap", "on Coffee"),
    ("from 2026-03-01 through 2026-03-31", "from 2026-03-31"),
    ("from 2026-03-02 through 2026-03-08", "when weekday is sunday"),
    ("when weekday is sunday", "when month of year is may"),
    ("when clock time at most 12:00", "when clock time at least 12:00"),
    ('when order channel is "app"', 'when order store is "a"'),
    ("when spend in this order under 500 RUB", "when spend in calendar month at least 500 RUB"),
    ("when spend in calendar month under 500 RUB", "when spend in calendar month before this order at least 500 RUB"),
    ("when spend in this order under 500 RUB", "when money paid at least 500 RUB"),
    ("when orders in calendar month at most 3", "when orders in calendar month at least 3"),
    ("when spend on Coffee in this order under 500 RUB", "when spend in this order at least 500 RUB"),
    ("for in segment vip", "for student is yes"),
    # Several ways to pay, and several tags, go together.
    ('when order tender is "card"', 'when order tender is "cash"'),
    # Free text is no closed field.
    ('when note is "a"', 'when note is "b"'),
    # The other value is another one, or meets at the edge.
    ("when date under 3 months after joining date", "when date at least 2 months after joining date"),
    ("when date at most 3 months after joining date", "when date at least 3 months after joining date"),
    ("when date under 3 months after joining date", "when date at least 3 months after first order date"),
    ("when money paid under 50% of list price", "when money paid at least 50% of price after discounts"),
    # Both are true where there is nothing to compare with.
    ("when not (date under joining date)", "when not (date at least joining date)"),
    # Nothing is known of what another rule gave, and of dates that move.
    ("when applied gift", "when not (applied gift)"),
    ("when date is joining date", "when not (date is joining date)"),
    # Both are true where there was no order before.
    ("when not (previous order date at least 2026-01-01)", "when not (previous order date under 2026-01-01)"),
    ("when any 2 among (weekday is sunday or weekday is monday or order number is 1)", "when weekday is friday"),
]


GIFT = earn("give 5 bonus", name="gift")


def pair(first: str, second: str) -> str:
    """Two boosts of one rule."""
    rules = [
        boost("changes base", *clauses.split("|"), "multiply by 2", name=name)
        for name, clauses in (("one", first), ("two", second))
    ]
    return club(DECLARED, earn("on any product, delivery", "give 1 bonus per 10 RUB"), GIFT, *rules)


@pytest.mark.parametrize(("first", "second"), APART)
def test_rules_are_apart(first: str, second: str) -> None:
    assert codes(pair(first, second)) == []
    assert codes(pair(second, first)) == []


@pytest.mark.parametrize(("first", "second"), TOGETHER)
def test_rules_that_can_meet_have_to_be_related(first: str, second: str) -> None:
    assert codes(pair(first, second)) == ["L032"]
    assert codes(pair(second, first)) == ["L032"]


def test_nothing_is_known_of_a_rule_with_too_many_alternatives() -> None:
    """More alternatives than are multiplied out: nothing is known of the rule any more."""
    some = " or ".join(f'order channel is "c{number}"' for number in range(9))
    other = " or ".join(f'order store is "s{number}"' for number in range(9))
    many = pair(f"when {some}|when {other}", 'when order channel is "web"')
    assert codes(many) == ["L032"]
    few = pair(f"when {some}", 'when order channel is "web"')
    assert codes(few) == []


# ---------- which rules have to be related at all


def two_earns(first: str, second: str, purse: str = "") -> list[str]:
    rules = [earn(*clauses.split("|"), name=name) for name, clauses in (("one", first), ("two", second))]
    text = club(DECLARED, *rules)
    return codes(text.replace("round down per order", f"round down per order\n{purse}", 1) if purse else text)


RATE = "on any product|give 1 bonus per 10 RUB"


def test_rates_into_one_purse_have_to_be_related() -> None:
    assert two_earns(RATE, "on Coffee|give 10 bonus") == ["L032"]
    assert two_earns(RATE, "basis items in calendar month|give 1 bonus per 1 item") == ["L032"]


def test_a_purse_can_say_that_its_rules_add_up() -> None:
    assert two_earns(RATE, "on Coffee|give 1 bonus per 5 RUB", "  rules add up") == []


def test_fixed_gifts_of_the_occasion_always_add_up() -> None:
    assert two_earns(RATE, "give 10 bonus") == []
    assert two_earns("give 10 bonus", "give 5 bonus") == []


def test_another_purse_or_another_trigger_is_another_matter() -> None:
    cash = "purse cash\n  counted in RUB\n  round down per order\n  usable at once\n  expire never\nend\n"
    to_cash = earn("on any product", "give 5% to cash", name="two")
    assert codes(club(cash, earn(*RATE.split("|")), to_cash)) == []
    event = "after event review|basis total of stars in calendar month|give 1 bonus per 1 stars"
    assert two_earns(RATE, event) == []
    assert two_earns(event, event) == ["L032"]


def test_a_group_relates_rules_and_groups_of_rules() -> None:
    rules = [earn("on any product", "give 1 bonus per 10 RUB", name=name) for name in ("one", "two", "three")]
    inner = "group inner\n  rule one\n  rule two\n  add up\nend\n"
    outer = "group outer\n  rule inner\n  rule three\n  add up\nend\n"
    assert codes(club(*rules)) == ["L032", "L032", "L032"]
    assert codes(club(*rules, inner)) == ["L032", "L032"]
    assert codes(club(*rules, inner, outer)) == []


def test_boosts_of_different_rules_and_on_both_sides_of_rounding_do_not_meet() -> None:
    one = earn("on Coffee", "give 1 bonus per 10 RUB", name="one")
    two = earn("on Tea", "give 1 bonus per 10 RUB", name="two")
    apart = [boost("changes one", "multiply by 2", name="b1"), boost("changes two", "multiply by 2", name="b2")]
    assert codes(club(DECLARED, one, two, *apart)) == []
    both = boost("changes one, two", "multiply by 3", name="b3")
    assert codes(club(DECLARED, one, two, *apart, both)) == ["L032", "L032"]
    late = boost("changes one", "multiply by 3", "after rounding", name="b4")
    assert codes(club(DECLARED, one, two, *apart, late)) == []


def test_an_overlap_stands_at_the_later_rule_and_names_the_earlier() -> None:
    (found,) = check(club(DECLARED, earn(*RATE.split("|"), name="one"), earn(*RATE.split("|"), name="two")))[1]
    assert found[0] == "earn two"
    assert (found[1].code, getattr(found[1], "first", ""), getattr(found[1], "second", "")) == ("L032", "one", "two")


# ---------- ranges and sets


def test_ranges_meet_and_have_a_complement() -> None:
    ranges = Ranges(((None, 4), (10, 20), (30, None)))
    assert ranges.without() == Ranges(((5, 9), (21, 29)))
    assert Ranges(((5, 9), (21, 29))).without() == ranges
    assert ranges.meets(Ranges(((0, 12), (31, 40)))) == Ranges(((0, 4), (10, 12), (31, 40)))
    assert ranges.meets(ranges.without()).empty
    assert Ranges(()).without() == Ranges(((None, None),))


def test_sets_meet_and_have_a_complement() -> None:
    some, all_but = Chosen(frozenset({1, 2})), Chosen(frozenset({2, 3}), others=True)
    assert some.meets(all_but) == all_but.meets(some) == Chosen(frozenset({1}))
    assert all_but.meets(Chosen(frozenset({4}), others=True)) == Chosen(frozenset({2, 3, 4}), others=True)
    assert some.meets(some.without()).empty
    assert not all_but.empty
