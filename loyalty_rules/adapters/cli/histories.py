"""Rule files, members and events read for the commands that decide a history."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from loyalty_rules.adapters.cli.checking import tell_all
from loyalty_rules.adapters.cli.files import STDIN, documents, read_bytes, refuse, tables_of
from loyalty_rules.adapters.cli.raising import limits_given
from loyalty_rules.adapters.cli.terminal import err, words
from loyalty_rules.adapters.wire import read_event, read_member, read_shared
from loyalty_rules.adapters.wire.reading import EVENTS, MEMBERS, SHARED
from loyalty_rules.errors import LoyaltyError, RuleFileError
from loyalty_rules.histories import in_steps
from loyalty_rules.loading import load
from loyalty_rules.member import MemberState
from loyalty_rules.programme import Decision, Programme
from loyalty_rules.shared import SharedState
from loyalty_rules.source import decode


class BadLineError(Exception):
    """A line of a file of JSON lines that cannot be used: the file, the line and why."""

    def __init__(self, name: str, line: int, reason: LoyaltyError) -> None:
        super().__init__(name, line, reason)
        self.name, self.line, self.reason = name, line, reason


#: Earlier editions as the command line names them: a file, and the instant until which it holds.
Earlier: TypeAlias = Sequence[tuple[str, str]]


def loaded(name: str, language: str | None, earlier: Earlier = (), tables: Sequence[str] = ()) -> Programme | None:
    """The programme of a rule file with its earlier editions, all with the tables of the host that they know, and under
    the same limits; None where one has errors, which are told."""
    rows, limits = tables_of(tables, language), limits_given(language)
    old = [(file, read_bytes(file, language), until) for file, until in earlier]
    data = read_bytes(name, language)
    try:
        before = [(text, until, rows, limits) for _, text, until in old]
        return load(data, name=name, earlier=before, tables=rows, limits=limits)
    except RuleFileError as error:
        from loyalty_rules.lang.lexer import language_of

        named = {f"{name} (edition {number})": (file, text) for number, (file, text, _) in enumerate(old, 1)}
        file, text = named.get(error.where, (name, data))
        source = decode(text, file, limits.bytes)
        tell_all(error.diagnostics, source, language or language_of(source) or "en")
    except LoyaltyError as error:
        err(f"{name}: {error.message} [{error.code}]")
    return None


def files_of(earlier: Earlier, tables: Sequence[str]) -> tuple[str, ...]:
    """The files that stand beside a rule file: earlier editions and tables."""
    return (*(file for file, _ in earlier), *(one.partition("=")[2] for one in tables))


def one_stdin(language: str | None, *names: str | None) -> None:
    """Raises `Refused` where the standard input would be read twice."""
    if sum(name == STDIN for name in names) > 1:
        raise refuse(language, "file.stdin_twice")


def members_of(programme: Programme, name: str | None, language: str | None) -> dict[str, MemberState]:
    """The members of a file by id; none without a file. Raises `BadLineError`."""
    states: dict[str, MemberState] = {}
    if name is None:
        return states
    for number, line in documents(name, language, MEMBERS.bytes):
        try:
            member = read_member(line, programme)
        except LoyaltyError as error:
            raise BadLineError(name, number, error) from None
        if member.member in states:
            raise refuse(language, "run.member_twice", id=member.member)
        states[member.member] = member
    return states


def decisions_of(
    programme: Programme, name: str, states: dict[str, MemberState], shared: SharedState, language: str | None
) -> Iterator[Decision]:
    """The decisions, in the order of the file; of a transfer two, the giver's first. `states` holds the members as they
    are after the last one; what they share goes on from `shared`. Raises `BadLineError`."""
    for number, line in documents(name, language, EVENTS.bytes):
        try:
            found = in_steps(programme, states, read_event(line, programme), shared)
        except LoyaltyError as error:
            raise BadLineError(name, number, error) from None
        for decision in found:
            states[decision.member.member] = decision.member
            shared = decision.shared or shared
            yield decision


def shared_of(programme: Programme, name: str | None, language: str | None) -> SharedState:
    """What members share by a file; nothing is taken yet without one. Raises `BadLineError`."""
    if name is None:
        return programme.new_shared()
    try:
        return read_shared(read_bytes(name, language, SHARED.bytes))
    except LoyaltyError as error:
        raise BadLineError(name, 1, error) from None


def tell_line(bad: BadLineError, language: str) -> None:
    """Tells which line cannot be used, on the standard error."""
    err(words(language).text("run.line", name=bad.name, line=str(bad.line), reason=str(bad.reason)))
