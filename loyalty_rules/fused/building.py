"""A programme as one function: from a member as time has brought it to an order, and the order, to the member after it.

The function gives None where the order is none that it knows how to decide; nothing has happened then.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from operator import itemgetter
from typing import Final, TypeAlias

from loyalty_rules.decision import Effect
from loyalty_rules.engine.plan import ORDERS_EVER, Plan, measures_of
from loyalty_rules.events import Purchase
from loyalty_rules.fused.asking import Questions
from loyalty_rules.fused.code import Code, LeftError
from loyalty_rules.fused.days import Days
from loyalty_rules.fused.eligible import left_whole
from loyalty_rules.fused.giving import Giving
from loyalty_rules.fused.goals import Goals
from loyalty_rules.fused.ladders import Ladders
from loyalty_rules.fused.lines import Lines, facts_of_orders
from loyalty_rules.fused.measures import OF_ORDERS, Measures
from loyalty_rules.fused.posting import Posting
from loyalty_rules.fused.quoting import both, constant, either, name, number, told
from loyalty_rules.fused.recording import Recording
from loyalty_rules.fused.selecting import is_steady
from loyalty_rules.lang.checked import Blocks, Conversion, Earn, Never, Timing, TriggerKind
from loyalty_rules.lang.conditions import Measure
from loyalty_rules.member import Counter, MemberState, Purse, Seen
from loyalty_rules.settlement.spending.conversions import may_take
from loyalty_rules.settlement.timing.scheduled import next_period
from loyalty_rules.source import Span
from loyalty_rules.timeline import Timeline

#: What an order fires nothing of by itself; where it completes a challenge or lifts a level, rules that wait for that
#: make it give way.
_OTHERS: Final = frozenset(
    {
        *(TriggerKind.EVENT, TriggerKind.JOINING, TriggerKind.REACHING, TriggerKind.COMPLETING, TriggerKind.TIME),
        *(TriggerKind.PRIZE, TriggerKind.REFERRAL, TriggerKind.CHOICE),
    }
)

PARAMETERS: Final = ("member", "event", "effects", "due", "seen", "held")

made_member = partial(tuple.__new__, MemberState)
_BUCKETS: Final = itemgetter(Counter._fields.index("buckets"))


Function: TypeAlias = Callable[
    [MemberState, Purchase, list[Effect], int, tuple[Seen, ...], dict[str, Counter]], tuple[MemberState, int] | None
]


def made_of(plan: Plan, fingerprint: str) -> Function | None:
    """The function of a programme; None where something of it is left to the ordinary path."""
    try:
        building = Building(plan, fingerprint)
        if not building.left:
            building.write()
    except LeftError:
        return None
    return None if building.left else building.code.function(PARAMETERS)


def left_of(plan: Plan) -> Mapping[str, Span | str]:
    """By block, "" for the programme itself, the clause for which orders are left to the ordinary path: where it
    stands, or its role; nothing where they are decided by a function."""
    try:
        building = Building(plan, "")
        building.write()
    except LeftError as left:
        return {"": left.clause or left.role}
    return building.left


class Building:
    """One programme on its way to a function. `left`: what is left to the ordinary path, by block."""

    def __init__(self, plan: Plan, fingerprint: str) -> None:
        self.plan = plan
        self.fingerprint = fingerprint
        self.left: dict[str, Span | str] = dict(left_whole(plan.checked))
        self.code = Code()
        self.days = Days(plan)
        self.lines = Lines(plan, self.code)
        self.asking = Questions(plan, self.code, self.days, self.lines)
        self.measures = Measures(plan, self.code, self.days, self.lines, self.asking)
        self.asking.measures = self.measures
        self.posting = Posting(plan, self.code, self.days, self.measures)
        self.goals = Goals(plan, self.code, self.asking, self.measures, self.posting)
        self.recording: Recording | None = None
        if plan.checked.returns is not None:
            self.recording = Recording(plan, self.code, self.days, self.lines, self.asking, self.measures)
        self.giving = Giving(plan, self.code, self.lines, self.asking, self.measures, self.posting, self.recording)
        self.ladders = Ladders(plan, self.code, self.asking)

    @contextmanager
    def _block(self, name: str) -> Iterator[None]:
        """While a block of the file is written."""
        try:
            yield
        except LeftError as left:
            self.left.setdefault(name, left.clause or left.role)

    def write(self) -> None:
        """The statements of the function, of what is not left."""
        code = self.code
        with code.block() as main:
            if self.recording is not None:
                with self._block(""):
                    self.recording.check()
                    self.recording.begin()
            for never in self.plan.nevers:
                with self._block(never.name):
                    self.guard(never)
            for measure in self.plan.kept_measures:  # once for all that asks for it
                with suppress(LeftError):
                    self.measures.contribution(measure, None)
            for _, rule in sorted(self.plan.checked.earns.items()):
                with self._block(rule.name):
                    self.rule(rule)
            self.measures.granted = self.posting.grants
            self.goals.effects()
            for _, ladder in sorted(self.plan.checked.ladders.items()):
                with self._block(ladder.name):
                    self.ladders.check(ladder)
                    self.ladders.emit(ladder)
            for measure in self.plan.kept_measures:
                with self._block(self._asking(measure)):
                    self.measures.move_of(measure)
            self.posting.emit()
            self._count()
            self._until()
            self._made()
        self._begin()
        code.add_all(main)

    def _asking(self, measure: Measure) -> str:
        """The first block that asks for a measure."""
        checked = self.plan.checked
        blocks = (checked.earns, checked.boosts, checked.nevers, checked.ladders, checked.segments, checked.purses)
        named = (one for kind in blocks for one in kind.items())
        others = (checked.payers, checked.conversions, checked.promises, checked.products, checked.tables)
        found = (*named, *(one for kind in others for one in kind.items()))
        return next((name for name, one in found if measure in measures_of(one)), "")

    # ---------- before anything is given

    def _begin(self) -> None:
        code = self.code
        code.add("FIELDS = member", FIELDS=_fields())
        code.add("lines = event.lines\nat = event.at\nnumber = decisions + 1")
        self.lines.read()
        if self.plan.order_facts:
            code.add(
                "order_facts = FACTS(event.facts)\nif order_facts is None:\n    return None",
                FACTS=code.value(facts_of_orders(self.plan)),
            )
        else:
            code.add("if event.facts:\n    return None")
        self.days.read(code)
        self.posting.begin()

    def guard(self, never: Never) -> None:
        """A guardrail that asks about more than lines: where it acts, the order is for the ordinary path."""
        if is_steady(never):
            if never.lines is None:
                raise LeftError(never.span)
            return
        asked = [*self.asking.during(never.dates), *map(self.asking.holds, (*never.audience, *never.occasion))]
        if never.lines is not None:
            bit = self.lines.bit(never.lines, (), at=never.span)
            asked.insert(0, told("KINDS & BIT", KINDS=self.lines.together(), BIT=number(bit)))
        self.code.add("if ACTS:\n    return None", ACTS=both(asked))

    # ---------- rules

    def rule(self, rule: Earn) -> None:
        """One rule, if orders may fire it."""
        if rule.trigger in _OTHERS:
            return
        if rule.trigger not in (TriggerKind.PURCHASE, TriggerKind.GOAL):
            raise LeftError(rule.span)
        code = self.code
        asked = [self.asking.gate(rule)]
        if rule.lines is not None:
            bit = self.lines.bit(rule.lines, (Blocks.EARNING,), at=rule.span)
            asked.append(told("KINDS & BIT", KINDS=self.lines.together(), BIT=number(bit)))
        if rule.goal is None:
            with code.block() as inner:
                self._gives(rule, None)
            code.when(both(asked), inner)
            return
        found = self.goals.prepare(rule, rule.goal)
        asked.append(self.goals.over(rule, rule.goal))
        with code.block() as inner:
            reached = self.goals.emit(found, rule.goal)
            with code.block() as given:
                self._gives(rule, name(found.times))
            code.when(reached, given)
        code.when(both(asked), inner)

    def _gives(self, rule: Earn, count: ast.expr | None) -> None:
        code = self.code
        granted = []
        for award in self.giving.awards(rule):
            self.posting.touched(award.give.purse)
            granted.append(name(self.giving.emit(award, count)))
        uses = [self.posting.used(rule.name, limit.key, limit.window, limit.span) for limit in rule.limits]
        if uses:
            with code.block() as inner:
                for used in uses:
                    code.add("USED = TIMES", USED=used, TIMES=number(1) if count is None else count)
            code.when(either(granted) if granted else constant(True), inner)

    # ---------- the member afterwards

    def _count(self) -> None:
        """An order is numbered and dated, and counters have moved."""
        code = self.code
        self.measures.move(OF_ORDERS, ORDERS_EVER, number(1), number(0), number(0))
        self.measures.emit()
        code.add(
            """
            counters = COUNTERS(held, counters)
            if first_order is None or day < first_order:
                first_order = day
            if last_order is None or day > last_order:
                last_order = day
            """,
            COUNTERS=code.value(counters_of),
        )

    def _until(self) -> None:
        """Until when time brings nothing about: no later than what it would bring about now."""
        code = self.code
        code.add("if not decisions:\n    due = 0")
        self.posting.until()
        for conversion in self.plan.having.converting:
            timing = conversion.timing
            if timing.of:
                raise LeftError(conversion.span)
            comes = self.days.told(("timing", timing), partial(_next_period, self.plan.timeline, timing))
            code.add(
                "if COMES < due and TAKES(CONVERSION, purses):\n    due = COMES",
                COMES=comes,
                TAKES=code.value(takes),
                CONVERSION=code.value(conversion),
            )
        if self.recording is not None:
            self.recording.emit(self.fingerprint)

    def _made(self) -> None:
        self.code.add(
            """
            return MADE((
                member_id, FINGERPRINT, at, number, joined, facts_of_member, segments, purses, counters, standings,
                first_order, last_order, seen, records, memberships, opted, invited, invites, choices, chosen, merged,
            )), due
            """,
            MADE=self.code.value(made_member),
            FINGERPRINT=constant(self.fingerprint),
        )


def _fields() -> ast.expr:
    """The fields of a member, in the variables of the function."""
    other = {"member": "member_id", "facts": "facts_of_member", "seen": "_seen"}
    fields = [ast.Name(other.get(field, field), ast.Store()) for field in MemberState._fields]
    return ast.Tuple(fields, ast.Store())  # type: ignore[arg-type]


def _next_period(timeline: Timeline, timing: Timing, day: int) -> int:
    """The first instant behind the beginning of a date at which a timing comes round."""
    return next_period(timeline, timing, timeline.start(day))


# ---------- while orders are decided


def counters_of(held: dict[str, Counter], before: tuple[Counter, ...]) -> tuple[Counter, ...]:
    """Counters as a value again: those that were there stand in order."""
    found = tuple(held.values())
    if len(found) == len(before) and all(map(_BUCKETS, found)):
        return found
    found = tuple(sorted(one for one in found if one.buckets))
    held.clear()
    held.update((one.key, one) for one in found)  # in their order again
    return found


def takes(conversion: Conversion, purses: tuple[Purse, ...]) -> bool:
    """Whether a conversion can take something of what is held."""
    return may_take(conversion, {purse.name: purse for purse in purses})
