"""The record of an order that may come back: `settlement.recording.recorded` for one order, written out."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import repeat
from operator import attrgetter
from typing import Any, Final, TypeAlias

from loyalty_rules.amounts import MICRO
from loyalty_rules.engine.compiled.whole import split
from loyalty_rules.engine.gifts import ORDER
from loyalty_rules.engine.plan import ORDERS_EVER, Plan
from loyalty_rules.engine.receive import typed_facts
from loyalty_rules.events import Facts
from loyalty_rules.fused.asking import Questions
from loyalty_rules.fused.code import Code, LeftError
from loyalty_rules.fused.days import Days
from loyalty_rules.fused.lines import Lines
from loyalty_rules.fused.measures import Measures
from loyalty_rules.fused.quoting import constant, listed, name, number, told
from loyalty_rules.fused.sharing import shares
from loyalty_rules.lang.checked import Returns
from loyalty_rules.lang.conditions import IN_A_ROW, Field, Kind, Measure, Window, WindowKind
from loyalty_rules.member import Invited, Standing
from loyalty_rules.records import Fact, Record, RecordedAward, RecordedLine, RecordedMember, RecordedOrder
from loyalty_rules.settlement.ladders.ranks import changed_at
from loyalty_rules.settlement.recording import MAX_RECORDS

#: The whole units of a rule and its boosts, by line, as they are kept.
Grid: TypeAlias = tuple[tuple[int, tuple[int, ...]], ...]
#: How many combinations of facts of lines are remembered at most; then all are forgotten.
MOST_FACTS: Final = 4_096
#: Facts as a record keeps them.
_Kept: TypeAlias = tuple[tuple[str, Fact], ...]
#: What a rule and each of its boosts come to in all, and by line.
_Slices: TypeAlias = Sequence[tuple[int, Sequence[int]]]

made_record = partial(tuple.__new__, Record)
made_told = partial(tuple.__new__, RecordedOrder)
made_known = partial(tuple.__new__, RecordedMember)
made_award = partial(tuple.__new__, RecordedAward)
_made_line = partial(tuple.__new__, RecordedLine)
_EMPTY: Final = constant(())


class Recording:
    """What is kept of the orders of a programme that takes goods back."""

    def __init__(self, plan: Plan, code: Code, days: Days, lines: Lines, asking: Questions, measures: Measures) -> None:
        self.plan = plan
        self.code = code
        self.days = days
        self.lines = lines
        self.asking = asking
        self.measures = measures

    def check(self) -> None:
        """Raises `LeftError` for what a record would have to say more of: it is for the ordinary path."""
        checked = self.plan.checked
        for purse in checked.purses.values():
            if purse.hold_at_most is not None or purse.carry or purse.rounding.place.summed:
                raise LeftError(purse.span)
        for rule in checked.earns.values():
            if rule.rounding is not None and rule.rounding.place.summed:
                raise LeftError(rule.span)
        if self.plan.reads.balances or any(one.choice is not None for one in checked.products.values()):
            raise LeftError(None, _role_of(checked.returns))

    # ---------- before anything is given

    def begin(self) -> None:
        """Statements that keep what is read of the member before the order."""
        code, plan = self.code, self.plan
        code.add(
            """
            if records and (len(records) >= MOST or (records[-1].at, records[-1].number) > (at, number)):
                return None
            awards = []
            counts = []
            spent = []
            known = []
            previous = last_order
            """,
            MOST=number(MAX_RECORDS),
        )
        for key in sorted({*plan.windows_of_rules, *(one.key for one in plan.kept_measures), *plan.goal_keys}):
            self._counter(key)
        self._add_known(constant(ORDERS_EVER), self.measures.buckets(ORDERS_EVER))
        code.add("known.sort()")
        day_of = code.value(plan.timeline.day)
        joined = told("None if joined is None else DAY_OF(joined)", DAY_OF=day_of)
        parts = {
            "JOINED": name(code.once("joined", lambda: joined, "joined_day")),
            "MADE": name(code.value(made_known)),
            "FACTS": name(code.value(read_of(plan.reads.facts))),
            "SEGMENTS": name(code.value(partial(supplied, plan.checked.segments.keys()))),
            "STOOD": name(code.value(stood_of(plan))),
            "OPTED": name(code.value(partial(opted_at, plan.opt_ins))),
            "SHARED": name(code.value(shared_by)),
        }
        code.add(
            """
            known = MADE((
                FACTS(facts_of_member), SEGMENTS(segments), JOINED, first_order, last_order, tuple(known), (), (),
                *STOOD(standings), (), (), (), OPTED(opted, at), (), (), SHARED(invited, facts_of_member, at),
            ))
            """,
            **parts,
        )

    def _counter(self, key: str) -> None:
        """What the window of a counter holds, as one sum; period by period where periods are counted."""
        plan, measures = self.plan, self.measures
        if key in plan.goal_keys:
            self._add_known(constant(key), measures.buckets(key))
            return
        mine = next((one for one in plan.kept_measures if one.key == key), None)
        if mine is not None and (mine.counter in IN_A_ROW or mine.window.kind is WindowKind.EACH):
            if mine.each is None:
                self._periods(mine)
            return
        window = plan.windows_of_rules[key] if mine is None else mine.window
        self._sum(key, window)

    def _sum(self, key: str, window: Window) -> None:
        total = self.measures.before(key, window, None)
        high = name("day") if window.kind is WindowKind.LAST else self.measures.window(window, None).low
        with self.code.block() as inner:
            entry = [constant(key), listed([listed([high, total])])]
            self.code.add("known.append(ENTRY)", ENTRY=listed(entry))
        self.code.when(total, inner)

    def _periods(self, measure: Measure) -> None:
        """The periods that a run may still read today."""
        first = self.measures.first_kept(measure)
        buckets = self.measures.buckets(measure.key)
        each = told("tuple([one for one in BUCKETS if one[0] >= FIRST])", BUCKETS=buckets, FIRST=first)
        self._add_known(constant(measure.key), each)

    def _add_known(self, key: ast.expr, found: ast.expr) -> None:
        self.code.add("found = FOUND\nif found:\n    known.append((KEY, found))", FOUND=found, KEY=key)

    # ---------- while rules give

    def award(self, told_of: Sequence[ast.expr], lived: Sequence[ast.expr], granted: str, grid: ast.expr) -> None:
        """What a rule gave into a purse. `told_of`: the rule, the purse, the place of rounding, the names of the rule
        and its boosts."""
        units = [name(granted), name(granted), number(0), number(0), number(0), _EMPTY, _EMPTY, constant(""), _EMPTY]
        whole = listed([*told_of, grid, number(1), *lived, *units])
        self.code.add("awards.append(MADE(WHOLE))", MADE=self.code.value(made_award), WHOLE=whole)

    # ---------- once all was given

    def emit(self, fingerprint: str) -> None:
        """Statements that put the record behind those before it."""
        plan, code = self.plan, self.code
        until = name(self.days.told("returnable", partial(_until, plan)))
        texts = [constant(""), constant(""), constant("")]
        whole = [
            *(told("event.id"), name("number"), name("at"), name("day"), until, constant(fingerprint)),
            *(self._told(), self._lines(), name("known"), told("tuple(awards)"), told("tuple(counts)")),
            *(told("tuple(spent)"), name("previous"), _EMPTY, _EMPTY, _EMPTY, *texts, _EMPTY, constant("")),
        ]
        code.add("records = (*records, MADE(WHOLE))", MADE=code.value(made_record), WHOLE=listed(whole))

    def _told(self) -> ast.expr:
        """What the order tells beside its lines."""
        read = self.plan.reads.fields
        fields = ((Field.STORE, "store"), (Field.CHANNEL, "channel"), (Field.MERCHANT, "merchant"))
        texts = [told(f"event.{column}") if field in read else constant("") for field, column in fields]
        facts = _EMPTY
        if self.plan.order_facts:
            of = self.code.value(read_of(self.plan.reads.facts))
            facts = told("FACTS(order_facts.items())", FACTS=of)
        whole = listed([*texts, constant(None), facts, _EMPTY])
        return told("MADE(WHOLE)", MADE=self.code.value(made_told), WHOLE=whole)

    def _lines(self) -> ast.expr:
        self.lines.ask_list_prices()
        columns = "ids, skus, categories, brands, tags, quantities, prices, list_prices, after_discounts, taxes"
        made = f"LINES({columns}, payable, facts, deliveries)"
        return told(made, LINES=self.code.value(lines_of(self.plan)))


def _role_of(returns: Returns | None) -> str:
    return "RET_REPLAY" if returns is not None and returns.replay else "RET_PROP"


def _until(plan: Plan, day: int) -> int:
    """From which instant on an order of a date no longer comes back."""
    returns = plan.checked.returns
    days, months = (0, 0) if returns is None else (returns.days, returns.months)
    return plan.timeline.start(plan.timeline.moved(day, days, months) + 1)


# ---------- while orders are decided


def rows_of(units: Sequence[int]) -> Grid:
    """The units of a rule without boosts, by line."""
    return tuple([(line, (one,)) for line, one in enumerate(units) if one])


def grid_whole(units: int, slices: _Slices) -> Grid:
    """Units that follow no line, split between the rule and its boosts."""
    return ((ORDER, tuple(split(units, [top for top, _ in slices]))),)


def grid_of_order(units: int, slices: _Slices) -> Grid:
    """Units of the order, split between the rule and its boosts; those of each lie where its amounts are."""
    columns = [
        shares(own, weights) if own else repeat(0)
        for own, (_, weights) in zip(split(units, [top for top, _ in slices]), slices, strict=True)
    ]  # that one of them ends is sure: there are units
    rows = enumerate(zip(*columns, strict=False))
    return tuple([(line, row) for line, row in rows if any(row)])


def grid_by_line(units: Sequence[int], slices: _Slices) -> Grid:
    """Units that were rounded by line, each split between the rule and its boosts."""
    rows = zip(units, zip(*(weights for _, weights in slices), strict=True), strict=True)
    return tuple([(line, tuple(split(one, row))) for line, (one, row) in enumerate(rows) if one])


def read_of(names: frozenset[str]) -> Callable[[Any], _Kept]:
    """What keeps of facts those that the programme reads."""

    def facts_of(given: Any) -> _Kept:
        return tuple(sorted([one for one in given if one[0] in names])) if given else ()

    return facts_of


def supplied(declared: Any, segments: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted({one for one in segments if one in declared})) if segments else ()


def opted_at(rules: frozenset[str], opted: Sequence[tuple[str, int]], at: int) -> tuple[tuple[str, int], ...]:
    """To which rules the member had opted in, and when."""
    found = {rule: since for rule, since in opted if since <= at and rule in rules}
    return tuple(sorted(found.items()))


def shared_by(invited: Invited | None, facts: Facts, at: int) -> tuple[str, ...] | None:
    """The facts that the member shares with who invited it; None before anyone did."""
    if invited is None or invited.at > at:
        return None
    own = dict(facts)
    return tuple(sorted({fact for fact, value in invited.facts if own.get(fact) == value}))


def stood_of(plan: Plan) -> Callable[[Sequence[Standing]], tuple[Any, Any, Any]]:
    """What gives the levels of a member for whom nothing waits, when each last changed, and how the member stood."""
    ranks = {
        ladder.name: {"": 0, ladder.base: 0, **{one.name: rank for rank, one in enumerate(ladder.levels, 1)}}
        for ladder in plan.checked.ladders.values()
    }

    def stood(standings: Sequence[Standing]) -> tuple[Any, Any, Any]:
        if not standings:
            return (), (), ()
        levels, changed, so = [], [], []
        for one in standings if len(standings) == 1 else sorted(standings, key=attrgetter("ladder")):
            of = ranks[one.ladder]
            rank, since = of[one.level], changed_at(one)
            if rank:
                levels.append((one.ladder, one.level))
            if since:
                changed.append((one.ladder, since))
            if rank or of[one.best] or one.taken:
                so.append((one.ladder, rank, max(rank, of[one.best]), one.taken))
        return tuple(levels), tuple(changed), tuple(so)

    return stood


def lines_of(plan: Plan) -> Callable[..., tuple[RecordedLine, ...]]:
    """What makes the lines of a record of the columns of an order."""
    read, exponent = plan.reads.fields, plan.checked.exponent
    scale, coin = 10**exponent, MICRO // 10**exponent
    texts = [one in read for one in (Field.SKU, Field.CATEGORY, Field.BRAND, Field.TAG)]
    facts_of, nothing = _facts_of_lines(plan), repeat(())

    def lines(
        ids: Any, skus: Any, categories: Any, brands: Any, tags: Any, quantities: Any, prices: Any, listed_at: Any,
        after: Any, taxes: Any, payable: Any, facts: Any, deliveries: Any,
    ) -> tuple[RecordedLine, ...]:  # fmt: skip
        told_by = zip(texts, (skus, categories, brands, tags), ("", "", "", ()), strict=True)
        read_ones = [column if asked else repeat(none) for asked, column, none in told_by]
        by_weight = [price is None and units % MICRO > 0 for price, units in zip(prices, quantities, strict=True)]
        each: Iterable[tuple[int, int]] = zip([whole * MICRO for whole in listed_at], quantities, strict=True)
        if any(by_weight) or prices.count(None) < len(prices):
            each = [
                (price * scale, MICRO) if price is not None else (whole, 1) if weighed else ones
                for price, whole, weighed, ones in zip(prices, listed_at, by_weight, each, strict=True)
            ]
        taxed = [tax // coin for tax in taxes] if any(taxes) else taxes
        amounts = (quantities, quantities, by_weight, each, listed_at, after, taxed, payable)
        rows = zip(ids, *read_ones, *amounts, deliveries, facts_of(facts), nothing, nothing, strict=False)
        return tuple(map(_made_line, rows))

    return lines


def _facts_of_lines(plan: Plan) -> Callable[[Sequence[Facts]], Iterable[_Kept]]:
    """What gives of the facts of lines those that the programme reads, as they are declared."""
    declared, exponent, names = plan.line_facts, plan.checked.exponent, plan.reads.facts & plan.line_facts.keys()
    if not names:
        return lambda given: repeat(())
    known: dict[Facts, _Kept] = {}

    def kept(given: Facts) -> _Kept:
        typed = typed_facts(declared, given, exponent, "", [])
        return tuple(sorted((fact, value) for fact, value in typed.items() if fact in names))

    if any(fact.kind is not Kind.TEXT for fact in declared.values()):  # 1 and true are one key
        return lambda given: map(kept, given)

    def learned(given: Facts) -> _Kept:
        if len(known) >= MOST_FACTS:
            known.clear()
        found = known[given] = kept(given)
        return found

    def facts_of(given: Sequence[Facts]) -> Iterable[_Kept]:
        found = list(map(known.get, given))
        return map(learned, given) if None in found else found  # type: ignore[return-value]

    return facts_of
