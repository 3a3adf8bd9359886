"""The phrases that are asked and those that are not: the case of each, what is written by hand beside it, and the list
of reasons."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

from loyalty_rules import LoyaltyError, Programme, load
from loyalty_rules.lang.phrases import phrase_tables
from tests.cases.role_cases import Case, examined, roles_in, table

_FOLDER: Final = Path(__file__).resolve().parent
_BY_HAND: Final = _FOLDER / "role_pairs.toml"
_REASONS: Final = _FOLDER / "role_reasons.toml"
#: From when the file is in force where it has an edition before it.
_TURN: Final = "2026-03-07T00:00:00+03:00"
_Writings = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Asked:
    """A phrase with the case by which it is asked; what is written `instead`, and in how many `lines` at most; and what
    made the edition before, if there is one."""

    case: Case
    instead: _Writings = ()
    lines: int = 1
    why: str = ""
    earlier: _Writings = ()

    @property
    def role(self) -> str:
        return self.case.role

    @property
    def text(self) -> str:
        """The rule file, without its example."""
        return rules_of(self.case.pair[0])

    def programme(self, text: str) -> Programme | None:
        """The programme of a variant of the file, behind the edition before it; None for one with an error."""
        return _loaded(text, written(self.text, self.earlier)) if self.earlier else examined(text)[0]


@dataclass(frozen=True)
class Reason:
    """Why phrases are not asked, and how that is `held`: they are `needed`, `silent`, or stand in an `example`."""

    name: str
    why: str
    held: str
    roles: tuple[str, ...]


def rules_of(text: str) -> str:
    """A file without its example."""
    return text[: text.index("\nexample ") + 1]


def written(text: str, changes: _Writings) -> str:
    """A text with other words in the place of some, once each."""
    for old, new in changes:
        if old not in text:
            raise ValueError(f"nothing of the file is {old!r}")
        text = text.replace(old, new, 1)
    return text


def asked(role: str, case: Case | None = None) -> Asked:
    """How a phrase is asked; or by a `case` of another phrase, in whose rules it stands."""
    if case is not None:
        return Asked(replace(case, role=role))
    entry = dict(_by_hand().get(role, {}))
    lines, why = entry.pop("lines", 1), entry.pop("why", "")
    instead, earlier = (tuple((old, new) for old, new in entry.pop(key, ())) for key in ("instead", "earlier"))
    # Other blocks are another case: nothing is left of that of the phrase.
    case = replace(Case(role, table()[role].page) if "blocks" in entry else _case(role), **entry)
    if "earn" in entry:
        case = replace(case, other={})
    return Asked(case, instead, lines, why, earlier)


def by_hand() -> list[str]:
    """The phrases that have an entry of their own."""
    return sorted(_by_hand())


@cache
def reasons() -> tuple[Reason, ...]:
    """The list of reasons."""
    page = tomllib.loads(_REASONS.read_text(encoding="utf-8"))
    return tuple(Reason(name, entry["why"], entry["held"], tuple(entry["roles"])) for name, entry in page.items())


def counted() -> list[str]:
    """The phrases of which pairs are asked."""
    without = {role for reason in reasons() for role in reason.roles}
    return sorted(set(phrase_tables()["en"].forms) - without)


@cache
def _by_hand() -> Mapping[str, dict[str, Any]]:
    return tomllib.loads(_BY_HAND.read_text(encoding="utf-8"))


def _case(role: str) -> Case:
    """The case of a phrase; of one without a case of its own, the first in whose rules it stands."""
    case = table()[role]
    if not case.structural:
        return case
    for other in table().values():
        if not other.structural and role in roles_in(rules_of(other.pair[0])):
            return replace(other, role=role)
    return Case(role, case.page)


@cache
def _loaded(text: str, earlier: str) -> Programme | None:
    try:
        return load(text, earlier=[(earlier, _TURN)])
    except LoyaltyError:
        return None
