"""Instant wins as JSON: one document with what was published, the tickets, and what each of them won."""

from __future__ import annotations

from typing import Any, NamedTuple

from loyalty_rules.adapters.wire.drawmodels import InstantModel
from loyalty_rules.adapters.wire.draws import Draw, draw_in
from loyalty_rules.adapters.wire.events import dumped, filled
from loyalty_rules.adapters.wire.fields import validated
from loyalty_rules.adapters.wire.reading import read_json
from loyalty_rules.errors import InputError
from loyalty_rules.instant import Chance, Spun, settle_spins, verify_spins


class Instant(NamedTuple):
    """An instant win as its document tells it; `spins` is None before it is settled."""

    draw: str
    commitment: str
    seed: str
    chances: tuple[Chance, ...]
    tickets: tuple[tuple[str, int], ...]
    spins: tuple[Spun, ...] | None = None

    def settled(self) -> Instant:
        """The same with what every ticket won. Raises like `settle_spins`."""
        found = settle_spins(self.draw, self.seed, self.commitment, dict(self.tickets), self.chances)
        return self._replace(spins=found)

    def verify(self) -> tuple[Spun, ...]:
        """What the tickets won, once working it out again has given the same. Raises like `verify_spins`, and
        `InputError` (`draw.result`) where there is nothing to verify."""
        if self.spins is None:
            raise InputError("draw.result", "the draw has no result to verify", "spins")
        verify_spins(self.spins, self.draw, self.seed, self.commitment, dict(self.tickets), self.chances)
        return self.spins


def read_any_draw(text: str | bytes) -> Draw | Instant:
    """A draw or an instant win (which has `chances`) out of its document. Raises `InputError` like `read_event`."""
    data = read_json(text)
    return instant_in(data) if isinstance(data, dict) and "chances" in data else draw_in(data)


def read_instant(text: str | bytes) -> Instant:
    """An instant win out of its document: `read_instant(write_instant(d)) == d`. Raises `InputError` like
    `read_event`."""
    return instant_in(read_json(text))


def instant_in(data: object) -> Instant:
    """An instant win out of what its document holds. Raises `InputError` with the path."""
    read = validated(InstantModel, data)
    chances = tuple(Chance(one.prize, one.chance) for one in read.chances)
    found = Instant(read.draw, read.commitment, read.seed, chances, tuple(sorted(read.tickets.items())))
    if read.spins is None:
        return found
    return found._replace(spins=tuple(Spun(one.member, one.ticket, one.prize, one.score) for one in read.spins))


def write_instant(instant: Instant) -> str:
    """The instant win as one line of canonical JSON."""
    data: dict[str, Any] = {"draw": instant.draw, "commitment": instant.commitment, "seed": instant.seed}
    data["chances"] = [{**filled(prize=one.prize), "chance": one.chance} for one in instant.chances]
    data["tickets"] = dict(sorted(instant.tickets))
    if instant.spins is not None:
        data["spins"] = [
            {"member": one.member, "ticket": one.ticket, **filled(prize=one.prize), "score": one.score}
            for one in instant.spins
        ]
    return dumped(data)
