"""Mistakes with money in a programme that has several currencies."""

from __future__ import annotations

from typing import ClassVar

from loyalty_rules.diagnostics import Problem
from loyalty_rules.values import frozen


@frozen
class TwoCurrencies(Problem):
    """Amounts of two currencies in one comparison."""

    code: ClassVar[str] = "L433"
    slug: ClassVar[str] = "amount.two_currencies"
    first: str
    second: str


@frozen
class CurrencyUnsaid(Problem):
    """A level that compares money of orders, and does not say in which currency."""

    code: ClassVar[str] = "L434"
    slug: ClassVar[str] = "measure.currency"
    test: str


@frozen
class NoCommonCurrency(Problem):
    """A rule whose amounts are in several currencies, so that there is no order that all of it is about."""

    code: ClassVar[str] = "L435"
    slug: ClassVar[str] = "rule.currencies"
    rule: str


@frozen
class FirstCurrency(Problem):
    """Money that is no order's, in another currency than the programme's first."""

    code: ClassVar[str] = "L436"
    slug: ClassVar[str] = "amount.first_currency"
    found: str
    first: str


@frozen
class CurrencyTwice(Problem):
    """A currency that the programme names twice."""

    code: ClassVar[str] = "L437"
    slug: ClassVar[str] = "currency.twice"
    currency: str


@frozen
class DefaultOfMoney(Problem):
    """An amount that stands for a fact of orders in whatever currency they are."""

    code: ClassVar[str] = "L438"
    slug: ClassVar[str] = "fact.currency"
    fact: str
    text: str
