"""What the child process can be asked to do with hostile bytes. Each act says how it ended; nothing is judged here."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from collections.abc import Callable
from decimal import ROUND_UP, Context, Decimal, localcontext
from functools import cache
from typing import Any, Final

from loyalty_rules import Programme, Report, check, happening, line, load, purchase
from loyalty_rules.calendar import instant_of, zone
from loyalty_rules.diagnostics import Diagnostic, Severity
from loyalty_rules.errors import LoyaltyError
from loyalty_rules.lang.formatter import format_source
from loyalty_rules.rendering import message_of, render_all
from loyalty_rules.source import Source, decode
from loyalty_rules.text import identifier, plain_text
from tests.hostile import sly, watching
from tests.hostile.texts import GOOD

Said = dict[str, Any]
#: How many diagnostics are handed to the tests.
_HANDED: Final = 101
_FRAMES_LEFT: Final = 300


# ---------- rule files


def checked(data: bytes | str) -> Said:
    """Checks a rule file and makes all texts of what was found, in both languages."""
    report = check(data)
    if report.refused is not None:
        return of_error(report.refused)
    found = [one for one in report.diagnostics if one.problem.severity is Severity.ERROR]
    return {
        "outcome": "accepted" if report.programme is not None else "refused",
        "codes": [one.problem.slug for one in found[:_HANDED]],
        "places": [_place(report.source, one) for one in found[:_HANDED]],
        "messages": [*_messages(found, "en"), *_messages(found, "ru"), *_rendered(report)],
        "value": None if report.programme is None else report.programme.fingerprint,
    }


def _place(source: Source | None, diagnostic: Diagnostic) -> str:
    if source is None:
        return ""
    place = source.position(diagnostic.span.start)
    return f"{place.line}:{place.column}"


def _messages(found: list[Diagnostic], language: str) -> list[str]:
    return [message_of(one.problem, language) for one in found]


def _rendered(report: Report) -> list[str]:
    """Every line that a person would be shown."""
    if report.source is None:
        return []
    shown = [render_all(report.diagnostics, report.source, language) for language in ("en", "ru")]
    return [text for whole in shown for text in whole.split("\n")]


def checked_text(data: bytes) -> Said:
    """The same for a host that hands over a string, half surrogate pairs and all."""
    return checked(data.decode("utf-8", "surrogatepass"))


def loaded(data: bytes) -> Said:
    """Loads a rule file."""
    return answer(lambda: load(data).fingerprint)


def formatted(data: bytes) -> Said:
    """Formats a rule file, and translates it."""
    return answer(lambda: format_source(decode(data, "rules.loyalty")) + format_source(decode(data, "r"), "ru"))


# ---------- calls


def answer(call: Callable[[], object]) -> Said:
    try:
        value = call()
    except LoyaltyError as error:
        return of_error(error)
    return {"outcome": "accepted", "codes": [], "value": value if isinstance(value, int | str) else repr(value)}


def of_error(error: LoyaltyError) -> Said:
    return {
        "outcome": "refused",
        "codes": [error.code],
        "places": [error.where],
        "messages": [error.message, error.where],
    }


def _call(call: Callable[[str], object]) -> Callable[[bytes], Said]:
    """An act that hands a text to a call of the package."""
    return lambda data: answer(lambda: call(data.decode("utf-8", "surrogatepass")))


def _evaluated(text: str) -> Any:
    """A value that has no text of its own, from an expression that a test wrote."""
    return eval(text, {**vars(sly), "Decimal": Decimal})  # noqa: S307


def _quantity(value: Any) -> object:
    return line("1", quantity=value, price=1).quantity


def _coarse(text: str) -> object:
    """A quantity where the host has left hardly anything of the decimal context."""
    value = _evaluated(text)
    with localcontext(Context(prec=3, rounding=ROUND_UP, traps=[])):
        return _quantity(value)


def _event(text: str) -> object:
    from loyalty_rules.adapters.wire import read_event

    return read_event(text)


def _event_bytes(data: bytes) -> Said:
    from loyalty_rules.adapters.wire import read_event

    return answer(lambda: read_event(data))


def _member(data: bytes) -> Said:
    from loyalty_rules.adapters.wire import read_member

    return answer(lambda: read_member(data, good()))


def decided(data: bytes) -> Said:
    """Decides events in the order given: a JSON object of `rules` (or the good file) and `events`, all of one member.

    The value: `effects` as text, `granted` in all, and the member afterwards as text. A refused event leaves the
    member as it was, which is looked at here because nobody else sees both.
    """
    from loyalty_rules.adapters.wire import event_of

    document = json.loads(data)
    programme = load(document["rules"]) if "rules" in document else good()
    member = programme.new_member("m-1", **document.get("member", {}))
    effects: list[object] = []
    for one in document["events"]:
        before = repr(member)
        try:
            decision = programme.decide(member, event_of(one))
        except LoyaltyError as error:
            return of_error(error) if repr(member) == before else {"outcome": "half-done"}
        member = decision.member
        effects += decision.effects
        decision.explain("ru")
    granted = sum(getattr(effect, "granted", 0) for effect in effects)
    value = {"effects": [repr(effect) for effect in effects], "granted": granted, "member": repr(member)}
    return {"outcome": "accepted", "codes": [], "value": value}


def deep_in_the_stack(act: Callable[[bytes], Said]) -> Callable[[bytes], Said]:
    """The same act in a process where everything is new and 300 frames are left."""

    def further(frames: int, data: bytes) -> Said:
        return act(data) if frames <= 0 else further(frames - 1, data)

    def deep(data: bytes) -> Said:
        used = 0
        frame = sys._getframe()
        while frame.f_back is not None:
            used, frame = used + 1, frame.f_back
        return further(sys.getrecursionlimit() - _FRAMES_LEFT - used, data)

    return deep


def _fact(value: Any) -> object:
    """A fact of an event, in the programme that declares one of each kind."""
    programme = load(GOOD)
    member = programme.new_member("m")
    event = happening("e", "m", "2026-03-07T11:00:00Z", "visit", facts=value)
    return programme.decide(member, event).member.decisions


# ---------- the good file


@cache
def good() -> Programme:
    return load(GOOD)


def of_a_good_file() -> str:
    """What a good file means and decides: the same before and after everything that was refused."""
    programme = load(GOOD)
    member = programme.new_member("m-1")
    lines = [line("1", category="coffee", price="249.90", quantity=2)]
    event = purchase("p-1", "m-1", "2026-03-07T11:00:00Z", lines, currency="RUB")
    decision = programme.decide(member, event)
    seen = (programme.fingerprint, decision.member, decision.effects, decision.explain("en"), decision.explain("ru"))
    return hashlib.sha256(repr(seen).encode()).hexdigest()


# ---------- acts that break the bounds, for the tests of the driver


def _escapes(data: bytes) -> Said:
    raise ValueError(data.decode())


def _burns(data: bytes) -> Said:
    end = time.process_time() + float(data)
    while time.process_time() < end:
        pass
    return {"outcome": "refused", "codes": ["x"]}


def _holds(data: bytes) -> Said:
    held = bytearray(int(data))
    return {"outcome": "refused", "codes": [str(len(held))]}


def _ends(data: bytes) -> Said:
    os._exit(int(data))


def _says(data: bytes) -> Said:
    return {"outcome": "refused", "codes": ["x"], "messages": [data.decode()]}


def _harms(data: bytes) -> Said:
    globals()["GOOD"] = GOOD.replace("10 RUB", "5 RUB")
    return {"outcome": "refused", "codes": ["x"]}


ACTS: Final[dict[str, Callable[[bytes], Said]]] = {
    "escape": _escapes,
    "burn": _burns,
    "hold": _holds,
    "end": _ends,
    "say": _says,
    "harm": _harms,
    "check": checked,
    "check text": checked_text,
    "check watched": watching.watched(checked),
    "decide watched": watching.watched(decided),
    "load": loaded,
    "format": formatted,
    "event": _event_bytes,
    "event text": _call(_event),
    "member": _member,
    "quantity": _call(_quantity),
    "decide": decided,
    "decide deep in the stack": deep_in_the_stack(decided),
    "event value": _call(lambda text: good().decide(good().new_member("m"), _evaluated(text)).outcome),
    "text value": _call(lambda text: plain_text(_evaluated(text), "text")),
    "quantity in a coarse context": _call(_coarse),
    "id value": _call(lambda text: identifier(_evaluated(text), "id")),
    "quantity value": _call(lambda text: _quantity(_evaluated(text))),
    "fact value": _call(lambda text: _fact(_evaluated(text))),
    "instant": _call(instant_of),
    "instant value": _call(lambda text: instant_of(_evaluated(text))),
    "zone": _call(lambda name: zone(name).name),
    "id": _call(lambda text: identifier(text, "id")),
    "text": _call(lambda text: plain_text(text, "text")),
}
