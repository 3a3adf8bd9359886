"""Goals that members keep who started before an edition: those of the edition before, in the names of today."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

from loyalty_rules.errors import SettingsError
from loyalty_rules.lang import checked as k
from loyalty_rules.lang import conditions as c
from loyalty_rules.lang.checker.measures import key_of
from loyalty_rules.lang.renaming import declared, named_in, renamed_blocks, taken_over
from loyalty_rules.lang.walking import parts_of
from loyalty_rules.source import Span


def with_old_goals(before: k.Checked, after: k.Checked, since: int) -> k.Checked:
    """An edition that holds from an instant on, with the goals of the one before where it leaves them to those who
    opted in by then. Raises `SettingsError` (`edition.lost`) where such a goal asks for what there is no more."""
    names = taken_over(before, after)
    former = {now: then for then, now in names.items()}
    found: dict[str, k.Earn] = {}
    for name, rule in after.earns.items():
        old = before.earns.get(former.get(name, name))
        if rule.goal is None or rule.goal.started is None or old is None or old.goal is None or not old.opt_in:
            continue
        goal = _anew(renamed_blocks(old.goal, names), rule.goal.started)
        goal = replace(goal, keeps=rule.goal.keeps, whole=rule.goal.whole)
        _check(after, name, goal)
        found[name] = replace(rule, goal=replace(rule.goal, former=(since, goal)))
    return replace(after, earns={**after.earns, **found}) if found else after


def _anew(value: Any, span: Span) -> Any:
    """A goal of another file: its measures under their keys of today, its conditions told by the clause that keeps
    it."""
    if isinstance(value, tuple):
        return tuple(_anew(item, span) for item in value)
    if not is_dataclass(value) or isinstance(value, type | Span):
        return value
    changed = {part.name: _anew(getattr(value, part.name), span) for part in fields(value)}
    found = replace(value, **(changed | ({"span": span} if "span" in changed else {})))
    return replace(found, key=key_of(found, k.Dates(found.window.since))) if isinstance(found, c.Measure) else found


def _check(after: k.Checked, name: str, goal: k.Goal) -> None:
    known = declared(after).keys() | after.purses.keys()
    for asked in (*_facts(after, goal), *sorted(named_in(goal) - known)):
        message = f"who started `{name}` keeps a goal that asks for `{asked}`, and the next edition does not have it"
        raise SettingsError("edition.lost", message, "earlier")


def _facts(after: k.Checked, goal: k.Goal) -> Iterator[str]:
    for part in parts_of(goal):
        if isinstance(part, c.Fact):
            kind = after.events.get(part.event)
            known = after.facts if not part.event else {one.name: one for one in (kind.facts if kind else ())}
            if part.name not in known:
                yield part.name
