"""Stages 11 to 14 for one group of rules, or one lone rule: choose, round once, cap in whole units, share out to the
lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm
from typing import Final

from loyalty_rules.amounts import largest_remainder, round_exact
from loyalty_rules.decision import Entry
from loyalty_rules.engine.awards import WIDTH, Award, choose, narrow
from loyalty_rules.engine.gifts import ORDER, Exact, Use, counted
from loyalty_rules.engine.view import View
from loyalty_rules.lang.checked import Boost, Cap, Group, Place, Policy, Scope
from loyalty_rules.lang.conditions import WindowKind

_ZERO: Final = Fraction(0)
_WINDOW_ORDER: Final = ("DAY", "WEEK", "MONTH", "QUARTER", "YEAR", "PYEAR")


@dataclass(slots=True)
class Posting:
    """An award in whole units. `units` is parallel to `names` (the rule, then its boosts); `lines` says what each
    line carries."""

    award: Award
    names: list[str]
    units: list[int]
    lines: dict[int, int]
    asked: int
    remainder: Fraction | None  # what rounding cut off and the purse carries
    uses: list[Use] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    capped_by: str = ""
    lost_to: tuple[str, str, int] | None = None  # (group, winner, what the winner gives)
    full: bool = False

    @property
    def granted(self) -> int:
        return sum(self.units)


def posted(view: View, award: Award, boosts: dict[str, Boost], *, own_caps: bool = True) -> Posting:
    """What an award alone would post: at least its minimum, rounded once, under the caps of its boosts and its own."""
    exact = award.total()
    entries = list(award.entries)
    by_line = award.by_line()
    rounded = {line: units for line, units in _rounded(award).items() if units}
    total = sum(rounded.values())
    remainder = None
    purse = view.plan.checked.purses[award.purse]
    least = award.minimum if award.minimum is not None and 0 < exact < award.minimum else None
    if least is not None:
        entries.append(Entry("minimum", award.rule, least - exact))
        exact, total, rounded = Fraction(least), least, {ORDER: least}
    if purse.carry and award.rounding.place is Place.ORDER and least is None:
        carried = view.known_remainder(award.purse, award.rule)
        if carried:
            entries.append(Entry("remainder", award.purse, carried))
        exact += carried
        total = round_exact(exact, award.rounding.mode)
        rounded, remainder = {ORDER: total}, exact - total
    if total != exact:
        entries.append(Entry("rounding", award.rule, total - exact))
    names = [part.by for part in award.parts] or [award.rule]
    units = list(_shares(total, [part.total(award) for part in award.parts] or [Fraction(1)]))
    found = Posting(award, names, units, {}, total, remainder, list(award.uses), entries)
    if own_caps:
        _own_caps(view, found, boosts)
    whole_lines = award.rounding.place is not Place.ORDER and found.granted == total and ORDER not in rounded
    found.lines = rounded if whole_lines else allocate(found.granted, by_line)
    return found


def _rounded(award: Award) -> dict[int, int]:
    """Stage 12: every cell rounded once, by line, or under ORDER where all lines are one cell."""
    found: dict[int, int] = {}
    for place, cell in enumerate(award.cells):
        exact = sum((amount for part in award.parts for amount in part.exact[place].values()), start=_ZERO)
        line = ORDER if award.rounding.place is Place.ORDER or len(cell.amounts) != 1 else next(iter(cell.amounts))
        found[line] = found.get(line, 0) + cell.times * round_exact(exact, award.rounding.mode)
    return found


def _shares(total: int, weights: Sequence[Fraction]) -> tuple[int, ...]:
    """A split in whole units by exact weights."""
    scale = lcm(*(weight.denominator for weight in weights))
    return largest_remainder(total, [max(0, int(weight * scale)) for weight in weights])


def allocate(granted: int, by_line: Exact) -> dict[int, int]:
    """Stage 14: whole units to lines by largest remainder; what no line carries stands under ORDER."""
    lines = sorted(by_line, key=lambda line: (line == ORDER, line))
    if not lines:
        return {ORDER: granted} if granted else {}
    shares = _shares(granted, [by_line[line] for line in lines])
    return {line: units for line, units in zip(lines, shares, strict=True) if units}


# ---------- stage 13: caps over whole units


def _cap_order(cap: Cap) -> tuple[int, int, int, str]:
    """Narrow before wide; at one width the shorter period first, then by name."""
    window = cap.window
    if window is None:
        return (WIDTH[cap.scope.value], 0, 0, cap.key)
    if window.period is not None:
        return (WIDTH[cap.scope.value], 1, _WINDOW_ORDER.index(window.period.value), cap.key)
    rolling = window.days or 31 * window.months
    return (WIDTH[cap.scope.value], 2 if rolling else 3, rolling, cap.key)


def _own_caps(view: View, posting: Posting, boosts: dict[str, Boost]) -> None:
    for place, name in enumerate(posting.names[1:], 1):
        for cap in sorted(boosts[name].caps, key=_cap_order):
            if not narrow(cap, posting.award):
                _lower(view, [posting], cap, [[place]])
    for cap in sorted(posting.award.caps, key=_cap_order):
        if not narrow(cap, posting.award):
            _lower(view, [posting], cap, [[0] if cap.before_boosts else list(range(len(posting.names)))])


def _lower(view: View, postings: list[Posting], cap: Cap, places: list[list[int]]) -> None:
    """Lowers the named contributions of the postings together to what a cap leaves; its counter moves by what it was
    asked."""
    asked = sum(posting.units[place] for posting, chosen in zip(postings, places, strict=True) for place in chosen)
    if not asked:
        return
    room = cap.units
    used = asked
    if cap.scope is Scope.MEMBER and cap.window is not None:
        before = counted(view, cap.key, cap.window)
        if cap.window.kind is WindowKind.LAST:
            room = used = min(asked, max(0, cap.units - before))
        else:
            room = min(cap.units, before + asked) - min(cap.units, before)
        postings[0].uses.append(Use(cap.key, cap.window, used))
    elif cap.scope in (Scope.LINE, Scope.ITEM):
        room = _room_by_line(view, postings[0], cap)
    if asked <= room:
        return
    flat = [(posting, place) for posting, chosen in zip(postings, places, strict=True) for place in chosen]
    kept = largest_remainder(room, [posting.units[place] for posting, place in flat])
    for (posting, place), units in zip(flat, kept, strict=True):
        cut = units - posting.units[place]
        if cut:
            posting.units[place] = units
            posting.entries.append(Entry("cap", cap.key, Fraction(cut)))
            posting.capped_by = cap.key


def _room_by_line(view: View, posting: Posting, cap: Cap) -> int:
    room = 0
    for line, units in _rounded(posting.award).items():
        items = view.occasion.lines[line].items if cap.scope is Scope.ITEM and line != ORDER else 1
        room += min(units, cap.units * items)
    return room


# ---------- stage 11: choose


@dataclass(slots=True)
class Candidate:
    """A rule or a group inside a group: the awards that stand behind it."""

    name: str
    awards: list[Award]


def settle(view: View, root: str, awards: dict[str, list[Award]], boosts: dict[str, Boost]) -> list[Posting]:
    """The postings of a root: a lone rule, or a group with its groups."""
    lost: dict[int, tuple[str, str, int]] = {}
    _choose(view, root, awards, boosts, lost)
    postings: dict[int, Posting] = {}
    for rule in view.plan.members(root):
        for award in awards.get(rule, ()):
            if id(award) in lost:
                postings[id(award)] = _nothing(award, lost[id(award)])
            else:
                postings[id(award)] = posted(view, award, boosts)
    found = list(postings.values())
    _group_caps(view, root, found)
    for posting in found:
        _hold(view, posting, found)
    return found


def _nothing(award: Award, lost: tuple[str, str, int]) -> Posting:
    taken = award.total()
    entries = [*award.entries, Entry("group", lost[0], -taken)] if taken else list(award.entries)
    return Posting(award, [award.rule], [0], {}, 0, None, [], entries, "", lost)


def _choose(
    view: View,
    name: str,
    awards: dict[str, list[Award]],
    boosts: dict[str, Boost],
    lost: dict[int, tuple[str, str, int]],
) -> list[Award]:
    """Decides a group from the inside out and returns the awards that still stand."""
    group = view.plan.checked.groups.get(name)
    if group is None:
        return list(awards.get(name, ()))
    standing = [_choose(view, inner, awards, boosts, lost) for inner in group.rules]
    if group.policy is Policy.ADD_UP:
        return [award for found in standing for award in found]
    if group.per_line:
        _choose_lines(group, standing)
        return [award for found in standing for award in found]
    alone = [_value(view, found, boosts) for found in standing]
    best = choose(group.policy, alone)
    if best is None:
        return [award for found in standing for award in found]
    winner = group.rules[best]
    units = sum(posted(view, award, boosts).granted for award in standing[best])
    for place, found in enumerate(standing):
        if place != best:
            lost.update({id(award): (group.name, winner, units) for award in found})
    return standing[best]


def _value(view: View, awards: list[Award], boosts: dict[str, Boost]) -> Fraction:
    """What the awards would post, each alone; purses of different units are compared by their declared worth."""
    purses = {award.purse for award in awards}
    value = _ZERO
    for award in awards:
        worth = view.plan.checked.purses[award.purse].worth
        granted = posted(view, award, boosts).granted
        value += granted * worth if worth is not None else granted
    return value if purses else _ZERO


def _choose_lines(group: Group, standing: list[list[Award]]) -> None:
    exact = [_sum([award.by_line() for award in awards]) for awards in standing]
    lines = sorted({line for found in exact for line in found})
    winners = {line: choose(group.policy, [found.get(line, _ZERO) for found in exact]) for line in lines}
    for place, awards in enumerate(standing):
        kept = frozenset(line for line in lines if winners[line] == place)
        for award in awards:
            before = award.total()
            award.keep_lines(kept)
            if award.total() != before:
                award.entries.append(Entry("group", group.name, award.total() - before))


def _sum(amounts: list[Exact]) -> Exact:
    found: Exact = {}
    for exact in amounts:
        for line, amount in exact.items():
            found[line] = found.get(line, _ZERO) + amount
    return found


def _group_caps(view: View, name: str, postings: list[Posting]) -> None:
    """Caps of groups, the inner ones first; a cut is shared by the rules in proportion, equal remainders in listed
    order."""
    group = view.plan.checked.groups.get(name)
    if group is None:
        return
    for inner in group.rules:
        _group_caps(view, inner, postings)
    members = view.plan.members(name)
    for cap in sorted(group.caps, key=_cap_order):
        bound = [p for rule in members for p in postings if p.award.rule == rule and p.award.purse == cap.purse]
        if bound:
            _lower(view, bound, cap, [list(range(len(posting.names))) for posting in bound])
    for posting in postings:
        if posting.capped_by and posting.granted != sum(posting.lines.values()):
            posting.lines = allocate(posting.granted, posting.award.by_line())


def _hold(view: View, posting: Posting, before: list[Posting]) -> None:
    """The maximum of a purse is tested on all that it holds; what does not fit is lost and shown."""
    most = view.plan.checked.purses[posting.award.purse].hold_at_most
    if most is None or not posting.granted:
        return
    held = view.held(posting.award.purse)
    for other in before:
        if other is posting:
            break
        held += other.granted if other.award.purse == posting.award.purse else 0
    room = max(0, most - held)
    if posting.granted <= room:
        return
    posting.entries.append(Entry("purse_full", posting.award.purse, Fraction(room - posting.granted)))
    posting.units = list(largest_remainder(room, posting.units))
    posting.lines = allocate(room, posting.award.by_line())
    posting.full = True
