"""Whole programmes drawn by a seed, held to what must hold of every file, and their histories to what must hold of
every programme. What breaks something is printed, a file made small before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from loyalty_rules.adapters.wire import (
    decision_data,
    read_decision,
    read_event,
    read_member,
    write_decision,
    write_event,
    write_member,
)
from loyalty_rules.loading import examine
from loyalty_rules.programme import Decision, Programme
from loyalty_rules.source import Source
from loyalty_rules.testing.chance import Chance
from loyalty_rules.testing.composing.programmes import compose
from loyalty_rules.testing.composing.sketch import Sketch
from loyalty_rules.testing.composing.smaller import smaller
from loyalty_rules.testing.drawing import History, draw_history
from loyalty_rules.testing.files import FILE_PROPERTIES, FileProperty
from loyalty_rules.testing.interest import Interest
from loyalty_rules.testing.playing import played
from loyalty_rules.testing.properties import PROPERTIES
from loyalty_rules.testing.written import written

#: Seeds of histories are told apart from those of programmes.
_FACTOR = 1_000
_CHECKED = 4


@dataclass
class Run:
    """What a run came to."""

    programmes: int = 0
    refused: int = 0
    events: int = 0
    decided: int = 0
    roles: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)

    def add(self, other: Run) -> None:
        self.programmes += other.programmes
        self.refused += other.refused
        self.events += other.events
        self.decided += other.decided
        self.roles += other.roles
        self.broken += other.broken

    def told(self) -> str:
        return "\n\n".join(self.broken)


def loaded(sketch: Sketch) -> Programme | None:
    """The programme of a sketch; None where it has an error. No orders are looked for that break its promises: every
    fourth file is checked with them, by `files`."""
    return examine(Source("drawn", sketch.text()), witnesses=False)[0]


def files(seeds: range) -> Run:
    """Drawn files against everything that holds of a file. Every fourth is checked twice, and as a whole: what proves
    its promises, or looks for an order that breaks them, takes longer than all else."""
    run = Run()
    for seed in seeds:
        sketch = compose(Chance(seed))
        run.programmes += 1
        run.roles.update(sketch.roles)
        run.refused += loaded(sketch) is None
        language = ("en", "ru")[seed % 2]
        for name, holds in FILE_PROPERTIES.items():
            if name == "checks_alike" and seed % _CHECKED:
                continue
            found = next(holds(sketch.text(language)), None)
            if found is not None:
                run.broken.append(f"{name} (seed {seed}): {found}\n{_small(sketch, holds, language)}")
    return run


def _small(sketch: Sketch, holds: FileProperty, language: str) -> str:
    return smaller(sketch, lambda one: any(holds(one.text(language)))).text(language)


def histories(seeds: range, most: int = 6, each: int = 1) -> Run:
    """Drawn programmes with so many drawn histories each, against everything that holds of a programme."""
    run = Run()
    for seed in seeds:
        programme = loaded(compose(Chance(seed)))
        run.programmes += 1
        if programme is None:
            run.refused += 1
            continue
        interest = Interest(programme)
        for number in range(each):
            history = draw_history(Chance(seed * _FACTOR + number), interest, most)
            decisions = played(history)
            run.events += len(history.events)
            run.decided += len(decisions)
            for name in what_breaks(history, decisions):
                run.broken.append(f"{name} (seed {seed}, {number})\n{programme.source.text}\n{written(history)}")
    return run


def what_breaks(history: History, decisions: tuple[Decision, ...]) -> Iterator[str]:
    """The names of the properties that do not hold."""
    for name, holds in PROPERTIES.items():
        if next(holds(history, decisions), None) is not None:
            yield name
    for decision in decisions:
        if not same_on_the_wire(decision):
            yield "same_on_the_wire"
        if not same_of_all_rules(decision):
            yield "same_of_all_rules"


def same_of_all_rules(decision: Decision) -> bool:
    """Whether a decision, which asks only rules that can touch a line, is what asking all of them comes to."""
    settled = decision._settled()
    return settled.member == decision.member and settled.effects == decision.effects


def same_on_the_wire(decision: Decision) -> bool:
    """Whether the member, the event and the decision come back from JSON as what they were, and go out again the
    same."""
    rules = decision.programme
    member, event = write_member(decision.member, rules), write_event(decision.event, rules)
    back = read_member(member, rules)
    return (
        back == decision.member
        and write_member(back, rules) == member
        and read_event(event, rules) == decision.event
        and read_decision(write_decision(decision, trace=True)) == decision_data(decision, trace=True)
    )
