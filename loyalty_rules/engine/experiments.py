"""Which group of an experiment a member is in, and which records of a decision tell of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from loyalty_rules.decision import Outcome, RuleTrace
from loyalty_rules.lang.checked import Experiment

if TYPE_CHECKING:
    from loyalty_rules.engine.view import View


def group_of(view: View, name: str) -> str | None:
    """The variant of the member, "" in the hold-out; None where the member takes no part: the experiment does not run,
    it is not for the member, or it has no variants."""
    experiment = view.plan.checked.experiments[name]
    if not view.during(experiment.dates) or not view.all_hold(experiment.audience):
        return None
    return experiment.group(view.known.buckets[name])


def groups_of(view: View) -> dict[str, str | None]:
    """By experiment that runs for the member, its variant; None in the hold-out."""
    found = {name: group_of(view, name) for name in sorted(view.plan.checked.experiments)}
    return {name: group or None for name, group in found.items() if group is not None}


def held_out(view: View, rule: str) -> Experiment | None:
    """The experiment that holds a rule back from the member, of several the first by name."""
    names = view.plan.held_back.get(rule, ())
    found = next((name for name in names if group_of(view, name) == ""), None)
    return None if found is None else view.plan.checked.experiments[found]


def exposed(view: View, records: Iterable[RuleTrace]) -> list[RuleTrace]:
    """The records, with the member's groups in those of rules that an experiment covers or that ask for a variant. Who
    was not asked was not exposed."""
    return [_exposed(view, record) for record in records]


def _exposed(view: View, record: RuleTrace) -> RuleTrace:
    names = view.plan.tested.get(record.rule, ())
    if not names or record.outcome in (Outcome.WAITING_FOR_EVENT, Outcome.OUTSIDE_DATES):
        return record
    groups = ((name, group_of(view, name)) for name in names)
    return record._replace(exposed=tuple((name, group) for name, group in groups if group is not None))
