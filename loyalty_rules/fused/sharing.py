"""Units of an award on the lines of an order, while orders are decided."""

from __future__ import annotations

from collections.abc import Sequence
from math import lcm


def shares(units: int, weights: Sequence[int]) -> tuple[int, ...]:
    """`amounts.largest_remainder` of units and weights that are not below zero."""
    whole = sum(weights)
    if units == whole:
        return tuple(weights)
    parts = [units * weight // whole for weight in weights]
    over = units - sum(parts)
    if over:
        rests = [units * weight % whole for weight in weights]
        if over == 1:
            parts[rests.index(max(rests))] += 1
        else:
            for place in sorted(range(len(parts)), key=rests.__getitem__, reverse=True)[:over]:
                parts[place] += 1
    return tuple(parts)


def lowered(rounded: Sequence[int], row: Sequence[int], columns: Sequence[Sequence[int]]) -> list[int]:
    """How lines weigh where of the whole units of each slice only some are left."""
    bottom = lcm(*(units for units in rounded if units))
    kept = [left * bottom // units if units else bottom for left, units in zip(row, rounded, strict=True)]
    return [sum(top * share for top, share in zip(tops, kept, strict=True)) for tops in zip(*columns, strict=True)]
