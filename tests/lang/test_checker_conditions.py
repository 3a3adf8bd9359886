"""Conditions and measures: operands typed, constants in smallest units, questions only where they have an answer."""

from __future__ import annotations

from fractions import Fraction

import pytest

from loyalty_rules.calendar import Period, parse_date
from loyalty_rules.lang import conditions as c
from loyalty_rules.lang.walking import parts_of
from loyalty_rules.source import Span
from tests.lang.checking import checked, club, codes, earn, problem_of

SPAN = Span(0, 0)

FACTS = """
facts
  line fact organic is yes or no else no
  line fact litres is number optional
  line fact best_before is date else 2030-01-01
  order fact meal is one of "lunch", "dinner"
  order fact travel is date optional
  order fact litres_total is number else 0
  member fact birthday is yearly date leap day on 1 march optional
  member fact staff_discount is percent else 10%
  member fact card_limit is money else 1 000 RUB
end

event review
  fact stars is number
  fact note is text optional
end

products Coffee
  where category is one of "coffee", "tea"
end

segment vip
  supplied by host
end

purse miles
  decimals 2
  round down per order
  usable at once
  expire never
end

tiers status
  level green
  level silver above green when spend in last 12 months at least 20 000 RUB
  level gold above silver when spend in last 12 months at least 60 000.50 RUB
  upgrade from next order
  review at end of calendar month
  downgrade to earned level
end
"""

BASIS = c.Base(c.BaseKind.MONEY_PAID)
MONTH = c.Window(c.WindowKind.PERIOD, Period.MONTH)


def condition(text: str, *more: str) -> c.Condition:
    """The condition of a `when` line; `more` are lines beside it."""
    found = checked(club(FACTS, earn(*more, f"when {text}", "give 1 bonus"))).earns["base"].occasion
    return found[-1]


def operand(text: str) -> c.Operand:
    """What `text at least …` asks, for a measure of money, points or things."""
    found = condition(text)
    assert isinstance(found, c.Compared)
    return found.operand


def measure(text: str) -> c.Measure:
    found = operand(text)
    assert isinstance(found, c.Measure)
    return found


def of(field: c.Field, kind: c.Kind) -> c.FieldOf:
    return c.FieldOf(field, kind)


def fact(owner: c.Owner, name: str, kind: c.Kind) -> c.FactOf:
    return c.FactOf(c.Fact(owner, name, kind))


# ---------- constants


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            'order channel is "app"',
            c.Equals(of(c.Field.CHANNEL, c.Kind.TEXT), c.Constant("app"), negated=False, span=SPAN),
        ),
        (
            "weekday is one of saturday, sunday",
            c.In(of(c.Field.WEEKDAY, c.Kind.WEEKDAY), (5, 6), span=SPAN),
        ),
        (
            "month of year is not december",
            c.Equals(of(c.Field.MONTH_OF_YEAR, c.Kind.MONTH), c.Constant(12), negated=True, span=SPAN),
        ),
        (
            "clock time between 09:00 and 12:30",
            c.Between(
                of(c.Field.CLOCK_TIME, c.Kind.TIME),
                c.Constant(9 * 3_600_000_000),
                c.Constant(45_000_000_000),
                span=SPAN,
            ),
        ),
        (
            "date at least 2026-03-01",
            c.Compared(
                of(c.Field.TODAY, c.Kind.DATE), c.Compare.AT_LEAST, c.Constant(parse_date("2026-03-01")), span=SPAN
            ),
        ),
        (
            "order number is 1",
            c.Equals(of(c.Field.ORDER_NUMBER, c.Kind.COUNT), c.Constant(1), negated=False, span=SPAN),
        ),
        (
            "money paid under 99.90 RUB",
            c.Compared(c.BaseTotal(BASIS), c.Compare.UNDER, c.Constant(9990), span=SPAN),
        ),
        (
            "litres_total over 12.5",
            c.Compared(
                c.FactOf(c.Fact(c.Owner.ORDER, "litres_total", c.Kind.NUMBER, otherwise=0)),
                c.Compare.OVER,
                c.Constant(12_500_000),
                span=SPAN,
            ),
        ),
        (
            'meal is "dinner"',
            c.Equals(
                c.FactOf(c.Fact(c.Owner.ORDER, "meal", c.Kind.TEXT, choices=("lunch", "dinner"))),
                c.Constant("dinner"),
                negated=False,
                span=SPAN,
            ),
        ),
    ],
)
def test_constants_are_in_smallest_units(text: str, expected: c.Condition) -> None:
    assert condition(text) == expected


def test_facts_have_their_values_in_smallest_units() -> None:
    facts = checked(club(FACTS, earn("give 1 bonus"))).facts
    assert facts["staff_discount"].otherwise == 10_000_000
    assert facts["card_limit"].otherwise == 100_000
    assert facts["birthday"].leap_on_march_1
    assert facts["organic"].otherwise is False


def test_levels_are_compared_by_rank() -> None:
    base = "date at least 2026-01-01 and "
    for text, how, rank in [
        ("status at least silver", c.Compare.AT_LEAST, 1),
        ("status over silver", c.Compare.OVER, 1),
        ("status under gold", c.Compare.UNDER, 2),
    ]:
        found = condition(base + text)
        assert isinstance(found, c.AllOf)
        assert found.items[1] == c.Compared(c.LevelOf("status"), how, c.Constant(rank), span=SPAN)
    found = condition(base + "status is green")
    assert isinstance(found, c.AllOf)
    assert found.items[1] == c.Equals(c.LevelOf("status"), c.Constant(0), negated=False, span=SPAN)


def test_shares_and_shifted_dates() -> None:
    found = condition("spend on Coffee in this order at least 30% of list price")
    assert isinstance(found, c.Compared)
    assert found.bound == c.ShareOf(Fraction(3, 10), c.BaseTotal(c.Base(c.BaseKind.LIST_PRICE)))
    found = condition("date between 3 days before birthday and 2 months after birthday", "for has birthday")
    assert isinstance(found, c.Between)
    birthday = c.FactOf(c.Fact(c.Owner.MEMBER, "birthday", c.Kind.YEARLY, optional=True, leap_on_march_1=True))
    assert (found.low, found.high) == (c.DateOf(birthday, days=-3), c.DateOf(birthday, months=2))
    found = condition("date is joining date")
    assert isinstance(found, c.Equals)
    assert found.bound == c.DateOf(of(c.Field.JOINING_DATE, c.Kind.DATE))
    found = condition("birthday falls in calendar month", "for has birthday")
    assert found == c.Falls(birthday, MONTH, span=SPAN)


# ---------- measures and their keys

FILTERED = (
    "ORDERS WITH(AllOf(items={Compared(operand=Measure(counter=CounterKind.SPEND,kind=Kind.MONEY,"
    'window=Window(kind=WindowKind.THIS_ORDER,period=-,days=0,months=0,since=-,of=""),before_this_order=no,'
    'base=Base(kind=BaseKind.MONEY_PAID,tenders=[],without_tax=no),of="",fact=-,where=-,each=-,lines=-,by=[],tiers=no),'
    "how=Compare.AT_LEAST,bound=Constant(value=30000)),"
    'Equals(operand=FieldOf(field=Field.CHANNEL,kind=Kind.TEXT,zone=""),bound=Constant(value="app"),negated=no)}))'
    " PERIOD MONTH"
)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("spend in calendar month at least 5 RUB", "SPEND MONEY_PAID PERIOD MONTH"),
        ("spend in calendar month before this order at least 5 RUB", "SPEND MONEY_PAID PERIOD MONTH"),
        ("spend in previous calendar month at least 5 RUB", "SPEND MONEY_PAID PREVIOUS MONTH"),
        (
            "spend on Coffee, delivery in last 12 months at least 5 RUB",
            "SPEND MONEY_PAID ON DELIVERY,Coffee IN_LAST 12 MONTHS",
        ),
        ("spend in last 1 year at least 5 RUB", "SPEND MONEY_PAID IN_LAST 12 MONTHS"),
        ("items on any product in last 2 weeks at least 5", "ITEMS ON ANY_PRODUCT IN_LAST 14 DAYS"),
        ("orders in year since joining at least 5 orders", "ORDERS IN_YEAR_JOINED"),
        ("active days since the beginning at least 5", "ACTIVE_DAYS EVER"),
        ("spend in year of status at least 5 RUB", "SPEND MONEY_PAID IN_YEAR_OF status"),
        ("times review since last change of status at least 5", "TIMES review SINCE_CHANGE status"),
        ("active calendar months on Coffee in calendar year at least 5", "ACTIVE_MONTHS ON Coffee PERIOD YEAR"),
        ("days in a row at least 5", "DAYS_ROW EVER"),
        ("earned miles by base in calendar year before this order at least 5", "EARNED miles BY base PERIOD YEAR"),
        ("balance of miles before this order at least 5", "BALANCE_OF miles EVER"),
        ("total of litres in calendar day at least 5 litres", "TOTAL_OF LINE_FACT litres PERIOD DAY"),
        ("total of stars in calendar day at least 5", "TOTAL_OF EVENT_FACT review stars PERIOD DAY"),
        ("times review since joining at least 3 times", "TIMES review SINCE_JOINING"),
        (
            'orders with (spend at least 300 RUB and order channel is "app") in calendar month at least 3',
            FILTERED,
        ),
    ],
)  # fmt: skip
def test_the_key_of_a_measure_is_its_definition(text: str, key: str) -> None:
    assert measure(text).key == key


def test_equal_measures_have_one_key_whatever_the_order_of_their_parts() -> None:
    one = measure('orders with (spend at least 300 RUB and order channel is "app") in calendar month at least 3')
    other = measure('orders with (order channel is "app" and spend at least 300 RUB) in calendar month at least 3')
    assert one.key == other.key


def test_a_measure_in_a_ladder_counts_apart() -> None:
    level = checked(club(FACTS, earn("give 1 bonus"))).ladders["status"].levels[1]
    assert isinstance(level.condition, c.Compared)
    assert isinstance(level.condition.operand, c.Measure)
    assert level.condition.operand.tiers
    assert level.condition.operand.key == "TIERS SPEND MONEY_PAID IN_LAST 12 MONTHS"
    assert level.condition.bound == c.Constant(6_000_050)


def test_while_in_force_counts_from_the_start_of_the_rule() -> None:
    rule = earn("from 2026-03-01", "when spend while in force at least 5 RUB", "give 1 bonus")
    (found,) = checked(club(rule)).earns["base"].occasion
    assert isinstance(found, c.Compared) and isinstance(found.operand, c.Measure)
    assert found.operand.key == "SPEND MONEY_PAID IN_FORCE 1772312400000000"  # 2026-02-28T21:00:00Z


def test_spend_counts_the_basis_of_its_rule() -> None:
    rule = earn(
        "basis list price without tax", "on any product", "when spend in this order at least 5 RUB", "give 1 bonus"
    )
    (found,) = checked(club(rule)).earns["base"].occasion
    assert isinstance(found, c.Compared) and isinstance(found.operand, c.Measure)
    assert found.operand.base == c.Base(c.BaseKind.LIST_PRICE, without_tax=True)


def test_types_of_measures() -> None:
    assert measure("total of litres in calendar day at least 5").kind is c.Kind.NUMBER
    assert measure("earned miles in calendar day before this order at least 5").kind is c.Kind.POINTS
    found = condition("earned miles in calendar day before this order at least 5.25 miles")
    assert isinstance(found, c.Compared) and found.bound == c.Constant(525)


# ---------- questions without an answer


@pytest.mark.parametrize(
    ("clause", "code", "words"),
    [
        ("when organic is yes", "L055", "organic"),
        ("when on sale", "L055", "on sale"),
        ("when quantity at least 2", "L055", "quantity"),
        ("for spend in calendar month at least 5 RUB", "L057", "spend in calendar month"),
        ('for order channel is "app"', "L057", "order channel"),
        ("for applied base", "L057", "applied base"),
        ("when status is gold", "L058", "status is gold"),
        ("when joining date at least 2026-01-01", "L058", "joining date at least 2026-01-01"),
        ("when travel at least 2026-01-01", "L059", "travel"),
        ("when date is 3 days before travel", "L059", "travel"),
        ("when stars is 5", "L061", "stars"),
        ("when items on Coffee at least 3", "L062", "items on Coffee"),
        ("when spend in this order before this order at least 5 RUB", "L063", "in this order"),
        ("when balance of miles in calendar month at least 5", "L063", "in calendar month"),
        ("when spend in last 36 hours at least 5 RUB", "L065", "in last 36 hours"),
        (
            "when earned miles on Coffee in calendar month at least 5",
            "L064",
            "earned miles on Coffee in calendar month",
        ),
        (
            "when orders with (spend in calendar month at least 5 RUB) in calendar month at least 5",
            "L063",
            "in calendar month",
        ),
        ("when orders with (balance of miles at least 5) in calendar month at least 5", "L066", "balance of miles"),
        ("when orders with (in segment vip) in calendar month at least 5", "L066", "in segment vip"),
        ("when orders with (quantity at least 5) in calendar month at least 5", "L055", "quantity"),
        ("when orders with (active days at least 5) in calendar month at least 5", "L066", "active days"),
        ("when days in a row in calendar month at least 5", "L063", "in calendar month"),
        ("when spend in year of base at least 5 RUB", "L036", "base"),
        ("when event time at least 2026-01-01", "L050", "2026-01-01"),
        ("when event time at least 09:00", "L050", "09:00"),
        ("when event time at least joining date", "L050", "joining date"),
        ("when event time at least 3 hours after joining date", "L050", "joining date"),
        ("when event time at least travel and has travel", "L050", "travel"),
        ("when event time falls in calendar month", "L054", "event time falls in calendar month"),
        ("when date at least 3 hours before event time", "L065", "3 hours before event time"),
        ("when date at least 2026-01-01 09:00", "L050", "2026-01-01 09:00"),
        ("when event time over 0 minutes after event time", "L068", "0 minutes after event time"),
        ("for joining date is event time", "L057", "event time"),
        ("when spend since last change of statsu at least 5 RUB", "L030", "statsu"),
        ("when active days in this order at least 5", "L063", "in this order"),
        ("when days in a row with (spend in calendar day at least 5 RUB) at least 5", "L063", "in calendar day"),
        ("when days in a row with (spend at least 5 RUB and status is gold) at least 5", "L123", "status"),
        ("when days in a row with (orders at least 2 and weekday is sunday) at least 5", "L123", "weekday"),
        ("when days in a row with (orders at least 2 or money paid over 9 RUB) at least 5", "L123", "money paid"),
        ("when days in a row with (spend at least 30% of money paid) at least 5", "L123", "money paid"),
        ("when days in a row with (spend at least 5 RUB and quantity over 2) at least 5", "L055", "quantity"),
        ("when days in a row with (balance of miles at least 5) at least 5", "L123", "balance of miles"),
        ("when calendar months in a row with (days in a row at least 5) at least 5", "L123", "days in a row"),
        (
            "when days in a row with (spend before this order at least 5 RUB) at least 5",
            "L123",
            "spend before this order",
        ),
        ("when days in a row with (spend at least 5 RUB) on Coffee at least 5", "L123", "Coffee"),
        ("when total of birthday in calendar month at least 5", "L036", "birthday"),
        ("when total of meal in calendar month at least 5", "L050", "meal"),
        ("when times Coffee in calendar month at least 5", "L036", "Coffee"),
        ("when date is birthday and has birthday and birthday is 2026-01-01", "L054", "birthday is 2026-01-01"),
        ("when weekday falls in calendar month", "L054", "weekday falls in calendar month"),
        ('when order channel over "app"', "L054", 'order channel over "app"'),
        ("when clock time is 2026-01-01", "L050", "2026-01-01"),
        ("when date is 09:00", "L050", "09:00"),
        ("when order number is 1.5", "L049", "1.5"),
        ("when staff_discount over 5 and date at least 2026-01-01", "L053", "5"),
        ("when earned miles in calendar year before this order at least 5 bonus", "L053", "5 bonus"),
        ("when items in this order at least 3 orders", "L053", "3 orders"),
        (
            "when any 3 among (weekday is sunday or weekday is monday)",
            "L049",
            "any 3 among (weekday is sunday or weekday is monday)",
        ),
        ("when money paid at least 30% of items in this order", "L050", "30% of items in this order"),
        ("when date over bonus", "L036", "bonus"),
        ("when date at most best_before", "L055", "best_before"),
        ("for joining date at most travel and has birthday", "L057", "travel"),
        ("when orders with (date is joining date) in calendar month at least 5", "L066", "joining date"),
    ],
)  # fmt: skip
def test_what_has_no_answer_is_refused_at_its_words(clause: str, code: str, words: str) -> None:
    found, problem = problem_of(club(FACTS, earn(clause, "give 1 bonus")))
    assert (problem.code, found) == (code, words)


def test_what_a_filter_asks_about_is_told_by_its_measures() -> None:
    of_orders = measure('active days with (order channel is "app") in calendar month at least 5')
    assert (of_orders.where is None, of_orders.each) == (False, None)
    whole = measure("days in a row with (spend at least 5 RUB) at least 5")
    assert whole.where is None and isinstance(whole.each, c.Compared) and isinstance(whole.each.operand, c.Measure)
    assert whole.each.operand.window == c.Window(c.WindowKind.EACH, Period.DAY)
    assert whole.each.operand.key == "SPEND MONEY_PAID EACH DAY"


def test_a_filter_of_a_level_counts_what_levels_count() -> None:
    tiers = """tiers keen
  level keen when days in a row with (orders with (spend at least 5 RUB) at least 1) at least 2
  upgrade from next order
  review never
end
"""
    condition = checked(club(FACTS, tiers, earn("give 1 bonus"))).ladders["keen"].levels[0].condition
    found = [part for part in parts_of(condition) if isinstance(part, c.Measure)]
    assert [(one.counter.value, one.tiers) for one in found] == [("DAYS_ROW", True), ("ORDERS", True), ("SPEND", True)]


def test_an_unknown_level_is_suggested() -> None:
    words, problem = problem_of(club(FACTS, earn("for status is silvr", "give 1 bonus")))
    assert (words, problem.code, getattr(problem, "suggestion", "")) == ("silvr", "L030", "silver")


def test_a_line_is_asked_about_lines_only() -> None:
    for text in ('order channel is "app"', "spend in this order at least 5 RUB", "status is gold", "weekday is sunday"):
        products = f"products Some\n  where {text}\nend\n"
        assert codes(club(FACTS, products, earn("give 1 bonus"))) == ["L056"], text


def test_dates_of_a_line_are_compared_with_dates_of_a_line() -> None:
    for text, code in [
        ("best_before under 2026-06-01", []),
        ("best_before under joining date", ["L056"]),
        ("best_before under 3 days after travel", ["L056"]),
    ]:
        products = f"products Old\n  where {text}\nend\n"
        assert codes(club(FACTS, products, earn("give 1 bonus"))) == code, text


def test_a_date_of_the_order_makes_a_question_of_the_occasion() -> None:
    assert (
        codes(club(FACTS, earn("for has birthday", "when has travel", "when joining date is travel", "give 1 bonus")))
        == []
    )


def test_what_an_event_rule_may_ask() -> None:
    def of_event(clause: str) -> list[str]:
        return codes(club(FACTS, earn("after event review", clause, "give 1 bonus")))

    assert of_event("when stars at least 4") == []
    assert of_event("when spend in calendar month at least 5 RUB") == []
    assert of_event("when total of stars in this order at least 4") == []
    assert of_event("when spend in this order at least 5 RUB") == ["L060"]
    assert of_event("when order number is 1") == ["L060"]
    assert of_event('when meal is "lunch"') == ["L060"]
    assert of_event('when note is "good"') == ["L059"]


# ---------- facts that may be missing


@pytest.mark.parametrize(
    ("clauses", "known"),
    [
        (("when travel at least 2026-01-01", "when has travel"), True),
        (("when has travel and travel at least 2026-01-01",), True),
        (("when not (has travel) or travel at least 2026-01-01",), True),
        (("when weekday is sunday or (has travel and travel at least 2026-01-01)",), True),
        (("when has travel or travel at least 2026-01-01",), False),
        (("when travel at least 2026-01-01 or (has travel and weekday is sunday)",), False),
        (("when not (travel at least 2026-01-01)",), False),
    ],
)
def test_a_fact_that_may_be_missing_needs_has(clauses: tuple[str, ...], known: bool) -> None:
    assert codes(club(FACTS, earn(*clauses, "give 1 bonus"))) == ([] if known else ["L059"])


def test_a_missing_fact_of_a_line_needs_has_in_its_set() -> None:
    open_set = "products Big\n  where litres at least 5\nend\n"
    assert codes(club(FACTS, open_set, earn("give 1 bonus"))) == ["L059"]
    known = "products Big\n  where has litres\n  where litres at least 5\nend\n"
    assert codes(club(FACTS, known, earn("give 1 bonus"))) == []
