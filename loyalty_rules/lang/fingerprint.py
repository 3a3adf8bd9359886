"""What a checked programme means, as one number: two files with one fingerprint decide alike.

Blocks and set-like clauses are sorted; titles, messages, places in the file, examples and promises take no part: they
change no decision. The lists of groups keep their order, because it decides.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from fractions import Fraction
from functools import cache
from typing import Any, Final

from loyalty_rules.amounts import Rounding
from loyalty_rules.errors import SettingsError
from loyalty_rules.lang import checked as k
from loyalty_rules.lang import conditions as c
from loyalty_rules.limits import LIMITS, Limits

#: Changes when the serialisation below does: fingerprints of two editions are not compared.
EDITION: Final = "1"

#: Words for people, and what follows from the rest.
_SILENT: Final = frozenset(
    {"title", "titles", "given", "missed", "examples", "promises", "language", "span", "dates_span", "key", "schedule"}
    | {"currencies", "elsewhere", "worths"}
)
#: Tuples whose order says nothing, by class.
_SETS: Final[Mapping[type, frozenset[str]]] = {
    c.AllOf: frozenset({"items"}),
    c.OneOf: frozenset({"items"}),
    c.AmongOf: frozenset({"items"}),
    c.In: frozenset({"values"}),
    c.Fact: frozenset({"choices"}),
    k.EventKind: frozenset({"facts"}),
    k.ProductSet: frozenset({"where", "include", "exclude"}),
    k.SetChoice: frozenset({"default"}),
    k.Purse: frozenset({"expire", "activity", "waits"}),
    k.Partner: frozenset({"merchants"}),
    k.Segment: frozenset({"when"}),
    k.Earn: frozenset(
        {"audience", "occasion", "caps", "limits", "base_limits", "gives", "levels", "expire", "prolongs"}
    ),
    k.Boost: frozenset({"audience", "occasion", "caps", "limits", "changes"}),
    k.Offer: frozenset({"audience", "occasion", "caps", "limits", "base_limits"}),
    k.OfferGroup: frozenset({"together", "caps"}),
    k.Redeem: frozenset({"audience", "occasion", "at_most", "caps", "limits"}),
    k.RedeemGroup: frozenset({"together"}),
    k.Right: frozenset({"prices"}),
    k.Conversion: frozenset({"audience", "uses", "gives", "expire", "caps", "limits"}),
    k.Group: frozenset({"caps"}),
    k.Budget: frozenset({"covers", "partly", "caps"}),
    k.Ladder: frozenset({"audience"}),
    k.Membership: frozenset({"audience"}),
    k.Perk: frozenset({"audience", "occasion", "limits"}),
    k.PrizeDraw: frozenset({"audience", "chances"}),
    k.Contest: frozenset({"audience"}),
    k.Experiment: frozenset({"audience"}),
    k.Never: frozenset({"audience", "occasion"}),
    k.Dates: frozenset({"asked"}),
}

#: Fields that take part only where they say something.
_IF_SAID: Final[Mapping[type, frozenset[str]]] = {
    c.Measure: frozenset({"opted", "forgives"}),
    k.PrizeDraw: frozenset({"chances"}),
    k.Cap: frozenset({"same"}),
    k.Limit: frozenset({"same"}),
}


def fingerprint(checked: k.Checked, limits: Limits = LIMITS) -> str:
    """The meaning of a programme: SHA-256 of its canonical form, in hexadecimal. Limits that are not those of every
    host are part of it."""
    text = f"loyalty-rules {EDITION} {canonical(checked)}"
    for code, one in sorted(checked.elsewhere.items()):
        text += f" {code} {canonical(one)}"
    if limits != LIMITS:
        text += f" limits {canonical(limits.changed())}"
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def fingerprint_after(own: str, before: str, since: int, lives: Iterable[str] = ()) -> str:
    """The meaning of what a change makes of a programme, from an instant on: it goes on from what was before. `lives`:
    of what is held new lives."""
    anew = "".join(f" held {canonical(name)}" for name in sorted(set(lives)))
    return hashlib.sha256(f"{own} since {since} after {before}{anew}".encode("ascii")).hexdigest()


def canonical(value: object) -> str:
    """A checked value as one text without spans, words for people, and the order of what is a set.

    Raises `SettingsError` (`fingerprint.value`) for anything that no checked value is made of.
    """
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=True)
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if isinstance(value, Enum):
        return str(value.value) if isinstance(value, Rounding) else f"{type(value).__name__}.{value.name}"
    if isinstance(value, tuple):
        return f"[{','.join(canonical(item) for item in value)}]"
    if isinstance(value, frozenset):
        return f"{{{','.join(sorted(canonical(item) for item in value))}}}"
    if isinstance(value, Mapping):
        return f"{{{','.join(f'{canonical(name)}:{canonical(value[name])}' for name in sorted(value))}}}"
    return _dataclass(value)


def _dataclass(value: object) -> str:
    kind: Any = type(value)  # any class can be hashed
    parts = []
    for name, is_set, if_said in _told(kind):
        found = getattr(value, name)
        if if_said and not found:
            continue
        if is_set and isinstance(found, tuple):
            found = frozenset(found)
        parts.append(f"{name}={canonical(found)}")
    return f"{kind.__name__}({','.join(parts)})"


@cache
def _told(kind: type[Any]) -> tuple[tuple[str, bool, bool], ...]:
    """The fields of a class that take part: the name, whether its order says nothing, whether only where it says
    something."""
    if not is_dataclass(kind):
        raise SettingsError("fingerprint.value", f"no canonical form of {kind.__name__}")
    names = [one.name for one in fields(kind) if one.compare and one.name not in _SILENT]
    sets, if_said = _SETS.get(kind, frozenset()), _IF_SAID.get(kind, frozenset())
    return tuple((name, name in sets, name in if_said) for name in names)
