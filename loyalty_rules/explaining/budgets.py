"""What was given out of budgets, in words, and what is left of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Final

from loyalty_rules.calendar import Period, format_date
from loyalty_rules.currencies import EXPONENTS
from loyalty_rules.decision import BudgetUsed, Effect, Message
from loyalty_rules.engine.plan import Plan
from loyalty_rules.explaining.settling import BudgetFigures
from loyalty_rules.explaining.telling import Telling, safe, titled
from loyalty_rules.explaining.wording import fill
from loyalty_rules.lang.checked import BudgetCap, Checked, Counts
from loyalty_rules.shared import SharedState, Used

_TEXT_LIMIT: Final = 1_000
_VALUE_LIMIT: Final = 120


def decimals_of(checked: Checked, budget: str) -> int:
    """The decimals in which amounts of a budget are written."""
    found = checked.budgets.get(budget)
    match found.counts if found is not None else None:
        case Counts.MONEY:
            return EXPONENTS[checked.first_currency]
        case Counts.POINTS:
            return checked.purses[found.purse].decimals if found is not None else 0
        case _:
            return 0


def amount_of(telling: Telling, budget: str, amount: int) -> str:
    """An amount of what a budget counts: `40 bonus`, `12.50 RUB`, `3 times`."""
    found = telling.checked.budgets[budget]
    match found.counts:
        case Counts.MONEY:
            return telling.money(amount, telling.checked.first_currency)
        case Counts.POINTS:
            return telling.units(found.purse, amount)
        case counts:
            return telling.words.counted(counts.value, Fraction(amount))


def title_of(telling: Telling, budget: str) -> str:
    """The title of a budget in this language."""
    found = telling.checked.budgets[budget]
    return titled(found.titles, telling.language, found.title, budget)


def told(telling: Telling, effect: Effect) -> Iterator[str]:
    """What an effect took out of a budget or brought back, for staff; nothing for another effect."""
    if not isinstance(effect, BudgetUsed) or effect.budget not in telling.checked.budgets:
        return
    short = effect.granted < effect.asked
    key = "budget.back" if effect.granted < 0 else "budget.short" if short else "budget.given"
    yield telling.text(
        key,
        title=title_of(telling, effect.budget) + where(telling, effect.budget, effect.key, effect.value, effect.bucket),
        asked=amount_of(telling, effect.budget, abs(effect.asked)),
        granted=amount_of(telling, effect.budget, abs(effect.granted)),
        left=amount_of(telling, effect.budget, effect.left),
    )


def where(telling: Telling, budget: str, key: str, value: str, bucket: int) -> str:
    """The period and the value for which a budget is counted, in brackets; "" where there is one only."""
    named = [safe(value, _VALUE_LIMIT)] if value else []
    cap = _cap(telling, budget, key)
    if cap is not None and cap.window.period is not None:
        named.insert(0, _period(telling, cap.window.period, bucket))
    return f" ({', '.join(named)})" if named else ""


def _cap(telling: Telling, budget: str, key: str) -> BudgetCap | None:
    """The cap that is counted under a key; its name may be another one in the newest edition, the rest is the same."""
    caps = telling.checked.budgets[budget].caps
    same = [cap for cap in caps if cap.key == key]
    return next(iter(same or [cap for cap in caps if _tail(cap.key) == _tail(key)]), None)


def _tail(key: str) -> list[str]:
    """What of the name of a counter no other name of a block changes: its window and the attribute."""
    words = key.split(" ")
    return words[3:] if words[1] == Counts.POINTS.value else words[2:]


def _period(telling: Telling, period: Period, bucket: int) -> str:
    first, last = (telling.plan.timeline.first(period, number) for number in (bucket, bucket + 1))
    return telling.text("budget.period", first=format_date(first), last=format_date(last - 1))


def short_of(telling: Telling, budget: str) -> str:
    """Why a rule got less: what was left of its budget."""
    return telling.text("why.budget", budget=telling.text("rule.quoted", title=title_of(telling, budget)))


def messages(telling: Telling) -> Iterator[Message]:
    """The file's own words for each budget out of which something was given, or less than was asked for."""
    given: dict[str, int] = {}
    short: set[str] = set()
    for effect in telling.decision.effects:
        if isinstance(effect, BudgetUsed) and effect.budget in telling.checked.budgets and effect.granted >= 0:
            given[effect.budget] = max(effect.granted, given.get(effect.budget, 0))
            short |= {effect.budget} if effect.granted < effect.asked else set()
    for name, amount in given.items():
        budget = telling.checked.budgets[name]
        text = dict(budget.missed if name in short else budget.given).get(telling.language)
        if text:
            values = {"amount": amount_of(telling, name, amount), "title": title_of(telling, name)}
            yield Message(name, name not in short, telling.language, safe(fill(text, values), _TEXT_LIMIT))


# ---------- settlements


def left_in(plan: Plan, shared: SharedState) -> tuple[BudgetFigures, ...]:
    """What is left of each budget, in each period and for each value in which anything was taken; of a budget for all
    time also where nothing was."""
    found = []
    for name in sorted(plan.checked.budgets):
        for cap in sorted(plan.checked.budgets[name].caps, key=lambda cap: cap.key):
            used = [one for one in shared.used if one.key == cap.key]
            if not used and cap.window.period is None and cap.same is None:
                used = [Used(cap.key, "", 0, 0)]
            left = (max(0, cap.units - one.amount) for one in used)
            found += [BudgetFigures(name, *one, rest) for one, rest in zip(used, left, strict=True)]
    return tuple(found)


def settled(telling: Telling, budgets: Iterable[BudgetFigures]) -> Iterator[str]:
    """What is left of budgets, a line for each period and value."""
    for one in budgets:
        values = {"used": amount_of(telling, one.budget, one.used), "left": amount_of(telling, one.budget, one.left)}
        named = where(telling, one.budget, one.key, one.value, one.bucket)
        yield telling.text("budget.figures", title=title_of(telling, one.budget) + named, **values)


def first_date(plan: Plan, one: BudgetFigures) -> int | None:
    """The first date of the period of a figure; None where a budget is for all time."""
    cap = next((cap for cap in plan.checked.budgets[one.budget].caps if cap.key == one.key), None)
    period = None if cap is None else cap.window.period
    return None if period is None else plan.timeline.first(period, one.bucket)
