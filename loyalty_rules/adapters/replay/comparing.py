"""Two programmes over the same events: whose points differ, by how much, by which rule, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from loyalty_rules.adapters.replay import outputs
from loyalty_rules.adapters.replay.figures import Figures, Moved
from loyalty_rules.events import Tick
from loyalty_rules.lang.differences import What, differences
from loyalty_rules.lang.renaming import taken_over
from loyalty_rules.programme import Decision, Programme

#: Why a rule moved other units: it stands in one of the files alone; its own block means something else; something else
#: became of it; or all that is the same, and another block (a boost, a level, a purse) made the difference.
NEW: Final = "new"
GONE: Final = "gone"
CHANGED: Final = "changed"
OUTCOME: Final = "outcome"
FOLLOWS: Final = "follows"

_Key: TypeAlias = tuple[str, str, str, str]  # member, purse, rule, reason
_Found: TypeAlias = Sequence[tuple[Decision, list[Moved]]]


class Comparison:
    """Holds what one programme moves against what an old one does, event by event. Names are those of the new one."""

    def __init__(self, new: Programme, old: Programme, figures: Figures, parts: outputs.Parts) -> None:
        self._new, self._old, self._figures, self._parts = new, old, figures, parts
        self._now = taken_over(old.checked, new.checked)
        self._of_old = {self._now.get(name, name) for name in _rules(old)}
        self._of_new = _rules(new)
        self._purses = sorted({*new.checked.purses, *(self._now.get(name, name) for name in old.checked.purses)})
        found = differences(old.checked, new.checked)
        self._changed = {one.name for one in found if one.what is What.CHANGED and one.name}
        self._moved: Counter[tuple[str, str]] = Counter()  # member, purse

    def take(self, after: _Found, before: _Found) -> None:
        """Compares the decisions of one event."""
        now = _sums(after, self._new, {})
        then = _sums(before, self._old, self._now)
        differing = sorted(key for key in {*now, *then} if now[key] != then[key])
        if not differing:
            return
        outcomes = (_outcomes(before, self._now), _outcomes(after, {}))
        event = after[0][0].event
        told = None if isinstance(event, Tick) else event.id
        for key in differing:
            member, purse, rule, reason = key
            was, became = (one.get((member, rule)) for one in outcomes)
            why = self._why(rule, was, became)
            row = (member, told, event.at, purse, rule or None, reason)
            amounts = (then[key], now[key], now[key] - then[key])
            self._parts.add(outputs.DIFFERENCES, *row, *amounts, why, was, became)
            self._figures.differences[purse, rule, reason, why] += now[key] - then[key]
            self._moved[member, purse] += now[key] - then[key]

    def finish(self, member: str) -> None:
        """The member is done with: whether it has more or less than under the old programme."""
        for purse in self._purses:
            units = self._moved.pop((member, purse), 0)
            if units:
                self._figures.differing[purse, "more" if units > 0 else "less"] += 1

    def _why(self, rule: str, was: str | None, became: str | None) -> str:
        if rule in self._of_new and rule not in self._of_old:
            return NEW
        if rule in self._of_old and rule not in self._of_new:
            return GONE
        if rule in self._changed:
            return CHANGED
        return OUTCOME if was != became else FOLLOWS


def _rules(programme: Programme) -> set[str]:
    checked = programme.checked
    return {*checked.earns, *checked.boosts, *checked.redeems, *checked.conversions, *checked.rewards}


def _sums(found: _Found, programme: Programme, now: Mapping[str, str]) -> Counter[_Key]:
    """Millionths by member, purse, rule and reason."""
    sums: Counter[_Key] = Counter()
    for decision, moved in found:
        for one in moved:
            purse, rule = now.get(one.purse, one.purse), now.get(one.rule, one.rule)
            units = outputs.amount(programme, one.purse, one.units)
            sums[decision.member.member, purse, rule, one.reason] += units
    return sums


def _outcomes(found: _Found, now: Mapping[str, str]) -> dict[tuple[str, str], str]:
    """What became of each rule, by member and rule: worked out again, so only where something differs."""
    return {
        (decision.member.member, now.get(one.rule, one.rule)): one.outcome.name.replace("_", " ").lower()
        for decision, _ in found
        for one in decision.trace
    }
