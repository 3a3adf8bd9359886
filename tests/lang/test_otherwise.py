"""What people write for what the language says otherwise is not read, and answered by what to write."""

from __future__ import annotations

import pytest

from loyalty_rules.diagnostics import Diagnostic, Fix, Role
from loyalty_rules.lang.phrases import phrase_tables
from loyalty_rules.lang.scanner import is_word
from loyalty_rules.loading import examine
from loyalty_rules.problems.clauses import UnknownCurrency, UnknownZone
from loyalty_rules.problems.names import UnknownName
from loyalty_rules.problems.reading import UnexpectedCharacter, UnexpectedWord, UnknownClause
from loyalty_rules.source import Source

ENGLISH = """loyalty rules 1

programme "Club"
  currency RUB
  time zone Europe/Moscow
  week starts monday
  basis money paid
  prices include tax
  returns refused
  late events refused
end

purse bonus "Points"
  round down per order
  usable at once
  expire after 12 months
  worth 1 RUB per 1 bonus
end

products Coffee
  where category is "coffee"
end

earn base "Base"
  when weekday is saturday
  when spend in last 12 months at least 500 RUB
  on Coffee
  from 2026-03-07
  give 5% to bonus
  cap 200 bonus per member in calendar month
end
"""
RUSSIAN = """правила лояльности 1

программа "Клуб"
  валюта RUB
  часовой пояс Europe/Moscow
  первый день недели понедельник
  основа уплаченные деньги
  цены включают налог
  возвраты не принимаются
  опоздавшие события отклоняются
конец

кошелёк бонус "Баллы"
  округлять вниз на заказ
  доступны сразу
  сгорают через 12 месяцев
  ценность 1 RUB за 1 бонус
конец

товары Кофе
  условие категория это "кофе"
конец

начисление базовые "Базовые"
  когда день недели это суббота
  когда сумма покупок за последние 12 месяцев минимум 500 RUB
  по товарам Кофе
  с даты 2026-03-07
  дать 5% на бонус
  потолок 200 бонус на участника за календарный месяц
конец
"""


def answers(line: str, instead: str) -> tuple[Diagnostic, str, str]:
    """What is said of the file with one line changed; the words it is said of, and the line after the fix, if any."""
    text = RUSSIAN if line in RUSSIAN else ENGLISH
    assert text.count(f"  {line}\n") == 1
    source = Source("club.loyalty", text.replace(f"  {line}\n", f"  {instead}\n"))
    (found,) = examine(source)[1]
    return found, source.slice(found.span), mended(found.fix, source)


def mended(fix: Fix | None, source: Source) -> str:
    if fix is None:
        return ""
    assert not fix.safe
    number = source.line_number(fix.span.start)
    text = source.text[: fix.span.start] + fix.replacement + source.text[fix.span.end :]
    return text.splitlines()[number - 1].strip()


@pytest.mark.parametrize("text", [ENGLISH, RUSSIAN])
def test_the_files_are_good_as_they_stand(text: str) -> None:
    assert examine(Source("club.loyalty", text))[1] == ()


SPEND = "when spend in last 12 months at least 500 RUB"
CAP = "cap 200 bonus per member in calendar month"
СУММА = "когда сумма покупок за последние 12 месяцев минимум 500 RUB"
ПОТОЛОК = "потолок 200 бонус на участника за календарный месяц"


@pytest.mark.parametrize(
    ("line", "instead", "word", "role"),
    [
        (SPEND, "when spend in last 12 months more than 500 RUB", "more than", "OVER"),
        (SPEND, "when spend in last 12 months not less than 500 RUB", "not less than", "AT_LEAST"),
        (SPEND, "when spend in last 12 months Minimum 500 RUB", "Minimum", "AT_LEAST"),
        (SPEND, "when spend in 12 months at least 500 RUB", "in", "IN_LAST"),
        (SPEND, "when spend during the last 12 months at least 500 RUB", "during the last", "IN_LAST"),
        (SPEND, "when spend in a year at least 500 RUB", "in a year", "IN_YEAR"),
        (SPEND, "when spend per month at least 500 RUB", "per month", "IN_MONTH"),
        (SPEND, "when spend in total at least 500 RUB", "in total", "EVER"),
        (CAP, "cap 200 bonus per customer in calendar month", "per customer", "S_MEMBER"),
        (CAP, "cap 200 bonus per member monthly", "monthly", "IN_MONTH"),
        ("give 5% to bonus", "give 5% into bonus", "into", "TO"),
        ("give 5% to bonus", "give 1 bonus for every 10 RUB", "for every", "PER"),
        (SPEND, "when spend in last 12 months is at least 500 RUB", "is at least", "AT_LEAST"),
        ("on Coffee", "on all products", "all products", "ANY_PRODUCT"),
        (СУММА, "когда сумма покупок за последние 12 месяцев не менее 500 RUB", "не менее", "AT_LEAST"),
        (СУММА, "когда сумма покупок за последние 12 месяцев больше 500 RUB", "больше", "OVER"),
        (СУММА, "когда сумма покупок за 12 месяцев минимум 500 RUB", "за", "IN_LAST"),
        (СУММА, "когда сумма покупок за год минимум 500 RUB", "за год", "IN_YEAR"),
        (СУММА, "когда сумма покупок за месяц минимум 500 RUB", "за месяц", "IN_MONTH"),
        (ПОТОЛОК, "потолок 200 бонус на клиента за календарный месяц", "на клиента", "S_MEMBER"),
        (ПОТОЛОК, "потолок 200 бонус на участника в месяц", "в месяц", "IN_MONTH"),
        ("дать 5% на бонус", "дать 5% в бонус", "в", "TO"),
        ("дать 5% на бонус", "дать 1 бонус за каждые 10 RUB", "за каждые", "PER"),
        ("по товарам Кофе", "по товарам все", "все", "ANY_PRODUCT"),
    ],
)
def test_words_for_a_phrase_within_a_line(line: str, instead: str, word: str, role: str) -> None:
    found, at, _ = answers(line, instead)
    assert isinstance(found.problem, UnexpectedWord)
    assert (found.problem.word, at, found.problem.suggestion) == (word, word, Role(role))


@pytest.mark.parametrize(
    ("line", "instead", "word", "role"),
    [
        ("when weekday is saturday", "if weekday is saturday", "if", "WHEN"),
        ("from 2026-03-07", "valid from 2026-03-07", "valid from", "FROM"),
        ("give 5% to bonus", "award 5% to bonus", "award", "GIVE"),
        ("expire after 12 months", "expires in 12 months", "expires in", "EXPIRE_AFTER"),
        ("expire after 12 months", "never expire", "never expire", "EXPIRE_NEVER"),
        ("give 5% to bonus", "earn 5% to bonus", "earn", "GIVE"),
        (CAP, "at most 200 bonus per member in calendar month", "at most", "CAP"),
        (CAP, "max 2 per member in calendar month", "max", "LIMIT"),
        ("по товарам Кофе", "по товару Кофе", "по", "ON"),
        ("по товарам Кофе", "по Кофе", "по", "ON"),
        ("с даты 2026-03-07", "с 7 марта 2026", "с", "FROM"),
        ("с даты 2026-03-07", "по 2026-03-07", "по", "THROUGH"),
        ("когда день недели это суббота", "если день недели это суббота", "если", "WHEN"),
        ("с даты 2026-03-07", "действует с 2026-03-07", "действует с", "FROM"),
        ("дать 5% на бонус", "начислить 5% на бонус", "начислить", "GIVE"),
        ("сгорают через 12 месяцев", "действительны 12 месяцев", "действительны", "EXPIRE_AFTER"),
    ],
)
def test_words_for_a_phrase_that_opens_a_line(line: str, instead: str, word: str, role: str) -> None:
    found, at, _ = answers(line, instead)
    assert isinstance(found.problem, UnknownClause)
    assert (found.problem.word, at, found.problem.suggestion) == (word, word, Role(role))


@pytest.mark.parametrize(
    ("line", "instead", "code", "wrong", "right"),
    [
        ("give 5% to bonus", "give 5 percent to bonus", "L004", "5 percent", "give 5% to bonus"),
        ("give 5% to bonus", "give 5 per cent to bonus", "L004", "5 per cent", "give 5% to bonus"),
        ("from 2026-03-07", "from 7 March 2026", "L019", "7 March 2026", "from 2026-03-07"),
        ("from 2026-03-07", "from 7 march 2026", "L019", "7 march 2026", "from 2026-03-07"),
        ("from 2026-03-07", "from March 7, 2026", "L019", "March 7, 2026", "from 2026-03-07"),
        ("from 2026-03-07", "from March 7 2026", "L019", "March 7 2026", "from 2026-03-07"),
        ("from 2026-03-07", "from 30 February 2026", "L019", "30 February 2026", ""),
        ("time zone Europe/Moscow", 'time zone "Europe/Moscow"', "L015", '"Europe/Moscow"', "time zone Europe/Moscow"),
        ("on Coffee", 'on "Coffee"', "L015", '"Coffee"', "on Coffee"),
        (
            "when weekday is saturday",
            "when weekday is saturday or sunday",
            "L015",
            "or",
            "when weekday is one of saturday, sunday",
        ),
        ("when weekday is saturday", "when weekday saturday", "L015", "saturday", "when weekday is saturday"),
        (
            'where category is "coffee"',
            'where category is "coffee" or "tea" or "cocoa"',
            "L015",
            "or",
            'where category is one of "coffee", "tea", "cocoa"',
        ),
        (
            "when weekday is saturday",
            "when weekday is saturday, sunday",
            "L015",
            ",",
            "when weekday is one of saturday, sunday",
        ),
        ("on Coffee", "for status is gold or silver", "L015", "or", "for status is one of gold, silver"),
        ("on Coffee", 'title "Base"', "L015", '"Base"', 'title en "Base"'),
        ("дать 5% на бонус", "дать 5 процентов на бонус", "L004", "5 процентов", "дать 5% на бонус"),
        ("с даты 2026-03-07", "с даты 7 марта 2026", "L019", "7 марта 2026", "с даты 2026-03-07"),
        ("с даты 2026-03-07", "с даты 7 марта 2026 года", "L019", "7 марта 2026 года", "с даты 2026-03-07"),
        (
            "когда день недели это суббота",
            "когда день недели суббота или воскресенье",
            "L015",
            "суббота",
            "когда день недели это одно из суббота, воскресенье",
        ),
        (
            "когда день недели это суббота",
            "когда день недели это суббота или воскресенье",
            "L015",
            "или",
            "когда день недели это одно из суббота, воскресенье",
        ),
    ],
)
def test_values_written_in_another_way(line: str, instead: str, code: str, wrong: str, right: str) -> None:
    found, at, mended_line = answers(line, instead)
    assert (found.problem.code, at, mended_line) == (code, wrong, right)


@pytest.mark.parametrize(
    ("line", "instead", "signs", "role"),
    [
        (SPEND, "when spend in last 12 months >= 500 RUB", ">=", "AT_LEAST"),
        (SPEND, "when spend in last 12 months > 500 RUB", ">", "OVER"),
        (SPEND, "when spend in last 12 months ≤ 500 RUB", "≤", "AT_MOST"),
        ("when weekday is saturday", "when weekday == saturday", "==", "IS"),
        (СУММА, "когда сумма покупок за последние 12 месяцев < 500 RUB", "<", "UNDER"),
    ],
)
def test_signs_for_a_comparison(line: str, instead: str, signs: str, role: str) -> None:
    found, at, _ = answers(line, instead)
    assert isinstance(found.problem, UnexpectedCharacter)
    assert (found.problem.character, at, found.problem.suggestion) == (signs, signs, Role(role))


@pytest.mark.parametrize(
    ("line", "instead", "right"),
    [
        ("give 5% to bonus", "give 1 bonus per 10 ₽", "give 1 bonus per 10 RUB"),
        ("give 5% to bonus", "give 1 bonus per 10₽", "give 1 bonus per 10 RUB"),
        ("give 5% to bonus", "give 1 bonus per €10", "give 1 bonus per 10 EUR"),
        (
            SPEND,
            "when spend in last 12 months at least $ 10 000.50",
            "when spend in last 12 months at least 10 000.50 USD",
        ),
        ("дать 5% на бонус", "дать 1 бонус за 10 руб.", "дать 1 бонус за 10 RUB"),
        ("дать 5% на бонус", "дать 1 бонус за 10руб", "дать 1 бонус за 10 RUB"),
        ("give 5% to bonus", "give 5% to bonus;", "give 5% to bonus"),
        ("give 5% to bonus", "give: 5% to bonus", "give 5% to bonus"),
        ("currency RUB", "currency ₽", "currency RUB"),
        (CAP, "cap €1,000 per member in calendar month", ""),
    ],
)
def test_signs_of_currencies_and_marks_that_no_line_has(line: str, instead: str, right: str) -> None:
    assert answers(line, instead)[2] == right


@pytest.mark.parametrize(
    ("line", "instead", "word"),
    [
        ("give 5% to bonus", "give 1 bonus per 10 roubles", "roubles"),
        (SPEND, "when spend in last 12 months at least 500 Rubles", "Rubles"),
        ("дать 5% на бонус", "дать 1 бонус за 10 рублей", "рублей"),
    ],
)
def test_words_for_a_currency_behind_a_number(line: str, instead: str, word: str) -> None:
    found, at, _ = answers(line, instead)
    assert isinstance(found.problem, UnknownName)
    assert (at, found.problem.suggestion) == (word, "RUB")


@pytest.mark.parametrize(("line", "instead"), [("currency RUB", "currency roubles"), ("валюта RUB", "валюта рубли")])
def test_words_for_the_currency_of_a_programme(line: str, instead: str) -> None:
    found, _, mended_line = answers(line, instead)
    assert found.problem == UnknownCurrency(instead.split()[1], "RUB")
    assert mended_line == line


@pytest.mark.parametrize("city", ["Moscow", "moscow"])
def test_a_city_for_a_time_zone(city: str) -> None:
    found, at, _ = answers("time zone Europe/Moscow", f"time zone {city}")
    assert (found.problem, at) == (UnknownZone(city, "Europe/Moscow"), city)


def test_a_value_before_a_comparison_is_no_value_of_a_list() -> None:
    found, at, right = answers("when weekday is saturday", "when weekday saturday is sunday")
    assert (found.problem.code, at, right) == ("L015", "saturday", "")


def test_a_factor_with_an_x() -> None:
    text = ENGLISH + '\nboost double "Double"\n  changes base\n  multiply by 2x\nend\n'
    source = Source("club.loyalty", text)
    (found,) = examine(source)[1]
    assert (source.slice(found.span), mended(found.fix, source)) == ("2x", "multiply by 2")


def test_a_block_of_another_kind_among_the_lines_of_a_rule_is_one_mistake() -> None:
    found, at, _ = answers("on Coffee", "budget spring")
    assert (type(found.problem), at) == (UnknownClause, "budget")


def test_a_line_that_can_be_read_is_never_put_otherwise() -> None:
    """A purse may be called as people call a currency, and a fact as they say a phrase."""
    text = ENGLISH.replace("bonus", "euros").replace("give 5% to euros", "give 1 euros per 10 RUB")
    assert examine(Source("club.loyalty", text))[1] == ()


# ---------- the tables


TABLES = list(phrase_tables().values())


def test_every_language_answers_for_the_same_phrases() -> None:
    spoken = {table.language: {one.role for said in table.habits.values() for one in said} for table in TABLES}
    assert spoken["en"] == spoken["ru"]
    assert all(role in table.forms or role == "PERCENT" for table in TABLES for role in spoken[table.language])


def test_nothing_is_said_otherwise_that_is_the_phrase_itself() -> None:
    """It would be answered by itself."""
    for table in TABLES:
        for said in table.habits.values():
            for phrase in said:
                assert " ".join(phrase.words) not in table.forms.get(phrase.role, ())
                assert [word.casefold() for word in phrase.words] == list(phrase.words)


def test_words_for_currencies_are_small_letters_or_a_sign() -> None:
    for table in TABLES:
        for word in table.currencies:
            assert word == word.casefold() and (is_word(word) or len(word) == 1)
