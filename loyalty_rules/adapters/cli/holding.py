"""`loyalty draw commit`, `loyalty draw hold`, `loyalty contest`: what is published of a seed; draws and contests of a
programme."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from loyalty_rules.adapters.cli.checking import ERRORS, FINE
from loyalty_rules.adapters.cli.files import read_bytes, write_whole
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
from loyalty_rules.adapters.cli.terminal import err, out, out_json, show_table, words
from loyalty_rules.adapters.wire import write_event, write_member
from loyalty_rules.adapters.wire.draws import Draw, write_draw
from loyalty_rules.adapters.wire.events import dumped, filled
from loyalty_rules.adapters.wire.instant import Instant, write_instant
from loyalty_rules.amounts import format_units
from loyalty_rules.calendar import FIRST_INSTANT
from loyalty_rules.competitions import (
    HeldContest,
    HeldDraw,
    hold_contest,
    hold_draw,
    is_at_once,
    score_text,
    standing_in,
    tickets_of,
)
from loyalty_rules.draws import commitment_of
from loyalty_rules.errors import LoyaltyError
from loyalty_rules.explaining.wording import Wording
from loyalty_rules.histories import replay
from loyalty_rules.member import MemberState
from loyalty_rules.prizes import Won
from loyalty_rules.programme import Decision, Programme
from loyalty_rules.source import decode
from loyalty_rules.spinning import hold_spins


def run_commit(seed: str, language: str | None) -> int:
    """Tells the hash of a seed."""
    words(language)
    out(commitment_of(_seed(seed, language)))
    return FINE


def run_hold(
    rules: str,
    events: str,
    draw: str,
    *,
    earlier: Earlier = (),
    tables: Sequence[str] = (),
    members: str | None,
    shared: str | None,
    seed: str,
    at: str | None,
    prizes_out: str | None,
    members_out: str | None,
    language: str | None,
) -> int:
    """Counts the tickets of all members behind the events of a file and tells the document of the draw. The prizes are
    written as events, or decided and the members written as they are behind them."""
    words(language)
    one_stdin(language, rules, events, members, shared, seed, *files_of(earlier, tables))
    programme = loaded(rules, language, earlier, tables)
    if programme is None:
        return ERRORS
    try:
        states, held = members_of(programme, members, language), shared_of(programme, shared, language)
        for decision in decisions_of(programme, events, states, held, language):
            held = decision.shared or held
        tickets = {name: tickets_of(programme, state, draw, at, held) for name, state in states.items()}
        document, follow_ups = _held(programme, draw, _seed(seed, language), tickets, at, states)
        won = list(replay(programme, follow_ups, states, held)) if members_out is not None else []
    except BadLineError as bad:
        tell_line(bad, language or programme.language)
        return ERRORS
    except LoyaltyError as error:
        err(words(language or programme.language).text("draw.wrong", name=draw, reason=str(error)))
        return ERRORS
    _write(programme, follow_ups, states, won, prizes_out, members_out, language)
    out_json(document)
    return FINE


def _write(
    programme: Programme,
    prizes: Iterable[Won],
    states: dict[str, MemberState],
    won: Iterable[Decision],
    prizes_out: str | None,
    members_out: str | None,
    language: str | None,
) -> None:
    """The prizes as events, and the members as they are behind them, where files are named."""
    if prizes_out is not None:
        text = "".join(write_event(event, programme) + "\n" for event in prizes)
        write_whole(Path(prizes_out), text.encode(), language)
    if members_out is not None:
        states |= {decision.member.member: decision.member for decision in won}
        text = "".join(write_member(states[name], programme) + "\n" for name in sorted(states))
        write_whole(Path(members_out), text.encode(), language)


def run_contest(
    rules: str,
    events: str,
    contest: str,
    *,
    earlier: Earlier = (),
    tables: Sequence[str] = (),
    members: str | None,
    shared: str | None,
    at: str | None,
    shape: str,
    prizes_out: str | None,
    members_out: str | None,
    language: str | None,
) -> int:
    """Tells who stands at which place behind the events of a file, as a table or as JSON lines. The prizes are written
    as events, or decided and the members written as they are behind them."""
    words(language)
    one_stdin(language, rules, events, members, shared, *files_of(earlier, tables))
    programme = loaded(rules, language, earlier, tables)
    if programme is None:
        return ERRORS
    told = words(language or programme.language)
    try:
        states, held = members_of(programme, members, language), shared_of(programme, shared, language)
        for decision in decisions_of(programme, events, states, held, language):
            held = decision.shared or held
        standings = {
            name: stood
            for name, state in states.items()
            if (stood := standing_in(programme, state, contest, at, held)) is not None
        }
        found = hold_contest(programme, contest, standings, at)
        won = list(replay(programme, found.follow_ups, states, held)) if members_out is not None else []
    except BadLineError as bad:
        tell_line(bad, language or programme.language)
        return ERRORS
    except LoyaltyError as error:
        err(told.text("draw.wrong", name=contest, reason=str(error)))
        return ERRORS
    _write(programme, found.follow_ups, states, won, prizes_out, members_out, language)
    _tell(programme, contest, found, told, as_json=shape == "json")
    return FINE


def _tell(programme: Programme, contest: str, found: HeldContest, told: Wording, *, as_json: bool) -> None:
    """The places, as a table or as JSON lines. Scores are in the unit of what is ranked."""
    rows, purses = [], programme.checked.purses
    for one in found.places:
        score = score_text(programme, contest, one.score)
        prizes = {purse: format_units(units, purses[purse].decimals) for purse, units in one.prizes if purse in purses}
        if as_json:
            out_json(dumped({"place": one.place, "member": one.member, "score": score, **filled(prizes=prizes)}))
        rows.append(
            (str(one.place), one.member, score, ", ".join(f"{units} {purse}" for purse, units in prizes.items()))
        )
    if not as_json:
        heads = [told.text(f"contest.{head}") for head in ("place", "member", "score", "prizes")]
        show_table(told.text("contest.title", contest=contest), heads, rows)


def _held(
    programme: Programme,
    draw: str,
    seed: str,
    tickets: dict[str, int],
    at: str | None,
    states: dict[str, MemberState],
) -> tuple[str, tuple[Won, ...]]:
    """The document of the draw and what follows for those who won. Tickets that are played at once are as of the last
    event where no instant is told."""
    listed = tuple(sorted((member, count) for member, count in tickets.items() if count))
    if not is_at_once(programme, draw):
        found = hold_draw(programme, draw, seed, tickets, at)
        return write_draw(_document(found, seed, listed)), found.follow_ups
    last = max([FIRST_INSTANT, *(state.clock for state in states.values())])
    held = hold_spins(programme, draw, seed, tickets, last if at is None else at)
    document = Instant(draw, held.commitment, seed, held.chances, listed, held.spins)
    return write_instant(document), held.follow_ups


def _document(found: HeldDraw, seed: str, listed: tuple[tuple[str, int], ...]) -> Draw:
    """The draw as it is published: with the tickets of all who have any."""
    result = found.result
    return Draw(result.draw, result.commitment, seed, found.prizes, found.one_prize_per_member, listed, result)


def _seed(name: str, language: str | None) -> str:
    """The seed that stands in a file, without the end of its line."""
    return decode(read_bytes(name, language), name).text.rstrip("\r\n")
