"""Random budgets for the programmes of the ledger machine."""

from __future__ import annotations

from random import Random

from tests.models.ledger_budgets import TIMES, WIDTHS, Budget, Most
from tests.models.ledger_programmes import Earn
from tests.models.ledger_questions import Window


def budgets(random: Random, earns: tuple[Earn, ...]) -> tuple[Budget, ...]:
    """One of points, one of times; a rule may be in both."""
    plain = [one.name for one in earns if one.gifts and all(gift.purse == "p0" for gift in one.gifts)]
    found: list[Budget] = []
    for name, counts, sizes in (("b0", "p0", (20, 100, 1000)), ("b1", TIMES, (1, 3, 10))):
        if plain and (random.random() < 0.7 or not found):
            covers = tuple(sorted(random.sample(plain, random.randint(1, len(plain)))))
            each = Window("period", random.choice(WIDTHS))
            windows = random.choice(((None,), (each,), (Window("period", "calendar month"), None)))
            caps = tuple(Most(random.choice(sizes) * (1 if window else 3), window) for window in windows)
            found.append(Budget(name, covers, counts, caps, whole=random.random() < 0.5))
    return tuple(found)
