"""`loyalty run` and `loyalty explain`: the events of a file, decided one after another by a rule file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from loyalty_rules.adapters.cli.checking import ERRORS, FINE
from loyalty_rules.adapters.cli.files import refuse, tables_of, write_whole
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
from loyalty_rules.adapters.cli.supposing import Supposition, supposed
from loyalty_rules.adapters.cli.terminal import out, out_json, show_table, words
from loyalty_rules.adapters.wire import write_decision, write_member, write_shared
from loyalty_rules.calendar import instant_of
from loyalty_rules.decision import LevelChanged, PointsAwarded, PointsConverted, PointsRedeemed
from loyalty_rules.events import Tick
from loyalty_rules.explaining.telling import Telling
from loyalty_rules.programme import Decision


def run_run(
    rules: str,
    events: str,
    *,
    earlier: Earlier = (),
    tables: Sequence[str] = (),
    members: str | None,
    shared: str | None = None,
    members_out: str | None,
    shared_out: str | None = None,
    as_text: bool,
    trace: bool,
    language: str | None,
) -> int:
    """Decides every event in the order of the file. The members, and what they share, are written at the
    end, and only if all went well."""
    words(language)
    one_stdin(language, rules, events, members, shared, *files_of(earlier, tables))
    programme = loaded(rules, language, earlier, tables)
    if programme is None:
        return ERRORS
    told = language or programme.language
    rows: list[Sequence[str]] = []
    try:
        states, held = members_of(programme, members, language), shared_of(programme, shared, language)
        for decision in decisions_of(programme, events, states, held, language):
            held = decision.shared or held
            if as_text:
                rows.append(_row(decision, told))
            else:
                out_json(write_decision(decision, trace=trace))
    except BadLineError as bad:
        tell_line(bad, told)
        return ERRORS
    finally:
        if as_text and rows:
            _table(rows, told)
    if members_out is not None:
        text = "".join(write_member(states[name], programme) + "\n" for name in sorted(states))
        write_whole(Path(members_out), text.encode(), language)
    if shared_out is not None:
        write_whole(Path(shared_out), f"{write_shared(held)}\n".encode(), language)
    return FINE


def run_explain(
    rules: str,
    events: str,
    *,
    earlier: Earlier = (),
    tables: Sequence[str] = (),
    event: str | None,
    members: str | None,
    shared: str | None = None,
    at: str | None = None,
    given: Sequence[str] = (),
    audience: Literal["staff", "member"],
    language: str | None,
) -> int:
    """Explains one event of a file, or all of them; the events before it are decided as well. With an instant, or with
    what is given, what one event would have led to."""
    words(language)
    one_stdin(language, rules, events, members, shared, *files_of(earlier, tables))
    programme = loaded(rules, language, earlier, tables)
    if programme is None:
        return ERRORS
    told = language or programme.language
    supposing = at is not None or bool(given)
    if supposing and event is None:
        raise refuse(told, "explain.one")
    known = False
    try:
        states, held = members_of(programme, members, language), shared_of(programme, shared, language)
        if supposing and event is not None:
            instant = None if at is None else instant_of(at, "--at")
            asked = Supposition(event, instant, given, tables_of(tables, told), told)
            found = supposed(programme, events, states, held, asked)
            if found is None:
                return ERRORS
            out(found.explain(language=told, audience=audience), end="")
            return FINE
        for decision in decisions_of(programme, events, states, held, language):
            if event is not None and (isinstance(decision.event, Tick) or decision.event.id != event):
                continue
            text = decision.explain(language=told, audience=audience)
            out(f"\n{text}" if known else text, end="")
            known = True
            if event is not None:
                return FINE
    except BadLineError as bad:
        tell_line(bad, told)
        return ERRORS
    if event is not None:
        raise refuse(told, "run.unknown_event", id=event, name=events)
    return FINE


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
        if isinstance(effect, PointsRedeemed) and effect.units
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
        for name in sorted(programme.checked.purses_held)
    ]
    event = decision.event
    return (
        texts.text("run.nothing") if isinstance(event, Tick) else event.id,
        event.member,
        telling.moment(event.at),
        "\n".join(given) or texts.text("run.nothing"),
        "\n".join(balances),
    )
