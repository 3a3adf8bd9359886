"""Examples become events of the member "example", with what is given before and what is expected after."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from loyalty_rules import RuleFileError
from loyalty_rules.calendar import instant_of, parse_date
from loyalty_rules.decision import Outcome
from loyalty_rules.events import Enrolment, Happening, Line, Purchase, Tender, Tick
from loyalty_rules.lang import checked as k
from loyalty_rules.lang import conditions as c
from loyalty_rules.source import Span
from loyalty_rules.testing.examples import run_examples
from tests.engine.deciding import programme
from tests.lang.checking import check, checked, club, codes, earn, problem_of

SPAN = Span(0, 0)

DECLARED = """
facts
  line fact organic is yes or no else no
  line fact litres is number optional
  line fact deposit is money else 0 RUB
  line fact grade is one of "a", "b" optional
  order fact own_cup is yes or no else no
  order fact travel is date optional
  member fact birthday is yearly date leap day on 28 february optional
  member fact card_limit is money else 0 RUB
end

event review
  fact stars is number
  fact visited is yearly date leap day on 1 march optional
end

purse cash
  counted in RUB
  round down per order
  usable at once
  expire never
end

tiers status
  level silver when spend in last 12 months at least 20 000 RUB
  upgrade from next order
  review never
end
"""

RULES = (
    earn("on any product", "give 1 bonus per 10 RUB", "give 5% to cash"),
    earn("after event review", "give 10 bonus", name="for_review"),
)


def example(*lines: str, programme: str = "") -> str:
    body = "\n".join(f"  {line}" for line in lines)
    return club(DECLARED, *RULES, f'example "An example"\n{body}\nend\n', programme=programme)


def the_example(*lines: str, programme: str = "") -> k.Example:
    (found,) = checked(example(*lines, programme=programme)).examples
    return found


def order(*rows: str, programme: str = "") -> Purchase:
    """The purchase of an order with these rows."""
    text = ('at 2026-03-07 11:00 places order "p-1"', *(f"| {row} |" for row in rows))
    event = the_example(*text, programme=programme).steps[0].event
    assert isinstance(event, Purchase)
    return event


# ---------- orders


def test_an_order_has_its_lines_its_tenders_and_its_details() -> None:
    (step,) = the_example(
        'at 2026-03-07 11:00 places order "p-1"',
        'detail order store is "arbat"',
        'detail order channel is "app"',
        'detail order merchant is "main"',
        "detail own_cup is yes",
        "detail travel is 2026-05-01",
        "| sku   | category | brand | product tag | quantity | unit price | organic | litres | deposit | grade |",
        "| latte | coffee   | own   | hot, new    | 2        | 125 RUB    | yes     | 0.3    | 1.5 RUB | a     |",
        "| cup   |          |       |             |          | 300 RUB    |         |        |         |       |",
        'paid 500 RUB by tender "card"',
        'paid 50 RUB by tender "cash"',
    ).steps
    facts = (("deposit", Decimal("1.50")), ("grade", "a"), ("litres", Decimal("0.300000")), ("organic", True))
    assert step.event == Purchase(
        id="p-1",
        member="example",
        at=instant_of("2026-03-07T11:00:00+03:00"),
        currency="RUB",
        lines=(
            Line("1", "latte", "coffee", "own", ("hot", "new"), 2_000_000, 125_000_000, None, 0, 0, facts),
            Line("2", "cup", "", "", (), 1_000_000, 300_000_000, None, 0, 0),
        ),
        tenders=(Tender("card", 500_000_000), Tender("cash", 50_000_000)),
        merchant="main",
        store="arbat",
        channel="app",
        facts=(("own_cup", True), ("travel", date(2026, 5, 1))),
    )


def test_without_payment_the_tenders_are_not_known() -> None:
    assert order("sku | unit price", "latte | 250 RUB").tenders is None


def test_data_in_cells_may_stand_in_quotes() -> None:
    (line,) = order("brand | sku | unit price", '"sunday" | "a, b" | 250 RUB').lines
    assert (line.brand, line.sku) == ("sunday", "a, b")


def test_amounts_of_whole_lines() -> None:
    lines = order("list price | price after discounts", "300 RUB | 250.50 RUB", "100 RUB | 100 RUB").lines
    assert [(line.price, line.amount, line.discount) for line in lines] == [
        (None, 300_000_000, 49_500_000),
        (None, 100_000_000, 0),
    ]


def test_a_unit_price_may_be_finer_than_a_coin_and_a_discount_counts_all_units() -> None:
    heads = "quantity | unit price | price after discounts"
    (line,) = order(heads, "3 | 0.335 RUB | 1 RUB").lines
    assert (line.quantity, line.price, line.amount, line.discount) == (3_000_000, 335_000, None, 5_000)


def test_tax_is_what_is_left_out_or_comes_on_top() -> None:
    (line,) = order("list price | price after discounts without tax", "120 RUB | 100 RUB").lines
    assert line.tax == 20_000_000
    text = example('at 2026-03-07 11:00 places order "p"', "| list price | money paid |", "| 100 RUB | 120 RUB |")
    (found,) = checked(text.replace("prices include tax", "tax comes on top of prices")).examples
    event = found.steps[0].event
    assert isinstance(event, Purchase)
    assert event.lines[0].tax == 20_000_000


def test_delivery_is_a_line_that_says_so() -> None:
    lines = order("sku | delivery | list price", "latte | no | 250 RUB", "courier | yes | 99 RUB").lines
    assert [line.delivery for line in lines] == [False, True]


# ---------- other steps


def test_the_other_events() -> None:
    steps = the_example(
        "at 2026-03-07 11:00 joins",
        "at 2026-03-08 11:00 reports event review",
        "detail stars is 4.5",
        "detail visited is 2026-02-28",
        "at 2026-03-09 nothing happens",
    ).steps
    assert [step.event for step in steps] == [
        Enrolment("step-1", "example", instant_of("2026-03-07T11:00:00+03:00")),
        Happening(
            "step-2",
            "example",
            instant_of("2026-03-08T11:00:00+03:00"),
            "review",
            (("stars", Decimal("4.500000")), ("visited", date(2000, 2, 28))),
        ),
        Tick("example", instant_of("2026-03-09T00:00:00+03:00")),
    ]


# ---------- givens


def test_what_is_given() -> None:
    month = "spend in calendar month is 500 RUB"
    found = the_example(
        "given status is silver",
        "given balance of bonus is 30",
        "given balance of cash is 5.50 RUB",
        f"given {month}",
        "given birthday is 1990-05-06",
        "given card_limit is 1 000 RUB",
        "given joining date is 2025-01-02",
        "given order number is 7",
        "at 2026-03-09 nothing happens",
    ).givens
    measures = [given for given in found if isinstance(given, k.GivenMeasure)]
    assert [(given.measure.key, given.value) for given in measures] == [
        ("SPEND MONEY_PAID PERIOD MONTH", 500_00),
        ("TIERS SPEND MONEY_PAID PERIOD MONTH", 500_00),
    ]
    birthday = c.Fact(c.Owner.MEMBER, "birthday", c.Kind.YEARLY, optional=True)
    limit = c.Fact(c.Owner.MEMBER, "card_limit", c.Kind.MONEY, otherwise=0)
    assert [given for given in found if not isinstance(given, k.GivenMeasure)] == [
        k.GivenLevel("status", "silver", span=SPAN),
        k.GivenBalance("bonus", 30, span=SPAN),
        k.GivenBalance("cash", 550, span=SPAN),
        k.GivenFact(birthday, (5, 6), span=SPAN),
        k.GivenFact(limit, 100_000, span=SPAN),
        k.GivenDate(c.Field.JOINING_DATE, parse_date("2025-01-02"), span=SPAN),
        k.GivenDate(c.Field.ORDER_NUMBER, 7, span=SPAN),
    ]


@pytest.mark.parametrize(
    ("given", "code"),
    [("in segment staff", ""), ("in segment regulars", "L133"), ("in segment stuff", "L030"), ("in segment r", "L036")],
)
def test_a_segment_of_the_host_is_given_and_no_other(given: str, code: str) -> None:
    blocks = (
        "segment staff\n  supplied by host",
        "segment regulars\n  when orders in last 30 days at least 2",
        "earn r\n  for in segment staff\n  give 1 pts",
        f'example "e"\n  given {given}\n  at 2026-03-09 11:00 places order "o"\n  | list price |\n  | 10 RUB |',
    )
    if not code:
        assert [result.failures for result in run_examples(programme(*blocks))] == [()]
        return
    with pytest.raises(RuleFileError) as refused:
        programme(*blocks)
    assert [found.problem.code for found in refused.value.diagnostics] == [code]


def test_no_level_is_the_base() -> None:
    (found,) = the_example("given status is no level", "at 2026-03-09 nothing happens").givens
    assert found == k.GivenLevel("status", "", span=SPAN)


# ---------- expectations

ORDER = ('at 2026-03-07 11:00 places order "p-1"', "| list price |", "| 250 RUB |")


def test_what_is_expected() -> None:
    (step,) = the_example(
        *ORDER,
        "should give 25 bonus by base",
        "should give 12.50 RUB by base",
        "should give nothing by for_review because waiting for an event",
        "afterwards balance of bonus is 25",
    ).steps
    assert step.expected == (
        k.Expected("base", "bonus", 25, None, span=SPAN),
        k.Expected("base", "cash", 1250, None, span=SPAN),
        k.Expected("for_review", "", 0, Outcome.WAITING_FOR_EVENT, span=SPAN),
    )
    (test,) = step.afterwards
    assert isinstance(test, c.Equals) and test.bound == c.Constant(25)
    assert not step.refused
    (refused,) = the_example(*ORDER, "should be refused").steps
    assert refused.refused


@pytest.mark.parametrize(
    ("lines", "code", "words"),
    [
        ((*ORDER, "should give 25 bonus by bese"), "L030", "bese"),
        ((*ORDER, "should give 25 bonus by status"), "L036", "status"),
        ((*ORDER, "should give 25 RUB by for_review"), "L053", "25 RUB"),
        ((*ORDER, "should give 25 cash by for_review"), "L082", "cash"),
        ((*ORDER, "should give 0.5 bonus by base"), "L051", "0.5 bonus"),
        ((*ORDER, "should give 5 bonus by base", "should give nothing by base"), "L139", "should give nothing by base"),
        ((*ORDER, "detail stars is 5"), "L030", "stars"),
        ((*ORDER, "detail birthday is 2026-01-01"), "L134", "birthday"),
        ((*ORDER, "detail order channel is app"), "L050", "app"),
        ((*ORDER, "detail own_cup is 5"), "L050", "5"),
        ((*ORDER, 'paid 5 RUB by tender "card"', 'paid 6 RUB by tender "card"'), "L137", '"card"'),
        ((*ORDER, "afterwards status is gold"), "L030", "gold"),
        (("given weekday is sunday", *ORDER), "L133", "weekday"),
        (("given spend in this order is 5 RUB", *ORDER), "L133", "spend in this order"),
        (("given own_cup is yes", *ORDER), "L133", "own_cup"),
        (("given status is silver", "given status is no level", *ORDER), "L137", "status"),
        (("given card_limit is 5", *ORDER), "L053", "5"),
        (("at 2026-03-07 11:00 joins", "detail own_cup is yes"), "L134", "own_cup"),
        (("at 2026-03-07 11:00 reports event base",), "L036", "base"),
        (("at 2026-03-07 11:00 joins", "| sku | list price |"), "L132", "| sku | list price |"),
        (("at 2300-03-07 11:00 joins",), "L138", "2300-03-07 11:00"),
        ((*ORDER[:1], "| sku | sku | list price |", "| a | b | 5 RUB |"), "L137", "sku"),
        ((*ORDER[:1], "| size | list price |", "| a | 5 RUB |"), "L030", "size"),
        ((*ORDER[:1], "| own_cup | list price |", "| yes | 5 RUB |"), "L131", "own_cup"),
        ((*ORDER[:1], '| money paid by tender "card" |', "| 5 RUB |"), "L131", 'money paid by tender "card"'),
        ((*ORDER[:1], "| list price |", "| 5 |"), "L053", "5"),
        ((*ORDER[:1], "| list price |", "| over 5 RUB |"), "L095", "over 5 RUB"),
        ((*ORDER[:1], "| list price |", "| 5.005 RUB |"), "L051", "5.005 RUB"),
        ((*ORDER[:1], "| quantity | list price |", "| 0 | 5 RUB |"), "L068", "0"),
        ((*ORDER[:1], "| quantity | list price |", "| yes | 5 RUB |"), "L095", "yes"),
        ((*ORDER[:1], "| delivery | list price |", "| 5 | 5 RUB |"), "L095", "5"),
        ((*ORDER[:1], "| grade | list price |", "| c | 5 RUB |"), "L067", "c"),
        ((*ORDER[:1], "| organic | list price |", "| maybe | 5 RUB |"), "L050", "maybe"),
        ((*ORDER[:1], "| sku | list price |", "| a |  |"), "L135", "| a |  |"),
        ((*ORDER[:1], "| sku | list price |", "| a |"), "L091", "| a |"),
    ],
)
def test_what_an_example_cannot_say_is_refused_at_its_words(lines: tuple[str, ...], code: str, words: str) -> None:
    found, problem = problem_of(example(*lines))
    assert (problem.code, found) == (code, words)


def test_an_example_without_a_step_lacks_one() -> None:
    assert codes(example("given status is silver")) == ["L040"]


def test_a_programme_with_a_faulty_example_is_not_made() -> None:
    assert check(example(*ORDER, "should give 25 bonus by bese"))[0] is None
