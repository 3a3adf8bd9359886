"""Orders that break a promise."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import Final, TypeAlias

from loyalty_rules.decision import PromiseTrace
from loyalty_rules.engine.plan import Plan
from loyalty_rules.lang.checked import Boost, Checked, Earn, Give, Increase, Replace
from loyalty_rules.lang.conditions import Compare, Compared, Condition
from loyalty_rules.settlement.promising import bound_of, promises_asked
from loyalty_rules.source import Span
from loyalty_rules.witness.drafts import MOST_EFFORT, Draft, Effort, drafts, drafts_of_lines
from loyalty_rules.witness.editions import Held, held
from loyalty_rules.witness.orders import Shown, run_steps
from loyalty_rules.witness.telling import in_words, units_of

#: Prices that are tried, in whole units of the currency, and how many prices for one draft.
_PRICES: Final = (1_000, 100, 10, 1, 10_000, 1_000_000)
_MOST_PRICES: Final = 24
#: How many drafts of one set of rules are tried.
_MOST_DRAFTS: Final = 8
_SIGNS: Final = {Compare.AT_MOST: ">", Compare.UNDER: "≥", Compare.AT_LEAST: "<", Compare.OVER: "≤"}


#: An order that breaks a promise, in the data of the file, and the bound that it breaks.
_Breach: TypeAlias = Callable[[Checked, str, tuple[tuple[str, ...], ...]], "tuple[Span, str] | None"]


def promise_witness(text: str) -> Callable[[int], _Breach]:
    """For the checker, by the instant from which on something holds: an order of that time that breaks a promise.
    `text` is the rule file.

    What is tried is made of rules that may act together, as the checker names them, of each rule alone, and of none.
    """

    def shown(
        since: int, checked: Checked, promise: str, suspects: tuple[tuple[str, ...], ...]
    ) -> tuple[Span, str] | None:
        plan = Plan(checked, text)
        then = held(checked, since)
        effort = Effort(MOST_EFFORT // len(checked.promises))
        sets = dict.fromkeys([*suspects, *((name,) for name in plan.rules), ()])
        for names in sets:
            for found in islice(_orders(plan, then, promise, names, effort), _MOST_DRAFTS * _MOST_PRICES):
                broken = _broken(plan, promise, found)
                if broken is not None:
                    return broken
        return None

    return lambda since: partial(shown, since)


def _orders(plan: Plan, then: Held, promise: str, names: tuple[str, ...], effort: Effort) -> Iterator[Shown]:
    """Orders on which these rules may act and that the promise is asked of."""
    kept = plan.checked.promises[promise]
    asked = (*kept.audience, *kept.occasion)
    prices = _prices(plan, names)
    for draft in islice(_drafts(plan, names, effort, asked), _MOST_DRAFTS):
        for price in prices:
            if not effort.takes(run_steps(plan)):
                return
            found = then.run(plan, draft, price)
            if found is not None:
                yield found


def _drafts(plan: Plan, names: tuple[str, ...], effort: Effort, asked: tuple[Condition, ...]) -> Iterator[Draft]:
    """On lines that suit all rules at once where there are such, else on as many lines as it takes."""
    seen: list[Draft] = []
    for draft in islice(drafts_of_lines(plan, names, effort, asked), _MOST_DRAFTS):
        seen.append(draft)
        yield draft
    for draft in islice(drafts(plan, names, effort, asked), _MOST_DRAFTS):
        if draft not in seen:
            yield draft


def _prices(plan: Plan, names: tuple[str, ...]) -> list[int]:
    """Prices in minor units: round ones, one coin, and those at which steps are full, begun, or rounded up."""
    unit = 10**plan.checked.exponent
    found = [price * unit for price in _PRICES]
    for name in names:
        for gift in _gifts(plan.rules[name]):
            if gift.step is not None and not gift.step.items:
                size = gift.step.size
                found += [size, size + 1, -(-size // 2), -(-size // max(1, int(2 * gift.value)))]
            if gift.table:
                edges = [row.edge for row in plan.checked.tables[gift.table].rows]
                found += [edge + more for edge in edges for more in (0, -1, 1)]
    return [price for price in dict.fromkeys([*found, 1]) if price > 0][:_MOST_PRICES]


def _gifts(rule: Earn | Boost) -> tuple[Give, ...]:
    if isinstance(rule, Earn):
        return rule.gives
    return (rule.effect.gift,) if isinstance(rule.effect, Increase | Replace) else ()


def _broken(plan: Plan, promise: str, found: Shown) -> tuple[Span, str] | None:
    """The bound that an order breaks, and what it looks like."""
    records = promises_asked(plan, found.settled, found.event.at)
    record = next((one for one in records if one.promise == promise and not one.held), None)
    if record is None:
        return None
    acting = tuple(name for name in plan.rules if units_of(plan, found.result, name))
    figures = _figures(plan, found, record)
    return record.clause, "; ".join(part for part in (in_words(plan, found, acting), figures) if part)


def _figures(plan: Plan, found: Shown, record: PromiseTrace) -> str:
    """What was found and what it should have been, where that is a number."""
    actual = record.conditions[0].actual if record.conditions else ""
    tests = plan.checked.promises[record.promise].always
    test = next(test for test in tests if test.span == record.clause)
    if not isinstance(test, Compared):
        return actual
    return f"{actual} {_SIGNS[test.how]} {bound_of(plan, found.settled, found.event.at, test)}"
