"""What a new record is made of: the programmes of examples/, those of tests/cases/semantics/, and drawn ones, each with
twenty events. Files with examples begin with what happens in these; the rest is drawn."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path
from typing import Final

from loyalty_rules import LoyaltyError, Programme, load
from loyalty_rules.adapters.wire import write_event, write_member
from loyalty_rules.calendar import tzdata_version
from loyalty_rules.events import Invitation
from loyalty_rules.lang.checked import Example
from loyalty_rules.testing.chance import Chance
from loyalty_rules.testing.composing.programmes import compose
from loyalty_rules.testing.drawing import draw_history
from loyalty_rules.testing.interest import Interest
from tests.corpus.deciding import answers
from tests.corpus.records import REFUSED, Answer, Entry, History, Record, digested

ROOT: Final = Path(__file__).resolve().parents[2]
PROGRAMMES, EVENTS = 500, 20
#: At most so many of the events come from the examples of a file, and so many are refused.
_OF_EXAMPLES, _REFUSED = 10, 3
#: Of one programme in so many the documents are kept whole.
_WHOLE_EACH: Final = 25
#: Drawn histories end by chance: so long at most, and so often drawn anew.
_LONGEST, _TRIES = 60, 40


def gathered(version: str, most: int = PROGRAMMES) -> Record:
    """A record of so many programmes, half of them files where there are that many."""
    files = list(_files())[: most // 2]
    drawn = (_drawn(seed) for seed in count(1))
    found: list[Entry] = []
    while len(found) < most:
        name, programme = files.pop(0) if files else next(drawn)
        entry = None if programme is None else entry_of(name, programme, len(found), len(found) % _WHOLE_EACH == 0)
        found += [] if entry is None else [entry]
    return Record(version, tzdata_version(), tuple(found))


def _files() -> Iterator[tuple[str, Programme | None]]:
    """The files that stand for themselves, by name; those that need rows or editions of a host do not."""
    for folder in ("examples", "tests/cases/semantics"):
        for path in sorted((ROOT / folder).rglob("*.loyalty")):
            name = path.relative_to(ROOT).as_posix()
            yield name, _loaded(path.read_text(encoding="utf-8"))


def _drawn(seed: int) -> tuple[str, Programme | None]:
    """A drawn programme, every other one in Russian."""
    return f"drawn {seed}", _loaded(compose(Chance(seed)).text(("en", "ru")[seed % 2]))


def _loaded(text: str) -> Programme | None:
    try:
        return load(text)
    except LoyaltyError:
        return None


def entry_of(name: str, programme: Programme, seed: int, whole: bool) -> Entry | None:
    """The entry of a programme; None where too little can happen in it to draw twenty events."""
    found: list[History] = []
    for example in programme.checked.examples:
        room = min(_OF_EXAMPLES, EVENTS) - sum(len(one.events) for one in found)
        if example.steps and room > 0:
            found.append(_of_example(programme, example, room, whole))
    drawn = _drawn_history(programme, seed, EVENTS - sum(len(one.events) for one in found), whole)
    fingerprints = tuple(one.fingerprint for one in programme.editions)
    return None if drawn is None else Entry(name, fingerprints, programme.source.text, (*found, drawn))


def _of_example(programme: Programme, example: Example, room: int, whole: bool) -> History:
    """The first steps of an example, with the member and the friends that it gives."""
    members = [programme.member_from(example.givens, example.steps[0].event.at)]
    events = []
    for step in example.steps[:room]:
        if isinstance(step.event, Invitation):
            friend = programme.member_from(step.friend, step.event.at)
            members.append(friend._replace(member=step.event.friend))
        events.append(write_event(step.event, programme))
    texts = {member.member: write_member(member, programme) for member in members}
    return _told(programme, tuple(texts.values()), tuple(events), whole)


def _drawn_history(programme: Programme, seed: int, most: int, whole: bool) -> History | None:
    """So many drawn events, few of them refused: what is refused is taken out, which changes nothing behind it."""
    interest = Interest(programme)
    for number in range(_TRIES):
        drawn = draw_history(Chance(seed * _TRIES + number), interest, _LONGEST)
        member = write_member(drawn.member, programme)
        events = [write_event(event, programme) for event in drawn.events]
        kept = tuple(islice(_few_refused(events, answers(programme, (member,), events)), most))
        if len(kept) == most:
            return _told(programme, (member,), kept, whole)
    return None


def _few_refused(events: list[str], found: Iterator[Answer]) -> Iterator[str]:
    refused = 0
    for event, answer in zip(events, found, strict=True):
        refused += answer[0].startswith(REFUSED)
        if refused <= _REFUSED or not answer[0].startswith(REFUSED):
            yield event


def _told(programme: Programme, members: tuple[str, ...], events: tuple[str, ...], whole: bool) -> History:
    found = tuple(answers(programme, members, events))
    return History(members, events, tuple(map(digested, found)), found if whole else ())
