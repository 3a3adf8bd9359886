"""What became of the codes that were presented with an order. Plain values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from loyalty_rules.decision import Outcome, RuleTrace
from loyalty_rules.text import code_key


class RuleOfCode(NamedTuple):
    """A rule that a code belongs to: whether it gave something, and what became of it."""

    rule: str
    gave: bool
    outcome: Outcome


class PresentedCode(NamedTuple):
    """A code as it was presented, with the rules that it belongs to; none where no rule knows it."""

    code: str
    rules: tuple[RuleOfCode, ...]

    @property
    def known(self) -> bool:
        """Whether any rule asks for it."""
        return bool(self.rules)

    @property
    def gave(self) -> bool:
        """Whether any of its rules gave something."""
        return any(rule.gave for rule in self.rules)


def presented(
    codes: Iterable[str], asking: Mapping[str, Iterable[str]], trace: Iterable[RuleTrace]
) -> tuple[PresentedCode, ...]:
    """What became of each code, in the order in which they were presented, each once. `asking`: by rule, the codes that
    it asks for, as they are compared."""
    found = {name: _became(name, records) for name, records in _by_rule(asking, trace).items()}
    first: dict[str, str] = {}
    for code in codes:
        first.setdefault(code_key(code), code)
    return tuple(
        PresentedCode(code, tuple(found[name] for name in sorted(found) if key in asking[name]))
        for key, code in first.items()
    )


def _by_rule(asking: Mapping[str, Iterable[str]], trace: Iterable[RuleTrace]) -> dict[str, list[RuleTrace]]:
    found: dict[str, list[RuleTrace]] = {}
    for record in trace:
        if record.rule in asking:
            found.setdefault(record.rule, []).append(record)
    return found


def _became(name: str, records: list[RuleTrace]) -> RuleOfCode:
    """A rule that gives into several purses gave something where one record did."""
    gave = [one for one in records if one.granted or one.outcome in (Outcome.AWARDED, Outcome.ACCRUED)]
    return RuleOfCode(name, bool(gave), (gave or records)[0].outcome)
