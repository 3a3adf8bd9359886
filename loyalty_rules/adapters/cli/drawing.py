"""`loyalty draw`: who wins, and whether a result is what the seed and the tickets give."""

from __future__ import annotations

from loyalty_rules.adapters.cli.checking import ERRORS, FINE
from loyalty_rules.adapters.cli.files import opened
from loyalty_rules.adapters.cli.terminal import err, out, out_json, words
from loyalty_rules.adapters.wire.draws import Draw, read_draw, write_draw
from loyalty_rules.errors import LoyaltyError

#: A draw has at most a million tickets; longer documents are cut here, and refused as too large.
_MAX_BYTES = 64 * 1024 * 1024


def run_draw(name: str, *, verify: bool, language: str | None) -> int:
    """Tells the winners of a draw as JSON, or verifies the result that its document has."""
    said = words(language)
    try:
        draw = _read(name, language)
        if not verify:
            out_json(write_draw(draw.settled()))
            return FINE
        result = draw.verify()
    except LoyaltyError as error:
        err(said.text("draw.wrong", name=name, reason=str(error)))
        return ERRORS
    out(said.text("draw.verified", name=name, draw=result.draw, winners=str(len(result.winners))))
    return FINE


def _read(name: str, language: str | None) -> Draw:
    with opened(name, language) as stream:
        return read_draw(stream.read(_MAX_BYTES + 1))
