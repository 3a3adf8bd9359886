"""Random memberships for the programmes of the ledger machine, and random steps of members."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from tests.models.ledger_memberships import NONE, Membership, running
from tests.models.ledger_model import Member
from tests.models.ledger_state import Event

if TYPE_CHECKING:
    from tests.properties.ledger_drawing import Drawing


def membership(drawing: Drawing) -> Membership:
    fee = drawing.choose(0, 10_000, 29_999, 99_999)
    trial = drawing.choose(NONE, (7, "days"), (1, "months"))
    if not fee:
        return Membership("vip", trial=trial)
    return Membership(
        "vip",
        fee,
        drawing.choose((1, "months"), (1, "months"), (30, "days"), (12, "months")),
        trial,
        drawing.choose(NONE, (3, "days"), (1, "months")),
        refunds=drawing.choose(True, False),
    )


def step(random: Random, member: Member, id: str, at: int) -> Event:
    """Mostly one that can be made."""
    club = member.programme.memberships[0]
    one = running(member, club.name)
    if one is None or one.ended:
        what = "subscribe"
    elif one.rests is not None:
        what = random.choice(("resume", "resume", "leave"))
    elif one.lapses is not None:
        what = random.choice(("renew", "renew", "renew", "leave"))
    else:
        what = random.choice(("renew", "pause", "leave"))
    if random.random() < 0.1:
        what = random.choice(("subscribe", "renew", "pause", "resume", "leave"))
    return Event("membership", id, at, name=club.name, order=what)
