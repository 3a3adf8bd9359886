"""What events say of the attributes of which each value has a ceiling of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from loyalty_rules.events import Event, Happening, Purchase
from loyalty_rules.lang.checked import Told
from loyalty_rules.lang.conditions import FactOf, Field

_WORDS: Final = {Field.STORE: "store", Field.CHANNEL: "channel", Field.MERCHANT: "merchant"}


def saying_the_same(events: Sequence[Event], places: Sequence[int], same: Told | None) -> list[int]:
    """Those of the places at which the events say the same as the last of them all."""
    if same is None:
        return list(places)
    return [place for place in places if _said(events[place], same) == _said(events[-1], same)]


def _said(event: Event, same: Told) -> str:
    if isinstance(same, FactOf):
        facts = dict(event.facts) if isinstance(event, Purchase | Happening) else {}
        found = facts.get(same.fact.name, same.fact.otherwise)
        return found if isinstance(found, str) else ""
    return str(getattr(event, _WORDS[same.field], "")) if isinstance(event, Purchase) else ""
