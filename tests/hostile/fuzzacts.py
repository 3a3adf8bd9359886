"""What the child process can be asked to do with drawn bytes, beside the acts of `acts.py`."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Final

from click.testing import CliRunner

from loyalty_rules import LoyaltyError, Programme, load
from loyalty_rules.adapters.cli.commands import loyalty
from loyalty_rules.adapters.wire import (
    event_of,
    read_decision,
    read_event,
    read_member,
    read_shared,
    read_statement,
    write_decision,
    write_member,
)
from tests.hostile.acts import ACTS, Said, answer
from tests.house.tree import ROOT

#: A programme with a purse, levels and choices: whose members have much to be read.
RULES: Final = ROOT / "examples" / "coffee_club" / "coffee_club.loyalty"
EVENTS: Final = ROOT / "examples" / "first_rule" / "events.jsonl"
FIRST: Final = ROOT / "examples" / "first_rule" / "first_rule.loyalty"
#: How much of what a command prints is looked at.
_LINES: Final = 60
_WIDTH: Final = 400


@cache
def club() -> Programme:
    return load(RULES.read_text(encoding="utf-8"))


def _lives(data: bytes) -> object:
    """A member that was read goes on: the example's events, and what it then is written as."""
    member = read_member(data, club())
    for step in club().checked.examples[0].steps:
        decision = club().decide(member, step.event)
        write_decision(decision, trace=True)
        decision.explain("ru")
        member = decision.member
    return write_member(member, club())


def _decides(data: bytes) -> Said:
    """Events of a member by rules, both out of one document; what is no such document is the host's to refuse."""
    try:
        document = json.loads(data)
        rules, events = document["rules"], [*document["events"]]
    except (ValueError, LookupError, TypeError, RecursionError):
        return {"outcome": "refused", "codes": ["no document"]}
    return answer(lambda: _decided(load(rules), events))


def _decided(programme: Programme, events: list[Any]) -> str:
    member = programme.new_member("m-1")
    for event in events:
        before = repr(member)
        try:
            decision = programme.decide(member, event_of(event))
        except LoyaltyError:
            if repr(member) != before:
                raise AssertionError("a refused event changed the member") from None
            continue
        decision.explain("ru")
        member = read_member(write_member(decision.member, programme), programme)
        if member != decision.member:
            raise AssertionError("a member is read as another than was written")
    return repr(member)[:_WIDTH]


def _command(*words: str, name: str = "rules.loyalty") -> Callable[[bytes], Said]:
    """A run of the command on a file with these bytes, `@` its path and `+` a folder that is not there yet."""

    def run(data: bytes) -> Said:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / name
            path.write_bytes(data)
            there = {"@": str(path), "+": str(Path(folder) / "out")}
            result = CliRunner().invoke(loyalty, [there.get(word, word) for word in words])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        lines = [line[:_WIDTH] for line in result.output.split("\n")[:_LINES]]
        said = "accepted" if result.exit_code == 0 else "refused"
        return {"outcome": said, "codes": [f"exit {result.exit_code}"], "messages": lines}

    return run


def _reading(read: Callable[[bytes], Any]) -> Callable[[bytes], Said]:
    return lambda data: answer(lambda: repr(read(data))[:_WIDTH])


FUZZED: Final[dict[str, Callable[[bytes], Said]]] = {
    **{name: ACTS[name] for name in ("check", "format", "load")},
    "decide drawn": _decides,
    "read event": _reading(read_event),
    "read member": _reading(_lives),
    "read decision": _reading(read_decision),
    "read shared": _reading(read_shared),
    "read statement": _reading(read_statement),
    "command check": _command("check", "@"),
    "command fmt": _command("fmt", "--check", "@"),
    "command test": _command("test", "@"),
    "command run rules": _command("run", "--events", str(EVENTS), "@"),
    "command run events": _command("run", str(FIRST), "--events", "@", name="events.jsonl"),
    "command replay rows": _command(
        "replay", str(FIRST), "--purchases", "@", "--out", "+", "--workers", "1", name="o.csv"
    ),
}
