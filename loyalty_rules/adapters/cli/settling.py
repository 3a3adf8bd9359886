"""`loyalty settle`: what all members hold after the events of a file, and what became of what they were given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from loyalty_rules.adapters.cli.checking import ERRORS, FINE
from loyalty_rules.adapters.cli.files import refuse
from loyalty_rules.adapters.cli.histories import (
    BadLineError,
    Earlier,
    decisions_of,
    files_of,
    loaded,
    members_of,
    one_stdin,
    shared_of,
    tell_line,
)
from loyalty_rules.adapters.cli.terminal import out, out_json, words
from loyalty_rules.adapters.wire.settlements import partners_csv, write_settlement
from loyalty_rules.calendar import instant_of
from loyalty_rules.events import tick
from loyalty_rules.explaining.budgets import left_in
from loyalty_rules.explaining.partnering import PartnerHistory
from loyalty_rules.explaining.settled import PAGE, told_settlement
from loyalty_rules.explaining.settling import History, settlement
from loyalty_rules.explaining.telling import Telling
from loyalty_rules.explaining.wording import wording
from loyalty_rules.histories import in_steps
from loyalty_rules.member import MemberState
from loyalty_rules.programme import Decision, Programme
from loyalty_rules.settlement.sharing import current_names
from loyalty_rules.shared import SharedState


def run_settle(
    rules: str,
    events: str,
    *,
    earlier: Earlier = (),
    tables: Sequence[str] = (),
    members: str | None,
    shared: str | None = None,
    at: str | None,
    shape: str,
    language: str | None,
) -> int:
    """Decides every event of the file, brings all members to one instant, and adds up. Nothing is told where a line is
    bad."""
    words(language)
    one_stdin(language, rules, events, members, shared, *files_of(earlier, tables))
    programme = loaded(rules, language, earlier, tables)
    if programme is None:
        return ERRORS
    told = language or programme.language
    history = History(programme.succession.names_since)
    partners = PartnerHistory(programme.plan, programme.succession.names_since)
    last: Decision | None = None
    try:
        states, held = members_of(programme, members, language), shared_of(programme, shared, language)
        for decision in decisions_of(programme, events, states, held, language):
            history.take(decision)
            partners.take(decision)
            held = decision.shared or held
        until = _instant(states, at, told)
        for decision in _brought(programme, states, held, until):
            history.take(decision)
            partners.take(decision)
            held = decision.shared or held
            last = decision
    except BadLineError as bad:
        tell_line(bad, told)
        return ERRORS
    if last is None:
        raise refuse(told, "settle.nobody", name=events)
    budgets = left_in(programme.plan, current_names(programme.succession, held))
    found = settlement(programme.plan, states.values(), until, history, budgets, partners)
    if shape == "json":
        out_json(write_settlement(found, programme))
    elif shape == "csv":
        out(partners_csv(found, programme), end="")
    else:
        out(told_settlement(Telling(last, wording(told, PAGE)), found), end="")
    return FINE


def _instant(states: dict[str, MemberState], at: str | None, language: str) -> int:
    """The instant asked for, or the latest at which anything happened. Raises `Refused` where something happened later
    than that."""
    latest = max((one.clock for one in states.values()), default=0)
    asked = latest if at is None else instant_of(at, "--at")
    if asked < latest:
        raise refuse(language, "settle.early")
    return asked


def _brought(
    programme: Programme, states: dict[str, MemberState], shared: SharedState, until: int
) -> Iterator[Decision]:
    """All members as time alone brings them to an instant."""
    for name in sorted(states):
        for decision in in_steps(programme, states, tick(name, until), shared):
            states[decision.member.member], shared = decision.member, decision.shared or shared
            yield decision
