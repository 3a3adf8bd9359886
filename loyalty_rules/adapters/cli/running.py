"""`loyalty run` and `loyalty explain`: the events of a file, decided one after another by a rule file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from loyalty_rules.adapters.cli.checking import ERRORS, FINE, tell_all
from loyalty_rules.adapters.cli.files import STDIN, documents, read_bytes, refuse, write_whole
from loyalty_rules.adapters.cli.terminal import err, out, out_json, show_table, words
from loyalty_rules.adapters.wire import read_event, read_member, write_decision, write_member
from loyalty_rules.decision import LevelChanged, PointsAwarded, PointsConverted, PointsRedeemed
from loyalty_rules.errors import LoyaltyError, RuleFileError
from loyalty_rules.events import Tick
from loyalty_rules.explaining.telling import Telling
from loyalty_rules.member import MemberState
from loyalty_rules.programme import Decision, Programme, load
from loyalty_rules.source import decode


class BadLineError(Exception):
    """A line of a file of JSON lines that cannot be used: the file, the line and why."""

    def __init__(self, name: str, line: int, reason: LoyaltyError) -> None:
        super().__init__(name, line, reason)
        self.name, self.line, self.reason = name, line, reason


def loaded(name: str, language: str | None) -> Programme | None:
    """The programme of a rule file; None where it has errors, which are told."""
    data = read_bytes(name, language)
    try:
        return load(data, name=name)
    except RuleFileError as error:
        source = decode(data, name)
        tell_all(error.diagnostics, source, language or _language(data, name))
    except LoyaltyError as error:
        err(f"{name}: {error.message} [{error.code}]")
    return None


def _language(data: bytes, name: str) -> str:
    from loyalty_rules.lang.lexer import language_of

    return language_of(decode(data, name)) or "en"


def run_run(
    rules: str,
    events: str,
    *,
    members: str | None,
    members_out: str | None,
    as_text: bool,
    trace: bool,
    language: str | None,
) -> int:
    """Decides every event in the order of the file. The members are written at the end, and only if all went well."""
    words(language)
    _one_stdin(language, rules, events, members)
    programme = loaded(rules, language)
    if programme is None:
        return ERRORS
    told = language or programme.language
    rows: list[Sequence[str]] = []
    try:
        states = _members(programme, members, language)
        for decision in _decisions(programme, events, states, language):
            if as_text:
                rows.append(_row(decision, told))
            else:
                out_json(write_decision(decision, trace=trace))
    except BadLineError as bad:
        _tell(bad, told)
        return ERRORS
    finally:
        if as_text and rows:
            _table(rows, told)
    if members_out is not None:
        text = "".join(write_member(states[name], programme) + "\n" for name in sorted(states))
        write_whole(Path(members_out), text.encode(), language)
    return FINE


def run_explain(
    rules: str,
    events: str,
    *,
    event: str | None,
    members: str | None,
    audience: Literal["staff", "member"],
    language: str | None,
) -> int:
    """Explains one event of a file, or all of them; the events before it are decided as well."""
    words(language)
    _one_stdin(language, rules, events, members)
    programme = loaded(rules, language)
    if programme is None:
        return ERRORS
    told = language or programme.language
    known = False
    try:
        states = _members(programme, members, language)
        for decision in _decisions(programme, events, states, language):
            if event is not None and (isinstance(decision.event, Tick) or decision.event.id != event):
                continue
            text = decision.explain(language=told, audience=audience)
            out(f"\n{text}" if known else text, end="")
            known = True
            if event is not None:
                return FINE
    except BadLineError as bad:
        _tell(bad, told)
        return ERRORS
    if event is not None:
        raise refuse(told, "run.unknown_event", id=event, name=events)
    return FINE


# ---------- reading


def _one_stdin(language: str | None, *names: str | None) -> None:
    if sum(name == STDIN for name in names) > 1:
        raise refuse(language, "file.stdin_twice")


def _members(programme: Programme, name: str | None, language: str | None) -> dict[str, MemberState]:
    states: dict[str, MemberState] = {}
    if name is None:
        return states
    for number, line in documents(name, language):
        try:
            member = read_member(line, programme)
        except LoyaltyError as error:
            raise BadLineError(name, number, error) from None
        if member.member in states:
            raise refuse(language, "run.member_twice", id=member.member)
        states[member.member] = member
    return states


def _decisions(
    programme: Programme, name: str, states: dict[str, MemberState], language: str | None
) -> Iterator[Decision]:
    """The decisions, in the order of the file. `states` holds the members as they are after the last one."""
    for number, line in documents(name, language):
        try:
            event = read_event(line, programme)
            member = states.get(event.member)
            decision = programme.decide(programme.new_member(event.member) if member is None else member, event)
        except LoyaltyError as error:
            raise BadLineError(name, number, error) from None
        states[event.member] = decision.member
        yield decision


def _tell(bad: BadLineError, language: str) -> None:
    err(words(language).text("run.line", name=bad.name, line=str(bad.line), reason=str(bad.reason)))


# ---------- telling


def _table(rows: Sequence[Sequence[str]], language: str) -> None:
    texts = words(language)
    heads = [texts.text(f"run.{head}") for head in ("event", "member", "moment", "given", "balance")]
    show_table(texts.text("run.title"), heads, rows)


def _row(decision: Decision, language: str) -> Sequence[str]:
    texts = words(language)
    telling = Telling(decision, texts)
    given = [
        f"{effect.rule} {telling.units(effect.purse, effect.granted)}"
        for effect in decision.effects
        if isinstance(effect, PointsAwarded)
    ]
    given += [
        f"{effect.rule} -{telling.units(effect.purse, effect.units)}"
        for effect in decision.effects
        if isinstance(effect, PointsRedeemed)
    ]
    given += [
        f"{effect.rule} {telling.units(effect.purse, effect.granted)}"
        for effect in decision.effects
        if isinstance(effect, PointsConverted)
    ]
    given += [
        f"{effect.ladder} {telling.level(effect.ladder, effect.after)}"
        for effect in decision.effects
        if isinstance(effect, LevelChanged)
    ]
    programme = decision.programme
    balances = [
        telling.units(name, programme.balance(decision.member, name).usable)
        for name in sorted(programme.checked.purses)
    ]
    event = decision.event
    return (
        texts.text("run.nothing") if isinstance(event, Tick) else event.id,
        event.member,
        telling.moment(event.at),
        "\n".join(given) or texts.text("run.nothing"),
        "\n".join(balances),
    )
