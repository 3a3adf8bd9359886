"""Instant win that anyone can check: what a ticket wins follows from a seed whose hash was published before, and from
the ticket alone. The other half is in `draws`, whose tickets are ranked by the same score: a seed is for one of both.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from loyalty_rules.draws import counted_tickets, draw_name, seed_of, seed_that_was_published
from loyalty_rules.errors import DecisionError, InputError, shown
from loyalty_rules.text import identifier, plain_text

#: The most that chances may add up to, and the most tickets of one member.
MAX_CHANCES: Final = 1_000_000_000
MAX_NUMBER: Final = 1_000_000
#: A score is a number of so many bits.
_BITS: Final = 256


class Chance(NamedTuple):
    """How many out of all chances a prize has; "" is no prize."""

    prize: str
    chance: int


class Spun(NamedTuple):
    """What a ticket won, "" for nothing. `score`: what decides it, in hexadecimal."""

    member: str
    ticket: str
    prize: str
    score: str


def spin(draw: str, seed: str, commitment: str, member: str, number: int, chances: Sequence[Chance]) -> Spun:
    """What the ticket of a member with this number wins, from 1 on. Pure: neither other tickets nor the order of
    anything changes it, so each ticket can be told at once while the seed stays secret.

    Raises `InputError` (`draw.tickets`, `draw.chances`, and those of texts and ids), and `DecisionError` (`draw.seed`)
    for a seed that is not the one that was committed to."""
    if type(number) is not int or not 1 <= number <= MAX_NUMBER:
        raise InputError("draw.tickets", f"the tickets of a member have numbers 1 to {MAX_NUMBER}", "number")
    name, key = draw_name(draw), seed_that_was_published(seed_of(seed), commitment).encode()
    return _spun(name, key, identifier(member, "member id"), number, _in_order(chances))


def settle_spins(
    draw: str, seed: str, commitment: str, tickets: Mapping[str, int], chances: Sequence[Chance]
) -> tuple[Spun, ...]:
    """What every ticket won, by the code points of the members' ids and the numbers of their tickets. `tickets`: by
    member, how many. Raises what `spin` raises."""
    name, key = draw_name(draw), seed_that_was_published(seed_of(seed), commitment).encode()
    odds = _in_order(chances)
    listed = ((member, number) for member, count in counted_tickets(tickets) for number in range(1, count + 1))
    return tuple(_spun(name, key, member, number, odds) for member, number in listed)


def verify_spins(
    spins: Iterable[Spun],
    draw: str,
    seed: str,
    commitment: str,
    tickets: Mapping[str, int],
    chances: Sequence[Chance],
) -> None:
    """Works out what every ticket won and compares, in whatever order the spins are listed. Raises what `settle_spins`
    raises, and `DecisionError` (`draw.result`) naming the first ticket that is another one, missing or told twice."""
    again = {one.ticket: one for one in settle_spins(draw, seed, commitment, tickets, chances)}
    for one in spins:
        ticket = one.ticket if type(one) is Spun and type(one.ticket) is str else ""
        if again.pop(ticket, None) != one:
            told = shown(ticket or str(one))
            raise DecisionError("draw.result", f"the ticket {told} did not come to this", "spins")
    for ticket in sorted(again):
        raise DecisionError("draw.result", f"the ticket {ticket} is missing", "spins")


def _spun(draw: str, key: bytes, member: str, number: int, odds: Sequence[Chance]) -> Spun:
    """The score as a share of all scores, laid on the chances one behind the other."""
    ticket = f"{draw}/{member}/{number}"
    score = hmac.digest(key, ticket.encode(), "sha256")
    place = int.from_bytes(score, "big") * sum(one.chance for one in odds) >> _BITS
    return Spun(member, ticket, next(_reached(odds, place)), score.hex())


def _reached(odds: Sequence[Chance], place: int) -> Iterator[str]:
    """The prizes from the one on in whose chances a place lies."""
    for one in odds:
        if place < one.chance:
            yield one.prize
        place -= one.chance


def _in_order(chances: Sequence[Chance]) -> tuple[Chance, ...]:
    """The rarest first, of equals by the name: in what order they are told says nothing."""
    if not isinstance(chances, list | tuple) or any(type(one) is not Chance for one in chances):
        raise InputError("draw.chances", "chances are a list of `Chance`", "chances")
    names = [plain_text(one.prize, "chances") for one in chances]
    counts = [one.chance for one in chances]
    whole = all(type(count) is int and count >= 1 for count in counts)
    if not whole or not 1 <= sum(counts) <= MAX_CHANCES or len(set(names)) < len(names):
        message = f"each prize has a whole number of chances and stands once; they add up to at most {MAX_CHANCES}"
        raise InputError("draw.chances", message, "chances")
    return tuple(sorted(chances, key=lambda one: (one.chance, one.prize)))
