"""Orders that show two rules acting together."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import islice
from typing import Final

from loyalty_rules.engine.plan import Plan
from loyalty_rules.lang.checked import Checked
from loyalty_rules.witness.drafts import MAX_WAYS, Effort, drafts
from loyalty_rules.witness.editions import Held, held
from loyalty_rules.witness.orders import run_steps
from loyalty_rules.witness.telling import in_words, units_shown

_PRICES: Final = (1_000, 100, 10_000, 1, 1_000_000)  # whole units of the currency


def overlap_witness(text: str) -> Callable[[int], Callable[[Checked, tuple[str, str]], str | None]]:
    """For the checker, by the instant from which on something holds: an order of that time, in the data of the file, to
    which two rules both give. `text` is the rule file.

    What is tried for all pairs of a file together is bounded; then nothing is shown any more.
    """
    made: list[Plan] = []
    effort = Effort()

    def shown(since: int, checked: Checked, names: tuple[str, str]) -> str | None:
        if not made or made[0].checked is not checked:
            made[:] = [Plan(checked, text)]
        return _both_act(made[0], held(checked, since), names, effort)

    return lambda since: partial(shown, since)


def _both_act(plan: Plan, then: Held, names: tuple[str, str], effort: Effort) -> str | None:
    unit = 10**plan.checked.exponent
    for draft in islice(drafts(plan, names, effort), MAX_WAYS):
        for price in _PRICES:
            if not effort.takes(run_steps(plan)):
                return None
            found = then.run(plan, draft, price * unit)
            if found is not None and all(units_shown(plan, found, name) for name in names):
                return in_words(plan, found, names)
    return None
