"""A checked programme under the names of the edition before: by which keys its counters were kept there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from fractions import Fraction
from typing import Any, Final, TypeVar

from loyalty_rules.lang import checked as k
from loyalty_rules.lang import conditions as c
from loyalty_rules.lang.checker.measures import key_of

#: The fields that hold names of blocks, by class; of all other texts none is one.
_NAMES: Final[Mapping[type, frozenset[str]]] = {
    c.Fact: frozenset({"event"}),
    c.LineSet: frozenset({"sets", "except_sets"}),
    c.LevelOf: frozenset({"ladder"}),
    c.Window: frozenset({"of"}),
    c.Forgiven: frozenset({"reward", "of"}),
    c.Measure: frozenset({"of", "by", "opted"}),
    c.InSegment: frozenset({"segment"}),
    c.MemberOf: frozenset({"membership"}),
    c.InTable: frozenset({"table"}),
    c.OptedIn: frozenset({"rule"}),
    c.Applied: frozenset({"rule"}),
    c.Completed: frozenset({"challenge"}),
}

#: The same of blocks and of what they give.
_OWN: Final[Mapping[type, frozenset[str]]] = {
    k.EventKind: frozenset({"name"}),
    k.ProductSet: frozenset({"name", "include", "exclude"}),
    k.SetChoice: frozenset({"table", "default"}),
    k.Segment: frozenset({"name"}),
    k.Partner: frozenset({"name", "purse"}),
    k.Table: frozenset({"name"}),
    k.Purse: frozenset({"name", "funders", "kept_by"}),
    k.Ladder: frozenset({"name"}),
    k.Membership: frozenset({"name"}),
    k.Timing: frozenset({"of"}),
    k.Earn: frozenset({"name", "event", "funders"}),
    k.Boost: frozenset({"name", "changes", "funders"}),
    k.Group: frozenset({"name", "rules"}),
    k.Never: frozenset({"name"}),
    k.Cap: frozenset({"purse"}),
    k.Budget: frozenset({"name", "covers", "partly", "purse"}),
    k.Change: frozenset({"name", "purses"}),
    k.Give: frozenset({"purse", "table"}),
    k.Conversion: frozenset({"name", "all_of", "funders", "uses", "minimum"}),
    k.LevelGift: frozenset({"ladder"}),
    k.Prolong: frozenset({"purse"}),
    k.Usable: frozenset({"event"}),
    k.Promise: frozenset({"name"}),
    k.Offer: frozenset({"name", "funders"}),
    k.OfferGroup: frozenset({"name", "rules"}),
    k.Redeem: frozenset({"name", "purse"}),
    k.Referral: frozenset({"name"}),
    k.PrizeDraw: frozenset({"name"}),
    k.Contest: frozenset({"name"}),
    k.Reward: frozenset({"name", "funders"}),
    k.Price: frozenset({"purse"}),
    k.RedeemGroup: frozenset({"name", "rules"}),
    k.Perk: frozenset({"name"}),
    k.Experiment: frozenset({"covers", "asked_by"}),
    k.Multiply: frozenset({"table"}),
}
#: The blocks of a programme that have names, as its fields.
_KINDS: Final = (
    *("events", "purses", "products", "segments", "tables", "partners"),
    *("ladders", "earns", "boosts", "groups", "nevers", "conversions", "rewards", "redeems", "redeem_groups"),
    *("offers", "offer_groups"),
    *("changes", "memberships", "promises", "budgets", "perks", "draws", "contests"),
)

_T = TypeVar("_T")


def renamed(value: _T, names: Mapping[str, str]) -> _T:
    """A condition, a measure or a selection with other names of blocks."""
    return _renamed(value, names)  # type: ignore[no-any-return]


def renamed_blocks(value: _T, names: Mapping[str, str]) -> _T:
    """Blocks, or parts of them, with other names of blocks, their own included. The lists of groups keep their
    order."""
    return _renamed(value, names, blocks=True)  # type: ignore[no-any-return]


def _renamed(value: Any, names: Mapping[str, str], *, blocks: bool = False) -> Any:
    if isinstance(value, tuple):
        return tuple(_renamed(item, names, blocks=blocks) for item in value)
    if not is_dataclass(value) or isinstance(value, type):
        return value
    held = _NAMES.get(type(value), _OWN.get(type(value), frozenset()) if blocks else frozenset())
    changed = {}
    for part in fields(value):
        found = getattr(value, part.name)
        if part.name == "reaches":  # a ladder and one of its levels, which is no name of a block
            changed[part.name] = (names.get(found[0], found[0]), found[1])
        elif part.name not in held:
            changed[part.name] = _renamed(found, names, blocks=blocks)
        else:
            changed[part.name] = _names_in(
                found, names, ordered=isinstance(value, k.Group | k.OfferGroup | k.RedeemGroup)
            )
    return replace(value, **changed)


def _names_in(found: Any, names: Mapping[str, str], *, ordered: bool = False) -> Any:
    """A name, names, or units by names; lists that have no order of their own are kept by name."""
    if isinstance(found, str):
        return names.get(found, found)
    if not isinstance(found, tuple):
        return found
    changed = tuple(_names_in(item, names) for item in found)
    mixed = any(isinstance(item, int | Fraction) for item in found)
    return changed if ordered or mixed else tuple(sorted(changed))


def named_in(value: object) -> frozenset[str]:
    """The names of blocks for which a condition, a measure or a goal asks; that of a fact is none."""
    found: set[str] = set()
    for part in _parts(value):
        for held in _NAMES.get(type(part), frozenset()):
            name = getattr(part, held)
            found |= {name} if isinstance(name, str) else set(name)
        if isinstance(part, c.Measure) and part.fact is not None:
            found.discard(part.of)
    return frozenset(found - {""})


def declared(checked: k.Checked) -> Mapping[str, str]:
    """The names of all blocks, each with what kind of block it is."""
    return {name: kind for kind in _KINDS for name in getattr(checked, kind)}


def taken_over(before: k.Checked, after: k.Checked) -> Mapping[str, str]:
    """By the names of one edition those of the next, for all blocks that were renamed between the two."""
    names = declared(before)
    return {former: name for name, former in after.was.items() if former in names and name not in names}


def former_keys(checked: k.Checked, names: Mapping[str, str]) -> Mapping[str, str]:
    """By the key of each counter that has another one under the former names, that former key. `names` are the former
    ones by those of today."""
    if not names:
        return {}
    found: dict[str, str] = {}
    for part in _parts(tuple(getattr(checked, one.name) for one in fields(checked))):
        match part:
            case c.Measure():
                found[part.key] = _key_then(part, names)
            case k.Earn(goal=k.Goal() as goal):
                found |= _of_goal(part.name, goal, names)
            case k.PrizeDraw(name=name):
                former = names.get(name, name)
                found |= {k.drawn_key(name): k.drawn_key(former), k.won_key(name): k.won_key(former)}
            case k.Contest(name=name):
                former = names.get(name, name)
                keys = (k.score_key, k.since_key, k.won_key)
                found |= {key(name): key(former) for key in keys}
            case k.Cap() | k.Limit() | k.BaseLimit() | k.BudgetCap():
                found[part.key] = _former(part, names)
    return {key: former for key, former in found.items() if key != former}


def _key_then(measure: c.Measure, names: Mapping[str, str]) -> str:
    """The key of a measure under its former names. One of money of orders in one currency is counted by its definition
    without that, and the code where it is not the first one."""
    then, end = renamed(measure, names), ""
    if then.currency:
        end = f" IN {then.currency}" if measure.key.endswith(f" IN {then.currency}") else ""
        then = replace(then, where=then.where.items[1] if isinstance(then.where, c.AllOf) else None)
    return key_of(then, k.Dates(measure.window.since)) + end


def _of_goal(name: str, goal: k.Goal, names: Mapping[str, str]) -> Mapping[str, str]:
    """The former keys of the counters of a challenge by those of today."""
    former = names.get(name, name)
    found = {key(name): key(former) for key in (k.done_key, k.done_in_key, k.done_at_key)}
    for measure in (measure for one in goal.all_of() for measure in one.restarts):
        then = _key_then(measure, names)
        found[k.taken_key(name, measure.key)] = k.taken_key(former, then)
    for measure in (measure for one in goal.all_of() for measure in one.forgiving):
        then = _key_then(measure, names)
        found[k.forgiven_key(measure.key)] = k.forgiven_key(then)
    return found


def _former(ceiling: k.Cap | k.Limit | k.BaseLimit | k.BudgetCap, names: Mapping[str, str]) -> str:
    """The key of a ceiling begins with its block; the third word of a cap's is its purse, as that of a budget which
    counts points; a ladder may end it."""
    words = ceiling.key.split(" ")
    words[0] = names.get(words[0], words[0])
    if isinstance(ceiling, k.Cap) or words[1] == k.Counts.POINTS.value:
        words[2] = names.get(words[2], words[2])
    if ceiling.window is not None and ceiling.window.of:
        words = [names.get(word, word) if word == ceiling.window.of else word for word in words]
    return " ".join(words)


def _parts(value: object) -> Iterator[object]:
    """Everything that a value is made of, outermost first."""
    if isinstance(value, tuple | frozenset):
        for item in value:
            yield from _parts(item)
    elif isinstance(value, Mapping):
        yield from _parts(tuple(value.values()))
    elif is_dataclass(value) and not isinstance(value, type):
        yield value
        yield from _parts(tuple(getattr(value, part.name) for part in fields(value)))
