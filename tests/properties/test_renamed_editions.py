"""A history in which every block gets another name halfway gives what it gives without: orders of before come back,
points that paid return, caps and budgets get their room again, all under the new names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from random import Random
from typing import Any, Final, cast

from loyalty_rules import Decision, LoyaltyError, MemberState, SharedState, load
from loyalty_rules import Programme as Loaded
from loyalty_rules.events import Event as Told
from loyalty_rules.lang.parser import read
from loyalty_rules.lang.renaming import declared
from loyalty_rules.source import Source
from tests.models.ledger_programmes import Programme
from tests.models.ledger_state import Event
from tests.properties.ledger_drawing import Drawing
from tests.properties.ledger_machine import MEMBER, Both, Run, decided
from tests.properties.ledger_telling import Telling

EVENTS: Final = 90
SEEDS: Final = range(80)
#: How product sets are called is how their categories are called, which events name.
KEPT: Final = frozenset({"tea", "cakes", "tobacco"})
#: A block that nothing asks for: with it the second edition is another programme, with or without new names.
MORE: Final = "\nsegment nobody\n  supplied by host\nend\n"


def history(seed: int) -> tuple[Programme, list[Event]]:
    """A drawn programme, and what happens to its member."""
    random = Random(seed)
    programme = Drawing(random).programme()
    run = Run(programme)
    telling = Telling(random, run.member)
    for _ in range(EVENTS):
        assert run.tell(telling.event()) == []
    return programme, telling.told


def under_other_names(text: str, names: Mapping[str, str]) -> str:
    """The rule file with other names of its blocks, each of which says what it was called."""
    lines = [line for line in read(Source("old", text)).lines if line.tokens]
    tokens = [token for line in lines for token in line.tokens if token.role == "NAME" and token.text in names]
    edits = [(token.span.start, token.span.end, names[token.text]) for token in tokens]
    headers = [line for line in lines if line.role.startswith("H_") and line.tokens[1:]]
    named = [(line.span.end, line.tokens[1].text) for line in headers if line.tokens[1].text in names]
    edits += [(end, end, f"\n  was {name}") for end, name in named]
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def translated(value: Any, names: Mapping[str, str]) -> Any:
    """A value with the other names wherever they stand; in parts of lots, too, which name a rule and a partner."""
    if isinstance(value, str):
        return " ".join(names.get(word, word) for word in value.split(" "))
    if not isinstance(value, tuple):
        return value
    parts = [translated(one, names) for one in value]
    return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)


class Renamed:
    """A programme that is told what happens from `turn` on in its new names."""

    def __init__(self, loaded: Loaded, names: Mapping[str, str], turn: int) -> None:
        self.loaded, self.names, self.turn = loaded, names, turn
        self.new_member = loaded.new_member

    def told(self, event: Any) -> Any:
        if event.at < self.turn:
            return event
        changed = {
            name: translated(value, self.names) for name, value in event._asdict().items() if name not in ("id", "kind")
        }
        return event._replace(**changed)

    def decide(self, state: MemberState, event: Told, shared: SharedState | None = None) -> Decision:
        return self.loaded.decide(state, self.told(event), shared)

    def transfer(self, giver: MemberState, taker: MemberState, event: Any) -> tuple[Decision, Decision]:
        return self.loaded.transfer(giver, taker, self.told(event))

    def merge(self, gone: MemberState, into: MemberState, event: Any) -> tuple[Decision, Decision]:
        return self.loaded.merge(gone, into, self.told(event))


def with_new_keys(effect: Any, names: Mapping[str, str]) -> Any:
    """An effect of before: the counters of budgets go by what the newest edition calls them."""
    return effect._replace(key=translated(effect.key, names)) if hasattr(effect, "key") else effect


def outcome(loaded: Loaded, both: Both, event: Event, programme: Programme) -> Decision | str:
    try:
        return decided(loaded, both, event, programme)
    except LoyaltyError as error:
        return error.code


def start(loaded: Loaded, programme: Programme) -> Both:
    return Both(loaded.new_member(MEMBER), loaded.new_shared() if programme.budgets else None)


def parting(seed: int, acted: Counter[str]) -> list[str]:
    """Where the two histories part first. `acted`: what happened from the turn on, by kind of effect."""
    programme, events = history(seed)
    text = programme.text()
    checked = load(text).checked
    levels = {level.name for ladder in checked.ladders.values() for level in ladder.levels}
    names = {name: f"new_{name}" for name in sorted(declared(checked).keys() - levels - KEPT)}
    turn = events[len(events) // 2].at
    plain = load(text + MORE, earlier=[(text, turn)])
    renamed = cast(Loaded, Renamed(load(under_other_names(text, names) + MORE, earlier=[(text, turn)]), names, turn))
    one, other = start(plain, programme), start(plain, programme)
    for number, event in enumerate(events, 1):
        ours, theirs = outcome(plain, one, event, programme), outcome(renamed, other, event, programme)
        if isinstance(ours, str) or isinstance(theirs, str):
            if ours != theirs:
                return [f"event {number} {event}", f"plain {ours}", f"renamed {theirs}"]
            continue
        late = ours.member.clock >= turn
        expected = translated(ours.effects, names) if late else tuple(with_new_keys(one, names) for one in ours.effects)
        if (ours.outcome, expected) != (theirs.outcome, theirs.effects):
            return [
                f"event {number} {event}",
                f"plain {ours.outcome} {expected}",
                f"renamed {theirs.outcome} {theirs.effects}",
            ]
        acted.update(effect.kind for effect in ours.effects if late)
        one, other = Both(ours.member, ours.shared), Both(theirs.member, theirs.shared)
    return []


def test_new_names_change_nothing_but_names() -> None:
    """All drawn programmes that take returns, among so many."""
    acted: Counter[str] = Counter()
    taking = [seed for seed in SEEDS if "returns refused" not in Drawing(Random(seed)).programme().text()]
    found = {seed: apart for seed in taking if (apart := parting(seed, acted))}
    assert found == {}
    assert len(taking) > 15
    least = ("goods_returned", "points_taken_back", "points_given_back", "points_expired", "completion_taken_back")
    assert all(acted[kind] for kind in least), acted
