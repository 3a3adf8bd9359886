"""Draws that anyone can check: winners follow from a seed whose hash was published before, and from the tickets.

Nothing here knows a programme: how many tickets a member has is what the host counts them by (units of a purse, say).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from loyalty_rules.errors import DecisionError, InputError, shown
from loyalty_rules.text import MAX_IDENTIFIER, identifier, plain_text

#: How many tickets a draw may have altogether, and how many winners.
MAX_TICKETS: Final = 1_000_000
MAX_WINNERS: Final = 100_000
_COMMITMENT: Final = "sha256:"


class Prize(NamedTuple):
    """A prize and how many winners get it."""

    prize: str
    winners: int


class Winner(NamedTuple):
    """A ticket that won, `place` from 1 on. `score`: what ranks it, in hexadecimal."""

    place: int
    prize: str
    member: str
    ticket: str
    score: str


class DrawResult(NamedTuple):
    """What a draw came to. `tickets` is the digest of the list of tickets: a list with one ticket more is another
    one. Where there were fewer tickets than prizes, the last prizes have no winners."""

    draw: str
    commitment: str
    tickets: str
    winners: tuple[Winner, ...]


def commitment_of(seed: str) -> str:
    """What is published before the draw: `sha256:` and the SHA-256 of the seed in UTF-8, in hexadecimal."""
    return _COMMITMENT + hashlib.sha256(seed_of(seed).encode()).hexdigest()


def settle_draw(
    draw: str,
    seed: str,
    commitment: str,
    tickets: Mapping[str, int],
    prizes: Sequence[Prize],
    *,
    one_prize_per_member: bool = False,
) -> DrawResult:
    """Who wins: the tickets with the lowest HMAC-SHA256 under the seed, the first of them the first prize.

    `tickets`: by member, how many. `prizes` in the order in which they are drawn. With `one_prize_per_member` the other
    tickets of who has won are passed over. Pure: the same arguments give the same winners anywhere, in whatever order
    the members come. Raises `InputError` (`draw.tickets`, `draw.prizes`, and those of texts and ids), and
    `DecisionError` (`draw.seed`) for a seed that is not the one that was committed to.
    """
    name, counted = draw_name(draw), counted_tickets(tickets)
    seed = seed_that_was_published(seed_of(seed), commitment)
    waiting = list(_waiting(prizes))
    winners: list[Winner] = []
    won: set[str] = set()
    for score, ticket, member in sorted(_scores(name, seed, counted)):
        if len(winners) == len(waiting):
            break
        if one_prize_per_member and member in won:
            continue
        won.add(member)
        winners.append(Winner(len(winners) + 1, waiting[len(winners)], member, ticket, score))
    return DrawResult(name, commitment, _digest(counted), tuple(winners))


def verify_draw(
    result: DrawResult,
    seed: str,
    tickets: Mapping[str, int],
    prizes: Sequence[Prize],
    *,
    one_prize_per_member: bool = False,
) -> None:
    """Draws again and compares. Raises what `settle_draw` raises, and `DecisionError` (`draw.result`) naming the first
    thing that is another one: the list of tickets, or a place."""
    if type(result) is not DrawResult:
        raise InputError("call.type", f"a `DrawResult` is expected, not {shown(type(result).__name__)}", "result")
    if not isinstance(result.winners, list | tuple):
        raise InputError("call.type", "the winners of a draw are a list of `Winner`", "winners")
    again = settle_draw(
        result.draw, seed, result.commitment, tickets, prizes, one_prize_per_member=one_prize_per_member
    )
    if again.tickets != result.tickets:
        raise DecisionError("draw.result", "the list of tickets is another one", "tickets")
    for one, other in zip(again.winners, result.winners, strict=False):
        if one != other:
            raise DecisionError("draw.result", f"place {one.place} goes to the ticket {one.ticket}", "winners")
    if len(again.winners) != len(result.winners):
        raise DecisionError("draw.result", f"there are {len(again.winners)} winners", "winners")


def seed_that_was_published(seed: str, commitment: str) -> str:
    """A seed, where it is the one whose hash was published. Raises `DecisionError` (`draw.seed`)."""
    if not hmac.compare_digest(commitment_of(seed).encode(), plain_text(commitment, "commitment").encode()):
        raise DecisionError("draw.seed", "the seed is not the one whose hash was published", "seed")
    return seed


def draw_name(draw: str) -> str:
    """The name of a draw, composed. It ends at the first slash of a ticket, so it has none."""
    found = plain_text(draw, "draw")
    if not found or "/" in found or len(found) > MAX_IDENTIFIER:
        raise InputError("draw.name", f"a draw has a name of 1 to {MAX_IDENTIFIER} characters without a slash", "draw")
    return found


def seed_of(seed: str) -> str:
    """The seed, composed (Unicode normal form C). An empty one would be guessed."""
    found = plain_text(seed, "seed")
    if not found:
        raise InputError("draw.seed", "a draw has a seed", "seed")
    return found


def counted_tickets(tickets: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    """The members with tickets, by the code points of their ids."""
    if not isinstance(tickets, Mapping):
        raise InputError("draw.tickets", "tickets are counted by member", "tickets")
    found = []
    for member, count in tickets.items():
        if type(count) is not int or count < 0:
            raise InputError("draw.tickets", f"`{shown(str(member))}` has a whole number of tickets", "tickets")
        found.append((identifier(member, "member id"), count))
    if sum(count for _, count in found) > MAX_TICKETS:
        raise InputError("draw.tickets", f"a draw has at most {MAX_TICKETS} tickets", "tickets")
    return tuple(sorted((member, count) for member, count in found if count))


def _waiting(prizes: Sequence[Prize]) -> Iterator[str]:
    """The prizes one by one, in the order in which they are drawn."""
    if not isinstance(prizes, list | tuple) or any(type(prize) is not Prize for prize in prizes):
        raise InputError("draw.prizes", "prizes are a list of `Prize`", "prizes")
    counts = [prize.winners for prize in prizes]
    if not counts or any(type(count) is not int or count < 1 for count in counts) or sum(counts) > MAX_WINNERS:
        raise InputError("draw.prizes", f"each prize has a winner or more, all have at most {MAX_WINNERS}", "prizes")
    for prize in prizes:
        for _ in range(prize.winners):
            yield plain_text(prize.prize, "prizes")


def _scores(draw: str, seed: str, tickets: Iterable[tuple[str, int]]) -> Iterator[tuple[str, str, str]]:
    """The score of every ticket, with its id and its member."""
    key = seed.encode()
    for member, count in tickets:
        for number in range(1, count + 1):
            ticket = f"{draw}/{member}/{number}"
            yield hmac.digest(key, ticket.encode(), "sha256").hex(), ticket, member


def _digest(tickets: Iterable[tuple[str, int]]) -> str:
    """The SHA-256 of the list of tickets: for each member with any, by code points, the id, a blank, the number in
    digits and a line feed."""
    lines = "".join(f"{member} {count}\n" for member, count in tickets)
    return hashlib.sha256(lines.encode()).hexdigest()
