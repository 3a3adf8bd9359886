"""Draws as JSON: one document with what was published, the tickets, and what came of them."""

from __future__ import annotations

from typing import Any, NamedTuple

from loyalty_rules.adapters.wire.drawmodels import DrawModel, DrawnModel
from loyalty_rules.adapters.wire.events import dumped, filled
from loyalty_rules.adapters.wire.fields import validated
from loyalty_rules.adapters.wire.reading import read_json
from loyalty_rules.draws import DrawResult, Prize, Winner, settle_draw, verify_draw
from loyalty_rules.errors import InputError


class Draw(NamedTuple):
    """A draw as its document tells it; `result` is None before it is settled."""

    draw: str
    commitment: str
    seed: str
    prizes: tuple[Prize, ...]
    one_prize_per_member: bool
    tickets: tuple[tuple[str, int], ...]
    result: DrawResult | None = None

    def settled(self) -> Draw:
        """The same draw with its result. Raises like `settle_draw`."""
        found = settle_draw(
            self.draw,
            self.seed,
            self.commitment,
            dict(self.tickets),
            self.prizes,
            one_prize_per_member=self.one_prize_per_member,
        )
        return self._replace(result=found)

    def verify(self) -> DrawResult:
        """The result, once drawing again has given the same. Raises like `verify_draw`, and `InputError`
        (`draw.result`) where there is none."""
        if self.result is None:
            raise InputError("draw.result", "the draw has no result to verify", "result")
        tickets, alone = dict(self.tickets), self.one_prize_per_member
        verify_draw(self.result, self.seed, tickets, self.prizes, one_prize_per_member=alone)
        return self.result


def read_draw(text: str | bytes) -> Draw:
    """A draw out of its document: `read_draw(write_draw(d)) == d`. Raises `InputError` like `read_event`."""
    return draw_in(read_json(text))


def draw_in(data: object) -> Draw:
    """A draw out of what its document holds. Raises `InputError` with the path."""
    read = validated(DrawModel, data)
    prizes = tuple(Prize(one.prize, one.winners) for one in read.prizes)
    tickets = tuple(sorted(read.tickets.items()))
    found = Draw(read.draw, read.commitment, read.seed, prizes, read.one_prize_per_member, tickets)
    return found if read.result is None else found._replace(result=_result(found, read.result))


def _result(draw: Draw, read: DrawnModel) -> DrawResult:
    winners = (Winner(one.place, one.prize, one.member, one.ticket, one.score) for one in read.winners)
    return DrawResult(draw.draw, draw.commitment, read.tickets, tuple(winners))


def write_draw(draw: Draw) -> str:
    """The draw as one line of canonical JSON."""
    data: dict[str, Any] = {"draw": draw.draw, "commitment": draw.commitment, "seed": draw.seed}
    data["prizes"] = [prize._asdict() for prize in draw.prizes]
    data |= filled(one_prize_per_member=draw.one_prize_per_member)
    data["tickets"] = dict(sorted(draw.tickets))
    if draw.result is not None:
        winners = [winner._asdict() for winner in draw.result.winners]
        data["result"] = {"tickets": draw.result.tickets, "winners": winners}
    return dumped(data)
