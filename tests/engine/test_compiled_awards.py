"""What compiled rules give, worked out by hand, and the same by the reference evaluator: one small programme for each
shape of an award."""

from __future__ import annotations

import pytest

from loyalty_rules import load
from loyalty_rules.decision import PointsAwarded
from loyalty_rules.events import line, purchase
from tests.engine.evaluators import deciding_by
from tests.engine.test_compiled import HEAD

SETS = """products Dairy
  where category is "dairy"
end

products Cheap
  where unit price under 20 RUB
end

"""

#: Dairy for 99.90, something for 20.05 twice, dairy for 5.
LINES = [
    line("1", category="dairy", price="99.90"),
    line("2", category="other", price="20.05", quantity=2),
    line("3", category="dairy", price=5),
]

CASES = {
    # 99.90 + 40.10 + 5.00 = 145: 14 full tens, by money 9.6455, 3.8717 and 0.4827: 9, 3, 0 and the two largest rests.
    "full steps of the order": (
        "earn a\n  on any product\n  give 1 bonus per full 10 RUB\nend\n",
        {"a": (10, 4, 0)},
    ),
    # 15 begun tens; the boost is asked on dairy alone: 104.90 are 11 begun tens. 26 by 10.335 + 10.476, 4.148, 0.517 +
    # 0.524 (weights 15 * 99.90 / 145 + 11 * 99.90 / 104.90 = 20.81, 4.148, 1.042).
    "begun steps and a boost on some lines": (
        (
            "earn a\n  on any product\n  give 1 bonus per started 10 RUB\nend\n\n"
            "boost b\n  changes a\n  on Dairy\n  multiply by 2\nend\n"
        ),
        {"a": (21, 4, 1)},
    ),
    # 9.99, 4.01 and 0.5, each line by itself, a half away from zero.
    "rounded by line, half up": (
        "earn a\n  on any product\n  give 1 bonus per 10 RUB\n  round half up per line\nend\n",
        {"a": (10, 4, 1)},
    ),
    # Four full twenties in 99.90 and two in 40.10, each line by itself; none in 5.
    "full steps by line": (
        "earn a\n  on any product\n  give 1 bonus per full 20 RUB\n  round down per line\nend\n",
        {"a": (4, 2, 0)},
    ),
    # 19.98, 8.02 and 1, dairy doubled: 39.96, 8.02 and 2, of which a line keeps 20: 30.02.
    "a ceiling of lines trims before rounding": (
        (
            "earn a\n  on any product\n  give 2 bonus per 10 RUB\n  cap 20 bonus per line\nend\n\n"
            "boost b\n  changes a\n  on Dairy\n  multiply by 2\nend\n"
        ),
        {"a": (20, 8, 2)},
    ),
    # 14.5 points are lifted to 40, and lie on the lines by their money: 27.56, 11.06, 1.38.
    "a minimum": (
        "earn a\n  on any product\n  give 1 bonus per 10 RUB\n  minimum 40 bonus\nend\n",
        {"a": (28, 11, 1)},
    ),
    # Of 29 (14.5 doubled) the order gets 20: the rule 14.5 and the boost 14.5 weigh alike.
    "a ceiling of the order": (
        (
            "earn a\n  on any product\n  give 1 bonus per 10 RUB\n  cap 20 bonus per order\nend\n\n"
            "boost b\n  changes a\n  multiply by 2\nend\n"
        ),
        {"a": (14, 5, 1)},  # 13.78, 5.53, 0.69
    ),
    # 14.5, and of the boost 5 at most of 14.5: units 15 and 14 of 29, then 15 and 5; lines as before.
    "a ceiling of a boost": (
        (
            "earn a\n  on any product\n  give 1 bonus per 10 RUB\nend\n\n"
            "boost b\n  changes a\n  multiply by 2\n  cap 5 bonus per order\nend\n"
        ),
        {"a": (14, 5, 1)},
    ),
    # 14.5 and 20.98 are 35: 14 and 21, of which 5 are left. The lines weigh 9.99 + 19.98 * 5/21 = 14.75, 4.01 and
    # 0.5 + 1 * 5/21 = 0.74: of 19 units 14.37, 3.91 and 0.72.
    "a ceiling of a boost on some lines": (
        (
            "earn a\n  on any product\n  give 1 bonus per 10 RUB\nend\n\n"
            "boost b\n  changes a\n  on Dairy\n  multiply by 3\n  cap 5 bonus per order\nend\n"
        ),
        {"a": (14, 4, 1)},
    ),
    # Dairy: 9.99 - 9.99 = 0 and 0.5 - 0.5, however many boosts take away: only 4.01 is left.
    "boosts take no line below nothing": (
        (
            "earn a\n  on any product\n  give 1 bonus per 10 RUB\nend\n\n"
            "boost b\n  changes a\n  on Dairy\n  multiply by 0.2\nend\n\n"
            "boost c\n  changes a\n  on Dairy\n  multiply by 0.1\nend\n\n"
            "group g\n  rule b\n  rule c\n  add up\nend\n"
        ),
        {"a": (0, 4, 0)},
    ),
    # 1 for each full 100 instead of 14.5, and 2 for each item of dairy besides.
    "a boost replaces, another adds": (
        (
            "earn a\n  on any product\n  give 1 bonus per 10 RUB\nend\n\n"
            "boost b\n  changes a\n  on Dairy\n  replace with 3 bonus per full 100 RUB\nend\n\n"
            "boost c\n  changes a\n  on Dairy\n  increase by 2 bonus per 1 item\nend\n\n"
            "group g\n  rule b\n  rule c\n  add up\nend\n"
        ),
        # Dairy 3 by money (2.857 and 0.143) and 2 each: 4.857, 2.143; the other line 4.01. 11.01.
        {"a": (5, 4, 2)},
    ),
    # (14.5 + 14.5) and half of it again: 43.5; 29.97 and 1.5 of dairy, 12.03.
    "boosts in a chain": (
        (
            "earn a\n  on any product\n  give 1 bonus per 10 RUB\nend\n\n"
            "boost b\n  changes a\n  multiply by 2\nend\n\n"
            "boost c\n  changes a\n  multiply by 1.5\nend\n\n"
            "group g\n  rule b\n  rule c\n  multiply\nend\n"
        ),
        {"a": (30, 12, 1)},
    ),
    # The larger of 29 and 21.75 adds.
    "the largest of two boosts": (
        (
            "earn a\n  on any product\n  give 1 bonus per 10 RUB\nend\n\n"
            "boost b\n  changes a\n  multiply by 2\nend\n\n"
            "boost c\n  changes a\n  multiply by 1.5\nend\n\n"
            "group g\n  rule c\n  rule b\n  choose largest for member\n  decide per order\nend\n"
        ),
        {"a": (20, 8, 1)},
    ),
    # On dairy b, which is larger there: 29.97 + 1.5; elsewhere c: 6.015. 37.485.
    "the largest of two boosts on each line": (
        (
            "earn a\n  on any product\n  give 1 bonus per 10 RUB\nend\n\n"
            "boost b\n  changes a\n  on Dairy\n  multiply by 3\nend\n\n"
            "boost c\n  changes a\n  on any product\n  multiply by 1.5\nend\n\n"
            "group g\n  rule b\n  rule c\n  choose largest for member\n  decide per line\nend\n"
        ),
        {"a": (30, 6, 1)},
    ),
    # 13 of 14 by money against 20 for four items; the cap of who lost was asked nothing.
    "the largest of two rules": (
        (
            "earn a\n  on any product\n  give 1 bonus per 10 RUB\n  cap 13 bonus per order\nend\n\n"
            "earn b\n  on any product\n  give 5 bonus per 1 item\nend\n\n"
            "group g\n  rule a\n  rule b\n  choose largest for member\n  decide per order\nend\n"
        ),
        {"b": (5, 10, 5)},
    ),
    # The first line gives 9.99 against 5, the others 4.01 and 0.5 against 10 and 5.
    "the largest of two rules on each line": (
        (
            "earn a\n  on any product\n  give 1 bonus per 10 RUB\nend\n\n"
            "earn b\n  on any product\n  give 5 bonus per 1 item\nend\n\n"
            "group g\n  rule a\n  rule b\n  choose largest for member\n  decide per line\nend\n"
        ),
        {"a": (9, 0, 0), "b": (0, 10, 5)},
    ),
    # 14 and 20 under 17 together: 7 and 10.
    "two rules under one ceiling": (
        (
            "earn a\n  on any product\n  give 1 bonus per 10 RUB\nend\n\n"
            "earn b\n  on any product\n  give 5 bonus per 1 item\nend\n\n"
            "group g\n  rule a\n  rule b\n  add up\n  cap 17 bonus per order\nend\n"
        ),
        {"a": (5, 2, 0), "b": (3, 5, 2)},  # 4.82, 1.94, 0.24; 2.5, 5, 2.5: the first of equal rests
    ),
    # Nothing on dairy: 4.01.
    "a guardrail takes lines": (
        "earn a\n  on any product\n  give 1 bonus per 10 RUB\nend\n\nnever n\n  on Dairy\n  blocks earning\nend\n",
        {"a": (0, 4, 0)},
    ),
    # The order is one of the app.
    "a guardrail takes the order": (
        (
            "earn a\n  on any product\n  give 1 bonus per 10 RUB\nend\n\n"
            'never n\n  when order channel is "app"\n  blocks earning\nend\n'
        ),
        {},
    ),
    # What is left of 145 above 100: 45, by money 31.00, 12.44 and 1.55 in whole coins.
    "money is left out": (
        "earn a\n  on any product\n  skip first 100 RUB per order\n  give 1 bonus per 1 RUB\nend\n",
        {"a": (31, 12, 2)},
    ),
    # The line of 5 is the one below 20.
    "a selection by price": (
        "earn a\n  on Cheap\n  give 1 bonus per 1 RUB\nend\n",
        {"a": (0, 0, 5)},
    ),
    # 145 RUB of orders: the goal of 100 is reached once, and gives its 7 once.
    "a challenge": (
        (
            "challenge c\n  goal spend since the beginning at least 100 RUB\n  once\n  give 7 bonus\nend\n\n"
            "earn a\n  after completing c\n  give 3 bonus\nend\n"
        ),
        {"c": 7, "a": 3},
    ),
    # 145 is three times 40 and something: three times 7.
    "a challenge that is completed several times": (
        "challenge c\n  goal spend since the beginning at least 40 RUB\n  repeat with carry\n  give 7 bonus\nend\n",
        {"c": 21},
    ),
    # The 5 are no full hundred, and what comes to nothing is not lifted.
    "nothing has no minimum": (
        "earn a\n  on Cheap\n  give 1 bonus per full 100 RUB\n  minimum 40 bonus\nend\n",
        {},
    ),
    # b gives 10 and 0, so c is doubled: 29.
    "a boost asks what another rule gave": (
        (
            "earn b\n  on Dairy\n  give 1 bonus per 10 RUB\nend\n\n"
            "earn c\n  on any product\n  give 1 bonus per 10 RUB\nend\n\n"
            "boost d\n  changes c\n  when applied b\n  multiply by 2\nend\n"
        ),
        {"b": (10, 0, 0), "c": (20, 8, 1)},
    ),
    # A fixed gift lies on its lines by their money: 60 by 99.90 and 5.
    "a gift on lines": (
        "earn a\n  on Dairy\n  give 60 bonus\nend\n",
        {"a": (57, 0, 3)},
    ),
    # 0.1 and 29 / 145 = 0.2 for each rouble: 29.97, 12.03 and 1.5, each line by itself.
    "a fixed gift of a boost, once": (
        (
            "earn a\n  on any product\n  give 1 bonus per 10 RUB\n  round down per line\nend\n\n"
            "boost b\n  changes a\n  increase by 29 bonus\nend\n"
        ),
        {"a": (29, 12, 1)},
    ),
    # 19.98, 8.02 and 1 without the boost, which takes seven tenths: 13.986, 5.614 and 0.7. The cap leaves 5, 5 and 1
    # of the rule; the boost takes no more than what is left: 0, 0 and 0.3, rounded up.
    "what a cap leaves of a rule is not lowered below nothing": (
        (
            "earn a\n  on any product\n  give 2 bonus per 10 RUB\n  round up per order\n"
            "  cap 5 bonus per line before boosts\nend\n\n"
            "boost b\n  changes a\n  multiply by 0.3\nend\n"
        ),
        {"a": (0, 0, 1)},
    ),
    # 9.99, 4.01 and 0.5, as much again by b, and c takes nine tenths of all: 17.982, 7.218 and 0.9. The cap leaves 1, 2
    # and 0.5 of b: 0, 0 and 0.1, rounded up.
    "what a cap leaves of one boost is not lowered below nothing by another": (
        (
            "earn a\n  on any product\n  give 1 bonus per 10 RUB\n  round up per order\nend\n\n"
            "boost b\n  changes a\n  on any product\n  multiply by 2\n  cap 1 bonus per item\nend\n\n"
            "boost c\n  changes a\n  multiply by 0.1\nend\n\n"
            "group both\n  rule b\n  rule c\n  one after another\nend\n"
        ),
        {"a": (0, 0, 1)},
    ),
    # All 145 count while the guardrail is asked, and 104.90 of them not at all afterwards: 4 full tens of 40.10.
    "a guardrail that takes what it is asked about": (
        (
            "segment buyers\n  when spend in last 30 days at least 145 RUB\nend\n\n"
            "never gone\n  blocks everything\n  on Dairy\n  for in segment buyers\nend\n\n"
            "never away\n  blocks everything\n  when spend in last 30 days at least 146 RUB\nend\n\n"
            "earn a\n  give 1 bonus per full 10 RUB of spend in last 30 days\nend\n"
        ),
        {"a": 4},
    ),
    # One full hundred of 145, and on no line.
    "a gift by a measure": (
        "earn a\n  give 1 bonus per full 100 RUB of spend in calendar month\nend\n",
        {"a": 1},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_an_award_comes_to_what_was_worked_out_by_hand(name: str) -> None:
    rules, wanted = CASES[name]
    programme = load(HEAD + SETS + rules)
    assert set(programme.coverage().values()) == {""}
    order = purchase("o-1", "m", "2026-03-07T10:00:00Z", LINES, currency="RUB", channel="app")
    with deciding_by("both"):
        effects = programme.decide(programme.new_member("m"), order).effects
    awarded = [one for one in effects if isinstance(one, PointsAwarded)]
    assert {one.rule: one.lines if any(one.lines) else one.granted for one in awarded} == wanted
