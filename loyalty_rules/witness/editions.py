"""When a file as one of its changes leaves it holds: an order that is shown of it is one of that time."""

from __future__ import annotations

from dataclasses import replace

from loyalty_rules.engine.plan import Plan
from loyalty_rules.lang.checked import Checked
from loyalty_rules.values import frozen
from loyalty_rules.witness.drafts import Draft, Range
from loyalty_rules.witness.orders import Shown, run


@frozen
class Held:
    """From the instant `since` on (0: ever before) until another change, None for ever."""

    since: int
    until: int | None

    def run(self, plan: Plan, draft: Draft, price: int) -> Shown | None:
        """The order of a draft on one of the whole days in between, as `run` gives it."""
        first = plan.timeline.day(self.since - 1) + 1 if self.since else None
        last = None if self.until is None else plan.timeline.day(self.until) - 1
        found = run(plan, _on(draft, first, last), price)
        if found is not None and first is not None and not self._holds(found.event.at):
            # At night it is still the day before, where days of the programme start later than those of the calendar.
            found = run(plan, _on(draft, first + 1, last), price)
        return found if found is not None and self._holds(found.event.at) else None

    def _holds(self, at: int) -> bool:
        return self.since <= at and (self.until is None or at < self.until)


def _on(draft: Draft, first: int | None, last: int | None) -> Draft:
    return replace(draft, dates=draft.dates.meet(Range(first, last)))


def held(checked: Checked, since: int) -> Held:
    """When what a file says from an instant on holds."""
    return Held(since, min((one.at for one in checked.schedule if one.at > since), default=None))
