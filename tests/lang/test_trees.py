"""What lines become: nodes typed by hand. Spans take no part in equality."""

from __future__ import annotations

from fractions import Fraction

import pytest

from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.parser import parse_cell, parse_head
from loyalty_rules.lang.phrases import phrase_tables
from loyalty_rules.lang.tokens import Duration, YearDay
from loyalty_rules.source import Span
from tests.lang.samples import file_of
from tests.lang.support import reading, source

AT = Span(0, 0)
EN = phrase_tables()["en"]


def name(text: str) -> s.Name:
    return s.Name(text, span=AT)


def text(value: str) -> s.Text:
    return s.Text(value, span=AT)


def number(value: int | Fraction) -> s.Number:
    return s.Number(Fraction(value), span=AT)


def percent(value: int) -> s.Percent:
    return s.Percent(Fraction(value), span=AT)


def quantity(value: int, unit: str) -> s.Quantity:
    return s.Quantity(Fraction(value), unit if unit.isupper() and len(unit) > 3 else name(unit), span=AT)


def attribute(role: str) -> s.Attribute:
    return s.Attribute(role, span=AT)


def word(role: str) -> s.Word:
    return s.Word(role, span=AT)


def window(role: str, duration: Duration | None = None) -> s.Window:
    return s.Window(role, duration, span=AT)


def measure(
    counter: str,
    of: str = "",
    where: s.Condition | None = None,
    on: tuple[s.Selected, ...] = (),
    by: tuple[s.Name, ...] = (),
    over: s.Window | None = None,
    before: bool = False,
) -> s.Measure:
    return s.Measure(counter, name(of) if of else None, where, on, by, over, before, span=AT)


def base(role: str, *tenders: str, net: bool = False) -> s.BaseAmount:
    return s.BaseAmount(role, tuple(text(tender) for tender in tenders), net, span=AT)


def is_(operand: s.Operand, bound: s.Bound, negated: bool = False) -> s.Is:
    return s.Is(operand, negated, bound, span=AT)


def compared(operand: s.Operand, how: str, bound: s.Bound) -> s.Compared:
    return s.Compared(operand, how, bound, span=AT)


def step(how: str, amount: s.Quantity, of: s.Measure | None = None) -> s.Step:
    return s.Step(how, amount, of, span=AT)


def lookup(table: str) -> s.Lookup:
    return s.Lookup(name(table), span=AT)


def gift(
    amount: s.Quantity | s.Percent | s.Lookup,
    purse: str,
    per: s.Step | None = None,
    parts: str = "",
    share: bool = False,
) -> s.Gift:
    return s.Gift(amount, name(purse), per, parts, share, span=AT)


def moment(ordinal: int, minutes: int | None = None) -> s.Moment:
    return s.Moment(ordinal, minutes, span=AT)


def clause_of(block: str, line: str) -> s.Clause:
    found = reading(file_of(block, line))
    assert found.diagnostics == ()
    return found.tree.blocks[0].clauses[0]


def condition_of(written: str) -> s.Condition:
    clause = clause_of("H_EARN", f"when {written}")
    assert isinstance(clause, s.ConditionClause)
    return clause.condition


MARCH_1, MARCH_31 = 739_676, 739_706  # 2026

A, B, C = (is_(name(letter), word("YES")) for letter in "abc")


@pytest.mark.parametrize(
    ("written", "condition"),
    [
        ("a is yes", A),
        ("a is not yes", is_(name("a"), word("YES"), negated=True)),
        ("a is yes and b is yes and c is yes", s.All((A, B, C), span=AT)),
        ("a is yes or b is yes", s.AnyOf((A, B), span=AT)),
        ("a is yes and (b is yes or c is yes)", s.All((A, s.AnyOf((B, C), span=AT)), span=AT)),
        ("(((a is yes)))", A),
        ("not (a is yes)", s.Not(A, span=AT)),
        ("any 2 among (a is yes or b is yes or c is yes)", s.Among(2, (A, B, C), span=AT)),
        ("weekday is sunday", is_(attribute("WEEKDAY"), word("WD6"))),
        ("status is no level", is_(name("status"), word("NO_LEVEL"))),
        (
            'category is one of "coffee", "tea"',
            s.IsOneOf(attribute("CATEGORY"), (text("coffee"), text("tea")), span=AT),
        ),
        ("a is one of 1, 2 RUB, 5%, no", s.IsOneOf(
            name("a"), (number(1), quantity(2, "RUB"), percent(5), word("NO")), span=AT)),
        (
            "clock time between 09:00 and 12:00",
            s.Between(
                attribute("CLOCK_TIME"), s.TimeValue(540, span=AT), s.TimeValue(720, span=AT), span=AT
            ),
        ),
        (
            "date between 2026-03-01 and 2026-03-31",
            s.Between(
                attribute("DATE_TODAY"), s.DateValue(MARCH_1, span=AT), s.DateValue(MARCH_31, span=AT), span=AT
            ),
        ),
        (
            "date is 3 days before birthday",
            is_(attribute("DATE_TODAY"), s.Shifted(Duration(3, "DAYS"), False, name("birthday"), span=AT)),
        ),
        (
            "date at most 1 year after joining date",
            compared(
                attribute("DATE_TODAY"),
                "AT_MOST",
                s.Shifted(Duration(1, "YEARS"), True, s.DateWord("JOINING_DATE", span=AT), span=AT),
            ),
        ),
        ("date is joining date", is_(attribute("DATE_TODAY"), s.DateWord("JOINING_DATE", span=AT))),
        ("birthday falls in calendar month", s.Falls(name("birthday"), window("IN_MONTH"), span=AT)),
        ("sku in table campaign", s.InTable(s.Attribute("SKU", span=AT), name("campaign"), span=AT)),
        ("on sale", s.OnSale(span=AT)),
        ("in segment vip", s.Flag("IN_SEGMENT", name("vip"), span=AT)),
        ("applied welcome", s.Flag("APPLIED", name("welcome"), span=AT)),
        ("has birthday", s.Flag("HAS", name("birthday"), span=AT)),
        (
            "spend on Coffee, delivery, any product in last 12 months before this order at least 100 RUB",
            compared(
                measure(
                    "SPEND",
                    on=(name("Coffee"), s.Delivery(span=AT), s.AnyProduct(span=AT)),
                    over=window("IN_LAST", Duration(12, "MONTHS")),
                    before=True,
                ),
                "AT_LEAST",
                quantity(100, "RUB"),
            ),
        ),
        (
            "orders with (spend at least 300 RUB) in calendar year over 21 orders",
            compared(
                measure(
                    "ORDERS",
                    where=compared(measure("SPEND"), "AT_LEAST", quantity(300, "RUB")),
                    over=window("IN_YEAR"),
                ),
                "OVER",
                quantity(21, "ORDERS"),
            ),
        ),
        (
            "earned bonus by base, extra since joining under 5 bonus",
            compared(
                measure("EARNED", "bonus", by=(name("base"), name("extra")), over=window("SINCE_JOINING")),
                "UNDER",
                quantity(5, "bonus"),
            ),
        ),
        (
            "spend in this order at least 30% of price after discounts without tax",
            compared(
                measure("SPEND", over=window("IN_THIS_ORDER")),
                "AT_LEAST",
                s.PercentOf(Fraction(30), base("PRICE_AFTER", net=True), span=AT),
            ),
        ),
        ("balance of bonus is 5 bonus", is_(measure("BALANCE_OF", "bonus"), quantity(5, "bonus"))),
        ("total of litres since the beginning is 5 litres", is_(
            measure("TOTAL_OF", "litres", over=window("EVER")), quantity(5, "litres"))),
        ("times stay while in force is 3 times", is_(
            measure("TIMES", "stay", over=window("IN_FORCE")), quantity(3, "TIMES"))),
        ("active days in previous programme year is 1", is_(
            measure("ACTIVE_DAYS", over=window("IN_PREV_PYEAR")), number(1))),
        ("list price over 5 RUB", compared(base("LIST_PRICE"), "OVER", quantity(5, "RUB"))),
    ],
)  # fmt: skip
def test_conditions(written: str, condition: s.Condition) -> None:
    assert condition_of(written) == condition


ONE_PER_TEN = gift(quantity(1, "bonus"), "bonus", step("PER", quantity(10, "RUB")))


@pytest.mark.parametrize(
    ("block", "line", "clause"),
    [
        ("H_PROGRAMME", "currency RUB", s.NamesClause("CURRENCY", (name("RUB"),), span=AT)),
        ("H_PROGRAMME", "currency RUB, KZT", s.NamesClause("CURRENCY", (name("RUB"), name("KZT")), span=AT)),
        ("H_PROGRAMME", "time zone Europe/Moscow", s.TimeZone("Europe/Moscow", span=AT)),
        ("H_PROGRAMME", "time zone UTC", s.TimeZone("UTC", span=AT)),
        ("H_PROGRAMME", "week starts sunday", s.WeekStarts(word("WD6"), span=AT)),
        ("H_PROGRAMME", "day starts 04:30", s.DayStarts(270, span=AT)),
        ("H_PROGRAMME", "programme year starts 1 march", s.YearStarts(YearDay(3, 1), span=AT)),
        ("H_PROGRAMME", "programme year starts last day of may", s.YearStarts(YearDay(5, 0), span=AT)),
        ("H_PROGRAMME", "prices include tax", s.Simple("TAX_IN", span=AT)),
        ("H_PROGRAMME", 'basis money paid by tender "a", "b"', s.Basis(base("MONEY_PAID", "a", "b"), span=AT)),
        ("H_PROGRAMME", "from 2026-03-01", s.Dates(moment(MARCH_1), None, None, span=AT)),
        ("H_PROGRAMME", "from 2026-03-01 09:00 through 2026-03-31", s.Dates(
            moment(MARCH_1, 540), MARCH_31, None, span=AT)),
        ("H_PROGRAMME", "from 2026-03-01 until 2026-03-31 10:00", s.Dates(
            moment(MARCH_1), None, moment(MARCH_31, 600), span=AT)),
        ("H_PROGRAMME", "through 2026-03-31", s.Dates(None, MARCH_31, None, span=AT)),
        ("H_PROGRAMME", "until 2026-03-31", s.Dates(None, None, moment(MARCH_31), span=AT)),
        ("H_EARN", 'title ru "Клуб"', s.Titled("TITLE", name("ru"), text("Клуб"), span=AT)),
        ("H_FACTS", "line fact department is text optional", s.FactDeclaration(
            "LINE_FACT", name("department"), "T_TEXT", "", (), True, None, span=AT)),
        ("H_FACTS", 'order fact size is one of "s", "m" else "s"', s.FactDeclaration(
            "ORDER_FACT", name("size"), "CHOICE", "", (text("s"), text("m")), False, text("s"), span=AT)),
        ("H_FACTS", "member fact born is yearly date leap day on 1 march", s.FactDeclaration(
            "MEMBER_FACT", name("born"), "T_YEARLY", "LEAP_MAR", (), False, None, span=AT)),
        ("H_FACTS", "member fact since is date", s.FactDeclaration(
            "MEMBER_FACT", name("since"), "DATE_TODAY", "", (), False, None, span=AT)),
        ("H_EVENT", "about an order", s.Simple("ABOUT_ORDER", span=AT)),
        ("H_EVENT", "fact stars is number else 0", s.FactDeclaration(
            "EVENT_FACT", name("stars"), "T_NUMBER", "", (), False, number(0), span=AT)),
        ("H_PURSE", "decimals 2", s.NumberClause("DECIMALS", number(2), span=AT)),
        ("H_PURSE", "hold at most 15 000 bonus", s.QuantityClause("HOLD_MOST", quantity(15_000, "bonus"), span=AT)),
        ("H_PURSE", "worth 1 RUB per 10 bonus", s.Worth(quantity(1, "RUB"), quantity(10, "bonus"), span=AT)),
        ("H_PURSE", "round half even per line", s.Rounding("ROUND_HALF_EVEN", "S_LINE", span=AT)),
        ("H_PURSE", "usable at once", s.Usable(None, "", span=AT)),
        ("H_PURSE", "usable after 14 days", s.Usable(Duration(14, "DAYS"), "", span=AT)),
        ("H_PURSE", "usable from start of next calendar month", s.Usable(None, "FROM_NEXT_MONTH", span=AT)),
        ("H_PURSE", "usable from start of next calendar month plus 4 days", s.Usable(
            Duration(4, "DAYS"), "FROM_NEXT_MONTH", span=AT)),
        ("H_PURSE", "usable after 3 days since event stay", s.Usable(
            Duration(3, "DAYS"), "", None, name("stay"), span=AT)),
        ("H_PURSE", "usable on day 1 march", s.Usable(None, "", YearDay(3, 1), span=AT)),
        ("H_PURSE", "life counts from usable", s.Simple("LIFE_USABLE", span=AT)),
        ("H_PURSE", "expire never", s.Expire(None, "", None, span=AT)),
        ("H_PURSE", "expire after 12 months", s.Expire(Duration(12, "MONTHS"), "", None, span=AT)),
        ("H_PURSE", "expire after 1 year at end of calendar month", s.Expire(
            Duration(1, "YEARS"), "AT_END_MONTH", None, span=AT)),
        ("H_PURSE", "expire at end of calendar year", s.Expire(None, "AT_END_YEAR", None, span=AT)),
        ("H_PURSE", "expire after 36 months on day 30 september", s.Expire(
            Duration(36, "MONTHS"), "", None, YearDay(9, 30), span=AT)),
        ("H_PURSE", "expire on day last day of february", s.Expire(None, "", None, YearDay(2, 0), span=AT)),
        ("H_PURSE", "expire after 12 months without activity", s.Expire(
            Duration(12, "MONTHS"), "", None, idle=True, span=AT)),
        ("H_PURSE", "activity orders", s.Activity(measure("ORDERS"), span=AT)),
        ("H_PURSE", "expiry waits while a is yes", s.ConditionClause("EXPIRY_WAITS", A, span=AT)),
        ("H_PURSE", "expire when the same day begins 12 months later", s.Expire(
            Duration(12, "MONTHS"), "", None, None, True, span=AT)),
        ("H_PURSE", "expire through 2026-03-31", s.Expire(None, "", MARCH_31, span=AT)),
        ("H_PRODUCTS", "include A, B", s.NamesClause("INCLUDE", (name("A"), name("B")), span=AT)),
        ("H_PRODUCTS", "except A", s.NamesClause("EXCEPT", (name("A"),), span=AT)),
        ("H_PRODUCTS", "where a is yes", s.ConditionClause("WHERE", A, span=AT)),
        ("H_TABLE", "value rate is percent", s.ValueColumn(name("rate"), "T_PERCENT", span=AT)),
        ("H_TIERS", "level green", s.Level(name("green"), None, None, span=AT)),
        ("H_TIERS", "level silver when a is yes", s.Level(name("silver"), None, A, span=AT)),
        ("H_TIERS", "level gold above silver when a is yes", s.Level(name("gold"), name("silver"), A, span=AT)),
        ("H_TIERS", "upgrade from start of next programme year", s.UpgradeFromNext("FROM_NEXT_PYEAR", span=AT)),
        ("H_TIERS", "review at end of calendar week", s.ReviewAtEnd("AT_END_WEEK", span=AT)),
        ("H_EARN", "give 300 bonus", s.Give(gift(quantity(300, "bonus"), "bonus"), span=AT)),
        ("H_EARN", "give 1 bonus per 10 RUB", s.Give(ONE_PER_TEN, span=AT)),
        ("H_EARN", "prolong bonus 3 weeks", s.Prolong(name("bonus"), Duration(3, "WEEKS"), span=AT)),
        ("H_EARN", "give 5% to cash", s.Give(gift(percent(5), "cash", share=True), span=AT)),
        ("H_EARN", "give [r] bonus per started 1 item each part", s.Give(
            gift(lookup("r"), "bonus", step("PER_STARTED", quantity(1, "ITEMS")), "EACH_PART"), span=AT)),
        ("H_EARN", "give [r] to cash whole amount", s.Give(
            gift(lookup("r"), "cash", parts="WHOLE_AMOUNT", share=True), span=AT)),
        ("H_EARN", "give 1 bonus per full 3 orders of orders since joining", s.Give(
            gift(quantity(1, "bonus"), "bonus", step(
                "PER_FULL", quantity(3, "ORDERS"), measure("ORDERS", over=window("SINCE_JOINING")))), span=AT)),
        ("H_EARN", "on Coffee, delivery", s.SelectionClause("ON", (name("Coffee"), s.Delivery(span=AT)), span=AT)),
        ("H_EARN", "skip first 200 ILS per order", s.BaseLimit(
            "SKIP_FIRST", quantity(200, "ILS"), "", "S_ORDER", None, span=AT)),
        ("H_EARN", "only first 3 items in line order per member in calendar day", s.BaseLimit(
            "ONLY_FIRST", quantity(3, "ITEMS"), "LINE_ORDER", "S_MEMBER", window("IN_DAY"), span=AT)),
        ("H_EARN", "cap 5 bonus per item", s.Cap(quantity(5, "bonus"), "S_ITEM", None, False, span=AT)),
        ("H_EARN", "cap 5 bonus per member in calendar month before boosts", s.Cap(
            quantity(5, "bonus"), "S_MEMBER", window("IN_MONTH"), True, span=AT)),
        ("H_EARN", "limit 1 per member in last 7 days", s.Limit(
            number(1), window("IN_LAST", Duration(7, "DAYS")), span=AT)),
        ("H_EARN", "limit 1 per member", s.Limit(number(1), None, span=AT)),
        ("H_EARN", "after joining", s.Simple("AFTER_JOINING", span=AT)),
        ("H_EARN", "at end of calendar month", s.OccursAt("AT_END_MONTH", None, False, span=AT)),
        ("H_EARN", "at end of year since joining plus 1 week", s.OccursAt(
            "AT_END_YEAR_JOINED", Duration(1, "WEEKS"), True, span=AT)),
        ("H_EARN", "at its end less 2 days", s.OccursAt("AT_ITS_END", Duration(2, "DAYS"), False, span=AT)),
        ("H_EARN", "each year on birthday", s.EachYearOn(name("birthday"), span=AT)),
        ("H_EARN", "each year on joining date", s.EachYearOn(None, span=AT)),
        ("H_EARN", "each year on 29 february", s.EachYearOn(YearDay(2, 29), span=AT)),
        ("H_BOOST", "changes base", s.NamesClause("CHANGES", (name("base"),), span=AT)),
        ("H_BOOST", "multiply by 2.5", s.MultiplyBy(number(Fraction(5, 2)), span=AT)),
        ("H_BOOST", "multiply by [factors]", s.MultiplyBy(lookup("factors"), span=AT)),
        ("H_BOOST", "replace with 1 bonus per 10 RUB", s.ChangeGift("REPLACE_WITH", ONE_PER_TEN, span=AT)),
        ("H_REDEEM", "pays 1 RUB per 10 bonus", s.Pays(quantity(1, "RUB"), quantity(10, "bonus"), False, span=AT)),
        ("H_REDEEM", "pays 10 RUB per full 500 bonus", s.Pays(
            quantity(10, "RUB"), quantity(500, "bonus"), True, span=AT)),
        ("H_REDEEM", "pay at most 500 RUB", s.PayAtMost("PAY_MOST", quantity(500, "RUB"), span=AT)),
        ("H_REDEEM", "pay at most 30% of price after discounts without tax", s.PayAtMost("PAY_MOST",
            s.PercentOf(Fraction(30), s.BaseAmount("PRICE_AFTER", (), True, span=AT), span=AT), span=AT)),
        ("H_EXAMPLE", "asks to redeem 6 pts by pay", s.AsksToRedeem(quantity(6, "pts"), name("pay"), span=AT)),
        ("H_EXAMPLE", "asks to redeem all by pay", s.AsksToRedeem(None, name("pay"), span=AT)),
        ("H_CONVERSION", "at end of calendar quarter less 2 months", s.OccursAt(
            "AT_END_QUARTER", Duration(2, "MONTHS"), False, span=AT)),
        ("H_CONVERSION", "at start of programme year plus 4 days", s.OccursAt(
            "AT_START_PYEAR", Duration(4, "DAYS"), True, span=AT)),
        ("H_CONVERSION", "at end of calendar day", s.OccursAt("AT_END_DAY", None, False, span=AT)),
        ("H_CONVERSION", "on request", s.Simple("ON_REQUEST", span=AT)),
        ("H_CONVERSION", "uses 500 bonus", s.QuantityClause("USES", quantity(500, "bonus"), span=AT)),
        ("H_CONVERSION", "uses all of bonus", s.NameClause("USES_ALL", name("bonus"), span=AT)),
        ("H_GROUP", "choose first listed", s.Simple("FIRST_LISTED", span=AT)),
        ("H_EXAMPLE", "given a is yes", s.Given("GIVEN", name("a"), word("YES"), span=AT)),
        ("H_EXAMPLE", 'detail order channel is "app"', s.Given("DETAIL", attribute("CHANNEL"), text("app"), span=AT)),
        ("H_EXAMPLE", 'at 2026-03-01 09:00 places order "p"', s.At(
            moment(MARCH_1, 540), "X_ORDER", text("p"), None, span=AT)),
        ("H_EXAMPLE", "at 2026-03-01 reports event stay", s.At(
            moment(MARCH_1), "X_EVENT", None, name("stay"), span=AT)),
        ("H_EXAMPLE", "at 2026-03-01 asks to convert 6 pts by fly", s.At(
            moment(MARCH_1), "X_CONVERT", None, name("fly"), quantity(6, "pts"), span=AT)),
        ("H_EXAMPLE", "at 2026-03-01 gives another member 6 pts", s.At(
            moment(MARCH_1), "X_TRANSFER", None, None, quantity(6, "pts"), span=AT)),
        ("H_EXAMPLE", "at 2026-03-01 asks to convert all by fly", s.At(
            moment(MARCH_1), "X_CONVERT_ALL", None, name("fly"), span=AT)),
        ("H_EXAMPLE", 'at 2026-03-01 reports event stay about order "p"', s.At(
            moment(MARCH_1), "X_EVENT", text("p"), name("stay"), span=AT)),
        ("H_EXAMPLE", "at 2026-03-01 joins", s.At(moment(MARCH_1), "X_JOIN", None, None, span=AT)),
        ("H_EXAMPLE", 'paid 8 USD by tender "card"', s.Paid(quantity(8, "USD"), text("card"), span=AT)),
        ("H_EXAMPLE", "should give 50 bonus by base", s.ShouldGive(quantity(50, "bonus"), name("base"), "", span=AT)),
        ("H_EXAMPLE", "should give nothing by base", s.ShouldGive(None, name("base"), "", span=AT)),
        ("H_EXAMPLE", "should give nothing by base because not for this member", s.ShouldGive(
            None, name("base"), "O_AUD", span=AT)),
        ("H_EXAMPLE", "should be refused", s.Simple("SHOULD_REFUSE", span=AT)),
    ],
)  # fmt: skip
def test_clauses(block: str, line: str, clause: s.Clause) -> None:
    assert clause_of(block, line) == clause


def test_a_block_has_its_kind_name_title_and_clauses() -> None:
    written = 'loyalty rules 1\n\nearn base "Base points"\n  give 300 bonus\nend\n'
    (block,) = reading(written).tree.blocks
    assert block == s.Block(
        "H_EARN",
        name("base"),
        text("Base points"),
        (s.Give(gift(quantity(300, "bonus"), "bonus"), span=AT),),
        AT,
        span=AT,
    )
    where = source(written)
    assert where.slice(block.header) == 'earn base "Base points"'
    assert where.slice(block.span) == written.removeprefix("loyalty rules 1\n\n").rstrip("\n")


def test_every_node_knows_its_place() -> None:
    written = file_of("H_EARN", "when a is yes and orders with (spend over 1 RUB) since joining at least 3")
    where = source(written)
    (clause,) = reading(written).tree.blocks[0].clauses
    assert isinstance(clause, s.ConditionClause)
    assert isinstance(clause.condition, s.All)
    first, second = clause.condition.items
    assert isinstance(second, s.Compared)
    assert isinstance(second.operand, s.Measure)
    assert where.slice(clause.condition.span).startswith("a is yes and orders")
    assert where.slice(first.span) == "a is yes"
    assert where.slice(second.operand.span) == "orders with (spend over 1 RUB) since joining"
    assert where.slice(second.bound.span) == "3"


# ---------- cells and heads


def between(*tests: tuple[str, s.Plain]) -> s.CellRange:
    return s.CellRange(tests, span=AT)


@pytest.mark.parametrize(
    ("written", "cell"),
    [
        ("all", s.CellAll(span=AT)),
        ("at least 5", between(("AT_LEAST", number(5)))),
        ("over 50 USD and at most 100 USD", between(("OVER", quantity(50, "USD")), ("AT_MOST", quantity(100, "USD")))),
        ("between 1 and 9", between(("AT_LEAST", number(1)), ("AT_MOST", number(9)))),
        ("5%", percent(5)),
        ("250 RUB", quantity(250, "RUB")),
        ("gold", name("gold")),
        ('"all"', text("all")),
        ("saturday", word("WD5")),
        ("2026-03-01", s.DateValue(MARCH_1, span=AT)),
        ("no level", word("NO_LEVEL")),
    ],
)
def test_cells(written: str, cell: s.CellValue) -> None:
    assert parse_cell(written, Span(7, 7 + len(written)), EN) == cell


def test_a_cell_knows_its_place() -> None:
    found = parse_cell("250 RUB", Span(40, 47), EN)
    assert isinstance(found, s.Quantity)
    assert found.span == Span(40, 47)


@pytest.mark.parametrize("written", ["", "brewed coffee", "Earl Grey, 20", "a;b", "at least", "all 5"])
def test_what_is_no_cell_is_a_diagnostic_inside_it(written: str) -> None:
    span = Span(10, 10 + len(written))
    found = parse_cell(written, span, EN)
    assert not isinstance(found, s.Node)
    assert span.start <= found.span.start <= found.span.end <= span.end


@pytest.mark.parametrize(
    ("written", "head"),
    [
        ("rate", name("rate")),
        ("category", attribute("CATEGORY")),
        ("list price", base("LIST_PRICE")),
        ("delivery", s.Delivery(span=AT)),
        ("order line", s.OrderLine(span=AT)),
        ("spend in last 12 months", measure("SPEND", over=window("IN_LAST", Duration(12, "MONTHS")))),
    ],
)
def test_heads(written: str, head: s.Operand | s.Delivery) -> None:
    assert parse_head(written, Span(0, len(written)), EN) == head


def rows_of(written: str) -> list[tuple[str, ...]]:
    found = reading(written)
    assert found.diagnostics == ()
    return [clause.texts for clause in found.tree.blocks[0].clauses if isinstance(clause, s.Row)]


def test_rows_say_the_same_in_every_language() -> None:
    english = (
        "loyalty rules 1\n\ntable rates\n  value rate is percent\n"
        "  | category | spend in last 12 months | rate |\n"
        "  | coffee | at least 5 | 5% |\n"
        '  | "all" | all | 10 000% |\n'
        "  | no #1  tea | between 1 and 9 | 1% |\nend\n"
    )
    russian = (
        "правила лояльности 1\n\nтаблица rates\n  значение rate это процент\n"
        "  | категория | сумма покупок за последние 12 месяцев | rate |\n"
        "  | coffee | минимум 5 | 5% |\n"
        '  | "all" | все | 10 000% |\n'
        "  | no #1  tea | в пределах от 1 и 9 | 1% |\nконец\n"
    )
    assert rows_of(english) == rows_of(russian)
    assert rows_of(english) == [
        ("\0CATEGORY", "\0SPEND \0IN_LAST 12 \0MONTHS", "rate"),
        ("coffee", "\0AT_LEAST 5", "5%"),
        ("all", "\0CELL_ALL", "10 000%"),
        ("no #1  tea", "\0BETWEEN 1 \0AND 9", "1%"),
    ]


def test_data_that_reads_as_words_anywhere_is_the_same_with_and_without_quotes() -> None:
    table = "loyalty rules 1\n\ntable t\n  | brand | x |\n  | {} | 1 |\nend\n"
    assert rows_of(table.format("да")) == rows_of(table.format('"да"')) == [("\0BRAND", "x"), ("да", "1")]
    assert rows_of(table.format("yes"))[1] == ("\0YES", "1")
    assert rows_of(table.format('"yes"'))[1] == ("yes", "1")
    assert rows_of(table.format('"coffee"'))[1] == ('"coffee"', "1")


def test_each_step_of_an_example_has_its_heads() -> None:
    step = '  at 2026-03-01 places order "p"\n  | sku | quantity |\n  | quantity | 2 |\n  | sku | 1 |\n'
    texts = rows_of(f'loyalty rules 1\n\nexample "x"\n{step}{step}end\n')
    assert texts == [("\0SKU", "\0QUANTITY"), ("quantity", "2"), ("sku", "1")] * 2
