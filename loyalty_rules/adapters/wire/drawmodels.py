"""The shape of a draw: what was published, who has how many tickets, and who won."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import Field, StrictBool

from loyalty_rules.adapters.wire.fields import Document, Fingerprint, Id, Instant, Micros, Text
from loyalty_rules.draws import MAX_TICKETS

#: What is given at one place.
_MAX_PRIZES: Final = 100


class PrizeModel(Document):
    """A prize and how many winners get it."""

    prize: Text
    winners: int = Field(ge=1)


class WinnerModel(Document):
    """A ticket that won, and the score that ranks it."""

    place: int = Field(ge=1)
    prize: Text
    member: Id
    ticket: Text
    score: Fingerprint


class DrawnModel(Document):
    """What the draw came to: the digest of the list of tickets, and the winners by their places."""

    tickets: Fingerprint
    winners: list[WinnerModel]


class DrawModel(Document):
    """A draw. `commitment`: the hash of the seed, published before the first ticket; `seed`: told after the draw.
    `prizes` in the order in which they are drawn; `tickets` by member."""

    draw: Text
    commitment: Text
    seed: Text
    prizes: list[PrizeModel] = Field(min_length=1)
    one_prize_per_member: StrictBool = False
    tickets: dict[str, int]
    result: DrawnModel | None = None


class ChanceModel(Document):
    """How many out of all chances a prize has; no prize without a name."""

    prize: Text = ""
    chance: int = Field(ge=1)


class SpunModel(Document):
    """What a ticket won, and the score that decides it."""

    member: Id
    ticket: Text
    prize: Text = ""
    score: Fingerprint


class InstantModel(Document):
    """An instant win, of which each ticket was told at once. `commitment`: the hash of the seed, published before the
    first ticket; `seed`: told after the last one; `tickets` by member."""

    draw: Text
    commitment: Text
    seed: Text
    chances: list[ChanceModel] = Field(min_length=1)
    tickets: dict[str, int]
    spins: list[SpunModel] | None = None


class WonModel(Document):
    """What the member won by the draw `rule` that took place at `ends`, by what is given. It follows from a draw that
    was held, and is told as it is. Of tickets that are played at once `place` is the number of the ticket, and one that
    wins nothing has no `prizes`."""

    kind: Literal["prize"]
    id: Id
    member: Id
    at: Instant
    rule: Text
    ends: Instant
    place: int = Field(ge=1, le=MAX_TICKETS)
    prizes: dict[str, Micros] = Field(max_length=_MAX_PRIZES)
