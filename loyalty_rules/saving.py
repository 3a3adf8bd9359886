"""The saved form of a checked programme: data, no code. It is loaded without reading and checking the rule file again.

Its first line says what it is and the SHA-256 of the rest, so that a changed byte is seen. It is for the SDK version
that saved it. Whoever can write it can say what a programme gives, and that it was checked, so keep it as you keep the
rule file.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any, Final

from loyalty_rules.errors import InputError, SettingsError, expect, shown
from loyalty_rules.lang.checked import Checked
from loyalty_rules.lang.fingerprint import EDITION
from loyalty_rules.lang.plain import Writer, reader
from loyalty_rules.lang.version import VERSION
from loyalty_rules.limits import LIMITS, Limits
from loyalty_rules.programme import Programme
from loyalty_rules.sdk import __version__
from loyalty_rules.source import Source

_MAGIC: Final = b"loyalty-rules saved programme 1 "
_ABOUT: Final = ("versions", "fingerprint", "classes", "sources")


def save(programme: Programme) -> bytes:
    """The saved form of a programme, with its earlier editions: the same bytes for the same programme. Raises
    `InputError` (`call.type`)."""
    expect(programme, Programme, "a programme is")
    writer = Writer()
    sources: dict[Source, int] = {}
    editions = []
    ends = (*(until for _, until in programme.earlier), None)
    for one, until in zip(programme.editions, ends, strict=True):
        place = sources.setdefault(one.source, len(sources))
        editions.append(
            [place, one.fingerprint, until, sorted(one.limits.changed().items()), writer.plain(one.checked)]
        )
    about = (_versions(), programme.fingerprint, writer.classes, [[one.name, one.text] for one in sources])
    body = _line(dict(zip(_ABOUT, about, strict=True))) + _line(editions)
    return _MAGIC + sha256(body).hexdigest().encode("ascii") + b"\n" + body


def load_saved(data: bytes, *, limits: Limits = LIMITS) -> Programme:
    """The programme of a saved form, with the limits under which it was loaded from its rule file; `limits` are the
    highest that this host allows. Raises `InputError`: `saved.damaged` where a byte is another one, `saved.version`
    where another version saved it, `saved.limits` where it was loaded under higher limits, `saved.form` where it is
    none."""
    if type(data) is not bytes or not data.startswith(_MAGIC):
        raise InputError("saved.form", "this is no saved programme")
    head, _, body = data.partition(b"\n")
    if sha256(body).hexdigest().encode("ascii") != head.removeprefix(_MAGIC):
        raise InputError("saved.damaged", "the saved programme is not as it was saved: save it again")
    try:
        programme = _programme(body)
    except (
        SettingsError,
        ValueError,
        TypeError,
        LookupError,
        AttributeError,
        ArithmeticError,
        RecursionError,
    ) as error:
        raise InputError("saved.form", f"this is no saved programme: {shown(type(error).__name__)}") from None
    for one in programme.editions:
        for name in one.limits.above(limits):
            told = f"{name}={getattr(one.limits, name)}"
            raise InputError("saved.limits", f"the programme was loaded with higher limits: allow `{told}`, too")
    return programme


def _versions() -> list[str]:
    """What a saved form is for: another version may know other classes, or mean something else by them."""
    return [__version__, str(VERSION), EDITION]


def _line(data: object) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode("utf-8") + b"\n"


def _programme(body: bytes) -> Programme:
    head, tree, rest = body.split(b"\n")
    about: dict[str, Any] = json.loads(head)
    if tuple(about) != _ABOUT or rest:
        raise InputError("saved.form", f"a saved programme says {', '.join(_ABOUT)}, and nothing else")
    if about["versions"] != _versions():
        raise InputError("saved.version", "another version has saved the programme: save it again")
    sources = [Source(name, text) for name, text in about["sources"]]
    editions = json.loads(tree, object_hook=reader(about["classes"]))
    earlier: list[tuple[Programme, int]] = []
    for place, fingerprint, until, limits, checked in editions[:-1]:
        earlier.append(
            (Programme(sources[place], _checked(checked), fingerprint, limits=Limits(**dict(limits))), until)
        )
    place, fingerprint, until, limits, checked = editions[-1]
    if fingerprint != about["fingerprint"] or until is not None:
        raise InputError("saved.form", "the last edition is not the programme that was saved")
    return Programme(sources[place], _checked(checked), fingerprint, tuple(earlier), Limits(**dict(limits)))


def _checked(value: object) -> Checked:
    if type(value) is not Checked:
        raise InputError("saved.form", "an edition is a checked programme")
    return value
