"""What each phrase is worth: pairs of a rule file and a history in which its clause made a difference.

Every phrase has a case in which it acts (tests/cases/roles). Its clause alone is taken out there, or another one takes
its place. Histories are drawn around what happens in the case, and each is decided by both files: where something else
comes of it, and every evaluator comes to the same, the pair counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from loyalty_rules.lang.phrases import phrase_tables
from tests.properties.role_asked import Asked
from tests.properties.role_histories import History, histories
from tests.properties.role_telling import Agreed, by_both, otherwise_whole
from tests.properties.role_variants import Variant, variants

#: So many pairs are asked for, of so many histories at most.
LEAST: Final = 50
_MOST: Final = 400
#: A variant that changes less than one in so many histories is left for another one.
_FIRST: Final = 12


@dataclass
class Pairs:
    """Of one phrase: the variant by which it was asked, how many pairs made a difference, of those tried, and where an
    evaluator came to something else."""

    role: str
    how: str = "nothing else may stand there"
    changed: int = 0
    tried: int = 0
    differing: list[str] = field(default_factory=list)


def pairs_of(one: Asked) -> Pairs:
    """Pairs of a phrase until there are enough, by the first variant that makes a difference often."""
    best = Pairs(one.role)
    own: dict[History, Agreed] = {}
    for variant in variants(one):
        found = Pairs(one.role, variant.how, differing=best.differing)
        for history in histories(one.case, _MOST):
            if found.changed == LEAST or found.tried >= _FIRST * (found.changed + 1):
                break
            _try(one, variant, history, found, own)
        best = max(best, found, key=lambda each: each.changed)
        if best.changed == LEAST:
            break
    return best


def printed(found: Sequence[Pairs]) -> str:
    """The table: the phrase, the pairs that made a difference of those tried, and how its clause was taken out; the
    fewest first."""
    english = phrase_tables()["en"]
    rows = sorted(found, key=lambda one: (one.changed, one.role))
    return "\n".join(
        f"{one.role:<20} {one.changed:>3} of {one.tried:>3}  {english.text(one.role)}: {one.how}" for one in rows
    )


def _try(one: Asked, variant: Variant, history: History, found: Pairs, own: dict[History, Agreed]) -> None:
    """Decides a history by both files."""
    programme = one.programme(one.text)
    if programme is None:
        raise ValueError(f"{one.role}: the file has an error\n{one.text}")
    if history not in own:
        own[history] = by_both(programme, history)
    one_way, other_way = own[history], by_both(variant.programme, history)
    found.tried += 1
    apart = [one_way.differing, other_way.differing]
    if one_way.told == other_way.told and not any(apart):
        return
    apart += [
        otherwise_whole(each, history, way.told)
        for each, way in ((programme, one_way), (variant.programme, other_way))
        if not way.differing
    ]
    if any(apart):
        found.differing += [f"{said} on {history}" for said in apart if said]
    else:
        found.changed += 1
