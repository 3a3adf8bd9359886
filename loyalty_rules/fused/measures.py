"""What is counted: measures as they stand, what an order adds to them, and the counters after it."""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Final, NamedTuple

from loyalty_rules.amounts import MAGNITUDE_LIMIT
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.windows import Since, reach
from loyalty_rules.fused.asking import Questions
from loyalty_rules.fused.code import Code, LeftError
from loyalty_rules.fused.days import Days
from loyalty_rules.fused.lines import Lines
from loyalty_rules.fused.quoting import Part, added, both, constant, listed, name, number, told
from loyalty_rules.lang.checked import Blocks
from loyalty_rules.lang.conditions import (
    IN_A_ROW,
    PERIODS,
    Compare,
    Compared,
    Constant,
    CounterKind,
    Measure,
    Owner,
    Window,
    WindowKind,
)
from loyalty_rules.ledger.counters import added as moved
from loyalty_rules.ledger.counters import counted
from loyalty_rules.member import Counter
from loyalty_rules.source import Span

Buckets = tuple[tuple[int, int], ...]

#: A counter that was not counted yet.
NOTHING: Final = Counter("", ())
#: Makes a counter of its fields, as fast as it can be made.
made_counter = partial(tuple.__new__, Counter)

#: Windows whose one bucket is 0.
_ENDLESS: Final = frozenset({WindowKind.EVER, WindowKind.SINCE_JOINING, WindowKind.IN_FORCE, WindowKind.THIS_ORDER})
#: What a purchase adds nothing to: it is no such event, points and offers take nothing off it here.
_OTHERS: Final = frozenset({CounterKind.REDEEMED, CounterKind.DISCOUNT})


class Counting(NamedTuple):
    """A counter over a window: where an amount of this order goes, from when it is counted, and from when kept."""

    bucket: ast.expr
    low: ast.expr
    kept: ast.expr
    counts_today: bool


class Run(NamedTuple):
    """Periods that follow one another: of which counter, and how much makes one count."""

    key: str
    needed: int
    counter: Measure  # what an order adds to it


class Move(NamedTuple):
    """What an order adds to a bucket of a counter; those before `kept` are dropped. `turn`: when it is told."""

    turn: tuple[int, int]
    key: str
    amount: ast.expr
    bucket: ast.expr
    kept: ast.expr


#: In which turn counters are told: measures, what caps and limits use up by rule, challenges, the number of orders.
OF_MEASURES, OF_RULES, OF_GOALS, OF_ORDERS = range(4)


class Measures:
    """The measures of a programme."""

    def __init__(self, plan: Plan, code: Code, days: Days, lines: Lines, asking: Questions) -> None:
        self.plan = plan
        self.code = code
        self.days = days
        self.lines = lines
        self.asking = asking
        self.granted: list[tuple[str, str, str]] | None = None  # rule, purse, variable: once all was given
        self._moves: list[Move] = []
        self._taken: Mapping[str, ast.expr] = {}
        #: The rules in the order in which they are settled.
        self._settled = [name for roots in plan.strata for root in roots for name in plan.members(root)]

    # ---------- windows

    def window(self, window: Window, at: Span | None) -> Counting:
        """Where an amount of this order goes in a window, and what of it is counted."""
        match window.kind:
            case kind if kind in _ENDLESS:
                return Counting(number(0), number(0), number(0), True)
            case WindowKind.PERIOD | WindowKind.EACH if window.period is not None:
                now = name(self.days.number(window.period))
                return Counting(now, now, self.days.oldest(now), True)
            case WindowKind.PREVIOUS if window.period is not None:
                now = name(self.days.number(window.period))
                return Counting(now, told("NOW - 1", NOW=now), told("KEPT - 1", KEPT=self.days.oldest(now)), False)
            case WindowKind.LAST:
                low = name(self.days.told(("last", window.days, window.months), lambda day: self._low(window, day)))
                return Counting(name("day"), low, self.days.oldest(low), True)
            case _:
                raise LeftError(at)

    def before(self, key: str, window: Window, at: Span | None) -> ast.expr:
        """What a counter of its own held over a window before this order."""
        low = self.window(window, at).low
        parts: dict[str, Part] = {"BUCKETS": self.buckets(key), "LOW": low}
        if window.kind is WindowKind.LAST:
            made = told("NET(BUCKETS, LOW, day)", NET=self.code.value(net_from), **parts)
        else:
            made = told("NET(BUCKETS, LOW)", NET=self.code.value(net_at), **parts)
        return name(self.code.once(("before", key, window), lambda: made, "before"))

    def _low(self, window: Window, day: int) -> int:
        return reach(window, day, Since(None, {}), self.plan.timeline).low

    def buckets(self, key: str) -> ast.expr:
        """What a counter holds before this order."""
        of: dict[str, Part] = {"KEY": constant(key), "NOTHING": self.code.value(NOTHING)}
        return name(self.code.once(("buckets", key), lambda: told("held.get(KEY, NOTHING)[1]", **of), "held"))

    # ---------- measures as they stand

    @contextmanager
    def without(self, taken: Mapping[str, ast.expr]) -> Iterator[None]:
        """While measures are asked less what completions took of them, by key."""
        self._taken = taken
        try:
            yield
        finally:
            self._taken = {}

    def value(self, measure: Measure, at: Span | None) -> ast.expr:
        """A measure with this order, unless it is left out."""
        whole, taken = self._whole(measure, at), self._taken.get(measure.key)
        return whole if taken is None else told("WHOLE - TAKEN", WHOLE=whole, TAKEN=taken)

    def _whole(self, measure: Measure, at: Span | None) -> ast.expr:
        if measure.counter in IN_A_ROW:
            return self.run(measure, at)
        if measure.counter in PERIODS or measure.counter is CounterKind.BALANCE:
            raise LeftError(at)
        if measure.window.kind is WindowKind.THIS_ORDER:
            return number(0) if measure.before_this_order else self.contribution(measure, at)
        before = self.before(measure.key, measure.window, at)
        if measure.before_this_order or not self.window(measure.window, at).counts_today:
            return before
        return added([before, self.contribution(measure, at)])

    def contribution(self, measure: Measure, at: Span | None) -> ast.expr:
        """What this order adds to the counter of a measure."""
        if measure.each is not None or measure.counter in _OTHERS:
            return number(0)
        if measure.counter is CounterKind.TIMES:
            if measure.of in self.plan.rules or measure.of in self.plan.checked.referrals:
                raise LeftError(at)
            return number(0)
        if measure.fact is not None and measure.fact.owner is Owner.EVENT:
            return number(0)
        if measure.counter in (CounterKind.TOTAL, CounterKind.VALUE_GIVEN, CounterKind.BALANCE):
            raise LeftError(at)
        asked = []
        if measure.window.since is not None:
            asked.append(told("at >= SINCE", SINCE=number(measure.window.since)))
        if measure.opted:
            asked.append(self.asking.opted(measure.opted))
        if measure.counter is CounterKind.EARNED:
            amount = self._earned(measure, at)
        else:
            asked += [] if measure.where is None else [self.asking.holds(measure.where)]
            amount = self._amount(measure, at)
        if not asked:
            return amount
        made = told("AMOUNT if CONDITION else 0", AMOUNT=amount, CONDITION=both(asked))
        return name(self.code.once(("adds", measure.key), lambda: made, "adds"))

    def _amount(self, measure: Measure, at: Span | None) -> ast.expr:
        less = (Blocks.EVERYTHING, Blocks.TIERS) if measure.tiers else (Blocks.EVERYTHING,)
        bit = self.lines.bit(measure.lines, less, at=at)
        match measure.counter:
            case CounterKind.SPEND:
                column = self.lines.money(measure.base or self.plan.checked.basis, at)
                return name(self.lines.total(column, bit))
            case CounterKind.ITEMS:
                return name(self.lines.total(self.lines.items(), bit))
            case kind if kind is CounterKind.ORDERS or kind in IN_A_ROW:
                if measure.lines is None:
                    return number(1)
                return told("(1 if KINDS & BIT else 0)", KINDS=self.lines.together(), BIT=number(bit))
            case _:
                raise LeftError(at)

    def _earned(self, measure: Measure, at: Span | None) -> ast.expr:
        """What this order gave, once that is known."""
        if self.granted is None:
            raise LeftError(at)
        mine = (
            name(variable)
            for rule, purse, variable in self.granted
            if purse == measure.of and (not measure.by or rule in measure.by)
        )
        return added(mine)

    # ---------- periods in a row

    def run(self, measure: Measure, at: Span | None) -> ast.expr:
        """How many periods follow one another up to today's."""
        first, today = self.began(measure, at), self.today_of(measure)
        before = told("TODAY - FIRST", TODAY=today, FIRST=first)
        if measure.before_this_order:
            return before
        return told("BEFORE + (1 if COUNTS else 0)", BEFORE=before, COUNTS=self._counts_today(measure, at))

    def today_of(self, measure: Measure) -> ast.expr:
        return name(self.days.number(IN_A_ROW[measure.counter]))

    def began(self, measure: Measure, at: Span | None) -> ast.expr:
        """The first period of a run, or today's where there is none."""
        how = run_of(measure, at)
        parts: dict[str, Part] = {"FIRST": self.code.value(first_of_run), "BUCKETS": self.buckets(how.key)}
        made = told("FIRST(BUCKETS, TODAY, LEAST)", TODAY=self.today_of(measure), LEAST=number(how.needed), **parts)
        return name(self.code.once(("run", measure.key), lambda: made, "run"))

    def _counts_today(self, measure: Measure, at: Span | None) -> ast.expr:
        how = run_of(measure, at)
        parts: dict[str, Part] = {"BUCKETS": self.buckets(how.key), "NET": self.code.value(net_at)}
        made = told("NET(BUCKETS, TODAY)", TODAY=self.today_of(measure), **parts)
        before = name(self.code.once(("today", measure.key), lambda: made, "before"))
        now = added([before, self.contribution(how.counter, at)])
        return told("NOW >= LEAST", NOW=now, LEAST=number(how.needed))

    # ---------- the counters after this order

    def move(self, turn: int, key: str, amount: ast.expr, bucket: ast.expr, kept: ast.expr, rule: str = "") -> None:
        """What this order adds to a bucket of a counter; those before `kept` are dropped."""
        place = self._settled.index(rule) if turn == OF_RULES else 0
        self._moves.append(Move((turn, place), key, amount, bucket, kept))

    def move_of(self, measure: Measure) -> None:
        """What this order adds to a measure that is kept."""
        if measure.counter in PERIODS and measure.counter not in IN_A_ROW:
            raise LeftError(None, measure.key)
        amount = self.contribution(measure, None)
        if isinstance(amount, ast.Constant) and not amount.value:
            return
        if measure.counter in IN_A_ROW:
            self.move(OF_MEASURES, measure.key, amount, self.today_of(measure), self.kept_of_run(measure, None))
        elif measure.window.kind is WindowKind.EACH:
            kept = self._kept_by_runs(measure)
            self.move(OF_MEASURES, measure.key, amount, kept.bucket, kept.kept)
        else:
            found = self.window(measure.window, None)
            self.move(OF_MEASURES, measure.key, amount, found.bucket, found.kept)

    def _kept_by_runs(self, measure: Measure) -> Counting:
        """Where an amount goes that runs ask of each period, and what they still need."""
        mine = self._runs_of(measure)
        least = _least([self.kept_of_run(one, None) for one in mine])
        return Counting(self.today_of(mine[0]), least, least, True)

    def _runs_of(self, measure: Measure) -> list[Measure]:
        """The runs that ask an amount of each period."""
        runs = [one for one in self.plan.kept_measures if one.counter in IN_A_ROW and one.each is not None]
        mine = [one for one in runs if run_of(one, None).key == measure.key]
        if not mine:
            raise LeftError(None, measure.key)
        return mine

    def first_kept(self, measure: Measure) -> ast.expr:
        """The first period that a run may still read today, of its own counter or of the one that it asks."""
        if measure.counter in IN_A_ROW:
            return self.began(measure, None)
        return _least([self.began(one, None) for one in self._runs_of(measure)])

    def kept_of_run(self, measure: Measure, at: Span | None) -> ast.expr:
        """The first period that a run may still need: of the oldest order that may come back, too."""
        began = self.began(measure, at)
        if self.plan.checked.returns is None:
            return began
        how, then = run_of(measure, at), self.days.oldest(self.today_of(measure))
        of = self.code.value(first_of_run)
        parts: dict[str, Part] = {"FIRST": of, "BUCKETS": self.buckets(how.key), "BEGAN": began}
        # What goes on since before then began where it began, and a long run is not followed twice.
        asked = "BEGAN if BEGAN < THEN else min(BEGAN, FIRST(BUCKETS, THEN, LEAST))"
        made = told(asked, THEN=then, LEAST=number(how.needed), **parts)
        return name(self.code.once(("kept run", measure.key), lambda: made, "kept"))

    def emit(self) -> None:
        """Statements that move the counters of `held`."""
        spent = self.plan.limit_keys | self.plan.base_limit_keys | self.plan.goal_keys
        moves = sorted(self._moves, key=lambda one: one.turn)
        keys = [one.key for one in moves]
        if len(set(keys)) < len(keys):  # the second would not see the first
            raise LeftError(None, next(key for key in keys if keys.count(key) > 1))
        for _, key, amount, bucket, kept in moves:
            endless = isinstance(bucket, ast.Constant) and bucket.value == 0
            of = self.code.value(moved_whole if endless else moved_by)
            parts: dict[str, Part] = {"KEY": constant(key), "MOVED": of, "BUCKET": bucket, "KEPT": kept}
            parts |= {"MADE": self.code.value(made_counter), "HELD": self.buckets(key)}
            move = "held[KEY] = MADE((KEY, MOVED(HELD, BUCKET, AMOUNT, KEPT)))"
            if endless:
                move = "held[KEY] = MADE((KEY, MOVED(HELD, AMOUNT)))"
            if self.plan.checked.returns is not None:
                parts["COUNT"] = listed([constant(key), bucket, amount])
                move += "\n    counts.append(COUNT)" + ("\n    spent.append(COUNT)" if key in spent else "")
            if isinstance(amount, ast.Constant):
                self.code.add(move.replace("\n    ", "\n"), AMOUNT=amount, **parts)
            else:
                self.code.add(f"if AMOUNT:\n    {move}", AMOUNT=amount, **parts)


def _least(found: list[ast.expr]) -> ast.expr:
    return found[0] if len(found) == 1 else told("min(FOUND)", FOUND=listed(found))


def run_of(measure: Measure, at: Span | None) -> Run:
    """What is asked of one period of a run, where that is one counter with a bound."""
    if measure.forgives is not None:
        raise LeftError(at)
    if measure.each is None:
        return Run(measure.key, 1, measure)
    match measure.each:
        case Compared(Measure() as inner, Compare.AT_LEAST, Constant(int(needed))) if needed > 0:
            if inner.window.period is IN_A_ROW[measure.counter] and inner.counter not in PERIODS:
                return Run(inner.key, needed, inner)
    raise LeftError(at)


# ---------- while orders are decided


def net_at(buckets: Buckets, bucket: int) -> int:
    """What one bucket holds; it is mostly the last."""
    if not buckets:
        return 0
    last, net = buckets[-1]
    if last == bucket:
        return net
    return 0 if last < bucket else counted(buckets, bucket, bucket)


def net_from(buckets: Buckets, low: int, high: int) -> int:
    """The sum from `low` through `high`, which mostly is that of all but a few of the first."""
    if not buckets:
        return 0
    if buckets[-1][0] > high:
        return counted(buckets, low, high)
    first = 0 if buckets[0][0] >= low else bisect_left(buckets, (low,))
    return sum([net for _, net in (buckets[first:] if first else buckets)])


def first_of_run(buckets: Buckets, today: int, needed: int) -> int:
    """The first of the periods up to the one before today's that follow one another and hold so much each."""
    end = len(buckets) if not buckets or buckets[-1][0] < today else bisect_left(buckets, (today,))
    first = today
    for period, net in reversed(buckets[:end]):
        if period != first - 1 or net < needed:
            break
        first = period
    return first


def moved_whole(buckets: Buckets, amount: int) -> Buckets:
    """`counters.added` of a counter without an end: it has one bucket."""
    net = buckets[0][1] + amount if buckets else amount
    if (buckets and (len(buckets) > 1 or buckets[0][0])) or not 0 < net < MAGNITUDE_LIMIT:
        return moved(buckets, 0, amount, 0)
    return ((0, net),)


def moved_by(buckets: Buckets, bucket: int, amount: int, keep_from: int) -> Buckets:
    """`counters.added`, for what mostly goes to the last bucket or behind it."""
    if buckets:
        last, net = buckets[-1]
        if last > bucket or last < keep_from or not -MAGNITUDE_LIMIT < net + amount < MAGNITUDE_LIMIT:
            return moved(buckets, bucket, amount, keep_from)
        if buckets[0][0] < keep_from:
            buckets = buckets[bisect_left(buckets, (keep_from,)) :]
        if last < bucket:
            return (*buckets, (bucket, amount))
        net += amount
        return (*buckets[:-1], (bucket, net)) if net else buckets[:-1]
    return ((bucket, amount),) if amount < MAGNITUDE_LIMIT else moved(buckets, bucket, amount, keep_from)
