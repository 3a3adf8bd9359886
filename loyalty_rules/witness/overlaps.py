"""Orders that show two rules acting together."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import Final

from loyalty_rules.engine.plan import Plan
from loyalty_rules.lang.checked import Checked
from loyalty_rules.witness.drafts import MAX_WAYS, Effort, drafts
from loyalty_rules.witness.orders import run, run_steps
from loyalty_rules.witness.telling import in_words, units_shown

_PRICES: Final = (1_000, 100, 10_000, 1, 1_000_000)  # whole units of the currency


def overlap_witness(text: str) -> Callable[[Checked, tuple[str, str]], str | None]:
    """For the checker: an order, in the data of the file, to which two rules both give. `text` is the rule file.

    What is tried for all pairs of a file together is bounded; then nothing is shown any more.
    """
    made: list[Plan] = []
    effort = Effort()

    def shown(checked: Checked, names: tuple[str, str]) -> str | None:
        if not made or made[0].checked is not checked:
            made[:] = [Plan(checked, text)]
        return _both_act(made[0], names, effort)

    return shown


def _both_act(plan: Plan, names: tuple[str, str], effort: Effort) -> str | None:
    unit = 10**plan.checked.exponent
    for draft in islice(drafts(plan, names, effort), MAX_WAYS):
        for price in _PRICES:
            if not effort.takes(run_steps(plan)):
                return None
            found = run(plan, draft, price * unit)
            if found is not None and all(units_shown(plan, found, name) for name in names):
                return in_words(plan, found, names)
    return None
