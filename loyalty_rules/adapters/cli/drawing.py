"""`loyalty draw`: who wins, and whether a result is what the seed and the tickets give."""

from __future__ import annotations

from loyalty_rules.adapters.cli.checking import ERRORS, FINE
from loyalty_rules.adapters.cli.files import opened
from loyalty_rules.adapters.cli.terminal import err, out, out_json, words
from loyalty_rules.adapters.wire.draws import Draw, write_draw
from loyalty_rules.adapters.wire.instant import Instant, read_any_draw, write_instant
from loyalty_rules.errors import LoyaltyError

#: A draw has at most a million tickets; longer documents are cut here, and refused as too large.
_MAX_BYTES = 64 * 1024 * 1024


def run_draw(name: str, *, verify: bool, language: str | None) -> int:
    """Tells the winners of a draw as JSON, or verifies the result that its document has; of an instant win what every
    ticket won."""
    said = words(language)
    try:
        draw = _read(name, language)
        if not verify:
            settled = draw.settled()
            out_json(write_instant(settled) if isinstance(settled, Instant) else write_draw(settled))
            return FINE
        draw.verify()
    except LoyaltyError as error:
        err(said.text("draw.wrong", name=name, reason=str(error)))
        return ERRORS
    out(said.text("draw.verified", name=name, draw=draw.draw, winners=str(_winners(draw))))
    return FINE


def _winners(draw: Draw | Instant) -> int:
    """How many tickets won something."""
    if isinstance(draw, Instant):
        return sum(1 for one in draw.spins or () if one.prize)
    return 0 if draw.result is None else len(draw.result.winners)


def _read(name: str, language: str | None) -> Draw | Instant:
    with opened(name, language) as stream:
        return read_any_draw(stream.read(_MAX_BYTES + 1))
