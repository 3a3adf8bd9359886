"""Hostile numbers, by the ids of the threats (N): in rule files, in strings, in documents, as Python's own values."""

from __future__ import annotations

import json

import pytest

from loyalty_rules import check
from tests.hostile.documents import bare, order
from tests.hostile.driver import accepted, each, refused, run
from tests.hostile.texts import HEAD, PROGRAMME, block, earn

#: Numbers whose value alone would take seconds, and a gigabyte, to work out.
HUGE = ("1e1000000", "1E1000000", "1e100000000", "1e999999999999999999", "-1e1000000", "1e+1000000")
TINY = ("1e-10000000", "1e-1000000", "1E-999999999999999999")


def giving(number: str) -> str:
    """A rule file that gives so many points."""
    return HEAD + block('earn a "x"', "on any product", f"give {number} bonus")


def everywhere(numbers: tuple[str, ...], in_files: str, in_strings: str, in_documents: str) -> None:
    """Numbers refused in rule files, strings and documents, with the code of each place."""
    ended = [
        *refused("check", {number: giving(number) for number in numbers}, in_files).values(),
        *refused("quantity", {number: number for number in numbers}, in_strings).values(),
    ]
    assert all(one.seconds < 0.05 for one in ended)
    refused("event", {number: order(price=number) for number in numbers}, in_strings)
    refused("event", {number: bare(number) for number in numbers}, in_documents)


def test_N_01_a_number_with_a_million_digits_is_refused_before_it_is_made() -> None:
    everywhere(HUGE[:2], "number.form", "number.syntax", "number.syntax")
    values = {number: f'Decimal("{number}")' for number in HUGE}
    assert all(ended.seconds < 0.001 for ended in refused("quantity value", values, "limit.number").values())


def test_N_02_a_number_with_a_million_decimals() -> None:
    everywhere(TINY[:1], "number.form", "number.syntax", "number.syntax")
    refused("quantity value", {number: f'Decimal("{number}")' for number in TINY}, "number.decimals")


def test_N_03_an_exponent_of_eighteen_digits() -> None:
    everywhere(HUGE[2:4], "number.form", "number.syntax", "number.syntax")
    facts = {number: f'{{"stars": Decimal("{number}")}}' for number in HUGE}
    refused("fact value", facts, "limit.number")


@pytest.mark.parametrize("limit", [0, 640, 4_300])
def test_N_04_long_integers_are_refused_alike_whatever_limit_the_host_has_set(limit: int) -> None:
    options = ("-X", f"int_max_str_digits={limit}")
    nines = {f"{count} digits": "9" * count for count in (16, 700, 1_900)}
    refused("check", {name: giving(number) for name, number in nines.items()}, "number.form", options=options)
    nines |= {f"{count} digits": "9" * count for count in (5_000, 1_000_000)}
    refused("quantity", nines, "limit.number", options=options)
    texts = {name: order(quantity=number) for name, number in nines.items()}
    codes = {name: "limit.number" if len(text) < 4_096 else "text.length" for name, text in texts.items()}
    each("event", {name: (text, codes[name]) for name, text in texts.items()}, options=options)
    bare_ones = {name: bare(number) for name, number in nines.items()}
    refused("event", bare_ones, "limit.number", options=options)
    powers = {"10 ** 5000": "10 ** 5000", "-10 ** 100000": "-10 ** 100000"}
    refused("quantity value", powers, "limit.number", options=options)
    refused("instant value", powers, "time.range", options=options)
    refused("check", {"5,000": giving("9" * 5_000)}, "limit.size", options=options)


def test_N_05_there_is_no_power_and_no_product() -> None:
    signs = {text: giving(text) for text in ("9**9**7", "9^9^7", "9 ** 9", "9*9", "9 × 9", "(9)(9)")}
    found = run("check", signs)
    assert {name for name, ended in found.items() if ended.outcome != "refused"} == set()
    refused("quantity", {"a power": "9**9**7"}, "number.syntax")


def test_N_06_what_is_not_finite() -> None:
    words = ("NaN", "sNaN", "Infinity", "-Infinity", "NaN123", "inf")
    each("check", {word: (giving(word), "text.character" if word[0] == "-" else "line.word") for word in words})
    refused("quantity", {word: word for word in words}, "number.not_finite")
    refused("event", {word: order(quantity=word) for word in words}, "number.not_finite")
    refused("event", {word: bare(word) for word in ("NaN", "Infinity", "-Infinity")}, "number.not_finite")
    refused("quantity value", {word: f'Decimal("{word}")' for word in words}, "number.not_finite")
    refused("fact value", {word: f'{{"stars": Decimal("{word}")}}' for word in words}, "number.not_finite")


def test_N_07_one_way_to_write_a_number() -> None:
    forms = ("１２", "٣٤", "²", "1_000", "+5", ".5", "5.", "0x10", "1,5", "1e3", "0b1", "१२", "½", "Ⅻ", "−5")
    found = run("check", {form: giving(form) for form in (*forms, "007", "1 00", "1  000", "10 00")})
    assert {name for name, ended in found.items() if ended.outcome != "refused"} == set()
    refused("quantity", {form: form for form in (*forms, " 7 ", "7\n", "", "-", "--5", "1 000")}, "number.syntax")
    texts = run("event", {form: order(quantity=form) for form in (*forms, " 7 ", "7\n")})
    assert {ended.code for ended in texts.values()} <= {"number.syntax", "text.control"}
    accepted("check", {form: giving(form) for form in ("1 000", "1000", "10 000")})


def test_N_08_one_number_has_one_meaning_however_it_is_written() -> None:
    files = {
        number: HEAD + block('earn a "x"', "on any product", f"give {number} bonus per 10 RUB")
        for number in ("1.1", "1.10", "1.100000")
    }
    assert len({ended.value for ended in accepted("check", files).values()}) == 1
    events = {number: order(price=number) for number in ("1.1", "1.10", "1.100000")}
    assert len({ended.value for ended in accepted("event", events).values()}) == 1
    zeros = {number: number for number in ("0", "-0", "0.0", "-0.000")}
    assert {ended.value for ended in accepted("quantity", zeros).values()} == {0}


def test_N_09_neither_floats_nor_truth_values_nor_others_are_numbers() -> None:
    refused(
        "quantity value", {text: text for text in ("0.1", "1e16", 'float("nan")', "-0.0")}, "type.float_not_allowed"
    )
    others = ("True", "False", "None", "1j", "b'1'", "[1]", "{1: 2}", "Whole(1)", "Sly('1')", "Text('1')")
    refused("quantity value", {text: text for text in others}, "number.type")
    floats = {text: f'{{"stars": {text}}}' for text in ("0.1", "1e16", 'float("nan")', "True", "Whole(1)", "Text('1')")}
    refused("fact value", floats, "fact.type")
    refused("event", {text: bare(text) for text in ("0.1", "250.00")}, "type.float_not_allowed")
    refused("event", {text: bare(text) for text in ("true", "1")}, "number.type")


def test_N_10_the_decimal_context_of_the_host_changes_nothing() -> None:
    """Three digits, rounded up, every trap off: the context that would make 1234.56 × 1.1 into 1.36E+3."""
    given = 'Decimal("1234.567891")'
    usual = accepted("quantity value", {given: given})[given].value
    coarse = accepted("quantity in a coarse context", {given: given})[given].value
    assert usual == coarse == 1_234_567_891


def test_N_11_amounts_of_twenty_nine_digits() -> None:
    nines = {"29 digits": "9" * 29, "16 digits": "2" + "0" * 15}
    refused("quantity", nines, "limit.number")
    refused("event", {name: order(price=number) for name, number in nines.items()}, "limit.number")
    refused("quantity value", {name: f'Decimal("{number}")' for name, number in nines.items()}, "limit.number")
    refused("check", {name: giving(number) for name, number in nines.items()}, "number.form")
    accepted("quantity", {"15 digits and 6": "9" * 15 + "." + "9" * 6})


def test_N_12_nothing_is_divided_by_zero() -> None:
    """What stands behind `per` is what is divided by."""
    purse = ("round down per order", "usable at once", "expire never")
    refused(
        "check",
        {
            "a step": HEAD + block('earn a "x"', "on any product", "give 1 bonus per 0 RUB"),
            "a full step": HEAD + block('earn a "x"', "on any product", "give 1 bonus per full 0 RUB"),
            "a worth": PROGRAMME + block('purse bonus "x"', *purse, "worth 1 RUB per 0 bonus") + earn("a"),
            "a worth of nothing": PROGRAMME + block('purse bonus "x"', *purse, "worth 0 RUB per 1 bonus") + earn("a"),
        },
        "amount.zero",
    )
    free = {"rules": HEAD + earn("a", "basis money paid"), "events": [json.loads(order(price="0.00"))]}
    accepted("decide", {"a free order": json.dumps(free)})


def test_N_13_amounts_end_before_a_store_would_overflow() -> None:
    most = "999 999 999 999 999"
    rules = HEAD.replace("  round down", "  decimals 6\n  round down")
    huge = rules + block('earn a "x"', "on any product", f"give {most} bonus per 1 RUB")
    gifts = HEAD + block('earn a "x"', f"give {most} bonus") + block('boost b "x"', "changes a", "multiply by 1 000")
    boosted = HEAD + earn("a") + block('boost b "x"', "changes a", f"multiply by {most}")
    orders = [json.loads(order(price="999999999999999"))]
    refused(
        "decide",
        {
            "a rate": json.dumps({"rules": huge, "events": orders}),
            "the fifth gift": json.dumps({"rules": gifts, "events": [{**orders[0], "id": f"p-{i}"} for i in range(5)]}),
            "a boost": json.dumps({"rules": boosted, "events": orders}),
        },
        "eval.overflow",
    )
    whole = HEAD + block('earn a "x"', f"give {most} bonus")
    sums = {"rules": whole, "events": [{**orders[0], "id": f"p-{number}"} for number in range(20)]}
    accepted("decide", {"sums below": json.dumps(sums)})
    money = {"rules": HEAD + earn("a"), "events": [json.loads(order(price="999999999999999", quantity="999999999"))]}
    refused("decide", {"an order": json.dumps(money)}, "eval.overflow")


def test_N_14_rates_have_a_sign_and_six_decimals() -> None:
    boost = HEAD + earn("base") + 'boost b "x"\n  changes base\n  {}\nend\n'
    found = run(
        "check",
        {
            clause: boost.format(clause)
            for clause in (
                *(
                    "multiply by 0",
                    "multiply by -5",
                    "multiply by 1.0000001",
                    "multiply by 1 000 000%",
                    "multiply by 1e6",
                ),
                *("increase by -5%", "increase by 5 %", f"multiply by 0.{'0' * 29}1"),
            )
        },
    )
    assert {name for name, ended in found.items() if ended.outcome != "refused"} == set()
    large = boost.format("multiply by 1 000 000")
    accepted("check", {"a million times": large})
    assert [found.problem.slug for found in check(large).warnings] == ["rate.many_times"]


def test_N_15_quantities_have_a_sign_and_are_never_counted_one_by_one() -> None:
    rules = HEAD + block('earn a "x"', "on any product", "give 1 bonus per 1 item")
    for quantity, code in (("0", "order.quantity"), ("-1", "order.quantity"), ("-0.333", "order.quantity")):
        document = json.dumps({"rules": rules, "events": [json.loads(order(quantity=quantity))]})
        refused("decide", {quantity: document}, code)
    found = accepted(
        "decide",
        {
            quantity: json.dumps({"rules": rules, "events": [json.loads(order(quantity=quantity, price="1.00"))]})
            for quantity in ("3", "1000000000", "0.5")
        },
    )
    assert all(ended.seconds < 0.2 for ended in found.values())
    assert [found[quantity].value["granted"] for quantity in ("3", "1000000000", "0.5")] == [3, 10**9, 0]


def test_N_16_ids_that_collide_as_integers_are_strings() -> None:
    """Multiples of 2^61 - 1 share one hash as integers, and twenty thousand of them would take seconds."""
    step = 2**61 - 1
    refused("id value", {"an integer": str(step)}, "id.type")
    document = json.loads(order())
    lines = [{"id": str(number * step), "quantity": "1", "price": "1.00"} for number in range(10_001)]
    refused("event", {"10,001 lines": json.dumps({**document, "lines": lines})}, "limit.list")
    refused("event", {"integers": json.dumps({**document, "facts": {"a": step}})}, "limit.number")
    tags = {**document["lines"][0], "tags": [str(number * step) for number in range(1_000)]}
    few = {"rules": HEAD + earn("a"), "events": [{**document, "lines": [*lines[:500], tags]}]}
    accepted("decide", {"500 lines": json.dumps(few)})


def test_N_17_a_number_below_what_a_context_can_hold_is_not_taken_for_zero() -> None:
    refused("quantity value", {"a value": 'Decimal("1e-1000000")', "finer": 'Decimal("0.0000001")'}, "number.decimals")
    refused("quantity", {"a string": "1e-1000000"}, "number.syntax")
    refused("quantity", {"finer": "0.0000001"}, "number.decimals")
    accepted("quantity value", {"zero": 'Decimal("0e-1000000")'})
