"""`loyalty explain --at`, `--given`: what an event would have led to at another time, or for a member who has other
things."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from loyalty_rules.adapters.cli.checking import tell_all
from loyalty_rules.adapters.cli.files import documents, refuse
from loyalty_rules.adapters.cli.histories import BadLineError
from loyalty_rules.adapters.cli.terminal import words
from loyalty_rules.adapters.wire import read_event
from loyalty_rules.adapters.wire.reading import EVENTS
from loyalty_rules.calendar import format_instant
from loyalty_rules.errors import LoyaltyError, RuleFileError
from loyalty_rules.events import Event, Tick
from loyalty_rules.givens import laid_over
from loyalty_rules.histories import in_steps
from loyalty_rules.lang.checked import Given
from loyalty_rules.loading import load
from loyalty_rules.member import MemberState
from loyalty_rules.programme import Decision, Programme
from loyalty_rules.shared import SharedState
from loyalty_rules.source import decode


class Supposition(NamedTuple):
    """What is asked: about which event, at which instant, with which lines of what is given."""

    event: str
    at: int | None
    given: Sequence[str]
    tables: Mapping[str, bytes]
    language: str


def _givens(programme: Programme, supposition: Supposition, at: int) -> tuple[Given, ...] | None:
    """What the lines give before an instant, each as it would stand in an example behind its first word, in the words
    of the rule file. None where one is wrong, which is told."""
    if not supposition.given:
        return ()
    say = words(programme.language).table.text
    given = [f"  {say('GIVEN')} {' '.join(line.split())}" for line in supposition.given]
    moment = format_instant(at, programme.plan.timeline.zone)[:16].replace("T", " ")
    step = f"  {say('AT')} {moment} {say('X_NOTHING')}"
    example = "\n".join([f'{say("H_EXAMPLE")} "--given"', *given, step, say("END"), ""])
    limits = programme.limits
    source = decode(f"{programme.source.text.rstrip()}\n\n{example}", programme.source.name, limits.bytes)
    try:
        said = load(source.text, name=source.name, tables=supposition.tables, limits=limits)
        return said.checked.examples[-1].givens
    except RuleFileError as error:
        tell_all(error.diagnostics, source, supposition.language)
        return None


def supposed(
    programme: Programme, file: str, states: dict[str, MemberState], shared: SharedState, supposition: Supposition
) -> Decision | None:
    """The decision of an event of a file as if it happened at another instant, for a member with what is given; None
    where a given line is wrong, which is told.

    The events before it are decided as they are; with an instant, all others until then, but those that are about it.
    Raises `Refused` where the file has no such event, `BadLineError`, and what deciding the event raises."""
    event, at, language = supposition.event, supposition.at, supposition.language
    told = _events(programme, file, language)
    place = next((place for place, (_, one) in enumerate(told) if not isinstance(one, Tick) and one.id == event), None)
    if place is None:
        raise refuse(language, "run.unknown_event", id=event, name=file)
    asked = told[place][1]
    others = told[:place]
    if at is not None:
        rest = (*others, *told[place + 1 :])
        others = [one for one in rest if one[1].at <= at and getattr(one[1], "order", "") != event]
        asked = asked._replace(at=at)
    for number, one in others:
        try:
            for decision in in_steps(programme, states, one, shared):
                states[decision.member.member], shared = decision.member, decision.shared or shared
        except LoyaltyError as error:
            raise BadLineError(file, number, error) from None
    givens = _givens(programme, supposition, asked.at)
    if givens is None:
        return None
    if givens:
        member = states.get(asked.member) or programme.new_member(asked.member)
        before = _decision(programme, states | {member.member: member}, Tick(member.member, asked.at - 1), shared)
        given = laid_over(before.member, programme.member_from(givens, asked.at), givens)
        asked = asked._replace(member=given.member)
        states[given.member] = given
    return _decision(programme, states, asked, shared)


def _decision(programme: Programme, states: dict[str, MemberState], event: Event, shared: SharedState) -> Decision:
    """That of the event itself: before it may stand ticks, behind it what follows for others."""
    return next(one for one in in_steps(programme, states, event, shared) if one.event is event)


def _events(programme: Programme, file: str, language: str) -> list[tuple[int, Event]]:
    found: list[tuple[int, Event]] = []
    for number, line in documents(file, language, EVENTS.bytes):
        try:
            found.append((number, read_event(line, programme)))
        except LoyaltyError as error:
            raise BadLineError(file, number, error) from None
    return found
