"""What rules give, award by award: the stages of `engine.compiled.rules` for one order, written out."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from fractions import Fraction
from math import lcm
from typing import NamedTuple

from loyalty_rules.amounts import Rounding, largest_remainder, round_ratio
from loyalty_rules.engine.ceilings import in_order, is_narrower
from loyalty_rules.engine.compiled.boosting import may_lower
from loyalty_rules.engine.compiled.whole import split
from loyalty_rules.engine.gifts import ORDER
from loyalty_rules.engine.plan import Plan
from loyalty_rules.fused.asking import Questions
from loyalty_rules.fused.code import Code, LeftError
from loyalty_rules.fused.lines import Lines
from loyalty_rules.fused.measures import Measures
from loyalty_rules.fused.posting import Posting
from loyalty_rules.fused.quoting import Part, both, constant, name, number, told
from loyalty_rules.fused.recording import Recording, grid_by_line, grid_of_order, grid_whole, rows_of
from loyalty_rules.fused.sharing import lowered, shares
from loyalty_rules.lang.checked import (
    Blocks,
    Boost,
    Cap,
    Earn,
    Give,
    Multiply,
    Place,
    Policy,
    Replace,
    Scope,
    Step,
    StepKind,
)
from loyalty_rules.lang.conditions import Base, WindowKind


class Raise(NamedTuple):
    """A boost of an award: whether it acts, and what it adds over the bottom of the award: so much of each unit of a
    column; of the rule's own lines, or of some of them."""

    boost: Boost
    acts: ast.expr
    times: int
    column: str  # "" where it follows no line
    bit: int


class Award(NamedTuple):
    """What a rule gives into one purse: so many times a column over a bottom."""

    rule: Earn
    give: Give
    place: Place
    mode: Rounding
    column: str  # "" where it follows no line
    bit: int
    times: int
    bottom: int
    raises: tuple[Raise, ...]

    @property
    def by_rate(self) -> bool:
        """Whether each unit of its lines is worth the same."""
        return self.give.step is not None and self.give.step.how is StepKind.PER

    @property
    def apart(self) -> bool:
        """Whether a cap may lower one slice more than another, and lines then weigh otherwise."""
        return bool(self.raises and self.rule.caps and self.column) and self.place is Place.ORDER


class Giving:
    """The awards of a programme."""

    def __init__(
        self,
        plan: Plan,
        code: Code,
        lines: Lines,
        asking: Questions,
        measures: Measures,
        posting: Posting,
        recording: Recording | None,
    ) -> None:
        self.plan = plan
        self.code = code
        self.lines = lines
        self.asking = asking
        self.measures = measures
        self.posting = posting
        self.recording = recording

    # ---------- what a rule is made of

    def awards(self, rule: Earn) -> list[Award]:
        """What a rule gives. Raises `LeftError`."""
        if rule.levels or rule.prolongs or rule.choosing is not None or rule.funders or rule.base_limits:
            raise LeftError(rule.span)
        if not isinstance(rule.base, Base) or rule.name in self.plan.group_of:
            raise LeftError(rule.span)
        purses = [give.purse for give in rule.gives]
        if len(set(purses)) < len(purses):
            raise LeftError(rule.gives[1].span)
        return [self._award(rule, give) for give in rule.gives]

    def _award(self, rule: Earn, give: Give) -> Award:
        purse = self.plan.checked.purses[give.purse]
        rounding, whole = rule.rounding or purse.rounding, rule.lines is None
        if give.table or purse.hold_at_most is not None or purse.funders or purse.kept_by:
            raise LeftError(give.span)
        if give.step is not None and (whole or give.step.of is not None):
            raise LeftError(give.span)
        place = Place.ORDER if rounding.place.by_line and (whole or give.step is None) else rounding.place
        if place not in (Place.ORDER, Place.LINE) or (purse.carry and place is Place.ORDER):
            raise LeftError(give.span)
        if place is Place.LINE and (rule.minimum is not None or (give.step and give.step.how is not StepKind.PER)):
            raise LeftError(give.span)
        if give.purse in self.plan.checked.draws:
            raise LeftError(give.span)
        for cap in rule.caps:
            if cap.before_boosts or is_narrower(cap, place) or cap.scope is Scope.LINE:
                raise LeftError(cap.span)
        bit = 0 if rule.lines is None else self.lines.bit(rule.lines, (Blocks.EARNING,), at=rule.span)
        top, bottom = self._rate(give.value, give.step).as_integer_ratio()
        raises = self._raises(rule, give)
        if raises and rule.goal is not None:
            raise LeftError(rule.span)
        common = lcm(bottom, *(extra.denominator for _, _, extra, _, _ in raises))
        return Award(
            rule,
            give,
            place,
            rounding.mode,
            "" if whole else self._column(rule, give.step),
            bit,
            top * (common // bottom),
            common,
            tuple(
                Raise(boost, acts, extra.numerator * (common // extra.denominator), column, more)
                for boost, acts, extra, column, more in raises
            ),
        )

    def _rate(self, value: Fraction, step: Step | None) -> Fraction:
        return value / step.size if step is not None and step.how is StepKind.PER else value

    def _column(self, rule: Earn, step: Step | None) -> str:
        if step is not None and step.items:
            return self.lines.items()
        base = rule.base if isinstance(rule.base, Base) else self.plan.checked.basis
        return self.lines.money(base, rule.span)

    def _raises(self, rule: Earn, give: Give) -> list[tuple[Boost, ast.expr, Fraction, str, int]]:
        found = []
        for boost in self._boosts(self.plan.boost_roots.get(rule.name, ())):
            if rule.name not in boost.changes or not boost.acts_in(give.purse):
                continue
            if boost.caps or boost.limits or boost.funders or may_lower(self.plan, boost):
                raise LeftError(boost.span)
            found.append(self._raise(rule, give, boost))
        late = (one for one in self.plan.checked.boosts.values() if one.after_rounding and rule.name in one.changes)
        for boost in late:
            raise LeftError(boost.span)
        return found

    def _boosts(self, roots: Iterable[str]) -> Iterator[Boost]:
        """Boosts, and those of groups that add up."""
        for root in roots:
            group = self.plan.checked.groups.get(root)
            if group is None:
                yield self.plan.checked.boosts[root]
                continue
            if group.policy is not Policy.ADD_UP or group.caps:
                raise LeftError(group.span)
            yield from self._boosts(group.rules)

    def _raise(self, rule: Earn, give: Give, boost: Boost) -> tuple[Boost, ast.expr, Fraction, str, int]:
        acts = [self.asking.gate(boost)]
        bit = 0
        kinds = (Blocks.EARNING,)
        if boost.lines is not None:
            own = self.lines.bit(boost.lines, kinds, at=boost.span)
            acts.append(told("KINDS & BIT", KINDS=self.lines.together(), BIT=number(own)))
            if rule.lines is not None:
                bit = self.lines.bit(rule.lines, kinds, boost.lines, boost.span)
        step = give.step
        simple = step is not None and step.how is StepKind.PER
        if boost.lines is not None and rule.lines is not None and not simple:
            raise LeftError(boost.span)
        match boost.effect:
            case Multiply(by=by) if not boost.effect.table:
                column = "" if rule.lines is None else self._column(rule, step)
                return boost, both(acts), self._rate(give.value, step) * (by - 1), column, bit
            case Multiply() | Replace():
                raise LeftError(boost.span)
            case _:
                gift = boost.effect.gift
                if gift.table or rule.lines is None or not simple:
                    raise LeftError(boost.span)
                if gift.step is None or gift.step.of is not None or gift.step.how is not StepKind.PER:
                    raise LeftError(boost.span)
                return boost, both(acts), self._rate(gift.value, gift.step), self._column(rule, gift.step), bit

    # ---------- what is written of it

    def emit(self, award: Award, count: ast.expr | None) -> str:
        """Statements that make one award, so many times; the variable of what is granted."""
        code, rule, into = self.code, award.rule, award.give.purse
        fresh, granted = code.fresh, self.posting.granted(rule, into)
        names = _Names(
            fresh("top"), fresh("weights"), fresh("asked"), fresh("slices"), fresh("row"), fresh("names"), granted
        )
        units = self._units(award, count, names)
        code.add("ASKED = GRANTED = UNITS", ASKED=names.asked, GRANTED=names.granted, UNITS=units)
        if award.apart:
            code.add("ROW = None", ROW=names.row)
        for cap in in_order(rule.caps):
            if cap.purse == into:
                self._cap(award, cap, names)
        if self.recording is not None:
            self._record(self.recording, award, names)
        with code.block() as inner:
            order: ast.expr = number(0)
            if not award.column:
                lines, order = told("(0,) * count"), name(names.granted)
            elif award.place is Place.LINE:
                self._by_line(names)
                lines = name(names.weights)
            else:
                self._weigh(award, names)
                parts = {"SHARES": code.value(shares), "GRANTED": names.granted, "WEIGHTS": names.weights}
                lines = told("SHARES(GRANTED, WEIGHTS)", **parts)
                if self._laid(award):
                    lines = told("laid if GRANTED == ASKED else LINES", LINES=lines, ASKED=names.asked, **parts)
            self.posting.award(rule, into, (names.asked, names.granted), lines, order)
        code.when(told("GRANTED > 0", GRANTED=names.granted), inner)
        return names.granted

    def _units(self, award: Award, count: ast.expr | None, names: _Names) -> ast.expr:
        """The whole units of an award before caps; what each line comes to is in `weights` then, in units where lines
        are rounded by themselves."""
        code = self.code
        top = self._own(award, names)
        code.add("TOP = MADE", TOP=names.top, MADE=top if count is None else told("C * (TOP)", C=count, TOP=top))
        if award.raises:
            self._raised(award, names)
        if award.place is Place.LINE:
            code.add(
                "WEIGHTS = [ROUND(OWN * one, BOTTOM, MODE) for one in WEIGHTS]",
                WEIGHTS=names.weights,
                OWN=number(1 if award.raises else award.times),
                ROUND=code.value(round_ratio),
                BOTTOM=number(award.bottom),
                MODE=code.value(award.mode),
            )
            return told("sum(WEIGHTS)", WEIGHTS=names.weights)
        units = self._rounded(award, names)
        if award.rule.minimum is None:
            return units
        least, bound = number(award.rule.minimum), number(award.rule.minimum * award.bottom)
        return told("LEAST if 0 < TOP < BOUND else UNITS", LEAST=least, BOUND=bound, TOP=names.top, UNITS=units)

    def _rounded(self, award: Award, names: _Names) -> ast.expr:
        if award.bottom == 1:
            return name(names.top)
        bottom, mode = number(award.bottom), award.mode
        match mode:
            case Rounding.DOWN:
                return told("TOP // BOTTOM", TOP=names.top, BOTTOM=bottom)
            case Rounding.UP:
                return told("-(-TOP // BOTTOM)", TOP=names.top, BOTTOM=bottom)
            case _:
                parts = {"ROUND": self.code.value(round_ratio), "MODE": self.code.value(mode)}
                return told("ROUND(TOP, BOTTOM, MODE)", TOP=names.top, BOTTOM=bottom, **parts)

    def _own(self, award: Award, names: _Names) -> ast.expr:
        """What the rule itself comes to over the bottom, its boosts left out; and how its lines weigh."""
        code, step, times = self.code, award.give.step, number(award.times)
        if not award.column:
            return times
        column, total = self.lines.of(award.column, award.bit), self.lines.total(award.column, award.bit)
        code.add("WEIGHTS = COLUMN", WEIGHTS=names.weights, COLUMN=column)
        if award.by_rate:
            return name(total) if award.times == 1 else told("TIMES * TOTAL", TIMES=times, TOTAL=total)
        if step is None:
            code.add(
                "if not TOTAL:\n    WEIGHTS = [1 if kind & BIT else 0 for kind in kinds]",
                TOTAL=total,
                WEIGHTS=names.weights,
                BIT=number(award.bit),
            )
            return times
        steps = "-(-TOTAL // SIZE)" if step.how is StepKind.STARTED else "TOTAL // SIZE"
        return told(f"TIMES * ({steps})", TIMES=times, TOTAL=total, SIZE=number(step.size))

    # ---------- boosts

    def _raised(self, award: Award, names: _Names) -> None:
        """What boosts add. The slices are kept apart where a cap may lower one more than another."""
        code = self.code
        parts: dict[str, str] = {"TOP": names.top, "WEIGHTS": names.weights, "SLICES": names.slices}
        code.add("own = TOP", TOP=names.top)
        if award.by_rate and award.times != 1:
            code.add("WEIGHTS = [TIMES * one for one in WEIGHTS]", TIMES=number(award.times), WEIGHTS=names.weights)
        if award.apart or self.recording is not None:
            weights = name(names.weights) if award.column else constant(None)
            code.add("SLICES = [(TOP, OWN)]", OWN=weights, **parts)
        if self.recording is not None:
            code.add("NAMES = [RULE]", NAMES=names.names, RULE=constant(award.rule.name))
        for one in award.raises:
            with code.block() as inner:
                if not award.by_rate:  # in proportion to what the rule itself gives
                    more = told("own * MORE // OWN", MORE=number(one.times), OWN=number(award.times))
                    code.add("more = MADE\nTOP += more", TOP=names.top, MADE=more)
                    extra: ast.expr = name(names.weights) if award.column else constant(None)
                else:
                    extra = self._extra(award, one, names)
                if award.apart or self.recording is not None:
                    code.add("SLICES.append((more, EXTRA))", SLICES=names.slices, EXTRA=extra)
                if self.recording is not None:
                    code.add("NAMES.append(BOOST)", NAMES=names.names, BOOST=constant(one.boost.name))
            code.when(one.acts, inner)

    def _extra(self, award: Award, one: Raise, names: _Names) -> ast.expr:
        """What a boost adds to the units of lines."""
        code, bit = self.code, one.bit or award.bit
        column, total = self.lines.of(one.column, bit), self.lines.total(one.column, bit)
        if one.times != 1:
            parts: dict[str, Part] = {"TIMES": number(one.times), "TOTAL": total, "COLUMN": column}
            code.add("more = TIMES * TOTAL\nextra = [TIMES * one for one in COLUMN]", **parts)
        else:
            code.add("more = TOTAL\nextra = COLUMN", TOTAL=total, COLUMN=column)
        code.add("TOP += more", TOP=names.top)
        code.add("WEIGHTS = [one + two for one, two in zip(WEIGHTS, extra)]", WEIGHTS=names.weights)
        return name("extra")

    # ---------- what is kept of it

    def _laid(self, award: Award) -> bool:
        """Whether what was asked is laid on lines for the record, just as what is granted is."""
        return self.recording is not None and bool(award.column) and award.place is Place.ORDER and not award.raises

    def _record(self, recording: Recording, award: Award, names: _Names) -> None:
        """Keeps what an award asked, by line and by boost, and what was granted of it."""
        rule, into = award.rule, award.give.purse
        with self.code.block() as inner:
            called = told("tuple(NAMES)", NAMES=names.names) if award.raises else constant((rule.name,))
            told_of = [constant(rule.name), constant(into), constant(award.place.value), called]
            recording.award(told_of, self.posting.life(rule, into)[1:], names.granted, self._grid(award, names))
        self.code.when(told("ASKED > 0", ASKED=names.asked), inner)

    def _grid(self, award: Award, names: _Names) -> ast.expr:
        """What an award asked, by line and by boost."""
        code = self.code
        parts: dict[str, Part] = {"ASKED": names.asked, "SLICES": names.slices, "WEIGHTS": names.weights}
        if not award.column:
            if award.raises:
                return told("OF(ASKED, SLICES)", OF=code.value(grid_whole), **parts)
            return told("((NO_LINE, (ASKED,)),)", NO_LINE=number(ORDER), **parts)
        if award.place is Place.LINE:
            if award.raises:
                return told("OF(WEIGHTS, SLICES)", OF=code.value(grid_by_line), **parts)
            return told("OF(WEIGHTS)", OF=code.value(rows_of), **parts)
        if award.raises:
            return told("OF(ASKED, SLICES)", OF=code.value(grid_of_order), **parts)
        code.add("laid = SHARES(ASKED, WEIGHTS)", SHARES=code.value(shares), **parts)
        return told("OF(laid)", OF=code.value(rows_of))

    # ---------- caps

    def _cap(self, award: Award, cap: Cap, names: _Names) -> None:
        """Lowers whole units to what a cap leaves. Its counter moves by what it was asked; over a rolling window by
        what it granted."""
        code = self.code
        parts: dict[str, ast.expr] = {"CEILING": number(cap.units), "GRANTED": name(names.granted)}
        with code.block() as inner:
            if cap.window is None:
                code.add("room = min(CEILING, GRANTED)", **parts)
            else:
                before = self.measures.before(cap.key, cap.window, cap.span)
                room = "room = min(CEILING, BEFORE + GRANTED) - min(CEILING, BEFORE)"
                code.add(room, BEFORE=before, **parts)
                more = name("room") if cap.window.kind is WindowKind.LAST else name(names.granted)
                used = self.posting.used(award.rule.name, cap.key, cap.window, cap.span)
                code.add("USED = MORE", USED=used, MORE=more)
            with code.block() as cut:
                if award.apart:
                    self._lower(names)
                elif award.raises and award.place is Place.LINE:
                    code.add("return None")
                code.add("GRANTED = room", **parts)
            code.when(told("room < GRANTED", **parts), cut)
        code.when(name(names.granted), inner)

    def _lower(self, names: _Names) -> None:
        """How much of what is left is the rule's, and how much each boost's."""
        self.code.add(
            """
            if ROW is None:
                rounded = ROW = SPLIT(GRANTED, [one for one, _ in SLICES])
            ROW = KEPT(room, ROW)
            """,
            ROW=names.row,
            GRANTED=names.granted,
            SLICES=names.slices,
            SPLIT=self.code.value(split),
            KEPT=self.code.value(largest_remainder),
        )

    def _weigh(self, award: Award, names: _Names) -> None:
        """How lines weigh, where a cap lowered some parts more than others."""
        if award.apart:
            self.code.add(
                "if ROW is not None:\n    WEIGHTS = LOWERED(rounded, ROW, [one for _, one in SLICES])",
                ROW=names.row,
                WEIGHTS=names.weights,
                SLICES=names.slices,
                LOWERED=self.code.value(lowered),
            )

    def _by_line(self, names: _Names) -> None:
        """What is rounded by line stays there, unless a cap lowers it."""
        self.code.add(
            "WEIGHTS = tuple(WEIGHTS if GRANTED == ASKED else KEPT(GRANTED, WEIGHTS))",
            WEIGHTS=names.weights,
            GRANTED=names.granted,
            ASKED=names.asked,
            KEPT=self.code.value(largest_remainder),
        )


class _Names(NamedTuple):
    """The variables of one award: what it comes to over the bottom, how lines weigh, its units before caps, what the
    rule and its boosts come to, what each of them keeps of whole units, what they are called, and the units after
    caps."""

    top: str
    weights: str
    asked: str
    slices: str
    row: str
    names: str
    granted: str
