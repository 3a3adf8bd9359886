"""What takes a whole programme to see: groups, circles, findings, and that one cause gives one diagnostic."""

from __future__ import annotations

import pytest

from loyalty_rules.lang import checked as k
from loyalty_rules.lang.checker import check_tree
from loyalty_rules.lang.parser import read
from loyalty_rules.source import Source
from tests.lang.checking import PURSE, boost, check, checked, club, codes, earn, problem_of

RATE = ("on any product", "give 1 bonus per 10 RUB")
CASH = "purse cash\n  counted in RUB\n  round down per order\n  usable at once\n  expire never\nend\n"


def group(name: str, *clauses: str) -> str:
    return "\n".join((f"group {name}", *(f"  {clause}" for clause in clauses), "end", ""))


TWO = (earn(*RATE, name="one"), earn(*RATE, name="two"))

# ---------- groups


def test_a_group_keeps_its_list() -> None:
    text = club(*TWO, group("both", "rule two", "rule one", "choose largest for member", "decide per line"))
    found = checked(text).groups["both"]
    assert (found.rules, found.policy, found.per_line, found.boosts) == (
        ("two", "one"),
        k.Policy.LARGEST,
        True,
        False,
    )


def test_a_cap_of_a_group_is_counted_in_the_purse_of_its_rules() -> None:
    text = club(*TWO, group("both", "rule one", "rule two", "add up", "cap 100 bonus per order"))
    (cap,) = checked(text).groups["both"].caps
    assert (cap.key, cap.purse, cap.units) == ("both CAP bonus S_ORDER", "bonus", 100)
    wrong = club(CASH, *TWO, group("both", "rule one", "rule two", "add up", "cap 100 RUB per order"))
    assert codes(wrong) == ["L053"]


@pytest.mark.parametrize(
    "policy", ["multiply", "one after another", "add up", "choose first listed\n  decide per order"]
)
def test_boosts_combine_in_every_way(policy: str) -> None:
    boosts = [boost("changes base", "multiply by 2", name=name) for name in ("double", "triple")]
    text = club(earn(*RATE), *boosts, group("both", "rule double", "rule triple", policy))
    assert checked(text).groups["both"].boosts


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        ((earn(*RATE, name="one"), earn("on any product", "give 5% to cash", name="two")), "L110"),
        ((earn(*RATE, name="one"), earn(*RATE, "give 5% to cash", name="two")), "L110"),
    ],
)
def test_rules_of_a_group_give_into_one_purse(rules: tuple[str, ...], code: str) -> None:
    assert codes(club(CASH, *rules, group("both", "rule one", "rule two", "add up"))) == [code]


@pytest.mark.parametrize(
    ("purse", "policy", "code"),
    [
        ("", "choose largest for member", "L118"),
        ("", "choose smallest for member", "L118"),
        ("  worth 1 RUB per 2 bonus\n", "choose largest for member", ""),
        ("", "choose first listed", ""),
    ],
)
def test_a_choice_over_two_purses_knows_what_each_is_worth(purse: str, policy: str, code: str) -> None:
    both = [earn(*RATE, "give 5% to cash", name=name) for name in ("one", "two")]
    text = club(CASH, *both, group("either", "rule one", "rule two", policy, "decide per order"))
    priced = text.replace('purse bonus "Bonus points"\n', f'purse bonus "Bonus points"\n{purse}')
    assert (priced == text) is not bool(purse)
    assert codes(priced) == ([code] if code else [])


def test_boosts_of_a_group_act_on_one_side_of_rounding() -> None:
    early = boost("changes base", "multiply by 2", name="double")
    late = boost("changes base", "multiply by 3", "after rounding", name="triple")
    assert codes(club(earn(*RATE), early, late, group("both", "rule double", "rule triple", "multiply"))) == ["L110"]


# ---------- circles


def waiting(name: str, other: str) -> str:
    """A rule that gives something where another one did."""
    return earn(f"when applied {other}", "give 1 bonus", name=name)


def test_points_of_this_order_count_for_rules_of_a_later_step() -> None:
    miles = PURSE.replace("purse bonus", "purse miles")
    later = earn("basis earned bonus by base in this order", "give 1 miles per 10 bonus", name="second")
    assert codes(club(miles, earn(*RATE), later)) == []
    into_one = earn("basis earned bonus in this order", "give 1 bonus per 10 bonus", name="second")
    assert codes(club(earn(*RATE), into_one)) == ["L032", "L120"]


@pytest.mark.parametrize(
    ("blocks", "code"),
    [
        ((waiting("one", "two"), waiting("two", "one")), "L120"),
        ((earn(*RATE), boost("changes base", "when applied more", "multiply by 2")), "L120"),
        ((earn(*RATE), boost("changes base", "when applied base", "multiply by 2")), "L120"),
        ((earn(*RATE), boost("changes base", "when applied base", "multiply by 2", "after rounding")), ""),
        ((earn(*RATE, "when times base in calendar month at least 3"),), "L120"),
        ((earn(*RATE, "when times base in calendar month before this order at least 3"),), ""),
        ((earn(*RATE, "when times base in previous calendar month at least 3"),), ""),
        ((earn(*RATE, "when balance of bonus at least 3"),), ""),
    ],
)  # fmt: skip
def test_rules_that_wait_for_each_other_do_not_compile(blocks: tuple[str, ...], code: str) -> None:
    assert codes(club(*blocks)) == ([code] if code else [])


def test_a_circle_may_run_through_a_segment_a_table_or_a_group() -> None:
    segment = "segment rich\n  when earned bonus in calendar year at least 100\nend\n"
    assert codes(club(segment, earn(*RATE, "for in segment rich"))) == ["L120"]
    table = "table rates\n  value rate is number\n  | earned bonus in calendar year | rate |\n  | all | 2 |\nend\n"
    assert codes(club(table, earn("on any product", "give [rates] bonus per 10 RUB"))) == ["L120"]
    inside = earn(*RATE, "when applied one", name="two")
    assert codes(club(TWO[0], inside, group("both", "rule one", "rule two", "add up"))) == ["L120"]


def test_a_level_of_the_next_order_may_rest_on_points_that_it_decides() -> None:
    tiers = "tiers status\n  level a when earned bonus in calendar year at least 100\n  {}\n  review never\nend\n"
    rule = earn(*RATE, "for status is a")
    assert codes(club(tiers.format("upgrade from next order"), rule)) == []
    assert codes(club(tiers.format("upgrade from start of next calendar month"), rule)) == []
    assert codes(club(tiers.format("upgrade from this order"), rule)) == ["L105"]
    assert codes(club(tiers.format("upgrade from this order"), earn(*RATE))) == []


def test_eight_steps_are_allowed() -> None:
    chain = [earn("give 1 bonus", name="r1")]
    chain += [earn(f"when applied r{number}", "give 1 bonus", name=f"r{number + 1}") for number in range(1, 8)]
    assert codes(club(*chain)) == []
    assert codes(club(*chain, earn("when applied r8", "give 1 bonus", name="r9"))) == ["L121"]


# ---------- findings


def test_an_accepted_finding_is_not_reported_and_the_programme_stands() -> None:
    loose = earn("give 5 bonus", "cap 10 bonus per order", 'allow L153 "the gift grows in spring"')
    assert codes(club(loose)) == []
    elsewhere = club(
        earn("give 5 bonus", "cap 10 bonus per order"), earn("give 1 bonus", 'allow L153 "no"', name="other")
    )
    assert codes(elsewhere) == ["L153", "L154"]


@pytest.mark.parametrize("word", ["days", "hour", "лет", "недели", "минуту"])
def test_a_purse_is_not_called_like_a_unit_of_time(word: str) -> None:
    purse = f"purse {word}\n  round down per order\n  usable at once\n  expire never\nend\n"
    assert codes(club(purse)) == ["L098"]
    fact = f"facts\n  order fact {word} is {{}}\nend\n"
    rule = earn(f"when {word} at least 30", "give 1 bonus")
    assert codes(club(fact.format("number else 0"), rule)) == []
    assert codes(club(earn("give 1 bonus", name=word))) == []


def test_a_warning_does_not_stop_a_programme_and_an_error_does() -> None:
    assert check(club(earn("give 5 bonus", "cap 10 bonus per order")))[0] is not None
    assert check(club(earn("give 5 bonis")))[0] is None


def test_an_error_cannot_be_allowed() -> None:
    assert codes(club(earn("give 5 bonis", 'allow L030 "why not"'))) == ["L030"]


@pytest.mark.parametrize(
    ("clauses", "code"),
    [
        (("give 5 bonus", "cap 5 bonus per order"), "L153"),
        (("give 5 bonus", "cap 4 bonus per order"), ""),
        (("give 5 bonus", "cap 10 bonus per member in calendar month"), ""),
        (("on any product", "give 5 bonus per 10 RUB", "cap 10 bonus per order"), ""),
        (("give 5 bonus", "minimum 20 bonus", "cap 10 bonus per order"), ""),
        (("give 1 bonus", "when clock time between 18:00 and 09:00"), "L151"),
        (("give 1 bonus", "when weekday is sunday", "when weekday is monday"), "L151"),
        (("give 1 bonus", "when weekday is sunday or weekday is monday", "when weekday is monday"), ""),
        (("give 1 bonus", "when money paid over 5 RUB", "when money paid under 5.01 RUB"), ""),
        (("give 1 bonus", "from 2026-03-31 until 2026-03-31"), "L150"),
        (("give 1 bonus", "from 2026-03-31 through 2026-03-31"), ""),
    ],
)
def test_what_never_comes_to_anything_is_found(clauses: tuple[str, ...], code: str) -> None:
    assert codes(club(earn(*clauses))) == ([code] if code else [])


def test_a_boost_may_lift_a_gift_to_its_cap() -> None:
    gift = earn("give 5 bonus", "cap 10 bonus per order")
    assert codes(club(gift, boost("changes base", "multiply by 3"))) == []
    own = earn("give 5 bonus", "cap 10 bonus per order before boosts")
    assert codes(club(own, boost("changes base", "multiply by 3"))) == ["L153"]


FACTORS = """table factors
  value factor is number
  | spend in this order | factor |
  | under 1 000 RUB     | 2      |
  | at least 1 000 RUB  | {}  |
end
"""


@pytest.mark.parametrize(
    ("clause", "code"),
    [
        ("multiply by 100", ""),
        ("multiply by 100.01", "L155"),
        ("multiply by [factors]", "L155"),
        ("increase by 10 000% to bonus", ""),
        ("increase by 10 000.01% to bonus", "L155"),
        ("replace with 20 000% to bonus", "L155"),
        ("replace with 20 000 bonus per 1 RUB", ""),
    ],
)
def test_what_multiplies_by_more_than_a_hundred_is_taken_for_a_slip(clause: str, code: str) -> None:
    base = earn("on any product", "give 1% to bonus", name="base")
    text = club(FACTORS.format("500"), base, boost("changes base", clause))
    assert codes(text) == ([code] if code else [])
    accepted = club(FACTORS.format("500"), base, boost("changes base", clause, 'allow L155 "a jubilee"'))
    assert codes(accepted) == ([] if code else ["L154"])
    if "factors" in clause:
        assert codes(text.replace("500", "100")) == []


@pytest.mark.parametrize(("share", "code"), [("10 000%", ""), ("10 001%", "L155"), ("[shares]", "L155")])
def test_a_share_of_more_than_a_hundred_times_is_taken_for_a_slip(share: str, code: str) -> None:
    shares = FACTORS.replace("factors", "shares").replace("factor", "share").replace("number", "percent")
    shares = shares.format("10 001%").replace("| 2 ", "| 2%")
    parts = " whole amount" if "[" in share else ""
    text = club(shares, earn("on any product", f"give {share} to bonus{parts}"))
    assert codes(text) == ([code] if code else [])


@pytest.mark.parametrize(
    ("first", "shadows"),
    [
        (("give 5 bonus",), True),
        (("give 5 bonus", "when weekday is sunday"), False),
        (("give 5 bonus", "limit 1 per member in calendar day"), False),
        (("give 5 bonus", "from 2026-01-01"), False),
        (("on any product", "give 5 bonus"), False),
        (RATE, False),
    ],
)
def test_only_a_rule_that_always_gives_shadows_those_behind_it(first: tuple[str, ...], shadows: bool) -> None:
    listed = group("pick", "rule one", "rule two", "choose first listed", "decide per order")
    text = club(earn(*first, name="one"), earn("give 9 bonus", name="two"), listed)
    assert codes(text) == (["L152"] if shadows else [])


# ---------- one cause, one diagnostic


@pytest.mark.parametrize(
    ("wrong", "right", "codes_found"),
    [
        ("round dawn per order", "round down per order", ["L012"]),  # the purse does not lack its rounding
        ("purse bonus Bonus", 'purse bonus "Bonus points"', ["L015"]),  # and `bonus` is not unknown
        ("curency RUB", "currency RUB", ["L012"]),
        ("basis money", "basis money paid", ["L015"]),
    ],
)
def test_what_could_not_be_read_is_not_missed(wrong: str, right: str, codes_found: list[str]) -> None:
    text = club(earn(*RATE))
    assert right in text
    assert codes(text.replace(right, wrong)) == codes_found


def test_a_wrong_currency_is_one_mistake() -> None:
    found = codes(club(earn(*RATE, "cap 5 bonus per order"), currency="RUX"))
    assert found == ["L045"]


def test_a_missing_week_start_is_said_once() -> None:
    rule = earn(*RATE, "cap 5 bonus per member in calendar week", "limit 3 per member in calendar week")
    assert codes(club(rule)) == ["L047"]
    assert codes(club(rule, programme="  week starts sunday")) == []


def test_a_missing_programme_year_is_said_once() -> None:
    rule = earn(*RATE, "cap 5 bonus per member in programme year")
    assert codes(club(rule)) == ["L047"]
    found = checked(club(rule, programme="  programme year starts last day of february"))
    assert found.year_start == (2, 29)


def test_no_blocks_no_programme_and_no_further_mistakes() -> None:
    source = Source("test.loyalty", "loyalty rules 1\n")
    reading = read(source)
    assert check_tree(reading.tree, source, reading.lines) == (None, ())


def test_look_alike_names_are_told_apart_by_their_letters() -> None:
    words, problem = problem_of(club(earn("give 1 боnus")))
    assert problem.code == "L006"  # two scripts in one name
    assert words == "боnus"


def test_settings_of_a_programme() -> None:
    lines = "  week starts sunday\n  day starts 04:00\n  programme year starts 1 march"
    found = checked(club(earn("give 1 bonus"), programme=lines))
    assert (found.language, found.title) == ("en", "Club")
    assert (found.week_start, found.day_start, found.year_start) == (6, 14_400, (3, 1))
    assert (found.currency, found.exponent, found.zone, found.tax_included) == ("RUB", 2, "Europe/Moscow", True)


def test_redeem_rules_stand_in_groups_of_their_own() -> None:
    pay = "redeem {0}\n  uses coins\n  pays 1 RUB per 1 coins\n  on any product\n  too much is lowered\nend\n"
    coins = CASH.replace("cash\n  counted in RUB", "coins").replace("expire never", "expire never\n  take oldest first")
    rules = [coins, *TWO, pay.format("first"), pay.format("second")]
    mixed = club(*rules, group("both", "rule first", "rule one", "one after another"))
    assert codes(mixed) == ["L110"]
    bounded = club(*rules, group("both", "rule one", "rule two", "add up", "together at most 5 RUB"))
    assert codes(bounded) == ["L205"]
    listed = ("rule first", "rule second", "one after another", "decide per order", "cap 5 coins per order")
    assert codes(club(*rules, group("both", *listed))) == ["L205", "L205"]
