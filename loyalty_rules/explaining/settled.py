"""A settlement in words: a paragraph for every purse."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from loyalty_rules.amounts import Rounding, format_units, round_exact
from loyalty_rules.calendar import format_date
from loyalty_rules.explaining import budgets
from loyalty_rules.explaining.partnering import CostLine, PartnerLine
from loyalty_rules.explaining.settling import Band, PurseFigures, Settlement
from loyalty_rules.explaining.telling import Telling, safe

#: The page of texts in `grammar/messages/`.
PAGE: Final = "settlement"
_INDENT: Final = "  "


def told_settlement(telling: Telling, found: Settlement) -> str:
    """The whole settlement. `telling` brings the programme and the language."""
    head = telling.text(
        "head.title",
        programme=safe(telling.checked.title, 120),
        moment=telling.moment(found.at),
        members=str(found.members),
    )
    paragraphs = [head, *("\n".join(_purse(telling, purse)) for purse in found.purses)]
    if found.budgets:
        paragraphs.append("\n".join(budgets.settled(telling, found.budgets)))
    names = sorted({line.partner for line in found.partners} | {line.partner for line in found.costs})
    paragraphs += ["\n".join(_partner(telling, name, found)) for name in names]
    return "\n\n".join(paragraphs) + "\n"


def _partner(telling: Telling, name: str, found: Settlement) -> Iterator[str]:
    """What is settled with one partner."""
    yield telling.text("partner.title", title=telling.title(name))
    for one in (line for line in found.partners if line.partner == name):
        yield _over(telling, one.purse, one)
        for key in ("given", "back", "expired", "redeemed"):
            if units := getattr(one, key):
                amount = telling.units(one.purse, units)
                yield _INDENT * 2 + telling.text(f"partner.{key}", amount=f"+{amount}" if units > 0 else amount)
        for key, money in (("owes", one.owes), ("left", one.left), ("paid", one.paid or None)):
            if money is not None:
                yield _INDENT * 2 + telling.text(f"partner.{key}", amount=telling.money(money, one.currency))

    for cost in (line for line in found.costs if line.partner == name):
        yield _over(telling, cost.rule, cost)
        if cost.money:
            yield _INDENT * 2 + telling.text("partner.costs", amount=telling.money(cost.money, cost.currency))
        if cost.rights:
            yield _INDENT * 2 + telling.text("partner.handed", amount=telling.units(cost.rule, cost.rights))


def _over(telling: Telling, named: str, line: PartnerLine | CostLine) -> str:
    """What a line is about, and over which period."""
    title = telling.title(named)
    if line.first is None or line.last is None:
        return _INDENT + telling.text("partner.whole", purse=title)
    dates = {"first": format_date(line.first), "last": format_date(line.last)}
    return _INDENT + telling.text("partner.period", purse=title, **dates)


def _purse(telling: Telling, purse: PurseFigures) -> Iterator[str]:
    def amount(units: int) -> str:
        return telling.units(purse.purse, units)

    yield telling.title(purse.purse)
    held = amount(purse.usable + purse.pending + purse.reserved)
    yield _INDENT + telling.text("held.all", amount=held, members=str(purse.members))
    if purse.pending or purse.reserved:
        yield _INDENT * 2 + telling.text("held.usable", amount=amount(purse.usable))
    if purse.pending:
        yield _INDENT * 2 + telling.text("held.pending", amount=amount(purse.pending))
    if purse.reserved:
        yield _INDENT * 2 + telling.text("held.reserved", amount=amount(purse.reserved))
    if purse.owed:
        yield _INDENT + telling.text("held.owed", amount=amount(purse.owed))
    if purse.worth is not None:
        yield _INDENT + telling.text(
            "held.worth", amount=telling.money(purse.worth, telling.checked.purses[purse.purse].currency)
        )
    for section, bands in (("age", purse.ages), ("end", purse.ends)):
        yield from _bands(telling, purse.purse, section, bands)
    for reason, units in purse.flows:
        signed = f"+{amount(units)}" if units > 0 else amount(units)
        yield _INDENT + telling.text(f"flow.{reason.value}", amount=signed)
    if purse.breakage is not None:
        share = format_units(round_exact(purse.breakage * 1_000, Rounding.HALF_UP), 1)
        yield _INDENT + telling.text("flow.breakage", share=share)
    for rule in purse.rules:
        values = {"title": telling.title(rule.rule), "given": amount(rule.given), "held": amount(rule.held)}
        yield _INDENT + telling.text("rule.figures", **values)
    for one in purse.funders:
        values = {"title": telling.title(one.partner), "given": amount(one.given), "held": amount(one.held)}
        yield _INDENT + telling.text("funder.figures", **values)
        if one.breakage is not None:
            share = format_units(round_exact(one.breakage * 1_000, Rounding.HALF_UP), 1)
            yield _INDENT * 2 + telling.text("flow.breakage", share=share)


def _bands(telling: Telling, purse: str, section: str, bands: tuple[Band, ...]) -> Iterator[str]:
    for band in bands:
        key = {0: "later", -1: "never"}.get(band.days, "within")
        values = {"days": str(band.days), "amount": telling.units(purse, band.units)}
        yield _INDENT + telling.text(f"{section}.{key}", **values)
