"""Hostile and careless JSON, by the ids of the threats: refused, at the place, within what a refusal may cost."""

from __future__ import annotations

import json

import pytest

from loyalty_rules.adapters.wire import read_event
from loyalty_rules.errors import InputError
from loyalty_rules.events import Purchase
from tests.adapters.bounded import assert_refused, read_bounded
from tests.adapters.samples import data, line, order, text


def purchase(document: object) -> Purchase:
    """The purchase that a document is read as."""
    event = read_event(document if isinstance(document, str) else text(document))
    assert isinstance(event, Purchase)
    return event


def refusal(document: object) -> tuple[str, str]:
    """Code and place of the refusal of a document, given as plain data or as text."""
    with pytest.raises(InputError) as caught:
        read_event(document if isinstance(document, str | bytes) else text(document))
    return caught.value.code, caught.value.where


# ---------------------------------------------------------------- documents


@pytest.mark.parametrize(
    ("hostile", "code"),
    [
        (b"[" * 100_000, "limit.depth"),
        (b'{"a":' * 100_000, "limit.depth"),
        (b"[" * 9 + b"]" * 9, "limit.depth"),
        (b'{"kind":' + b'[{"a":' * 400 + b"1" + b"}]" * 400 + b"}", "limit.depth"),
        (b"[" * 2_000_000, "limit.size"),
        (b'"' + b'\\"' * 500_000, "wire.syntax"),
        (b"[" + b"[]," * 349_000 + b"[]]", "limit.items"),
        (b"{}" * 500_000, "limit.items"),
        (b"[" + b"0," * 500_000 + b"0]", "wire.type"),
    ],
    ids=[
        "open lists",
        "open objects",
        "nine deep",
        "mixed",
        "too large",
        "escaped quotes",
        "many lists",
        "many objects",
        "many numbers",
    ],
)
def test_D_01_depth_and_size_are_looked_at_before_anything_is_parsed(hostile: bytes, code: str) -> None:
    assert_refused(hostile, code)


def test_D_01_eight_levels_pass_the_scan_and_brackets_in_strings_do_not_count() -> None:
    assert refusal("[" * 8 + "]" * 8) == ("wire.type", "")
    assert read_event(text(order(facts={"note": "[" * 100 + '\\"{'}))).facts == (("note", "[" * 100 + '\\"{'),)  # type: ignore[union-attr]


def test_D_02_a_key_given_twice_is_refused_where_it_stands() -> None:
    twice = text(order()).replace('"quantity": "1"', '"quantity": "1", "quantity": "9999"')
    assert refusal(twice) == ("wire.duplicate_key", "lines[0]")
    assert refusal('{"kind": "tick", "kind": "purchase"}') == ("wire.duplicate_key", "")
    assert_refused(twice.encode(), "wire.duplicate_key", "lines[0]")


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("NaN", "number.not_finite"),
        ("Infinity", "number.not_finite"),
        ("-Infinity", "number.not_finite"),
        ("1e400", "number.syntax"),
        ("1E1000000", "number.syntax"),
        ("250.00", "type.float_not_allowed"),
        ("1" * 5_000, "limit.number"),
        ("250", "number.type"),
    ],
)
def test_D_03_a_number_that_is_no_decimal_string_is_refused(number: str, code: str) -> None:
    document = text(order()).replace('"price": "250.00"', f'"price": {number}')
    assert_refused(document.encode(), code, "lines[0].price")


@pytest.mark.parametrize("number", ["1e1000", "1E5", "1e-10000000"])
def test_D_04_an_exponent_in_a_decimal_string_never_comes_as_far_as_a_store(number: str) -> None:
    assert refusal(order(lines=[line(price=number)])) == ("number.syntax", "lines[0].price")


def test_D_05_an_alias_bomb_is_no_json() -> None:
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{b}: &{b} [{','.join(['*' + a] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert_refused(bomb.encode(), "wire.syntax")


@pytest.mark.parametrize("value", ["no", "1:30", "1_000", "1e3", "0x10", "2020-01-01"])
def test_D_06_nothing_is_read_as_a_number_that_only_looks_like_one(value: str) -> None:
    assert refusal(order(lines=[line(quantity=value)])) == ("number.syntax", "lines[0].quantity")


@pytest.mark.parametrize(
    ("document", "code", "where"),
    [
        (order(currency=None), "wire.missing_field", "currency"),
        (order(kind=None), "wire.missing_field", "kind"),
        (order(lines=[line(quantity=None)]), "wire.missing_field", "lines[0].quantity"),
        (order(kind="purchaze"), "wire.value", "kind"),
        (order(kind=["purchase"]), "wire.value", "kind"),
        (order(store=5), "wire.type", "store"),
        (order(lines={}), "wire.type", "lines"),
        (order(lines=[]), "wire.length", "lines"),
        (order(lines=[[]]), "wire.type", "lines[0]"),
        (order(lines=[line(delivery="yes")]), "wire.type", "lines[0].delivery"),
        (order(lines=[line(), line(id="2", prize="1")]), "wire.unknown_field", "lines[1].prize"),
        (order(total="250.00"), "wire.unknown_field", "total"),
        (order(facts={"guests": 4}), "number.type", "facts.guests"),
        (order(facts={"guests": ["4"]}), "wire.type", "facts.guests"),
        ({"kind": "tick", "id": "t-1", "member": "m", "at": "2026-03-07T11:00:00Z"}, "wire.unknown_field", "id"),
        ([order()], "wire.type", ""),
        ("", "wire.syntax", "line 1, column 1"),
        ("null", "wire.type", ""),
        ("\ufeff{}", "wire.syntax", "line 1, column 1"),
        (b"\xff\xfe{}", "wire.encoding", ""),
        ('{"kind":\n "tick",}', "wire.syntax", "line 2, column 9"),
    ],
)
def test_D_07_a_field_that_is_missing_unknown_or_of_another_type_is_named(
    document: object, code: str, where: str
) -> None:
    assert refusal(document) == (code, where)


@pytest.mark.parametrize("field", ["id", "at", "store", "currency", "lines", "tenders", "facts"])
def test_D_07_null_is_no_value(field: str) -> None:
    code, where = refusal({**order(), field: None})
    assert where == field
    assert code in {"wire.type", "id.type", "number.type"}


def test_D_07_a_misspelt_field_gets_its_suggestion_and_all_mistakes_are_told() -> None:
    document = order(stor="arbat", store=None, lines=[line(pirce="250.00", price=None, quantity="x")])
    with pytest.raises(InputError) as caught:
        read_event(text(document))
    message = str(caught.value)
    assert "lines[0].quantity" in message
    assert "did you mean `price`?" in message
    assert "did you mean `store`?" in message


@pytest.mark.parametrize(
    ("document", "code", "where"),
    [
        (order(lines=[line(id=str(number)) for number in range(1_001)]), "limit.list", "lines"),
        (order(lines=[line(), line()]), "order.line_twice", "lines[1].id"),
        (order(lines=[line(price=None)]), "order.price", "lines[0]"),
    ],
)
def test_D_08_an_order_that_does_not_hold_together_is_refused(document: object, code: str, where: str) -> None:
    assert refusal(document) == (code, where)


def test_D_08_ten_thousand_lines_cost_no_more_than_a_refusal_may() -> None:
    lines = [{"id": str(number), "quantity": "1", "price": "1.00"} for number in range(10_001)]
    assert_refused(data(order(lines=lines)), "limit.list", "lines")


@pytest.mark.parametrize(
    ("document", "code", "where"),
    [
        (order(currency="usd"), "currency.unknown", "currency"),
        (order(currency="US"), "currency.unknown", "currency"),
        (order(currency="XTS"), "currency.unknown", "currency"),
        (order(currency="RUR"), "currency.unknown", "currency"),
        (order(lines=[line(currency="USD")]), "wire.unknown_field", "lines[0].currency"),
        (order(currency="JPY", lines=[line(price="250.50")], tenders=None), "amount.decimals", "lines[0].price"),
        (
            order(currency="JPY", tenders=[{"method": "card", "amount": "250.5"}]),
            "amount.decimals",
            "tenders[0].amount",
        ),
        (order(lines=[line(discount="0.005")]), "amount.decimals", "lines[0].discount"),
    ],
)
def test_D_09_a_currency_is_one_and_its_amounts_fit_it(document: object, code: str, where: str) -> None:
    assert refusal(document) == (code, where)


def test_D_09_yen_without_a_fraction_and_a_fine_price_beside_an_amount_are_read() -> None:
    yen = purchase(order(currency="JPY", lines=[line(discount="0", tax="0", price="250")], tenders=None))
    assert (yen.currency, yen.lines[0].price) == ("JPY", 250_000_000)
    fuel = purchase(order(lines=[line(quantity="40", price="52.375", amount="2095.00")], tenders=None))
    assert fuel.lines[0].price == 52_375_000


def test_D_10_an_event_shares_nothing_with_what_it_was_read_from() -> None:
    buffer = bytearray(data(order()))
    event = read_event(bytes(buffer))
    before = repr(event)
    buffer[:] = b"x" * len(buffer)
    assert repr(event) == before
    with pytest.raises(AttributeError):
        event.member = "m-2"  # type: ignore[misc]


@pytest.mark.parametrize("field", ["points", "reward_amount", "granted", "effects", "level"])
def test_D_11_nobody_sends_his_own_points(field: str) -> None:
    assert refusal(order(**{field: "1000000"})) == ("wire.unknown_field", field)
    assert refusal(order(lines=[line(**{field: "1000000"})])) == ("wire.unknown_field", f"lines[0].{field}")


# ---------------------------------------------------------------- numbers


@pytest.mark.parametrize("number", ["NaN", "sNaN", "Infinity", "-Infinity", "NaN123", "inf"])
def test_N_06_what_is_not_finite_is_refused_as_a_string_too(number: str) -> None:
    assert refusal(order(lines=[line(price=number)])) == ("number.not_finite", "lines[0].price")


@pytest.mark.parametrize(
    "number",
    ["１２", "٣٤", "²", "1_000", " 7 ", "+5", ".5", "5.", "0x10", "1,5", "", "-", "1 000", "7\n"],
)
def test_N_07_only_ascii_digits_and_one_point_are_a_number(number: str) -> None:
    code, where = refusal(order(lines=[line(quantity=number)]))
    assert where == "lines[0].quantity"
    assert code in {"number.syntax", "text.control"}


def test_N_08_one_amount_has_one_form_however_it_was_written() -> None:
    first, second = (
        read_event(text(order(lines=[line(quantity=q, price=p, discount=d)], tenders=None)))
        for q, p, d in (("1.0", "1.10", "-0"), ("1.00", "1.1", "0.00"))
    )
    assert first == second


@pytest.mark.parametrize("value", [True, False, 1, 0])
def test_N_09_neither_a_truth_value_nor_a_bare_number_is_an_amount(value: object) -> None:
    code, where = refusal(order(lines=[line(quantity=value)]))
    assert (code, where) == ("number.type", "lines[0].quantity")


def test_N_09_a_float_is_refused_before_it_is_made() -> None:
    assert refusal(text(order()).replace('"250.00"', "0.1", 1)) == ("type.float_not_allowed", "lines[0].price")
    assert refusal(text(order()).replace('"250.00"', "1e16", 1)) == ("number.syntax", "lines[0].price")


# ---------------------------------------------------------------- text


@pytest.mark.parametrize("escaped", [r"\ud800", r"a\udc00b", r"\ud83d"])
def test_U_07_half_of_a_surrogate_pair_is_refused_in_values_and_keys(escaped: str) -> None:
    value = text(order()).replace('"latte"', f'"{escaped}"')
    assert_refused(value.encode(), "text.surrogate", "lines[0].sku")
    key = text(order()).replace('"facts": {}', f'"facts": {{"{escaped}": "1"}}', 1)
    assert refusal(key)[0] == "text.surrogate"


def test_U_07_a_whole_pair_is_one_character() -> None:
    assert purchase(text(order()).replace('"arbat"', r'"\ud83d\ude00"')).store == "\U0001f600"


def test_U_08_a_nul_is_refused() -> None:
    assert_refused(text(order()).replace('"latte"', r'"a\u0000b"').encode(), "text.nul", "lines[0].sku")
    assert refusal(text(order()).replace('"latte"', '"a\0b"'))[0] == "wire.syntax"


@pytest.mark.parametrize(
    "id",
    ["evt-1 ", " evt-1", "ｅvt-1", "evt\u200b1", "evt/1", "", "e" * 129, "évt", "evt-1\n"],
)
def test_U_10_an_id_is_exact_and_of_a_strict_set_of_characters(id: str) -> None:
    code, where = refusal(order(id=id))
    assert where == "id"
    assert code in {"id.charset", "id.length", "text.control"}


def test_U_10_ids_that_differ_in_case_are_two_ids() -> None:
    first, second = (purchase(order(id=given)) for given in ("evt-1", "EVT-1"))
    assert (first.id, second.id) == ("evt-1", "EVT-1")


def test_U_10_an_id_that_is_no_string_is_refused() -> None:
    assert refusal(order(id=17)) == ("id.type", "id")
    assert refusal({**order(), "id": None}) == ("id.type", "id")


# ---------------------------------------------------------------- time


def test_Z_01_an_instant_without_an_offset_is_refused() -> None:
    assert refusal(order(at="2026-03-07T11:00:00")) == ("time.naive", "at")


@pytest.mark.parametrize(
    "at",
    [
        "0001-01-01T00:00:00Z",
        "1999-12-31T23:59:59.999999Z",
        "2000-01-01T00:00:00+00:01",
        "2200-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
    ],
)
def test_Z_08_instants_outside_2000_to_2199_are_refused(at: str) -> None:
    assert refusal(order(at=at)) == ("time.range", "at")


@pytest.mark.parametrize("at", ["10000-01-01T00:00:00Z", "infinity", "1000000000000000000"])
def test_Z_08_what_is_no_year_of_four_digits_is_no_instant(at: str) -> None:
    assert refusal(order(at=at)) == ("time.syntax", "at")


@pytest.mark.parametrize("at", ["2000-01-01T00:00:00Z", "2199-12-31T23:59:59.999999Z"])
def test_Z_08_the_first_and_the_last_instant_are_read(at: str) -> None:
    assert read_bounded(data(order(at=at))).code == "accepted"


@pytest.mark.parametrize(
    "at",
    [
        "20240101T000000",
        "20240101T000000Z",
        "2024-W01-1",
        "2024-W01-1T00:00:00Z",
        "2024-01-01T24:00:00Z",
        "2024-01-01T00:00:60Z",
        "2024-01-01 00:00:00Z",
        "2024-01-01t00:00:00z",
        "2024-01-01T00:00Z",
        "2024-01-01T00:00:00+3",
        "2024-01-01T00:00:00+0300",
        "2024-01-01T00:00:00.1234567Z",
        "2024-01-01",
    ],
)
def test_Z_09_one_form_of_an_instant_and_no_other(at: str) -> None:
    assert refusal(order(at=at)) == ("time.syntax", "at")


def test_Z_09_a_day_that_does_not_exist_is_refused() -> None:
    assert refusal(order(at="2026-02-29T00:00:00Z")) == ("time.date", "at")


# ---------------------------------------------------------------- errors


def test_a_message_never_carries_more_than_sixty_characters_of_the_input() -> None:
    with pytest.raises(InputError) as caught:
        read_event(json.dumps(order(lines=[line(price="\u20ac" * 4_000)])))
    assert caught.value.message.count("\u20ac") < 60
    with pytest.raises(InputError) as caught:
        read_event(json.dumps(order(**{"x" * 4_000: "1"})))
    assert max(len(caught.value.message), len(caught.value.where)) <= 500
    assert caught.value.message.count("x") <= 62


def test_every_string_is_looked_at_though_most_texts_need_no_second_look() -> None:
    assert refusal(order(store="x" * 4_097)) == ("text.length", "store")
    assert purchase(order(store="x" * 4_096)).store == "x" * 4_096
    assert refusal(text(order(store="a\x7fb")))[0] == "text.control"
    assert refusal(text(order()).replace("arbat", "a\u200bb"))[0] == "text.control"
    assert refusal(text(order()).replace("arbat", r"a\u200bb"))[0] == "text.control"
    assert purchase(text(order()).replace("arbat", r"e\u0301")).store == "\u00e9"
