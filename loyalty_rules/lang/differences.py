"""What a new edition changes: blocks that are new, gone, renamed or mean something else; counters that start empty."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from types import MappingProxyType
from typing import Final

from loyalty_rules.lang import checked as k
from loyalty_rules.lang import conditions as c
from loyalty_rules.lang.fingerprint import canonical
from loyalty_rules.lang.renaming import former_keys, renamed_blocks, taken_over
from loyalty_rules.source import Span
from loyalty_rules.values import frozen

#: The header of each kind of block, by the field of a programme that holds them.
HEADERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "events": "H_EVENT",
        "purses": "H_PURSE",
        "products": "H_PRODUCTS",
        "segments": "H_SEGMENT",
        "tables": "H_TABLE",
        "partners": "H_PARTNER",
        "ladders": "H_TIERS",
        "earns": "H_EARN",
        "boosts": "H_BOOST",
        "rewards": "H_REWARD",
        "perks": "H_PERK",
        "offers": "H_OFFER",
        "redeems": "H_REDEEM",
        "conversions": "H_CONVERSION",
        "draws": "H_DRAW",
        "contests": "H_CONTEST",
        "groups": "H_GROUP",
        "offer_groups": "H_GROUP",
        "redeem_groups": "H_GROUP",
        "nevers": "H_NEVER",
        "budgets": "H_BUDGET",
        "experiments": "H_EXPERIMENT",
        "changes": "H_CHANGE",
        "memberships": "H_MEMBERSHIP",
        "promises": "H_PROMISE",
    }
)


#: What is compared by itself, or means nothing.
_ELSEWHERE: Final = frozenset({"facts", "examples", "language", "title", "titles", "was", "elsewhere", "worths"})


class What(Enum):
    """What became of a block or a counter. The values are keys of texts, and stand in the JSON of a check."""

    RENAMED = "renamed"
    NEW = "new"
    GONE = "gone"
    CHANGED = "changed"
    STARTS_EMPTY = "starts_empty"


@frozen
class Difference:
    """`block` is the role of a header, `name` "" for the programme itself and its facts. `clause` is the place in the
    new file of what counts anew."""

    what: What
    block: str
    name: str
    former: str = ""
    clause: Span | None = None


def differences(old: k.Checked, new: k.Checked) -> tuple[Difference, ...]:
    """What the new edition changes of the old one, by kinds of blocks; nothing where both mean the same."""
    names = taken_over(old, new)
    found = list(_settings(old, new, names))
    for one, other in ((old, new), *_in_others(old, new)):
        for kind, header in HEADERS.items():
            found += _blocks(_written(one, kind), _written(other, kind), header, names)
        found += _starting_empty(one, other, names)
    return tuple(dict.fromkeys(found))


def _in_others(old: k.Checked, new: k.Checked) -> Iterator[tuple[k.Checked, k.Checked]]:
    """Both as they are for orders in each further currency that both have."""
    return ((one, new.elsewhere[code]) for code, one in sorted(old.elsewhere.items()) if code in new.elsewhere)


def _written(checked: k.Checked, kind: str) -> Mapping[str, object]:
    """The blocks of a kind; the purses in which rewards and tickets are held are no blocks of their own."""
    held = {*checked.rewards, *checked.draws} if kind == "purses" else frozenset[str]()
    return {name: block for name, block in getattr(checked, kind).items() if name not in held}


def _settings(old: k.Checked, new: k.Checked, names: Mapping[str, str]) -> Iterator[Difference]:
    plain = [part.name for part in fields(k.Checked) if part.name not in HEADERS and part.name not in _ELSEWHERE]
    if any(canonical(getattr(old, name)) != canonical(getattr(new, name)) for name in plain):
        yield Difference(What.CHANGED, "H_PROGRAMME", "")
    if canonical(frozenset(renamed_blocks(tuple(old.facts.values()), names))) != canonical(
        frozenset(new.facts.values())
    ):
        yield Difference(What.CHANGED, "H_FACTS", "")


def _blocks(
    old: Mapping[str, object], new: Mapping[str, object], kind: str, names: Mapping[str, str]
) -> Iterator[Difference]:
    for name, block in old.items():
        now, header = names.get(name, name), _header_of(block, kind)
        if now not in new:
            yield Difference(What.GONE, header, name)
            continue
        if now != name:
            yield Difference(What.RENAMED, header, now, name)
        if canonical(renamed_blocks(block, names)) != canonical(new[now]):
            yield Difference(What.CHANGED, header, now)
    known = {names.get(name, name) for name in old}
    for name in new:
        if name not in known:
            yield Difference(What.NEW, _header_of(new[name], kind), name)


def _header_of(block: object, kind: str) -> str:
    """The header of a block among those of its kind: challenges are kept with earn rules."""
    return "H_CHALLENGE" if isinstance(block, k.Earn) and block.goal is not None else kind


# ---------- counters


def _starting_empty(old: k.Checked, new: k.Checked, names: Mapping[str, str]) -> Iterator[Difference]:
    former = former_keys(new, {now: name for name, now in names.items()})
    counted = {key for key, _, _, _ in _counters(old)}
    told: set[tuple[str, Span | None]] = set()
    for key, header, name, span in _counters(new):
        if former.get(key, key) not in counted and (name, span) not in told:
            told.add((name, span))
            yield Difference(What.STARTS_EMPTY, header, name, clause=span)


def _counters(checked: k.Checked) -> Iterator[tuple[str, str, str, Span | None]]:
    """Every counter that a member keeps, or that all share: its key, and the block and the clause that ask for it."""
    for kind, header in HEADERS.items():
        for name, block in getattr(checked, kind).items():
            for key, span in _kept(block, None):
                yield key, _header_of(block, header), name, span


def _kept(value: object, around: Span | None) -> Iterator[tuple[str, Span | None]]:
    if isinstance(value, tuple | frozenset):
        for item in value:
            yield from _kept(item, around)
    if not is_dataclass(value) or isinstance(value, type | Span):
        return
    span = getattr(value, "span", None)
    here = span if isinstance(span, Span) else around
    match value:
        case c.Measure() if value.window.kind is not c.WindowKind.THIS_ORDER:
            if value.counter is not c.CounterKind.BALANCE:
                yield value.key, here
        case k.Cap() | k.Limit() | k.BaseLimit() | k.BudgetCap() if value.window is not None:
            yield value.key, here
        case k.Earn(name=name, goal=k.Goal() as goal):
            yield from ((key, goal.span) for key in goal.keys(name))
        case _:
            pass
    for part in fields(value):
        yield from _kept(getattr(value, part.name), here)
