"""One digest of what the examples mean, decide and explain, under settings of the host that must not matter.

    python -m tests.hostile.digest [--precision N] [--depth N] [--threads N] [--tasks N] [--locale NAME]
                                   [--backwards] [--no-chance]

Everything that a host could see goes into it: fingerprints, decisions with their traces as JSON, members, explanations
and formatted files in both languages, what is said of a file with mistakes, and the codes of refusals.
"""

from __future__ import annotations

import argparse
import asyncio
import decimal
import hashlib
import locale
import os
import random
import secrets
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from loyalty_rules import LoyaltyError, Programme, check, line, load, purchase
from loyalty_rules.adapters.wire import read_event, write_decision, write_event, write_member
from loyalty_rules.decided import Audience
from loyalty_rules.events import Event
from loyalty_rules.lang.formatter import format_source
from loyalty_rules.member import MemberState
from loyalty_rules.rendering import render_all
from loyalty_rules.source import decode
from tests.house.tree import ROOT

FILES: Final = (
    "first_rule/first_rule.loyalty",
    "first_rule/pervoe_pravilo.loyalty",
    "grocery_club/grocery_club.loyalty",
    "coffee_club/coffee_club.loyalty",
)
_EVENTS: Final = "first_rule/events.jsonl"
_LANGUAGES: Final = ("en", "ru")
_AUDIENCES: Final[tuple[Audience, ...]] = ("staff", "member")


def texts(backwards: bool) -> Iterator[str]:
    """Everything of every file, in the order of `FILES` whatever the order in which they are taken."""
    folder = ROOT / "examples"
    found = {name: list(_of_file(folder / name)) for name in (FILES[::-1] if backwards else FILES)}
    for name in FILES:
        yield from found[name]
    yield from _refusals()


def _of_file(path: Path) -> Iterator[str]:
    text = path.read_text(encoding="utf-8")
    report = check(text)
    yield repr([(one.problem, one.span) for one in report.diagnostics])
    yield repr(report.examples)
    for language in _LANGUAGES:
        yield format_source(decode(text, path.name), language)
    broken = check(text.replace("points", "pionts").replace("give", "giv").replace("начислить", "начслить"))
    if broken.source is not None:
        yield from (render_all(broken.diagnostics, broken.source, language) for language in _LANGUAGES)
    programme = report.programme
    assert programme is not None
    yield programme.fingerprint
    for example in programme.checked.examples:
        member = programme.member_from(example.givens, example.steps[0].event.at)
        yield from _decisions(programme, [step.event for step in example.steps], member)
    if path.name == FILES[0].split("/")[1]:
        events = [read_event(one) for one in (ROOT / "examples" / _EVENTS).read_text(encoding="utf-8").splitlines()]
        for name in sorted({event.member for event in events}):
            of_member = [event for event in events if event.member == name]
            yield from _decisions(programme, of_member, programme.new_member(name))


def _decisions(programme: Programme, events: list[Event], member: MemberState) -> Iterator[str]:
    for event in events:
        try:
            decision = programme.decide(member, event)
        except LoyaltyError as error:
            yield str(error)
            continue
        member = decision.member
        yield write_event(event, programme)
        yield write_decision(decision, trace=True)
        yield write_member(decision.member, programme)
        for language in _LANGUAGES:
            yield from (decision.explain(language, audience) for audience in _AUDIENCES)


def _refusals() -> Iterator[str]:
    """What is refused: the codes may depend on the host as little as the figures."""
    calls: tuple[Callable[[], object], ...] = (
        lambda: line("1", price="1e1000000"),
        lambda: line("1", price="9" * 5_000),
        lambda: line("1", price=decimal.Decimal("1e-1000000")),
        lambda: line("1", price=10**5_000),
        lambda: line("1", price=0.1),  # type: ignore[arg-type]
        lambda: line("1", sku="\ud800"),
        lambda: purchase("p", "m", "2026-03-07T11:00:00", [], currency="RUB"),
        lambda: read_event("[" * 100_000),
        lambda: load("loyalty rules 1\nearn a\n  give 1_000 bonus\nend\n"),
        lambda: load("loyalty rules 1\nearn a\n  when " + "(" * 65),
    )
    for call in calls:
        try:
            yield repr(call())
        except LoyaltyError as error:
            yield str(error)
    yield repr(line("1", price=decimal.Decimal("1234.567891"), quantity="0.333"))


def digest(backwards: bool = False) -> str:
    found = hashlib.sha256()
    for text in texts(backwards):
        found.update(text.encode("utf-8", "surrogatepass") + b"\0")
    return found.hexdigest()


def at_depth(frames: int, backwards: bool) -> str:
    """The digest, worked out so many frames down."""
    return digest(backwards) if frames <= 0 else at_depth(frames - 1, backwards)


async def _of_tasks(count: int) -> set[str]:
    async def one() -> str:
        await asyncio.sleep(0)
        return digest()

    return set(await asyncio.gather(*(one() for _ in range(count))))


def _take_away_chance() -> None:
    """From here on clocks and sources of chance raise."""

    def asked(*arguments: object, **named: object) -> float:
        raise AssertionError("the clock or chance was asked")

    for module, names in ((time, ("time", "time_ns", "localtime")), (random, ("random", "randint", "choice"))):
        for name in names:
            setattr(module, name, asked)
    for module, name in ((uuid, "uuid4"), (uuid, "uuid1"), (os, "urandom"), (secrets, "token_bytes")):
        setattr(module, name, asked)


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--precision", type=int)
    asked.add_argument("--depth", type=int, default=0)
    asked.add_argument("--threads", type=int)
    asked.add_argument("--tasks", type=int)
    asked.add_argument("--locale")
    asked.add_argument("--backwards", action="store_true")
    asked.add_argument("--no-chance", action="store_true")
    given = asked.parse_args()
    if given.locale is not None:
        locale.setlocale(locale.LC_ALL, given.locale)
    if given.precision is not None:
        coarse = decimal.Context(prec=given.precision, rounding=decimal.ROUND_UP, traps=[])
        decimal.setcontext(coarse)
        decimal.DefaultContext.prec = given.precision
    if given.no_chance:
        digest()  # what is imported on the way may look at the clock
        _take_away_chance()
    if given.threads is not None:
        with ThreadPoolExecutor(given.threads) as pool:
            found = set(pool.map(lambda _: digest(), range(given.threads)))
    elif given.tasks is not None:
        found = asyncio.run(_of_tasks(given.tasks))
    else:
        found = {at_depth(given.depth, given.backwards)}
    sys.stdout.write("".join(f"{one}\n" for one in sorted(found)))


if __name__ == "__main__":
    main()
