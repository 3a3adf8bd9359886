"""The digest of an event: the SHA-256 of a text of JSON, written down here a second time, with the encoder of the
standard library."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime
from decimal import Decimal

from loyalty_rules import line, purchase
from loyalty_rules.engine.digests import digest
from loyalty_rules.events import FactInput, RedeemRequest, Tender, happening


def told(value: object) -> str:
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:32]


def number(millionths: int) -> dict[str, int]:
    return {"number": millionths}


AT = "2026-03-07T11:00:00Z"
INSTANT = number(1_772_881_200_000_000 * 1_000_000)
TEA = line(
    "2",
    sku='a "quoted" name',
    category="чай",
    tags=["new", "green"],
    quantity="0.5",
    price="19.90",
    tax="0.1",
    facts={"weight": Decimal("2.50"), "fresh": True, "sold": date(2026, 3, 6), "grade": "A"},
)
DELIVERY = line("10", amount="3", discount="0.25", delivery=True)
TEA_TOLD: list[object] = [
    "2",
    'a "quoted" name',
    "чай",
    "",
    ["green", "new"],
    number(500_000 * 10**6),
    number(19_900_000 * 10**6),
    None,
    number(0),
    number(100_000 * 10**6),
    [["fresh", True], ["grade", "A"], ["sold", {"date": "2026-03-06"}], ["weight", number(2_500_000)]],
    False,
]
DELIVERY_TOLD: list[object] = [
    "10",
    "",
    "",
    "",
    [],
    number(10**12),
    None,
    number(3 * 10**12),
    number(250_000 * 10**6),
    number(0),
    [],
    True,
]


ORDER = purchase("o-1", "m", AT, [DELIVERY, TEA], currency="RUB", store="1", facts={"seats": 4})


def order_told(*behind: object) -> list[object]:
    lines = [TEA_TOLD, DELIVERY_TOLD]
    seats = [["seats", number(4_000_000)]]
    return ["o-1", "m", INSTANT, "RUB", lines, None, "", "1", "", seats, "purchase", *behind]


def test_an_order_is_its_lines_in_their_order_and_all_else_by_name() -> None:
    assert digest(ORDER) == told(order_told())
    assert digest(ORDER._replace(lines=(TEA, DELIVERY))) == digest(ORDER)


def test_what_an_order_asks_for_stands_behind() -> None:
    redeem = (RedeemRequest("b", 5_000_000), RedeemRequest("a", None, "pts"))
    asked = [["a", None, "pts"], ["b", number(5 * 10**12), ""]]
    assert digest(ORDER._replace(redeem=redeem)) == told(order_told(asked))
    assert digest(ORDER._replace(codes=("Spring", "spring", "AUTUMN"))) == told(order_told([], ["autumn", "spring"]))


def test_tenders_are_told_by_method() -> None:
    tenders = (Tender("cash", 10_000_000), Tender("card", 2_650_000))
    parts = order_told()
    parts[5] = [["card", number(2_650_000 * 10**6)], ["cash", number(10**13)]]
    assert digest(ORDER._replace(tenders=tenders)) == told(parts)


def visit(value: FactInput) -> str:
    return digest(happening("e", "m", AT, "visit", facts={"seats": value}))


def test_facts_are_told_apart_by_kind_and_not_by_spelling() -> None:
    assert (
        visit(Decimal("5.00"))
        == visit(5)
        == told(["e", "m", INSTANT, "visit", [["seats", number(5_000_000)]], "", "event"])
    )
    assert len({visit(5), visit("5"), visit(True), visit(date(2026, 3, 7)), visit(Decimal("5.01"))}) == 5


def test_an_instant_is_the_same_in_every_zone() -> None:
    utc, moscow = "2026-03-07T11:00:00+00:00", "2026-03-07T14:00:00+03:00"
    assert visit(datetime.fromisoformat(utc)) == visit(datetime.fromisoformat(moscow))
