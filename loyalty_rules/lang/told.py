"""Time zones that are told: by a fact of the order or of the member, not by the rule file.

Where a checked value has the name of a zone, such a zone stands as the owner and the name of its fact; the name of a
zone has no space in it.
"""

from __future__ import annotations

from collections.abc import Mapping

from loyalty_rules.lang.conditions import Fact, Owner, Value


def told_zone(fact: Fact) -> str:
    """The zone that a fact tells."""
    return f"{fact.owner.value} {fact.name}"


def is_told(zone: str) -> bool:
    """Whether a zone is known only with an order or a member."""
    return " " in zone


def fact_of_zone(zone: str) -> str:
    """The fact that tells a zone; "" for one that has a name."""
    return zone.partition(" ")[2]


def zone_told(
    zone: str, declared: Mapping[str, Fact], order: Mapping[str, Value], member: Mapping[str, Value], otherwise: str
) -> str:
    """The name of a zone, told where it has to be; `otherwise` where there is no order that could."""
    if not is_told(zone):
        return zone
    fact = declared[fact_of_zone(zone)]
    told = (order if fact.owner is Owner.ORDER else member).get(fact.name, fact.otherwise)
    return told if isinstance(told, str) else otherwise
