"""A settlement in words: a paragraph for every purse."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from loyalty_rules.amounts import Rounding, format_units, round_exact
from loyalty_rules.explaining import budgets
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
    return "\n\n".join(paragraphs) + "\n"


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
        money = f"{format_units(purse.worth, telling.checked.exponent)} {telling.checked.currency}"
        yield _INDENT + telling.text("held.worth", amount=money)
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


def _bands(telling: Telling, purse: str, section: str, bands: tuple[Band, ...]) -> Iterator[str]:
    for band in bands:
        key = {0: "later", -1: "never"}.get(band.days, "within")
        values = {"days": str(band.days), "amount": telling.units(purse, band.units)}
        yield _INDENT + telling.text(f"{section}.{key}", **values)
