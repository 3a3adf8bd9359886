"""A record beside what this version says: which programme, which event, and the first place that differs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple

from loyalty_rules import LoyaltyError, Programme, load
from tests.corpus.changes import Change
from tests.corpus.deciding import answers, goes_on
from tests.corpus.records import REFUSED, Answer, Entry, History, digest_of, digested

_DOCUMENTS: Final = ("decision", "member", "shared")
_SHOWN: Final = 60


class Difference(NamedTuple):
    """`place`: where it says something else first, "" where only fingerprints differ. `fingerprints`: whether these
    differ. `digest`: of all that is said now, with the fingerprints of then; "" where it cannot be worked out."""

    place: str
    fingerprints: bool
    digest: str


def compared(entry: Entry) -> Difference | None:
    """What differs of one programme, or None."""
    try:
        programme = load(entry.rules)
    except LoyaltyError as error:
        return Difference(f"the rule file is no longer read: {error.code}", False, "")
    now: list[list[Answer]] = []
    for history in entry.histories:
        try:
            now.append(list(answers(programme, history.members, history.events)))
        except LoyaltyError as error:
            return Difference(f"the member before the first event is no longer read: {error}", False, "")
    anew = [[_with_fingerprints(answer, programme, entry) for answer in history] for history in now]
    place = _first([*_places(entry, anew), *_unread(entry, programme, anew)])
    if not place and anew == now:
        return None
    return Difference(place, anew != now, digest_of(anew))


def _with_fingerprints(answer: Answer, programme: Programme, entry: Entry) -> Answer:
    """An answer with the fingerprints of then: they differ where the form of what is hashed changed, and then in every
    document."""
    pairs = zip((one.fingerprint for one in programme.editions), entry.fingerprints, strict=False)
    for new, old in pairs:
        answer = tuple(text.replace(new, old) for text in answer)
    return answer


def _places(entry: Entry, now: Sequence[Sequence[Answer]]) -> Iterator[str]:
    """Where a history differs first."""
    for number, (history, said) in enumerate(zip(entry.histories, now, strict=True), 1):
        for event, answer in enumerate(said):
            if digested(answer) != history.told[event]:
                yield f"history {number}, {_event(history, event)}: {_difference(history, event, answer)}"
                break


def _unread(entry: Entry, programme: Programme, now: Sequence[Sequence[Answer]]) -> Iterator[str]:
    """Documents that a host stored then and that are no longer read, or from which it does not go on as it would have.
    Where something else is said anyway, it is enough that they are read."""
    for number, (history, said) in enumerate(zip(entry.histories, now, strict=True), 1):
        if not history.whole:
            continue
        try:
            found = goes_on(programme, history.members, history.events, history.whole)
        except LoyaltyError as error:
            yield f"history {number}: a document of then is no longer read: {error}"
            continue
        for event, answer in enumerate(found):
            answer = _with_fingerprints(answer, programme, entry)
            if tuple(map(digested, said)) == history.told and digested(answer) != history.told[event]:
                place = _difference(history, event, answer)
                yield f"history {number}, {_event(history, event)}, from the documents of then: {place}"
                break


def _first(places: Iterable[str]) -> str:
    return next(iter(places), "")


def _event(history: History, place: int) -> str:
    told = json.loads(history.events[place])
    return f"event {place + 1} ({told['kind']} {told.get('id', '')}".rstrip() + ")"


def _difference(history: History, place: int, now: Answer) -> str:
    """The first document that differs, and where, if it was kept whole."""
    then = history.told[place]
    if then[0].startswith(REFUSED) or now[0].startswith(REFUSED):
        return f"was {_outcome(then)}, now {_outcome(now)}"
    if len(then) != len(now):
        return f"{len(then) // 3} decisions came of it, now {len(now) // 3}"
    differs = next(number for number, (one, other) in enumerate(zip(then, digested(now), strict=True)) if one != other)
    document = f"{_DOCUMENTS[differs % 3]} of decision {differs // 3 + 1}"
    if not history.whole:
        return f"{document} differs; digests alone are kept"
    one, other = (json.loads(text) if text else None for text in (history.whole[place][differs], now[differs]))
    return f"{document} differs at {first_place(one, other)}"


def _outcome(answer: Answer) -> str:
    return answer[0] if answer[0].startswith(REFUSED) else "decided"


def first_place(then: Any, now: Any, path: str = "") -> str:
    """The first place at which two documents differ, with what stands there: keys in the order of then."""
    if isinstance(then, dict) and isinstance(now, dict) and list(then) == list(now):
        key = next((key for key in then if then[key] != now[key]), None)
        if key is not None:
            return first_place(then[key], now[key], f"{path}.{key}" if path else key)
    if isinstance(then, dict) and isinstance(now, dict) and set(then) != set(now):
        return f"{path or 'the top'}: keys {_short(sorted(set(then) - set(now)))} are gone, new are " + _short(
            sorted(set(now) - set(then))
        )
    if isinstance(then, list) and isinstance(now, list) and then != now:
        pairs = enumerate(zip(then, now, strict=False))
        place = next((number for number, (one, other) in pairs if one != other), None)
        if place is not None:
            return first_place(then[place], now[place], f"{path}[{place}]")
        return f"{path}: {len(then)} entries, now {len(now)}"
    if then == now:
        return f"{path or 'the top'}: the order of keys, or how it is written"
    return f"{path or 'the top'}: {_short(then)}, now {_short(now)}"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


# ---------------------------------------------------------------- with the changes that are wanted


def judged(version: str, entries: Iterable[Entry], changes: Sequence[Change]) -> list[str]:
    """What is said otherwise without a row that says so, and rows that no longer say so."""
    found: list[str] = []
    for entry in entries:
        found += _of_entry(version, entry, changes)
    return found


def _of_entry(version: str, entry: Entry, changes: Sequence[Change]) -> Iterator[str]:
    difference = compared(entry) or Difference("", False, "")
    listed = next((one.programmes[entry.name] for one in reversed(changes) if entry.name in one.programmes), None)
    if difference.fingerprints and not any(change.fingerprints for change in changes):
        yield (
            f"{entry.name}: its fingerprint changed, though its text did not. A new field of what is hashed belongs "
            f"into `_IF_SAID` of lang/fingerprint.py. {_wanted(version, 'fingerprints = true')}"
        )
    if difference.place and listed is None:
        row = f'[change.programmes] "{entry.name}" = "{difference.digest}"'
        yield f"{entry.name}: {difference.place}. {_wanted(version, row)}"
    elif difference.place and listed != difference.digest:
        yield (
            f"{entry.name}: what it says changed once more since its row in {version}/changes.toml: "
            f"{difference.place}. If this is wanted, another row needs its digest: {difference.digest!r}"
        )
    elif listed is not None and not difference.place:
        yield f"{entry.name}: says what it said, so its row in {version}/changes.toml has to go"


def _wanted(version: str, row: str) -> str:
    return (
        f"If this is wanted, it needs an entry with a star (★) in CHANGELOG.md, and a row in "
        f"tests/corpus/{version}/changes.toml: {row}"
    )
