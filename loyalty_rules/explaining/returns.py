"""Goods that come back, in words: what came, what is refunded, and what became of the points."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from loyalty_rules.amounts import MICRO, format_fraction
from loyalty_rules.decision import (
    CostShared,
    DebtPaid,
    GiftTakenBack,
    GoodsReturned,
    NotReturnable,
    PointsGivenAgain,
    PointsGivenBack,
    PointsTakenBack,
)
from loyalty_rules.explaining.funding import borne, cost, shares
from loyalty_rules.explaining.pricing import article
from loyalty_rules.explaining.spending import back_again
from loyalty_rules.explaining.telling import Telling, safe
from loyalty_rules.settlement.spending.paying import refund_of

#: How many lines of a return are listed.
_LINES: Final = 20
_INDENT: Final = "  "


def refusal(telling: Telling, why: NotReturnable) -> str:
    """Why goods do not come back through the programme."""
    kept = format_fraction(Fraction(why.kept, MICRO))
    return telling.text(f"return.{why.reason.lower()}", line=safe(why.line, 80), kept=kept)


def told(telling: Telling) -> Iterator[str]:
    """What a return did, for those who run a programme."""
    for effect in telling.decision.effects:
        match effect:
            case GoodsReturned():
                yield from _goods(telling, effect)
            case PointsTakenBack():
                yield from _taken(telling, effect)
            case PointsGivenBack(units=0, rule=rule) if rule in telling.checked.rewards:
                yield telling.text("return.used", money=telling.money(effect.value), **_rule(telling, effect.rule))
            case PointsGivenBack():
                amount = telling.units(effect.purse, effect.units)
                values = _rule(telling, effect.rule)
                if effect.value:
                    yield telling.text("return.back", amount=amount, money=telling.money(effect.value), **values)
                else:
                    yield telling.text("return.unpaid", amount=amount, **values)
            case PointsGivenAgain():
                amount = telling.units(effect.purse, effect.units)
                yield telling.text("return.again", amount=amount, **_rule(telling, effect.rule))
                paying = shares(telling, "pays", effect.purse, effect.units, effect.funding)
                yield from (_INDENT + sentence for sentence in paying)
            case GiftTakenBack():
                back = article(telling, effect.sku, effect.units)
                yield telling.text("return.gift", amount=back, **_rule(telling, effect.rule))
            case CostShared():
                whole = effect.rights or effect.money
                key = "return.cost" if whole > 0 else "return.cost_less"  # what is given costs, what comes back less
                yield telling.text(key, amount=cost(telling, effect, whole), **_rule(telling, effect.rule))
                yield _INDENT + borne(telling, effect)
            case DebtPaid():
                amount = telling.units(effect.purse, effect.units)
                yield telling.text("return.debt", purse=telling.title(effect.purse), amount=amount)
            case _:
                pass
    if any(isinstance(effect, PointsGivenBack) for effect in telling.decision.effects):
        yield telling.text("return.money", amount=telling.money(refund_of(telling.decision.effects) or 0))


def told_to_member(telling: Telling) -> Iterator[str]:
    """What the member is told of it: the refund, and what left or will leave the balance."""
    for effect in telling.decision.effects:
        match effect:
            case GoodsReturned():
                refund = refund_of(telling.decision.effects) or 0
                yield telling.text("member.refund", amount=telling.money(refund))
            case PointsGivenBack():
                yield from back_again(telling, effect)
            case PointsTakenBack():
                gone = sum(units for _, units in effect.lots)
                values = {"title": telling.title(effect.rule)}
                if gone:
                    yield telling.text("member.taken", amount=telling.units(effect.purse, gone), **values)
                if effect.owed:
                    yield telling.text("member.owed", amount=telling.units(effect.purse, effect.owed), **values)
            case GiftTakenBack():
                back = article(telling, effect.sku, effect.units)
                yield telling.text("member.gift", title=telling.title(effect.rule), amount=back)
            case PointsGivenAgain():
                amount = telling.units(effect.purse, effect.units)
                yield telling.text("member.gave", title=telling.title(effect.rule), amount=amount)
            case DebtPaid():
                amount = telling.units(effect.purse, effect.units)
                yield telling.text("member.debt", purse=telling.title(effect.purse), amount=amount)
            case _:
                pass


def _goods(telling: Telling, effect: GoodsReturned) -> Iterator[str]:
    refund = telling.money(sum(units for _, _, units in effect.lines))
    key = "return.whole" if effect.whole else "return.part"
    yield telling.text(key, order=effect.order, amount=refund)
    for line, quantity, units in effect.lines[:_LINES]:
        values = {
            "line": line,
            "quantity": format_fraction(Fraction(quantity, MICRO)),
            "amount": telling.money(units),
        }
        yield _INDENT + telling.text("return.line", **values)
    if len(effect.lines) > _LINES:
        yield _INDENT + telling.text("given.more", count=str(len(effect.lines) - _LINES))
    if effect.proportion:
        yield _INDENT + telling.text("return.proportion")


def _taken(telling: Telling, effect: PointsTakenBack) -> Iterator[str]:
    amount = telling.units(effect.purse, effect.units)
    yield telling.text("return.taken", amount=amount, **_rule(telling, effect.rule))
    gone = sum(units for _, units in effect.lots)
    parts = (("lots", gone), ("expired", effect.expired), ("owed", effect.owed), ("short", effect.short))
    for key, units in parts:
        if (units and units != effect.units) or (units and key != "lots"):
            yield _INDENT + telling.text(f"return.{key}", amount=telling.units(effect.purse, units))
    for sentence in shares(telling, "frees", effect.purse, gone + effect.owed, effect.funding):
        yield _INDENT + sentence


def _rule(telling: Telling, name: str) -> dict[str, str]:
    return {"title": telling.title(name), "name": name}
