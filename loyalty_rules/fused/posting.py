"""What was granted becomes effects and lots: `settlement.giving.posting` for one order, written out."""

from __future__ import annotations

import ast
from functools import partial
from typing import Final, NamedTuple

from loyalty_rules.decision import PointsAwarded
from loyalty_rules.engine.plan import Plan
from loyalty_rules.fused.code import Code, LeftError
from loyalty_rules.fused.days import Days
from loyalty_rules.fused.measures import OF_RULES, Measures
from loyalty_rules.fused.quoting import constant, listed, name, number, told
from loyalty_rules.lang.checked import Earn, Expiry, Usable
from loyalty_rules.lang.conditions import Window
from loyalty_rules.member import NEVER, Lot, Purse
from loyalty_rules.settlement.timing.lives import Life, life
from loyalty_rules.source import Span

#: What a purse holds stays below this here; how much more it may hold is for the ordinary path to say.
MOST_HELD: Final = 2**60

#: Makes a value of its fields, as fast as it can be made.
made_award = partial(tuple.__new__, PointsAwarded)
made_lot = partial(tuple.__new__, Lot)
made_purse = partial(tuple.__new__, Purse)


class Into(NamedTuple):
    """What goes into a purse with one life."""

    purse: str
    usable: Usable
    expire: tuple[Expiry, ...]


class Posting:
    """What a programme posts. Variables of one order begin as nothing."""

    def __init__(self, plan: Plan, code: Code, days: Days, measures: Measures) -> None:
        self.plan = plan
        self.code = code
        self.days = days
        self.measures = measures
        self.zeros: list[str] = []
        self.falses: dict[str, str] = {}  # by purse, whether something may be posted into it
        self.grants: list[tuple[str, str, str]] = []
        self._lives: dict[Into, tuple[str, Earn]] = {}

    # ---------- what is posted

    def zero(self, what: str) -> str:
        """A variable that is 0 unless something sets it."""
        self.zeros.append(self.code.fresh(what))
        return self.zeros[-1]

    def granted(self, rule: Earn, purse: str) -> str:
        variable = self.zero("granted")
        self.grants.append((rule.name, purse, variable))
        return variable

    def used(self, rule: str, key: str, window: Window, at: Span | None) -> str:
        """What this order uses up of a cap or a limit of a rule."""
        variable = self.zero("used")
        counting = self.measures.window(window, at)
        self.measures.move(OF_RULES, key, name(variable), counting.bucket, counting.kept, rule)
        return variable

    def touched(self, purse: str) -> None:
        """A rule posts into a purse, be it nothing."""
        if purse not in self.falses:
            self.falses[purse] = self.code.fresh("touched")
        self.code.add("TOUCHED = True", TOUCHED=self.falses[purse])

    def award(self, rule: Earn, purse: str, units: tuple[str, str], lines: ast.expr, order: ast.expr) -> None:
        """The effect of an award, and its part of the lot that this order makes."""
        asked, granted = units
        life_of, usable, expires = self.life(rule, purse)
        told_of = [constant(rule.name), constant(purse), name(asked), name(granted), usable, expires]
        whole = [*told_of, lines, order, name("at"), constant(""), constant("points_awarded"), listed(())]
        self.code.add(
            """
            effects.append(MADE(WHOLE))
            PARTS.append(PART)
            """,
            MADE=self.code.value(made_award),
            WHOLE=listed(whole),
            PARTS=life_of,
            PART=listed([constant(rule.name), name(granted)]),
        )

    def life(self, rule: Earn, purse: str) -> tuple[str, ast.expr, ast.expr]:
        """The variable of the parts of its lot, and from when until when what a rule gives lives."""
        declared = self.plan.checked.purses[purse]
        own = rule.usable is not None or rule.expire is not None
        usable = rule.usable if rule.usable is not None else declared.usable
        expire = rule.expire if rule.expire is not None else declared.expire
        if usable.event or any(one.idle for one in expire) or declared.activity or declared.months_apart:
            raise LeftError(rule.span if own else declared.span)
        hours = usable.hours and (usable.next is not None or usable.days or usable.months or declared.from_usable)
        if hours or usable.day is not None:  # more than the date says from when units can be used
            raise LeftError(rule.span if rule.usable is not None else declared.span)
        into = Into(purse, usable, expire)
        if into not in self._lives:
            self._lives[into] = (self.code.fresh("parts"), rule)
        return (self._lives[into][0], *self._instants(into))

    def _instants(self, into: Into) -> tuple[ast.expr, ast.expr]:
        """When a life begins and ends: that follows from the date, but for hours."""
        at_once = into.usable == Usable()
        rule = self._lives[into][1]

        def lived(day: int) -> Life:
            return life(self.plan, Purse(into.purse, ()), rule, self.plan.timeline.start(day))

        expires = name(self.days.told((into, "expires"), lambda day: lived(day).expires))
        if at_once:
            return name("at"), expires
        if into.usable.hours:
            return told("at + LATER", LATER=number(into.usable.hours * 3_600 * 1_000_000)), expires
        return name(self.days.told((into, "usable"), lambda day: lived(day).usable)), expires

    # ---------- what is written of it

    def begin(self) -> None:
        """Statements before anything is given."""
        for variable in self.zeros:
            self.code.add("ZERO = 0", ZERO=variable)
        for variable in self.falses.values():
            self.code.add("FALSE = False", FALSE=variable)
        for variable, _ in self._lives.values():
            self.code.add("PARTS = []", PARTS=variable)

    def emit(self) -> None:
        """Statements that put what was granted into purses."""
        for purse, variable in sorted(self.falses.items()):
            lives = [(into, parts) for into, (parts, _) in self._lives.items() if into.purse == purse]
            declared = self.plan.checked.purses[purse]
            apart = declared.apart or self.plan.checked.returns is not None  # the record of its order tells it apart
            lots = listed(listed([*self._instants(into), name(parts)]) for into, parts in lives)
            parts = {"PURSE": constant(purse), "LOTS": lots, "APART": constant(apart)}
            self.code.add(
                """
                if TOUCHED:
                    purses = PUT(purses, PURSE, LOTS, at, number, (APART, FROM_USABLE))
                    if purses is None:
                        return None
                """,
                TOUCHED=variable,
                PUT=self.code.value(put_all if len(lives) > 1 else put_one),
                FROM_USABLE=constant(declared.from_usable),
                **parts,
            )

    def until(self) -> None:
        """Statements that know when what was given becomes usable, and when it ends."""
        for into, (parts, _) in self._lives.items():
            usable, expires = self._instants(into)
            ends = [expires] if into.usable == Usable() else [expires, usable]
            with self.code.block() as inner:
                for end in ends:
                    self.code.add("if at < END < due:\n    due = END", END=end)
            self.code.when(name(parts), inner)


# ---------- while orders are decided

_Lots = tuple[tuple[int, int, list[tuple[str, int]]], ...]


def put_one(
    purses: tuple[Purse, ...], into: str, lots: _Lots, at: int, number: int, how: tuple[bool, bool]
) -> tuple[Purse, ...] | None:
    """The purses with what an order gave with one life; None where that is for the ordinary path."""
    purse, place, behind = None, 0, 0
    for purse in purses:
        if purse[0] >= into:
            behind = place + (purse[0] == into)
            break
        place += 1
    else:
        behind = place
    if purse is None or behind == place:
        purse = Purse(into, ())
    usable, expires, parts = lots[0]
    if parts:
        units = parts[0][1] if len(parts) == 1 else sum([one for _, one in parts])
        held = _with_lot(purse[1], (at, number, usable, expires, units, tuple(parts)), how)
        if held is None:
            return None
        purse = made_purse((into, held, *purse[2:]))
    if len(purses) == 1 == behind > place:
        return (purse,)
    return (*purses[:place], purse, *purses[behind:])


def put_all(
    purses: tuple[Purse, ...], into: str, lots: _Lots, at: int, number: int, how: tuple[bool, bool]
) -> tuple[Purse, ...] | None:
    """The same with several lives, of which some may be one."""
    given: dict[tuple[int, int], list[tuple[str, int]]] = {}
    for usable, expires, parts in lots:
        if parts:
            given.setdefault((usable, expires), []).extend(parts)
    found: tuple[Purse, ...] | None = put_one(purses, into, ((at, at, []),), at, number, how)
    for (usable, expires), parts in sorted(given.items()):
        if found is not None:
            found = put_one(found, into, ((usable, expires, sorted(parts)),), at, number, how)
    return found


def _with_lot(
    lots: tuple[Lot, ...],
    lot: tuple[int, int, int, int, int, tuple[tuple[str, int], ...]],
    how: tuple[bool, bool],
) -> tuple[Lot, ...] | None:
    """The lots with a new one at the end, or in the last one where nothing tells them apart."""
    at, number, usable, expires, units, parts = lot
    if expires <= at or units + sum([one[4] for one in lots]) > MOST_HELD:
        return None
    apart, from_usable = how
    if lots and not apart:
        last = lots[-1]
        if last[3] == expires and max(usable, last[2]) <= at and last[6] == () and last[7] == NEVER and not last[8]:
            return (*lots[:-1], _joined(last, lot, from_usable))
    return (*lots, made_lot((number, at, usable, expires, units, parts, (), NEVER, False, None, 0)))


def _joined(last: Lot, lot: tuple[int, int, int, int, int, tuple[tuple[str, int], ...]], from_usable: bool) -> Lot:
    """A lot with what another one holds: it keeps from when the life of the youngest of its units counts."""
    at, _, usable, _, units, parts = lot
    found = dict(last[5])
    for part, more in parts:
        found[part] = found.get(part, 0) + more
    together = found.items() if len(found) == len(last[5]) else sorted(found.items())
    first = last[2] if from_usable else last[1]
    youngest = max(last[10] or first, usable if from_usable else at)
    since = 0 if youngest == first else youngest
    return made_lot((*last[:4], last[4] + units, tuple(together), *last[6:10], since))
