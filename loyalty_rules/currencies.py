"""Currencies of ISO 4217 and how many decimals their amounts have."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from loyalty_rules.errors import InputError, shown
from loyalty_rules.text import nearest

# List one of ISO 4217 by exponent of the minor unit, funds with an exponent included. Codes that are no currency and
# have none (gold, drawing rights, testing) are left out, but for XXX, where no currency is involved: orders priced in
# points, of which it counts whole ones.
_CODES_BY_EXPONENT: Final = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF XXX",
    2: """
        AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY
        COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS
        INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR
        MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP
        STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG
    """,
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}

#: The exponent of each active currency: an amount of RUB is counted in hundredths, one of JPY in whole yen.
EXPONENTS: Final[Mapping[str, int]] = MappingProxyType(
    dict(sorted((code, exponent) for exponent, codes in _CODES_BY_EXPONENT.items() for code in codes.split()))
)

#: Codes that were withdrawn, with their successors: named in the refusal, never taken for them.
WITHDRAWN: Final[Mapping[str, str]] = MappingProxyType(
    {
        "ANG": "XCG",
        "BGN": "EUR",
        "BYR": "BYN",
        "CUC": "CUP",
        "HRK": "EUR",
        "LTL": "EUR",
        "LVL": "EUR",
        "MRO": "MRU",
        "RUR": "RUB",
        "SLL": "SLE",
        "STD": "STN",
        "VEF": "VES",
        "ZMK": "ZMW",
        "ZWL": "ZWG",
    }
)


def exponent(code: str) -> int:
    """Decimals of the minor unit of a currency, by its exact upper-case code.

    Raises `InputError` (`currency.unknown`) for lower case, withdrawn codes (RUR) and codes that are no currency (XAU).
    """
    if type(code) is str:
        found = EXPONENTS.get(code)
        if found is not None:
            return found
        raise InputError("currency.unknown", f"{shown(code)} is not a currency of ISO 4217{_hint(code)}")
    raise InputError("currency.unknown", "a currency is a code of ISO 4217, a string")


def _hint(code: str) -> str:
    successor = WITHDRAWN.get(code)
    if successor is not None:
        return f": it was withdrawn, its successor is {successor}"
    meant = nearest(code, EXPONENTS)
    return "" if meant is None else f"; did you mean {meant}?"
