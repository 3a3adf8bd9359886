"""Levels: what a member has earned, and how an order is cut at the thresholds of a ladder `for the part above`."""

from __future__ import annotations

from typing import NamedTuple

from loyalty_rules.amounts import largest_remainder, split_with_ceilings
from loyalty_rules.engine.gifts import Amount
from loyalty_rules.engine.standing import Stood
from loyalty_rules.engine.view import View
from loyalty_rules.lang.checked import Earn, Ladder, Level, Upgrade, threshold
from loyalty_rules.lang.conditions import Compared, Constant, LevelOf, Measure, WindowKind
from loyalty_rules.lang.walking import parts_of


def stood(view: View, ladder: Ladder) -> Stood:
    """How the member stood on a ladder before the occasion."""
    return view.known.stood.get(ladder.name, Stood())


def earned_rank(view: View, ladder: Ladder) -> int:
    """The highest level that is earned: its condition holds, or the one that is enough for who had it before. 0 is the
    base, on which everyone stands whom the ladder is not for. A ladder whose levels take is climbed from where the
    member stands."""
    if ladder.counter is not None:
        return stood(view, ladder).rank + len(climbed(view, ladder))
    if not view.all_hold(ladder.audience):
        return 0
    had = stood(view, ladder).had
    for rank in range(len(ladder.levels), 0, -1):
        level = ladder.levels[rank - 1]
        if view.holds(level.condition) or (level.back is not None and rank <= had and view.holds(level.back)):
            return rank
    return 0


def kept_rank(view: View, ladder: Ladder, rank: int) -> int:
    """What a review leaves to who stands at a rank: the highest level up to it that may be kept, or all of it where a
    higher one is earned."""
    if not view.all_hold(ladder.audience):
        return 0
    if ladder.counter is not None:
        left = counted(view, ladder)
        return next((place for place in range(rank, 0, -1) if left >= asked_to_keep(ladder.levels[place - 1])), 0)
    for place in range(len(ladder.levels), 0, -1):
        level = ladder.levels[place - 1]
        kept = level.keep if place <= rank and level.keep is not None else level.condition
        if view.holds(kept):
            return min(place, rank)
    return 0


def counted(view: View, ladder: Ladder) -> int:
    """What the counter of a ladder whose levels take from it holds now."""
    return 0 if ladder.counter is None else view.measure(ladder.counter) - stood(view, ladder).taken


def asked_to_keep(level: Level) -> int:
    """How much a review asks for, on a ladder whose levels take."""
    return threshold(level.keep) or threshold(level.condition) or 0


def climbed(view: View, ladder: Ladder) -> tuple[Level, ...]:
    """The levels that are reached one after another, each from what those before it left."""
    if not view.all_hold(ladder.audience):
        return ()
    rank, had, _ = stood(view, ladder)
    left = counted(view, ladder)
    found: list[Level] = []
    for place, level in enumerate(ladder.levels[rank:], rank + 1):
        back = threshold(level.back) if place <= had else None
        needed = threshold(level.condition) or 0
        if left < (needed if back is None else min(needed, back)):
            break
        left -= level.reaching
        found.append(level)
    return tuple(found)


def lift(view: View) -> None:
    """Stage 7: ladders that count this order before its awards. Never down: a fall is a matter of review."""
    lifted = {
        name: max(view.known.ranks.get(name, 0), earned_rank(view, ladder))
        for name, ladder in view.plan.checked.ladders.items()
        if ladder.upgrade is Upgrade.THIS_ORDER and ladder.in_force(view.occasion.at)
    }
    view.ranks |= lifted


class Cut(NamedTuple):
    """A part of what this order adds to a ladder's counter, and the rank that holds for it."""

    rank: int
    amount: int


def cuts(view: View, ladder: Ladder) -> list[Cut]:
    """What the order adds to the counter, cut at the thresholds. One cut with the rank as found where it adds
    nothing."""
    found = view.known.ranks.get(ladder.name, 0)
    steps = [
        (condition.operand, condition.bound)
        for level in ladder.levels
        if isinstance(condition := level.condition, Compared)
    ]
    measure = next((operand for operand, _ in steps if isinstance(operand, Measure)), None)
    if measure is None or not ladder.in_force(view.occasion.at) or not view.all_hold(ladder.audience):
        return [Cut(found, 0)]
    edges = [bound.value for _, bound in steps if isinstance(bound, Constant) and isinstance(bound.value, int)]
    before = 0 if measure.window.kind is WindowKind.THIS_ORDER else view.before(measure)
    after = before + view.added(measure)
    if after <= before:
        return [Cut(found, 0)]
    result = []
    for rank, (low, high) in enumerate(zip([0, *edges], [*edges, after], strict=True)):
        part = min(high, after) - max(low, before)
        if part > 0:
            result.append(Cut(max(rank, found), part))
    return result


def split_ladder(view: View, rule: Earn) -> Ladder | None:
    """The ladder `for the part above` that the rule's audience asks about, if any."""
    for part in parts_of(rule.audience):
        if isinstance(part, LevelOf):
            ladder = view.plan.checked.ladders[part.ladder]
            if ladder.upgrade is Upgrade.PART_ABOVE:
                return ladder
    return None


def part_above(view: View, rule: Earn, ladder: Ladder, amounts: dict[int, Amount]) -> dict[int, Amount]:
    """The rule's amounts, less the parts below the level its audience asks for, cut in whole coins."""
    pieces = cuts(view, ladder)
    total = sum(amount.money for amount in amounts.values())
    sizes = largest_remainder(total, [piece.amount for piece in pieces]) if len(pieces) > 1 else (total,)
    left = [amount.money for amount in amounts.values()]
    counting = [0] * len(left)
    for piece, size in zip(pieces, sizes, strict=True):
        shares = split_with_ceilings(size, left, left)
        left = [have - share for have, share in zip(left, shares, strict=True)]
        if _meant(view, rule, ladder, piece.rank):
            counting = [have + share for have, share in zip(counting, shares, strict=True)]
    return {line: amount._replace(money=money) for (line, amount), money in zip(amounts.items(), counting, strict=True)}


def any_part(view: View, rule: Earn, ladder: Ladder) -> bool:
    """Whether the audience holds for some part of the order."""
    return any(_meant(view, rule, ladder, piece.rank) for piece in cuts(view, ladder))


def _meant(view: View, rule: Earn, ladder: Ladder, rank: int) -> bool:
    held = view.ranks.get(ladder.name, 0)
    view.ranks[ladder.name] = rank
    try:
        return view.all_hold(rule.audience)
    finally:
        view.ranks[ladder.name] = held
