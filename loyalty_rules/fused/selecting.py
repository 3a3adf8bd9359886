"""Lines by class, as numbers: one bit for each selection that the function asks about, less what guardrails take away.

What a line is to a programme follows from few of its fields, so it is worked out once for each combination of these.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any, Final, NamedTuple

from loyalty_rules.engine.compiled.linetests import LineTest, selection_of
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.receive import OrderLine, typed_facts
from loyalty_rules.errors import LoyaltyError
from loyalty_rules.fused.code import LeftError
from loyalty_rules.lang.checked import Blocks, Never, ProductSet
from loyalty_rules.lang.conditions import Field, FieldOf, Kind, LineSet, OnSale
from loyalty_rules.lang.walking import parts_of
from loyalty_rules.source import Span

#: How many combinations are remembered at most; then all are forgotten, and worked out anew.
MOST_CLASSES: Final = 65_536
#: Every line but delivery: what a measure without a selection counts.
GOODS: Final = LineSet(any_product=True, delivery=False, sets=())
#: The kinds of facts that a line may have here. What it tells of the others depends on the zone of a host.
_KINDS: Final = frozenset({Kind.TEXT, Kind.YES_NO, Kind.NUMBER, Kind.PERCENT, Kind.MONEY})
#: The fields of a line that a class may be told by, with the columns that hold them.
FIELDS: Final = {Field.SKU: "skus", Field.CATEGORY: "categories", Field.BRAND: "brands", Field.TAG: "tags"}


class Asked(NamedTuple):
    """A selection, and another one that it is asked together with, less what these guardrails take."""

    lines: LineSet
    within: LineSet | None
    less: frozenset[str]


class Classes:
    """The classes of lines of one programme."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.asked: dict[Asked, int] = {}
        self._tests: list[LineTest] = []
        self._fields: set[Field] = set()
        self.known: dict[Hashable, int] = {}
        if any(fact.kind not in _KINDS for fact in plan.line_facts.values()):
            raise LeftError(None, "LINE_FACT")
        #: Whether two values that are equal may be told apart: 1 and true are, and both are one key.
        self.by_type = any(fact.kind is not Kind.TEXT for fact in plan.line_facts.values())

    # ---------- while the function is made

    def bit(self, lines: LineSet, less: Iterable[Blocks], within: LineSet | None = None, at: Span | None = None) -> int:
        """The bit of the lines that a selection takes, less what guardrails take away; `within`: of another one."""
        away = (one for kind in less for one in self.plan.having.guards[kind])
        asked = Asked(lines, within, frozenset(one.name for one in away if is_steady(one)))
        if asked not in self.asked:
            self.asked[asked] = 1 << len(self._tests)
            self._tests.append(self._test(asked, at))
        return self.asked[asked]

    def _test(self, asked: Asked, at: Span | None) -> LineTest:
        taken = [self._of(lines, at) for lines in (asked.lines, asked.within) if lines is not None]
        nevers = [self.plan.checked.nevers[name] for name in sorted(asked.less)]
        away = [self._of(one.lines, one.span) for one in nevers if one.lines is not None]
        return lambda line: all(test(line) for test in taken) and not any(test(line) for test in away)

    def _of(self, lines: LineSet, at: Span | None) -> LineTest:
        found = selection_of(self.plan, lines)
        if found is None:
            raise LeftError(at)
        for name in (*lines.sets, *lines.except_sets):
            for products in _inner(self.plan, name):
                for part in parts_of(products.where):
                    if isinstance(part, OnSale) or (isinstance(part, FieldOf) and part.field not in FIELDS):
                        raise LeftError(at)
                    if isinstance(part, FieldOf):
                        self._fields.add(part.field)
        return found

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of an order by which its lines are told apart, in their order."""
        mine = [column for field, column in FIELDS.items() if field in self._fields]
        return (*mine, *(["types"] if self.by_type else []), "facts", "deliveries")

    # ---------- while orders are decided

    def learner(self) -> Callable[[Sequence[Any]], list[int] | None]:
        """What gives the classes of the lines of an order, by the keys of which some are new; None where a line is not
        as the programme declares."""
        fields = [field for field in FIELDS if field in self._fields]
        known, tests, plan = self.known, self._tests, self.plan

        def learn(keys: Sequence[Any]) -> list[int] | None:
            found = []
            for key in keys:
                number = known.get(key)
                if number is None:
                    if len(known) >= MOST_CLASSES:
                        known.clear()
                    line = _line(plan, dict(zip(fields, key, strict=False)), key[-2], key[-1])
                    if line is None:
                        return None
                    number = sum(1 << place for place, test in enumerate(tests) if test(line))
                    known[key] = number
                found.append(number)
            return found

        return learn


def _line(plan: Plan, told: dict[Field, Any], facts: Any, delivery: Any) -> OrderLine | None:
    """A line of which only that is known by which it is told apart; None where its facts are not as declared."""
    problems: list[LoyaltyError] = []
    if type(delivery) is not bool:
        return None
    typed = typed_facts(plan.line_facts, facts, plan.checked.exponent, "", problems)
    if problems:
        return None
    texts = [told.get(field, "") for field in (Field.SKU, Field.CATEGORY, Field.BRAND)]
    sku, category, brand = texts
    tags = told.get(Field.TAG, ())
    return OrderLine("", sku, category, brand, tags, 0, 0, (0, 1), 0, 0, 0, 0, delivery, typed, ())


def is_steady(never: Never) -> bool:
    """Whether a guardrail asks about lines alone."""
    dates = never.dates
    return not (never.audience or never.occasion or dates.asked or dates.start is not None or dates.end is not None)


def _inner(plan: Plan, name: str) -> Iterable[ProductSet]:
    """A product set, with those that it is made of."""
    waiting, seen = [name], set[str]()
    while waiting:
        one = waiting.pop()
        if one not in seen:
            seen.add(one)
            yield plan.checked.products[one]
            waiting += (*plan.checked.products[one].include, *plan.checked.products[one].exclude)
