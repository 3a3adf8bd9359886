"""Who pays for what was given, in words."""

from __future__ import annotations

from collections.abc import Iterator

from loyalty_rules.decision import CostShared
from loyalty_rules.explaining.telling import Telling
from loyalty_rules.lang.checked import gift_unit
from loyalty_rules.records import Funding


def shares(telling: Telling, key: str, purse: str, units: int, funding: Funding) -> Iterator[str]:
    """Who pays for so many units, or no longer does: partners, and the programme what they leave. Nothing where the
    programme pays for all. `key` of the sentence."""
    if not funding:
        return
    own = units - sum(share for _, share in funding)
    listed = [_share(telling, telling.title(partner), purse, share) for partner, share in funding]
    if own:
        listed.append(_share(telling, telling.text("funding.programme"), purse, own))
    yield telling.text(f"funding.{key}", shares="; ".join(listed))


def costs_of(telling: Telling, rule: str) -> Iterator[str]:
    """Who bears what an offer or a reward cost."""
    for effect in telling.decision.effects:
        if isinstance(effect, CostShared) and effect.rule == rule:
            yield borne(telling, effect)


def borne(telling: Telling, effect: CostShared) -> str:
    """Who bears a cost, or no longer does."""
    whole = effect.rights or effect.money
    listed = [(telling.title(partner), units) for partner, units in effect.funding]
    own = whole - sum(units for _, units in effect.funding)
    listed += [(telling.text("funding.programme"), own)] if own else []
    told = [telling.text("funding.share", name=name, amount=cost(telling, effect, units)) for name, units in listed]
    return telling.text("funding.pays" if whole > 0 else "funding.frees", shares="; ".join(told))


def cost(telling: Telling, effect: CostShared, units: int) -> str:
    """An amount of a cost, without sign: rights or money."""
    if effect.rights:
        offer = telling.plan.offers.get(effect.rule)
        adds = None if offer is None else offer.adds
        return telling.units(effect.rule if adds is None else gift_unit(adds.sku), abs(units))
    return telling.money(abs(units))


def _share(telling: Telling, name: str, purse: str, units: int) -> str:
    return telling.text("funding.share", name=name, amount=telling.units(purse, units))
