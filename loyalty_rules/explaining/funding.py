"""Who pays for what was given, in words."""

from __future__ import annotations

from collections.abc import Iterator

from loyalty_rules.explaining.telling import Telling
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


def _share(telling: Telling, name: str, purse: str, units: int) -> str:
    return telling.text("funding.share", name=name, amount=telling.units(purse, units))
