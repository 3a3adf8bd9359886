"""One mistake, one diagnostic: what only follows from another mistake of the file is left out, all else stays."""

from __future__ import annotations

import pytest

from loyalty_rules.diagnostics import MAX_DIAGNOSTICS, Diagnostic, Related, Role
from loyalty_rules.lang.causes import MAX_PLACES, first_causes
from loyalty_rules.lang.parser import read
from loyalty_rules.loading import examine
from loyalty_rules.problems.clauses import ClauseMissing
from loyalty_rules.problems.names import MisspeltDeclaration, UnknownName
from loyalty_rules.problems.reading import BlockNotClosed, UnknownClause
from loyalty_rules.source import Source
from tests.benchmarks import slips

CLUB = """loyalty rules 1

programme "Club"
  currency RUB
  time zone Europe/Moscow
  basis money paid
  prices include tax
  returns refused
  late events refused
end

facts
  line fact department is text optional
end

purse bonus "Bonus points"
  round down per order
  usable at once
  expire never
end

purse cash "Cashback"
  counted in RUB
  round down per order
  usable at once
  expire never
end

table rates
  value rate is percent
  | money paid         | rate |
  | at most 12 000 RUB | 5%   |
  | over 12 000 RUB    | 7%   |
end

tiers status "Status"
  level silver when spend in last 12 months at least 20 000 RUB
  level gold above silver when spend in last 12 months at least 60 000 RUB
  upgrade from next order
  review never
end

earn base "Base points"
  on any product
  give 1 bonus per 10 RUB
  cap 500 bonus per order
end

earn gold_cashback "Gold cashback"
  for status is gold
  on any product
  give [rates] to cash each part
  cap 500 RUB per order
end

boost double "Double points"
  changes base
  on any product
  multiply by 2
end

example "Two orders"
  at 2026-03-07 11:00 places order "p-1"
  | sku   | unit price |
  | latte | 250 RUB    |
  should give 50 bonus by base
  should give nothing by gold_cashback because not for this member
  at 2026-03-08 11:00 places order "p-2"
  | sku   | quantity | unit price |
  | latte | 2        | 100 RUB    |
  should give 40 bonus by base
  should give nothing by gold_cashback
end
"""


def found_in(text: str) -> list[Diagnostic]:
    return list(examine(Source("club.loyalty", text))[1])


def told(text: str) -> list[tuple[int, str]]:
    """Line and code of what an author is told."""
    source = Source("club.loyalty", text)
    return [(source.line_number(one.span.start), one.problem.code) for one in found_in(text)]


def line_of(words: str) -> int:
    """The number of the only line of the club that starts with these words."""
    (number,) = [number for number, line in enumerate(CLUB.splitlines(), 1) if line.strip().startswith(words)]
    return number


def with_line(words: str, new: str) -> str:
    """The club with another line in place of one."""
    lines = CLUB.splitlines()
    lines[line_of(words) - 1] = new
    return "\n".join([*lines, ""])


def test_the_club_is_in_order() -> None:
    assert found_in(CLUB) == []


@pytest.mark.parametrize(
    ("line", "slip", "code"),
    [
        # a header or the name of a block
        ("programme", 'programme programme "Club"', "L015"),
        ("programme", '"Club"', "L010"),
        ("programme", 'pogramme "Club"', "L011"),
        ("purse bonus", 'purse bonus bonus "Bonus points"', "L015"),
        ("purse bonus", 'purse "Bonus points"', "L021"),
        ("purse cash", 'prse cash "Cashback"', "L011"),
        ("purse cash", 'purse cash cash "Cashback"', "L015"),
        ("earn base", 'earn "Base points"', "L021"),
        ("earn base", 'base earn "Base points"', "L011"),
        ("tiers status", 'tiers "Status"', "L021"),
        ("table rates", "table", "L021"),
        # the currency
        ("currency", "  currency currency RUB", "L015"),
        ("currency", "  crrency RUB", "L012"),
        ("currency", "  currency RUBB", "L045"),
        ("currency", "  currency", "L014"),
        ("counted in", "  counted in counted in RUB", "L022"),
        # what a rule gives
        ("give 1 bonus", "  give give 1 bonus per 10 RUB", "L015"),
        ("give 1 bonus", "  giv 1 bonus per 10 RUB", "L012"),
        ("give 1 bonus", "  1 give bonus per 10 RUB", "L012"),
        ("give 1 bonus", "  give 1 bonus per 10", "L014"),
        ("give 1 bonus", "  give 1 bnus per 10 RUB", "L030"),
        ("give 1 bonus", "  give 1 1 bonus per 10 RUB", "L004"),
        ("give [rates]", "  give [rates] [rates] to cash each part", "L015"),
        ("give [rates]", "  give [rates] to csh each part", "L030"),
        ("give [rates]", "  gve [rates] to cash each part", "L012"),
        ("value rate", "  value value rate is percent", "L015"),
        ("changes base", "  changs base", "L012"),
        # levels and facts
        ("level silver", "  level level silver when spend in last 12 months at least 20 000 RUB", "L015"),
        ("level silver", "  level when spend in last 12 months at least 20 000 RUB", "L023"),
        ("level gold", "  level above silver when spend in last 12 months at least 60 000 RUB", "L023"),
        ("for status", "  for for status is gold", "L015"),
        # steps of an example
        ("at 2026-03-07", '  at 2026-03-07 11:00 places order places order "p-1"', "L015"),
        ("at 2026-03-08", '  at 2026-03-08 11:00 places order places order "p-2"', "L015"),
        ("at 2026-03-08", '  at 2026-03-08 11:00 places order "p-2" "p-2"', "L022"),
        ("at 2026-03-08", '  2026-03-08 at 11:00 places order "p-2"', "L012"),
        ("at 2026-03-08", "  at 2026-03-08 11:00 places order", "L014"),
    ],
)
def test_one_slip_gives_one_diagnostic_on_its_line(line: str, slip: str, code: str) -> None:
    assert told(with_line(line, slip)) == [(line_of(line), code)]


# ---------- the end of a block


@pytest.mark.parametrize("word", ["endd", "edn", "ed"])
def test_a_misspelt_end_is_named_where_it_stands(word: str) -> None:
    place = line_of("facts") - 2
    text = CLUB.replace("end\n\nfacts", f"{word}\n\nfacts")
    (found,) = found_in(text)
    assert told(text) == [(place, "L012")]
    assert found.problem == UnknownClause(word, Role("H_PROGRAMME"), Role("END"))


def test_a_misspelt_end_of_the_last_block_is_named_too() -> None:
    assert told(CLUB.removesuffix("end\n") + "edn\n") == [(CLUB.count("\n"), "L012")]


def test_an_end_that_is_gone_is_missed_where_the_lines_stop() -> None:
    text = CLUB.replace("end\n\nfacts", "\n\nfacts")
    assert told(text) == [(line_of("facts") - 2, "L017")]
    assert [found.problem for found in found_in(text)] == [BlockNotClosed('programme "Club"')]


def test_a_wrong_last_line_does_not_hide_that_the_end_is_missing() -> None:
    text = CLUB.replace("  late events refused\nend\n", "  lte events refused\n")
    assert told(text) == [(line_of("late events"), "L012"), (line_of("late events") + 1, "L017")]


def test_a_header_with_a_mistake_does_not_hide_that_the_end_before_it_is_missing() -> None:
    text = CLUB.replace('end\n\nearn base "Base points"', 'earn 5 "Base points"')
    assert told(text) == [(line_of("earn base") - 2, "L017"), (line_of("earn base") - 2, "L015")]


# ---------- clauses that are gone


def test_a_currency_that_is_gone_is_one_missing_clause() -> None:
    (found,) = found_in(with_line("currency", ""))
    assert found.problem == ClauseMissing(Role("H_PROGRAMME"), "Club", (Role("CURRENCY"),))


def test_a_gift_that_is_gone_is_one_missing_clause() -> None:
    (found,) = found_in(with_line("give 1 bonus", ""))
    assert found.problem == ClauseMissing(Role("H_EARN"), "base", (Role("GIVE"), Role("GIVE_LEVEL"), Role("PROLONG")))


# ---------- names


def test_a_misspelt_declaration_is_reported_where_it_stands() -> None:
    text = with_line("purse bonus", 'purse bonsu "Bonus points"')
    source = Source("club.loyalty", text)
    (found,) = found_in(text)
    assert found.problem == MisspeltDeclaration("bonsu", "bonus")
    assert source.slice(found.span) == "bonsu"
    assert [source.slice(also.span) for also in found.related] == ["bonus"] * MAX_PLACES


def test_a_misspelt_level_is_reported_where_it_is_declared() -> None:
    text = with_line("level silver", "  level silvr when spend in last 12 months at least 20 000 RUB")
    text = text.replace('example "Two orders"\n', 'example "Two orders"\n  given status is silver\n')
    assert told(text) == [(line_of("level silver"), "L097")]


def test_a_name_that_is_unknown_in_many_places_is_reported_at_the_first() -> None:
    text = CLUB.replace("by base", "by promo")
    source = Source("club.loyalty", text)
    (found,) = found_in(text)
    assert source.line_number(found.span.start) == line_of("should give 50")
    kinds = tuple(
        map(Role, ("H_EARN", "H_CHALLENGE", "H_BOOST", "H_REFERRAL", "H_CONVERSION", "H_REWARD", "H_DRAW", "H_CONTEST"))
    )
    assert found.problem == UnknownName("promo", kinds, None)
    assert found.related == (Related(found.related[0].span, "also_here"),)
    assert source.line_number(found.related[0].span.start) == line_of("should give 40")


def test_at_most_three_other_places_of_a_name_are_shown() -> None:
    steps = "".join(
        f'  at 2026-04-0{day} 11:00 places order "q-{day}"\n  | sku | unit price |\n  | tea | 10 RUB |\n'
        "  should give nothing by promo\n"
        for day in range(1, 7)
    )
    (found,) = found_in(CLUB.removesuffix("end\n") + steps + "end\n")
    assert len(found.related) == MAX_PLACES == 3


def test_a_declared_name_that_is_used_is_not_called_misspelt() -> None:
    text = CLUB.replace("by gold_cashback", "by gold_cash_back")
    assert [code for _, code in told(text)] == ["L097"]
    assert [code for _, code in told(text + "\n" + CLUB[CLUB.index("boost") : CLUB.index("example")])] == [
        "L097",
        "L033",
    ]
    grouped = "\ngroup both\n  rule base\n  rule gold_cashback\n  add up\nend\n"
    assert next(code for _, code in told(CLUB.replace("by base", "by bse") + grouped)) == "L030"


FACT = """
facts
  member fact favourite is text optional
end

earn liked
  for has FACT
  when favourite is "tea"
  on any product
  give 1 cash per 10 RUB
end
"""


@pytest.mark.parametrize(("asked", "codes"), [("favorite", ["L030"]), ("nothing_near", ["L030", "L059"])])
def test_a_fact_asked_for_under_a_misspelt_name_is_asked_for(asked: str, codes: list[str]) -> None:
    text = CLUB[: CLUB.index("facts")] + FACT.replace("FACT", asked) + CLUB[CLUB.index("purse bonus") :]
    assert [code for _, code in told(text)] == codes


# ---------- what stays

NINE = """loyalty rules 1

programme "Bad"
  currency RUB
  time zone Europe/Moskow
  basis money payed
  prices include tax
  returns refused
  late events refused
end

purse bonus
  round down per oder
  usable at once
  expire after 12 month
end

earn base
  on Coffe
  giv 1 bonus per 10 RUB
  give 1.5 points per 10,50 RUB
  cap 10.5 bonus per order
end

products Coffee
  where category is "coffee
end

table bands
  value rate is percent
  | money paid                        | rate |
  | at most 12 000 RUB                | 5%   |
  | between 12 001 RUB and 13 000 RUB | 7%   |
  | over 13 000 RUB                   | 9%   |
end
"""


def test_independent_mistakes_are_all_told() -> None:
    assert told(NINE) == [
        (5, "L046"),
        (6, "L015"),
        (13, "L015"),
        (19, "L030"),
        (20, "L012"),
        (21, "L004"),
        (22, "L051"),
        (26, "L005"),
        (33, "L092"),
    ]


def both(first: tuple[str, str], second: tuple[str, str]) -> list[tuple[str, str]]:
    """What is told of two changed lines: the start of the line, and the code."""
    lines = CLUB.splitlines()
    for line, slip in (first, second):
        lines[line_of(line) - 1] = slip
    text = "\n".join([*lines, ""])
    numbers = {line_of(line): line for line, _ in (first, second)}
    return [(numbers.get(number, str(number)), code) for number, code in told(text)]


@pytest.mark.parametrize(
    ("first", "second", "codes"),
    [
        # a wrong zone, and money in another currency
        (("time zone", "  time zone Europe/Moskow"), ("give 1 bonus", "  give 1 bonus per 10 USD"), "L046 L052"),
        # an unknown name beside a gift that could not be read
        (("give 1 bonus", "  giv 1 bonus per 10 RUB"), ("for status", "  for stts is gold"), "L012 L030"),
        # two amounts in wrong units, each in its rule
        (("cap 500 bonus", "  cap 500 RUB per order"), ("cap 500 RUB", "  cap 500 bonus per order"), "L053 L082"),
        # an unknown purse below a step that could not be read
        (("at 2026-03-08", '  at "p-2"'), ("should give 40", "  should give 40 pts by base"), "L015 L030"),
        # without a name of a purse, the name of a rule
        (("purse bonus", 'purse "Bonus points"'), ("changes base", "  changes bse"), "L021 L030"),
        # a level that another ladder would have
        (("currency", "  crrency RUB"), ("for status", "  for status is platinum"), "L012 L030"),
    ],
)
def test_two_mistakes_are_two_diagnostics(first: tuple[str, str], second: tuple[str, str], codes: str) -> None:
    assert both(first, second) == list(zip((first[0], second[0]), codes.split(), strict=True))


def test_rows_keep_a_diagnostic_for_each_cell() -> None:
    text = with_line("| latte | 2 ", "  | latte | two      | RUB        |")
    assert [number for number, _ in told(text)] == [line_of("| latte | 2 ")] * 2


def test_many_diagnostics_are_counted_once() -> None:
    wrong = "".join(f"  giv {number} bonus\n" for number in range(150))
    found = found_in(CLUB.replace("  give 1 bonus per 10 RUB\n", wrong))
    assert len(found) == MAX_DIAGNOSTICS + 1
    assert getattr(found[-1].problem, "count", None) == 50


def test_a_file_with_errors_keeps_one() -> None:
    """Even where each seems to follow from another."""
    source = Source("club.loyalty", with_line("level silver", "  level silver above gold"))
    reading = read(source)
    level = Diagnostic(UnknownName("gold", (Role("LEVEL"),), None), reading.tree.blocks[6].header)
    kept = first_causes(reading.tree, source, (), (level,), reading.lines)
    assert kept == (level,)


# ---------- slips in the examples


def test_nearly_every_slip_in_an_example_is_one_diagnostic_on_its_line() -> None:
    found = [slips.verdict(slip, file.name) for file, slip in slips.chosen(300)]
    refused = [verdict for verdict in found if verdict is not None]
    assert len(refused) > 250
    assert 100 * refused.count("one") >= slips.AIM * len(refused)


def test_a_budget_of_a_purse_that_lacks_a_clause_adds_nothing() -> None:
    text = CLUB.replace(
        "  round down per order\n  usable at once\n  expire never\nend\n\npurse cash",
        "  usable at once\n  expire never\nend\n\npurse cash",
        1,
    )
    text += "\nbudget pot\n  covers base\n  cap 1 000 bonus in calendar month\n  when short give what is left\nend\n"
    assert told(text) == [(line_of("purse bonus"), "L040")]


@pytest.mark.parametrize(
    ("example", "line", "instead", "code"),
    [
        ("coalition", "  give 1 points per full 100 RUB", "  giv 1 points per full 100 RUB", "L012"),  # who pays for it
        ("coalition", "  give 5 points per full 100 RUB", "  giv 5 points per full 100 RUB", "L012"),  # a budget, too
        ("coupons", "  cap 1000 times", "  cap 1000 tmies", "L030"),  # of offers, which no purse counts
        ("coupons", "  discount 20%", "  discount 20% oof", "L022"),  # in a group, with a ceiling, expected by name
        ("coffee_club", "  discount 100%", "  discount 100% off", "L022"),  # of a reward that an example names
        ("feedback", "  give 1 call_back", "  giv 1 call_back", "L012"),  # left to choose
        ("while_stocks_last", "  cap 2 items", "  cap 2 peaces", "L030"),  # of gifts
    ],
)
def test_a_gift_or_cap_that_cannot_be_read_is_told_alone(example: str, line: str, instead: str, code: str) -> None:
    text = (slips.EXAMPLES / example / f"{example}.loyalty").read_text(encoding="utf-8")
    assert text.count(f"{line}\n") == 1
    source = Source(example, text.replace(f"{line}\n", f"{instead}\n"))
    found = [(source.line_text(source.line_number(one.span.start)), one.problem.code) for one in examine(source)[1]]
    assert found == [(instead, code)]
