"""What becomes of promises in an event that was settled."""

from __future__ import annotations

from loyalty_rules.decision import PromiseTrace
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.promises import needed, promise_records
from loyalty_rules.lang.conditions import Compared
from loyalty_rules.settlement.knowing import known
from loyalty_rules.settlement.remembering import Settled


def promises_asked(plan: Plan, settled: Settled, at: int) -> tuple[PromiseTrace, ...]:
    """A record for every promise that the event has to keep; none for a tick and a repeat."""
    if settled.view is None or settled.view.occasion.kind in ("referral", "prize"):
        return ()  # a gift for a friend belongs to no order of the member
    return promise_records(settled.view, known(plan, settled.member, at).balances)


def bound_of(plan: Plan, settled: Settled, at: int, test: Compared) -> str:
    """What a bound of a promise came to in an event that was settled; "" for a tick and a repeat."""
    return "" if settled.view is None else needed(settled.view, known(plan, settled.member, at).balances, test)
