"""Every released record says today what it said then, and whatever does not is told."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

import pytest

from loyalty_rules import __version__, load
from tests.corpus import gathering
from tests.corpus.__main__ import main
from tests.corpus.changes import FILE, Change, read_changes, wrong_rows
from tests.corpus.comparing import compared, first_place, judged
from tests.corpus.records import Entry, History, Record, digested, read, versions, write

CHANGELOG: Final = (gathering.ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
VERSIONS: Final = versions()
PARTS: Final = 10
RULES: Final = (gathering.ROOT / "examples/first_rule/first_rule.loyalty").read_text(encoding="utf-8")


# ---------------------------------------------------------------- the records


@cache
def record_of(version: str) -> Record:
    return read(version)


def test_there_are_records_of_ten_thousand_events_each() -> None:
    assert VERSIONS
    for version in VERSIONS:
        record = record_of(version)
        assert record.version == version
        assert len({entry.name for entry in record.entries}) == len(record.entries) >= gathering.PROGRAMMES
        assert all(entry.events == gathering.EVENTS for entry in record.entries)
        histories = [history for entry in record.entries for history in entry.histories]
        assert all(tuple(map(digested, one.whole)) == one.told for one in histories if one.whole)
        assert sum(any(history.whole for history in entry.histories) for entry in record.entries) >= 20


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("part", range(PARTS))
def test_what_was_said_is_said_today(version: str, part: int) -> None:
    found = judged(version, record_of(version).entries[part::PARTS], read_changes(version))
    assert not found, "\n\n".join(found)


@pytest.mark.parametrize("version", VERSIONS)
def test_every_change_has_its_star(version: str) -> None:
    found = list(wrong_rows(read_changes(version), record_of(version), CHANGELOG))
    assert not found, "\n".join(found)


# ---------------------------------------------------------------- it can fail


@cache
def recorded(whole: bool = True) -> Entry:
    entry = gathering.entry_of("first", load(RULES), 0, whole)
    assert entry is not None
    return entry


def changed_to(rate: int) -> str:
    """The file with another rate of its first rule."""
    assert "give 1 bonus per 10 RUB" in RULES
    return RULES.replace("give 1 bonus per 10 RUB", f"give {rate} bonus per 10 RUB", 1)


def test_a_record_is_what_is_said_by_the_version_that_made_it() -> None:
    entry = recorded()
    assert compared(entry) is None
    assert judged("0.0.1", [entry], []) == []


@pytest.mark.parametrize(
    ("whole", "place"),
    [
        (
            True,
            'history 1, event 1 (purchase monday): decision of decision 1 differs at effects[0].asked: "25", now "50"',
        ),
        (False, "kept"),
    ],
)
def test_a_changed_rate_is_told_with_its_place(whole: bool, place: str) -> None:
    entry = recorded(whole=whole)._replace(rules=changed_to(2))
    told = judged("0.0.1", [entry], [Change("", True, {})])
    assert len(told) == 1
    assert told[0].startswith("first: history 1, event 1 (")
    assert place in told[0]
    assert "entry with a star (★) in CHANGELOG.md, and a row in tests/corpus/0.0.1/changes.toml" in told[0]


def test_a_change_that_is_listed_passes_until_there_is_another() -> None:
    changed = recorded()._replace(rules=changed_to(2))
    again = changed._replace(rules=changed_to(3))
    digests = [one.digest for one in map(compared, (changed, again)) if one is not None]
    wanted = Change("", True, {"first": digests[0]})
    assert judged("0.0.1", [changed], [wanted]) == []
    (more,) = judged("0.0.1", [again], [wanted])
    assert "changed once more" in more
    assert judged("0.0.1", [again], [wanted, Change("", False, {"first": digests[1]})]) == []
    (gone,) = judged("0.0.1", [recorded()], [wanted])
    assert "has to go" in gone


def test_another_fingerprint_is_told_as_such() -> None:
    """As where what is hashed has a new field: every document differs, and nothing that is decided does."""
    entry = recorded()
    (now,) = entry.fingerprints
    then = "0" * 64

    def earlier(texts: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(text.replace(now, then) for text in texts)

    histories = []
    for one in entry.histories:
        whole = tuple(map(earlier, one.whole))
        histories.append(History(earlier(one.members), one.events, tuple(map(digested, whole)), whole))
    old = entry._replace(fingerprints=(then,), histories=tuple(histories))
    (told,) = judged("0.0.1", [old], [])
    assert "its fingerprint changed, though its text did not" in told
    assert judged("0.0.1", [old], [Change("", True, {})]) == []


def test_what_is_no_longer_read_is_told() -> None:
    entry = recorded()
    (first, *others) = entry.histories
    file = entry._replace(rules=RULES.replace("earn", "earns"))
    member = entry._replace(histories=(first._replace(members=('{"format":0}',)), *others))
    stored = first.whole[0][1].replace('"format":1', '"format":9')
    answer = (first.whole[0][0], stored, first.whole[0][2])
    document = entry._replace(histories=(first._replace(whole=(answer, *first.whole[1:])), *others))
    told = [judged("0.0.1", [one], []) for one in (file, member, document)]
    assert ["no longer read" in one for (one,) in told] == [True, True, True]


def test_documents_that_lead_to_something_else_are_told() -> None:
    """As where a member that is read has lost what the one in memory still has."""
    entry = recorded()
    last = entry.histories[-1]
    (decision, member, shared), *others = last.whole
    assert '"decisions":1,' in member
    stored = (decision, member.replace('"decisions":1,', '"decisions":5,'), shared)
    spoiled = entry._replace(histories=(*entry.histories[:-1], last._replace(whole=(stored, *others))))
    (told,) = judged("0.0.1", [spoiled], [])
    assert "event 2 (" in told
    assert "from the documents of then: member of decision 1 differs at core.decisions: " in told


def test_a_row_needs_a_star_above_the_version() -> None:
    record = Record("0.1.0", "", (recorded(),))
    changelog = "## 0.2.0\n\n- ★ Points of gifts\n  are counted\n  once.\n- No star here.\n\n## 0.1.0\n\n- ★ Before.\n"

    def wrong(star: str, *names: str) -> list[str]:
        return list(wrong_rows([Change(star, False, dict.fromkeys(names, ""))], record, changelog))

    assert wrong("gifts are counted once", "first") == []
    for star in ("No star here.", "Before.", "never written", ""):
        (told,) = wrong(star, "first")
        assert told.startswith("no entry with a star (★) above 0.1.0")
    assert wrong("gifts are counted once", "second") == ["there is no programme 'second' in the record"]
    assert wrong("gifts are counted once") == ["the row is about no programme: 'gifts are counted once'"]


def test_rows_are_read_in_their_order(tmp_path: Path) -> None:
    assert read_changes("0.0.1", tmp_path) == []
    (tmp_path / "0.0.1").mkdir()
    rows = '[[change]]\nstar = "a"\n[change.programmes]\n"drawn 1" = "x"\n[[change]]\nstar = "b"\nfingerprints = true\n'
    (tmp_path / "0.0.1" / FILE).write_text(rows, encoding="utf-8")
    assert read_changes("0.0.1", tmp_path) == [Change("a", False, {"drawn 1": "x"}), Change("b", True, {})]


@pytest.mark.parametrize(
    ("then", "now", "told"),
    [
        ({"a": [1, {"b": "x"}]}, {"a": [1, {"b": "y"}]}, 'a[1].b: "x", now "y"'),
        ({"a": [1]}, {"a": [1, 2]}, "a: 1 entries, now 2"),
        ({"a": 1}, {"b": 1}, 'the top: keys ["a"] are gone, new are ["b"]'),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, "the top: the order of keys, or how it is written"),
        (None, {"a": 1}, 'the top: null, now {"a": 1}'),
    ],
)
def test_the_first_place_is_told(then: object, now: object, told: str) -> None:
    assert first_place(then, now) == told


# ---------------------------------------------------------------- making one


def test_a_record_is_made_once_and_the_same_each_time(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paths = [tmp_path / name for name in ("one", "other")]
    for path in paths:
        path.mkdir()
        assert main([__version__], path, programmes=2) == 0
    one, other = ((path / __version__ / "record.jsonl.xz").read_bytes() for path in paths)
    assert one == other
    assert "2 programmes, 40 events" in capsys.readouterr().out
    record = read(__version__, paths[0])
    assert judged(__version__, record.entries, []) == []
    assert main([__version__], paths[0], programmes=2) == 2
    assert "has a record" in capsys.readouterr().err
    assert (paths[0] / __version__ / "record.jsonl.xz").read_bytes() == one
    with pytest.raises(FileExistsError):
        write(record, paths[0])


def test_a_record_is_made_of_this_version_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in ([], ["9.9.9"]):
        assert main(arguments, tmp_path) == 2
        assert f"make corpus VERSION={__version__}" in capsys.readouterr().err
    assert versions(tmp_path) == []
