"""`loyalty statement`: one member's account over the events of a file."""

from __future__ import annotations

from collections.abc import Sequence

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
from loyalty_rules.adapters.wire import write_statement


def run_statement(
    rules: str,
    events: str,
    *,
    earlier: Earlier = (),
    tables: Sequence[str] = (),
    member: str,
    members: str | None,
    shared: str | None = None,
    as_json: bool,
    language: str | None,
) -> int:
    """Decides every event of the file and states what became of one member. Nothing is told where a line is bad."""
    words(language)
    one_stdin(language, rules, events, members, shared, *files_of(earlier, tables))
    programme = loaded(rules, language, earlier, tables)
    if programme is None:
        return ERRORS
    told = language or programme.language
    try:
        states, held = members_of(programme, members, language), shared_of(programme, shared, language)
        decided = decisions_of(programme, events, states, held, language)
        own = [decision for decision in decided if decision.member.member == member]
    except BadLineError as bad:
        tell_line(bad, told)
        return ERRORS
    if not own:
        raise refuse(told, "statement.unknown_member", id=member, name=events)
    found = programme.statement(member, own)
    if as_json:
        out_json(write_statement(found, programme))
    else:
        out(found.explain(told), end="")
    return FINE
