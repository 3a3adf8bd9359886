"""What the ledger machine is for: by mechanic, what the model counts when it happens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

MECHANICS: Final[Mapping[str, tuple[str, ...]]] = {
    "points that pay": (
        *("order paid with points", "points back, tenders in proportion", "points back, points first"),
        *("points back, money first", "back after its end"),
    ),
    "reservations": ("reservation", "capture", "capture of a part", "release or lapse", "lapse"),
    "waiting for events": ("released by delivered", "released by confirmation"),
    "late events": (
        *("late purchase", "late event", "late return", "late cancellation", "late confirmation"),
        "late and past its end",
    ),
    "rules that wait for time": ("rule for an end", "rule for a beginning"),
    "sums of a period": ("sum of a period", "sum of a period lowered"),
    "posting periods": ("sum posted", "posted sum lowered"),
    "transfers": ("transfer to another member", "transfer from another member"),
    "merges": ("merge",),
    "changes of denomination": ("another denomination",),
    "rewards": (
        *("reward host", "reward host bought", "reward fixed", "reward fixed bought", "reward kept", "reward value"),
        *("reward voucher", "reward bought alone", "reward host back", "reward fixed back", "reward kept back"),
        *("reward value back", "reward voucher back"),
    ),
    "budgets": ("budget enough", "budget short"),
    "challenges": (
        *("challenge once", "challenge window", "challenge zero", "challenge carry", "completion taken back"),
    ),
    "memberships": (
        *("membership begins", "membership begins on trial", "membership renew", "membership pause"),
        *("membership resume", "membership leave", "membership lapses"),
    ),
    "choices": ("gift to choose", "choice made", "choice lapsed"),
    "offers": ("offer in percent", "offer of an amount", "goods back that an offer lowered"),
}
#: All of it.
ACTS: Final = tuple(act for acts in MECHANICS.values() for act in acts)


def table(acted: Mapping[str, int]) -> list[str]:
    """How often each mechanic was at work, and what of it was least often."""
    lines = []
    for name, acts in MECHANICS.items():
        least = min(acts, key=lambda act: acted.get(act, 0))
        line = f"{name:<25}{sum(acted.get(act, 0) for act in acts):>10,}"
        lines.append(line if len(acts) == 1 else f"{line}   least often: {least}, {acted.get(least, 0):,}")
    return lines
