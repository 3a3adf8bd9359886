"""Contests: who takes which place, and what that is worth, from where all members stand. Nothing here knows a
programme.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal, NamedTuple, TypeAlias, get_args

from loyalty_rules.errors import InputError
from loyalty_rules.text import identifier, plain_text

#: How many places may have prizes.
MAX_PLACES: Final = 100_000

#: What becomes of members who stand alike: each takes the place and its whole prize; together they share what their
#: places are worth; or the one who stood so earlier goes before.
Ties: TypeAlias = Literal["all", "share", "earlier"]


class Stood(NamedTuple):
    """Where a member stands: the score, and since when (microseconds)."""

    score: int
    since: int


class PlacePrize(NamedTuple):
    """What each of the places from `first` through `last` is worth: units of something."""

    first: int
    last: int
    prize: str
    units: int


class Placed(NamedTuple):
    """A member at a place, with what that is worth: units by what is given, without what came to nothing."""

    place: int
    member: str
    score: int
    prizes: tuple[tuple[str, int], ...]


def settle_contest(
    standings: Mapping[str, Stood], prizes: Sequence[PlacePrize], ties: Ties, *, lowest_first: bool = False
) -> tuple[Placed, ...]:
    """Every member at a place, the first before the last. Pure: in what order members or prizes come does not matter.

    Members with one score stand alike. With `all` they take the best of their places, each with its whole prize. With
    `share` they take it too, and what all of their places are worth is divided equally among them; units that are left
    go to those who stood so earlier, one each. With `earlier` these go before. Of those who stood so since the same
    instant, the one whose id comes first (by code point) is before the other. Raises `InputError` (`contest.prizes`,
    `contest.standings`, `contest.ties`).
    """
    if ties not in get_args(Ties):
        raise InputError(
            "contest.ties", "members who stand alike are told apart by `all`, `share` or `earlier`", "ties"
        )
    worth = _worth(prizes)
    ordered = sorted(
        _checked(standings), key=lambda one: (one[1].score if lowest_first else -one[1].score, one[1].since, one[0])
    )
    found: list[Placed] = []
    for alike in _alike(ordered):
        place = len(found) + 1
        for number, (member, stood) in enumerate(alike):
            if ties == "earlier":
                own = worth.get(place + number, {})
                found.append(_placed(place + number, member, stood, own))
            elif ties == "all":
                found.append(_placed(place, member, stood, worth.get(place, {})))
            else:
                found.append(_placed(place, member, stood, _share(worth, place, len(alike), number)))
    return tuple(found)


def _placed(place: int, member: str, stood: Stood, worth: Mapping[str, int]) -> Placed:
    return Placed(place, member, stood.score, tuple(sorted((prize, units) for prize, units in worth.items() if units)))


def _alike(ordered: Sequence[tuple[str, Stood]]) -> Iterator[list[tuple[str, Stood]]]:
    """The members by their scores."""
    group: list[tuple[str, Stood]] = []
    for one in ordered:
        if group and group[0][1].score != one[1].score:
            yield group
            group = []
        group.append(one)
    if group:
        yield group


def _share(worth: Mapping[int, Mapping[str, int]], place: int, count: int, number: int) -> dict[str, int]:
    """What the member behind so many others of `count` gets of what their places are worth together."""
    together: dict[str, int] = {}
    for one in range(place, min(place + count, max(worth, default=0) + 1)):
        for prize, units in worth.get(one, {}).items():
            together[prize] = together.get(prize, 0) + units
    return {prize: units // count + (number < units % count) for prize, units in together.items()}


def _worth(prizes: Sequence[PlacePrize]) -> dict[int, dict[str, int]]:
    """What each place is worth."""
    if not isinstance(prizes, list | tuple) or any(type(prize) is not PlacePrize for prize in prizes):
        raise InputError("contest.prizes", "prizes are a list of `PlacePrize`", "prizes")
    found: dict[int, dict[str, int]] = {}
    for prize in prizes:
        numbers = (prize.first, prize.last, prize.units)
        if any(type(one) is not int for one in numbers) or not 1 <= prize.first <= prize.last <= MAX_PLACES:
            raise InputError("contest.prizes", f"prizes have places from 1 to {MAX_PLACES}", "prizes")
        if prize.units < 1:
            raise InputError("contest.prizes", "a prize is worth something", "prizes")
        for place in range(prize.first, prize.last + 1):
            own = found.setdefault(place, {})
            own[plain_text(prize.prize, "prizes")] = own.get(prize.prize, 0) + prize.units
    return found


def _checked(standings: Mapping[str, Stood]) -> Iterator[tuple[str, Stood]]:
    if not isinstance(standings, Mapping):
        raise InputError("contest.standings", "standings are told by member", "standings")
    for member, stood in standings.items():
        if type(stood) is not Stood or type(stood.score) is not int or type(stood.since) is not int:
            raise InputError("contest.standings", "a member stands at a whole score since an instant", "standings")
        yield identifier(member, "member id"), stood
