"""What the checker makes of rules: gifts in smallest units, ceilings, dates, purses. Values typed by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest

from loyalty_rules.amounts import Rounding
from loyalty_rules.calendar import Period, instant_of, parse_date
from loyalty_rules.lang import checked as k
from loyalty_rules.lang import conditions as c
from loyalty_rules.lang.checked import Place, Scope
from loyalty_rules.source import Span
from tests.lang.checking import boost, checked, club, codes, earn, problem_of

SPAN = Span(0, 0)

CASH = """
purse cash "Cashback"
  counted in RUB
  round half up per line
  usable after 14 days
  expire after 12 months at end of calendar month
  expire through 2030-12-31
  hold at most 5 000 RUB
end
"""

MILES = """
purse miles
  decimals 2
  round half even per item
  usable from start of next calendar quarter
  expire at end of calendar year
  worth 1 RUB per 4 miles
end
"""

RATES = """
table rates
  value rate is percent
  | money paid                          | rate |
  | at most 500 RUB                     | 1%   |
  | over 500 RUB and at most 1 500 RUB  | 2.5% |
  | over 1 500 RUB                      | 5%   |
end
"""


def give(*clauses: str, blocks: tuple[str, ...] = (CASH, MILES)) -> k.Give:
    (found,) = checked(club(*blocks, earn(*clauses))).earns["base"].gives
    return found


# ---------- gifts


def test_a_rate_is_worth_smallest_units_per_step_of_minor_units() -> None:
    found = give("on any product", "give 1 bonus per 10 RUB")
    assert found == k.Give("bonus", Fraction(1), k.Step(k.StepKind.PER, 1000, items=False), span=SPAN)


def test_a_rate_into_a_purse_with_decimals_counts_them() -> None:
    found = give("on any product", "give 1.5 miles per full 100 RUB")
    assert found == k.Give("miles", Fraction(150), k.Step(k.StepKind.FULL, 10000, items=False), span=SPAN)


def test_a_rate_by_items() -> None:
    found = give("on any product", "give 5 bonus per started 2 items")
    assert found == k.Give("bonus", Fraction(5), k.Step(k.StepKind.STARTED, 2, items=True), span=SPAN)


def test_a_fixed_gift_has_no_step() -> None:
    assert give("give 300 bonus") == k.Give("bonus", Fraction(300), None, span=SPAN)


def test_a_per_cent_of_money_gives_whole_currency_units_as_points() -> None:
    # 5% of 1 000 RUB are 50 points: of a kopeck 5/100 of a hundredth of a point.
    found = give("on any product", "give 5% to bonus")
    assert found == k.Give("bonus", Fraction(1, 2000), k.Step(k.StepKind.PER, 1, items=False), span=SPAN)
    assert found.value * 1000_00 == 50


def test_a_per_cent_of_money_gives_money() -> None:
    found = give("on any product", "give 5% to cash")
    assert found.value * 1000_00 == 50_00


def test_a_per_cent_into_a_purse_with_decimals() -> None:
    assert give("on any product", "give 5% to miles").value * 1000_00 == 50_00


def test_in_a_currency_without_decimals_a_per_cent_counts_whole_units() -> None:
    text = club(earn("on any product", "give 5% to bonus"), currency="JPY")
    (found,) = checked(text).earns["base"].gives
    assert found.value * 1000 == 50


def test_a_table_of_per_cents_is_worth_what_all_of_the_basis_would_be() -> None:
    found = give("on any product", "give [rates] to cash each part", blocks=(CASH, RATES))
    step = k.Step(k.StepKind.PER, 1, items=False)
    assert found == k.Give("cash", Fraction(1), step, "rates", k.Parts.EACH, span=SPAN)


def test_a_table_of_numbers_multiplies_one_unit() -> None:
    factors = RATES.replace("percent", "number").replace("%", "")
    found = give("on any product", "give [rates] miles per 10 RUB whole amount", blocks=(MILES, factors))
    step = k.Step(k.StepKind.PER, 1000, items=False)
    assert found == k.Give("miles", Fraction(100), step, "rates", k.Parts.WHOLE, span=SPAN)


def test_a_step_of_a_measure_is_counted_in_its_unit() -> None:
    found = give("give 10 bonus per full 3 items of items since joining")
    assert found.step is not None and found.step.of is not None
    assert (found.step.size, found.step.items) == (3, False)
    assert found.step.of.key == "ITEMS SINCE_JOINING"


def test_a_per_cent_of_points_counts_whole_points() -> None:
    rule = earn("basis earned miles in calendar month before this order", "give 10% to bonus", name="more")
    found = checked(club(MILES, rule)).earns["more"]
    assert isinstance(found.base, c.Measure)
    assert found.gives[0].value * 500_00 == 50


@pytest.mark.parametrize(
    ("clauses", "code"),
    [
        (("give 1.5 bonus",), "L051"),
        (("give 5 RUB",), "L030"),
        (("on any product", "give 1 bonus per 10 miles"), "L053"),
        (("on any product", "give [bonus] to cash"), "L036"),
        (("give 3 bonus per 1 item",), "L070"),
        (("on any product", "give 0% to cash"), "L068"),
        (("on any product", "give 1 bonus per 0 RUB"), "L068"),
    ],
)
def test_gifts_that_mean_nothing_are_refused(clauses: tuple[str, ...], code: str) -> None:
    assert codes(club(CASH, MILES, earn(*clauses))) == [code]


# ---------- purses


def test_purses_in_smallest_units() -> None:
    programme = checked(club(CASH, MILES, earn("give 1 bonus")))
    cash, miles, bonus = (programme.purses[name] for name in ("cash", "miles", "bonus"))
    assert (cash.decimals, cash.currency, cash.hold_at_most) == (2, "RUB", 500_000)
    assert cash.rounding == k.RoundingRule(Rounding.HALF_UP, Place.LINE)
    assert cash.usable == k.Usable(days=14)
    assert cash.expire == (k.Expiry(months=12, end=Period.MONTH), k.Expiry(through=parse_date("2030-12-31")))
    assert (miles.decimals, miles.currency) == (2, "")
    assert miles.worth == Fraction(100, 400)  # a kopeck for 0.04 miles
    assert miles.usable == k.Usable(next=Period.QUARTER)
    assert miles.expire == (k.Expiry(end=Period.YEAR),)
    assert (bonus.usable, bonus.expire, bonus.worth) == (k.Usable(), (), None)


def test_a_rule_may_have_a_life_of_its_own() -> None:
    rule = earn("give 1 bonus", "usable after 36 hours", "expire after 2 weeks", "round up per line")
    found = checked(club(rule)).earns["base"]
    assert (found.usable, found.expire) == (k.Usable(hours=36), (k.Expiry(days=14),))
    assert found.rounding == k.RoundingRule(Rounding.UP, Place.LINE)
    plain = checked(club(earn("give 1 bonus"))).earns["base"]
    assert (plain.usable, plain.expire, plain.rounding) == (None, None, None)
    never = checked(club(earn("give 1 bonus", "expire never"))).earns["base"]
    assert never.expire == ()


def test_ends_and_beginnings_of_lives() -> None:
    purse = (
        "purse stars\n  round down per order\n  usable from start of next calendar month plus 2 weeks\n"
        "  expire after 36 months on day 30 september\n  expire on day last day of february\n"
        "  expire when the same day begins 2 years later\n  life counts from usable\nend\n"
    )
    rule = earn("give 1 stars", "usable on day 1 may", "expire on day 29 february")
    programme = checked(club(purse, rule))
    stars, base = programme.purses["stars"], programme.earns["base"]
    assert stars.usable == k.Usable(days=14, next=Period.MONTH)
    assert stars.expire == (
        k.Expiry(months=36, day=(9, 30)),
        k.Expiry(day=(2, 29)),
        k.Expiry(months=24, same_day=True),
    )
    assert stars.from_usable
    assert (base.usable, base.expire) == (k.Usable(day=(5, 1)), (k.Expiry(day=(2, 29)),))
    plain = purse.replace("  life counts from usable", "  life counts from earning")
    assert not checked(club(plain, rule)).purses["stars"].from_usable


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("usable at once", "usable from start of next calendar month plus 30 minutes", "L065"),
        ("usable at once", "usable from start of next calendar week", "L047"),
        ("expire never", "expire when the same day begins 3 hours later", "L065"),
        ("expire never", "expire after 0 days on day 1 may", "L068"),
        ("expire never", "expire never\n  expire on day 1 may", "L083"),
        ("expire never", "expire after 1 year without activity\n  activity balance of bonus", "L171"),
        ("expire never", "expire after 1 year without activity\n  activity orders before this order", "L171"),
        ("expire never", "expire after 1 year\n  activity orders", "L172"),
        ("expire never", "expire never\n  expiry waits while orders in last 3 days at least 1", "L172"),
        ("expire never", "expire after 1 year\n  expiry waits while weekday is monday", "L129"),
        ("expire never", "expire never\n  life counts from usable\n  life counts from earning", "L042"),
        ("expire never", "expire never\n  life counts from usable\n  life counts from usable", "L041"),
    ],
)
def test_lives_that_mean_nothing_are_refused(old: str, new: str, code: str) -> None:
    assert codes(club(earn("give 1 bonus")).replace(old, new)) == [code]


def test_what_activity_is_may_be_of_a_purse_or_needed_by_a_rule() -> None:
    idle = "expire after 12 months without activity"
    purse = "purse stars\n  round down per order\n  usable at once\n  expire never\n  activity orders\nend\n"
    found = checked(club(purse, earn("give 1 stars", idle)))
    assert found.earns["base"].expire == (k.Expiry(months=12, idle=True),)
    (activity,) = found.purses["stars"].activity
    assert (activity.counter, activity.window) == (c.CounterKind.ORDERS, c.EVER)
    assert found.purses["stars"].waits == ()
    assert codes(club(earn("give 1 bonus", idle))) == ["L170"]
    two = (purse, earn("give 1 stars", "give 1 bonus", idle))
    assert codes(club(*two)) == ["L170"]


def test_what_waits_for_an_event_needs_an_event_about_an_order() -> None:
    delivered = "event delivered\n  about an order\nend\n"
    late = earn("give 1 bonus", "usable after 2 weeks since event delivered")
    assert checked(club(delivered, late)).earns["base"].usable == k.Usable(days=14, event="delivered")
    assert checked(club(delivered, late)).events["delivered"].about_order
    at_once = late.replace("2 weeks", "0 hours")
    assert checked(club(delivered, at_once)).earns["base"].usable == k.Usable(event="delivered")
    assert codes(club(late)) == ["L030"]
    assert codes(club("event delivered\nend\n", late)) == ["L174"]
    joining = earn("after joining", "give 1 bonus", "usable after 1 day since event delivered")
    assert codes(club(delivered, joining)) == ["L175"]
    about = earn("after event delivered", "give 1 bonus", "usable after 1 day since event delivered")
    assert codes(club(delivered, about)) == []


def test_a_rule_may_wait_for_time() -> None:
    facts = 'facts\n  member fact born is yearly date leap day on 1 march\n  member fact code is text else ""\nend\n'

    def timing(*clauses: str) -> k.Timing | None:
        found = checked(club(facts, earn("give 1 bonus", *clauses))).earns["base"]
        assert found.trigger is k.TriggerKind.TIME
        return found.timing

    def at(occurs: k.Occurs, period: Period | None = None, days: int = 0, months: int = 0) -> k.Timing:
        return k.Timing(occurs, period, days, months, span=SPAN)

    assert timing("at end of calendar quarter less 2 months") == at(k.Occurs.AT_END, Period.QUARTER, 0, -2)
    assert timing("at start of calendar day plus 1 week") == at(k.Occurs.AT_START, Period.DAY, 7)
    assert timing("at end of year since joining") == at(k.Occurs.JOINED_YEAR)
    assert timing("each year on born") == k.Timing(k.Occurs.EACH_YEAR, fact="born", span=SPAN)
    assert timing("each year on joining date") == at(k.Occurs.EACH_YEAR)
    assert timing("each year on 29 february") == k.Timing(k.Occurs.EACH_YEAR, day=(2, 29), span=SPAN)
    assert timing("through 2026-03-31", "at its end") == at(k.Occurs.ITS_END)


@pytest.mark.parametrize(
    ("clauses", "code"),
    [
        (("at its end",), "L040"),
        (("from 2026-03-01", "at its end"), "L040"),
        (("at end of calendar week",), "L047"),
        (("at start of programme year",), "L047"),
        (("at end of calendar month plus 0 days",), "L068"),
        (("at end of calendar month plus 3 hours",), "L065"),
        (("each year on code",), "L050"),
        (("each year on nobody",), "L030"),
        (("each year on bonus",), "L036"),
        (("at end of calendar month", "each year on 1 march"), "L042"),
        (("at end of calendar month", "at start of calendar month"), "L041"),
        (("at end of calendar month", "on any product"), "L042"),
        (("after joining", "on any product"), "L042"),
        (("at end of calendar month", 'when order store is "a"'), "L060"),
    ],
)
def test_what_a_rule_cannot_wait_for(clauses: tuple[str, ...], code: str) -> None:
    facts = 'facts\n  member fact code is text else ""\nend\n'
    assert codes(club(facts, earn("give 1 bonus", *clauses))) == [code]


def test_a_rule_may_prolong_and_give_nothing() -> None:
    purse = "purse stars\n  round down per order\n  usable at once\n  expire after 1 year\nend\n"
    found = checked(club(purse, earn("prolong stars 2 years"))).earns["base"]
    assert (found.gives, found.prolongs) == ((), (k.Prolong("stars", 0, 24, span=SPAN),))
    both = checked(club(purse, earn("give 1 bonus", "prolong stars 2 weeks"))).earns["base"]
    assert (len(both.gives), both.prolongs) == (1, (k.Prolong("stars", 14, 0, span=SPAN),))
    assert codes(club(purse, earn("prolong stars 0 days"))) == ["L068"]
    assert codes(club(purse, earn("prolong stars 5 hours"))) == ["L065"]
    assert codes(club(purse, earn("prolong stars 1 day", "prolong stars 2 days"))) == ["L078"]
    assert codes(club(purse, earn("prolong bonus 1 day"))) == ["L172"]
    assert codes(club(purse, earn("prolong base 1 day"))) == ["L036"]
    assert codes(club(purse, earn("on any product"))) == ["L040"]
    assert codes(club(purse, earn("prolong stars 1 day", "cap 5 stars per order"))) == ["L082"]


# ---------- ceilings


def test_caps_name_their_counters() -> None:
    rule = earn(
        "on any product",
        "give 5% to cash",
        "cap 500 RUB per member in calendar month",
        "cap 20 cash per order before boosts",
        "limit 2 per member in last 30 days",
        "skip first 200 RUB per order",
        "only first 3 items cheapest first per member while in force",
    )
    found = checked(club(CASH, rule)).earns["base"]
    month = c.Window(c.WindowKind.PERIOD, Period.MONTH)
    assert found.caps == (
        k.Cap("base CAP cash S_MEMBER PERIOD MONTH", "cash", 500_00, Scope.MEMBER, month, False, span=SPAN),
        k.Cap("base CAP cash S_ORDER BEFORE_BOOSTS", "cash", 20_00, Scope.ORDER, None, True, span=SPAN),
    )
    last = c.Window(c.WindowKind.LAST, days=30)
    assert found.limits == (k.Limit("base LIMIT S_MEMBER IN_LAST 30 DAYS", 2, last, span=SPAN),)
    force = c.Window(c.WindowKind.IN_FORCE)
    assert found.base_limits == (
        k.BaseLimit("base SKIP_FIRST T_MONEY S_ORDER", True, 200_00, False, None, Scope.ORDER, None, span=SPAN),
        k.BaseLimit(
            "base ONLY_FIRST ITEMS S_MEMBER IN_FORCE", False, 3, True, k.Pick.CHEAPEST, Scope.MEMBER, force, span=SPAN
        ),
    )


def test_a_minimum_is_counted_in_the_purse_of_the_gift() -> None:
    assert checked(club(CASH, earn("on any product", "give 5% to cash", "minimum 5 RUB"))).earns["base"].minimum == 500


@pytest.mark.parametrize(
    ("clause", "code"),
    [
        ("cap 5 miles per order", "L082"),
        ("cap 5 RUB per order", "L053"),
        ("cap 100 bonus per member in previous calendar month", "L063"),
        ("limit 0 per member", "L049"),
        ("limit 1.5 per member", "L049"),
        ("minimum 0 bonus", "L068"),
        ("only first 2 items cheapest first per item", "L075"),
        ("skip first 200 USD", "L052"),
        ("usable after 30 minutes", "L065"),
    ],
)
def test_ceilings_that_mean_nothing_are_refused(clause: str, code: str) -> None:
    assert codes(club(MILES, earn("on any product", "give 1 bonus per 10 RUB", clause))) == [code]


def test_a_limit_without_a_window_is_for_ever() -> None:
    (found,) = checked(club(earn("give 1 bonus", "limit 3 per member"))).earns["base"].limits
    assert found == k.Limit("base LIMIT S_MEMBER EVER", 3, c.EVER, span=SPAN)


@pytest.mark.parametrize("window", ["in this order", "in previous calendar month"])
def test_a_limit_is_not_counted_over_an_order_or_a_month_that_is_over(window: str) -> None:
    assert codes(club(earn("give 1 bonus", f"limit 3 per member {window}"))) == ["L063"]


def test_a_cap_per_line_needs_lines() -> None:
    assert codes(club(earn("give 10 bonus", "cap 5 bonus per line"))) == ["L075"]


# ---------- dates


def test_dates_include_their_last_day_in_the_programmes_zone() -> None:
    found = checked(club(earn("give 1 bonus", "from 2026-03-01 through 2026-03-31"))).earns["base"].dates
    assert found == k.Dates(instant_of("2026-03-01T00:00:00+03:00"), instant_of("2026-04-01T00:00:00+03:00"))


def test_a_day_that_starts_later_moves_the_dates() -> None:
    text = club(earn("give 1 bonus", "from 2026-03-01 through 2026-03-31"), programme="  day starts 04:00")
    found = checked(text).earns["base"].dates
    assert found == k.Dates(instant_of("2026-03-01T04:00:00+03:00"), instant_of("2026-04-01T04:00:00+03:00"))


def test_moments_are_instants_of_the_programmes_zone() -> None:
    rule = earn("give 1 bonus", "from 2026-07-01 10:00 until 2026-07-02 10:30")
    found = checked(club(rule, zone="Asia/Jerusalem")).earns["base"].dates
    assert found == k.Dates(instant_of("2026-07-01T10:00:00+03:00"), instant_of("2026-07-02T10:30:00+03:00"))


def test_one_end_may_be_open() -> None:
    found = checked(club(earn("give 1 bonus", "through 2026-03-31"))).earns["base"].dates
    assert found == k.Dates(None, instant_of("2026-04-01T00:00:00+03:00"))


# ---------- boosts and guardrails


def test_boosts_change_rules() -> None:
    base = earn("on any product", "give 5% to cash")
    text = club(
        CASH,
        base,
        boost("changes base", "when weekday is sunday", "multiply by 1.5", name="sunday_double"),
        boost("changes base", "when weekday is monday", "increase by 2% to cash", "after rounding", name="monday_more"),
        boost("changes base", "when weekday is friday", "replace with 1 cash per 10 RUB", name="friday_rate"),
    )
    found = checked(text).boosts
    coin = k.Step(k.StepKind.PER, 1, items=False)
    assert found["sunday_double"].effect == k.Multiply(Fraction(3, 2))
    assert found["monday_more"].effect == k.Increase(k.Give("cash", Fraction(2, 100), coin, span=SPAN))
    assert found["monday_more"].after_rounding and not found["sunday_double"].after_rounding
    step = k.Step(k.StepKind.PER, 1000, items=False)
    assert found["friday_rate"].effect == k.Replace(k.Give("cash", Fraction(100), step, span=SPAN))
    assert found["sunday_double"].changes == ("base",)


def test_a_boost_of_event_rules_sees_the_facts_of_the_event() -> None:
    event = "event review\n  fact stars is number\nend\n"
    rule = earn("after event review", "give 10 bonus")
    assert codes(club(event, rule, boost("changes base", "when stars is 5", "multiply by 2"))) == []
    plain = earn("give 10 bonus", name="plain")
    both = boost("changes base, plain", "when stars is 5", "multiply by 2")
    assert codes(club(event, rule, plain, both)) == ["L061"]


def test_guardrails() -> None:
    text = club(
        'products Tobacco\n  where category is "tobacco"\nend\n',
        "never no_tobacco\n  on Tobacco, delivery\n  blocks earning\n  blocks tier counting\nend\n",
        earn("on any product", "except Tobacco, delivery", "give 1 bonus per 10 RUB"),
    )
    programme = checked(text)
    lines = c.LineSet(any_product=False, delivery=True, sets=("Tobacco",))
    assert programme.nevers["no_tobacco"].lines == lines
    assert programme.nevers["no_tobacco"].blocks == {k.Blocks.EARNING, k.Blocks.TIERS}
    but = c.LineSet(any_product=True, delivery=False, sets=(), except_sets=("Tobacco",), except_delivery=True)
    assert programme.earns["base"].lines == but


def test_a_misspelt_purse_is_suggested() -> None:
    words, problem = problem_of(club(earn("give 10 bonis")))
    assert (words, problem.code, getattr(problem, "suggestion", None)) == ("bonis", "L030", "bonus")


# ---------- what would carry nothing, what would never be told


def test_a_rule_that_rounds_per_line_has_nothing_to_carry() -> None:
    carrying = "purse pts\n  round down per order\n  carry remainder\n  usable at once\n  expire never\nend\n"
    rate = ("on any product", "give 1 pts per 10 RUB")
    assert codes(club(carrying, earn(*rate))) == []
    assert codes(club(carrying, earn(*rate, "round down per line"))) == ["L089"]
    assert codes(club(earn("on any product", "give 1 bonus per 10 RUB", "round down per line"))) == []


@pytest.mark.parametrize(
    ("clause", "found"),
    [
        ('message given en "{amount} until {until}, {title}, {level}"', []),
        ('message given en "{distance} to go"', ["L039"]),
        ('message missed en "{distance} to go, {title}, {level}"', []),
        ('message missed en "{amount} missed"', ["L039"]),
        ('message missed en "until {until}"', ["L039"]),
    ],
)
def test_a_message_asks_for_what_is_known_when_it_is_told(clause: str, found: list[str]) -> None:
    assert codes(club(earn("on any product", "give 1 bonus per 10 RUB", clause))) == found


def test_a_message_of_a_ladder_knows_the_level_and_no_amount() -> None:
    year = "when spend in calendar year at least"
    ladder = "tiers status\n  level gold {} 100 RUB\n  upgrade from next order\n  review never\n  {}\nend\n"
    give = earn("on any product", "give 1 bonus per 10 RUB")
    assert codes(club(ladder.format(year, 'message given en "{level} of {title}"'), give)) == []
    assert codes(club(ladder.format(year, 'message given en "{amount}"'), give)) == ["L039"]
