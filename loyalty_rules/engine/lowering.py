"""Stage 13, of boosts after rounding: together they take of no line more than their rules gave there, and than those of
them add that raise it. What they would take above that is taken off them in proportion, by largest remainder.

On a line that several rules of a boost gave, what it takes or adds lies in proportion to what each of them gave there.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from loyalty_rules.amounts import largest_remainder
from loyalty_rules.engine.gifts import ORDER
from loyalty_rules.engine.parts import Posting
from loyalty_rules.engine.wholes import lines_of


class _Place(NamedTuple):
    purse: str
    rule: str
    line: int


class _Ask(NamedTuple):
    """What a boost takes or adds at a place, by its place among the postings."""

    posting: int
    units: int


class _Places(NamedTuple):
    """What rules gave by line, and what boosts after rounding add there and take away."""

    given: dict[_Place, int]
    adds: dict[_Place, list[_Ask]]
    takes: dict[_Place, list[_Ask]]


def at_most_all(postings: Sequence[Posting], *, asked: bool = False) -> None:
    """Lowers what boosts take away together to what is there. `asked`: it was not asked either, for no cap has lowered
    anything yet."""
    found = _places(postings)
    for place, takes in found.takes.items():
        there = found.given.get(place, 0) + sum(one.units for one in found.adds.get(place, ()))
        wanted = [one.units for one in takes]
        if sum(wanted) > there:
            for one, units in zip(takes, largest_remainder(max(0, there), wanted), strict=True):
                postings[one.posting].shares[place.rule, place.line] = -units
                _leave(postings[one.posting], place.line, one.units - units, asked=asked)


def taken_from(postings: Sequence[Posting]) -> dict[int, dict[str, int]]:
    """By place of the posting of a boost that takes units away: from what each rule gave, and where that is not
    enough, from what other boosts add."""
    taken: dict[int, dict[str, int]] = {}
    if not any(one.award.of for one in postings):
        return taken  # no boost after rounding is among them
    found = _places(postings)
    for place, takes in found.takes.items():
        holds = [(place.rule, found.given.get(place, 0))]
        holds += [(postings[one.posting].award.rule, one.units) for one in found.adds.get(place, ())]
        for one in takes:
            left, rest, mine = one.units, [], taken.setdefault(one.posting, {})
            for name, units in holds:
                share = min(left, units)
                if share:  # of what other boosts took whole, no lot has a part any more
                    mine[name] = mine.get(name, 0) + share
                left -= share
                rest.append((name, units - share))
            holds = rest
    return taken


def _places(postings: Sequence[Posting]) -> _Places:
    found = _Places({}, {}, {})
    for number, posting in enumerate(postings):
        for rule, lines in posting.award.of.items():
            found.given.update({_Place(posting.award.purse, rule, line): units for line, units in lines.items()})
        posting.shares = _shares(posting)
        for (rule, line), units in posting.shares.items():
            into = found.adds if units > 0 else found.takes
            into.setdefault(_Place(posting.award.purse, rule, line), []).append(_Ask(number, abs(units)))
    return found


def _shares(posting: Posting) -> dict[tuple[str, int], int]:
    """What a boost adds to, or takes of, each rule and line: as it was, as long as the units of the line are."""
    rules = sorted(posting.award.of)
    found: dict[tuple[str, int], int] = {}
    for line, units in lines_of(posting).items() if rules else ():
        was = [posting.shares.get((rule, line), 0) for rule in rules]
        weights = [abs(share) for share in was] if any(was) else [posting.award.of[one].get(line, 0) for one in rules]
        found.update(zip([(rule, line) for rule in rules], largest_remainder(units, weights), strict=True))
    return {key: share for key, share in found.items() if share}


def _leave(posting: Posting, line: int, units: int, *, asked: bool) -> None:
    """A boost takes so much less of a line. It is an award of one part."""
    if not units:
        return
    part = posting.award.parts[0]
    cell = next(at for at, exact in enumerate(part.exact) if line in exact)
    part.exact[cell] = {**part.exact[cell], line: part.exact[cell][line] + units}
    for grid in (posting.grid, posting.uncapped) if asked else (posting.grid,):
        grid[ORDER if ORDER in grid else line][0] += units
    if asked:
        posting.asked += units
        posting.rounded = posting.units
    own = next(at for at, entry in enumerate(posting.entries) if entry.step == "own")
    posting.entries[own] = posting.entries[own]._replace(amount=posting.entries[own].amount + Fraction(units))
