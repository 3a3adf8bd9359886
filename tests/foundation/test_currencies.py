"""Currencies: the exponents of ISO 4217, and what is no currency."""

from __future__ import annotations

from typing import Any

import pytest

from loyalty_rules.currencies import EXPONENTS, WITHDRAWN, exponent
from tests.foundation.support import code_of, refusal


@pytest.mark.parametrize(
    ("code", "decimals"),
    [
        ("RUB", 2), ("EUR", 2), ("USD", 2), ("GBP", 2), ("ILS", 2), ("KZT", 2), ("BYN", 2), ("CHF", 2), ("TRY", 2),
        ("JPY", 0), ("KRW", 0), ("VND", 0), ("CLP", 0), ("ISK", 0), ("XOF", 0), ("UGX", 0),
        ("KWD", 3), ("BHD", 3), ("TND", 3), ("IQD", 3), ("CLF", 4), ("UYW", 4),
    ],
)  # fmt: skip
def test_D_09_a_currency_has_its_exponent(code: str, decimals: int) -> None:
    assert exponent(code) == decimals


@pytest.mark.parametrize(
    "code", ["RUR", "XTS", "XAU", "usd", "Usd", "US", "", "USDT", "€", "РUB", "U\0D", "x" * 10_000]
)
def test_D_09_everything_else_is_refused(code: str) -> None:
    assert code_of(lambda: exponent(code)) == "currency.unknown"


@pytest.mark.parametrize("code", [None, 643, b"RUB", True, ["RUB"]])
def test_a_currency_is_a_string(code: Any) -> None:
    assert code_of(lambda: exponent(code)) == "currency.unknown"


def test_a_refusal_says_what_was_perhaps_meant() -> None:
    assert "its successor is RUB" in refusal(lambda: exponent("RUR")).message
    assert "did you mean USD?" in refusal(lambda: exponent("usd")).message
    assert "did you mean" not in refusal(lambda: exponent("QQQ")).message


def test_every_code_is_three_capitals_and_in_order() -> None:
    assert list(EXPONENTS) == sorted(EXPONENTS)
    assert all(len(code) == 3 and code.isascii() and code.isupper() for code in EXPONENTS)
    assert set(EXPONENTS.values()) == {0, 2, 3, 4}


def test_a_withdrawn_code_is_not_active_and_its_successor_is() -> None:
    assert not set(WITHDRAWN) & set(EXPONENTS)
    assert set(WITHDRAWN.values()) <= set(EXPONENTS)


def test_nobody_changes_the_exponents() -> None:
    with pytest.raises(TypeError):
        EXPONENTS["RUB"] = 0  # type: ignore[index]
