"""Random offers for the programmes of the ledger machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.models.ledger_offers import Offer, Taking
from tests.models.ledger_programmes import Ladder

if TYPE_CHECKING:
    from tests.properties.ledger_drawing import Drawing


def offers(drawing: Drawing, ladders: tuple[Ladder, ...]) -> tuple[Offer, ...]:
    """One, or two on goods of which none is in both."""
    if drawing.choose(True, True, False):
        return (offer(drawing, "o0", ladders, drawing.choose("", "", "tea")),)
    return tuple(offer(drawing, f"o{number}", ladders, name) for number, name in enumerate(("tea", "cakes")))


def offer(drawing: Drawing, name: str, ladders: tuple[Ladder, ...], category: str) -> Offer:
    audience, when = drawing.questions(ladders)
    percent = drawing.choose(0, 5, 10, 33)
    caps = []
    if drawing.has("caps", 0.3):
        caps.append(Taking(drawing.choose(500, 2_000)))
    if drawing.has("caps", 0.5):
        caps.append(Taking(drawing.choose(1_000, 5_000), drawing.window()))
    return Offer(
        name,
        percent,
        0 if percent else drawing.choose(99, 1_000, 10_000),
        category=category,
        keep=drawing.choose(0, 0, 50, 1_000),
        audience=audience,
        when=when,
        caps=tuple(caps),
        limit=drawing.limit(),
    )
